"""Sector times of every timed lap, under the ideal laps that they make."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import DASH, lap_time, signed
from apexlab_desktop.ui.panels.sector_cells import (
    cell_words,
    paint_sector_cell,
    time_words,
)
from apexlab_desktop.ui.viewmodels.sector_rows import SectorRow
from apexlab_desktop.ui.widgets.grouped_model import RIGHT, Column, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable

LAP, TIME, GAP, FIRST_SECTOR = range(4)
ROW_HEIGHT, LOW_ROW_HEIGHT, HEAD_HEIGHT = 30, 28, 30
LOW_BELOW = 540
"""A table less high than this has low rows."""
WIDE_FROM = 800
LEAST_LAP_WIDTH = 196
SECTOR_WIDTHS = (56, 104)
WORDS_FROM = 78
"""A column as wide as this has room for `Sector 1`."""
DENSE_BELOW = 76
MUCH_SLOWER_S = 1.0
N_MARKED = 3
"""Only so many gaps are coloured: the largest ones."""
PADDING, DENSE_PADDING = 12, 5


class SectorGrid(GroupedTable):
    """Rows of laps with a column for each sector; Enter or a click asks for one of them.

    Signal `cell_wanted(row, sector)`: the row of the table and the sector, counted from 0.
    """

    cell_wanted = Signal(int, int)

    def __init__(self, appearance: Appearance, *, head_height: int, is_bold: bool) -> None:
        self._model = GroupedModel(
            sector_columns(0, 0), lambda _row: "", self._cell_text, row_words
        )
        own = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right,
               Qt.Key.Key_Return, Qt.Key.Key_Enter}  # fmt: skip
        super().__init__(
            appearance, self._model, self._paint_cell, row_height=ROW_HEIGHT,
            group_height=ROW_HEIGHT, head_height=head_height, own_keys=frozenset(own),
        )  # fmt: skip
        self._is_bold = is_bold
        self._coloured: frozenset[str] = frozenset()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.selectionModel().currentColumnChanged.connect(self.viewport().update)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns from the left."""
        return self._model.columns

    @property
    def shown(self) -> list[SectorRow]:
        """The rows from the top down."""
        return self._model.rows

    def show_rows(self, rows: tuple[SectorRow, ...]) -> None:
        """Show rows; the chosen cell stays where it is."""
        row, column = self.currentIndex().row(), self.currentIndex().column()
        gaps = [r for r in rows if r.is_counted and (r.gap_s or 0.0) > MUCH_SLOWER_S]
        gaps.sort(key=lambda r: r.gap_s or 0.0, reverse=True)
        self._coloured = frozenset(r.title for r in gaps[:N_MARKED])
        self._model.show_rows(list(rows))
        self.choose(row if row < len(rows) else -1, column)

    def fit(self, columns: tuple[Column, ...], row_height: int) -> None:
        """Take columns and the height of rows."""
        if row_height != self._row_height:
            self._row_height = row_height
            self._lay_out_rows()
        if columns != self._model.columns:
            self.show_columns(columns)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the cell."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want(index.row(), index.column())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the cell under the pointer."""
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton:
            self._want(self.rowAt(at.y()), self.columnAt(at.x()))

    def _want(self, row: int, column: int) -> None:
        sector = column - FIRST_SECTOR
        if 0 <= row < len(self.shown) and 0 <= sector < len(self.shown[row].cells):
            self.cell_wanted.emit(row, sector)

    # ---- words and painting

    def _cell_text(self, row: SectorRow, column: int) -> str:
        if column == LAP:
            return f"{row.title}  {row.note}".rstrip()
        if column == TIME:
            return lap_time(row.time_s)
        if column == GAP:
            return gap_words(row)
        sector = column - FIRST_SECTOR
        return time_words(row.cells[sector].time_s) if sector < len(row.cells) else ""

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: SectorRow, column: int, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        if column == LAP:
            self._paint_lap(painter, box.adjusted(12, 0, -4, 0), row, is_chosen=is_chosen)
        elif column >= FIRST_SECTOR:
            self._paint_sector(painter, box, row, column)
        else:
            is_heavy = (self._is_bold or row.is_best) and row.gap_s is not None
            painter.setFont(fonts.font(13, 600 if is_heavy or is_chosen else 400))
            painter.setPen(QColor(self._colour(row, column)))
            painter.drawText(box.adjusted(0, 0, -12, 0), int(RIGHT), self._cell_text(row, column))
        if is_chosen and self.hasFocus() and column == self.currentIndex().column() != LAP:
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1.5, 2.5, -1.5, -3.5), 4, 4)

    def _colour(self, row: SectorRow, column: int) -> str:
        theme = self._appearance.theme
        if not row.is_counted:
            return theme.muted
        if row.is_best:
            return theme.best
        if column == TIME:
            return theme.text
        if self._is_bold:
            return theme.faster if (row.gap_s or 0.0) < 0.0 else theme.secondary
        return theme.slower if row.title in self._coloured else theme.secondary

    def _paint_lap(
        self, painter: QPainter, room: QRectF, row: SectorRow, *, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        painter.setFont(fonts.font(13, 600 if self._is_bold or is_chosen else 400))
        painter.setPen(QColor(theme.text if row.is_counted else theme.muted))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), row.title)
        beside = room.adjusted(painter.fontMetrics().horizontalAdvance(row.title) + 10, 0, 0, 0)
        painter.setFont(fonts.font(11 if self._is_bold else 13))
        painter.setPen(QColor(theme.muted))
        note = _fitting(row.note, painter.fontMetrics(), int(beside.width()))
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignVCenter), note)

    def _paint_sector(self, painter: QPainter, box: QRectF, row: SectorRow, column: int) -> None:
        theme, sector = self._appearance.theme, column - FIRST_SECTOR
        if not row.cells and sector == 0:
            painter.setFont(fonts.font(11))
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                box.adjusted(16, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), row.words
            )
        elif sector < len(row.cells):
            padding = self._model.columns[column].padding
            plain = theme.text if row.is_counted and not self._is_bold else theme.muted
            plain = theme.secondary if self._is_bold else plain
            room = box.adjusted(0, 0, -padding, 0)
            paint_sector_cell(
                painter, room, row.cells[sector], theme, plain, 13 if padding == PADDING else 12
            )

    def _lay_out_rows(self) -> None:
        """Let words take the room of the sectors where a row has none."""
        super()._lay_out_rows()
        n_sectors = len(self._model.columns) - FIRST_SECTOR
        for number, row in enumerate(self._model.rows):
            if row.words and not row.cells and n_sectors > 1:
                self.setSpan(number, FIRST_SECTOR, 1, n_sectors)


