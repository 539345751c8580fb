"""Sessions of closed forms, through the one door that every caller uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.types import (
    Channel,
    ChannelGroup,
    DeclaredLap,
    FloatArray,
    LapKind,
    RawSession,
    StartLine,
)
from apexlab_desktop.errors import InsufficientDataError
from tests.oracle.synth_raw import analytic_session, plane_to_lat_lon

RADIUS_M = 60.0
STRAIGHT_M = 400.0
LENGTH_M = 2 * STRAIGHT_M + 2 * np.pi * RADIUS_M
Columns = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def place(way_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Two straights of 400 m joined by half circles of 60 m, the line in mid-straight at (0, 0)."""
    since_m = way_m + STRAIGHT_M / 2
    s, turns = since_m % LENGTH_M, np.floor(since_m / LENGTH_M)
    arc = np.pi * RADIUS_M
    first = np.clip((s - STRAIGHT_M) / RADIUS_M, 0.0, np.pi)
    second = np.clip((s - 2 * STRAIGHT_M - arc) / RADIUS_M, 0.0, np.pi)
    course = first + second
    out = np.clip(s, 0.0, STRAIGHT_M)
    back = np.clip(s - STRAIGHT_M - arc, 0.0, STRAIGHT_M)
    x = out - STRAIGHT_M / 2 - back + RADIUS_M * (np.sin(first) - np.sin(second))
    y = RADIUS_M * (1 - np.cos(first)) - RADIUS_M * (1 - np.cos(second))
    return x, y, course + 2 * np.pi * turns


def steady(speed_mps: float = 30.0, start_m: float = -100.0) -> Callable[[FloatArray], Columns]:
    """The car at constant speed from `start_m` before the line at (0, 0)."""

    def motion(time_s: FloatArray) -> Columns:
        x, y, course = place(start_m + speed_mps * time_s)
        return x, y, np.full(time_s.size, speed_mps), course

    return motion


def line(lat_deg: float = 50.0, lon_deg: float = 8.0) -> StartLine:
    return StartLine(lat_deg=lat_deg, lon_deg=lon_deg, bearing_deg=90.0)


