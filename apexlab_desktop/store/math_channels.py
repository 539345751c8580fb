"""Formulas of the user: of one layout, or of the whole library."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select
from uuid_utils import compat as uuid_utils

from apexlab_desktop.store.models import MathChannelRow

MATH = MathChannelRow.__table__  # type: ignore[attr-defined]  # SQLModel does not type its tables


@dataclass(frozen=True, slots=True, kw_only=True)
class MathChannel:
    """A formula that was kept.

    Attributes
    ----------
    id : str
        UUIDv7.
    name, expression : str
    layout_id : str or None
        None for all sessions of the library.
    """

    id: str
    name: str
    expression: str
    layout_id: str | None = None


def put_math_channel(
    connection: Connection, name: str, expression: str, layout_id: str | None
) -> MathChannel:
    """Keep a formula; one of that name at the same place is replaced and keeps its id."""
    at_place = (MATH.c.name == name) & _place(layout_id)
    kept = connection.execute(select(MATH.c.id).where(at_place)).scalar()
    identifier = str(kept) if kept is not None else str(uuid_utils.uuid7())
    connection.execute(delete(MATH).where(at_place))
    connection.execute(
        insert(MATH).values(
            id=identifier,
            layout_id=layout_id,
            name=name,
            expression=expression,
            changed_at_us=time.time_ns() // 1000,
        )
    )
    return MathChannel(id=identifier, name=name, expression=expression, layout_id=layout_id)


def remove_math_channel(connection: Connection, name: str, layout_id: str | None) -> bool:
    """Drop a formula; return whether there was one."""
    done = connection.execute(delete(MATH).where((MATH.c.name == name) & _place(layout_id)))
    return done.rowcount > 0


def list_math_channels(connection: Connection, layout_id: str | None) -> list[MathChannel]:
    """Return the formulas of a layout and of the library, by name; the layout's own win."""
    columns = (MATH.c.id, MATH.c.name, MATH.c.expression, MATH.c.layout_id)
    places = _place(None) if layout_id is None else _place(None) | _place(layout_id)
    rows = connection.execute(
        select(*columns)
        .where(places)
        # Of one name those of the library come first, so that the layout's take their place.
        .order_by(MATH.c.layout_id.is_not(None), MATH.c.name)
    )
    by_name = {
        name: MathChannel(id=identifier, name=name, expression=expression, layout_id=layout)
        for identifier, name, expression, layout in rows
    }
    return [by_name[name] for name in sorted(by_name)]


def _place(layout_id: str | None) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        MATH.c.layout_id.is_(None) if layout_id is None else MATH.c.layout_id == layout_id
    )
    return found
