"""Which track a session was driven on, and what the library learns from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.layout_circuits import CircuitMatch, match_circuits, venue_at
from apexlab_desktop.analysis.layout_match import LayoutMatch, centre_of, match_layouts
from apexlab_desktop.analysis.layout_shape import shape_of
from apexlab_desktop.analysis.layout_values import Layout
from apexlab_desktop.analysis.types import Notice, Severity
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.track_list import starter_circuits
from apexlab_desktop.errors import StoreError
from apexlab_desktop.paths import data_home
from apexlab_desktop.store import layouts, sessions
from apexlab_desktop.store.database import LIBRARY_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apexlab_desktop.analysis.layout_values import LapShape
    from apexlab_desktop.analysis.types import AnalysedSession
    from apexlab_desktop.app.records import OpenedSession
    from apexlab_desktop.store.layouts import Transaction

REVERSED = " (reversed)"
NOWHERE = CircuitMatch()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionTrack:
    """Where a session was driven, as far as anybody knows.

    Attributes
    ----------
    name : str
        Of the layout, else by the file, else of a well-known circuit; empty where nobody knows.
    layout : Layout or None
        Of the library; None where none fits, or where the user has to say which.
    match : LayoutMatch
        With the candidates to ask about.
    circuit : CircuitMatch
        By the list of well-known circuits, where the library has no layout.
    """

    name: str
    layout: Layout | None
    match: LayoutMatch
    circuit: CircuitMatch


def match_session(session: OpenedSession) -> SessionTrack:
    """Return the track of a file or library session; nothing is written.

    Notes
    -----
    What was decided at import or by the user stands; a file is compared with the library's layouts
    and with the list of well-known circuits.
    """
    decided = _decided(session)
    if decided is not None:
        known, match = decided
        return SessionTrack(name=known.name, layout=known, match=match, circuit=NOWHERE)
    shape = shape_of(session.analysed)
    near = _near(shape) if shape is not None else []
    match = match_layouts(shape, near) if shape is not None else LayoutMatch(layout_id=None)
    layout = next((one for one in near if one.id == match.layout_id), None)
    if layout is not None:
        return SessionTrack(name=layout.name, layout=layout, match=match, circuit=NOWHERE)
    circuit = circuit_of(session.analysed, shape)
    name = session.analysed.raw.metadata.get("track", "") or _circuit_name(circuit)
    return SessionTrack(name=name, layout=None, match=match, circuit=circuit)


def _decided(session: OpenedSession) -> tuple[Layout, LayoutMatch] | None:
    if session.summary is None:
        return None
    with library().reading() as connection:
        link = layouts.layout_of_session(connection, session.id)
        layout = layouts.get_layout(connection, link.layout_id) if link else None
    if link is None or layout is None:
        return None
    return layout, LayoutMatch(layout_id=layout.id, confidence=link.confidence)


def _near(shape: LapShape) -> list[Layout]:
    """Return the library's layouts around a lap; a file is also read where there is no library."""
    if not (data_home() / LIBRARY_FILE).exists():
        return []
    try:
        with library().reading() as connection:
            return layouts.layouts_near(connection, *centre_of(shape))
    except StoreError:
        return []


def circuit_of(session: AnalysedSession, shape: LapShape | None) -> CircuitMatch:
    """Return the well-known circuit of a session, by its lap or else by its place alone."""
    if shape is not None:
        return match_circuits(shape, starter_circuits())
    motion = session.trajectory
    if motion is None or motion.origin_lat_deg is None or motion.origin_lon_deg is None:
        return NOWHERE
    return venue_at(motion.origin_lat_deg, motion.origin_lon_deg, starter_circuits())


