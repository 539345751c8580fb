"""The sectors one under the other: where they end, and what is lost in each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.formatting import DASH, distance, signed
from apexlab_desktop.ui.history import Subject
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.sector_cells import time_words
from apexlab_desktop.ui.panels.sector_keys import act_on_key, is_boundary_key
from apexlab_desktop.ui.viewmodels.sector_lines import SectorLine, sector_lines
from apexlab_desktop.ui.viewmodels.sectors import Kind
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.grouped_model import RIGHT, Column, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label
from apexlab_desktop.ui.widgets.whole_rows import WholeRows

ROW_HEIGHT, HEAD_HEIGHT = 28, 28
NUMBER, NAME, ENDS, BEST, SPREAD, LOSS = range(6)
COLUMNS = (
    Column(title="", width=28),
    Column(title="Name", width=0),
    Column(title="Ends at", width=76, align=RIGHT),
    Column(title="Best", width=60, align=RIGHT),
    Column(title="Spread", width=62, align=RIGHT),
    Column(title="Loss", width=62, align=RIGHT),
)
KIND_WORDS = {
    Kind.AUTOMATIC: "found: at top speeds",
    Kind.EQUAL: "equal lengths, saved with {}",
    Kind.BY_HAND: "set by you, saved with {}",
}
SAME_S = 0.000_5
"""A sum within half a millisecond of the lap time is the lap time to 1 ms."""


class SectorList(GroupedTable):
    """Choosing a sector chooses its end; the keys of the map move it."""

    def __init__(self, models: WindowModels) -> None:
        self._model = GroupedModel(COLUMNS, lambda _row: "", self._cell_text, self._row_words)
        super().__init__(
            models.appearance, self._model, self._paint_cell, row_height=ROW_HEIGHT,
            group_height=ROW_HEIGHT, head_height=HEAD_HEIGHT, own_keys=frozenset(),
        )  # fmt: skip
        self._models = models
        self._most_lost = -1
        self.setAccessibleName("Sectors of this layout")
        self.chosen.connect(self._on_chosen)
        models.sectors.changed.connect(self.show_rows)
        models.sectors.chosen_changed.connect(self._show_chosen)
        models.appearance.units_changed.connect(self.viewport().update)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the sectors between the boundaries in force."""
        judged, facts = self._models.insight.debrief, self._models.sectors.facts
        lines = sector_lines(judged, facts) if judged is not None and facts is not None else ()
        losses = [line.loss_s or 0.0 for line in lines]
        self._most_lost = losses.index(max(losses)) if any(losses) else -1
        self._model.show_rows(list(lines))
        self._show_chosen()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the boundaries from the window's commands."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and is_boundary_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the boundary at the end of the chosen sector."""
        is_vertical = Qt.Key(event.key()) in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if is_vertical or not act_on_key(self._models.sectors, event):
            super().keyPressEvent(event)

    def _on_chosen(self, index: int) -> None:
        self._models.sectors.choose(index)

    def _show_chosen(self) -> None:
        """The last sector ends at the line: its row may be chosen, its end stays."""
        has_places = bool(self._models.sectors.places_m)
        self.choose(self._models.sectors.chosen if has_places else -1)

    # ---- words and painting

    def _cell_text(self, row: SectorLine, column: int) -> str:
        return {
            NUMBER: str(row.number),
            NAME: row.name,
            ENDS: distance(row.end_m, self._models.appearance.units),
            BEST: time_words(row.best_s),
            SPREAD: DASH if row.spread_s is None else f"{row.spread_s:.3f}",
            LOSS: DASH if row.loss_s is None else signed(row.loss_s, 3),
        }[column]

    def _row_words(self, row: SectorLine) -> str:
        parts = [f"Sector {row.number} {row.name}"]
        parts += [
            f"{COLUMNS[column].title.lower()} {self._cell_text(row, column)}"
            for column in (ENDS, BEST, SPREAD, LOSS)
        ]
        return ", ".join(parts)

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: SectorLine, column: int, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        is_most = column == LOSS and row.number - 1 == self._most_lost
        painter.setFont(fonts.font(13, 600 if is_chosen or is_most else 400))
        quiet = theme.secondary if column in (SPREAD, LOSS) else theme.text
        painter.setPen(QColor(theme.slower if is_most else quiet))
        left, right = (12, -6) if column in (NUMBER, NAME) else (0, -12)
        room = box.adjusted(left, 0, right, 0)
        text = painter.fontMetrics().elidedText(
            self._cell_text(row, column), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(COLUMNS[column].align), text)


class SectorListPanel(QFrame):
    """The list with its head line, the way back, and the check of the sums."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Sectors of this layout panel")
        self._models = models
        self.table = SectorList(models)
        self._hint = ElidedLabel("", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._sum = ElidedLabel("", "hint")
        self._sum.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.undo = Button(models.appearance, "Undo", "plain", "undo-2")
        self.undo.clicked.connect(models.commands.action("edit.undo").trigger)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.addWidget(label("Sectors of this layout", "panelTitle"))
        head.addWidget(self._hint, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(11, 4, 11, 4)
        foot.addWidget(self.undo)
        foot.addWidget(self._sum, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 10, 1, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(WholeRows(self.table), 1)
        layout.addLayout(foot)
        models.sectors.changed.connect(self._show_state)
        models.history.changed.connect(self._show_state)
        self._show_state()

    @property
    def hint_words(self) -> str:
        """Who says where sectors end."""
        return self._hint.text()

    @property
    def sum_words(self) -> str:
        """What is said of the sums."""
        return self._sum.text()

    def _show_state(self) -> None:
        facts, last = self._models.sectors.facts, self._models.history.last
        is_ours = last is not None and last.subject is Subject.SESSION and "sector" in last.words
        self.undo.setEnabled(is_ours)
        session = self._models.laps.session
        track = session.track if session is not None and session.track else "the session"
        words = KIND_WORDS[self._models.sectors.kind].format(track)
        self._hint.setText(words if facts is not None else "")
        if facts is None:
            self._sum.setText("")
        elif facts.worst_sum_s <= SAME_S:
            self._sum.setText("Sum = lap time to 1\u00a0ms")
        else:
            self._sum.setText(f"Sums are up to {facts.worst_sum_s:.3f}\u00a0s off")
