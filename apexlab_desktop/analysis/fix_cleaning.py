"""Take out samples that cannot be true and say so; what stays is finite in position."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis import kinematics, outliers, timebase
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.motion_source import MotionSamples, Receipt, optional_column
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, ChannelGroup, FloatArray, IntArray, Severity

MIN_EVIDENCE = 20
"""Moving steps needed before the motion may judge between two time axes."""
EVIDENCE_SPEED_MPS = 5.0
OUTLYING_SIGMAS = 5.0
EVIDENCE_SIGMAS = 3.0
"""How sure the motion must be against the stamps; when in doubt, they stand."""


def without_missing(
    samples: MotionSamples,
    group: ChannelGroup,
    kept: IntArray,
    period_s: float,
    receipt: Receipt,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> MotionSamples:
    """Return the samples with a fix: present, not frozen, and not poor where few are.

    Parameters
    ----------
    samples : MotionSamples
    group : ChannelGroup
        With the receiver's own words on its fixes.
    kept : ndarray of int, shape (n,)
        Index of the samples in `group`.
    period_s : float
        Nominal distance of two samples [s].
    receipt : Receipt
        Gets a line for each kind of loss.
    config : AnalysisConfig
    """
    if not samples.has_position:
        return samples.take(np.isfinite(samples.speed_mps))
    n = kept.size
    fix_type, n_satellites, accuracy_m = (
        None if column is None else column[kept]
        for column in (
            optional_column(group, name)
            for name in ("fix_type", "n_satellites", "position_accuracy_m")
        )
    )
    good = np.isfinite(samples.x_m) & np.isfinite(samples.y_m)
    no_fix = outliers.no_fix(fix_type, n_satellites, n, config) & good
    frozen = good & outliers.frozen(
        samples.time_s, samples.x_m, samples.y_m, samples.speed_mps, period_s, config
    )
    lost = Severity.LOST
    receipt.note("no_fix", lost, samples.time_s[no_fix], "samples without a fix")
    receipt.note("frozen_fixes", lost, samples.time_s[frozen], "positions repeated at speed")
    good &= ~(no_fix | frozen)
    poor = outliers.poor_rows(accuracy_m, n_satellites, n, config) & good
    return samples.take(good & ~_left_out(poor, samples.time_s, receipt, config))


def _left_out(
    poor: BoolArray, time_s: FloatArray, receipt: Receipt, config: AnalysisConfig
) -> BoolArray:
    """Return `poor`, or nothing when so many are poor that this is the receiver's usual state."""
    what = "fixes of poor accuracy or few satellites"
    if np.count_nonzero(poor) > config.quiet_drop_ratio * poor.size:
        detail = f"{what} kept: too many to leave out"
        receipt.note("poor_fixes_kept", Severity.INFO, time_s[poor], detail)
        return np.zeros(poor.size, dtype=np.bool_)
    receipt.note("poor_fixes_dropped", Severity.REPAIRED, time_s[poor], f"{what} left out")
    return poor


