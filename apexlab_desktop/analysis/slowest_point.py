"""Where a lap is slowest in a corner, and how slow."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion


def slowest_point(
    lap: LapMotion, *, entry_m: float, apex_m: float, exit_m: float, measures: CornerMeasureConfig
) -> tuple[float, float] | None:
    """Return the least speed in a corner and its station; None where the lap is not known.

    Parameters
    ----------
    lap : LapMotion
    entry_m, apex_m, exit_m : float
        The corner, running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    (float, float) or None
        [m/s], [m]

    Notes
    -----
    The zone of a corner may reach into the braking for the next one. A least speed far from the
    apex is therefore sought again around it (analysis.md 8; trap 20). The value is that of a
    parabola in time through the samples around it.
    """
    length_m = exit_m - entry_m
    index = _least(lap, entry_m, exit_m)
    if index is None:
        return None
    if abs(float(lap.station_m[index]) - apex_m) > measures.slowest_guard_ratio * length_m:
        half_m = measures.slowest_search_ratio * length_m
        near = _least(lap, max(apex_m - half_m, entry_m), min(apex_m + half_m, exit_m))
        index = index if near is None else near
    return _by_parabola(lap, index, entry_m, exit_m, measures)


def _least(lap: LapMotion, from_m: float, to_m: float) -> int | None:
    at = lap.between(from_m, to_m)
    speed = lap.speed_mps[at]
    if not speed.size or not np.isfinite(lap.accel_long_mps2[at]).any():
        return None
    known = np.where(np.isfinite(speed), speed, np.inf)
    return int(at.start) + int(np.argmin(known))


def _by_parabola(
    lap: LapMotion, index: int, entry_m: float, exit_m: float, measures: CornerMeasureConfig
) -> tuple[float, float]:
    half = max(round(measures.slowest_half_window_s * lap.rate_hz), 1)
    at = slice(max(index - half, 0), min(index + half + 1, lap.time_s.size))
    time_s = lap.time_s[at] - lap.time_s[index]
    speed = lap.speed_mps[at]
    here = float(lap.speed_mps[index]), float(lap.station_m[index])
    if time_s.size < 3 or not np.isfinite(speed).all():
        return here
    bend, slope, level = np.polyfit(time_s, speed, 2)
    if bend <= 0.0:
        return here
    at_s = float(np.clip(-slope / (2.0 * bend), time_s[0], time_s[-1]))
    station_m = lap.station_at(float(lap.time_s[index]) + at_s)
    if not entry_m <= station_m <= exit_m:
        return here
    return float(level + slope * at_s + bend * at_s**2), station_m
