"""Where the curvature of a line jumps: a straight and an arc that meet at once.

A spline through the points of such a line rings, and where between two points they meet no
smoothing tells. What the line turns at its points does: each turning is a mean of the curvature
around its point, so that the two beside a jump tell where between them it lies (the idea of subcell
resolution, Harten 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.given_points import GivenPoints, scatter
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

_LEAST_RATIO = 0.2
"""A jump is at least this share of the larger curvature beside it."""
_CALM_RATIO = 0.03
"""Points beside a jump agree with it to this share of it, beyond what they scatter."""
_NOISE_SIGMAS = 3.0 * 1.83
"""Neighbouring second differences of white noise differ by sqrt(20 / 6) times what they scatter."""
_NODE_RATIO = 0.1
_REACH = 6
"""So many points to each side a spline rings."""
_MIN_POINTS = 12
_QUIET_PER_M, _MOST_STEP_M = 2e-4, 8.0
"""Points are thinned until what they scatter bends the line no more than the former; farther apart
than the latter they miss short bends."""
_EVEN_SIGMAS, _EVEN_RATIO = 8.0, 0.005
_MIN_PIECE = 4
_SCATTER_QUANTILE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class CurvatureJumps:
    """Jumps of a line's curvature, and what it is around them.

    Attributes
    ----------
    at_m : ndarray, shape (m,)
        Along the chords [m].
    told_m : ndarray, shape (p, 2)
        From where to where the curvature is told, along the chords: around jumps, and all along the
        straights and arcs between them [m].
    knot_m, knot_per_m : ndarray, shape (k,)
        Along the chords, increasing, and the curvature there; straight between them, and two knots
        at one place are a jump [m, 1/m].
    """

    at_m: FloatArray
    told_m: FloatArray
    knot_m: FloatArray
    knot_per_m: FloatArray

    def told(self, at_m: FloatArray, otherwise_per_m: FloatArray) -> FloatArray:
        """Return the curvature at places, as given where nothing is told, shape (n,) [1/m]."""
        is_told = np.zeros(at_m.shape, dtype=np.bool_)
        for first, last in self.told_m:
            is_told |= (at_m >= first) & (at_m <= last)
        return np.where(is_told, np.interp(at_m, self.knot_m, self.knot_per_m), otherwise_per_m)


@dataclass(frozen=True, slots=True, eq=False)
class _Turns:
    """Points in a row, a closed line three times over.

    Attributes
    ----------
    at_m, turned_rad, bend_per_m : ndarray, shape (m,)
        Place, what the line turns there, and its curvature [m, rad, 1/m].
    way_m : ndarray, shape (m - 1,)
        Between the points [m].
    sigma_m : float
        What the points scatter [m].
    """

    at_m: FloatArray
    turned_rad: FloatArray
    bend_per_m: FloatArray
    way_m: FloatArray
    sigma_m: float

    @property
    def step_m(self) -> float:
        return float(np.median(self.way_m))

    @property
    def noise_per_m(self) -> float:
        """Return what the scatter of the points makes of the curvature at each [1/m]."""
        return float(np.sqrt(6.0)) * self.sigma_m / self.step_m**2


def curvature_jumps(points: GivenPoints) -> CurvatureJumps | None:
    """Return the jumps of the curvature of a line; None where there are none to be sure of.

    Parameters
    ----------
    points : GivenPoints
        Before any smoothing.
    """
    chosen = _thinned(points)
    n = chosen.size
    if n < _MIN_POINTS:
        return None
    wrap = n if points.is_closed else 0
    index = np.arange(-wrap, n + wrap)
    at = points.chord_m[chosen][index % n] + points.end_m * (index // n)
    way, turned, bend = _turnings(points.values[chosen][index % n, :2])
    turns = _Turns(at, turned, bend, way, scatter(points.values[:, :2], _SCATTER_QUANTILE))
    cells, part = _jumps(turns)
    if not cells.size:
        return None
    jump_m = at[cells] + part * np.diff(at)[cells]
    knot_m, knot_per_m, even_m = _knots(turns, cells, jump_m)
    first, last = np.maximum(cells - _REACH, 0), np.minimum(cells + 1 + _REACH, at.size - 1)
    return CurvatureJumps(
        at_m=jump_m[(jump_m >= 0.0) & (jump_m < points.end_m)],
        told_m=np.vstack((np.column_stack((at[first], at[last])), even_m)),
        knot_m=knot_m,
        knot_per_m=knot_per_m,
    )


def _thinned(points: GivenPoints) -> IntArray:
    """Return the numbers of points so far apart that rounding does not hide how they bend."""
    n = points.values.shape[0]
    step_m = points.end_m / n
    quiet_m = np.sqrt(
        np.sqrt(6.0) * scatter(points.values[:, :2], _SCATTER_QUANTILE) / _QUIET_PER_M
    )
    every = max(round(float(min(quiet_m, _MOST_STEP_M)) / step_m), 1)
    return np.arange(0, n - (every // 2 if points.is_closed else 0), every)


def _turnings(plan: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the way between points, and at each what the line turns and how it bends.

    Shapes (m - 1,), (m,), (m,). The way is that of the arc over each chord; at the ends the line
    bends as at the point beside. What an arc turns at a point is half of what it turns over both
    chords, however long they are.
    """
    chord = np.diff(plan, axis=0)
    heading = np.unwrap(np.arctan2(chord[:, 1], chord[:, 0]))
    turned = np.pad(np.diff(heading), 1, mode="edge")
    over_chord = 0.5 * (turned[1:] + turned[:-1])
    way = np.hypot(*chord.T) * (1.0 + over_chord**2 / 24.0)
    bend = np.pad(turned[1:-1] / (0.5 * (way[1:] + way[:-1])), 1, mode="edge")
    return way, turned, bend


