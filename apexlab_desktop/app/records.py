"""What the use-cases hand to the window and the command line; standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import AnalysedSession, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """One row of the library list, readable without opening the session.

    Attributes
    ----------
    id : str
        UUIDv7.
    file_name : str
        Name of the imported file, without its folder.
    title, track, vehicle, driver : str
        Empty when the file does not say.
    format : str
        Importer id, e.g. `racechrono-csv`.
    start_time_utc, imported_at_utc : datetime or None
    duration_s : float
    n_laps, n_clean : int
        Timed laps, and those that count.
    best_lap_s : float or None
    length_m : float or None
        Lap length [m].
    quality_grade : str
    max_speed_mps : float or None
    outline : tuple of (float, float)
        At most 64 points of the best lap, in a unit square, y up, for the row's little map; empty when unknown.
    lap_gaps_s : tuple of float or None
        Per timed lap in order: gap to the best lap, None when the lap is not counted.
    note : str
    tags : tuple of str
    sha256 : str
        Of the file's bytes.
    file_size_bytes, stored_bytes : int
    is_archived, is_demo : bool
    """

    id: str
    file_name: str
    title: str
    track: str
    vehicle: str
    driver: str
    format: str
    start_time_utc: datetime | None
    imported_at_utc: datetime | None
    duration_s: float
    n_laps: int
    n_clean: int
    best_lap_s: float | None
    length_m: float | None
    quality_grade: str
    max_speed_mps: float | None
    outline: tuple[tuple[float, float], ...] = ()
    lap_gaps_s: tuple[float | None, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    sha256: str = ""
    file_size_bytes: int = 0
    stored_bytes: int = 0
    is_archived: bool = False
    is_demo: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryStats:
    """Figures of the whole library for its head line."""

    n_sessions: int
    n_laps: int
    n_tracks: int
    stored_bytes: int
    tracks: tuple[str, ...] = field(default=())
