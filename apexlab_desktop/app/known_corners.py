"""A session's corners under the ids, numbers and names that its track gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.analysis.corners import detect_corners
from apexlab_desktop.analysis.session_corners import SessionCorners, corners_of, typical_speed
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.app.layouts import match_session
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.app.track_edits import corners_of_layout, rename_corner
from apexlab_desktop.errors import StoreError

if TYPE_CHECKING:
    from apexlab_desktop.app.records import OpenedSession


def known_corners_of(session: OpenedSession) -> SessionCorners:
    """Return the corners of a session and what its laps did in them.

    The track remembers its corners, so that turn 5 is turn 5 on every visit; a library session
    teaches it those it does not know yet.

    Raises
    ------
    NoLapsError
        If the session has no valid timed lap.
    """
    comparison = laps_at_places(session.analysed)
    if comparison.line is None:
        return corners_of(session.analysed, comparison=comparison)
    found = detect_corners(comparison.line, typical_speed(comparison))
    corners = corners_of_layout(session, comparison.line, found)
    return corners_of(session.analysed, comparison=comparison, corners=corners)


def name_corner(
    session_id: str, corner_id: str, *, number: str | None = None, name: str | None = None
) -> None:
    """Give a corner of a session's track the user's number or name; an empty text takes it back.

    Raises
    ------
    StoreError
        If the track of the session is not known, has no such corner, or another one has the number.
    """
    session = open_session(session_id)
    layout = match_session(session).layout
    if layout is None:
        raise StoreError(
            expected="a session whose track is known",
            found="none that its laps fit",
            place=session.file,
            advice="Say which track it is, or record a whole lap.",
        )
    rename_corner(layout.id, corner_id, number=number, name=name)
