"""What there is to gain, in three tiers from repeating oneself to the sum of all luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.receiver_rate import too_slow
from apexlab_desktop.analysis.segments import Segment
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, piece_times
from apexlab_desktop.analysis.theoretical import (
    SumOfBests,
    micro_boundaries,
    sum_of_bests,
    timing_noise,
)
from apexlab_desktop.analysis.types import ComparedLap, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentGain:
    """What is lost in one segment on average.

    Attributes
    ----------
    name : str
    best_s, mean_s : float or None
        Over the laps that count [s].
    gain_s : float or None
        Mean minus best [s].
    best_lap : int or None
    """

    name: str
    best_s: float | None
    mean_s: float | None
    gain_s: float | None
    best_lap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """The tiers of analysis.md 10. Tiers 2 and 3 are upper bounds.

    Attributes
    ----------
    has_sufficient_data : bool
    reasons : tuple of str
    segments : tuple of SegmentGain
    mean_lap_s, best_lap_s : float or None
    consistency_gain_s : float or None
        Tier 1: mean lap minus the sum of bests [s].
    composite : SumOfBests
        Tier 2: best of each corner and straight.
    composite_gain_s : float or None
        Best lap minus that, at least 0 [s].
    theoretical_s, theoretical_gain_s, theoretical_sigma_s : float or None
        Tier 3: best of every 10 m, its gain, and the noise in it; None where the receiver is too
        slow [s].
    """

    has_sufficient_data: bool
    reasons: tuple[str, ...] = ()
    segments: tuple[SegmentGain, ...] = ()
    mean_lap_s: float | None = None
    best_lap_s: float | None = None
    consistency_gain_s: float | None = None
    composite: SumOfBests
    composite_gain_s: float | None = None
    theoretical_s: float | None = None
    theoretical_gain_s: float | None = None
    theoretical_sigma_s: float | None = None


def gains(
    laps: Sequence[ComparedLap],
    distance_m: FloatArray,
    segments: Sequence[Segment],
    *,
    rate_hz: float | None = None,
) -> Gains:
    """Return what the laps that count leave on the table.

    Parameters
    ----------
    laps : sequence of ComparedLap
        Those that count.
    distance_m : ndarray, shape (n_grid,)
        [m]
    segments : sequence of Segment
        From 0 to the length of the lap.
    rate_hz : float, optional
        Of the receiver: a slow one does not see pieces of 10 m [Hz].
    """
    bounds = np.array([segments[0].from_m, *(s.to_m for s in segments)])
    times = piece_times(laps, distance_m, bounds)
    composite = sum_of_bests(times, [s.name for s in segments])
    if len(laps) < 2 or composite.time_s is None:
        reason = f"gains need 2 clean laps, there are {len(laps)}"
        return Gains(has_sufficient_data=False, reasons=(reason,), composite=composite)
    best_us, mean_us = int(times.lap_us.min()), float(times.lap_us.mean())
    found = Gains(
        has_sufficient_data=True,
        segments=tuple(_segment_gain(k, s.name, times) for k, s in enumerate(segments)),
        mean_lap_s=mean_us / MICROSECONDS,
        best_lap_s=best_us / MICROSECONDS,
        consistency_gain_s=mean_us / MICROSECONDS - composite.time_s,
        composite=composite,
        composite_gain_s=(best_us - round(composite.time_s * MICROSECONDS)) / MICROSECONDS,
    )
    if reason := too_slow(rate_hz, "bests of 10\u00a0m pieces"):
        return replace(found, reasons=(reason,))
    micro = piece_times(laps, distance_m, micro_boundaries(bounds))
    theoretical_us = min(_finest(times, micro), round(composite.time_s * MICROSECONDS))
    noise_s = timing_noise(micro)
    return replace(
        found,
        theoretical_s=theoretical_us / MICROSECONDS,
        theoretical_gain_s=(best_us - theoretical_us) / MICROSECONDS,
        theoretical_sigma_s=None if noise_s is None else noise_s * float(np.sqrt(micro.n_pieces)),
    )


def _finest(times: PieceTimes, micro: PieceTimes) -> int:
    """Return the sum over the segments of their best pieces, each at most the best segment [us].

    Where a dropout hides small pieces of every lap, the segment as a whole stands.
    """
    best, small = times.best_us(), micro.best_us()
    owner = np.searchsorted(times.boundaries_m, micro.boundaries_m[:-1], side="right") - 1
    total = 0
    for k in range(times.n_pieces):
        own = small[owner == k]
        whole = int(best[k])
        fine = int(own.sum()) if (own >= 0).all() else -1
        known = [x for x in (whole, fine) if x >= 0]
        if not known:
            return int(times.lap_us.min())
        total += min(known)
    return total


def _segment_gain(index: int, name: str, times: PieceTimes) -> SegmentGain:
    column = times.time_us[times.is_known[:, index], index]
    if column.size == 0:
        return SegmentGain(name=name, best_s=None, mean_s=None, gain_s=None, best_lap=None)
    best, mean = int(column.min()), float(column.mean())
    return SegmentGain(
        name=name,
        best_s=best / MICROSECONDS,
        mean_s=mean / MICROSECONDS,
        gain_s=(mean - best) / MICROSECONDS,
        best_lap=times.best_laps()[index],
    )
