"""A time axis that strictly increases: order, duplicates, roll-overs, jitter and pauses."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.order_statistics import column_medians, median, usual_step
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
        Strictly increasing; the input wherever it is not surely jitter about an even beat [s].

    Notes
    -----
    A line through count and time, Huber weights (algorithms.md 1.3, step 5), over each stretch of
    one beat: without dropouts and without steps of the receiver's phase, which are true. What is
    left about the line must be white and well below the period, or the stamps stand.
    Whether the noted or the even instants are true is for the caller to decide from the motion.
    """
    edges = [0, *(np.flatnonzero(np.diff(segment) != 0) + 1).tolist(), time_s.size]
    result = time_s.copy()
    for start, stop in itertools.pairwise(edges):
        cuts = _beat_changes(time_s[start:stop], period_s)
        for first, last in itertools.pairwise([start, *(start + cuts).tolist(), stop]):
            for begin, end, even_s in _even_stretches(time_s, first, last, period_s, config):
                result[begin:end] = even_s
    return result if bool(np.all(np.diff(result) > 0.0)) else time_s


MIN_RETIMED_RUN = 32
"""Fewer samples do not show whether they scatter or bend."""
MIN_PHASE_STEP_S = 0.002
"""Smaller steps of the phase are left to the search under the scatter."""
PHASE_STEP_SIGMAS = 5.0
BEAT_SIDE = 8
"""Samples before and after a step whose medians tell whether it lasts."""
MAX_SPLITS = 8
HUBER_ROUNDS = 4
MAX_JITTER_RATIO = 0.25
"""Largest scatter in periods; beyond it, counting samples is not sure."""
MAX_BEAT_ERROR = 0.02
MIN_WHITENESS = 0.7
"""Von Neumann's ratio over two: one minus the correlation of neighbours, 1 for white noise."""
JITTER_SIGMAS = 5.0
MAX_STRAY_RATIO = 0.1
"""Largest share of samples further than `JITTER_SIGMAS` off the beat."""
STRAY_ROUNDS = 4


def _beat_changes(time_s: FloatArray, period_s: float) -> IntArray:
    """Return where a new beat begins: after a dropout, or where the phase stepped to stay."""
    surplus_s = np.diff(time_s) - period_s
    if surplus_s.size == 0 or float(np.abs(surplus_s).max()) <= MIN_PHASE_STEP_S:
        return np.zeros(0, dtype=np.int64)
    surplus_s -= median(surplus_s)
    scale_s = _scatter(surplus_s, 0.5 * period_s)
    clear_s = min(max(PHASE_STEP_SIGMAS * scale_s, MIN_PHASE_STEP_S), 0.5 * period_s)
    left = np.flatnonzero(np.abs(surplus_s) > clear_s)
    # The beat over many samples: single steps may be rounded all the same way.
    n_span = min(256, time_s.size - 1)
    beat_s = median(time_s[n_span:] - time_s[:-n_span]) / n_span
    phase_s = time_s - beat_s * np.arange(time_s.size)
    place = left + np.arange(BEAT_SIDE)[:, np.newaxis]
    before_s = phase_s[np.maximum(place - (BEAT_SIDE - 1), 0)]
    after_s = phase_s[np.minimum(place + 1, time_s.size - 1)]
    lasting_s = np.abs(column_medians(after_s) - column_medians(before_s))
    # One late stamp shows the same step, but not for long.
    lasts = lasting_s > np.maximum(0.5 * clear_s, 0.5 * np.abs(surplus_s[left]))
    return np.asarray(left[lasts] + 1)


def _scatter(values: FloatArray, limit: float) -> float:
    """Return the robust scatter of values about 0; of rounded ones too, whose median may be 0."""
    size = np.abs(values)
    return max(1.4826 * median(size), float(np.minimum(size, limit).mean()))


def _even_stretches(
    time_s: FloatArray, start: int, stop: int, period_s: float, config: AnalysisConfig
) -> Iterator[tuple[int, int, FloatArray]]:
    """Yield first and last of each stretch that jitters about one beat, and its even instants."""
    waiting = [(start, stop, 0)]
    while waiting:
        begin, end, n_splits = waiting.pop()
        noted_s = time_s[begin:end]
        if end - begin < MIN_RETIMED_RUN or _is_even(noted_s, config):
            continue
        _, residual_s = _about_line(noted_s, 1)
        if float(np.abs(residual_s).max()) <= config.min_jitter_s:
            continue
        at = _hidden_step(residual_s, config)
        if at is None:
            yield begin, end, _without_jitter(noted_s, period_s, config)
        elif n_splits < MAX_SPLITS:
            waiting += [(begin, begin + at, n_splits + 1), (begin + at, end, n_splits + 1)]


