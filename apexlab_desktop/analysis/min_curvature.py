"""The line of least curvature inside a track's width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, read_only
from apexlab_desktop.errors import AnalysisError

_ROUNDS = 5
_SETTLED_M = 0.02
"""A round that moves no place by more than this is the last."""
_TOLERANCE = 1e-6
_MOST_ITERATIONS = 20_000
_MOST_BEND = 0.9
"""Normals cross where an offset to the inside reaches the radius: it stops at this share of it."""
_STAY = 1e-8
"""Where nothing else decides, a place stays where it was."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Corridor:
    """A reference line with the room beside it; arrays have shape (n,), at even steps.

    Attributes
    ----------
    x_m, y_m : ndarray
        Of the reference line [m].
    left_m, right_m : ndarray
        How far the middle of the car may go to either side; negative where it must not be on the
        line itself [m].
    is_closed : bool
    """

    x_m: FloatArray
    y_m: FloatArray
    left_m: FloatArray
    right_m: FloatArray
    is_closed: bool


def usable(width_left_m: FloatArray, width_right_m: FloatArray, car_width_m: float) -> FloatArray:
    """Return the room that a car has left and right of a line, shape (2, n) [m].

    Where the track is narrower than the car it has none: it drives in the middle.
    """
    spare = np.maximum(width_left_m + width_right_m - car_width_m, 0.0)
    middle = 0.5 * (width_left_m - width_right_m)
    room = np.stack((middle + 0.5 * spare, 0.5 * spare - middle))
    return np.asarray(room, dtype=np.float64)


def least_curvature_line(corridor: Corridor) -> FloatArray:
    """Return the offset from the reference line that bends least, shape (n,) [m].

    Parameters
    ----------
    corridor : Corridor

    Returns
    -------
    ndarray, shape (n,)
        Left positive, inside the corridor at every place.

    Notes
    -----
    Least sum of squared curvature over the length (Heilmeier et al. 2020), a sparse quadratic
    programme around the line of the round before. Curvature is that of the points themselves, so
    rounds approach the true one; offsets stay on the normals of the reference line, so the bounds
    are exact in every round.
    """
    frame = _Frame(corridor)
    low, high = frame.bounds(corridor)
    offset = np.clip(np.zeros(low.size), low, high)
    for _ in range(_ROUNDS):
        bend, slope, weight = frame.curvature(offset)
        move = _solve(bend, slope, weight, low - offset, high - offset)
        offset = np.clip(offset + move, low, high)
        if float(np.abs(move).max()) < _SETTLED_M:
            break
    return read_only(offset)


def places(corridor: Corridor, offset_m: FloatArray) -> FloatArray:
    """Return the points at offsets from the reference line, shape (2, n) [m]."""
    return _Frame(corridor).places(offset_m)


class _Frame:
    """The reference line's points and normals, and the curvature of what lies off them."""

    def __init__(self, corridor: Corridor) -> None:
        self._is_closed = corridor.is_closed
        self._at = np.stack((corridor.x_m, corridor.y_m))
        along = self._ahead(self._at) - self._behind(self._at)
        along /= np.hypot(*along)
        self._normal = np.stack((-along[1], along[0]))

    def bounds(self, corridor: Corridor) -> tuple[FloatArray, FloatArray]:
        """Return the least and the largest offset at each place, shape (n,) [m]."""
        bend = self.curvature(np.zeros(corridor.x_m.size))[0]
        reach = _MOST_BEND / np.maximum(np.abs(bend), 1e-6)
        low = np.where(bend < 0.0, np.maximum(-corridor.right_m, -reach), -corridor.right_m)
        high = np.where(bend > 0.0, np.minimum(corridor.left_m, reach), corridor.left_m)
        return np.minimum(low, high), np.maximum(low, high)

    def places(self, offset: FloatArray) -> FloatArray:
        """Return the points at an offset, shape (2, n) [m]."""
        return np.asarray(self._at + offset * self._normal)

    def curvature(self, offset: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return curvature, its slopes by the offsets behind, at and ahead, and the steps.

        Returns
        -------
        bend : ndarray, shape (n,)
            [1/m]; 0 at the two ends of an open line.
        slope : ndarray, shape (3, n)
            [1/m2]
        step : ndarray, shape (n,)
            [m]
        """
        here = self.places(offset)
        ahead, behind = self._ahead(here), self._behind(here)
        first, second = 0.5 * (ahead - behind), ahead - 2.0 * here + behind
        pace = np.hypot(*first)
        cross = first[0] * second[1] - first[1] * second[0]
        bend = cross / pace**3
        slopes = []
        parts = ((-0.5, 1.0, self._behind), (0.0, -2.0, _same), (0.5, 1.0, self._ahead))
        for d_first, d_second, at in parts:
            normal = at(self._normal)
            d_cross = d_first * (normal[0] * second[1] - normal[1] * second[0])
            d_cross += d_second * (first[0] * normal[1] - first[1] * normal[0])
            d_pace = d_first * (first[0] * normal[0] + first[1] * normal[1]) / pace
            slopes.append(d_cross / pace**3 - 3.0 * bend * d_pace / pace)
        slope = np.stack(slopes)
        if not self._is_closed:
            bend[[0, -1]] = 0.0
            slope[:, [0, -1]] = 0.0
        return bend, slope, pace

    def _ahead(self, values: FloatArray) -> FloatArray:
        return self._shifted(values, -1)

    def _behind(self, values: FloatArray) -> FloatArray:
        return self._shifted(values, 1)

    def _shifted(self, values: FloatArray, by: int) -> FloatArray:
        moved = np.roll(values, by, axis=-1)
        if not self._is_closed:
            end = -1 if by < 0 else 0
            moved[..., end] = values[..., end]
        return moved


def _same(values: FloatArray) -> FloatArray:
    return values


def _solve(
    bend: FloatArray,
    slope: FloatArray,
    step: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> FloatArray:
    """Return the moves within bounds that make the sum of squared curvature least, shape (n,)."""
    import osqp
    from scipy import sparse

    n = bend.size
    # Without units, or the solver's tolerances mean something else on every track.
    scale = step**1.5 * float(np.mean(step)) ** 0.5
    behind, at, ahead = slope * scale
    rows = np.arange(n)
    columns = np.concatenate(((rows - 1) % n, rows, (rows + 1) % n))
    values = np.concatenate((behind, at, ahead))
    matrix = sparse.csc_matrix((values, (np.tile(rows, 3), columns)), shape=(n, n))
    target = bend * scale
    quadratic = sparse.triu(matrix.T @ matrix + _STAY * sparse.eye(n), format="csc")
    solver = osqp.OSQP()
    solver.setup(
        quadratic, matrix.T @ target, sparse.eye(n, format="csc"), low, high,
        verbose=False, eps_abs=_TOLERANCE, eps_rel=_TOLERANCE, max_iter=_MOST_ITERATIONS,
        adaptive_rho_interval=50, polishing=True,
    )  # fmt: skip
    found = solver.solve(raise_error=False)
    if found.x is None or not np.all(np.isfinite(found.x)):
        raise AnalysisError(
            expected="a line inside the widths", found=str(found.info.status), place="free line"
        )
    return np.asarray(found.x, dtype=np.float64)
