"""What the library hands out: plain values, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


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
        At most 64 points of the best lap in a unit square, y up, for the row's little map.
    outline_speeds_mps : tuple of float or None
        Speed at each point of the outline [m/s]; empty in a library of an older version.
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
    outline_speeds_mps: tuple[float | None, ...] = ()
    lap_gaps_s: tuple[float | None, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    sha256: str = ""
    file_size_bytes: int = 0
    stored_bytes: int = 0
    is_archived: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryStats:
    """Figures of the whole library for its head line."""

    n_sessions: int
    n_laps: int
    n_tracks: int
    stored_bytes: int
    tracks: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """A worksheet of the analysis.

    Attributes
    ----------
    id : str
        UUIDv7, or the name of a sheet that the program brings along.
    name : str
    plots : tuple of str
        Keys of its plots from the top down; empty for a sheet whose plots the program chooses.
    """

    id: str
    name: str
    plots: tuple[str, ...] = ()