def _jumps(turns: _Turns) -> tuple[IntArray, FloatArray]:
    """Return the numbers of the points before jumps, and on which part of the way they lie.

    With the curvature `left` up to `d` behind point i and `right` from there on, points i and i + 1
    turn together by `left (a / 2 + d) + right (b / 2 + h - d)`, with the ways a before, h between
    and b behind them.
    """
    way, turned, bend = turns.way_m, turns.turned_rad, turns.bend_per_m
    noise = turns.noise_per_m
    i = np.arange(2, bend.size - 3)
    before, here, behind = way[i - 1], way[i], way[i + 1]
    left, right = bend[i - 1], bend[i + 2]
    jump = right - left
    is_jump = np.abs(jump) > _LEAST_RATIO * np.maximum(np.abs(left), np.abs(right))
    is_jump &= np.abs(jump) * _CALM_RATIO > noise
    both = turned[i] + turned[i + 1]
    even = np.where(is_jump, jump, 1.0)
    part = (0.5 * left * before + right * (0.5 * behind + here) - both) / (even * here)
    first = left * (0.5 * before + here * part * (1.0 - 0.5 * part))
    first += right * here * 0.5 * (1.0 - part) ** 2
    miss = np.abs(turned[i] - first) / here
    least = _CALM_RATIO * np.abs(jump) + _NOISE_SIGMAS * noise
    fits = is_jump & (miss <= least) & (np.abs(part - 0.5) <= 0.5 + _NODE_RATIO)
    fits &= (np.abs(bend[i - 2] - left) <= least) & (np.abs(bend[i + 3] - right) <= least)
    fits &= _is_best(np.where(fits, miss, np.inf))
    return i[fits], np.clip(part[fits], 0.0, 1.0)


def _is_best(miss: FloatArray) -> BoolArray:
    """Return where nothing beside fits better: a jump at a point fits on both sides of it."""
    padded = np.pad(miss, 1, constant_values=np.inf)
    return (miss <= padded[:-2]) & (miss < padded[2:])


def _knots(
    turns: _Turns, cells: IntArray, jump_m: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return places and curvatures, and from where to where the line is an arc or a straight.

    The points beside jumps, which mix both sides, are left out.
    """
    at = turns.at_m
    places, values, even = [], [], []
    starts, stops = np.append(0, cells + 2), np.append(cells, at.size)
    bounds = np.concatenate((at[:1], jump_m, at[-1:]))
    for k, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        inside = np.arange(start, stop)
        if not inside.size:
            continue
        bend = turns.bend_per_m[inside]
        if (level := _level(turns, inside)) is not None:
            bend = np.full(inside.size, level)
            even.append(bounds[k : k + 2])
        places.append(np.concatenate((bounds[k : k + 1], at[inside], bounds[k + 1 : k + 2])))
        values.append(np.concatenate((bend[:1], bend, bend[-1:])))
    return np.concatenate(places), np.concatenate(values), np.array(even).reshape(-1, 2)


def _level(turns: _Turns, inside: IntArray) -> float | None:
    """Return the curvature of a straight or an arc; None of anything else [1/m]."""
    inner = inside[(inside > 0) & (inside < turns.at_m.size - 1)]
    if inner.size < _MIN_PIECE:
        return None
    way = 0.5 * (turns.way_m[inner - 1] + turns.way_m[inner])
    level = float(turns.turned_rad[inner].sum() / way.sum())
    off = np.abs(np.cumsum(turns.turned_rad[inner] - level * way)).max()
    scattered = _EVEN_SIGMAS * np.sqrt(2.0) * turns.sigma_m / turns.step_m
    sharpest = float(np.abs(turns.bend_per_m).max())
    return level if off <= scattered + _EVEN_RATIO * sharpest * turns.step_m else None
