"""What a driver does differently where time is lost, told from how the speeds part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.findings_events import Event
from apexlab_desktop.analysis.phases import Field, Zone
from apexlab_desktop.analysis.types import BoolArray, IntArray


class Cause(StrEnum):
    """What costs the time (`kind` in JSON)."""

    BRAKE_EARLY = "brake_early"
    """Slows down too soon; the slowest place is as fast as on the good laps."""
    MIN_SPEED = "min_speed"
    """Carries less speed through the corner."""
    THROTTLE_LATE = "throttle_late"
    """Accelerates too late behind the slowest place."""
    WIDE = "wide"
    """Runs wide of the line of the good laps."""
    LIFT = "lift"
    """Stops accelerating on the way to the next corner where the good laps go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseConfig:
    """How speeds that part are read.

    Attributes
    ----------
    onset_share : float
        The lack of speed begins where it reaches this share of its largest.
    first_share : float
        Its first trace, where two corners follow each other closely.
    regained_share : float
        A place with less of it is reached as fast as ever.
    least_fall_mps : float
        A corner that takes less off the speed is not braked for [m/s].
    carried_share : float
        It is a corner's own if the slowest place has this share of it.
    alike_share : float
        A corner on the way is as slow if all speeds to there are within this of the slowest.
    reach_m : float
        A driver who is slow through a corner is so from about here before it [m].
    before_top_m : float
        So far before the usual top speed brakes that go on early may go on [m].
    late_m : float
        And is no later than so far behind its entry: else the throttle there was late [m].
    steady_mps2, steady_m : float
        A speed is held where it changes less than this, for so long [m/s2], [m].
    pickup_m : float
        So far behind the slowest place a lack of speed begins if the throttle was late [m].
    wide_m : float
        Farther out at the apex than the good laps [m].
    far_m : float
        So far out that it is the line that costs, although the slowest place is as fast [m].
    wide_sigmas : float
        And by as many standard errors.
    fall_mps : float
        A speed that falls by this more than on the good laps was slowed on purpose [m/s].
    """

    onset_share: float = 0.3
    first_share: float = 0.15
    regained_share: float = 0.3
    least_fall_mps: float = 2.0
    carried_share: float = 0.6
    alike_share: float = 0.12
    reach_m: float = 45.0
    before_top_m: float = 30.0
    late_m: float = 5.0
    steady_mps2: float = 1.0
    steady_m: float = 20.0
    pickup_m: float = 15.0
    wide_m: float = 0.8
    far_m: float = 1.5
    wide_sigmas: float = 3.0
    fall_mps: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A corner as the lack of speed meets it; indices into the grid."""

    corner: Corner
    entry: int
    slowest: int
    exit: int
    is_own: bool
    """It has a slowest place of its own, or is as slow as the one beside it."""
    is_way_out: bool
    """It is passed while accelerating."""


def cause_of(field: Field, event: Event, config: CauseConfig | None = None) -> tuple[Corner, Cause]:
    """Return the corner to blame, and the cause.

    Notes
    -----
    Where the speeds part tells who is to blame: on the way down the corner ahead, on the way up
    the corner behind; a lack of speed that is there at the slowest place is the corner's own. Who
    leaves the line by far loses by that, whatever the speeds do.
    """
    config = config or CauseConfig()
    corner, cause = _by_speeds(field, event, config)
    least_m = config.wide_m if cause is Cause.MIN_SPEED else config.far_m
    if cause is not Cause.LIFT and _is_wide(field, event, corner, least_m, config.wide_sigmas):
        return corner, Cause.WIDE
    return corner, cause


def _by_speeds(field: Field, event: Event, config: CauseConfig) -> tuple[Corner, Cause]:
    places = _places(field, config)
    most, onset = _onset(event, config)
    own = _own_speed(event, places, onset, most, config)
    if own is not None:
        return own.corner, Cause.MIN_SPEED
    behind = [place for place in places if place.slowest <= onset + _steps(field, 10.0)]
    last = behind[-1] if behind else places[0]
    ahead = _braked_for(field, event, places, onset, most, config)
    if ahead is not None and (not behind or _is_near_top(field, onset, last, config)):
        return ahead.corner, Cause.BRAKE_EARLY
    through = _passing_speed(field, event, places, most, config)
    if through is not None:
        return through.corner, Cause.MIN_SPEED
    if onset > last.exit and _has_picked_up(field, event, last.slowest, onset, config):
        return last.corner, Cause.LIFT
    return last.corner, Cause.THROTTLE_LATE


def _onset(event: Event, config: CauseConfig) -> tuple[float, int]:
    """Return the largest lack of speed, and where the lack begins that costs most."""
    cut = slice(event.first, event.last + 1)
    lack, lost = event.lack_mps[cut], event.lost_spm[cut]
    most = float(np.max(lack))
    starts, ends = _runs(lack >= config.onset_share * most)
    so_far = np.concatenate(([0.0], np.cumsum(lost)))
    return most, event.first + int(starts[np.argmax(so_far[ends] - so_far[starts])])


def _runs(is_in: BoolArray) -> tuple[IntArray, IntArray]:
    """Return where the stretches that are True begin, and where they have ended."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_in, [False])).astype(np.int8)))
    return edges[::2], edges[1::2]


