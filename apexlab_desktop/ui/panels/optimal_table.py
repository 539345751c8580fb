"""What every corner costs against the model, the dearest first."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, signed, speed_factor
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.optimal_words import CornerCost, corner_costs
from apexlab_desktop.ui.widgets.grouped_model import RIGHT, Column, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable

ROW_HEIGHT, HEAD_HEIGHT = 28, 28
NUMBER, CORNER, DRIVEN, MODEL, TOTAL, EXIT, BAR = range(7)
N_HEAVY = 3
"""Only the dearest corners are written in bold."""
BAR_PX, BAR_LEAST_PX = 7.0, 3.0


class OptimalTable(GroupedTable):
    """Choosing a row looks at that corner everywhere."""

    def __init__(self, models: WindowModels) -> None:
        self._model = GroupedModel(columns(0), lambda _row: "", self._cell_text, self._row_words)
        own = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})
        super().__init__(
            models.appearance, self._model, self._paint_cell, row_height=ROW_HEIGHT,
            group_height=ROW_HEIGHT, head_height=HEAD_HEIGHT, own_keys=own,
        )  # fmt: skip
        self._models = models
        self._largest_s = 0.0
        self.setAccessibleName("Cost by corner")
        self.chosen.connect(self._on_chosen)
        models.optimal.changed.connect(self.show_rows)
        models.insight.changed.connect(self.show_rows)
        models.insight.corner_changed.connect(self._show_chosen)
        models.appearance.units_changed.connect(self.viewport().update)
        self.show_rows()

    @property
    def shown(self) -> list[CornerCost]:
        """The rows from the top down."""
        return self._model.rows

    def show_rows(self) -> None:
        """Show the corners; none where the model is not valid."""
        found = self._models.optimal.found
        is_valid = found is not None and found.optimum.is_valid
        rows = corner_costs(found, self._models.insight.corners) if found and is_valid else ()
        self._largest_s = max((row.total_s for row in rows), default=0.0)
        wanted = columns(found.optimum.lap_number if found is not None else 0)
        if wanted != self._model.columns:
            self.show_columns(wanted)
        self._model.show_rows(list(rows))
        self._show_chosen()

    def _show_chosen(self) -> None:
        corner = self._models.insight.corner
        ids = [row.corner_id for row in self.shown]
        self.choose(ids.index(corner.id) if corner is not None and corner.id in ids else -1)

    def _on_chosen(self, index: int) -> None:
        self._models.insight.choose_corner(self.shown[index].corner_id)

    # ---- words and painting

    def _cell_text(self, row: CornerCost, column: int) -> str:
        factor = speed_factor(self._appearance.units)
        return {
            NUMBER: row.number,
            CORNER: row.name or row.kind,
            DRIVEN: f"{row.driven_mps * factor:.0f}",
            MODEL: f"{row.optimal_mps * factor:.0f}",
            TOTAL: signed(row.total_s, 2),
            EXIT: signed(row.exit_s, 2),
            BAR: "",
        }[column]

    def _row_words(self, row: CornerCost) -> str:
        heads = [column.title.lower() for column in self._model.columns]
        parts = [f"Turn {row.number} {row.name}".rstrip()]
        parts += [
            f"{heads[column]} {self._cell_text(row, column)}"
            for column in (DRIVEN, MODEL, TOTAL, EXIT)
        ]
        return ", ".join(parts)

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: CornerCost, column: int, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        if column == BAR:
            self._paint_bar(painter, box.adjusted(4, 0, -12, 0), row)
            return
        is_dear = row in self.shown[:N_HEAVY] and column in (CORNER, TOTAL)
        painter.setFont(fonts.font(13, 600 if is_dear or is_chosen else 400))
        code = {MODEL: theme.accent, EXIT: theme.secondary}.get(column, theme.text)
        if column == CORNER and not row.name:
            code = theme.secondary
        painter.setPen(QColor(code))
        left = 12 if column in (NUMBER, CORNER) else 0
        room = box.adjusted(left, 0, -self._model.columns[column].padding, 0)
        text = painter.fontMetrics().elidedText(
            self._cell_text(row, column), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(self._model.columns[column].align), text)

    def _paint_bar(self, painter: QPainter, room: QRectF, row: CornerCost) -> None:
        if self._largest_s <= 0.0 or row.total_s <= 0.0:
            return
        width = max(room.width() * row.total_s / self._largest_s, BAR_LEAST_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._appearance.theme.secondary))
        bar = QRectF(room.left(), room.center().y() - BAR_PX / 2.0, width, BAR_PX)
        painter.drawRoundedRect(bar, 1.5, 1.5)


def columns(lap_number: int) -> tuple[Column, ...]:
    """Return the columns of the table about a lap."""
    return (
        Column(title="", width=32, padding=0),
        Column(title="Corner", width=0, padding=4),
        Column(title=f"Lap{NO_BREAK_SPACE}{lap_number}", width=58, align=RIGHT, padding=10),
        Column(title="Model", width=56, align=RIGHT, padding=10),
        Column(title="Total", width=60, align=RIGHT, padding=10),
        Column(title="of it exit", width=68, align=RIGHT, padding=10),
        Column(title="", width=56, leaves_below=400),
    )
