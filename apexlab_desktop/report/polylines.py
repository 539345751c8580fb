"""Traces as few points in the unit square: what is drawn, never what is computed with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.downsample import MinMaxPyramid
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.report.scales import Axis

Runs = tuple[FloatArray, ...]
"""Unbroken stretches of a line, each of shape (n, 2)."""

_TOLERANCES_COLUMNS = (0.1, 0.25, 0.5)
"""How far a dropped point may lie from the drawn line, in columns: the finest that makes a small
file, never more than half the pen."""
_FINE_COLUMNS = 2_000
"""A smooth line is thinned from its samples (5.6 km of the grid), so that slopes get no steps."""
_MOST_POINTS_PER_COLUMN = 2
"""A line that needs more even so is noise: its extremes per column say the same."""
_NOISE_COLUMNS = 0.6
"""Columns for noise, as a share of the view's: each may need four points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where a trace is drawn.

    Attributes
    ----------
    x, y : Axis
    n_columns : int
        Columns of the drawing; more points per column cannot be seen.
    n_rows : float
        Height of the drawing in columns.
    """

    x: Axis
    y: Axis
    n_columns: int
    n_rows: float


def polyline(x: FloatArray, y: FloatArray, view: View) -> Runs:
    """Return `y` over `x` (shapes (n,), shown units) as runs in the unit square, y upwards.

    Peaks are kept, a NaN breaks the line, and points that lie on the line through their
    neighbours are left out.
    """
    pyramid = MinMaxPyramid(x, y)
    fine = _runs(pyramid, view, _FINE_COLUMNS)
    for tolerance in _TOLERANCES_COLUMNS:
        thin = _thinned_runs(fine, view, tolerance)
        if thin is not None:
            return thin
    return _runs(pyramid, view, max(1, int(_NOISE_COLUMNS * view.n_columns)))


def _thinned_runs(runs: Runs, view: View, tolerance: float) -> Runs | None:
    """Return the runs without needless points, None when too many are needed."""
    scale = np.array((view.n_columns, view.n_rows), dtype=np.float64)
    most = _MOST_POINTS_PER_COLUMN * view.n_columns
    thin: list[FloatArray] = []
    for run in runs:
        points = _thinned(run * scale, tolerance, most)
        if points is None:
            return None
        most -= len(points)
        thin.append(points / scale)
    return tuple(thin)


def _runs(pyramid: MinMaxPyramid, view: View, n_columns: int) -> Runs:
    """Return the trace in the unit square, at most four points per column."""
    drawn_x, drawn_y = pyramid.window(view.x.low, view.x.high, n_columns)
    points = np.stack(
        ((drawn_x - view.x.low) / view.x.span, (drawn_y - view.y.low) / view.y.span), axis=1
    )
    return tuple(points[run] for run in finite_runs(np.isfinite(drawn_y)))


def finite_runs(is_finite: BoolArray) -> list[slice]:
    """Return the stretches of at least two true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_finite, [False])).astype(np.int8)))
    return [
        slice(int(start), int(stop))
        for start, stop in edges.reshape(-1, 2)
        if stop - start >= 2  # one sample alone draws no line
    ]


def simplified(points: FloatArray, tolerance: float) -> FloatArray:
    """Return the points, shape (m, 2), that keep the line within `tolerance` of all of them."""
    thin = _thinned(points, tolerance, len(points))
    return points if thin is None else thin


def _thinned(points: FloatArray, tolerance: float, most: int) -> FloatArray | None:
    """Return what `simplified` does, None when it takes more than `most` points.

    Notes
    -----
    Ramer 1972, Douglas and Peucker 1973: the farthest point from a chord stays, both halves follow.
    """
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[[0, -1]] = True
    n_kept = 2
    spans = [(0, len(points) - 1)]
    while spans:
        if n_kept > most:
            return None
        first, last = spans.pop()
        if last - first < 2:
            continue
        away = _distance_to_chord(points[first : last + 1])
        farthest = first + int(np.argmax(away))
        if away[farthest - first] > tolerance:
            keep[farthest] = True
            n_kept += 1
            spans += [(first, farthest), (farthest, last)]
    return points[keep]


def _distance_to_chord(points: FloatArray) -> FloatArray:
    """Return each point's distance to the segment from the first to the last, shape (n,)."""
    start, chord = points[0], points[-1] - points[0]
    length_squared = float(chord @ chord)
    from_start = points - start
    if length_squared == 0.0:
        return np.asarray(np.hypot(from_start[:, 0], from_start[:, 1]))
    along = np.clip(from_start @ chord / length_squared, 0.0, 1.0)
    rest = from_start - along[:, None] * chord
    return np.asarray(np.hypot(rest[:, 0], rest[:, 1]))


def equal_runs(values: IntArray) -> list[slice]:
    """Return stretches of equal values, each one sample longer, so that neighbours join."""
    starts = np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1))
    stops = np.concatenate((starts[1:] + 1, [values.size]))
    return [slice(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]