class SectorTable(QWidget):
    """The ideal laps, pinned, a rule, and under it every timed lap.

    Signal `cell_wanted(lap_number, sector)`: that lap is to be compared at that sector.
    """

    cell_wanted = Signal(int, int)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._n_sectors = 0
        self.ideal = SectorGrid(appearance, head_height=HEAD_HEIGHT, is_bold=True)
        self.ideal.setAccessibleName("Ideal laps")
        self.ideal.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ideal.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.laps = SectorGrid(appearance, head_height=0, is_bold=False)
        self.laps.setAccessibleName("Sector times")
        self.laps.head.hide()
        for grid in (self.ideal, self.laps):
            grid.setParent(self)
        self.setFocusProxy(self.laps)
        self.laps.cell_wanted.connect(self._on_wanted)
        appearance.theme_changed.connect(self.update)

    def show_rows(
        self, ideal: tuple[SectorRow, ...], laps: tuple[SectorRow, ...], n_sectors: int
    ) -> None:
        """Show other rows, with so many sectors."""
        self._n_sectors = n_sectors
        self.ideal.show_rows(ideal)
        self.laps.show_rows(laps)
        self.laps.setAccessibleDescription("; ".join(row_words(row) for row in ideal))
        self._place()

    def choose_lap(self, number: int) -> None:
        """Choose a lap where none is chosen."""
        numbers = [row.lap_number for row in self.laps.shown]
        if self.laps.currentIndex().row() < 0 and number in numbers:
            self.laps.choose(numbers.index(number))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit both tables in anew."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rule between the pinned rows and the laps."""
        painter = QPainter(self)
        painter.fillRect(self._rule(), QColor(self._appearance.theme.secondary))
        painter.end()

    def sizeHint(self) -> QSize:
        """Return what shows a dozen laps."""
        return QSize(780, HEAD_HEIGHT + 15 * ROW_HEIGHT)

    def _rule(self) -> QRect:
        return QRect(0, self.ideal.geometry().bottom(), self.width(), 1)

    def _place(self) -> None:
        row_height = ROW_HEIGHT if self.height() >= LOW_BELOW else LOW_ROW_HEIGHT
        top = HEAD_HEIGHT + len(self.ideal.shown) * row_height
        room = max(self.height() - top, row_height)
        has_bar = len(self.laps.shown) * row_height > room
        policy = Qt.ScrollBarPolicy
        self.laps.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if has_bar else policy.ScrollBarAlwaysOff
        )
        bar = self.laps.verticalScrollBar().sizeHint().width() if has_bar else 0
        columns = sector_columns(self._n_sectors, self.width() - bar)
        self.ideal.fit(columns, row_height)
        self.laps.fit(columns, row_height)
        # One pixel less: the rule takes the place of the last row's own.
        self.ideal.setGeometry(0, 0, self.width() - bar, top - 1)
        whole = room // row_height * row_height if has_bar else room
        self.laps.setGeometry(0, top, self.width(), whole)
        self.update()

    def _on_wanted(self, row: int, sector: int) -> None:
        number = self.laps.shown[row].lap_number
        if number is not None:
            self.cell_wanted.emit(number, sector)


