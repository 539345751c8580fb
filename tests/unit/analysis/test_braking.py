"""Brake points of motions whose braking is known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.braking import BrakeEvents, brake_events, by_corner
from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.lift_level import LiftLevel, lift_level_of
from apexlab_desktop.analysis.smoothing import savgol, window_samples
from apexlab_desktop.analysis.types import FloatArray, Trajectory
from tests.unit.analysis.drives import drive, oval

ROAD_CAR = LiftLevel(level_mps2=0.7, drag_per_m=0.0003)


def motion(
    accel: FloatArray, start_mps: float, rate_hz: float, *, sigma_mps: float = 0.0, seed: int = 1
) -> LapMotion:
    """Return a straight drive with an acceleration at 200 Hz, as a receiver sees it."""
    fine_s = np.arange(accel.size) / 200.0
    speed = start_mps + np.append(0.0, np.cumsum(0.5 * (accel[1:] + accel[:-1]) / 200.0))
    way = np.append(0.0, np.cumsum(0.5 * (speed[1:] + speed[:-1]) / 200.0))
    time_s = np.arange(0.0, fine_s[-1], 1.0 / rate_hz)
    seen = np.interp(time_s, fine_s, speed)
    seen += sigma_mps * np.random.default_rng(seed).standard_normal(seen.size)
    n_window = window_samples(0.5, rate_hz)
    return LapMotion(
        time_s=time_s,
        station_m=np.interp(time_s, fine_s, way),
        speed_mps=seen,
        accel_long_mps2=savgol(seen, n_window, 2, 1) * rate_hz,
        accel_lat_mps2=np.zeros(time_s.size),
        brake_ratio=None,
        throttle_ratio=None,
        rate_hz=rate_hz,
    )


def stop_from(
    at_s: float, ramp_s: float, *, before: float = 1.0, decel: float = 9.0, hold_s: float = 2.0
) -> FloatArray:
    """Return an acceleration at 200 Hz that goes over to braking from `at_s` on."""
    t = np.arange(0.0, 8.0, 1.0 / 200.0)
    on = np.clip((t - at_s) / max(ramp_s, 1e-3), 0.0, 1.0)
    off = np.clip((t - at_s - ramp_s - hold_s) / 0.4, 0.0, 1.0)
    return before - (before + decel) * on * (1.0 - off) - before * off


def events(lap: LapMotion) -> BrakeEvents:
    return brake_events(lap, ROAD_CAR, DEFAULT_CORNER_MEASURES)


def only(found: BrakeEvents) -> dict[str, float]:
    """Return the measures of the only braking."""
    names = ("start_s", "end_s", "start_m", "end_m", "start_sigma_s", "peak_mps2", "speed_loss_mps")
    assert found.lap.size == 1
    return {name: float(getattr(found, name)[0]) for name in names}


def true_onset_s(at_s: float, ramp_s: float, speed_mps: float) -> float:
    """Return when the ramp passes what a closed throttle does, and a twentieth of the rest [s]."""
    lift = float(ROAD_CAR.at(np.array(speed_mps)))
    level = lift + 0.05 * (9.0 - lift)
    return at_s + ramp_s * (1.0 + level) / 10.0


@pytest.mark.parametrize("rate_hz", [10.0, 25.0])
@pytest.mark.parametrize("ramp_s", [0.0, 0.15, 0.3, 0.5])
def test_onset_has_no_bias_whatever_the_ramp(ramp_s: float, rate_hz: float) -> None:
    errors_m = []
    for seed in range(12):
        at_s = 3.0 + 0.013 * seed
        lap = motion(stop_from(at_s, ramp_s), 45.0, rate_hz, sigma_mps=0.05, seed=seed)
        errors_m.append(48.0 * (only(events(lap))["start_s"] - true_onset_s(at_s, ramp_s, 48.0)))
    assert abs(np.mean(errors_m)) <= 2.0
    assert np.std(errors_m) <= 2.0


def test_sigma_is_about_the_scatter() -> None:
    found = []
    for seed in range(20):
        event = only(events(motion(stop_from(3.0, 0.3), 45.0, 10.0, sigma_mps=0.05, seed=seed)))
        found.append((event["start_s"], event["start_sigma_s"]))
    starts, sigmas = np.array(found).T
    assert 0.4 <= np.std(starts) / np.mean(sigmas) <= 2.5


def test_peak_duration_and_loss_are_those_of_the_event() -> None:
    found = events(motion(stop_from(3.0, 0.3), 45.0, 25.0))
    event = only(found)
    assert event["peak_mps2"] == pytest.approx(-9.0, abs=0.3)
    assert event["end_s"] - event["start_s"] == pytest.approx(2.5, abs=0.2)
    assert event["speed_loss_mps"] == pytest.approx(20.0, abs=2.0)
    assert found.source == "speed"
    assert event["end_m"] > event["start_m"]


def test_trap_14_lifting_at_speed_is_no_braking() -> None:
    """At 70 m/s air alone takes 0.15 g from a road car; a lift is 0.22 g."""
    lift = -float(ROAD_CAR.at(np.array(70.0)))
    accel = np.concatenate((np.full(600, 0.5), np.full(600, lift), np.full(600, 0.5)))
    assert lift < -0.2 * 9.80665
    assert events(motion(accel, 68.0, 25.0)).lap.size == 0


@pytest.mark.parametrize(("decel_g", "n"), [(0.17, 0), (0.24, 1)])
def test_trap_33_braking_begins_at_two_tenths_of_g(decel_g: float, n: int) -> None:
    accel = np.concatenate((np.zeros(600), np.full(400, -decel_g * 9.80665), np.zeros(600)))
    assert events(motion(accel, 25.0, 25.0)).lap.size == n


@pytest.mark.parametrize(("held_s", "n"), [(0.05, 0), (0.6, 1)])
def test_trap_33_braking_is_held(held_s: float, n: int) -> None:
    accel = np.concatenate((np.zeros(600), np.full(round(held_s * 200), -3.0), np.zeros(600)))
    assert events(motion(accel, 25.0, 25.0)).lap.size == n


def test_one_fix_a_second_tells_no_brake_point() -> None:
    assert events(motion(stop_from(3.0, 0.3), 45.0, 1.0)).lap.size == 0


def test_pedal_is_believed_before_the_speed() -> None:
    lap = motion(stop_from(3.0, 0.3), 45.0, 25.0)
    pedal = np.clip((lap.time_s - 2.9) / 0.4, 0.0, 1.0) * (lap.time_s < 5.5)
    found = events(replace(lap, brake_ratio=pedal))
    assert found.source == "pedal"
    assert found.start_s == pytest.approx([2.92], abs=0.01)


def test_resting_foot_is_no_braking() -> None:
    lap = motion(stop_from(3.0, 0.3), 45.0, 25.0)
    assert events(replace(lap, brake_ratio=np.full(lap.time_s.size, 0.04))).lap.size == 0


def event_of(lap: LapMotion, start_s: float, end_s: float) -> BrakeEvents:
    start_m, end_m = lap.station_at((start_s, end_s))
    return BrakeEvents(
        lap=np.array([0]),
        start_s=np.array([start_s]),
        end_s=np.array([end_s]),
        start_m=np.array([start_m]),
        end_m=np.array([end_m]),
        start_sigma_s=np.array([0.01]),
        peak_mps2=np.array([-9.0]),
        speed_loss_mps=lap.speed_at([start_m]) - lap.speed_at([end_m]),
        source="speed",
    )


def zones_of(event: BrakeEvents, lap: LapMotion, *zones_m: tuple[float, float]) -> list[int]:
    """Return the index of the braking for each zone, -1 for none."""
    entry_m, exit_m = np.array(zones_m).T[:, None]
    (found,) = by_corner(event, lap, entry_m, exit_m, DEFAULT_CORNER_MEASURES)
    return [int(one) for one in found]


def test_trap_14_braking_through_a_bend_is_for_the_corner_behind_it() -> None:
    """From 45 to 27 m/s over 90 m, the first third of it in a fast bend."""
    lap = motion(stop_from(3.0, 0.2, hold_s=1.8), 45.0, 25.0)
    event = event_of(lap, 3.1, 5.2)
    start_m, end_m = event.start_m[0], event.end_m[0]
    bend, corner = (start_m - 60.0, start_m + 25.0), (start_m + 40.0, end_m + 40.0)
    assert zones_of(event, lap, bend, corner) == [-1, 0]


def test_braking_that_is_over_by_the_exit_is_for_that_corner() -> None:
    lap = motion(stop_from(3.0, 0.2, hold_s=1.8), 45.0, 25.0)
    event = event_of(lap, 3.1, 5.2)
    end_m = event.end_m[0]
    first, second = (end_m - 20.0, end_m + 5.0), (end_m + 6.0, end_m + 60.0)
    assert zones_of(event, lap, first, second) == [0, -1]


@pytest.mark.parametrize(("ahead_m", "found"), [(25.0, [-1]), (15.0, [0])])
def test_braking_far_before_the_entry_is_for_something_else(
    ahead_m: float, found: list[int]
) -> None:
    lap = motion(stop_from(1.0, 0.2, hold_s=0.5), 45.0, 25.0)
    event = event_of(lap, 1.1, 1.9)
    end_m = event.end_m[0]
    assert zones_of(event, lap, (end_m + ahead_m, end_m + 100.0)) == found


def straights(power: float, drag: float) -> Trajectory:
    """Return a car at full power from 12 m/s on, six times, with a stop between."""
    speed = [12.0]
    for _ in range(250):
        v = speed[-1]
        speed.append(v + (power / v - drag * v**2 - 0.147) / 25.0)
    run = np.concatenate((speed, np.linspace(speed[-1], 12.0, 60)))
    seen = np.tile(run, 6) + 0.02 * np.random.default_rng(3).standard_normal(6 * run.size)
    time_s = np.arange(seen.size) / 25.0
    shape, length_m = oval()
    motion = drive(shape, length_m, time_s=time_s, station_m=np.cumsum(seen) / 25.0).trajectory
    assert motion is not None
    accel = savgol(seen, 13, 2, 1) * 25.0
    return replace(motion, speed_mps=seen, accel_long_mps2=accel)


@pytest.mark.parametrize("drag_per_m", [0.0027, 0.0006])
def test_drag_is_read_from_the_ends_of_the_straights(drag_per_m: float) -> None:
    found = lift_level_of(straights(110.0, drag_per_m), DEFAULT_CORNER_MEASURES)
    assert found.drag_per_m == pytest.approx(drag_per_m, rel=0.1)


def test_car_that_never_accelerates_has_the_drag_of_a_road_car() -> None:
    motion = straights(110.0, 0.0006)
    still = replace(motion, accel_long_mps2=np.zeros(motion.time_s.size))
    found = lift_level_of(still, DEFAULT_CORNER_MEASURES)
    assert found.drag_per_m == DEFAULT_CORNER_MEASURES.lift_drag_per_m
