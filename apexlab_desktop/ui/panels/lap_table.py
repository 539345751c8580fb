"""The laps of the open sessions: which are drawn, how far they are from the reference."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolTip, QVBoxLayout

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import (
    DASH,
    counted,
    lap_time,
    signed,
    speed_factor,
    speed_unit,
)
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.lap_columns import (
    FIRST_SECTOR,
    GAP,
    LAP,
    MARK,
    MOST_ROOMY,
    TIME,
    TOP_SPEED,
    lap_columns,
    n_sectors_of,
)
from apexlab_desktop.ui.panels.lap_menu import lap_menu
from apexlab_desktop.ui.panels.sector_cells import cell_words, time_words
from apexlab_desktop.ui.viewmodels.compared_laps import ComparedLap
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection
from apexlab_desktop.ui.viewmodels.sector_rows import Mark, SectorCell, Shown, lap_rows
from apexlab_desktop.ui.viewmodels.sectors import SectorsModel
from apexlab_desktop.ui.viewmodels.session_groups import LapRow, SessionGroup
from apexlab_desktop.ui.widgets.grouped_model import LEFT, RIGHT, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label
from apexlab_desktop.ui.widgets.whole_rows import WholeRows

ROW_HEIGHT = 30
GROUP_HEIGHT = 26
HEAD_HEIGHT = 28
MARK_SIZE = 12
MUCH_SLOWER_S = 1.0


class LapOrder(Enum):
    """What the rows are sorted by; the value is the words of the head line."""

    NUMBER = "sorted by number"
    TIME = "sorted by time"
    TOP_SPEED = "sorted by top speed"


_ORDER_OF_COLUMN = {
    MARK: LapOrder.NUMBER,
    LAP: LapOrder.NUMBER,
    TIME: LapOrder.TIME,
    GAP: LapOrder.TIME,
}


class LapTable(GroupedTable):
    """A click draws a lap or takes it out, a double click makes it the reference.

    Signals: `order_changed`; `sector_wanted(ref, sector)` when a sector time was clicked.
    """

    order_changed = Signal()
    sector_wanted = Signal(object, int)

    def __init__(self, appearance: Appearance, laps: LapSelection, sectors: SectorsModel) -> None:
        self._model = GroupedModel(
            lap_columns(None), self._group_text, self._cell_text, self._row_words
        )
        own = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return,
               Qt.Key.Key_Enter, Qt.Key.Key_R}  # fmt: skip
        super().__init__(
            appearance, self._model, self._paint_cell, row_height=ROW_HEIGHT,
            group_height=GROUP_HEIGHT, head_height=HEAD_HEIGHT, own_keys=frozenset(own),
        )  # fmt: skip
        self._laps = laps
        self._sectors = sectors
        self._cells: dict[int, tuple[SectorCell, ...]] = {}
        self.order = LapOrder.NUMBER
        self.is_ascending = True
        self.setAccessibleName("Laps")
        self.head.show_order(LAP, is_ascending=True)
        self.head.sectionClicked.connect(self._on_head)
        laps.changed.connect(self.show_laps)
        sectors.changed.connect(self.show_sectors)
        appearance.units_changed.connect(self.viewport().update)
        self._compared: dict[LapRef, ComparedLap] = {}
        self._is_second_click = False
        self.show_sectors()

    def show_sectors(self) -> None:
        """Show the sector times of the session; their room is kept until they come."""
        facts, session = self._sectors.facts, self._laps.session
        self._cells = {}
        if facts is not None and session is not None:
            rows = lap_rows(facts, session.laps, Shown.EACH)
            self._cells = {row.lap_number or 0: row.cells for row in rows if row.cells}
        columns = lap_columns(list(self._cells.values()) if facts is not None else None)
        if columns != self._model.columns:
            self.show_columns(columns)
            self._show_order()
        else:
            self._lay_out_rows()
        self.viewport().update()

    def show_laps(self) -> None:
        """Show the laps of the open sessions; the chosen row stays."""
        self._compared = {lap.row.ref: lap for lap in self._laps.laps()}
        place = self.verticalScrollBar().value()
        chosen = self._chosen_ref() or self._laps.reference
        self._model.show_rows(self._rows_in_order())
        self.choose(self._row_of(chosen))
        self.verticalScrollBar().setValue(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Draw the lap, or take it out."""
        super().mouseReleaseEvent(event)
        row = self._lap_at(int(event.position().y()))
        is_second, self._is_second_click = self._is_second_click, False
        if event.button() is not Qt.MouseButton.LeftButton or row is None or is_second:
            return
        sector = self.columnAt(int(event.position().x())) - FIRST_SECTOR
        if self._cell(row, sector) is not None:
            self.sector_wanted.emit(row.ref, sector)
        else:
            self._laps.toggle(row.ref)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Make the lap the reference."""
        self._is_second_click = True
        row = self._lap_at(int(event.position().y()))
        if row is not None:
            self._laps.make_reference(row.ref)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space draws a lap, R and Enter make it the reference."""
        ref = self._chosen_ref()
        if ref is not None and event.key() == Qt.Key.Key_Space:
            self._laps.toggle(ref)
        elif ref is not None and event.key() in (
            Qt.Key.Key_R,
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self._laps.make_reference(ref)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the lap."""
        at, place = self.menu_place(event)
        row = self._model.rows[at] if 0 <= at < len(self._model.rows) else None
        if isinstance(row, LapRow) and row.can_be_compared:
            lap_menu(self, self._laps, row.ref).popup(place)
        elif isinstance(row, SessionGroup) and row is not self._laps.session:
            menu = QMenu(self)
            close = partial(self._laps.close_session, row.session_id)
            menu.addAction("Take the session out of the comparison", close)
            menu.popup(place)

    # ---- rows

    def _rows_in_order(self) -> list[SessionGroup | LapRow]:
        groups = self._laps.groups
        rows: list[SessionGroup | LapRow] = []
        for group in groups:
            if len(groups) > 1:
                rows.append(group)
            rows += self._sorted(group.laps)
        return rows

    def _sorted(self, laps: tuple[LapRow, ...]) -> list[LapRow]:
        if self.order is LapOrder.NUMBER:
            return list(laps) if self.is_ascending else list(reversed(laps))
        is_time = self.order is LapOrder.TIME
        known = [row for row in laps if _value(row, is_time=is_time) is not None]
        unknown = [row for row in laps if _value(row, is_time=is_time) is None]
        known.sort(key=lambda row: _value(row, is_time=is_time) or 0.0)
        if not self.is_ascending:
            known.reverse()
        return known + unknown

    def _on_head(self, section: int) -> None:
        is_last = self._model.columns[section].title == TOP_SPEED
        order = LapOrder.TOP_SPEED if is_last else _ORDER_OF_COLUMN.get(section)
        if order is None:
            return
        first_is_ascending = order is not LapOrder.TOP_SPEED
        self.is_ascending = not self.is_ascending if order is self.order else first_is_ascending
        self.order = order
        self._show_order()
        self.show_laps()
        self.order_changed.emit()

    def _show_order(self) -> None:
        titles = [column.title for column in self._model.columns]
        last = titles.index(TOP_SPEED) if TOP_SPEED in titles else -1
        places = {LapOrder.NUMBER: LAP, LapOrder.TIME: TIME, LapOrder.TOP_SPEED: last}
        self.head.show_order(places[self.order], is_ascending=self.is_ascending)

    def _lap_at(self, y: int) -> LapRow | None:
        row = self.rowAt(y)
        value = self._model.rows[row] if 0 <= row < len(self._model.rows) else None
        return value if isinstance(value, LapRow) else None

    def _cell(self, row: LapRow, sector: int) -> SectorCell | None:
        """Return a sector's time on a lap, None where there is none or no column for it."""
        session = self._laps.session
        is_ours = session is not None and row.ref.session_id == session.session_id
        cells = self._cells.get(row.number, ()) if is_ours else ()
        has_column = 0 <= sector < n_sectors_of(self._model.columns)
        return cells[sector] if has_column and sector < len(cells) else None

    def _chosen_ref(self) -> LapRef | None:
        row = self.currentIndex().row()
        value = self._model.rows[row] if 0 <= row < len(self._model.rows) else None
        return value.ref if isinstance(value, LapRow) else None

    def _row_of(self, ref: LapRef | None) -> int:
        places = (
            n
            for n, row in enumerate(self._model.rows)
            if isinstance(row, LapRow) and row.ref == ref
        )
        return next(places, -1)

    # ---- words

    def _group_text(self, row: Any) -> str:
        if not isinstance(row, SessionGroup):
            return ""
        refusals = (self._laps.refusal(lap.ref) for lap in row.laps[:1])
        reason = next((text for text in refusals if text), "")
        words = f"{row.title}, {row.meta}"
        return f"{words}: not compared. {reason}" if reason else words

    def _is_best(self, row: LapRow) -> bool:
        return row.ref == self._laps.best

    def _gap_text(self, row: LapRow) -> str:
        if row.state:
            return row.state
        if row.ref == self._laps.reference:
            return "best" if self._is_best(row) else "reference"
        return signed(self._laps.gap_s(row), 3)

    def _cell_text(self, row: Any, column: int) -> str:
        if column == LAP:
            return str(row.number)
        if column == TIME:
            return lap_time(row.lap_time_s)
        if column == GAP:
            return self._gap_text(row)
        if self._model.columns[column].title == TOP_SPEED:
            return self._top_speed_text(row)
        cell = self._cell(row, column - FIRST_SECTOR)
        return "" if cell is None else time_words(cell.time_s)

    def _top_speed_text(self, row: LapRow) -> str:
        top = row.max_speed_mps
        return DASH if top is None else f"{top * speed_factor(self._appearance.units):.0f}"

    def _row_words(self, row: Any) -> str:
        compared = self._compared.get(row.ref)
        parts = [f"Lap {row.number}", lap_time(row.lap_time_s) if row.lap_time_s else "no time"]
        parts.append(self._gap_text(row))
        if row.max_speed_mps is not None:
            unit = speed_unit(self._appearance.units)
            parts.append(f"top speed {self._top_speed_text(row)} {unit}")
        if compared is not None:
            is_drawn = compared.is_shown and not compared.reason
            parts.append("shown" if is_drawn else compared.reason or "hidden")
        cells = [self._cell(row, k) for k in range(n_sectors_of(self._model.columns))]
        parts += [f"sector {k} {cell_words(c)}" for k, c in enumerate(cells, start=1) if c]
        return ", ".join(parts)

    # ---- painting

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: LapRow, column: int, is_chosen: bool
    ) -> None:
        compared = self._compared.get(row.ref)
        if column == MARK:
            colour = None if compared is None else self._lap_colour(compared.slot)
            paint_mark(painter, self._appearance, box, colour, compared)
            return
        is_drawn = compared is not None and compared.is_shown and not compared.reason
        size = 12 if self._is_dense else 13
        cell = self._cell(row, column - FIRST_SECTOR)
        is_heavy = is_drawn or is_chosen if cell is None else cell.mark is Mark.BEST
        painter.setFont(fonts.font(size, 600 if is_heavy else 400))
        painter.setPen(QColor(self._colour(row, column, cell, is_drawn=is_drawn)))
        padding = self._model.columns[column].padding
        room = box.adjusted(4 if column == LAP else 0, 0, -padding, 0)
        if column == GAP and row.state:
            self._paint_state(painter, room, row.state)
            return
        text = painter.fontMetrics().elidedText(
            self._cell_text(row, column), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(self._model.columns[column].align), text)

    def _paint_state(self, painter: QPainter, room: QRectF, words: str) -> None:
        """Draw why a lap does not count: in line with the gaps, or on from there if it is long."""
        own = room.adjusted(0, 0, 0, 0)
        own.setWidth(min(self.columnWidth(GAP) - self._model.columns[GAP].padding, room.width()))
        if painter.fontMetrics().horizontalAdvance(words) <= own.width():
            painter.drawText(own, int(RIGHT), words)
            return
        beside = room.adjusted(12, 0, 0, 0)
        text = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(beside.width())
        )
        painter.drawText(beside, int(LEFT), text)

    def _lay_out_rows(self) -> None:
        """Let the reason why a lap does not count take the room of sectors that it has not."""
        super()._lay_out_rows()
        n_sectors = n_sectors_of(self._model.columns)
        for number, row in enumerate(self._model.rows):
            is_free = isinstance(row, LapRow) and self._cell(row, 0) is None and bool(row.state)
            if n_sectors and is_free:
                self.setSpan(number, GAP, 1, 1 + n_sectors)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the whole reason where it is cut."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._lap_at(event.pos().y())
            is_gap = self.columnAt(event.pos().x()) == GAP
            QToolTip.showText(event.globalPos(), row.state if row is not None and is_gap else "")
            return True
        return super().viewportEvent(event)

    @property
    def _is_dense(self) -> bool:
        return n_sectors_of(self._model.columns) > MOST_ROOMY

    def _colour(self, row: LapRow, column: int, cell: SectorCell | None, *, is_drawn: bool) -> str:
        theme = self._appearance.theme
        if not row.is_clean:
            return theme.secondary if is_drawn else theme.muted
        if cell is not None:
            return theme.best if cell.mark is Mark.BEST else theme.secondary
        if self._is_best(row) and column in (TIME, GAP):
            return theme.best
        if column == GAP:
            gap = self._laps.gap_s(row)
            return theme.slower if gap is not None and gap > MUCH_SLOWER_S else theme.secondary
        return theme.text if column < GAP else theme.secondary

    def _lap_colour(self, slot: int) -> str:
        colours = self._appearance.theme.lap_colours
        return colours[slot] if slot < len(colours) else self._appearance.theme.muted


