"""Fixes that the way driven tells, where stamps are loose: jitter of a receiver, or rounding.

The app writes the way to a hundredth of a millimetre and interpolates it like all else between two
fixes. Where the stamps are exact it bends at nearly every fix. Where they were rounded it is the
better clock: the other quantities are straight lines over it, and bend at fixes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.importers.fix_evidence import WrittenRows, written_quantum
from apexlab_desktop.importers.fix_grid import (
    MIN_BREAKS,
    Chain,
    chain_at,
    nominal_rate_hz,
)

_ON_LINE_QUANTA = 2.0
_MOSTLY_STRAIGHT, _ALL_STRAIGHT = 0.7, 0.98
_SAMPLE = 2_000
_STEP_ERROR_UNITS = 1.05
"""Two roundings of half a unit each, and a little."""
_NO_WORSE = 0.98
_LONGEST_WAY_M = 1e8
_FINE_M = 1e-4
"""The app writes five decimals; a way to the millimetre tells no more than other quantities do."""
_KINK_BESIDE_US = 1_500.0
"""How far the kink of a lost fix may be from a row, and a half: the share of it that shows at the
next row is this over their distance."""

Told = tuple[WrittenRows, IntArray, Chain]


def told_by_way(
    written: WrittenRows,
    way_m: FloatArray,
    rows: IntArray,
    chain: Chain | None,
    made_rows: BoolArray | None,
    resumed_rows: Sequence[int],
    declared_rate_hz: float | None,
) -> Told | None:
    """Return rows, sure fixes and their chain as the way tells them, or None if it does not.

    Parameters
    ----------
    written : WrittenRows
        Shape (n,).
    way_m : ndarray, shape (n,)
        Way driven [m].
    rows : ndarray of int64, shape (n_sure,)
        Sure fixes without it.
    chain : Chain or None
        Of `rows`.
    made_rows, resumed_rows
        As for `WrittenRows.evident`.
    declared_rate_hz : float or None
        Rate that the file states [Hz].
    """
    quantum = written_quantum(way_m)
    # A damaged cell may hold any number, and one that is missing leaves a gap in the clock.
    if quantum > _FINE_M or not (np.abs(way_m) <= _LONGEST_WAY_M).all():
        return None
    stated_hz = nominal_rate_hz(declared_rate_hz)
    if chain is not None and stated_hz not in (None, chain.rate_hz):
        chain = None
    way = replace(written, quantities=(way_m,), quanta=(quantum,), stamp_error_us=0.0)
    straight = 0.0 if chain is None else _straight_share(way, rows, chain)
    if chain is not None and straight >= _MOSTLY_STRAIGHT:
        if chain.jitter_us == 0.0 and chain.holds:
            return None
        if straight >= _ALL_STRAIGHT:
            found = way.evident(made_rows, resumed_rows)
            found[rows] = True
            told = np.flatnonzero(found)
            return _if_better(written.joined(way), told, chain, chain.rate_hz)
    rate_hz = stated_hz or (chain.rate_hz if chain else None)
    if rate_hz is None:
        return None
    units = np.rint(way_m / quantum).astype(np.int64)
    over_way = replace(written, way=units, stamp_error_us=_STEP_ERROR_UNITS)
    kinks = np.flatnonzero(over_way.evident(made_rows, resumed_rows))
    kinks = _one_row_each(over_way, kinks, 1e6 / rate_hz)
    return _if_better(over_way, kinks, chain, rate_hz)


def _if_better(
    written: WrittenRows, rows: IntArray, chain: Chain | None, rate_hz: float
) -> Told | None:
    """Return sure fixes and their chain if it is no worse than `chain`, which knows no way."""
    if rows.size < MIN_BREAKS:
        return None
    told = chain_at(written.time_us[rows], rate_hz)
    if not told.holds or _straight_share(written, rows, told) < _MOSTLY_STRAIGHT:
        return None
    if chain is not None:
        n_before, n_told = (np.count_nonzero(one.is_linked) for one in (chain, told))
        if n_told < _NO_WORSE * n_before or told.linked_share < _NO_WORSE * chain.linked_share:
            return None
    return written, rows, told


def _one_row_each(written: WrittenRows, kinks: IntArray, period_us: float) -> IntArray:
    """Return the rows at kinks without those that only stand beside one.

    Of rows in one millisecond the last in the file is kept, and the fix may be gone: its kink then
    lies between two rows and shows at both, the more the nearer.
    """
    size = _change_of_slope(written, kinks)
    gap_us = np.diff(written.time_us[kinks])
    least = np.where(gap_us < 0.5 * period_us, 1.0, _KINK_BESIDE_US / gap_us)
    least[np.diff(kinks) > 1] = 0.0
    is_one = np.ones(kinks.size, dtype=bool)
    is_one[:-1] &= size[:-1] >= least * size[1:]
    is_one[1:] &= size[1:] >= least * size[:-1]
    found: IntArray = kinks[is_one]
    return found


def _change_of_slope(written: WrittenRows, kinks: IntArray) -> FloatArray:
    """Return by how much the lines before and after a kink differ, as the largest quantity says."""
    before, after = (written.abscissa[kinks + side] for side in (-1, 1))
    left = np.maximum(written.abscissa[kinks] - before, 1).astype(np.float64)
    right = np.maximum(after - written.abscissa[kinks], 1).astype(np.float64)
    off = written.misfit(kinks, kinks - 1, kinks + 1).max(axis=0, initial=0.0)
    change: FloatArray = off * (1.0 / left + 1.0 / right)
    return change


def _straight_share(written: WrittenRows, rows: IntArray, chain: Chain) -> float:
    """Return at which share of the rows after a fix all quantities lie on the line to the next.

    The way does not over stamps that were rounded, and nothing does over a way that is measured
    otherwise.
    """
    first = np.flatnonzero(chain.is_linked & (chain.epochs == 1) & (np.diff(rows) > 1))
    if first.size < MIN_BREAKS:
        return 0.0
    first = first[:: max(1, first.size // _SAMPLE)]
    misfit = written.misfit(rows[first] + 1, rows[first], rows[first + 1])
    return float(np.mean(misfit.max(axis=0, initial=0.0) <= _ON_LINE_QUANTA))


def explains_all_rows(written: WrittenRows, rows: IntArray) -> bool:
    """Return whether what lies between the evident fixes is on straight lines, as if invented."""
    between = np.arange(rows[0] + 1, rows[-1])
    after = np.searchsorted(rows, between)
    is_between = rows[after] != between
    between, after = between[is_between], after[is_between]
    if not between.size:
        return True
    misfit = written.misfit(between, rows[after - 1], rows[after])
    return float(np.mean(misfit.max(axis=0, initial=0.0) <= _ON_LINE_QUANTA)) >= _MOSTLY_STRAIGHT
