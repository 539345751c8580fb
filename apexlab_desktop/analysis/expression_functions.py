"""The functions of formulas on sampled values: by value, along time, between laps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Axes:
    """Where the samples of a formula lie; arrays have shape (n_rows, n), a row per lap.

    Attributes
    ----------
    time_s : ndarray
        Non-decreasing in each row; NaN where it is not known [s].
    distance_m : ndarray or None
        Non-decreasing in each row [m].
    longest_gap_s : float
        A longer stretch without a value is a gap: nothing is derived across it [s].
    is_gap_by_time : bool
        Also two neighbouring samples so far apart enclose a gap: true for fixes, not for places,
        between which a car may stand.
    reference_row : int or None
        Row of the reference lap; None where there are no laps to compare.
    """

    time_s: FloatArray
    distance_m: FloatArray | None
    longest_gap_s: float
    is_gap_by_time: bool
    reference_row: int | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Known:
    """The samples of a row that have a value.

    Attributes
    ----------
    index : ndarray of int, shape (m,)
    at, values : ndarray, shape (m,)
    is_gap : ndarray of bool, shape (m - 1,)
        Between each and the next.
    """

    index: IntArray
    at: FloatArray
    values: FloatArray
    is_gap: BoolArray


def _known(values: FloatArray, time_s: FloatArray, axes: Axes) -> _Known:
    index = np.flatnonzero(np.isfinite(values) & np.isfinite(time_s))
    at = time_s[index]
    is_gap = np.diff(at) > axes.longest_gap_s
    if not axes.is_gap_by_time:
        is_gap &= np.diff(index) > 1
    return _Known(index=index, at=at, values=values[index], is_gap=is_gap)


def integral(values: FloatArray, axes: Axes, *, is_stepped: bool) -> FloatArray:
    """Return the integral over time from the first known sample of each row, shape of `values`.

    Notes
    -----
    Trapezia, exact for values that are straight between samples; a stepped value holds until the
    next. What lies behind a gap is not known: NaN.
    """
    result = np.full(values.shape, np.nan)
    for row, (one, time_s) in enumerate(zip(values, axes.time_s, strict=True)):
        known = _known(one, time_s, axes)
        if known.index.size < 2:
            continue
        left, right = known.values[:-1], known.values[1:]
        area = np.diff(known.at) * (left if is_stepped else 0.5 * (left + right))
        area[known.is_gap] = np.nan
        result[row, known.index] = np.append(0.0, np.cumsum(area))
    return result


def derivative(values: FloatArray, axes: Axes, *, by_distance: bool) -> FloatArray:
    """Return the rate of change over time or distance, shape of `values`.

    Notes
    -----
    The slope of the parabola through a sample and its two neighbours, exact for squares also where
    the steps differ; at an end or beside a gap it is the parabola or line of that side.
    """
    result = np.full(values.shape, np.nan)
    for row, (one, time_s) in enumerate(zip(values, axes.time_s, strict=True)):
        known = _known(one, time_s, axes)
        if known.index.size < 2:
            continue
        along = known.at
        if by_distance and axes.distance_m is not None:
            along = axes.distance_m[row, known.index]
        result[row, known.index] = _slopes(known, along)
    return result


def _slopes(known: _Known, along: FloatArray) -> FloatArray:
    step = np.diff(along)
    slope = np.diff(known.values) / step
    slope[known.is_gap | ~(step > 0.0)] = np.nan
    before, after = np.append(np.nan, slope), np.append(slope, np.nan)
    step_before, step_after = np.append(np.nan, step), np.append(step, np.nan)
    middle = (before * step_after + after * step_before) / (step_before + step_after)
    # One-sided: the line of the one step, bent as its neighbour on the far side is.
    first, last = after.copy(), before.copy()
    if slope.size > 1:
        bend = np.diff(slope) / (step[1:] + step[:-1])
        forward, backward = np.append(bend, (np.nan,) * 2), np.append((np.nan,) * 2, bend)
        first -= np.nan_to_num(forward * step_after)
        last += np.nan_to_num(backward * step_before)
    return np.where(np.isfinite(middle), middle, np.where(np.isfinite(after), first, last))


def smoothed(values: FloatArray, axes: Axes, window_s: float, *, is_stepped: bool) -> FloatArray:
    """Return the mean over a window around each sample, shape of `values`.

    Notes
    -----
    Centred, so nothing is delayed; near an end or a gap the window shrinks on both sides alike. A
    straight line comes out as it went in.
    """
    result = np.full(values.shape, np.nan)
    for row, (one, time_s) in enumerate(zip(values, axes.time_s, strict=True)):
        known = _known(one, time_s, axes)
        edges = np.concatenate(
            ([0], np.flatnonzero(known.is_gap) + 1, [known.index.size]), dtype=np.int64
        )
        for first, stop in pairwise(edges.tolist()):
            run = slice(first, stop)
            result[row, known.index[run]] = _window_means(
                known.at[run], known.values[run], window_s, is_stepped=is_stepped
            )
    return result


def _window_means(
    at_s: FloatArray, values: FloatArray, window_s: float, *, is_stepped: bool
) -> FloatArray:
    half = np.minimum(0.5 * window_s, np.minimum(at_s - at_s[:1], at_s[-1:] - at_s))
    wide = half > 0.0
    if not wide.any():
        return values
    step, left = np.diff(at_s), values[:-1]
    bend = np.zeros(step.size) if is_stepped else np.diff(values) / np.where(step > 0, step, 1.0)
    area = np.append(0.0, np.cumsum(step * (left + 0.5 * bend * step)))

    def integral_to(t: FloatArray) -> FloatArray:
        index = np.clip(np.searchsorted(at_s, t, side="right") - 1, 0, step.size - 1)
        beyond = t - at_s[index]
        return np.asarray(area[index] + beyond * (left[index] + 0.5 * bend[index] * beyond))

    mean = values.copy()
    middle, reach = at_s[wide], half[wide]
    mean[wide] = (integral_to(middle + reach) - integral_to(middle - reach)) / (2.0 * reach)
    return mean


def lagged(values: FloatArray, axes: Axes, lag_s: float, *, is_stepped: bool) -> FloatArray:
    """Return what the values were `lag_s` earlier, shape of `values`; NaN before the first."""
    result = np.full(values.shape, np.nan)
    for row, (one, time_s) in enumerate(zip(values, axes.time_s, strict=True)):
        known = _known(one, time_s, axes)
        if known.index.size < 2:
            continue
        wanted = time_s - lag_s
        left = np.searchsorted(known.at, wanted, side="right") - 1
        inside = (left >= 0) & (wanted <= known.at[-1])
        left = np.clip(left, 0, known.index.size - 2)
        step = known.at[left + 1] - known.at[left]
        share = (wanted - known.at[left]) / np.where(step > 0.0, step, 1.0)
        if is_stepped:
            share = np.floor(np.clip(share, 0.0, 1.0))
        between = known.values[left] + share * (known.values[left + 1] - known.values[left])
        is_open = known.is_gap[left] & (share > 0.0) & (share < 1.0)
        result[row] = np.where(inside & ~is_open, between, np.nan)
    return result


def _truth(found: BoolArray, *values: FloatArray) -> FloatArray:
    """Return conditions as 1 and 0, NaN where a value is missing."""
    missing = np.isnan(values[0])
    for other in values[1:]:
        missing = missing | np.isnan(other)
    return np.where(missing, np.nan, found.astype(np.float64))


def _chosen(condition: FloatArray, yes: FloatArray, no: FloatArray) -> FloatArray:
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0.0, yes, no))


def _smallest(*values: FloatArray) -> FloatArray:
    found = values[0]
    for other in values[1:]:
        found = np.minimum(found, other)
    return found


def _largest(*values: FloatArray) -> FloatArray:
    found = values[0]
    for other in values[1:]:
        found = np.maximum(found, other)
    return found


def _clipped(value: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    return np.minimum(np.maximum(value, low), high)


BY_VALUE: dict[str, Callable[..., FloatArray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "neg": np.negative,
    "<": lambda a, b: _truth(a < b, a, b),
    "<=": lambda a, b: _truth(a <= b, a, b),
    ">": lambda a, b: _truth(a > b, a, b),
    ">=": lambda a, b: _truth(a >= b, a, b),
    "==": lambda a, b: _truth(a == b, a, b),
    "!=": lambda a, b: _truth(a != b, a, b),
    "and": lambda a, b: _truth((a != 0.0) & (b != 0.0), a, b),
    "or": lambda a, b: _truth((a != 0.0) | (b != 0.0), a, b),
    "not": lambda a: _truth(a == 0.0, a),
    "if": _chosen,
    "min": _smallest,
    "max": _largest,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "atan2": np.arctan2,
    "exp": np.exp,
    "log": np.log,
    "sign": np.sign,
    "clip": _clipped,
}
"""What works on each sample by itself."""
