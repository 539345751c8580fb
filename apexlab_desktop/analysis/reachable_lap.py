"""The quickest lap that can be put together from driven pieces without a jump (algorithms.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.sectors import typical_speed
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, piece_times, stacked
from apexlab_desktop.analysis.types import BoolArray, ComparedLap, FloatArray, IntArray

_FORBIDDEN = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableConfig:
    """When one lap can be left for another (algorithms.md 7).

    Attributes
    ----------
    straight_curvature_per_m : float
        A switch is made where the line bends less [1/m].
    least_apart_m : float
        Switches are at least this far from each other [m].
    max_offset_step_m : float
        Laps farther apart across the track cannot be joined on a straight [m].
    max_heading_step_rad : float
        The same for the direction.
    lift_mps2 : float
        What lifting takes off the speed: how quickly a car that is too fast for the lap it joins
        gets down to it [m/s2].
    closing_speed_mps : float
        A lap must end no slower than this below its start [m/s].
    same_speed_mps : float
        Speeds closer than this are one speed to the receiver [m/s].
    repeat_s : float
        A piece counts as repeatable if a second lap did it within this time [s].
    """

    straight_curvature_per_m: float = 1.0 / 300.0
    least_apart_m: float = 60.0
    max_offset_step_m: float = 3.0
    max_heading_step_rad: float = 0.0698
    lift_mps2: float = 1.0
    closing_speed_mps: float = 2.0
    same_speed_mps: float = 0.1
    repeat_s: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """Where one lap is left for another.

    Attributes
    ----------
    at_m : float
        Station [m].
    from_lap, to_lap : int
    speed_step_mps : float
        Speed of the second minus that of the first [m/s].
    penalty_s : float
        What it costs to get from one to the other, part of the lap time [s].
    """

    at_m: float
    from_lap: int
    to_lap: int
    speed_step_mps: float
    penalty_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableLap:
    """The splice, or the reason why there is none.

    Attributes
    ----------
    time_s : float or None
        At least the sum of the same pieces' bests, at most the best lap [s].
    composite_s : float or None
        Sum of the bests of the same pieces, for comparison [s].
    sources : tuple of (float, float, int)
        From where to where on which lap [m].
    seams : tuple of Seam
    is_repeatable : bool
        A second lap did every piece within 0.1 s.
    reasons : tuple of str
    """

    time_s: float | None
    composite_s: float | None = None
    sources: tuple[tuple[float, float, int], ...] = ()
    seams: tuple[Seam, ...] = ()
    is_repeatable: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Field:
    """Laps as the splice sees them; arrays of shape (n_laps, n_grid)."""

    laps: Sequence[ComparedLap]
    distance_m: FloatArray
    speed: FloatArray
    offset: FloatArray
    switches: IntArray
    is_closed: bool
    config: ReachableConfig


def reachable_lap(
    laps: Sequence[ComparedLap],
    distance_m: FloatArray,
    curvature_per_m: FloatArray | None,
    *,
    is_closed: bool = True,
    config: ReachableConfig | None = None,
) -> ReachableLap:
    """Return the quickest lap over the driven pieces with speed and position continuous.

    Parameters
    ----------
    laps : sequence of ComparedLap
        Those that count.
    distance_m : ndarray, shape (n_grid,)
        [m]
    curvature_per_m : ndarray, shape (n_grid,), or None
        Of the line; without one there is nowhere to switch [1/m].
    is_closed : bool
        The lap must be able to be driven again.

    Notes
    -----
    Dynamic programming over pieces k and laps i, J_k(i) = t_k(i) + min_j [J_(k-1)(j) + c_k(j, i)].
    A car that joins a quicker lap keeps its lack of kinetic energy until that lap brakes: both have
    the same engine. What that costs is c. A car that joins a slower lap must get rid of the excess
    before that lap brakes, by lifting, or the switch is forbidden; the time it is ahead until then
    is not counted.
    """
    config = config or ReachableConfig()
    if not laps:
        return ReachableLap(time_s=None, reasons=("no lap counts",))
    switches = _switches(laps, distance_m, curvature_per_m, config)
    field = _Field(
        laps=laps,
        distance_m=distance_m,
        speed=stacked(laps, "speed_mps"),
        offset=stacked(laps, "lateral_offset_m"),
        switches=switches,
        is_closed=is_closed,
        config=config,
    )
    bounds = np.array([0.0, *distance_m[switches].tolist(), float(distance_m[-1])])
    times = piece_times(laps, distance_m, bounds)
    crossing = [_costs(field, int(place)) for place in switches]
    route, total_us = _cheapest(field, times, crossing)
    return _described(field, times, crossing, route, total_us)


def _switches(
    laps: Sequence[ComparedLap],
    distance_m: FloatArray,
    curvature_per_m: FloatArray | None,
    config: ReachableConfig,
) -> IntArray:
    """Return the places where laps may be left, shape (k,): the top speed of each straight.

    There the engine's work of the straight is done and the brakes are not yet on. More places
    would only pick more luck.
    """
    if curvature_per_m is None or len(laps) < 2:
        return np.empty(0, dtype=np.int64)
    straight = np.abs(curvature_per_m) < config.straight_curvature_per_m
    known = np.isfinite(stacked(laps, "speed_mps")).all(axis=0)
    speed = np.where(straight & known, typical_speed(laps), -np.inf)
    near_ends = (distance_m < config.least_apart_m) | (
        distance_m > distance_m[-1] - config.least_apart_m
    )
    speed[near_ends] = -np.inf
    chosen: list[int] = []
    for first, last in _runs(np.isfinite(speed)):
        place = first + int(np.argmax(speed[first:last]))
        if not chosen or distance_m[place] - distance_m[chosen[-1]] >= config.least_apart_m:
            chosen.append(place)
    return np.array(chosen, dtype=np.int64)


def _runs(is_in: BoolArray) -> list[tuple[int, int]]:
    """Return the half-open stretches of an array that are True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_in, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _cheapest(
    field: _Field, times: PieceTimes, crossing: Sequence[IntArray]
) -> tuple[list[int], int]:
    """Return the lap of every piece, and the whole time with penalties [us]."""
    n = len(field.laps)
    piece_us = np.where(times.is_known, times.time_us, _FORBIDDEN)
    fastest = int(np.argmin(times.lap_us))
    best_route, best_us = [fastest] * times.n_pieces, int(times.lap_us[fastest])
    for first in range(n):
        reached = np.full(n, _FORBIDDEN)
        reached[first] = piece_us[first, 0]
        came_from: list[IntArray] = []
        for k, costs in enumerate(crossing):
            ways = reached[:, None] + costs
            came_from.append(np.argmin(ways, axis=0))
            reached = np.minimum(ways.min(axis=0) + piece_us[:, k + 1], _FORBIDDEN)
        reached = np.where(_closes(field, first), reached, _FORBIDDEN)
        last = int(np.argmin(reached))
        if reached[last] < best_us:
            best_route, best_us = _traced(last, came_from), int(reached[last])
    return best_route, best_us


