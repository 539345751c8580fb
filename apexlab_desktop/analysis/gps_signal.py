"""Facts about the receiver's signal: rate, gaps, noise, drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import kinematics
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.order_statistics import median, quantile
from apexlab_desktop.analysis.resample import straight_between
from apexlab_desktop.analysis.smoothing import savgol, savgol_weights
from apexlab_desktop.analysis.types import BoolArray, FloatArray, Lap, Trajectory

MIN_SAMPLES = 20
MIN_MOVING_MPS = 5.0
MIN_DISTANCE_M = 100.0
STRAIGHT_CURVATURE_PER_M = 1.0 / 400.0
N_DRIFT_PLACES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What the fixes themselves show; None where it cannot be told.

    Attributes
    ----------
    rate_hz : float
        True fix rate [Hz].
    missing_ratio : float
        Share of the expected fixes that are absent.
    gap_ratio : float
        Share of the time in gaps over 0.5 s.
    longest_gap_s : float
    noise_m : float or None
        Short-term error per axis: residual to a local quadratic, one sigma [m].
    scatter_p90_m : float or None
        90th percentile of the residual over both axes [m].
    drift_m : float or None
        Usual sideways offset between laps on straights [m].
    speed_ratio : float or None
        Way by Doppler over way by positions.
    """

    rate_hz: float
    missing_ratio: float
    gap_ratio: float
    longest_gap_s: float
    noise_m: float | None
    scatter_p90_m: float | None
    drift_m: float | None
    speed_ratio: float | None


def measure(
    trajectory: Trajectory, laps: tuple[Lap, ...], config: AnalysisConfig = DEFAULT_CONFIG
) -> Signal:
    """Return the facts of algorithms.md 1.7 about the fixes of a session.

    Parameters
    ----------
    trajectory : Trajectory
    laps : tuple of Lap
        Clean ones are compared with each other for the drift.
    config : AnalysisConfig
    """
    missing, in_gaps, longest_s = _gaps(trajectory, config)
    residual_m = _residual(trajectory, config)
    return Signal(
        rate_hz=trajectory.rate_hz,
        missing_ratio=missing,
        gap_ratio=in_gaps,
        longest_gap_s=longest_s,
        noise_m=None if residual_m is None else float(np.sqrt(np.mean(residual_m**2))),
        scatter_p90_m=None
        if residual_m is None
        else quantile(np.sqrt(residual_m[0] ** 2 + residual_m[1] ** 2), 0.9),
        drift_m=_drift(trajectory, tuple(lap for lap in laps if lap.is_clean)),
        speed_ratio=_speed_ratio(trajectory),
    )


def _gaps(trajectory: Trajectory, config: AnalysisConfig) -> tuple[float, float, float]:
    """Return shares of fixes missing and of time in gaps, and the longest gap [s]; pauses aside."""
    known = np.flatnonzero(~trajectory.is_interpolated)
    known_s, way_m = trajectory.time_s[known], np.diff(trajectory.odometer_m[known])
    step_s = np.diff(known_s)
    is_pause = (step_s > config.pause_gap_s) & (way_m < config.pause_speed_mps * step_s)
    step_s = step_s[~is_pause]
    total_s = float(step_s.sum())
    if total_s <= 0.0:
        return 0.0, 0.0, 0.0
    period_s = 1.0 / trajectory.rate_hz
    gaps_s = step_s[step_s > 1.5 * period_s]
    long_s = gaps_s[gaps_s > max(config.smoother_gap_s, 1.5 * period_s)]
    missing_s = float((gaps_s - period_s).sum())
    longest_s = float(gaps_s.max()) if gaps_s.size else 0.0
    return missing_s / total_s, float(long_s.sum()) / total_s, longest_s


def _residual(trajectory: Trajectory, config: AnalysisConfig) -> FloatArray | None:
    """Return east and north minus a local quadratic, shape (2, m) [m]."""
    n_window = kinematics.motion_window(trajectory.time_s, config.velocity_window_s)
    is_good = np.isfinite(trajectory.x_m) & (trajectory.speed_mps > MIN_MOVING_MPS)
    is_good &= ~trajectory.is_interpolated
    if np.count_nonzero(is_good) < MIN_SAMPLES or n_window < 5:
        return None
    # The fit follows part of each sample's own error; undo that share.
    own = float(savgol_weights(n_window, 2, 0, n_window // 2)[n_window // 2])
    is_all = bool(is_good.all())
    residuals = []
    for value in (trajectory.x_m, trajectory.y_m):
        residual = savgol(value, n_window, 2, 0, trajectory.segment)
        np.subtract(value, residual, out=residual)
        residual /= np.sqrt(1.0 - own)
        residuals.append(residual if is_all else residual[is_good])
    return np.stack(residuals)


def _speed_ratio(trajectory: Trajectory) -> float | None:
    same = np.diff(trajectory.segment) == 0
    way_m = np.sqrt(np.diff(trajectory.x_m) ** 2 + np.diff(trajectory.y_m) ** 2)
    moving = same & np.isfinite(way_m) & (trajectory.speed_mps[1:] > MIN_MOVING_MPS)
    polyline_m = float(way_m[moving].sum())
    if polyline_m < MIN_DISTANCE_M:
        return None
    return float(np.diff(trajectory.odometer_m)[moving].sum()) / polyline_m


def _drift(trajectory: Trajectory, laps: tuple[Lap, ...]) -> float | None:
    """Return the median over laps of the sideways offset to the first lap on straights [m]."""
    if len(laps) < 2 or not np.isfinite(trajectory.x_m).all():
        return None
    curvature_per_m = trajectory.curvature_per_m
    known_per_m = np.where(np.isfinite(curvature_per_m), curvature_per_m, 1.0)
    positions = (trajectory.x_m, trajectory.y_m)
    *reference, bend_per_m = _places(
        trajectory, laps[0], (*positions, trajectory.course_rad, known_per_m)
    )
    straight = np.abs(bend_per_m) < STRAIGHT_CURVATURE_PER_M
    if np.count_nonzero(straight) < MIN_SAMPLES:
        return None
    offsets = [
        _sideways(reference, _places(trajectory, lap, positions), straight) for lap in laps[1:]
    ]
    return median(np.abs(offsets))


def _places(trajectory: Trajectory, lap: Lap, columns: Sequence[FloatArray]) -> list[FloatArray]:
    """Return columns of the trajectory at even shares of the lap, shape (n,) each."""
    low, high = np.searchsorted(trajectory.time_s, (lap.start_s, lap.end_s))
    inside = slice(max(int(low) - 1, 0), int(high) + 1)
    way_m = trajectory.odometer_m[inside]
    ends_m = np.interp((lap.start_s, lap.end_s), trajectory.time_s[inside], way_m)
    at_m = np.linspace(ends_m[0], ends_m[1], N_DRIFT_PLACES)
    return straight_between(at_m, way_m, [column[inside] for column in columns])


def _sideways(
    reference: Sequence[FloatArray], other: Sequence[FloatArray], straight: BoolArray
) -> float:
    d_x, d_y = other[0] - reference[0], other[1] - reference[1]
    left_m = d_y * np.cos(reference[2]) - d_x * np.sin(reference[2])
    return median(left_m[straight])
