"""Braking while the car already turns."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.types import FloatArray

_SAME_S = 1e-6
"""Stamps are whole microseconds: two intervals of 0.1 s are 0.2 s, whatever the rounding."""


def trail_brake_time(
    lap: LapMotion,
    *,
    start_m: FloatArray,
    end_m: FloatArray,
    entry_m: FloatArray,
    exit_m: FloatArray,
    measures: CornerMeasureConfig,
) -> FloatArray:
    """Return how long laps braked and turned at once inside corners [s].

    Parameters
    ----------
    lap : LapMotion
    start_m, end_m : ndarray, shape (n,)
        The braking for each corner, running stations; NaN where there is none, and so no trail
        braking [m].
    entry_m, exit_m : ndarray, shape (n,)
        The corners' zones, running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    ndarray, shape (n,)
        0 where it is shorter than 0.2 s, which nobody does on purpose; NaN where accelerations are
        not known.

    Notes
    -----
    Deceleration above 0.10 g with more than 0.30 g of lateral acceleration (analysis.md 8).
    """
    at = lap.between(np.maximum(start_m, entry_m), np.minimum(end_m, exit_m))
    index, _ = at.samples()
    along, across = lap.accel_long_mps2[index], lap.accel_lat_mps2[index]
    is_both = (along < -measures.brake_off_mps2) & (np.abs(across) > measures.trail_accel_lat_mps2)
    trail_s = at.time_where(is_both, lap.time_s)
    trail_s[trail_s < measures.trail_least_s - _SAME_S] = 0.0
    is_unknown = ~np.isfinite(lap.accel_long_mps2) | ~np.isfinite(lap.accel_lat_mps2)
    trail_s[(at.count(is_unknown) > 0) & (at.size > 1)] = np.nan
    return trail_s
