"""Peak-preserving thinning for drawing: a min/max pyramid, exact in every pixel column."""

from __future__ import annotations

import math

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, IntArray
from apexlab_desktop.errors import AnalysisError

POINTS_PER_COLUMN = 4
"""First, least, greatest and last sample: what a pixel column can show of a polyline."""

_MAX_BLOCKS_PER_COLUMN = 64
"""A column is reduced over at most about this many blocks; finer levels only serve its two ends."""


class MinMaxPyramid:
    """Minima and maxima of a trace over blocks of 2, 4, 8 ... samples, built once per trace.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Axis, non-decreasing and finite, any spacing (time or distance).
    y : ndarray, shape (n,)
        Values; NaN where missing.

    Raises
    ------
    AnalysisError
        If the shapes differ or `x` ever decreases or is missing.

    Notes
    -----
    Building is O(n) in time and holds about 2 n extra values. A window costs O(columns) times the
    logarithm of the samples per column, so a million samples pan about as fast as a thousand.
    """

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        if x.shape != y.shape or x.ndim != 1:
            raise AnalysisError(
                expected="axis and values of one length", found=f"shapes {x.shape} and {y.shape}"
            )
        # Written so that a NaN, for which every comparison is false, is refused as well.
        if x.size and not (np.isfinite(x[-1]) and bool(np.all(x[1:] >= x[:-1]))):
            raise AnalysisError(expected="an axis that never decreases", found="a step back or NaN")
        self._x = x
        self._y = y
        self._minima = _halvings(y, np.fmin)
        self._maxima = _halvings(y, np.fmax)

    def window(self, x_min: float, x_max: float, n_columns: int) -> tuple[FloatArray, FloatArray]:
        """Return the polyline that looks like the trace between `x_min` and `x_max`.

        Parameters
        ----------
        x_min, x_max : float
            Edges of the view, in the unit of the axis.
        n_columns : int
            Pixel columns of the view; equal shares of `x_max - x_min`.

        Returns
        -------
        x, y : ndarray, shape (m,)
            The samples themselves where at most four fall into a column on average. Otherwise four
            points per column: its first sample, its minimum, its maximum (both at the middle
            sample) and its last sample. One sample beyond each edge is included so that the line
            reaches the border. A NaN breaks the line; a column without any finite value is NaN.
        """
        start = int(np.searchsorted(self._x, x_min, side="left"))
        stop = int(np.searchsorted(self._x, x_max, side="right"))
        first, last = max(start - 1, 0), min(stop + 1, self._x.size)
        if n_columns < 1 or stop - start <= POINTS_PER_COLUMN * n_columns:
            return self._x[first:last], self._y[first:last]
        x, y = self._columns(_column_bounds(self._x, x_min, x_max, start, stop, n_columns))
        before, after = slice(first, start), slice(stop, last)
        return (
            np.concatenate((self._x[before], x, self._x[after])),
            np.concatenate((self._y[before], y, self._y[after])),
        )

    def blocks(self, x_min: float, x_max: float, n_most: int) -> tuple[FloatArray, FloatArray]:
        """Return the trace between `x_min` and `x_max` in whole blocks of the pyramid.

        For a picture that moves: it costs slices of one level, whatever the number of samples, and
        as blocks lie fixed on the trace, nothing flickers while it is shifted.

        Parameters
        ----------
        x_min, x_max : float
            Edges of the view, in the unit of the axis.
        n_most : int
            Most blocks wanted; there are at least half as many unless there are fewer samples.

        Returns
        -------
        x, y : ndarray, shape (m,)
            Least and greatest value of each block at its first sample, every extreme of the view
            among them; the samples themselves where they are few. The blocks that hold the edges
            of the view are whole, so the line reaches the border.
        """
        start = max(int(np.searchsorted(self._x, x_min, side="left")) - 1, 0)
        stop = min(int(np.searchsorted(self._x, x_max, side="right")) + 1, self._x.size)
        level = max(math.ceil(math.log2(max(stop - start, 1) / max(n_most, 1))), 0)
        level = min(level, len(self._minima) - 1)
        if level == 0:
            return self._x[start:stop], self._y[start:stop]
        # An odd last sample ends its level: it is in no block above that.
        first, last = start >> level, min((stop >> level) + 1, self._minima[level].size)
        y = np.empty((last - first, 2))
        y[:, 0], y[:, 1] = self._minima[level][first:last], self._maxima[level][first:last]
        x = self._x[first << level : last << level : 1 << level]
        tail = slice(max(last << level, start), stop)
        return (
            np.concatenate((np.repeat(x, 2), self._x[tail])),
            np.concatenate((y.ravel(), self._y[tail])),
        )

    def _columns(self, bounds: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return four points for each half-open index range between successive `bounds`."""
        low, high = bounds[:-1], bounds[1:]
        filled = high > low
        low, high = low[filled], high[filled]
        x = np.empty((low.size, POINTS_PER_COLUMN))
        y = np.empty((low.size, POINTS_PER_COLUMN))
        x[:, 0], x[:, 3] = self._x[low], self._x[high - 1]
        y[:, 0], y[:, 3] = self._y[low], self._y[high - 1]
        middle = self._x[(low + high) // 2]
        x[:, 1] = x[:, 2] = middle
        y[:, 1], y[:, 2] = _range_extremes(self._minima, self._maxima, low, high)
        return x.ravel(), y.ravel()


def _column_bounds(
    x: FloatArray, x_min: float, x_max: float, start: int, stop: int, n_columns: int
) -> IntArray:
    """Return sample indices that bound the columns, shape (n_columns + 1,)."""
    edges = x_min + (x_max - x_min) / n_columns * np.arange(n_columns + 1)
    bounds = np.searchsorted(x, edges, side="left").astype(np.int64)
    bounds[0], bounds[-1] = start, stop
    return bounds


def _halvings(y: FloatArray, extreme: np.ufunc) -> list[FloatArray]:
    """Return `y` and its extremes over 2, 4, 8 ... samples; an odd last sample ends its level."""
    levels = [y]
    while levels[-1].size > 1:
        values = levels[-1]
        pairs = values[: values.size // 2 * 2]
        levels.append(extreme(pairs[::2], pairs[1::2]))
    return levels


def _range_extremes(
    minima: list[FloatArray], maxima: list[FloatArray], low: IntArray, high: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return least and greatest of each half-open range `[low, high)` of level 0, shape (n,).

    The ranges ascend and are not empty. Odd ends are taken from each level on the way up (a segment
    tree, all ranges at once); what is left is whole blocks, few enough to be reduced directly.
    """
    least, greatest = np.full(low.size, np.nan), np.full(low.size, np.nan)
    level = 0
    while int((high - low).max()) > _MAX_BLOCKS_PER_COLUMN:
        for odd, index in _odd_ends(low, high):
            least[odd] = np.fmin(least[odd], minima[level][index])
            greatest[odd] = np.fmax(greatest[odd], maxima[level][index])
        low, high, level = (low + 1) >> 1, high >> 1, level + 1
    rest = np.flatnonzero(high > low)
    if rest.size:
        pairs = np.stack((low[rest], high[rest]), axis=1).ravel()
        least[rest] = np.fmin(least[rest], _reduce_pairs(minima[level], pairs, np.fmin))
        greatest[rest] = np.fmax(greatest[rest], _reduce_pairs(maxima[level], pairs, np.fmax))
    return least, greatest


def _odd_ends(low: IntArray, high: IntArray) -> tuple[tuple[IntArray, IntArray], ...]:
    """Return (range, block) index pairs of the blocks that have no whole parent in their range."""
    odd_low = np.flatnonzero((low & 1) & (low < high))
    # A range of one block with an odd start is used up by its start.
    odd_high = np.flatnonzero((high & 1) & (high > low + (low & 1)))
    return (odd_low, low[odd_low]), (odd_high, high[odd_high] - 1)


def _reduce_pairs(values: FloatArray, pairs: IntArray, extreme: np.ufunc) -> FloatArray:
    """Return the extreme of `values[pairs[2k]:pairs[2k + 1]]`, ranges ascending and disjoint."""
    # `reduceat` wants every index below the size, so the last end is left to the end of the array.
    reduced = extreme.reduceat(values[: int(pairs[-1])], pairs[:-1])
    return np.asarray(reduced[::2], dtype=np.float64)
