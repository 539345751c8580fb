"""Head of an iRacing .ibt file: layout of the records, and the words of its session info."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from mmap import mmap

from apexlab_desktop.analysis.types import Notice, Severity
from apexlab_desktop.errors import CorruptFileError, TruncatedFileError, UnsupportedFormatError
from apexlab_desktop.importers.binary import BinaryReader

WHAT = "an iRacing .ibt file"
VERSIONS = (1, 2)
VARIABLES_OFFSET = 144
_VARIABLE_BYTES = 144
_SUB_HEADER_OFFSET = 112
_MOST_VARIABLES = 4_096
_MOST_TICK_RATE_HZ = 1_000
_MOST_PADDING = 64
TYPE_BYTES = {0: 1, 1: 1, 2: 4, 3: 4, 4: 4, 5: 8}
"""char, bool, int32, bit field, float32, float64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the record.

    Attributes
    ----------
    name, unit, description : str
    type_id : int
        Key of `TYPE_BYTES`.
    offset : int
        Place in the record [bytes].
    count : int
        Number of elements.
    is_sub_sampled : bool
        The elements are samples within the tick, not different things.
    """

    name: str
    unit: str
    description: str
    type_id: int
    offset: int
    count: int
    is_sub_sampled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IbtHead:
    """Layout and facts of the file.

    Attributes
    ----------
    version : int
    tick_rate_hz : int
    start_unix_s : int
    record_bytes, first_record, n_records : int
        Length of a record, offset of the first one [bytes], and how many whole ones there are.
    variables : tuple of Variable
    session_info : str
        The YAML text.
    notices : tuple of Notice
    """

    version: int
    tick_rate_hz: int
    start_unix_s: int
    record_bytes: int
    first_record: int
    n_records: int
    variables: tuple[Variable, ...]
    session_info: str
    notices: tuple[Notice, ...]


def read_head(data: bytes | mmap) -> IbtHead:
    """Return the head of the file `data`.

    Raises
    ------
    UnsupportedFormatError
        For a dump of the simulator's live memory, which is laid out otherwise.
    TruncatedFileError, CorruptFileError
        With the offset at which the file ends or contradicts itself.
    """
    reader = BinaryReader(data, WHAT)
    reader.require(0, VARIABLES_OFFSET, "the header")
    version, _status, tick_rate_hz, _update, info_bytes, info_offset = (
        reader.int32("the header") for _ in range(6)
    )
    n_variables, variables_offset, n_buffers, record_bytes = (
        reader.int32("the header") for _ in range(4)
    )
    _check_layout(version, tick_rate_hz, n_variables, variables_offset, n_buffers)
    first_record = reader.at(52).int32("the header")
    table = reader.at(variables_offset)
    reader.require(variables_offset, n_variables * _VARIABLE_BYTES, "the table of variables")
    variables = tuple(_variable(table, record_bytes) for _ in range(n_variables))
    n_records, notices = _count_records(reader, first_record, record_bytes, variables)
    info = reader.at(info_offset).text(info_bytes, "the session info")
    return IbtHead(
        version=version,
        tick_rate_hz=tick_rate_hz,
        start_unix_s=reader.at(_SUB_HEADER_OFFSET).int64("the start time"),
        record_bytes=record_bytes,
        first_record=first_record,
        n_records=n_records,
        variables=_distinct(variables),
        session_info=info,
        notices=notices,
    )


def _check_layout(
    version: int, tick_rate_hz: int, n_variables: int, variables_offset: int, n_buffers: int
) -> None:
    if variables_offset != VARIABLES_OFFSET or n_buffers != 1:
        raise UnsupportedFormatError(
            expected=f"{WHAT} with one buffer and its variables at byte {VARIABLES_OFFSET}",
            found=f"{n_buffers} buffers and variables at byte {variables_offset}, as in a dump of"
            " the simulator's live memory",
            place="offset 28",
            advice="Record telemetry in iRacing (Alt+L) and import the .ibt file it writes",
        )
    if version not in VERSIONS:
        raise UnsupportedFormatError(
            expected=f"{WHAT} of version 1 or 2",
            found=f"version {version}",
            place="offset 0",
            advice="Update ApexLab; the file is newer than this program",
        )
    is_sane = 0 < tick_rate_hz <= _MOST_TICK_RATE_HZ and 0 < n_variables <= _MOST_VARIABLES
    if not is_sane:
        raise CorruptFileError(
            expected=f"{WHAT} with a tick rate and variables",
            found=f"{tick_rate_hz} ticks a second, {n_variables} variables",
            place="offset 0",
        )


def _variable(table: BinaryReader, record_bytes: int) -> Variable:
    start = table.offset
    type_id, offset, count = (table.int32("a variable") for _ in range(3))
    as_time = table.take(4, "a variable")[0] != 0
    name, description, unit = (table.text(size, "a variable") for size in (32, 64, 32))
    size = TYPE_BYTES.get(type_id)
    if size is None or count < 1 or offset < 0 or offset + size * count > record_bytes:
        raise CorruptFileError(
            expected=f"variable '{name}' inside a record of {record_bytes} bytes",
            found=f"type {type_id}, {count} elements at byte {offset} of the record",
            place=f"offset {start}",
            advice="Copy the file again",
        )
    is_sub_sampled = count > 1 and (as_time or name.endswith("_ST"))
    return Variable(
        name=name,
        unit=unit,
        description=description,
        type_id=type_id,
        offset=offset,
        count=count,
        is_sub_sampled=is_sub_sampled,
    )


def _distinct(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    by_name = {variable.name: variable for variable in reversed(variables) if variable.name}
    return tuple(variable for variable in variables if by_name.get(variable.name) is variable)


def _count_records(
    reader: BinaryReader, first_record: int, record_bytes: int, variables: tuple[Variable, ...]
) -> tuple[int, tuple[Notice, ...]]:
    used = max(
        variable.offset + TYPE_BYTES[variable.type_id] * variable.count for variable in variables
    )
    table_end = VARIABLES_OFFSET + len(variables) * _VARIABLE_BYTES
    if not used <= record_bytes <= used + _MOST_PADDING or first_record < table_end:
        raise CorruptFileError(
            expected=f"records of {used} bytes after byte {table_end}",
            found=f"records of {record_bytes} bytes from byte {first_record}",
            place="offset 36",
            advice="Copy the file again",
        )
    n_bytes = len(reader.data) - first_record
    n_records, n_left = divmod(max(n_bytes, 0), record_bytes)
    stated = reader.at(_SUB_HEADER_OFFSET + 28).int32("the record count")
    if n_records == 0:
        raise TruncatedFileError(
            expected="records of telemetry",
            found=f"a file of {len(reader.data)} bytes that ends before the first whole one",
            place=f"offset {first_record}",
            advice="Copy the file again",
        )
    return n_records, _count_notices(n_records, n_left, stated)


def _count_notices(n_records: int, n_left: int, stated: int) -> tuple[Notice, ...]:
    notices: tuple[Notice, ...] = ()
    if stated == 0:
        detail = "the header counts no records, as after a crash of the simulator; counted here"
        notices += (_notice("record_count_repaired", Severity.REPAIRED, n_records, detail),)
    elif stated != n_records:
        detail = f"the header counts {stated} records, the file holds {n_records}"
        severity = Severity.LOST if stated > n_records else Severity.REPAIRED
        notices += (
            _notice("record_count_differs", severity, max(1, abs(stated - n_records)), detail),
        )
    if n_left:
        detail = f"the last {n_left} bytes are no whole record"
        notices += (_notice("partial_record_dropped", Severity.LOST, 1, detail),)
    return notices


def _notice(code: str, severity: Severity, count: int, detail: str) -> Notice:
    return Notice(code=code, severity=severity, count=count, detail=detail)


_WEEKEND = {
    "track": "TrackDisplayName",
    "layout": "TrackConfigName",
    "session_type": "EventType",
}
_LENGTH = re.compile(r"^ *TrackLength: *([\d.]+) *(km|mi)", re.MULTILINE)
_METRES = {"km": 1000.0, "mi": 1609.344}


def metadata_of(session_info: str) -> Mapping[str, str]:
    """Return track, layout, vehicle, driver and session type from the YAML text.

    Fields are picked line by line: names of drivers can break a YAML parser, and a whole parse
    costs more than reading all channels.
    """
    words = {key: _field(session_info, name) for key, name in _WEEKEND.items()}
    length = _LENGTH.search(session_info)
    if length:
        words["track_length_m"] = f"{float(length.group(1)) * _METRES[length.group(2)]:g}"
    own = _own_driver(session_info)
    words["vehicle"] = _field(own, "CarScreenName")
    words["driver"] = _field(own, "UserName")
    return {key: value for key, value in words.items() if value}


def _field(text: str, name: str) -> str:
    match = re.search(rf"^[ -]*{name}:[ \t]*(.*?)[ \t\r]*$", text, re.MULTILINE)
    return match.group(1).strip().strip("\"'").strip() if match else ""


def _own_driver(session_info: str) -> str:
    """Return the lines of the entry whose CarIdx is DriverCarIdx: the first may be the pace car."""
    index = _field(session_info, "DriverCarIdx")
    _, _, drivers = session_info.partition("\n Drivers:")
    for entry in re.split(r"^ *- (?=CarIdx:)", drivers, flags=re.MULTILINE)[1:]:
        if _field(entry, "CarIdx") == index:
            return entry
    return ""
