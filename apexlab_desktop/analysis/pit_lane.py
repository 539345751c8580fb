"""Laps that left the common line: through the pit lane, or far off the road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import reference_line
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_path import laps_on_line
from apexlab_desktop.analysis.order_statistics import usual_step
from apexlab_desktop.analysis.projection import LineTable
from apexlab_desktop.analysis.resample import at_instants
from apexlab_desktop.analysis.smoothing import segment_bounds
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, Lap, Trajectory

PIT = "pit"
OFF_COURSE = "off_course"
MIN_LAPS = 2
_VIEW_RATE_HZ = 4.0
"""Enough to see a pit lane."""
_LEAST_SHARE_S = 1.0
"""A pit lane may pass the start line: so much of a visit makes it the lap's own as well."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _View:
    """Laps one after the other, seen from the common line; arrays have shape (n,).

    Attributes
    ----------
    time_s, speed_mps : ndarray
    away_m : ndarray
        Distance across the line; infinite where the car is beyond reach [m].
    lap : ndarray of int
        Which of the laps a sample belongs to.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    away_m: FloatArray
    lap: IntArray

    def runs(self, holds: BoolArray) -> list[slice]:
        """Return the stretches, of two samples at least, in which a state holds."""
        label = np.append(0, np.cumsum(holds[1:] != holds[:-1])) if holds.size else np.zeros(0)
        bounds = segment_bounds(label.astype(np.int64), holds.size)
        return [slice(a, b) for a, b in bounds if holds[a] and b - a > 1]

    def seconds(self, run: slice, holds: BoolArray) -> float:
        """Return for how long a state holds within a stretch [s]."""
        both = holds[run][1:] & holds[run][:-1]
        return float(np.sum(np.diff(self.time_s[run])[both]))

    def metres(self, run: slice) -> float:
        """Return the way driven in a stretch [m]."""
        return float(np.trapezoid(self.speed_mps[run], self.time_s[run]))


def marks(
    trajectory: Trajectory | None,
    laps: Sequence[Lap],
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> tuple[tuple[str, ...], ...]:
    """Return for each lap the words `pit` and `off_course` that its path earns.

    Parameters
    ----------
    trajectory : Trajectory or None
    laps : sequence of Lap
        All laps of the session; those with both crossings are judged.
    config : AnalysisConfig

    Notes
    -----
    Without a map the pit lane is a branch: a lap is off the common line by more than 8 m and there
    keeps to a speed limit (within 8 % for over 5 s, below 90 km/h) or stands. A lap over 25 m away
    for over 80 m was not on this course at all (algorithms.md 3.2).
    """
    timed = [i for i, lap in enumerate(laps) if lap.lap_time_s is not None]
    words: list[tuple[str, ...]] = [()] * len(laps)
    common = _common_lap([laps[i] for i in timed])
    coarse = replace(config, grid_step_m=config.coarse_step_m)
    line = None if len(timed) < MIN_LAPS else reference_line.build(trajectory, common, coarse)
    if trajectory is None or line is None:
        return tuple(words)
    view = _view(trajectory, {i: laps[i] for i in timed}, LineTable(line), coarse)
    in_pit, off_course = _pit_laps(view, config), _off_course_laps(view, config)
    for i in timed:
        words[i] = (PIT,) * (i in in_pit) + (OFF_COURSE,) * (i in off_course)
    return tuple(words)


def _common_lap(timed: Sequence[Lap]) -> Sequence[Lap]:
    """Return the fastest clean lap: to tell a branch of 8 m the line of one lap is enough."""
    clean = [lap for lap in timed if lap.is_clean] or [lap for lap in timed if lap.is_valid]
    return sorted(clean or timed, key=lambda lap: (lap.lap_time_s, lap.start_s))[:1]


def _pit_laps(view: _View, config: AnalysisConfig) -> set[int]:
    is_slow = _keeps_limit(view, config) | (view.speed_mps < config.stop_speed_mps)
    found: set[int] = set()
    for run in view.runs(view.away_m > config.branch_offset_m):
        if view.seconds(run, is_slow) > config.branch_time_s:
            which = np.unique(view.lap[run]).tolist()
            found |= {i for i in which if view.seconds(run, view.lap == i) > _LEAST_SHARE_S}
    return found


def _off_course_laps(view: _View, config: AnalysisConfig) -> set[int]:
    return {
        i
        for run in view.runs(view.away_m > config.off_course_m)
        if view.metres(run) > config.off_course_way_m
        for i in np.unique(view.lap[run]).tolist()
    }


def _view(
    trajectory: Trajectory, laps: Mapping[int, Lap], table: LineTable, config: AnalysisConfig
) -> _View:
    every = max(int(trajectory.rate_hz / _VIEW_RATE_HZ), 1)
    path, places, which = laps_on_line(trajectory, list(laps.values()), table, every, config)
    away_m = np.where(places.is_valid, np.abs(places.offset_m), np.inf)
    # Where nothing is known of the place it is not held against the lap.
    away_m[~np.isfinite(path.x_m)] = 0.0
    return _View(
        time_s=path.time_s,
        speed_mps=at_instants(trajectory.time_s, trajectory.speed_mps, path.time_s),
        away_m=away_m,
        lap=np.array(list(laps))[which],
    )


def _keeps_limit(view: _View, config: AnalysisConfig) -> BoolArray:
    """Return where the car keeps to one low speed, shape (n,)."""
    is_steady = np.zeros(view.time_s.size, dtype=np.bool_)
    if view.time_s.size < 3:
        return is_steady
    step_s = usual_step(view.time_s)
    n_window = int(np.ceil(config.limit_time_s / step_s)) + 1
    if n_window > view.time_s.size:
        return is_steady
    low = _over_windows(view.speed_mps, n_window, np.minimum)
    high = _over_windows(view.speed_mps, n_window, np.maximum)
    holds = (high - low <= config.limit_ratio * (high + low)) & (high < config.limit_speed_mps)
    holds &= low > config.stop_speed_mps
    for first in np.flatnonzero(holds).tolist():
        is_steady[first : first + n_window] = True
    return is_steady


def _over_windows(values: FloatArray, n_window: int, extreme: np.ufunc) -> FloatArray:
    """Return the least or largest value of every window, shape (n - n_window + 1,)."""
    width = 1
    while 2 * width <= n_window:
        values = extreme(values[:-width], values[width:])
        width *= 2
    rest = n_window - width
    return np.asarray(extreme(values[: values.size - rest], values[rest:]))
