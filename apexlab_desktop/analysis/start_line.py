"""Find a start/finish line on a circuit that nobody described."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import crossings, local_line
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.geo import wrap_radians
from apexlab_desktop.analysis.local_line import LocalLine
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, StartLine, Trajectory

PATH_STEP_M = 5.0
MOST_PATH_M = 6e6
"""The line is sought on that much of a drive: more than is driven in 24 hours."""
CELL_M = 24.0
HEADING_BIN_RAD = np.pi / 3.0
PASS_RADIUS_M = 12.0
PASS_HEADING_RAD = np.radians(30.0)
MIN_LOOP_M = 200.0
MIN_LOOP_S = 15.0
LENGTH_SPREAD = 0.01
"""Laps of one layout differ by the driven line, well below this."""
MIN_SUPPORT_M = 100.0
"""Shortest stretch that must be driven twice before it is a circuit."""
STRAIGHT_CURVATURE_PER_M = 1.0 / 400.0
"""Sterner than the 1/300 of a corner, so that a smoothed edge does not count as straight."""
AFTER_CORNER_M = 50.0
BEFORE_CORNER_M = 25.0
N_TRIED = 6
RACING_SHARE = 0.7
"""Passes slower than this share of a fast one may be in the pit lane."""
PASS_MARGIN_M = 4.0
LEAST_WIDTH_M = 5.0
REST_CELL_M = 5.0
MOST_REST_CELLS = 200
REST_SCALE_M = 60.0
REST_ALONG_M = 200.0
REST_ACROSS_M = 60.0
LEAST_PIT_SHARE = 0.3
"""A line by the pits may be slower than the fastest place by this, no more."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Path:
    """The drive at even distances; shape (n,) each."""

    s_m: FloatArray
    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    speed_mps: FloatArray
    curvature_per_m: FloatArray


def detect(
    trajectory: Trajectory, config: AnalysisConfig = DEFAULT_CONFIG
) -> tuple[StartLine, float] | None:
    """Return a line on the fastest straight that every lap passes, and the lap length.

    Parameters
    ----------
    trajectory : Trajectory
    config : AnalysisConfig

    Returns
    -------
    line : StartLine
    length_m : float
        Usual way from one pass of a place to the next [m].
    None
        When no stretch was driven twice in the same direction: a hill climb, a road.

    Notes
    -----
    Algorithms.md 3.3. Passes of the same place in the same direction are found by hashing place and
    direction; the usual way between them is the lap. A place where the car is fast gives the best
    timing (sigma of time = sigma of position / speed).
    """
    path = _resampled(trajectory)
    if path is None:
        return None
    first, way_m = _next_passes(path)
    length_m = _usual_length(way_m)
    if length_m is None:
        return None
    is_usual = np.abs(way_m - length_m) <= LENGTH_SPREAD * length_m
    line = _best_line(trajectory, path, first[is_usual], length_m, config)
    return None if line is None else (local_line.globalise(line, trajectory), length_m)


def _resampled(trajectory: Trajectory) -> _Path | None:
    known = np.isfinite(trajectory.x_m) & np.isfinite(trajectory.course_rad)
    s_m = trajectory.odometer_m
    moves = known & np.concatenate(([True], np.diff(s_m) > 0.0))
    if np.count_nonzero(moves) < 10 or s_m[-1] < 2.0 * MIN_LOOP_M:
        return None
    end_m = min(s_m[moves][-1], s_m[moves][0] + MOST_PATH_M)
    at_m = np.arange(s_m[moves][0], end_m, PATH_STEP_M)
    own_m = s_m[moves]
    columns = (
        np.interp(at_m, own_m, values[moves])
        for values in (
            trajectory.time_s,
            trajectory.x_m,
            trajectory.y_m,
            trajectory.course_rad,
            trajectory.speed_mps,
            np.nan_to_num(trajectory.curvature_per_m),
        )
    )
    time_s, x_m, y_m, course_rad, speed_mps, curvature_per_m = columns
    return _Path(
        s_m=at_m,
        time_s=time_s,
        x_m=x_m,
        y_m=y_m,
        course_rad=course_rad,
        speed_mps=speed_mps,
        curvature_per_m=curvature_per_m,
    )


