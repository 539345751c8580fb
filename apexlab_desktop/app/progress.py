"""From visit to visit: whether it is getting faster, and whether that is real."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.milestones import Milestone, milestones
from apexlab_desktop.analysis.session_comparison import (
    SessionDifference,
    SessionValues,
    compare_sessions,
)
from apexlab_desktop.analysis.trends import Snapshot, Stagnation, TrendResult, stagnation, trend
from apexlab_desktop.app.debriefing import SessionDebrief, analyze
from apexlab_desktop.app.layouts import match_session
from apexlab_desktop.app.library_access import library
from apexlab_desktop.errors import InsufficientDataError
from apexlab_desktop.store import layouts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apexlab_desktop.analysis.corner_results import Corner, CornerPass
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.layout_values import Layout
    from apexlab_desktop.analysis.types import ComparedLap

WET_TAGS = frozenset({"rain", "wet"})
GOOD_GRADES = ("A", "B")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Progress:
    """All visits to a track.

    Attributes
    ----------
    track : str
    corners : tuple of Corner
        Of the last visit, for their names.
    visits : tuple of Snapshot
        In the order driven; dry and wet.
    trend : TrendResult
        Of the dry visits.
    stagnation : Stagnation
    milestones : tuple of Milestone
    """

    track: str
    corners: tuple[Corner, ...]
    visits: tuple[Snapshot, ...]
    trend: TrendResult
    stagnation: Stagnation
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TwoVisits:
    """Two sessions beside each other, the second against the first."""

    first: SessionDebrief
    second: SessionDebrief
    corners: tuple[Corner, ...]
    difference: SessionDifference


def progress(session: str) -> Progress:
    """Return what the visits to the track of a library session show.

    Parameters
    ----------
    session : str
        Id, or its beginning.

    Raises
    ------
    ImporterError
        If there is no such session.
    InsufficientDataError
        If nobody knows on which track it was driven.
    """
    judged = analyze(session)
    layout = _layout_of(judged)
    with library().reading() as connection:
        ids = layouts.sessions_of_layout(connection, layout.id)
    visits = [judged if one == judged.session.id else analyze(one) for one in ids]
    snapshots = tuple(
        sorted(
            (shot for visit in visits if (shot := snapshot_of(visit, layout.id)) is not None),
            key=lambda shot: shot.start_time_utc,
        )
    )
    dry = [shot for shot in snapshots if not shot.is_wet]
    return Progress(
        track=layout.name,
        corners=judged.result.corners if judged.result is not None else (),
        visits=snapshots,
        trend=trend(dry),
        stagnation=stagnation(snapshots),
        milestones=milestones(dry),
    )


def two_visits(first: str, second: str) -> TwoVisits:
    """Return how a session differs from another of the same track.

    Raises
    ------
    ImporterError
        If one of them is neither a file nor a session of the library.
    """
    one, other = analyze(first), analyze(second)
    values = [_values(judged, _layout_id(judged)) for judged in (one, other)]
    return TwoVisits(
        first=one,
        second=other,
        corners=other.result.corners if other.result is not None else (),
        difference=compare_sessions(values[0], values[1]),
    )


def snapshot_of(judged: SessionDebrief, layout_id: str) -> Snapshot | None:
    """Return what the trends keep of a session; None without a date, for it has no place there."""
    session, result = judged.session, judged.result
    start = session.analysed.raw.start_time_utc
    if start is None:
        return None
    quality, is_wet = session.analysed.quality.score, _is_wet(judged)
    if result is None:
        return Snapshot(
            session_id=session.id, start_time_utc=start, layout_id=layout_id, length_m=0.0,
            is_wet=is_wet, quality=quality,
        )  # fmt: skip
    times = sorted(lap.lap.lap_time_s or 0.0 for lap in _clean(result))
    grades = result.technique.grades
    trail = [one.trail_braking.letter for one in grades if one.trail_braking.letter in "ABCD"]
    return Snapshot(
        session_id=session.id,
        start_time_utc=start,
        layout_id=layout_id,
        length_m=float(result.comparison.distance_m[-1]),
        is_wet=is_wet,
        quality=quality,
        best_s=times[0] if times else None,
        top3_mean_s=fmean(times[:3]) if times else None,
        mean_s=fmean(times) if times else None,
        std_s=pstdev(times) if len(times) > 1 else None,
        consistency_score=result.consistency.consistency_score,
        theoretical_s=result.gains.theoretical_s,
        composite_s=result.ideal.by_sectors.time_s,
        corner_best_s=_by_corner(result, "segment_time_s", min),
        corner_min_speed_mps=_by_corner(result, "min_speed_mps", fmean),
        corner_brake_std_m={
            one.corner_id: one.brake_point_std_m
            for one in result.corner_consistency
            if one.brake_point_std_m is not None
        },
        n_flow_laps=sum(lap.is_flow for lap in result.technique.flow.laps),
        trail_share=sum(letter in GOOD_GRADES for letter in trail) / len(trail) if trail else None,
        grades={one.corner_id: one.min_speed.letter for one in grades},
    )


def _layout_of(judged: SessionDebrief) -> Layout:
    layout = match_session(judged.session).layout
    if layout is None:
        raise InsufficientDataError(
            expected="a session whose track the library knows",
            found="none that its laps fit",
            place=judged.session.file,
            advice="Import it, or say which track it is: apexlab tracks assign",
        )
    return layout


def _layout_id(judged: SessionDebrief) -> str:
    layout = match_session(judged.session).layout
    return layout.id if layout is not None else ""


def _is_wet(judged: SessionDebrief) -> bool:
    summary = judged.session.summary
    return summary is not None and bool(WET_TAGS & {tag.lower() for tag in summary.tags})


def _clean(result: Debrief) -> list[ComparedLap]:
    return [lap for lap in result.comparison.laps if lap.lap.is_clean]


def _passes(result: Debrief, corner: Corner) -> list[CornerPass]:
    clean = {lap.lap.number for lap in _clean(result)}
    return [p for p in result.passes if p.corner_id == corner.id and p.lap_number in clean]


def _by_corner(
    result: Debrief, name: str, of_laps: Callable[[Sequence[float]], float]
) -> dict[str, float]:
    found = {}
    for corner in result.corners:
        values = [v for p in _passes(result, corner) if (v := getattr(p, name)) is not None]
        if values:
            found[corner.id] = float(of_laps(values))
    return found


def _values(judged: SessionDebrief, layout_id: str) -> SessionValues:
    result = judged.result
    if result is None:
        nothing = np.empty((0, 0))
        return SessionValues(
            layout_id=layout_id, length_m=0.0, is_wet=_is_wet(judged), lap_times_s=np.empty(0),
            corner_ids=(), corner_times_s=nothing, corner_speeds_mps=nothing,
        )  # fmt: skip
    clean = _clean(result)
    numbers = {lap.lap.number: row for row, lap in enumerate(clean)}
    ids = tuple(corner.id for corner in result.corners)
    times, speeds = np.full((2, len(clean), len(ids)), np.nan)
    for one in result.passes:
        if one.lap_number in numbers and one.corner_id in ids:
            at = numbers[one.lap_number], ids.index(one.corner_id)
            times[at] = np.nan if one.segment_time_s is None else one.segment_time_s
            speeds[at] = np.nan if one.min_speed_mps is None else one.min_speed_mps
    return SessionValues(
        layout_id=layout_id,
        length_m=float(result.comparison.distance_m[-1]),
        is_wet=_is_wet(judged),
        lap_times_s=np.array([lap.lap.lap_time_s or np.nan for lap in clean]),
        corner_ids=ids,
        corner_times_s=times,
        corner_speeds_mps=speeds,
        consistency_score=result.consistency.consistency_score,
    )
