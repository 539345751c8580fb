"""The rows of the library list: what fits the filters, in which order, against which record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, StrEnum
from pathlib import PurePath

from apexlab_desktop.app.records import SessionSummary
from apexlab_desktop.ui import formatting

SAME_LAYOUT_SHARE = 0.02
"""Lap lengths of one layout differ by less than this share (driven line, GPS noise)."""
ARCHIVED = "Archived"
"""The one value of the archive's facet; without it archived sessions are not in the list."""
TRACK_UNKNOWN = "Track unknown"
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Facet(StrEnum):
    """What sessions can be filtered by."""

    TRACK = "Track"
    CAR = "Car"
    YEAR = "Year"
    TAG = "Tags"
    ARCHIVE = "Archive"


class SortOrder(Enum):
    """Orders of the list; the value is the words of the sort button."""

    NEWEST = "newest first"
    OLDEST = "oldest first"
    TRACK = "by track"
    BEST = "quickest lap first"
    LAPS = "most laps first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which sessions are wanted; an empty facet wants all."""

    text: str = ""
    chosen: dict[Facet, frozenset[str]] = field(default_factory=dict)

    def toggled(self, facet: Facet, value: str) -> Filters:
        """Return the filters with one value of a facet switched."""
        values = self.chosen.get(facet, frozenset()) ^ {value}
        return Filters(text=self.text, chosen={**self.chosen, facet: values})

    def with_text(self, text: str) -> Filters:
        """Return the filters with another search text."""
        return Filters(text=text, chosen=self.chosen)

    @property
    def active(self) -> list[tuple[Facet, str]]:
        """Chosen values, for the chips over the list."""
        return [(facet, value) for facet in Facet for value in sorted(self.chosen.get(facet, ()))]

    @property
    def is_archive(self) -> bool:
        """Whether archived sessions are wanted, and no others."""
        return bool(self.chosen.get(Facet.ARCHIVE))

    @property
    def is_empty(self) -> bool:
        """Whether every session is wanted."""
        return not self.text.strip() and not self.active


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A head between rows."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session with its place among the others.

    Attributes
    ----------
    summary : SessionSummary
    to_record_s : float or None
        Gap to the quickest lap of the same layout [s]; None when there is nothing alike.
    is_record : bool
    """

    summary: SessionSummary
    to_record_s: float | None
    is_record: bool


def session_name(summary: SessionSummary) -> str:
    """Return what the session is called: its track, else its title, else its file."""
    return summary.track or summary.title or PurePath(summary.file_name).stem


def own_title(summary: SessionSummary) -> str:
    """Return what a session without a track goes by; empty when its track names it."""
    return "" if summary.track else session_name(summary)


def facet_values(summary: SessionSummary, facet: Facet) -> tuple[str, ...]:
    """Return the values of a session in a facet; none when unknown."""
    if facet is Facet.TAG:
        return summary.tags
    if facet is Facet.ARCHIVE:
        return (ARCHIVED,) if summary.is_archived else ()
    if facet is Facet.YEAR:
        start = summary.start_time_utc
        return () if start is None else (str(start.astimezone().year),)
    name = summary.track if facet is Facet.TRACK else summary.vehicle
    return (name,) if name else ()


def fits(summary: SessionSummary, filters: Filters, *, ignoring: Facet | None = None) -> bool:
    """Return whether a session fits the text and every facet but one."""
    if ignoring is not Facet.ARCHIVE and summary.is_archived != filters.is_archive:
        return False
    for facet, wanted in filters.chosen.items():
        if facet is ignoring or not wanted:
            continue
        if wanted.isdisjoint(facet_values(summary, facet)):
            return False
    return has_fragments(_searched_text(summary), filters.text)


def has_fragments(text: str, query: str) -> bool:
    """Return whether every fragment of the query begins a word of the text, or is inside one."""
    words = text.casefold()
    return all(fragment in words for fragment in query.casefold().split())


def facet_counts(
    sessions: Sequence[SessionSummary], filters: Filters, facet: Facet
) -> list[tuple[str, int]]:
    """Return each value of a facet with its count among what the other filters leave."""
    counts: Counter[str] = Counter()
    for summary in sessions:
        values = facet_values(summary, facet)
        counts.update(dict.fromkeys(values, int(fits(summary, filters, ignoring=facet))))
    chosen = filters.chosen.get(facet, frozenset())
    kept = [(value, n) for value, n in counts.items() if n or value in chosen]
    if facet is Facet.YEAR:
        return sorted(kept, reverse=True)
    return sorted(kept, key=lambda item: (-item[1], item[0].casefold()))


def is_same_layout(one: SessionSummary, other: SessionSummary) -> bool:
    """Return whether two sessions may share a record: same track by name, same lap length."""
    if not one.track or one.track.casefold() != other.track.casefold():
        return False
    if one.length_m is None or other.length_m is None:
        return False
    return abs(one.length_m - other.length_m) <= SAME_LAYOUT_SHARE * one.length_m


def record_of(summary: SessionSummary, sessions: Iterable[SessionSummary]) -> float | None:
    """Return the quickest lap of the same layout, this session included [s]."""
    times = [
        other.best_lap_s
        for other in sessions
        if other.best_lap_s is not None and is_same_layout(summary, other)
    ]
    return min(times, default=None)


def session_row(summary: SessionSummary, sessions: Sequence[SessionSummary]) -> SessionRow:
    """Return the row of a session among all sessions."""
    record = record_of(summary, sessions)
    if record is None or summary.best_lap_s is None:
        return SessionRow(summary=summary, to_record_s=None, is_record=False)
    gap = summary.best_lap_s - record
    return SessionRow(summary=summary, to_record_s=gap, is_record=gap <= 0.0)


def list_rows(
    sessions: Sequence[SessionSummary], filters: Filters, order: SortOrder
) -> list[MonthRow | SessionRow]:
    """Return the list: sessions that fit, with a head per month when sorted by date."""
    # An archived run holds no record among the others, nor they among the archived.
    sessions = [s for s in sessions if s.is_archived == filters.is_archive]
    fitting = sorted((s for s in sessions if fits(s, filters)), key=_sort_key(order))
    if order is SortOrder.NEWEST:
        fitting.sort(key=start_of, reverse=True)
    rows: list[MonthRow | SessionRow] = []
    month = None
    for summary in fitting:
        text = formatting.month(summary.start_time_utc)
        if order in (SortOrder.NEWEST, SortOrder.OLDEST) and text != month:
            rows.append(MonthRow(text))
            month = text
        rows.append(session_row(summary, sessions))
    return rows


def start_of(summary: SessionSummary) -> datetime:
    """Return when a session began; long ago when unknown."""
    return summary.start_time_utc or _LONG_AGO


def _sort_key(order: SortOrder) -> Callable[[SessionSummary], tuple[object, ...]]:
    def key(summary: SessionSummary) -> tuple[object, ...]:
        if order is SortOrder.TRACK:
            is_unknown = not summary.track
            return (is_unknown, session_name(summary).casefold(), start_of(summary))
        if order is SortOrder.BEST:
            best = summary.best_lap_s
            return (best is None, best or 0.0, start_of(summary))
        if order is SortOrder.LAPS:
            return (-summary.n_laps, start_of(summary))
        return (start_of(summary),)

    return key


def _searched_text(summary: SessionSummary) -> str:
    fields = (summary.track, summary.title, summary.vehicle, summary.driver, summary.note)
    date = (
        f"{formatting.short_day(summary.start_time_utc)} {formatting.month(summary.start_time_utc)}"
    )
    return "\n".join((*fields, *summary.tags, summary.file_name, date))