def learn_layout(connection: Transaction, session_id: str, session: AnalysedSession) -> LayoutMatch:
    """Link a session to its layout, which is learned from it where the library has none.

    Part of the transaction that stores the session, or its new analysis. Where the user has to say
    which layout it is, nothing is linked or learned; what is linked already stays.
    """
    known = layouts.layout_of_session(connection, session_id)
    if known is not None:
        return LayoutMatch(layout_id=known.layout_id, confidence=known.confidence)
    shape = shape_of(session)
    words = _words(session.raw.metadata)
    if shape is None:
        if not words:
            _name_session(connection, session_id, _circuit_name(circuit_of(session, None)))
        return LayoutMatch(layout_id=None)
    near = layouts.layouts_near(connection, *centre_of(shape))
    match = match_layouts(shape, near)
    if match.layout_id is not None:
        layouts.link_session(connection, session_id, match.layout_id, confidence=match.confidence)
        return match
    if match.is_unsure:
        return match
    backwards = next((one for one in near if one.id == match.reversed_of), None)
    layout = _new_layout(connection, shape, circuit_of(session, shape), words, backwards)
    layouts.insert_layout(connection, layout)
    layouts.link_session(connection, session_id, layout.id, confidence=1.0)
    return LayoutMatch(layout_id=layout.id, confidence=1.0)


def _name_session(connection: Transaction, session_id: str, name: str) -> None:
    if name:
        sessions.set_columns(connection, session_id, track=name)


def _new_layout(
    connection: Transaction,
    shape: LapShape,
    circuit: CircuitMatch,
    words: str,
    backwards: Layout | None,
) -> Layout:
    name = words or _circuit_name(circuit) or _place_name(shape)
    if backwards is not None:
        name = backwards.name.removesuffix(REVERSED)
        name += "" if backwards.name.endswith(REVERSED) else REVERSED
    variant = circuit.circuit.layout if circuit.circuit else ""
    return Layout(
        id=sessions.new_id(),
        name=_free_name(name, variant, shape, set(layouts.names(connection).values())),
        venue=circuit.venue or (backwards.venue if backwards else ""),
        country=circuit.country or (backwards.country if backwards else ""),
        shape=shape,
        circuit_key=circuit.circuit.key if circuit.circuit else "",
    )


def _words(metadata: Mapping[str, str]) -> str:
    """Return what the file calls its track."""
    track, layout = metadata.get("track", "").strip(), metadata.get("layout", "").strip()
    return f"{track} {layout}" if track and layout and layout not in track else track


def _circuit_name(match: CircuitMatch) -> str:
    if match.circuit is None:
        return match.venue
    return match.circuit.full_name + (REVERSED if match.is_reversed else "")


def _place_name(shape: LapShape) -> str:
    lat_deg, lon_deg = centre_of(shape)
    north = f"{abs(lat_deg):.2f} {'N' if lat_deg >= 0.0 else 'S'}"
    east = f"{abs(lon_deg):.2f} {'E' if lon_deg >= 0.0 else 'W'}"
    return f"Track at {north} {east}"


def _free_name(name: str, variant: str, shape: LapShape, taken: set[str]) -> str:
    """Return a name that no other layout has: with the layout's own, its length, or a number."""
    tries = [name]
    if variant and variant not in name:
        tries.append(f"{name} {variant}")
    tries.append(f"{name} ({shape.length_m / 1e3:.2f} km)")
    free = next((one for one in tries if one not in taken), "")
    n = 2
    while not free:
        free = "" if f"{name} {n}" in taken else f"{name} {n}"
        n += 1
    return free


def unsure_notices(connection: Transaction, match: LayoutMatch) -> tuple[Notice, ...]:
    """Return the notice that asks which layout it was, where several may fit."""
    if not match.is_unsure:
        return ()
    known = layouts.names(connection)
    names = [known.get(one.layout_id, one.layout_id) for one in match.candidates]
    return (
        Notice(
            code="track_unsure",
            severity=Severity.INFO,
            count=len(names),
            detail=f"the laps may have been driven on {' or '.join(names)}: say which",
        ),
    )
