"""The layouts of the library: listed, named, given corners, and told which session is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.analysis.layout_corners import (
    found_anew,
    known_corners,
    places_on_line,
)
from apexlab_desktop.app import opening
from apexlab_desktop.app.layouts import match_session
from apexlab_desktop.app.library_access import library
from apexlab_desktop.errors import StoreError, UnfitNameError
from apexlab_desktop.store import layouts
from apexlab_desktop.store.sessions import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.layout_values import Layout
    from apexlab_desktop.analysis.types import ReferenceLine
    from apexlab_desktop.app.records import OpenedSession
    from apexlab_desktop.store.layouts import LayoutSummary, Transaction

LONGEST_NAME = 120
LONGEST_NUMBER = 8
MIN_LAPS_TO_LEARN = 3
"""Of fewer laps the line is one drive, and a corner found on it may be a swerve."""


def list_tracks() -> list[LayoutSummary]:
    """Return the layouts of the library by name."""
    with library().reading() as connection:
        return layouts.list_layouts(connection)


def names_of_tracks() -> dict[str, str]:
    """Return the names of the library's layouts by id."""
    with library().reading() as connection:
        return layouts.names(connection)


def get_track(track: str) -> Layout:
    """Return a layout by its id or the beginning of it.

    Raises
    ------
    StoreError
        If there is no such layout, or more than one fits.
    """
    with library().reading() as connection:
        return _layout(connection, track)


def rename_track(track: str, name: str) -> None:
    """Give a layout the user's name; all its sessions show it, now and after every analysis.

    Raises
    ------
    UnfitNameError
        If the name is empty or too long.
    StoreError
        If there is no such layout, or the name is another layout's.
    """
    tidy = _tidy(name, LONGEST_NAME, "a name of the track")
    with library().writing() as connection:
        layout = _layout(connection, track)
        if tidy != layout.name and tidy in set(layouts.names(connection).values()):
            raise StoreError(expected="a name that no other track has", found=tidy, place=layout.id)
        layouts.set_name(connection, layout.id, tidy)
        linked = layouts.sessions_of_layout(connection, layout.id)
    for session_id in linked:
        opening.forget(session_id)


def rename_corner(
    track: str, corner_id: str, *, number: str | None = None, name: str | None = None
) -> Corner:
    """Give a corner the user's number or name, or with an empty text take it back.

    Raises
    ------
    StoreError
        If there is no such layout or corner, or another corner has the number.
    """
    with library().writing() as connection:
        layout = _layout(connection, track)
        subject = layouts.CORNER_FACT + corner_id
        fact = dict(layouts.facts(connection, layout.id).get(subject, {}))
        if corner_id not in {corner.id for corner in layout.corners}:
            raise StoreError(
                expected=f"one of the {len(layout.corners)} corners of {layout.name}",
                found=corner_id,
                place=layout.id,
            )
        for key, value, longest in (
            ("number", number, LONGEST_NUMBER),
            ("name", name, LONGEST_NAME),
        ):
            if value is not None and not value.strip():
                fact.pop(key, None)
            elif value is not None:
                fact[key] = _tidy(value, longest, f"the {key} of a corner")
        _require_free_number(layout, corner_id, fact.get("number"))
        layouts.set_fact(connection, layout.id, subject, fact or None)
        again = _layout(connection, layout.id)
    return next(corner for corner in again.corners if corner.id == corner_id)


def assign_track(session_id: str, track: str) -> None:
    """Keep the user's word on which layout a session was driven; it wins over matching.

    Raises
    ------
    StoreError
        If there is no such layout.
    """
    full_id = opening.resolve(session_id)
    with library().writing() as connection:
        layout = _layout(connection, track)
        layouts.link_session(connection, full_id, layout.id, confidence=1.0, is_by_user=True)
    opening.forget(full_id)


