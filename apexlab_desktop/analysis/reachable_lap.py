"""The quickest lap that can be put together from driven pieces without a jump (algorithms.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import column_medians
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, piece_times, stacked
from apexlab_desktop.analysis.types import (
    BoolArray,
    ComparedLap,
    FloatArray,
    IntArray,
    where_finite,
)

_FORBIDDEN = np.iinfo(np.int64).max // 4
_MOST_WAYS = 1_000_000
"""Ways from lap to lap that are weighed at once."""
_LOOK_AHEAD = 256
"""Places in which a lap that is left at its top speed mostly brakes."""


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
    speed = stacked(laps, "speed_mps")
    switches = _switches(speed, distance_m, curvature_per_m, config)
    field = _Field(
        laps=laps,
        distance_m=distance_m,
        speed=speed,
        offset=stacked(laps, "lateral_offset_m"),
        switches=switches,
        is_closed=is_closed,
        config=config,
    )
    bounds = np.array([0.0, *distance_m[switches].tolist(), float(distance_m[-1])])
    times = piece_times(laps, distance_m, bounds)
    crossing = [
        _costs(field, place, brake)
        for place, brake in zip(switches.tolist(), _braking_places(field), strict=True)
    ]
    route, total_us = _cheapest(field, times, crossing)
    return _described(field, times, crossing, route, total_us)


def _switches(
    speed_mps: FloatArray,
    distance_m: FloatArray,
    curvature_per_m: FloatArray | None,
    config: ReachableConfig,
) -> IntArray:
    """Return the places where laps may be left, shape (k,): the top speed of each straight.

    There the engine's work of the straight is done and the brakes are not yet on. More places
    would only pick more luck.
    """
    if curvature_per_m is None or speed_mps.shape[0] < 2:
        return np.empty(0, dtype=np.int64)
    straight = np.abs(curvature_per_m) < config.straight_curvature_per_m
    finite = where_finite(speed_mps)
    known = straight if finite is None else straight & finite.all(axis=0)
    speed = np.where(known, column_medians(speed_mps), -np.inf)
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
    piece_us = np.where(times.is_known, times.time_us, _FORBIDDEN)
    fastest = int(np.argmin(times.lap_us))
    best_route, best_us = [fastest] * times.n_pieces, int(times.lap_us[fastest])
    # By the least time with any end; the lap that promises most makes the others show theirs.
    least_us = _least_to_end(piece_us, crossing)
    promising = np.argmin(least_us, keepdims=True)
    first, route, total_us = _best_begun_with(promising, field, piece_us, crossing)
    others = np.flatnonzero(least_us <= total_us)
    at_once = max(_MOST_WAYS // len(field.laps) ** 2, 1)
    for begin in range(0, others.size, at_once):
        some = others[begin : begin + at_once]
        found = _best_begun_with(some, field, piece_us, crossing)
        # Of equals the one that begins with the earlier lap.
        if (found[2], found[0]) < (total_us, first):
            first, route, total_us = found
    return (route, total_us) if total_us < best_us else (best_route, best_us)


def _least_to_end(piece_us: IntArray, crossing: Sequence[IntArray]) -> IntArray:
    """Return the least time of a splice that begins with each lap, whatever its end, (n_laps,)."""
    ahead = np.zeros(piece_us.shape[0], dtype=np.int64)
    for k in range(len(crossing) - 1, -1, -1):
        ahead = np.minimum((crossing[k] + (piece_us[:, k + 1] + ahead)).min(axis=1), _FORBIDDEN)
    return np.asarray(np.minimum(piece_us[:, 0] + ahead, _FORBIDDEN))


def _best_begun_with(
    firsts: IntArray, field: _Field, piece_us: IntArray, crossing: Sequence[IntArray]
) -> tuple[int, list[int], int]:
    """Return the first lap, the lap of every piece and the time of the quickest of some splices."""
    reached, came_from = _reached(firsts, piece_us, crossing)
    reached = np.where(_closes(field, firsts), reached, _FORBIDDEN)
    lasts = np.argmin(reached, axis=1)
    totals_us = reached[np.arange(firsts.size), lasts]
    one = int(np.argmin(totals_us))
    route = _traced(int(lasts[one]), [rows[one] for rows in came_from])
    return int(firsts[one]), route, int(totals_us[one])


def _reached(
    firsts: IntArray, piece_us: IntArray, crossing: Sequence[IntArray]
) -> tuple[IntArray, list[IntArray]]:
    """Return the least time to the end of each lap by the lap begun with, and the ways there.

    Shape (n_firsts, n_laps), and the lap before each, at every switch.
    """
    reached = np.full((firsts.size, piece_us.shape[0]), _FORBIDDEN)
    reached[np.arange(firsts.size), firsts] = piece_us[firsts, 0]
    came_from: list[IntArray] = []
    for k, costs in enumerate(crossing):
        ways = reached[:, None, :] + costs.T
        before = np.argmin(ways, axis=2)
        came_from.append(before)
        least = np.take_along_axis(ways, before[:, :, None], axis=2)[:, :, 0]
        reached = np.minimum(least + piece_us[:, k + 1], _FORBIDDEN)
    return reached, came_from


def _traced(last: int, came_from: Sequence[IntArray]) -> list[int]:
    route = [last]
    for before in reversed(came_from):
        route.append(int(before[route[-1]]))
    return route[::-1]


def _closes(field: _Field, firsts: IntArray) -> BoolArray:
    """Return which laps may end a splice, by the lap it began with, shape (n_firsts, n_laps)."""
    if not field.is_closed:
        return np.ones((firsts.size, len(field.laps)), dtype=np.bool_)
    start_mps, end_mps = field.speed[firsts, 0], field.speed[:, -1]
    fine = end_mps >= start_mps[:, None] - field.config.closing_speed_mps
    fine[np.arange(firsts.size), firsts] = True  # as it was driven
    return np.asarray(fine)


def _costs(field: _Field, place: int, brake: IntArray) -> IntArray:
    """Return what leaving lap j for lap i costs at a place, shape (n_laps, n_laps) [us]."""
    config = field.config
    speed = field.speed[:, place]
    step = speed[None, :] - speed[:, None]
    costs = np.zeros(step.shape, dtype=np.int64)
    left, joined = np.nonzero(step > config.same_speed_mps)
    costs[left, joined] = _costs_of_lack(field, place, brake[joined], (left, joined))
    room_m = field.distance_m[brake] - field.distance_m[place]
    excess = speed[:, None] ** 2 - speed**2
    costs[(excess > 2.0 * config.lift_mps2 * room_m) & (step < -config.same_speed_mps)] = _FORBIDDEN
    costs[_apart(field, place)] = _FORBIDDEN
    np.fill_diagonal(costs, 0)
    return costs


def _braking_places(field: _Field) -> list[IntArray]:
    """Return the last place behind each switch where each lap is near its top speed.

    There it brakes. Up to its top speed the switches of a straight have the same.
    """
    n = len(field.laps)
    brake, top = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    found = []
    for place in field.switches.tolist():
        passed = np.flatnonzero(top < place)
        if passed.size:
            brake[passed], top[passed] = _tops(field.speed, passed, place)
        found.append(brake.copy())
    return found


def _tops(speed: FloatArray, laps: IntArray, place: int) -> tuple[IntArray, IntArray]:
    """Return the last place near the top speed ahead of `place`, and that of it; per lap."""
    width = _LOOK_AHEAD
    while True:
        ahead = speed[laps, place : place + width]
        is_slower = ahead < 0.97 * np.fmax.accumulate(ahead, axis=1)
        if place + width >= speed.shape[1] or is_slower.any(axis=1).all():
            break
        width *= 2
    n = ahead.shape[1]
    end = np.where(is_slower.any(axis=1), is_slower.argmax(axis=1), n - 1)
    is_before = np.arange(n) <= end[:, None]
    known = np.where(is_before & np.isfinite(ahead), ahead, -np.inf)
    top = known.argmax(axis=1)
    is_near = is_before & (known >= 0.995 * known[np.arange(top.size), top][:, None])
    return place + n - 1 - is_near[:, ::-1].argmax(axis=1), place + top


def _costs_of_lack(
    field: _Field, place: int, brake: IntArray, pair: tuple[IntArray, IntArray]
) -> IntArray:
    """Return the time lost by joining a quicker lap and accelerating like it, shape (n_pairs,).

    Where it brakes at once the lack is gone within the braking. In whole microseconds.
    """
    left, joined = pair
    if not left.size:
        return np.empty(0, dtype=np.int64)
    ahead = slice(place, int(brake.max()) + 1)
    speed, distance_m = field.speed[:, ahead], field.distance_m[ahead]
    own_mps = field.speed[left, place]
    missing = (speed[joined, 0] ** 2 - own_mps**2)[:, None]
    slower = np.sqrt(np.maximum((speed**2)[joined] - missing, 1.0))
    with np.errstate(divide="ignore"):  # a car that stands behind its own braking
        pace = 1.0 / slower - (1.0 / speed)[joined]
    steps = 0.5 * (pace[:, 1:] + pace[:, :-1]) * np.diff(distance_m)
    steps[np.arange(place, ahead.stop - 1) >= brake[:, None]] = 0.0
    lost = steps.sum(axis=1) * MICROSECONDS
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
