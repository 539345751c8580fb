"""The way driven tells the fixes of receivers whose stamps jitter, and of rounded rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop import synth
from apexlab_desktop.importers import registry
from apexlab_desktop.importers.racechrono_fixes import find_fixes
from tests.unit.importers.union_rows import Clock, Union, union

METRES_PER_DEGREE = 111_195.0
HANDFUL = 3
FINE = 5
"""Decimals of the way."""


def way_m(rows: Union, at_s: npt.NDArray[np.float64] | None = None) -> npt.NDArray[np.float64]:
    """Return the way between fixes, or between places at other instants, as the app writes it."""
    time_s = np.round(rows.stamp_s - rows.stamp_s[0], 3)
    nodes_s = time_s[rows.is_fix] if at_s is None else at_s
    lat, lon = (np.interp(nodes_s, time_s, values) for values in rows.quantities[:2])
    east = lon * METRES_PER_DEGREE * np.cos(np.radians(48.0))
    chords = np.hypot(np.diff(lat * METRES_PER_DEGREE), np.diff(east))
    nodes_m = np.round(np.append(0.0, np.cumsum(chords)), 3)
    written: npt.NDArray[np.float64] = np.round(np.interp(time_s, nodes_s, nodes_m), FINE)
    return written


def n_wrong(rows: Union, rate_hz: float, way: npt.NDArray[np.float64] | None) -> int:
    fixes = find_fixes(
        np.rint(rows.stamp_s * 1e6).astype(np.int64),
        rows.quantities,
        rows.speed_mps,
        rate_hz,
        n_coordinates=2,
        way_m=way,
    )
    is_found = np.zeros(rows.stamp_s.size, dtype=bool)
    is_found[fixes.index] = True
    assert fixes.rate_hz == rate_hz
    return int(np.count_nonzero(is_found & ~rows.is_fix))


@pytest.mark.parametrize("jitter_s", [0.0, 1e-3, 2e-3, 3e-3])
@pytest.mark.parametrize("other_hz", [20.0, 50.0, 100.0])
@pytest.mark.parametrize("rate_hz", [10.0, 18.0, 25.0])
def test_jitter_hides_no_fix_whose_way_is_written(
    rate_hz: float, other_hz: float, jitter_s: float
) -> None:
    for noise_m in (0.0, 0.02, 0.3):
        clock = Clock(name="jitter", jitter_s=jitter_s)
        rows = union(rate_hz=rate_hz, other_hz=other_hz, noise_m=noise_m, clock=clock)
        assert n_wrong(rows, rate_hz, way_m(rows)) <= HANDFUL, noise_m


def test_a_way_that_is_measured_otherwise_changes_nothing() -> None:
    rows = union(rate_hz=10.0, other_hz=50.0, noise_m=0.02, clock=Clock(name="2 ms", jitter_s=2e-3))
    otherwise = way_m(rows, np.arange(0.0, 121.0, 0.05))
    assert n_wrong(rows, 10.0, otherwise) == n_wrong(rows, 10.0, None)


@pytest.mark.parametrize("damage", [np.nan, np.inf, 1e300])
def test_a_damaged_way_changes_nothing(damage: float) -> None:
    rows = union(rate_hz=10.0, other_hz=50.0, noise_m=0.02, clock=Clock(name="2 ms", jitter_s=2e-3))
    damaged = way_m(rows)
    damaged[2_000] = damage
    assert n_wrong(rows, 10.0, damaged) == n_wrong(rows, 10.0, None)


@pytest.mark.parametrize("rate_hz", [10.0, 18.0, 25.0])
@pytest.mark.parametrize("jitter_s", [1e-3, 3e-3])
@pytest.mark.parametrize("has_imu", [True, False])
def test_the_generators_fixes_come_back_from_rounded_stamps(
    tmp_path: Path, rate_hz: float, jitter_s: float, *, has_imu: bool
) -> None:
    noise = replace(synth.NOISES["consumer"], clock_jitter_s=jitter_s)
    session = synth.generate("kart-bowl", 2, rate_hz, seed=5, noise=noise, include_imu=has_imu)
    path = tmp_path / "session.csv"
    synth.write(session, path, "racechrono")
    raw = registry.load(path)
    gps = raw.groups[0]
    assert raw.start_time_utc is not None
    offset_s = (raw.start_time_utc - session.start_time_utc).total_seconds()
    found_ms = np.rint(gps.time_us / 1e3 + offset_s * 1e3)
    true_ms = np.rint(session.gps.time_s * 1e3)
    assert gps.rate_hz == rate_hz
    # Two rows in one millisecond are one; at a fix without a bend its neighbour is as good.
    assert np.setdiff1d(found_ms, true_ms).size <= 2 * HANDFUL
    assert abs(found_ms.size - true_ms.size) <= HANDFUL
