"""Where sectors end, and who says so."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.sector_map import SectorMap
from apexlab_desktop.ui.viewmodels.sectors import Kind
from apexlab_desktop.ui.widgets.choice import Segmented
from apexlab_desktop.ui.widgets.labels import label


class BoundaryPanel(QFrame):
    """The map with its head line: who says where sectors end."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName("Boundaries panel")
        self._sectors = models.sectors
        self.map = SectorMap(models)
        choices = ("Automatic", "Equal", "By hand")
        self.choice = Segmented(models.appearance, "Boundaries", choices, int(models.sectors.kind))
        self.choice.chosen.connect(self._choose)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 11, 0)
        head.addWidget(label("Boundaries", "panelTitle"), 1)
        head.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 5, 1, 6)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.map, 1)
        models.sectors.changed.connect(self._show_kind)
        self._show_kind()

    def _choose(self, index: int) -> None:
        self._sectors.choose_kind(Kind(index))

    def _show_kind(self) -> None:
        self.choice.setEnabled(self._sectors.facts is not None)
        blocked = self.choice.blockSignals(True)
        self.choice.choose(int(self._sectors.kind))
        self.choice.blockSignals(blocked)
