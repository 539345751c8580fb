"""When the car crosses a line, to a fraction of a sample, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import crossing_instant
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.gaps import hermite
from apexlab_desktop.analysis.local_line import LocalLine
from apexlab_desktop.analysis.outliers import mismatched_steps, step_scatter
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, Trajectory

N_GAP_STEPS = 257
"""Steps on which the path over a dropout is searched for the line."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Crossings:
    """Crossings of one line in order of time; every array has shape (n,).

    Attributes
    ----------
    time_s : ndarray
        Session time [s].
    speed_mps : ndarray
        Speed across the line [m/s].
    odometer_m : ndarray
        Driven distance [m].
    is_uncertain : ndarray of bool
        The line lay in a dropout, or beside a jump of position.
    sigma_s : ndarray
        One sigma of each instant by the slow position error [s].
    """

    time_s: FloatArray
    speed_mps: FloatArray
    odometer_m: FloatArray
    is_uncertain: BoolArray
    sigma_s: FloatArray

    def take(self, index: IntArray | BoolArray) -> Crossings:
        """Return the crossings at `index`."""
        return Crossings(
            time_s=self.time_s[index],
            speed_mps=self.speed_mps[index],
            odometer_m=self.odometer_m[index],
            is_uncertain=self.is_uncertain[index],
            sigma_s=self.sigma_s[index],
        )


