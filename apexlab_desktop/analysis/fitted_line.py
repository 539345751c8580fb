"""A smooth line through given points, coarse or fine, exact or noisy, and its curvature."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.driven_path import DrivenPath, flat_path
from apexlab_desktop.analysis.types import BoolArray, FloatArray, read_only
from apexlab_desktop.errors import InsufficientDataError

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

Smoother = Callable[[float], tuple[FloatArray, float]]
"""Weight of the third differences to smoothed values and the degrees of freedom they have."""

_MIN_POINTS = 5
_CLOSING_STEPS = 2.0
"""A line whose ends lie within so many point spacings of each other is closed (DESIGN 3)."""
_LEAST_STEP_RATIO = 1e-3
"""Points closer than this share of the usual spacing are one point."""
_ORDER = 3
"""What is kept small is the third derivative: how fast the curvature changes."""
_CUTOFFS = 48
_LEAST_CUTOFF_STEPS, _LEAST_CUTOFF_M = 1.0, 2.0
_MOST_CUTOFF_M = 120.0
_LEAST_HEIGHT_CUTOFF_M = 30.0
"""Shorter waves of a road's height are its surface."""
_OVERLAP_RATIO = 0.25
"""A last point nearer to the first, or beyond it, repeats it."""
_LAUNCH_M, _LAUNCH_STEPS = 6.0, 24
"""From rest a car gains speed so quickly that its first metres need short steps."""
_JUMP_RATIO, _MOST_JUMP_STEP_M = 0.4, 3.0
"""A curvature that changes by more than this share between neighbours jumps; between points farther
apart than the latter a jump looks like any other bend."""
_CALM_RATIO = 0.05
"""Points that scatter by more than this share of their spacing are averaged first."""
_DENSITY = 4
"""Places per step at which the length is measured."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FittedLine:
    """A line at even steps, but for the first metres of an open one; arrays have shape (n,).

    Attributes
    ----------
    station_m : ndarray
        Along the line, level [m].
    x_m, y_m : ndarray
    heading_rad : ndarray
        Unwrapped [rad].
    curvature_per_m : ndarray
        Left positive [1/m].
    length_m : float
        With the way back to the first point where the line is closed [m].
    is_closed : bool
    cutoff_m : float
        Wavelength of which the smoothing keeps half; 0 where the points were taken as they are [m].
    grade_rad : ndarray
        Slope along the line, up positive [rad].
    vertical_per_m : ndarray
        Curvature of the profile, positive in a dip [1/m].
    others : ndarray, shape (n, k)
        What else was given at the points, straight between them.
    """

    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    length_m: float
    is_closed: bool
    cutoff_m: float
    grade_rad: FloatArray
    vertical_per_m: FloatArray
    others: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Given points without repetitions, by the chords between them; arrays have shape (m,)."""

    values: FloatArray
    chord_m: FloatArray
    end_m: float
    is_closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Smooth:
    """Smoothed values at even steps of the chords; `values` has shape (m, k)."""

    values: FloatArray
    step_m: float
    cutoff_m: float
    is_closed: bool

    def spline(self) -> BSpline:
        """Return the spline through the values."""
        at = self.step_m * np.arange(self.values.shape[0], dtype=np.float64)
        end = self.step_m * self.values.shape[0]
        return _spline_at(at, self.values, end, is_closed=self.is_closed)


def fit_line(
    x_m: FloatArray,
    y_m: FloatArray,
    step_m: float,
    *,
    z_m: FloatArray | None = None,
    others: FloatArray | None = None,
) -> FittedLine:
    """Return the line through points, at even steps.

    Parameters
    ----------
    x_m, y_m : ndarray, shape (m,)
        In the order they are driven [m].
    step_m : float
        About how far apart the places of the line shall be [m].
    z_m : ndarray, shape (m,), optional
        Height [m]; level without it.
    others : ndarray, shape (m, k), optional
        What else is known at the points.

    Raises
    ------
    InsufficientDataError
        If the points are too few to bend.

    Notes
    -----
    How much the points scatter is seen in them: of all smoothing splines with a small third
    derivative the one is taken that best foretells each point from the others (generalised
    cross-validation, Craven and Wahba 1979). Exact points are left alone, rounded and noisy ones
    are smoothed as they need. The third derivative, not the second, since a smoother that prefers
    straight lines makes every bend wider.
    """
    keep, is_closed = kept_points(x_m, y_m)
    height = np.zeros(x_m.size) if z_m is None else z_m
    rest = np.zeros((x_m.size, 0)) if others is None else others
    given = np.column_stack((x_m, y_m, height, rest))[keep]
    points = _averaged(_by_chords(given, is_closed=is_closed))
    plan = _smoothed(points, slice(0, 2), _LEAST_CUTOFF_M)
    heights = _smoothed(points, slice(2, 3), _LEAST_HEIGHT_CUTOFF_M)
    return _on_even_steps(plan, heights, points, step_m)


