"""How late the car's own sensors speak compared with the receiver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import (
    DEFAULT_CONFIG,
    STANDARD_GRAVITY_MPS2,
    AnalysisConfig,
)
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.smoothing import savgol, window_samples
from apexlab_desktop.analysis.types import AnalysedSession, BoolArray, ChannelGroup, FloatArray

LAG_GRID_HZ = 50.0
MAX_LAG_S = 1.5
MAX_GAP_S = 2.5
"""Between samples further apart nothing is compared."""
RATE_WINDOW_S = 0.7
"""Both speeds are differentiated over the same window, which evens out whole km/h."""
MIN_OVERLAP_S = 20.0
MIN_RATE_MPS2 = 0.05
"""A speed that changes less says nothing about time."""
SCALE_SPEED_MPS = 5.0
SCALE_ACCEL_MPS2 = 0.2 * STANDARD_GRAVITY_MPS2
MIN_SCALE_SAMPLES = 50
BLOCK = 4096
"""Samples that are transformed at once, many times the lags looked at."""
OWN_CLOCK_SOURCES = frozenset({"gps", "calc", "sim", ""})
"""Sources that share the receiver's clock, or of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How late one speed follows another.

    Attributes
    ----------
    lag_s : float
        Positive when the other speed is late [s].
    correlation : float
        Of the rates of both speeds at this lag.
    peak_ratio : float
        Correlation over that of the next best separate peak.
    is_accepted : bool
        Sure enough to be used.
    """

    lag_s: float
    correlation: float
    peak_ratio: float
    is_accepted: bool


def estimate(
    reference_time_s: FloatArray,
    reference_mps: FloatArray,
    time_s: FloatArray,
    speed_mps: FloatArray,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> Lag | None:
    """Return how late `speed_mps` follows the reference, None without enough overlap.

    Parameters
    ----------
    reference_time_s, reference_mps : ndarray, shape (n,)
        Speed by the receiver [s], [m/s].
    time_s, speed_mps : ndarray, shape (m,)
        Speed by another sensor [s], [m/s].
    config : AnalysisConfig

    Notes
    -----
    Cross-correlation of the rates of speed on a 50 Hz grid within 1.5 s, parabola through the peak;
    accepted above a correlation of 0.6 and 1.1 times the next peak (algorithms.md 1.3).
    """
    first_s = max(float(reference_time_s[0]), float(time_s[0])) if time_s.size else np.inf
    last_s = min(float(reference_time_s[-1]), float(time_s[-1])) if time_s.size else -np.inf
    if not last_s - first_s > MIN_OVERLAP_S:
        return None
    grid_s = np.arange(first_s, last_s, 1.0 / LAG_GRID_HZ)
    reference, is_reference = _rate_on_grid(reference_time_s, reference_mps, grid_s)
    other, is_other = _rate_on_grid(time_s, speed_mps, grid_s)
    correlation = _correlations(reference, is_reference, other, is_other)
    if correlation is None:
        return None
    best = int(np.argmax(correlation))
    offset = _parabola_offset(correlation, best)
    ratio = _peak_ratio(correlation, best)
    peak = float(correlation[best])
    return Lag(
        lag_s=(best + offset) / LAG_GRID_HZ - MAX_LAG_S,
        correlation=peak,
        peak_ratio=ratio,
        is_accepted=peak > config.min_lag_correlation
        and ratio > config.min_lag_peak_ratio
        and 0 < best < correlation.size - 1,
    )


def channel_lags(
    session: AnalysedSession, config: AnalysisConfig = DEFAULT_CONFIG
) -> Mapping[str, float]:
    """Return how late the groups of the car's own sensors are, by group name [s].

    Parameters
    ----------
    session : AnalysedSession
    config : AnalysisConfig

    Returns
    -------
    mapping of str to float
        Only groups with a speed of their own and a lag that is sure; subtract it from their times.
    """
    motion = session.trajectory
    if motion is None or session.raw.is_sim or not np.isfinite(motion.x_m).any():
        return {}
    lags: dict[str, float] = {}
    for group in session.raw.groups:
        speed = group.find("speed_mps")
        if speed is None or speed.source in OWN_CLOCK_SOURCES:
            continue
        known = np.isfinite(speed.values)
        found = estimate(
            motion.time_s,
            motion.speed_mps,
            group.time_s[known],
            speed.values[known].astype(np.float64),
            config,
        )
        if found is not None and found.is_accepted:
            lags[group.name] = found.lag_s
    return lags


def speed_scale(session: AnalysedSession, group: ChannelGroup, lag_s: float) -> float | None:
    """Return the speed of a car's own sensors over that of the receiver, None when unknown.

    Parameters
    ----------
    session : AnalysedSession
        With a trajectory.
    group : ChannelGroup
        With a speed of its own.
    lag_s : float
        How late the group is [s].

    Notes
    -----
    Median of the ratios where the car neither crawls nor brakes nor accelerates much, so that what
    is left of the delay weighs little (algorithms.md 1.5). Speedometers read 1 to 5 % high.
    """
    motion, speed = session.trajectory, group.find("speed_mps")
    if motion is None or speed is None:
        return None
    known = np.isfinite(speed.values)
    at_s, own_mps = group.time_s[known] - lag_s, speed.values[known].astype(np.float64)
    inside = (at_s > motion.time_s[0]) & (at_s < motion.time_s[-1])
    at_s, own_mps = at_s[inside], own_mps[inside]
    true_mps, accel_mps2 = (
        np.interp(at_s, motion.time_s, values)
        for values in (motion.speed_mps, motion.accel_long_mps2)
    )
    is_steady = (true_mps > SCALE_SPEED_MPS) & (np.abs(accel_mps2) < SCALE_ACCEL_MPS2)
    if np.count_nonzero(is_steady) < MIN_SCALE_SAMPLES:
        return None
    return median(own_mps[is_steady] / true_mps[is_steady])


def _rate_on_grid(
    time_s: FloatArray, speed_mps: FloatArray, grid_s: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return the rate of speed on the grid, and where it is known."""
    n_window = window_samples(RATE_WINDOW_S, LAG_GRID_HZ)
    rate = savgol(np.interp(grid_s, time_s, speed_mps), n_window, 2, 1) * LAG_GRID_HZ
    is_known = np.ones(grid_s.size, dtype=np.bool_)
    gaps = np.flatnonzero(np.diff(time_s) > MAX_GAP_S)
    ends = np.searchsorted(grid_s, (time_s[gaps], time_s[gaps + 1]), side="right")
    for first, stop in ends.T.tolist():
        is_known[first:stop] = False
    return rate, is_known