def times(n_laps: float = 4.3, rate_hz: float = 10.0) -> FloatArray:
    return np.arange(0.0, n_laps * LENGTH_M / 30.0, 1 / rate_hz)


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 25.0])
@pytest.mark.parametrize("without", [(), ("course_rad",), ("speed_mps", "course_rad")])
def test_even_laps_are_even_without_course_or_speed_too(
    rate_hz: float, without: tuple[str, ...]
) -> None:
    raw = analytic_session(steady(), times(rate_hz=rate_hz), without=without)
    found = session.analyse(raw, start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert [lap.number for lap in timed] == [1, 2, 3, 4]
    tolerance_s = 2e-4 if not without else 0.005 if rate_hz > 1 else 0.02
    for lap in timed:
        assert lap.lap_time_s == pytest.approx(LENGTH_M / 30.0, abs=tolerance_s)
        assert lap.length_m == pytest.approx(LENGTH_M, rel=0.003 if not without else 0.02)


def test_laps_tile_the_time_from_first_to_last_crossing() -> None:
    found = session.analyse(analytic_session(steady(), times()), start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    total_us = sum(round(1e6 * (lap.lap_time_s or 0.0)) for lap in timed)
    assert total_us == round(1e6 * timed[-1].end_s) - round(1e6 * timed[0].start_s)


def test_line_driven_the_other_way_is_never_crossed_and_said_so() -> None:
    backwards = StartLine(lat_deg=50.0, lon_deg=8.0, bearing_deg=270.0)
    found = session.analyse(analytic_session(steady(), times()), start_line=backwards)
    assert [lap.lap_time_s for lap in found.laps] == [None]
    assert "line_never_crossed" in {notice.code for notice in found.notices}


def test_parallel_straight_in_the_other_direction_is_no_crossing() -> None:
    wide = StartLine(lat_deg=50.0, lon_deg=8.0, bearing_deg=90.0, half_width_m=200.0)
    found = session.analyse(analytic_session(steady(), times()), start_line=wide)
    assert sum(lap.lap_time_s is not None for lap in found.laps) == 4


def test_laps_over_the_antimeridian_are_laps() -> None:
    raw = analytic_session(steady(), times(), origin=(10.0, 179.999))
    found = session.analyse(raw, start_line=line(10.0, 179.999))
    timed = [lap.lap_time_s for lap in found.laps if lap.lap_time_s is not None]
    np.testing.assert_allclose(timed, LENGTH_M / 30.0, atol=2e-4)
    automatic = session.analyse(raw)
    assert sum(lap.lap_time_s is not None for lap in automatic.laps) == 4


def test_automatic_line_lies_across_a_straight_in_driving_direction() -> None:
    found = session.analyse(analytic_session(steady(), times()))
    assert found.start_line is not None
    assert found.start_line.bearing_deg % 180.0 == pytest.approx(90.0, abs=0.5)


def _eight(time_s: FloatArray) -> Columns:
    """Figure of eight that crosses itself at the origin at a right angle."""
    angle = 2 * np.pi * (time_s - 10.0) / 60.0
    x, y = 250.0 * np.sin(angle), 125.0 * np.sin(2 * angle)
    rate = 2 * np.pi / 60.0
    v_x, v_y = 250.0 * rate * np.cos(angle), 250.0 * rate * np.cos(2 * angle)
    return x, y, np.hypot(v_x, v_y), np.arctan2(v_y, v_x)


@pytest.mark.parametrize("given", [True, False])
def test_figure_of_eight_has_one_crossing_a_lap(*, given: bool) -> None:
    raw = analytic_session(_eight, np.arange(0.0, 300.0, 0.1))
    at_crossover = StartLine(lat_deg=50.0, lon_deg=8.0, bearing_deg=45.0)
    found = session.analyse(raw, start_line=at_crossover if given else None)
    timed = [lap.lap_time_s for lap in found.laps if lap.lap_time_s is not None]
    assert len(timed) == 4
    np.testing.assert_allclose(timed, 60.0, atol=0.01)


def test_a_dropout_in_mid_lap_leaves_the_time_and_takes_the_validity() -> None:
    time_s = times()
    time_s = time_s[(time_s < 60.0) | (time_s > 61.5)]
    found = session.analyse(analytic_session(steady(), time_s), start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert [lap.reasons for lap in timed] == [(), ("gap",), (), ()]
    assert timed[1].lap_time_s == pytest.approx(LENGTH_M / 30.0, abs=2e-4)


@pytest.mark.parametrize("gap_s", [1.5, 4.0])
def test_a_dropout_over_the_line_makes_the_timing_uncertain(gap_s: float) -> None:
    cross_s = (100.0 + 2 * LENGTH_M) / 30.0
    time_s = times()
    time_s = time_s[np.abs(time_s - cross_s) > gap_s / 2]
    found = session.analyse(analytic_session(steady(), time_s), start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert len(timed) == 4
    assert ["timing_uncertain" in lap.reasons for lap in timed] == [False, True, True, False]
    assert timed[1].end_s == pytest.approx(cross_s, abs=0.05)
    assert [lap.is_valid for lap in timed] == [True, False, False, True]


def test_a_few_missing_fixes_over_the_line_cost_no_certainty() -> None:
    cross_s = (100.0 + 2 * LENGTH_M) / 30.0
    time_s = times()
    time_s = time_s[np.abs(time_s - cross_s) > 0.2]
    found = session.analyse(analytic_session(steady(), time_s), start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert [lap.reasons for lap in timed] == [()] * 4
    assert timed[1].end_s == pytest.approx(cross_s, abs=5e-4)


def _raw(columns: dict[str, FloatArray], time_s: FloatArray) -> RawSession:
    channels = tuple(Channel(name=name, source="gps", values=v) for name, v in columns.items())
    time_us = np.rint(time_s * 1e6).astype(np.int64)
    group = ChannelGroup(name="gps", time_us=time_us, channels=channels)
    return RawSession(format="x", groups=(group,))


def test_positions_that_jump_over_the_line_make_no_lap() -> None:
    x, y, speed, course = steady()(times())
    crossing = int(np.argmin(np.abs(times() - (100.0 + 1.5 * LENGTH_M) / 30.0)))
    x = x.copy()
    y = y.copy()
    # Half a lap away, one fix lands just past the line and the next is back on the far straight.
    x[crossing], y[crossing] = 5.0, 0.0
    lat, lon = plane_to_lat_lon(x, y, 50.0, 8.0)
    raw = _raw({"lat_deg": lat, "lon_deg": lon, "speed_mps": speed, "course_rad": course}, times())
    found = session.analyse(raw, start_line=line())
    assert sum(lap.lap_time_s is not None for lap in found.laps) == 4
    assert "position_spikes" in {notice.code for notice in found.notices}


def test_standing_on_the_line_is_one_crossing() -> None:
    still_s = 60.0

    def motion(time_s: FloatArray) -> Columns:
        reach_s = 100.0 / 30.0
        moving_s = np.where(time_s < reach_s, time_s, np.maximum(time_s - still_s, reach_s))
        x, y, course = place(-100.0 + 30.0 * moving_s)
        is_still = (time_s >= reach_s) & (time_s < reach_s + still_s)
        rng = np.random.default_rng(3)
        noise = np.where(is_still, rng.normal(0, 0.4, time_s.size), 0.0)
        return x + noise, y, np.where(is_still, 0.02, 30.0), course

    time_s = np.arange(0.0, still_s + 3.3 * LENGTH_M / 30.0, 0.1)
    found = session.analyse(analytic_session(motion, time_s), start_line=line())
    assert sum(lap.lap_time_s is not None for lap in found.laps) == 3


def test_pit_stop_in_a_lap_is_told() -> None:
    def motion(time_s: FloatArray) -> Columns:
        # Brakes to rest 200 m before the line, waits 20 s, and drives on.
        stop_s = (2 * LENGTH_M - 200.0) / 30.0
        driven_s = np.where(time_s < stop_s, time_s, np.maximum(time_s - 20.0, stop_s))
        x, y, course = place(30.0 * driven_s)
        is_still = (time_s >= stop_s) & (time_s < stop_s + 20.0)
        return x, y, np.where(is_still, 0.0, 30.0), course

    time_s = np.arange(0.5, 160.0, 0.1)
    found = session.analyse(analytic_session(motion, time_s), start_line=line())
    stopped = [lap for lap in found.laps if lap.lap_time_s and "stopped" in lap.reasons]
    assert len(stopped) == 1
    assert not stopped[0].is_clean


def test_recording_paused_in_the_pits_ends_the_lap() -> None:
    time_s = times(2.3)
    x, y, speed, course = steady()(time_s)
    lat, lon = plane_to_lat_lon(x, y, 50.0, 8.0)
    columns = {"lat_deg": lat, "lon_deg": lon, "speed_mps": speed, "course_rad": course}
    twice = {name: np.concatenate((v, v)) for name, v in columns.items()}
    raw = _raw(twice, np.concatenate((time_s, time_s + 900.0)))
    found = session.analyse(raw, start_line=line())
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    assert len(timed) == 4
    for lap in timed:
        assert lap.lap_time_s == pytest.approx(LENGTH_M / 30.0, abs=2e-4)


@pytest.mark.parametrize("pause_s", [0.0, 12.0, 1200.0])
@pytest.mark.parametrize("n_laps", [2.05, 2.2, 2.5, 2.9])
def test_a_second_session_in_the_file_has_the_laps_of_the_first(
    n_laps: float, pause_s: float
) -> None:
    time_s = times(n_laps)
    x, y, speed, course = steady()(time_s)
    lat, lon = plane_to_lat_lon(x, y, 50.0, 8.0)
    columns = {"lat_deg": lat, "lon_deg": lon, "speed_mps": speed, "course_rad": course}
    twice = {name: np.concatenate((v, v)) for name, v in columns.items()}
    again_s = float(time_s[-1]) + 0.1 + pause_s
    raw = replace(
        _raw(twice, np.concatenate((time_s, time_s + again_s))),
        segment_starts_us=(round(again_s * 1e6),),
    )
    found = session.analyse(raw)
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    starts_s = [lap.start_s for lap in timed if lap.start_s < again_s]
    assert len(starts_s) >= int(n_laps)
    assert [lap.start_s - again_s for lap in timed[len(starts_s) :]] == pytest.approx(
        starts_s, abs=1e-3
    )
    assert all(lap.reasons for lap in found.laps if not lap.is_valid)


def test_point_to_point_drive_is_one_partial_lap_and_said_so() -> None:
    def hill(time_s: FloatArray) -> Columns:
        zeros = np.zeros(time_s.size)
        return 25.0 * time_s, zeros, np.full(time_s.size, 25.0), zeros

    found = session.analyse(analytic_session(hill, np.arange(0.0, 100.0, 0.1)))
    assert [(lap.kind, lap.lap_time_s) for lap in found.laps] == [(LapKind.PARTIAL, None)]
    assert found.start_line is None
    assert "no_circuit" in {notice.code for notice in found.notices}


def test_laps_of_the_file_win_until_they_are_ignored() -> None:
    raw = analytic_session(steady(), times())
    lap = DeclaredLap(number=7, start_us=1_000_000, end_us=41_234_567, is_complete=True)
    raw = RawSession(format="x", groups=raw.groups, laps_declared=(lap,))
    declared = [lap.number for lap in session.analyse(raw).laps if lap.lap_time_s]
    assert declared == [7]
    ignored = session.analyse(raw, ignore_lap_column=True)
    assert sum(lap.lap_time_s is not None for lap in ignored.laps) == 4


@pytest.mark.parametrize(("late_s", "is_told"), [(0.0, False), (0.0002, False), (0.0010, True)])
def test_lap_times_that_the_file_states_otherwise_are_told_once(
    late_s: float, *, is_told: bool
) -> None:
    laps = tuple(
        DeclaredLap(
            number=k,
            start_us=k * 40_000_000,
            end_us=(k + 1) * 40_000_000,
            is_complete=True,
            lap_time_s=40.0 + late_s,
        )
        for k in (1, 2)
    )
    found = session.analyse(RawSession(format="by-hand", laps_declared=laps))
    assert [lap.lap_time_s for lap in found.laps] == [40.0 + late_s] * 2
    told = [notice.count for notice in found.notices if notice.code == "lap_times_stated"]
    assert told == [2] * is_told


def test_a_drive_between_the_laps_of_the_file_is_told() -> None:
    raw = analytic_session(steady(), times())
    seconds = [(0, 20), (20, 40), (55, 75)]
    laps = tuple(
        DeclaredLap(number=k, start_us=a * 1_000_000, end_us=b * 1_000_000, is_complete=True)
        for k, (a, b) in enumerate(seconds, start=1)
    )
    found = session.analyse(RawSession(format="x", groups=raw.groups, laps_declared=laps))
    (told,) = (notice for notice in found.notices if notice.code == "outside_the_laps")
    assert told.count == 1
    assert told.first_s == pytest.approx(40.0, abs=0.2)
    assert told.last_s == pytest.approx(55.0, abs=0.2)
    assert told.detail.startswith("15 s")


def test_line_of_the_file_is_used_before_one_is_searched() -> None:
    raw = analytic_session(steady(), times())
    raw = RawSession(format="x", groups=raw.groups, start_line=line())
    assert session.analyse(raw).start_line == line()


NAN = float("nan")


@pytest.mark.parametrize(
    "raw",
    [
        RawSession(format="empty"),
        RawSession(
            format="x", groups=(ChannelGroup(name="g", time_us=np.zeros(0, np.int64), channels=()),)
        ),
        _raw({"lat_deg": np.zeros(0), "lon_deg": np.zeros(0)}, np.zeros(0)),
        _raw({"lat_deg": np.array([50.0]), "lon_deg": np.array([8.0])}, np.zeros(1)),
        _raw({"lat_deg": np.full(99, NAN), "lon_deg": np.full(99, NAN)}, np.arange(99.0)),
        _raw({"speed_mps": np.full(99, NAN)}, np.arange(99.0)),
        _raw({"lat_deg": np.zeros(99), "lon_deg": np.zeros(99)}, np.arange(99.0)),
        _raw({"engine_speed_rpm": np.ones(99)}, np.arange(99.0)),
        _raw({"lat_deg": np.array([50.0, 50.0]), "lon_deg": np.array([8.0, 8.0])}, np.zeros(2)),
    ],
)
def test_data_without_motion_give_an_answer_and_no_error(raw: RawSession) -> None:
    found = session.analyse(raw)
    assert found.trajectory is None
    assert found.laps == ()
    assert found.best_lap is None
    assert found.quality.score is None
    assert found.notices


def test_declared_laps_survive_without_motion() -> None:
    lap = DeclaredLap(number=3, start_us=0, end_us=60_000_000, is_complete=True)
    found = session.analyse(RawSession(format="x", laps_declared=(lap,)))
    assert [(one.number, one.lap_time_s) for one in found.laps] == [(3, 60.0)]


def test_speed_alone_gives_distance_and_one_partial_lap() -> None:
    found = session.analyse(_raw({"speed_mps": np.full(101, 20.0)}, np.arange(101.0)))
    assert found.trajectory is not None
    assert found.trajectory.odometer_m[-1] == pytest.approx(2000.0)
    assert [lap.kind for lap in found.laps] == [LapKind.PARTIAL]
    assert "no_position" in {notice.code for notice in found.notices}


def test_scrambled_time_is_refused() -> None:
    time_s = np.random.default_rng(1).permutation(300) / 10.0
    with pytest.raises(InsufficientDataError, match="order of time"):
        session.analyse(_raw({"speed_mps": np.full(300, 20.0)}, time_s))


def test_same_session_gives_the_same_answer_twice() -> None:
    raw = analytic_session(steady(), times())
    assert session.analyse(raw).laps == session.analyse(raw).laps
