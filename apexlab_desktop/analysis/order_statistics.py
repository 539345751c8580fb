"""Median and quantiles of one array, by one selection instead of numpy's several.

`np.median` selects the middle and, to notice NaN, the largest value as well: six times the work of
selecting the middle alone. The results here are the same to the last bit.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.arrays import where_finite

EVEN_STEPS = 1e-9
"""Steps of time that differ by this share only do so in their last digits."""


def median(values: npt.ArrayLike) -> float:
    """Return the median, as `np.median` does.

    Parameters
    ----------
    values : array_like, shape (n,)
        Not changed.

    Returns
    -------
    float
        NaN without values, or if any of them is NaN.
    """
    numbers = np.asarray(values)
    if numbers.size == 0:
        return math.nan
    middle = numbers.size // 2
    ordered = np.partition(numbers, middle)
    if _has_nan(ordered[middle:]):
        return math.nan
    upper = float(ordered[middle])
    if numbers.size % 2:
        return upper
    return float(np.mean((ordered[:middle].max(), ordered[middle])))


def column_medians(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the median of every column.

    Parameters
    ----------
    rows : ndarray, shape (k, n)
        NaN is left out; k at least 1.

    Returns
    -------
    ndarray, shape (n,)
        NaN where a column has nothing else.

    Notes
    -----
    To sort a few rows whole is several times as quick as to select their middle ones.
    """
    ordered = np.sort(rows, axis=0)
    if where_finite(ordered[-1]) is None:
        middle, k = rows.shape[0] // 2, rows.shape[0]
        upper = ordered[middle]
        return np.asarray(upper if k % 2 else 0.5 * (ordered[middle - 1] + upper))
    # NaN is sorted to the end.
    n_known = np.count_nonzero(~np.isnan(ordered), axis=0)
    pair = np.stack((np.maximum(n_known - 1, 0) // 2, n_known // 2))
    pair = np.minimum(pair, rows.shape[0] - 1)
    return np.asarray(np.mean(np.take_along_axis(ordered, pair, axis=0), axis=0))


def usual_step(time_s: npt.NDArray[np.float64]) -> float:
    """Return the usual distance of two instants, NaN for fewer than two [s].

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        [s]

    Returns
    -------
    float
        The median step; the mean where all steps are the same but for their last digits.

    Notes
    -----
    Nearly equal values are the worst case of the one selection that `median` does.
    """
    if time_s.size < 2:
        return math.nan
    step_s = np.diff(time_s)
    shortest_s = float(step_s.min())
    if shortest_s > 0.0 and float(step_s.max()) - shortest_s <= EVEN_STEPS * shortest_s:
        return float(time_s[-1] - time_s[0]) / step_s.size
    return float(np.median(step_s))


def quantile(values: npt.ArrayLike, share: float) -> float:
    """Return the value below which `share` of the values lie, as `np.quantile` does.

    Parameters
    ----------
    values : array_like, shape (n,)
        Not changed.
    share : float
        From 0 to 1.

    Returns
    -------
    float
        Linear between the two nearest values; NaN without values, or if any of them is NaN.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0:
        return math.nan
    place = share * (numbers.size - 1)
    low = int(place)
    ordered = np.partition(numbers, low)
    if _has_nan(ordered[low:]):
        return math.nan
    part, below = place - low, float(ordered[low])
    if part == 0.0:
        return below
    above = float(ordered[low + 1 :].min())
    step = above - below
    # From the nearer of the two, so that the result is never beyond either.
    return above - step * (1.0 - part) if part >= 0.5 else below + step * part


def _has_nan(upper: npt.NDArray[np.generic]) -> bool:
    """Return whether the upper part of a selection, where NaN is sorted to, holds any."""
    return upper.dtype.kind == "f" and bool(np.isnan(upper.max()))
