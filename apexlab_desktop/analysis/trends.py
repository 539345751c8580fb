"""Several sessions at one layout: does it get better, and where does it not? (analysis.md 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.statistics_slopes import Slope, theil_sen

LENGTH_TOLERANCE = 0.03
LEAST_QUALITY = 40.0
LEAST_SESSIONS = 2
LEAST_FOR_STAGNATION = 3
STAGNATION_S = 0.3
CORNER_STAGNATION_S = 0.05
"""A third of a second in one corner would be huge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One session as the trends keep it; None where it was not known.

    Attributes
    ----------
    session_id : str
    start_time_utc : datetime
    layout_id : str
    length_m : float
        Of a lap [m].
    is_wet : bool
    quality : float or None
        0 to 100.
    best_s, top3_mean_s, mean_s, std_s : float or None
        Of the laps that count [s].
    consistency_score, theoretical_s, composite_s : float or None
    corner_best_s : mapping of str to float
        Best time through each corner [s].
    corner_min_speed_mps, corner_brake_std_m : mapping of str to float
    n_flow_laps : int
    trail_share : float or None
        Share of graded corners with trail braking at B or better.
    grades : mapping of str to str
        Corner id to the letter of its least speed.
    """

    session_id: str
    start_time_utc: datetime
    layout_id: str
    length_m: float
    is_wet: bool = False
    quality: float | None = None
    best_s: float | None = None
    top3_mean_s: float | None = None
    mean_s: float | None = None
    std_s: float | None = None
    consistency_score: float | None = None
    theoretical_s: float | None = None
    composite_s: float | None = None
    corner_best_s: Mapping[str, float] = field(default_factory=dict)
    corner_min_speed_mps: Mapping[str, float] = field(default_factory=dict)
    corner_brake_std_m: Mapping[str, float] = field(default_factory=dict)
    n_flow_laps: int = 0
    trail_share: float | None = None
    grades: Mapping[str, str] = field(default_factory=dict)


class Direction(StrEnum):
    """Which way it goes; told only if the interval excludes 0."""

    IMPROVING = "improving"
    DECLINING = "declining"
    STEADY = "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendResult:
    """The trend of the best lap, and the corners in all sessions.

    Attributes
    ----------
    session_ids : tuple of str
        In the order driven.
    has_sufficient_data : bool
    reasons : tuple of str
    best_lap : Slope or None
        [s per session]
    direction : Direction or None
    corners : mapping of str to Slope
        Of the best time through corners that all sessions have [s per session].
    """

    session_ids: tuple[str, ...]
    has_sufficient_data: bool
    reasons: tuple[str, ...] = ()
    best_lap: Slope | None = None
    direction: Direction | None = None
    corners: Mapping[str, Slope] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stagnation:
    """Whether a driver has stopped getting quicker.

    Attributes
    ----------
    is_stagnating : bool or None
        None where there are too few sessions.
    improvement_s : float or None
        Best of the earlier sessions minus best of the last three [s].
    corners : tuple of str
        Corners whose best has not fallen in the last two sessions.
    reasons : tuple of str
    """

    is_stagnating: bool | None
    improvement_s: float | None = None
    corners: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def comparable(
    snapshots: Sequence[Snapshot], *, with_poor: bool = False
) -> tuple[tuple[Snapshot, ...], tuple[str, ...]]:
    """Return the sessions that can be compared with the last, in order, and why others cannot."""
    ordered = sorted(snapshots, key=lambda one: one.start_time_utc)
    if not ordered:
        return (), ()
    last = ordered[-1]
    kept: list[Snapshot] = []
    reasons: list[str] = []
    for one in ordered:
        reason = _why_not(one, last, with_poor=with_poor)
        if reason:
            reasons.append(f"{one.session_id}: {reason}")
        else:
            kept.append(one)
    return tuple(kept), tuple(reasons)


def _why_not(one: Snapshot, last: Snapshot, *, with_poor: bool) -> str:
    if one.layout_id != last.layout_id:
        return "another layout"
    if abs(one.length_m - last.length_m) > LENGTH_TOLERANCE * last.length_m:
        return "laps of another length"
    if one.best_s is None:
        return "no clean lap"
    if one.quality is not None and one.quality < LEAST_QUALITY and not with_poor:
        return "poor data"
    return ""


def trend(snapshots: Sequence[Snapshot], *, with_poor: bool = False) -> TrendResult:
    """Return how the best lap and the corners develop.

    Parameters
    ----------
    snapshots : sequence of Snapshot
    with_poor : bool
        Count sessions with poor data too.
    """
    kept, reasons = comparable(snapshots, with_poor=with_poor)
    ids = tuple(one.session_id for one in kept)
    if len(kept) < LEAST_SESSIONS:
        reason = f"a trend needs {LEAST_SESSIONS} sessions, there are {len(kept)}"
        return TrendResult(session_ids=ids, has_sufficient_data=False, reasons=(*reasons, reason))
    best = np.array([one.best_s for one in kept], dtype=np.float64)
    order = np.arange(float(len(kept)))
    slope = theil_sen(order, best)
    shared = [c for c in kept[0].corner_best_s if all(c in one.corner_best_s for one in kept)]
    corners = {
        corner: theil_sen(order, np.array([one.corner_best_s[corner] for one in kept]))
        for corner in shared
    }
    return TrendResult(
        session_ids=ids,
        has_sufficient_data=True,
        reasons=reasons,
        best_lap=slope,
        direction=direction_of(slope),
        corners=corners,
    )


def direction_of(slope: Slope) -> Direction | None:
    """Return the direction of a slope of times, None where it has no interval yet."""
    if slope.low is None or slope.high is None:
        return None
    if not slope.is_real:
        return Direction.STEADY
    return Direction.IMPROVING if slope.high < 0.0 else Direction.DECLINING


def stagnation(snapshots: Sequence[Snapshot]) -> Stagnation:
    """Return whether the last three dry sessions brought less than 0.3 s over those before.

    Parameters
    ----------
    snapshots : sequence of Snapshot
    """
    kept, _ = comparable([one for one in snapshots if not one.is_wet])
    if len(kept) < LEAST_FOR_STAGNATION:
        reason = f"needs {LEAST_FOR_STAGNATION} dry sessions, there are {len(kept)}"
        return Stagnation(is_stagnating=None, reasons=(reason,))
    earlier, last = kept[:-3] or kept[:1], kept[-3:]
    improvement = _least(earlier) - _least(last)
    return Stagnation(
        is_stagnating=improvement < STAGNATION_S,
        improvement_s=improvement,
        corners=_stagnant_corners(kept),
    )


def _least(snapshots: Sequence[Snapshot]) -> float:
    return min(one.best_s for one in snapshots if one.best_s is not None)


def _stagnant_corners(kept: Sequence[Snapshot]) -> tuple[str, ...]:
    """Return corners whose best of the last two sessions is no better than that before."""
    found: list[str] = []
    for corner in kept[0].corner_best_s:
        times = [one.corner_best_s.get(corner) for one in kept]
        known = [t for t in times if t is not None]
        if len(known) < LEAST_FOR_STAGNATION:
            continue
        if min(known[:-2]) - min(known[-2:]) < CORNER_STAGNATION_S:
            found.append(corner)
    return tuple(found)
