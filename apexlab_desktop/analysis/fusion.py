"""Receiver and inertial sensor together: over dropouts, and where fixes are too slow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.imu import BodyMotion, slope_weights, weighted_mean
from apexlab_desktop.analysis.kinematics import Motion
from apexlab_desktop.analysis.motion_source import MotionSamples
from apexlab_desktop.analysis.smoothing import segment_bounds, window_samples
from apexlab_desktop.analysis.types import BoolArray, FloatArray

_LEAST_SPEED_MPS = 2.0
"""Slower, a lateral acceleration says nothing about the turn."""
_FINE_STEP_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The car at one edge of a dropout.

    Attributes
    ----------
    time_s, x_m, y_m, speed_mps, course_rad : float
    """

    time_s: float
    x_m: float
    y_m: float
    speed_mps: float
    course_rad: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bridge:
    """The way over a dropout; arrays have shape (n,).

    Attributes
    ----------
    x_m, y_m, speed_mps, course_rad : ndarray
    position_sigma_m, velocity_sigma_mps : ndarray
        One sigma per axis by the inertial sensor, the ends taken as exact.
    """

    x_m: FloatArray
    y_m: FloatArray
    speed_mps: FloatArray
    course_rad: FloatArray
    position_sigma_m: FloatArray
    velocity_sigma_mps: FloatArray


def bridge(
    start: End,
    end: End,
    at_s: FloatArray,
    body: BodyMotion,
) -> Bridge | None:
    """Return the way between two fixes as the body felt it, None where it was not recorded.

    Parameters
    ----------
    start, end : End
    at_s : ndarray, shape (n,)
        Wanted instants between both [s].
    body : BodyMotion

    Notes
    -----
    Heading by the gyroscope, else by lateral acceleration over speed; speed by the forward
    acceleration; what both miss at the far end is shared out along the way. The same is done with
    the place: for an error of acceleration that is white with density q, the smoother of Kalman,
    Rauch, Tung and Striebel between two known states spreads the miss as a cubic, with a variance
    of q T^3 u^3 (1-u)^3 / 3 (algorithms.md 2.3). The speed keeps out of that: what the places miss
    is the noise of the two fixes rather than the body's; its variance is q T u (1-u).
    """
    span_s = end.time_s - start.time_s
    if start.time_s < body.time_s[0] or end.time_s > body.time_s[-1] or not span_s > 0.0:
        return None
    n = max(int(np.ceil(span_s / _FINE_STEP_S)), 2)
    fine_s = np.linspace(start.time_s, end.time_s, n + 1)
    speed_mps, course_rad = _felt(start, end, fine_s, body)
    velocity = speed_mps * np.exp(1j * course_rad)
    way = np.append(0.0, np.cumsum(0.5 * (velocity[1:] + velocity[:-1]) * np.diff(fine_s)))
    miss = complex(end.x_m - start.x_m, end.y_m - start.y_m) - way[-1]
    u = (fine_s - start.time_s) / span_s
    place = way + miss * u**2 * (3.0 - 2.0 * u)
    q = body.noise**2 * span_s
    at_u = (at_s - start.time_s) / span_s
    both = at_u * (1.0 - at_u)
    return Bridge(
        x_m=start.x_m + np.interp(at_s, fine_s, place.real),
        y_m=start.y_m + np.interp(at_s, fine_s, place.imag),
        speed_mps=np.interp(at_s, fine_s, speed_mps),
        course_rad=np.interp(at_s, fine_s, course_rad),
        position_sigma_m=np.sqrt(q * span_s**2 * both**3 / 3.0),
        velocity_sigma_mps=np.sqrt(q * both),
    )


