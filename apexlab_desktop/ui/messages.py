"""Errors and notices in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop import notice_titles
from apexlab_desktop.errors import ApexLabError, CancelledError
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apexlab_desktop.analysis.types import DataQuality, Notice

OUR_FAULT = "This is a defect of ApexLab; the log in the data folder says more"

_WEIGHT = {"lost": 0, "repaired": 1, "ignored": 2, "info": 3}
"""Order of the receipt: worst first."""


_FORMATS = {
    "racechrono-csv": "RaceChrono CSV",
    "racechrono-rcz": "RaceChrono archive",
    "iracing-ibt": "iRacing IBT",
}

POOR_GRADES = frozenset({"D", "F"})
_WORST_TOLD = 2
_METRICS = {
    "accuracy_p90_m": "GPS accuracy of {:.1f}\u00a0m",
    "satellites_p10": "{:.0f}\u00a0satellites",
    "lap_length_cv_pct": "lap lengths {:.1f}\u00a0% apart",
    "speed_spikes_per_km": "{:.1f}\u00a0jumps of speed per km",
    "heading_jitter_degpm": "heading unsteady by {:.2f}\u00a0\N{DEGREE SIGN}/m",
    "scatter_p90_m": "positions scattered by {:.1f}\u00a0m",
}
"""What is measured of the quality of data, in words for its value."""


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
    title = notice_titles.title_of(notice.code)
    return f"{title}: {_channel_words(notice.channel)}" if notice.channel else title


def notice_reason(notice: Notice) -> str:
    """Return the second line of a receipt row: the notice's own words, else its place."""
    return notice.detail or _place(notice)


def notice_count(notice: Notice) -> str:
    """Return what stands at the right of a receipt row."""
    return notice_titles.count_of(notice.code, notice.count)


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


def _place(notice: Notice) -> str:
    if notice.first_s is None:
        return ""
    first = f"{notice.first_s:.1f}"
    if notice.last_s is None or notice.last_s == notice.first_s:
        return f"at {first}{NO_BREAK_SPACE}s"
    return f"from {first} to {notice.last_s:.1f}{NO_BREAK_SPACE}s"


def quality_line(quality: DataQuality) -> str:
    """Return what is worst about poor data, in one line; empty for data that will do."""
    if quality.grade not in POOR_GRADES:
        return ""
    told = [m for m in quality.metrics if m.name in _METRICS and m.value is not None]
    told.sort(key=lambda metric: metric.weight * ((metric.score or 0.0) - 100.0))
    words = [_METRICS[metric.name].format(metric.value) for metric in told[:_WORST_TOLD]]
    head = f"Data quality {quality.grade}"
    return f"{head}: {', '.join(words)}" if words else head
