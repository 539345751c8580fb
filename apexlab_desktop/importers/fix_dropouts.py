"""Straight lines that an app drew over a dropout, told from a car that went straight.

Other devices' rows that fall on the epochs of a dropout look like fixes without evidence. So do the
true fixes of a steady car and a receiver without visible noise. Rows are set aside only where
something speaks for the drawing: noise that shows at all other fixes and stops, or a way with a
kink at both ends, where the velocity jumps as no car's can.
"""

from __future__ import annotations

import math

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray
from apexlab_desktop.importers.fix_evidence import STAMP_STEP_ERROR_US, WrittenRows
from apexlab_desktop.importers.fix_grid import Chain

_MOVING_MPS = 3.0
_SHORTEST_S = 0.5
"""Shorter gaps need no care: the straight line over them is what a smoother would fill in."""
_LEAST_ROWS, _LEAST_REPEATED = 5, 2
_MOSTLY_SURE = 0.5
_ON_LINE_QUANTA = 1.05
_ACCIDENT = 1e-6
"""Chance below which a run of fixes without evidence is no longer taken for one."""
_ROUNDED_BEND, _ROUNDED_CHANGE = 2.1, 4.5
"""What rounding alone gives to second and to third differences, in units of what it rounds to."""
_ROUNDING_QUANTILE = 0.002
"""Some of the rows may be no fixes and have values of their own between the rounded ones."""
_ALTERNATING_SHARE = 0.7
"""Third differences of noise change sign in 77 of 100 steps (white) or 73 (a random walk), those of
a motion that is sampled too slowly in 67 at most."""
_LEAST_PAIRS, _LEAST_PAIR_SHARE = 50, 0.1
"""Of neighbouring differences that show: noise is everywhere, the bumps of a road are not."""
_KINK = 2.0
"""The bend at the end of a drawn line grows with its length, to half the number of its steps times
those beside it; that of a way is at most as large as they are."""
_KINK_QUANTA = 6.0


def dropout_rows(
    written: WrittenRows,
    rows: IntArray,
    is_sure: BoolArray,
    speed_mps: FloatArray | None,
    chain: Chain,
    held: FloatArray | None = None,
) -> BoolArray:
    """Return which fixes are rows of other devices in a dropout, shape (n_fixes,).

    Parameters
    ----------
    written : WrittenRows
        Shape (n,).
    rows : ndarray of int64, shape (n_fixes,)
        Rows taken for fixes, increasing.
    is_sure : ndarray of bool, shape (n_fixes,)
        Whether there is evidence for each.
    speed_mps : ndarray, shape (n,), or None
        For telling standing from moving [m/s].
    chain : Chain
    held : ndarray, shape (n,), optional
        A quantity that the app repeats between fixes (bearing).
    """
    drop = np.zeros(rows.size, dtype=bool)
    if speed_mps is None or rows.size == 0:
        return drop
    moving = np.nan_to_num(speed_mps[rows]) > _MOVING_MPS
    if not moving.any() or float(np.mean(is_sure[moving])) < _MOSTLY_SURE:
        return drop
    lines = _long_lines(written, rows, is_sure | ~moving, chain.rate_hz)
    if not lines:
        return drop
    is_outside = np.ones(rows.size, dtype=bool)
    for start, stop in lines:
        is_outside[start:stop] = False
    by_noise = _log_chance_straight(written, rows[is_outside], chain.period_us)
    repeats, by_repeat = _repeats(None if held is None else held[rows], is_sure & moving)
    for start, stop in lines:
        n_rows, is_repeated = stop - start, bool(repeats[start:stop].all())
        log_chance = n_rows * (by_noise + (by_repeat if is_repeated else 0.0))
        is_noise_gone = by_noise < 0.0 and log_chance < math.log(_ACCIDENT)
        if n_rows < _LEAST_ROWS:
            drop[start:stop] = is_noise_gone and is_repeated
            continue
        drop[start:stop] = is_noise_gone or (
            _is_kink(written, rows[max(start - 3, 0) : start + 1][::-1], chain.period_us)
            and _is_kink(written, rows[stop - 1 : stop + 3], chain.period_us)
        )
    return drop


def _repeats(held: FloatArray | None, is_sure: BoolArray) -> tuple[BoolArray, float]:
    """Return which fixes repeat a held quantity, and how likely a sure one does, as a logarithm.

    At one fix a second a dropout is a few rows long, too few for the noise alone to tell; but the
    bearing of a moving receiver hardly ever stays the same to its last digit.
    """
    repeats = np.zeros(is_sure.size, dtype=bool)
    if held is None:
        return repeats, 0.0
    np.equal(held[1:], held[:-1], out=repeats[1:])
    n_repeats = int(np.count_nonzero(repeats & is_sure))
    return repeats, math.log((n_repeats + 1) / (int(np.count_nonzero(is_sure)) + 2))


