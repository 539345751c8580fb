"""Given points of a line: without repetitions, closed or open, smoothed as they need it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray
from apexlab_desktop.errors import InsufficientDataError

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

Smoother = Callable[[float], tuple[FloatArray, float]]
"""Weight of the third differences to smoothed values and the degrees of freedom they have."""

MIN_POINTS, _MIN_OPEN_POINTS = 5, 2
_CLOSING_STEPS = 2.0
"""A line whose ends lie within so many point spacings of each other is closed (DESIGN 3)."""
_LEAST_STEP_RATIO = 1e-3
"""Points closer than this share of the usual spacing are one point."""
_OVERLAP_RATIO = 0.25
"""A last point nearer to the first, or beyond it, repeats it."""
_CALM_RATIO = 0.05
"""Points that scatter by more than this share of their spacing are averaged first."""
_MOST_POINTS = 100_000
"""More say nothing more of a line and are averaged, too."""
_ORDER = 3
"""What is kept small is the third derivative: how fast the curvature changes."""
_CUTOFFS = 48
_LEAST_CUTOFF_STEPS = 1.0
_MOST_CUTOFF_M = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class GivenPoints:
    """Points by the chords between them.

    Attributes
    ----------
    values : ndarray, shape (m, k)
        East, north, height and what else is known there [m].
    chord_m : ndarray, shape (m,)
        From the first point, along the chords [m].
    end_m : float
        All chords, with the one that closes the line [m].
    is_closed : bool
    """

    values: FloatArray
    chord_m: FloatArray
    end_m: float
    is_closed: bool


@dataclass(frozen=True, slots=True, eq=False)
class SmoothPoints:
    """Smoothed values at even steps of the chords.

    Attributes
    ----------
    values : ndarray, shape (m, k)
    step_m, cutoff_m : float
        Between the values; wavelength of which half was kept [m].
    is_closed : bool
    """

    values: FloatArray
    step_m: float
    cutoff_m: float
    is_closed: bool

    def spline(self) -> BSpline:
        """Return the spline through the values."""
        at = self.step_m * np.arange(self.values.shape[0], dtype=np.float64)
        end = self.step_m * self.values.shape[0]
        return _spline_at(at, self.values, end, is_closed=self.is_closed)


def kept_points(x_m: FloatArray, y_m: FloatArray) -> tuple[BoolArray, bool]:
    """Return which points make the line, shape (m,), and whether it is closed.

    Points that repeat the one before are left out, and at the end of a closed line those that go
    over its beginning again. Up to four points are an open line: the ends of so few are always
    close to each other.
    """
    step = np.hypot(np.diff(x_m), np.diff(y_m))
    usual = float(np.median(step[step > 0.0])) if np.any(step > 0.0) else 0.0
    keep = np.append(True, step > _LEAST_STEP_RATIO * usual)
    at = np.flatnonzero(keep)
    gap = float(np.hypot(x_m[at[-1]] - x_m[at[0]], y_m[at[-1]] - y_m[at[0]]))
    if at.size < MIN_POINTS:
        _check_open(at.size, is_back=gap <= _OVERLAP_RATIO * usual)
        return keep, False
    is_closed = gap <= _CLOSING_STEPS * usual
    if is_closed:
        ahead = np.array((x_m[at[1]] - x_m[at[0]], y_m[at[1]] - y_m[at[0]]))
        ahead /= np.hypot(*ahead)
        for last in at[:-MIN_POINTS:-1]:
            left = np.array((x_m[at[0]] - x_m[last], y_m[at[0]] - y_m[last])) @ ahead
            if left > _OVERLAP_RATIO * usual:
                break
            keep[last] = False
    return keep, is_closed


def _check_open(n_points: int, *, is_back: bool) -> None:
    """Refuse few points unless they are an open line: two say all of a straight."""
    if n_points < _MIN_OPEN_POINTS or is_back:
        least, kind = (MIN_POINTS, "a closed") if n_points > 1 else (_MIN_OPEN_POINTS, "an open")
        raise InsufficientDataError(
            expected=f"at least {least} points in different places of {kind} line",
            found=f"{n_points}",
        )


def by_chords(values: FloatArray, *, is_closed: bool) -> GivenPoints:
    """Return points with their chords; the first two columns are east and north."""
    ends = values[:1] if is_closed else values[:0]
    chords = np.hypot(*np.diff(np.vstack((values, ends))[:, :2], axis=0).T)
    along = np.append(0.0, np.cumsum(chords))
    return GivenPoints(values, along[: values.shape[0]], float(along[-1]), is_closed)


def averaged_points(points: GivenPoints) -> GivenPoints:
    """Return means of neighbours where points scatter by more than a part of their spacing.

    The way between such points is a zigzag, whose length and directions say nothing of the line.
    """
    step = float(np.median(np.diff(points.chord_m)))
    sigma = scatter(points.values[:, :2])
    group = int(np.ceil((sigma / (_CALM_RATIO * step)) ** (2.0 / 3.0))) if step > 0.0 else 1
    n = points.values.shape[0]
    group = min(max(group, -(-n // _MOST_POINTS)), n // (2 * MIN_POINTS))
    if group <= 1:
        return points
    starts = np.arange(0, points.values.shape[0] - group + 1, group)
    sums = np.add.reduceat(points.values, starts, axis=0)
    counts = np.diff(np.append(starts, points.values.shape[0]))
    return by_chords(sums / counts[:, None], is_closed=points.is_closed)


def scatter(values: FloatArray, quantile: float = 0.5) -> float:
    """Return how far points lie off their neighbours' line, beyond what a bend explains [m].

    The distance of a point from the middle of its neighbours, across, less the mean of the same at
    its neighbours: white noise of one sigma gives sqrt(4.375), as the squares of 1/4, -1, 3/2, -1
    and 1/4 add up. A quantile above the middle sees rounded points of which most lie on straights
    along an axis, where nothing was rounded.
    """
    if values.shape[0] < 2 * MIN_POINTS:
        return 0.0
    chord = values[2:] - values[:-2]
    off = values[1:-1] - 0.5 * (values[2:] + values[:-2])
    across = (chord[:, 0] * off[:, 1] - chord[:, 1] * off[:, 0]) / np.hypot(*chord.T)
    rest = across[1:-1] - 0.5 * (across[2:] + across[:-2])
    sigmas = NormalDist().inv_cdf(0.5 + 0.5 * quantile)
    return float(np.quantile(np.abs(rest), quantile)) / (sigmas * math.sqrt(4.375))


def smoothed(points: GivenPoints, columns: slice, least_cutoff_m: float) -> SmoothPoints:
    """Return columns of the points at even steps, smoothed as they need it."""
    n = max(round(points.end_m / float(np.median(np.diff(points.chord_m)))), MIN_POINTS)
    step = points.end_m / n
    even = step * np.arange(n if points.is_closed else n + 1, dtype=np.float64)
    laid = _spline_at(
        points.chord_m, points.values[:, columns], points.end_m, is_closed=points.is_closed
    )(even)
    least = max(least_cutoff_m, _LEAST_CUTOFF_STEPS * step)
    cutoffs = np.geomspace(least, max(_MOST_CUTOFF_M, 2.0 * least), _CUTOFFS)
    smooth = _periodic_smoother(laid) if points.is_closed else _open_smoother(laid)
    weights = (cutoffs / (2.0 * np.pi * step)) ** (2 * _ORDER)
    scores = np.array([_score(laid, *smooth(float(weight))) for weight in weights])
    # Scores scatter; of those that are as good as the best, the smoothest.
    good = scores <= scores.min() * (1.0 + laid.shape[0] ** -0.5)
    chosen = int(np.flatnonzero(good)[-1])
    values, _ = smooth(float(weights[chosen]))
    return SmoothPoints(values, step, float(cutoffs[chosen]), points.is_closed)


def _score(laid: FloatArray, fitted: FloatArray, freedom: float) -> float:
    """Return the generalised cross-validation of smoothed values, but for a constant."""
    left = max(float(laid.shape[0]) - freedom, 1e-9)
    return float(np.sum((laid - fitted) ** 2)) / (left * left)


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