def path_along(line: FittedLine) -> DrivenPath:
    """Return a line as a path to be driven.

    Notes
    -----
    On a slope the way is longer than on the map by 1 / cos(slope), and a bend that wide on the map
    is gentler for the speed along the way by cos(slope)^2.
    """
    level_m = np.diff(line.station_m)
    if line.is_closed:
        level_m = np.append(level_m, line.length_m - line.station_m[-1])
    stretch = 1.0 / np.cos(line.grade_rad)
    mean = 0.5 * (stretch + np.roll(stretch, -1))
    return flat_path(
        level_m * mean[: level_m.size],
        line.curvature_per_m / stretch**2,
        is_closed=line.is_closed,
        grade_rad=line.grade_rad,
        vertical_per_m=line.vertical_per_m,
    )


def kept_points(x_m: FloatArray, y_m: FloatArray) -> tuple[BoolArray, bool]:
    """Return which points make the line, shape (m,), and whether it is closed.

    Points that repeat the one before are left out, and at the end of a closed line those that go
    over its beginning again.
    """
    step = np.hypot(np.diff(x_m), np.diff(y_m))
    usual = float(np.median(step[step > 0.0])) if np.any(step > 0.0) else 0.0
    keep = np.append(True, step > _LEAST_STEP_RATIO * usual)
    at = np.flatnonzero(keep)
    if at.size < _MIN_POINTS:
        raise InsufficientDataError(
            expected=f"at least {_MIN_POINTS} points in different places", found=f"{at.size}"
        )
    gap = float(np.hypot(x_m[at[-1]] - x_m[at[0]], y_m[at[-1]] - y_m[at[0]]))
    is_closed = gap <= _CLOSING_STEPS * usual
    if is_closed:
        ahead = np.array((x_m[at[1]] - x_m[at[0]], y_m[at[1]] - y_m[at[0]]))
        ahead /= np.hypot(*ahead)
        for last in at[:-_MIN_POINTS:-1]:
            left = np.array((x_m[at[0]] - x_m[last], y_m[at[0]] - y_m[last])) @ ahead
            if left > _OVERLAP_RATIO * usual:
                break
            keep[last] = False
    return keep, is_closed


def _by_chords(values: FloatArray, *, is_closed: bool) -> _Points:
    ends = values[:1] if is_closed else values[:0]
    chords = np.hypot(*np.diff(np.vstack((values, ends))[:, :2], axis=0).T)
    along = np.append(0.0, np.cumsum(chords))
    return _Points(values, along[: values.shape[0]], float(along[-1]), is_closed)


