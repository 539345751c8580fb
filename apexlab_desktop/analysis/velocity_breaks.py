"""Where the velocity led away from the fixes for good: there it is not to be followed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray

_SIDE = 6
"""Picks on each side of an instant whose medians are compared."""
_PICK_S = 1.0
_BREAK_SIGMAS = 6.0
"""Drift and noise never come to this in a few seconds; one in 10^7 would."""
_RAYLEIGH_MEDIAN = 1.177
_LEAST_BREAK_M = 1.0
_LONGEST_BURST_S = 15.0
"""Fixes that jump come back within this; a way that was driven in a wrong direction does not."""


def velocity_breaks(
    time_s: FloatArray, away_m: npt.NDArray[np.complex128]
) -> list[tuple[float, float]]:
    """Return when the way by velocity and the fixes parted for good.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing, of one stretch without a gap [s].
    away_m : ndarray of complex, shape (n,)
        Way by velocity minus fixes, east + i north; only its changes mean anything [m].

    Returns
    -------
    list of (float, float)
        First and last instant of each break, the seconds around it included [s].

    Notes
    -----
    The receiver's drift is a slow random walk, its noise zero on average: the medians of `away_m`
    before and after an instant differ by a Gaussian vector whose scale the session itself shows.
    What is far outside, and does not come back as it does where the fixes were thrown off for some
    seconds (multipath), is an error of the velocity: a course held over a dropout, a wheel that
    spun. One fix that is off moves no median.
    """
    step_s = (time_s[-1] - time_s[0]) / max(time_s.size - 1, 1)
    every = max(round(_PICK_S / step_s), 1) if step_s > 0.0 else 1
    at_s, picks = time_s[::every], away_m[::every]
    if picks.size < 2 * _SIDE + 1:
        return []
    before, after = _medians_beside(picks)
    parted_m = np.abs(after - before)
    limit_m = max(_BREAK_SIGMAS * median(parted_m) / _RAYLEIGH_MEDIAN, _LEAST_BREAK_M)
    found = []
    for first, last in _together(np.flatnonzero(parted_m > 0.5 * limit_m), at_s):
        whole_m = abs(after[last] - before[first])
        if np.max(parted_m[first : last + 1]) > limit_m and whole_m > limit_m:
            found.append((float(at_s[first]), float(at_s[min(last + 1, at_s.size - 1)])))
    return found


def _medians_beside(
    picks: npt.NDArray[np.complex128],
) -> tuple[npt.NDArray[np.complex128], npt.NDArray[np.complex128]]:
    """Return the medians of the picks up to and after each, held at both ends, shape (n,)."""
    windows = sliding_window_view(picks, _SIDE)
    medians = np.median(windows.real, axis=1) + 1j * np.median(windows.imag, axis=1)
    n = picks.size
    up_to = medians[np.clip(np.arange(n) - _SIDE + 1, 0, n - _SIDE)]
    later = medians[np.clip(np.arange(n) + 1, 0, n - _SIDE)]
    return up_to, later


def _together(marked: npt.NDArray[np.intp], at_s: FloatArray) -> list[tuple[int, int]]:
    """Return first and last of the marked, as one where a burst of bad fixes could lie between."""
    if not marked.size:
        return []
    cuts = np.flatnonzero(np.diff(at_s[marked]) > _LONGEST_BURST_S) + 1
    return [(int(part[0]), int(part[-1])) for part in np.split(marked, cuts)]
