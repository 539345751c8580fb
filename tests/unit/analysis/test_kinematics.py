from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import kinematics
from apexlab_desktop.analysis.types import FloatArray

TIME_S = np.arange(0.0, 20.0, 0.04)
SEGMENT = np.zeros(TIME_S.size, np.int64)


def _circle(speed_mps: float, radius_m: float, sign: int) -> kinematics.Motion:
    course = sign * speed_mps / radius_m * TIME_S
    return kinematics.from_velocity(TIME_S, np.full(TIME_S.size, speed_mps), course, SEGMENT)


@pytest.mark.parametrize("sign", [1, -1])
def test_circle_has_v_squared_over_r_to_the_inside(sign: int) -> None:
    motion = _circle(20.0, 50.0, sign)
    np.testing.assert_allclose(motion.accel_lat_mps2, sign * 8.0, rtol=0.005)
    np.testing.assert_allclose(motion.curvature_per_m, sign * 0.02, rtol=0.01)
    np.testing.assert_allclose(motion.accel_long_mps2, 0.0, atol=0.05)


def test_straight_braking_is_negative_and_exact() -> None:
    speed = 60.0 - 2.5 * TIME_S
    motion = kinematics.from_velocity(TIME_S, speed, np.full(TIME_S.size, 1.1), SEGMENT)
    np.testing.assert_allclose(motion.accel_long_mps2, -2.5, atol=1e-9)
    np.testing.assert_allclose(motion.accel_lat_mps2, 0.0, atol=1e-9)


def test_integral_of_acceleration_closes_on_the_change_of_speed() -> None:
    speed = 30.0 + 12.0 * np.sin(TIME_S / 2.0)
    motion = kinematics.from_velocity(TIME_S, speed, 0.1 * TIME_S, SEGMENT)
    gained = float(np.trapezoid(motion.accel_long_mps2, TIME_S))
    assert gained == pytest.approx(speed[-1] - speed[0], abs=0.1)


def test_curvature_is_unknown_when_slow_and_a_car_at_rest_does_not_accelerate() -> None:
    motion = kinematics.from_velocity(TIME_S, np.zeros(TIME_S.size), np.zeros(TIME_S.size), SEGMENT)
    assert np.isnan(motion.curvature_per_m).all()
    np.testing.assert_array_equal(motion.accel_long_mps2, 0.0)


def test_jittered_instants_cost_little() -> None:
    time_s = TIME_S + np.random.default_rng(1).normal(0.0, 0.004, TIME_S.size)
    motion = kinematics.from_velocity(time_s, 20.0 + 3.0 * time_s, 0.0 * time_s, SEGMENT)
    np.testing.assert_allclose(motion.accel_long_mps2, 3.0, atol=1e-6)


def test_without_a_course_only_the_longitudinal_part_is_known() -> None:
    motion = kinematics.from_velocity(TIME_S, 10.0 + TIME_S, np.full(TIME_S.size, np.nan), SEGMENT)
    np.testing.assert_allclose(motion.accel_long_mps2, 1.0, atol=1e-9)
    assert np.isnan(motion.accel_lat_mps2).all()


def test_nothing_reaches_across_a_segment_break() -> None:
    speed = np.where(TIME_S < 10.0, 20.0, 50.0)
    segment = (TIME_S >= 10.0).astype(np.int64)
    motion = kinematics.from_velocity(TIME_S, speed, 0.0 * TIME_S, segment)
    np.testing.assert_allclose(motion.accel_long_mps2, 0.0, atol=1e-9)


def _path(course: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.cumsum(np.cos(course)), np.cumsum(np.sin(course))


def test_course_made_from_positions_is_told_from_a_doppler_one() -> None:
    course = 0.5 * np.sin(TIME_S)
    x_m, y_m = _path(course)
    backward = np.concatenate(([0.0], np.arctan2(np.diff(y_m), np.diff(x_m))))
    doppler = course + np.random.default_rng(1).normal(0.0, 0.003, course.size)
    assert kinematics.is_course_from_positions(x_m, y_m, backward)
    assert not kinematics.is_course_from_positions(x_m, y_m, doppler)


def test_held_course_is_unwrapped_over_its_gaps() -> None:
    course = np.array([np.nan, 3.0, np.nan, -3.1, np.nan])
    held = kinematics.held_course(course)
    np.testing.assert_allclose(held, [3.0, 3.0, 3.0, 2 * np.pi - 3.1, 2 * np.pi - 3.1])


def test_odometer_counts_the_straight_way_over_a_break() -> None:
    way = kinematics.odometer(
        np.array([0.0, 1.0, 601.0, 602.0]),
        np.full(4, 10.0),
        np.array([0.0, 10.0, 40.0, 50.0]),
        np.zeros(4),
        np.array([0, 0, 1, 1]),
    )
    np.testing.assert_allclose(way, [0.0, 10.0, 40.0, 50.0])


def test_longest_run_is_measured_in_time() -> None:
    flags = np.array([True, True, False, True, True, True, False])
    assert kinematics.longest_true_run(flags, np.arange(7) / 2.0) == pytest.approx(1.0)
    assert kinematics.longest_true_run(np.zeros(0, np.bool_), np.zeros(0)) == 0.0
