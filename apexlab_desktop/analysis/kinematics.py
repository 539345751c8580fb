"""Speed, course, accelerations and curvature from the velocity vector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.geo import unwrapped, wrap_radians
from apexlab_desktop.analysis.order_statistics import EVEN_STEPS, usual_step
from apexlab_desktop.analysis.smoothing import BLOCK, savgol, segment_bounds, window_samples
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

DERIVED_COURSE_RAD = np.radians(0.03)
"""A Doppler course scatters more than this about that of positions; a derived one repeats it."""
MIN_STEP_M = 0.5
MIN_COURSE_STEPS = 20
MAX_COURSE_STEPS = 4_000
"""Steps spread over the session that are enough to tell a derived course."""
REST_MPS = 0.05
COARSE_RATE_HZ = 4.0
"""Below this rate five samples would span a whole corner; three must do."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Motion:
    """Rates of the velocity vector; every array has shape (n,).

    Attributes
    ----------
    accel_long_mps2, accel_lat_mps2 : ndarray
        Along the motion, and to the left of it [m/s2].
    curvature_per_m : ndarray
        Left positive, NaN below the speed at which it can be known [1/m].
    """

    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    curvature_per_m: FloatArray

    def hidden_where(self, unknown: BoolArray) -> Motion:
        """Return the motion with NaN where `unknown`, shape (n,)."""
        if not unknown.any():
            return self
        return Motion(
            accel_long_mps2=np.where(unknown, np.nan, self.accel_long_mps2),
            accel_lat_mps2=np.where(unknown, np.nan, self.accel_lat_mps2),
            curvature_per_m=np.where(unknown, np.nan, self.curvature_per_m),
        )


