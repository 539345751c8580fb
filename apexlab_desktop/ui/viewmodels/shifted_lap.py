"""A lap moved along the track against the others, for laps whose start lines do not agree."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray


def shifted(
    grid_m: FloatArray, values: FloatArray, by_m: float, *, is_stepped: bool = False
) -> FloatArray:
    """Return a channel as it reads when its lap is drawn `by_m` further on.

    Parameters
    ----------
    grid_m, values : ndarray, shape (n,)
        Places, increasing [m], and the channel there.
    by_m : float
        Positive towards the end of the lap [m].
    is_stepped : bool
        Whether values are held, never interpolated.

    Returns
    -------
    ndarray, shape (n,)
        NaN where the lap does not reach.
    """
    at = grid_m - by_m
    if is_stepped:
        held = np.searchsorted(grid_m, at, side="right") - 1
        moved = values[np.clip(held, 0, values.size - 1)]
    else:
        moved = np.interp(at, grid_m, values)
    return np.where(_reaches(grid_m, at), moved, np.nan)


def shifted_time_s(
    grid_m: FloatArray, time_s: FloatArray, reference_s: FloatArray, by_m: float
) -> FloatArray:
    """Return when a lap drawn `by_m` further on is at each place, on the clock of the reference.

    The clocks agree at the first place that both laps reach. Beyond its ends the lap goes on at
    the pace it has there, so that the times are an axis from end to end; shape (n,) [s].
    """
    at = grid_m - by_m
    moved = np.interp(at, grid_m, time_s)
    pace = np.diff(time_s) / np.diff(grid_m)
    moved += np.minimum(at - grid_m[0], 0.0) * pace[0] + np.maximum(at - grid_m[-1], 0.0) * pace[-1]
    first = int(np.argmax(_reaches(grid_m, at)))
    return np.asarray(moved - moved[first] + reference_s[first], dtype=np.float64)


def _reaches(grid_m: FloatArray, at: FloatArray) -> BoolArray:
    inside: BoolArray = (at >= grid_m[0]) & (at <= grid_m[-1])
    return inside
