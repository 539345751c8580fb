"""Corners of a layout, found by the curvature of its reference line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import corner_kinds
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.heading_runs import (
    UnrolledLine,
    deepest_valley,
    parts_at,
    runs,
    unrolled,
)
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bend:
    """A piece of the unrolled line with one corner in it; indices of its samples."""

    first: int
    last: int
    entry: int
    apex: int
    exit: int


def detect_corners(
    line: ReferenceLine,
    speed_mps: FloatArray | None = None,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> tuple[Corner, ...]:
    """Return the corners of a line, numbered from the start line on.

    Parameters
    ----------
    line : ReferenceLine
    speed_mps : ndarray, shape (n,), optional
        Typical speed on `line.station_m`, for what drivers do in a corner and which ones belong
        together; corners are found without it [m/s].
    config : AnalysisConfig

    Returns
    -------
    tuple of Corner
        In driving order by apex. Zones do not overlap; one may lie over the start line.

    Notes
    -----
    The heading of the line is cut where it turns back (`heading_runs.runs`), each run where the
    road opens between two bends of one direction (`deepest_valley`). What is left turns one way and
    once, and is a corner when it turns far enough. All three thresholds are angles: they mean the
    same for a kart's hairpin and for a kink at 200 km/h, whatever the speed, the rate of the fixes
    or the noise, which swings the curvature of a straight but never its integral.
    """
    config = _careful(config, line.position_sigma_m or 0.0)
    road = unrolled(
        line,
        turn_rad=config.corner_window_rad,
        least_window_m=config.corner_least_window_m,
        most_window_m=config.corner_most_window_m,
    )
    pieces = [
        piece
        for run in runs(road.heading_rad, config.corner_reversal_rad)
        for piece in _split(road, *run, config)
        if abs(road.turned_rad(*piece)) >= config.corner_least_turn_rad
    ]
    bends = [_bend(road, first, last, config) for first, last in pieces]
    found = [_corner(road, bend) for bend in bends]
    found = [one for _, one in sorted(zip((c.apex_m for c in found), found, strict=True))]
    numbered = [
        replace(corner, id=f"c{number}", number=str(number))
        for number, corner in enumerate(found, start=1)
    ]
    return corner_kinds.described(numbered, line, speed_mps, config)


def _careful(config: AnalysisConfig, sigma_m: float) -> AnalysisConfig:
    """Return the thresholds for a line by a receiver with that error.

    A phone's positions bend the line within a corner as much as a short straight does.
    """
    excess = (sigma_m - config.corner_good_sigma_m) / (
        config.corner_poor_sigma_m - config.corner_good_sigma_m
    )
    share = min(max(excess, 0.0), 1.0)
    if not share > 0.0:
        return config
    return replace(
        config,
        corner_window_rad=config.corner_window_rad * (1.0 + share),
        corner_least_window_m=config.corner_least_window_m * (1.0 + share),
        corner_most_window_m=config.corner_most_window_m * (1.0 + share / 3.0),
        corner_valley_missing_rad=config.corner_valley_missing_rad * (1.0 + share / 2.0),
        corner_open_missing_rad=config.corner_open_missing_rad * (1.0 + share),
    )


def _split(
    road: UnrolledLine, first: int, last: int, config: AnalysisConfig
) -> list[tuple[int, int]]:
    """Return the pieces of a run, each with one bend."""
    sign = np.sign(road.turned_rad(first, last))
    bending = sign * road.curvature_per_m[first : last + 1]
    step_m = float(road.station_m[1] - road.station_m[0])
    cuts: list[int] = []
    open_parts = [(0, bending.size - 1)]
    while open_parts:
        begin, end = open_parts.pop()
        valley = deepest_valley(bending[begin : end + 1], step_m)
        if valley is None or not _is_straight(valley.ratio, valley.missing_rad, config):
            continue
        cuts.append(first + begin + valley.at)
        open_parts += [(begin, begin + valley.at), (begin + valley.at, end)]
    return parts_at(cuts, first, last)


def _is_straight(ratio: float, missing_rad: float, config: AnalysisConfig) -> bool:
    """Return whether the road between two tighter places makes two corners of them."""
    if ratio < config.corner_open_ratio:
        return missing_rad >= config.corner_open_missing_rad
    return ratio < config.corner_valley_ratio and missing_rad >= config.corner_valley_missing_rad


def _bend(road: UnrolledLine, first: int, last: int, config: AnalysisConfig) -> _Bend:
    sign = np.sign(road.turned_rad(first, last))
    bending = sign * road.curvature_per_m[first : last + 1]
    apex = _middle_of_tightest(bending, config.corner_apex_ratio)
    peak_per_m = float(bending.max())
    edge_per_m = min(
        max(config.corner_edge_per_m, config.corner_edge_ratio * peak_per_m),
        config.corner_most_edge_ratio * peak_per_m,
    )
    entry, leave = _around(bending, apex, edge_per_m)
    step_m = float(road.station_m[1] - road.station_m[0])
    least = int(np.ceil(0.5 * config.corner_least_length_m / step_m))
    entry, leave = max(min(entry, apex - least), 0), min(max(leave, apex + least), last - first)
    return _Bend(first=first, last=last, entry=first + entry, apex=first + apex, exit=first + leave)


def _middle_of_tightest(bending_per_m: FloatArray, ratio: float) -> int:
    """Return the centre of what is nearly as tight as the tightest place.

    The tightest sample of an arc is wherever noise put it; the middle of the arc is a place.
    """
    peak = int(np.argmax(bending_per_m))
    first, last = _around(bending_per_m, peak, ratio * float(bending_per_m[peak]))
    inside = bending_per_m[first : last + 1]
    share = np.cumsum(np.maximum(inside, 0.0))
    return first + int(np.searchsorted(share, 0.5 * share[-1]))


def _around(values: FloatArray, at: int, level: float) -> tuple[int, int]:
    """Return the ends of the stretch around `at` where `values` stay above a level."""
    below = np.flatnonzero(values < level)
    where = int(np.searchsorted(below, at))
    first = int(below[where - 1]) + 1 if where > 0 else 0
    last = int(below[where]) - 1 if where < below.size else values.size - 1
    return min(first, at), max(last, at)


def _corner(road: UnrolledLine, bend: _Bend) -> Corner:
    turned_rad = road.turned_rad(bend.entry, bend.exit)
    sign = np.sign(road.turned_rad(bend.first, bend.last))
    peak_per_m = float(np.max(sign * road.curvature_per_m[bend.entry : bend.exit + 1]))
    entry_m, apex_m, exit_m = (
        road.on_line(float(road.station_m[index])) for index in (bend.entry, bend.apex, bend.exit)
    )
    return Corner(
        id="",
        number="",
        direction="left" if sign > 0 else "right",
        entry_m=entry_m,
        apex_m=apex_m,
        exit_m=exit_m,
        radius_m=1.0 / peak_per_m,
        turned_rad=turned_rad,
    )
