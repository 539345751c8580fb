"""Places on a reference line: the nearest point that the car can have reached, never a jump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, ReferenceLine

_COARSE_STEPS = 3
"""Grid steps between the candidates of the search (2.1 m)."""
_REFINEMENTS = 2
"""More foot point steps; each squares the error, which starts at a coarse step."""
_MAX_REFINEMENT_M = 5.0
_EMISSION_SIGMA_M = 3.0
"""Spread of cars about the line, for weighing distance against continuity."""
ANCHORS_AT_ONCE = 1024
"""Anchors whose candidates are held in memory, 17 minutes of driving."""
MOST_TRANSITIONS = 300_000_000
"""Pairs of candidates weighed before a hopeless drive is left with its nearest places, seconds."""
STEP_TRANSITIONS = 3_000
"""As many are weighed in the time that going from one anchor to the next takes by itself."""
_FOOT_TOLERANCE_M = 0.05
_ANCHOR_TOLERANCE_M = 0.3
"""Anchors are where the search for all other samples begins, not results."""
_ONE_STEP_MISS_M = 0.03
"""A step of d along a line of curvature k misses by about k d^2 / 2; below this that is enough."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Projection:
    """Samples as places on the line; arrays have shape (n,).

    Attributes
    ----------
    station_m : ndarray
        Along the line; not wrapped: below 0 before the start, above the length after the end [m].
    offset_m : ndarray
        Left of the line positive [m].
    stretch : ndarray
        Metres along the line per metre driven; 1 where unknown.
    is_valid : ndarray of bool
        False without position, off track, or without a foot point; station and offset are then NaN.
    """

    station_m: FloatArray
    offset_m: FloatArray
    stretch: FloatArray
    is_valid: BoolArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrivenPath:
    """What is known of the car before its places are; arrays have shape (n,).

    Attributes
    ----------
    time_s : ndarray
        Strictly increasing [s].
    x_m, y_m : ndarray
        Positions in the line's plane; NaN where missing [m].
    course_rad : ndarray
        Direction of motion; NaN where unknown [rad].
    predicted_m : ndarray
        Where the odometer believes the car to be on the line [m].
    """

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    predicted_m: FloatArray


