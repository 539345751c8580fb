"""A smooth line through given points, coarse or fine, exact or noisy, and its curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.curvature_jumps import CurvatureJumps, curvature_jumps
from apexlab_desktop.analysis.driven_path import DrivenPath, flat_path
from apexlab_desktop.analysis.given_points import (
    MIN_POINTS,
    GivenPoints,
    SmoothPoints,
    averaged_points,
    by_chords,
    kept_points,
    smoothed,
)
from apexlab_desktop.analysis.types import FloatArray, read_only

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

_LEAST_CUTOFF_M = 2.0
_LEAST_HEIGHT_CUTOFF_M = 30.0
"""Shorter waves of a road's height are its surface."""
_LAUNCH_M, _LAUNCH_STEPS = 6.0, 24
"""From rest a car gains speed so quickly that its first metres need short steps."""
_JUMP_RATIO, _MOST_JUMP_STEP_M = 0.4, 3.0
"""A curvature that changes by more than this share between neighbours jumps; between points farther
apart than the latter a jump looks like any other bend."""
_MOST_STATIONS = 200_000
"""Longer lines get a coarser grid."""
_BESIDE_JUMP_M, _FREE_OF_JUMP_RATIO = 0.005, 0.05
"""Places just before and behind a jump, and of the step how far off the next ones are."""
_NEAR_RATIO = 0.02
"""Of the line around a point's chord: where it crosses itself, it passes a point twice."""
_DENSITY = 4
"""Places per step at which the length is measured."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FittedLine:
    """A line at even steps; arrays have shape (n,).

    The first metres of an open line have short steps, and where the curvature jumps there is a
    place just before and one just behind.

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


