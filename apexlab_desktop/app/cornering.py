"""The corners of a session, for the command line, the window and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.app.comparing import find_lap
from apexlab_desktop.app.known_corners import known_corners_of
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.errors import AnalysisError, InsufficientDataError, NoLapsError

if TYPE_CHECKING:
    from apexlab_desktop.analysis.session_corners import SessionCorners
    from apexlab_desktop.analysis.types import StartLine
    from apexlab_desktop.app.records import OpenedSession


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CorneredSession:
    """An open session with its corners.

    Attributes
    ----------
    session : OpenedSession
    found : SessionCorners
    """

    session: OpenedSession
    found: SessionCorners


def corners(
    file: str | Path,
    *,
    lap_number: int | None = None,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
) -> CorneredSession:
    """Return the corners of a file or library session, and what each lap did in them.

    Parameters
    ----------
    file : str or Path
    lap_number : int, optional
        A lap that must be among them.
    start_line : StartLine, optional
        Split laps there instead.
    ignore_lap_column : bool
        Do not use the file's own laps.

    Raises
    ------
    NoLapsError
        If the session has no valid timed lap, or not the one asked for.
    InsufficientDataError
        If its laps have no positions.
    """
    session = open_session(file, start_line=start_line, ignore_lap_column=ignore_lap_column)
    return corners_of_opened(session, lap_number=lap_number)


def corners_of_opened(session: OpenedSession, *, lap_number: int | None = None) -> CorneredSession:
    """Return the corners of a session that is open already; see `corners`."""
    if lap_number is not None:
        find_lap(session, lap_number)
    try:
        found = known_corners_of(session)
    except AnalysisError as error:
        raise error if error.place else error.at(session.file) from error
    if found.comparison.line is None:
        raise InsufficientDataError(
            expected="positions, by which corners are found",
            found="laps without any",
            place=session.file,
        )
    if lap_number is not None:
        _require_pass(session, found, lap_number)
    return CorneredSession(session=session, found=found)


def _require_pass(session: OpenedSession, found: SessionCorners, lap_number: int) -> None:
    numbers = [lap.lap.number for lap in found.comparison.laps]
    if lap_number not in numbers:
        raise NoLapsError(
            expected=f"one of the valid timed laps {', '.join(map(str, numbers))}",
            found=f"lap {lap_number}, which is none",
            place=session.file,
            advice="`apexlab laps` says why.",
        )