def _traced(last: int, came_from: Sequence[IntArray]) -> list[int]:
    route = [last]
    for before in reversed(came_from):
        route.append(int(before[route[-1]]))
    return route[::-1]


def _closes(field: _Field, first: int) -> BoolArray:
    """Return which laps may end a splice that began with lap `first`, shape (n_laps,)."""
    if not field.is_closed:
        return np.ones(len(field.laps), dtype=np.bool_)
    start_mps, end_mps = field.speed[first, 0], field.speed[:, -1]
    fine = end_mps >= start_mps - field.config.closing_speed_mps
    fine[first] = True  # as it was driven
    return np.asarray(fine)


def _costs(field: _Field, place: int) -> IntArray:
    """Return what leaving lap j for lap i costs at a place, shape (n_laps, n_laps) [us]."""
    n, config = len(field.laps), field.config
    speed = field.speed[:, place]
    step = speed[None, :] - speed[:, None]
    costs = np.zeros((n, n), dtype=np.int64)
    brake = [_braking_place(field.speed[i], place) for i in range(n)]
    for i in range(n):
        ahead = slice(place, brake[i] + 1)
        slower = np.flatnonzero(step[:, i] > config.same_speed_mps)
        costs[slower, i] = _costs_of_lack(
            field.distance_m[ahead], field.speed[i, ahead], speed[slower]
        )
        room_m = field.distance_m[brake[i]] - field.distance_m[place]
        excess = speed**2 - speed[i] ** 2
        too_fast = (excess > 2.0 * config.lift_mps2 * room_m) & (
            step[:, i] < -config.same_speed_mps
        )
        costs[too_fast, i] = _FORBIDDEN
    costs[_apart(field, place)] = _FORBIDDEN
    np.fill_diagonal(costs, 0)
    return costs


