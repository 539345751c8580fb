"""The driven line on the map, coloured by speed."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import ComparedLap, Comparison, FloatArray, IntArray
from apexlab_desktop.formatting import plain
from apexlab_desktop.report.measures import NO_BREAK_SPACE, Measures
from apexlab_desktop.report.page_model import MapStretch, TrackMap
from apexlab_desktop.report.palette import N_RAMP_BINS
from apexlab_desktop.report.polylines import equal_runs, finite_runs, simplified
from apexlab_desktop.report.words import lap_label

_N_POINTS = 900
"""Samples of the map; a lap of 4 km has one per 4.5 m, less than the width of its line."""
_TOLERANCE = 0.0008
"""In extents of the map: 0.2 pt on paper."""


def track_map(comparison: Comparison, measures: Measures) -> TrackMap | None:
    """Return the map of the reference lap, None when it has no position or no speed."""
    lap = comparison.laps[comparison.reference_index]
    place, speed = _driven_line(lap, comparison), lap.channels["speed_mps"]
    # Every n-th sample, the last one as well, so that a closed lap meets its start.
    step = max(1, speed.size // _N_POINTS)
    chosen = np.unique(np.append(np.arange(0, speed.size, step), speed.size - 1))
    place, speed = place[chosen], speed[chosen] * measures.speed_factor
    known = np.isfinite(place).all(axis=1) & np.isfinite(speed)
    runs = finite_runs(known)
    if not runs:
        return None
    unit, extent = _unit_square(place, known)
    low, high = float(speed[known].min()), float(speed[known].max())
    bins = _bins(speed, low, high)
    first = runs[0]
    return TrackMap(
        caption=f"lap{NO_BREAK_SPACE}{lap_label(lap.label)}, speed",
        edge=tuple(simplified(unit[run], _TOLERANCE) for run in runs),
        stretches=tuple(stretch for run in runs for stretch in _stretches(unit[run], bins[run])),
        start=(float(unit[first.start, 0]), float(unit[first.start, 1])),
        direction=_direction(unit[first]),
        width=float(extent[0]),
        height=float(extent[1]),
        scale=_scale(low, high, measures),
    )


def _driven_line(lap: ComparedLap, comparison: Comparison) -> FloatArray:
    """Return the lap's own line, shape (n_grid, 2), or the reference line where it has none."""
    driven = np.stack((lap.channels["x_m"], lap.channels["y_m"]), axis=1)
    line = comparison.line
    if np.isfinite(driven).any() or line is None or line.x_m.shape != comparison.distance_m.shape:
        return driven
    return np.stack((line.x_m, line.y_m), axis=1)


def _unit_square(
    place: FloatArray, known: np.typing.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return places scaled so that the larger extent is 1, and the two extents."""
    low = place[known].min(axis=0)
    extent = place[known].max(axis=0) - low
    size = float(extent.max()) or 1.0
    return (place - low) / size, extent / size


def _bins(speed: FloatArray, low: float, high: float) -> IntArray:
    share = (np.nan_to_num(speed, nan=low) - low) / ((high - low) or 1.0)
    return np.clip((share * N_RAMP_BINS).astype(np.int64), 0, N_RAMP_BINS - 1)


def _stretches(unit: FloatArray, bins: IntArray) -> list[MapStretch]:
    return [
        MapStretch(ramp_bin=int(bins[run.start]), points=simplified(unit[run], _TOLERANCE))
        for run in equal_runs(bins)
        if run.stop - run.start >= 2
    ]


def _direction(unit: FloatArray) -> tuple[float, float]:
    """Return the unit vector of the first movement, east when the car stands."""
    moves = np.diff(unit, axis=0)
    lengths = np.hypot(moves[:, 0], moves[:, 1])
    moving = np.flatnonzero(lengths > 0.0)
    if not moving.size:
        return 1.0, 0.0
    east, north = moves[moving[0]] / lengths[moving[0]]
    return float(east), float(north)


def _scale(low: float, high: float, measures: Measures) -> tuple[str, str, str]:
    middle = (low + high) / 2.0
    return plain(low, 0), plain(middle, 0), f"{plain(high, 0)}{NO_BREAK_SPACE}{measures.speed_unit}"
