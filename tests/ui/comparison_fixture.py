"""A small invented track and laps on it, made without any of the program's analysis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.interpolate import CubicSpline

from apexlab_desktop.analysis.types import (
    BoundaryReason,
    ComparedLap,
    Comparison,
    FloatArray,
    Lap,
    LapKind,
    ReferenceLine,
)
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand

STEP_M = 0.7
# Corners of the outline, in metres; the spline through them is the track.
_OUTLINE = (
    (0, 0), (170, 4), (340, 2), (500, 0), (640, 40), (668, 120), (620, 190), (520, 205), (470, 250),
    (500, 310), (600, 340), (640, 400), (600, 480), (480, 500), (370, 440), (300, 350), (305, 270),
    (270, 190), (180, 190), (90, 240), (-40, 300), (-170, 270), (-210, 170), (-150, 50), (-80, 5),
)  # fmt: skip
_TOP_SPEED_MPS = 57.5
_LATERAL_GRIP_MPS2 = 11.5
_POWER_W_PER_KG = 260.0
_BRAKING_MPS2 = 10.0


def track_line() -> ReferenceLine:
    """Return the closed line of the track on a 0.7 m grid."""
    corners = np.array([*_OUTLINE, _OUTLINE[0]], dtype=float)
    chord = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    spline = CubicSpline(chord, corners, bc_type="periodic")
    fine = np.linspace(0.0, chord[-1], 40_000)
    points = spline(fine)
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    length = float(run[-1])
    station = np.append(np.arange(0.0, length - 1e-6, STEP_M), length)
    parameter = np.interp(station, run, fine)
    x, y = spline(parameter).T
    dx, dy = spline(parameter, 1).T
    ddx, ddy = spline(parameter, 2).T
    return ReferenceLine(
        station_m=station,
        x_m=x,
        y_m=y,
        heading_rad=np.unwrap(np.arctan2(dy, dx)),
        curvature_per_m=(dx * ddy - dy * ddx) / np.hypot(dx, dy) ** 3,
        length_m=length,
        is_closed=True,
        origin_lat_deg=None,
        origin_lon_deg=None,
    )


def _speed(line: ReferenceLine, grip: float, start_mps: float = 50.0) -> FloatArray:
    """Return the speed of a point mass with a friction circle in corners, power and brakes."""
    step = np.diff(line.station_m)
    limit = np.minimum(np.sqrt(grip / np.maximum(np.abs(line.curvature_per_m), 1e-6)), 57.5)
    speed = np.minimum(limit, _TOP_SPEED_MPS)
    speed[0] = min(speed[0], start_mps)
    for i in range(1, speed.size):
        gain = _POWER_W_PER_KG / speed[i - 1] - 0.0012 * speed[i - 1] ** 2
        speed[i] = min(speed[i], np.sqrt(speed[i - 1] ** 2 + 2.0 * gain * step[i - 1]))
    for i in range(speed.size - 2, -1, -1):
        speed[i] = min(speed[i], np.sqrt(speed[i + 1] ** 2 + 2.0 * _BRAKING_MPS2 * step[i]))
    kernel = np.hanning(31) / np.hanning(31).sum()
    return np.convolve(np.pad(speed, 15, mode="edge"), kernel, mode="valid")


def _lap(number: int, lap_time_s: float, length_m: float) -> Lap:
    return Lap(
        number=number,
        kind=LapKind.TIMED,
        start_s=90.0 * number,
        end_s=90.0 * number + lap_time_s,
        lap_time_s=lap_time_s,
        length_m=length_m,
        is_valid=True,
        is_clean=True,
        start_reason=BoundaryReason.CROSSING,
        end_reason=BoundaryReason.CROSSING,
    )


def _pedals(long_mps2: FloatArray) -> dict[str, FloatArray]:
    return {
        "throttle_ratio": np.clip(long_mps2 / 2.5 + 0.35, 0.0, 1.0),
        "brake_ratio": np.clip(-(long_mps2 + 1.0) / 9.0, 0.0, 1.0),
    }


def make_comparison(
    lap_numbers: tuple[int, ...] = (5, 7, 10),
    *,
    has_pedals: bool = False,
    has_position: bool = True,
    sigma_s: float = 0.004,
    seed: int = 7,
) -> Comparison:
    """Return laps that lose and win time in different corners; the first is the reference."""
    line = track_line()
    random = np.random.default_rng(seed)
    made = [_driven(line, order, random) for order in range(len(lap_numbers))]
    reference_s = made[0][0]
    laps = []
    for number, (time_s, channels) in zip(lap_numbers, made, strict=True):
        long_mps2 = channels["accel_long_mps2"]
        extra: Mapping[str, FloatArray] = _pedals(long_mps2) if has_pedals else {}
        if not has_position:
            missing = np.full(time_s.shape, np.nan)
            channels = {**channels, "x_m": missing, "y_m": missing}
        laps.append(
            ComparedLap(
                label=str(number),
                lap=_lap(number, float(time_s[-1]), line.length_m),
                gap_s=float(time_s[-1] - reference_s[-1]),
                time_s=time_s,
                delta_t_s=time_s - reference_s,
                delta_t_sigma_s=np.full(time_s.shape, sigma_s),
                channels={**channels, **extra},
            )
        )
    return Comparison(
        reference_index=0,
        distance_m=line.station_m,
        line=line if has_position else None,
        laps=tuple(laps),
        closure_error_s=0.0,
    )


def _driven(
    line: ReferenceLine, order: int, random: np.random.Generator
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return time and channels of a lap; lap `order` has its own grip around the track."""
    station = line.station_m
    phase = 2.0 * np.pi * station / line.length_m
    wave = 1.0 - 0.02 * order * (0.4 + np.sin(phase * 2.0 + 1.3 * order))
    speed = _speed(line, _LATERAL_GRIP_MPS2) * (wave if order else 1.0)
    time_s = np.concatenate(([0.0], np.cumsum(np.diff(station) * 2.0 / (speed[1:] + speed[:-1]))))
    long_mps2 = np.gradient(speed, time_s) + random.normal(0.0, 0.25, speed.size)
    offset = 1.5 * np.sin(phase * 5.0 + order)
    left = line.heading_rad + np.pi / 2.0
    return time_s, {
        "speed_mps": speed + random.normal(0.0, 0.05, speed.size),
        "accel_lat_mps2": speed**2 * line.curvature_per_m + random.normal(0.0, 0.3, speed.size),
        "accel_long_mps2": long_mps2,
        "x_m": line.x_m + offset * np.cos(left),
        "y_m": line.y_m + offset * np.sin(left),
        "lateral_offset_m": offset,
    }


def make_corners(line: ReferenceLine) -> tuple[CornerBand, ...]:
    """Return the stretches tighter than 120 m radius, numbered from the start."""
    is_turning = np.abs(line.curvature_per_m) > 1.0 / 120.0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_turning.astype(int), [0]))))
    corners: list[CornerBand] = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if line.station_m[stop - 1] - line.station_m[start] < 25.0:
            continue
        apex = start + int(np.argmax(np.abs(line.curvature_per_m[start:stop])))
        corners.append(
            CornerBand(
                label=str(len(corners) + 1),
                from_m=float(line.station_m[start]),
                apex_m=float(line.station_m[apex]),
                to_m=float(line.station_m[stop - 1]),
                is_left=bool(line.curvature_per_m[apex] > 0.0),
            )
        )
    return tuple(corners)
