"""Fixes that lie on a straight line: the rows at the epochs which the sure fixes leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.importers.fix_dropouts import dropout_rows
from apexlab_desktop.importers.fix_evidence import WrittenRows
from apexlab_desktop.importers.fix_grid import STAMP_SIGMA_US, Chain, chain_at

_ROW_US = 1_050.0
"""An epoch known from rounded stamps, and the row's own rounding."""
_ROUNDED_US, _EPOCH_SIGMA_US = 500.0, 50.0
"""Rounding of a row's stamp, and how well the epoch is known between many fixes."""
_JITTER_SIGMAS = 3.0
_SMOOTHED = 32
"""Sure fixes to each side over which the rounding of an epoch is averaged away."""
_LEAST_ROOM = 1.4
"""Periods between two fixes that leave room for a third."""
_ANCHORS_TRIED, _ROWS_TRIED = 64, 20_000
_ROUNDING_VARIANCE = 0.15
"""Of the misfit of three rounded values, in quanta squared."""


def fix_rows(
    written: WrittenRows,
    sure_rows: IntArray,
    chain: Chain,
    speed_mps: FloatArray | None,
    held: FloatArray | None = None,
) -> IntArray:
    """Return the rows of all fixes: the sure ones, and those at the epochs between them.

    Parameters
    ----------
    written : WrittenRows
        Shape (n,).
    sure_rows : ndarray of int64, shape (n_sure,)
        Rows of `chain.evidence_us`.
    chain : Chain
    speed_mps : ndarray, shape (n,), or None
        For telling standing from moving [m/s].
    held : ndarray, shape (n,), optional
        A quantity that the app repeats between fixes.
    """
    time_us = written.time_us
    rows, chain = _without_inserted(time_us, sure_rows, chain)
    grid = _Grid.around(rows, chain)
    weight = np.full(time_us.size, -1, dtype=np.int8)
    weight[_rows_inside_links(written, grid, chain)] = 0
    weight[_rows_beyond_links(time_us, grid)] = 0
    weight[rows] = 1
    weight[rows[grid.is_in_chain]] = 2
    found = np.flatnonzero(weight >= 0)
    found = found[_is_heaviest_of_its_epoch(time_us[found], weight[found], chain.period_us)]
    is_sure = weight[found] > 0
    keep = ~_alone_without_evidence(time_us[found], is_sure, chain.period_us)
    found, is_sure = found[keep], is_sure[keep]
    return found[~dropout_rows(written, found, is_sure, speed_mps, chain, held)]


def _without_inserted(time_us: IntArray, rows: IntArray, chain: Chain) -> tuple[IntArray, Chain]:
    """Drop evidence between two neighbours that are one period apart: there is no room for it."""
    if rows.size < 3:
        return rows, chain
    over_us = (chain.evidence_us[2:] - chain.evidence_us[:-2]).astype(np.float64)
    inserted = np.zeros(rows.size, dtype=bool)
    inserted[1:-1] = np.abs(over_us - chain.period_us) <= chain.tolerance_us
    inserted[1:-1] &= ~(chain.is_linked[1:] | chain.is_linked[:-1])
    if not inserted.any():
        return rows, chain
    rows = rows[~inserted]
    return rows, chain_at(time_us[rows], chain.rate_hz)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Grid:
    """Where the epochs are.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Sure fixes.
    epoch_us : ndarray, shape (n,)
        Their times without rounding and jitter [us].
    is_in_chain : ndarray of bool, shape (n,)
        Linked with a neighbour.
    starts, ends : ndarray of int64, shape (n_chains,)
        First and last of each chain, as positions in `rows`.
    period_us, reach_us : float
        And how far from its epoch a fix may be stamped [us].
    """

    rows: IntArray
    epoch_us: FloatArray
    is_in_chain: BoolArray
    starts: IntArray
    ends: IntArray
    period_us: float
    reach_us: float

    @classmethod
    def around(cls, rows: IntArray, chain: Chain) -> _Grid:
        before = np.zeros(rows.size, dtype=bool)
        after = np.zeros(rows.size, dtype=bool)
        before[1:] = after[:-1] = chain.is_linked[: max(rows.size - 1, 0)]
        starts, ends = np.flatnonzero(after & ~before), np.flatnonzero(before & ~after)
        reach_us = max(_ROW_US + _JITTER_SIGMAS * chain.jitter_us, chain.stamp_us)
        return cls(
            rows=rows,
            epoch_us=_smoothed_epochs_us(chain, starts, ends),
            is_in_chain=before | after,
            starts=starts,
            ends=ends,
            period_us=chain.period_us,
            reach_us=min(reach_us, 0.45 * chain.period_us),
        )


