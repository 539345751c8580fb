"""Where the line was crossed when a lap number changes at an ordinary row.

The app puts a row of its own at every crossing. An export without these rows changes the number at
the first row after the line, up to a row's step late. The line is the same on every lap: it lies
behind all last rows of a lap and before all first rows of the next, and each crossing is where the
smoothed path reaches it (analysis.md 4: boundaries interpolated).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    BoolArray,
    ChannelGroup,
    DeclaredLap,
    FloatArray,
    IntArray,
    Notice,
    Severity,
)

_METRES_PER_DEGREE = 111_195.0
_ROW_US = 1_050
_TICKS = np.array([-4, -3, -2, -1, 1, 2, 3, 4])
_LEAST_TICKS = 6
_LEAST_FOR_A_LINE = 4
"""Points through which a straight line is more than a drawing."""
_ON_LINE_SHARE = 0.1
"""Scatter about a straight line, as a share of the way between rows, of rows made at the line."""
_MOST_SLOPE = 1.0
_WINDOW_S, _WINDOW_FIXES = 0.4, 2.5
_LEAST_FIXES = 3
_SAME_PLACE_M = 60.0
_SAME_COURSE = 0.5
"""Cosine of 60 degrees."""
_LEAST_SPEED_MPS = 1.0
_MOST_OUTSIDE = 0.5
"""How far beyond its two rows a crossing may come to lie, in steps of the rows."""
_INSTANTS = 65


def crossings_between_rows(
    laps: Sequence[DeclaredLap], rows_us: IntArray, groups: Sequence[ChannelGroup]
) -> tuple[tuple[DeclaredLap, ...], tuple[Notice, ...]]:
    """Return laps bounded by crossings of the line, where the file bounds them by ordinary rows.

    Parameters
    ----------
    laps : sequence of DeclaredLap
        Bounded by the first row of each number.
    rows_us : ndarray of int64, shape (n,)
        Strictly increasing session time of the rows [us].
    groups : sequence of ChannelGroup
        The receiver first.
    """
    changes_us = _changes_us(laps)
    place = np.searchsorted(rows_us, changes_us)
    changes_us, place = changes_us[place > 0], place[place > 0]
    if not changes_us.size:
        return tuple(laps), ()
    # The cheap question first: the app's own rows at the line are no rows of a device.
    if not _are_ordinary(changes_us, rows_us, groups):
        return tuple(laps), ()
    passes = _passes(groups[0], rows_us[place - 1], changes_us)
    if not passes or _are_made_at_the_line(passes):
        return tuple(laps), ()
    crossed_us, n_halved = _crossings_us(passes)
    moved = dict(zip(changes_us.tolist(), crossed_us, strict=True))
    bounded = tuple(
        replace(
            lap,
            start_us=moved.get(lap.start_us, lap.start_us),
            end_us=moved.get(lap.end_us, lap.end_us),
        )
        for lap in laps
    )
    return bounded, _notices(len(crossed_us), n_halved)


def _changes_us(laps: Sequence[DeclaredLap]) -> IntArray:
    """Return the instants at which a lap begins or ends at the line."""
    ends = {lap.end_us for lap in laps}
    starts = {lap.start_us for lap in laps}
    at_line = {at for lap in laps if lap.is_complete for at in (lap.start_us, lap.end_us)}
    return np.array(sorted(at_line | (ends & starts)), dtype=np.int64)


def _are_ordinary(changes_us: IntArray, rows_us: IntArray, groups: Sequence[ChannelGroup]) -> bool:
    """Return whether most changes stand at rows that devices made: fixes, or ticks of a rate."""
    fixes_us = groups[0].time_us
    at = np.minimum(np.searchsorted(fixes_us, changes_us), fixes_us.size - 1)
    ordinary: BoolArray = fixes_us[at] == changes_us
    for group in groups[1:]:
        if group.rate_hz:
            ordinary |= _is_tick(changes_us, rows_us, 1e6 / group.rate_hz)
    return 2 * int(np.count_nonzero(ordinary)) > ordinary.size


def _is_tick(at_us: IntArray, rows_us: IntArray, period_us: float) -> BoolArray:
    """Return where rows stand whole periods before and after."""
    expected_us = np.rint(at_us[:, np.newaxis] + _TICKS * period_us).astype(np.int64)
    next_row = np.searchsorted(rows_us, expected_us - _ROW_US)
    found_us = rows_us[np.minimum(next_row, rows_us.size - 1)]
    is_there = np.abs(found_us - expected_us) <= _ROW_US
    ticks: BoolArray = np.count_nonzero(is_there, axis=1) >= _LEAST_TICKS
    return ticks


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Pass:
    """One way over the line.

    Attributes
    ----------
    before_us, after_us : int
        Last row of the old number, first of the new [us].
    time_us : ndarray of int64, shape (n,)
        Fixes about the line [us].
    position_m : ndarray, shape (n, 2)
        East and north of the first pass [m].
    speed_mps : ndarray, shape (n,)
    """

    before_us: int
    after_us: int
    time_us: IntArray
    position_m: FloatArray
    speed_mps: FloatArray

    @property
    def is_usable(self) -> bool:
        """Whether the car moved, between fixes on both sides of the line."""
        return (
            self.time_us.size >= _LEAST_FIXES
            and bool(self.time_us[0] <= self.before_us)
            and bool(self.time_us[-1] >= self.after_us)
            and float(self.speed_mps.min()) >= _LEAST_SPEED_MPS
        )

    def row_position_m(self) -> FloatArray:
        """Return where the first row of the new number lies on the straight between fixes [m]."""
        columns = (np.interp(self.after_us, self.time_us, axis) for axis in self.position_m.T)
        return np.array(list(columns))

    def path(self) -> tuple[FloatArray, FloatArray]:
        """Return instants about the two rows [us], and the smoothed path there [m], shape (m, 2).

        Along the path Doppler speed says how far the car is, across it the positions do.
        """
        step_us = self.after_us - self.before_us
        outside_us = _MOST_OUTSIDE * step_us
        at_us = np.linspace(self.before_us - outside_us, self.after_us + outside_us, _INSTANTS)
        way_m, fixes_way_m = self._way_m(at_us), self._way_m(self.time_us.astype(np.float64))
        degree = min(2, self.time_us.size - 1)
        axes = [
            np.polynomial.Polynomial.fit(fixes_way_m, axis, degree)(way_m)
            for axis in self.position_m.T
        ]
        return at_us, np.stack(axes, axis=1)

    def _way_m(self, at_us: FloatArray) -> FloatArray:
        """Return the way driven since the first fix under steady acceleration between fixes [m]."""
        step_s = np.diff(self.time_us) * 1e-6
        gain = np.diff(self.speed_mps)
        until_m = np.concatenate(([0.0], np.cumsum((self.speed_mps[:-1] + 0.5 * gain) * step_s)))
        last = np.clip(np.searchsorted(self.time_us, at_us, side="right") - 1, 0, step_s.size - 1)
        since_s = (at_us - self.time_us[last]) * 1e-6
        way_m: FloatArray = until_m[last] + since_s * (
            self.speed_mps[last] + 0.5 * gain[last] * since_s / step_s[last]
        )
        return way_m


def _passes(gps: ChannelGroup, before_us: IntArray, after_us: IntArray) -> list[_Pass]:
    lat, lon = (
        np.asarray(channel.values, dtype=np.float64)
        for name in ("lat_deg", "lon_deg")
        if (channel := gps.find(name)) is not None
    )
    told = gps.find("speed_mps")
    if told is None:
        speed = _speed_of_way(gps.time_us, lat, lon)
    else:
        speed = np.asarray(told.values, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & np.isfinite(speed))
    if not known.size:
        return []
    known_us = gps.time_us[known]
    period_s = 1.0 / gps.rate_hz if gps.rate_hz else _WINDOW_S
    reach_us = int(max(_WINDOW_S, _WINDOW_FIXES * period_s) * 1e6)
    origin = known[min(int(np.searchsorted(known_us, after_us[0])), known.size - 1)]
    passes = []
    for before, after in zip(before_us.tolist(), after_us.tolist(), strict=True):
        first, stop = np.searchsorted(known_us, (before - reach_us, after + reach_us))
        near = known[first:stop]
        turn = (lon[near] - lon[origin] + 180.0) % 360.0 - 180.0
        east_m = turn * _METRES_PER_DEGREE * np.cos(np.radians(lat[origin]))
        north_m = (lat[near] - lat[origin]) * _METRES_PER_DEGREE
        passes.append(
            _Pass(
                before_us=before,
                after_us=after,
                time_us=gps.time_us[near],
                position_m=np.stack((east_m, north_m), axis=1),
                speed_mps=speed[near],
            )
        )
    return passes


def _speed_of_way(time_us: IntArray, lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
    """Return how fast the positions go, for a file without a speed, shape (n,) [m/s]."""
    if time_us.size < 2:
        return np.full(time_us.size, np.nan)
    turn = np.unwrap(lon_deg, period=360.0) * np.cos(np.radians(lat_deg))
    time_s = time_us * 1e-6
    speed = np.hypot(np.gradient(turn, time_s), np.gradient(lat_deg, time_s)) * _METRES_PER_DEGREE
    return np.asarray(speed, dtype=np.float64)


def _are_made_at_the_line(passes: Sequence[_Pass]) -> bool:
    """Return whether all first rows lie on one straight line across: the exporter's own rows."""
    usable = [one for one in passes if one.is_usable]
    if len(usable) < _LEAST_FOR_A_LINE:
        return False
    points = np.array([one.row_position_m() for one in usable])
    along, across = _frame(np.array([one.path()[1][[0, -1]] for one in usable]))
    aside, ahead = points @ across, points @ along
    spread = aside - aside.mean()
    slope = float(spread @ ahead) / (float(spread @ spread) + 1e-9)
    # Points along a bend fit a line along the course as well; a start line lies across.
    off = ahead - ahead.mean() - (slope if abs(slope) <= _MOST_SLOPE else 0.0) * spread
    steps_m = [(one.after_us - one.before_us) * 1e-6 * one.speed_mps.mean() for one in usable]
    return float(np.abs(off).max()) < _ON_LINE_SHARE * median(steps_m)


