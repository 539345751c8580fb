"""The Corners worksheet: in which corner, and whether it is every lap."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.formatting import counted, speed_unit
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.corner_map import CornerMap
from apexlab_desktop.ui.panels.corner_multiples import CornerMultiples
from apexlab_desktop.ui.panels.corner_table import CornerTable
from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage
from apexlab_desktop.ui.viewmodels.corner_rows import Shown
from apexlab_desktop.ui.viewmodels.corners import CornersModel
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE
from apexlab_desktop.ui.widgets.choice import Segmented
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, paragraph
from apexlab_desktop.ui.widgets.whole_rows import WholeRows
from apexlab_desktop.units import UnitSystem

TABLE_STRETCH, MAP_STRETCH = 960, 400
UPPER_STRETCH, LOWER_STRETCH = 44, 56


class CornersPage(WorksheetPage):
    """All corners in a table, one of them from above and lap by lap."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__(models)
        self.corners = CornersModel(models.insight, self)
        self.table = CornerTable(models.appearance, self.corners)
        self.corner_map = CornerMap(models)
        self.multiples = CornerMultiples(models, self.corners)
        self._panel = CornerPanel(models, self.corners, self.table)
        self.multiples.lap_wanted.connect(self.compare_lap)
        upper = QHBoxLayout()
        upper.setSpacing(8)
        upper.addWidget(self._panel, TABLE_STRETCH)
        upper.addWidget(self.corner_map, MAP_STRETCH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(upper, UPPER_STRETCH)
        layout.addWidget(self.multiples, LOWER_STRETCH)

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through."""
        return (self.table, self.multiples)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        return (self._panel, self.corner_map, self.multiples)

    def compare_lap(self, number: int) -> None:
        """Show a lap on Compare, at this corner."""
        laps = self._models.laps
        session = laps.session
        if session is None:
            return
        ref = LapRef(session_id=session.session_id, lap_number=number)
        if ref not in laps.order:
            laps.toggle(ref)
        self._models.sheets.choose(COMPARE.id)
        self._models.insight.show_corner_on_compare()


class CornerPanel(QFrame):
    """The table with its head line: how many laps it is about, and what it says of them."""

    def __init__(self, models: WindowModels, corners: CornersModel, table: CornerTable) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Corners panel")
        self._models = models
        self._corners = corners
        self._hint = ElidedLabel("", "hint")
        self._absence = paragraph("", "secondary")
        self._absence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choices = ("Typical", "Best", "Difference")
        self.choice = Segmented(models.appearance, "Values", choices, int(corners.shown))
        self.choice.chosen.connect(lambda index: corners.show(Shown(index)))
        self._rows = WholeRows(table)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.setSpacing(10)
        head.addWidget(label("Corners", "panelTitle"))
        head.addWidget(self._hint, 1)
        head.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 5, 1, 8)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._rows, 1)
        layout.addWidget(self._absence, 1)
        corners.changed.connect(self._show_state)
        models.appearance.units_changed.connect(self._show_state)
        self._show_state()

    def _show_state(self) -> None:
        has_rows = bool(self._corners.rows)
        self._rows.setVisible(has_rows)
        self._absence.setVisible(not has_rows)
        reason = self._corners.insight.reason
        if not reason and not self._corners.insight.is_loading and not has_rows:
            reason = "No corner was found on this line."
        self._absence.setText(reason)
        units = self._models.appearance.units
        length = "m" if units is UnitSystem.METRIC else "ft"
        laps = counted(self._corners.n_clean, "clean lap")
        self._hint.setText(f"{laps}; {speed_unit(units)}, {length}, s" if has_rows else "")
