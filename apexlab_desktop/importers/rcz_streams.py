"""Channel files of a RaceChrono archive: what each is called and what its numbers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, Notice, Severity
from apexlab_desktop.importers.plausibility import no_place, no_place_notice
from apexlab_desktop.importers.racechrono_header import ColumnHead
from apexlab_desktop.importers.rcz_archive import RczArchive
from apexlab_desktop.importers.rcz_session import (
    NO_VALUE_32,
    NO_VALUE_64,
    POSITION_UNITS_PER_DEG,
)

_NAME = re.compile(r"^channel(2?)_(\d{1,3})_(\d{1,9})_(\d{1,10})_(\d{1,10})_(\d)$")
_TIME_ID, _DISTANCE_ID, _POSITION_ID = 1, 2, 3
_BASE_BITS = 0x7FFF
KINDS = {1: "gps", 2: "acc", 3: "gyro", 8: "magn", 12: "obd"}
GPS_TYPE, BUS_TYPE = 1, 12
_CAN_MODELS = (407,)
_DTYPES = {"0": "<i4", "1": "<i8", "3": "<f8"}


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Name and unit as in the app's CSV export, and the factor from the stored whole number."""

    name: str
    unit: str
    factor: float = 1.0


# Scales of 9 to 14 are proved by gravity and by the yaw that GPS shows.
_SENSOR_MEANINGS = {
    4: _Meaning("speed", "m/s", 1e-3),
    5: _Meaning("altitude", "m", 1e-3),
    6: _Meaning("bearing", "deg", 1e-3),
    9: _Meaning("x_acc", "G", 1e-4),
    10: _Meaning("y_acc", "G", 1e-4),
    11: _Meaning("z_acc", "G", 1e-4),
    12: _Meaning("x_rate_of_rotation", "deg/s", 1e-3),
    13: _Meaning("y_rate_of_rotation", "deg/s", 1e-3),
    14: _Meaning("z_rate_of_rotation", "deg/s", 1e-3),
    46: _Meaning("device_battery_level", "%", 1e-3),
    30002: _Meaning("satellites", "sats"),
    30003: _Meaning("fix_type", ""),
    30007: _Meaning("accuracy", "m", 1e-3),
}
_BUS_MEANINGS = {
    4: _Meaning("speed", "m/s"),
    1001: _Meaning("steering_angle", "deg"),
    1002: _Meaning("brake_pos", "%"),
    1003: _Meaning("clutch_pos", "%"),
    1004: _Meaning("gear", ""),
    10024: _Meaning("rpm", "rpm"),
    10025: _Meaning("throttle_pos", "%"),
    10026: _Meaning("coolant_temp", ".C"),
    10032: _Meaning("engine_load", "%"),
    10058: _Meaning("fuel_level", "%"),
    10066: _Meaning("engine_oil_temp", ".C"),
    10071: _Meaning("accelerator_pos", "%"),
}


@dataclass(frozen=True, slots=True)
class _File:
    """A channel file, from its name."""

    name: str
    device_type: int
    identity: int
    storage: str

    @property
    def is_position(self) -> bool:
        return self.device_type == GPS_TYPE and self.identity == _POSITION_ID


@dataclass(frozen=True, slots=True)
class StreamKey:
    """A time axis of a device: its only one, or that of one bus channel."""

    device_type: int
    device_id: int
    channel: int

    @property
    def kind(self) -> str:
        """Kind of source, e.g. `gps`."""
        return KINDS.get(self.device_type, f"type {self.device_type}")


@dataclass(slots=True, eq=False)
class Stream:
    """Values of one time axis.

    Attributes
    ----------
    wall_s : ndarray, shape (n,)
        Unix time; NaN where there is none [s].
    columns : list of (ColumnHead, ndarray of shape (n,))
        In the units of the head.
    """

    wall_s: FloatArray
    columns: list[tuple[ColumnHead, FloatArray]] = field(default_factory=list)


@dataclass(slots=True)
class _Receipt:
    cut: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)
    timeless: list[str] = field(default_factory=list)
    nowhere: dict[str, int] = field(default_factory=dict)

    def notices(self) -> tuple[Notice, ...]:
        rows = (
            ("partial_value_dropped", Severity.LOST, self.cut, "files end inside a value"),
            (
                "channel_lengths_differ",
                Severity.REPAIRED,
                self.uneven,
                "shorter or longer than their times; the common length is used",
            ),
            ("channels_without_time", Severity.LOST, self.timeless, "files without their times"),
        )
        nowhere = (no_place_notice(label, count) for label, count in self.nowhere.items())
        return (
            *(
                Notice(
                    code=code,
                    severity=severity,
                    count=len(names),
                    detail=f"{detail}: {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}",
                )
                for code, severity, names, detail in rows
                if names
            ),
            *nowhere,
        )


