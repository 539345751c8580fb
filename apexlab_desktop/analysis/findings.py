"""The debrief: what to change, where, what it costs, how sure that is, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.findings_causes import Cause, cause_of
from apexlab_desktop.analysis.findings_events import (
    Event,
    EventConfig,
    Incident,
    find_events,
    with_cost_by_places,
)
from apexlab_desktop.analysis.findings_evidence import Phases, Proof, phases_of, prove
from apexlab_desktop.analysis.findings_words import Level, words
from apexlab_desktop.analysis.phases import Field, field_of
from apexlab_desktop.analysis.receiver_rate import too_slow
from apexlab_desktop.analysis.types import ComparedLap, FloatArray

BAND_90 = 1.78
"""Student's 95 % point with the twelve degrees of freedom that scatters here usually have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsConfig:
    """When a loss is told.

    Attributes
    ----------
    most : int
        Findings that are told.
    least_confidence : float
        Below this a finding is not told.
    significant_confidence : float
        From here it is called significant.
    """

    most: int = 3
    least_confidence: float = 0.1
    significant_confidence: float = 0.95


class Confidence(StrEnum):
    """Confidence as a word."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to change.

    Attributes
    ----------
    rank : int
        From 1.
    corner_id, corner_number, corner_name : str
    kind : Cause
    time_cost_s : float
        Lost on each of `laps` against the same driver's `good_laps` through the same corner, the
        straight behind it included [s].
    time_cost_low_s, time_cost_high_s : float
        Its 90 % interval [s].
    cost_per_lap_s : float
        The same spread over all laps that count: what the ranking goes by [s].
    confidence : float
        Probability that it is no accident of the usual scatter, over everything looked at.
    confidence_word : Confidence
    is_significant : bool
    phases : Phases
        The cost by where it arises.
    from_m, to_m : float
        Where the time is lost [m].
    laps, good_laps : tuple of int
        On which laps, and on which not.
    evidence : tuple of str
        Ids that resolve in the evidence of the same result.
    text : str
    """

    rank: int
    corner_id: str
    corner_number: str
    corner_name: str
    kind: Cause
    time_cost_s: float
    time_cost_low_s: float
    time_cost_high_s: float
    cost_per_lap_s: float
    confidence: float
    confidence_word: Confidence
    is_significant: bool
    phases: Phases
    from_m: float
    to_m: float
    laps: tuple[int, ...]
    good_laps: tuple[int, ...]
    evidence: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A loss on one lap alone: nothing to train, but it explains the lap."""

    lap: int
    corner_id: str
    time_cost_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is told, or why nothing is.

    Attributes
    ----------
    findings : tuple of Finding
    reasons : tuple of str
        Why there are fewer than three.
    against : str
        What costs are measured against.
    limits : str
        What such a comparison cannot show.
    mistakes : tuple of Mistake
    evidence : mapping of str to dict
        Values behind the findings, by id.
    """

    findings: tuple[Finding, ...]
    reasons: tuple[str, ...] = ()
    against: str = "your own better laps through the same corner"
    limits: str = (
        "what you do on every lap shows in no difference between your laps: see the optimal lap"
    )
    mistakes: tuple[Mistake, ...] = ()
    evidence: Mapping[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the data can be told in.

    Attributes
    ----------
    level : Level
    has_brake, has_throttle : bool
        Pedals were recorded; without, no word about them.
    rate_hz : float or None
        Of the receiver [Hz].
    quality_score : float or None
        Of the recording, 0 to 100.
    """

    level: Level = Level.INTERMEDIATE
    has_brake: bool = False
    has_throttle: bool = False
    rate_hz: float | None = None
    quality_score: float | None = None


def find(
    laps: Sequence[ComparedLap],
    distance_m: FloatArray,
    corners: Sequence[Corner],
    told: Told | None = None,
    *,
    most_total_s: float | None = None,
    config: FindingsConfig | None = None,
) -> Findings:
    """Return the findings of a session, the costliest first.

    Parameters
    ----------
    laps : sequence of ComparedLap
        Those that count.
    distance_m : ndarray, shape (n_grid,)
        [m]
    corners : sequence of Corner
    told : Told, optional
    most_total_s : float, optional
        Mean lap minus sum of bests: all costs together are never more [s].
    config : FindingsConfig, optional

    Notes
    -----
    A driver is compared with himself. What he does on every lap shows in no difference between
    laps; that takes the physics (the optimal lap) or other drivers.
    """
    told, config = told or Told(), config or FindingsConfig()
    reason = _why_not(laps, corners, told)
    if reason:
        return Findings(findings=(), reasons=(reason,))
    ground = field_of(laps, distance_m, corners)
    events, incidents = find_events(ground)
    ranked = _ranked(ground, events, config)
    share = _fitting_share([event for event, _, _ in ranked], most_total_s)
    findings: list[Finding] = []
    evidence: dict[str, dict[str, Any]] = {}
    for event, corner, cause in ranked:
        proof = prove(ground, event, corner)
        one = _finding(ground, event, corner, cause, proof, config, share)
        findings.append(replace(one, rank=len(findings) + 1, text=words(one, proof, told)))
        evidence |= proof.evidence
    return Findings(
        findings=tuple(findings),
        reasons=_why_few(findings, ground, config),
        mistakes=tuple(_mistake(ground, one) for one in incidents),
        evidence=evidence,
    )


def _ranked(
    ground: Field, events: Sequence[Event], config: FindingsConfig
) -> list[tuple[Event, Corner, Cause]]:
    """Return the costliest events with corner and cause; of each corner only the surest."""
    of_corner: dict[str, tuple[Event, Corner, Cause]] = {}
    for one in events:
        event = one
        if 1.0 - event.chance < config.least_confidence:
            continue
        corner, cause = cause_of(ground, event)
        if cause is Cause.WIDE:
            event = with_cost_by_places(ground, event)
        known = of_corner.get(corner.id)
        if known is None or event.chance < known[0].chance:
            of_corner[corner.id] = (event, corner, cause)
    return sorted(of_corner.values(), key=lambda one: -_score(one[0]))[: config.most]


def _score(event: Event) -> float:
    """Return what an event costs per lap that counts, times the probability that it is real [s]."""
    return event.cost_s * float(np.mean(event.is_bad)) * (1.0 - event.chance)


def _why_not(laps: Sequence[ComparedLap], corners: Sequence[Corner], told: Told) -> str:
    """Return why the data carry no finding, empty if they may."""
    least = EventConfig().least_laps
    if len(laps) < least:
        return f"findings need {least} clean laps, there are {len(laps)}"
    if not corners:
        return "without positions no corners are known"
    return too_slow(told.rate_hz, "corners")


def _why_few(findings: Sequence[Finding], ground: Field, config: FindingsConfig) -> tuple[str, ...]:
    """Return why fewer findings stand than could be told."""
    standing = sum(finding.is_significant for finding in findings)
    if standing == config.most:
        return ()
    if len(findings) > standing > 0:
        return ("the rest may still be chance: it is within your usual scatter",)
    if standing:
        return ("nothing else repeats beyond your usual scatter",)
    total = ground.time_s[:, -1]
    spread = float(np.std(total[np.isfinite(total)]))
    nothing = "nothing repeats for sure: your laps differ more than your corners do"
    return (f"{nothing} (spread {spread:.2f}\u00a0s)",)


def _fitting_share(events: Sequence[Event], most_total_s: float | None) -> float:
    """Return the factor that keeps all costs together within what can be gained."""
    total = sum(event.cost_s for event in events)
    if most_total_s is None or total <= most_total_s or total <= 0.0:
        return 1.0
    return max(most_total_s, 0.0) / total


def _finding(
    ground: Field,
    event: Event,
    corner: Corner,
    cause: Cause,
    proof: Proof,
    config: FindingsConfig,
    share: float,
) -> Finding:
    confidence = 1.0 - event.chance
    half = BAND_90 * event.cost_sigma_s
    return Finding(
        rank=0,
        corner_id=corner.id,
        corner_number=corner.number,
        corner_name=corner.name,
        kind=cause,
        time_cost_s=event.cost_s * share,
        time_cost_low_s=max(event.cost_s - half, 0.0) * share,
        time_cost_high_s=event.cost_s + half,
        cost_per_lap_s=event.cost_s * share * float(np.mean(event.is_bad)),
        confidence=confidence,
        confidence_word=_word(confidence, config),
        is_significant=confidence >= config.significant_confidence,
        phases=phases_of(ground, event, corner, event.cost_s * share),
        from_m=float(ground.distance_m[event.first]),
        to_m=float(ground.distance_m[event.last]),
        laps=proof.bad_laps,
        good_laps=proof.good_laps,
        evidence=tuple(proof.evidence),
        text="",
    )


def _word(confidence: float, config: FindingsConfig) -> Confidence:
    if confidence >= config.significant_confidence:
        return Confidence.HIGH
    return Confidence.MEDIUM if confidence >= 0.8 else Confidence.LOW


def _mistake(ground: Field, incident: Incident) -> Mistake:
    return Mistake(
        lap=ground.numbers[incident.lap_index],
        corner_id=ground.zones[incident.zone_index].corner.id,
        time_cost_s=incident.cost_s,
    )
