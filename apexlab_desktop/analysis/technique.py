"""How a session was driven: grades, score, trends within stints, level, flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.consistency import CornerConsistency, LapConsistency
from apexlab_desktop.analysis.corner_grades import CornerGrades, grade_corner
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.degradation import StintTrend, TimedLap, stint_trend, stints
from apexlab_desktop.analysis.flow import Flow, flow_laps, rms_jerk
from apexlab_desktop.analysis.gains import Gains
from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.segments import Segment
from apexlab_desktop.analysis.segments_timing import PieceTimes
from apexlab_desktop.analysis.session_score import SessionScore, session_score
from apexlab_desktop.analysis.skill import Measures, Skill, skill_of
from apexlab_desktop.analysis.types import ComparedLap
from apexlab_desktop.units import MPH_PER_MPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """How a session was driven.

    Attributes
    ----------
    grades : tuple of CornerGrades
    score : SessionScore
    stints : tuple of StintTrend
    skill : Skill
    flow : Flow
    """

    grades: tuple[CornerGrades, ...]
    score: SessionScore
    stints: tuple[StintTrend, ...]
    skill: Skill
    flow: Flow


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Driven:
    """What the technique is told from, of the laps that count.

    Attributes
    ----------
    laps : sequence of ComparedLap
    length_m : float
    corners : sequence of Corner
    passes : sequence of CornerPass
    segments : sequence of Segment
    times : PieceTimes
        Of the segments.
    gains : Gains
    consistency : LapConsistency
    corner_consistency : sequence of CornerConsistency
    no_score, no_skill : str
        Why the data carry no score and no level, empty where they may.
    """

    laps: Sequence[ComparedLap]
    length_m: float
    corners: Sequence[Corner]
    passes: Sequence[CornerPass]
    segments: Sequence[Segment]
    times: PieceTimes
    gains: Gains
    consistency: LapConsistency
    corner_consistency: Sequence[CornerConsistency]
    no_score: str = ""
    no_skill: str = ""


def technique(driven: Driven, *, is_novice: bool = False) -> Technique:
    """Return how a session was driven.

    Parameters
    ----------
    driven : Driven
    is_novice : bool
        Novices are not graded on trail braking.
    """
    grades = tuple(
        grade_corner(
            corner,
            [one for one in driven.passes if one.corner_id == corner.id],
            length_m=driven.length_m,
            is_novice=is_novice,
        )
        for corner in driven.corners
    )
    return Technique(
        grades=grades,
        score=session_score(
            n_clean_laps=len(driven.laps),
            consistency_score=driven.consistency.consistency_score,
            best_s=driven.gains.best_lap_s,
            reference_s=driven.gains.composite.time_s,
            grades=grades,
            why_not=driven.no_score,
        ),
        stints=_stints(driven),
        skill=_skill(driven),
        flow=_flow(driven),
    )


def _stints(driven: Driven) -> tuple[StintTrend, ...]:
    laps = [
        TimedLap(
            number=one.lap.number,
            start_s=one.lap.start_s,
            end_s=one.lap.end_s,
            time_s=official_time(one.lap),
        )
        for one in driven.laps
    ]
    return tuple(stint_trend(stint, driven.passes) for stint in stints(laps))


def _skill(driven: Driven) -> Skill:
    known = [one for one in driven.corner_consistency if one.score is not None]
    speeds = [one.min_speed_std_mps for one in known if one.min_speed_std_mps is not None]
    brakes = [one.brake_point_std_m for one in known if one.brake_point_std_m is not None]
    throttles = [
        one.throttle_commit_std_m for one in known if one.throttle_commit_std_m is not None
    ]
    measures = Measures(
        lap_cv_pct=driven.consistency.cv_pct,
        brake_std_m=_mean(brakes),
        throttle_std_m=_mean(throttles),
        min_speed_std_mph=None if not speeds else float(np.mean(speeds)) * MPH_PER_MPS,
    )
    return skill_of(
        measures, n_corners=len(known), n_laps=len(driven.laps), why_not=driven.no_skill
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _flow(driven: Driven) -> Flow:
    seconds = driven.times.seconds()
    corners = [k for k, segment in enumerate(driven.segments) if segment.corner_id]
    best = np.where(driven.times.best_us() >= 0, driven.times.best_us() / 1e6, np.nan)
    gaps = (seconds - best)[:, corners]
    jerks = {one.lap.number: jerk for one in driven.laps if (jerk := rms_jerk(one)) is not None}
    numbers = driven.times.lap_numbers
    return flow_laps(
        numbers,
        [official_time(one.lap) for one in driven.laps],
        dict(zip(numbers, gaps, strict=True)),
        jerks,
    )