class LapPanel(QFrame):
    """The lap table with its head line."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Laps panel")
        laps = self._laps = models.laps
        self._models = models
        self.table = LapTable(models.appearance, laps, models.sectors)
        self.table.sector_wanted.connect(self._show_sector)
        self._hint = ElidedLabel("", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 10, 1, 8)
        layout.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.addWidget(label("Laps", "panelTitle"))
        head.addWidget(self._hint, 1)
        layout.addLayout(head)
        layout.addWidget(WholeRows(self.table), 1)
        laps.changed.connect(self._show_hint)
        self.table.order_changed.connect(self._show_hint)

    def _show_sector(self, ref: LapRef, sector: int) -> None:
        """Let the plots show a sector, with the lap whose time was clicked."""
        if ref not in self._laps.order:
            self._laps.toggle(ref)
        facts = self._models.sectors.facts
        if facts is not None:
            found = facts.table.sectors[sector]
            self._models.insight.show_stretch_on_compare(found.from_m, found.to_m)

    def _show_hint(self) -> None:
        rows = [row for group in self._laps.groups for row in group.laps]
        n_timed = sum(row.is_timed for row in rows)
        timed = "" if n_timed == len(rows) else f"{n_timed} timed, "
        n_clean = sum(row.is_clean for row in rows)
        words = f"{counted(len(rows), 'lap')}, {timed}{n_clean} clean; {self.table.order.value}"
        self._hint.setText(words)


def paint_mark(
    painter: QPainter,
    appearance: Appearance,
    box: QRectF,
    colour: str | None,
    compared: ComparedLap | None,
) -> None:
    """Draw the square of a lap: filled when drawn, in outline when hidden or not compared."""
    mark = QRectF(0, 0, MARK_SIZE, MARK_SIZE)
    mark.moveCenter(box.center())
    mark.moveLeft(box.left() + 14)
    if compared is not None and compared.is_shown and not compared.reason:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour or appearance.theme.muted))
    else:
        painter.setPen(QPen(QColor(colour or appearance.theme.muted), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        mark.adjust(0.6, 0.6, -0.6, -0.6)
    painter.drawRoundedRect(mark, 3, 3)


def _value(row: LapRow, *, is_time: bool) -> float | None:
    return row.lap_time_s if is_time else row.max_speed_mps