def _braking_place(speed: FloatArray, place: int) -> int:
    """Return the last place where the lap is near its top speed: there it brakes."""
    ahead = speed[place:]
    falling = np.flatnonzero(ahead < 0.97 * np.fmax.accumulate(ahead))
    end = int(falling[0]) if falling.size else ahead.size - 1
    known = np.nan_to_num(ahead[: end + 1], nan=-np.inf)
    return place + int(np.flatnonzero(known >= 0.995 * known.max())[-1])


def _costs_of_lack(distance_m: FloatArray, speed: FloatArray, own_mps: FloatArray) -> IntArray:
    """Return the time lost by starting at each slower speed and accelerating alike [us]."""
    if distance_m.size < 2 or own_mps.size == 0:
        # The lap brakes here: the lack is gone within the braking.
        return np.zeros(own_mps.size, dtype=np.int64)
    missing = speed[0] ** 2 - own_mps[:, None] ** 2
    slower = np.sqrt(np.maximum(speed**2 - missing, 1.0))
    lost = np.trapezoid(1.0 / slower - 1.0 / speed, distance_m, axis=1) * MICROSECONDS
    known = np.isfinite(lost)
    return np.where(known, np.rint(np.where(known, lost, 0.0)), _FORBIDDEN).astype(np.int64)


def _apart(field: _Field, place: int) -> BoolArray:
    """Return which laps are too far from each other across the track, or in direction."""
    offset = field.offset[:, place]
    if not np.isfinite(offset).all():
        return np.zeros((offset.size, offset.size), dtype=np.bool_)
    before, behind = max(place - 7, 0), min(place + 7, field.distance_m.size - 1)
    rise = field.offset[:, behind] - field.offset[:, before]
    heading = np.arctan(rise / (field.distance_m[behind] - field.distance_m[before]))
    too_far = np.abs(offset[:, None] - offset[None, :]) > field.config.max_offset_step_m
    turned = np.abs(heading[:, None] - heading[None, :]) > field.config.max_heading_step_rad
    return np.asarray(too_far | turned)


def _described(
    field: _Field,
    times: PieceTimes,
    crossing: Sequence[IntArray],
    route: Sequence[int],
    total_us: int,
) -> ReachableLap:
    seams: list[Seam] = []
    sources: list[tuple[float, float, int]] = []
    bounds = times.boundaries_m
    for k, lap in enumerate(route):
        number = times.lap_numbers[lap]
        if sources and route[k - 1] == lap:
            sources[-1] = (sources[-1][0], float(bounds[k + 1]), number)
            continue
        sources.append((float(bounds[k]), float(bounds[k + 1]), number))
        if k:
            penalty_us = int(crossing[k - 1][route[k - 1], lap])
            seams.append(_seam(field, int(field.switches[k - 1]), (route[k - 1], lap), penalty_us))
    best_us = times.best_us()
    composite_us = int(best_us.sum()) if (best_us >= 0).all() else int(times.lap_us.min())
    return ReachableLap(
        time_s=total_us / MICROSECONDS,
        composite_s=min(composite_us, total_us) / MICROSECONDS,
        sources=tuple(sources),
        seams=tuple(seams),
        is_repeatable=_is_repeatable(times, route, field.config),
    )


def _seam(field: _Field, place: int, laps: tuple[int, int], penalty_us: int) -> Seam:
    before, behind = laps
    return Seam(
        at_m=float(field.distance_m[place]),
        from_lap=field.laps[before].lap.number,
        to_lap=field.laps[behind].lap.number,
        speed_step_mps=float(field.speed[behind, place] - field.speed[before, place]),
        penalty_s=penalty_us / MICROSECONDS,
    )


def _is_repeatable(times: PieceTimes, route: Sequence[int], config: ReachableConfig) -> bool:
    """Return whether a second lap did each of the pieces about as quickly."""
    for k, lap in enumerate(route):
        close = times.time_us[:, k] <= times.time_us[lap, k] + config.repeat_s * MICROSECONDS
        if int((close & times.is_known[:, k]).sum()) < 2:
            return False
    return True
