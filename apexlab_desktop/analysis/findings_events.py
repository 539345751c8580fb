"""Where laps lose time that other laps of the same driver do not lose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from apexlab_desktop.analysis.phases import SLOWEST_MPS, Field, Sign, expected_scatter, signs
from apexlab_desktop.analysis.statistics_split import PRIOR_WEIGHT, Split, best_split
from apexlab_desktop.analysis.types import BoolArray, FloatArray

_SAME_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class EventConfig:
    """What makes a loss an event (algorithms.md 11).

    Attributes
    ----------
    least_laps : int
        Fewer laps that count carry no finding.
    most_events : int
    incident_chance : float
        A single lap that stands out by less than this chance is a mistake, not a habit.
    own_weight : float
        A division is no surer than this share of the chance that there is only one group.
    same_gap_m : float
        Losses of the same laps that are closer are one [m].
    sure_chance : float
        What is surer than this is not counted as scatter.
    give_up_chance : float
        Nothing is looked for beyond this chance.
    least_cost_s : float
        Less is not worth a driver's thought [s].
    smoothing_m : float
        Window over speed differences [m].
    edge_share, edge_gap_m : float
        An event ends where the loss per metre falls below this share of its largest for so long.
    valley_share, regrowth_share : float
        Or where it has fallen to the first share and grows again by the second.
    """

    least_laps: int = 4
    most_events: int = 8
    incident_chance: float = 1e-3
    own_weight: float = 0.3
    same_gap_m: float = 30.0
    sure_chance: float = 0.02
    give_up_chance: float = 0.9
    least_cost_s: float = 0.03
    smoothing_m: float = 7.0
    edge_share: float = 0.04
    edge_gap_m: float = 15.0
    valley_share: float = 0.4
    regrowth_share: float = 0.25


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Event:
    """One repeated loss.

    Attributes
    ----------
    zone_index : int
        Zone it was told in.
    sign : Sign
        Which sign told it.
    is_bad, is_good : ndarray of bool, shape (n_laps,)
        Laps that lose there, and those that do not; a lap with a mistake there is neither.
    first, last : int
        Where on the grid it costs time.
    cost_s, cost_sigma_s : float
        Mean over the laps that have it, against the mean of those that do not [s].
    chance : float
        Of seeing as much anywhere in the session by the usual scatter.
    lack_mps : ndarray, shape (n_grid,)
        Speed of the laps without it minus that of those with it [m/s].
    lost_spm : ndarray, shape (n_grid,)
        Pace of the laps with it minus that of those without [s/m].
    """

    zone_index: int
    sign: Sign
    is_bad: BoolArray
    is_good: BoolArray
    first: int
    last: int
    cost_s: float
    cost_sigma_s: float
    chance: float
    lack_mps: FloatArray
    lost_spm: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A loss of one lap alone: a mistake, traffic."""

    zone_index: int
    lap_index: int
    cost_s: float


@dataclass(slots=True, eq=False)
class _Search:
    """What is left to explain."""

    ground: Field
    shown: dict[Sign, FloatArray]
    """The signs of that ground."""
    config: EventConfig
    expected: dict[Sign, FloatArray]
    is_out: BoolArray
    """Passes of single mistakes, shape (n_laps, n_zones)."""
    settled: set[tuple[int, Sign]]
    """Signs of zones that are not worth a thought."""
    known: dict[tuple[Sign, float, bytes], Split | None] = field(default_factory=dict)
    """Divisions made so far."""


def find_events(
    field: Field, config: EventConfig | None = None
) -> tuple[tuple[Event, ...], tuple[Incident, ...]]:
    """Return repeated losses, the surest first, and single mistakes.

    Parameters
    ----------
    field : Field
    config : EventConfig, optional

    Notes
    -----
    Every sign of every zone is divided into the laps that do better and those that do worse; the
    surest division is an event. Its laps are then given the speeds of the others there, and the
    search repeated on what is left, so that one fault is one event. What is sure is taken out
    first, so that it does not count as the usual scatter in the search that is told.
    """
    config = config or EventConfig()
    if len(field.numbers) < config.least_laps or not field.zones:
        return (), ()
    shown = signs(field)
    usual = expected_scatter(field, shown)
    sure = _Search(field, shown, config, usual, _nothing(field), set())
    _events(sure, config.sure_chance)
    calm = expected_scatter(sure.ground, _left(sure))
    search = _Search(field, shown, config, calm, _nothing(field), set())
    events, incidents = _events(search, config.give_up_chance)
    return _joined(events, round(config.same_gap_m / _step_m(field))), incidents


def _step_m(field: Field) -> float:
    return float(field.distance_m[1] - field.distance_m[0])


