"""Layouts of the library: their lines, their corners, the user's words, and their sessions."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_match import centre_of
from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.types import StartLine, read_only
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.store import layout_lines
from apexlab_desktop.store.models import LayoutFactRow, LayoutRow, SessionLayoutRow, SessionRow

logger = logging.getLogger(__name__)

Transaction = Connection
"""What a use-case passes on that writes more than one repository at once."""

LAYOUT = LayoutRow.__table__  # type: ignore[attr-defined]  # SQLModel does not type its tables
FACT = LayoutFactRow.__table__  # type: ignore[attr-defined]  # as above
LINK = SessionLayoutRow.__table__  # type: ignore[attr-defined]  # as above
SESSION = SessionRow.__table__  # type: ignore[attr-defined]  # as above

NAME_FACT = "name"
CORNER_FACT = "corner:"
"""Followed by the corner's id; the value holds `number`, `name`, or both."""
NEAR_DEG = 0.1
"""Half height of the box in which layouts are sought: 11 km."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSummary:
    """One row of the list of layouts.

    Attributes
    ----------
    id, name, venue, country, direction, source, circuit_key : str
    lat_deg, lon_deg : float
    length_m : float
    n_corners, n_sessions : int
    """

    id: str
    name: str
    venue: str
    country: str
    direction: str
    source: str
    circuit_key: str
    lat_deg: float
    lon_deg: float
    length_m: float
    n_corners: int
    n_sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLayout:
    """Which layout a session was driven on."""

    layout_id: str
    confidence: float
    is_by_user: bool


def insert_layout(connection: Connection, layout: Layout) -> None:
    """Write a layout inside the caller's transaction."""
    shape, now_us = layout.shape, _now_us()
    lat_deg, lon_deg = centre_of(shape)
    connection.execute(
        insert(LAYOUT).values(
            id=layout.id,
            name=layout.name,
            venue=layout.venue,
            country=layout.country,
            circuit_key=layout.circuit_key,
            source=layout.source,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            length_m=shape.length_m,
            direction=shape.direction,
            is_closed=shape.is_closed,
            quality=shape.quality,
            n_laps=shape.n_laps,
            start_line_json=json.dumps(asdict(shape.start_line)),
            corners_json=_corners_json(layout.corners),
            corners_laps=layout.corners_laps,
            sectors_json=json.dumps(layout.sectors_m),
            line=layout_lines.pack(shape.lat_deg, shape.lon_deg),
            created_at_us=now_us,
            changed_at_us=now_us,
        )
    )


def layouts_near(connection: Connection, lat_deg: float, lon_deg: float) -> list[Layout]:
    """Return the layouts around a place (11 km and more to each side), oldest first."""
    inside = LAYOUT.c.lat_deg.between(lat_deg - NEAR_DEG, lat_deg + NEAR_DEG)
    reach_deg = NEAR_DEG / max(math.cos(math.radians(lat_deg)), NEAR_DEG)
    # Around the antimeridian the two longitudes may differ by nearly a full turn.
    apart_deg = func.abs(LAYOUT.c.lon_deg - lon_deg)
    beside = (apart_deg <= reach_deg) | (apart_deg >= 360.0 - reach_deg)
    rows = connection.execute(
        select(LAYOUT).where(inside & beside).order_by(LAYOUT.c.created_at_us, LAYOUT.c.id)
    ).mappings()
    found = []
    for row in rows:
        try:
            found.append(_layout(connection, row))
        except CorruptFileError as error:
            # One damaged row must not stop every import around it.
            logger.warning("the line of a layout cannot be read: %s", error.one_line())
    return found


def get_layout(connection: Connection, layout_id: str) -> Layout | None:
    """Return a layout as the user wants it named, or None."""
    row = connection.execute(select(LAYOUT).where(LAYOUT.c.id == layout_id)).mappings().first()
    return None if row is None else _layout(connection, row)


def resolve_id(connection: Connection, text: str) -> str | None:
    """Return the layout whose id is `text`, or the only one whose id starts with it."""
    if len(text) < 4 or not all(c in "0123456789abcdefABCDEF-" for c in text):
        return None
    rows = connection.execute(
        select(LAYOUT.c.id).where(LAYOUT.c.id.startswith(text.lower())).limit(2)
    ).all()
    return str(rows[0][0]) if len(rows) == 1 else None


def list_layouts(connection: Connection) -> list[LayoutSummary]:
    """Return all layouts by name, with how many sessions each has."""
    counts = (
        select(LINK.c.layout_id, func.count().label("n_sessions"))
        .group_by(LINK.c.layout_id)
        .subquery()
    )
    columns = [
        LAYOUT.c[name]
        for name in (
            "id", "name", "venue", "country", "direction", "source", "circuit_key", "lat_deg",
            "lon_deg", "length_m", "corners_json",
        )
    ]  # fmt: skip
    rows = connection.execute(
        select(*columns, func.coalesce(counts.c.n_sessions, 0).label("n_sessions"))
        .outerjoin(counts, counts.c.layout_id == LAYOUT.c.id)
        .order_by(LAYOUT.c.name, LAYOUT.c.id)
    ).mappings()
    found = []
    for row in rows:
        values = dict(row)
        n_corners = len(json.loads(values.pop("corners_json")))
        found.append(LayoutSummary(**values, n_corners=n_corners))
    return found


