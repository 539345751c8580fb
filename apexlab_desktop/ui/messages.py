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
    """How a notice code reads: its title, and what is counted; the reason comes with the notice."""

    title: str
    unit: str


_NOTICES: dict[str, NoticeWords] = {
    "repeated_rows_dropped": NoticeWords("Repeated rows dropped", "row"),
    "rows_at_same_time_dropped": NoticeWords("Contradicting rows dropped", "row"),
    "ragged_rows_dropped": NoticeWords("Rows of another width dropped", "row"),
    "rows_without_time_dropped": NoticeWords("Rows without a time dropped", "row"),
    "rows_sorted_by_time": NoticeWords("Rows put in order of time", "row"),
    "interpolated_rows_set_aside": NoticeWords("Invented positions set aside", "row"),
    "cells_not_numbers": NoticeWords("Cells that are no numbers", "cell"),
    "clock_set_back": NoticeWords("Clock set back", "place"),
    "clock_rolled_over": NoticeWords("Clock roll-over undone", "place"),
    "time_missing": NoticeWords("Rows without a time", "row"),
    "time_sorted": NoticeWords("Samples put in order of time", "sample"),
    "time_jitter_removed": NoticeWords("Jitter of the clock removed", "sample"),
    "duplicate_times": NoticeWords("Repeated instants dropped", "sample"),
    "ticks_missing": NoticeWords("Ticks missing", "tick"),
    "record_count_repaired": NoticeWords("Number of records repaired", "record"),
    "record_count_differs": NoticeWords("Number of records differs", "record"),
    "partial_record_dropped": NoticeWords("Record cut off at the end", "record"),
    "columns_kept_by_vendor_name": NoticeWords("Kept by the name in the file", "column"),
    "empty_columns": NoticeWords("Empty columns", "column"),
    "variable_not_kept": NoticeWords("Not kept", "variable"),
    "unit_not_known": NoticeWords("Unit not known", "channel"),
    "unit_assumed": NoticeWords("Unit assumed", "channel"),
    "convention_changed": NoticeWords("Sign or axis turned to ours", "channel"),
    "header_oddity": NoticeWords("Oddities of the header", "place"),
    "archive_entries_refused": NoticeWords("Entries of the archive refused", "entry"),
    "laps_without_channels": NoticeWords("Laps without recorded channels", "lap"),
    "laps_interrupted": NoticeWords("Laps interrupted", "lap"),
    "lap_numbers_repeat": NoticeWords("Laps numbered on", "lap"),
    "primary_gps_absent": NoticeWords("Another GPS device used", "device"),
    "gps_rate_differs_from_stated": NoticeWords("GPS rate is not as stated", "channel"),
    "fixes_of_low_accuracy": NoticeWords("Fixes of low accuracy", "fix"),
    "poor_fixes_kept": NoticeWords("Poor fixes kept", "fix"),
    "poor_fixes_dropped": NoticeWords("Poor fixes left out", "fix"),
    "no_fix": NoticeWords("No satellites", "sample"),
    "frozen_fixes": NoticeWords("Frozen positions left out", "sample"),
    "position_drift_removed": NoticeWords("Drift of the positions removed", "session"),
    "position_spikes": NoticeWords("Position spikes", "sample"),
    "speed_spikes": NoticeWords("Speed spikes removed", "sample"),
    "positions_missing": NoticeWords("Positions missing", "sample"),
    "gaps_filled": NoticeWords("Gaps bridged", "sample"),
    "speed_derived": NoticeWords("Speed from positions", "sample"),
    "course_derived": NoticeWords("Course from positions", "sample"),
    "speed_unit_contradicts_positions": NoticeWords("Speed contradicts the positions", "sample"),
    "channel_contradicts_motion": NoticeWords("Contradicts the motion", "sample"),
    "sign_flipped": NoticeWords("Sign turned", "sample"),
    "sign_not_checked": NoticeWords("Sign not proven", "channel"),
    "values_outside_plausible_range": NoticeWords("Outside the plausible range", "sample"),
    "no_position": NoticeWords("No position in this file", "session"),
    "no_motion": NoticeWords("No motion in this file", "session"),
    "too_few_samples": NoticeWords("Too few samples", "session"),
    "no_circuit": NoticeWords("No circuit found", "session"),
    "line_never_crossed": NoticeWords("Start line never crossed", "line"),
    "places_by_odometer": NoticeWords("Places by distance driven", "comparison"),
    "registration_applied": NoticeWords("Positions of two sessions aligned", "session"),
    "registration_not_applied": NoticeWords("Positions of two sessions not aligned", "session"),
}

_MANY = {"entry": "entries", "fix": "fixes"}

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
    return f"{title}: {_channel_words(notice.channel)}" if notice.channel else title


def is_known(code: str) -> bool:
    """Return whether a notice code has words of its own."""
    return code in _NOTICES


def notice_reason(notice: Notice) -> str:
    """Return the second line of a receipt row: the notice's own words, else its place."""
    return notice.detail or _place(notice)


def notice_count(notice: Notice) -> str:
    """Return what stands at the right of a receipt row."""
    words = _NOTICES.get(notice.code)
    unit = words.unit if words else _unit_of(notice.code)
    return counted(notice.count, unit, _MANY.get(unit, ""))


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


def _channel_words(name: str) -> str:
    """Return what people call a channel; a vendor's own name stays as it is."""
    # Imported late: the catalogue brings numpy, which must not load before the first paint.
    from apexlab_desktop.analysis.channels import CATALOGUE

    return CATALOGUE[name].label.lower() if name in CATALOGUE else name


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
