"""Drives in closed form: shapes of track, cars on them, and sessions made by hand from both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoundaryReason,
    ChannelGroup,
    DataQuality,
    FloatArray,
    Lap,
    LapKind,
    RawSession,
    Trajectory,
)

Shape = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]
"""Stations to x, y [m] and heading [rad]."""


def polyline_shape(legs: list[tuple[float, float]]) -> tuple[Shape, float]:
    """Return a track of (length [m], turned angle [rad]) legs from the origin on.

    It starts eastwards and its length comes with it. A leg without an angle is straight, one with
    an angle is a circular arc.
    """
    starts, headings, points = [0.0], [0.0], [(0.0, 0.0)]
    for length, angle in legs:
        x, y = _leg(points[-1], headings[-1], length, angle, np.array([length]))
        points.append((float(x[0]), float(y[0])))
        headings.append(headings[-1] + angle)
        starts.append(starts[-1] + length)

    def shape(station_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        total, turns = starts[-1], headings[-1]
        lap = np.floor(station_m / total)
        inside = station_m - lap * total
        which = np.clip(np.searchsorted(starts, inside, side="right") - 1, 0, len(legs) - 1)
        x, y, heading = np.empty_like(inside), np.empty_like(inside), np.empty_like(inside)
        for k, (length, angle) in enumerate(legs):
            here = which == k
            along = inside[here] - starts[k]
            x[here], y[here] = _leg(points[k], headings[k], length, angle, along)
            heading[here] = headings[k] + angle * along / length
        return x, y, heading + lap * turns

    return shape, starts[-1]


def _leg(
    start: tuple[float, float], heading: float, length: float, angle: float, along: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if angle == 0.0:
        return start[0] + along * np.cos(heading), start[1] + along * np.sin(heading)
    radius = length / angle
    turned = heading + along / radius
    return (
        start[0] + radius * (np.sin(turned) - np.sin(heading)),
        start[1] - radius * (np.cos(turned) - np.cos(heading)),
    )


def oval(straight_m: float = 400.0, radius_m: float = 60.0) -> tuple[Shape, float]:
    """Return a left-hand oval that starts in the middle of a straight."""
    bend = (np.pi * radius_m, np.pi)
    return polyline_shape(
        [(straight_m / 2, 0.0), bend, (straight_m, 0.0), bend, (straight_m / 2, 0.0)]
    )


def figure_eight(arm_m: float = 200.0) -> tuple[Shape, float]:
    """Return an eight whose arms cross at right angles; the laps turn by nothing in total."""
    bend = (1.5 * np.pi * arm_m, 1.5 * np.pi)
    return polyline_shape([(arm_m, 0.0), bend, (2 * arm_m, 0.0), (bend[0], -bend[1]), (arm_m, 0.0)])


def drive(
    shape: Shape,
    length_m: float,
    *,
    time_s: FloatArray,
    station_m: FloatArray,
    offset_m: FloatArray | float = 0.0,
    laps: list[tuple[float, float]] | None = None,
    sigma_m: float = 0.01,
) -> AnalysedSession:
    """Return the session of a car at known stations and offsets (left positive) at known times.

    `laps` are start and end times; without them the whole lengths are laps.
    """
    x, y, heading = shape(station_m)
    offset = np.broadcast_to(np.asarray(offset_m, dtype=np.float64), station_m.shape)
    x, y = x - offset * np.sin(heading), y + offset * np.cos(heading)
    dense_x, dense_y = np.gradient(x, time_s), np.gradient(y, time_s)
    speed = np.hypot(dense_x, dense_y)
    driven = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))
    moving = speed > 0.1
    course = np.interp(
        time_s, time_s[moving], np.unwrap(np.arctan2(dense_y[moving], dense_x[moving]))
    )
    nothing = np.full(time_s.size, np.nan)
    motion = Trajectory(
        time_s=time_s,
        x_m=x,
        y_m=y,
        origin_lat_deg=50.0,
        origin_lon_deg=8.0,
        speed_mps=speed,
        course_rad=course,
        accel_long_mps2=nothing,
        accel_lat_mps2=nothing,
        curvature_per_m=nothing,
        odometer_m=driven,
        segment=np.zeros(time_s.size, dtype=np.int64),
        is_interpolated=np.zeros(time_s.size, dtype=np.bool_),
        rate_hz=float(1.0 / np.median(np.diff(time_s))),
        position_sigma_m=sigma_m,
    )
    if laps is None:
        n = int(station_m[-1] // length_m)
        at = np.interp(np.arange(n + 1) * length_m, station_m, time_s)
        laps = list(zip(at[:-1].tolist(), at[1:].tolist(), strict=True))
    return session_of(motion, [timed_lap(k + 1, *ends) for k, ends in enumerate(laps)])


def steady(
    length_m: float, n_laps: float, speed_mps: float, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Return times and stations of a car at constant speed, from a little before its first lap."""
    time_s = np.arange(0.0, (n_laps * length_m + 100.0) / speed_mps, 1.0 / rate_hz)
    return time_s, speed_mps * time_s - 50.0


def timed_lap(number: int, start_s: float, end_s: float) -> Lap:
    return Lap(
        number=number,
        kind=LapKind.TIMED,
        start_s=start_s,
        end_s=end_s,
        lap_time_s=end_s - start_s,
        length_m=None,
        is_valid=True,
        is_clean=True,
        start_reason=BoundaryReason.CROSSING,
        end_reason=BoundaryReason.CROSSING,
    )


def session_of(
    motion: Trajectory | None, laps: list[Lap], groups: tuple[ChannelGroup, ...] = ()
) -> AnalysedSession:
    return AnalysedSession(
        raw=RawSession(format="by-hand", groups=groups),
        trajectory=motion,
        start_line=None,
        laps=tuple(laps),
        best_lap=None,
        quality=DataQuality(score=None, grade="none", signal_class="A"),
        notices=(),
    )
