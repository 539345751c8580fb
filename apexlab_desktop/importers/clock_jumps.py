"""Clocks that jumped while recording went on: the period is put back where the file proves it.

A phone sets its clock, a receiver rolls over at midnight or at the end of the GPS week, a summer
time ends: the stamps jump, but the car drives on. What else a row says shows how much time really
passed: the time since the start, or the way driven at the speed of both sides (algorithms.md 1.3).
A pause with a parked car proves nothing and stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, IntArray, Notice, Severity, StoredArray
from apexlab_desktop.importers.time_axis import is_lone_outlier

_METRES_PER_DEGREE = 111_195.0
_LATEST_STAMP_S = 9.0e12
_ORDINARY_STEPS, _LEAST_ORDINARY_S = 4.0, 0.25
"""A step of the stamps beyond so many usual ones, and beyond this, asks for an explanation."""
_SAMPLE_ROWS = 5_000
_REGULAR_SHARE, _BEAT_JITTER, _BEAT_SLACK = 0.9, 0.15, 0.35
"""Rows of one receiver alone keep its beat; nothing else is known so well about a jump."""
_MOST_JUMPS = 1_000
_SAME_TIME_S = 0.003
"""Two times written to the millisecond agree."""
_DECIMALS = 3
_LEAST_JUMP_S = 0.02
_MOVING_MPS = 3.0
_MOST_ACCEL_MPS2, _SPEED_NOISE_MPS = 20.0, 1.0
_LEAST_CONTRADICTION_M = 3.0
_PLACE_NOISE_M = 0.3
_SLOPE_ROWS = 3
_SLOPE_ERROR = 0.05
_MOST_PACE_RATIO = 2.0
"""Between what the positions and the receiver say of the speed, or the positions are no witness."""
_WHOLE_S = 0.5
"""Clocks are set by whole seconds, or by a half."""
_MOST_SNAP_S = 0.1
_PERIOD_S = 3_600.0
"""A day, a week and the hour of summer time are whole hours."""
_PARKED_M = 5.0
_SHORT_S, _SHORT_SHARE = 30.0, 0.1
"""A first stretch shorter than both is one before the clock was right."""
_NAMES = {
    604_800.0 * 1_024: "1,024 weeks",
    604_800.0: "a week",
    86_400.0: "a day",
    3_600.0: "an hour",
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Witnesses:
    """What the rows say besides their stamps; each of shape (n,), None where the file lacks it.

    Attributes
    ----------
    elapsed_s : ndarray or None
        Time since the start of the session [s].
    distance_m : ndarray or None
        Way driven since then [m].
    lat_deg, lon_deg, speed_mps : ndarray
    fragment : ndarray or None
        Number that changes where recording was paused.
    """

    elapsed_s: StoredArray | None
    distance_m: StoredArray | None
    lat_deg: FloatArray
    lon_deg: FloatArray
    speed_mps: StoredArray
    fragment: StoredArray | None

    def apart_m(self, first: int, second: int) -> float:
        """Return how far two rows are apart, NaN without positions [m]."""
        turn = (self.lon_deg[second] - self.lon_deg[first] + 180.0) % 360.0 - 180.0
        east = turn * np.cos(np.radians(self.lat_deg[first]))
        north = self.lat_deg[second] - self.lat_deg[first]
        return float(np.hypot(east, north)) * _METRES_PER_DEGREE

    def way_m(self, first: int, second: int) -> float:
        """Return the way driven between two rows, by the odometer where there is one [m]."""
        if self.distance_m is not None:
            way_m = float(self.distance_m[second]) - float(self.distance_m[first])
            if np.isfinite(way_m):
                return way_m
        return self.apart_m(first, second)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Jump:
    """Row after a jump, what has to be added from there on, and how well that is known [s]."""

    row: int
    added_s: float
    error_s: float

    def words(self) -> str:
        """Return which way, by how much, and how well that is known."""
        size_s = abs(self.added_s)
        size = _NAMES.get(size_s) or f"{size_s:,.3f}".rstrip("0").rstrip(".") + " s"
        known = f", known to {1e3 * self.error_s:.0f} ms" if self.error_s else ""
        return f"{'back' if self.added_s > 0.0 else 'on'} by {size}{known}"


def undo_clock_jumps(
    wall_s: FloatArray, witnesses: Callable[[], Witnesses]
) -> tuple[FloatArray, tuple[Notice, ...]]:
    """Return the stamps without the jumps of the clock that the file disproves.

    Parameters
    ----------
    wall_s : ndarray, shape (n,)
        Stamps in file order [s].
    witnesses : callable
        Asked only if there is a jump.
    """
    beat = _Beat.of(wall_s)
    if beat is None or not beat.unusual(wall_s).size:
        return wall_s, ()
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(np.abs(wall_s) <= _LATEST_STAMP_S)
    rows = rows[~is_lone_outlier(wall_s[rows])]
    places = beat.unusual(wall_s[rows])
    if not 0 < places.size <= _MOST_JUMPS:
        return wall_s, ()
    case = _Case(rows=rows, stamps_s=wall_s[rows], beat=beat, says=witnesses())
    with np.errstate(invalid="ignore", over="ignore"):
        jumps = [jump for place in places.tolist() if (jump := case.jump_at(place)) is not None]
    return _put_back(wall_s, jumps) if jumps else (wall_s, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beat:
    """How the stamps usually go on.

    Attributes
    ----------
    usual_s, ordinary_s : float
        The step of most rows, and how far one may go without an explanation [s].
    is_regular : bool
        All rows are one receiver's: nearly all steps are the usual one.
    """

    usual_s: float
    ordinary_s: float
    is_regular: bool

    @classmethod
    def of(cls, stamps_s: FloatArray) -> _Beat | None:
        """Return the beat that a sample of rows shows, None without a step."""
        first = np.arange(0, max(stamps_s.size - 1, 0), max(1, stamps_s.size // _SAMPLE_ROWS))
        with np.errstate(invalid="ignore", over="ignore"):
            steps_s = stamps_s[first + 1] - stamps_s[first]
            steps_s = steps_s[(steps_s > 0.0) & (steps_s < _LATEST_STAMP_S)]
            if not steps_s.size:
                return None
            usual_s = float(np.median(steps_s))
            is_usual = np.abs(steps_s - usual_s) <= _BEAT_JITTER * usual_s
        return cls(
            usual_s=usual_s,
            ordinary_s=max(_ORDINARY_STEPS * usual_s, _LEAST_ORDINARY_S),
            is_regular=float(np.mean(is_usual)) >= _REGULAR_SHARE,
        )

    def unusual(self, stamps_s: FloatArray) -> IntArray:
        """Return the places after steps that ask for an explanation."""
        with np.errstate(invalid="ignore", over="ignore"):
            steps_s = np.diff(stamps_s)
            if self.is_regular:
                is_usual = np.abs(steps_s - self.usual_s) <= _BEAT_SLACK * self.usual_s
                return np.flatnonzero(~is_usual) + 1
            # Two reductions decide for nearly every file.
            if float(steps_s.min()) >= 0.0 and float(steps_s.max()) <= self.ordinary_s:
                return np.zeros(0, dtype=np.int64)
            return np.flatnonzero(~((steps_s >= 0.0) & (steps_s <= self.ordinary_s))) + 1

    def nearest_s(self, step_s: float) -> float | None:
        """Return the whole number of beats nearest to a step, None if it is none [s]."""
        beats = max(round(step_s / self.usual_s), 1)
        is_near = abs(step_s / self.usual_s - beats) <= _BEAT_SLACK
        return beats * self.usual_s if is_near else None


def _whole(row: int, added_s: float, error_s: float, ordinary_s: float) -> _Jump:
    """Return what a clock is usually set by near a measured jump; hours are likelier."""
    for unit_s, reach_s in ((_PERIOD_S, ordinary_s if error_s else 0.0), (_WHOLE_S, error_s)):
        whole_s = round(added_s / unit_s) * unit_s
        if whole_s and abs(added_s - whole_s) <= max(reach_s, _SAME_TIME_S):
            return _Jump(row=row, added_s=whole_s, error_s=0.0)
    return _Jump(row=row, added_s=round(added_s, _DECIMALS), error_s=error_s)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Case:
    """The rows with a stamp, in file order, and what they say.

    `rows` are their places in the file and in `says`, shape (n,), as is `stamps_s` [s].
    """

    rows: IntArray
    stamps_s: FloatArray
    beat: _Beat
    says: Witnesses

    def jump_at(self, place: int) -> _Jump | None:
        """Return the jump before a row, or None where nothing disproves its stamp."""
        step_s = float(self.stamps_s[place] - self.stamps_s[place - 1])
        before, after = int(self.rows[place - 1]), int(self.rows[place])
        fragment = self.says.fragment
        if fragment is not None and abs(fragment[after] - fragment[before]) > 0.0:
            return None
        found = self._true_step_s(place, step_s)
        if found is None:
            return None
        true_s, error_s = found
        jump = _whole(after, true_s - step_s, error_s, self.beat.ordinary_s)
        return jump if abs(jump.added_s) >= _LEAST_JUMP_S else None

    def _true_step_s(self, place: int, step_s: float) -> tuple[float, float] | None:
        """Return how much time passed, and how well that is known [s]; None if unknown."""
        elapsed_s = self._elapsed_step_s(place)
        driven = self._driven_step_s(place, step_s)
        if elapsed_s is not None and (step_s < 0.0 or driven):
            return elapsed_s, 0.0
        return driven or self._period_step_s(place, step_s)

    def _elapsed_step_s(self, place: int) -> float | None:
        """Return the step of the time since the start, if that is an ordinary one [s]."""
        elapsed = self.says.elapsed_s
        if elapsed is None:
            return None
        step_s = float(elapsed[self.rows[place]]) - float(elapsed[self.rows[place - 1]])
        return step_s if 0.0 <= step_s <= self.beat.ordinary_s else None

    def _driven_step_s(self, place: int, step_s: float) -> tuple[float, float] | None:
        """Return the time that the way between two rows takes, if the car drove on [s]."""
        before, after = int(self.rows[place - 1]), int(self.rows[place])
        speeds = float(self.says.speed_mps[before]), float(self.says.speed_mps[after])
        if not (self._drove_on(place, step_s, *speeds) and self._goes_ahead(place)):
            return None
        pace_mps = self._pace_mps(place) or 0.5 * sum(speeds)
        if not 1.0 / _MOST_PACE_RATIO < pace_mps / max(speeds) < _MOST_PACE_RATIO:
            return None
        true_s = self.says.way_m(before, after) / pace_mps
        if not 0.0 <= true_s <= self.beat.ordinary_s:
            return None
        if self.beat.is_regular:
            beat_s = self.beat.nearest_s(true_s)
            return None if beat_s is None else (beat_s, _BEAT_JITTER * self.beat.usual_s)
        return true_s, min(_PLACE_NOISE_M / pace_mps + _SLOPE_ERROR * true_s, _MOST_SNAP_S)

    def _drove_on(self, place: int, step_s: float, from_mps: float, to_mps: float) -> bool:
        """Return whether a moving car is where an ordinary step leads it, not one of `step_s`."""
        slowest_mps = min(from_mps, to_mps)
        most_gain_mps = _SPEED_NOISE_MPS + _MOST_ACCEL_MPS2 * self.beat.ordinary_s
        if not (slowest_mps >= _MOVING_MPS and abs(to_mps - from_mps) <= most_gain_mps):
            return False
        apart_m = self.says.apart_m(int(self.rows[place - 1]), int(self.rows[place]))
        driven_s = apart_m / (0.5 * (from_mps + to_mps))
        return (
            driven_s <= self.beat.ordinary_s + _PLACE_NOISE_M / slowest_mps
            and abs(step_s - driven_s) * slowest_mps >= _LEAST_CONTRADICTION_M
        )

    def _goes_ahead(self, place: int) -> bool:
        """Return whether the way leads on; to a row that was only written late it leads back."""
        if place < 2:
            return False
        earlier, before, after = self.rows[place - 2 : place + 1].tolist()
        lon, lat = self.says.lon_deg, self.says.lat_deg
        shrink = np.cos(np.radians(lat[before])) ** 2
        east = (lon[after] - lon[before]) * (lon[before] - lon[earlier]) * shrink
        return bool(east + (lat[after] - lat[before]) * (lat[before] - lat[earlier]) > 0.0)

    def _pace_mps(self, place: int) -> float | None:
        """Return how fast the way grows in the rows on both sides; None where time stands."""
        sides = ((place - _SLOPE_ROWS, place - 1), (place, place + _SLOPE_ROWS - 1))
        paces = []
        for first, last in sides:
            if first < 0 or last >= self.rows.size:
                continue
            step_s = float(self.stamps_s[last] - self.stamps_s[first])
            if 0.0 < step_s <= _SLOPE_ROWS * self.beat.ordinary_s:
                paces.append(self.says.way_m(int(self.rows[first]), int(self.rows[last])) / step_s)
        known = [pace for pace in paces if np.isfinite(pace)]
        return float(np.mean(known)) if known else None

    def _period_step_s(self, place: int, step_s: float) -> tuple[float, float] | None:
        """Return the step that is left of one back by a known period, if the car is near."""
        left_s = step_s % _PERIOD_S
        if step_s >= 0.0 or left_s > self.beat.ordinary_s:
            return None
        before, after = int(self.rows[place - 1]), int(self.rows[place])
        fastest_mps = float(np.nan_to_num(self.says.speed_mps[[before, after]]).max())
        near_m = _PARKED_M + fastest_mps * self.beat.ordinary_s
        return (left_s, 0.0) if self.says.apart_m(before, after) <= near_m else None


def _put_back(wall_s: FloatArray, jumps: list[_Jump]) -> tuple[FloatArray, tuple[Notice, ...]]:
    """Return the stamps with what was missing added, in the clock of the first long stretch."""
    rows = np.array([jump.row for jump in jumps])
    total_s = np.concatenate(([0.0], np.cumsum([jump.added_s for jump in jumps])))
    stretch = np.searchsorted(rows, np.arange(wall_s.size), side="right")
    repaired = wall_s + total_s[stretch]
    start_s = float(repaired[np.isfinite(repaired)][0])
    if float(repaired[rows[0]]) - start_s < _SHORT_S and rows[0] < _SHORT_SHARE * wall_s.size:
        repaired -= total_s[1]
        start_s -= float(total_s[1])
    first_s, last_s = (round(float(repaired[row]) - start_s, _DECIMALS) for row in rows[[0, -1]])
    notice = Notice(
        code="clock_jump_undone",
        severity=Severity.REPAIRED,
        channel="time",
        count=len(jumps),
        first_s=first_s,
        last_s=last_s,
        detail=_words(jumps),
    )
    return repaired, (notice,)


def _words(jumps: list[_Jump]) -> str:
    listed = dict.fromkeys(jump.words() for jump in jumps)
    return f"the clock jumped {', '.join(listed)} while recording went on; the time was put back"
