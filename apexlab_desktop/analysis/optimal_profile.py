"""The fastest speed along a path that grip, power and brakes allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.driven_path import DrivenPath
from apexlab_desktop.analysis.ggv_table import GgvTable, table_limits
from apexlab_desktop.analysis.speed_limits import Ability, Limits, point_mass_limits
from apexlab_desktop.analysis.types import FloatArray, read_only
from apexlab_desktop.analysis.vehicle_model import PointMass
from apexlab_desktop.errors import InsufficientDataError

_TOLERANCE = 1e-9
"""Relative change of the squared speed from lap to lap at which a closed path has settled."""
_MOST_ROUNDS = 60
_PEDAL_MPS2 = 0.05 * STANDARD_GRAVITY_MPS2
_CRAWL_SQUARE = 1e-6
"""A car that would come to a stand creeps on: a millimetre per second [m2/s2]."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OptimalProfile:
    """A speed along a path; arrays have shape (n,).

    Attributes
    ----------
    path : DrivenPath
    speed_mps : ndarray
        [m/s]
    accel_long_mps2 : ndarray
        Over the step after each point; the last of an open path is that of the step before [m/s2].
    accel_lat_mps2 : ndarray
        Squared speed times curvature, left positive [m/s2].
    limit_mps : ndarray
        Largest speed at which the car holds the path there [m/s].
    time_s : ndarray
        At each point, since the first [s].
    lap_time_s : float
        Over all steps, the closing one included [s].
    """

    path: DrivenPath
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    limit_mps: FloatArray
    time_s: FloatArray
    lap_time_s: float


@dataclass(frozen=True, slots=True)
class PedalPoint:
    """Where an optimal lap gets onto a pedal: `kind` is `brake` or `throttle`."""

    distance_m: float
    kind: str


def pedal_points(profile: OptimalProfile) -> tuple[PedalPoint, ...]:
    """Return where an optimal lap changes from speeding up to slowing down and back.

    Parameters
    ----------
    profile : OptimalProfile

    Returns
    -------
    tuple of PedalPoint
        In the order of the lap, brake and throttle by turns; accelerations within 0.05 g of none
        change nothing (analysis.md 13).
    """
    accel = profile.accel_long_mps2
    way = profile.path.distance_m
    sure = np.flatnonzero(np.abs(accel) > _PEDAL_MPS2)
    signs = np.sign(accel[sure])
    before = np.roll(signs, 1)
    if sure.size and not profile.path.is_closed:
        before[0] = 1.0
    return tuple(
        PedalPoint(float(way[at]), "brake" if sign < 0.0 else "throttle")
        for at, sign in zip(sure[signs != before], signs[signs != before], strict=True)
    )


def optimal_profile(
    path: DrivenPath, car: PointMass | GgvTable, *, start_speed_mps: float = 0.0
) -> OptimalProfile:
    """Return the fastest quasi-steady profile of a car along a path (analysis.md 13).

    Parameters
    ----------
    path : DrivenPath
    car : PointMass or GgvTable
    start_speed_mps : float
        Speed at the first point of an open path; a closed one has no beginning [m/s].

    Raises
    ------
    InsufficientDataError
        If the car comes to a stand and cannot pull away.

    Notes
    -----
    Largest speeds at which the car holds each point, then forward as far as it can accelerate, then
    backward as far as it can brake, each with the mean of both ends of a step (Heun), so that the
    error falls with the square of the step. A closed path is a fixed point of one lap: the speed at
    its slowest corner after a lap is that before it.
    """
    limits = limits_of(path, car)
    squares = _solve(limits, path, start_speed_mps)
    _check_it_moves(squares, limits, path)
    speed_mps = np.sqrt(np.array(squares))
    return profile_of(path, speed_mps, np.sqrt(limits.square_m2ps2))


def _check_it_moves(squares: Sequence[float], limits: Limits, path: DrivenPath) -> None:
    """Refuse a car that stands: the time it would take is no lap time."""
    slow = [i for i, square in enumerate(squares) if square <= _CRAWL_SQUARE]
    for i in slow:
        pull = limits.pull(i, _CRAWL_SQUARE)
        if pull <= 0.0:
            raise InsufficientDataError(
                expected="a car that pulls away wherever it is slow: an acceleration above 0",
                found=f"{pull:.3g} m/s2 at a stand, {float(path.distance_m[i]):.0f} m along",
                advice="Give a car with more power, or a line that is open a --start-speed.",
            )


