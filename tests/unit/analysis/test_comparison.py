"""Laps compared at the same places: closed forms of algorithms.md 4.3 and 4.4."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    Comparison,
    FloatArray,
)
from apexlab_desktop.errors import AnalysisError, NoLapsError
from tests.unit.analysis.drives import Shape, drive, oval, polyline_shape

RATE_HZ = 25.0
STRAIGHT_M, RADIUS_M = 400.0, 60.0
SHAPE, LENGTH_M = oval(STRAIGHT_M, RADIUS_M)
BEND_START_M = STRAIGHT_M / 2
BEND_M = np.pi * RADIUS_M


def pace(station_m: FloatArray) -> FloatArray:
    """Return a speed that changes along the lap, the same on every lap [m/s]."""
    return 36.0 + 10.0 * np.cos(2.0 * np.pi * station_m / LENGTH_M)


def driven(
    seconds_per_metre: FloatArray,
    station_m: FloatArray,
    holds: tuple[tuple[float, float], ...] = (),
) -> tuple[FloatArray, FloatArray]:
    """Return times and stations of fixes at 25 Hz; `holds` are stations and seconds to stand there.

    `seconds_per_metre` and `station_m` have shape (n,).
    """
    steps_s = 0.5 * (seconds_per_metre[1:] + seconds_per_metre[:-1]) * np.diff(station_m)
    time_s = np.append(0.0, np.cumsum(steps_s))
    for at_m, hold_s in holds:
        after = int(np.searchsorted(station_m, at_m))
        at_s = float(np.interp(at_m, station_m, time_s))
        time_s = np.concatenate((time_s[:after], [at_s, at_s + hold_s], time_s[after:] + hold_s))
        station_m = np.concatenate((station_m[:after], [at_m, at_m], station_m[after:]))
    even_s = np.arange(0.0, time_s[-1], 1.0 / RATE_HZ)
    return even_s, np.interp(even_s, time_s, station_m)


def two_laps(
    factor: float = 1.0, holds: tuple[tuple[float, float], ...] = (), offset_m: float = 0.0
) -> AnalysedSession:
    """Return a session whose second lap is slower by a factor of time, or stands somewhere."""
    station_m = np.arange(-50.0, 2.0 * LENGTH_M + 50.0, 0.5)
    slower = np.where(station_m >= LENGTH_M, factor, 1.0)
    time_s, at_m = driven(slower / pace(station_m), station_m, holds)
    return drive(SHAPE, LENGTH_M, time_s=time_s, station_m=at_m, offset_m=offset_m)


def compared(session: AnalysedSession, reference: int = 0) -> Comparison:
    return compare_laps([(session, lap, str(lap.number)) for lap in session.laps], reference)


def test_lap_against_itself_has_no_delta_anywhere() -> None:
    session = two_laps(factor=1.01)
    found = compare_laps([(session, session.laps[1], "2")] * 2)
    assert np.max(np.abs(found.laps[1].delta_t_s)) < 1e-9
    assert np.all(found.laps[1].delta_t_sigma_s == 0.0)


def test_standing_for_a_second_is_a_step_of_a_second_there() -> None:
    at_m = 730.0
    found = compared(two_laps(holds=((LENGTH_M + at_m, 1.0),)))
    delta_s = found.laps[1].delta_t_s
    before, after = found.distance_m < at_m - 3.0, found.distance_m > at_m + 3.0
    assert delta_s[before] == pytest.approx(0.0, abs=1e-3)
    assert delta_s[after] == pytest.approx(1.0, abs=1e-3)


def test_slower_by_two_percent_grows_with_the_time_of_the_reference() -> None:
    found = compared(two_laps(factor=1.0 / 0.98))
    reference_s = found.laps[0].time_s
    assert found.laps[1].delta_t_s == pytest.approx(reference_s / 0.98 - reference_s, abs=1e-3)


def detour_laps() -> tuple[AnalysedSession, FloatArray, FloatArray]:
    """Return a lap on the line, one that runs wide through the first bend, and the latter's truth.

    Wide by a / pi metres through half a turn is a metres farther. Stations and times of the second
    lap come with it.
    """
    wide_m = -30.0 / np.pi
    station_m = np.arange(-50.0, 2.0 * LENGTH_M + 50.0, 0.25)
    lap_m = station_m - LENGTH_M
    entry = np.clip((lap_m - BEND_START_M + 100.0) / 100.0, 0.0, 1.0)
    leave = np.clip((BEND_START_M + BEND_M + 100.0 - lap_m) / 100.0, 0.0, 1.0)
    ease = np.minimum(entry, leave)
    offset_m = wide_m * ease**2 * (3.0 - 2.0 * ease)
    curvature = np.where((lap_m > BEND_START_M) & (lap_m < BEND_START_M + BEND_M), 1 / RADIUS_M, 0)
    stretch = np.hypot(1.0 - offset_m * curvature, np.gradient(offset_m, station_m))
    time_s, at_m = driven(stretch / 40.0, station_m)
    session = drive(
        SHAPE,
        LENGTH_M,
        time_s=time_s,
        station_m=at_m,
        offset_m=np.interp(at_m, station_m, offset_m),
    )
    exact_s = np.append(0.0, np.cumsum(0.125 * (stretch[1:] + stretch[:-1]) / 40.0))
    return session, station_m, exact_s


def test_detour_of_thirty_metres_costs_its_time_there_and_nothing_elsewhere() -> None:
    session, station_m, exact_s = detour_laps()
    found = compared(session)
    first, second = (
        np.interp(found.distance_m + k * LENGTH_M, station_m, exact_s) for k in range(2)
    )
    true_s = (second - second[0]) - (first - first[0])
    assert true_s[-1] == pytest.approx(30.0 / 40.0, abs=0.05)
    error_s = found.laps[1].delta_t_s - true_s
    # Where straight meets arc without a transition the reference line rounds off the joint.
    assert np.sqrt(np.mean(error_s**2)) < 3e-3
    assert np.max(np.abs(error_s)) < 15e-3
    # What an odometer stretched to the lap would have said is wrong by a third of a second.
    share = found.distance_m / LENGTH_M
    assert np.max(np.abs(share * true_s[-1] - true_s)) > 0.3


def test_slip_rate_is_the_difference_of_the_paces() -> None:
    """The integral of 1/v - 1/v_reference equals the delta within 5 ms (algorithms.md 4.3)."""
    session = two_laps(factor=1.03)
    found = compared(session)
    slow, fast = (lap.channels["speed_mps"] for lap in (found.laps[1], found.laps[0]))
    slip = 1.0 / slow - 1.0 / fast
    steps_s = 0.5 * (slip[1:] + slip[:-1]) * np.diff(found.distance_m)
    integral_s = np.append(0.0, np.cumsum(steps_s))
    assert found.laps[1].delta_t_s == pytest.approx(integral_s, abs=5e-3)


def test_delta_closes_on_the_difference_of_lap_times_and_parts_add_up() -> None:
    found = compared(two_laps(factor=1.02, holds=((LENGTH_M + 300.0, 0.7),)))
    lap = found.laps[1]
    assert lap.delta_t_s[0] == 0.0
    assert lap.delta_t_s[-1] == pytest.approx(lap.gap_s, abs=1e-6)
    assert found.closure_error_s <= 1e-6
    cuts = np.linspace(0, lap.delta_t_s.size - 1, 8).astype(int)
    assert np.sum(np.diff(lap.delta_t_s[cuts])) == pytest.approx(lap.gap_s, abs=1e-9)


@pytest.mark.parametrize("late_s", [0.06, -0.06, 0.3])
def test_error_of_a_lap_time_stays_at_the_line_and_is_told(late_s: float) -> None:
    """A lap time that the places contradict: the crossing is wrong, no corner is."""
    session = two_laps()
    first, second = session.laps
    assert second.lap_time_s is not None
    timed = replace(second, lap_time_s=second.lap_time_s + late_s)
    found = compare_laps([(session, first, "1"), (session, timed, "2")])
    lap = found.laps[1]
    last_s = found.laps[0].time_s[-1] - found.laps[0].time_s
    assert lap.delta_t_s[last_s > max(0.3, 2.1 * abs(late_s))] == pytest.approx(0.0, abs=1e-3)
    assert lap.delta_t_s[-1] == pytest.approx(lap.gap_s, abs=1e-6)
    assert lap.gap_s == pytest.approx(late_s, abs=1e-3)
    assert np.all(np.diff(lap.time_s) > 0.0)
    assert lap.delta_t_sigma_s[-1] >= abs(late_s)
    assert [notice.code for notice in found.notices] == ["lap_times_uncertain"]


def test_swapping_the_reference_turns_the_delta_over() -> None:
    session = two_laps(factor=1.02, holds=((LENGTH_M + 300.0, 0.7),))
    forward, backward = compared(session, 0), compared(session, 1)
    assert forward.laps[1].delta_t_s == pytest.approx(-backward.laps[0].delta_t_s, abs=1e-9)


def test_grid_is_that_of_the_line_and_every_channel_is_on_it() -> None:
    found = compared(two_laps())
    assert found.distance_m[1] == pytest.approx(0.7)
    assert found.distance_m[-1] == pytest.approx(LENGTH_M, rel=5e-4)
    for lap in found.laps:
        assert all(values.shape == found.distance_m.shape for values in lap.channels.values())


def moved(session: AnalysedSession, east_m: float, north_m: float) -> AnalysedSession:
    """Return the session as a receiver with a constant error would have recorded it."""
    assert session.trajectory is not None
    motion = session.trajectory
    return replace(
        session, trajectory=replace(motion, x_m=motion.x_m + east_m, y_m=motion.y_m + north_m)
    )


def square() -> tuple[Shape, float]:
    """Return a track of straights in two directions."""
    turn = (np.pi / 2.0 * 40.0, np.pi / 2.0)
    side = (200.0, 0.0)
    return polyline_shape([(100.0, 0.0), turn, side, turn, side, turn, side, turn, (100.0, 0.0)])


def on_square() -> AnalysedSession:
    shape, length_m = square()
    time_s = np.arange(0.0, (2.0 * length_m + 100.0) / 30.0, 1.0 / RATE_HZ)
    return drive(shape, length_m, time_s=time_s, station_m=30.0 * time_s - 50.0)


def test_constant_offset_between_sessions_is_found_and_leaves_no_delta() -> None:
    session = on_square()
    other = moved(session, 2.0, -1.5)
    found = compare_laps([(session, session.laps[0], "1"), (other, other.laps[0], "other")])
    shift = {
        name: found.laps[1].channels[name] - found.laps[0].channels[name] for name in ("x_m", "y_m")
    }
    # What is left of the offset in the plane of the first session.
    assert np.max(np.abs(shift["x_m"])) < 0.3
    assert np.max(np.abs(shift["y_m"])) < 0.3
    assert np.sqrt(np.mean(found.laps[1].delta_t_s ** 2)) < 1e-3
    assert [notice.code for notice in found.notices] == ["registration_applied"]


def test_offset_is_left_alone_where_straights_point_one_way() -> None:
    session = two_laps()
    other = moved(session, 2.0, -1.5)
    found = compare_laps([(session, session.laps[0], "1"), (other, other.laps[0], "other")])
    assert [notice.code for notice in found.notices] == ["registration_not_applied"]


def test_offset_larger_than_receivers_differ_by_is_not_taken_out() -> None:
    session = on_square()
    other = moved(session, 5.0, 4.0)
    found = compare_laps([(session, session.laps[0], "1"), (other, other.laps[0], "other")])
    assert [notice.code for notice in found.notices] == ["registration_not_applied"]


def test_a_lap_of_many_kilometres_gets_a_coarser_grid_and_says_so() -> None:
    config = replace(DEFAULT_CONFIG, max_stations=500)
    session = two_laps(factor=1.02)
    items = [(session, lap, str(lap.number)) for lap in session.laps]
    found = compare_laps(items, config=config)
    assert found.distance_m.size <= 505
    assert [notice.code for notice in found.notices] == ["grid_coarsened"]
    usual = compare_laps(items)
    expected_s = np.interp(found.distance_m, usual.distance_m, usual.laps[1].delta_t_s)
    assert found.laps[1].delta_t_s == pytest.approx(expected_s, abs=5e-3)


def test_sessions_driven_in_different_directions_are_refused() -> None:
    shape, length_m = square()
    session = on_square()
    time_s = np.arange(0.0, (2.0 * length_m + 100.0) / 30.0, 1.0 / RATE_HZ)
    other = drive(
        shape,
        length_m,
        time_s=time_s,
        station_m=-(30.0 * time_s - 50.0),
        laps=[(50.0 / 30.0, (length_m + 50.0) / 30.0)],
    )
    with pytest.raises(AnalysisError, match="direction"):
        compare_laps([(session, session.laps[0], "1"), (other, other.laps[0], "other")])


def test_sessions_of_different_layouts_are_refused() -> None:
    session, other = on_square(), two_laps()
    with pytest.raises(AnalysisError, match="layout"):
        compare_laps([(session, session.laps[0], "1"), (other, other.laps[0], "other")])


@pytest.mark.parametrize("reference", [-1, 2])
def test_reference_must_be_one_of_the_laps(reference: int) -> None:
    with pytest.raises(NoLapsError):
        compared(two_laps(), reference)


def with_obd(session: AnalysedSession, lag_s: float) -> AnalysedSession:
    """Return the session with the car's own speed and throttle, late by some time."""
    assert session.trajectory is not None
    motion = session.trajectory
    time_s = np.arange(0.0, motion.time_s[-1], 0.1)
    speed_mps = np.interp(time_s - lag_s, motion.time_s, motion.speed_mps)
    throttle = (np.interp(time_s - lag_s, motion.time_s, motion.x_m) > 0.0).astype(np.float64)
    group = ChannelGroup(
        name="200: obd",
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        channels=(
            Channel(name="speed_mps", source="obd", values=speed_mps),
            Channel(name="throttle_ratio", source="obd", values=throttle),
        ),
    )
    return replace(session, raw=replace(session.raw, groups=(group,)))


@pytest.mark.parametrize("lag_s", [0.3, -0.3])
def test_late_sensors_are_moved_in_time_and_said_so(lag_s: float) -> None:
    session = with_obd(two_laps(), lag_s)
    found = compared(session)
    assert [(n.code, n.channel) for n in found.notices] == [("channels_aligned", "200: obd")]
    told_s, _, way = found.notices[0].detail.removeprefix("its channels were ").split()[:3]
    assert float(told_s) == pytest.approx(0.3, abs=0.02)
    assert way == ("late" if lag_s > 0.0 else "early")
    lap = found.laps[0]
    clear = np.abs(lap.channels["x_m"]) > 6.0
    on = lap.channels["throttle_ratio"] > 0.5
    assert np.array_equal(on[clear], lap.channels["x_m"][clear] > 0.0)