def _is_near_top(field: Field, onset: int, last: _Place, config: CauseConfig) -> bool:
    """Return whether the lack begins where brakes that go on early would go on.

    That is before the usual top speed, yet not long before.
    """
    top = next((zone.first for zone in field.zones if zone.slowest > onset), None)
    if top is None:
        return False
    before = min(_steps(field, config.before_top_m), round(0.4 * max(top - last.slowest, 0)))
    return onset >= top - before


def _braked_for(
    field: Field,
    event: Event,
    places: Sequence[_Place],
    onset: int,
    most: float,
    config: CauseConfig,
) -> _Place | None:
    """Return the first place ahead that is reached as fast as ever: the early braking was for it.

    Where it is not, the braking goes on to the next.
    """
    for place in places:
        if place.slowest <= onset:
            continue
        if place.is_own or event.lack_mps[place.slowest] < config.regained_share * most:
            fall = np.max(field.typical_mps[onset : place.slowest + 1])
            if fall - field.typical_mps[place.slowest] > config.least_fall_mps:
                return place
    return None


def _places(field: Field, config: CauseConfig) -> list[_Place]:
    """Return all corners in the order of the lap."""
    found: list[_Place] = []
    for zone in field.zones:
        found.append(
            _Place(
                corner=zone.corner,
                entry=zone.entry,
                slowest=zone.slowest,
                exit=zone.exit,
                is_own=True,
                is_way_out=False,
            )
        )
        found.extend(_passed(field, zone, *one, config) for one in zone.passing)
    return sorted(found, key=lambda place: place.slowest)


def _passed(
    field: Field, zone: Zone, corner: Corner, a: int, b: int, config: CauseConfig
) -> _Place:
    """Return a corner that has no zone of its own.

    It is its own place all the same where it is as slow as the slowest beside it, or where the
    speed is held for a while on the way down, as in a long bend before a hairpin.
    """
    typical = field.typical_mps
    low = a + int(np.argmin(typical[a : b + 1]))
    held = _held(field, a, b, config) if low < zone.slowest else None
    low = low if held is None else held
    between = typical[min(low, zone.slowest) : max(low, zone.slowest) + 1]
    is_alike = bool(np.max(between) < (1.0 + config.alike_share) * zone.least_mps)
    return _Place(
        corner=corner,
        entry=a,
        slowest=low,
        exit=b,
        is_own=is_alike or held is not None,
        is_way_out=low > zone.slowest,
    )


