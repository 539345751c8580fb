"""The values that prove a finding, each with an id that can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.findings_events import Event
from apexlab_desktop.analysis.phases import Field, Zone, elapsed_s
from apexlab_desktop.analysis.types import FloatArray

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Differences between the laps that lose and those that do not; None where unknown.

    Attributes
    ----------
    bad_laps, good_laps : tuple of int
    slowing_earlier_m : float or None
        How much earlier the speed falls before the corner [m].
    slower_mps : float or None
        How much slower the slowest place is [m/s].
    pickup_later_s : float or None
        How much later the speed comes back [s].
    exit_slower_mps : float or None
        How much slower the corner is left [m/s].
    wider_m : float or None
        How much farther out the car is at the apex [m].
    evidence : mapping of str to dict
    """

    bad_laps: tuple[int, ...]
    good_laps: tuple[int, ...]
    slowing_earlier_m: float | None
    slower_mps: float | None
    pickup_later_s: float | None
    exit_slower_mps: float | None
    wider_m: float | None
    evidence: Mapping[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """A cost by where it arises; the four sum to it [s].

    Attributes
    ----------
    approach_s : float
        Before the corner.
    entry_s, exit_s : float
        In it, before and behind its slowest place.
    straight_s : float
        Behind it: what a slow exit costs.
    """

    approach_s: float
    entry_s: float
    exit_s: float
    straight_s: float


def phases_of(field: Field, event: Event, corner: Corner, cost_s: float) -> Phases:
    """Return the cost of an event by phases of the corner to blame.

    Parameters
    ----------
    field : Field
    event : Event
    corner : Corner
    cost_s : float
        To be shared out [s].
    """
    entry, leave = _ends(_zone_of(field, corner), corner)
    typical = field.typical_mps[entry : leave + 1]
    slowest = entry + int(np.argmin(typical))
    steps = event.lost_spm * np.gradient(field.distance_m)
    bounds = [event.first, *np.clip([entry, slowest, leave], event.first, event.last), event.last]
    parts = [float(np.sum(steps[a:b])) for a, b in pairwise(bounds)]
    total = sum(parts)
    scale = cost_s / total if total > 0.0 else 0.0
    approach, into, out, straight = (part * scale for part in parts)
    return Phases(approach_s=approach, entry_s=into, exit_s=out, straight_s=straight)


def prove(field: Field, event: Event, corner: Corner) -> Proof:
    """Return the proof of an event at a corner.

    Parameters
    ----------
    field : Field
    event : Event
    corner : Corner
        The one to blame.
    """
    zone = _zone_of(field, corner)
    values = _values(field, zone, corner, event)
    is_known = np.isfinite(values["loss_time"])
    bad = event.is_bad & is_known
    good = event.is_good & is_known
    apart = {name: _apart(row, bad, good) for name, row in values.items()}
    numbers = np.array(field.numbers)
    evidence = {
        f"corner:{corner.id}:{name}": _entry(name, row, field.numbers, bad, good)
        for name, row in values.items()
        if apart[name] is not None
    }
    level = float(np.mean(values["loss_time"][good]))
    for lap, time_s in zip(numbers[bad].tolist(), values["loss_time"][bad].tolist(), strict=True):
        evidence[f"lap:{lap}:{corner.id}"] = {
            "quantity": "time_loss",
            "unit": "s",
            "lap": lap,
            "corner_id": corner.id,
            "value": time_s - level,
        }
    earlier, later = apart["slowing_point"], apart["pickup_point"]
    slower, leaving = apart["min_speed"], apart["exit_speed"]
    return Proof(
        bad_laps=tuple(numbers[bad].tolist()),
        good_laps=tuple(numbers[good].tolist()),
        slowing_earlier_m=None if earlier is None else -earlier,
        slower_mps=None if slower is None else -slower,
        pickup_later_s=None if later is None else later / zone.least_mps,
        exit_slower_mps=None if leaving is None else -leaving,
        wider_m=apart["offset_outwards"],
        evidence=evidence,
    )


_UNITS = {
    "loss_time": "s",
    "segment_time": "s",
    "min_speed": "m/s",
    "exit_speed": "m/s",
    "slowing_point": "m",
    "pickup_point": "m",
    "offset_outwards": "m",
}


def _zone_of(field: Field, corner: Corner) -> Zone:
    """Return the zone the corner lies in."""
    for zone in field.zones:
        if zone.corner is corner or any(one is corner for one, _, _ in zone.passing):
            return zone
    return field.zones[0]


def _ends(zone: Zone, corner: Corner) -> tuple[int, int]:
    for one, a, b in zone.passing:
        if one is corner:
            return a, b
    return zone.entry, zone.exit


def _values(field: Field, zone: Zone, corner: Corner, event: Event) -> dict[str, FloatArray]:
    """Return what each lap did, shape (n_laps,) each, NaN where unknown."""
    entry, leave = _ends(zone, corner)
    elapsed = elapsed_s(field)
    apex = min(int(np.searchsorted(field.distance_m, corner.apex_m)), field.distance_m.size - 1)
    offset = field.offset_m[:, apex]
    inside = field.speed_mps[:, entry : leave + 1]
    return {
        "loss_time": elapsed[:, event.last] - elapsed[:, event.first],
        "segment_time": field.time_s[:, leave] - field.time_s[:, entry],
        "min_speed": np.min(inside, axis=1),
        "exit_speed": field.speed_mps[:, leave],
        "slowing_point": _crossings(field, zone, is_way_in=True),
        "pickup_point": _crossings(field, zone, is_way_in=False),
        "offset_outwards": -offset if corner.direction == "left" else offset,
    }


def _crossings(field: Field, zone: Zone, *, is_way_in: bool) -> FloatArray:
    """Return where each lap has lost, or won back, half of what the typical lap does there [m]."""
    top = zone.top_in_mps if is_way_in else zone.top_out_mps
    level = zone.least_mps + _HALF * (top - zone.least_mps)
    cut = slice(zone.first, zone.slowest + 1) if is_way_in else slice(zone.slowest, zone.last + 1)
    at_m = field.distance_m[cut]
    found = np.full(len(field.numbers), np.nan)
    for k, speed in enumerate(field.speed_mps[:, cut]):
        above = np.flatnonzero(speed >= level)
        if above.size == 0:
            continue
        i = int(above[-1]) if is_way_in else int(above[0])
        j = i + 1 if is_way_in else i - 1
        if 0 <= j < at_m.size:
            share = (speed[i] - level) / (speed[i] - speed[j])
            found[k] = at_m[i] + share * (at_m[j] - at_m[i])
    return found


def _apart(
    row: FloatArray, bad: np.typing.NDArray[np.bool_], good: np.typing.NDArray[np.bool_]
) -> float | None:
    """Return mean of the bad minus mean of the good laps, None where either is unknown."""
    one, other = row[bad], row[good]
    one, other = one[np.isfinite(one)], other[np.isfinite(other)]
    if one.size == 0 or other.size == 0:
        return None
    return float(np.mean(one) - np.mean(other))


def _entry(
    name: str,
    row: FloatArray,
    numbers: tuple[int, ...],
    bad: np.typing.NDArray[np.bool_],
    good: np.typing.NDArray[np.bool_],
) -> dict[str, Any]:
    """Return one value of evidence: per lap, and the difference of the groups' means."""
    return {
        "quantity": name,
        "unit": _UNITS[name],
        "laps": {str(n): float(v) for n, v in zip(numbers, row, strict=True) if np.isfinite(v)},
        "difference": _apart(row, bad, good),
    }
