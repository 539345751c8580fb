"""Codes and metadata to the words of the report."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from apexlab_desktop.analysis.types import Lap, LapKind, Severity

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

LAP_KINDS: Mapping[LapKind, str] = {
    LapKind.OUT: "out lap",
    LapKind.TIMED: "timed",
    LapKind.IN: "in lap",
    LapKind.PARTIAL: "part of a lap",
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.LOST: "Lost",
    Severity.REPAIRED: "Repaired",
    Severity.IGNORED: "Ignored",
    Severity.INFO: "Found",
}
"""Words of the receipt, worst first."""

_REASONS: Mapping[str, str] = {
    "gap": "gap in the data",
    "incomplete": "no lap marked",
    "invalid": "marked invalid by the recorder",
    "length": "unusual length",
    "no_end_crossing": "recording ended before the line",
    "no_start_crossing": "recording began after the line",
    "off_course": "off the course",
    "pit": "pit road",
    "recording_paused": "recording paused",
    "slow": "unusually slow",
    "stopped": "car stopped",
    "timing_uncertain": "lap time uncertain",
}

_QUALITY_REASONS: Mapping[str, str] = {
    "no_motion": "neither position nor speed",
    "no_position": "no position",
    "never_moved": "the car never moved",
    "no_timed_laps": "no timed lap",
    "no_accuracy_p90_m": "no accuracy from the receiver",
    "no_satellites_p10": "no count of satellites",
    "no_lap_length_cv_pct": "too few laps to compare lengths",
    "no_speed_spikes_per_km": "speed spikes not measured",
    "no_heading_jitter_degpm": "steadiness of the course not measured",
    "no_scatter_p90_m": "scatter of the positions not measured",
    "low_rate": "low rate",
    "gaps": "gaps in the data",
    "speed_contradicts_position": "speed contradicts the positions",
    "invalid_laps": "laps marked invalid",
}

MOST_TITLE, MOST_FACT, MOST_DETAIL, MOST_NOTE, MOST_LABEL = 300, 160, 400, 2_000, 80
"""Longest texts of the report in characters: a file may say anything, a page must hold it."""

_ZERO_WIDTH_JOINER = "\u200d"


def sentence(text: str) -> str:
    """Return the text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def clean(text: str) -> str:
    """Return one printable line: no control, direction or surrogate characters."""
    kept = (
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in text
        if char == _ZERO_WIDTH_JOINER or unicodedata.category(char) not in {"Cf", "Cs"}
    )
    return " ".join("".join(kept).split())


def brief(text: str, most: int) -> str:
    """Return the printable line cut to `most` characters, with an ellipsis where it was cut."""
    line = clean(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def date(moment: datetime | None) -> str:
    """Return `14 June 2026, 10:42 UTC`, or words when the file has no date."""
    if moment is None:
        return "not in the file"
    utc = moment.astimezone(UTC)
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def lap_status(lap: Lap) -> str:
    """Return whether a lap counts and why not: `clean`, `valid, not clean: pit road`, ..."""
    if lap.is_clean:
        return "clean"
    reasons = ", ".join(reason_words(reason) for reason in lap.reasons)
    state = "valid, not clean" if lap.is_valid else "not counted"
    if lap.kind is not LapKind.TIMED:
        state = f"{LAP_KINDS[lap.kind]}, {state}"
    return f"{state}: {reasons}" if reasons else state


def reason_words(reason: str) -> str:
    """Return words for a reason code; an unknown one is its code with spaces."""
    return _REASONS.get(reason, clean(reason.replace("_", " ")))


def quality_words(reason: str) -> str:
    """Return words for what lowers or hinders the quality; an unknown code is spelt out."""
    return _QUALITY_REASONS.get(reason, clean(reason.replace("_", " ")))


def title(metadata: Mapping[str, str], file_name: str) -> str:
    """Return track and layout, else the recorder's title, else the name of the file."""
    track, layout = clean(metadata.get("track", "")), clean(metadata.get("layout", ""))
    if track and layout and layout.casefold() not in track.casefold():
        track = f"{track}, {layout}"
    words = track or clean(metadata.get("title", "")) or clean(file_name) or "Session"
    return brief(words, MOST_TITLE)


def lap_label(label: str) -> str:
    """Return the label of a compared lap as it can be printed."""
    return brief(label, MOST_LABEL)
