from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import crossing_instant, crossings, local_line
from apexlab_desktop.analysis.local_line import LocalLine
from apexlab_desktop.analysis.types import FloatArray, StartLine, Trajectory

RATES_HZ = (1.0, 5.0, 10.0, 20.0, 25.0)
ACCELS_MPS2 = (-9.0, -4.0, 0.0, 5.0)
PHASES = np.arange(100) / 100.0
EASTWARD = LocalLine(x_m=0.0, y_m=0.0, direction_x=1.0, direction_y=0.0, half_width_m=15.0)


def motion(
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    speed_mps: FloatArray,
    course_rad: FloatArray,
    segment: FloatArray | None = None,
    sigma_m: float = 0.5,
) -> Trajectory:
    """A trajectory as given, with the rest filled in plainly."""
    nothing = np.zeros(time_s.size)
    step_m = 0.5 * (speed_mps[1:] + speed_mps[:-1]) * np.diff(time_s)
    return Trajectory(
        time_s=time_s,
        x_m=x_m,
        y_m=y_m,
        origin_lat_deg=50.0,
        origin_lon_deg=8.0,
        speed_mps=speed_mps,
        course_rad=course_rad,
        accel_long_mps2=nothing,
        accel_lat_mps2=nothing,
        curvature_per_m=nothing,
        odometer_m=np.concatenate(([0.0], np.cumsum(step_m))),
        segment=nothing.astype(np.int64) if segment is None else segment.astype(np.int64),
        is_interpolated=np.zeros(time_s.size, np.bool_),
        rate_hz=1.0 / float(np.median(np.diff(time_s))),
        position_sigma_m=sigma_m,
    )


def _through_line(accel: float, rate_hz: float, phase: float, v_line: float = 45.0) -> Trajectory:
    """Constant acceleration, at the line (x = 0) at time 0 with `v_line`."""
    time_s = np.asarray((np.arange(-2.0, 4.0) + phase) / rate_hz)
    x_m = v_line * time_s + 0.5 * accel * time_s**2
    speed = v_line + accel * time_s
    return motion(time_s, x_m, np.zeros(6), speed, np.zeros(6))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("accel", ACCELS_MPS2)
def test_constant_acceleration_is_timed_exactly_at_every_phase(
    rate_hz: float, accel: float
) -> None:
    for phase in PHASES:
        found = crossings.find(_through_line(accel, rate_hz, float(phase)), EASTWARD)
        assert found.time_s.size == 1
        assert abs(found.time_s[0]) <= 1e-4


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("accel", ACCELS_MPS2)
def test_linear_error_reaches_but_never_exceeds_its_formula(rate_hz: float, accel: float) -> None:
    dt = 1.0 / rate_hz
    worst = 0.0
    slowest = np.inf
    for phase in PHASES:
        start = (phase - 1.0) * dt
        v0, v1 = 45.0 + accel * start, 45.0 + accel * (start + dt)
        q0 = 45.0 * start + 0.5 * accel * start**2
        way = 0.5 * (v0 + v1) * dt
        got = start + float(
            crossing_instant.instant_linear(np.array([dt]), np.array([-q0 / way]))[0]
        )
        worst = max(worst, abs(got))
        slowest = min(slowest, v0, v1)
    formula = abs(accel) * dt**2 / (8.0 * slowest)
    assert worst <= formula * 1.001 + 1e-12
    assert worst >= 0.8 * abs(accel) * dt**2 / (8.0 * 45.0)


def test_speeds_on_another_scale_still_time_exactly() -> None:
    drive = _through_line(5.0, 5.0, 0.3)
    scaled = motion(drive.time_s, drive.x_m, drive.y_m, 1.1 * drive.speed_mps, drive.course_rad)
    assert crossings.find(scaled, EASTWARD).time_s[0] == pytest.approx(0.0, abs=1e-9)


def test_speeds_that_contradict_the_way_leave_the_linear_instant() -> None:
    instant = crossing_instant.instant_constant_acceleration(
        np.array([1.0]), np.array([0.25]), np.array([40.0]), np.array([0.0]), np.array([1.0])
    )
    assert instant[0] == 0.25


def test_sample_exactly_on_the_line_counts_once() -> None:
    time_s = np.arange(-3.0, 4.0)
    drive = motion(time_s, 10.0 * time_s, np.zeros(7), np.full(7, 10.0), np.zeros(7))
    assert crossings.find(drive, EASTWARD).time_s.tolist() == [0.0]


def test_backwards_over_the_line_is_no_crossing() -> None:
    time_s = np.arange(-3.0, 4.0) + 0.3
    drive = motion(time_s, -10.0 * time_s, np.zeros(7), np.full(7, 10.0), np.full(7, np.pi))
    assert crossings.find(drive, EASTWARD).time_s.size == 0


def test_noise_at_rest_on_the_line_is_no_crossing() -> None:
    rng = np.random.default_rng(1)
    time_s = np.arange(0.0, 300.0, 0.1)
    n = time_s.size
    drive = motion(
        time_s,
        rng.normal(0, 0.5, n),
        rng.normal(0, 0.5, n),
        np.abs(rng.normal(0, 0.05, n)),
        rng.uniform(0, 6, n),
    )
    assert crossings.find(drive, EASTWARD).time_s.size == 0