def on_true_instants(
    samples: MotionSamples,
    period_s: float,
    receipt: Receipt,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> MotionSamples:
    """Return the samples on even instants, if the motion agrees better with those.

    Parameters
    ----------
    samples : MotionSamples
    period_s : float
        Nominal distance of two samples [s].
    receipt : Receipt
    config : AnalysisConfig

    Notes
    -----
    A phone that misses its second by 30 ms really was elsewhere; behind a serial line that
    delivers late the car was not. Steps of position against speed times the step of time tell the
    two apart; where they are not sure, the stamps stand.
    """
    even_s = timebase.retimed(samples.time_s, samples.segment, period_s, config)
    moved = even_s != samples.time_s
    if not moved.any() or not _fits_better(samples, even_s):
        return samples
    largest_ms = 1e3 * float(np.max(np.abs(even_s - samples.time_s)))
    detail = f"jittered instants made even (by up to {largest_ms:.1f} ms)"
    receipt.note("time_jitter_removed", Severity.REPAIRED, samples.time_s[moved], detail)
    return replace(samples, time_s=even_s)


def _fits_better(samples: MotionSamples, even_s: FloatArray) -> bool:
    """Return whether the way driven surely agrees better with `even_s` than with the stamps.

    If the stamps are true, a step of the way is longer than speed times the even step by speed
    times what the noted step is longer; if the even instants are, by nothing. The slope of the
    one over the other is near 1 or near 0.
    """
    way_m = np.hypot(np.diff(samples.x_m), np.diff(samples.y_m))
    even_step_s = np.diff(even_s)
    mean_mps = 0.5 * (samples.speed_mps[1:] + samples.speed_mps[:-1])
    has_speed = np.count_nonzero(np.isfinite(mean_mps)) > 0.5 * mean_mps.size
    if not has_speed:
        mean_mps = way_m / even_step_s
    longer_m = way_m - mean_mps * even_step_s if has_speed else _bend(way_m)
    noted_m = mean_mps * (np.diff(samples.time_s) - even_step_s)
    if not has_speed:
        noted_m = _bend(noted_m)
    usable = np.isfinite(longer_m) & np.isfinite(noted_m) & (mean_mps > EVIDENCE_SPEED_MPS)
    usable &= np.diff(samples.segment) == 0
    if np.count_nonzero(usable) < MIN_EVIDENCE:
        return False
    slope, sigma = _slope(noted_m[usable], longer_m[usable])
    return slope + EVIDENCE_SIGMAS * sigma < 0.5


def _bend(values: FloatArray) -> FloatArray:
    """Return what values differ from the mean of both neighbours, NaN at the ends."""
    bend = np.full(values.size, np.nan)
    bend[1:-1] = values[1:-1] - 0.5 * (values[2:] + values[:-2])
    return bend


def _slope(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return the slope of y over x and its one sigma, without jumps in either."""
    # A speed that reads high shifts every step; what counts is how steps differ.
    x, y = x - median(x), y - median(y)
    # Half-way between both answers, so that no jump speaks for either.
    between = y - 0.5 * x
    kept = np.ones(x.size, dtype=np.bool_)
    for off in (x, between):
        kept &= np.abs(off) <= OUTLYING_SIGMAS * 1.4826 * median(np.abs(off))
    x, y = x[kept], y[kept]
    total = float((x**2).sum())
    if total <= 0.0:
        return 1.0, 0.0
    slope = float((x * y).sum()) / total
    return slope, float(np.sqrt(np.mean((y - slope * x) ** 2) / total))


def without_outliers(
    samples: MotionSamples,
    period_s: float,
    receipt: Receipt,
    *,
    max_accel_mps2: float,
    sigma_m: float,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> MotionSamples:
    """Return the samples without positions that jumped; impossible speeds are bridged.

    Parameters
    ----------
    samples : MotionSamples
    period_s : float
        Nominal distance of two samples [s].
    receipt : Receipt
    max_accel_mps2 : float
        What the car could do at most [m/s2].
    sigma_m : float
        Usual error of a position [m].
    config : AnalysisConfig
    """
    jumped = outliers.speed_spikes(samples.time_s, samples.speed_mps, max_accel_mps2)
    detail = "impossible speeds bridged"
    receipt.note("speed_spikes", Severity.REPAIRED, samples.time_s[jumped], detail)
    speed_mps = np.where(jumped, np.nan, samples.speed_mps) if jumped.any() else samples.speed_mps
    samples = replace(samples, speed_mps=bridged(samples.time_s, speed_mps))
    if not samples.has_position:
        return samples
    # Between slow fixes a car can change its speed; what it can do is no spike.
    floor_m = max(config.spike_floor_m, sigma_m, 0.1 * max_accel_mps2 * period_s**2)
    spikes = outliers.position_spikes(
        samples.time_s,
        samples.x_m,
        samples.y_m,
        _velocity(samples),
        period_s,
        floor_m=floor_m,
        config=config,
    )
    is_much = np.count_nonzero(spikes) > config.quiet_drop_ratio * spikes.size
    severity = Severity.LOST if is_much else Severity.REPAIRED
    detail = "positions that jumped left out"
    receipt.note("position_spikes", severity, samples.time_s[spikes], detail)
    return samples.take(~spikes)


def _velocity(samples: MotionSamples) -> tuple[FloatArray, FloatArray] | None:
    n_course = np.count_nonzero(np.isfinite(samples.course_rad))
    if n_course < 0.5 * samples.course_rad.size or not np.isfinite(samples.speed_mps).all():
        return None
    return samples.speed_mps, kinematics.held_course(samples.course_rad)


def bridged(time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return `values` with NaN replaced by straight lines, shape (n,); all NaN stays so."""
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    return np.interp(time_s, time_s[known], values[known])
