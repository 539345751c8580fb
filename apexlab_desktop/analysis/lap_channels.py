"""The channels of one lap at the places of a comparison, each from its own time axis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.distance import on_stations as resampled
from apexlab_desktop.analysis.lap_span import Placement
from apexlab_desktop.analysis.resample import gap_mask, on_grid, straight_between
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    ChannelKind,
    FloatArray,
    LapTrace,
    RawSession,
    Trajectory,
    read_only,
)

DRIVER_CHANNELS = (
    "throttle_ratio",
    "accelerator_ratio",
    "brake_ratio",
    "brake_pressure_pa",
    "gear",
    "engine_speed_rpm",
    "steering_angle_rad",
)
"""Channels of the car that a comparison carries where the session has them."""

MOTION_CHANNELS = ("speed_mps", "accel_lat_mps2", "accel_long_mps2", "x_m", "y_m")
"""Channels of the trajectory that every comparison carries."""

_MARGIN_S = 5.0
"""Samples of a slow channel around the lap that may be needed."""


def on_stations(
    session: AnalysedSession,
    trace: LapTrace,
    grid_m: FloatArray,
    placement: Placement,
    lags: Mapping[str, float],
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> dict[str, FloatArray]:
    """Return the lap's channels at stations.

    Parameters
    ----------
    session : AnalysedSession
    trace : LapTrace
    grid_m : ndarray, shape (n,)
        Stations [m].
    placement : Placement
        By how much positions are shifted.
    lags : mapping of str to float
        Group name to how late its channels are [s].
    config : AnalysisConfig

    Returns
    -------
    dict of str to ndarray, shape (n,)
        `MOTION_CHANNELS` and `lateral_offset_m` always (NaN where unknown), `DRIVER_CHANNELS` where
        the session has them.
    """
    if trace.station_m is not grid_m:
        trace = resampled(trace, grid_m)
    at_s = trace.session_time_s
    channels = _motion(session.trajectory, at_s, placement, config)
    channels["lateral_offset_m"] = trace.lateral_offset_m
    for name in DRIVER_CHANNELS:
        found = _densest(session.raw, name, at_s)
        if found is None:
            continue
        group, channel = found
        values = _sampled(group, channel, at_s + lags.get(group.name, 0.0), config)
        if values is not None:
            channels[name] = values
    return {name: read_only(values) for name, values in channels.items()}


def driver_channels(
    session: AnalysedSession, at_s: FloatArray, config: AnalysisConfig = DEFAULT_CONFIG
) -> dict[str, FloatArray]:
    """Return the `DRIVER_CHANNELS` that a session has, at instants of its own time.

    Parameters
    ----------
    session : AnalysedSession
    at_s : ndarray, shape (n,)
        Increasing [s].
    config : AnalysisConfig
    """
    found = {name: driver_channel(session, name, at_s, config) for name in DRIVER_CHANNELS}
    return {name: values for name, values in found.items() if values is not None}


def driver_channel(
    session: AnalysedSession,
    name: str,
    at_s: FloatArray,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> FloatArray | None:
    """Return one of the `DRIVER_CHANNELS` at instants of its own time, None without it.

    Parameters
    ----------
    session : AnalysedSession
    name : str
    at_s : ndarray, shape (n,)
        Increasing [s].
    config : AnalysisConfig
    """
    found = _densest(session.raw, name, at_s)
    return None if found is None else _sampled(*found, at_s, config)


def _motion(
    trajectory: Trajectory | None, at_s: FloatArray, placement: Placement, config: AnalysisConfig
) -> dict[str, FloatArray]:
    if trajectory is None:
        return {name: np.full(at_s.size, np.nan) for name in MOTION_CHANNELS}
    first, stop = np.searchsorted(trajectory.time_s, (at_s[0] - _MARGIN_S, at_s[-1] + _MARGIN_S))
    inside = slice(int(first), int(stop))
    time_s = trajectory.time_s[inside]
    # A missing sample of the trajectory is missing on purpose and spreads to its neighbours.
    columns = [getattr(trajectory, name)[inside] for name in MOTION_CHANNELS]
    values = straight_between(at_s, time_s, columns)
    in_gap = gap_mask(at_s, time_s, config)
    if in_gap.any():
        for column in values:
            column[in_gap] = np.nan
    channels = dict(zip(MOTION_CHANNELS, values, strict=True))
    channels["x_m"] += placement.shift_x_m
    channels["y_m"] += placement.shift_y_m
    return channels


def _densest(raw: RawSession, name: str, at_s: FloatArray) -> tuple[ChannelGroup, Channel] | None:
    """Return the channel of that name with most samples during the lap."""
    best, most = None, 1
    span_us = (at_s[[0, -1]] * 1e6).astype(np.int64)
    for group in raw.groups:
        channel = group.find(name)
        if channel is None:
            continue
        first, stop = np.searchsorted(group.time_us, span_us)
        n = int(np.count_nonzero(np.isfinite(channel.values[first:stop])))
        if n > most:
            best, most = (group, channel), n
    return best


def _sampled(
    group: ChannelGroup, channel: Channel, at_s: FloatArray, config: AnalysisConfig
) -> FloatArray | None:
    span_us = ((at_s[[0, -1]] + (-_MARGIN_S, _MARGIN_S)) * 1e6).astype(np.int64)
    first, stop = np.searchsorted(group.time_us, span_us)
    inside = slice(int(first), int(stop))
    return on_grid(
        at_s,
        group.time_us[inside] / 1e6,
        channel.values[inside],
        channel.kind if channel.name != "gear" else ChannelKind.STEPPED,
        config=config,
    )
