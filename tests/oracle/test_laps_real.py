"""Laps of real files against what the app that wrote them says."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis import geo, session
from apexlab_desktop.analysis.types import LapKind, StartLine
from apexlab_desktop.importers import registry

TIANMA = "racechrono-csv/session_20251231_111318_tianma_lap9_v3.csv"
HEADER_LINE = 10
APP_LAP_9_S = 76.329
"""First row of lap 10 minus first row of lap 9, read from the text of the file."""

pytestmark = pytest.mark.corpus


def _line_by_the_app(path: Path) -> StartLine:
    """The rows at which the app changes the lap number lie on its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = lines[HEADER_LINE - 1].split(",")
    rows = [line.split(",") for line in lines[HEADER_LINE + 2 :]]
    column = {name: names.index(name) for name in ("lap_number", "latitude", "longitude")}
    column["bearing"] = names.index("bearing")
    first = [b for a, b in itertools.pairwise(rows) if a[2] != b[2]]
    lat, lon, bearing = (
        np.array([float(row[column[name]]) for row in first])
        for name in ("latitude", "longitude", "bearing")
    )
    # Two points make the line's direction; the bearing only says which side is forward.
    x, y = geo.to_local(lat, lon, float(lat[0]), float(lon[0]))
    across = np.degrees(np.arctan2(x[1], y[1]))
    square = (across + 90.0) % 360.0
    is_forward = np.cos(np.radians(square - bearing[0])) > 0.0
    return StartLine(
        lat_deg=float(lat.mean()),
        lon_deg=float(lon.mean()),
        bearing_deg=square if is_forward else (square + 180.0) % 360.0,
    )


def test_declared_lap_has_the_time_of_the_app(corpus: Path) -> None:
    found = session.analyse(registry.load(corpus / TIANMA))
    assert [(lap.number, lap.kind) for lap in found.laps] == [
        (8, LapKind.PARTIAL),
        (9, LapKind.TIMED),
        (10, LapKind.PARTIAL),
    ]
    assert found.laps[1].lap_time_s == pytest.approx(APP_LAP_9_S, abs=1e-4)
    assert found.best_lap is found.laps[1]


def test_line_through_the_boundary_rows_gives_the_same_lap(corpus: Path) -> None:
    path = corpus / TIANMA
    found = session.analyse(registry.load(path), start_line=_line_by_the_app(path))
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert len(timed) == 1
    assert timed[0].lap_time_s == pytest.approx(APP_LAP_9_S, abs=2e-3)


def test_automatic_line_finds_the_one_lap(corpus: Path) -> None:
    found = session.analyse(registry.load(corpus / TIANMA), ignore_lap_column=True)
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert len(timed) == 1
    assert timed[0].length_m == pytest.approx(2001.5, rel=0.003)
