"""A drive round a closed course, known at any instant, and a session recorded from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import FloatArray, RawSession

LAP_S = 101.0
"""3.4 km at 33 m/s; a course of longer laps is longer at the same speed."""
METRES_PER_DEGREE = 111_195.0
ORIGIN_LAT_DEG, ORIGIN_LON_DEG = 31.0781, 121.1164
GPS_RATE_HZ = 25


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drive:
    """The car at the instants asked for; arrays have shape (n,)."""

    lap: FloatArray
    angle_rad: FloatArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    speed_mps: FloatArray
    course_rad: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray


def drive(time_s: FloatArray, lap_s: float = LAP_S) -> Drive:
    """Return the drive at strictly increasing instants; the course is as long as the lap."""
    lap = time_s / lap_s
    angle = 2 * np.pi * (lap % 1.0) + 0.25 * np.sin(2 * np.pi * lap)
    radius_m = 510.0 + 158.0 * np.sin(3 * angle) + 73.0 * np.cos(2 * angle)
    radius_m *= lap_s / LAP_S
    x_m, y_m = radius_m * np.cos(angle), 0.7 * radius_m * np.sin(angle)
    vx, vy = np.gradient(x_m, time_s), np.gradient(y_m, time_s)
    speed = np.hypot(vx, vy)
    course = np.unwrap(np.arctan2(vy, vx))
    lon_scale = METRES_PER_DEGREE * np.cos(np.radians(ORIGIN_LAT_DEG))
    return Drive(
        lap=lap,
        angle_rad=angle,
        lat_deg=ORIGIN_LAT_DEG + y_m / METRES_PER_DEGREE,
        lon_deg=ORIGIN_LON_DEG + x_m / lon_scale,
        speed_mps=speed,
        course_rad=course,
        accel_long_mps2=np.gradient(speed, time_s),
        accel_lat_mps2=speed * np.gradient(course, time_s),
    )


def recorded_session(n_laps: int, lap_s: float = LAP_S) -> RawSession:
    """Return `n_laps` whole laps and a bit before and after, as a 25 Hz receiver hands them out."""
    from apexlab_desktop.analysis.types import Channel, ChannelGroup, DeclaredLap, RawSession

    n = int((n_laps + 1) * lap_s * GPS_RATE_HZ)
    time_us = np.arange(n, dtype=np.int64) * (1_000_000 // GPS_RATE_HZ)
    known = drive(time_us / 1e6 + lap_s / 2, lap_s)
    noise = np.random.default_rng(1).normal(0.0, 0.3 / METRES_PER_DEGREE, (2, n))
    columns = {
        "lat_deg": np.round(known.lat_deg + noise[0], 7),
        "lon_deg": np.round(known.lon_deg + noise[1], 7),
        "speed_mps": known.speed_mps.astype(np.float32),
        "course_rad": known.course_rad.astype(np.float32),
    }
    group = ChannelGroup(
        name="gps",
        time_us=time_us,
        rate_hz=float(GPS_RATE_HZ),
        channels=tuple(
            Channel(name=name, source="gps", values=values) for name, values in columns.items()
        ),
    )
    lap_us = int(lap_s * 1e6)
    laps = tuple(
        DeclaredLap(
            number=number + 1,
            start_us=lap_us // 2 + number * lap_us,
            end_us=lap_us // 2 + (number + 1) * lap_us,
            is_complete=True,
        )
        for number in range(n_laps)
    )
    return RawSession(format="bench", n_samples=n, groups=(group,), laps_declared=laps)
