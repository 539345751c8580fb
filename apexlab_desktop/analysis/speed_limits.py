"""What a point-mass car can do at each point of a path: hold it, pull, brake."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.driven_path import DrivenPath
from apexlab_desktop.analysis.types import BoolArray, FloatArray
from apexlab_desktop.analysis.vehicle_model import PointMass

Ability = Callable[[int, float], float]
"""Number of a point and squared speed there [m2/s2] to an acceleration along the path [m/s2]."""

_HALVINGS = 60
_FASTEST_MPS = 400.0
"""No car on wheels goes faster: where nothing else limits, this does."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Limits:
    """What limits a car along a path.

    Attributes
    ----------
    square_m2ps2 : ndarray, shape (n,)
        Square of the largest speed at which the car holds the path at each point [m2/s2].
    pull : Ability
        Strongest acceleration, negative where the car cannot help slowing down.
    brake : Ability
        Strongest deceleration, positive where it slows the car down.
    """

    square_m2ps2: FloatArray
    pull: Ability
    brake: Ability


@dataclass(frozen=True, slots=True, eq=False)
class _Loads:
    """Coefficients in weights: normal load `weight + u load`, demand across `u lateral - tilt`."""

    weight: FloatArray
    load: FloatArray
    lateral: FloatArray
    tilt: FloatArray
    climb: FloatArray

    def rows(self) -> list[tuple[float, ...]]:
        """Return the values of each point: Python reads tuples several times faster than arrays."""
        arrays = (self.weight, self.load, self.lateral, self.tilt, self.climb)
        return list(zip(*(array.tolist() for array in arrays), strict=True))


def point_mass_limits(car: PointMass, path: DrivenPath) -> Limits:
    """Return what limits a point-mass car on a path (analysis.md 13).

    Parameters
    ----------
    car : PointMass
    path : DrivenPath
    """
    loads = _loads(path, car.downforce_per_m)
    return Limits(
        square_m2ps2=_holding_square(loads, car, _top_square(car, path)),
        pull=_pull(loads, car),
        brake=_brake(loads, car),
    )


def _loads(path: DrivenPath, downforce_per_m: float) -> _Loads:
    cos_bank, sin_bank = np.cos(path.bank_rad), np.sin(path.bank_rad)
    cos_grade = np.cos(path.grade_rad)
    bend = np.abs(path.curvature_per_m) / STANDARD_GRAVITY_MPS2
    crest = path.vertical_per_m * cos_bank / STANDARD_GRAVITY_MPS2
    return _Loads(
        weight=cos_grade * cos_bank,
        load=bend * sin_bank + crest + downforce_per_m,
        lateral=bend * cos_bank,
        tilt=sin_bank,
        climb=np.sin(path.grade_rad),
    )


def _top_square(car: PointMass, path: DrivenPath) -> float:
    """Return the square of a speed that the car does not reach even on the steepest descent."""
    help_ = -float(np.min(np.sin(path.grade_rad), initial=0.0))

    def surplus(v: float) -> float:
        push = car.power_w / (car.mass_kg * STANDARD_GRAVITY_MPS2 * v)
        return push + help_ - car.drag_per_m * v * v

    low, high = 1.0, _FASTEST_MPS
    if surplus(high) > 0.0:
        return high * high
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if surplus(middle) > 0.0 else (low, middle)
    return high * high


def _holding_square(loads: _Loads, car: PointMass, top: float) -> FloatArray:
    """Return the square of the largest speed with `|u lateral - tilt| <= mu n^p`, shape (n,).

    The demand grows linearly and the grip is concave, so that the speeds below one bound are the
    possible ones; without load sensitivity the bound is a fraction.
    """
    mu, p = car.tyre.mu, car.tyre.load_exponent
    if p == 1.0:
        need = loads.lateral - mu * loads.load
        have = np.maximum(mu * loads.weight + loads.tilt, 0.0)
        held = np.divide(have, need, out=np.full(need.shape, top), where=need > have / top)
        return np.asarray(np.minimum(held, _airborne(loads, top)))

    def is_held(square: FloatArray) -> BoolArray:
        normal = np.maximum(loads.weight + square * loads.load, 0.0)
        return np.asarray(square * loads.lateral - loads.tilt <= mu * normal**p)

    return largest(is_held, _airborne(loads, top))


