"""Which columns the lap table has, by the number of sectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.ui.widgets.grouped_model import RIGHT, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.ui.viewmodels.sector_rows import SectorCell

MARK, LAP, TIME, GAP, FIRST_SECTOR = range(5)
TOP_SPEED = "Vmax"
"""Title of the last column, where there is room for it."""
MOST_ROOMY, MOST_COLUMNS = 3, 6
"""So many sectors leave room for the top speed, so many have room at all."""
MINUTE_S = 60.0
SECTOR_WIDTH = 66


def lap_columns(cells: Sequence[Sequence[SectorCell]] | None) -> tuple[Column, ...]:
    """Return the columns for these sector times; None while they are not known.

    The room of three sectors is kept until they come, so that nothing jumps.
    """
    n_sectors = MOST_ROOMY if cells is None else max(map(len, cells), default=0)
    longest_s = max((cell.time_s or 0.0 for row in cells or () for cell in row), default=0.0)
    if n_sectors > MOST_COLUMNS or (n_sectors > MOST_ROOMY and longest_s >= MINUTE_S):
        n_sectors = 0
    titles = ["" if cells is None else f"S{k + 1}" for k in range(n_sectors)]
    is_dense = n_sectors > MOST_ROOMY
    padding = 6 if is_dense else 10
    is_full = is_dense or (longest_s >= MINUTE_S and n_sectors > 0)
    width = 0 if is_full else SECTOR_WIDTH
    time_width, gap_width = (78, 64) if is_dense else (82, 70 if n_sectors else 0)
    columns = (
        Column(title="", width=30),
        Column(title="Lap", width=36, padding=4),
        Column(title="Time", width=time_width, align=RIGHT, padding=padding),
        Column(title="Gap", width=gap_width, align=RIGHT, padding=padding),
        *(Column(title=title, width=width, align=RIGHT, padding=padding) for title in titles),
    )
    last = Column(title=TOP_SPEED, width=0 if n_sectors else 110, align=RIGHT, padding=10)
    return columns if is_full else (*columns, last)


def n_sectors_of(columns: Sequence[Column]) -> int:
    """Return how many of the columns are of sectors."""
    return sum(column.title != TOP_SPEED for column in columns[FIRST_SECTOR:])
