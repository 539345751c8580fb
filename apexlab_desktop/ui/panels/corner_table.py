"""Every corner in one row: speeds, brake point, time, and what each lap lost there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import DASH, signed, speed_factor
from apexlab_desktop.ui.viewmodels.corner_rows import CornerRow, Shown
from apexlab_desktop.ui.viewmodels.corners import CornersModel
from apexlab_desktop.ui.widgets.grouped_model import RIGHT, Column, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable
from apexlab_desktop.ui.widgets.name_field import NameField
from apexlab_desktop.units import FEET_PER_METRE, UnitSystem

ROW_HEIGHT, HEAD_HEIGHT = 28, 28
CORNER, ENTRY, BRAKE, SLOWEST, EXIT, TIME, LOSS, SPREAD, BARS = range(9)
COLUMNS = (
    Column(title="Corner", width=150),
    Column(title="Entry", width=72, align=RIGHT),
    Column(title="Brake at", width=86, align=RIGHT),
    Column(title="Slowest", width=84, align=RIGHT),
    Column(title="Exit", width=72, align=RIGHT),
    Column(title="Time", width=82, align=RIGHT),
    Column(title="Loss", width=84, align=RIGHT),
    Column(title="Spread", width=80, align=RIGHT, leaves_below=820),
    Column(title="Loss per lap", width=0),
)
N_MARKED = 3
"""Only so many losses are coloured: the largest ones."""
BAR_GAP_PX, BAR_LEAST_PX = 2.0, 1.5


class CornerTable(GroupedTable):
    """Choosing a row looks at that corner everywhere."""

    def __init__(self, appearance: Appearance, corners: CornersModel) -> None:
        self._model = GroupedModel(COLUMNS, lambda _row: "", self._cell_text, self._row_words)
        own = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F2})
        super().__init__(
            appearance, self._model, self._paint_cell, row_height=ROW_HEIGHT,
            group_height=ROW_HEIGHT, head_height=HEAD_HEIGHT, own_keys=own,
        )  # fmt: skip
        self._corners = corners
        self._marked: frozenset[str] = frozenset()
        self._largest_s = 0.0
        self.setAccessibleName("Corners")
        self._name = NameField(self.viewport(), "Number and name of the corner")
        self._name.setPlaceholderText("5 Spoon")
        self._name.named.connect(corners.insight.name_corner)
        self.chosen.connect(self._on_chosen)
        corners.changed.connect(self.show_rows)
        corners.corner_changed.connect(self._show_chosen)
        appearance.units_changed.connect(self.viewport().update)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the corners of the session."""
        rows = self._corners.rows
        losses = sorted(rows, key=lambda row: row.loss_s or 0.0, reverse=True)
        self._marked = frozenset(row.corner.id for row in losses[:N_MARKED] if row.loss_s)
        self._largest_s = max((x or 0.0 for row in rows for x in row.losses_s), default=0.0)
        self._model.show_rows(list(rows))
        self._show_chosen()

    @property
    def name_field(self) -> NameField:
        """Where a corner gets its name."""
        return self._name

    def ask_name(self) -> None:
        """Let the user type number and name of the corner looked at."""
        corner, index = self._corners.insight.corner, self.currentIndex()
        if corner is not None and index.isValid():
            box = self.visualRect(index)
            over = QRect(self.columnViewportPosition(CORNER), box.top() - 4, 150, box.height())
            self._name.ask(f"{corner.number} {corner.name}".rstrip(), over)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 asks for the corner's name."""
        if event.key() == Qt.Key.Key_F2:
            self.ask_name()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the corner's name."""
        if self.rowAt(int(event.position().y())) >= 0:
            self.ask_name()

    def _show_chosen(self) -> None:
        corner = self._corners.insight.corner
        ids = [row.corner.id for row in self._model.rows]
        self.choose(ids.index(corner.id) if corner is not None and corner.id in ids else -1)

    def _on_chosen(self, index: int) -> None:
        self._corners.insight.choose_corner(self._model.rows[index].corner.id)

    # ---- words

    def _cell_text(self, row: CornerRow, column: int) -> str:
        is_difference = self._corners.shown is Shown.DIFFERENCE
        factor = speed_factor(self._appearance.units)
        if column == CORNER:
            return f"{row.corner.number} {row.corner.name}".rstrip()
        if column == TIME:
            return _number(row.values["segment_time_s"], 3, is_signed=is_difference)
        if column == LOSS:
            return DASH if row.loss_s is None else signed(row.loss_s, 3)
        if column == SPREAD:
            return _number(row.spread_mps, 1, factor)
        if column == BRAKE:
            length = 1.0 if self._appearance.units is UnitSystem.METRIC else FEET_PER_METRE
            return _number(row.values["brake_point_m"], 0, length, is_signed=is_difference)
        names = {ENTRY: "entry_speed_mps", SLOWEST: "min_speed_mps", EXIT: "exit_speed_mps"}
        if column not in names:
            return ""
        digits = 1 if column == SLOWEST or is_difference else 0
        return _number(row.values[names[column]], digits, factor, is_signed=is_difference)

    def _row_words(self, row: CornerRow) -> str:
        parts = [f"Turn {row.corner.number} {row.corner.name}".rstrip(), row.corner.direction]
        parts += [
            f"{COLUMNS[column].title.lower()} {self._cell_text(row, column)}"
            for column in (ENTRY, BRAKE, SLOWEST, EXIT, TIME, LOSS, SPREAD)
        ]
        return ", ".join(parts)

    # ---- painting

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: CornerRow, column: int, is_chosen: bool
    ) -> None:
        if column == BARS:
            self._paint_bars(painter, box.adjusted(12, 5, -12, -4), row)
            return
        theme = self._appearance.theme
        room = box.adjusted(12, 0, -12, 0)
        if column == CORNER:
            self._paint_corner(painter, room, row, is_chosen=is_chosen)
            return
        is_marked = column == LOSS and row.corner.id in self._marked
        painter.setFont(fonts.font(13, 600 if is_marked or is_chosen else 400))
        quiet = theme.secondary if column in (LOSS, SPREAD) else theme.text
        painter.setPen(QColor(theme.slower if is_marked else quiet))
        painter.drawText(room, int(COLUMNS[column].align), self._cell_text(row, column))

    def _paint_corner(
        self, painter: QPainter, room: QRectF, row: CornerRow, *, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        painter.setFont(fonts.font(13, 600))
        painter.setPen(QColor(theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(middle), row.corner.number)
        paint_direction(
            painter, QPointF(room.left() + 32.0, room.center().y()), theme.secondary,
            is_left=row.corner.direction == "left",
        )  # fmt: skip
        painter.setFont(fonts.font(13, 600 if is_chosen else 400))
        painter.setPen(QColor(theme.text))
        beside = room.adjusted(46.0, 0, 0, 0)
        words = row.corner.name or row.corner.kind
        text = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(beside.width())
        )
        if not row.corner.name:
            painter.setPen(QColor(theme.secondary))
        painter.drawText(beside, int(middle), text)

    def _paint_bars(self, painter: QPainter, area: QRectF, row: CornerRow) -> None:
        n = len(row.losses_s)
        if n < 2 or self._largest_s <= 0.0:
            return
        width = (area.width() - BAR_GAP_PX * (n - 1)) / n
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._appearance.theme.secondary))
        for place, loss_s in enumerate(row.losses_s):
            if loss_s is None:
                continue
            height = max(area.height() * loss_s / self._largest_s, BAR_LEAST_PX)
            left = area.left() + place * (width + BAR_GAP_PX)
            painter.drawRect(QRectF(left, area.bottom() - height, width, height))


def paint_direction(painter: QPainter, at: QPointF, code: str, *, is_left: bool) -> None:
    """Draw an arrow that turns to the side the corner does."""
    side = -1.0 if is_left else 1.0
    painter.save()
    pen = QPen(QColor(code), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = at.x(), at.y()
    way = [QPointF(x - 4 * side, y + 5), QPointF(x - 4 * side, y - 2), QPointF(x + 4 * side, y - 2)]
    painter.drawPolyline(QPolygonF(way))
    tip = way[-1]
    barbs = [tip + QPointF(-3 * side, -3), tip, tip + QPointF(-3 * side, 3)]
    painter.drawPolyline(QPolygonF(barbs))
    painter.restore()


def _number(
    value: float | None, digits: int, factor: float = 1.0, *, is_signed: bool = False
) -> str:
    if value is None:
        return DASH
    if is_signed:
        return signed(value * factor, digits)
    return f"{value * factor:,.{digits}f}"