def _joined(events: Sequence[Event], gap: int) -> tuple[Event, ...]:
    """Return the events with those joined that are on the same laps in one zone or side by side."""
    kept: list[Event] = []
    for event in events:
        for k, one in enumerate(kept):
            is_beside = event.first <= one.last + gap and event.last >= one.first - gap
            is_beside = is_beside or event.zone_index == one.zone_index
            if is_beside and np.array_equal(event.is_bad, one.is_bad):
                kept[k] = _one_of(one, event)
                break
        else:
            kept.append(event)
    return tuple(kept)


def _one_of(one: Event, more: Event) -> Event:
    """Return two parts of one event as one; the surer part names it."""
    return replace(
        one,
        first=min(one.first, more.first),
        last=max(one.last, more.last),
        cost_s=one.cost_s + more.cost_s,
        cost_sigma_s=float(np.hypot(one.cost_sigma_s, more.cost_sigma_s)),
        chance=min(one.chance, more.chance),
        lack_mps=np.maximum(one.lack_mps, more.lack_mps),
        lost_spm=one.lost_spm + more.lost_spm,
    )


@dataclass(frozen=True, slots=True)
class _Edges:
    """How a run of loss ends: shares of its largest, and steps of the grid."""

    edge_share: float
    valley: float
    regrowth: float
    gap: int


def _edges(config: EventConfig, step_m: float) -> _Edges:
    return _Edges(
        config.edge_share, config.valley_share, config.regrowth_share,
        round(config.edge_gap_m / step_m),
    )  # fmt: skip


def _nothing(field: Field) -> BoolArray:
    return np.zeros((len(field.numbers), len(field.zones)), dtype=np.bool_)


def _left(search: _Search) -> dict[Sign, FloatArray]:
    """Return the signs of what is left."""
    return {sign: np.where(search.is_out, np.nan, rows) for sign, rows in search.shown.items()}


def _events(
    search: _Search, give_up_chance: float
) -> tuple[tuple[Event, ...], tuple[Incident, ...]]:
    config = search.config
    events: list[Event] = []
    incidents: list[Incident] = []
    values = _left(search)
    n_tests = sum(int(np.isfinite(v).any(axis=0).sum()) for v in values.values())
    for _ in range(6 * config.most_events):
        found = _surest(search, values)
        if found is None or len(events) == config.most_events:
            break
        k, sign, split = found
        chance = float(-np.expm1(n_tests * np.log1p(-min(split.chance, 1.0 - 1e-12))))
        chance = max(chance, config.own_weight * split.own_chance)
        if chance > give_up_chance:
            break
        if split.n_upper == 1:
            lap = int(np.flatnonzero(split.is_upper)[0])
            search.is_out[lap, k] = True
            incidents.append(Incident(zone_index=k, lap_index=lap, cost_s=split.difference))
        else:
            event = _event(search, k, sign, split, chance, ~search.is_out[:, k])
            if event.cost_s < config.least_cost_s:
                search.settled.add((k, sign))
                continue
            events.append(event)
            search.ground = _without(search.ground, event)
            search.shown = signs(search.ground)
        values = _left(search)
    return tuple(events), tuple(incidents)


def _surest(search: _Search, values: dict[Sign, FloatArray]) -> tuple[int, Sign, Split] | None:
    """Return zone, sign and division with the least chance."""
    best: tuple[int, Sign, Split] | None = None
    for sign, rows in values.items():
        for k in range(rows.shape[1]):
            if (k, sign) in search.settled:
                continue
            split = _division(search, rows[:, k], sign, float(search.expected[sign][k]))
            if split is not None and (best is None or split.chance < best[2].chance):
                best = (k, sign, split)
    return best


def _division(search: _Search, column: FloatArray, sign: Sign, sigma: float) -> Split | None:
    """Return the best division; of one lap alone only where that lap really stands out.

    What an event did not touch is not divided again.
    """
    key = (sign, sigma, np.round(column, _SAME_DECIMALS).tobytes())
    if key not in search.known:
        search.known[key] = _divided(search, column, sign, sigma)
    return search.known[key]


def _divided(search: _Search, column: FloatArray, sign: Sign, sigma: float) -> Split | None:
    if sign is Sign.LOSS:
        split = best_split(column, sigma, least_upper=1)
        if split is None or split.n_upper > 1 or split.chance < search.config.incident_chance:
            return split
    return best_split(column, sigma)


def _without(field: Field, event: Event) -> Field:
    """Return the laps with the event's speeds made those of the laps without it."""
    speed = field.speed_mps.copy()
    cut = slice(event.first, event.last + 1)
    pace = 1.0 / np.maximum(speed[:, cut], SLOWEST_MPS)
    pace[event.is_bad] -= event.lost_spm[cut]
    speed[:, cut] = 1.0 / np.maximum(pace, 1e-3)
    return replace(field, speed_mps=speed)


