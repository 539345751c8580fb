"""Compare laps of one or several sessions at the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.errors import AnalysisError, NoLapsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import Comparison, Lap
    from apexlab_desktop.app.records import LapRef, OpenedSession


def compare(laps: Sequence[LapRef], *, reference: int = 0) -> Comparison:
    """Return the laps on the grid of the reference lap.

    Parameters
    ----------
    laps : sequence of LapRef
        In the order they are shown; session ids (or paths) and lap numbers.
    reference : int
        Index into `laps`.

    Raises
    ------
    NoLapsError
        If a lap does not exist.
    AnalysisError
        If the laps are not of one layout and direction, or lack what a comparison needs.
    """
    opened = {ref.session_id: open_session(ref.session_id) for ref in laps}
    return compare_opened(
        [(opened[ref.session_id], ref.lap_number) for ref in laps], reference=reference
    )


def compare_opened(laps: Sequence[tuple[OpenedSession, int]], *, reference: int = 0) -> Comparison:
    """Compare laps of sessions that are open already; see `compare`."""
    several = len({session.id for session, _ in laps}) > 1
    items = [
        (
            session.analysed,
            find_lap(session, number),
            _label(session, number) if several else str(number),
        )
        for session, number in laps
    ]
    try:
        return compare_laps(items, reference_index=reference)
    except AnalysisError as error:
        if error.place:
            raise
        files = dict.fromkeys(session.file for session, _ in laps)
        raise error.at(" and ".join(files)) from error


def find_lap(session: OpenedSession, number: int) -> Lap:
    """Return a lap by its number.

    Raises
    ------
    NoLapsError
        If the session has no such lap.
    """
    for lap in session.analysed.laps:
        if lap.number == number:
            return lap
    numbers = ", ".join(str(lap.number) for lap in session.analysed.laps)
    raise NoLapsError(
        expected=f"one of the laps {numbers}" if numbers else "a session with laps",
        found=f"lap {number}",
        place=session.file,
    )


def _label(session: OpenedSession, number: int) -> str:
    start = session.analysed.raw.start_time_utc
    return f"{number} ({start:%d %b %Y %H:%M})" if start else f"{number} ({session.file})"
