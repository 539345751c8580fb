"""A table of what a car can do at each speed: across, forward, in braking."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.driven_path import DrivenPath
from apexlab_desktop.analysis.speed_limits import Ability, Limits, largest
from apexlab_desktop.analysis.types import BoolArray, FloatArray, read_only
from apexlab_desktop.errors import InsufficientDataError

NO_TOP_MPS = 400.0
"""No car on wheels goes faster: where nothing else limits, this does."""
_SCAN = 400
"""Speeds at which a bound is looked for before it is halved to its exact place."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GgvTable:
    """Accelerations a car can reach, net of drag and power, between the rows of a table.

    Attributes
    ----------
    speed_mps : ndarray, shape (m,)
        Increasing [m/s].
    ay_limit_mps2 : ndarray, shape (m,)
        Largest lateral acceleration at each speed, positive [m/s2].
    share : ndarray, shape (k,)
        Lateral acceleration over its limit, increasing from 0 to 1.
    ax_max_mps2, ax_min_mps2 : ndarray, shape (m, k)
        Largest and least longitudinal acceleration at each speed and share [m/s2].
    top_mps : float
        No car goes faster on it [m/s].
    right : GgvTable or None
        The same for turns to the right, mirrored, where they differ; None where all is symmetric.

    Notes
    -----
    Between rows all is bilinear in the speed and in the share: two ellipses of different size give
    an ellipse between them, whereas at equal lateral acceleration the smaller one has no value near
    the edge of the larger. Below the first speed the first row holds, beyond the last the last one
    (analysis.md 15).
    """

    speed_mps: FloatArray
    ay_limit_mps2: FloatArray
    share: FloatArray
    ax_max_mps2: FloatArray
    ax_min_mps2: FloatArray
    top_mps: float = NO_TOP_MPS
    right: GgvTable | None = None

    def ay_limit_at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the largest lateral acceleration at speeds, any shape [m/s2]."""
        return np.interp(speed_mps, self.speed_mps, self.ay_limit_mps2)


def table_from_rows(
    speed_mps: FloatArray, ay_mps2: FloatArray, ax_max_mps2: FloatArray, ax_min_mps2: FloatArray
) -> GgvTable:
    """Return the table of rows in any order.

    Parameters
    ----------
    speed_mps, ay_mps2, ax_max_mps2, ax_min_mps2 : ndarray, shape (n,)
        One row per speed and lateral acceleration, left positive. Rows of one sign hold for both
        sides; rows of both signs hold each for its own [m/s, m/s2].

    Raises
    ------
    InsufficientDataError
        If a speed has no lateral acceleration beside 0, or the table brakes nowhere.
    """
    known = np.isfinite(ax_max_mps2) & np.isfinite(ax_min_mps2)
    rows = np.column_stack((speed_mps, ay_mps2, ax_max_mps2, ax_min_mps2))
    speeds = np.unique(speed_mps)
    if not (np.any(ay_mps2[known] > 0.0) and np.any(ay_mps2[known] < 0.0)):
        rows[:, 1] = np.abs(rows[:, 1])
        return _one_sided(rows[known], speeds)
    rows = np.vstack((rows[known], _straight_on(rows[known])))
    left, right = (
        _one_sided(rows[sign * rows[:, 1] >= 0.0] * (1.0, sign, 1.0, 1.0), speeds)
        for sign in (1.0, -1.0)
    )
    return replace(left, right=right)


def _straight_on(rows: FloatArray) -> FloatArray:
    """Return rows without lateral acceleration for the speeds that have but rows beside it."""
    found = []
    for speed in np.unique(rows[:, 0]):
        here = rows[rows[:, 0] == speed]
        if np.any(here[:, 1] == 0.0):
            continue
        here = here[np.argsort(here[:, 1])]
        found.append((speed, 0.0, *(np.interp(0.0, here[:, 1], here[:, k]) for k in (2, 3))))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _one_sided(rows: FloatArray, speeds: FloatArray) -> GgvTable:
    """Return the table of rows without negative lateral accelerations."""
    each = [_row(float(v), *rows[rows[:, 0] == v, 1:].T) for v in speeds]
    limits = np.array([ay[-1] for ay, _, _ in each])
    share = np.unique(np.concatenate([[0.0, 1.0], *(ay / ay[-1] for ay, _, _ in each)]))
    pulls = np.array([np.interp(share, ay / ay[-1], most) for ay, most, _ in each])
    brakes = np.array([np.interp(share, ay / ay[-1], least) for ay, _, least in each])
    if not brakes[:, 0].min() < 0.0:
        raise InsufficientDataError(
            expected="a table with negative ax_min_mps2: braking slows down",
            found=f"none below {brakes.min():g}",
        )
    return GgvTable(
        speed_mps=read_only(speeds),
        ay_limit_mps2=read_only(limits),
        share=read_only(share),
        ax_max_mps2=read_only(pulls),
        ax_min_mps2=read_only(brakes),
    )


def _row(
    speed_mps: float, ay: FloatArray, most: FloatArray, least: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return one speed's rows by growing lateral acceleration, each value once."""
    sizes = np.unique(ay) if ay.size else np.zeros(1)
    if not sizes[-1] > 0.0:
        raise InsufficientDataError(
            expected="a lateral acceleration beside 0 at each speed, on each side that has any",
            found=f"only {sizes[-1]:g} at {speed_mps:g} m/s",
        )
    # Of rows given twice the weaker counts.
    strongest = np.array([most[ay == size].min() for size in sizes])
    hardest = np.array([least[ay == size].max() for size in sizes])
    # Where nothing is left between both, that is the edge; a table may be a rectangle around it.
    beyond = np.flatnonzero(strongest <= hardest)
    if beyond.size and beyond[0] > 0:
        sizes, strongest, hardest = (a[: beyond[0] + 1] for a in (sizes, strongest, hardest))
    return sizes, strongest, hardest


