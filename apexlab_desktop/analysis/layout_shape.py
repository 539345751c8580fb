"""The shape of a session's laps on the earth, from one of its laps."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.layout_values import (
    CLOCKWISE,
    COUNTER_CLOCKWISE,
    NEITHER,
    LapShape,
)
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    FloatArray,
    Lap,
    StartLine,
    Trajectory,
    read_only,
)

STEP_M = 2.0
MOST_POINTS = 40_000
MIN_LENGTH_M = 200.0
"""Shorter closed drives are turns on a car park."""
MIN_KNOWN_SHARE = 0.9
LINE_REACH_M = 10.0
"""The direction of the start line is that of so many metres behind it."""
MIN_TURN_RAD = np.pi
"""A closed lap that turns less than half round is a figure-eight."""


def shape_of(session: AnalysedSession, config: AnalysisConfig = DEFAULT_CONFIG) -> LapShape | None:
    """Return the line of the session's best lap on the earth.

    Returns
    -------
    LapShape or None
        None without a valid timed lap that has latitude and longitude nearly everywhere.

    Notes
    -----
    One lap, not the median of many: it is sought among layouts at every import, and tens of metres
    decide. Comparisons build their own line.
    """
    motion, lap = session.trajectory, _lap_of(session)
    if motion is None or motion.origin_lat_deg is None or motion.origin_lon_deg is None:
        return None
    if lap is None:
        return None
    points = _path(motion, lap)
    if points is None:
        return None
    x_m, y_m = points
    valid = [one for one in session.laps if one.lap_time_s is not None and one.is_valid]
    length_m = median(np.array([one.length_m for one in valid if one.length_m] or [0.0]))
    if length_m < MIN_LENGTH_M:
        return None
    lat_deg, lon_deg = geo.to_geodetic(x_m, y_m, motion.origin_lat_deg, motion.origin_lon_deg)
    is_closed = bool(np.hypot(x_m[-1] - x_m[0], y_m[-1] - y_m[0]) <= config.closing_gap_m)
    return LapShape(
        lat_deg=read_only(lat_deg),
        lon_deg=read_only(lon_deg),
        length_m=length_m,
        direction=_direction(motion, lap) if is_closed else NEITHER,
        is_closed=is_closed,
        start_line=_start_line(lat_deg, lon_deg, x_m, y_m, config),
        quality=session.quality.score or 0.0,
        n_laps=len(valid),
    )


def _lap_of(session: AnalysedSession) -> Lap | None:
    if session.best_lap is not None:
        return session.best_lap
    valid = [lap for lap in session.laps if lap.lap_time_s is not None and lap.is_valid]
    return min(valid, key=official_time) if valid else None


def _path(motion: Trajectory, lap: Lap) -> tuple[FloatArray, FloatArray] | None:
    """Return the lap's positions at even steps along it, crossings included."""
    first, stop = np.searchsorted(motion.time_s, (lap.start_s, lap.end_s))
    near = slice(max(int(first) - 1, 0), int(stop) + 1)
    known = np.isfinite(motion.x_m[near]) & np.isfinite(motion.y_m[near])
    if known.size < 8 or float(np.mean(known)) < MIN_KNOWN_SHARE:
        return None
    time_s = motion.time_s[near][known]
    at_s = np.concatenate(
        ([lap.start_s], time_s[(time_s > lap.start_s) & (time_s < lap.end_s)], [lap.end_s])
    )
    x_m, y_m = (np.interp(at_s, time_s, values[near][known]) for values in (motion.x_m, motion.y_m))
    driven_m = np.append(0.0, np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m))))
    if not driven_m[-1] > MIN_LENGTH_M:
        return None
    step_m = max(STEP_M, driven_m[-1] / MOST_POINTS)
    even_m = np.linspace(0.0, driven_m[-1], int(np.ceil(driven_m[-1] / step_m)) + 1)
    return np.interp(even_m, driven_m, x_m), np.interp(even_m, driven_m, y_m)


def _direction(motion: Trajectory, lap: Lap) -> str:
    """Return which way round a closed lap turns: once, or as a figure-eight neither way."""
    first, stop = np.searchsorted(motion.time_s, (lap.start_s, lap.end_s))
    course_rad = motion.course_rad[first:stop]
    course_rad = course_rad[np.isfinite(course_rad)]
    turned_rad = float(course_rad[-1] - course_rad[0]) if course_rad.size else 0.0
    if abs(turned_rad) < MIN_TURN_RAD:
        return NEITHER
    return COUNTER_CLOCKWISE if turned_rad > 0.0 else CLOCKWISE


def _start_line(
    lat_deg: FloatArray,
    lon_deg: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    config: AnalysisConfig,
) -> StartLine:
    ahead = min(int(LINE_REACH_M / STEP_M), x_m.size - 1)
    east_m, north_m = float(x_m[ahead] - x_m[0]), float(y_m[ahead] - y_m[0])
    return StartLine(
        lat_deg=float(lat_deg[0]),
        lon_deg=float(lon_deg[0]),
        bearing_deg=float(np.degrees(np.arctan2(east_m, north_m)) % 360.0),
        half_width_m=config.line_half_width_m,
    )
