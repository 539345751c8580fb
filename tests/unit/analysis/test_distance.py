"""Laps as functions of their place, with a line and without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import reference_line
from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.distance import grid, lap_trace
from apexlab_desktop.analysis.lap_span import Placement, official_time
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    FloatArray,
    Lap,
    LapKind,
    LapTrace,
)
from apexlab_desktop.errors import AnalysisError, InsufficientDataError
from tests.unit.analysis.drives import drive, oval, session_of, timed_lap

SHAPE, LENGTH_M = oval()
SPEED_MPS, RATE_HZ = 30.0, 25.0


def on_oval(n_laps: int = 2) -> AnalysedSession:
    time_s = np.arange(0.0, (n_laps * LENGTH_M + 100.0) / SPEED_MPS, 1.0 / RATE_HZ)
    return drive(SHAPE, LENGTH_M, time_s=time_s, station_m=SPEED_MPS * time_s - 50.0)


def traced(session: AnalysedSession, lap: Lap | None = None) -> LapTrace:
    line = reference_line.build(session.trajectory, session.laps)
    assert line is not None
    return lap_trace(session, lap or session.laps[1], line)


def without_positions(session: AnalysedSession) -> AnalysedSession:
    assert session.trajectory is not None
    nowhere = np.full(session.trajectory.time_s.size, np.nan)
    return replace(session, trajectory=replace(session.trajectory, x_m=nowhere, y_m=nowhere))


@pytest.mark.parametrize("length_m", [0.5, 0.7, 7.0, 7.3, 1000.0])
def test_grid_goes_by_seven_tenths_to_exactly_the_end(length_m: float) -> None:
    at_m = grid(length_m)
    assert at_m[0] == 0.0
    assert at_m[-1] == length_m
    assert np.diff(at_m)[:-1] == pytest.approx(0.7)
    assert 0.0 < np.diff(at_m)[-1] <= 0.7 + 1e-6


def test_stations_strictly_increase_from_nothing_to_the_length_in_the_lap_time() -> None:
    session = on_oval()
    trace = traced(session)
    line = reference_line.build(session.trajectory, session.laps)
    assert line is not None
    assert trace.method == "projection"
    assert trace.station_m[[0, -1]].tolist() == [0.0, line.length_m]
    assert np.all(np.diff(trace.station_m) > 0.0)
    assert trace.time_s[0] == 0.0
    assert trace.time_s[-1] == session.laps[1].lap_time_s


def test_station_is_that_of_the_car() -> None:
    trace = traced(on_oval())
    expected_m = trace.time_s * SPEED_MPS * (trace.station_m[-1] / LENGTH_M)
    assert trace.station_m == pytest.approx(expected_m, abs=0.05)
    # The line rounds off where straight meets arc.
    assert trace.lateral_offset_m == pytest.approx(0.0, abs=0.3)


def test_a_car_that_stands_keeps_its_place() -> None:
    time_s = np.arange(0.0, 100.0, 1.0 / RATE_HZ)
    way_m = SPEED_MPS * np.where(time_s < 15.0, time_s, np.maximum(time_s - 10.0, 15.0)) - 50.0
    session = drive(SHAPE, LENGTH_M, time_s=time_s, station_m=way_m)
    trace = traced(session, session.laps[0])
    stands = (trace.session_time_s > 15.1) & (trace.session_time_s < 24.9)
    assert np.ptp(trace.station_m[stands]) < 0.05


def test_stated_lap_time_wins_over_the_boundaries_by_milliseconds_only() -> None:
    lap = timed_lap(1, 10.0, 50.0)
    assert official_time(replace(lap, lap_time_s=40.013)) == 40.013
    assert official_time(replace(lap, lap_time_s=71.2)) == 40.0
    assert official_time(replace(lap, lap_time_s=None)) == 40.0


def test_part_of_a_lap_cannot_be_placed() -> None:
    session = on_oval()
    part = replace(session.laps[0], kind=LapKind.PARTIAL, lap_time_s=None)
    with pytest.raises(InsufficientDataError, match="partial"):
        traced(session, part)


def test_without_positions_the_odometer_is_stretched_to_the_reference() -> None:
    session = without_positions(on_oval())
    trace = lap_trace(session, session.laps[1], None, placement=Placement(length_m=1180.0))
    assert trace.method == "normalised_odometer"
    assert trace.station_m[-1] == 1180.0
    assert np.isnan(trace.lateral_offset_m).all()
    assert trace.station_sigma_m > 0.0


def test_without_positions_laps_of_unequal_length_are_left_out() -> None:
    session = without_positions(on_oval())
    with pytest.raises(AnalysisError, match="leave it out"):
        lap_trace(session, session.laps[1], None, placement=Placement(length_m=1230.0))


def test_comparison_by_odometer_says_so() -> None:
    session = without_positions(on_oval())
    found = compare_laps([(session, lap, "") for lap in session.laps])
    assert [notice.code for notice in found.notices] == ["places_by_odometer"]
    assert found.line is None
    assert found.laps[1].delta_t_s == pytest.approx(0.0, abs=1e-3)


def simulator(time_s: FloatArray, ratio: FloatArray) -> AnalysedSession:
    channel = Channel(name="lap_distance_ratio", source="sim", values=ratio)
    group = ChannelGroup(
        name="sim", time_us=np.rint(time_s * 1e6).astype(np.int64), channels=(channel,)
    )
    return session_of(None, [timed_lap(1, 10.0, 50.0)], (group,))


def test_simulators_own_lap_distance_gives_the_place() -> None:
    time_s = np.arange(0.0, 80.0, 1.0 / 60.0)
    share = (time_s - 10.0) / 40.0
    session = simulator(time_s, share % 1.0)
    trace = lap_trace(session, session.laps[0], None, placement=Placement(length_m=2000.0))
    assert trace.method == "sim_distance"
    assert trace.station_m == pytest.approx(2000.0 * trace.time_s / 40.0, abs=0.01)
    assert trace.time_s[-1] == 40.0


def test_counter_that_restarts_a_sample_late_does_not_jump() -> None:
    time_s = np.arange(0.0, 80.0, 1.0 / 60.0)
    share = ((time_s - 10.0 - 1.0 / 60.0) / 40.0) % 1.0
    session = simulator(time_s, share)
    trace = lap_trace(session, session.laps[0], None, placement=Placement(length_m=2000.0))
    assert trace.station_m == pytest.approx(2000.0 * trace.time_s / 40.0, abs=1.0)
    assert np.all(np.diff(trace.station_m) > 0.0)


def test_neither_place_nor_speed_nor_distance_is_one_clear_error() -> None:
    with pytest.raises(InsufficientDataError, match="lap 1"):
        lap_trace(session_of(None, [timed_lap(1, 0.0, 60.0)]), timed_lap(1, 0.0, 60.0), None)


def test_run_that_ends_on_a_fix_has_a_trace() -> None:
    """An open line takes nothing from beyond its ends, yet its last fix is one of them."""
    session = on_oval(1)
    assert session.trajectory is not None
    at_s = session.trajectory.time_s
    run = timed_lap(1, float(at_s[50]), float(at_s[900]))
    line = reference_line.build(session.trajectory, [run])
    assert line is not None
    assert not line.is_closed
    trace = lap_trace(session, run, line)
    assert trace.time_s[-1] == pytest.approx(at_s[900] - at_s[50])
