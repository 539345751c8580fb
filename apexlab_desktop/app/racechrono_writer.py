"""A session as RaceChrono CSV v3, so that other programs and the app itself can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import numpy as np

from apexlab_desktop.errors import InsufficientDataError
from apexlab_desktop.units import STANDARD_GRAVITY_MPS2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import (
        AnalysedSession,
        ChannelGroup,
        FloatArray,
        Lap,
        RawSession,
    )
    from apexlab_desktop.app.records import OpenedSession

NAMES = (
    "timestamp", "fragment_id", "lap_number", "elapsed_time", "distance_traveled",
    "bearing", "device_update_rate", "latitude", "longitude", "speed",
    "lateral_acc", "longitudinal_acc",
)  # fmt: skip
UNITS = ("unix time", "", "", "s", "m", "deg", "Hz", "deg", "deg", "m/s", "G", "G")
SOURCES = ("",) * 5 + ("100: gps",) * 5 + ("calc",) * 2


def write(session: OpenedSession, laps: Sequence[Lap] | None, file: TextIO) -> None:
    """Write the GPS fixes and a row at each lap boundary, as the app does.

    Raises
    ------
    InsufficientDataError
        If the session has no positions.
    """
    analysed = session.analysed
    group = _gps_group(analysed.raw)
    if group is None or analysed.trajectory is None:
        raise InsufficientDataError(
            expected="GPS positions", found="none", place=session.file,
            advice="Export this session as csv.",
        )  # fmt: skip
    file.write(_preamble(analysed.raw))
    for row in (NAMES, UNITS, SOURCES):
        file.write(",".join(row) + "\r\n")
    _write_rows(analysed, group, laps, file)


def _gps_group(raw: RawSession) -> ChannelGroup | None:
    wanted = ("lat_deg", "lon_deg", "speed_mps")
    return next((g for g in raw.groups if all(g.find(name) for name in wanted)), None)


def _preamble(raw: RawSession) -> str:
    words = raw.metadata
    kind = "Lap timing" if raw.laps_declared else "Data logging"
    start = raw.start_time_utc
    lines = (
        "This file is created using RaceChrono-compatible export of ApexLab.",
        "Format,3",
        f"Session title,{_quoted(words.get('title') or words.get('track', ''))}",
        f"Session type,{kind}",
        f"Track name,{_quoted(words.get('track', ''))}",
        f"Driver name,{words.get('driver', '').replace(',', ' ')}",
        f"Created,{start:%d/%m/%Y,%H:%M}" if start else "Created,,",
        f"Note,{_quoted(words['note'])}" if words.get("note") else "Note,",
        "",
    )
    return "\r\n".join(lines) + "\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write_rows(
    analysed: AnalysedSession, group: ChannelGroup, laps: Sequence[Lap] | None, file: TextIO
) -> None:
    time_us = _row_times_us(analysed, group)
    time_s = time_us / 1e6
    bounds = analysed.laps
    if laps is not None:
        keep = np.zeros(time_s.size, dtype=bool)
        for lap in laps:
            # The row at the closing boundary belongs to the next lap and closes this one.
            keep |= (time_us >= round(lap.start_s * 1e6)) & (time_us <= round(lap.end_s * 1e6))
        time_us, time_s = time_us[keep], time_s[keep]
    columns = _columns(analysed, group, time_s)
    start_us = _epoch_us(analysed.raw)
    numbers = _lap_cells(bounds, time_us)
    fragments = np.searchsorted(analysed.raw.segment_starts_us, time_us, side="right")
    for row, moment in enumerate(time_us.tolist()):
        cells = [
            _seconds(start_us + moment),
            str(int(fragments[row])),
            numbers[row],
            _seconds(moment),
            *(column[row] for column in columns),
        ]
        file.write(",".join(cells) + "\r\n")


def _row_times_us(
    analysed: AnalysedSession, group: ChannelGroup
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    edges = [round(edge * 1e6) for lap in analysed.laps for edge in (lap.start_s, lap.end_s)]
    inside = [e for e in edges if group.time_us[0] <= e <= group.time_us[-1]]
    return np.unique(np.concatenate([group.time_us, np.array(inside, np.int64)]))


def _columns(analysed: AnalysedSession, group: ChannelGroup, time_s: FloatArray) -> list[list[str]]:
    motion = analysed.trajectory
    if motion is None:
        return []
    rate = "" if group.rate_hz is None else f"{group.rate_hz:g}"
    bearing = np.degrees(np.pi / 2 - np.interp(time_s, motion.time_s, motion.course_rad)) % 360.0
    distance = group.find("distance_m")
    odometer = (
        _at(group, "distance_m", time_s)
        if distance is not None
        else np.interp(time_s, motion.time_s, motion.odometer_m)
    )
    return [
        _cells(odometer, 3),
        _cells(bearing, 2),
        [rate] * time_s.size,
        _cells(_at(group, "lat_deg", time_s), 7),
        _cells(_at(group, "lon_deg", time_s), 7),
        _cells(_at(group, "speed_mps", time_s), 3),
        _cells(np.interp(time_s, motion.time_s, motion.accel_lat_mps2) / STANDARD_GRAVITY_MPS2, 5),
        _cells(np.interp(time_s, motion.time_s, motion.accel_long_mps2) / STANDARD_GRAVITY_MPS2, 5),
    ]


def _at(group: ChannelGroup, name: str, time_s: FloatArray) -> FloatArray:
    channel = group.find(name)
    if channel is None:
        return np.full(time_s.size, np.nan)
    known = np.isfinite(channel.values)
    if not known.any():
        return np.full(time_s.size, np.nan)
    return np.interp(time_s, group.time_s[known], channel.values[known].astype(np.float64))


def _cells(values: FloatArray, decimals: int) -> list[str]:
    return [f"{value:.{decimals}f}" if np.isfinite(value) else "" for value in values.tolist()]


def _lap_cells(
    laps: Sequence[Lap], time_us: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> list[str]:
    cells = [""] * time_us.size
    for lap in laps:
        first = int(np.searchsorted(time_us, round(lap.start_s * 1e6)))
        last = int(np.searchsorted(time_us, round(lap.end_s * 1e6)))
        cells[first:last] = [str(lap.number)] * (last - first)
    return cells


def _epoch_us(raw: RawSession) -> int:
    start = raw.start_time_utc
    return 0 if start is None else round(start.timestamp() * 1e6)


def _seconds(microseconds: int) -> str:
    """Return seconds with as many decimals as the instant has, as the app writes them."""
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}".rstrip("0")
    return text + "0" if text.endswith(".") else text