def _airborne(loads: _Loads, top: float) -> FloatArray:
    """Return the square of the speed at which a crest takes the load away, at most `top`."""
    flying = np.full(loads.load.shape, top)
    is_lifted = -loads.load * top > loads.weight
    return np.asarray(np.divide(loads.weight, -loads.load, out=flying, where=is_lifted))


def largest(is_held: Callable[[FloatArray], BoolArray], high: FloatArray) -> FloatArray:
    """Return the largest squares up to `high` for which `is_held`, by halving, shape (n,)."""
    if bool(np.all(is_held(high))):
        return high
    bound, low = high.copy(), np.zeros(high.shape)
    fits = is_held(high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + bound)
        held = is_held(middle)
        low, bound = np.where(held, middle, low), np.where(held, bound, middle)
    return np.where(fits, high, low)


def _pull(loads: _Loads, car: PointMass) -> Ability:
    rows, tyre, left_of = loads.rows(), car.tyre, _left_of(car.tyre.ellipse_exponent)
    mu, p, is_linear = tyre.mu, tyre.load_exponent, tyre.load_exponent == 1.0
    drag, rolling, slip = car.drag_per_m, car.rolling, math.sin(tyre.slip_rad)
    share, push = car.traction_share, car.power_w / (car.mass_kg * _G)
    sqrt, pow_, g = math.sqrt, math.pow, _G

    def pull(i: int, square: float) -> float:
        weight, load, lateral, tilt, climb = rows[i]
        normal = weight + square * load
        if normal < 0.0:
            normal = 0.0
        hold = mu * normal if is_linear else mu * pow_(normal, p)
        across = abs(square * lateral - tilt)
        resist = drag * square + rolling * normal + climb
        if across >= hold:
            return -g * (resist + slip * across)
        used = across / hold
        tyres = share * hold * left_of(used)
        # The engine knows nothing of the load (T-17); from rest it is the tyres that limit.
        speed = sqrt(square)
        if push < tyres * speed:
            tyres = push / speed
        return g * (tyres - resist - slip * used * across)

    return pull


def _brake(loads: _Loads, car: PointMass) -> Ability:
    rows, tyre, left_of = loads.rows(), car.tyre, _left_of(car.tyre.ellipse_exponent)
    mu, p, is_linear = tyre.mu, tyre.load_exponent, tyre.load_exponent == 1.0
    drag, rolling, slip = car.drag_per_m, car.rolling, math.sin(tyre.slip_rad)
    ratio, pow_, g = tyre.brake_ratio, math.pow, _G

    def brake(i: int, square: float) -> float:
        weight, load, lateral, tilt, climb = rows[i]
        normal = weight + square * load
        if normal < 0.0:
            normal = 0.0
        hold = mu * normal if is_linear else mu * pow_(normal, p)
        across = abs(square * lateral - tilt)
        resist = drag * square + rolling * normal + climb
        if across >= hold:
            return g * (resist + slip * across)
        used = across / hold
        return g * (ratio * hold * left_of(used) + resist + slip * used * across)

    return brake


def _left_of(exponent: float) -> Callable[[float], float]:
    """Return the share of the grip along the path that a share across leaves."""
    sqrt, pow_, root = math.sqrt, math.pow, 1.0 / exponent
    if exponent == 2.0:
        return lambda used: sqrt(1.0 - used * used)
    return lambda used: pow_(1.0 - pow_(used, exponent), root)


_G = STANDARD_GRAVITY_MPS2
