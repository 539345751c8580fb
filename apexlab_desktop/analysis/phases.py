"""The lap as each corner sees it: the way in, the slowest place, the way out, and signs of each.

A zone runs from the top speed before a corner to the top speed behind it, so what a bad exit costs
on the straight is in it, and zones tile the lap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.segments_timing import stacked
from apexlab_desktop.analysis.types import ComparedLap, FloatArray, where_finite

MAD_TO_SIGMA = 1.4826
UNEQUAL_ZONES = 1.15
"""Half of the zones scatter more than the middle one, by about this."""
SLOWEST_MPS = 1.0
"""Slower is standing: it has no pace."""


class Sign(StrEnum):
    """What is measured in each zone of each lap; more is worse."""

    LOSS = "loss"
    """Time for the zone [s]."""
    WAY_IN = "way_in"
    """Time from the top speed before to the slowest place [s]."""
    WAY_OUT = "way_out"
    """Time from the slowest place to the top speed behind [s]."""
    PICKUP = "pickup"
    """The same only to the next corner that is taken on the way out; unknown without one [s]."""
    MIN_SPEED = "min_speed"
    """How much lower the least speed is, as a share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneConfig:
    """Shares of the speed range by which signs are read.

    Attributes
    ----------
    good_share : float
        The lap that zones are told from is as fast as this share of the laps at each place: a
        fault on most laps must not hide where the others brake.
    flat_share : float
        A corner that takes less than this off the speed is flat and has no zone (analysis.md 7).
    reach_m : float
        The slowest place of a lap lies this close to the usual one [m].
    brake_m, pickup_s, speed_share, line_m : float
        How drivers scatter where they brake, when they pick up the throttle, how much of the
        possible speed they carry and where they clip the apex, in proportion; the session scales
        it.
    most_passing_share : float
        A corner without a slowest place hardly limits the speed: it scatters no more than this.
    line_reach_m : float
        A line leaves its usual place over at least this way before and behind a corner [m].
    sigma_speed, sigma_time_s : float
        Scatter of the signs that every driver and receiver has at least.
    """

    good_share: float = 0.3
    flat_share: float = 0.03
    reach_m: float = 25.0
    brake_m: float = 2.0
    pickup_s: float = 0.05
    speed_share: float = 0.005
    line_m: float = 0.2
    most_passing_share: float = 0.012
    line_reach_m: float = 15.0
    sigma_speed: float = 0.004
    sigma_time_s: float = 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One corner that is slowed down for, with the way to and from it; indices into the grid.

    Attributes
    ----------
    corner : Corner
    first, slowest, last : int
        Top speed before, least speed, top speed behind.
    entry, exit : int
        Ends of the corner itself.
    passing : tuple of (Corner, int, int)
        Corners on the way in or out that have no slowest place of their own, with their ends.
    top_in_mps, least_mps, top_out_mps : float
        Speeds of a good lap there [m/s].
    """

    corner: Corner
    first: int
    slowest: int
    last: int
    entry: int
    exit: int
    top_in_mps: float
    least_mps: float
    top_out_mps: float
    passing: tuple[tuple[Corner, int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Field:
    """The laps that count with their zones; arrays have shape (n_laps, n_grid)."""

    numbers: tuple[int, ...]
    distance_m: FloatArray
    speed_mps: FloatArray
    time_s: FloatArray
    offset_m: FloatArray
    typical_mps: FloatArray
    zones: tuple[Zone, ...]
    config: ZoneConfig


def field_of(
    laps: Sequence[ComparedLap],
    distance_m: FloatArray,
    corners: Sequence[Corner],
    config: ZoneConfig | None = None,
) -> Field:
    """Return laps with the zones of their corners.

    Parameters
    ----------
    laps : sequence of ComparedLap
        Those that count.
    distance_m : ndarray, shape (n_grid,)
        [m]
    corners : sequence of Corner
    config : ZoneConfig, optional
    """
    config = config or ZoneConfig()
    speed = stacked(laps, "speed_mps")
    typical = filled(_good_speed(speed, config.good_share), distance_m)
    return Field(
        numbers=tuple(lap.lap.number for lap in laps),
        distance_m=distance_m,
        speed_mps=speed,
        time_s=np.stack([lap.time_s for lap in laps]),
        offset_m=stacked(laps, "lateral_offset_m"),
        typical_mps=typical,
        zones=_zones(corners, typical, distance_m, config),
        config=config,
    )


def _good_speed(speed: FloatArray, share: float) -> FloatArray:
    """Return the speed that so many laps reach at each place, NaN where none is known."""
    ordered = np.sort(speed, axis=0)  # NaN comes last
    if where_finite(speed) is None:
        return np.asarray(ordered[round((1.0 - share) * (speed.shape[0] - 1))])
    known = np.sum(np.isfinite(speed), axis=0)
    rank = np.rint((1.0 - share) * np.maximum(known - 1, 0)).astype(np.int64)
    return np.asarray(np.take_along_axis(ordered, rank[None, :], axis=0)[0])


def filled(values: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return values with their gaps bridged by straight lines, shape (n_grid,)."""
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    return np.interp(distance_m, distance_m[known], values[known])


