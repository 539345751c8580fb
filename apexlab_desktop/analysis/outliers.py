"""Fixes that cannot be true: no fix, frozen, jumped, impossible speed."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

MAD_TO_SIGMA = 1.4826
MAX_PEELS = 12
MOST_HALF_WINDOW = 50
"""Samples to either side of one that are looked at."""
SUSPECTS_AT_ONCE = 20_000


def no_fix(
    fix_type: FloatArray | None,
    n_satellites: FloatArray | None,
    n: int,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> BoolArray:
    """Return where the receiver itself says that it had no fix.

    Parameters
    ----------
    fix_type, n_satellites : ndarray, shape (n,), optional
        As recorded; NaN passes.
    n : int
        Number of samples.
    config : AnalysisConfig

    Notes
    -----
    Some devices write quality numbers (1 = GPS) into the fix type, or a satellite count that is
    always 0: a column whose median would fail is not on the scale of the rule, and only 0 counts.
    """
    bad = np.zeros(n, dtype=np.bool_)
    if fix_type is not None and np.isfinite(fix_type).any():
        is_scale = _median(fix_type) >= config.min_fix_type
        has_zero = float(np.nanmax(fix_type)) > 0.0
        bad |= fix_type < (config.min_fix_type if is_scale else 0.5 if has_zero else -1.0)
    if n_satellites is not None and _median(n_satellites) >= config.min_satellites:
        bad |= n_satellites < config.min_satellites
    return bad


def _median(values: FloatArray) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def poor_rows(
    accuracy_m: FloatArray | None,
    n_satellites: FloatArray | None,
    n: int,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> BoolArray:
    """Return where the reported accuracy or satellites are poor (analysis.md 2.1); NaN passes."""
    bad = np.zeros(n, dtype=np.bool_)
    if accuracy_m is not None:
        bad |= accuracy_m > config.max_accuracy_m
    if n_satellites is not None:
        bad |= n_satellites < config.min_filter_satellites
    return bad


def frozen(
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    speed_mps: FloatArray,
    period_s: float,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> BoolArray:
    """Return where a position repeats for more than two periods although the car moves.

    Parameters
    ----------
    time_s, x_m, y_m, speed_mps : ndarray, shape (n,)
        Fixes [s], [m], [m], [m/s].
    period_s : float
        Nominal distance of two fixes [s].
    config : AnalysisConfig

    Returns
    -------
    ndarray of bool, shape (n,)
        The first fix of a frozen run is true and not marked.
    """
    is_moving = speed_mps > config.frozen_speed_mps
    repeats = np.concatenate(([False], (np.diff(x_m) == 0.0) & (np.diff(y_m) == 0.0)))
    repeats &= is_moving
    if not repeats.any():
        return repeats
    run = np.cumsum(~repeats)
    first_of_run = np.searchsorted(run, np.arange(run[-1] + 1), side="left")
    last_of_run = np.searchsorted(run, np.arange(run[-1] + 1), side="right") - 1
    span_s = time_s[last_of_run] - time_s[np.minimum(first_of_run, time_s.size - 1)]
    return np.asarray(repeats & (span_s[run] > 1.5 * period_s))


def dead_reckoning(
    time_s: FloatArray, speed_mps: FloatArray, course_rad: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the path that the Doppler velocity alone would give, shape (n,) each [m]."""
    half_s = 0.5 * np.diff(time_s)
    east, north = np.cos(course_rad), np.sin(course_rad)
    for velocity in (east, north):
        velocity *= speed_mps
        steps_m = velocity[1:] + velocity[:-1]
        steps_m *= half_s
        velocity[:1] = 0.0
        np.cumsum(steps_m, out=velocity[1:])
    return east, north