def sector_columns(n_sectors: int, room: int) -> tuple[Column, ...]:
    """Return the columns of a table of so many pixels."""
    is_wide = room >= WIDE_FROM
    time_width, gap_width = (100, 82) if is_wide else (88, 74)
    least, most = SECTOR_WIDTHS
    rest = room - time_width - gap_width - LEAST_LAP_WIDTH
    width = min(max(rest // max(n_sectors, 1), least), most)
    padding = DENSE_PADDING if width < DENSE_BELOW else PADDING
    word = "Sector\u00a0" if width >= WORDS_FROM and is_wide else "S"
    return (
        Column(title="Lap", width=0),
        Column(title="Time", width=time_width, align=RIGHT),
        Column(title="Gap", width=gap_width, align=RIGHT),
        *(
            Column(title=f"{word}{k + 1}", width=width, align=RIGHT, padding=padding)
            for k in range(n_sectors)
        ),
    )


def _fitting(note: str, metrics: QFontMetrics, room: int) -> str:
    """Return a note without its last parts where there is no room for them."""
    parts = note.split(", ")
    while len(parts) > 1 and metrics.horizontalAdvance(", ".join(parts)) > room:
        parts.pop()
    return metrics.elidedText(", ".join(parts), Qt.TextElideMode.ElideRight, room)


def gap_words(row: SectorRow) -> str:
    """Return the gap to the best lap in words; a dash where it is not known."""
    if row.is_best:
        return "best"
    return DASH if row.gap_s is None else signed(row.gap_s, 3)


def row_words(row: Any) -> str:
    """Return a row to be read aloud."""
    name = f"Lap {row.title}" if row.lap_number is not None else row.title
    parts = [name, row.note, lap_time(row.time_s) if row.time_s else "no time"]
    parts += [gap_words(row) if row.time_s else "", row.words]
    parts += [f"sector {k} {cell_words(cell)}" for k, cell in enumerate(row.cells, start=1)]
    return ", ".join(part for part in parts if part)
