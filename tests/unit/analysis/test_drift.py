"""Positions that follow the speed where the fixes wander."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis.drift import steadied
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    FloatArray,
    Trajectory,
)
from tests.unit.analysis.drives import drive, oval

RATE_HZ = 10.0
SPEED_MPS = 30.0
N_LAPS = 6
SHAPE, LENGTH_M = oval()


def motion_of(session: AnalysedSession) -> Trajectory:
    assert session.trajectory is not None
    return session.trajectory


def true_session() -> AnalysedSession:
    """Return six laps whose line changes by decimetres, with an exact velocity."""
    time_s = np.arange(0.0, (N_LAPS * LENGTH_M + 100.0) / SPEED_MPS, 1.0 / RATE_HZ)
    station_m = SPEED_MPS * time_s - 50.0
    offset_m = 0.2 * np.sin(2.0 * np.pi * station_m / (0.37 * LENGTH_M))
    return drive(
        SHAPE, LENGTH_M, time_s=time_s, station_m=station_m, offset_m=offset_m, sigma_m=0.8
    )


def wander(time_s: FloatArray, seed: int, sigma_m: float = 0.8, tau_s: float = 60.0) -> FloatArray:
    """Return a first-order Gauss-Markov drift, shape of the times [m]."""
    rng = np.random.default_rng(seed)
    keep = np.exp(-np.diff(time_s, prepend=time_s[0] - 0.1) / tau_s)
    values = np.empty(time_s.size)
    values[0] = rng.normal(0.0, sigma_m)
    for k in range(1, time_s.size):
        values[k] = keep[k] * values[k - 1] + rng.normal(0.0, sigma_m * np.sqrt(1 - keep[k] ** 2))
    return values


def drifting(session: AnalysedSession, sigma_m: float = 0.8) -> AnalysedSession:
    motion = motion_of(session)
    east_m, north_m = (wander(motion.time_s, seed, sigma_m) for seed in (1, 2))
    return replace(
        session, trajectory=replace(motion, x_m=motion.x_m + east_m, y_m=motion.y_m + north_m)
    )


def with_velocity(
    session: AnalysedSession, speed_mps: FloatArray, course_rad: FloatArray
) -> AnalysedSession:
    motion = replace(motion_of(session), speed_mps=speed_mps, course_rad=course_rad)
    return replace(session, trajectory=motion)


def wandering_m(session: AnalysedSession, truth: AnalysedSession) -> float:
    """Return the spread of the position error about its mean over both axes [m]."""
    found, true = motion_of(session), motion_of(truth)
    return float(np.hypot(np.std(found.x_m - true.x_m), np.std(found.y_m - true.y_m)))


def test_drift_goes_where_the_velocity_is_good() -> None:
    truth = true_session()
    found = steadied(drifting(truth))
    assert wandering_m(drifting(truth), truth) > 0.7
    assert wandering_m(found.session, truth) < 0.15
    assert [notice.code for notice in found.notices] == ["position_drift_removed"]
    assert found.fix_sigma_m == 0.8
    assert motion_of(found.session).position_sigma_m < 0.4


def test_positions_that_do_not_drift_stay_untouched() -> None:
    truth = true_session()
    found = steadied(truth)
    assert found.session is truth
    assert found.notices == ()
    assert found.fix_sigma_m == 0.0


def test_velocity_that_wanders_more_than_the_fixes_is_not_followed() -> None:
    truth = true_session()
    motion = motion_of(truth)
    bad = with_velocity(truth, motion.speed_mps + wander(motion.time_s, 3, 0.5), motion.course_rad)
    session = drifting(bad, sigma_m=0.1)
    found = steadied(session)
    assert wandering_m(found.session, truth) <= wandering_m(session, truth)


def test_speed_on_another_scale_turned_and_late_is_mended_first() -> None:
    truth = true_session()
    motion = motion_of(truth)
    late_s = motion.time_s - 0.1
    session = with_velocity(
        truth,
        1.02 * np.interp(late_s, motion.time_s, motion.speed_mps),
        0.01 + np.interp(late_s, motion.time_s, motion.course_rad),
    )
    found = steadied(drifting(session))
    assert wandering_m(found.session, truth) < 0.25


def test_gap_breaks_the_way_and_both_sides_stay_in_place() -> None:
    truth = true_session()
    session = drifting(truth)
    gap = (motion_of(session).time_s > 100.0) & (motion_of(session).time_s < 130.0)

    def cut(one: AnalysedSession) -> AnalysedSession:
        motion = motion_of(one)
        kept = {
            name: getattr(motion, name)[~gap]
            for name in motion.__slots__
            if isinstance(getattr(motion, name), np.ndarray)
        }
        return replace(one, trajectory=replace(motion, **kept))

    found = steadied(cut(session))
    assert found.session is not session
    moved = motion_of(found.session)
    true = motion_of(cut(truth))
    off_m = np.hypot(moved.x_m - true.x_m, moved.y_m - true.y_m)
    assert np.max(off_m) < 3.0
    assert wandering_m(found.session, cut(truth)) < wandering_m(cut(session), cut(truth))


def test_filled_samples_follow_their_neighbours() -> None:
    truth = true_session()
    session = drifting(truth)
    time_s = motion_of(session).time_s
    filled = (time_s > 80.0) & (time_s < 80.45)
    motion = replace(motion_of(session), is_interpolated=filled)
    found = motion_of(steadied(replace(session, trajectory=motion)).session)
    step_m = np.hypot(np.diff(found.x_m), np.diff(found.y_m))
    assert np.max(step_m) < 1.3 * SPEED_MPS / RATE_HZ


def test_velocity_made_from_the_positions_is_no_witness() -> None:
    session = drifting(true_session())
    motion = replace(motion_of(session), is_velocity_measured=False)
    session = replace(session, trajectory=motion)
    assert steadied(session).session is session


def test_simulators_do_not_drift() -> None:
    session = drifting(true_session())
    session = replace(session, raw=replace(session.raw, is_sim=True))
    assert steadied(session).session is session


def test_one_lap_cannot_tell() -> None:
    session = drifting(true_session())
    assert (
        steadied(replace(session, laps=session.laps[:1])).session.trajectory is session.trajectory
    )


def test_nothing_to_steady_without_positions() -> None:
    session = true_session()
    nowhere = np.full(motion_of(session).time_s.size, np.nan)
    session = replace(session, trajectory=replace(motion_of(session), x_m=nowhere, y_m=nowhere))
    assert steadied(session).session is session
    assert steadied(replace(session, trajectory=None)).session.trajectory is None


def test_way_runs_on_over_short_gaps() -> None:
    """Many dropouts of a second: the fixes on both sides tell how far the car came."""
    truth = true_session()
    session = drifting(truth)
    missing = (motion_of(session).time_s % 11.0) < 1.0
    hidden = replace(session, trajectory=replace(motion_of(session), is_interpolated=missing))
    found = steadied(hidden)
    assert wandering_m(found.session, truth) < 0.6 * wandering_m(session, truth)


def with_wrong_course(session: AnalysedSession, first_s: float, n_s: float) -> AnalysedSession:
    """Return the session with a course that is 60 degrees off for some seconds."""
    motion = motion_of(session)
    is_wrong = (motion.time_s >= first_s) & (motion.time_s < first_s + n_s)
    course_rad = motion.course_rad + np.where(is_wrong, np.radians(60.0), 0.0)
    return with_velocity(session, motion.speed_mps, course_rad)


def test_seconds_of_wrong_velocity_do_not_bend_the_way_after_them() -> None:
    """A course held over a dropout led 100 m astray, and half a lap with it."""
    truth = true_session()
    session = drifting(truth)
    found = steadied(with_wrong_course(session, 100.0, 4.0))
    moved, fixes, true = (motion_of(one) for one in (found.session, session, truth))
    off_m = np.hypot(moved.x_m - true.x_m, moved.y_m - true.y_m)
    assert np.max(off_m) <= np.max(np.hypot(fixes.x_m - true.x_m, fixes.y_m - true.y_m))
    assert wandering_m(found.session, truth) < 0.65 * wandering_m(session, truth)


def test_way_that_strays_from_the_fixes_is_not_taken() -> None:
    """A compass that turns slowly: no break, yet no way to follow."""
    truth = true_session()
    motion = motion_of(truth)
    turned_rad = np.radians(20.0) * np.sin(2.0 * np.pi * motion.time_s / 170.0)
    session = with_velocity(drifting(truth), motion.speed_mps, motion.course_rad + turned_rad)
    found, fixes = motion_of(steadied(session).session), motion_of(session)
    off_m = np.hypot(found.x_m - fixes.x_m, found.y_m - fixes.y_m)
    assert np.max(off_m) < 4.0 * 0.8 + 0.8


def test_one_lap_moved_far_off_the_others_is_never_hidden() -> None:
    """Five good laps do not outweigh what a guess does to the sixth."""
    truth = true_session()
    found = steadied(with_wrong_course(truth, 100.0, 20.0))
    moved, true = motion_of(found.session), motion_of(truth)
    assert np.max(np.hypot(moved.x_m - true.x_m, moved.y_m - true.y_m)) < 0.5