def _frame(ends_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return unit vectors along and across the mean course of ways, shape (n, 2, 2) [m]."""
    ways = ends_m[:, 1] - ends_m[:, 0]
    ways /= np.hypot(ways[:, 0], ways[:, 1])[:, np.newaxis] + 1e-9
    along = np.median(ways, axis=0)
    along /= np.hypot(*along) + 1e-9
    return along, np.array([-along[1], along[0]])


def _crossings_us(passes: Sequence[_Pass]) -> tuple[list[int], int]:
    """Return when each pass crossed the line [us], and for how many that is but a middle."""
    crossed = [(one.before_us + one.after_us) // 2 for one in passes]
    usable = [k for k, one in enumerate(passes) if one.is_usable]
    paths = {k: passes[k].path() for k in usable}
    if len(usable) < 2:
        return crossed, len(passes)
    along, across = _frame(np.array([paths[k][1][[0, -1]] for k in usable]))
    middle = np.median(np.array([paths[k][1].mean(axis=0) for k in usable]), axis=0)
    ahead: dict[int, FloatArray] = {}
    for k in usable:
        place_m = paths[k][1] - middle
        is_here = np.abs(place_m @ across).max() < _SAME_PLACE_M
        course = place_m[-1] - place_m[0]
        ahead_m = place_m @ along
        is_along = course @ along > _SAME_COURSE * np.hypot(*course)
        if is_here and is_along and np.abs(ahead_m).max() < _SAME_PLACE_M:
            ahead[k] = ahead_m
    if len(ahead) < 2:
        return crossed, len(passes)
    line_m = _line_m([paths[k][0] for k in ahead], list(ahead.values()), [passes[k] for k in ahead])
    for k, ahead_m in ahead.items():
        crossed[k] = round(float(np.interp(line_m, ahead_m, paths[k][0])))
    return crossed, len(passes) - len(ahead)


def _line_m(
    at_us: Sequence[FloatArray], ahead_m: Sequence[FloatArray], passes: Sequence[_Pass]
) -> float:
    """Return where the line lies along the course: behind all last rows, before all first [m]."""
    last = [np.interp(p.before_us, t, q) for t, q, p in zip(at_us, ahead_m, passes, strict=True)]
    first = [np.interp(p.after_us, t, q) for t, q, p in zip(at_us, ahead_m, passes, strict=True)]
    middle = median(np.add(last, first)) / 2.0
    low, high = float(max(last)), float(min(first))
    return min(max(middle, low), high) if low <= high else middle


def _notices(n_changes: int, n_halved: int) -> tuple[Notice, ...]:
    found = [
        Notice(
            code="lap_boundaries_interpolated",
            severity=Severity.REPAIRED,
            channel="lap_number",
            count=n_changes - n_halved,
            detail="no row stands at the line; laps end where the path crosses the place at which"
            " the number changes on all laps",
        ),
        Notice(
            code="lap_boundaries_between_rows",
            severity=Severity.REPAIRED,
            channel="lap_number",
            count=n_halved,
            detail="no row stands at the line, which is not known; laps end in the middle of two"
            " rows",
        ),
    ]
    return tuple(notice for notice in found if notice.count)
