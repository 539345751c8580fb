"""Laps that were never driven in one piece: sums of bests, and the fastest rolling lap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, to_us
from apexlab_desktop.analysis.types import ComparedLap, FloatArray

MICRO_SECTOR_M = 10.0
SAME_CROSSING_S = 0.001
"""Laps whose boundaries differ by more were not driven in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SumOfBests:
    """The best of every piece, put together (analysis.md 10 and 11). An upper bound.

    Attributes
    ----------
    time_s : float or None
        Never more than the best lap [s].
    sources : tuple of (str, int)
        Piece and the lap it comes from.
    reasons : tuple of str
    """

    time_s: float | None
    sources: tuple[tuple[str, int], ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingBest:
    """The fastest lap that was really driven, wherever it began.

    Attributes
    ----------
    time_s : float or None
        [s]
    sigma_s : float or None
        One sigma of it against the best lap, from the positions [s].
    start_m : float
        Where it began [m].
    lap_numbers : tuple of int
        The lap, or the two laps, it was driven in.
    reasons : tuple of str
    """

    time_s: float | None
    sigma_s: float | None = None
    start_m: float = 0.0
    lap_numbers: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


def sum_of_bests(times: PieceTimes, names: Sequence[str]) -> SumOfBests:
    """Return the lap made of everybody's best piece.

    Parameters
    ----------
    times : PieceTimes
        Of the laps that count.
    names : sequence of str
        One per piece.
    """
    if not times.lap_numbers:
        return SumOfBests(time_s=None, reasons=("no lap counts",))
    best_us, laps = times.best_us(), times.best_laps()
    fastest = int(np.argmin(times.lap_us))
    whole_us, number = int(times.lap_us[fastest]), times.lap_numbers[fastest]
    total_us = int(best_us.sum()) if (best_us >= 0).all() else None
    if total_us is None or total_us > whole_us:
        # A dropout hides pieces of the best lap; as a whole it is the best that is known.
        return SumOfBests(
            time_s=whole_us / MICROSECONDS, sources=tuple((name, number) for name in names)
        )
    sources = tuple((name, lap) for name, lap in zip(names, laps, strict=True) if lap is not None)
    return SumOfBests(time_s=total_us / MICROSECONDS, sources=sources)


def rolling_best(laps: Sequence[ComparedLap], distance_m: FloatArray) -> RollingBest:
    """Return the least time for a whole lap, begun anywhere: min over s of t(s + L) - t(s).

    Parameters
    ----------
    laps : sequence of ComparedLap
        Those that count, in the order they were driven.
    distance_m : ndarray, shape (n_grid,)
        [m]
    """
    if not laps:
        return RollingBest(time_s=None, reasons=("no lap counts",))
    fastest = min(laps, key=lambda lap: official_time(lap.lap))
    best = RollingBest(
        time_s=to_us(official_time(fastest.lap)) / MICROSECONDS,
        sigma_s=0.0,
        lap_numbers=(fastest.lap.number,),
    )
    for first, second in pairwise(laps):
        if abs(first.lap.end_s - second.lap.start_s) > SAME_CROSSING_S:
            continue
        window = official_time(first.lap) - first.time_s
        window += second.time_s
        least_s = float(np.fmin.reduce(window))
        if best.time_s is not None and least_s < best.time_s - 0.5 / MICROSECONDS:
            place = int(np.nanargmin(window))
            sigma = np.hypot(first.delta_t_sigma_s[place], second.delta_t_sigma_s[place])
            best = RollingBest(
                time_s=to_us(float(window[place])) / MICROSECONDS,
                sigma_s=float(sigma) if np.isfinite(sigma) else None,
                start_m=float(distance_m[place]),
                lap_numbers=(first.lap.number, second.lap.number),
            )
    return best


def micro_boundaries(boundaries_m: FloatArray, piece_m: float = MICRO_SECTOR_M) -> FloatArray:
    """Return places about `piece_m` apart, the given boundaries among them, shape (n,) [m].

    That they are among them is what makes the sum of micro-bests no more than the sum of bests.
    """
    parts = [
        np.linspace(a, b, max(round((b - a) / piece_m), 1), endpoint=False)
        for a, b in pairwise(boundaries_m.tolist())
    ]
    return np.concatenate((*parts, boundaries_m[-1:]))


def timing_noise(times: PieceTimes) -> float | None:
    """Return one sigma of the time of one small piece, as its neighbours tell it [s].

    Parameters
    ----------
    times : PieceTimes
        Of pieces much shorter than what a driver can vary.

    Returns
    -------
    float or None
        None for fewer than two laps or four pieces.

    Notes
    -----
    Against the mean lap, what a driver does differently changes smoothly from piece to piece; the
    second difference leaves independent noise of sqrt(6) sigma (weights 1, -2, 1).
    """
    seconds = times.seconds()
    if seconds.shape[0] < 2 or seconds.shape[1] < 4:
        return None
    rest = seconds - np.mean(seconds, axis=0)
    bend = rest[:, :-2] - 2.0 * rest[:, 1:-1] + rest[:, 2:]
    bend = bend[np.isfinite(bend)]
    if bend.size == 0:
        return None
    n = seconds.shape[0]
    of_a_lap = np.sqrt(n / (n - 1.0))  # the mean holds a share of every lap
    return float(1.4826 * np.median(np.abs(bend)) / np.sqrt(6.0) * of_a_lap)
