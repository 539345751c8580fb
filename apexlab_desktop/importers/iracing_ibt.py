"""iRacing .ibt telemetry, versions 1 and 2."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

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
from apexlab_desktop.errors import MissingChannelError
from apexlab_desktop.importers.base import Progress, Sniff, no_progress
from apexlab_desktop.importers.iracing_channels import (
    convention_notices,
    course_channels,
    make_channel,
)
from apexlab_desktop.importers.iracing_header import (
    VARIABLES_OFFSET,
    VERSIONS,
    IbtHead,
    Variable,
    metadata_of,
    read_head,
)
from apexlab_desktop.importers.iracing_laps import LapSignals, declared_laps, teleports
from apexlab_desktop.importers.lap_numbers import one_lap_per_number
from apexlab_desktop.importers.plausibility import (
    no_place,
    no_place_notice,
    range_notices,
    speed_notices,
)
from apexlab_desktop.importers.time_axis import TimeAxis, repair_time

_DTYPES = {0: "S1", 1: "u1", 2: "<i4", 3: "<u4", 4: "<f4", 5: "<f8"}
_TIME_NAME = "SessionTime"
_MOST_ELEMENTS = 64
_VARIABLES_A_STEP = 16
_EARLIEST_DATE_S = 6.3e8
_LATEST_DATE_S = 4.1e9
_MOST_TICK_RATE_HZ = 1_000
_TICK_TOLERANCE = 0.1
_LEAST_ALIKE = 0.5
_RECOGNISED_BYTES = 12
_LAYOUT_AT = 28
_MOST_VERSION = 1_000


class IbtFile:
    """An open .ibt file: its head is read, its channels are read when asked for."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self.head: IbtHead = read_head(self._map)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; arrays that were read stay."""
        if hasattr(self, "_map"):
            self._map.close()
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables, in the order of the file."""
        return tuple(variable.name for variable in self.head.variables)

    def read(self, names: Iterable[str] | None = None) -> Mapping[str, npt.NDArray[np.generic]]:
        """Return the wanted variables (all of them by default) in the file's own types.

        Returns
        -------
        mapping of str to ndarray, shape (n_records,) or (n_records, count)
            Contiguous copies.
        """
        by_name = {variable.name: variable for variable in self.head.variables}
        wanted = by_name if names is None else [name for name in names if name in by_name]
        return {name: self._read(by_name[name]) for name in wanted}

    def _read(self, variable: Variable) -> npt.NDArray[np.generic]:
        dtype = np.dtype(_DTYPES[variable.type_id])
        head = self.head
        is_array = variable.count > 1
        view: npt.NDArray[np.generic] = np.ndarray(
            (head.n_records, variable.count) if is_array else (head.n_records,),
            dtype,
            self._map,
            head.first_record + variable.offset,
            (head.record_bytes, dtype.itemsize) if is_array else (head.record_bytes,),
        )
        return np.array(view, order="C")


def open_ibt(path: Path) -> IbtFile:
    """Return the open file; close it, or use it in a `with` statement."""
    return IbtFile(path)


class IRacingIbt:
    """Importer of iRacing's telemetry files."""

    format = "iracing-ibt"
    label = "iRacing .ibt"

    def recognises(self, sniff: Sniff) -> bool:
        """Return whether the first integers are those of an iRacing header."""
        if len(sniff.head) < _RECOGNISED_BYTES:
            return False
        version, status, tick_rate_hz = struct.unpack_from("<3i", sniff.head)
        if status not in (0, 1) or not 0 < tick_rate_hz <= _MOST_TICK_RATE_HZ:
            return False
        if version in VERSIONS:
            return True
        # The layout of these versions under a number of its own: said better than `binary bytes`.
        layout = struct.unpack_from("<2i", sniff.head.ljust(_LAYOUT_AT + 8, b"\0"), _LAYOUT_AT)
        return 0 < version <= _MOST_VERSION and layout == (VARIABLES_OFFSET, 1)

    def load(self, path: Path, progress: Progress = no_progress) -> RawSession:
        """Read the whole file."""
        with IbtFile(path) as file:
            session = _build(file, progress)
        progress(1.0)
        return session


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Clock:
    """Records in order of time."""

    axis: TimeAxis
    time_us: IntArray

    def order(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values if self.axis.rows is None else values[self.axis.rows]


def _build(file: IbtFile, progress: Progress) -> RawSession:
    head = file.head
    clock = _clock(file)
    groups, found = _groups(file, clock, progress)
    _check_values(groups[0])
    signals = _lap_signals(groups[0])
    jumps = teleports(signals) if signals else np.zeros(0, dtype=np.int64)
    joints = tuple(sorted({*clock.axis.joints, *(int(record) for record in jumps)}))
    laps, merged = one_lap_per_number(
        declared_laps(signals, joints) if signals else (),
        [int(clock.time_us[record]) for record in clock.axis.joints],
    )
    return RawSession(
        format=IRacingIbt.format,
        format_version=str(head.version),
        start_time_utc=_date(head.start_unix_s),
        n_samples=head.n_records,
        groups=groups,
        laps_declared=laps,
        segment_starts_us=tuple(int(clock.time_us[record]) for record in joints),
        is_sim=True,
        metadata=dict(metadata_of(head.session_info)),
        notices=(
            *head.notices,
            *clock.axis.notices,
            *_missing_tick_notices(clock.time_us, head.tick_rate_hz),
            *found,
            *merged,
            *convention_notices(frozenset(file.names)),
            *speed_notices(groups[:1]),
            *range_notices(groups[:1]),
        ),
    )


def _check_values(group: ChannelGroup) -> None:
    others = [channel for channel in group.channels if channel.vendor_name != _TIME_NAME]
    if others and not any(np.isfinite(channel.values).any() for channel in others):
        raise MissingChannelError(
            expected="telemetry",
            found=f"no number in any of {len(others)} variables",
            place=f"all {group.time_us.size} records",
        )


def _clock(file: IbtFile) -> _Clock:
    head = file.head
    stamps = file.read((_TIME_NAME,)).get(_TIME_NAME)
    if stamps is None or stamps.ndim != 1:
        raise MissingChannelError(
            expected=f"the variable {_TIME_NAME}",
            found=f"{len(head.variables)} others",
            place="the table of variables",
        )
    ticking = _ticking(stamps.astype(np.float64), head.tick_rate_hz)
    axis = repair_time(ticking, f"offset {head.first_record}")
    return _Clock(axis=axis, time_us=read_only(axis.wall_us - axis.wall_us[0]))


def _ticking(stamps_s: FloatArray, tick_rate_hz: int) -> FloatArray:
    """Return the stamps, NaN where no neighbour is whole ticks away.

    A block that is missing or doubled shifts all records behind it: what is read there as a time is
    none. A clock with a steady beat of its own is left as it is.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        ticks = np.diff(stamps_s) * tick_rate_hz
        beats = (np.abs(ticks - np.rint(ticks)) < _TICK_TOLERANCE) & (ticks > _TICK_TOLERANCE)
    ticks_on = np.zeros(stamps_s.size, dtype=bool)
    ticks_on[1:] |= beats
    ticks_on[:-1] |= beats
    if ticks_on.all() or not ticks_on.any() or _has_own_beat(ticks):
        return stamps_s
    return np.where(ticks_on, stamps_s, np.nan)


def _has_own_beat(ticks: FloatArray) -> bool:
    known = ticks[np.isfinite(ticks)]
    if not known.size:
        return False
    usual = median(known)
    alike = np.abs(known - usual) <= _TICK_TOLERANCE * usual
    is_whole = abs(usual - round(usual)) < _TICK_TOLERANCE
    return not is_whole and float(alike.mean()) >= _LEAST_ALIKE


def _groups(
    file: IbtFile, clock: _Clock, progress: Progress
) -> tuple[tuple[ChannelGroup, ...], list[Notice]]:
    channels: list[Channel] = []
    sub_sampled: dict[int, list[Channel]] = {}
    notices: list[Notice] = []
    for i, variable in enumerate(file.head.variables):
        if i % _VARIABLES_A_STEP == 0:
            progress(i / len(file.head.variables))
        values = clock.order(file.read((variable.name,))[variable.name])
        if variable.type_id == 0:
            notices.append(_not_kept(variable, "holds text"))
        elif variable.is_sub_sampled:
            channel, _ = make_channel(variable, values.reshape(-1))
            sub_sampled.setdefault(variable.count, []).append(channel)
        elif variable.count > _MOST_ELEMENTS:
            notices.append(_not_kept(variable, f"has {variable.count} elements"))
        else:
            _add_channels(variable, values, channels, notices)
    _drop_no_places(channels, notices)
    channels += course_channels(channels)
    rate_hz = float(file.head.tick_rate_hz)
    main = ChannelGroup(
        name="sim", time_us=clock.time_us, channels=tuple(channels), rate_hz=rate_hz
    )
    others = (
        _sub_sampled_group(count, clock.time_us, rate_hz, members)
        for count, members in sorted(sub_sampled.items())
    )
    return (main, *others), notices


def _add_channels(
    variable: Variable,
    values: npt.NDArray[Any],
    channels: list[Channel],
    notices: list[Notice],
) -> None:
    if variable.count == 1:
        channel, notice = make_channel(variable, values)
        channels.append(channel)
        notices += [notice] if notice else []
        return
    for element in range(variable.count):
        channel, _ = make_channel(variable, values[:, element], suffix=f"[{element}]")
        channels.append(channel)


def _not_kept(variable: Variable, why: str) -> Notice:
    return Notice(
        code="variable_not_kept", severity=Severity.IGNORED, channel=variable.name, detail=why
    )


def _drop_no_places(channels: list[Channel], notices: list[Notice]) -> None:
    where = {channel.name: i for i, channel in enumerate(channels)}
    if not {"lat_deg", "lon_deg"} <= where.keys():
        return
    lat, lon = (channels[where[name]] for name in ("lat_deg", "lon_deg"))
    nowhere = no_place(lat.values, lon.values)
    if nowhere is None:
        return
    notices.append(no_place_notice("lat_deg", int(np.count_nonzero(nowhere))))
    if nowhere.all():
        channels[:] = [c for c in channels if c.name not in ("lat_deg", "lon_deg")]
        return
    for channel in (lat, lon):
        values = read_only(np.where(nowhere, np.nan, channel.values))
        channels[where[channel.name]] = replace(channel, values=values)


def _sub_sampled_group(
    count: int, time_us: IntArray, rate_hz: float, members: list[Channel]
) -> ChannelGroup:
    """The last of a tick's samples is the tick's own value: the others lie before it."""
    lead_us = np.rint(np.arange(count - 1, -1, -1) * 1e6 / (rate_hz * count)).astype(np.int64)
    stamps = (time_us[:, np.newaxis] - lead_us).reshape(-1)
    return ChannelGroup(
        name=f"sim x{count}",
        time_us=read_only(np.maximum.accumulate(stamps)),
        channels=tuple(members),
        rate_hz=rate_hz * count,
    )


def _lap_signals(group: ChannelGroup) -> LapSignals | None:
    lap = group.find("lap_number")
    if lap is None:
        return None
    ratio, last = group.find("lap_distance_ratio"), group.find("last_lap_time_s")
    return LapSignals(
        time_us=group.time_us,
        lap=lap.values,
        distance_ratio=None if ratio is None else ratio.values,
        last_lap_time_s=None if last is None else last.values,
    )


def _missing_tick_notices(time_us: IntArray, tick_rate_hz: int) -> tuple[Notice, ...]:
    ticks = np.rint(np.diff(time_us) * (tick_rate_hz * 1e-6))
    where = np.flatnonzero(ticks > 1)
    if where.size == 0:
        return ()
    return (
        Notice(
            code="ticks_missing",
            severity=Severity.LOST,
            channel="time",
            count=int((ticks[where] - 1).sum()),
            first_s=float(time_us[where[0]] * 1e-6),
            last_s=float(time_us[where[-1]] * 1e-6),
            detail=f"{where.size} step{'s' * (where.size > 1)} of more than one tick",
        ),
    )


def _date(unix_s: int) -> datetime | None:
    if not _EARLIEST_DATE_S < unix_s < _LATEST_DATE_S:
        return None
    return datetime.fromtimestamp(unix_s, tz=UTC)
