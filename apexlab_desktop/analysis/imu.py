"""What an accelerometer and a gyroscope felt, turned into the axes of the car."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import (
    DEFAULT_CONFIG,
    STANDARD_GRAVITY_MPS2,
    AnalysisConfig,
)
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.smoothing import moving_mean
from apexlab_desktop.analysis.types import BoolArray, ChannelGroup, FloatArray, RawSession

ACCEL_NAMES = ("imu_accel_x_mps2", "imu_accel_y_mps2", "imu_accel_z_mps2")
RATE_NAMES = ("imu_rate_x_radps", "imu_rate_y_radps", "imu_rate_z_radps")
MAX_LAG_S = 1.5
COARSE_LAG_STEP_S = 0.1
LAG_STEP_S = 0.02
MIN_EVIDENCE = 100
EVIDENCE_SPEED_MPS = 8.0
STILL_MPS = 0.5
MIN_STILL_SAMPLES = 50
NOISE_SPANS_S = (0.6, 3.0)
"""A short interval, and one as long as a dropout can be."""
_COMPARED_RATE_HZ = 5.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reference:
    """The car's motion by the receiver; arrays have shape (n,), NaN where unknown.

    Attributes
    ----------
    time_s, speed_mps : ndarray
    accel_long_mps2, accel_lat_mps2 : ndarray
    period_s : float
        Distance of its samples [s].
    n_window : int
        Samples over which the velocity was differentiated.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    period_s: float
    n_window: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BodyMotion:
    """Accelerations and yaw rate of the body, on even instants of the receiver's clock.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
    accel_mps2 : ndarray, shape (2, n)
        Forward and left; gravity, mounting, scale, slow bias and delay are taken out [m/s2].
    yaw_rate_radps : ndarray, shape (n,), or None
        Left positive; None without a gyroscope that agrees [rad/s].
    correlation : tuple of float
        With the receiver, forward and left.
    lag_s : float
        How late the sensor was [s].
    up : ndarray, shape (3,)
        The vertical in the axes of the sensor.
    noise : float
        What is left of its error, as white noise [m/s2/sqrt(Hz)].
    """

    time_s: FloatArray
    accel_mps2: FloatArray
    yaw_rate_radps: FloatArray | None
    correlation: tuple[float, float]
    lag_s: float
    up: FloatArray
    noise: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Sensor:
    """Three axes on even instants, as recorded and as the receiver would have smoothed them.

    Arrays have shape (n,), (3, n) and (3, n).
    """

    time_s: FloatArray
    raw: FloatArray
    smooth: FloatArray

    def at(self, time_s: FloatArray) -> FloatArray:
        """Return the smoothed axes at any instants, shape (3, m)."""
        return np.stack([np.interp(time_s, self.time_s, axis) for axis in self.smooth])


def aligned(
    raw: RawSession, reference: Reference, config: AnalysisConfig = DEFAULT_CONFIG
) -> BodyMotion | None:
    """Return the best accelerometer of a session in the axes of the car, None without a good one.

    Parameters
    ----------
    raw : RawSession
    reference : Reference
    config : AnalysisConfig

    Notes
    -----
    Algorithms.md 2.2. Gravity is the reading at standstill, else what is constant in the reading
    beside the receiver's accelerations; it levels the axes. The angle about the vertical has a
    closed form. Scale within 10 %, then the slow difference to the receiver is taken as bias. Apps
    differ in the sign of their axes: both are tried. An axis that does not follow the receiver
    (correlation below 0.7) disqualifies the sensor.
    """
    found = (_aligned_group(group, reference, config) for group in raw.groups)
    usable = [one for one in found if one is not None]
    if not usable:
        return None
    best = max(usable, key=lambda one: sum(one.correlation))
    best = replace(best, noise=_noise(best, reference, config))
    rates = [_yaw_rate(group, reference, best, config) for group in raw.groups]
    followed = [one for one in rates if one is not None]
    if not followed:
        return best
    return replace(best, yaw_rate_radps=max(followed, key=lambda one: one[0])[1])