def _next_passes(path: _Path) -> tuple[IntArray, FloatArray]:
    """Return points of the path and the way from each to the next pass of the same place [m]."""
    firsts, ways = [], []
    for shift_m, turn_rad in ((0.0, 0.0), (0.5 * CELL_M, 0.5 * HEADING_BIN_RAD)):
        earlier, later = _hashed_pairs(path, shift_m, turn_rad)
        along_m = _offset_along(path, earlier, later)
        firsts.append(earlier)
        # What the later pass lies ahead of the earlier is not part of the lap.
        ways.append(path.s_m[later] - path.s_m[earlier] - along_m)
    return np.concatenate(firsts), np.concatenate(ways)


def _hashed_pairs(path: _Path, shift_m: float, turn_rad: float) -> tuple[IntArray, IntArray]:
    column = np.floor((path.x_m + shift_m) / CELL_M).astype(np.int64)
    row = np.floor((path.y_m + shift_m) / CELL_M).astype(np.int64)
    turned = (path.course_rad + turn_rad) % (2.0 * np.pi)
    heading = np.floor(turned / HEADING_BIN_RAD).astype(np.int64)
    key = ((column - column.min()) << 36) + ((row - row.min()) << 8) + heading
    order = np.argsort(key, kind="stable")
    # Within a cell the order is that of the drive, so a leap of way is the next pass.
    earlier, later = order[:-1], order[1:]
    is_pair = (key[earlier] == key[later]) & (path.s_m[later] - path.s_m[earlier] > MIN_LOOP_M)
    is_pair &= path.time_s[later] - path.time_s[earlier] > MIN_LOOP_S
    earlier, later = earlier[is_pair], later[is_pair]
    across_m = _offset_across(path, earlier, later)
    apart_rad = wrap_radians(path.course_rad[later] - path.course_rad[earlier])
    near = (np.abs(across_m) < PASS_RADIUS_M) & (np.abs(apart_rad) < PASS_HEADING_RAD)
    return earlier[near], later[near]


def _offset_along(path: _Path, earlier: IntArray, later: IntArray) -> FloatArray:
    course = path.course_rad[earlier]
    return np.asarray(
        (path.x_m[later] - path.x_m[earlier]) * np.cos(course)
        + (path.y_m[later] - path.y_m[earlier]) * np.sin(course)
    )


def _offset_across(path: _Path, earlier: IntArray, later: IntArray) -> FloatArray:
    course = path.course_rad[earlier]
    return np.asarray(
        (path.y_m[later] - path.y_m[earlier]) * np.cos(course)
        - (path.x_m[later] - path.x_m[earlier]) * np.sin(course)
    )


def _usual_length(way_m: FloatArray) -> float | None:
    """Return the most supported lap length, None without enough support [m]."""
    ordered = np.sort(way_m[way_m > MIN_LOOP_M])
    if ordered.size * CELL_M < MIN_SUPPORT_M:
        return None
    low = np.searchsorted(ordered, ordered * (1.0 - LENGTH_SPREAD))
    high = np.searchsorted(ordered, ordered * (1.0 + LENGTH_SPREAD), side="right")
    best = int(np.argmax(high - low))
    return median(ordered[low[best] : high[best]])


