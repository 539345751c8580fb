"""Mounting, scale, bias and delay of inertial sensors, on closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import imu
from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2 as G
from apexlab_desktop.analysis.smoothing import savgol_weights
from apexlab_desktop.analysis.types import Channel, ChannelGroup, FloatArray, RawSession

DURATION_S = 200.0
PERIOD_S = 0.1
N_WINDOW = 5
IMU_HZ = 50.0


def accelerations(time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return forward and left accelerations that have little in common [m/s2]."""
    return 3.0 * np.sin(0.7 * time_s), 6.0 * np.sin(0.45 * time_s + 1.0)


def speed(time_s: FloatArray) -> FloatArray:
    return 30.0 - 3.0 / 0.7 * (np.cos(0.7 * time_s) - 1.0)


def reference(standing_s: float = 0.0) -> imu.Reference:
    time_s = np.arange(0.0, DURATION_S, PERIOD_S)
    along, left = accelerations(time_s)
    is_still = time_s < standing_s
    return imu.Reference(
        time_s=time_s,
        speed_mps=np.where(is_still, 0.0, speed(time_s)),
        accel_long_mps2=np.where(is_still, 0.0, along),
        accel_lat_mps2=np.where(is_still, 0.0, left),
        period_s=PERIOD_S,
        n_window=N_WINDOW,
    )


def turned(angles_rad: tuple[float, float, float]) -> FloatArray:
    """Return the axes of the sensor in those of the car, as rows, turned about x, y and z."""
    (cr, cp, cy), (sr, sp, sy) = np.cos(angles_rad), np.sin(angles_rad)
    about_x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    about_y = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    about_z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    return np.asarray((about_z @ about_y @ about_x).T)


def session(
    axes: FloatArray,
    *,
    lag_s: float = 0.0,
    gravity: float = G,
    scale: float = 1.0,
    bias: float = 0.0,
    standing_s: float = 0.0,
    rate_hz: float = IMU_HZ,
) -> RawSession:
    """Return the readings of a sensor whose axes are given by rows."""
    time_s = np.arange(0.0, DURATION_S, 1.0 / rate_hz)
    felt_s = time_s - lag_s
    along, left = accelerations(felt_s)
    yaw = left / speed(felt_s)
    is_still = felt_s < standing_s
    along, left, yaw = (np.where(is_still, 0.0, v) for v in (along, left, yaw))
    force = scale * axes @ np.stack((along, left, np.full(time_s.size, gravity))) + bias
    rates = axes @ np.stack((0.0 * yaw, 0.0 * yaw, yaw)) + 0.01
    time_us = np.rint(time_s * 1e6).astype(np.int64)
    groups = tuple(
        ChannelGroup(
            name=name,
            time_us=time_us,
            channels=tuple(
                Channel(name=channel, values=row) for channel, row in zip(names, rows, strict=True)
            ),
        )
        for name, names, rows in (
            ("acc", imu.ACCEL_NAMES, force),
            ("gyro", imu.RATE_NAMES, rates),
        )
    )
    return RawSession(format="by-hand", groups=groups)


MOUNTS = [(0.0, 0.0, 0.0), (0.2, -0.1, 0.3), (1.5, 0.4, -2.0), (3.0, -0.2, 1.0), (0.0, -1.5, 0.1)]


def assert_as_the_car(body: imu.BodyMotion | None, standing_s: float = 0.0) -> None:
    assert body is not None
    inside = (body.time_s > standing_s + 5.0) & (body.time_s < DURATION_S - 5.0)
    for found, true in zip(body.accel_mps2, accelerations(body.time_s), strict=True):
        assert np.max(np.abs(found - true)[inside]) < 0.2


@pytest.mark.parametrize("mount", MOUNTS)
def test_any_mounting_is_turned_back(mount: tuple[float, float, float]) -> None:
    body = imu.aligned(session(turned(mount)), reference())
    assert_as_the_car(body)
    assert body is not None
    assert body.yaw_rate_radps is not None
    true = accelerations(body.time_s)[1] / speed(body.time_s)
    inside = (body.time_s > 5.0) & (body.time_s < DURATION_S - 5.0)
    assert np.max(np.abs(body.yaw_rate_radps - true)[inside]) < 0.01


@pytest.mark.parametrize("mount", MOUNTS)
def test_apps_that_flip_every_axis_are_understood(mount: tuple[float, float, float]) -> None:
    assert_as_the_car(imu.aligned(session(-turned(mount)), reference()))


def test_gravity_taken_out_by_the_app_is_no_obstacle() -> None:
    assert_as_the_car(imu.aligned(session(turned(MOUNTS[2]), gravity=0.0), reference()))


def test_standing_still_shows_gravity() -> None:
    raw = session(turned(MOUNTS[1]), standing_s=20.0)
    assert_as_the_car(imu.aligned(raw, reference(standing_s=20.0)), standing_s=20.0)


def test_scale_and_bias_are_taken_out() -> None:
    assert_as_the_car(imu.aligned(session(turned(MOUNTS[1]), scale=1.05, bias=0.2), reference()))


@pytest.mark.parametrize("lag_s", [-0.51, -0.2, 0.0, 0.13, 0.8])
def test_delay_is_found_within_twenty_milliseconds(lag_s: float) -> None:
    body = imu.aligned(session(turned(MOUNTS[1]), lag_s=lag_s), reference())
    assert body is not None
    assert body.lag_s == pytest.approx(lag_s, abs=0.02)


def test_sensor_that_does_not_follow_the_car_is_refused() -> None:
    time_s = np.arange(0.0, DURATION_S, 1.0 / IMU_HZ)
    loose = np.random.default_rng(1).normal(0.0, 3.0, (3, time_s.size))
    group = ChannelGroup(
        name="acc",
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        channels=tuple(
            Channel(name=name, values=row) for name, row in zip(imu.ACCEL_NAMES, loose, strict=True)
        ),
    )
    assert imu.aligned(RawSession(format="by-hand", groups=(group,)), reference()) is None


@pytest.mark.parametrize("rate_hz", [0.3, 5.0, 10.0])
def test_slow_sensors_are_left_alone(rate_hz: float) -> None:
    assert imu.aligned(session(turned(MOUNTS[0]), rate_hz=rate_hz), reference()) is None


def test_session_without_sensors_has_no_body() -> None:
    assert imu.aligned(RawSession(format="by-hand"), reference()) is None


@pytest.mark.parametrize(("n_window", "period_s"), [(3, 1.0), (5, 0.2), (13, 0.04)])
def test_weights_are_those_of_the_slope_of_a_quadratic(n_window: int, period_s: float) -> None:
    """The slope that a Savitzky-Golay filter sees of any velocity is this mean of its rate."""
    step_s = period_s / 40.0
    weights = imu.slope_weights(n_window, period_s, step_s)
    half_s = (n_window // 2) * period_s
    fine_s = np.arange(-weights.size // 2 + 1, weights.size // 2 + 1) * step_s
    rate = 2.0 + 3.0 * fine_s**2 + np.sin(1.3 * fine_s)
    at_s = np.linspace(-half_s, half_s, n_window)
    velocity = 2.0 * at_s + at_s**3 - np.cos(1.3 * at_s) / 1.3
    slope = savgol_weights(n_window, 2, 1, n_window // 2) @ velocity / period_s
    assert weights @ rate == pytest.approx(slope, rel=2e-3)
    assert weights.sum() == pytest.approx(1.0)