def fit_line(
    x_m: FloatArray,
    y_m: FloatArray,
    step_m: float,
    *,
    z_m: FloatArray | None = None,
    others: FloatArray | None = None,
    is_even: bool = False,
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
    is_even : bool
        Without the places beside jumps of the curvature.

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
    straight lines makes every bend wider. Where points show that the curvature jumps, it does.
    """
    keep, is_closed = kept_points(x_m, y_m)
    height = np.zeros(x_m.size) if z_m is None else z_m
    rest = np.zeros((x_m.size, 0)) if others is None else others
    given = np.column_stack((x_m, y_m, height, rest))[keep]
    # Which point of a closed line stands first in the list shall not change the line.
    first = int(np.lexsort(given[:, 1::-1].T)[0]) if is_closed else 0
    origin = given[0, :2]
    laid = by_chords(np.roll(given, -first, axis=0), is_closed=is_closed)
    origin_ratio = float(laid.chord_m[-first]) / laid.end_m
    points = averaged_points(laid)
    plan = smoothed(points, slice(0, 2), _LEAST_CUTOFF_M)
    heights = smoothed(points, slice(2, 3), _LEAST_HEIGHT_CUTOFF_M)
    jumps = None if is_even else curvature_jumps(points)
    return _on_even_steps(plan, heights, points, step_m, _Beginning(origin, origin_ratio), jumps)


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


def _stations(length_m: float, step_m: float, *, is_closed: bool) -> FloatArray:
    n = min(max(int(np.ceil(length_m / step_m)), MIN_POINTS), _MOST_STATIONS)
    even = np.linspace(0.0, length_m, n + 1)
    if is_closed:
        return even[:-1]
    launch = _LAUNCH_M * (np.arange(_LAUNCH_STEPS) / _LAUNCH_STEPS) ** 3
    first = int(np.searchsorted(even, _LAUNCH_M))
    return np.append(launch[launch < even[first]], even[first:]) if first <= n else even


@dataclass(frozen=True, slots=True, eq=False)
class _Beginning:
    """The first point of a list, and how far along the line it lies, as a share of it."""

    place_m: FloatArray
    ratio: float

    def on_curve(self, curve: BSpline, dense: FloatArray, driven: FloatArray) -> float:
        """Return where a closed curve passes the point, along its length [m]."""
        off = np.abs(dense / dense[-1] - self.ratio)
        near = np.flatnonzero(np.minimum(off, 1.0 - off) < _NEAR_RATIO)
        ahead = curve(dense[near], 1)
        miss = self.place_m - curve(dense[near])
        at = int(np.argmin(np.hypot(*miss.T)))
        along = float(miss[at] @ ahead[at] / np.hypot(*ahead[at]))
        return float(driven[near[at]]) + along


def _beside_jumps(
    station_m: FloatArray, jump_m: FloatArray, length_m: float, *, is_closed: bool
) -> FloatArray:
    """Return stations with one just before and one just behind each jump instead of close ones."""
    beside = np.concatenate((jump_m - _BESIDE_JUMP_M, jump_m + _BESIDE_JUMP_M))
    beside = beside % length_m if is_closed else beside[(beside > 0.0) & (beside < length_m)]
    jump_m = jump_m % length_m if is_closed else jump_m
    free_m = _FREE_OF_JUMP_RATIO * float(np.median(np.diff(station_m)))
    ordered = np.concatenate(([-np.inf], np.sort(jump_m), [np.inf]))
    after = np.searchsorted(ordered, station_m)
    off = np.minimum(station_m - ordered[after - 1], ordered[after] - station_m)
    keep = off > max(free_m, 2.0 * _BESIDE_JUMP_M)
    keep[0] = True
    keep[-1] |= not is_closed
    found = np.unique(np.concatenate((station_m[keep], beside)))
    return np.asarray(found[np.append(True, np.diff(found) > 1e-6)])


def _on_even_steps(
    plan: SmoothPoints,
    heights: SmoothPoints,
    points: GivenPoints,
    step_m: float,
    beginning: _Beginning,
    jumps: CurvatureJumps | None,
) -> FittedLine:
    curve, profile = plan.spline(), heights.spline()
    n_stations = min(int(points.end_m / step_m), _MOST_STATIONS)
    n_dense = _DENSITY * max(points.values.shape[0], n_stations) + 1
    dense = np.linspace(0.0, points.end_m, n_dense)
    pace = np.hypot(*curve(dense, 1).T)
    driven = np.append(0.0, np.cumsum(0.5 * (pace[1:] + pace[:-1]) * np.diff(dense)))
    length = float(driven[-1])
    station = _stations(length, step_m, is_closed=points.is_closed)
    begin_m = beginning.on_curve(curve, dense, driven) if points.is_closed else 0.0
    if jumps is not None:
        places = np.interp(jumps.at_m, dense, driven) - begin_m
        station = _beside_jumps(station, places, length, is_closed=points.is_closed)
    driven_m = (begin_m + station) % length if points.is_closed else station
    at = np.interp(driven_m, driven, dense)
    (x, y), (dx, dy), (ddx, ddy) = (curve(at, order).T for order in (0, 1, 2))
    bend = (dx * ddy - dy * ddx) / np.hypot(dx, dy) ** 3
    bend = np.clip(bend, *_bounds_at_jumps(plan, at))
    if jumps is not None:
        bend = jumps.told(at, bend)
    slope, rise = (profile(at, order)[:, 0] for order in (1, 2))
    return FittedLine(
        station_m=read_only(station),
        x_m=read_only(x.copy()),
        y_m=read_only(y.copy()),
        heading_rad=read_only(np.unwrap(np.arctan2(dy, dx))),
        curvature_per_m=read_only(bend),
        length_m=length,
        is_closed=points.is_closed,
        cutoff_m=plan.cutoff_m,
        grade_rad=read_only(np.arctan(slope)),
        vertical_per_m=read_only(rise / (1.0 + slope**2) ** 1.5),
        others=read_only(_straight_between(points, at)),
    )


def _bounds_at_jumps(plan: SmoothPoints, at: FloatArray) -> tuple[FloatArray, FloatArray]:
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


def _straight_between(points: GivenPoints, at: FloatArray) -> FloatArray:
    period = points.end_m if points.is_closed else None
    columns = points.values[:, 3:].T
    rows = [np.interp(at, points.chord_m, column, period=period) for column in columns]
    return np.column_stack(rows) if rows else np.zeros((at.size, 0))