def _is_even(time_s: FloatArray, config: AnalysisConfig) -> bool:
    """Return whether no sample can be further off the line than rounding."""
    step_s = np.diff(time_s)
    return float(step_s.max() - step_s.min()) * time_s.size <= config.min_jitter_s


def _about_line(time_s: FloatArray, n_rounds: int) -> tuple[float, FloatArray]:
    """Return the beat and what the instants are off it, late ones positive [s]."""
    count = np.arange(time_s.size, dtype=np.float64)
    slope_s, start_s = _line(count, time_s, np.ones(time_s.size))
    for _ in range(n_rounds - 1):
        size_s = np.abs(time_s - (start_s + slope_s * count))
        scale_s = 1.345 * 1.4826 * median(size_s) + 1e-12
        weight = np.minimum(1.0, scale_s / np.maximum(size_s, 1e-15))
        slope_s, start_s = _line(count, time_s, weight)
    return slope_s, time_s - (start_s + slope_s * count)


def _hidden_step(residual_s: FloatArray, config: AnalysisConfig) -> int | None:
    """Return where the phase steps under the scatter (or bends most), None if it does not.

    Likelihood ratio of a line with one step against the line alone: the sum of the residuals so
    far, over its own deviation if they were white. That of a step at share u of n samples is
    sigma sqrt(n (w - 3 w^2)), w = u (1 - u), with the slope free.
    """
    n = residual_s.size
    sigma_s = max(_scatter(np.diff(residual_s), math.inf) / math.sqrt(2.0), config.min_jitter_s)
    # Stray stamps would be taken for steps of their own.
    tame_s = np.clip(residual_s, -4.0 * sigma_s, 4.0 * sigma_s)
    total_s = np.cumsum(tame_s - tame_s.mean())[:-1]
    share = np.arange(1, n) / n
    w = share * (1.0 - share)
    strength = np.abs(total_s) / (sigma_s * np.sqrt(n * (w - 3.0 * w**2)))
    at = int(np.argmax(strength))
    return at + 1 if float(strength[at]) > PHASE_STEP_SIGMAS else None


def _without_jitter(noted_s: FloatArray, period_s: float, config: AnalysisConfig) -> FloatArray:
    """Return the instants on their line if what they are off it is jitter, else as noted."""
    slope_s, residual_s = _about_line(noted_s, HUBER_ROUNDS)
    if abs(slope_s / period_s - 1.0) >= MAX_BEAT_ERROR:
        return noted_s
    size_s = np.abs(residual_s)
    scale_s = 1.4826 * median(size_s)
    if not config.min_jitter_s < scale_s < MAX_JITTER_RATIO * period_s:
        return noted_s
    reach_s = JITTER_SIGMAS * scale_s
    tame_s = np.clip(residual_s, -reach_s, reach_s)
    whiteness = 0.5 * float((np.diff(tame_s) ** 2).sum()) / float((tame_s**2).sum())
    if whiteness < MIN_WHITENESS:
        return noted_s
    return _on_beat(noted_s, residual_s, size_s > min(reach_s, 0.5 * period_s))


def _on_beat(noted_s: FloatArray, residual_s: FloatArray, is_stray: BoolArray) -> FloatArray:
    """Return the instants on their line, but for stray ones and those that then come too early."""
    for _ in range(STRAY_ROUNDS):
        if np.count_nonzero(is_stray) > MAX_STRAY_RATIO * noted_s.size:
            break
        mixed_s = np.where(is_stray, noted_s, noted_s - residual_s)
        early = np.flatnonzero(np.diff(mixed_s) <= 0.0)
        if not early.size:
            return mixed_s
        is_stray[early] = is_stray[early + 1] = True
    return noted_s


def _line(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[float, float]:
    # Sums, not dot products: those wake a thread pool that costs more than it saves here.
    total = float(weight.sum())
    mean_x, mean_y = float((weight * x).sum()) / total, float((weight * y).sum()) / total
    off_x = x - mean_x
    slope = float((weight * off_x * (y - mean_y)).sum()) / float((weight * off_x**2).sum())
    return slope, mean_y - slope * mean_x
