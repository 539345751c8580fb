"""RaceChrono session archives (.rcz): every device on its own time axis, nothing interpolated."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    Channel,
    ChannelGroup,
    FloatArray,
    IntArray,
    Notice,
    RawSession,
    Severity,
    read_only,
)
from apexlab_desktop.errors import CorruptFileError, MissingChannelError
from apexlab_desktop.importers.base import Progress, Sniff, no_progress
from apexlab_desktop.importers.fix_grid import nominal_rate_hz
from apexlab_desktop.importers.lap_numbers import one_lap_per_number
from apexlab_desktop.importers.plausibility import range_notices, speed_notices
from apexlab_desktop.importers.racechrono_channels import make_channel, plan_column
from apexlab_desktop.importers.racechrono_header import ColumnHead
from apexlab_desktop.importers.rcz_archive import WHAT, RczArchive
from apexlab_desktop.importers.rcz_session import (
    declared_laps,
    metadata_of,
    start_line_of,
    whole_number,
)
from apexlab_desktop.importers.rcz_streams import Stream, StreamKey, read_streams
from apexlab_desktop.importers.signs import check_signs, motion_of
from apexlab_desktop.importers.time_axis import last_of_equal_times, repair_time

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SESSION, _FRAGMENT, _TRACK = "session.json", "sessionfragment.json", "trackId.json"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_ADVICE = "Export the session from RaceChrono again"
_BEAT_TOLERANCE = 0.25
_LEAST_IN_BEAT = 0.75
"""Share of the steps that are alike in a sensor with a beat; a car's bus answers in bursts."""
_GAP_BEATS = 10.0


