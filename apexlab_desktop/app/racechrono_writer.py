"""A session as RaceChrono CSV v3, so that other programs and the app itself can read it.

As in the app's own files a row is written at every instant of any device, and between two of a
device's own samples its values lie on the straight line (corpus FORMATS.md, section 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import numpy as np

from apexlab_desktop.app.racechrono_columns import Column, GpsMissingError, columns_of, gps_group
from apexlab_desktop.errors import InsufficientDataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apexlab_desktop.analysis.types import AnalysedSession, IntArray, Lap, RawSession
    from apexlab_desktop.app.records import OpenedSession

MADE_BY = "This file is created using RaceChrono-compatible export of ApexLab."
ROWS_AT_ONCE = 4096
_HEAD = (
    ("timestamp", "unix time", ""),
    ("fragment_id", "", ""),
    ("lap_number", "", ""),
    ("elapsed_time", "s", ""),
)


def write(session: OpenedSession, laps: Sequence[Lap] | None, file: TextIO) -> None:
    """Write all channels with a row at each lap boundary, as the app does.

    Parameters
    ----------
    session : OpenedSession
    laps : sequence of Lap or None
        Only these laps, each with the row before it; None writes the whole recording.
    file : TextIO

    Raises
    ------
    InsufficientDataError
        If the session has no positions.
    """
    analysed = session.analysed
    try:
        columns = columns_of(analysed)
    except GpsMissingError as error:
        raise InsufficientDataError(
            expected="GPS positions", found="none", place=session.file,
            advice="Export this session as csv.",
        ) from error  # fmt: skip
    rows = _rows(analysed, laps)
    file.write(_preamble(analysed.raw))
    heads = (*_HEAD, *((column.name, column.unit, column.label) for column in columns))
    for words in zip(*heads, strict=True):
        file.write(",".join(words) + "\r\n")
    start_us = _epoch_us(analysed.raw)
    for first in range(0, rows.time_us.size, ROWS_AT_ONCE):
        _write_block(rows.part(slice(first, first + ROWS_AT_ONCE)), columns, start_us, file)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Instants to write, shape (n,); `lap` is -1 outside laps."""

    time_us: IntArray
    lap: IntArray
    fragment: IntArray

    def part(self, which: slice) -> _Rows:
        return _Rows(self.time_us[which], self.lap[which], self.fragment[which])


def _write_block(rows: _Rows, columns: Sequence[Column], start_us: int, file: TextIO) -> None:
    cells = [
        [_seconds(start_us + moment) for moment in rows.time_us.tolist()],
        [str(number) for number in rows.fragment.tolist()],
        [str(number) if number >= 0 else "" for number in rows.lap.tolist()],
        [_seconds(moment) for moment in rows.time_us.tolist()],
        *(column.cells(rows.time_us) for column in columns),
    ]
    file.writelines(",".join(row) + "\r\n" for row in zip(*cells, strict=True))


def _preamble(raw: RawSession) -> str:
    words = raw.metadata
    kind = "Lap timing" if raw.laps_declared else "Data logging"
    start = raw.start_time_utc
    lines = (
        MADE_BY,
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


def _rows(analysed: AnalysedSession, laps: Sequence[Lap] | None) -> _Rows:
    time_us = _all_instants_us(analysed)
    fragment = np.searchsorted(analysed.raw.segment_starts_us, time_us, side="right")
    number = np.full(time_us.size, -1, np.int64)
    keep = np.full(time_us.size, laps is None)
    for lap, rows in _rows_of_laps(analysed.laps, time_us):
        if laps is None or lap in laps:
            number[rows] = lap.number
            # The row before a lap and the one that closes it show that its ends are crossings.
            before = lap.start_reason.is_timed
            after = lap.end_reason.is_timed
            keep[max(rows.start - before, 0) : rows.stop + after] = True
    kept = np.flatnonzero(keep)
    pauses = np.cumsum(np.diff(kept, prepend=kept[:1]) > 1)
    return _Rows(time_us[kept], number[kept], fragment[kept] + pauses)


def _rows_of_laps(laps: Sequence[Lap], time_us: IntArray) -> Iterator[tuple[Lap, slice]]:
    """Yield the laps in order of time, each with its rows.

    The row at a crossing belongs to the next lap. Where recording began, paused or ended there is
    no crossing to show, so the lap has all rows there that no other has.
    """
    ordered = sorted(laps, key=lambda lap: lap.start_s)
    starts = [int(np.searchsorted(time_us, round(lap.start_s * 1e6))) for lap in ordered]
    taken = 0
    for lap, first, follows in zip(ordered, starts, [*starts[1:], time_us.size], strict=True):
        start = first if lap.start_reason.is_timed else min(taken, first)
        stop = follows
        if lap.end_reason.is_timed:
            stop = int(np.searchsorted(time_us, round(lap.end_s * 1e6)))
        yield lap, slice(start, stop)
        taken = stop


def _all_instants_us(analysed: AnalysedSession) -> IntArray:
    raw = analysed.raw
    gps = gps_group(raw)
    if gps is None:
        return np.zeros(0, np.int64)
    edges = [round(edge * 1e6) for lap in analysed.laps for edge in (lap.start_s, lap.end_s)]
    first_us = min(int(group.time_us[0]) for group in raw.groups if group.time_us.size)
    last_us = max(int(group.time_us[-1]) for group in raw.groups if group.time_us.size)
    inside = np.array([edge for edge in edges if first_us <= edge <= last_us], np.int64)
    return np.unique(np.concatenate([*(group.time_us for group in raw.groups), inside]))


def _epoch_us(raw: RawSession) -> int:
    start = raw.start_time_utc
    return 0 if start is None else round(start.timestamp() * 1e6)


def _seconds(microseconds: int) -> str:
    """Return seconds with as many decimals as the instant has, as the app writes them."""
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}".rstrip("0")
    return text + "0" if text.endswith(".") else text
