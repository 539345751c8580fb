"""The user's worksheets, kept in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.app.library_access import library
from apexlab_desktop.store import worksheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.store.records import Worksheet


def list_worksheets() -> tuple[Worksheet, ...]:
    """Return the worksheets in the order of their tabs; none before the first was saved."""
    with library().reading() as connection:
        return worksheets.list_worksheets(connection)


def save_worksheets(sheets: Sequence[Worksheet]) -> None:
    """Keep these worksheets in this order, and no others."""
    with library().writing() as connection:
        worksheets.replace_worksheets(connection, sheets)
