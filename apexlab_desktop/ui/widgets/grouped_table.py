"""A table that paints its own rows, with heads between groups of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.grouped_model import LEFT, Column, GroupedModel, Index

KEY_FOCUS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Why a widget has the focus when it came without the mouse."""
UP, DOWN = "\u2191", "\u2193"


class Head(QHeaderView):
    """Titles of the columns; a click asks for that order."""

    def __init__(self, appearance: Appearance, columns: tuple[Column, ...], height: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._appearance = appearance
        self._columns = columns
        self._height = height
        self.sort_section = -1
        self.is_ascending = True
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(20)
        appearance.theme_changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Return the head's height."""
        return QSize(100, self._height)

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Take the titles of other columns."""
        self._columns = columns
        self.viewport().update()

    def show_order(self, section: int, *, is_ascending: bool) -> None:
        """Mark the column the rows are sorted by; -1 for none."""
        self.sort_section = section
        self.is_ascending = is_ascending
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one line under all titles."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._appearance.theme.border))
        y = self.viewport().height() - 1
        painter.drawLine(0, y, self.viewport().width(), y)
        painter.end()

    def paintSection(self, painter: QPainter, rect: Any, logical_index: int) -> None:
        """Draw a title, and an arrow where the order comes from."""
        theme = self._appearance.theme
        column = self._columns[logical_index]
        is_sorted = logical_index == self.sort_section
        painter.save()
        painter.setFont(fonts.font(11, 600))
        painter.setPen(QColor(theme.text if is_sorted else theme.secondary))
        text = column.title
        if is_sorted and text:
            text = f"{text} {UP if self.is_ascending else DOWN}"
        room = QRectF(rect).adjusted(min(12, column.padding), 0, -column.padding, 0)
        painter.drawText(room, int(column.align), text)
        painter.restore()


class RowDelegate(QStyledItemDelegate):
    """Paints background, rules and heads; what is in a cell is painted by a function."""

    def __init__(
        self,
        appearance: Appearance,
        model: GroupedModel,
        paint_cell: Callable[[QPainter, QRectF, Any, int, bool], None],
        view: GroupedTable,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._appearance = appearance
        self._model = model
        self._paint_cell = paint_cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        theme = self._appearance.theme
        box = QRectF(option.rect)
        view = self._view
        group = self._model.group_text(index.row())
        is_chosen = not group and view.currentIndex().row() == index.row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if group:
            painter.fillRect(box, QColor(theme.raised))
        elif is_chosen:
            painter.fillRect(box, QColor(theme.selected_row))
        elif view.hovered_row == index.row():
            painter.fillRect(box, QColor(theme.hover))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), QColor(theme.border))
        if group:
            painter.setFont(fonts.font(11, 600))
            painter.setPen(QColor(theme.secondary))
            room = box.adjusted(12, 0, -12, 0)
            text = painter.fontMetrics().elidedText(
                group, Qt.TextElideMode.ElideRight, int(room.width())
            )
            painter.drawText(room, int(LEFT), text)
        else:
            self._paint_cell(painter, box, self._model.rows[index.row()], index.column(), is_chosen)
        painter.restore()


class GroupedTable(QTableView):
    """Rows in groups, one chosen row, one hovered row, keys that stay inside the table.

    Parameters
    ----------
    appearance : Appearance
    model : GroupedModel
    paint_cell : callable
        `(painter, box, row, column, is_chosen)`.
    row_height, group_height, head_height : int
    own_keys : frozenset of Qt.Key
        Keys the table takes before the commands of the window see them.
    """

    chosen = Signal(int)
    entered_row = Signal(int)
    rows_laid_out = Signal()

    def __init__(
        self,
        appearance: Appearance,
        model: GroupedModel,
        paint_cell: Callable[[QPainter, QRectF, Any, int, bool], None],
        *,
        row_height: int,
        group_height: int,
        head_height: int,
        own_keys: frozenset[Qt.Key],
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._rows = model
        self._row_height = row_height
        self._group_height = group_height
        self._own_keys = own_keys
        self.hovered_row = -1
        self._is_focus_shown = False
        self.setModel(model)
        self._delegate = RowDelegate(appearance, model, paint_cell, self)
        self.setItemDelegate(self._delegate)
        self.head = Head(appearance, model.columns, head_height)
        self.setHorizontalHeader(self.head)
        self._set_up_view()
        self._set_up_columns()
        model.modelReset.connect(self._lay_out_rows)
        appearance.theme_changed.connect(self.viewport().update)

    def menu_place(self, event: QContextMenuEvent) -> tuple[int, QPoint]:
        """Return the row that a menu is asked for, and where on the screen: by key, the chosen."""
        if event.reason() is not QContextMenuEvent.Reason.Keyboard:
            return self.rowAt(event.pos().y()), event.globalPos()
        box = self.visualRect(self.currentIndex())
        return self.currentIndex().row(), self.viewport().mapToGlobal(box.bottomLeft())

    def height_of_whole_rows(self, room: int) -> int:
        """Return the greatest height within `room` that ends with a row, no head; or all of it.

        Heights are logical pixels, the head's included.
        """
        fitting = bottom = self.head.sizeHint().height()
        for row in range(self._rows.rowCount()):
            bottom += self.rowHeight(row)
            if bottom > room:
                return fitting
            if not self._rows.group_text(row):
                fitting = bottom
        return room

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns of the same rows; the chosen cell stays."""
        row, column = self.currentIndex().row(), self.currentIndex().column()
        self.head.show_columns(columns)
        self._rows.show_columns(columns)
        self._set_up_columns()
        self.choose(row, min(column, len(columns) - 1))

    def choose(self, row: int, column: int = 0) -> None:
        """Choose a row without telling anyone, and bring it into view."""
        blocked = self.selectionModel().blockSignals(True)
        index = self._rows.index(row, max(column, 0)) if row >= 0 else QModelIndex()
        self.setCurrentIndex(index)
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Keep the table's own keys from the window's commands."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain and Qt.Key(event.key()) in self._own_keys:
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where it came by key."""
        super().focusInEvent(event)
        self._show_focus(is_shown=event.reason() in KEY_FOCUS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self._show_focus(is_shown=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, and the focus round them."""
        super().paintEvent(event)
        if self._is_focus_shown:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._appearance.theme.accent))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.end()

    def _show_focus(self, *, is_shown: bool) -> None:
        self._is_focus_shown = is_shown
        self.viewport().update()

    def resizeEvent(self, event: Any) -> None:
        """Let columns of second rank leave where it is narrow."""
        super().resizeEvent(event)
        for number, column in enumerate(self._rows.columns):
            self.setColumnHidden(number, self.viewport().width() < column.leaves_below)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the hovered row."""
        super().leaveEvent(event)
        self._hover(-1)

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer."""
        if event.type() == QEvent.Type.MouseMove:
            self._hover(self.rowAt(int(event.position().y())))  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()
            self.entered_row.emit(row)

    def _set_up_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(20)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def _set_up_columns(self) -> None:
        for number, column in enumerate(self._rows.columns):
            mode = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            self.head.setSectionResizeMode(number, mode)
            if column.width:
                self.setColumnWidth(number, column.width)

    def _lay_out_rows(self) -> None:
        self.hovered_row = -1
        self.clearSpans()
        for row in range(self._rows.rowCount()):
            is_head = bool(self._rows.group_text(row))
            self.setRowHeight(row, self._group_height if is_head else self._row_height)
            if self._rows.is_wide(row):
                self.setSpan(row, 0, 1, self._rows.columnCount())
        self.rows_laid_out.emit()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.viewport().update()
        if current.isValid():
            self.chosen.emit(current.row())