def _smoothed_epochs_us(chain: Chain, starts: IntArray, ends: IntArray) -> FloatArray:
    """Return the times of the sure fixes with rounding and jitter averaged over neighbours."""
    epoch_us = chain.evidence_us.astype(np.float64)
    if not starts.size:
        return epoch_us
    elapsed_us = np.cumsum(np.where(chain.is_linked, chain.epochs, 0)) * chain.period_us
    late_us = epoch_us - epoch_us[0]
    late_us[1:] -= elapsed_us
    # Differences of sums stay small when every chain starts from its own first fix.
    of_chain = np.zeros(epoch_us.size, dtype=np.int64)
    of_chain[starts] = np.diff(np.concatenate(([0], starts)))
    late_us -= late_us[np.cumsum(of_chain)]
    place = np.arange(epoch_us.size)
    first, last = place.copy(), place.copy()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        inside = slice(start, end + 1)
        first[inside] = np.maximum(place[inside] - _SMOOTHED, start)
        last[inside] = np.minimum(place[inside] + _SMOOTHED, end)
    sums = np.concatenate(([0.0], np.cumsum(late_us)))
    mean_us = (sums[last + 1] - sums[first]) / (last + 1 - first)
    smoothed: FloatArray = epoch_us - late_us + mean_us
    return smoothed


def _rows_inside_links(written: WrittenRows, grid: _Grid, chain: Chain) -> IntArray:
    """Return the rows at the epochs that linked fixes leave open."""
    link = np.flatnonzero(chain.is_linked & (chain.epochs > 1))
    n_open = chain.epochs[link] - 1
    number = np.arange(int(n_open.sum())) - np.repeat(np.cumsum(n_open) - n_open, n_open) + 1
    step_us = (grid.epoch_us[link + 1] - grid.epoch_us[link]) / (n_open + 1)
    expected_us = np.repeat(grid.epoch_us[link], n_open) + number * np.repeat(step_us, n_open)
    after = np.searchsorted(written.time_us, np.rint(expected_us).astype(np.int64))
    after = np.clip(after, 1, written.time_us.size - 1)
    early_us = expected_us - written.time_us[after - 1]
    late_us = written.time_us[after] - expected_us
    rows = np.where(early_us < late_us, after - 1, after)
    is_open = (early_us <= grid.reach_us) & (late_us <= grid.reach_us)
    is_open &= (after >= 2) & (after < written.time_us.size - 1)
    early, late = (_unlikeliness(off_us[is_open], chain) for off_us in (early_us, late_us))
    rows[is_open] = _likelier_rows(written, after[is_open], early, late)
    return rows[np.minimum(early_us, late_us) <= grid.reach_us]


def _unlikeliness(off_us: FloatArray, chain: Chain) -> FloatArray:
    """Return twice the negative log-likelihood of a fix stamped this far from its epoch."""
    if chain.jitter_us > _ROUNDED_US:
        unlikely: FloatArray = off_us**2 / (chain.jitter_us**2 + STAMP_SIGMA_US**2)
        return unlikely
    excess: FloatArray = np.maximum(off_us - _ROUNDED_US, 0.0) / _EPOCH_SIGMA_US
    return excess**2


def _likelier_rows(
    written: WrittenRows, after: IntArray, early: FloatArray, late: FloatArray
) -> IntArray:
    """Return which of two rows about an epoch is the fix: the other lies on a line beside it.

    Parameters
    ----------
    written : WrittenRows
    after : ndarray of int64, shape (m,)
        The later row of each two.
    early, late : ndarray, shape (m,)
        How unlikely the two are as far as their stamps tell.
    """
    first = after - 1
    misfit_if_first = written.misfit(after, first, after + 1)
    misfit_if_second = written.misfit(first, first - 1, after)
    cost_if_first = early + (misfit_if_first**2).sum(axis=0) / _ROUNDING_VARIANCE
    cost_if_second = late + (misfit_if_second**2).sum(axis=0) / _ROUNDING_VARIANCE
    return np.where(cost_if_first < cost_if_second, first, after)


