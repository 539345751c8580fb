"""Braking while the car already turns."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.braking import BrakeEvent
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion


def trail_brake_time(
    lap: LapMotion,
    braking: BrakeEvent | None,
    *,
    entry_m: float,
    exit_m: float,
    measures: CornerMeasureConfig,
) -> float | None:
    """Return how long a lap braked and turned at once inside a corner [s].

    Parameters
    ----------
    lap : LapMotion
    braking : BrakeEvent or None
        The braking for this corner; without one there is no trail braking.
    entry_m, exit_m : float
        The corner's zone, running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    float or None
        0 where it is shorter than 0.2 s, which nobody does on purpose; None where accelerations are
        not known.

    Notes
    -----
    Deceleration above 0.10 g with more than 0.30 g of lateral acceleration (analysis.md 8).
    """
    if braking is None:
        return 0.0
    at = lap.between(max(braking.start_m, entry_m), min(braking.end_m, exit_m))
    along, across = lap.accel_long_mps2[at], lap.accel_lat_mps2[at]
    if along.size < 2:
        return 0.0
    if not (np.isfinite(along).all() and np.isfinite(across).all()):
        return None
    is_both = (along < -measures.brake_off_mps2) & (np.abs(across) > measures.trail_accel_lat_mps2)
    step_s = np.gradient(lap.time_s[at])
    trail_s = float(np.sum(step_s[is_both]))
    return trail_s if trail_s >= measures.trail_least_s else 0.0
