"""Zero-phase smoothing and differentiation; widths in seconds, never across a segment break."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.types import FloatArray, IntArray

Number = TypeVar("Number", np.float64, np.complex128)

BLOCK = 8192
"""Samples worked on at a time: two arrays of them fit the processor's cache."""
MANY_SEGMENTS = 100
"""With more of them, those of one length are filtered together."""
LONGEST_PAIRED = 10
"""Half window up to which pairs of samples are quicker than `numpy.correlate`."""


def window_samples(width_s: float, rate_hz: float, min_samples: int = 5) -> int:
    """Return the odd number of samples whose span is closest to `width_s`.

    Parameters
    ----------
    width_s : float
        Span of the window [s].
    rate_hz : float
        Sampling rate [Hz].
    min_samples : int
        Smallest window, odd.
    """
    half = max(round(width_s * rate_hz / 2.0), min_samples // 2)
    return 2 * int(half) + 1


@lru_cache(maxsize=64)
def savgol_weights(n_window: int, order: int, derivative: int, at: int) -> FloatArray:
    """Return the weights of a local polynomial fit on unit spacing.

    Parameters
    ----------
    n_window : int
        Samples in the window.
    order : int
        Order of the polynomial, below `n_window`.
    derivative : int
        0 for the value, 1 for the slope, ...
    at : int
        Index in the window where the fit is evaluated.

    Returns
    -------
    ndarray, shape (n_window,)
        Their dot product with the samples is the derivative per sample.

    Notes
    -----
    Savitzky and Golay (1964): the row of the pseudo-inverse of the Vandermonde matrix.
    """
    offset = np.arange(n_window, dtype=np.float64) - at
    basis = np.vander(offset, order + 1, increasing=True)
    weights = np.linalg.pinv(basis)[derivative] * float(np.prod(np.arange(1, derivative + 1)))
    weights.setflags(write=False)
    return np.asarray(weights)


def savgol(
    values: FloatArray,
    n_window: int,
    order: int,
    derivative: int = 0,
    segment: IntArray | None = None,
) -> FloatArray:
    """Return `values` smoothed or differentiated by local polynomials.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Evenly spaced samples.
    n_window : int
        Odd number of samples; shortened where a segment is shorter.
    order : int
        Order of the polynomial.
    derivative : int
        Which derivative, per sample.
    segment : ndarray of int, shape (n,), optional
        Non-decreasing; no window reaches from one value of it to another.

    Returns
    -------
    ndarray, shape (n,)
        Zero phase. Within half a window of an edge the polynomial of the outermost window is
        evaluated off its centre. Segments too short for any fit keep their value, or slope 0.
    """
    result = np.empty_like(values, dtype=np.float64)
    bounds = segment_bounds(segment, values.size)
    if len(bounds) > MANY_SEGMENTS:
        bounds = _savgol_alike(values, bounds, n_window, order, derivative, result)
    for start, stop in bounds:
        result[start:stop] = _savgol_run(values[start:stop], n_window, order, derivative)
    return result


def moving_mean(
    time_s: FloatArray, values: npt.NDArray[Number], width_s: float
) -> npt.NDArray[Number]:
    """Return the mean of `values` over a window centred on each sample.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing, any spacing [s].
    values : ndarray, shape (n,)
        Real or complex.
    width_s : float
        Width of the window [s].

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    A Savitzky-Golay filter of degree 1, as the integral of the straight lines between samples; zero
    phase. Beyond both ends the values are mirrored.
    """
    half_s = width_s / 2.0
    n_head = int(np.searchsorted(time_s, time_s[0] + half_s, side="right")) + 1
    n_tail = time_s.size - int(np.searchsorted(time_s, time_s[-1] - half_s)) + 1
    head, tail = slice(min(n_head, time_s.size - 1), 0, -1), slice(-2, -n_tail - 2, -1)
    t = np.concatenate((2 * time_s[0] - time_s[head], time_s, 2 * time_s[-1] - time_s[tail]))
    v = np.concatenate((values[head], values, values[tail]))
    area = np.zeros(v.size, dtype=v.dtype)
    steps = v[1:] + v[:-1]
    steps *= 0.5 * np.diff(t)
    np.cumsum(steps, out=area[1:])
    upper = np.interp(time_s + half_s, t, area)
    upper -= np.interp(time_s - half_s, t, area)
    upper /= width_s
    return np.asarray(upper)


def segment_bounds(segment: IntArray | None, n: int) -> list[tuple[int, int]]:
    """Return first index and end of every run of equal values of `segment`, shape (n,)."""
    if segment is None:
        return [(0, n)] if n else []
    cuts = np.flatnonzero(np.diff(segment)) + 1
    edges = [0, *cuts.tolist(), n]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]


def _savgol_alike(
    values: FloatArray,
    bounds: list[tuple[int, int]],
    n_window: int,
    order: int,
    derivative: int,
    result: FloatArray,
) -> list[tuple[int, int]]:
    """Put the short segments of one length into `result` together; return the others."""
    by_size: dict[int, list[int]] = {}
    for start, stop in bounds:
        by_size.setdefault(stop - start, []).append(start)
    others: list[tuple[int, int]] = []
    for size, starts in by_size.items():
        if len(starts) < size or size > n_window:
            others.extend((start, start + size) for start in starts)
            continue
        # The filter is linear: what it makes of unit pulses is all that it does.
        pulses = [_savgol_run(pulse, n_window, order, derivative) for pulse in np.eye(size)]
        rows = np.array(starts)[:, None] + np.arange(size)
        result[rows] = values[rows] @ np.array(pulses)
    return others


def _correlate(values: FloatArray, weights: FloatArray, sign: float, out: FloatArray) -> None:
    """Put into `out` the sums of `values` under weights that are even (sign 1) or odd (-1).

    Sums and differences of whole blocks that stay in the cache take half the time of
    `numpy.correlate` while the window is short.
    """
    half = weights.size // 2
    if half > LONGEST_PAIRED:
        out[:] = np.correlate(values, weights, mode="valid")
        return
    combine = np.add if sign > 0.0 else np.subtract
    pair = np.empty(min(BLOCK, out.size))
    for start in range(0, out.size, BLOCK):
        stop = min(start + BLOCK, out.size)
        total, middle = out[start:stop], start + half
        part = pair[: stop - start]
        np.multiply(values[middle : stop + half], weights[half], out=total)
        for k in range(1, half + 1):
            ahead, behind = (
                values[middle + k : stop + half + k],
                values[middle - k : stop + half - k],
            )
            combine(ahead, behind, out=part)
            part *= weights[half + k]
            total += part


def _savgol_run(values: FloatArray, n_window: int, order: int, derivative: int) -> FloatArray:
    n = values.size
    n_window = min(n_window, n if n % 2 else n - 1)
    order = min(order, n_window - 1)
    if order < derivative or n_window < 1:
        return values.astype(np.float64) if derivative == 0 else np.zeros(n)
    half = n_window // 2
    result = np.empty(n)
    weights = savgol_weights(n_window, order, derivative, half)
    _correlate(values, weights, 1.0 if derivative % 2 == 0 else -1.0, result[half : n - half])
    for at in range(half):
        result[at] = savgol_weights(n_window, order, derivative, at) @ values[:n_window]
        mirrored = n_window - 1 - at
        result[n - 1 - at] = (
            savgol_weights(n_window, order, derivative, mirrored) @ values[-n_window:]
        )
    return result
