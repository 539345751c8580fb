"""How often a device beside the receiver samples, told from the rows of a union."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.importers.fix_evidence import interpolation_breaks
from apexlab_desktop.importers.fix_grid import chain_at, median_rate_hz

_WRITTEN_QUANTUM = 1e-5
_FLOAT32_ROUNDING = 2.0**-22
"""float32 has 24 bits: two roundings on top of the writer's fifth decimal."""
_LEAST_EVIDENCE = 10
_RAMP_SHARE = 0.3
"""Changes that follow at once on another: fewer are those of held, not of interpolated values."""
_MOST_AT_FIXES = 0.7
"""Bends at a receiver's rows, as a share of those elsewhere: beyond it nothing is interpolated."""
_REGULAR_SHARE = 0.9


def device_rate_hz(
    time_us: IntArray,
    columns: Sequence[FloatArray],
    is_fix: BoolArray,
    *,
    is_alone: bool,
) -> float | None:
    """Return the sampling rate of a device, or None where the rows do not tell it [Hz].

    Parameters
    ----------
    time_us : ndarray of int64, shape (n,)
        Strictly increasing times of the rows [us].
    columns : sequence of ndarray, shape (n,)
        What the device measures, interpolated or held between its samples.
    is_fix : ndarray of bool, shape (n,)
        Rows that receivers and the exporter made.
    is_alone : bool
        Whether all other rows are this device's.

    Notes
    -----
    Rows that are left when the receivers' are taken away tell it best. Else the quantities do,
    of those that a device asks for in turn the quickest.
    """
    own_us = time_us[~is_fix]
    if is_alone and own_us.size >= _LEAST_EVIDENCE:
        regular_hz = _regular_rate_hz(own_us)
        if regular_hz is not None:
            return regular_hz
    told = [
        sample_us
        for values in columns
        if (sample_us := _sample_times_us(time_us, values, is_fix)) is not None
    ]
    return _quickest_rate_hz(told)


def _quickest_rate_hz(told: Sequence[IntArray]) -> float | None:
    """Return the highest rate of samples, and of as quick ones the rate of those on a grid."""
    quickest_hz = 0.0
    usual_us = [median(np.diff(sample_us)) for sample_us in told]
    for number in np.argsort(usual_us).tolist():
        usual_hz = round(1e6 / usual_us[number], 1)
        if quickest_hz >= usual_hz:
            break
        quickest_hz = max(quickest_hz, _regular_rate_hz(told[number]) or usual_hz)
    return quickest_hz or None


def _sample_times_us(time_us: IntArray, values: FloatArray, is_fix: BoolArray) -> IntArray | None:
    """Return when a column shows samples of the device; None where it shows none or repeats."""
    known = np.isfinite(values)
    time_us, values, is_fix = time_us[known], values[known], is_fix[known]
    is_sample = _samples(time_us, values)
    if np.count_nonzero(is_sample) < _LEAST_EVIDENCE:
        return None
    at_fixes, elsewhere = (
        float(np.mean(is_sample[rows])) if rows.any() else 0.0 for rows in (is_fix, ~is_fix)
    )
    if elsewhere and at_fixes > _MOST_AT_FIXES * elsewhere:
        return None
    return time_us[is_sample]


def _samples(time_us: IntArray, values: FloatArray) -> BoolArray:
    """Return the rows at which a column shows a sample of its own."""
    changes = np.zeros(values.size, dtype=bool)
    changes[1:] = np.diff(values) != 0.0
    n_changes = int(np.count_nonzero(changes))
    if np.count_nonzero(changes[1:] & changes[:-1]) < _RAMP_SHARE * n_changes:
        return changes
    most = float(np.max(np.abs(values), initial=0.0))
    quantum = 2.0 * _WRITTEN_QUANTUM + most * _FLOAT32_ROUNDING
    return interpolation_breaks(time_us, values, quantum)


def _regular_rate_hz(time_us: IntArray) -> float | None:
    """Return the rate of samples on a grid, some of which may not show; None off a grid."""
    usual_hz = median_rate_hz(time_us)
    if usual_hz is None:
        return None
    chain = chain_at(time_us, usual_hz)
    return round(1e6 / chain.period_us, 1) if chain.linked_share >= _REGULAR_SHARE else None
