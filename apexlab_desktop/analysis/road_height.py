"""Slopes of the road, from the heights that all laps of a session measured."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.spline import smooth_open, smooth_periodic
from apexlab_desktop.analysis.types import AnalysedSession, Comparison, FloatArray

HEIGHT = "altitude_m"
_CUTOFF_M = 120.0
"""Shorter waves of measured heights are the receiver's, not the road's."""
_MOST_GRADE = 0.25
"""No race track is steeper; a height that says so is wrong."""
_MOST_SCATTER_M = 8.0
_MIN_SAMPLES = 20


def road_grade(session: AnalysedSession, comparison: Comparison) -> FloatArray | None:
    """Return the slope of the road at the stations of a comparison.

    Parameters
    ----------
    session : AnalysedSession
        Whose laps are compared.
    comparison : Comparison

    Returns
    -------
    ndarray, shape (n_grid,), or None
        Angle of the slope, up positive [rad]; None where no height was measured, or none to trust.

    Notes
    -----
    A receiver's height is good to metres and drifts, but within a lap it follows the road: each
    lap's mean is taken off, and of all laps the median at each place is kept.
    """
    heights = [_height_of(session, lap.lap.start_s + lap.time_s) for lap in comparison.laps]
    known = [height for height in heights if height is not None]
    if not known or comparison.line is None:
        return None
    stack = np.stack(known)
    stack = stack - stack.mean(axis=1, keepdims=True)
    middle = np.median(stack, axis=0)
    if float(np.median(np.abs(stack - middle))) > _MOST_SCATTER_M:
        return None
    step = float(comparison.distance_m[1] - comparison.distance_m[0])
    slope = np.gradient(_smooth(middle, step, is_closed=comparison.line.is_closed), step)
    if float(np.abs(slope).max()) > _MOST_GRADE:
        return None
    return np.asarray(np.arctan(slope))


def _smooth(height: FloatArray, step: float, *, is_closed: bool) -> FloatArray:
    if not is_closed:
        return smooth_open(height, step, _CUTOFF_M)
    # A lap ends as high as it began; what is left is drift.
    level = height - np.linspace(0.0, height[-1] - height[0], height.size)
    smooth = smooth_periodic(level[:-1], step, _CUTOFF_M)
    return np.append(smooth, smooth[:1])


def _height_of(session: AnalysedSession, at_s: FloatArray) -> FloatArray | None:
    """Return a lap's height at times, straight over dropouts; None without."""
    for group in session.raw.groups:
        for channel in group.channels:
            if channel.name != HEIGHT:
                continue
            values = np.asarray(channel.values, dtype=np.float64)
            time_s = group.time_us * 1e-6
            known = np.isfinite(values)
            known &= (time_s >= np.nanmin(at_s)) & (time_s <= np.nanmax(at_s))
            if np.count_nonzero(known) < _MIN_SAMPLES or float(np.ptp(values[known])) == 0.0:
                return None
            places = np.arange(at_s.size)
            seen = np.isfinite(at_s)
            filled = np.interp(places, places[seen], at_s[seen])
            return np.interp(filled, time_s[known], values[known])
    return None
