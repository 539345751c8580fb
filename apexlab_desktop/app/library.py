"""The library's list and the user's words in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.types import StartLine
from apexlab_desktop.app import opening
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.summaries import derived_facts
from apexlab_desktop.errors import StoreError
from apexlab_desktop.store import sessions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.store.records import LibraryStats, SessionSummary


def list_sessions(*, archived: bool = False) -> list[SessionSummary]:
    """Return the sessions of the library, newest run first."""
    with library().reading() as connection:
        return sessions.list_summaries(connection, archived=archived)


def library_stats() -> LibraryStats:
    """Return how much the library holds."""
    with library().reading() as connection:
        return sessions.stats(connection)


def archive_session(session_id: str) -> None:
    """Move a session out of the list; nothing is deleted.

    Raises
    ------
    StoreError
        If there is no such session (so for all functions below).
    """
    _set(session_id, is_archived=True)


def restore_session(session_id: str) -> None:
    """Bring a session back from the archive."""
    _set(session_id, is_archived=False)


def set_note(session_id: str, text: str) -> None:
    """Keep the user's note."""
    _set(session_id, note=text)


def set_tags(session_id: str, tags: Sequence[str]) -> None:
    """Keep the user's tags."""
    with library().writing() as connection:
        found = sessions.set_tags(connection, session_id, tags)
    _check(session_id, found=found)


def resplit_laps(session_id: str, start_line: StartLine | None) -> StartLine | None:
    """Split laps at the user's own line, or with None as the file and detection say.

    The line is kept as the user's fact: it wins over detection and survives a new analysis.

    Returns
    -------
    StartLine or None
        The user's line before: splitting at it again is the way back.
    """
    fact = asdict(start_line) if start_line else None
    with library().reading() as connection:
        raw = sessions.load_raw(connection, session_id, names=opening.WANTED_CHANNELS)
        facts = sessions.facts(connection, session_id)
    before = facts.get(opening.START_LINE_FACT)
    facts[opening.START_LINE_FACT] = fact
    analysed = opening.analyse_with_facts(raw, facts)
    derived = derived_facts(analysed)
    with library().writing() as connection:
        sessions.set_fact(connection, session_id, opening.START_LINE_FACT, fact)
        sessions.replace_derived(connection, session_id, derived)
    opening.forget(session_id)
    return None if before is None else StartLine(**before)


def _set(session_id: str, **values: object) -> None:
    with library().writing() as connection:
        found = sessions.set_columns(connection, session_id, **values)
    _check(session_id, found=found)


def _check(session_id: str, *, found: bool) -> None:
    if not found:
        raise StoreError(expected="a session of the library", found="none", place=session_id)
    opening.forget(session_id)
