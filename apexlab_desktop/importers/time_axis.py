"""Timestamps of rows to a time axis: what is dropped, sorted or joined, each with its notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    MICROSECONDS_PER_SECOND,
    BoolArray,
    FloatArray,
    IntArray,
    Notice,
    Severity,
)
from apexlab_desktop.errors import CorruptFileError

_MOST_STAMP_S = 9.0e12
"""The latest instant that whole microseconds of 64 bits can hold; damage makes later ones."""
_LONGEST_SESSION_S = 7 * 86_400.0
_LATE_ROW_S = 2.0
"""A row older than the one before by less than this was written late; else the clock was set."""
_MOST_LATE_ROWS = 3
_MOST_OUT_OF_ORDER = 0.01
_SMALLEST_STEP_US = 1_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TimeAxis:
    """A usable time axis.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,), or None
        Rows of the file in order of time; None when every row is used as it stands.
    wall_us : ndarray of int64, shape (n,)
        Non-decreasing wall time [us].
    joints : tuple of int
        Positions in `wall_us` at which the clock was set back: recording goes on, time does not.
    notices : tuple of Notice
    """

    rows: IntArray | None
    wall_us: IntArray
    joints: tuple[int, ...] = ()
    notices: tuple[Notice, ...] = ()


def repair_time(wall_s: FloatArray, place: str) -> TimeAxis:
    """Return the time axis of rows stamped `wall_s`.

    Parameters
    ----------
    wall_s : ndarray, shape (n,)
        Timestamps in file order [s].
    place : str
        Where they stand in the file, for messages.

    Raises
    ------
    CorruptFileError
        If no timestamp is a number, time stands still, or it runs backwards in more than 1 % of
        the rows (algorithms.md 1.3).
    """
    axis = _already_in_order(wall_s)
    if axis is None:
        axis = _put_in_order(wall_s, place)
    if axis.wall_us.size > 1 and axis.wall_us[0] == axis.wall_us[-1]:
        raise CorruptFileError(
            expected="timestamps that increase",
            found=f"the same time at all {axis.wall_us.size} rows",
            place=place,
        )
    return axis


def _put_in_order(wall_s: FloatArray, place: str) -> TimeAxis:
    rows = _plausible_rows(wall_s, place)
    n_dropped = wall_s.size - rows.size
    wall_us = np.rint(wall_s[rows] * MICROSECONDS_PER_SECOND).astype(np.int64)
    lone = is_lone_outlier(wall_us / MICROSECONDS_PER_SECOND)
    rows, wall_us = rows[~lone], wall_us[~lone]
    notices = _dropped_notices(n_dropped + int(lone.sum()))
    steps_us = np.diff(wall_us)
    n_back = int(np.count_nonzero(steps_us < 0))
    if n_back > max(1.0, _MOST_OUT_OF_ORDER * wall_us.size):
        first = int(np.argmax(steps_us < 0)) + 1
        raise CorruptFileError(
            expected="timestamps that increase",
            found=f"time running backwards at {n_back} of {wall_us.size} rows",
            place=f"row {int(rows[first]) + 1} of the data",
        )
    joints: tuple[int, ...] = ()
    if n_back:
        wall_us, joints = _join_clock_steps(wall_us, steps_us)
        order = np.argsort(wall_us, kind="stable")
        rows, wall_us = rows[order], wall_us[order]
        notices += _back_notices(n_back, (wall_us[list(joints)] - wall_us[0]).tolist())
    is_whole = rows.size == wall_s.size and not n_back
    return TimeAxis(
        rows=None if is_whole else rows, wall_us=wall_us, joints=joints, notices=notices
    )


def _already_in_order(wall_s: FloatArray) -> TimeAxis | None:
    """Return the axis of stamps with which nothing is wrong, as those of nearly every file."""
    if wall_s.size == 0 or not max(abs(wall_s[0]), abs(wall_s[-1])) <= _MOST_STAMP_S:
        return None
    if not wall_s[-1] - wall_s[0] <= _LONGEST_SESSION_S or not (wall_s[1:] >= wall_s[:-1]).all():
        return None
    wall_us = np.rint(wall_s * MICROSECONDS_PER_SECOND).astype(np.int64)
    return TimeAxis(rows=None, wall_us=wall_us)


def _plausible_rows(wall_s: FloatArray, place: str) -> IntArray:
    with np.errstate(invalid="ignore"):
        finite = np.abs(wall_s) <= _MOST_STAMP_S
    if not finite.any():
        found = "no number that can be a time"
        raise CorruptFileError(expected="timestamps in seconds", found=found, place=place)
    middle = median(wall_s[finite])
    with np.errstate(invalid="ignore"):
        near = np.abs(wall_s - middle) <= _LONGEST_SESSION_S
    return np.flatnonzero(finite & near)


def is_lone_outlier(wall_s: FloatArray) -> BoolArray:
    """Return at which rows the stamp [s] leaves the order alone while both neighbours keep it."""
    lone = np.zeros(wall_s.size, dtype=bool)
    if wall_s.size < 3:
        return lone
    step_s = np.diff(wall_s)
    before, after, over = step_s[:-1], step_s[1:], wall_s[2:] - wall_s[:-2]
    neighbours_agree = (over >= 0.0) & (over <= _LATE_ROW_S)
    lone[1:-1] = neighbours_agree & (np.minimum(before, after) < -_LATE_ROW_S)
    return lone


def _join_clock_steps(wall_us: IntArray, steps_us: IntArray) -> tuple[IntArray, tuple[int, ...]]:
    """Move what follows a clock that was set back to just after what came before it."""
    late_us = int(_LATE_ROW_S * MICROSECONDS_PER_SECOND)
    joined = wall_us.copy()
    latest_us = np.maximum.accumulate(wall_us)
    joints: list[int] = []
    for row in (np.flatnonzero(steps_us < 0) + 1).tolist():
        if steps_us[row - 1] < -late_us or _goes_on_behind(wall_us, latest_us, row):
            joined[row:] += joined[:row].max() + _SMALLEST_STEP_US - joined[row]
            latest_us[row:] = np.maximum.accumulate(wall_us[row:])
            joints.append(row)
    return joined, tuple(joints)


def _goes_on_behind(wall_us: IntArray, latest_us: IntArray, row: int) -> bool:
    """Return whether the rows from `row` on stay in order behind what came before: a set clock.

    Rows that were only written late are few, and time goes on after them.
    """
    following = wall_us[row : row + _MOST_LATE_ROWS + 1]
    is_behind = following.size > _MOST_LATE_ROWS and following[-1] <= latest_us[row - 1]
    return bool(is_behind and (np.diff(following) >= 0).all())


def _dropped_notices(n_dropped: int) -> tuple[Notice, ...]:
    if not n_dropped:
        return ()
    return (
        Notice(
            code="rows_without_time_dropped",
            severity=Severity.LOST,
            channel="time",
            count=n_dropped,
            detail="rows whose timestamp is missing or days away from the others",
        ),
    )


def _back_notices(n_back: int, joints_us: Sequence[int]) -> tuple[Notice, ...]:
    notices: tuple[Notice, ...] = ()
    n_joints = len(joints_us)
    if n_back > n_joints:
        notices += (
            Notice(
                code="rows_sorted_by_time",
                severity=Severity.REPAIRED,
                channel="time",
                count=n_back - n_joints,
                detail="rows written late were put in order",
            ),
        )
    if n_joints:
        notices += (
            Notice(
                code="clock_set_back",
                severity=Severity.REPAIRED,
                channel="time",
                count=n_joints,
                first_s=min(joints_us) / MICROSECONDS_PER_SECOND,
                last_s=max(joints_us) / MICROSECONDS_PER_SECOND,
                detail="the clock jumped back; what follows was appended as a new stretch",
            ),
        )
    return notices


def last_of_equal_times(time_us: IntArray) -> BoolArray:
    """Return which rows are the last of those that share their time, shape (n,)."""
    is_last = np.ones(time_us.size, dtype=bool)
    is_last[:-1] = np.diff(time_us) > 0
    return is_last
