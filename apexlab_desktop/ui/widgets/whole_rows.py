"""Room for a table that ends with a whole row."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui.widgets.grouped_table import GroupedTable


class WholeRows(QWidget):
    """Gives a table as much of its height as shows no row in part while nothing is scrolled."""

    def __init__(self, table: GroupedTable) -> None:
        super().__init__()
        self._table = table
        table.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        table.rows_laid_out.connect(self._place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the table in anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        height = self._table.height_of_whole_rows(self.height())
        self._table.setGeometry(0, 0, self.width(), height)