def table_limits(table: GgvTable, path: DrivenPath) -> Limits:
    """Return what limits a car with this table on a path.

    Notes
    -----
    On slopes gravity is added. In dips, over crests and in banked bends the grip across and in
    braking scales with the normal load; acceleration does not, since a table does not tell power
    from traction and power must not scale (T-17).
    """
    left = _side_limits(table, path)
    if table.right is None:
        return left
    right = _side_limits(table.right, path)
    is_right = path.curvature_per_m < 0.0
    return Limits(
        square_m2ps2=np.where(is_right, right.square_m2ps2, left.square_m2ps2),
        pull=_by_side(is_right.tolist(), left.pull, right.pull),
        brake=_by_side(is_right.tolist(), left.brake, right.brake),
    )


def _by_side(is_right: Sequence[bool], left: Ability, right: Ability) -> Ability:
    def ability(i: int, square: float) -> float:
        return right(i, square) if is_right[i] else left(i, square)

    return ability


def _side_limits(table: GgvTable, path: DrivenPath) -> Limits:
    """Return what limits a car that turns but to one side."""
    g = STANDARD_GRAVITY_MPS2
    cos_bank, sin_bank = np.cos(path.bank_rad), np.sin(path.bank_rad)
    bend = np.abs(path.curvature_per_m)
    across = _Across(
        lateral=bend * cos_bank,
        tilt=g * sin_bank,
        weight=np.cos(path.grade_rad) * cos_bank,
        load=(bend * sin_bank + path.vertical_per_m * cos_bank) / g,
    )
    climb = (g * np.sin(path.grade_rad)).tolist()
    return Limits(
        square_m2ps2=_holding_square(table, across),
        pull=_ability(table, table.ax_max_mps2, across, climb, sign=1.0),
        brake=_ability(table, -table.ax_min_mps2, across, climb, sign=-1.0),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Across:
    """Demand across `u lateral - tilt`, normal load over weight `weight + u load`."""

    lateral: FloatArray
    tilt: FloatArray
    weight: FloatArray
    load: FloatArray


def _holding_square(table: GgvTable, across: _Across) -> FloatArray:
    """Return the square of the speed up to which the car holds each point, shape (n,)."""
    top = table.top_mps

    def is_held(square: FloatArray) -> BoolArray:
        normal = np.maximum(across.weight + square * across.load, 0.0)
        limit = table.ay_limit_at(np.sqrt(square)) * normal
        return np.asarray(square * across.lateral - across.tilt <= limit)

    return largest(is_held, _first_bound(table, across, is_held, top))


def _first_bound(
    table: GgvTable, across: _Across, is_held: Callable[[FloatArray], BoolArray], top: float
) -> FloatArray:
    """Return a square just above the first speed at which each point is lost, shape (n,).

    With downforce a table may let a car hold a bend again above a speed at which it does not. It
    cannot get there, so the first bound counts.
    """
    known = min(top, float(table.speed_mps[-1]))
    even = np.linspace(known / _SCAN, known, _SCAN) if known > 0.0 else np.zeros(0)
    # Beyond the last row all is flat: there is but one bound.
    speeds = np.append(even, np.linspace(known, top, _SCAN + 1)[1:] if top > known else even[:0])
    if not across.load.any() and not across.tilt.any():
        # On the level a bend is lost where it is sharper than any speed up to there can hold.
        weight = float(across.weight.min(initial=1.0))
        sharpest = np.minimum.accumulate(table.ay_limit_at(speeds) * weight / speeds**2)
        at = np.searchsorted(-sharpest, -across.lateral, side="right")
        return np.asarray(speeds[np.minimum(at, speeds.size - 1)] ** 2)
    high = np.full(across.lateral.shape, top * top)
    for speed in speeds[::-1]:
        square = np.full(high.shape, speed * speed)
        high = np.where(is_held(square), high, square)
    return high


def _ability(
    table: GgvTable,
    values: FloatArray,
    across: _Across,
    climb: Sequence[float],
    *,
    sign: float,
) -> Ability:
    """Return the acceleration along the path by the table, bilinear in speed and share."""
    speeds, limits, shares = (
        a.tolist() for a in (table.speed_mps, table.ay_limit_mps2, table.share)
    )
    rows = values.tolist()
    lateral, tilt = across.lateral.tolist(), across.tilt.tolist()
    weight, load = across.weight.tolist(), across.load.tolist()
    if len(speeds) == 1:
        # The same at every speed.
        speeds, limits, rows = [speeds[0], speeds[0] + 1.0], limits * 2, rows * 2
    last_v, last_k = len(speeds) - 2, len(shares) - 2

    def ability(i: int, square: float) -> float:
        speed = square**0.5
        j = min(max(bisect_right(speeds, speed) - 1, 0), last_v)
        up = min(max((speed - speeds[j]) / (speeds[j + 1] - speeds[j]), 0.0), 1.0)
        normal = weight[i] + square * load[i]
        limit = (limits[j] + up * (limits[j + 1] - limits[j])) * normal
        used = abs(square * lateral[i] - tilt[i]) / limit if limit > 0.0 else 1.0
        if used > 1.0:
            used = 1.0
        k = min(bisect_right(shares, used) - 1, last_k)
        out = (used - shares[k]) / (shares[k + 1] - shares[k])
        low, high = rows[j], rows[j + 1]
        below = low[k] + out * (low[k + 1] - low[k])
        above = high[k] + out * (high[k + 1] - high[k])
        found: float = below + up * (above - below)
        if sign < 0.0:
            found *= normal if normal > 0.0 else 0.0
        return found - sign * climb[i]

    return ability