def _zones(
    corners: Sequence[Corner], typical: FloatArray, distance_m: FloatArray, config: ZoneConfig
) -> tuple[Zone, ...]:
    if not np.isfinite(typical).all():
        return ()
    spans = _spans(corners, distance_m)
    places = _slow_places(spans, typical, config)
    zones: list[Zone] = []
    first = 0
    for k, (corner, a, b, low) in enumerate(places):
        following = places[k + 1][3] if k + 1 < len(places) else typical.size - 1
        last = low + int(np.argmax(typical[low : following + 1]))
        last = typical.size - 1 if k + 1 == len(places) else last
        zones.append(
            Zone(
                corner=corner,
                first=first,
                slowest=low,
                last=last,
                entry=a,
                exit=b,
                top_in_mps=float(np.max(typical[first : low + 1])),
                least_mps=float(typical[low]),
                top_out_mps=float(np.max(typical[low : last + 1])),
                passing=tuple(
                    one
                    for one in spans
                    if one[0] is not corner and first <= _slowest_of(one, typical) < last
                ),
            )
        )
        first = last
    return tuple(zones)


def _slowest_of(span: tuple[Corner, int, int], typical: FloatArray) -> int:
    _, a, b = span
    return a + int(np.argmin(typical[a : b + 1]))


def _slow_places(
    spans: Sequence[tuple[Corner, int, int]], typical: FloatArray, config: ZoneConfig
) -> list[tuple[Corner, int, int, int]]:
    """Return the corners that have a slowest place of their own, with it.

    A car that is still braking for the next corner, or already accelerating out of the last one,
    has none: the least dip is dropped until every one is a dip.
    """
    places = [(*span, _slowest_of(span, typical)) for span in spans]
    while places:
        dips = [_dip(places, k, typical) for k in range(len(places))]
        least = int(np.argmin(dips))
        if dips[least] >= config.flat_share:
            break
        del places[least]
    return places


def _dip(places: Sequence[tuple[Corner, int, int, int]], k: int, typical: FloatArray) -> float:
    """Return by what share the speed dips at a place, against the lower of the tops around it."""
    low = places[k][3]
    before = places[k - 1][3] if k else 0
    behind = places[k + 1][3] if k + 1 < len(places) else typical.size - 1
    tops = float(np.max(typical[before : low + 1])), float(np.max(typical[low : behind + 1]))
    return min(tops) / float(typical[low]) - 1.0


