"""Import a file into the library: read, analyse, store in one transaction."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.app.files import check_unchanged, fingerprint, shown
from apexlab_desktop.app.layouts import learn_layout, unsure_notices
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.records import ImportOutcome, ImportStatus
from apexlab_desktop.app.summaries import derived_facts
from apexlab_desktop.errors import ApexLabError, CancelledError
from apexlab_desktop.importers import registry
from apexlab_desktop.importers.base import no_progress
from apexlab_desktop.store import sessions
from apexlab_desktop.store.sessions import FileFacts

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import AnalysedSession, Notice, RawSession
    from apexlab_desktop.importers.base import Progress

logger = logging.getLogger(__name__)

READ_SHARE = 0.7
ANALYSED_SHARE = 0.8


def import_session(
    path: str | Path, *, progress: Progress | None = None, is_demo: bool = False
) -> ImportOutcome:
    """Bring a file into the library; the same content again is not stored twice.

    Parameters
    ----------
    path : str or Path
        The user's file; it is only read.
    progress : callable or None
        Called with the share done, 0 to 1. What it raises stops the import and leaves nothing.
    is_demo : bool
        Mark the session as the demo.

    Returns
    -------
    ImportOutcome
        Also for a file that cannot be used: `status` is failed and `error` is one clear line.

    Raises
    ------
    CancelledError
        If `progress` raised it.
    """
    started = time.perf_counter()
    try:
        outcome = _import(Path(path), progress or no_progress, is_demo=is_demo)
    except CancelledError:
        raise
    except ApexLabError as error:
        outcome = ImportOutcome(
            path=shown(Path(path)),
            status=ImportStatus.FAILED,
            error=error.one_line(),
            error_type=type(error).__name__,
        )
    return replace(outcome, duration_s=time.perf_counter() - started)


def _import(path: Path, progress: Progress, *, is_demo: bool) -> ImportOutcome:
    hashed = fingerprint(path)
    known = _already_imported(path, hashed.sha256)
    if known is not None:
        return known
    raw = registry.load(path, lambda share: progress(READ_SHARE * share))
    check_unchanged(path, hashed)
    progress(READ_SHARE)
    analysed = session_analysis.analyse(raw)
    progress(ANALYSED_SHARE)
    file = FileFacts(
        name=shown(Path(path.name)),
        sha256=hashed.sha256,
        size_bytes=hashed.size_bytes,
        is_demo=is_demo,
    )
    outcome = _store(path, file, analysed)
    progress(1.0)
    logger.info("imported a %s file with %d laps", raw.format, len(analysed.laps))
    return outcome


def _store(path: Path, file: FileFacts, analysed: AnalysedSession) -> ImportOutcome:
    derived = derived_facts(analysed)
    unsure: tuple[Notice, ...] = ()
    with library().writing() as connection:
        # Another process may have stored the same content since we looked.
        session_id = sessions.find_id(connection, sha256=file.sha256)
        status = ImportStatus.ALREADY_IMPORTED
        if session_id is None:
            session_id = sessions.insert_session(connection, file, analysed.raw, derived)
            match = learn_layout(connection, session_id, analysed)
            unsure = unsure_notices(connection, match)
            status = ImportStatus.IMPORTED
        summary = sessions.get_summary(connection, session_id)
    return ImportOutcome(
        path=shown(path),
        status=status,
        session_id=session_id,
        summary=summary,
        notices=(*analysed.notices, *unsure),
        gps_rate_hz=gps_rate_hz(analysed.raw),
    )


def _already_imported(path: Path, sha256: str) -> ImportOutcome | None:
    with library().reading() as connection:
        session_id = sessions.find_id(connection, sha256=sha256)
    if session_id is None:
        return None
    with library().writing() as connection:
        # A file dropped again is wanted again: it comes back from the archive.
        if not sessions.set_columns(connection, session_id, is_archived=False):
            return None
        summary = sessions.get_summary(connection, session_id)
    return ImportOutcome(
        path=shown(path),
        status=ImportStatus.ALREADY_IMPORTED,
        session_id=session_id,
        summary=summary,
    )


def gps_rate_hz(raw: RawSession) -> float | None:
    """Return the rate of the first group with positions (or speed), None when unknown [Hz]."""
    for name in ("lat_deg", "speed_mps"):
        for group in raw.groups:
            if group.find(name) is not None:
                return group.rate_hz
    return None
