"""What the use-cases hand to the window and the command line; standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from apexlab_desktop.store.records import LibraryStats, SessionSummary, Worksheet

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import AnalysedSession, Notice


__all__ = [
    "ImportOutcome",
    "ImportStatus",
    "LapRef",
    "LibraryStats",
    "OpenedSession",
    "SessionSummary",
    "Worksheet",
]


class ImportStatus(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    ALREADY_IMPORTED = "already_imported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What happened to one file.

    Attributes
    ----------
    path : str
        As given.
    status : ImportStatus
    session_id : str or None
    error : str
        One clear line when it failed.
    error_type : str
        Class name of the error.
    summary : SessionSummary or None
    notices : tuple of Notice
        The receipt.
    gps_rate_hz : float or None
    duration_s : float
        How long the import took [s].
    """

    path: str
    status: ImportStatus
    session_id: str | None = None
    error: str = ""
    error_type: str = ""
    summary: SessionSummary | None = None
    notices: tuple[Notice, ...] = ()
    gps_rate_hz: float | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LapRef:
    """One lap of one session."""

    session_id: str
    lap_number: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OpenedSession:
    """A session ready for use, from a file or from the library.

    Attributes
    ----------
    id : str
        Library id, or the file's SHA-256 when it is not in the library.
    file : str
        Path or stored file name.
    sha256 : str
    analysed : AnalysedSession
    summary : SessionSummary or None
        None for a file outside the library.
    """

    id: str
    file: str
    sha256: str
    analysed: AnalysedSession
    summary: SessionSummary | None = None
