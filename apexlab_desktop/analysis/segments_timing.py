"""Times of pieces of laps in whole microseconds, so that pieces sum to the lap exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.types import (
    BoolArray,
    ComparedLap,
    Comparison,
    FloatArray,
    IntArray,
    read_only,
)

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PieceTimes:
    """How long laps took for pieces of the lap.

    Attributes
    ----------
    boundaries_m : ndarray, shape (n_pieces + 1,)
        From 0 to the length of the lap, strictly increasing [m].
    lap_numbers : tuple of int
        In the order they were driven.
    time_us : ndarray of int64, shape (n_laps, n_pieces)
        0 where it is not known [us].
    is_known : ndarray of bool, shape (n_laps, n_pieces)
        False where a dropout hides one of the piece's ends.
    lap_us : ndarray of int64, shape (n_laps,)
        Lap times; a lap of which every piece is known is exactly their sum [us].
    """

    boundaries_m: FloatArray
    lap_numbers: tuple[int, ...]
    time_us: IntArray
    is_known: BoolArray
    lap_us: IntArray

    @property
    def n_pieces(self) -> int:
        """How many pieces a lap has."""
        return int(self.boundaries_m.size - 1)

    def seconds(self) -> FloatArray:
        """Return the times with NaN where unknown, shape (n_laps, n_pieces) [s]."""
        return np.where(self.is_known, self.time_us / MICROSECONDS, np.nan)

    def best_us(self) -> IntArray:
        """Return the least known time of every piece, shape (n_pieces,); -1 without any [us]."""
        far = np.iinfo(np.int64).max
        best = np.min(np.where(self.is_known, self.time_us, far), axis=0, initial=far)
        return np.where(best == far, -1, best)

    def best_laps(self) -> tuple[int | None, ...]:
        """Return the number of the quickest lap of every piece, on a tie the earlier."""
        far = np.iinfo(np.int64).max
        if not self.lap_numbers:
            return (None,) * self.n_pieces
        index = np.argmin(np.where(self.is_known, self.time_us, far), axis=0)
        known = np.any(self.is_known, axis=0)
        return tuple(
            self.lap_numbers[i] if is_known else None
            for i, is_known in zip(index, known, strict=True)
        )


def clean_laps(comparison: Comparison) -> tuple[ComparedLap, ...]:
    """Return the laps that count, in the order they were driven."""
    laps = [lap for lap in comparison.laps if lap.lap.is_clean]
    return tuple(sorted(laps, key=lambda lap: lap.lap.start_s))


def piece_times(
    laps: Sequence[ComparedLap], distance_m: FloatArray, boundaries_m: FloatArray
) -> PieceTimes:
    """Return how long every lap took between neighbouring boundaries.

    Parameters
    ----------
    laps : sequence of ComparedLap
    distance_m : ndarray, shape (n_grid,)
        Places of the laps' arrays [m].
    boundaries_m : ndarray, shape (n_pieces + 1,)
        From 0 to the length of the lap [m].
    """
    lap_us = np.array([to_us(official_time(lap.lap)) for lap in laps], dtype=np.int64)
    splits = np.full((len(laps), boundaries_m.size), np.nan)
    for row, lap in zip(splits, laps, strict=True):
        row[:] = np.interp(boundaries_m, distance_m, lap.time_s)
    splits[:, 0] = 0.0
    known = np.isfinite(splits)
    known[:, [0, -1]] = True
    split_us = np.rint(np.where(known, splits, 0.0) * MICROSECONDS).astype(np.int64)
    split_us[:, -1] = lap_us
    is_known = known[:, 1:] & known[:, :-1]
    time_us = np.where(is_known, np.diff(split_us, axis=1), 0)
    return PieceTimes(
        boundaries_m=read_only(np.array(boundaries_m, dtype=np.float64)),
        lap_numbers=tuple(lap.lap.number for lap in laps),
        time_us=read_only(time_us),
        is_known=read_only(is_known),
        lap_us=read_only(lap_us),
    )


def to_us(seconds: float) -> int:
    """Return whole microseconds."""
    return round(seconds * MICROSECONDS)


def stacked(laps: Sequence[ComparedLap], channel: str) -> FloatArray:
    """Return one channel of all laps, NaN where a lap lacks it, shape (n_laps, n_grid)."""
    if not laps:
        return np.empty((0, 0))
    nothing = np.full(laps[0].time_s.size, np.nan)
    return np.stack([lap.channels.get(channel, nothing) for lap in laps])
