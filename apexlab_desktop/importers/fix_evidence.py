"""Rows of a union at which a quantity bends: each of them is a fix of its device.

Between two fixes an app writes values that are interpolated linearly in time, so a row at which a
quantity leaves the straight line through its neighbours is no invention (algorithms.md 1.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

STAMP_STEP_ERROR_US = 1_050.0
"""Two stamps of half a millisecond each, and a little."""
_PAUSE_US = 2_000_000.0
"""A step over which recording was paused or the clock was set: no line leads across it. As a way in
hundredths of a millimetre it is 20 m."""
_ROWS_AT_ONCE = 8_192
"""Intermediate results then stay in the processor's cache."""


def written_quantum(values: FloatArray, n_sample: int = 500, most_decimals: int = 8) -> float:
    """Return the last decimal place `values` are written with, e.g. 1e-7 for seven decimals."""
    sample = values[:: max(1, values.size // n_sample)]
    sample = sample[np.isfinite(sample)]
    if sample.size < min(n_sample, values.size) // 10:  # a column with few values
        finite = values[np.isfinite(values)]
        sample = finite[:: max(1, finite.size // n_sample)]
    for decimals in range(most_decimals):
        scaled = sample * 10.0**decimals
        if np.all(np.abs(scaled - np.rint(scaled)) < 1e-9 * np.maximum(1.0, np.abs(scaled)) + 1e-6):
            return float(10.0**-decimals)
    return float(10.0**-most_decimals)


def interpolation_breaks(
    time_us: IntArray, values: FloatArray, quantum: float, stamp_error_us: float = 0.0
) -> BoolArray:
    """Return at which rows `values` leave the straight line through both neighbours.

    Parameters
    ----------
    time_us : ndarray of int64, shape (n,)
        Strictly increasing [us].
    values : ndarray, shape (n,)
        One written quantity; NaN gives no evidence.
    quantum : float
        Last decimal place of the writer. Three rounded values can bend a straight line by one.
    stamp_error_us : float
        How far the steps of time may be rounded: a value that was interpolated at the true instant
        then leaves the line by its slope times this [us].

    Returns
    -------
    ndarray of bool, shape (n,)
        False at both ends.
    """
    breaks = np.zeros(values.size, dtype=bool)
    if values.size >= 3:
        _Steps.between(time_us).mark_breaks(breaks[1:-1], values, quantum, stamp_error_us)
    return breaks


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Steps of time around every row that has two neighbours, shape (n - 2,)."""

    before_us: FloatArray
    after_us: FloatArray
    width_us: FloatArray

    @classmethod
    def between(cls, time_us: IntArray) -> _Steps:
        step_us = np.diff(time_us).astype(np.float64)
        return cls(step_us[:-1], step_us[1:], step_us[:-1] + step_us[1:])

    def mark_breaks(
        self, breaks: BoolArray, values: FloatArray, quantum: float, stamp_error_us: float
    ) -> None:
        """Set `breaks` where `values` leave the straight line through both neighbours."""
        # A damaged cell may be infinite: it is no evidence, and no warning either.
        with np.errstate(invalid="ignore", over="ignore"):
            rise = np.diff(values)
            bend = rise[1:] * self.before_us
            bend -= rise[:-1] * self.after_us
            np.abs(bend, out=bend)
            if stamp_error_us > 0.0:
                breaks |= bend > self._stamped_tolerance(rise, quantum, stamp_error_us)
            else:
                breaks |= bend > (1.05 * quantum) * self.width_us

    def _stamped_tolerance(
        self, rise: FloatArray, quantum: float, stamp_error_us: float
    ) -> FloatArray:
        # A neighbour that shares its millisecond with a fix brings that fix's bend along.
        least_width_us = np.maximum(self.width_us - stamp_error_us, stamp_error_us)
        slack = np.abs(rise[1:] + rise[:-1]) * (stamp_error_us / least_width_us)
        tolerance: FloatArray = (3.05 * quantum + slack) * self.width_us
        return tolerance

    def clear_beside_pauses(self, breaks: BoolArray) -> None:
        """Unset `breaks` beside a step that no straight line crosses."""
        if breaks.size and float(self.width_us.max()) > _PAUSE_US:
            breaks &= (self.before_us <= _PAUSE_US) & (self.after_us <= _PAUSE_US)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WrittenRows:
    """Interpolated quantities of one device as the rows of a union hold them.

    Attributes
    ----------
    time_us : ndarray of int64, shape (n,)
        Strictly increasing [us].
    quantities : tuple of ndarray, each of shape (n,)
    quanta : tuple of float
        Last decimal place of each.
    stamp_error_us : float
        As for `interpolation_breaks` [us].
    n_coordinates : int
        How many of the quantities, the first ones, say where the car is.
    way : ndarray of int64, shape (n,), or None
        Way driven, in units of its last decimal place. Where it is given the lines are drawn over
        it: between two fixes it grows as evenly as time does, and no stamp has rounded it. A step
        of it is off by `stamp_error_us` units.
    """

    time_us: IntArray
    quantities: tuple[FloatArray, ...]
    quanta: tuple[float, ...]
    stamp_error_us: float = 0.0
    n_coordinates: int = 0
    way: IntArray | None = None

    @property
    def abscissa(self) -> IntArray:
        """What the lines are drawn over: time [us], or the way driven."""
        return self.time_us if self.way is None else self.way

    def joined(self, other: WrittenRows) -> WrittenRows:
        """Return these quantities and those of `other` at the same rows."""
        return replace(
            self,
            quantities=(*self.quantities, *other.quantities),
            quanta=(*self.quanta, *other.quanta),
        )

    def evident(
        self,
        made_rows: BoolArray | None = None,
        resumed_rows: Sequence[int] = (),
        held: FloatArray | None = None,
    ) -> BoolArray:
        """Return the rows at which one of the quantities bends, shape (n,).

        Parameters
        ----------
        made_rows : ndarray of bool, shape (n,), optional
            Rows that the exporter makes at line crossings: the stamp is rounded, the values not.
        resumed_rows : sequence of int
            Rows at which recording resumed, or before which the clock was set.
        held : ndarray, shape (n,), optional
            A quantity that the app repeats between fixes and that changes at fixes only.
        """
        rows = None
        if made_rows is not None and made_rows.any():
            rows = np.flatnonzero(~made_rows)
        found = self._bends(rows)
        if held is not None:
            _add_changes(found, held if rows is None else held[rows])
        if rows is not None:
            everywhere = np.zeros(self.time_us.size, dtype=bool)
            everywhere[rows] = found
            found = everywhere
            self._unmark_beside_made_rows(found, rows)
        for row in resumed_rows:
            found[max(row - 1, 0) : row + 1] = False
        return found

    def misfit(self, rows: IntArray, before: IntArray, after: IntArray) -> FloatArray:
        """Return how far rows lie off the lines through two others, shape (n_quantities, m).

        In units of the last decimal place, or of what rounded stamps add to it.
        """
        along = self.abscissa
        # A standing car has no way, and its values are on any line.
        step_us = np.maximum(along[after] - along[before], 1)
        share = (along[rows] - along[before]) / step_us
        errors = np.empty((len(self.quantities), rows.size))
        for number, (values, quantum) in enumerate(zip(self.quantities, self.quanta, strict=True)):
            rise = values[after] - values[before]
            unit = quantum + np.abs(rise / step_us) * self.stamp_error_us
            errors[number] = np.abs(values[rows] - values[before] - share * rise) / unit
        return np.nan_to_num(errors)

    def _bends(self, rows: IntArray | None) -> BoolArray:
        """Return which of `rows`, or of all, bend a quantity, block by block."""
        n_rows = self.time_us.size if rows is None else rows.size
        found = np.zeros(n_rows, dtype=bool)
        for first in range(0, n_rows - 2, _ROWS_AT_ONCE):
            stop = min(first + _ROWS_AT_ONCE + 2, n_rows)
            here = slice(first, stop) if rows is None else rows[first:stop]
            breaks = found[first + 1 : stop - 1]
            steps = _Steps.between(self.abscissa[here])
            for values, quantum in zip(self.quantities, self.quanta, strict=True):
                steps.mark_breaks(breaks, values[here], quantum, self.stamp_error_us)
            steps.clear_beside_pauses(breaks)
        return found

    def _unmark_beside_made_rows(self, found: BoolArray, rows: IntArray) -> None:
        """Believe a bend beside a left-out row only if it is there with that row, too.

        The row that changes the lap may be a fix: without it both its neighbours seem to bend.
        """
        made = np.flatnonzero(np.diff(rows) > 1)
        before = made[(made >= 1) & found[rows[made]]]
        found[rows[before]] = self._is_bent(rows[before - 1], rows[before], rows[before] + 1)
        after = made[(made < rows.size - 2) & found[rows[made + 1]]] + 1
        found[rows[after]] = self._is_bent(rows[after] - 1, rows[after], rows[after + 1])

    def _is_bent(self, before: IntArray, rows: IntArray, after: IntArray) -> BoolArray:
        triples = np.stack((before, rows, after), axis=1).reshape(-1)
        bent = np.zeros(triples.size, dtype=bool)
        for values, quantum in zip(self.quantities, self.quanta, strict=True):
            bent |= interpolation_breaks(
                self.abscissa[triples], values[triples], quantum, self.stamp_error_us
            )
        return bent[1::3]


def _add_changes(found: BoolArray, held: FloatArray) -> None:
    changes = np.zeros(held.size, dtype=bool)
    np.not_equal(held[1:], held[:-1], out=changes[1:])
    missing = np.isnan(held)
    if missing.any():
        changes &= ~missing
        changes[1:] &= ~missing[:-1]
    if changes.sum() <= 1.3 * found.sum():
        found |= changes