def _best_line(
    trajectory: Trajectory, path: _Path, first: IntArray, length_m: float, config: AnalysisConfig
) -> LocalLine | None:
    """Return a line beside the pits if the car rested there, else where most laps pass.

    A session that begins and ends in the pits has one lap more by any line away from them; one that
    is cut out of a longer drive has one lap less by any line outside the stretch both ends share.
    """
    places = np.unique(first)
    if not places.size:
        return None
    # One lap's worth of places is enough, and the middle of the drive is free of in- and out-laps.
    middle_m = path.s_m[places[places.size // 2]]
    places = places[np.abs(path.s_m[places] - middle_m) <= 0.5 * length_m]
    score = _timing_score(path)[places]
    by_pits = _nearness_to_rest(trajectory, path, places, config)
    if by_pits.any() and score[by_pits > 0.0].max() >= LEAST_PIT_SHARE * score.max():
        return _line_at(path, int(places[np.argmax(score * by_pits)]), config)
    is_shared = _is_shared(path, places, length_m)
    ranked = _spread_out(places, score, path) + _spread_out(
        places[is_shared], score[is_shared], path
    )
    return _most_passed([_line_at(path, place, config) for place in ranked], trajectory, config)


def _nearness_to_rest(
    trajectory: Trajectory, path: _Path, places: IntArray, config: AnalysisConfig
) -> FloatArray:
    """Return how well places lie beside where the car stood (the pits), 1 to 0."""
    is_rest = (trajectory.speed_mps < config.stop_speed_mps) & np.isfinite(trajectory.x_m)
    cells = np.rint(np.stack((trajectory.x_m[is_rest], trajectory.y_m[is_rest])) / REST_CELL_M)
    if not cells.size:
        return np.zeros(places.size)
    cells, n_times = np.unique(cells, axis=1, return_counts=True)
    # Where a car rests at all it rests long; wandering positions make cells without end.
    rest_x, rest_y = cells[:, np.argsort(-n_times, kind="stable")[:MOST_REST_CELLS]] * REST_CELL_M
    d_x, d_y = rest_x - path.x_m[places, None], rest_y - path.y_m[places, None]
    cos, sin = np.cos(path.course_rad[places, None]), np.sin(path.course_rad[places, None])
    along_m = np.abs(d_x * cos + d_y * sin)
    is_beside = (np.abs(d_y * cos - d_x * sin) < REST_ACROSS_M) & (along_m < REST_ALONG_M)
    nearness = np.where(is_beside, 1.0 / (1.0 + (along_m / REST_SCALE_M) ** 2), 0.0)
    return np.asarray(nearness.max(axis=1))


def _is_shared(path: _Path, places: IntArray, length_m: float) -> BoolArray:
    """Return which places the drive passes once more than the others, by its length alone."""
    before_m, after_m = path.s_m[places] - path.s_m[0], path.s_m[-1] - path.s_m[places]
    n_passes = np.floor(before_m / length_m) + np.floor(after_m / length_m)
    return np.asarray(n_passes == n_passes.max())


def _most_passed(
    lines: list[LocalLine], trajectory: Trajectory, config: AnalysisConfig
) -> LocalLine:
    n_passes = [crossings.find(trajectory, line, config=config).time_s.size for line in lines]
    return lines[int(np.argmax(n_passes))]


def _spread_out(places: IntArray, score: FloatArray, path: _Path) -> list[int]:
    """Return the best places by score, no two within a cell of each other."""
    chosen: list[int] = []
    for place in places[np.argsort(-score, kind="stable")].tolist():
        if all(abs(path.s_m[place] - path.s_m[other]) >= CELL_M for other in chosen):
            chosen.append(place)
        if len(chosen) == N_TRIED:
            break
    return chosen


def _timing_score(path: _Path) -> FloatArray:
    """Return speed where the car goes straight, clear of corners; a small share of it elsewhere."""
    is_corner = np.abs(path.curvature_per_m) > STRAIGHT_CURVATURE_PER_M
    index = np.arange(path.s_m.size)
    last_corner = np.maximum.accumulate(np.where(is_corner, index, -(10**6)))
    next_corner = np.minimum.accumulate(np.where(is_corner, index, 10**7)[::-1])[::-1]
    since_m = (index - last_corner) * PATH_STEP_M
    until_m = (next_corner - index) * PATH_STEP_M
    clear = np.minimum(np.minimum(since_m / AFTER_CORNER_M, until_m / BEFORE_CORNER_M), 1.0)
    return np.asarray(path.speed_mps * np.maximum(clear, 0.01) ** 2)


def _line_at(path: _Path, place: int, config: AnalysisConfig) -> LocalLine:
    """Return the line across the passes of a place, wide enough for them and not for a pit lane."""
    course = path.course_rad[place]
    x_m, y_m, cos, sin = path.x_m[place], path.y_m[place], np.cos(course), np.sin(course)
    d_x, d_y = path.x_m - x_m, path.y_m - y_m
    along_m, across_m = d_x * cos + d_y * sin, d_y * cos - d_x * sin
    is_pass = (np.abs(along_m) <= PATH_STEP_M) & (np.abs(across_m) <= PASS_RADIUS_M)
    is_pass &= np.cos(path.course_rad - course) > np.cos(PASS_HEADING_RAD)
    is_pass &= path.speed_mps > RACING_SHARE * path.speed_mps[place]
    centre_m = median(across_m[is_pass])
    spread_m = float(np.max(np.abs(across_m[is_pass] - centre_m)))
    return LocalLine(
        x_m=float(x_m - centre_m * sin),
        y_m=float(y_m + centre_m * cos),
        direction_x=float(cos),
        direction_y=float(sin),
        half_width_m=float(
            np.clip(spread_m + PASS_MARGIN_M, LEAST_WIDTH_M, config.line_half_width_m)
        ),
    )