class LineTable:
    """A reference line prepared for looking up many stations.

    Parameters
    ----------
    line : ReferenceLine
    """

    def __init__(self, line: ReferenceLine) -> None:
        self.length_m = line.length_m
        self.is_closed = line.is_closed
        self.position_sigma_m = line.position_sigma_m
        self.step_m = float(line.station_m[1] - line.station_m[0])
        self._station_m = line.station_m
        columns = np.stack(
            (
                line.x_m,
                line.y_m,
                np.cos(line.heading_rad),
                np.sin(line.heading_rad),
                line.curvature_per_m,
                line.heading_rad,
            )
        )
        slopes = np.zeros_like(columns)
        slopes[:, :-1] = np.diff(columns) / np.diff(line.station_m)
        self._values_and_slopes = np.concatenate((columns, slopes))

    def coarse(self, station_m: FloatArray, shifts: IntArray) -> tuple[FloatArray, ...]:
        """Return x, y, cos and sin of the heading some grid steps off stations.

        Parameters
        ----------
        station_m : ndarray, shape (n,)
        shifts : ndarray of int, shape (m,)
            Grid steps.

        Returns
        -------
        tuple of 4 ndarray, shape (n, m)
        """
        first = (station_m / self.step_m).astype(np.intp)
        index = first[:, None] + shifts
        n = self._station_m.size - 1
        if self.is_closed:
            # The remainder is slow, and few places lie near the start line.
            near = np.flatnonzero((first + shifts[0] < 0) | (first + shifts[-1] >= n))
            index[near] %= n
        else:
            np.clip(index, 0, n, out=index)
        return tuple(column.take(index) for column in self._values_and_slopes[:4])

    def fine(self, station_m: FloatArray) -> tuple[FloatArray, ...]:
        """Return x, y, cos and sin of the heading, curvature and heading, shape (n,) each."""
        inside = self._wrapped(station_m) if self.is_closed else station_m
        index = (inside / self.step_m).astype(np.intp)
        np.minimum(index, self._station_m.size - 2, out=index)
        if not self.is_closed:
            np.maximum(index, 0, out=index)
        beyond = inside - self._station_m.take(index)
        found = self._values_and_slopes.take(index, axis=1)
        values, slopes = found[: found.shape[0] // 2], found[found.shape[0] // 2 :]
        slopes *= beyond
        values += slopes
        return tuple(values)

    def _wrapped(self, station_m: FloatArray) -> FloatArray:
        # The remainder is slow, and few samples lie before the start or after the end.
        outside = np.flatnonzero((station_m < 0.0) | (station_m >= self.length_m))
        if not outside.size:
            return station_m
        wrapped = station_m.copy()
        wrapped[outside] %= self.length_m
        return wrapped


def project(
    table: LineTable, path: DrivenPath, search_m: float, config: AnalysisConfig = DEFAULT_CONFIG
) -> Projection:
    """Return the place of every sample on the line.

    Parameters
    ----------
    table : LineTable
    path : DrivenPath
        Of n samples.
    search_m : float
        By how much `path.predicted_m` may be wrong [m].
    config : AnalysisConfig

    Returns
    -------
    Projection

    Notes
    -----
    Once a second the nearest point is sought within the window around the prediction, among places
    that head the car's way; parallel straights, bridges and the other leg of a hairpin are out of
    reach. Where those anchors do not follow each other they are chosen anew by a Viterbi pass
    (algorithms.md 4.2). All samples then start from the anchors around them and slide to their foot
    point.
    """
    known = np.flatnonzero(np.isfinite(path.x_m) & np.isfinite(path.y_m))
    if not known.size:
        return _nowhere(path)
    index = _anchor_indices(path.time_s, known, config)
    anchors = _taken(path, index)
    found_m, is_found = _anchor_corrections(table, anchors, search_m, config)
    station_m, _ = _slid(
        table,
        anchors,
        anchors.predicted_m + found_m,
        config,
        n_refinements=1,
        tolerance_m=_ANCHOR_TOLERANCE_M,
    )
    is_found &= np.isfinite(station_m)
    if not np.any(is_found):
        return _nowhere(path)
    correction_m = (station_m - anchors.predicted_m)[is_found]
    start_m = path.predicted_m + np.interp(path.time_s, anchors.time_s[is_found], correction_m)
    return _refined(table, path, start_m, config)


def _taken(path: DrivenPath, index: npt.NDArray[np.intp]) -> DrivenPath:
    return DrivenPath(
        time_s=path.time_s[index],
        x_m=path.x_m[index],
        y_m=path.y_m[index],
        course_rad=path.course_rad[index],
        predicted_m=path.predicted_m[index],
    )


def _anchor_indices(
    time_s: FloatArray, known: npt.NDArray[np.intp], config: AnalysisConfig
) -> npt.NDArray[np.intp]:
    """Return samples with a position, about one per anchor interval, shape (n_anchors,)."""
    slot = np.floor((time_s[known] - time_s[known[0]]) / config.anchor_interval_s)
    is_first = np.append(True, slot[1:] != slot[:-1])
    is_first[-1] = True
    return np.asarray(known[is_first])


def _anchor_corrections(
    table: LineTable, anchors: DrivenPath, search_m: float, config: AnalysisConfig
) -> tuple[FloatArray, BoolArray]:
    """Return what to add to the prediction at each anchor, and whether a place was found."""
    found_m, is_found = np.empty(anchors.time_s.size), np.empty(anchors.time_s.size, dtype=np.bool_)
    n_left = MOST_TRANSITIONS
    for start in range(0, found_m.size, ANCHORS_AT_ONCE):
        some = np.arange(start, min(start + ANCHORS_AT_ONCE, found_m.size))
        part = anchors if some.size == found_m.size else _taken(anchors, some)
        found_m[some], is_found[some], n_tried = _nearest(table, part, search_m, n_left, config)
        n_left -= n_tried
    return found_m, is_found


def _nearest(
    table: LineTable,
    anchors: DrivenPath,
    search_m: float,
    most_transitions: int,
    config: AnalysisConfig,
) -> tuple[FloatArray, BoolArray, int]:
    """Return corrections, whether each was found, and how many transitions were tried for it."""
    step_m = _COARSE_STEPS * table.step_m
    n_side = int(np.ceil(search_m / step_m))
    steps = np.arange(-n_side, n_side + 1, dtype=np.int64) * _COARSE_STEPS
    square = _squared_distances(table, anchors, steps, config)
    choice = np.argmin(square, axis=1)
    each = np.arange(choice.size)
    reach_m2 = (config.off_track_m + step_m) ** 2
    shifts_m = np.asarray(steps * table.step_m, dtype=np.float64)
    driven_m = np.diff(anchors.predicted_m)
    jump_m = np.abs(np.diff(shifts_m[choice]))
    is_found = square[each, choice] <= reach_m2
    n_transitions = choice.size * (shifts_m.size**2 + STEP_TRANSITIONS)
    is_smooth = np.all(is_found) and not np.any(jump_m > 2.0 * step_m + 0.15 * driven_m)
    if is_smooth or n_transitions > most_transitions:
        return shifts_m[choice], is_found, 0
    choice = _viterbi(square, shifts_m, driven_m, config)
    return shifts_m[choice], square[each, choice] <= reach_m2, n_transitions


def _squared_distances(
    table: LineTable, anchors: DrivenPath, steps: IntArray, config: AnalysisConfig
) -> FloatArray:
    """Return how far each anchor is from places around its prediction, (n_anchors, n_steps) [m2].

    Infinite where the line heads another way than the car.
    """
    x, y, cos, sin = table.coarse(anchors.predicted_m, steps)
    x -= anchors.x_m[:, None]
    y -= anchors.y_m[:, None]
    square = np.square(x, out=x)
    square += np.square(y, out=y)
    cos *= np.cos(anchors.course_rad)[:, None]
    sin *= np.sin(anchors.course_rad)[:, None]
    cos += sin
    # A comparison with NaN is false, so an unknown course excludes nothing.
    square[cos < np.cos(config.max_heading_error_rad)] = np.inf
    return np.asarray(square)


def _viterbi(
    square_m2: FloatArray, shifts_m: FloatArray, driven_m: FloatArray, config: AnalysisConfig
) -> IntArray:
    """Return the most likely sequence of candidates, shape (n_anchors,).

    Far or unreachable candidates all cost the same, so that a stretch off the track is bridged by
    continuity alone.
    """
    emission = np.minimum(square_m2, config.off_track_m**2) / (2.0 * _EMISSION_SIGMA_M**2)
    leap = (shifts_m[:, None] - shifts_m) ** 2
    came_from = np.empty(square_m2.shape, dtype=np.int64)
    cost, each = emission[0], np.arange(shifts_m.size)
    # Row by row for each candidate: what came from where costs how much.
    total = np.empty(leap.shape)
    for k in range(1, square_m2.shape[0]):
        sigma_m = 1.0 + 0.1 * max(float(driven_m[k - 1]), 0.0)
        np.divide(leap, 2.0 * sigma_m**2, out=total)
        total += cost
        np.argmin(total, axis=1, out=came_from[k])
        cost = total[each, came_from[k]] + emission[k]
    path = np.empty(square_m2.shape[0], dtype=np.int64)
    path[-1] = int(np.argmin(cost))
    for k in range(path.size - 1, 0, -1):
        path[k - 1] = came_from[k, path[k]]
    return path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Foot:
    """Where samples lie seen from places on the line; arrays have shape (n,)."""

    along_m: FloatArray
    offset_m: FloatArray
    narrowing: FloatArray
    curvature_per_m: FloatArray
    heading_rad: FloatArray

    def stretch(self, course_rad: FloatArray, config: AnalysisConfig) -> FloatArray:
        """Return metres along the line per metre driven on a course."""
        # The cosine of a small angle by its series, which spares two slow functions per sample.
        aside_rad = course_rad - self.heading_rad
        aside_rad -= 2.0 * np.pi * np.rint(aside_rad / (2.0 * np.pi))
        heads = 1.0 - 0.5 * aside_rad**2
        np.maximum(heads, np.cos(config.max_heading_error_rad), out=heads)
        heads /= self.narrowing
        return heads


def _foot(
    table: LineTable, path: DrivenPath, station_m: FloatArray, config: AnalysisConfig
) -> _Foot:
    """Return how far ahead and left of stations the car is."""
    line_x, line_y, cos, sin, curvature, heading_rad = table.fine(station_m)
    d_x, d_y = path.x_m - line_x, path.y_m - line_y
    offset_m = cos * d_y - sin * d_x
    narrowing = np.maximum(1.0 - offset_m * curvature, 1.0 - config.max_offset_curvature)
    along_m = cos * d_x + sin * d_y
    along_m /= narrowing
    return _Foot(
        along_m=along_m,
        offset_m=offset_m,
        narrowing=narrowing,
        curvature_per_m=curvature,
        heading_rad=heading_rad,
    )


def _slid(
    table: LineTable,
    path: DrivenPath,
    station_m: FloatArray,
    config: AnalysisConfig,
    *,
    n_refinements: int = _REFINEMENTS,
    tolerance_m: float = _FOOT_TOLERANCE_M,
) -> tuple[FloatArray, _Foot]:
    """Return the foot points that stations slide to, NaN where there is none, and the view."""
    foot = _foot(table, path, station_m, config)
    for _ in range(n_refinements):
        step_m = np.minimum(np.maximum(foot.along_m, -_MAX_REFINEMENT_M), _MAX_REFINEMENT_M)
        station_m = station_m + step_m
        # A sample without position has slid to NaN: give it any place, it is not valid anyway.
        foot = _foot(table, path, np.where(np.isfinite(station_m), station_m, 0.0), config)
    is_settled = np.abs(foot.along_m) <= tolerance_m
    return np.where(is_settled, station_m + foot.along_m, np.nan), foot


def _refined(
    table: LineTable, path: DrivenPath, start_m: FloatArray, config: AnalysisConfig
) -> Projection:
    """Return the foot points near `start_m`: one step for most, more where that is not enough."""
    foot = _foot(table, path, start_m, config)
    station_m = start_m + foot.along_m
    offset_m, stretch = foot.offset_m, foot.stretch(path.course_rad, config)
    missed_m = 0.5 * foot.along_m**2 * np.abs(foot.curvature_per_m)
    far = np.flatnonzero(missed_m > _ONE_STEP_MISS_M)
    if far.size:
        again = _taken(path, far)
        station_m[far], seen = _slid(table, again, start_m[far], config)
        offset_m[far], stretch[far] = seen.offset_m, seen.stretch(again.course_rad, config)
    is_valid = np.abs(offset_m) <= config.off_track_m
    is_valid &= np.isfinite(station_m)
    if not is_valid.all():
        lost = ~is_valid
        station_m[lost], offset_m[lost] = np.nan, np.nan
        stretch[lost] = 1.0
    stretch[np.isnan(stretch)] = 1.0
    return Projection(station_m=station_m, offset_m=offset_m, stretch=stretch, is_valid=is_valid)


def _nowhere(path: DrivenPath) -> Projection:
    unknown = np.full(path.time_s.size, np.nan)
    return Projection(
        station_m=unknown,
        offset_m=unknown,
        stretch=np.ones(unknown.size),
        is_valid=np.zeros(unknown.size, dtype=np.bool_),
    )
