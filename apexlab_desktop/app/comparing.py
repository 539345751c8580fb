"""Compare laps of one or several sessions at the same places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.errors import AnalysisError, NoLapsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import Comparison, Lap
    from apexlab_desktop.app.records import LapRef, OpenedSession


def compare(
    laps: Sequence[LapRef], *, reference: int = 0, is_registered: bool = True
) -> Comparison:
    """Return the laps on the grid of the reference lap.

    Parameters
    ----------
    laps : sequence of LapRef
        In the order they are shown; session ids (or paths) and lap numbers.
    reference : int
        Index into `laps`.
    is_registered : bool
        Lay other sessions onto the reference's straights where their receivers differ by metres
        (algorithms.md 4.4); else their positions are compared as they are.

    Raises
    ------
    NoLapsError
        If a lap does not exist.
    AnalysisError
        If the laps are not of one layout and direction, or lack what a comparison needs.
    """
    opened = {ref.session_id: open_session(ref.session_id) for ref in laps}
    return compare_opened(
        [(opened[ref.session_id], ref.lap_number) for ref in laps],
        reference=reference,
        is_registered=is_registered,
    )


def compare_opened(
    laps: Sequence[tuple[OpenedSession, int]], *, reference: int = 0, is_registered: bool = True
) -> Comparison:
    """Compare laps of sessions that are open already; see `compare`."""
    names = _session_names([session for session, _ in laps])
    items = [
        (session.analysed, find_lap(session, number), f"{number}{names[session.id]}")
        for session, number in laps
    ]
    config = replace(DEFAULT_CONFIG, is_registration_enabled=is_registered)
    try:
        return compare_laps(items, reference_index=reference, config=config)
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


def _session_names(opened: Sequence[OpenedSession]) -> dict[str, str]:
    """Return what tells each session from the others, by its id; empty where it is alone."""
    sessions = {session.id: session for session in opened}
    if len(sessions) == 1:
        return dict.fromkeys(sessions, "")
    starts = {
        key: f"{start:%d %b %Y %H:%M}" if (start := one.analysed.raw.start_time_utc) else ""
        for key, one in sessions.items()
    }
    # Two recordings of one drive begin in the same minute: then the files tell them apart.
    told = list(starts.values())
    return {
        key: f" ({starts[key] if starts[key] and told.count(starts[key]) == 1 else one.file})"
        for key, one in sessions.items()
    }
