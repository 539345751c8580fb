"""Everything the laps of one session say, in one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.consistency import (
    CornerConsistency,
    LapConsistency,
    corner_consistency,
    lap_consistency,
    variance_shares,
)
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.findings import Findings, Told, find
from apexlab_desktop.analysis.findings_words import Level
from apexlab_desktop.analysis.gains import Gains, gains
from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.mini_sectors import MiniSectors, mini_sectors
from apexlab_desktop.analysis.quality import LEAST_USABLE_SCORE
from apexlab_desktop.analysis.reachable_lap import ReachableLap, reachable_lap
from apexlab_desktop.analysis.receiver_rate import too_slow
from apexlab_desktop.analysis.sectors import (
    SectorTable,
    checked_boundaries,
    default_boundaries,
    sector_table,
)
from apexlab_desktop.analysis.segments import Segment, SegmentKind, tile_lap
from apexlab_desktop.analysis.segments_timing import PieceTimes, clean_laps, piece_times
from apexlab_desktop.analysis.technique import Driven, Technique, technique
from apexlab_desktop.analysis.theoretical import (
    RollingBest,
    SumOfBests,
    rolling_best,
    sum_of_bests,
)
from apexlab_desktop.analysis.types import ComparedLap, Comparison, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class IdealLaps:
    """The ideal laps of one session; all but `rolling` are upper bounds.

    Attributes
    ----------
    by_sectors, by_corners : SumOfBests
        Best of each sector, and of each corner and straight.
    rolling : RollingBest
        Really driven.
    reachable : ReachableLap
    """

    by_sectors: SumOfBests
    by_corners: SumOfBests
    rolling: RollingBest
    reachable: ReachableLap


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Debrief:
    """What the laps of a session say.

    Attributes
    ----------
    comparison : Comparison
    corners : tuple of Corner
    passes : tuple of CornerPass
    segments : tuple of Segment
    segment_times : PieceTimes
        Of the laps that count.
    sectors : SectorTable
        Of all valid laps.
    mini_sectors : MiniSectors
        Of the laps that count.
    gains : Gains
    ideal : IdealLaps
    consistency : LapConsistency
    corner_consistency : tuple of CornerConsistency
    technique : Technique
    findings : Findings
    """

    comparison: Comparison
    corners: tuple[Corner, ...]
    passes: tuple[CornerPass, ...]
    segments: tuple[Segment, ...]
    segment_times: PieceTimes
    sectors: SectorTable
    mini_sectors: MiniSectors
    gains: Gains
    ideal: IdealLaps
    consistency: LapConsistency
    corner_consistency: tuple[CornerConsistency, ...]
    technique: Technique
    findings: Findings


def debrief(
    comparison: Comparison,
    corners: Sequence[Corner],
    passes: Sequence[CornerPass],
    *,
    sector_places_m: Sequence[float] | None = None,
    told: Told | None = None,
) -> Debrief:
    """Return everything that can be said about the laps of a session.

    Parameters
    ----------
    comparison : Comparison
        All valid laps of the session at the same places.
    corners : sequence of Corner
        Empty where none are known: then the lap is one straight.
    passes : sequence of CornerPass
    sector_places_m : sequence of float, optional
        Boundaries the user set; None puts three sectors at top speeds [m].
    told : Told, optional
        Level and data the findings are put in words for.
    """
    laps, counting = _in_order(comparison), clean_laps(comparison)
    grid_m = comparison.distance_m
    is_closed = comparison.line is None or comparison.line.is_closed
    segments = tile_lap(corners, float(grid_m[-1]), is_closed=is_closed)
    bounds = np.array([0.0, *(segment.to_m for segment in segments)])
    times = piece_times(counting, grid_m, bounds)
    sector_bounds = (
        default_boundaries(counting or laps, grid_m)
        if sector_places_m is None
        else checked_boundaries(sector_places_m, float(grid_m[-1]))
    )
    told = told or Told()
    found = gains(counting, grid_m, segments, rate_hz=told.rate_hz)
    consistency = lap_consistency(
        [lap.lap.number for lap in counting], [official_time(lap.lap) for lap in counting]
    )
    of_corners = _corner_consistency(segments, times, corners, passes)
    no_score = _why_unusable(told)
    counted = set(times.lap_numbers)
    driven = Driven(
        laps=counting,
        length_m=float(grid_m[-1]),
        corners=corners,
        passes=[one for one in passes if one.lap_number in counted],
        segments=segments,
        times=times,
        gains=found,
        consistency=consistency,
        corner_consistency=of_corners,
        no_score=no_score,
        no_skill=no_score or too_slow(told.rate_hz, "brake and throttle points"),
    )
    return Debrief(
        comparison=comparison,
        corners=tuple(corners),
        passes=tuple(passes),
        segments=segments,
        segment_times=times,
        sectors=sector_table(laps, grid_m, sector_bounds),
        mini_sectors=mini_sectors(counting, grid_m),
        gains=found,
        ideal=_ideal(comparison, counting, sector_bounds, found, told.rate_hz),
        consistency=consistency,
        corner_consistency=of_corners,
        technique=technique(driven, is_novice=told.level is Level.NOVICE),
        findings=find(counting, grid_m, corners, told, most_total_s=found.consistency_gain_s),
    )


def _ideal(
    comparison: Comparison,
    counting: Sequence[ComparedLap],
    sector_bounds: FloatArray,
    found: Gains,
    rate_hz: float | None,
) -> IdealLaps:
    grid_m, line = comparison.distance_m, comparison.line
    is_closed = line is None or line.is_closed
    return IdealLaps(
        by_sectors=sum_of_bests(
            piece_times(counting, grid_m, sector_bounds),
            [f"S{k + 1}" for k in range(sector_bounds.size - 1)],
        ),
        by_corners=found.composite,
        rolling=rolling_best(counting, grid_m) if is_closed else _not_closed(),
        reachable=_reachable(comparison, counting, rate_hz),
    )


def _reachable(
    comparison: Comparison, counting: Sequence[ComparedLap], rate_hz: float | None
) -> ReachableLap:
    if reason := too_slow(rate_hz, "places where laps can be joined"):
        return ReachableLap(time_s=None, reasons=(reason,))
    line = comparison.line
    return reachable_lap(
        counting,
        comparison.distance_m,
        line.curvature_per_m if line else None,
        is_closed=line is None or line.is_closed,
    )


def _why_unusable(told: Told) -> str:
    """Return why the recording is too poor to judge a driver by, empty if it is not."""
    score = told.quality_score
    if score is None or score >= LEAST_USABLE_SCORE:
        return ""
    return (
        f"the quality of the recording is {score:.0f} of 100; a judgement needs"
        f" {LEAST_USABLE_SCORE:.0f}"
    )


def _in_order(comparison: Comparison) -> tuple[ComparedLap, ...]:
    return tuple(sorted(comparison.laps, key=lambda lap: lap.lap.start_s))


def _not_closed() -> RollingBest:
    return RollingBest(time_s=None, reasons=("the track is not a circuit",))


def _corner_consistency(
    segments: Sequence[Segment],
    times: PieceTimes,
    corners: Sequence[Corner],
    passes: Sequence[CornerPass],
) -> tuple[CornerConsistency, ...]:
    shares = variance_shares(times.seconds())
    counting = set(times.lap_numbers)
    results = []
    for corner in corners:
        own = [
            k
            for k, segment in enumerate(segments)
            if segment.kind is SegmentKind.CORNER and segment.corner_id == corner.id
        ]
        share = float(np.sum(shares[own])) if own else float("nan")
        results.append(
            corner_consistency(
                corner,
                [p for p in passes if p.corner_id == corner.id and p.lap_number in counting],
                float(times.boundaries_m[-1]),
                share if np.isfinite(share) else None,
            )
        )
    return tuple(results)