def _correlations(
    reference: FloatArray, is_reference: BoolArray, other: FloatArray, is_other: BoolArray
) -> FloatArray | None:
    """Return the correlation at every lag from -1.5 to 1.5 s; None where nothing varies."""
    n_lags = int(MAX_LAG_S * LAG_GRID_HZ)
    a = np.where(is_reference, reference - reference[is_reference].mean(), 0.0)
    b = np.where(is_other, other - other[is_other].mean(), 0.0)
    # The middle of the reference meets the other speed at every lag over the same length.
    a = a[n_lags:-n_lags]
    if min(float(np.std(a)), float(np.std(b))) < MIN_RATE_MPS2:
        return None
    energy = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return _sums_at_lags(a, b) / energy


def _sums_at_lags(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the sum of `a[i] b[i + k]` over i for every k, shape (b.size - a.size + 1,).

    By Fourier transforms of blocks, of which only the few sums wanted must not wrap around.
    """
    n_lags = b.size - a.size
    step = BLOCK - n_lags
    n_blocks = -(-a.size // step)
    a = np.pad(a, (0, n_blocks * step - a.size)).reshape(n_blocks, step)
    b = np.pad(b, (0, n_blocks * step + n_lags - b.size))
    blocks = np.lib.stride_tricks.sliding_window_view(b, BLOCK)[::step]
    spectrum = np.sum(np.fft.rfft(blocks) * np.conj(np.fft.rfft(a, BLOCK)), axis=0)
    return np.asarray(np.fft.irfft(spectrum, BLOCK)[: n_lags + 1])


def _parabola_offset(values: FloatArray, at: int) -> float:
    if not 0 < at < values.size - 1:
        return 0.0
    left, middle, right = values[at - 1 : at + 2].tolist()
    bend = left - 2.0 * middle + right
    return 0.5 * (left - right) / bend if bend < 0.0 else 0.0


def _peak_ratio(values: FloatArray, best: int) -> float:
    inner = values[1:-1]
    peaks = np.flatnonzero((inner > values[:-2]) & (inner >= values[2:])) + 1
    others = values[peaks[peaks != best]]
    second = float(others.max()) if others.size else 0.0
    return float("inf") if second <= 0.0 else float(values[best]) / second
