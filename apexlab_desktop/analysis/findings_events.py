"""Where laps lose time that other laps of the same driver do not lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.phases import Field, Sign, expected_scatter, signs
from apexlab_desktop.analysis.statistics_split import PRIOR_WEIGHT, Split, best_split
from apexlab_desktop.analysis.types import BoolArray, FloatArray


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
    give_up_chance : float
        Nothing is looked for beyond this chance.
    least_cost_s : float
        Less is not worth a driver's thought [s].
    smoothing_m : float
        Window over speed differences [m].
    edge_share, edge_gap_m : float
        An event ends where the loss per metre falls below this share of its largest for so long.
    """

    least_laps: int = 4
    most_events: int = 8
    incident_chance: float = 1e-3
    give_up_chance: float = 0.5
    least_cost_s: float = 0.03
    smoothing_m: float = 7.0
    edge_share: float = 0.1
    edge_gap_m: float = 15.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Event:
    """One repeated loss.

    Attributes
    ----------
    zone_index : int
        Zone it was told in.
    sign : Sign
        Which sign told it.
    is_bad : ndarray of bool, shape (n_laps,)
    first, last : int
        Where on the grid it costs time.
    cost_s, cost_sigma_s : float
        Mean over the laps that have it, against the mean of those that do not [s].
    chance : float
        Of seeing as much anywhere in the session by the usual scatter.
    lack_mps : ndarray, shape (n_grid,)
        Speed of the laps without it minus that of those with it [m/s].
    """

    zone_index: int
    sign: Sign
    is_bad: BoolArray
    first: int
    last: int
    cost_s: float
    cost_sigma_s: float
    chance: float
    own_chance: float
    lack_mps: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A loss of one lap alone: a mistake, traffic."""

    zone_index: int
    lap_index: int
    cost_s: float


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    field: Field
    config: EventConfig
    values: dict[Sign, FloatArray]
    expected: dict[Sign, FloatArray]


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
    surest division is an event. What it did to the neighbouring zones is then taken out, and the
    search repeated on the rest, so that one fault is one event.
    """
    config = config or EventConfig()
    if len(field.numbers) < config.least_laps or not field.zones:
        return (), ()
    values = signs(field)
    search = _Search(field, config, values, expected_scatter(field, values))
    events: list[Event] = []
    incidents: list[Incident] = []
    n_tests = sum(int(np.isfinite(v).any(axis=0).sum()) for v in values.values())
    for _ in range(6 * config.most_events):
        found = _surest(search)
        if found is None or len(events) == config.most_events:
            break
        k, sign, split = found
        chance = -np.expm1(n_tests * np.log1p(-min(split.chance, 1.0 - 1e-12)))
        if chance > config.give_up_chance:
            break
        if split.n_upper == 1:
            incidents.append(_single(search, k, sign, split))
            continue
        event = _event(search, k, sign, split, float(chance))
        if event.cost_s < config.least_cost_s:
            values[sign][:, k] = np.nan
            continue
        events.append(event)
        _take_out(search, event)
    return tuple(events), tuple(incidents)


def _surest(search: _Search) -> tuple[int, Sign, Split] | None:
    """Return zone, sign and division with the least chance."""
    best: tuple[int, Sign, Split] | None = None
    for sign, values in search.values.items():
        for k in range(values.shape[1]):
            sigma = float(search.expected[sign][k])
            split = best_split(values[:, k], sigma, least_upper=1)
            if split is None:
                continue
            if split.n_upper == 1 and (
                sign is not Sign.LOSS or split.chance > search.config.incident_chance
            ):
                split = best_split(values[:, k], sigma)
            if split is not None and (best is None or split.chance < best[2].chance):
                best = (k, sign, split)
    return best


def _single(search: _Search, k: int, sign: Sign, split: Split) -> Incident:
    """Note a lap that stands out alone, and leave it out of this zone from here on."""
    lap = int(np.flatnonzero(split.is_upper)[0])
    for values in search.values.values():
        values[lap, k] = np.nan
    return Incident(zone_index=k, lap_index=lap, cost_s=split.difference)


def _event(search: _Search, k: int, sign: Sign, split: Split, chance: float) -> Event:
    field, config = search.field, search.config
    is_known = np.isfinite(search.values[sign][:, k])
    is_good = is_known & ~split.is_upper
    is_whole = np.isfinite(field.speed_mps).all(axis=1)
    bad = split.is_upper & is_whole if (split.is_upper & is_whole).any() else split.is_upper
    good = is_good & is_whole if (is_good & is_whole).any() else is_good
    pace = 1.0 / np.maximum(field.speed_mps, 1.0)
    step_m = float(field.distance_m[1] - field.distance_m[0])
    width = max(round(config.smoothing_m / step_m), 1)
    lost = _smooth(np.nan_to_num(_mean(pace, bad) - _mean(pace, good)), width)
    lack = _smooth(np.nan_to_num(_mean(field.speed_mps, good) - _mean(field.speed_mps, bad)), width)
    first, last = _extent(field, k, lost, round(config.edge_gap_m / step_m), config.edge_share)
    cut = slice(first, last + 1)
    per_lap = np.asarray(np.trapezoid(pace[:, cut], field.distance_m[cut], axis=1))
    cost = float(np.nanmean(per_lap[bad]) - np.nanmean(per_lap[good]))
    sigma = _within(per_lap, bad, good, float(search.expected[Sign.LOSS][k]))
    return Event(
        zone_index=k,
        sign=sign,
        is_bad=split.is_upper,
        first=first,
        last=last,
        cost_s=cost,
        cost_sigma_s=sigma * float(np.sqrt(1.0 / bad.sum() + 1.0 / good.sum())),
        chance=chance,
        own_chance=split.own_chance,
        lack_mps=lack,
    )


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


def _extent(field: Field, k: int, lost: FloatArray, gap: int, edge_share: float) -> tuple[int, int]:
    """Return between which places around a zone the loss arises."""
    zones = field.zones
    zone = zones[k]
    low = zones[k - 1].slowest if k else 0
    high = zones[k + 1].slowest if k + 1 < len(zones) else field.distance_m.size - 1
    peak = zone.first + int(np.argmax(lost[zone.first : zone.last + 1]))
    level = edge_share * float(lost[peak])
    is_loss = lost > level
    return _run_end(is_loss, peak, low, -1, gap), _run_end(is_loss, peak, high, 1, gap)


def _run_end(is_loss: BoolArray, start: int, limit: int, way: int, gap: int) -> int:
    """Return the last place of the run through `start`, over gaps shorter than `gap`."""
    here = end = start
    while here != limit:
        here += way
        if is_loss[here]:
            end = here
        elif abs(here - end) > gap:
            break
    return end


def _take_out(search: _Search, event: Event) -> None:
    """Remove what an event did to the signs of the zones it reaches."""
    field = search.field
    for k, zone in enumerate(field.zones):
        reach = min(event.last, zone.last) - max(event.first, zone.first)
        if k != event.zone_index and reach <= 0:
            continue
        for values in search.values.values():
            column = values[:, k]
            bad, good = column[event.is_bad], column[~event.is_bad]
            if np.isfinite(bad).any() and np.isfinite(good).any():
                column[event.is_bad] -= np.nanmean(bad) - np.nanmean(good)
