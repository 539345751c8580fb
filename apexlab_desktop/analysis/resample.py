"""Channels at other instants: interpolated or held by their kind, never across a gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, ChannelKind, FloatArray, StoredArray

_GAP_INTERVALS = 2.5
"""A slow channel's own intervals are no gaps; a missing sample or two are."""


def on_grid(
    at_s: FloatArray,
    time_s: FloatArray,
    values: StoredArray,
    kind: ChannelKind,
    *,
    is_angle: bool = False,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> FloatArray | None:
    """Return a channel at other instants.

    Parameters
    ----------
    at_s : ndarray, shape (m,)
        Non-decreasing instants [s].
    time_s : ndarray, shape (n,)
        Instants of the samples, non-decreasing, same origin [s].
    values : ndarray, shape (n,)
        Samples; NaN where missing.
    kind : ChannelKind
        Continuous is interpolated linearly, stepped is held until the next sample.
    is_angle : bool
        Values in radians that may jump by full turns; they are unwrapped first.
    config : AnalysisConfig

    Returns
    -------
    ndarray, shape (m,), or None
        NaN before the first and after the last sample, and inside gaps longer than 0.5 s (2.5 of
        the channel's own intervals where those are longer). None with fewer than two finite
        samples: the channel is absent, not zero.
    """
    known = np.isfinite(values)
    if not known.all():
        time_s, values = time_s[known], values[known]
    if values.size < 2:
        return None
    samples = np.asarray(values, dtype=np.float64)
    if is_angle:
        samples = np.unwrap(samples)
    if kind is ChannelKind.STEPPED:
        before = np.searchsorted(time_s, at_s, side="right") - 1
        result = np.where((before >= 0) & (at_s <= time_s[-1]), samples[before], np.nan)
    else:
        result = np.interp(at_s, time_s, samples, left=np.nan, right=np.nan)
    result[gap_mask(at_s, time_s, config)] = np.nan
    return np.asarray(result)


def at_instants(time_s: FloatArray, values: FloatArray, at_s: npt.ArrayLike) -> FloatArray:
    """Return `values` at a few instants, linear between samples and held beyond the ends.

    Parameters
    ----------
    time_s, values : ndarray, shape (n,)
        Samples, `time_s` non-decreasing; n at least 2.
    at_s : array_like, shape (m,)

    Returns
    -------
    ndarray, shape (m,)

    Notes
    -----
    `numpy.interp` copies arrays that are read-only; of a long session that is most of the work, so
    it gets the samples around the instants only.
    """
    wanted_s = np.asarray(at_s, dtype=np.float64)
    first, last = np.searchsorted(time_s, (wanted_s.min(), wanted_s.max()))
    near = slice(max(int(first) - 1, 0), int(last) + 2)
    return np.asarray(np.interp(wanted_s, time_s[near], values[near]))


def straight_between(
    at: FloatArray, knots: FloatArray, rows: Sequence[FloatArray]
) -> list[FloatArray]:
    """Return several channels of one axis at other places of it, straight between the knots.

    Parameters
    ----------
    at : ndarray, shape (m,)
        Non-decreasing.
    knots : ndarray, shape (n,)
        Non-decreasing, in the unit of `at`; n at least 2.
    rows : sequence of ndarray, shape (n,)
        Values at the knots.

    Returns
    -------
    list of ndarray, shape (m,)
        NaN beyond the knots, and next to a value that is NaN.

    Notes
    -----
    Each place among the knots is sought once, which is most of the work of `numpy.interp`.
    """
    place = np.interp(at, knots, np.arange(knots.size, dtype=np.float64))
    left = np.minimum(place.astype(np.intp), knots.size - 2)
    place -= left
    right, steps = left + 1, np.empty(at.size)
    found = []
    for row in rows:
        values = row.take(left)
        row.take(right, out=steps, mode="clip")  # "raise" would write by way of a copy
        steps -= values
        steps *= place
        values += steps
        found.append(values)
    if at[0] < knots[0] or at[-1] > knots[-1]:
        beyond = (at < knots[0]) | (at > knots[-1])
        for values in found:
            values[beyond] = np.nan
    return found


def gap_mask(
    at_s: FloatArray, time_s: FloatArray, config: AnalysisConfig = DEFAULT_CONFIG
) -> BoolArray:
    """Return which instants lie strictly inside a gap between samples, shape (m,).

    Parameters
    ----------
    at_s : ndarray, shape (m,)
        Non-decreasing [s].
    time_s : ndarray, shape (n,)
        Instants of the samples, non-decreasing [s].
    config : AnalysisConfig
    """
    mask = np.zeros(at_s.size, dtype=np.bool_)
    intervals = np.diff(time_s)
    if not intervals.size:
        return mask
    wide = np.flatnonzero(intervals > config.channel_gap_s)
    if wide.size:
        own = _GAP_INTERVALS * median(intervals)
        wide = wide[intervals[wide] > max(config.channel_gap_s, own)]
    first = np.searchsorted(at_s, time_s[wide], side="right")
    last = np.searchsorted(at_s, time_s[wide + 1], side="left")
    for start, stop in zip(first, last, strict=True):
        mask[start:stop] = True
    return mask
