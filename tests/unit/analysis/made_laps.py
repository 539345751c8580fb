"""Laps on a grid, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.types import (
    BoundaryReason,
    ComparedLap,
    Comparison,
    FloatArray,
    Lap,
    LapKind,
    ReferenceLine,
)


def made_lap(
    number: int,
    distance_m: FloatArray,
    speed_mps: FloatArray,
    *,
    start_s: float = 0.0,
    is_clean: bool = True,
    offset_m: FloatArray | None = None,
) -> ComparedLap:
    """Return a lap with the speed at each place; its time is the integral of 1/v."""
    pace = 1.0 / speed_mps
    steps = np.diff(distance_m) * 0.5 * (pace[1:] + pace[:-1])
    time_s = np.concatenate(([0.0], np.cumsum(steps)))
    lap = Lap(
        number=number,
        kind=LapKind.TIMED,
        start_s=start_s,
        end_s=start_s + float(time_s[-1]),
        lap_time_s=float(time_s[-1]),
        length_m=float(distance_m[-1]),
        is_valid=True,
        is_clean=is_clean,
        start_reason=BoundaryReason.CROSSING,
        end_reason=BoundaryReason.CROSSING,
    )
    zero = np.zeros(distance_m.size)
    return ComparedLap(
        label=str(number),
        lap=lap,
        gap_s=0.0,
        time_s=time_s,
        delta_t_s=zero,
        delta_t_sigma_s=zero,
        channels={
            "speed_mps": speed_mps,
            "lateral_offset_m": zero if offset_m is None else offset_m,
        },
    )


def made_laps(distance_m: FloatArray, speeds: Sequence[FloatArray]) -> tuple[ComparedLap, ...]:
    """Return laps 1, 2 ... driven one after the other."""
    laps: list[ComparedLap] = []
    start_s = 100.0
    for number, speed in enumerate(speeds, 1):
        laps.append(made_lap(number, distance_m, speed, start_s=start_s))
        start_s = laps[-1].lap.end_s
    return tuple(laps)


def made_comparison(
    laps: Sequence[ComparedLap], distance_m: FloatArray, curvature_per_m: FloatArray | None = None
) -> Comparison:
    """Return the laps as a comparison on a closed line."""
    curvature = np.zeros(distance_m.size) if curvature_per_m is None else curvature_per_m
    zero = np.zeros(distance_m.size)
    line = ReferenceLine(
        station_m=distance_m,
        x_m=zero,
        y_m=zero,
        heading_rad=zero,
        curvature_per_m=curvature,
        length_m=float(distance_m[-1]),
        is_closed=True,
        origin_lat_deg=None,
        origin_lon_deg=None,
    )
    return Comparison(
        reference_index=0,
        distance_m=distance_m,
        line=line,
        laps=tuple(laps),
        closure_error_s=0.0,
    )
