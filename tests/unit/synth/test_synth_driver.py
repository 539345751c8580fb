"""Habits of the driver against closed forms of the quasi-steady car."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from apexlab_desktop.synth import EXACT_DRIVER, VEHICLES, Driver, Noise, Truth, Vehicle, generate
from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.speed_profile import Limits, Road, limits_of, solve_speed

STEP_M = 0.5
SHIFT_GAP_S = 0.15
CAR = replace(VEHICLES["road"], drag_area_m2=0.0, lift_area_m2=0.0, rolling=0.0)
"""Without resistance: during a gap it keeps its speed exactly."""


def road(curvature_per_m: FloatArray) -> Road:
    n = curvature_per_m.size
    zero, one = np.zeros(n), np.ones(n)
    return Road(
        path_m=STEP_M * np.arange(n, dtype=np.float64),
        curvature_per_m=curvature_per_m,
        slope=zero,
        vertical_per_m=zero,
        bank_rad=zero,
        grip=one,
        mass=one,
    )


def launch(car: Vehicle, shift_gap_s: float) -> tuple[Limits, FloatArray, FloatArray]:
    """Return limits, time and speed of a launch on a straight of 2 km."""
    limits = limits_of(road(np.zeros(4_000)), car)
    cap = np.full(4_000, 150.0)
    cap[0] = 5.0
    speed = solve_speed(limits, car, cap, shift_gap_s=shift_gap_s)
    pace = 1.0 / speed
    return limits, np.append(0.0, np.cumsum(STEP_M * (pace[1:] + pace[:-1]) / 2)), speed


class TestGearShifts:
    def test_each_change_up_costs_the_gap_on_the_way_to_a_speed(self) -> None:
        _, plain_s, plain = launch(CAR, 0.0)
        _, gapped_s, gapped = launch(CAR, SHIFT_GAP_S)
        for n_shifts, top_mps in enumerate(CAR.gear_speeds_mps[:4], start=1):
            target = top_mps + 3.0
            late = np.interp(target, gapped, gapped_s) - np.interp(target, plain, plain_s)
            # A gap begins and ends at a node: half a metre at these speeds is 10 to 30 ms.
            assert late == pytest.approx(n_shifts * SHIFT_GAP_S, abs=n_shifts * 0.03)

    def test_the_speed_stands_still_in_the_gap(self) -> None:
        _, time_s, speed = launch(CAR, SHIFT_GAP_S)
        top_mps = CAR.gear_speeds_mps[2]
        after = int(np.argmax(speed > top_mps))
        in_gap = (time_s > time_s[after] + 0.01) & (time_s < time_s[after] + SHIFT_GAP_S - 0.03)
        assert np.ptp(speed[in_gap]) < 1e-9

    def test_a_car_of_one_gear_never_shifts(self) -> None:
        kart = VEHICLES["kart"]
        np.testing.assert_array_equal(launch(kart, SHIFT_GAP_S)[2], launch(kart, 0.0)[2])

    def test_a_car_that_slows_down_goes_back_and_shifts_again(self) -> None:
        curvature = np.zeros(4_000)
        curvature[2_000:2_100] = 1.0 / 15.0
        limits = limits_of(road(curvature), CAR)
        cap = np.full(4_000, 150.0)
        cap[0] = 5.0
        lost = solve_speed(limits, CAR, cap) - solve_speed(limits, CAR, cap, shift_gap_s=0.15)
        before, after = lost[:1_990], lost[2_110:]
        assert np.max(before) > 1.0
        assert np.max(after) > 1.0

    def test_a_lap_with_gaps_is_slower_and_still_smooth(self) -> None:
        plain, gapped = exact(), exact(shift_gap_s=SHIFT_GAP_S)
        loss = np.diff(gapped.crossings_s) - np.diff(plain.crossings_s)
        ups = int(np.sum(np.diff(plain.gear[in_laps(plain)]) > 0))
        assert np.all(loss > 0.0)
        # Each gap costs its length times the share of the acceleration still to be had.
        assert float(loss.sum()) < ups * SHIFT_GAP_S
        assert np.max(np.abs(np.diff(gapped.accel_long_mps2))) * 200 <= 25.0

    def test_the_throttle_dips_at_the_change_up(self) -> None:
        # The driver's jerk limit spreads the gap over the time that pedals take.
        plain, gapped = (self.throttle_at_ups(exact(shift_gap_s=gap)) for gap in (0.0, SHIFT_GAP_S))
        assert np.median(plain) > 0.95
        assert np.median(gapped) < 0.8

    def throttle_at_ups(self, truth: Truth) -> list[float]:
        ups = np.flatnonzero(np.diff(truth.gear) > 0)
        ups = ups[(truth.speed_mps[ups] > 20.0) & (truth.accel_long_mps2[ups - 100] > 1.0)]
        assert ups.size >= 4
        return [float(truth.throttle_ratio[up - 60 : up + 60].min()) for up in ups]


@cache
def exact(
    *, trail_depth: float = 1.0, min_speed_factor: float = 1.0, shift_gap_s: float = 0.0
) -> Truth:
    driver = replace(
        EXACT_DRIVER,
        trail_depth=trail_depth,
        min_speed_factor=min_speed_factor,
        shift_gap_s=shift_gap_s,
    )
    return generate(track="club-short", laps=2, noise="none", driver=driver).truth


def in_laps(truth: Truth) -> slice:
    first, last = np.searchsorted(truth.time_s, truth.crossings_s[[0, -1]])
    return slice(int(first), int(last))


class TestTrailBraking:
    @pytest.mark.parametrize("depth", [0.0, 0.5, 1.0])
    def test_the_brake_is_let_go_in_proportion_to_the_cornering(self, depth: float) -> None:
        # A spiral that tightens: the car brakes and turns all the way.
        n = 1_200
        curvature = np.linspace(0.0, 1.0 / 20.0, n)
        limits = limits_of(road(curvature), CAR)
        speed = solve_speed(limits, CAR, np.full(n, 60.0), trail_depth=depth)
        lateral = speed**2 * curvature
        braking = -np.diff(speed**2) / (2 * STEP_M)
        used = lateral[1:] / (CAR.grip * 9.80665)
        ellipse = CAR.grip * 9.80665 * np.sqrt(np.maximum(1.0 - used**2, 0.0))
        allowed = np.minimum(ellipse * (1.0 - (1.0 - depth) * used), CAR.brake_limit_mps2)
        inner = (used > 0.1) & (used < 0.95) & (np.arange(n - 1) > 50)
        assert np.all(braking[inner] <= allowed[inner] + 0.05)
        busy = inner & (braking > 0.5)
        assert busy.sum() > 100
        np.testing.assert_allclose(braking[busy], allowed[busy], atol=0.1)

    def test_shallow_trail_braking_costs_time(self) -> None:
        times = [float(np.diff(exact(trail_depth=d).crossings_s).sum()) for d in (1.0, 0.5, 0.0)]
        assert times[0] < times[1] < times[2]


def test_min_speed_factor_scales_the_slowest_point_of_every_corner() -> None:
    plain, slow = exact(), exact(min_speed_factor=0.9)
    for first, second in zip(plain.corner_events, slow.corner_events, strict=True):
        if first.brake_onset_s is None:
            continue
        # Rounding takes more off a sharper minimum.
        assert second.min_speed_mps / first.min_speed_mps == pytest.approx(0.9, abs=0.02)


def test_a_cool_down_lap_is_slow_and_the_others_are_not() -> None:
    plain = np.diff(generate(laps=4, noise="none").truth.crossings_s)
    cooled = np.diff(generate(laps=4, noise="none", cool_down_laps=(2,)).truth.crossings_s)
    # Time goes with the root of the grip in use: 0.6 makes 1.29 where grip rules.
    assert 1.1 < cooled[1] / plain[1] < 1.35
    assert np.abs(cooled - plain)[[0, 2, 3]].max() < 1.5
    assert np.argmax(cooled - plain) == 1


def test_the_default_driver_shifts_without_a_gap_and_trails_to_the_apex() -> None:
    assert (Driver().shift_gap_s, Driver().trail_depth, Driver().min_speed_factor) == (0, 1, 1)


def test_a_barometer_drifts_with_the_weather() -> None:
    plain = generate(laps=1, noise=Noise()).gps
    drifted = generate(laps=1, noise=Noise(altitude_drift_m_per_hour=-36.0)).gps
    np.testing.assert_allclose(drifted.altitude_m - plain.altitude_m, -0.01 * plain.time_s)


def test_a_receiver_with_an_offset_clock_stamps_later() -> None:
    plain = generate(laps=1, noise=Noise()).gps
    late = generate(laps=1, noise=Noise(clock_offset_s=0.25)).gps
    np.testing.assert_allclose(late.time_s - plain.time_s, 0.25)
    np.testing.assert_array_equal(late.lat_deg, plain.lat_deg)