def from_velocity(
    time_s: FloatArray,
    speed_mps: FloatArray,
    course_rad: FloatArray,
    segment: IntArray,
    *,
    width_s: float | None = None,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> Motion:
    """Return accelerations and curvature by differentiating the velocity vector.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing, even within a segment but for jitter [s].
    speed_mps : ndarray, shape (n,)
        Doppler speed [m/s].
    course_rad : ndarray, shape (n,)
        Direction of motion, counter-clockwise from east, unwrapped; all NaN when unknown [rad].
    segment : ndarray of int, shape (n,)
    width_s : float, optional
        Width of the Savitzky-Golay window; by default 0.5 s, and at least five samples [s].
    config : AnalysisConfig

    Notes
    -----
    Quadratic Savitzky-Golay on v (cos, sin), zero phase (algorithms.md 2.1). Both velocity and
    time are differentiated per sample and divided, so that jitter costs nothing to first order.
    Without a course the lateral part is NaN and the longitudinal one is the rate of speed.
    """
    n_window = motion_window(time_s, width_s or config.velocity_window_s)
    per_sample_s = _seconds_per_sample(time_s, n_window, segment)
    if not np.isfinite(course_rad).any():
        nothing = np.full(time_s.size, np.nan)
        along = savgol(speed_mps, n_window, 2, 1, segment) / per_sample_s
        return Motion(accel_long_mps2=along, accel_lat_mps2=nothing, curvature_per_m=nothing.copy())
    velocity = (np.cos(course_rad), np.sin(course_rad))
    for component in velocity:
        component *= speed_mps
    smooth = [savgol(component, n_window, 2, 0, segment) for component in velocity]
    per_sample = [savgol(component, n_window, 2, 1, segment) for component in velocity]
    along, left, curvature = np.empty((3, time_s.size))
    for start in range(0, time_s.size, BLOCK):
        block = slice(start, start + BLOCK)
        step_s = per_sample_s if isinstance(per_sample_s, float) else per_sample_s[block]
        along[block], left[block], curvature[block] = _split(
            [component[block] for component in smooth],
            [component[block] / step_s for component in per_sample],
            config,
        )
    return Motion(accel_long_mps2=along, accel_lat_mps2=left, curvature_per_m=curvature)


def _split(
    velocity_mps: list[FloatArray], accel_mps2: list[FloatArray], config: AnalysisConfig
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return accelerations along and left of the motion, and curvature, from east and north."""
    (east, north), (accel_east, accel_north) = velocity_mps, accel_mps2
    square = east * east + north * north
    speed_mps = np.sqrt(square)
    # A car at rest has no direction to split an acceleration along; it has none either.
    at_rest = speed_mps <= REST_MPS
    safe_mps = np.where(at_rest, 1.0, speed_mps)
    along = (east * accel_east + north * accel_north) / safe_mps
    left = (east * accel_north - north * accel_east) / safe_mps
    is_fast = speed_mps > config.min_curvature_speed_mps
    curvature = np.where(is_fast, left / np.where(is_fast, square, 1.0), np.nan)
    along[at_rest], left[at_rest] = 0.0, 0.0
    return along, left, curvature


def _seconds_per_sample(time_s: FloatArray, n_window: int, segment: IntArray) -> FloatArray | float:
    """Return the rate of time as the windows see it; one number where all steps are the same."""
    if time_s.size >= n_window and segment[0] == segment[-1]:
        step_s = np.diff(time_s)
        shortest_s, longest_s = float(step_s.min()), float(step_s.max())
        if shortest_s > 0.0 and longest_s - shortest_s <= EVEN_STEPS * shortest_s:
            return float(time_s[-1] - time_s[0]) / step_s.size
    per_sample_s = savgol(time_s, n_window, 2, 1, segment)
    return np.where(per_sample_s > 0.0, per_sample_s, np.nan)


def motion_window(time_s: FloatArray, width_s: float) -> int:
    """Return the odd number of samples spanning `width_s`, at least five (three below 4 Hz)."""
    period_s = usual_step(time_s) if time_s.size > 1 else 1.0
    return window_samples(width_s, 1.0 / period_s, 5 if period_s * COARSE_RATE_HZ < 1.0 else 3)


def velocity_from_position(
    time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, segment: IntArray, width_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return east and north velocity from smoothed positions, shape (n,) each [m/s]."""
    n_window = motion_window(time_s, width_s)
    per_sample_s = _seconds_per_sample(time_s, n_window, segment)
    return (
        savgol(x_m, n_window, 2, 1, segment) / per_sample_s,
        savgol(y_m, n_window, 2, 1, segment) / per_sample_s,
    )


def is_course_from_positions(x_m: FloatArray, y_m: FloatArray, course_rad: FloatArray) -> bool:
    """Return whether a course only repeats the direction from fix to fix.

    Parameters
    ----------
    x_m, y_m : ndarray, shape (n,)
        True fixes [m].
    course_rad : ndarray, shape (n,)
        Course of the file [rad].

    Notes
    -----
    A Doppler course differs from the direction of position steps by noise; a course that a
    program made from the positions is equal to it but for rounding: backward, forward or central.
    """
    step_x, step_y = np.diff(x_m), np.diff(y_m)
    moving = np.flatnonzero((step_x**2 + step_y**2)[1:] > MIN_STEP_M**2) + 1
    if moving.size < MIN_COURSE_STEPS:
        return False
    at = moving[:: moving.size // MAX_COURSE_STEPS + 1]
    step_rad = np.arctan2(step_y[at], step_x[at])
    central_rad = np.arctan2(y_m[at + 1] - y_m[at - 1], x_m[at + 1] - x_m[at - 1])
    candidates = (
        course_rad[at + 1] - step_rad,
        course_rad[at] - step_rad,
        course_rad[at] - central_rad,
    )
    spread = [
        np.nanmedian(np.abs(wrap_radians(one))) for one in candidates if np.isfinite(one).any()
    ]
    return bool(spread) and float(min(spread)) < DERIVED_COURSE_RAD


def held_course(course_rad: FloatArray) -> FloatArray:
    """Return the course unwrapped, gaps held from the last (at first: the next) known value."""
    known = np.flatnonzero(np.isfinite(course_rad))
    if known.size == course_rad.size:
        return unwrapped(course_rad)
    if not known.size:
        return course_rad
    last = np.searchsorted(known, np.arange(course_rad.size), side="right") - 1
    return unwrapped(course_rad[known])[np.maximum(last, 0)]


def odometer(
    time_s: FloatArray,
    speed_mps: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    segment: IntArray,
) -> FloatArray:
    """Return the integral of speed from the first sample on, shape (n,) [m].

    Across a segment break the speed is unknown and the straight way between the positions counts.
    """
    if not time_s.size:
        return np.zeros(0)
    step_m = 0.5 * (speed_mps[1:] + speed_mps[:-1]) * np.diff(time_s)
    breaks = np.flatnonzero(np.diff(segment))
    straight_m = np.hypot(np.diff(x_m)[breaks], np.diff(y_m)[breaks])
    step_m[breaks] = np.where(np.isfinite(straight_m), straight_m, step_m[breaks])
    return np.concatenate(([0.0], np.cumsum(np.nan_to_num(step_m))))


def longest_true_run(is_true: BoolArray, time_s: FloatArray) -> float:
    """Return the longest time for which `is_true` holds without interruption [s]."""
    if not is_true.any():
        return 0.0
    label = np.cumsum(np.concatenate(([0], np.diff(is_true) != 0))) if is_true.size else np.zeros(0)
    spans = [
        float(time_s[stop - 1] - time_s[start])
        for start, stop in segment_bounds(label.astype(np.int64), is_true.size)
        if is_true[start]
    ]
    return max(spans, default=0.0)