def corners_of_layout(
    session: OpenedSession, line: ReferenceLine, found: Sequence[Corner]
) -> tuple[Corner, ...]:
    """Return a session's corners as its layout knows them: stable ids, the user's names.

    Parameters
    ----------
    session : OpenedSession
    line : ReferenceLine
        Of the session; stations of the corners count along it.
    found : sequence of Corner
        What detection found on that line.

    Returns
    -------
    tuple of Corner
        Those of the layout, at their places on `line`. The first session of a layout gives it its
        corners, the first of three laps or more for good; later ones add what it lacks. As found
        where the layout is not known.
    """
    layout = match_session(session).layout
    is_kept = session.summary is not None
    if layout is None or not (is_kept or layout.corners):
        return tuple(found)
    n_laps = sum(lap.lap_time_s is not None and lap.is_valid for lap in session.analysed.laps)
    # A file outside the library teaches nothing: what is read of it is the same every time.
    may_learn = is_kept and (n_laps >= MIN_LAPS_TO_LEARN or not layout.corners)
    known = known_corners(layout, line, found, new_id, may_learn=may_learn)
    if is_kept and _are_first_guesses(layout) and n_laps >= MIN_LAPS_TO_LEARN:
        known = found_anew(layout, line, found, new_id)
    if known.stored == layout.corners:
        return known.on_line
    with library().writing() as connection:
        present = _layout(connection, layout.id)
        if present.corners != layout.corners:
            # Somebody else has learned them meanwhile; then those stand.
            return known_corners(present, line, (), new_id).on_line
        layouts.set_corners(connection, layout.id, known.stored, max(n_laps, layout.corners_laps))
    return known.on_line


def _are_first_guesses(layout: Layout) -> bool:
    """Return whether a layout's corners rest on too few laps, and the user named none of them."""
    if not layout.corners or layout.corners_laps >= MIN_LAPS_TO_LEARN:
        return False
    with library().reading() as connection:
        facts = layouts.facts(connection, layout.id)
    return not any(subject.startswith(layouts.CORNER_FACT) for subject in facts)


def forget_corners(track: str) -> None:
    """Drop the corners of a layout with their names: its next session finds them anew.

    Raises
    ------
    StoreError
        If there is no such layout.
    """
    with library().writing() as connection:
        layout = _layout(connection, track)
        for corner in layout.corners:
            layouts.set_fact(connection, layout.id, layouts.CORNER_FACT + corner.id, None)
        layouts.set_corners(connection, layout.id, (), 0)


def sectors_of_layout(session: OpenedSession, line: ReferenceLine) -> tuple[float, ...] | None:
    """Return the sector boundaries of a session's layout at their places on its line.

    None where the layout is not known or has none, or where the line does not pass them [m].
    """
    layout = match_session(session).layout
    if layout is None or not layout.sectors_m:
        return None
    return places_on_line(layout, line, layout.sectors_m)


def keep_sectors(
    session: OpenedSession, line: ReferenceLine, places_m: Sequence[float] | None
) -> None:
    """Keep a session's sector boundaries with its layout, for all its sessions; None drops them.

    Nothing is kept where the layout is not known.
    """
    layout = match_session(session).layout
    if layout is None:
        return
    there_m = places_on_line(layout, line, places_m or (), to_layout=True)
    with library().writing() as connection:
        layouts.set_sectors(connection, layout.id, there_m or ())


def _layout(connection: Transaction, track: str) -> Layout:
    layout_id = layouts.resolve_id(connection, track)
    layout = layouts.get_layout(connection, layout_id) if layout_id else None
    if layout is None:
        raise StoreError(
            expected="the id of a track in the library",
            found="none or several",
            place=track,
            advice="`apexlab tracks` lists the ids.",
        )
    return layout


def _tidy(text: str, longest: int, what: str) -> str:
    tidy = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not 0 < len(tidy) <= longest:
        raise UnfitNameError(
            expected=f"{what} of 1 to {longest} characters", found=f"{len(tidy)} characters"
        )
    return tidy


def _require_free_number(layout: Layout, corner_id: str, number: str | None) -> None:
    if number is None:
        return
    for corner in layout.corners:
        if corner.id != corner_id and corner.number == number:
            raise StoreError(
                expected="a number that no other corner of the track has",
                found=number,
                place=layout.name,
            )
