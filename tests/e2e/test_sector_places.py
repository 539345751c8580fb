"""Sector boundaries that a user set stay with the session, and come back as they were."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import StartLine
from apexlab_desktop.app import (
    import_session,
    opening,
    resplit_laps,
    set_sectors,
    start_line_across,
)
from apexlab_desktop.app.debriefing import analyze
from apexlab_desktop.app.start_lines import PlaceOnTrack
from apexlab_desktop.errors import StoreError

PLACES_M = (300.0, 500.0, 900.0)


@pytest.fixture(scope="module")
def session_id(club_file: Path) -> str:
    outcome = import_session(club_file)
    assert outcome.session_id is not None
    return outcome.session_id


def ends_m(session_id: str) -> list[float]:
    result = analyze(session_id).result
    assert result is not None
    return [sector.to_m for sector in result.sectors.sectors[:-1]]


def line_at(session_id: str, station_m: float) -> StartLine:
    result = analyze(session_id).result
    assert result is not None
    line = result.comparison.line
    assert line is not None
    k = int(np.searchsorted(line.station_m, station_m))
    heading = float(line.heading_rad[k])
    return start_line_across(
        PlaceOnTrack(
            x_m=float(line.x_m[k]), y_m=float(line.y_m[k]), east=math.cos(heading),
            north=math.sin(heading), origin_lat_deg=line.origin_lat_deg,
            origin_lon_deg=line.origin_lon_deg,
        )
    )  # fmt: skip


def test_boundaries_survive_a_new_analysis_and_can_be_taken_back(session_id: str) -> None:
    found = ends_m(session_id)
    assert set_sectors(session_id, PLACES_M) is None
    opening.forget(session_id)  # as after a restart
    assert ends_m(session_id) == list(PLACES_M)
    assert analyze(session_id).sector_places_m == PLACES_M
    assert set_sectors(session_id, None) == PLACES_M
    assert ends_m(session_id) == found
    assert analyze(session_id).sector_places_m is None


def test_sectors_of_every_lap_sum_to_its_time(session_id: str) -> None:
    set_sectors(session_id, PLACES_M)
    result = analyze(session_id).result
    set_sectors(session_id, None)
    assert result is not None
    times = result.sectors.times
    assert times.is_known.all()
    assert (times.time_us.sum(axis=1) == times.lap_us).all()


def test_boundaries_count_from_the_start_line_they_were_set_with(session_id: str) -> None:
    found = ends_m(session_id)
    line = line_at(session_id, 400.0)
    set_sectors(session_id, PLACES_M)
    resplit_laps(session_id, line)
    assert ends_m(session_id) != list(PLACES_M)
    resplit_laps(session_id, None)
    assert ends_m(session_id) == list(PLACES_M)
    set_sectors(session_id, None)
    assert ends_m(session_id) == found


def test_boundaries_that_no_longer_fit_the_line_are_left_out(session_id: str) -> None:
    set_sectors(session_id, (300.0, 1e6))
    ends = ends_m(session_id)
    set_sectors(session_id, None)
    assert all(after > before for before, after in pairwise(ends))
    assert max(ends) < 1e6


def test_a_session_that_is_not_there_is_told() -> None:
    with pytest.raises(StoreError):
        set_sectors("nobody", PLACES_M)
