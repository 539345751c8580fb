"""Repository of the worksheets: read and replaced as a whole, for their order is one fact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from apexlab_desktop.store.models import WorksheetRow
from apexlab_desktop.store.records import Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

WORKSHEET = WorksheetRow.__table__  # type: ignore[attr-defined]  # SQLModel does not type tables


def list_worksheets(connection: Connection) -> tuple[Worksheet, ...]:
    """Return the worksheets in the order of their tabs; none before the first was saved."""
    columns = (WORKSHEET.c.id, WORKSHEET.c.name, WORKSHEET.c.plots_json)
    rows = connection.execute(select(*columns).order_by(WORKSHEET.c.position))
    return tuple(
        Worksheet(id=identifier, name=name, plots=tuple(json.loads(plots)))
        for identifier, name, plots in rows
    )


def replace_worksheets(connection: Connection, worksheets: Sequence[Worksheet]) -> None:
    """Keep these worksheets in this order, and no others."""
    connection.execute(delete(WORKSHEET))
    rows = [
        {
            "id": sheet.id,
            "position": position,
            "name": sheet.name,
            "plots_json": json.dumps(sheet.plots),
        }
        for position, sheet in enumerate(worksheets)
    ]
    if rows:
        connection.execute(insert(WORKSHEET), rows)
