"""A time axis that strictly increases: order, duplicates, roll-overs, jitter and pauses."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.order_statistics import median, usual_step
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, Notice, Severity
from apexlab_desktop.errors import InsufficientDataError

ROLL_OVER_STEP_S = -1_000.0
DAY_S = 86_400.0
GPS_WEEK_S = 604_800.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RepairedTime:
    """Which samples to keep, in which order, and when they were taken.

    Attributes
    ----------
    kept : ndarray of int, shape (m,)
        Index of the kept samples in the input, in order of time.
    time_s : ndarray, shape (m,)
        Strictly increasing [s].
    segment : ndarray of int, shape (m,)
        Number of the uninterrupted stretch, from 0.
    period_s : float
        Nominal distance of two samples, NaN for a single one [s].
    notices : tuple of Notice
    """

    kept: IntArray
    time_s: FloatArray
    segment: IntArray
    period_s: float
    notices: tuple[Notice, ...]


def repair(
    time_s: FloatArray,
    x_m: FloatArray | None = None,
    y_m: FloatArray | None = None,
    *,
    rate_hz: float | None = None,
    breaks_s: Sequence[float] = (),
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> RepairedTime:
    """Return the samples in order of time, without duplicates, split into segments.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        As recorded, in the order of the file [s].
    x_m, y_m : ndarray, shape (n,), optional
        Positions, to tell a repeated row from a later correction [m].
    rate_hz : float, optional
        Sampling rate where the file states it [Hz].
    breaks_s : sequence of float
        Instants at which recording resumed after a pause [s].
    config : AnalysisConfig

    Raises
    ------
    InsufficientDataError
        If so many samples are out of order that sorting would invent a drive.

    Notes
    -----
    Steps 1 to 4 and 6 of algorithms.md 1.3; `retimed` is step 5.
    """
    kept = np.flatnonzero(np.isfinite(time_s))
    notices = [
        _notice("time_missing", Severity.LOST, time_s.size - kept.size, "rows without a time")
    ]
    clock_s, n_rolls = unrolled(time_s[kept])
    notices.append(
        _notice("clock_rolled_over", Severity.REPAIRED, n_rolls, "clock roll-overs undone")
    )
    n_back = int(np.count_nonzero(np.diff(clock_s) < 0.0))
    if n_back:
        _refuse_disorder(n_back, clock_s.size, config)
        order = np.argsort(clock_s, kind="stable")
        kept, clock_s = kept[order], clock_s[order]
        notices.append(
            _notice("time_sorted", Severity.REPAIRED, n_back, "samples put in order of time")
        )
    is_last = _last_of_each_instant(clock_s, kept, x_m, y_m)
    n_repeated = int(is_last.size - np.count_nonzero(is_last))
    notices.append(
        _notice("duplicate_times", Severity.REPAIRED, n_repeated, "repeated instants dropped")
    )
    kept, clock_s = kept[is_last], clock_s[is_last]
    if nominal_period(clock_s) < 0.99 * config.min_period_s:
        sparse = _thinned(clock_s, kept, x_m, y_m, config)
        notices.append(_too_dense(clock_s.size - sparse.size, config))
        kept, clock_s = kept[sparse], clock_s[sparse]
    period_s = nominal_period(clock_s, rate_hz)
    return RepairedTime(
        kept=kept,
        time_s=clock_s,
        segment=segments(clock_s, period_s, breaks_s, config),
        period_s=period_s,
        notices=tuple(notice for notice in notices if notice.count),
    )


def unrolled(time_s: FloatArray) -> tuple[FloatArray, int]:
    """Return the times with daily and weekly roll-overs undone, and how many there were."""
    step_s = np.diff(time_s)
    rolls = np.flatnonzero(step_s < ROLL_OVER_STEP_S)
    if not rolls.size:
        return time_s, 0
    # A week of GPS time falls by nearly a week; anything less that falls this far is a day.
    period_s = np.where(step_s[rolls] < -0.5 * GPS_WEEK_S, GPS_WEEK_S, DAY_S)
    added_s = np.zeros(time_s.size)
    added_s[rolls + 1] = period_s
    return time_s + np.cumsum(added_s), int(rolls.size)


def nominal_period(time_s: FloatArray, rate_hz: float | None = None) -> float:
    """Return the usual distance of two samples, NaN for fewer than two [s].

    The stated rate counts only where the samples agree with it within 20 %.
    """
    if time_s.size < 2:
        return 1.0 / rate_hz if rate_hz else float("nan")
    measured_s = usual_step(time_s)
    if rate_hz and abs(measured_s * rate_hz - 1.0) < 0.2:
        return 1.0 / rate_hz
    return measured_s


def segments(
    time_s: FloatArray,
    period_s: float,
    breaks_s: Sequence[float] = (),
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> IntArray:
    """Return the number of the uninterrupted stretch of each sample, shape (n,).

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing [s].
    period_s : float
        Nominal distance of two samples; one missing sample never makes a segment [s].
    breaks_s : sequence of float
        Instants at which recording resumed after a pause [s].
    config : AnalysisConfig
    """
    if not time_s.size:
        return np.zeros(0, dtype=np.int64)
    is_start = np.concatenate(([False], np.diff(time_s) > longest_step(period_s, config)))
    resumed = np.searchsorted(time_s, np.asarray(breaks_s, dtype=np.float64) - 1e-6)
    is_start[resumed[(resumed > 0) & (resumed < time_s.size)]] = True
    return np.cumsum(is_start).astype(np.int64)


def longest_step(period_s: float, config: AnalysisConfig = DEFAULT_CONFIG) -> float:
    """Return the longest distance of two samples within one segment [s]."""
    return max(config.segment_gap_s, 2.5 * period_s if np.isfinite(period_s) else 0.0)


def _last_of_each_instant(
    time_s: FloatArray, kept: IntArray, x_m: FloatArray | None, y_m: FloatArray | None
) -> BoolArray:
    """Return where a sample is the one to keep of its instant: the latest with a position."""
    is_last = np.append(np.diff(time_s) > 0.0, True)[: time_s.size]
    if is_last.all() or x_m is None or y_m is None:
        return is_last
    known = np.isfinite(x_m[kept]) & np.isfinite(y_m[kept])
    instant = np.cumsum(np.concatenate(([0], np.diff(time_s) > 0.0)))
    rank = np.where(known, np.arange(time_s.size) + time_s.size, np.arange(time_s.size))
    best = np.full(int(instant[-1]) + 1, -1, dtype=np.int64)
    np.maximum.at(best, instant, rank)
    chosen = np.zeros(time_s.size, dtype=np.bool_)
    chosen[best % time_s.size] = True
    return chosen


def _thinned(
    time_s: FloatArray,
    kept: IntArray,
    x_m: FloatArray | None,
    y_m: FloatArray | None,
    config: AnalysisConfig,
) -> IntArray:
    """Return one sample of every shortest period, with a position where there is one."""
    usable = np.arange(time_s.size)
    if x_m is not None and y_m is not None:
        known = np.flatnonzero(np.isfinite(x_m[kept]) & np.isfinite(y_m[kept]))
        usable = known if known.size else usable
    slot = np.floor((time_s[usable] - time_s[0]) / config.min_period_s)
    return np.asarray(usable[np.append(True, np.diff(slot) > 0.0)])


def _too_dense(count: int, config: AnalysisConfig) -> Notice:
    detail = f"{count} samples left out that follow others within {1e3 * config.min_period_s:g} ms"
    return Notice(code="samples_thinned", severity=Severity.REPAIRED, count=count, detail=detail)


def _refuse_disorder(n_back: int, n: int, config: AnalysisConfig) -> None:
    if n_back > max(config.max_disorder_ratio * n, 1.0):
        raise InsufficientDataError(
            expected="samples in order of time",
            found=f"{n_back} of {n} steps going back",
            place="time axis",
            advice="Export the session again, or sort its rows by time",
        )


def _notice(code: str, severity: Severity, count: int, detail: str) -> Notice:
    return Notice(code=code, severity=severity, count=count, detail=f"{count} {detail}")


def retimed(
    time_s: FloatArray, segment: IntArray, period_s: float, config: AnalysisConfig = DEFAULT_CONFIG
) -> FloatArray:
    """Return the instants of a fixed-rate receiver freed from the jitter of the noting host.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing [s].
    segment : ndarray of int, shape (n,)
    period_s : float
        Nominal distance of two samples [s].
    config : AnalysisConfig

    Returns
    -------
    ndarray, shape (n,)
        Strictly increasing; the input where jitter is rounding only, or too large to be sure [s].

    Notes
    -----
    A line through count and time per dropout-free run, Huber weights (algorithms.md 1.3, step 5).
    Whether the noted or the even instants are true is for the caller to decide from the motion.
    """
    is_cut = (np.diff(time_s) > 1.5 * period_s) | (np.diff(segment) != 0)
    edges = [0, *(np.flatnonzero(is_cut) + 1).tolist(), time_s.size]
    result = time_s.copy()
    for start, stop in itertools.pairwise(edges):
        if stop - start >= MIN_RETIMED_RUN:
            result[start:stop] = _even_run(time_s[start:stop], period_s, config)
    return result if bool(np.all(np.diff(result) > 0.0)) else time_s


MIN_RETIMED_RUN = 20


def _even_run(time_s: FloatArray, period_s: float, config: AnalysisConfig) -> FloatArray:
    step_s = np.diff(time_s)
    if float(step_s.max() - step_s.min()) * time_s.size <= config.min_jitter_s:
        # No sample can be further than that off the line.
        return time_s
    count = np.arange(time_s.size, dtype=np.float64)
    weight = np.ones(time_s.size)
    start_s = slope_s = float("nan")
    residual_s = np.zeros(time_s.size)
    for _ in range(4):
        slope_s, start_s = _line(count, time_s, weight)
        residual_s = time_s - (start_s + slope_s * count)
        if float(np.max(np.abs(residual_s))) <= config.min_jitter_s:
            return time_s
        scale_s = 1.345 * 1.4826 * median(np.abs(residual_s)) + 1e-12
        weight = np.minimum(1.0, scale_s / np.maximum(np.abs(residual_s), 1e-15))
    jitter_s = float(np.sqrt(np.mean(residual_s**2)))
    is_even = abs(slope_s / period_s - 1.0) < 0.02
    if not is_even or not config.min_jitter_s < jitter_s < 0.4 * period_s:
        return time_s
    return np.where(np.abs(residual_s) > 0.5 * period_s, time_s, time_s - residual_s)


def _line(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[float, float]:
    # Sums, not dot products: those wake a thread pool that costs more than it saves here.
    total = float(weight.sum())
    mean_x, mean_y = float((weight * x).sum()) / total, float((weight * y).sum()) / total
    off_x = x - mean_x
    slope = float((weight * off_x * (y - mean_y)).sum()) / float((weight * off_x**2).sum())
    return slope, mean_y - slope * mean_x