def _averaged(points: _Points) -> _Points:
    """Return means of neighbours where points scatter by more than a part of their spacing.

    The way between such points is a zigzag, whose length and directions say nothing of the line.
    """
    step = float(np.median(np.diff(points.chord_m)))
    sigma = _scatter(points.values[:, :2])
    group = int(np.ceil((sigma / (_CALM_RATIO * step)) ** (2.0 / 3.0))) if step > 0.0 else 1
    group = min(group, points.values.shape[0] // (2 * _MIN_POINTS))
    if group <= 1:
        return points
    starts = np.arange(0, points.values.shape[0] - group + 1, group)
    sums = np.add.reduceat(points.values, starts, axis=0)
    counts = np.diff(np.append(starts, points.values.shape[0]))
    return _by_chords(sums / counts[:, None], is_closed=points.is_closed)


def _scatter(values: FloatArray) -> float:
    """Return how far points lie off their neighbours' line, beyond what a bend explains [m].

    The distance of a point from the middle of its neighbours, across, less the mean of the same at
    its neighbours: white noise of one sigma gives sqrt(4.375), as the squares of 1/4, -1, 3/2, -1
    and 1/4 add up.
    """
    if values.shape[0] < 2 * _MIN_POINTS:
        return 0.0
    chord = values[2:] - values[:-2]
    off = values[1:-1] - 0.5 * (values[2:] + values[:-2])
    across = (chord[:, 0] * off[:, 1] - chord[:, 1] * off[:, 0]) / np.hypot(*chord.T)
    rest = across[1:-1] - 0.5 * (across[2:] + across[:-2])
    return float(np.median(np.abs(rest))) / (0.6745 * math.sqrt(4.375))


def _smoothed(points: _Points, columns: slice, least_cutoff_m: float) -> _Smooth:
    """Return columns of the points at even steps, smoothed as they need it."""
    n = max(round(points.end_m / float(np.median(np.diff(points.chord_m)))), _MIN_POINTS)
    step = points.end_m / n
    even = step * np.arange(n if points.is_closed else n + 1, dtype=np.float64)
    laid = _spline_at(
        points.chord_m, points.values[:, columns], points.end_m, is_closed=points.is_closed
    )(even)
    least = max(least_cutoff_m, _LEAST_CUTOFF_STEPS * step)
    cutoffs = np.geomspace(least, max(_MOST_CUTOFF_M, 2.0 * least), _CUTOFFS)
    smooth = _periodic_smoother(laid) if points.is_closed else _open_smoother(laid)
    weights = (cutoffs / (2.0 * np.pi * step)) ** (2 * _ORDER)
    tried = [smooth(float(weight)) for weight in weights]
    rest = np.array([np.sum((laid - fitted) ** 2) for fitted, _ in tried])
    left = np.maximum(laid.shape[0] - np.array([freedom for _, freedom in tried]), 1e-9)
    scores = rest / left**2
    # Scores scatter; of those that are as good as the best, the smoothest.
    good = scores <= scores.min() * (1.0 + laid.shape[0] ** -0.5)
    chosen = int(np.flatnonzero(good)[-1])
    return _Smooth(tried[chosen][0], step, float(cutoffs[chosen]), points.is_closed)


def _spline_at(at: FloatArray, values: FloatArray, end: float, *, is_closed: bool) -> BSpline:
    """Return the quintic spline through values: a cubic one bends too much between far points."""
    from scipy.interpolate import make_interp_spline

    if not is_closed:
        return make_interp_spline(at, values, k=min(5, at.size - 1))
    closed = np.vstack((values, values[:1]))
    return make_interp_spline(np.append(at, end), closed, k=5, bc_type="periodic")


def _periodic_smoother(laid: FloatArray) -> Smoother:
    spectrum = np.fft.rfft(laid, axis=0)
    n = laid.shape[0]
    stiffness = _stiffness(np.arange(spectrum.shape[0]) * (2.0 * np.pi / n))
    each = np.full(stiffness.size, 2.0)
    each[0] = 1.0
    if n % 2 == 0:
        each[-1] = 1.0

    def smooth(weight: float) -> tuple[FloatArray, float]:
        response = 1.0 / (1.0 + weight * stiffness)
        fitted = np.fft.irfft(spectrum * response[:, None], n, axis=0)
        return fitted, float(np.sum(each * response))

    return smooth


def _open_smoother(laid: FloatArray) -> Smoother:
    """Return the smoother without a condition at the ends (Whittaker, third differences)."""
    from scipy.linalg import solveh_banded

    n = laid.shape[0]
    stiffness = _stiffness(np.arange(n) * (np.pi / n))
    bands = _third_difference_bands(n)

    def smooth(weight: float) -> tuple[FloatArray, float]:
        system = weight * bands
        system[-1] += 1.0
        fitted = solveh_banded(system, laid)
        return fitted, float(np.sum(1.0 / (1.0 + weight * stiffness)))

    return smooth


def _stiffness(angle: FloatArray) -> FloatArray:
    """Return the squared third difference of a wave that turns by `angle` per point."""
    return np.asarray((2.0 - 2.0 * np.cos(angle)) ** _ORDER)


def _third_difference_bands(n: int) -> FloatArray:
    """Return the upper bands of D'D, D being third differences, shape (4, n)."""
    row = np.array((-1.0, 3.0, -3.0, 1.0))
    bands = np.zeros((_ORDER + 1, n))
    for i in range(_ORDER + 1):
        for j in range(i, _ORDER + 1):
            bands[_ORDER - (j - i), j : n - _ORDER + j] += row[i] * row[j]
    return bands


def _stations(length_m: float, step_m: float, *, is_closed: bool) -> FloatArray:
    n = max(int(np.ceil(length_m / step_m)), _MIN_POINTS)
    even = np.linspace(0.0, length_m, n + 1)
    if is_closed:
        return even[:-1]
    launch = _LAUNCH_M * (np.arange(_LAUNCH_STEPS) / _LAUNCH_STEPS) ** 3
    first = int(np.searchsorted(even, _LAUNCH_M))
    return np.append(launch[launch < even[first]], even[first:]) if first <= n else even


def _on_even_steps(plan: _Smooth, heights: _Smooth, points: _Points, step_m: float) -> FittedLine:
    curve, profile = plan.spline(), heights.spline()
    n_dense = _DENSITY * max(points.values.shape[0], int(points.end_m / step_m)) + 1
    dense = np.linspace(0.0, points.end_m, n_dense)
    pace = np.hypot(*curve(dense, 1).T)
    driven = np.append(0.0, np.cumsum(0.5 * (pace[1:] + pace[:-1]) * np.diff(dense)))
    length = float(driven[-1])
    station = _stations(length, step_m, is_closed=points.is_closed)
    at = np.interp(station, driven, dense)
    (x, y), (dx, dy), (ddx, ddy) = (curve(at, order).T for order in (0, 1, 2))
    bend = (dx * ddy - dy * ddx) / np.hypot(dx, dy) ** 3
    slope, rise = (profile(at, order)[:, 0] for order in (1, 2))
    return FittedLine(
        station_m=read_only(station),
        x_m=read_only(x.copy()),
        y_m=read_only(y.copy()),
        heading_rad=read_only(np.unwrap(np.arctan2(dy, dx))),
        curvature_per_m=read_only(np.clip(bend, *_bounds_at_jumps(plan, at))),
        length_m=length,
        is_closed=points.is_closed,
        cutoff_m=plan.cutoff_m,
        grade_rad=read_only(np.arctan(slope)),
        vertical_per_m=read_only(rise / (1.0 + slope**2) ** 1.5),
        others=read_only(_straight_between(points, at)),
    )


def _bounds_at_jumps(plan: _Smooth, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return between what the curvature lies at places of a line, each of shape (n,).

    Where an arc follows on a straight at once, a spline overshoots by a tenth. There the circles
    through three neighbours bound it; elsewhere nothing does, since circles through points far
    apart are wider than the line.
    """
    if plan.step_m > _MOST_JUMP_STEP_M:
        return np.full(at.size, -np.inf), np.full(at.size, np.inf)
    ends = (1, 1) if plan.is_closed else (0, 0)
    circles = _circles(np.pad(plan.values, (ends, (0, 0)), mode="wrap"))
    if not plan.is_closed:
        circles = np.pad(circles, 1, mode="edge")
    n, reach = circles.size, 2
    around = np.arange(-reach + 1, reach + 1)
    piece = (at / plan.step_m).astype(np.int64)[:, None] + around
    near = circles[piece % n if plan.is_closed else np.clip(piece, 0, n - 1)]
    jump = np.abs(np.diff(near, axis=1)).max(axis=1)
    is_free = jump <= _JUMP_RATIO * np.abs(near).max(axis=1)
    return (
        np.where(is_free, -np.inf, near.min(axis=1)),
        np.where(is_free, np.inf, near.max(axis=1)),
    )


def _circles(points: FloatArray) -> FloatArray:
    """Return the curvature of the circles through each three neighbours, shape (m - 2,)."""
    first, second = points[1:-1] - points[:-2], points[2:] - points[1:-1]
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    whole = np.hypot(*(points[2:] - points[:-2]).T)
    sides = np.hypot(*first.T) * np.hypot(*second.T) * whole
    return np.asarray(2.0 * cross / np.maximum(sides, 1e-12))


def _straight_between(points: _Points, at: FloatArray) -> FloatArray:
    period = points.end_m if points.is_closed else None
    columns = points.values[:, 3:].T
    rows = [np.interp(at, points.chord_m, column, period=period) for column in columns]
    return np.column_stack(rows) if rows else np.zeros((at.size, 0))
