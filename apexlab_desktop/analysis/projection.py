"""Places on a reference line: the nearest point that the car can have reached, never a jump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, ReferenceLine

_COARSE_STEPS = 3
"""Grid steps between the candidates of the search (2.1 m)."""
_REFINEMENTS = 3
"""Foot point iterations; each squares the error, which starts at a coarse step."""
_MAX_REFINEMENT_M = 5.0
_EMISSION_SIGMA_M = 3.0
"""Spread of cars about the line, for weighing distance against continuity."""
_FOOT_TOLERANCE_M = 0.05


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
        self._step_m = float(line.station_m[1] - line.station_m[0])
        self._station_m = line.station_m
        self._rows = np.column_stack(
            (
                line.x_m,
                line.y_m,
                np.cos(line.heading_rad),
                np.sin(line.heading_rad),
                line.curvature_per_m,
            )
        )
        self._slopes = np.diff(self._rows, axis=0) / np.diff(line.station_m)[:, None]

    def index(self, station_m: FloatArray) -> npt.NDArray[np.intp]:
        """Return the grid interval of each station; outside, the outermost or the wrapped one."""
        inside = station_m % self.length_m if self.is_closed else station_m
        index = (inside / self._step_m).astype(np.intp)
        return np.clip(index, 0, self._station_m.size - 2, out=index)

    def coarse(self, station_m: FloatArray) -> FloatArray:
        """Return x, y, cos and sin of the heading, and curvature to a grid step, shape (..., 5)."""
        return np.asarray(self._rows[self.index(station_m)])

    def fine(self, station_m: FloatArray) -> tuple[FloatArray, ...]:
        """Return x, y, cos and sin of the heading, and curvature at stations, shape (n,) each."""
        index = self.index(station_m)
        inside = station_m % self.length_m if self.is_closed else station_m
        rows = self._rows.take(index, axis=0)
        rows += self._slopes.take(index, axis=0) * (inside - self._station_m[index])[:, None]
        return tuple(np.ascontiguousarray(rows.T))


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
    Twice a second the nearest point is sought within the window around the prediction, among places
    that head the car's way; parallel straights, bridges and the other leg of a hairpin are out of
    reach. Where those anchors do not follow each other they are chosen anew by a Viterbi pass
    (algorithms.md 4.2). All samples then start from the anchors around them and slide to their foot
    point.
    """
    known = np.flatnonzero(np.isfinite(path.x_m) & np.isfinite(path.y_m))
    correction = np.full(path.time_s.size, np.nan)
    if known.size:
        anchors = _anchor_indices(path.time_s, known, config)
        found_m, is_found = _anchor_corrections(table, _taken(path, anchors), search_m, config)
        if np.any(is_found):
            knots_s = path.time_s[anchors[is_found]]
            correction = np.interp(path.time_s, knots_s, found_m[is_found])
    return _refine(table, path, path.predicted_m + correction, config)


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
    step_m = _COARSE_STEPS * config.grid_step_m
    n_side = int(np.ceil(search_m / step_m))
    shifts: FloatArray = np.arange(-n_side, n_side + 1, dtype=np.float64) * step_m
    rows = table.coarse(anchors.predicted_m[:, None] + shifts)
    square = np.asarray(
        (anchors.x_m[:, None] - rows[..., 0]) ** 2 + (anchors.y_m[:, None] - rows[..., 1]) ** 2,
        dtype=np.float64,
    )
    cos, sin = np.cos(anchors.course_rad)[:, None], np.sin(anchors.course_rad)[:, None]
    ahead = cos * rows[..., 2] + sin * rows[..., 3]
    # A comparison with NaN is false, so an unknown course excludes nothing.
    square[ahead < np.cos(config.max_heading_error_rad)] = np.inf
    choice = np.argmin(square, axis=1)
    nearest = square[np.arange(choice.size), choice]
    is_found = nearest <= (config.off_track_m + step_m) ** 2
    driven_m = np.diff(anchors.predicted_m)
    jump_m = np.abs(np.diff(shifts[choice]))
    if not np.all(is_found) or np.any(jump_m > 2.0 * step_m + 0.15 * driven_m):
        choice = _viterbi(square, shifts, driven_m, config)
        is_found &= square[np.arange(choice.size), choice] <= (config.off_track_m + step_m) ** 2
    return shifts[choice], is_found


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
    cost = emission[0]
    for k in range(1, square_m2.shape[0]):
        sigma_m = 1.0 + 0.1 * max(float(driven_m[k - 1]), 0.0)
        total = cost[:, None] + leap / (2.0 * sigma_m**2)
        came_from[k] = np.argmin(total, axis=0)
        cost = total[came_from[k], np.arange(shifts_m.size)] + emission[k]
    path = np.empty(square_m2.shape[0], dtype=np.int64)
    path[-1] = int(np.argmin(cost))
    for k in range(path.size - 1, 0, -1):
        path[k - 1] = came_from[k, path[k]]
    return path


def _refine(
    table: LineTable, path: DrivenPath, start_m: FloatArray, config: AnalysisConfig
) -> Projection:
    """Return the foot points that `start_m` slides to."""
    is_known = np.isfinite(start_m) & np.isfinite(path.x_m) & np.isfinite(path.y_m)
    station = np.where(is_known, start_m, 0.0)
    for _ in range(_REFINEMENTS):
        move = _foot(table, path, station, config).along_m
        station += np.clip(np.nan_to_num(move), -_MAX_REFINEMENT_M, _MAX_REFINEMENT_M)
    foot = _foot(table, path, station, config)
    with np.errstate(invalid="ignore"):
        is_valid = is_known & (np.abs(foot.along_m) <= _FOOT_TOLERANCE_M)
        is_valid &= np.abs(foot.offset_m) <= config.off_track_m
    return Projection(
        station_m=np.where(is_valid, station + foot.along_m, np.nan),
        offset_m=np.where(is_valid, foot.offset_m, np.nan),
        stretch=np.where(is_valid & np.isfinite(foot.stretch), foot.stretch, 1.0),
        is_valid=is_valid,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Foot:
    """Where samples lie seen from places on the line; arrays have shape (n,)."""

    along_m: FloatArray
    offset_m: FloatArray
    stretch: FloatArray


def _foot(
    table: LineTable, path: DrivenPath, station_m: FloatArray, config: AnalysisConfig
) -> _Foot:
    """Return how far ahead and left of stations the car is, and its progress per metre driven."""
    line_x, line_y, cos, sin, curvature = table.fine(station_m)
    d_x, d_y = path.x_m - line_x, path.y_m - line_y
    offset_m = cos * d_y - sin * d_x
    narrowing = np.maximum(1.0 - offset_m * curvature, 1.0 - config.max_offset_curvature)
    heads = np.cos(path.course_rad) * cos + np.sin(path.course_rad) * sin
    return _Foot(
        along_m=np.asarray((cos * d_x + sin * d_y) / narrowing),
        offset_m=np.asarray(offset_m),
        stretch=np.asarray(np.clip(heads, np.cos(config.max_heading_error_rad), 1.0) / narrowing),
    )
