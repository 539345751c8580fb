"""Laps without places: by the simulator's own lap distance, else by the stretched odometer."""

from __future__ import annotations

import contextlib

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.lap_path import driven_length
from apexlab_desktop.analysis.lap_span import (
    LapSpan,
    Placement,
    lap_span,
    official_time,
    strictly_increasing,
)
from apexlab_desktop.analysis.sim_progress import sim_progress
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray, Lap, LapTrace, read_only
from apexlab_desktop.errors import AnalysisError, InsufficientDataError

_SIM_SIGMA_M = 0.01
_LINE_CHOICE_RATIO = 0.002
"""Mid-lap error of a stretched odometer, as a share of the length: a wider line early in the lap
shows as an offset later (algorithms.md 4.1: 28 ms at 25 m/s and 2.95 km with a good receiver, of
which a third is the receiver's)."""


def trace_without_line(
    session: AnalysedSession, lap: Lap, placement: Placement, config: AnalysisConfig
) -> LapTrace:
    """Return the lap by the sim's own lap distance, else by the stretched odometer."""
    found = sim_progress(session.raw, lap)
    if found is not None:
        time_s, share = found
        length_m = placement.length_m or track_length(session, lap)
        return _unplaced(time_s, share * length_m, _SIM_SIGMA_M, "sim_distance", official_time(lap))
    if session.trajectory is None:
        raise InsufficientDataError(
            expected="positions, speed or lap distance",
            found="none of them",
            place=f"lap {lap.number}",
        )
    span = lap_span(session.trajectory, lap, placement, 0.0)
    length_m = placement.length_m or span.lap_driven_m
    _require_alike(span.lap_driven_m, length_m, lap, config)
    return stretched(span, length_m, official_time(lap))


def _require_alike(driven_m: float, length_m: float, lap: Lap, config: AnalysisConfig) -> None:
    if abs(driven_m - length_m) > config.stretch_tolerance_ratio * length_m:
        raise AnalysisError(
            expected=f"a lap of {length_m:.0f} m within {config.stretch_tolerance_ratio:.0%}",
            found=f"{driven_m:.0f} m",
            place=f"lap {lap.number}",
            advice="Without positions only laps of equal length can be compared: leave it out",
        )


def track_length(session: AnalysedSession, lap: Lap) -> float:
    """Return the length of a track without positions: as the file states it, else as driven [m]."""
    with contextlib.suppress(ValueError):
        stated_m = float(session.raw.metadata.get("track_length_m", ""))
        if np.isfinite(stated_m) and stated_m > 0.0:
            return stated_m
    if session.trajectory is not None:
        return driven_length(session.trajectory, lap)
    if lap.length_m is not None:
        return lap.length_m
    raise InsufficientDataError(
        expected="speed or a stated track length", found="neither", place=f"lap {lap.number}"
    )


def stretched(span: LapSpan, length_m: float, lap_time_s: float) -> LapTrace:
    """Return the fallback without places: the odometer stretched to the line's length."""
    driven_m = span.lap_driven_m
    if not driven_m > 0.0:
        raise InsufficientDataError(expected="a lap that moves", found=f"{driven_m:.1f} m driven")
    lap = slice(span.start, span.end + 1)
    station_m = span.driven_m[lap] * (length_m / driven_m)
    sigma_m = _LINE_CHOICE_RATIO * length_m
    return _unplaced(span.time_s[lap], station_m, sigma_m, "normalised_odometer", lap_time_s)


def _unplaced(
    time_s: FloatArray, station_m: FloatArray, sigma_m: float, method: str, lap_time_s: float
) -> LapTrace:
    lap_s = (time_s - time_s[0]) * (lap_time_s / (time_s[-1] - time_s[0]))
    lap_s[-1] = lap_time_s
    return LapTrace(
        station_m=read_only(strictly_increasing(station_m, float(station_m[-1]))),
        time_s=read_only(lap_s),
        session_time_s=read_only(time_s),
        lateral_offset_m=read_only(np.full(time_s.size, np.nan)),
        station_sigma_m=sigma_m,
        method=method,
    )