def _rows_beyond_links(time_us: IntArray, grid: _Grid) -> IntArray:
    """Return the rows at the epochs before, after and between the chains of linked fixes."""
    if not grid.starts.size:
        anchor_us = float(time_us[_best_anchor(time_us, grid)])
        return _rows_on_epochs(time_us, 0, time_us.size, anchor_us, grid)
    rows, epoch_us = grid.rows, grid.epoch_us
    first, last = int(grid.starts[0]), int(grid.ends[-1])
    found = [
        _rows_on_epochs(time_us, 0, int(rows[first]), float(epoch_us[first]), grid),
        _rows_on_epochs(time_us, int(rows[last]) + 1, time_us.size, float(epoch_us[last]), grid),
    ]
    for end, start in zip(grid.ends[:-1].tolist(), grid.starts[1:].tolist(), strict=True):
        if epoch_us[start] - epoch_us[end] >= _LEAST_ROOM * grid.period_us:
            found.append(_rows_between_chains(time_us, end, start, grid))
    return np.concatenate(found)


def _rows_on_epochs(
    time_us: IntArray, first: int, stop: int, anchor_us: float, grid: _Grid
) -> IntArray:
    """Return one row, the nearest, at every epoch of an anchor among rows `first` to `stop`."""
    error = (time_us[first:stop] - anchor_us) / grid.period_us
    epoch = np.rint(error)
    error -= epoch
    np.abs(error, out=error)
    near = np.flatnonzero(error <= grid.reach_us / grid.period_us)
    near = near[np.lexsort((error[near], epoch[near]))]
    rows: IntArray = first + near[np.diff(epoch[near], prepend=np.nan) != 0.0]
    return rows


def _rows_between_chains(time_us: IntArray, end: int, start: int, grid: _Grid) -> IntArray:
    """Return the rows that go on with the chain before, then those that lead to the one after.

    The grid began anew at the row where most rows fit what they are taken for; among equals, at
    the longest step of time.
    """
    first, stop = int(grid.rows[end]) + 1, int(grid.rows[start])
    left = _rows_on_epochs(time_us, first, stop, float(grid.epoch_us[end]), grid)
    right = _rows_on_epochs(time_us, first, stop, float(grid.epoch_us[start]), grid)
    change = np.arange(first, stop + 1)
    n_fitting = np.searchsorted(left, change) + right.size - np.searchsorted(right, change)
    best = change[n_fitting == n_fitting.max()]
    split = best[np.argmax(time_us[best] - time_us[best - 1])]
    return np.concatenate((left[left < split], right[right >= split]))


def _best_anchor(time_us: IntArray, grid: _Grid) -> int:
    """Return the row at whose epochs most rows stand: of the sure ones, else of any."""
    n_rows = min(time_us.size, _ROWS_TRIED)
    tried = grid.rows[:_ANCHORS_TRIED] if grid.rows.size else np.arange(min(64, time_us.size))
    n_fitting = []
    for row in tried.tolist():
        first = min(max(row - n_rows // 2, 0), time_us.size - n_rows)
        fitting = _rows_on_epochs(time_us, first, first + n_rows, float(time_us[row]), grid)
        n_fitting.append(fitting.size)
    return int(tried[int(np.argmax(n_fitting))])


def _is_heaviest_of_its_epoch(
    time_us: IntArray, weight: np.ndarray[tuple[int], np.dtype[np.int8]], period_us: float
) -> BoolArray:
    """Two rows within half a period are one fix: keep the better known, else the earlier."""
    keep = np.ones(time_us.size, dtype=bool)
    kept = 0
    for place in np.flatnonzero(np.diff(time_us) < 0.5 * period_us).tolist():
        kept = place if keep[place] else kept
        if time_us[place + 1] - time_us[kept] < 0.5 * period_us:
            loser = kept if weight[place + 1] > weight[kept] else place + 1
            keep[loser] = False
    return keep


def _alone_without_evidence(time_us: IntArray, is_sure: BoolArray, period_us: float) -> BoolArray:
    """Other devices' rows fall on a GPS epoch by chance; in a dropout they have no neighbours."""
    if time_us.size < 3:
        return np.zeros(time_us.size, dtype=bool)
    far = np.diff(time_us) > 1.5 * period_us
    alone = ~is_sure
    alone[1:-1] &= far[1:] & far[:-1]
    alone[0] = alone[-1] = False
    return alone