def _held(field: Field, a: int, b: int, config: CauseConfig) -> int | None:
    """Return the middle of the longest stretch at a steady speed, None without one."""
    accel = 0.5 * np.gradient(field.typical_mps[a : b + 1] ** 2, field.distance_m[a : b + 1])
    starts, ends = _runs(np.abs(accel) < config.steady_mps2)
    if starts.size == 0:
        return None
    longest = int(np.argmax(ends - starts))
    if ends[longest] - starts[longest] < _steps(field, config.steady_m):
        return None
    return a + int(starts[longest] + ends[longest]) // 2


def _own_speed(
    event: Event, places: Sequence[_Place], onset: int, most: float, config: CauseConfig
) -> _Place | None:
    """Return the place that has the lack at its slowest, if the lack does not begin behind it."""
    lack = event.lack_mps
    inside = [
        place
        for place in places
        if place.is_own
        and onset <= place.slowest <= event.last
        and lack[place.slowest] >= config.carried_share * most
    ]
    return max(inside, key=lambda one: float(lack[one.slowest])) if inside else None


def _passing_speed(
    field: Field, event: Event, places: Sequence[_Place], most: float, config: CauseConfig
) -> _Place | None:
    """Return the corner on the way out before which the lack begins, well behind the last."""
    cut = slice(event.first, event.last + 1)
    onset = event.first + int(np.argmax(event.lack_mps[cut] >= config.first_share * most))
    before = [place.slowest for place in places if place.slowest <= onset]
    if before and not _has_picked_up(field, event, before[-1], onset, config):
        return None
    for place in places:
        middle = (place.entry + place.exit) // 2
        earliest = place.entry - _steps(field, config.reach_m)
        latest = place.entry + _steps(field, config.late_m)
        is_there = event.lack_mps[middle] >= config.carried_share * most
        if not (place.is_way_out and is_there and earliest <= onset <= middle):
            continue
        # A late throttle holds the speed, a corner taken slowly makes it fall.
        if onset <= latest or _falls_by(field, event, earliest, middle) > config.fall_mps:
            return place
    return None


def _has_picked_up(
    field: Field, event: Event, slowest: int, onset: int, config: CauseConfig
) -> bool:
    """Return whether the laps with the loss first accelerated as the others did."""
    if onset - slowest < _steps(field, config.pickup_m):
        return False
    bad, good = (
        np.mean(field.speed_mps[group][:, [slowest, onset]], axis=0)
        for group in (event.is_bad, event.is_good)
    )
    return bool(bad[1] - bad[0] > 0.5 * (good[1] - good[0]))


def _is_wide(field: Field, event: Event, corner: Corner, least_m: float, sigmas: float) -> bool:
    """Return whether the laps with the loss are farther out at the apex."""
    apex = int(np.searchsorted(field.distance_m, corner.apex_m))
    offset = field.offset_m[:, min(apex, field.distance_m.size - 1)]
    out = -offset if corner.direction == "left" else offset
    bad, good = out[event.is_bad], out[event.is_good]
    bad, good = bad[np.isfinite(bad)], good[np.isfinite(good)]
    if bad.size < 2 or good.size < 2:
        return False
    apart = float(np.mean(bad) - np.mean(good))
    error = float(np.sqrt(np.var(bad, ddof=1) / bad.size + np.var(good, ddof=1) / good.size))
    return apart > max(least_m, sigmas * error)


def _falls_by(field: Field, event: Event, first: int, last: int) -> float:
    """Return by how much more the speed falls than on the good laps, anywhere between [m/s]."""
    falls = []
    for group in (event.is_bad, event.is_good):
        speed = np.mean(field.speed_mps[group][:, first : last + 1], axis=0)
        falls.append(float(np.max(np.maximum.accumulate(speed) - speed)))
    return falls[0] - falls[1]


def _steps(field: Field, way_m: float) -> int:
    return round(way_m / float(field.distance_m[1] - field.distance_m[0]))