def position_spikes(
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    velocity: tuple[FloatArray, FloatArray] | None,
    period_s: float,
    *,
    floor_m: float | None = None,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> BoolArray:
    """Return where a position does not belong to its neighbours.

    Parameters
    ----------
    time_s, x_m, y_m : ndarray, shape (n,)
        Finite fixes of one session [s], [m].
    velocity : tuple of ndarray, shape (n,) each, optional
        Speed [m/s] and course [rad] by Doppler.
    period_s : float
        Nominal distance of two fixes [s].
    floor_m : float, optional
        Distances up to this are never spikes; by default 0.5 m [m].
    config : AnalysisConfig

    Returns
    -------
    ndarray of bool, shape (n,)

    Notes
    -----
    Hampel's rule: further than max(0.5 m, 5 x 1.4826 MAD) from the local median, window 1 s
    (algorithms.md 1.4). With Doppler the rule works on what is left after dead reckoning, which
    for a good fix changes only slowly. Without, single fixes are compared with the cubic through
    their neighbours and the worst are peeled off first, since one spike spoils those around it.
    """
    if time_s.size < 5:
        return np.zeros(time_s.size, dtype=np.bool_)
    floor_m = config.spike_floor_m if floor_m is None else floor_m
    if velocity is None:
        return _peeled(time_s, x_m, y_m, floor_m, config)
    path_x, path_y = dead_reckoning(time_s, *velocity)
    half = max(round(config.spike_window_s / period_s / 2.0), 2)
    return _hampel(x_m - path_x, y_m - path_y, half, floor_m, config)


def _hampel(
    x_m: FloatArray, y_m: FloatArray, half: int, floor_m: float, config: AnalysisConfig
) -> BoolArray:
    n = x_m.size
    half = min(half, (n - 1) // 2)
    step_m = np.sqrt(np.diff(x_m) ** 2 + np.diff(y_m) ** 2)
    usual_m = MAD_TO_SIGMA * median(step_m)
    jumps = np.flatnonzero(step_m > max(0.5 * floor_m, 2.0 * usual_m))
    result = np.zeros(n, dtype=np.bool_)
    if not jumps.size:
        return result
    # The sorting windows are dear, and only fixes near a jump can be spikes.
    near = np.zeros(n + 1, dtype=np.int64)
    np.add.at(near, np.maximum(jumps - half + 1, 0), 1)
    np.add.at(near, np.minimum(jumps + half + 1, n), -1)
    suspects = np.flatnonzero(np.cumsum(near)[:n] > 0)
    # A quick receiver's window holds more samples than a median needs.
    stride = -(-half // MOST_HALF_WINDOW)
    for start in range(0, suspects.size, SUSPECTS_AT_ONCE):
        some = suspects[start : start + SUSPECTS_AT_ONCE]
        result[some] = _are_spikes(x_m, y_m, some, half, stride, floor_m, config)
    return result


def _are_spikes(
    x_m: FloatArray,
    y_m: FloatArray,
    suspects: IntArray,
    half: int,
    stride: int,
    floor_m: float,
    config: AnalysisConfig,
) -> BoolArray:
    """Return which suspects lie off the median of every `stride`-th sample around them."""
    half -= half % stride
    window = np.clip(suspects, half, x_m.size - 1 - half) - half
    windows = [sliding_window_view(v, 2 * half + 1)[:, ::stride] for v in (x_m, y_m)]
    middles = [_middle(around[window]) for around in windows]
    off_m = np.hypot(x_m[suspects] - middles[0], y_m[suspects] - middles[1])
    far = np.flatnonzero(off_m > floor_m)
    scale_m = np.zeros(far.size)
    for around, middle in zip(windows, middles, strict=True):
        apart_m = np.abs(around[window[far]] - middle[far, None])
        scale_m = np.maximum(scale_m, MAD_TO_SIGMA * _middle(apart_m))
    is_spike = np.zeros(suspects.size, dtype=np.bool_)
    is_spike[far] = off_m[far] > config.spike_sigmas * scale_m
    return is_spike


def _middle(windows: FloatArray) -> FloatArray:
    """Return the median of each row of an odd number of finite values, shape (m,)."""
    half = windows.shape[1] // 2
    return np.asarray(np.partition(windows, half, axis=1)[:, half])


def _peeled(
    time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, floor_m: float, config: AnalysisConfig
) -> BoolArray:
    good = np.arange(x_m.size)
    for _ in range(MAX_PEELS):
        if good.size < 5:
            break
        weights = _cubic_weights(time_s[good])
        off_m = np.hypot(_from_cubic(weights, x_m[good]), _from_cubic(weights, y_m[good]))
        scale_m = MAD_TO_SIGMA * float(np.median(off_m))
        around = np.max(sliding_window_view(np.pad(off_m, 2), 5), axis=1)
        worst = (off_m > max(floor_m, config.spike_sigmas * scale_m)) & (off_m >= around)
        if not worst.any():
            break
        good = good[~worst]
    spikes = np.ones(x_m.size, dtype=np.bool_)
    spikes[good] = False
    return spikes


def _cubic_weights(time_s: FloatArray) -> FloatArray:
    """Return Lagrange weights of two neighbours on both sides of each instant, (4, n - 4)."""
    at = time_s[2:-2]
    knots = np.stack((time_s[:-4], time_s[1:-3], time_s[3:-1], time_s[4:]))
    weights = np.ones_like(knots)
    for i in range(4):
        for j in range(4):
            if i != j:
                weights[i] *= (at - knots[j]) / (knots[i] - knots[j])
    return weights


def _from_cubic(weights: FloatArray, value: FloatArray) -> FloatArray:
    """Return each value minus the cubic through its neighbours; 0 at the ends, shape (n,)."""
    off = np.zeros(value.size)
    neighbours = np.stack((value[:-4], value[1:-3], value[3:-1], value[4:]))
    off[2:-2] = value[2:-2] - np.sum(weights * neighbours, axis=0)
    return off


def mismatched_steps(
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    speed_mps: FloatArray,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    usual_m: float = 0.0,
) -> BoolArray:
    """Return where the way between fixes contradicts the speed, shape (n - 1, ...).

    Parameters
    ----------
    time_s, x_m, y_m, speed_mps : ndarray, shape (n, ...)
    config : AnalysisConfig
    usual_m : float
        By how much steps of this receiver usually miss the speed, one sigma [m].
    """
    dt = np.diff(time_s, axis=0)
    mean_mps = 0.5 * (speed_mps[1:] + speed_mps[:-1])
    implied_mps = np.hypot(np.diff(x_m, axis=0), np.diff(y_m, axis=0)) / np.maximum(dt, 1e-6)
    limit_mps = np.maximum(config.speed_mismatch_mps, config.speed_mismatch_ratio * mean_mps)
    limit_mps = np.maximum(limit_mps, config.spike_sigmas * usual_m / np.maximum(dt, 1e-6))
    return np.asarray(np.abs(implied_mps - mean_mps) > limit_mps)


def step_scatter(
    time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, speed_mps: FloatArray
) -> float:
    """Return by how much steps between fixes usually miss the speed, one sigma [m].

    White noise of positions does so at every step: 0.5 m at 10 Hz is 7 m/s.
    """
    way_m = np.hypot(np.diff(x_m), np.diff(y_m))
    miss_m = np.abs(way_m - 0.5 * (speed_mps[1:] + speed_mps[:-1]) * np.diff(time_s))
    miss_m = miss_m[np.isfinite(miss_m)]
    return MAD_TO_SIGMA * float(np.median(miss_m)) if miss_m.size else 0.0


def speed_spikes(time_s: FloatArray, speed_mps: FloatArray, limit_mps2: float) -> BoolArray:
    """Return single samples whose speed no car could reach from both neighbours, shape (n,)."""
    result = np.zeros(speed_mps.size, dtype=np.bool_)
    if speed_mps.size < 3:
        return result
    rate = np.diff(speed_mps) / np.maximum(np.diff(time_s), 1e-6)
    is_peak = (rate[:-1] > 0.0) != (rate[1:] > 0.0)
    result[1:-1] = is_peak & (np.abs(rate[:-1]) > limit_mps2) & (np.abs(rate[1:]) > limit_mps2)
    return result
