"""Which rows of a merged log are true fixes, and which only repeat or interpolate them."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray

KNOWN_RATES_HZ = (1.0, 5.0, 10.0, 16.0, 18.0, 20.0, 25.0)
GRID_HIT_RATIO = 0.9
TIME_TOLERANCE_S = 0.0015
"""Merged files write milliseconds; two roundings may add up."""
POSITION_TOLERANCES_DEG = (1.1e-7, 3e-7)
"""Rounding of positions to 1e-7 deg; with that of times to milliseconds at speed."""
EXPLAINED_RATIO = 0.99
INTERPOLATED_SHARE = 0.9
"""Interpolated rows nearly all differ from the row before; held ones do not."""
MIN_FIXES = 3


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
    are on an even grid of time: that of the stated rate, else of the lowest known rate whose grid
    is hit at 90 % of its epochs and whose lines give all other rows. Where neither helps, a fix is
    a row at which the interpolating lines bend.
    """
    known = np.isfinite(time_s) & np.isfinite(lat_deg) & np.isfinite(lon_deg)
    rows = np.flatnonzero(known)
    speed = None if speed_mps is None else speed_mps[rows]
    fresh = rows[_changes(lat_deg[rows], lon_deg[rows], speed)]
    mask = np.zeros(time_s.size, dtype=np.bool_)
    if fresh.size < MIN_FIXES or fresh.size < INTERPOLATED_SHARE * rows.size:
        # Rows were held, not interpolated: what changes is a fix.
        mask[fresh] = True
    else:
        mask[rows[_nodes(time_s[rows], lat_deg[rows], lon_deg[rows], rate_hz)]] = True
    return mask


def _changes(lat_deg: FloatArray, lon_deg: FloatArray, speed_mps: FloatArray | None) -> BoolArray:
    moved = (np.diff(lat_deg) != 0.0) | (np.diff(lon_deg) != 0.0)
    if speed_mps is not None:
        moved |= np.diff(speed_mps) != 0.0
    return np.concatenate((np.ones(min(lat_deg.size, 1), dtype=np.bool_), moved))


def _nodes(
    time_s: FloatArray, lat_deg: FloatArray, lon_deg: FloatArray, rate_hz: float | None
) -> BoolArray:
    """Return the rows between which all others were interpolated."""
    bends = _bends(time_s, lat_deg) | _bends(time_s, lon_deg)
    if rate_hz:
        on_grid = _on_grid(time_s, bends, 1.0 / rate_hz)
        return bends if on_grid is None else on_grid
    for tolerance_deg in POSITION_TOLERANCES_DEG:
        for rate in KNOWN_RATES_HZ:
            on_grid = _on_grid(time_s, bends, 1.0 / rate)
            if on_grid is not None and _explains(
                time_s, (lat_deg, lon_deg), on_grid, tolerance_deg
            ):
                return on_grid
    return bends


def _on_grid(time_s: FloatArray, bends: BoolArray, period_s: float) -> BoolArray | None:
    """Return the rows on the even grid of most bends, None when too few epochs are hit."""
    phase_s = time_s % period_s
    n_bins = max(int(period_s / TIME_TOLERANCE_S), 1)
    bins = (phase_s[bends] / period_s * n_bins).astype(np.int64) % n_bins
    centre_s = (int(np.argmax(np.bincount(bins, minlength=n_bins))) + 0.5) * period_s / n_bins
    off_s = _off_grid(time_s, centre_s, period_s)
    near = bends & (np.abs(off_s) <= TIME_TOLERANCE_S)
    centre_s += float(np.median(off_s[near]))
    spread_s = float(np.median(np.abs(_off_grid(time_s[near], centre_s, period_s))))
    off_s = np.abs(_off_grid(time_s, centre_s, period_s))
    candidates = np.flatnonzero(off_s <= min(6.0 * spread_s + 1e-5, TIME_TOLERANCE_S))
    epoch = np.rint((time_s[candidates] - centre_s) / period_s).astype(np.int64)
    order = np.lexsort((off_s[candidates], epoch))
    is_closest = np.concatenate(([True], np.diff(epoch[order]) > 0))
    chosen = np.zeros(time_s.size, dtype=np.bool_)
    chosen[candidates[order][is_closest]] = True
    n_expected = (time_s[-1] - time_s[0]) / period_s
    return chosen if np.count_nonzero(chosen) >= GRID_HIT_RATIO * n_expected else None


def _off_grid(time_s: FloatArray, centre_s: float, period_s: float) -> FloatArray:
    return (time_s - centre_s + 0.5 * period_s) % period_s - 0.5 * period_s


def _explains(
    time_s: FloatArray,
    columns: tuple[FloatArray, FloatArray],
    nodes: BoolArray,
    tolerance_deg: float,
) -> bool:
    """Return whether straight lines between the nodes give the rows between them."""
    first, last = np.flatnonzero(nodes)[[0, -1]]
    inside = slice(int(first), int(last) + 1)
    off = [
        np.abs(np.interp(time_s[inside], time_s[nodes], column[nodes]) - column[inside])
        for column in columns
    ]
    is_on_line = np.maximum(off[0], off[1]) <= tolerance_deg
    return bool(np.mean(is_on_line) >= EXPLAINED_RATIO)


def _bends(time_s: FloatArray, value: FloatArray) -> BoolArray:
    """Return where the slope of a piecewise straight line changes; its ends are always nodes."""
    step_s = np.maximum(np.diff(time_s), 1e-6)
    slope = np.diff(value) / step_s
    # Positions are rounded to 1e-7 deg: a slope is uncertain by that over the step.
    tolerance = 1.05e-7 / step_s[1:] + 1.05e-7 / step_s[:-1]
    inner = np.abs(np.diff(slope)) > tolerance
    return np.concatenate(([True], inner, [True]))
