"""Rows of a table with heads between groups of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a grouped table.

    Attributes
    ----------
    title : str
    width : int
        Logical px; 0 takes the rest.
    align : Qt.AlignmentFlag
    leaves_below : int
        The column is hidden while the table is narrower than this; 0 for never.
    padding : int
        Between the title and the right edge, in logical px.
    """

    title: str
    width: int
    align: Qt.AlignmentFlag = LEFT
    leaves_below: int = 0
    padding: int = 12


class GroupedModel(QAbstractTableModel):
    """Rows of any values; a row that `group_text` has words for is a head."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        group_text: Callable[[Any], str],
        cell_text: Callable[[Any, int], str],
        row_words: Callable[[Any], str],
        is_wide: Callable[[Any], bool] = lambda _row: False,
    ) -> None:
        super().__init__()
        self._is_wide = is_wide
        self.columns = columns
        self._group_text = group_text
        self._cell_text = cell_text
        self._row_words = row_words
        self.rows: list[Any] = []

    def show_rows(self, rows: list[Any]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns of the same rows."""
        self.beginResetModel()
        self.columns = columns
        self.endResetModel()

    def group_text(self, row: int) -> str:
        """Return the words of a head, empty for a row of values."""
        return self._group_text(self.rows[row])

    def is_wide(self, row: int) -> bool:
        """Return whether a row is one cell across."""
        return bool(self._group_text(self.rows[row])) or self._is_wide(self.rows[row])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many rows there are, heads included."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let heads be passed over."""
        if not index.isValid() or self.group_text(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, or the words of its row."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        group = self._group_text(row)
        if role == Qt.ItemDataRole.DisplayRole:
            if group:
                return group if index.column() == 0 else ""
            return self._cell_text(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and (group or self._is_wide(row)):
            return group or self._row_words(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return group or self._row_words(row)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None