def read_streams(
    archive: RczArchive, folder: str, models: Mapping[int, int]
) -> tuple[dict[StreamKey, Stream], tuple[Notice, ...]]:
    """Return the streams in a folder of the archive, and what did not fit.

    Parameters
    ----------
    archive : RczArchive
    folder : str
    models : mapping of int to int
        Model of each device id, from sessionfragment.json.
    """
    receipt = _Receipt()
    files = _files_by_stream(archive, folder)
    streams: dict[StreamKey, Stream] = {}
    for key, members in sorted(files.items(), key=lambda item: str(item[0])):
        times = members.pop(_TIME_ID, None)
        if times is None:
            receipt.timeless += [file.name for file in members.values()]
            continue
        stamps = _values(archive.read(folder, times.name), times, receipt)
        stream = Stream(np.where(stamps >= NO_VALUE_64, np.nan, stamps * 1e-3))
        label = _label(key, models)
        for _, file in sorted(members.items()):
            values = _values(archive.read(folder, file.name), file, receipt)
            if len(values) != stream.wall_s.size:
                receipt.uneven.append(file.name)
                values = _fitted(values, stream.wall_s.size)
            stream.columns += _columns(key, file, label, values, receipt)
        if stream.columns:
            streams[key] = stream
    return streams, receipt.notices()


def _files_by_stream(archive: RczArchive, folder: str) -> dict[StreamKey, dict[int, _File]]:
    files: dict[StreamKey, dict[int, _File]] = {}
    for name in archive.names(folder):
        match = _NAME.match(name)
        if match and match.group(6) in _DTYPES:
            device_type, device_id, channel, identity = (int(match.group(i)) for i in range(2, 6))
            file = _File(name, device_type, identity, match.group(6))
            files.setdefault(StreamKey(device_type, device_id, channel), {})[identity] = file
    return files


def _label(key: StreamKey, models: Mapping[int, int]) -> str:
    is_can = key.device_type == BUS_TYPE and models.get(key.device_id) in _CAN_MODELS
    return f"{key.device_id}: {'canbus' if is_can else key.kind}"


def _values(raw: bytes, file: _File, receipt: _Receipt) -> FloatArray:
    """Return the numbers of a channel file; positions are pairs, shape (n, 2)."""
    dtype = np.dtype("<i4" if file.is_position else _DTYPES[file.storage])
    item = dtype.itemsize * (2 if file.is_position else 1)
    if len(raw) % item:
        receipt.cut.append(file.name)
        raw = raw[: len(raw) - len(raw) % item]
    stored = np.frombuffer(raw, dtype=dtype)
    values = stored.astype(np.float64)
    if dtype.itemsize == 4:
        values[stored == NO_VALUE_32] = np.nan
    return values.reshape(-1, 2) if file.is_position else values


def _columns(
    key: StreamKey, file: _File, label: str, values: FloatArray, receipt: _Receipt
) -> list[tuple[ColumnHead, FloatArray]]:
    if file.is_position:
        degrees = values / POSITION_UNITS_PER_DEG
        nowhere = no_place(degrees[:, 0], degrees[:, 1])
        if nowhere is not None:
            receipt.nowhere[label] = int(np.count_nonzero(nowhere))
            degrees[nowhere] = np.nan
        return [
            (ColumnHead(index=0, name=axis, unit="deg", label=label), degrees[:, column])
            for column, axis in enumerate(("latitude", "longitude"))
        ]
    if file.identity == _DISTANCE_ID:
        if key.device_type != GPS_TYPE:
            return []
        known = np.where(values >= NO_VALUE_64, np.nan, values)
        return [(ColumnHead(index=0, name="distance_traveled", unit="m"), known * 1e-3)]
    meaning = _meaning(key, file.identity)
    head = ColumnHead(index=0, name=meaning.name, unit=meaning.unit, label=label)
    return [(head, values * meaning.factor)]


def _fitted(values: FloatArray, n_times: int) -> FloatArray:
    fitted = np.full((n_times, *values.shape[1:]), np.nan)
    n_common = min(n_times, len(values))
    fitted[:n_common] = values[:n_common]
    return fitted


def _meaning(key: StreamKey, identity: int) -> _Meaning:
    """Return what a channel id means; high bits of bus ids tell the place of the sensor."""
    if key.device_type != BUS_TYPE:
        return _SENSOR_MEANINGS.get(identity) or _Meaning(f"channel_{identity}", "")
    base, place = identity & _BASE_BITS, identity >> 15
    meaning = _BUS_MEANINGS.get(base)
    if meaning is None or place:
        name = meaning.name if meaning else f"channel_{base}"
        unit = meaning.unit if meaning else ""
        return _Meaning(f"{name}[{place}]" if place else name, unit)
    return meaning
