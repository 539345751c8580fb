"""Which plots a worksheet shows: every tick works at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.plots.plot_choice import CHOICES, PlotChoice, is_in_laps, toggled
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.worksheets import Worksheets
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.check_row import CheckRow
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, rule
from apexlab_desktop.ui.widgets.overlay import Overlay, centred

SIZE = (440.0, 476.0)
ROW_HEIGHT = 34
WIDTH_OF_WORDS = 190
LAST_ONE = "A worksheet shows at least one plot"
NOT_HERE = "not in these laps"
EXPLANATION = "From the top down. What the laps do not hold is left out, not empty."


class PlotPicker(Overlay):
    """A row per plot there is, ticked where the worksheet shows it."""

    def __init__(
        self,
        window: QWidget,
        appearance: Appearance,
        sheets: Worksheets,
        comparison: ComparisonModel,
    ) -> None:
        super().__init__(appearance, window, f"Plots of {sheets.active.name}")
        self._sheets = sheets
        self._sheet_id = sheets.active.id
        self._rows = {choice.key: CheckRow(appearance, choice.title, None) for choice in CHOICES}
        self._hint: QLabel = ElidedLabel(EXPLANATION, "hintBody")
        self._lay_out(appearance, comparison)
        sheets.changed.connect(self._show_plots)
        self._show_plots()

    @property
    def rows(self) -> dict[str, CheckRow]:
        """The ticks by the key of their plot."""
        return self._rows

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return the middle of the window."""
        return centred(room, *SIZE)

    def first_focus(self) -> QWidget:
        """Return the first tick."""
        return next(iter(self._rows.values()))

    def _show_plots(self) -> None:
        sheet = self._sheets.find(self._sheet_id)
        for key, row in self._rows.items():
            row.setChecked(sheet is not None and key in sheet.plots)

    def _on_click(self) -> None:
        row = self.sender()
        key = next((key for key, other in self._rows.items() if other is row), "")
        sheet = self._sheets.find(self._sheet_id)
        if sheet is None or not key:
            return
        plots = toggled(sheet.plots, key)
        self._hint.setText(EXPLANATION if plots else LAST_ONE)
        self._sheets.set_plots(self._sheet_id, plots)
        self._show_plots()

    def _lay_out(self, appearance: Appearance, comparison: ComparisonModel) -> None:
        layout = QVBoxLayout(self.frame)
        layout.setContentsMargins(24, 18, 24, 16)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(label(f"Plots of {self._sheets.active.name}", "title"))
        head.addStretch(1)
        close = Button(appearance, "Close", "icon", "x")
        close.clicked.connect(self.close_overlay)
        head.addWidget(close)
        layout.addLayout(head)
        layout.addSpacing(8)
        layout.addWidget(rule())
        layout.addSpacing(4)
        for choice in CHOICES:
            layout.addLayout(self._made_row(choice, is_here=is_in_laps(comparison, choice)))
        layout.addStretch(1)
        layout.addWidget(rule())
        layout.addSpacing(8)
        layout.addWidget(self._hint)

    def _made_row(self, choice: PlotChoice, *, is_here: bool) -> QHBoxLayout:
        row = self._rows[choice.key]
        words = choice.words if is_here else NOT_HERE
        row.setAccessibleName(", ".join(part for part in (choice.title, words) if part))
        row.clicked.connect(self._on_click)
        aside = label(words, "hintBody")
        aside.setFixedWidth(WIDTH_OF_WORDS)
        made = QHBoxLayout()
        made.setContentsMargins(0, 0, 0, 0)
        made.addWidget(row, 1)
        made.addWidget(aside)
        aside.setMinimumHeight(ROW_HEIGHT)
        return made
