"""True GPS fixes among the rows of a RaceChrono export.

The rows are the union of all devices' instants; between two fixes the app writes values that are
interpolated linearly in time. A row at which a quantity leaves the straight line through its
neighbours therefore *is* a fix, and nothing else is: these rows are the evidence. Receivers work on
a fixed grid of epochs, so the evidence gives the grid, and the grid gives the fixes that happen to
lie on a straight line (algorithms.md 1.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

CANDIDATE_RATES_HZ = (
    1.0,
    2.0,
    4.0,
    5.0,
    8.0,
    10.0,
    12.5,
    16.0,
    18.0,
    20.0,
    25.0,
    30.0,
    40.0,
    50.0,
    100.0,
)
_MIN_BREAKS = 8
"""With fewer pieces of evidence a stated rate is believed as it is."""
_ON_GRID_SHARE = 0.95
_MIN_HIT_SHARE = 0.5
"""Share of the epochs at which evidence must be seen, or the grid is an accident of rounding."""
_ROUNDING_US = 600.0
"""Timestamps are whole milliseconds: half of one, and a little."""
_STAMP_STEP_ERROR_US = 1_050.0
"""Two stamps of half a millisecond each, and a little."""
_COARSE_STAMP_US = 10_000
_SNAP_SHARE = 0.03
_RUN_OF_EVIDENCE, _RUNS_OF_EVIDENCE = 200, 8
"""Runs of neighbouring evidence, spread over the session, that are enough to rule out a rate."""
_SURE_BREAKS = 40
"""Evidence that all lies on a slower grid than stated: a chance below 2 to the minus this."""
_MOST_CHANCE = 0.3
_MOVING_MPS = 3.0
_HELD_SHARE = 0.2
_ALL_ROWS_SHARE = 0.8
"""Evidence at nearly every row: the file holds nothing but fixes."""
_DROPOUT_S = 0.5
"""Shorter gaps need no care: the straight line over them is what a smoother would fill in."""
_MOST_DROPOUTS = 0.02
_ROWS_AT_ONCE = 8_192
"""Intermediate results then stay in the processor's cache."""
_ACCIDENT = 1e-6
"""Chance below which a run of fixes without evidence is no longer taken for one."""


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


