"""When, between two fixes, a car meets a line."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.local_line import LocalLine
from apexlab_desktop.analysis.types import FloatArray, IntArray, Trajectory

SPEED_SCALE_RANGE = (0.5, 2.0)
"""Beyond this ratio of way to Doppler way the speeds say nothing about the step."""


def instant_linear(dt_s: FloatArray, share: FloatArray) -> FloatArray:
    """Return when a share of the way is done at constant speed, after the first sample [s].

    Parameters
    ----------
    dt_s, share : ndarray, shape (n,)
        Distance of the two samples [s], and share of the way up to the line, 0 to 1.
    """
    return np.asarray(dt_s * share)


def instant_constant_acceleration(
    dt_s: FloatArray, share: FloatArray, way_m: FloatArray, v0_mps: FloatArray, v1_mps: FloatArray
) -> FloatArray:
    """Return when a share of the way is done at constant acceleration, after the first sample [s].

    Parameters
    ----------
    dt_s, share, way_m : ndarray, shape (n,)
        Distance of the samples [s], share of the way up to the line, whole way [m].
    v0_mps, v1_mps : ndarray, shape (n,)
        Speeds along the way at both samples [m/s].

    Returns
    -------
    ndarray, shape (n,)
        The linear instant where the speeds contradict the way.

    Notes
    -----
    Algorithms.md 3.1: speeds scaled so that their mean makes the way, then
    t = 2 Q / (v0 + sqrt(v0^2 + 2 a Q)), which has no cancellation and holds for a = 0.
    """
    mean_way_m = 0.5 * (v0_mps + v1_mps) * dt_s
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = way_m / mean_way_m
        start_mps = v0_mps * scale
        accel_mps2 = (v1_mps - v0_mps) * scale / dt_s
        done_m = share * way_m
        root = np.sqrt(np.maximum(start_mps**2 + 2.0 * accel_mps2 * done_m, 0.0))
        instant_s = 2.0 * done_m / (start_mps + root)
    low, high = SPEED_SCALE_RANGE
    is_sound = np.isfinite(instant_s) & (mean_way_m > 0.0) & (scale > low) & (scale < high)
    is_sound &= (instant_s >= 0.0) & (instant_s <= dt_s) & (v0_mps >= 0.0) & (v1_mps >= 0.0)
    return np.where(is_sound, instant_s, instant_linear(dt_s, share))


def instants(
    trajectory: Trajectory, line: LocalLine, at: IntArray, share: FloatArray
) -> FloatArray:
    """Return when the line is met after the samples `at`.

    Parameters
    ----------
    trajectory : Trajectory
    line : LocalLine
    at : ndarray of int, shape (n,)
        Samples before the line; the next ones are past it.
    share : ndarray, shape (n,)
        Share of the straight way between both up to the line, 0 to 1.

    Returns
    -------
    ndarray, shape (n,)
        At constant acceleration, along the curve that both velocities make [s].
    """
    step_x = trajectory.x_m[at + 1] - trajectory.x_m[at]
    step_y = trajectory.y_m[at + 1] - trajectory.y_m[at]
    chord_m, chord_rad = np.hypot(step_x, step_y), np.arctan2(step_y, step_x)
    speed, course = trajectory.speed_mps, trajectory.course_rad
    dt_s = trajectory.time_s[at + 1] - trajectory.time_s[at]
    straight_s = instant_constant_acceleration(
        dt_s,
        share,
        chord_m,
        speed[at] * np.cos(course[at] - chord_rad),
        speed[at + 1] * np.cos(course[at + 1] - chord_rad),
    )
    return _along_curve(trajectory, line, at, dt_s, chord_m, straight_s)


def _along_curve(
    trajectory: Trajectory,
    line: LocalLine,
    at: IntArray,
    dt_s: FloatArray,
    chord_m: FloatArray,
    straight_s: FloatArray,
) -> FloatArray:
    """Return the instants on the cubic through both fixes and velocities, near those on the chord.

    On a straight both agree. In a bend the way along the chord is not the way past the line, which
    at 1 Hz is worth milliseconds.
    """
    x, y, speed, course = (
        trajectory.x_m,
        trajectory.y_m,
        trajectory.speed_mps,
        trajectory.course_rad,
    )
    half_turn = 0.5 * (course[at + 1] - course[at])
    arc_m = chord_m / np.maximum(np.sinc(half_turn / np.pi), 0.5)
    driven_m = 0.5 * (speed[at] + speed[at + 1]) * dt_s
    scale = np.where(driven_m > 0.0, arc_m / np.where(driven_m > 0.0, driven_m, 1.0), 0.0)
    ahead = np.arctan2(line.direction_y, line.direction_x)
    q0, q1 = line.along_m(x[at], y[at]), line.along_m(x[at + 1], y[at + 1])
    m0 = dt_s * scale * speed[at] * np.cos(course[at] - ahead)
    m1 = dt_s * scale * speed[at + 1] * np.cos(course[at + 1] - ahead)
    bend = (2.0 * (q0 - q1) + m0 + m1, 3.0 * (q1 - q0) - 2.0 * m0 - m1)
    u = straight_s / dt_s
    for _ in range(3):
        value = ((bend[0] * u + bend[1]) * u + m0) * u + q0
        slope = (3.0 * bend[0] * u + 2.0 * bend[1]) * u + m0
        u = u - np.where(slope > 0.0, value / np.where(slope > 0.0, slope, 1.0), 0.0)
    low, high = SPEED_SCALE_RANGE
    is_sound = (u >= 0.0) & (u <= 1.0) & (scale > low) & (scale < high)
    return np.where(is_sound, u * dt_s, straight_s)
