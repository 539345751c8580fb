"""Positions without the slow drift of the receiver: over a lap its speed knows the way better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis import reference_line
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_views import LapViews, views_of
from apexlab_desktop.analysis.least_squares import shares_of_two
from apexlab_desktop.analysis.order_statistics import usual_step
from apexlab_desktop.analysis.smoothing import moving_mean
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    FloatArray,
    Lap,
    Notice,
    Severity,
    Trajectory,
    read_only,
)
from apexlab_desktop.analysis.velocity_breaks import velocity_breaks

ComplexArray = npt.NDArray[np.complex128]
"""Plane vectors, east + i north, so that turning and scaling are one factor."""

WINDOWS_S = (100.0, 300.0, 1000.0, np.inf)
"""Means over which the fixes may correct dead reckoning; shorter ones leave the drift in."""
MIN_IMPROVEMENT = 0.05
"""Laps must lie closer together by this share before the fixes are given up."""
MIN_LAPS = 2
MIN_WITNESSES = 4
"""With fewer clean laps the others are heard as well."""
MAX_LAPS = 9
"""Laps to compare, spread over the session."""
MIN_RUN_SAMPLES = 8
_COARSE_RATE_HZ = 4.0
"""Enough to tell how far fixes and dead reckoning are apart on average."""
_QUICK_PERIOD_S = 0.09
_JOINED_GAP_S = 5.0
"""Over a longer gap the fixes drift as much as they ever do."""
_EDGE_S = 0.5
"""Fixes on each side of a gap that are averaged against their noise."""
LEAVING_SIGMAS = 4.0
"""A way that stays so far from the fixes is not explained by their error."""
LEAVING_WINDOW_S = 10.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steadied:
    """A session whose positions may follow the speed.

    Attributes
    ----------
    session : AnalysedSession
        With the better positions; the one given where they are no better.
    fix_sigma_m : float
        Slow error of single fixes that the positions no longer have, which is left in the
        crossings of the start line; 0 where the positions are as they were [m].
    notices : tuple of Notice
    """

    session: AnalysedSession
    fix_sigma_m: float = 0.0
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Reckoning:
    """Positions by velocity alone over every stretch without a gap.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Instants of the samples that belong to a stretch [s].
    away_m : ndarray of complex, shape (n,)
        By how much velocity leads away from the fixes; only its changes mean anything [m].
    runs : list of slice
        The stretches.
    """

    time_s: FloatArray
    away_m: ComplexArray
    runs: list[slice]

    def coarse_moves(self, window_s: float, every: int) -> ComplexArray:
        """Return by how much every so many samples move, held by the fixes over a window [m]."""
        means = [away_m - _mean(time_s, away_m, window_s) for time_s, away_m in self._coarse(every)]
        return np.concatenate(means)

    def moves(self, window_s: float, every: int) -> ComplexArray:
        """Return by how much all samples move, their means from every so many [m]."""
        parts = []
        for run, (time_s, away_m) in zip(self.runs, self._coarse(every), strict=True):
            mean = _mean(time_s, away_m, window_s)
            parts.append(self.away_m[run] - np.interp(self.time_s[run], time_s, mean))
        return np.concatenate(parts)

    def _coarse(self, every: int) -> list[tuple[FloatArray, ComplexArray]]:
        return [(self.time_s[run][::every], self.away_m[run][::every]) for run in self.runs]

    def coarse_runs(self, every: int) -> list[FloatArray]:
        """Return the instants that belong to `coarse_moves`, by stretch [s]."""
        return [time_s for time_s, _ in self._coarse(every)]

    def coarse_time_s(self, every: int) -> FloatArray:
        """Return the instants that belong to `coarse_moves` [s]."""
        return np.concatenate(self.coarse_runs(every))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """What a window makes of the positions.

    Attributes
    ----------
    window_s : float
    before_m, after_m : float
        How far apart the laps lie by the fixes, and by the way [m].
    leaves_fixes : bool
        The way stays farther from the fixes than their error explains.
    """

    window_s: float
    before_m: float
    after_m: float
    leaves_fixes: bool


def steadied(session: AnalysedSession, config: AnalysisConfig = DEFAULT_CONFIG) -> Steadied:
    """Return the session with its positions freed of slow drift, if its laps show any.

    Parameters
    ----------
    session : AnalysedSession
    config : AnalysisConfig

    Notes
    -----
    A consumer receiver's position wanders by about 0.8 m within a minute, while the integral of
    its Doppler velocity wanders by 0.05 m/s sqrt(dt t), which is 0.1 m in a minute at 10 Hz
    (errors of algorithms.md 2.1 and 20). So the way is taken from the velocity and only its place
    from the fixes, by their mean difference over a window. Before that the integral gets the scale,
    direction and delay that the fixes show. How long the window should be depends on the receiver;
    the laps themselves tell: every window leaves the driver's own lines as they are, so the one
    with which laps lie closest together across the track has the least error of position.

    A velocity that was wrong for seconds bends the whole way after it. Such seconds are cut out
    (`velocity_breaks`), and a way that still stays farther from the fixes than their own error
    explains is not taken: then the positions are left as they were, and a notice says so.
    """
    motion = session.trajectory
    laps = _witnesses(session.laps)
    if motion is None or len(laps) < MIN_LAPS or session.raw.is_sim:
        return Steadied(session=session)
    reckoning = _reckoned(motion, config) if motion.is_velocity_measured else None
    coarse = replace(config, grid_step_m=config.coarse_step_m)
    fastest = sorted(laps, key=lambda lap: (lap.lap_time_s, lap.start_s))[:1]
    line = None if reckoning is None else reference_line.build(motion, fastest, coarse)
    if reckoning is None or line is None:
        return Steadied(session=session)
    every = max(int(motion.rate_hz / _COARSE_RATE_HZ), 1)
    views = views_of(motion, laps, line, every, coarse)
    guesses = _guesses(reckoning, views, motion.position_sigma_m, every)
    if not guesses:
        return Steadied(session=session)
    best = min(guesses, key=lambda guess: guess.after_m)
    if best.leaves_fixes:
        return Steadied(session=session, notices=(_notice_of_fixes_kept(),))
    moves = reckoning.moves(best.window_s, every)
    moved = _moved(motion, reckoning.time_s, moves, best.after_m / best.before_m)
    return Steadied(
        session=replace(session, trajectory=moved),
        fix_sigma_m=motion.position_sigma_m,
        notices=(_notice(best.before_m, best.after_m),),
    )


def _guesses(reckoning: _Reckoning, views: LapViews, sigma_m: float, every: int) -> list[_Guess]:
    """Return the windows with which laps lie closer together, only sound ones if there are any."""
    at_s, is_heard = reckoning.coarse_time_s(every), views.witnesses()
    before_m = views.scatter_m(at_s, np.zeros(at_s.size, dtype=np.complex128), is_heard)
    better = []
    for window_s in WINDOWS_S:
        moves = reckoning.coarse_moves(window_s, every)
        after_m = views.scatter_m(at_s, moves, is_heard)
        if not after_m < (1.0 - MIN_IMPROVEMENT) * before_m:
            continue
        farthest_m = _farthest(reckoning.coarse_runs(every), moves)
        guess = _Guess(
            window_s=window_s,
            before_m=before_m,
            after_m=after_m,
            leaves_fixes=farthest_m > LEAVING_SIGMAS * max(sigma_m, before_m),
        )
        better.append(guess)
    return [guess for guess in better if not guess.leaves_fixes] or better


def _farthest(runs_s: Sequence[FloatArray], moves: ComplexArray) -> float:
    """Return how far the way stays from the fixes for `LEAVING_WINDOW_S` at its worst [m]."""
    ends = np.cumsum([0, *(time_s.size for time_s in runs_s)])
    means = [
        _mean(time_s, moves[a:b], LEAVING_WINDOW_S)
        for time_s, (a, b) in zip(runs_s, pairwise(ends), strict=True)
    ]
    return float(np.max(np.abs(np.concatenate(means))))


def _moved(
    motion: Trajectory, time_s: FloatArray, moves: ComplexArray, sigma_ratio: float
) -> Trajectory:
    """Return the motion on its steadier positions; in gaps they move as on both sides."""
    if time_s.size < motion.time_s.size:
        moves = np.interp(motion.time_s, time_s, moves)
    return replace(
        motion,
        x_m=read_only(motion.x_m + moves.real),
        y_m=read_only(motion.y_m + moves.imag),
        position_sigma_m=motion.position_sigma_m * sigma_ratio,
    )


def _notice(before_m: float, after_m: float) -> Notice:
    return Notice(
        code="position_drift_removed",
        severity=Severity.REPAIRED,
        detail=(
            "the way between fixes was taken from the speed, which wanders less:"
            f" laps lie {after_m:.2f} m apart instead of {before_m:.2f} m"
        ),
    )


def _notice_of_fixes_kept() -> Notice:
    return Notice(
        code="position_drift_kept",
        severity=Severity.INFO,
        detail=(
            "the way by the speed strays from the fixes by more than their error explains:"
            " the positions are left as they were recorded"
        ),
    )


def _witnesses(laps: Sequence[Lap]) -> list[Lap]:
    """Return laps all over the session, at most nine, in order of time."""
    timed = [lap for lap in laps if lap.lap_time_s is not None]
    # A lap with a gap, or through the pits, is a witness where it is on the road.
    sound = [lap for lap in timed if lap.is_clean]
    chosen = sound if len(sound) >= MIN_WITNESSES else timed
    return chosen[:: max(-(-len(chosen) // MAX_LAPS), 1)]


def _reckoned(motion: Trajectory, config: AnalysisConfig) -> _Reckoning | None:
    """Return the way by velocity, without the seconds in which the velocity was wrong."""
    is_sound = np.ones(motion.time_s.size, dtype=np.bool_)
    found = _reckoned_where(is_sound, motion, config)
    if found is None:
        return None
    for run in found.runs:
        for first_s, last_s in velocity_breaks(found.time_s[run], found.away_m[run]):
            is_sound &= (motion.time_s < first_s) | (motion.time_s > last_s)
    return found if is_sound.all() else _reckoned_where(is_sound, motion, config)


def _reckoned_where(
    is_sound: BoolArray, motion: Trajectory, config: AnalysisConfig
) -> _Reckoning | None:
    """Return the way by velocity with the scale, direction and delay that the fixes show.

    Receivers filter velocity and position differently; uncorrected, 50 ms of delay would displace
    the way by metres wherever the speed changes.
    """
    index, runs = _runs(motion, is_sound, config)
    if not runs:
        return None
    time_s, speed_mps, course_rad = (
        values[index] for values in (motion.time_s, motion.speed_mps, motion.course_rad)
    )
    fixes = _vectors(motion.x_m[index], motion.y_m[index])
    velocity = _vectors(np.cos(course_rad), np.sin(course_rad))
    velocity *= speed_mps
    ways = [_integral(time_s[run], velocity[run]) for run in runs]
    way = ways[0] if len(ways) == 1 else np.concatenate(ways)
    every = max(int(motion.rate_hz / _COARSE_RATE_HZ), 1)
    columns = [[part[run][::every] for part in (way, velocity, fixes)] for run in runs]
    centred = np.concatenate([np.stack([c - c.mean() for c in run]) for run in columns], axis=1)
    scale, delay_s = shares_of_two(*centred)
    # In place: arrays of the whole session are dear to make.
    way *= scale
    velocity *= delay_s
    way += velocity
    way -= fixes
    runs = _joined(way, time_s, runs, max(int(_EDGE_S * motion.rate_hz), 1))
    return _Reckoning(time_s=time_s, away_m=way, runs=runs)


def _joined(
    away_m: ComplexArray, time_s: FloatArray, runs: Sequence[slice], n_edge: int
) -> list[slice]:
    """Return the stretches joined over short gaps; `away_m` is moved so that it runs on.

    What the car did in the gap the fixes on both sides know better than its speed does.
    """
    joined = [runs[0]]
    for run in runs[1:]:
        last = joined[-1]
        if time_s[run.start] - time_s[last.stop - 1] > _JOINED_GAP_S:
            joined.append(run)
            continue
        before = away_m[max(last.stop - n_edge, last.start) : last.stop].mean()
        away_m[run] += before - away_m[run.start : min(run.start + n_edge, run.stop)].mean()
        joined[-1] = slice(last.start, run.stop)
    return joined


def _vectors(east: FloatArray, north: FloatArray) -> ComplexArray:
    both = np.empty(east.size, dtype=np.complex128)
    both.real, both.imag = east, north
    return both


def _runs(
    motion: Trajectory, is_sound: BoolArray, config: AnalysisConfig
) -> tuple[npt.NDArray[np.intp] | slice, list[slice]]:
    """Return the samples over which velocity can be integrated, and where each stretch lies."""
    is_known = np.isfinite(motion.x_m + motion.y_m + motion.course_rad + motion.speed_mps)
    known = np.flatnonzero(is_known & ~motion.is_interpolated & is_sound)
    longest_s = max(config.smoother_gap_s, 1.5 / motion.rate_hz)
    cuts = np.flatnonzero(np.diff(motion.time_s[known]) > longest_s) + 1
    stretches = [run for run in np.split(known, cuts) if run.size >= MIN_RUN_SAMPLES]
    ends = np.cumsum([0, *(run.size for run in stretches)]).tolist()
    index: npt.NDArray[np.intp] | slice = slice(None)
    if ends[-1] < motion.time_s.size:
        index = np.concatenate(stretches) if stretches else known[:0]
    return index, [slice(a, b) for a, b in pairwise(ends)]


def _integral(time_s: FloatArray, rate: ComplexArray) -> ComplexArray:
    """Return the integral from the first sample: trapezoids, less their error by the slope.

    That error is below 2 cm at 10 Hz, and not worth its cost there.
    """
    step_s = np.diff(time_s)
    parts = rate[1:] + rate[:-1]
    parts *= 0.5 * step_s
    whole = np.empty(rate.size, dtype=np.complex128)
    whole[0] = 0.0
    np.cumsum(parts, out=whole[1:])
    period_s = usual_step(time_s)
    if period_s < _QUICK_PERIOD_S:
        return whole
    steps = np.diff(rate)
    # Of even steps, whose errors add up to the difference of the slopes at both ends.
    bend = np.concatenate((steps[:1], 0.5 * (steps[1:] + steps[:-1]), steps[-1:])) - steps[0]
    return np.asarray(whole - period_s / 12.0 * bend)


def _mean(time_s: FloatArray, values: ComplexArray, window_s: float) -> ComplexArray:
    """Return the mean over a window around each sample, over all where it is as long."""
    if window_s >= time_s[-1] - time_s[0]:
        return np.full(values.size, values.mean())
    return moving_mean(time_s, values, window_s)
