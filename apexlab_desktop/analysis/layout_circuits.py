"""Which well-known circuit a lap was driven on, before the library knows any layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apexlab_desktop.analysis.layout_match import (
    DEFAULT_MATCH,
    LayoutMatchConfig,
    centre_of,
    distance_between,
    trust_in,
)
from apexlab_desktop.analysis.layout_values import Circuit, LapShape

SHORTEST_CIRCUIT_M = 1_200.0
"""Shorter laps beside a circuit whose length the list does not tell are on a kart track."""
VENUE_REACH_M = 1_000.0
"""So near the middle of a circuit one is at that venue, whatever layout was driven."""
VENUE_SHARE = 0.6
"""Without a lap a venue is believed within this share of the reach of the list (3 km)."""
SHORTEST_SHARE = 0.5
"""A lap of less than this share of the shortest layout in the list is on a track beside it."""
DRIVEN_SHARE = 0.99
"""Circuits state the middle of their road; cars cut its corners."""
_UNKNOWN_LENGTH, _UNKNOWN_DIRECTION = 0.65, 0.95
"""What is left of the confidence where the list does not say."""
_NEAR_DEG = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitMatch:
    """Which well-known circuit a place is.

    Attributes
    ----------
    circuit : Circuit or None
        None where several fit, or none does.
    venue : str
        Known also where none of its layouts in the list fits; empty elsewhere.
    country : str
    confidence : float
    is_reversed : bool
        Driven against the direction of the circuit.
    candidates : tuple of Circuit
        All that fit, best first.
    """

    circuit: Circuit | None = None
    venue: str = ""
    country: str = ""
    confidence: float = 0.0
    is_reversed: bool = False
    candidates: tuple[Circuit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Near:
    circuit: Circuit
    distance_m: float
    trust: float
    is_reversed: bool


def match_circuits(
    shape: LapShape, circuits: Sequence[Circuit], config: LayoutMatchConfig = DEFAULT_MATCH
) -> CircuitMatch:
    """Return which well-known circuit a lap was driven on.

    Parameters
    ----------
    shape : LapShape
    circuits : sequence of Circuit
    config : LayoutMatchConfig

    Returns
    -------
    CircuitMatch
        A layout only where length and direction say which; else the venue alone, where there is
        but one near.
    """
    near = _near(shape, circuits, config)
    fitting = [one for one in near if one.trust > 0.0 and not one.is_reversed]
    fitting = fitting or [one for one in near if one.trust > 0.0]
    venues = {one.circuit.name for one in near}
    if not fitting:
        return _at_venue(shape, near) if len(venues) == 1 else CircuitMatch()
    best = fitting[0]
    is_sure = best.trust >= config.sure
    if len(fitting) > 1 and fitting[1].trust >= (1.0 - config.apart) * best.trust:
        is_sure = False
    fitting_venues = {one.circuit.name for one in fitting}
    is_venue_known = is_sure or len(fitting_venues) == 1
    return CircuitMatch(
        circuit=best.circuit if is_sure else None,
        venue=best.circuit.name if is_venue_known else "",
        country=best.circuit.country,
        confidence=best.trust,
        is_reversed=best.is_reversed,
        candidates=tuple(one.circuit for one in fitting),
    )


def _near(shape: LapShape, circuits: Sequence[Circuit], config: LayoutMatchConfig) -> list[_Near]:
    """Return the circuits around a lap, best first."""
    lat_deg, lon_deg = centre_of(shape)
    found = []
    for circuit in circuits:
        if abs(circuit.lat_deg - lat_deg) > _NEAR_DEG:
            continue
        far_m = distance_between(lat_deg, lon_deg, circuit.lat_deg, circuit.lon_deg)
        if far_m <= config.centre_m:
            trust, is_reversed = _trust(shape, circuit, far_m, config)
            found.append(
                _Near(circuit=circuit, distance_m=far_m, trust=trust, is_reversed=is_reversed)
            )
    return sorted(found, key=lambda one: (-one.trust, one.circuit.key))


def _trust(
    shape: LapShape, circuit: Circuit, far_m: float, config: LayoutMatchConfig
) -> tuple[float, bool]:
    """Return the confidence, and whether the lap goes against the circuit's direction."""
    trust = trust_in(far_m / config.centre_m)
    if circuit.length_m is None:
        if shape.length_m < SHORTEST_CIRCUIT_M:
            return 0.0, False
        trust *= _UNKNOWN_LENGTH
    else:
        ratio = shape.length_m / circuit.length_m
        if abs(ratio - 1.0) > config.length_ratio:
            return 0.0, False
        trust *= trust_in((ratio / DRIVEN_SHARE - 1.0) / config.length_ratio)
    if not circuit.direction or not shape.direction:
        return trust * _UNKNOWN_DIRECTION, False
    return trust, circuit.direction != shape.direction


def _at_venue(shape: LapShape, near: Sequence[_Near]) -> CircuitMatch:
    """Return the venue whose list has no layout of this length; nothing for a track beside it."""
    lengths_m = [one.circuit.length_m for one in near if one.circuit.length_m is not None]
    is_there = min(one.distance_m for one in near) <= VENUE_REACH_M
    is_long = bool(lengths_m) and shape.length_m >= SHORTEST_SHARE * min(lengths_m)
    if not is_there or not is_long:
        return CircuitMatch()
    circuit = near[0].circuit
    return CircuitMatch(
        venue=circuit.name, country=circuit.country, candidates=tuple(one.circuit for one in near)
    )


def venue_at(
    lat_deg: float,
    lon_deg: float,
    circuits: Sequence[Circuit],
    config: LayoutMatchConfig = DEFAULT_MATCH,
) -> CircuitMatch:
    """Return the venue at a place where no lap tells more; nothing where several are near.

    Parameters
    ----------
    lat_deg, lon_deg : float
        Where most of a session was driven [deg].
    circuits : sequence of Circuit
    config : LayoutMatchConfig
    """
    reach_m = VENUE_SHARE * config.centre_m
    near = [
        circuit
        for circuit in circuits
        if abs(circuit.lat_deg - lat_deg) <= _NEAR_DEG
        and distance_between(lat_deg, lon_deg, circuit.lat_deg, circuit.lon_deg) <= reach_m
    ]
    if len({circuit.name for circuit in near}) != 1:
        return CircuitMatch(candidates=tuple(near))
    return CircuitMatch(venue=near[0].name, country=near[0].country, candidates=tuple(near))