def _event(
    search: _Search, k: int, sign: Sign, split: Split, chance: float, is_in: BoolArray
) -> Event:
    field, config = search.ground, search.config
    is_whole = np.isfinite(field.speed_mps).all(axis=1) & is_in
    bad, good = split.is_upper & is_whole, ~split.is_upper & is_whole
    if not bad.any() or not good.any():
        bad, good = split.is_upper & is_in, ~split.is_upper & is_in
    pace = 1.0 / np.maximum(field.speed_mps, SLOWEST_MPS)
    step_m = _step_m(field)
    width = max(round(config.smoothing_m / step_m), 1)
    lost = _smooth(np.nan_to_num(_mean(pace, bad) - _mean(pace, good)), width)
    lack = _smooth(np.nan_to_num(_mean(field.speed_mps, good) - _mean(field.speed_mps, bad)), width)
    first, last = _extent(field, k, lost, _edges(config, step_m))
    cut = slice(first, last + 1)
    per_lap = np.asarray(np.trapezoid(pace[:, cut], field.distance_m[cut], axis=1))
    sigma = _within(per_lap, bad, good, float(search.expected[Sign.LOSS][k]))
    return Event(
        zone_index=k,
        sign=sign,
        is_bad=split.is_upper,
        is_good=~split.is_upper & is_in,
        first=first,
        last=last,
        cost_s=float(np.nanmean(per_lap[bad]) - np.nanmean(per_lap[good])),
        cost_sigma_s=sigma * float(np.sqrt(1.0 / bad.sum() + 1.0 / good.sum())),
        chance=chance,
        lack_mps=lack,
        lost_spm=lost,
    )


def with_cost_by_places(field: Field, event: Event) -> Event:
    """Return an event with the cost that the times at places give.

    A wide line is longer: speeds alone do not see that. Times at places do, by the errors of the
    positions less surely.
    """
    taken = field.time_s[:, event.last] - field.time_s[:, event.first]
    bad, good = taken[event.is_bad], taken[event.is_good]
    bad, good = bad[np.isfinite(bad)], good[np.isfinite(good)]
    if bad.size == 0 or good.size == 0:
        return event
    cost = float(np.mean(bad) - np.mean(good))
    return replace(event, cost_s=cost) if cost > event.cost_s else event


def _mean(rows: FloatArray, is_in: BoolArray) -> FloatArray:
    return np.asarray(np.mean(rows[is_in], axis=0))


def _smooth(values: FloatArray, width: int) -> FloatArray:
    kernel = np.ones(width) / width
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, kernel, mode="valid")


def _within(per_lap: FloatArray, bad: BoolArray, good: BoolArray, expected: float) -> float:
    """Return the scatter inside the groups, drawn towards the expected one [s]."""
    squares = 0.0
    n = 0
    for group in (per_lap[bad], per_lap[good]):
        squares += float(np.nansum((group - np.nanmean(group)) ** 2))
        n += group.size
    freedom = PRIOR_WEIGHT + max(n - 2, 0)
    return float(np.sqrt((PRIOR_WEIGHT * expected**2 + squares) / freedom))


def _extent(field: Field, k: int, lost: FloatArray, edges: _Edges) -> tuple[int, int]:
    """Return between which places around a zone the loss arises."""
    zones = field.zones
    zone = zones[k]
    low = zones[k - 1].slowest if k else 0
    high = zones[k + 1].slowest if k + 1 < len(zones) else field.distance_m.size - 1
    peak = zone.first + int(np.argmax(lost[zone.first : zone.last + 1]))
    inside = range(zone.first, zone.last + 1)
    return (
        _run_end(lost, peak, low, inside, edges),
        _run_end(lost, peak, high, inside, edges),
    )


def _run_end(lost: FloatArray, start: int, limit: int, inside: range, edges: _Edges) -> int:
    """Return the last place of the run of loss through `start`, on the way to `limit`.

    Places without loss end it if they go on for long. Outside the zone a loss that grows again is
    another one.
    """
    here = end = lowest = start
    most, way = float(lost[start]), 1 if limit > start else -1
    while here != limit:
        here += way
        if lost[here] < lost[lowest]:
            lowest = here
        is_valley = lost[lowest] < edges.valley * most and here not in inside
        if is_valley and lost[here] - lost[lowest] > edges.regrowth * most:
            return lowest
        if lost[here] > edges.edge_share * most:
            end = here
        elif abs(here - end) > edges.gap:
            break
    return end
