"""True GPS fixes among the rows of a RaceChrono export.

The rows are the union of all devices' instants; between two fixes the app writes values that are
interpolated linearly in time. Rows at which a quantity bends are fixes for sure
(`fix_evidence`); they show the receiver's epochs (`fix_grid`), and these the fixes that happen to
lie on a straight line (`fix_filling`, algorithms.md 1.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.importers.fix_evidence import (
    STAMP_STEP_ERROR_US,
    WrittenRows,
    written_quantum,
)
from apexlab_desktop.importers.fix_filling import fix_rows
from apexlab_desktop.importers.fix_grid import (
    MIN_BREAKS,
    find_chain,
    median_rate_hz,
    stated_chain,
)
from apexlab_desktop.importers.fix_way import explains_all_rows, told_by_way

_MOVING_MPS = 3.0
_HELD_SHARE = 0.2
_ALL_ROWS_SHARE = 0.8
"""Evidence at nearly every row: the file holds nothing but fixes."""

_LOOSE_STAMPS_US = 1_000.0
"""Jitter beyond which an epoch does not tell where the first and the last fix must be."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fixes:
    """Which rows are true fixes.

    Attributes
    ----------
    index : ndarray of int64, shape (n_fixes,)
        Row numbers, increasing.
    rate_hz : float or None
        Rate of the receiver [Hz].
    method : str
        `grid` (epochs of the receiver), `breaks` (evidence alone), `held` (rows at which a held
        value changes), or `rows` (every row is a fix).
    """

    index: IntArray
    rate_hz: float | None
    method: str


def find_fixes(
    time_us: IntArray,
    quantities: Sequence[FloatArray],
    speed_mps: FloatArray | None = None,
    declared_rate_hz: float | None = None,
    *,
    held: FloatArray | None = None,
    made_rows: BoolArray | None = None,
    resumed_rows: Sequence[int] = (),
    n_coordinates: int = 0,
    way_m: FloatArray | None = None,
) -> Fixes:
    """Return the true fixes among union rows.

    Parameters
    ----------
    time_us : ndarray of int64, shape (n,)
        Strictly increasing wall time of the rows [us].
    quantities : sequence of ndarray, shape (n,)
        Interpolated quantities of the receiver as written: latitude, longitude, speed, altitude.
    speed_mps : ndarray, shape (n,), optional
        Speed, for telling standing from moving [m/s].
    declared_rate_hz : float, optional
        Rate that the file states [Hz].
    held : ndarray, shape (n,), optional
        A quantity that the app repeats between fixes (bearing) and that changes at fixes only.
    made_rows : ndarray of bool, shape (n,), optional
        Rows that the exporter makes at line crossings: their stamp is rounded, the values are not.
    resumed_rows : sequence of int
        Rows at which recording resumed, or before which the clock was set.
    n_coordinates : int
        How many of `quantities`, the first ones, say where the car is: its way has no kink.
    way_m : ndarray, shape (n,), optional
        Way driven, written finely and interpolated between the fixes of this receiver [m].

    Returns
    -------
    Fixes
    """
    n_rows = int(time_us.size)
    every_row = np.arange(n_rows, dtype=np.int64)
    if n_rows < 3:
        return Fixes(index=every_row, rate_hz=declared_rate_hz, method="rows")
    if _is_held(quantities, speed_mps):
        changed = _changed(quantities)
        rate_hz = declared_rate_hz or median_rate_hz(time_us[changed])
        return Fixes(index=every_row[changed], rate_hz=rate_hz, method="held")
    # First as if the stamps were exact, as the app's own whole milliseconds are; then as if a
    # device had finer times that were rounded when written.
    quanta = tuple(written_quantum(values) for values in quantities)
    written = WrittenRows(
        time_us=time_us,
        quantities=tuple(quantities),
        quanta=quanta,
        n_coordinates=n_coordinates,
    )
    rows = np.flatnonzero(written.evident(made_rows, resumed_rows, held))
    chain = find_chain(time_us[rows], declared_rate_hz)
    if chain is None:
        written = replace(written, stamp_error_us=STAMP_STEP_ERROR_US)
        rows = np.flatnonzero(written.evident(made_rows, resumed_rows, held))
        chain = find_chain(time_us[rows], declared_rate_hz)
    if chain is None:
        duration_us = float(time_us[-1] - time_us[0])
        chain = stated_chain(time_us[rows], declared_rate_hz, duration_us)
    if way_m is not None:
        told = told_by_way(written, way_m, rows, chain, made_rows, resumed_rows, declared_rate_hz)
        if told is not None:
            written, rows, chain = told
    if chain is None:
        return _fixes_off_grid(written, rows, speed_mps)
    is_dense = rows.size >= _ALL_ROWS_SHARE * n_rows and chain.jitter_us > _LOOSE_STAMPS_US
    if is_dense and _is_one_device(time_us, chain.period_us):
        return Fixes(index=every_row, rate_hz=chain.rate_hz, method="rows")
    index = fix_rows(written, rows, chain, speed_mps, held)
    return Fixes(index=index, rate_hz=chain.rate_hz, method="grid")


def _is_one_device(time_us: IntArray, period_us: float) -> bool:
    """Return whether no two rows are so close that one is not of the receiver."""
    return float(np.diff(time_us).min()) > 0.5 * period_us


def _fixes_off_grid(written: WrittenRows, rows: IntArray, speed_mps: FloatArray | None) -> Fixes:
    time_us = written.time_us
    is_some = MIN_BREAKS <= rows.size < _ALL_ROWS_SHARE * time_us.size
    if is_some and explains_all_rows(written, rows):
        rate_hz = median_rate_hz(time_us[rows])
        index = _with_standing_rows(time_us, rows, rate_hz, speed_mps)
        return Fixes(index=index, rate_hz=rate_hz, method="breaks")
    every_row = np.arange(time_us.size, dtype=np.int64)
    return Fixes(index=every_row, rate_hz=median_rate_hz(time_us), method="rows")


def _is_held(quantities: Sequence[FloatArray], speed_mps: FloatArray | None) -> bool:
    if speed_mps is None:
        return False
    moving = speed_mps[1:] > _MOVING_MPS
    n_moving = int(np.count_nonzero(moving))
    if n_moving < MIN_BREAKS:
        return False
    for values in quantities:
        moving &= values[1:] == values[:-1]
        if int(np.count_nonzero(moving)) <= _HELD_SHARE * n_moving:
            return False
    return True


def _changed(quantities: Sequence[FloatArray]) -> BoolArray:
    changed = np.zeros(quantities[0].size, dtype=bool)
    changed[0] = True
    for values in quantities:
        changed[1:] |= np.diff(values) != 0.0
    return changed


def _with_standing_rows(
    time_us: IntArray, index: IntArray, rate_hz: float | None, speed_mps: FloatArray | None
) -> IntArray:
    """Add fixes of a standing car, which leave no evidence, at about the receiver's period."""
    if rate_hz is None or speed_mps is None:
        return index
    period_us = 1e6 / rate_hz
    added = [index]
    stamps = time_us[index]
    for gap in np.flatnonzero(np.diff(stamps) > 1.5 * period_us):
        first, last = int(index[gap]), int(index[gap + 1])
        if np.nanmax(speed_mps[first : last + 1]) > _MOVING_MPS:
            continue
        wanted_us = np.arange(stamps[gap] + period_us, stamps[gap + 1] - period_us / 2, period_us)
        rows = np.searchsorted(time_us, wanted_us.astype(np.int64))
        added.append(np.clip(rows, first + 1, last - 1))
    return np.unique(np.concatenate(added))