def slope_weights(n_window: int, period_s: float, step_s: float) -> FloatArray:
    """Return the mean of acceleration that the slope of a local quadratic of velocity is.

    Parameters
    ----------
    n_window : int
        Samples of velocity in the window, odd.
    period_s : float
        Distance of those samples [s].
    step_s : float
        Distance of the samples of acceleration [s].

    Returns
    -------
    ndarray, shape (m,), m odd
        Weights of accelerations around the middle; their sum is 1.

    Notes
    -----
    The slope is sum(k v_k) / (T sum(k^2)). Written with the accelerations between the samples,
    interval j counts sum(k for k > j): a parabola of steps. So smoothed, an accelerometer shows
    exactly what the receiver's acceleration does.
    """
    half = n_window // 2
    n_side = max(int(half * period_s / step_s), 1)
    interval = np.abs(np.arange(-n_side, n_side + 1)) * (step_s / period_s)
    # A sample on the border of two intervals belongs to both by half.
    edges = np.floor(np.stack((interval - 1e-9, interval + 1e-9)).clip(min=0.0))
    weights = np.maximum(half * (half + 1) - edges * (edges + 1), 0.0).mean(axis=0)
    if not weights.any():
        weights = np.ones(weights.size)
    return np.asarray(weights / weights.sum())


def weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return rows smoothed by symmetric weights, edges held; shape of `values`, (k, n)."""
    n_side = weights.size // 2
    padded = np.pad(values, ((0, 0), (n_side, n_side)), mode="edge")
    return np.stack([np.convolve(row, weights, mode="valid") for row in padded])


def _sensor(
    group: ChannelGroup, names: tuple[str, ...], reference: Reference, config: AnalysisConfig
) -> _Sensor | None:
    channels = [group.find(name) for name in names]
    if group.time_us.size < MIN_EVIDENCE or any(channel is None for channel in channels):
        return None
    columns = np.stack([c.values.astype(np.float64) for c in channels if c is not None])
    known = np.isfinite(columns).all(axis=0)
    time_s, first = np.unique(group.time_s[known], return_index=True)
    if time_s.size < MIN_EVIDENCE:
        return None
    step_s = median(np.diff(time_s))
    if step_s > 1.0 / config.imu_min_rate_hz + 1e-4:
        return None
    even_s = np.arange(time_s[0], time_s[-1], step_s)
    even = np.stack([np.interp(even_s, time_s, row) for row in columns[:, known][:, first]])
    weights = slope_weights(reference.n_window, reference.period_s, step_s)
    return _Sensor(time_s=even_s, raw=even, smooth=weighted_mean(even, weights))


def _aligned_group(
    group: ChannelGroup, reference: Reference, config: AnalysisConfig
) -> BodyMotion | None:
    sensor = _sensor(group, ACCEL_NAMES, reference, config)
    at = None if sensor is None else _evidence(reference, sensor)
    if sensor is None or at is None:
        return None
    accel = np.stack((reference.accel_long_mps2[at], reference.accel_lat_mps2[at]))
    lag_s = _best_lag(sensor, reference.time_s[at], accel)
    felt = sensor.at(reference.time_s[at] + lag_s)
    gravity = _gravity(sensor, reference, lag_s, felt, accel)
    turn = max(_turns(gravity, felt, accel), key=lambda one: one[1])[0]
    level = turn @ (felt - gravity[:, None])
    correlation = (_correlation(level[0], accel[0]), _correlation(level[1], accel[1]))
    if min(correlation) < config.imu_min_correlation:
        return None
    scale = np.sum(level * accel, axis=1) / np.sum(level**2, axis=1)
    scale = np.clip(scale, 1.0 - config.imu_scale_ratio, 1.0 + config.imu_scale_ratio)
    bias = np.stack(
        [
            moving_mean(reference.time_s[at], row, config.imu_bias_window_s)
            for row in accel - scale[:, None] * level
        ]
    )
    time_s = sensor.time_s - lag_s
    body = scale[:, None] * (turn @ (sensor.raw - gravity[:, None]))
    body += np.stack([np.interp(time_s, reference.time_s[at], row) for row in bias])
    return BodyMotion(
        time_s=time_s,
        accel_mps2=body,
        yaw_rate_radps=None,
        correlation=correlation,
        lag_s=lag_s,
        up=np.cross(turn[0], turn[1]),
    )


def _evidence(reference: Reference, sensor: _Sensor) -> np.typing.NDArray[np.intp] | None:
    """Return fixes at speed, with all accelerations and well inside what the sensor recorded."""
    known: BoolArray = np.isfinite(reference.accel_long_mps2 + reference.accel_lat_mps2)
    known &= reference.speed_mps > EVIDENCE_SPEED_MPS
    known &= reference.time_s > sensor.time_s[0] + MAX_LAG_S
    known &= reference.time_s < sensor.time_s[-1] - MAX_LAG_S
    at = np.flatnonzero(known)
    if at.size < 2:
        return None
    at = at[:: max(int(1.0 / (_COMPARED_RATE_HZ * reference.period_s)), 1)]
    return at if at.size >= MIN_EVIDENCE else None


def _best_lag(sensor: _Sensor, time_s: FloatArray, accel: FloatArray) -> float:
    """Return how late the sensor is: where its axes are explained best by the receiver [s]."""
    basis = np.linalg.qr(np.stack((accel[0], accel[1], np.ones(accel.shape[1])), axis=1))[0]

    def unexplained(lag_s: float) -> float:
        felt = sensor.at(time_s + lag_s)
        return float(np.sum(felt**2) - np.sum((felt @ basis) ** 2))

    coarse_s = np.arange(-MAX_LAG_S, MAX_LAG_S + 1e-9, COARSE_LAG_STEP_S)
    middle_s = coarse_s[int(np.argmin([unexplained(lag_s) for lag_s in coarse_s]))]
    lags_s = middle_s + np.arange(-COARSE_LAG_STEP_S, COARSE_LAG_STEP_S + 1e-9, LAG_STEP_S)
    left = np.array([unexplained(lag_s) for lag_s in lags_s])
    best = int(np.clip(np.argmin(left), 1, lags_s.size - 2))
    before, here, after = left[best - 1 : best + 2].tolist()
    bend = before - 2.0 * here + after
    offset = 0.5 * (before - after) / bend if bend > 0.0 else 0.0
    return float(lags_s[best] + np.clip(offset, -1.0, 1.0) * LAG_STEP_S)


def _gravity(
    sensor: _Sensor, reference: Reference, lag_s: float, felt: FloatArray, accel: FloatArray
) -> FloatArray:
    """Return the reading that is gravity and constant bias, shape (3,) [m/s2]."""
    still = np.flatnonzero(reference.speed_mps < STILL_MPS)
    still_s = reference.time_s[still] + lag_s
    still_s = still_s[(still_s > sensor.time_s[0]) & (still_s < sensor.time_s[-1])]
    if still_s.size >= MIN_STILL_SAMPLES:
        return np.asarray(np.median(sensor.at(still_s), axis=1))
    basis = np.stack((accel[0], accel[1], np.ones(accel.shape[1])), axis=1)
    return np.asarray(np.linalg.lstsq(basis, felt.T, rcond=None)[0][2])


def _turns(
    gravity: FloatArray, felt: FloatArray, accel: FloatArray
) -> Iterator[tuple[FloatArray, float]]:
    """Yield, for either sign of the axes, the rows that make forward and left, and their fit."""
    for sign in (1.0, -1.0):
        up = sign * _upward(gravity, felt, accel)
        aside = np.eye(3)[int(np.argmin(np.abs(up)))]
        first = aside - up * float(aside @ up)
        first /= np.linalg.norm(first)
        second = np.cross(up, first)
        u1, u2 = (sign * row @ (felt - gravity[:, None]) for row in (first, second))
        along, across = np.sum(accel[0] * u1 + accel[1] * u2), np.sum(accel[1] * u1 - accel[0] * u2)
        angle_rad = np.arctan2(across, along)
        cos, sin = np.cos(angle_rad), np.sin(angle_rad)
        rows = sign * np.stack((cos * first - sin * second, sin * first + cos * second))
        yield rows, float(np.hypot(along, across))


def _noise(body: BodyMotion, reference: Reference, config: AnalysisConfig) -> float:
    """Return the error of the forward acceleration as white noise [m/s2/sqrt(Hz)].

    What its integral misses of the speed wanders. Its bend over an interval, which is what closing
    a dropout at both ends leaves, has a variance that grows with the interval by the square of the
    noise, beside the constant share of the speeds themselves: a long against a short one tell it.
    """
    step_s = np.diff(body.time_s)
    forward = body.accel_mps2[0]
    gained = np.append(0.0, np.cumsum(0.5 * (forward[1:] + forward[:-1]) * step_s))
    left_over = reference.speed_mps - np.interp(reference.time_s, body.time_s, gained)
    left_over[~np.isfinite(reference.accel_long_mps2)] = np.nan
    halves = [max(round(0.5 * span_s / reference.period_s), 1) for span_s in NOISE_SPANS_S]
    if halves[0] == halves[1]:
        return config.imu_least_noise
    variances = [
        _robust_variance(left_over[: -2 * n] - 2.0 * left_over[n:-n] + left_over[2 * n :])
        for n in halves
    ]
    grown = (variances[1] - variances[0]) / (2.0 * (halves[1] - halves[0]) * reference.period_s)
    return float(np.sqrt(max(grown, config.imu_least_noise**2)))


def _robust_variance(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float((1.4826 * np.median(np.abs(known))) ** 2) if known.size else 0.0


def _upward(gravity: FloatArray, felt: FloatArray, accel: FloatArray) -> FloatArray:
    """Return the vertical in the sensor's axes; by the turns where gravity was taken out before."""
    size_mps2 = float(np.linalg.norm(gravity))
    if size_mps2 > 0.5 * STANDARD_GRAVITY_MPS2:
        return gravity / size_mps2
    basis = np.stack((accel[0], accel[1], np.ones(accel.shape[1])), axis=1)
    forward, left, _ = np.linalg.lstsq(basis, felt.T, rcond=None)[0]
    up = np.cross(forward, left)
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-9))


