"""Where laps are slowest in corners, and how slow."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.ragged import Stretches
from apexlab_desktop.analysis.types import FloatArray, IntArray

_UNKNOWN = -1


def slowest_points(
    lap: LapMotion,
    *,
    entry_m: FloatArray,
    apex_m: FloatArray,
    exit_m: FloatArray,
    measures: CornerMeasureConfig,
) -> tuple[FloatArray, FloatArray]:
    """Return the least speed in corners and its station; NaN where the lap is not known.

    Parameters
    ----------
    lap : LapMotion
    entry_m, apex_m, exit_m : ndarray, shape (n,)
        The corners, running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    ndarray, ndarray, shape (n,)
        [m/s], [m]

    Notes
    -----
    The zone of a corner may reach into the braking for the next one. A least speed far from the
    apex is therefore sought again around it (analysis.md 8; trap 20). The value is that of a
    parabola in time through the samples around it.
    """
    length_m = exit_m - entry_m
    index = _least(lap, lap.between(entry_m, exit_m))
    away_m = np.abs(lap.station_m[index] - apex_m)
    far = np.flatnonzero((index >= 0) & (away_m > measures.slowest_guard_ratio * length_m))
    half_m = measures.slowest_search_ratio * length_m[far]
    near = lap.between(
        np.maximum(apex_m[far] - half_m, entry_m[far]),
        np.minimum(apex_m[far] + half_m, exit_m[far]),
    )
    found = _least(lap, near)
    index[far] = np.where(found >= 0, found, index[far])
    speed_mps, station_m = np.full((2, index.size), np.nan)
    known = np.flatnonzero(index >= 0)
    speed_mps[known], station_m[known] = _by_parabola(
        lap, index[known], entry_m[known], exit_m[known], measures
    )
    return speed_mps, station_m


def _least(lap: LapMotion, at: Stretches) -> IntArray:
    """Return the slowest sample of each stretch, -1 where the motion is not known."""
    is_known = at.count(~np.isfinite(lap.accel_long_mps2)) < at.size
    return np.where(is_known, at.least_index(lap.speed_mps), _UNKNOWN)


def _by_parabola(
    lap: LapMotion,
    index: IntArray,
    entry_m: FloatArray,
    exit_m: FloatArray,
    measures: CornerMeasureConfig,
) -> tuple[FloatArray, FloatArray]:
    """Return the vertices of parabolas by least squares; where there is none, the samples.

    With the time counted from its mean, a parabola is a sum of three that do not know of each
    other: a level, a slope, and a bend less its own level and slope.
    """
    half = max(round(measures.slowest_half_window_s * lap.rate_hz), 1)
    own = lap.lap_bounds(index)
    at = index[:, None] + np.arange(-half, half + 1)
    is_in = (at >= own.first[:, None]) & (at < own.stop[:, None])
    at = np.where(is_in, at, index[:, None])
    n = np.maximum(is_in.sum(axis=1), 1)
    time_s = lap.time_s[at] - lap.time_s[index][:, None]
    mean_s = time_s.sum(axis=1) / n
    u = np.where(is_in, time_s - mean_s[:, None], 0.0)
    here_mps, here_m = lap.speed_mps[index], lap.station_m[index]
    gained = lap.speed_mps[at] - here_mps[:, None]
    u2 = u * u
    square = u2.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        skew = (u2 * u).sum(axis=1) / square
        bent = np.where(is_in, u2 - skew[:, None] * u - (square / n)[:, None], 0.0)
        bend = (bent * gained).sum(axis=1) / (bent * bent).sum(axis=1)
        slope = (u * gained).sum(axis=1) / square - bend * skew
        level = gained.sum(axis=1) / n - bend * square / n
        lowest_s = mean_s - slope / (2.0 * bend)
        at_s = np.clip(lowest_s, time_s.min(axis=1), time_s.max(axis=1))
    place_m = lap.station_at(lap.time_s[index] + at_s)
    is_inside = (entry_m <= place_m) & (place_m <= exit_m)
    is_vertex = (n >= 3) & (bend > 0.0) & is_inside
    since_s = at_s - mean_s
    lowest_mps = here_mps + level + slope * since_s + bend * since_s**2
    return np.where(is_vertex, lowest_mps, here_mps), np.where(is_vertex, place_m, here_m)
