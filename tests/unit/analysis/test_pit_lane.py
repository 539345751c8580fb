"""Laps through the pit lane and far off the road, told by their path alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from apexlab_desktop.analysis import pit_lane
from apexlab_desktop.analysis.types import FloatArray
from tests.unit.analysis.drives import drive, oval

SHAPE, LENGTH_M = oval(straight_m=600.0, radius_m=60.0)
N_LAPS = 4
THIRD = 2
"""Index of the lap that is odd."""
PACE_MPS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The third lap leaves the line between two stations of the back straight.

    The back straight runs from 300 m + a bend to 900 m + a bend.
    """

    offset_m: float
    speed_mps: float
    length_m: float = 300.0
    stop_s: float = 0.0


BACK_STRAIGHT_M = 300.0 + np.pi * 60.0
EASE_M = 40.0


def words_of(visit: Visit, rate_hz: float = 10.0) -> list[tuple[str, ...]]:
    station_m = np.arange(-50.0, N_LAPS * LENGTH_M + 50.0, 0.5)
    begin_m = THIRD * LENGTH_M + BACK_STRAIGHT_M + 100.0
    into = np.clip((station_m - begin_m) / EASE_M, 0.0, 1.0)
    out = np.clip((begin_m + visit.length_m - station_m) / EASE_M, 0.0, 1.0)
    share = np.minimum(into, out)
    offset_m = visit.offset_m * share**2 * (3.0 - 2.0 * share)
    inside = (station_m > begin_m) & (station_m < begin_m + visit.length_m)
    speed_mps = np.where(inside, visit.speed_mps, PACE_MPS)
    time_s = np.append(0.0, np.cumsum(0.5 / speed_mps[1:]))
    time_s += np.where(station_m > begin_m + 0.5 * visit.length_m, visit.stop_s, 0.0)
    return words_at(station_m, time_s, offset_m, rate_hz)


def words_at(
    station_m: FloatArray, time_s: FloatArray, offset_m: FloatArray, rate_hz: float
) -> list[tuple[str, ...]]:
    even_s = np.arange(0.0, time_s[-1], 1.0 / rate_hz)
    at_m = np.interp(even_s, time_s, station_m)
    session = drive(
        SHAPE,
        LENGTH_M,
        time_s=even_s,
        station_m=at_m,
        offset_m=np.interp(at_m, station_m, offset_m),
    )
    return list(pit_lane.marks(session.trajectory, session.laps))


def only_third(word: str) -> list[tuple[str, ...]]:
    return [(word,) if i == THIRD else () for i in range(N_LAPS)]


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 25.0])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_driving_through_at_the_limit_is_the_pit_lane(side: float, rate_hz: float) -> None:
    visit = Visit(offset_m=12.0 * side, speed_mps=16.0)
    assert words_of(visit, rate_hz) == only_third("pit")


def test_stopping_off_the_line_is_the_pit_lane() -> None:
    visit = Visit(offset_m=12.0, speed_mps=PACE_MPS, stop_s=8.0)
    assert words_of(visit) == only_third("pit")


def test_pit_lane_beyond_the_reach_of_the_line_is_seen_too() -> None:
    assert words_of(Visit(offset_m=35.0, speed_mps=16.0)) == [
        ("pit", "off_course") if i == THIRD else () for i in range(N_LAPS)
    ]


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param(Visit(offset_m=12.0, speed_mps=PACE_MPS), id="wide at full speed"),
        pytest.param(Visit(offset_m=12.0, speed_mps=26.0), id="over 90 km/h"),
        pytest.param(Visit(offset_m=6.0, speed_mps=16.0), id="slow on the road"),
        pytest.param(Visit(offset_m=0.0, speed_mps=PACE_MPS, stop_s=8.0), id="stop on the road"),
        pytest.param(Visit(offset_m=12.0, speed_mps=16.0, length_m=85.0), id="too short"),
        pytest.param(Visit(offset_m=30.0, speed_mps=PACE_MPS, length_m=95.0), id="short excursion"),
    ],
)
def test_what_is_no_pit_lane_marks_nothing(visit: Visit) -> None:
    assert words_of(visit) == [()] * N_LAPS


def test_a_long_way_far_from_the_line_is_off_course() -> None:
    visit = Visit(offset_m=28.0, speed_mps=PACE_MPS, length_m=220.0)
    assert words_of(visit) == only_third("off_course")


def test_pit_lane_past_the_start_line_belongs_to_both_laps() -> None:
    station_m = np.arange(-50.0, N_LAPS * LENGTH_M + 50.0, 0.5)
    since_m = station_m - 2.0 * LENGTH_M
    share = np.clip((200.0 - np.abs(since_m)) / EASE_M, 0.0, 1.0)
    offset_m = -12.0 * share**2 * (3.0 - 2.0 * share)
    speed_mps = np.where(np.abs(since_m) < 200.0, 15.0, PACE_MPS)
    time_s = np.append(0.0, np.cumsum(0.5 / speed_mps[1:]))
    assert words_at(station_m, time_s, offset_m, 10.0) == [(), ("pit",), ("pit",), ()]


def test_one_lap_has_no_common_line() -> None:
    session = drive(
        SHAPE,
        LENGTH_M,
        time_s=np.arange(0.0, 60.0, 0.1),
        station_m=40.0 * np.arange(0.0, 60.0, 0.1) - 50.0,
    )
    assert pit_lane.marks(session.trajectory, session.laps[:1]) == ((),)
    assert pit_lane.marks(None, session.laps[:1]) == ((),)
