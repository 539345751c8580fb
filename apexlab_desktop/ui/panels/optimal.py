"""The Optimal worksheet: how far a lap is from what its car can do on its line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.ui.formatting import speed_unit
from apexlab_desktop.ui.messages import sentence
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.optimal_plot import OptimalPlot
from apexlab_desktop.ui.panels.optimal_table import OptimalTable
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.viewmodels.optimal_words import (
    Assumption,
    assumptions,
    caveat,
    tiles,
)
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, paragraph
from apexlab_desktop.ui.widgets.tile import Tile
from apexlab_desktop.ui.widgets.whole_rows import WholeRows

N_TILES = 5
RIGHT_WIDTH, NARROW_RIGHT_WIDTH = 420, 372
NARROW_BELOW = 1_300
COST_STRETCH, ASSUMED_STRETCH = 54, 46
ROW_PX, LOW_ROW_PX = 24.0, 20.0
NAME_PX, FOOT_PX = 80.0, 66.0


class OptimalPage(WorksheetPage):
    """Figures, both laps over distance, the cost of corners, and what the model assumes."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__(models)
        self.tiles = [Tile(models.appearance) for _ in range(N_TILES)]
        self.plot = OptimalPlot(models)
        self.costs = CostPanel(models)
        self.assumed = AssumedPanel(models)
        self._right = QWidget()
        self._lay_out()
        models.optimal.changed.connect(self._show_tiles)
        models.appearance.units_changed.connect(self._show_tiles)
        models.laps.opened.connect(self._on_opened)
        self._show_tiles()

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through."""
        return (self.plot, self.costs.table)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        return (self.plot, self.costs, self.assumed)

    def escape(self) -> None:
        """Stop working it out, else let the cursor go."""
        if self._models.optimal.is_loading:
            self._models.optimal.cancel()
        else:
            self._models.cursor.free()

    def showEvent(self, event: QShowEvent) -> None:
        """Work it out now that it is looked at."""
        super().showEvent(event)
        self._models.optimal.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the right column what the plots leave it."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_BELOW
        self._right.setFixedWidth(NARROW_RIGHT_WIDTH if is_narrow else RIGHT_WIDTH)

    def _on_opened(self, _session_id: str) -> None:
        if self.isVisible():
            self._models.optimal.ask()

    def _show_tiles(self) -> None:
        optimal, units = self._models.optimal, self._models.appearance.units
        reason = "being worked out" if optimal.is_loading else "see below"
        texts = tiles(optimal.found, reason, units)
        for tile, text in zip(self.tiles, texts, strict=True):
            tile.tell(text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for tile in self.tiles:
            head.addWidget(tile, 1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.costs, COST_STRETCH)
        right.addWidget(self.assumed, ASSUMED_STRETCH)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.plot, 1)
        body.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(body, 1)


class CostPanel(QFrame):
    """The table with its head line, or why there is none."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Cost by corner panel")
        self._models = models
        self.table = OptimalTable(models)
        self._hint = ElidedLabel("", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._absence = paragraph("", "secondary")
        self._absence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._absence.setContentsMargins(24, 0, 24, 0)
        self._rows = WholeRows(self.table)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.addWidget(label("Cost by corner", "panelTitle"))
        head.addWidget(self._hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 10, 1, 6)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._rows, 1)
        layout.addWidget(self._absence, 1)
        models.optimal.changed.connect(self._show_state)
        models.appearance.units_changed.connect(self._show_state)
        self._show_state()

    @property
    def absence(self) -> str:
        """Why there is no table; empty where there is one."""
        return self._absence.text()

    def _show_state(self) -> None:
        found, has_rows = self._models.optimal.found, bool(self.table.shown)
        self._rows.setVisible(has_rows)
        self._absence.setVisible(not has_rows)
        words = ""
        if found is not None and not found.optimum.is_valid:
            reasons = "; ".join(found.optimum.invalid_reasons)
            words = f"The model is not valid here: {reasons}. A cost by it would mislead."
        elif found is not None and not has_rows:
            words = "No corner was found on this line."
        self._absence.setText(words)
        unit = speed_unit(self._models.appearance.units)
        self._hint.setText(f"slowest point {unit}, time s; with the exit" if has_rows else "")


class AssumedPanel(PanelFrame):
    """What the model takes for granted, value by value, with the source of each."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__("What the model assumes", models.appearance.theme)
        self._models = models
        self.setMinimumHeight(150)
        models.optimal.changed.connect(self._say)
        models.appearance.units_changed.connect(self._say)
        models.appearance.theme_changed.connect(self._on_theme)
        self._say()

    @property
    def rows(self) -> tuple[Assumption, ...]:
        """The values with their sources; none without an optimal lap."""
        found = self._models.optimal.found
        return () if found is None else assumptions(found, self._models.appearance.units)

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def _say(self) -> None:
        self.setAccessibleDescription(
            "; ".join(f"{row.name} {row.value}, {row.source}" for row in self.rows)
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names, values and sources, and under them what the model is not."""
        painter = QPainter(self)
        self.paint_frame(painter)
        area = self.content_rect().adjusted(0.0, 4.0, 0.0, 0.0)
        rows = self.rows
        has_foot = area.height() >= len(rows) * LOW_ROW_PX + FOOT_PX
        room = area.height() - (FOOT_PX if has_foot else 0.0)
        height = min(max(room / max(len(rows), 1), LOW_ROW_PX), ROW_PX)
        n_fitting = int(area.height() / height + 0.01)
        for place, row in enumerate(rows[:n_fitting]):
            line = QRectF(area.left(), area.top() + place * height, area.width(), height)
            self._paint_row(painter, line, row)
        found = self._models.optimal.found
        if has_foot and found is not None:
            painter.setFont(font(11))
            painter.setPen(colour(self._theme.muted))
            foot = QRectF(area.left(), area.bottom() - FOOT_PX, area.width(), FOOT_PX)
            flags = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(foot, flags, caveat(found))
        painter.end()

    def _paint_row(self, painter: QPainter, line: QRectF, row: Assumption) -> None:
        theme, middle = self._theme, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(12))
        painter.setPen(colour(theme.muted))
        painter.drawText(line, middle, row.name)
        painter.setFont(font(11))
        painter.setPen(colour(theme.warning if row.is_missing else theme.muted))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, row.source)
        source = painter.fontMetrics().horizontalAdvance(row.source)
        painter.setFont(font(12, 500))
        painter.setPen(colour(theme.text))
        room = line.adjusted(NAME_PX, 0.0, -source - 8.0, 0.0)
        words = painter.fontMetrics().elidedText(
            sentence(row.value) if row.value[:1].isalpha() else row.value,
            Qt.TextElideMode.ElideRight,
            int(room.width()),
        )
        painter.drawText(room, middle, words)
