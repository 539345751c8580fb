"""Open a session from a file or from the library, analysed and ready to compare."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.config import ANALYSIS_VERSION
from apexlab_desktop.analysis.types import RawSession, StartLine
from apexlab_desktop.app.files import check_unchanged, fingerprint, shown
from apexlab_desktop.app.layouts import learn_layout
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.records import OpenedSession
from apexlab_desktop.app.summaries import derived_facts
from apexlab_desktop.errors import ImporterError
from apexlab_desktop.importers import registry
from apexlab_desktop.store import sessions

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import AnalysedSession

KEPT_OPEN = 8
"""Sessions kept in memory, so that another lap of the same session is there at once."""

START_LINE_FACT = "start_line"
WANTED_CHANNELS = frozenset(CATALOGUE)

_kept: OrderedDict[tuple[str, str, str], OpenedSession] = OrderedDict()
_kept_lock = Lock()


def open_session(
    file: str | Path,
    *,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
) -> OpenedSession:
    """Return a session from a path or a library id.

    Parameters
    ----------
    file : str or Path
        A path, or the id (or its beginning) of a session of the library.
    start_line : StartLine or None
        Split laps at this line instead of the file's own or the user's stored one.
    ignore_lap_column : bool
        Do not use the file's own lap boundaries.

    Raises
    ------
    ImporterError
        If it is neither a readable file nor a session of the library.
    """
    if Path(file).exists():
        return _from_file(Path(file), start_line, ignore_lap_column=ignore_lap_column)
    session_id = resolve(str(file))
    return _from_library(session_id, start_line, ignore_lap_column=ignore_lap_column)


def resolve(text: str) -> str:
    """Return the full id of a library session.

    Raises
    ------
    ImporterError
        If there is no such session, or more than one fits.
    """
    with library().reading() as connection:
        session_id = sessions.resolve_id(connection, text)
    if session_id is None:
        raise ImporterError(
            expected="a file, or the id of a session in the library",
            found="neither",
            place=text,
            advice="`apexlab sessions` lists the ids.",
        )
    return session_id


def load_raw(file: str | Path) -> tuple[RawSession, str, str]:
    """Return the raw session with every channel, its SHA-256 and its file name."""
    if Path(file).exists():
        path = Path(file)
        raw, sha256 = _load_hashed(path)
        return raw, sha256, shown(path)
    session_id = resolve(str(file))
    with library().reading() as connection:
        raw = sessions.load_raw(connection, session_id)
        summary = sessions.get_summary(connection, session_id)
    return raw, summary.sha256 if summary else "", summary.file_name if summary else ""


def _load_hashed(path: Path) -> tuple[RawSession, str]:
    """Return the session of a file, and the hash of the bytes it was read from."""
    hashed = fingerprint(path)
    raw = registry.load(path)
    check_unchanged(path, hashed)
    return raw, hashed.sha256


def forget(session_id: str) -> None:
    """Drop a session from memory after it changed."""
    with _kept_lock:
        for key in [key for key in _kept if key[1] == session_id]:
            del _kept[key]


def _from_file(
    path: Path, start_line: StartLine | None, *, ignore_lap_column: bool
) -> OpenedSession:
    raw, sha256 = _load_hashed(path)
    analysed = session_analysis.analyse(
        raw, start_line=start_line, ignore_lap_column=ignore_lap_column
    )
    return OpenedSession(id=sha256, file=shown(path), sha256=sha256, analysed=analysed)


def _from_library(
    session_id: str, start_line: StartLine | None, *, ignore_lap_column: bool
) -> OpenedSession:
    settings = repr((start_line, ignore_lap_column))
    key = (str(library().path), session_id, settings)
    with _kept_lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    opened = _read_library(session_id, start_line, ignore_lap_column=ignore_lap_column)
    with _kept_lock:
        _kept[key] = opened
        while len(_kept) > KEPT_OPEN:
            _kept.popitem(last=False)
    return opened


def _read_library(
    session_id: str, start_line: StartLine | None, *, ignore_lap_column: bool
) -> OpenedSession:
    with library().reading() as connection:
        raw = sessions.load_raw(connection, session_id, names=WANTED_CHANNELS)
        facts = sessions.facts(connection, session_id)
        stored_version = sessions.analysis_version(connection, session_id)
    analysed = analyse_with_facts(
        raw, facts, start_line=start_line, ignore_lap_column=ignore_lap_column
    )
    is_default = start_line is None and not ignore_lap_column
    if is_default and stored_version != ANALYSIS_VERSION:
        store_derived(session_id, analysed)
    with library().reading() as connection:
        summary = sessions.get_summary(connection, session_id)
    return OpenedSession(
        id=session_id,
        file=summary.file_name if summary else "",
        sha256=summary.sha256 if summary else "",
        analysed=analysed,
        summary=summary,
    )


def analyse_with_facts(
    raw: RawSession,
    facts: dict[str, Any],
    *,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
) -> AnalysedSession:
    """Analyse a session with what the user decided about it, which wins over detection."""
    stored = facts.get(START_LINE_FACT)
    if start_line is None and stored is not None:
        start_line = StartLine(**stored)
        ignore_lap_column = True
    return session_analysis.analyse(raw, start_line=start_line, ignore_lap_column=ignore_lap_column)


def store_derived(session_id: str, analysed: AnalysedSession) -> None:
    """Replace the stored laps and summary by those of the present analysis."""
    with library().writing() as connection:
        sessions.replace_derived(connection, session_id, derived_facts(analysed))
        learn_layout(connection, session_id, analysed)