def find(
    trajectory: Trajectory,
    line: LocalLine,
    *,
    track_length_m: float | None = None,
    breaks_s: Sequence[float] = (),
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> Crossings:
    """Return every crossing of the line in driving direction.

    Parameters
    ----------
    trajectory : Trajectory
    line : LocalLine
    track_length_m : float, optional
        Known lap length; crossings closer than 60 % of it are one. Where whole laps lie between
        two, the car passed beside the line, through the pit lane, and those count as well [m].
    breaks_s : sequence of float
        Instants at which recording resumed after a pause [s].
    config : AnalysisConfig

    Notes
    -----
    A crossing is q_k < 0 <= q_{k+1}, q the way past the line, so that a sample exactly on the line
    counts once; the car must move forward by Doppler, so that noise at rest never counts
    (algorithms.md 3.1).
    """
    found = _between_samples(trajectory, line, config)
    over_gaps = _over_gaps(trajectory, line, config)
    if over_gaps is not None:
        found = _merged(found, over_gaps)
    run = _run_numbers(trajectory, found.time_s, breaks_s, config)
    found = found.take(_spaced(trajectory, line, found, run, track_length_m, config))
    if track_length_m is None:
        return found
    return _with_missed(trajectory, line, found, track_length_m, config)


def _between_samples(trajectory: Trajectory, line: LocalLine, config: AnalysisConfig) -> Crossings:
    along_m = line.along_m(trajectory.x_m, trajectory.y_m)
    at = np.flatnonzero((along_m[:-1] < 0.0) & (along_m[1:] >= 0.0))
    at = at[trajectory.segment[at] == trajectory.segment[at + 1]]
    share = -along_m[at] / (along_m[at + 1] - along_m[at])
    across_m = line.across_m(trajectory.x_m, trajectory.y_m)
    lateral_m = across_m[at] + (across_m[at + 1] - across_m[at]) * share
    speed_mps = _speed_across(trajectory, line, at, share)
    keep = (np.abs(lateral_m) <= line.half_width_m) & (speed_mps > config.min_crossing_speed_mps)
    at, share = at[keep], share[keep]
    instant_s = crossing_instant.instants(trajectory, line, at, share)
    return _crossings_at(
        trajectory,
        trajectory.time_s[at] + instant_s,
        speed_mps[keep],
        _beside_trouble(trajectory, at, config),
    )


def _speed_across(
    trajectory: Trajectory, line: LocalLine, at: IntArray, share: FloatArray
) -> FloatArray:
    speed, course = trajectory.speed_mps, trajectory.course_rad
    ends = [
        speed[k] * (np.cos(course[k]) * line.direction_x + np.sin(course[k]) * line.direction_y)
        for k in (at, at + 1)
    ]
    return np.asarray(ends[0] + (ends[1] - ends[0]) * share)


def _beside_trouble(trajectory: Trajectory, at: IntArray, config: AnalysisConfig) -> BoolArray:
    """Return where a crossing lies in a long dropout, or on a step that contradicts the speed.

    Over up to half a second the cubic between two fixes errs by less than 0.3 ms.
    """
    pairs = np.stack((at, at + 1))
    contradicts = mismatched_steps(
        trajectory.time_s[pairs],
        trajectory.x_m[pairs],
        trajectory.y_m[pairs],
        trajectory.speed_mps[pairs],
        config,
        usual_m=step_scatter(
            trajectory.time_s, trajectory.x_m, trajectory.y_m, trajectory.speed_mps
        ),
    )
    known = np.flatnonzero(~trajectory.is_interpolated)
    before = known[np.maximum(np.searchsorted(known, at, side="right") - 1, 0)]
    after = known[np.minimum(np.searchsorted(known, at + 1), known.size - 1)]
    away_s = trajectory.time_s[after] - trajectory.time_s[before]
    is_filled = trajectory.is_interpolated[pairs].any(axis=0)
    return np.asarray(is_filled & (away_s > config.smoother_gap_s + 1e-6) | contradicts[0])


def _over_gaps(trajectory: Trajectory, line: LocalLine, config: AnalysisConfig) -> Crossings | None:
    """Return crossings inside dropouts that are short enough to guess the path."""
    step_s = np.diff(trajectory.time_s)
    gaps = np.flatnonzero((np.diff(trajectory.segment) != 0) & (step_s <= config.crossing_gap_s))
    times: list[float] = []
    speeds: list[float] = []
    for k in gaps[_within_reach(trajectory, line, gaps)].tolist():
        found = _gap_crossing(trajectory, line, k)
        if found is not None:
            times.append(found[0])
            speeds.append(found[1])
    if not times:
        return None
    return _crossings_at(
        trajectory, np.array(times), np.array(speeds), np.ones(len(times), dtype=np.bool_)
    )


def _within_reach(trajectory: Trajectory, line: LocalLine, gaps: IntArray) -> BoolArray:
    """Return which gaps the car could have used to cross the line, shape (n,)."""
    ends = np.stack((gaps, gaps + 1))
    x_m, y_m = trajectory.x_m[ends], trajectory.y_m[ends]
    along_m, across_m = np.abs(line.along_m(x_m, y_m)), np.abs(line.across_m(x_m, y_m))
    fastest_mps = np.maximum(trajectory.speed_mps[ends].max(axis=0), 1.0)
    # The cubic over a gap strays from its chord by less than the way that both speeds make.
    reach_m = 2.0 * fastest_mps * np.diff(trajectory.time_s[ends], axis=0)[0]
    is_near = along_m.min(axis=0) <= reach_m
    return np.asarray(is_near & (across_m.min(axis=0) <= reach_m + 2.0 * line.half_width_m))


def _gap_crossing(trajectory: Trajectory, line: LocalLine, k: int) -> tuple[float, float] | None:
    ends = slice(k, k + 2)
    time_s = trajectory.time_s[ends]
    speed, course = trajectory.speed_mps[ends], trajectory.course_rad[ends]
    at_s = np.linspace(time_s[0], time_s[1], N_GAP_STEPS)
    left = np.zeros(at_s.size, dtype=np.int64)
    x_m = hermite(time_s, trajectory.x_m[ends], speed * np.cos(course), left, at_s)
    y_m = hermite(time_s, trajectory.y_m[ends], speed * np.sin(course), left, at_s)
    along_m = line.along_m(x_m, y_m)
    hits = np.flatnonzero((along_m[:-1] < 0.0) & (along_m[1:] >= 0.0))
    hits = hits[np.abs(line.across_m(x_m, y_m)[hits]) <= 2.0 * line.half_width_m]
    if not hits.size:
        return None
    hit = int(hits[0])
    share = -along_m[hit] / (along_m[hit + 1] - along_m[hit])
    rate = (along_m[hit + 1] - along_m[hit]) / (at_s[1] - at_s[0])
    return float(at_s[hit] + share * (at_s[1] - at_s[0])), float(rate)


def _crossings_at(
    trajectory: Trajectory, time_s: FloatArray, speed_mps: FloatArray, is_uncertain: BoolArray
) -> Crossings:
    sigma_s = trajectory.position_sigma_m / np.maximum(speed_mps, 0.1)
    return Crossings(
        time_s=time_s,
        speed_mps=speed_mps,
        odometer_m=np.interp(time_s, trajectory.time_s, trajectory.odometer_m),
        is_uncertain=is_uncertain,
        sigma_s=sigma_s,
    )


def _merged(first: Crossings, second: Crossings) -> Crossings:
    order = np.argsort(np.concatenate((first.time_s, second.time_s)), kind="stable")
    return Crossings(
        time_s=np.concatenate((first.time_s, second.time_s))[order],
        speed_mps=np.concatenate((first.speed_mps, second.speed_mps))[order],
        odometer_m=np.concatenate((first.odometer_m, second.odometer_m))[order],
        is_uncertain=np.concatenate((first.is_uncertain, second.is_uncertain))[order],
        sigma_s=np.concatenate((first.sigma_s, second.sigma_s))[order],
    )


def _run_numbers(
    trajectory: Trajectory, at_s: FloatArray, breaks_s: Sequence[float], config: AnalysisConfig
) -> IntArray:
    """Return the number of the uninterrupted recording that instants belong to, shape (n,)."""
    time_s = trajectory.time_s
    resumed_s = time_s[1:][np.diff(time_s) > config.crossing_gap_s]
    starts_s = np.union1d(resumed_s, np.asarray(breaks_s, dtype=np.float64))
    return np.searchsorted(starts_s, at_s, side="right")


def _spaced(
    trajectory: Trajectory,
    line: LocalLine,
    found: Crossings,
    run: IntArray,
    track_length_m: float | None,
    config: AnalysisConfig,
) -> IntArray:
    """Return which crossings are laps apart: time, way, and having left the line in between.

    How far the car went while nothing was recorded is not known, so the first crossing after a
    pause always counts.
    """
    if found.time_s.size < 2:
        return np.arange(found.time_s.size)
    away_m = np.hypot(trajectory.x_m - line.x_m, trajectory.y_m - line.y_m)
    starts = np.searchsorted(trajectory.time_s, found.time_s)
    furthest_m = np.fmax.reduceat(away_m, np.minimum(starts, away_m.size - 1))
    shortest_m = config.min_lap_share * track_length_m if track_length_m else 0.0
    kept = [0]
    reached_m = float(furthest_m[0])
    for k in range(1, found.time_s.size):
        last = kept[-1]
        is_late = found.time_s[k] - found.time_s[last] >= config.min_lap_time_s
        is_far = found.odometer_m[k] - found.odometer_m[last] >= shortest_m
        is_lap = is_late and is_far and reached_m > config.leave_radius_m
        if is_lap or run[k] != run[last]:
            kept.append(k)
            reached_m = 0.0
        reached_m = max(reached_m, float(furthest_m[k]))
    return np.array(kept, dtype=np.int64)


def _with_missed(
    trajectory: Trajectory,
    line: LocalLine,
    found: Crossings,
    length_m: float,
    config: AnalysisConfig,
) -> Crossings:
    """Return `found` with the passes beside the line that whole laps between two ask for."""
    laps_between = np.rint(np.diff(found.odometer_m) / length_m)
    if not np.any(laps_between >= 2):
        return found
    wide = replace(line, half_width_m=config.beside_line_m)
    passes = find(trajectory, wide, config=config)
    before = np.searchsorted(found.time_s, passes.time_s - config.min_lap_time_s) - 1
    inside = (before >= 0) & (before < laps_between.size)
    before = np.clip(before, 0, laps_between.size - 1)
    done = (passes.odometer_m - found.odometer_m[before]) / length_m
    is_whole = np.abs(done - np.rint(done)) < config.length_tolerance_ratio
    is_missed = inside & is_whole & (np.rint(done) > 0) & (np.rint(done) < laps_between[before])
    return _merged(found, passes.take(is_missed))


def lap_sigma(
    first_sigma_s: float,
    second_sigma_s: float,
    lap_time_s: float,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> float:
    """Return one sigma of the time between two crossings [s].

    Parameters
    ----------
    first_sigma_s, second_sigma_s : float
        One sigma of each crossing [s].
    lap_time_s : float
        Time between them [s].
    config : AnalysisConfig

    Notes
    -----
    The slow error is common to crossings that follow each other soon:
    sqrt(2) sigma / v sqrt(1 - exp(-T / tau)) for equal speeds (algorithms.md 3.1).
    """
    own = np.hypot(first_sigma_s, second_sigma_s)
    return float(own * np.sqrt(-np.expm1(-lap_time_s / config.slow_position_tau_s)))