def _spans(corners: Sequence[Corner], distance_m: FloatArray) -> list[tuple[Corner, int, int]]:
    """Return the corners in the order of the lap, with the indices of their ends."""
    found: list[tuple[Corner, int, int]] = []
    for corner in corners:
        entry_m, exit_m = corner.entry_m, corner.exit_m
        if exit_m < entry_m:
            # Over the start line: the lap knows the part with the apex.
            if corner.apex_m >= entry_m:
                exit_m = float(distance_m[-1])
            else:
                entry_m = 0.0
        a, b = (int(k) for k in np.searchsorted(distance_m, (entry_m, exit_m)))
        found.append((corner, a, max(min(b, distance_m.size - 1), a)))
    return sorted(found, key=lambda one: one[1])


def signs(field: Field) -> dict[Sign, FloatArray]:
    """Return what every lap shows in every zone, shape (n_laps, n_zones) each; NaN unknown."""
    shape = (len(field.numbers), len(field.zones))
    found = {sign: np.full(shape, np.nan) for sign in Sign}
    elapsed = elapsed_s(field)
    reach = round(field.config.reach_m / float(field.distance_m[1] - field.distance_m[0]))
    for k, zone in enumerate(field.zones):
        at_slow = elapsed[:, zone.slowest]
        found[Sign.WAY_IN][:, k] = at_slow - elapsed[:, zone.first]
        found[Sign.WAY_OUT][:, k] = elapsed[:, zone.last] - at_slow
        near = slice(max(zone.slowest - reach, zone.first), min(zone.slowest + reach, zone.last))
        found[Sign.MIN_SPEED][:, k] = -np.min(field.speed_mps[:, near], axis=1) / zone.least_mps
        if (following := _first_passing(zone)) is not None:
            found[Sign.PICKUP][:, k] = elapsed[:, following] - at_slow
    found[Sign.LOSS] = found[Sign.WAY_IN] + found[Sign.WAY_OUT]
    return found


def _first_passing(zone: Zone) -> int | None:
    """Return where the first corner behind the slowest place begins, None without one."""
    return next((entry for _, entry, _ in zone.passing if entry > zone.slowest), None)


def elapsed_s(field: Field) -> FloatArray:
    """Return the time since the start by the speeds alone, shape (n_laps, n_grid) [s].

    A receiver knows its speed far better than its place: over a corner this is surer than the
    times at places. Behind a dropout it is NaN from the dropout on, and only there.
    """
    half_m = 0.5 * np.diff(field.distance_m)
    elapsed = np.zeros(field.speed_mps.shape)
    # Lap by lap: one fits into the processor's cache, all do not.
    for steps, speed_mps in zip(elapsed[:, 1:], field.speed_mps, strict=True):
        pace = 1.0 / np.maximum(speed_mps, SLOWEST_MPS)
        np.add(pace[1:], pace[:-1], out=steps)
        steps *= half_m
        is_known = where_finite(steps)
        np.cumsum(steps, out=steps)
        if is_known is not None:
            steps[np.argmin(is_known) :] = np.nan
    return elapsed


def expected_scatter(field: Field, found: dict[Sign, FloatArray]) -> dict[Sign, FloatArray]:
    """Return the scatter that each sign has anyway in each zone, shape (n_zones,) each.

    Notes
    -----
    A driver brakes within so many metres, picks up the throttle within so many seconds, and
    carries speed within so many per cent, much the same in all corners. What that costs in time
    depends on the corner: metres braked early cost 1/v_min - 1/v_top each, seconds waited cost
    1 - v_min/v_top, and speed that is missing costs its share of the time in the corner and, by
    the energy missing, of the way out. The sum is scaled so that it fits the middle corner, which
    faults in a few corners do not move.
    """
    config, zones = field.config, field.zones
    brake = np.array([config.brake_m * brake_cost(zone) for zone in zones])
    pickup = np.array([config.pickup_s * pickup_cost(zone) for zone in zones])
    share = np.array([_speed_share(field, z.corner, z.entry, z.exit) for z in zones])
    inside, behind = np.array([speed_costs(field, zone) for zone in zones]).T * share
    before, after = np.array([_passing(field, zone) for zone in zones]).T
    way_in = np.sqrt(brake**2 + (0.5 * inside) ** 2 + before)
    way_out = np.sqrt(pickup**2 + (0.5 * inside + behind) ** 2 + after)
    shapes = {
        Sign.WAY_IN: way_in,
        Sign.WAY_OUT: way_out,
        Sign.LOSS: np.sqrt(way_in**2 + way_out**2 + inside * (0.5 * inside + behind)),
        Sign.PICKUP: np.hypot(pickup, 0.5 * inside),
        Sign.MIN_SPEED: share,
    }
    least = dict.fromkeys(Sign, config.sigma_time_s) | {Sign.MIN_SPEED: config.sigma_speed}
    return {
        sign: np.maximum(shape * _scale(found[sign], shape), least[sign])
        for sign, shape in shapes.items()
    }


