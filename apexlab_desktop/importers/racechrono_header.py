"""The head of a RaceChrono export: preamble, names, units, sources, and where the data starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apexlab_desktop.analysis.types import Notice, Severity
from apexlab_desktop.errors import CorruptFileError, TruncatedFileError, UnsupportedFormatError
from apexlab_desktop.importers.csv_dialect import (
    Encoding,
    OffsetRow,
    decode,
    detect_encoding,
    is_decimal_comma,
    rows_with_offsets,
    separator_after,
)
from apexlab_desktop.importers.racechrono_names import SOURCE_KINDS, catalogue_name, source_kind

HEAD_BYTES = 262_144
"""A preamble with a long note still fits."""
FIRST_COLUMN = "timestamp"
FIRST_COLUMN_V1 = "lap #"
EXPORT_ADVICE = "In RaceChrono export the session again as CSV v3"

_BANNER = re.compile(r"This file is created using (RaceChrono.*?)(?:\s*\(|\s*$)")
_METADATA = {
    "session title": "title",
    "session type": "session_type",
    "track name": "track",
    "driver name": "driver",
    "note": "note",
}
_NAME_AND_UNIT = re.compile(r"^(.*?)\s*(?:\(([^()]*)\))?\s*$")
_NUMBER = re.compile(r"^\s*[-+]?\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """One column as the file heads it.

    Attributes
    ----------
    index : int
        Position in a row, from 0.
    name, unit : str
        As written.
    label : str
        The source as written, e.g. `100: gps`; empty for the session's own columns.
    written : str
        The name as written where `name` is that of format 3 for it; else empty.
    """

    index: int
    name: str
    unit: str = ""
    label: str = ""
    written: str = ""

    @property
    def vendor_name(self) -> str:
        """The name as the file has it."""
        return self.written or self.name

    @property
    def kind(self) -> str:
        """Kind of source: `gps`, `calc`, `obd`, ... or empty."""
        return source_kind(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvHead:
    """Everything above the data.

    Attributes
    ----------
    version : str
        `1`, `2` or `3`.
    columns : tuple of ColumnHead
    encoding : Encoding
    separator, decimal : str
    data_offset : int
        Byte at which the data starts; counts characters instead when the text is UTF-16.
    data_line : int
        Number of the first line of data, from 1.
    metadata : mapping of str to str
    notices : tuple of Notice
    """

    version: str
    columns: tuple[ColumnHead, ...]
    encoding: Encoding
    separator: str
    decimal: str
    data_offset: int
    data_line: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def place(self) -> str:
        """Return where the data starts, for messages."""
        return f"line {self.data_line}"


def read_head(path: Path) -> CsvHead:
    """Return the head of the export at `path`.

    Raises
    ------
    UnsupportedFormatError
        If there is no row of column names, or an old export lacks its columns.
    TruncatedFileError
        If the file ends inside the head.
    """
    with path.open("rb") as file:
        raw = file.read(HEAD_BYTES)
    encoding = detect_encoding(raw)
    if encoding is None:
        raise CorruptFileError(
            expected="text", found="binary bytes", place="the first 4 kB", advice=EXPORT_ADVICE
        )
    text = decode(raw, encoding)
    first_cell = FIRST_COLUMN
    separator = separator_after(first_cell, text)
    if separator is None:
        first_cell = FIRST_COLUMN_V1
        separator = separator_after(first_cell, text)
    if separator is None:
        raise _no_names(text, is_whole=len(raw) < HEAD_BYTES)
    preamble, headers = _split(text, first_cell, separator)
    if len(raw) < HEAD_BYTES and _rows_above_data(headers) == len(headers):
        raise TruncatedFileError(
            expected="rows of data after the header",
            found="the end of the file",
            place=f"line {headers[-1].line}",
            advice=EXPORT_ADVICE,
        )
    return _assemble(text, encoding, separator, preamble, headers)


def _no_names(text: str, *, is_whole: bool) -> UnsupportedFormatError | TruncatedFileError:
    lines = text.count("\n") + 1
    expected = f"a row of column names that starts with '{FIRST_COLUMN}'"
    if is_whole and lines <= 12:
        return TruncatedFileError(
            expected=expected,
            found="the end of the file",
            place=f"line {lines}",
            advice=EXPORT_ADVICE,
        )
    return UnsupportedFormatError(
        expected=expected, found="none", place=f"the first {lines} lines", advice=EXPORT_ADVICE
    )


def _split(text: str, first_cell: str, separator: str) -> tuple[list[list[str]], list[OffsetRow]]:
    """Return the preamble's rows, and the row of names with up to three rows that follow it."""
    preamble: list[list[str]] = []
    headers: list[OffsetRow] = []
    for row in rows_with_offsets(text, separator):
        if not headers and not _starts_with(row.cells, first_cell):
            preamble.append(row.cells)
            continue
        if headers and not any(cell.strip() for cell in row.cells):
            continue
        headers.append(row)
        if len(headers) == 4:
            break
    if headers:
        return preamble, headers
    return _split_by_lines(text, first_cell, separator)