def limits_of(path: DrivenPath, car: PointMass | GgvTable) -> Limits:
    """Return what limits a car along a path."""
    if isinstance(car, PointMass):
        return point_mass_limits(car, path)
    return table_limits(car, path)


def profile_of(path: DrivenPath, speed_mps: FloatArray, limit_mps: FloatArray) -> OptimalProfile:
    """Return times and accelerations of a speed along a path.

    Parameters
    ----------
    path : DrivenPath
    speed_mps, limit_mps : ndarray, shape (n,)
        [m/s]
    """
    after = np.roll(speed_mps, -1) if path.is_closed else speed_mps[1:]
    before = speed_mps[: after.size]
    pace_s = 2.0 * path.step_m / (before + after)
    accel = (after**2 - before**2) / (2.0 * path.step_m)
    time_s = np.append(0.0, np.cumsum(pace_s))
    return OptimalProfile(
        path=path,
        speed_mps=read_only(speed_mps),
        accel_long_mps2=read_only(accel if path.is_closed else np.append(accel, accel[-1:])),
        accel_lat_mps2=read_only(speed_mps**2 * path.curvature_per_m),
        limit_mps=read_only(limit_mps),
        time_s=read_only(time_s[: speed_mps.size]),
        lap_time_s=float(time_s[-1]),
    )


def _solve(limits: Limits, path: DrivenPath, start_mps: float) -> list[float]:
    """Return the squared speed at each point."""
    bound = np.maximum(limits.square_m2ps2, _CRAWL_SQUARE).tolist()
    twice = (2.0 * path.step_m).tolist()
    n = len(bound)
    if not path.is_closed:
        order = list(range(n))
        bound[0] = min(bound[0], start_mps**2)
        reached = _sweep(bound, order, twice, limits.pull, bound[0])
        held = _sweep(reached, order[::-1], twice[::-1], limits.brake, reached[-1])
        return held[::-1]
    # Where the slowest corner is, a lap forgets how it began.
    first = int(np.argmin(limits.square_m2ps2))
    order = [*range(first, n), *range(first + 1)]
    steps = twice[first:] + twice[:first]
    ahead = _round_and_round(bound, order, steps, limits.pull)
    reached = ahead[n - first : n] + ahead[: n - first]
    back = _round_and_round(reached, order[::-1], steps[::-1], limits.brake)[:0:-1]
    return back[n - first :] + back[: n - first]


def _round_and_round(
    bound: Sequence[float], order: list[int], twice: list[float], ability: Ability
) -> list[float]:
    """Return the sweep over a closed path whose end is its beginning, in `order`.

    One lap maps the square it begins with to the one it ends with, ever more alike; the secant
    through two laps finds where they are the same.
    """
    start = bound[order[0]]
    swept = _sweep(bound, order, twice, ability, start)
    previous: tuple[float, float] | None = None
    for _ in range(_MOST_ROUNDS):
        miss = swept[-1] - start
        if abs(miss) <= _TOLERANCE * max(start, 1.0):
            break
        guess = swept[-1]
        if previous is not None and previous[1] != miss:
            guess = start - miss * (start - previous[0]) / (miss - previous[1])
        previous = start, miss
        start = min(max(guess, _CRAWL_SQUARE), bound[order[0]])
        swept = _sweep(bound, order, twice, ability, start)
    return swept


def _sweep(
    bound: Sequence[float], order: list[int], twice: list[float], ability: Ability, start: float
) -> list[float]:
    """Return squared speeds in `order` that grow no faster than `ability`, from `start` on.

    Plain floats in lists: a recursion on numpy scalars takes several times as long.
    """
    square = start
    swept = [square]
    gain = ability(order[0], square)
    crawl, append = _CRAWL_SQUARE, swept.append
    for i, step in zip(order[1:], twice, strict=True):
        most = bound[i]
        trial = square + step * gain
        if trial > most:
            trial = most
        elif trial < crawl:
            trial = crawl
        gain_there = ability(i, trial)
        square += 0.5 * step * (gain + gain_there)
        if square > most:
            square = most
        elif square < crawl:
            square = crawl
        append(square)
        gain = gain_there if square == trial else ability(i, square)
    return swept