def _correlation(a: FloatArray, b: FloatArray) -> float:
    a, b = a - a.mean(), b - b.mean()
    energy = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return float(np.sum(a * b)) / energy if energy > 0.0 else 0.0


def _yaw_rate(
    group: ChannelGroup, reference: Reference, body: BodyMotion, config: AnalysisConfig
) -> tuple[float, FloatArray] | None:
    """Return how well a gyroscope follows the receiver's yaw rate a / v, and its rate.

    It lies in the axes of the accelerometer, or it will not follow. The rate has the instants of
    `body`.
    """
    sensor = _sensor(group, RATE_NAMES, reference, config)
    at = None if sensor is None else _evidence(reference, sensor)
    if sensor is None or at is None:
        return None
    felt = body.up @ sensor.at(reference.time_s[at] + body.lag_s)
    yaw = reference.accel_lat_mps2[at] / reference.speed_mps[at]
    scale, bias = np.polyfit(felt, yaw, 1)
    fit = abs(_correlation(felt, yaw))
    if fit < config.imu_min_correlation or abs(abs(scale) - 1.0) > config.imu_scale_ratio:
        return None
    rate = scale * (body.up @ sensor.raw) + bias
    return fit, np.asarray(np.interp(body.time_s + body.lag_s, sensor.time_s, rate))
