"""The chosen session at the right of the library."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from apexlab_desktop.app.records import SessionSummary
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.formatting import DASH, day_and_time, lap_time, long_distance, speed
from apexlab_desktop.ui.panels.library_list import add_session_actions
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import session_name
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.gap_bars import GapBars
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, rule
from apexlab_desktop.ui.widgets.outline import TrackOutline
from apexlab_desktop.ui.widgets.tag_editor import TagEditor

_FACTS = ("Best", "Clean laps", "Top speed", "Lap length", "Recorded", "Data quality")
_COLUMNS = 2


class LibraryDetail(QFrame):
    """Outline, facts, gaps, note; the way into Compare."""

    compare_wanted = Signal(str)

    def __init__(self, appearance: Appearance, library: LibraryModel, commands: Commands) -> None:
        super().__init__()
        self._appearance = appearance
        self._library = library
        self._commands = commands
        self._shown_id = ""
        self.setProperty("role", "panel")
        self.setAccessibleName("Details of the session")
        self._title = ElidedLabel("", "title")
        self._meta = ElidedLabel("", "meta")
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(6)
        self._column.addWidget(self._title)
        self._column.addWidget(self._meta)
        self._column.addStretch(0)
        library.selected.connect(self.show_selection)
        appearance.units_changed.connect(self.show_selection)

    def show_selection(self) -> None:
        """Show the chosen session."""
        summary = self._library.selection
        if summary is not None and self._body is None:
            self._body = self._made_body()
            self._column.insertWidget(2, self._body, 1)
        if self._body is not None:
            self._body.setVisible(summary is not None)
        if summary is None:
            self._shown_id = ""
            self._title.setText("No session chosen")
            self._meta.setText("Choose one in the list")
            return
        self._title.setText(session_name(summary))
        parts = (day_and_time(summary.start_time_utc), summary.vehicle, summary.driver)
        self._meta.setText(", ".join(part for part in parts if part))
        self._outline.show_points(summary.outline, summary.outline_speeds_mps)
        self._show_facts(summary)
        self._show_gaps(summary)
        self._show_words(summary)

    def _show_facts(self, summary: SessionSummary) -> None:
        units = self._appearance.units
        length = summary.length_m
        values = {
            "Best": lap_time(summary.best_lap_s),
            "Clean laps": f"{summary.n_clean} of {summary.n_laps} timed"
            if summary.n_laps
            else "none timed",
            "Top speed": speed(summary.max_speed_mps, units),
            "Lap length": DASH if length is None else long_distance(length, units, 3),
            "Recorded": _minutes(summary.duration_s),
            "Data quality": summary.quality_grade or DASH,
        }
        for name, value in values.items():
            self._facts[name].setText(value)

    def _show_gaps(self, summary: SessionSummary) -> None:
        self._gaps.show_gaps(summary.lap_gaps_s)
        n_not = sum(gap is None for gap in summary.lap_gaps_s)
        words = f"{n_not} not counted" if n_not else "all counted"
        self._not_counted.setText(words if summary.lap_gaps_s else "no laps")

    def _show_words(self, summary: SessionSummary) -> None:
        """Show note and tags, but never over what is being typed."""
        is_same = summary.id == self._shown_id
        self._shown_id = summary.id
        if not (is_same and self._note.hasFocus()) and self._note.toPlainText() != summary.note:
            blocked = self._note.blockSignals(True)
            self._note.setPlainText(summary.note)
            self._note.blockSignals(blocked)
        if not is_same:
            self._tags.clear_typed()
        self._tags.show_tags(summary.tags)

    def _on_note(self) -> None:
        if self._shown_id:
            self._library.edit_note(self._shown_id, self._note.toPlainText())

    def _on_tags(self, tags: tuple[str, ...]) -> None:
        if self._shown_id:
            self._library.set_tags(self._shown_id, tags)

    def _on_compare(self) -> None:
        if self._shown_id:
            self.compare_wanted.emit(self._shown_id)

    # ---- layout

    def _made_body(self) -> QWidget:
        """Return everything under the title; made for the first session there is."""
        self._outline = TrackOutline(self._appearance)
        self._facts: dict[str, QLabel] = {}
        self._gaps = GapBars(self._appearance)
        self._not_counted = label("", "hint")
        self._note = QPlainTextEdit()
        self._tags = TagEditor(self._appearance)
        body = QWidget()
        self._lay_out(QVBoxLayout(body))
        self._note.textChanged.connect(self._on_note)
        self._tags.edited.connect(self._on_tags)
        return body

    def _lay_out(self, layout: QVBoxLayout) -> None:
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._outline)
        layout.addLayout(self._fact_grid())
        layout.addSpacing(4)
        layout.addWidget(rule())
        head = QHBoxLayout()
        head.addWidget(label("Gap to best, per lap", "section"))
        head.addStretch(1)
        head.addWidget(self._not_counted)
        layout.addLayout(head)
        layout.addWidget(self._gaps)
        layout.addSpacing(2)
        layout.addWidget(rule())
        layout.addWidget(label("Note", "section"))
        self._note.setPlaceholderText("Pressures, tyres, weather, what to try next")
        self._note.setAccessibleName("Note")
        self._note.setTabChangesFocus(True)
        self._note.setMinimumHeight(44)
        self._note.document().setDocumentMargin(2)
        layout.addWidget(self._note, 1)
        self._tags.setAccessibleName("Tags")
        layout.addWidget(self._tags)
        layout.addSpacing(4)
        layout.addLayout(self._buttons())

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for number, name in enumerate(_FACTS):
            row, column = divmod(number, _COLUMNS)
            value = label(DASH, "factBest" if name == "Best" else "fact")
            grid.addWidget(label(name, "tileLabel"), 2 * row, column)
            grid.addWidget(value, 2 * row + 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setRowMinimumHeight(2 * row, 17)
            grid.setRowMinimumHeight(2 * row + 1, 29)
            grid.setColumnStretch(column, 1)
            self._facts[name] = value
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        compare = Button(self._appearance, "Compare", "plain", "git-compare")
        compare.setToolTip("Open the session in Compare  Enter")
        compare.clicked.connect(self._on_compare)
        row.addWidget(compare)
        row.addStretch(1)
        more = Button(self._appearance, "More", "icon", "ellipsis")
        self._more = QMenu(more)
        self._more.aboutToShow.connect(self._fill_menu)
        more.setMenu(self._more)
        row.addWidget(more)
        return row

    def _fill_menu(self) -> None:
        summary = self._library.selection
        self._more.clear()
        if summary is not None:
            add_session_actions(self._more, self._commands, summary)


def _minutes(duration_s: float) -> str:
    minutes = round(duration_s / 60.0)
    if minutes < 1:
        return f"{duration_s:.0f}\u00a0s"
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h {rest}\u00a0min" if hours else f"{minutes}\u00a0min"
