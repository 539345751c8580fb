"""Filling of missing samples: straight in values, cubic Hermite in position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import column_medians
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

SHIFT_SIDE = 4
"""Samples before and after a step whose medians tell whether it lasts."""
MIN_SHIFT_RATIO = 0.6
"""Least lasting shift, in periods, of a sample that is missing."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Filling:
    """Where samples are put between the known ones.

    Attributes
    ----------
    time_s : ndarray, shape (m,)
        Known and new instants, strictly increasing [s].
    is_new : ndarray of bool, shape (m,)
    left : ndarray of int, shape (m,)
        Index of the known sample at or before each instant.
    gap_s : ndarray, shape (m,)
        Length of the gap a new sample lies in, 0 for known ones [s].
    """

    time_s: FloatArray
    is_new: BoolArray
    left: IntArray
    gap_s: FloatArray


def plan_filling(
    time_s: FloatArray, segment: IntArray, period_s: float, longest_s: float
) -> Filling:
    """Return the instants that make every gap up to `longest_s` evenly sampled.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Known instants, strictly increasing [s].
    segment : ndarray of int, shape (n,)
        Gaps between different segments are left open.
    period_s : float
        Nominal distance of two samples [s].
    longest_s : float
        Longest gap that is filled [s].

    Notes
    -----
    At most as many samples are put in as are known; then they lie farther apart.
    """
    step_s = np.diff(time_s)
    n_missing = np.rint(step_s / period_s).astype(np.int64) - 1
    is_open = (segment[1:] != segment[:-1]) | (step_s > longest_s) | (step_s < 1.5 * period_s)
    n_missing[is_open | (n_missing < 0)] = 0
    if n_missing.any():
        n_missing[_stray_steps(time_s, n_missing, period_s)] = 0
    n_new = int(n_missing.sum())
    if n_new > time_s.size:
        # Not more than are known, or gaps among a few close samples would fill the memory.
        n_missing = n_missing * time_s.size // n_new
    if not n_missing.any():
        return _nothing_missing(time_s)
    repeats = np.append(n_missing + 1, 1)
    left = np.repeat(np.arange(time_s.size), repeats)
    is_new = np.append(False, left[1:] == left[:-1])
    # Few samples are new, and only those are reckoned.
    new = np.flatnonzero(is_new)
    before = left[new]
    place = new - (np.cumsum(repeats) - repeats)[before]
    filled_s, gap_s = time_s.take(left), np.zeros(left.size)
    filled_s[new] += step_s[before] * place / repeats[before]
    gap_s[new] = step_s[before]
    return Filling(time_s=filled_s, is_new=is_new, left=left, gap_s=gap_s)


def _stray_steps(time_s: FloatArray, n_missing: IntArray, period_s: float) -> IntArray:
    """Return where a step is long only because one of its two samples came early or late.

    A sample that is missing shifts all that follow by its period.
    """
    single = np.flatnonzero(n_missing == 1)
    place = single + np.arange(SHIFT_SIDE)[:, np.newaxis]
    before = np.maximum(place - (SHIFT_SIDE - 1), 0)
    after = np.minimum(place + 1, time_s.size - 1)
    shift_s = [column_medians(time_s[at] - period_s * at) for at in (before, after)]
    return single[shift_s[1] - shift_s[0] < MIN_SHIFT_RATIO * period_s]


def _nothing_missing(time_s: FloatArray) -> Filling:
    n = time_s.size
    return Filling(
        time_s=time_s, is_new=np.zeros(n, np.bool_), left=np.arange(n), gap_s=np.zeros(n)
    )


def hermite(
    time_s: FloatArray, value: FloatArray, rate: FloatArray, left: IntArray, at_s: FloatArray
) -> FloatArray:
    """Return the cubic through two known samples with their rates of change.

    Parameters
    ----------
    time_s, value, rate : ndarray, shape (n,)
        Known samples and their derivatives.
    left : ndarray of int, shape (m,)
        Known sample at or before each wanted instant; the one after it is the right end.
    at_s : ndarray, shape (m,)
        Wanted instants [s].

    Returns
    -------
    ndarray, shape (m,)

    Notes
    -----
    The error over a gap T is at most jerk T^3 / 96, and none for constant jerk (algorithms.md 1.4).
    """
    right = np.minimum(left + 1, time_s.size - 1)
    span = time_s[right] - time_s[left]
    safe = np.where(span > 0.0, span, 1.0)
    u = (at_s - time_s[left]) / safe
    from_left = (
        value[left] * (1.0 + 2.0 * u) * (1.0 - u) ** 2 + span * rate[left] * u * (1.0 - u) ** 2
    )
    from_right = value[right] * u**2 * (3.0 - 2.0 * u) - span * rate[right] * u**2 * (1.0 - u)
    return np.where(span > 0.0, from_left + from_right, value[left])
