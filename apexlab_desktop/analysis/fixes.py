"""Which rows of a merged log are true fixes, and which only repeat or interpolate them."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray

KNOWN_RATES_HZ = (1.0, 5.0, 10.0, 16.0, 18.0, 20.0, 25.0)
GRID_HIT_RATIO = 0.9
TIME_TOLERANCE_S = 0.0015
"""Merged files write milliseconds; two roundings may add up."""


def true_fix_mask(
    time_s: FloatArray,
    lat_deg: FloatArray,
    lon_deg: FloatArray,
    speed_mps: FloatArray | None = None,
    rate_hz: float | None = None,
) -> BoolArray:
    """Return where a row is an own measurement of the receiver.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Non-decreasing instants of the merged rows [s].
    lat_deg, lon_deg : ndarray, shape (n,)
        Positions, held or interpolated between fixes; NaN where missing [deg].
    speed_mps : ndarray, shape (n,), optional
        Speed of the same device [m/s].
    rate_hz : float, optional
        The receiver's own rate, where the file states it [Hz].

    Returns
    -------
    ndarray of bool, shape (n,)

    Notes
    -----
    Algorithms.md 1.2. Held rows repeat the fix before. Interpolated rows lie between fixes that
    are on an even grid of time: the stated rate decides, else the highest known rate whose grid is
    hit at 90 % of its epochs. Where neither helps, a fix is a row at which the interpolating lines
    bend.
    """
    known = np.isfinite(time_s) & np.isfinite(lat_deg) & np.isfinite(lon_deg)
    rows = np.flatnonzero(known)
    mask = np.zeros(time_s.size, dtype=np.bool_)
    fresh = rows[
        _changes(lat_deg[rows], lon_deg[rows], speed_mps[rows] if speed_mps is not None else None)
    ]
    if fresh.size < 3:
        mask[fresh] = True
        return mask
    if fresh.size < 0.9 * rows.size:
        # Rows were held, not interpolated: what changes is a fix.
        mask[fresh] = True
        return mask
    mask[rows[_interpolation_nodes(time_s[rows], lat_deg[rows], lon_deg[rows], rate_hz)]] = True
    return mask


def _changes(lat_deg: FloatArray, lon_deg: FloatArray, speed_mps: FloatArray | None) -> BoolArray:
    moved = (np.diff(lat_deg) != 0.0) | (np.diff(lon_deg) != 0.0)
    if speed_mps is not None:
        moved |= np.diff(speed_mps) != 0.0
    return np.concatenate((np.ones(min(lat_deg.size, 1), dtype=np.bool_), moved))


def _interpolation_nodes(
    time_s: FloatArray, lat_deg: FloatArray, lon_deg: FloatArray, rate_hz: float | None
) -> BoolArray:
    rates = (rate_hz,) if rate_hz else tuple(reversed(KNOWN_RATES_HZ))
    for rate in rates:
        on_grid = _on_grid(time_s, 1.0 / rate)
        if on_grid is not None:
            return on_grid
    return _bends(time_s, lat_deg) | _bends(time_s, lon_deg)


def _on_grid(time_s: FloatArray, period_s: float) -> BoolArray | None:
    """Return the rows on the best even grid, None when it is not hit often enough."""
    phase_s = time_s % period_s
    n_bins = max(int(period_s / TIME_TOLERANCE_S), 1)
    counts = np.bincount((phase_s / period_s * n_bins).astype(np.int64) % n_bins, minlength=n_bins)
    best = int(np.argmax(counts + np.roll(counts, 1)))
    centre_s = best * period_s / n_bins
    off_s = np.abs((phase_s - centre_s + 0.5 * period_s) % period_s - 0.5 * period_s)
    near = off_s <= TIME_TOLERANCE_S
    epoch = np.rint((time_s - centre_s) / period_s).astype(np.int64)
    first_at = np.concatenate(([True], np.diff(epoch[near]) > 0)) if near.any() else near[near]
    chosen = np.zeros(time_s.size, dtype=np.bool_)
    chosen[np.flatnonzero(near)[first_at]] = True
    n_expected = (time_s[-1] - time_s[0]) / period_s + 1.0
    return chosen if np.count_nonzero(chosen) >= GRID_HIT_RATIO * n_expected else None


def _bends(time_s: FloatArray, value: FloatArray) -> BoolArray:
    """Return where the slope of a piecewise straight line changes; its ends are always nodes."""
    step_s = np.maximum(np.diff(time_s), 1e-6)
    slope = np.diff(value) / step_s
    # Positions are rounded to 1e-7 deg: a slope is uncertain by that over the step.
    tolerance = 2e-7 / np.minimum(step_s[1:], step_s[:-1])
    inner = np.abs(np.diff(slope)) > tolerance
    return np.concatenate(([True], inner, [True]))
