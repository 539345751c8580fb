"""Analyse a session whole: laps, sectors, ideal laps, consistency and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.debrief import Debrief, debrief
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.errors import NoLapsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apexlab_desktop.analysis.types import StartLine
    from apexlab_desktop.app.records import OpenedSession


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionDebrief:
    """A session and what its laps say.

    Attributes
    ----------
    session : OpenedSession
    result : Debrief or None
        None without a valid lap.
    reasons : tuple of str
        Why there is none.
    """

    session: OpenedSession
    result: Debrief | None
    reasons: tuple[str, ...] = ()


def analyze(
    file: str | Path,
    *,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
    sector_places_m: Sequence[float] | None = None,
) -> SessionDebrief:
    """Return everything the laps of a file or library session say.

    Parameters
    ----------
    file : str or Path
        A path, or the id of a session of the library.
    start_line : StartLine or None
        Split laps at this line.
    ignore_lap_column : bool
        Do not use the file's own lap boundaries.
    sector_places_m : sequence of float or None
        Boundaries of the sectors; None puts three at top speeds [m].

    Raises
    ------
    ImporterError
        If it is neither a readable file nor a session of the library.
    """
    session = open_session(file, start_line=start_line, ignore_lap_column=ignore_lap_column)
    return analyze_opened(session, sector_places_m=sector_places_m)


def analyze_opened(
    session: OpenedSession, *, sector_places_m: Sequence[float] | None = None
) -> SessionDebrief:
    """Return what the laps of an open session say; see `analyze`."""
    try:
        comparison = laps_at_places(session.analysed)
    except NoLapsError as error:
        return SessionDebrief(session=session, result=None, reasons=(error.one_line(),))
    result = debrief(comparison, (), (), sector_places_m=sector_places_m)
    return SessionDebrief(session=session, result=result)
