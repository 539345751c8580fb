"""What a driver reached for the first time (analysis.md 17)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.trends import Snapshot, comparable

CONSISTENCY_STEP = 10.0
BARRIER_S = 5.0
LEAST_BARRIER_S, MOST_BARRIER_S = 60.0, 180.0
TRAIL_UNLOCKED = 0.5


class MilestoneKind(StrEnum):
    """What was reached."""

    PERSONAL_BEST = "pb"
    CONSISTENCY = "consistency"
    SUB_THRESHOLD = "sub_threshold"
    CORNER_GRADE = "corner_grade"
    TRAIL_BRAKING = "trail_braking"
    FLOW_LAP = "flow_lap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One of them.

    Attributes
    ----------
    session_id : str
    kind : MilestoneKind
    value : float
        New best [s], points of consistency gained, barrier [s], or a count.
    corner_id : str
        Of a corner's grade, else empty.
    """

    session_id: str
    kind: MilestoneKind
    value: float
    corner_id: str = ""


def milestones(snapshots: Sequence[Snapshot]) -> tuple[Milestone, ...]:
    """Return what each session reached that none before it had; the first reaches nothing.

    Parameters
    ----------
    snapshots : sequence of Snapshot
        Those of other layouts than the last one's are left out.
    """
    kept, _ = comparable(snapshots)
    found: list[Milestone] = []
    for index, one in enumerate(kept[1:], 1):
        found.extend(_of_session(one, kept[:index]))
    return tuple(found)


def _of_session(one: Snapshot, before: Sequence[Snapshot]) -> list[Milestone]:
    found: list[Milestone] = []
    best_before = min(s.best_s for s in before if s.best_s is not None)
    if one.best_s is not None and one.best_s < best_before:
        found.append(_milestone(one, MilestoneKind.PERSONAL_BEST, one.best_s))
        barrier = barrier_broken(best_before, one.best_s)
        if barrier is not None:
            found.append(_milestone(one, MilestoneKind.SUB_THRESHOLD, barrier))
    previous = before[-1].consistency_score
    if one.consistency_score is not None and previous is not None:
        rise = one.consistency_score - previous
        if rise >= CONSISTENCY_STEP:
            found.append(_milestone(one, MilestoneKind.CONSISTENCY, rise))
    found.extend(_grades(one, before[-1]))
    found.extend(_firsts(one, before))
    return found


def barrier_broken(before_s: float, now_s: float) -> float | None:
    """Return the tightest multiple of 5 s that the new best is the first to be under [s]."""
    tightest = BARRIER_S * (math.floor(now_s / BARRIER_S) + 1)
    is_new = now_s < tightest <= before_s
    return tightest if is_new and LEAST_BARRIER_S <= tightest <= MOST_BARRIER_S else None


def _grades(one: Snapshot, before: Snapshot) -> list[Milestone]:
    order = "FDCBA"
    return [
        _milestone(one, MilestoneKind.CORNER_GRADE, float(order.index(now) - order.index(was)), c)
        for c, now in one.grades.items()
        if (was := before.grades.get(c)) in tuple(order)
        and now in tuple(order)
        and order.index(now) > order.index(was)
    ]


def _firsts(one: Snapshot, before: Sequence[Snapshot]) -> list[Milestone]:
    found: list[Milestone] = []
    if one.n_flow_laps and not any(s.n_flow_laps for s in before):
        found.append(_milestone(one, MilestoneKind.FLOW_LAP, float(one.n_flow_laps)))
    share = one.trail_share
    if share is not None and share >= TRAIL_UNLOCKED:
        known = [s.trail_share for s in before if s.trail_share is not None]
        if known and max(known) < TRAIL_UNLOCKED:
            found.append(_milestone(one, MilestoneKind.TRAIL_BRAKING, share))
    return found


def _milestone(one: Snapshot, kind: MilestoneKind, value: float, corner_id: str = "") -> Milestone:
    return Milestone(session_id=one.session_id, kind=kind, value=value, corner_id=corner_id)