class RaceChronoRcz:
    """Importer of RaceChrono's session archives."""

    format = "racechrono-rcz"
    label = "RaceChrono .rcz"

    def recognises(self, sniff: Sniff) -> bool:
        """Return whether a ZIP archive holds a RaceChrono session."""
        if not sniff.head.startswith(_ZIP_MAGICS):
            return False
        if _SESSION.encode() in sniff.head or b"channel_" in sniff.head:
            return True
        try:
            with zipfile.ZipFile(sniff.path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            return False
        return any(name.rsplit("/", 1)[-1] == _SESSION for name in names)

    def load(self, path: Path, progress: Progress = no_progress) -> RawSession:
        """Read the whole archive."""
        with RczArchive(path) as archive:
            session = _read_session(archive, progress)
        progress(1.0)
        return session


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Axis:
    """Streams of one source that share their times."""

    name: str
    kind: str
    wall_us: IntArray
    channels: tuple[Channel, ...]


def _read_session(archive: RczArchive, progress: Progress) -> RawSession:
    home = next((f for f in archive.folders if _SESSION in archive.names(f)), None)
    document = archive.json(home, _SESSION) if home is not None else None
    if home is None or document is None:
        raise CorruptFileError(expected=f"{_SESSION} in {WHAT}", found="none", advice=_ADVICE)
    notices = list(_refused_notices(archive))
    axes: list[_Axis] = []
    primary: int | None = None
    starts_us: list[int] = []
    for number, folder in enumerate(archive.folders):
        progress(number / len(archive.folders))
        fragment = archive.json(folder, _FRAGMENT) or {}
        primary = primary or whole_number(fragment, "primaryGpsDeviceIndex")
        streams, found = read_streams(archive, folder, _models(fragment))
        own, repaired = _axes(streams)
        axes += own
        notices += [*found, *repaired]
        starts_us += [min(int(axis.wall_us[0]) for axis in own)] if own else []
    if not any(axis.kind == "gps" for axis in axes if _has_position(axis)):
        raise MissingChannelError(
            expected="GPS channels (channel_1_...) with values",
            found=_found_words(axes),
            place=", ".join(folder for folder in archive.folders if folder != "."),
            advice=_ADVICE,
        )
    track = archive.json(home, _TRACK) or {}
    return _assemble(document, track, axes, primary, sorted(starts_us), notices)


def _has_position(axis: _Axis) -> bool:
    return any(channel.source == "gps" for channel in axis.channels)


def _found_words(axes: Sequence[_Axis]) -> str:
    kinds = sorted({axis.kind for axis in axes if axis.kind != "gps"})
    if any(axis.kind == "gps" for axis in axes):
        return "GPS channels without a single value"
    return f"channels of {', '.join(kinds)} only" if kinds else "no channel with values"


def _assemble(
    document: Mapping[str, Any],
    track: Mapping[str, Any],
    axes: Sequence[_Axis],
    primary: int | None,
    starts_us: Sequence[int],
    notices: list[Notice],
) -> RawSession:
    first_us = min(int(axis.wall_us[0]) for axis in axes)
    groups = _groups(_joined(axes), first_us)
    groups, chosen = _primary_first(groups, primary)
    gps = groups[0]
    _check_values(gps)
    motion = motion_of(gps)
    checked = [check_signs(group, motion) for group in groups]
    groups = tuple(group for group, _ in checked)
    last_us = first_us + int(gps.time_us[-1])
    recorded, unrecorded = declared_laps(document, first_us, last_us)
    laps, merged = one_lap_per_number(recorded)
    return RawSession(
        format=RaceChronoRcz.format,
        format_version=str(whole_number(document, "version") or ""),
        start_time_utc=_UNIX_EPOCH + timedelta(microseconds=first_us),
        n_samples=int(gps.time_us.size),
        groups=groups,
        laps_declared=laps,
        start_line=start_line_of(track),
        segment_starts_us=tuple(start - first_us for start in starts_us[1:]),
        metadata=metadata_of(document),
        notices=(
            *notices,
            *chosen,
            *unrecorded,
            *merged,
            *_vendor_name_notices(groups),
            *(notice for _, found in checked for notice in found),
            *speed_notices(groups),
            *range_notices(groups),
        ),
    )


def _models(fragment: Mapping[str, Any]) -> dict[int, int]:
    devices = fragment.get("devices")
    items = devices.get("items") if isinstance(devices, dict) else None
    models = {}
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            identity, model = whole_number(item, "id"), whole_number(item, "model")
            if identity is not None and model is not None:
                models[identity] = model
    return models


def _axes(streams: Mapping[StreamKey, Stream]) -> tuple[list[_Axis], list[Notice]]:
    axes: list[_Axis] = []
    notices: list[Notice] = []
    for key, stream in streams.items():
        if not np.isfinite(stream.wall_s).any():
            continue
        time = repair_time(stream.wall_s, f"times of device {key.device_id}")
        notices += time.notices
        is_last = last_of_equal_times(time.wall_us)
        rows = np.arange(stream.wall_s.size) if time.rows is None else time.rows
        rows = rows[is_last]
        channels = tuple(
            _channel(head, values[rows])
            for head, values in stream.columns
            if np.isfinite(values[rows]).any()
        )
        if channels:
            label = next((c.device for c in channels if c.device), key.kind)
            axes.append(
                _Axis(name=label, kind=key.kind, wall_us=time.wall_us[is_last], channels=channels)
            )
    return axes, notices


def _channel(head: ColumnHead, values: FloatArray) -> Channel:
    return make_channel(plan_column(head), values)


def _joined(axes: Sequence[_Axis]) -> list[_Axis]:
    """Join streams of one source with equal times, e.g. bus channels from one message."""
    by_times: dict[tuple[str, bytes], _Axis] = {}
    for axis in axes:
        key = (axis.name, axis.wall_us.tobytes())
        known = by_times.get(key)
        by_times[key] = (
            axis if known is None else replace(known, channels=known.channels + axis.channels)
        )
    return list(by_times.values())


def _groups(axes: Sequence[_Axis], first_us: int) -> tuple[ChannelGroup, ...]:
    groups = []
    used: dict[str, int] = {}
    for axis in axes:
        used[axis.name] = used.get(axis.name, 0) + 1
        suffix = f" #{used[axis.name]}" if used[axis.name] > 1 else ""
        groups.append(
            ChannelGroup(
                name=axis.name + suffix,
                time_us=read_only(axis.wall_us - first_us),
                channels=axis.channels,
                rate_hz=_rate_hz(axis.wall_us),
            )
        )
    return tuple(groups)


def _rate_hz(wall_us: IntArray) -> float | None:
    """Return the rate of a device with a beat, else how often it answered on average [Hz]."""
    steps_us = np.diff(wall_us)
    if not steps_us.size:
        return None
    median_us = median(steps_us)
    near = np.abs(steps_us - median_us) <= _BEAT_TOLERANCE * median_us
    if near.mean() >= _LEAST_IN_BEAT:
        rate_hz = nominal_rate_hz(1e6 / median_us)
        return None if rate_hz is None else round(rate_hz, 1)
    unbroken_us = steps_us[steps_us < _GAP_BEATS * median_us]
    return round(1e6 / float(unbroken_us.mean()), 1)


def _primary_first(
    groups: tuple[ChannelGroup, ...], primary: int | None
) -> tuple[tuple[ChannelGroup, ...], tuple[Notice, ...]]:
    is_gps = [any(c.source == "gps" for c in group.channels) for group in groups]
    receivers = [group for group, gps in zip(groups, is_gps, strict=True) if gps]
    others = [group for group, gps in zip(groups, is_gps, strict=True) if not gps]
    wanted = [group for group in receivers if group.name.startswith(f"{primary}:")]
    if wanted or primary is None:
        ordered = wanted + [group for group in receivers if group not in wanted]
        return (*ordered, *others), ()
    notice = Notice(
        code="primary_gps_absent",
        severity=Severity.REPAIRED,
        channel=receivers[0].name,
        detail=f"the session's GPS device {primary} is not in the archive; another is used",
    )
    return (*receivers, *others), (notice,)


def _check_values(gps: ChannelGroup) -> None:
    missing = [name for name in ("lat_deg", "lon_deg", "speed_mps") if gps.find(name) is None]
    if missing:
        raise MissingChannelError(
            expected="GPS positions and speed",
            found=f"no values for {', '.join(missing)}",
            place=gps.name,
            advice=_ADVICE,
        )


def _refused_notices(archive: RczArchive) -> tuple[Notice, ...]:
    if not archive.refused:
        return ()
    return (
        Notice(
            code="archive_entries_refused",
            severity=Severity.IGNORED,
            count=len(archive.refused),
            detail="entries that point outside the archive",
        ),
    )


def _vendor_name_notices(groups: Sequence[ChannelGroup]) -> tuple[Notice, ...]:
    names = [
        f"{channel.vendor_name} ({channel.device})"
        for group in groups
        for channel in group.channels
        if channel.name not in CATALOGUE
    ]
    if not names:
        return ()
    return (
        Notice(
            code="columns_kept_by_vendor_name",
            severity=Severity.INFO,
            count=len(names),
            detail=", ".join(names[:20]) + (" ..." if len(names) > 20 else ""),
        ),
    )
