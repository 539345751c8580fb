"""Synthetic sessions as importers would hand them out, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.imu import ACCEL_NAMES, RATE_NAMES
from apexlab_desktop.analysis.types import (
    Channel,
    ChannelGroup,
    FloatArray,
    RawSession,
    StartLine,
    read_only,
)
from apexlab_desktop.synth.geodesy import TangentPlane
from apexlab_desktop.synth.sensors import GpsFixes, Noise
from apexlab_desktop.synth.session import SyntheticSession, generate

CIRCUITS = ("kart-bowl", "club-short", "club-long", "grand-circuit", "hill-eight")
"""The five closed tracks of the generator."""


@lru_cache(maxsize=16)
def synthetic(
    track: str,
    laps: int = 4,
    rate_hz: float = 25.0,
    seed: int = 1,
    noise: str | Noise = "consumer",
    *,
    reverse: bool = False,
) -> SyntheticSession:
    """Return a generated session, kept for the next test that wants the same."""
    return generate(track, laps, rate_hz, seed, noise, reverse=reverse)


def every(fixes: GpsFixes, step: int) -> GpsFixes:
    """Return every `step`-th fix: the same receiver with the same drift at a lower rate."""
    arrays = {
        name: getattr(fixes, name)[::step]
        for name in GpsFixes.__slots__
        if name not in ("rate_hz", "dropouts_s")
    }
    return replace(fixes, rate_hz=fixes.rate_hz / step, **arrays)


def raw_from_fixes(
    fixes: GpsFixes, *, with_accuracy: bool = True, without: tuple[str, ...] = ()
) -> RawSession:
    """Return the fixes as one GPS group in stored precision, `without` the channels named."""
    columns: dict[str, FloatArray] = {
        "lat_deg": np.round(fixes.lat_deg, 7),
        "lon_deg": np.round(fixes.lon_deg, 7),
        "altitude_m": fixes.altitude_m,
        "speed_mps": fixes.speed_mps,
        "course_rad": np.radians(90.0 - fixes.bearing_deg),
        "n_satellites": fixes.n_satellites.astype(np.float64),
    }
    if with_accuracy:
        columns["position_accuracy_m"] = fixes.accuracy_m
    channels = tuple(
        Channel(
            name=name,
            source="gps",
            values=read_only(values if name.endswith("_deg") else values.astype(np.float32)),
        )
        for name, values in columns.items()
        if name not in without
    )
    time_us = np.rint(fixes.time_s * 1e6).astype(np.int64)
    group = ChannelGroup(
        name="gps", time_us=read_only(time_us), channels=channels, rate_hz=fixes.rate_hz
    )
    return RawSession(format="synthetic", n_samples=time_us.size, groups=(group,))


def raw_session(
    session: SyntheticSession, *, with_accuracy: bool = True, without: tuple[str, ...] = ()
) -> RawSession:
    """Return a generated session as an importer would hand it out: one GPS group, no laps."""
    return raw_from_fixes(session.gps, with_accuracy=with_accuracy, without=without)


def with_imu(session: SyntheticSession, raw: RawSession | None = None) -> RawSession:
    """Return a generated session with its accelerometer and gyroscope, in the sensor's axes."""
    assert session.imu is not None
    raw = raw or raw_session(session)
    time_us = read_only(np.rint(session.imu.time_s * 1e6).astype(np.int64))
    groups = []
    for source, names, axes in (
        ("acc", ACCEL_NAMES, session.imu.accel_mps2),
        ("gyro", RATE_NAMES, session.imu.rate_radps),
    ):
        channels = tuple(
            Channel(name=name, source=source, values=read_only(axis.astype(np.float32)))
            for name, axis in zip(names, axes.T, strict=True)
        )
        groups.append(ChannelGroup(name=source, time_us=time_us, channels=channels))
    return replace(raw, groups=(*raw.groups, *groups))


def true_start_line(session: SyntheticSession) -> StartLine:
    """Return the generator's own start line."""
    lat_deg, lon_deg = session.track.start_lat_lon_deg
    return StartLine(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        bearing_deg=session.track.start_bearing_deg,
        half_width_m=session.track.line_half_width_m,
    )


def analytic_session(
    motion: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray, FloatArray]],
    time_s: FloatArray,
    origin: tuple[float, float] = (50.0, 8.0),
    without: tuple[str, ...] = (),
) -> RawSession:
    """Return a session of a closed-form motion.

    Parameters
    ----------
    motion : callable
        Times [s] to east [m], north [m], speed [m/s] and course [rad].
    time_s : ndarray, shape (n,)
        Instants of the fixes [s].
    origin : tuple of float
        Where the plane touches the earth [deg].
    without : tuple of str
        Channels to leave out.
    """
    x_m, y_m, speed_mps, course_rad = motion(time_s)
    lat_deg, lon_deg = plane_to_lat_lon(x_m, y_m, *origin)
    columns = {
        "lat_deg": lat_deg,
        "lon_deg": lon_deg,
        "speed_mps": speed_mps,
        "course_rad": course_rad,
    }
    channels = tuple(
        Channel(name=name, source="gps", values=read_only(np.array(values, dtype=np.float64)))
        for name, values in columns.items()
        if name not in without
    )
    time_us = np.rint(np.asarray(time_s) * 1e6).astype(np.int64)
    group = ChannelGroup(name="gps", time_us=read_only(time_us), channels=channels)
    return RawSession(format="analytic", n_samples=time_us.size, groups=(group,))


def plane_to_lat_lon(
    x_m: FloatArray, y_m: FloatArray, lat0_deg: float, lon0_deg: float
) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude by the generator's own geodesy, shape of the input [deg]."""
    return TangentPlane(lat0_deg, lon0_deg).to_lat_lon(x_m, y_m)
