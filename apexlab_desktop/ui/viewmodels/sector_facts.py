"""Sectors at any boundaries, and the ideal lap they make, of a session that was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.sectors import (
    SectorConfig,
    checked_boundaries,
    default_boundaries,
    sector_table,
)
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, clean_laps, piece_times
from apexlab_desktop.analysis.theoretical import sum_of_bests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.reachable_lap import ReachableLap
    from apexlab_desktop.analysis.sectors import SectorTable
    from apexlab_desktop.analysis.theoretical import SumOfBests
    from apexlab_desktop.analysis.types import FloatArray

LEAST_SECTOR_M = SectorConfig().least_m
"""No boundary comes closer to another one."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SectorFacts:
    """Times of all valid laps between some boundaries, and the sum of the bests."""

    table: SectorTable
    ideal: SumOfBests

    @property
    def places_m(self) -> tuple[float, ...]:
        """The boundaries between start and end of the lap [m]."""
        return tuple(self.table.times.boundaries_m[1:-1].tolist())

    @property
    def length_m(self) -> float:
        """Of the lap [m]."""
        return float(self.table.times.boundaries_m[-1])

    @property
    def worst_sum_s(self) -> float:
        """How far the sum of a lap's sectors is from its time at most [s]."""
        times = self.table.times
        whole = times.is_known.all(axis=1)
        away = np.abs(times.time_us.sum(axis=1) - times.lap_us)[whole]
        return float(away.max(initial=0)) / MICROSECONDS


def sector_facts(judged: Debrief, places_m: Sequence[float] | None) -> SectorFacts:
    """Return the sectors between the user's boundaries, with None between those at top speeds."""
    comparison = judged.comparison
    grid_m = comparison.distance_m
    laps = tuple(sorted(comparison.laps, key=lambda lap: lap.lap.start_s))
    counting = clean_laps(comparison)
    bounds = (
        default_boundaries(counting or laps, grid_m)
        if places_m is None
        else checked_boundaries(places_m, float(grid_m[-1]))
    )
    table = sector_table(laps, grid_m, bounds)
    names = [sector.name for sector in table.sectors]
    return SectorFacts(
        table=table, ideal=sum_of_bests(piece_times(counting, grid_m, bounds), names)
    )


def splice_splits_us(judged: Debrief, bounds_m: FloatArray) -> tuple[int | None, ...]:
    """Return the time of the reachable splice since its start at every boundary but the first.

    What a seam costs counts from the seam on; the last split is the whole splice [us].
    """
    splice = judged.ideal.reachable
    if splice.time_s is None:
        return (None,) * (bounds_m.size - 1)
    laps = {lap.lap.number: lap.time_s for lap in judged.comparison.laps}
    grid_m = judged.comparison.distance_m
    inner = [_split_us(splice, laps, grid_m, float(at_m)) for at_m in bounds_m[1:-1]]
    return (*inner, round(splice.time_s * MICROSECONDS))


def _split_us(
    splice: ReachableLap, laps: dict[int, FloatArray], grid_m: FloatArray, at_m: float
) -> int | None:
    total_s = sum(seam.penalty_s for seam in splice.seams if seam.at_m < at_m)
    for from_m, to_m, number in splice.sources:
        if from_m < at_m:
            ends_m = (from_m, min(to_m, at_m))
            first_s, last_s = np.interp(ends_m, grid_m, laps[number])
            total_s += float(last_s) - (float(first_s) if from_m > 0.0 else 0.0)
    return round(total_s * MICROSECONDS) if np.isfinite(total_s) else None
