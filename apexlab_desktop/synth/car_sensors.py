"""OBD and inertial sensors of the car and the phone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.sensors import quantised
from apexlab_desktop.synth.speed_profile import GRAVITY_MPS2


@dataclass(frozen=True, slots=True, kw_only=True)
class ObdSettings:
    """How slow and coarse the car's diagnosis port is.

    Attributes
    ----------
    rate_hz : float
    lag_s : float
        Age of what it reports [s].
    throttle_idle_ratio, throttle_full_ratio : float
        What it reports with the throttle closed and open.
    speed_factor : float
        Speedometer optimism.
    """

    rate_hz: float = 5.0
    lag_s: float = 0.3
    throttle_idle_ratio: float = 0.14
    throttle_full_ratio: float = 0.86
    speed_factor: float = 1.015


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObdSamples:
    """What the diagnosis port reports; arrays have shape (n,).

    Attributes
    ----------
    time_s : ndarray
        [s].
    engine_speed_rpm : ndarray
        Multiples of 1/4 rpm.
    speed_mps : ndarray
        Whole km/h.
    throttle_ratio : ndarray
        Multiples of 1/255, with idle offset.
    lag_s : float
        True age of the values [s].
    """

    time_s: FloatArray
    engine_speed_rpm: FloatArray
    speed_mps: FloatArray
    throttle_ratio: FloatArray
    lag_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImuSettings:
    """Mounting and errors of an inertial sensor.

    Attributes
    ----------
    rate_hz : float
    roll_rad, pitch_rad, yaw_rad : float
        Attitude of the sensor in the car (x forward, y left, z up), turned about x, then y, then z.
    accel_bias_mps2, rate_bias_radps : float
        Standard deviation of the constant bias per axis.
    bias_walk_mps2 : float
        Growth of the bias per square root of a second.
    scale_sigma : float
        Standard deviation of the scale error per axis.
    vibration_mps2 : float
        Amplitude of the engine's vibration, aliased by the sampling.
    white_mps2, white_radps : float
        Uncorrelated noise.
    body_roll_rad_per_mps2 : float
        Roll of the body to the outside per lateral acceleration.
    """

    rate_hz: float = 50.0
    roll_rad: float = 0.03
    pitch_rad: float = -0.05
    yaw_rad: float = 0.04
    accel_bias_mps2: float = 0.05
    rate_bias_radps: float = 0.005
    bias_walk_mps2: float = 0.0005
    scale_sigma: float = 0.01
    vibration_mps2: float = 0.25
    white_mps2: float = 0.10
    white_radps: float = 0.005
    body_roll_rad_per_mps2: float = 0.005


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ImuSamples:
    """Raw readings in the axes of the sensor.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        [s].
    accel_mps2 : ndarray, shape (n, 3)
        Specific force: +g along the upward axis at rest [m/s2].
    rate_radps : ndarray, shape (n, 3)
        [rad/s].
    """

    time_s: FloatArray
    accel_mps2: FloatArray
    rate_radps: FloatArray


def sense_obd(
    time_s: FloatArray,
    engine_speed_rpm: FloatArray,
    speed_mps: FloatArray,
    throttle_ratio: FloatArray,
    settings: ObdSettings,
    rng: np.random.Generator,
) -> ObdSamples:
    """Return samples of truth arrays (shape (m,), 200 Hz) as the diagnosis port gives them."""
    duration = float(time_s[-1])
    n = int(duration * settings.rate_hz)
    # Polling is never quite regular.
    at = (np.arange(n) + 0.5 + rng.uniform(-0.2, 0.2, n)) / settings.rate_hz
    at = quantised(at, 0.001)
    then = at - settings.lag_s
    span = settings.throttle_full_ratio - settings.throttle_idle_ratio
    throttle = settings.throttle_idle_ratio + span * np.interp(then, time_s, throttle_ratio)
    speed = settings.speed_factor * np.interp(then, time_s, speed_mps)
    return ObdSamples(
        time_s=at,
        engine_speed_rpm=quantised(np.interp(then, time_s, engine_speed_rpm), 0.25),
        speed_mps=np.floor(speed * 3.6) / 3.6,
        throttle_ratio=quantised(throttle, 1.0 / 255.0),
        lag_s=settings.lag_s,
    )


def sense_imu(
    time_s: FloatArray,
    accel_long_mps2: FloatArray,
    accel_lat_mps2: FloatArray,
    yaw_rate_radps: FloatArray,
    settings: ImuSettings,
    rng: np.random.Generator,
) -> ImuSamples:
    """Return readings for truth arrays (shape (m,), 200 Hz) of the car's motion."""
    at = np.arange(int(float(time_s[-1]) * settings.rate_hz) + 1) / settings.rate_hz
    ax, ay, yaw = (
        np.interp(at, time_s, values)
        for values in (accel_long_mps2, accel_lat_mps2, yaw_rate_radps)
    )
    # The body leans out of the turn, so gravity shows in the lateral axis.
    roll = settings.body_roll_rad_per_mps2 * ay
    roll_rate = np.gradient(roll, at) if at.size > 1 else 0.0 * roll
    force = np.stack(
        [
            ax,
            ay * np.cos(roll) + GRAVITY_MPS2 * np.sin(roll),
            GRAVITY_MPS2 * np.cos(roll) - ay * np.sin(roll),
        ],
        axis=1,
    )
    rate = np.stack([roll_rate, 0.0 * yaw, yaw], axis=1)
    mount = _rotation(settings)
    n = at.size
    bias = rng.normal(0.0, settings.accel_bias_mps2, 3) + _walk(n, settings, rng)
    scale = 1.0 + rng.normal(0.0, settings.scale_sigma, 3)
    phase = 2 * np.pi * np.cumsum(rng.uniform(30.0, 120.0) + rng.normal(0, 3.0, n))
    vibration = settings.vibration_mps2 * np.sin(phase / settings.rate_hz)
    accel = force @ mount * scale + bias + settings.white_mps2 * rng.standard_normal((n, 3))
    accel[:, 2] += vibration
    turn = rate @ mount + rng.normal(0.0, settings.rate_bias_radps, 3)
    return ImuSamples(
        time_s=at,
        accel_mps2=accel,
        rate_radps=turn + settings.white_radps * rng.standard_normal((n, 3)),
    )


def _walk(n: int, settings: ImuSettings, rng: np.random.Generator) -> FloatArray:
    steps = settings.bias_walk_mps2 / np.sqrt(settings.rate_hz) * rng.standard_normal((n, 3))
    return np.asarray(lfilter([1.0], [1.0, -1.0], steps, axis=0), dtype=np.float64)


def _rotation(settings: ImuSettings) -> FloatArray:
    """Return R with `car = R sensor`; a row vector of the car times R is in sensor axes."""
    cr, sr = np.cos(settings.roll_rad), np.sin(settings.roll_rad)
    cp, sp = np.cos(settings.pitch_rad), np.sin(settings.pitch_rad)
    cy, sy = np.cos(settings.yaw_rad), np.sin(settings.yaw_rad)
    about_x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    about_y = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    about_z = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, dtype=np.float64)