@pytest.mark.parametrize(("lateral_m", "n"), [(14.9, 1), (-14.9, 1), (15.1, 0), (-35.0, 0)])
def test_only_passes_within_the_width_count(lateral_m: float, n: int) -> None:
    time_s = np.arange(-3.0, 4.0) + 0.3
    drive = motion(time_s, 10 * time_s, np.full(7, lateral_m), np.full(7, 10.0), np.zeros(7))
    assert crossings.find(drive, EASTWARD).time_s.size == n


def _laps_of_circle(rate_hz: float, n: int, radius_m: float, speed: float) -> Trajectory:
    lap_s = 2 * np.pi * radius_m / speed
    time_s = np.arange(-0.3 * lap_s, (n + 0.3) * lap_s, 1 / rate_hz)
    angle = 2 * np.pi * time_s / lap_s
    return motion(
        time_s,
        radius_m * np.sin(angle),
        radius_m - radius_m * np.cos(angle),
        np.full(time_s.size, speed),
        angle,
    )


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_laps_of_a_circle_are_evenly_timed(rate_hz: float) -> None:
    found = crossings.find(_laps_of_circle(rate_hz, 5, 150.0, 30.0), EASTWARD)
    assert found.time_s.size == 6
    np.testing.assert_allclose(np.diff(found.time_s), 2 * np.pi * 5.0, atol=1e-4)


def test_laps_shorter_than_ten_seconds_are_one_crossing() -> None:
    found = crossings.find(_laps_of_circle(10.0, 4, 45.0, 30.0), EASTWARD)
    np.testing.assert_allclose(np.diff(found.time_s), 2 * 2 * np.pi * 1.5, atol=1e-4)


def test_the_car_must_leave_the_line_before_it_crosses_again() -> None:
    found = crossings.find(_laps_of_circle(10.0, 3, 19.0, 5.0), EASTWARD)
    assert found.time_s.size == 1


def test_known_track_length_joins_crossings_too_close() -> None:
    drive = _laps_of_circle(10.0, 4, 150.0, 30.0)
    assert crossings.find(drive, EASTWARD, track_length_m=1700.0).time_s.size == 3


def test_line_in_a_dropout_is_found_and_marked() -> None:
    drive = _laps_of_circle(10.0, 2, 150.0, 30.0)
    keep = np.abs(drive.time_s - 2 * np.pi * 5.0) > 2.0
    segment = (drive.time_s > 2 * np.pi * 5.0).astype(np.float64)
    cut = motion(
        drive.time_s[keep],
        drive.x_m[keep],
        drive.y_m[keep],
        drive.speed_mps[keep],
        drive.course_rad[keep],
        segment[keep],
    )
    found = crossings.find(cut, EASTWARD)
    assert found.is_uncertain.tolist() == [False, True, False]
    assert found.time_s[1] == pytest.approx(2 * np.pi * 5.0, abs=0.02)


def test_jump_over_the_line_is_marked() -> None:
    time_s = np.arange(-3.0, 4.0) + 0.3
    x_m = 10.0 * time_s
    x_m[3:] += 25.0
    drive = motion(time_s, x_m, np.zeros(7), np.full(7, 10.0), np.zeros(7))
    assert crossings.find(drive, EASTWARD).is_uncertain.tolist() == [True]


def test_sigma_is_position_error_over_speed() -> None:
    found = crossings.find(_through_line(0.0, 10.0, 0.4), EASTWARD)
    assert found.sigma_s[0] == pytest.approx(0.5 / 45.0)


def test_lap_sigma_follows_the_formula_for_common_slow_error() -> None:
    sigma = crossings.lap_sigma(0.5 / 45, 0.5 / 45, 90.0)
    assert sigma == pytest.approx(np.sqrt(2) * 0.5 * np.sqrt(1 - np.exp(-90 / 60)) / 45)


def test_line_survives_the_way_to_degrees_and_back() -> None:
    drive = _through_line(0.0, 10.0, 0.0)
    line = LocalLine(x_m=120.0, y_m=-340.0, direction_x=0.6, direction_y=-0.8, half_width_m=9.0)
    back = local_line.localise(local_line.globalise(line, drive), drive)
    assert back.x_m == pytest.approx(120.0, abs=1e-6)
    assert back.y_m == pytest.approx(-340.0, abs=1e-6)
    assert (back.direction_x, back.direction_y) == pytest.approx((0.6, -0.8))


def test_bearing_is_clockwise_from_north() -> None:
    drive = _through_line(0.0, 10.0, 0.0)
    east = local_line.localise(StartLine(lat_deg=50.0, lon_deg=8.0, bearing_deg=90.0), drive)
    assert (east.direction_x, east.direction_y) == pytest.approx((1.0, 0.0), abs=1e-12)
    assert east.across_m(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(1.0)