def _long_lines(
    written: WrittenRows, rows: IntArray, is_known: BoolArray, rate_hz: float
) -> list[tuple[int, int]]:
    """Return the runs of fixes, `[start, stop)`, that need care and lie on a straight line."""
    shortest = max(_LEAST_REPEATED, math.ceil(_SHORTEST_S * rate_hz))
    edges = np.flatnonzero(np.diff(np.concatenate(([True], is_known, [True])).astype(np.int8)))
    runs = zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
    return [
        (start, stop)
        for start, stop in runs
        if stop - start >= shortest and _is_one_line(written, rows, start, stop)
    ]


def _is_one_line(written: WrittenRows, rows: IntArray, start: int, stop: int) -> bool:
    """Return whether fixes lie on the line between the two beside them, as invented ones do."""
    first, last = max(start - 1, 0), min(stop, rows.size - 1)
    inside = rows[first + 1 : last]
    before, after = (np.full_like(inside, rows[place]) for place in (first, last))
    return bool((written.misfit(inside, before, after) <= _ON_LINE_QUANTA).all())


def _log_chance_straight(written: WrittenRows, rows: IntArray, period_us: float) -> float:
    """Return how likely a fix lies on a line by chance, as a logarithm; 0 without noise."""
    steps = np.diff(written.time_us[rows]) / period_us
    steps[np.abs(steps - 1.0) > 0.5] = np.nan
    is_next = np.isfinite(steps)
    log_chance = 0.0
    for values, quantum in zip(written.quantities, written.quanta, strict=True):
        # A damaged cell may be infinite.
        rises = np.diff(np.where(np.isfinite(values[rows]), values[rows], np.nan))
        rounding = _rounding(rises[is_next], quantum)
        if written.stamp_error_us:
            rounding += float(np.nanmedian(np.abs(rises))) * STAMP_STEP_ERROR_US / period_us
        straight = _straight_share(np.diff(rises / steps), rounding)
        log_chance += math.log(max(straight, _ACCIDENT))
    return log_chance


def _rounding(rises: FloatArray, quantum: float) -> float:
    """Return to what a receiver rounds, be it knots or km/h, as its smallest differences show."""
    sizes = np.abs(rises)
    sizes = sizes[sizes > 0.5 * quantum]
    if not sizes.size:
        return quantum
    return max(quantum, float(np.quantile(sizes, _ROUNDING_QUANTILE)))


def _straight_share(bends: FloatArray, rounding: float) -> float:
    """Return at which share of the fixes noise leaves no bend in a quantity; 1 without noise.

    Noise jitters: bends change their sign and so do the changes from bend to bend, at most fixes,
    while a car's motion goes on. What a receiver rounds to is no noise: a steady value has none.
    """
    changes = np.diff(bends)
    n_changes = int(np.count_nonzero(np.isfinite(changes)))
    is_visible = np.abs(changes) > _ROUNDED_CHANGE * rounding
    pairs = is_visible[1:] & is_visible[:-1]
    alternates = (np.signbit(changes[1:]) != np.signbit(changes[:-1]))[pairs]
    if alternates.size < max(_LEAST_PAIRS, _LEAST_PAIR_SHARE * n_changes):
        return 1.0
    if float(np.mean(alternates)) < _ALTERNATING_SHARE:
        return 1.0
    return float(np.mean(np.abs(bends[np.isfinite(bends)]) <= _ROUNDED_BEND * rounding))


def _is_kink(written: WrittenRows, outwards: IntArray, period_us: float) -> bool:
    """Return whether the way has a kink at the end of a line.

    Parameters
    ----------
    written : WrittenRows
    outwards : ndarray of int64, shape (4,)
        Its outermost row, the fix at its end, and the two after that; fewer where the file ends.
    period_us : float
    """
    if outwards.size < 4:
        return False
    steps_us = np.abs(np.diff(written.time_us[outwards])).astype(np.float64)
    if (np.abs(steps_us - period_us) > 0.5 * period_us).any():
        return False
    for number in range(written.n_coordinates):
        slopes = np.diff(written.quantities[number][outwards]) / steps_us
        at_end, beside = np.abs(np.diff(slopes)) * period_us
        if at_end > _KINK * beside + _KINK_QUANTA * written.quanta[number]:
            return True
    return False
