"""A drive that passes no place twice: timed from its launch to its last slow-down."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.order_statistics import quantile
from apexlab_desktop.analysis.smoothing import moving_mean
from apexlab_desktop.analysis.types import BoolArray, FloatArray, Trajectory

REST_MPS = 1.0
LAUNCHED_MPS = 10.0
"""A car that gets this quick after a rest was launched, not moved up in the queue."""
MIN_RUN_M = 200.0
FAST_SHARE = 0.6
"""Below this share of the run's speeds a slow-down is under way."""
LEAST_BRAKING_MPS2 = 0.5
SMOOTHING_S = 0.5


def find(motion: Trajectory) -> tuple[float, float] | None:
    """Return when a run began and ended, or None when it did not begin or end at rest.

    Parameters
    ----------
    motion : Trajectory

    Returns
    -------
    start_s, end_s : float
        The first launch from rest and the beginning of the last slow-down [s].

    Notes
    -----
    Algorithms.md 3.3, step 6, for hill climbs and autocross. The gates themselves are not in the
    data: the start is met within the reaction of a light beam, the end within that of the driver.
    """
    known = np.isfinite(motion.speed_mps)
    time_s, speed_mps = motion.time_s[known], motion.speed_mps[known]
    if time_s.size < 3:
        return None
    runs = _launched(speed_mps)
    if not runs or runs[0].start == 0:
        return None
    start = runs[0].start
    start_s = float(
        np.interp(REST_MPS, speed_mps[start - 1 : start + 1], time_s[start - 1 : start + 1])
    )
    end = _slow_down(time_s[runs[-1]], speed_mps[runs[-1]])
    if end is None:
        return None
    end_s = float(time_s[runs[-1]][end])
    way_m = np.interp((start_s, end_s), motion.time_s, motion.odometer_m)
    return (start_s, end_s) if way_m[1] - way_m[0] >= MIN_RUN_M else None


def _launched(speed_mps: FloatArray) -> list[slice]:
    """Return the stretches between rests in which the car was quick."""
    moves: BoolArray = np.concatenate(([False], speed_mps >= REST_MPS, [False]))
    edges = np.flatnonzero(np.diff(moves.astype(np.int8)))
    stretches = [slice(int(a), int(b)) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    return [run for run in stretches if float(speed_mps[run].max()) >= LAUNCHED_MPS]


def _slow_down(time_s: FloatArray, speed_mps: FloatArray) -> int | None:
    """Return the sample at which the last slow-down begins; None when it ends at speed."""
    if time_s.size < 3:
        return None
    smooth_mps = moving_mean(time_s, speed_mps, SMOOTHING_S)
    fast_mps = FAST_SHARE * quantile(smooth_mps, 0.9)
    if smooth_mps[-1] >= fast_mps:
        return None
    last = int(np.flatnonzero(smooth_mps >= fast_mps)[-1])
    slowing_mps2 = -np.diff(smooth_mps[: last + 1]) / np.diff(time_s[: last + 1])
    not_yet = np.flatnonzero(slowing_mps2 < LEAST_BRAKING_MPS2)
    return int(not_yet[-1]) + 1 if not_yet.size else 0
