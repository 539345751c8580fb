"""Errors and notices in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.errors import ApexLabError, CancelledError
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apexlab_desktop.analysis.types import Notice

OUR_FAULT = "This is a defect of ApexLab; the log in the data folder says more"

_WEIGHT = {"lost": 0, "repaired": 1, "ignored": 2, "info": 3}
"""Order of the receipt: worst first."""


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """How a notice code reads: its title, what is counted, and the reason when it brings none."""

    title: str
    unit: str = "place"
    reason: str = ""


_NOTICES: dict[str, NoticeWords] = {
    "repeated_rows_dropped": NoticeWords(
        "Repeated rows dropped", "row", "the same time stamp was written twice"
    ),
    "rows_dropped": NoticeWords("Rows dropped", "row", "they could not be read"),
    "bad_rows_dropped": NoticeWords("Unreadable rows dropped", "row"),
    "truncated_last_row": NoticeWords("Last row is cut off", "row", "the recording ended in it"),
    "unordered_rows_sorted": NoticeWords("Rows put in order of time", "row"),
    "time_jump": NoticeWords("Clock jump", "place"),
    "time_jumps_repaired": NoticeWords("Clock jumps repaired", "place"),
    "gap_bridged": NoticeWords("Gap bridged", "place", "drawn dashed; the lap still counts"),
    "gps_dropout": NoticeWords("No satellites", "place"),
    "position_spikes_removed": NoticeWords("Position spikes removed", "sample"),
    "column_not_used": NoticeWords("Column not used", "column", "kept by its name"),
    "unknown_channel": NoticeWords("Channel kept under its own name", "channel"),
    "duplicate_column": NoticeWords("Column appears twice", "column"),
    "sign_turned": NoticeWords("Sign turned", "sample", "it ran against the curve of the road"),
    "unit_assumed": NoticeWords("Unit assumed", "channel"),
    "unit_converted": NoticeWords("Unit converted", "channel"),
    "out_of_range": NoticeWords("Values outside the plausible range", "sample", "kept as they are"),
    "no_position": NoticeWords("No position in this file", "session", "the map stays empty"),
    "no_laps": NoticeWords("No lap found", "session", "no place was passed twice"),
    "start_line_found": NoticeWords("Start line found by itself", "line"),
    "start_line_from_file": NoticeWords("Start line read from the file", "line"),
    "lap_column_ignored": NoticeWords("Lap column not used", "lap"),
    "vendor_times_used": NoticeWords("Lap times of the file used", "lap"),
}


_FORMATS = {
    "racechrono-csv": "RaceChrono CSV",
    "racechrono-rcz": "RaceChrono archive",
    "iracing-ibt": "iRacing IBT",
}


def format_name(identifier: str) -> str:
    """Return what people call a file format."""
    return _FORMATS.get(identifier, identifier.replace("-", " "))


def error_line(error: Exception) -> str:
    """Return one clear line: what was expected, what was found, where, and what to do."""
    if isinstance(error, CancelledError):
        return "Cancelled; nothing was changed"
    if isinstance(error, ApexLabError):
        return sentence(error.one_line())
    if isinstance(error, MemoryError):
        return "The computer has no memory left for this; close other programs and try again"
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    return f"{OUR_FAULT} ({type(error).__name__})"


def sentence(text: str) -> str:
    """Return the text beginning with a capital, unless it begins with a name of a file or code."""
    head = text.split(":", 1)[0].split(" ", 1)[0]
    is_name = any(mark in head for mark in "._/\\")
    return text if is_name or not text else text[0].upper() + text[1:]


def notice_title(notice: Notice) -> str:
    """Return the title of a receipt row."""
    words = _NOTICES.get(notice.code)
    title = words.title if words else sentence(notice.code.replace("_", " "))
    return f"{title}: {notice.channel}" if notice.channel else title


def notice_reason(notice: Notice) -> str:
    """Return the second line of a receipt row: the notice's own words first."""
    words = _NOTICES.get(notice.code)
    reason = notice.detail or (words.reason if words else "")
    return reason or _place(notice)


def notice_count(notice: Notice) -> str:
    """Return what stands at the right of a receipt row."""
    words = _NOTICES.get(notice.code)
    unit = words.unit if words else _unit_of(notice.code)
    return counted(notice.count, unit)


def notice_place(notice: Notice) -> str:
    """Return where in the session it is, in words; empty when it is everywhere."""
    return _place(notice)


def worst_first(notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices of a receipt in the order of reading."""
    return sorted(notices, key=lambda notice: _WEIGHT[notice.severity.value])


def lap_state(kind: str, reasons: tuple[str, ...], *, is_clean: bool) -> str:
    """Return why a lap is not counted, in one or two words; empty for a clean lap."""
    if kind != "timed":
        return kind
    if is_clean:
        return ""
    return ", ".join(reason.replace("_", " ") for reason in reasons) or "not counted"


def _unit_of(code: str) -> str:
    for unit in ("row", "column", "lap", "channel", "sample", "line"):
        if unit in code.split("_") or f"{unit}s" in code.split("_"):
            return unit
    return "place"


def _place(notice: Notice) -> str:
    if notice.first_s is None:
        return ""
    first = f"{notice.first_s:.1f}"
    if notice.last_s is None or notice.last_s == notice.first_s:
        return f"at {first}{NO_BREAK_SPACE}s"
    return f"from {first} to {notice.last_s:.1f}{NO_BREAK_SPACE}s"
