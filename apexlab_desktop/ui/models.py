"""The view-models of one window, made together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.history import Edit, History, Subject
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.importing import ImportModel
from apexlab_desktop.ui.viewmodels.insight import InsightModel
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.optimal import OptimalModel
from apexlab_desktop.ui.viewmodels.sectors import SectorsModel
from apexlab_desktop.ui.viewmodels.worksheets import Worksheets

if TYPE_CHECKING:
    from collections.abc import Hashable

    from apexlab_desktop.analysis.types import Comparison


class WindowModels(QObject):
    """What the panels share: one library, selection, cursor and look, one history of edits."""

    def __init__(
        self,
        use_cases: UseCases,
        settings: SettingsFile,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.use_cases = use_cases
        self.settings = settings
        self.background = Background(self)
        self.appearance = Appearance(settings, self)
        self.commands = Commands(parent=self)
        self.history = History(self)
        self.library = LibraryModel(use_cases, self.background, self)
        self.imports = ImportModel(use_cases, self.background, self)
        self.laps = LapSelection(use_cases, self.background, self)
        self.cursor = CursorModel(self)
        self.sheets = Worksheets(use_cases, self.background, self)
        self.comparison = ComparisonModel(self.appearance.units, self)
        self.insight = InsightModel(use_cases, self.background, self.laps, self.comparison, self)
        self.sectors = SectorsModel(use_cases, self.background, self.laps, self.insight, self)
        self.optimal = OptimalModel(use_cases, self.background, self.laps, self)
        self.appearance.units_changed.connect(self._on_units)
        self.laps.compared.connect(self._on_compared)
        self.laps.changed.connect(self._show_hidden)
        self._keep_history()

    def _keep_history(self) -> None:
        self.library.edited.connect(self.history.add)
        self.laps.edited.connect(self.history.add)
        self.sheets.edited.connect(self.history.add)
        self.insight.edited.connect(self.history.add)
        self.sectors.edited.connect(self.history.add)
        self.laps.opened.connect(self._forget_laps)
        self.comparison.view_stepped.connect(self._on_view_step)
        self.comparison.shifts_edited.connect(self._on_shifts)
        self.comparison.view_reset.connect(self._forget_views)

    def _on_view_step(self) -> None:
        comparison = self.comparison
        edit = Edit(
            words="zoom",
            subject=Subject.VIEW,
            undo=comparison.undo_zoom,
            redo=comparison.redo_zoom,
        )
        self.history.add(edit)

    def _on_shifts(self, before: dict[Hashable, float], after: dict[Hashable, float]) -> None:
        restore = self.comparison.restore_shifts
        edit = Edit(
            words="laps shifted" if any(after.values()) else "shifted laps back",
            subject=Subject.VIEW,
            undo=lambda: restore(before),
            redo=lambda: restore(after),
        )
        self.history.add(edit)

    def _forget_laps(self) -> None:
        """Other laps are open: choices among the ones before mean nothing."""
        self.history.forget(Subject.LAPS)

    def _forget_views(self) -> None:
        self.history.forget(Subject.VIEW)

    def _on_units(self) -> None:
        self.comparison.set_units(self.appearance.units)

    def _on_compared(self, comparison: Comparison | None) -> None:
        if comparison is not None:
            # Plots and map call a lap what its chip calls it.
            named = zip(comparison.laps, self.laps.drawn_order(), strict=True)
            laps = (replace(lap, label=self.laps.short_label(ref)) for lap, ref in named)
            comparison = replace(comparison, laps=tuple(laps))
        self.comparison.set_comparison(comparison, self.laps.drawn_order())
        self._show_hidden()

    def _show_hidden(self) -> None:
        """Draw what the chips say is drawn; slots of another choice of laps stay as they are."""
        order = self.laps.drawn_order()
        slots = self.comparison.slots
        if [slot.compared.lap.number for slot in slots] != [ref.lap_number for ref in order]:
            return
        for number, ref in enumerate(order):
            self.comparison.set_visible(number, is_visible=ref not in self.laps.hidden)
