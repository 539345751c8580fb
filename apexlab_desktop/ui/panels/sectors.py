"""The Sectors worksheet: which lap was best where, and how fast the sum is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.sector_boundaries import BoundaryPanel
from apexlab_desktop.ui.panels.sector_list import SectorListPanel
from apexlab_desktop.ui.panels.sector_sources import SectorLegend, SectorSources
from apexlab_desktop.ui.panels.sector_table import SectorTable
from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage
from apexlab_desktop.ui.viewmodels.sector_lines import sources
from apexlab_desktop.ui.viewmodels.sector_rows import Shown, best_lap, ideal_rows, lap_rows
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE
from apexlab_desktop.ui.widgets.choice import Segmented
from apexlab_desktop.ui.widgets.labels import label, paragraph

RIGHT_WIDTH, NARROW_RIGHT_WIDTH = 486, 420
NARROW_BELOW = 1_300
MAP_STRETCH, LIST_STRETCH = 54, 46
SOURCES_FROM = 640
"""A panel less high than this has no room to say where the ideal lap comes from."""


class SectorsPage(WorksheetPage):
    """Sector times in a table, where sectors end on the map, and the sectors in a list."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__(models)
        self.times = SectorTimesPanel(models)
        self.boundaries = BoundaryPanel(models)
        self.list = SectorListPanel(models)
        self.times.table.cell_wanted.connect(self.compare_sector)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.boundaries, MAP_STRETCH)
        right.addWidget(self.list, LIST_STRETCH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.times, 1)
        layout.addWidget(self._right)

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through."""
        return (self.times.table.laps, self.boundaries.map, self.list.table)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        return (self.times, self.boundaries, self.list)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the right column what the table leaves it."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_BELOW
        self._right.setFixedWidth(NARROW_RIGHT_WIDTH if is_narrow else RIGHT_WIDTH)

    def compare_sector(self, number: int, sector: int) -> None:
        """Show a lap on Compare, at a sector."""
        laps, facts = self._models.laps, self._models.sectors.facts
        session = laps.session
        if session is None or facts is None:
            return
        ref = LapRef(session_id=session.session_id, lap_number=number)
        if ref not in laps.order:
            laps.toggle(ref)
        found = facts.table.sectors[sector]
        self._models.sheets.choose(COMPARE.id)
        self._models.insight.show_stretch_on_compare(found.from_m, found.to_m)

    def escape(self) -> None:
        """Keep what is under way on the map."""
        self._models.sectors.settle()


class SectorTimesPanel(QFrame):
    """The table with its head line, where the ideal lap comes from, and what the marks mean."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Sector times panel")
        self._models = models
        self.table = SectorTable(models.appearance)
        self.shown = Shown.EACH
        choices = ("Each sector", "Since start")
        self.choice = Segmented(models.appearance, "Times", choices, int(self.shown))
        self.choice.chosen.connect(self._show)
        self.sources = SectorSources(models.appearance)
        self._legend = SectorLegend(models.appearance)
        self._absence = paragraph("", "secondary")
        self._absence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.addWidget(label("Sector times", "panelTitle"), 1)
        head.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 5, 1, 4)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._absence, 1)
        layout.addWidget(self.sources)
        layout.addWidget(self._legend)
        models.sectors.changed.connect(self.show_times)
        models.laps.changed.connect(self.show_times)
        models.appearance.units_changed.connect(self.show_times)
        self.show_times()

    def show_times(self) -> None:
        """Show the times between the boundaries in force, or why there are none."""
        judged, facts = self._models.insight.debrief, self._models.sectors.facts
        session = self._models.laps.session
        has_times = judged is not None and facts is not None and session is not None
        self.table.setVisible(has_times)
        self._legend.setVisible(has_times)
        self._absence.setVisible(not has_times)
        self._absence.setText(self._models.insight.reason)
        if judged is not None and facts is not None and session is not None:
            clean = [row.number for row in session.laps if row.is_clean]
            self.table.show_rows(
                ideal_rows(judged, facts, self.shown, self._models.appearance.units),
                lap_rows(facts, session.laps, self.shown),
                len(facts.table.sectors),
            )
            _us, best = best_lap(facts, clean)
            self.sources.show_pieces(sources(judged, facts), best or 0)
            if best is not None:
                self.table.choose_lap(best)
        self._show_sources(has_times=has_times)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let what is of second rank leave where it is low."""
        super().resizeEvent(event)
        self._show_sources(has_times=self._models.sectors.facts is not None)

    def _show_sources(self, *, has_times: bool) -> None:
        self.sources.setVisible(has_times and self.height() >= SOURCES_FROM)

    def _show(self, index: int) -> None:
        self.shown = Shown(index)
        self.show_times()
