"""How a driver drives: level by votes, axes and archetype with their evidence (analysis.md 22).

Nothing here is a verdict on a person: no truth exists to hold it against (algorithms.md 12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

LEAST_CORNERS = 3
LEAST_LAPS = 4
MIXED_MARGIN = 0.5


class SkillLevel(StrEnum):
    """Level, lowest first."""

    NOVICE = "novice"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What the level is told from; None where it is not known.

    Attributes
    ----------
    lap_cv_pct : float or None
        Spread of the lap times [%].
    brake_std_m, throttle_std_m : float or None
        Mean over the corners of the deviation of brake point and full throttle [m].
    min_speed_std_mph : float or None
        The same of the least speed [mph].
    peak_brake_share : float or None
        Strongest braking as a share of what the tyre can do: its compound's mu, not a fixed g.
    speed_utilisation_pct : float or None
        Of the possible speed in corners [%].
    """

    lap_cv_pct: float | None = None
    brake_std_m: float | None = None
    throttle_std_m: float | None = None
    min_speed_std_mph: float | None = None
    peak_brake_share: float | None = None
    speed_utilisation_pct: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """The level with the votes that made it.

    Attributes
    ----------
    level : SkillLevel or None
    confidence : float or None
        Share of the most common vote.
    votes : mapping of str to SkillLevel
    is_declared : bool
        The driver's own word was kept.
    reasons : tuple of str
    """

    level: SkillLevel | None
    confidence: float | None = None
    votes: Mapping[str, SkillLevel]
    is_declared: bool = False
    reasons: tuple[str, ...] = ()


_BOUNDS = {
    "lap_cv_pct": (3.0, 1.5),
    "brake_std_m": (12.0, 5.0),
    "min_speed_std_mph": (4.0, 2.0),
    "peak_brake_share": (0.5, 0.8),
    "throttle_std_m": (15.0, 8.0),
    "speed_utilisation_pct": (85.0, 93.0),
}
"""Novice bound and advanced bound; where the second is larger, more is better."""
_ORDER = tuple(SkillLevel)


def skill_of(
    measures: Measures,
    *,
    n_corners: int,
    n_laps: int,
    declared: SkillLevel | None = None,
    why_not: str = "",
) -> Skill:
    """Return the level.

    Parameters
    ----------
    measures : Measures
    n_corners, n_laps : int
        Behind the measures.
    declared : SkillLevel, optional
        The driver's own word: kept unless the votes are clear against it.
    why_not : str
        Why the data carry no level, empty if they may.

    Notes
    -----
    Every known measure votes; the mean vote decides at 0.5 and 1.5. A declared level is overruled
    at a confidence of 0.7 with two levels between, and met half way at 0.5.
    """
    if why_not:
        return Skill(level=declared, votes={}, is_declared=declared is not None, reasons=(why_not,))
    if n_corners < LEAST_CORNERS or n_laps < LEAST_LAPS:
        needed = f"a level needs {LEAST_CORNERS} corners and {LEAST_LAPS} clean laps"
        return Skill(
            level=declared,
            votes={},
            is_declared=declared is not None,
            reasons=(f"{needed}, there are {n_corners} and {n_laps}",),
        )
    votes = {
        name: _vote(value, *bounds)
        for name, bounds in _BOUNDS.items()
        if (value := getattr(measures, name)) is not None
    }
    if not votes:
        return Skill(level=declared, votes={}, reasons=("nothing to vote with was measured",))
    ranks = [_ORDER.index(vote) for vote in votes.values()]
    mean = sum(ranks) / len(ranks)
    confidence = max(ranks.count(k) for k in range(3)) / len(ranks)
    found = 0 if mean < 0.5 else (1 if mean < 1.5 else 2)
    level, is_declared = _with_declared(found, confidence, declared)
    return Skill(level=level, confidence=confidence, votes=votes, is_declared=is_declared)


def _vote(value: float, novice: float, advanced: float) -> SkillLevel:
    if novice < advanced:
        value, novice, advanced = -value, -novice, -advanced
    if value > novice:
        return SkillLevel.NOVICE
    return SkillLevel.ADVANCED if value < advanced else SkillLevel.INTERMEDIATE


def _with_declared(
    found: int, confidence: float, declared: SkillLevel | None
) -> tuple[SkillLevel, bool]:
    if declared is None:
        return _ORDER[found], False
    said = _ORDER.index(declared)
    if confidence >= 0.7 and abs(found - said) == 2:
        return _ORDER[found], False
    if confidence >= 0.5:
        return _ORDER[round(0.5 * (found + said) + 1e-9)], found == said
    return declared, True


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """How a driver drives, each 0 to 1; None where it is not known.

    Attributes
    ----------
    brake_timing : float or None
        0 brakes 20 m before the optimal place, 0.5 there, 1 as far behind it.
    brake_force, coasting, consistency, speed_utilisation, throttle_aggression, trail : float
        or None
    """

    brake_timing: float | None = None
    brake_force: float | None = None
    coasting: float | None = None
    consistency: float | None = None
    speed_utilisation: float | None = None
    throttle_aggression: float | None = None
    trail: float | None = None


def brake_timing(actual_m: float, optimal_m: float | None) -> float | None:
    """Return 0 to 1 of how late the brakes go on, None without a valid optimum.

    Stations grow in driving direction: braking behind the optimal place is late, above 0.5.
    """
    if optimal_m is None:
        return None
    return float(np.clip(0.5 + 0.5 * (actual_m - optimal_m) / 20.0, 0.0, 1.0))


_PROTOTYPES: dict[str, Axes] = {
    "early_braker": Axes(brake_timing=0.2, brake_force=0.45, coasting=0.4),
    "late_braker": Axes(brake_timing=0.8, brake_force=0.85, coasting=0.15),
    "coaster": Axes(coasting=0.85, throttle_aggression=0.3, speed_utilisation=0.5),
    "smooth_operator": Axes(consistency=0.9, throttle_aggression=0.5, coasting=0.2),
    "aggressive_rotator": Axes(throttle_aggression=0.9, brake_force=0.8, consistency=0.5),
    "conservative_liner": Axes(speed_utilisation=0.4, throttle_aggression=0.3, consistency=0.7),
    "trail_brazer": Axes(trail=0.9, brake_force=0.7, coasting=0.1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """The nearest prototype, `mixed` if none is clearly nearest, with all distances."""

    name: str | None
    distances: Mapping[str, float]
    reasons: tuple[str, ...] = ()


def archetype_of(axes: Axes, scale: float = 0.2) -> Archetype:
    """Return the prototype a driver is nearest to.

    Parameters
    ----------
    axes : Axes
    scale : float
        Standard deviation of an axis: the nearest must lead by half of it.
    """
    distances: dict[str, float] = {}
    for name, prototype in _PROTOTYPES.items():
        apart = [
            (getattr(axes, axis) - wanted) / scale
            for axis in Axes.__slots__
            if (wanted := getattr(prototype, axis)) is not None and getattr(axes, axis) is not None
        ]
        if len(apart) >= 2:
            distances[name] = float(np.sqrt(np.mean(np.square(apart))))
    if not distances:
        return Archetype(name=None, distances={}, reasons=("too few axes are known",))
    ranked = sorted(distances, key=lambda name: distances[name])
    is_clear = len(ranked) == 1 or (distances[ranked[1]] - distances[ranked[0]] > MIXED_MARGIN)
    return Archetype(name=ranked[0] if is_clear else "mixed", distances=distances)