def bridged(
    samples: MotionSamples,
    unknown: BoolArray,
    body: BodyMotion,
) -> tuple[MotionSamples, FloatArray]:
    """Return the samples with every dropout that the body felt filled by it, and how well.

    Parameters
    ----------
    samples : MotionSamples
        Of n samples, with guesses in the dropouts.
    unknown : ndarray of bool, shape (n,)
        The dropouts.
    body : BodyMotion

    Returns
    -------
    samples : MotionSamples
    position_sigma_m : ndarray, shape (n,)
        One sigma per axis where the body told the way, NaN elsewhere [m].
    """
    columns = [c.copy() for c in (samples.x_m, samples.y_m, samples.speed_mps, samples.course_rad)]
    sigma_m = np.full(unknown.size, np.nan)
    for first, stop in segment_bounds(np.cumsum(np.diff(unknown, prepend=False)), unknown.size):
        if not unknown[first] or first == 0 or stop == unknown.size:
            continue
        found = bridge(
            _end(samples, first - 1), _end(samples, stop), samples.time_s[first:stop], body
        )
        if found is None:
            continue
        sigma_m[first:stop] = found.position_sigma_m
        ways = (found.x_m, found.y_m, found.speed_mps, found.course_rad)
        for column, way in zip(columns, ways, strict=True):
            column[first:stop] = way
    x_m, y_m, speed_mps, course_rad = columns
    filled = replace(samples, x_m=x_m, y_m=y_m, speed_mps=speed_mps, course_rad=course_rad)
    return filled, sigma_m


def _end(samples: MotionSamples, at: int) -> End:
    return End(
        time_s=float(samples.time_s[at]),
        x_m=float(samples.x_m[at]),
        y_m=float(samples.y_m[at]),
        speed_mps=float(samples.speed_mps[at]),
        course_rad=float(samples.course_rad[at]),
    )


def _felt(
    start: End, end: End, fine_s: FloatArray, body: BodyMotion
) -> tuple[FloatArray, FloatArray]:
    """Return speed and course along a dropout, right at both ends."""
    along, left = (np.interp(fine_s, body.time_s, row) for row in body.accel_mps2)
    share = (fine_s - fine_s[0]) / (fine_s[-1] - fine_s[0])
    gained = _integral(fine_s, along)
    speed_mps = start.speed_mps + gained
    speed_mps += share * (end.speed_mps - speed_mps[-1])
    if body.yaw_rate_radps is None:
        rate = left / np.maximum(speed_mps, _LEAST_SPEED_MPS)
    else:
        rate = np.interp(fine_s, body.time_s, body.yaw_rate_radps)
    course_rad = start.course_rad + _integral(fine_s, rate)
    miss = end.course_rad - course_rad[-1]
    course_rad += share * (miss - 2.0 * np.pi * np.rint(miss / (2.0 * np.pi)))
    return speed_mps, course_rad


def _integral(time_s: FloatArray, rate: FloatArray) -> FloatArray:
    return np.append(0.0, np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(time_s)))


def refined(
    motion: Motion,
    time_s: FloatArray,
    body: BodyMotion,
    *,
    n_window: int,
    period_s: float,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> Motion:
    """Return accelerations with what slow fixes cannot show, from the body.

    Parameters
    ----------
    motion : Motion
        By the receiver.
    time_s : ndarray, shape (n,)
        Its instants [s].
    body : BodyMotion
    n_window : int
        Samples over which its velocity was differentiated.
    period_s : float
        Distance of its samples [s].
    config : AnalysisConfig

    Notes
    -----
    Slow changes stay those of the receiver, which has no bias; what its window evens out is added
    from the body, down to the 0.5 s that a fast receiver has.
    """
    step_s = float(body.time_s[1] - body.time_s[0])
    slow = weighted_mean(body.accel_mps2, slope_weights(n_window, period_s, step_s))
    n_fine = window_samples(config.velocity_window_s, 1.0 / step_s)
    quick = weighted_mean(body.accel_mps2, slope_weights(n_fine, step_s, step_s)) - slow
    along, left = (np.interp(time_s, body.time_s, row, left=0.0, right=0.0) for row in quick)
    return replace(
        motion,
        accel_long_mps2=motion.accel_long_mps2 + along,
        accel_lat_mps2=motion.accel_lat_mps2 + left,
    )
