"""Sector boundaries that the user set, kept with the session as a fact of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apexlab_desktop.analysis.sectors import checked_boundaries
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.opening import START_LINE_FACT, open_session
from apexlab_desktop.app.track_edits import keep_sectors, sectors_of_layout
from apexlab_desktop.errors import AnalysisError, StoreError
from apexlab_desktop.store import sessions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import ReferenceLine
    from apexlab_desktop.app.records import OpenedSession

SECTORS_FACT = "sectors"


def set_sectors(session_id: str, places_m: Sequence[float] | None) -> tuple[float, ...] | None:
    """Keep the user's boundaries, or with None go back to those that the program finds.

    Parameters
    ----------
    session_id : str
        Of the library.
    places_m : sequence of float or None
        Stations between start and end of the lap, in order [m].

    Returns
    -------
    tuple of float or None
        The boundaries before: setting them again is the way back [m].

    Raises
    ------
    StoreError
        If there is no such session.
    """
    with library().writing() as connection:
        if sessions.get_summary(connection, session_id) is None:
            raise StoreError(expected="a session of the library", found="none", place=session_id)
        facts = sessions.facts(connection, session_id)
        before = _places(facts)
        value = None
        if places_m is not None:
            places = [float(place) for place in places_m]
            value = {"places_m": places, START_LINE_FACT: facts.get(START_LINE_FACT)}
        sessions.set_fact(connection, session_id, SECTORS_FACT, value)
    _teach_layout(session_id, places_m)
    return before


def _teach_layout(session_id: str, places_m: Sequence[float] | None) -> None:
    """Keep the boundaries with the track too, so that its other sessions have them."""
    session = open_session(session_id)
    try:
        line = laps_at_places(session.analysed).line
    except AnalysisError:
        return
    if line is not None:
        keep_sectors(session, line, places_m)


def sectors_kept(
    session: OpenedSession, length_m: float, line: ReferenceLine | None = None
) -> tuple[float, ...] | None:
    """Return the user's boundaries of a session, None where there are none that fit its laps.

    Parameters
    ----------
    session : OpenedSession
    length_m : float
        Of the session's line [m].
    line : ReferenceLine, optional
        That line: where the session has no boundaries of its own, those of its track are put on it.
    """
    if session.summary is None:
        return None
    with library().reading() as connection:
        places = _places(sessions.facts(connection, session.id))
    if places is None and line is not None:
        places = sectors_of_layout(session, line)
    try:
        return None if places is None else _checked(places, length_m)
    except AnalysisError:
        # Set on a line of another length: they say nothing about this one.
        return None


def _checked(places_m: tuple[float, ...], length_m: float) -> tuple[float, ...]:
    checked_boundaries(places_m, length_m)
    return places_m


def _places(facts: dict[str, Any]) -> tuple[float, ...] | None:
    """Return the boundaries kept; stations count from the start line that they were set with."""
    kept = facts.get(SECTORS_FACT)
    if kept is None or kept[START_LINE_FACT] != facts.get(START_LINE_FACT):
        return None
    return tuple(kept["places_m"])