def _split_by_lines(
    text: str, first_cell: str, separator: str
) -> tuple[list[list[str]], list[OffsetRow]]:
    """As `_split` where an unbalanced quote in the preamble swallows the row of names."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if _starts_with(line.split(separator), first_cell):
            start = sum(len(earlier) for earlier in lines[:number])
            preamble = [earlier.rstrip("\r\n").split(separator) for earlier in lines[:number]]
            following = list(rows_with_offsets("".join(lines[number : number + 4]), separator))
            return preamble, [
                OffsetRow(cells=row.cells, line=row.line + number, end=row.end + start)
                for row in following
            ]
    raise _no_names(text, is_whole=False)


def _starts_with(cells: list[str], first_cell: str) -> bool:
    return bool(cells) and cells[0].strip().strip('"').lower() == first_cell


def _assemble(
    text: str,
    encoding: Encoding,
    separator: str,
    preamble: list[list[str]],
    headers: list[OffsetRow],
) -> CsvHead:
    names = [cell.strip() for cell in headers[0].cells]
    is_v1 = names[0].lower() == FIRST_COLUMN_V1
    above = _rows_above_data(headers)
    units, labels = _units_and_labels([row.cells for row in headers[1:above]])
    if is_v1:
        columns = _columns_v1(names)
    else:
        columns = _columns(names, units, labels or _labels_by_name(names))
    version = "1" if is_v1 else _version(preamble, has_labels=any(labels))
    last = headers[above - 1]
    prefix = text[: last.end]
    offset = len(prefix) if not encoding.is_single_byte_ascii else _byte_length(prefix, encoding)
    samples = headers[above].cells if len(headers) > above else []
    decimal = "," if any(is_decimal_comma(cell) for cell in samples) else "."
    return CsvHead(
        version=version,
        columns=columns,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        data_offset=offset,
        data_line=last.line + 1,
        metadata=_metadata(preamble),
        notices=_oddities(encoding, separator, decimal, preamble),
    )


def _byte_length(prefix: str, encoding: Encoding) -> int:
    # Undecodable bytes became U+FFFD one for one in cp1252; in UTF-8 the head was valid.
    if encoding.name == "utf-8":
        return len(prefix.encode("utf-8")) + encoding.bom_bytes
    return len(prefix) + encoding.bom_bytes


def _rows_above_data(headers: list[OffsetRow]) -> int:
    if _starts_with(headers[0].cells, FIRST_COLUMN_V1):
        # One row, always: a first cell without a number is the lap of an out-lap.
        return 1
    for number, row in enumerate(headers[1:], start=1):
        if _NUMBER.match(row.cells[0].strip().strip('"')):
            return number
    return min(len(headers), 3)


def _units_and_labels(rows: list[list[str]]) -> tuple[list[str], list[str]]:
    """Return units and sources; told apart by what they say, not by their order."""
    units: list[str] = []
    labels: list[str] = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if any(source_kind(cell) in SOURCE_KINDS for cell in cells):
            labels = cells
        else:
            units = cells
    return units, labels


def _columns(names: list[str], units: list[str], labels: list[str]) -> tuple[ColumnHead, ...]:
    def cell(cells: list[str], index: int) -> str:
        return cells[index] if index < len(cells) else ""

    return tuple(
        ColumnHead(index=index, name=name, unit=cell(units, index), label=cell(labels, index))
        for index, name in enumerate(names)
    )


_SESSION_NAMES = (FIRST_COLUMN, "fragment_id", "lap_number", "elapsed_time", "distance_traveled")
_KINDS_BY_NAME = ("gps", "acc", "gyro", "calc")


def _labels_by_name(names: list[str]) -> list[str]:
    """Return sources for an export without a row of them (v2), from what one kind can measure."""
    labels = []
    for name in names:
        if name in _SESSION_NAMES:
            labels.append("")
            continue
        kinds = (kind for kind in _KINDS_BY_NAME if catalogue_name(name, kind))
        labels.append("obd" if name in _ONLY_VEHICLE else next(kinds, "obd"))
    return labels


_ONLY_VEHICLE = frozenset(
    {
        "rpm",
        "throttle_pos",
        "accelerator_pos",
        "brake_pos",
        "brake_pressure",
        "clutch_pos",
        "steering_angle",
        "gear",
        "engine_load",
        "engine_temp",
        "oil_temp",
        "engine_oil_temp",
        "coolant_temp",
        "fuel_level",
    }
)
_V1_NAMES = {
    "lap #": ("lap_number", ""),
    "timestamp": (FIRST_COLUMN, ""),
    "distance": ("distance_traveled", ""),
    "locked satellites": ("satellites", "gps"),
    "latitude": ("latitude", "gps"),
    "longitude": ("longitude", "gps"),
    "speed": ("speed", "gps"),
    "altitude": ("altitude", "gps"),
    "bearing": ("bearing", "gps"),
    "longitudinal acceleration": ("longitudinal_acc", "calc"),
    "lateral acceleration": ("lateral_acc", "calc"),
    "rpm": ("rpm", "obd"),
    "throttle position": ("throttle_pos", "obd"),
}


def _columns_v1(names: list[str]) -> tuple[ColumnHead, ...]:
    """Return columns of a v1 export, whose names hold the units and repeat quantities."""
    columns = []
    seen: set[str] = set()
    for index, text in enumerate(names):
        match = _NAME_AND_UNIT.match(text)
        name, unit = (match.group(1), match.group(2) or "") if match else (text, "")
        written = name
        name, label = _V1_NAMES.get(name.lower(), (name, "calc"))
        if name in seen:
            name, label = text, "calc"
        seen.add(name)
        columns.append(ColumnHead(index=index, name=name, unit=unit, label=label, written=written))
    return tuple(columns)


def _version(preamble: list[list[str]], *, has_labels: bool) -> str:
    for cells in preamble:
        if len(cells) > 1 and cells[0].strip().lower() == "format":
            return cells[1].strip()
    return "3" if has_labels else "2"


def _metadata(preamble: list[list[str]]) -> dict[str, str]:
    metadata = {}
    for cells in preamble:
        if not cells:
            continue
        banner = _BANNER.search(cells[0])
        if banner and "app" not in metadata:
            metadata["app"] = banner.group(1).strip()
        key = _METADATA.get(cells[0].strip().lower())
        value = ",".join(cells[1:]).strip().strip('"') if key else ""
        if key and value and key not in metadata:
            metadata[key] = value
    return metadata


def _oddities(
    encoding: Encoding, separator: str, decimal: str, preamble: list[list[str]]
) -> tuple[Notice, ...]:
    odd = []
    if encoding.bom_bytes or encoding.name != "utf-8":
        odd.append(f"text is {encoding.name}{' with a byte order mark' * bool(encoding.bom_bytes)}")
    if separator != ",":
        odd.append(f"cells are separated by {'tabs' if separator == chr(9) else separator!r}")
    if decimal != ".":
        odd.append("numbers have a decimal comma")
    if not any(cells and _BANNER.search(cells[0]) for cells in preamble):
        odd.append("the line that names the app is missing")
    if not odd:
        return ()
    return (
        Notice(code="header_oddity", severity=Severity.INFO, count=len(odd), detail="; ".join(odd)),
    )
