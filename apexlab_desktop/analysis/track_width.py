"""How much of the road a session's laps have used, where nobody has surveyed its width."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.spline import smooth_open, smooth_periodic
from apexlab_desktop.analysis.types import Comparison, FloatArray
from apexlab_desktop.errors import InsufficientDataError

MIN_LAPS = 8
_LOW, _HIGH = 2.0, 98.0
_MARGIN_M = 0.5
_SMOOTHING_M = 20.0


def driven_band(comparison: Comparison) -> FloatArray:
    """Return how far left and right of the reference line cars have been, shape (2, n_grid) [m].

    Parameters
    ----------
    comparison : Comparison
        As `laps_at_places` gives it.

    Raises
    ------
    InsufficientDataError
        With fewer than `MIN_LAPS` clean laps, or without positions.

    Notes
    -----
    From the 2nd to the 98th percentile of the offsets, and half a metre on both sides
    (algorithms.md 9.2). That is the band that was used, not the track: a line inside it is one that
    the driver has proved to be on the road.
    """
    line = comparison.line
    laps = [lap for lap in comparison.laps if lap.lap.is_clean]
    if line is None or len(laps) < MIN_LAPS:
        raise InsufficientDataError(
            expected=f"at least {MIN_LAPS} clean laps with positions, to know how wide you drive",
            found=f"{len(laps) if line is not None else 0}",
        )
    offsets = np.stack([lap.channels["lateral_offset_m"] for lap in laps])
    # Where a lap is not known it is taken to be on the line, which is inside any band.
    right, left = np.percentile(np.nan_to_num(offsets), (_LOW, _HIGH), axis=0)
    step_m = float(comparison.distance_m[1] - comparison.distance_m[0])
    edges = [_smooth(edge, step_m, is_closed=line.is_closed) for edge in (left, -right)]
    return np.asarray(np.stack(edges) + _MARGIN_M)


def _smooth(edge_m: FloatArray, step_m: float, *, is_closed: bool) -> FloatArray:
    if not is_closed:
        return smooth_open(edge_m, step_m, _SMOOTHING_M)
    smooth = smooth_periodic(edge_m[:-1], step_m, _SMOOTHING_M)
    return np.append(smooth, smooth[:1])