def _scale(values: FloatArray, shape: FloatArray) -> float:
    """Return by what the shape must be multiplied to fit the middle zone."""
    ratio = _robust_columns(values) / np.maximum(shape, 1e-9)
    ratio = ratio[np.isfinite(ratio)]
    return UNEQUAL_ZONES * median(ratio) if ratio.size else 1.0


def _speed_share(field: Field, corner: Corner, entry: int, exit_: int) -> float:
    """Return by what share the speed in a corner scatters, before the session scales it.

    A line that is farther out by d at the apex bends less by about d/2 (pi/reach)^2, over half the
    corner and what leads to it. In a long-drawn bend that is much of its whole curvature, and the
    speed goes with the root of the radius.
    """
    config = field.config
    reach_m = 0.5 * (exit_ - entry) * float(field.distance_m[1] - field.distance_m[0])
    reach_m = max(reach_m, config.line_reach_m) + config.line_reach_m
    bend = 0.5 * config.line_m * (np.pi / reach_m) ** 2
    return float(np.hypot(config.speed_share, 0.5 * bend * corner.radius_m))


def _passing(field: Field, zone: Zone) -> tuple[float, float]:
    """Return the variance that corners on the way in and on the way out add [s2]."""
    pace = 1.0 / field.typical_mps
    step_m = np.diff(field.distance_m, append=field.distance_m[-1])
    before = after = 0.0
    for corner, entry, exit_ in zone.passing:
        share = _speed_share(field, corner, entry, exit_)
        share = min(share, field.config.most_passing_share)
        lost = share * float(np.sum((pace * step_m)[entry:exit_]))
        if entry < zone.slowest:
            before += lost**2
        else:
            after += lost**2
    return before, after


def brake_cost(zone: Zone) -> float:
    """Return what a metre braked early costs [s/m]: it is driven at the least speed instead."""
    return 1.0 / zone.least_mps - 1.0 / max(zone.top_in_mps, zone.least_mps)


def pickup_cost(zone: Zone) -> float:
    """Return what a second waited costs [s/s]."""
    return 1.0 - zone.least_mps / max(zone.top_out_mps, zone.least_mps)


def speed_costs(field: Field, zone: Zone) -> tuple[float, float]:
    """Return what a missing share of the least speed costs in the corner and behind it [s]."""
    pace = 1.0 / field.typical_mps
    step_m = np.diff(field.distance_m, append=field.distance_m[-1])
    in_corner = float(np.sum((pace * step_m)[zone.entry : zone.exit]))
    out = slice(zone.exit, zone.last)
    energy = zone.least_mps**2 * np.sum((pace**3 * step_m)[out])
    return in_corner, float(energy)


def _robust_columns(values: FloatArray) -> FloatArray:
    """Return one robust sigma per column, NaN for fewer than three values, shape (n_columns,)."""
    found = np.full(values.shape[1], np.nan)
    for k, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if known.size >= 3:
            # The median deviation of a few values is too small by about this.
            few = known.size / (known.size - 0.8)
            found[k] = few * MAD_TO_SIGMA * median(np.abs(known - median(known)))
    return found