def names(connection: Connection) -> dict[str, str]:
    """Return the names of all layouts by id."""
    rows = connection.execute(select(LAYOUT.c.id, LAYOUT.c.name))
    return {str(row[0]): str(row[1]) for row in rows}


def set_corners(
    connection: Connection, layout_id: str, corners: Sequence[Corner], n_laps: int
) -> None:
    """Keep the corners of a layout; what the user called them is kept beside.

    Parameters
    ----------
    connection : Connection
    layout_id : str
    corners : sequence of Corner
    n_laps : int
        Of how many laps the line was on which they were found.
    """
    connection.execute(
        update(LAYOUT)
        .where(LAYOUT.c.id == layout_id)
        .values(corners_json=_corners_json(corners), corners_laps=n_laps, changed_at_us=_now_us())
    )


def set_sectors(connection: Connection, layout_id: str, sectors_m: Sequence[float]) -> None:
    """Keep the stations of the sector lines of a layout."""
    connection.execute(
        update(LAYOUT)
        .where(LAYOUT.c.id == layout_id)
        .values(sectors_json=json.dumps(list(sectors_m)), changed_at_us=_now_us())
    )


def set_name(connection: Connection, layout_id: str, name: str) -> None:
    """Keep the user's name of a layout, which all its sessions then show."""
    set_fact(connection, layout_id, NAME_FACT, name)
    connection.execute(
        update(LAYOUT).where(LAYOUT.c.id == layout_id).values(name=name, changed_at_us=_now_us())
    )
    linked = select(LINK.c.session_id).where(LINK.c.layout_id == layout_id)
    connection.execute(update(SESSION).where(SESSION.c.id.in_(linked)).values(track=name))


def set_fact(connection: Connection, layout_id: str, subject: str, value: Any) -> None:
    """Keep a decision of the user about a layout; None takes it back."""
    connection.execute(delete(FACT).where(FACT.c.layout_id == layout_id, FACT.c.subject == subject))
    if value is not None:
        connection.execute(
            insert(FACT).values(
                layout_id=layout_id,
                subject=subject,
                value_json=json.dumps(value, ensure_ascii=False),
                changed_at_us=_now_us(),
            )
        )


def facts(connection: Connection, layout_id: str) -> dict[str, Any]:
    """Return every decision of the user about a layout, by subject."""
    rows = connection.execute(
        select(FACT.c.subject, FACT.c.value_json).where(FACT.c.layout_id == layout_id)
    )
    return {subject: json.loads(value) for subject, value in rows}


def link_session(
    connection: Connection,
    session_id: str,
    layout_id: str,
    *,
    confidence: float,
    is_by_user: bool = False,
) -> None:
    """Note which layout a session was driven on; the session shows the layout's name."""
    connection.execute(delete(LINK).where(LINK.c.session_id == session_id))
    connection.execute(
        insert(LINK).values(
            session_id=session_id,
            layout_id=layout_id,
            confidence=confidence,
            is_by_user=is_by_user,
            changed_at_us=_now_us(),
        )
    )
    name = select(LAYOUT.c.name).where(LAYOUT.c.id == layout_id).scalar_subquery()
    connection.execute(update(SESSION).where(SESSION.c.id == session_id).values(track=name))


def layout_of_session(connection: Connection, session_id: str) -> SessionLayout | None:
    """Return which layout a session was driven on, None where that is not known."""
    row = connection.execute(
        select(LINK.c.layout_id, LINK.c.confidence, LINK.c.is_by_user).where(
            LINK.c.session_id == session_id
        )
    ).first()
    if row is None:
        return None
    return SessionLayout(layout_id=row[0], confidence=row[1], is_by_user=bool(row[2]))


def sessions_of_layout(connection: Connection, layout_id: str) -> list[str]:
    """Return the ids of the sessions driven on a layout."""
    rows = connection.execute(
        select(LINK.c.session_id).where(LINK.c.layout_id == layout_id).order_by(LINK.c.session_id)
    )
    return [str(row[0]) for row in rows]


def _layout(connection: Connection, row: RowMapping) -> Layout:
    lat_deg, lon_deg = layout_lines.unpack(row["line"])
    shape = LapShape(
        lat_deg=read_only(lat_deg),
        lon_deg=read_only(lon_deg),
        length_m=row["length_m"],
        direction=row["direction"],
        is_closed=bool(row["is_closed"]),
        start_line=StartLine(**json.loads(row["start_line_json"])),
        quality=row["quality"],
        n_laps=row["n_laps"],
    )
    decided = facts(connection, row["id"])
    corners = tuple(
        replace(corner, **decided.get(CORNER_FACT + corner.id, {}))
        for corner in (Corner(**one) for one in json.loads(row["corners_json"]))
    )
    return Layout(
        id=row["id"],
        name=decided.get(NAME_FACT, row["name"]),
        venue=row["venue"],
        country=row["country"],
        shape=shape,
        corners=corners,
        corners_laps=row["corners_laps"],
        sectors_m=tuple(json.loads(row["sectors_json"])),
        source=row["source"],
        circuit_key=row["circuit_key"],
    )


def _corners_json(corners: Sequence[Corner]) -> str:
    return json.dumps([asdict(corner) for corner in corners], ensure_ascii=False)


def _now_us() -> int:
    return time.time_ns() // 1000
