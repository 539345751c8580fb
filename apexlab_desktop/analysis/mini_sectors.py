"""Twenty equal lengths, each coloured by how the lap did there (analysis.md 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, piece_times
from apexlab_desktop.analysis.types import ComparedLap, FloatArray

N_MINI_SECTORS = 20
BEST_WITHIN_US = 1000
NEAR_MEAN_RATIO = 0.005


class MiniClass(StrEnum):
    """How a lap did in a mini-sector; the colours of PAGES.md are purple, green, yellow, red."""

    BEST = "pb"
    FASTER = "faster"
    NEAR = "near"
    SLOWER = "slower"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MiniSectors:
    """Times and classes; `classes` holds a row per lap, a class per mini-sector."""

    times: PieceTimes
    classes: tuple[tuple[MiniClass, ...], ...]


def mini_sectors(
    laps: Sequence[ComparedLap], distance_m: FloatArray, n: int = N_MINI_SECTORS
) -> MiniSectors:
    """Return the mini-sectors of the laps that count.

    Parameters
    ----------
    laps : sequence of ComparedLap
    distance_m : ndarray, shape (n_grid,)
        [m]
    n : int
        How many.
    """
    times = piece_times(laps, distance_m, np.linspace(0.0, float(distance_m[-1]), n + 1))
    best = times.best_us()
    count = np.maximum(times.is_known.sum(axis=0), 1)
    mean = times.time_us.sum(axis=0) / count
    classes = tuple(
        tuple(
            _class(float(t), bool(known), float(b), float(m))
            for t, known, b, m in zip(row, is_known, best, mean, strict=True)
        )
        for row, is_known in zip(times.time_us, times.is_known, strict=True)
    )
    return MiniSectors(times=times, classes=classes)


def _class(time_us: float, is_known: bool, best_us: float, mean_us: float) -> MiniClass:
    if not is_known:
        return MiniClass.UNKNOWN
    if time_us - best_us <= BEST_WITHIN_US:
        return MiniClass.BEST
    if time_us < mean_us * (1.0 - NEAR_MEAN_RATIO):
        return MiniClass.FASTER
    if time_us <= mean_us * (1.0 + NEAR_MEAN_RATIO):
        return MiniClass.NEAR
    return MiniClass.SLOWER


def seconds_of(times: PieceTimes) -> list[list[float | None]]:
    """Return the times as rows of seconds, None where unknown."""
    return [
        [int(t) / MICROSECONDS if known else None for t, known in zip(row, is_known, strict=True)]
        for row, is_known in zip(times.time_us, times.is_known, strict=True)
    ]