def find_fixes(
    time_us: IntArray,
    quantities: Sequence[FloatArray],
    speed_mps: FloatArray | None = None,
    declared_rate_hz: float | None = None,
    held: FloatArray | None = None,
    not_evidence: BoolArray | None = None,
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
    not_evidence : ndarray of bool, shape (n,), optional
        Rows that the exporter makes at line crossings: their stamp is rounded, the values are not.

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
        rate_hz = declared_rate_hz or _median_rate_hz(time_us[changed])
        return Fixes(index=every_row[changed], rate_hz=rate_hz, method="held")
    # First as if the stamps were exact, as the app's own whole milliseconds are; then as if a
    # device had finer times that were rounded when written.
    breaks = np.zeros(n_rows, dtype=bool)
    for stamp_error_us in (0.0, _STAMP_STEP_ERROR_US):
        breaks = _evidence(time_us, quantities, held, not_evidence, stamp_error_us)
        grid = _find_grid(time_us, breaks, declared_rate_hz)
        if grid is not None:
            index = _rows_on_grid(time_us, breaks, grid, speed_mps)
            return Fixes(index=index, rate_hz=grid.rate_hz, method="grid")
    if _MIN_BREAKS <= int(breaks.sum()) < _ALL_ROWS_SHARE * n_rows:
        rate_hz = _median_rate_hz(time_us[breaks])
        index = _with_standing_rows(time_us, every_row[breaks], rate_hz, speed_mps)
        return Fixes(index=index, rate_hz=rate_hz, method="breaks")
    return Fixes(index=every_row, rate_hz=_median_rate_hz(time_us), method="rows")


def _is_held(quantities: Sequence[FloatArray], speed_mps: FloatArray | None) -> bool:
    if speed_mps is None:
        return False
    moving = speed_mps[1:] > _MOVING_MPS
    n_moving = int(np.count_nonzero(moving))
    if n_moving < _MIN_BREAKS:
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


def _evidence(
    time_us: IntArray,
    quantities: Sequence[FloatArray],
    held: FloatArray | None,
    not_evidence: BoolArray | None,
    stamp_error_us: float,
) -> BoolArray:
    rows = np.arange(time_us.size) if not_evidence is None else np.flatnonzero(~not_evidence)
    found = np.zeros(rows.size, dtype=bool)
    quanta = [written_quantum(values) for values in quantities]
    for first in range(0, rows.size - 2, _ROWS_AT_ONCE):
        here = rows[first : first + _ROWS_AT_ONCE + 2]
        breaks = found[first + 1 : first + here.size - 1]
        steps_of_time = _Steps.between(time_us.take(here))
        for values, quantum in zip(quantities, quanta, strict=True):
            steps_of_time.mark_breaks(breaks, values.take(here), quantum, stamp_error_us)
    if held is not None:
        steps = np.zeros(rows.size, dtype=bool)
        steps[1:] = np.abs(np.diff(held.take(rows))) > 0.0
        if steps.sum() <= 1.3 * found.sum():
            found |= steps
    breaks = np.zeros(time_us.size, dtype=bool)
    breaks[rows] = found
    return breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    rate_hz: float
    phase_us: float
    tolerance_us: float
    stamp_step_us: float

    @property
    def chance(self) -> float:
        """Share of stamps that lie on the grid whatever they are."""
        return max(2.0 * self.tolerance_us, self.stamp_step_us) / self.period_us

    @property
    def period_us(self) -> float:
        return 1e6 / self.rate_hz

    def epoch(self, time_us: IntArray) -> IntArray:
        epochs: IntArray = np.rint((time_us - self.phase_us) / self.period_us).astype(np.int64)
        return epochs

    def is_near(self, time_us: IntArray) -> BoolArray:
        error_us = time_us - self.phase_us
        error_us /= self.period_us
        error_us -= np.rint(error_us)
        near: BoolArray = np.abs(error_us, out=error_us) <= self.tolerance_us / self.period_us
        return near


def _find_grid(
    time_us: IntArray, breaks: BoolArray, declared_rate_hz: float | None
) -> _Grid | None:
    evidence_us = time_us[breaks]
    nominal_hz = nominal_rate_hz(declared_rate_hz)
    if nominal_hz is not None and evidence_us.size < _SURE_BREAKS:
        stated, on_grid_share = _fit_grid(evidence_us, nominal_hz)
        if on_grid_share >= _ON_GRID_SHARE or evidence_us.size < _MIN_BREAKS:
            return stated
    if evidence_us.size < _MIN_BREAKS:
        return None
    return _slowest_grid(evidence_us, nominal_hz)


def _slowest_grid(evidence_us: IntArray, nominal_hz: float | None) -> _Grid | None:
    """Return the slowest grid that holds the evidence: a faster multiple would hold it as well."""
    candidates: tuple[float, ...] = CANDIDATE_RATES_HZ
    if nominal_hz is not None and nominal_hz not in candidates:
        candidates = (*candidates, nominal_hz)
    sample_us = _sample(evidence_us)
    for rate_hz in candidates:
        grid, on_grid_share = _fit_grid(sample_us, rate_hz)
        if on_grid_share < _ON_GRID_SHARE:
            continue
        if float(np.mean(grid.is_near(evidence_us))) >= _ON_GRID_SHARE:
            is_real = grid.chance < _MOST_CHANCE or _hit_share(grid, evidence_us) >= _MIN_HIT_SHARE
            return grid if is_real else None
    return None


def _sample(evidence_us: IntArray) -> IntArray:
    """Return runs of neighbours: every n-th piece alone would lie on a slower grid."""
    n_runs = evidence_us.size // _RUN_OF_EVIDENCE
    if n_runs <= _RUNS_OF_EVIDENCE:
        return evidence_us
    runs = evidence_us[: n_runs * _RUN_OF_EVIDENCE].reshape(n_runs, _RUN_OF_EVIDENCE)
    return runs[:: n_runs // _RUNS_OF_EVIDENCE].reshape(-1)


def nominal_rate_hz(declared_rate_hz: float | None) -> float | None:
    """Return the usual receiver rate within 3 % of a measured one, else the measured rate [Hz]."""
    if declared_rate_hz is None or not declared_rate_hz > 0.0:
        return None
    nearest = min(CANDIDATE_RATES_HZ, key=lambda rate_hz: abs(rate_hz - declared_rate_hz))
    return nearest if abs(nearest - declared_rate_hz) <= _SNAP_SHARE * nearest else declared_rate_hz


def _fit_grid(evidence_us: IntArray, rate_hz: float) -> tuple[_Grid, float]:
    period_us = 1e6 / rate_hz
    coarse = evidence_us.size > 0 and float(np.mean(evidence_us % _COARSE_STAMP_US == 0)) > 0.99
    is_whole = math.isclose(period_us % _COARSE_STAMP_US, 0.0, abs_tol=1.0)
    tolerance_us = _ROUNDING_US + (_COARSE_STAMP_US / 2 if coarse and not is_whole else 0.0)
    phase_us = 0.0
    if evidence_us.size:
        start_us = int(evidence_us[0])
        turn = 2.0 * np.pi * ((evidence_us - start_us) % period_us) / period_us
        mean_turn = math.atan2(float(np.sin(turn).mean()), float(np.cos(turn).mean()))
        phase_us = start_us + mean_turn / (2.0 * np.pi) * period_us
        error_us = (evidence_us - phase_us + period_us / 2) % period_us - period_us / 2
        phase_us += float(np.median(error_us))
    grid = _Grid(
        rate_hz=rate_hz,
        phase_us=phase_us,
        tolerance_us=tolerance_us,
        stamp_step_us=_COARSE_STAMP_US if coarse else 0.0,
    )
    return grid, float(np.mean(grid.is_near(evidence_us))) if evidence_us.size else 0.0


def _hit_share(grid: _Grid, evidence_us: IntArray) -> float:
    epochs = grid.epoch(evidence_us)
    steps = np.diff(epochs)
    typical = steps[steps <= max(1, round(2.0 * grid.rate_hz))]
    return float(typical.size / max(1, int(typical.sum())))


def _rows_on_grid(
    time_us: IntArray, breaks: BoolArray, grid: _Grid, speed_mps: FloatArray | None
) -> IntArray:
    rows = np.flatnonzero(grid.is_near(time_us))
    rows = _one_row_an_epoch(time_us, breaks, grid, rows)
    epochs = grid.epoch(time_us[rows])
    keep = ~_alone_without_evidence(epochs, breaks[rows])
    rows = rows[keep]
    return rows[~_long_runs_without_evidence(rows, breaks[rows], speed_mps, grid.rate_hz)]


def _one_row_an_epoch(
    time_us: IntArray, breaks: BoolArray, grid: _Grid, rows: IntArray
) -> IntArray:
    """Return one of the rows that are near each epoch: evidence first, then the nearest stamp."""
    epochs = grid.epoch(time_us[rows])
    is_first = np.diff(epochs, prepend=epochs[:1] - 1) > 0
    if is_first.all():
        return rows
    error_us = np.abs(time_us[rows] - (grid.phase_us + epochs * grid.period_us))
    order = np.lexsort((error_us, ~breaks[rows], epochs))
    return rows[order[np.flatnonzero(is_first)]]


def _alone_without_evidence(epochs: IntArray, is_break: BoolArray) -> BoolArray:
    """Other devices' rows fall on a GPS epoch by chance; in a dropout they have no neighbours."""
    if epochs.size < 3:
        return np.zeros(epochs.size, dtype=bool)
    no_before = np.diff(epochs, prepend=epochs[0] - 1) > 1
    no_after = np.diff(epochs, append=epochs[-1] + 1) > 1
    alone: BoolArray = ~is_break & no_before & no_after
    return alone


def _long_runs_without_evidence(
    rows: IntArray, is_break: BoolArray, speed_mps: FloatArray | None, rate_hz: float
) -> BoolArray:
    """Dropouts whose epochs other devices' rows hit: too long a straight line to be true."""
    drop = np.zeros(rows.size, dtype=bool)
    if speed_mps is None or rows.size == 0:
        return drop
    moving = np.nan_to_num(speed_mps[rows]) > _MOVING_MPS
    if not moving.any():
        return drop
    share = float(np.mean(is_break[moving]))
    if share < 0.5:
        return drop
    longest = math.ceil(math.log(_ACCIDENT) / math.log(max(1.0 - share, 1e-3)))
    longest = max(longest, math.ceil(_DROPOUT_S * rate_hz))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], is_break, [True])).astype(np.int8)))
    for start, stop in zip(edges[0::2], edges[1::2], strict=True):
        if stop - start > longest and moving[start:stop].all():
            drop[start:stop] = True
    # Where they are many, the data itself is that smooth: a source without noise.
    return drop if drop.mean() <= _MOST_DROPOUTS else np.zeros_like(drop)


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


def _median_rate_hz(time_us: IntArray) -> float | None:
    steps_us = np.diff(time_us)
    steps_us = steps_us[steps_us > 0]
    if steps_us.size == 0:
        return None
    return nominal_rate_hz(1e6 / float(np.median(steps_us)))
