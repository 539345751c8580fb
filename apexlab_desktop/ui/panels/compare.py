"""The Compare worksheet: plots left, map over laps right."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.ui.command_table import Context
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.lap_table import LapPanel
from apexlab_desktop.ui.panels.traces import TracesPanel
from apexlab_desktop.ui.panels.track_map import TrackMapPanel
from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage
from apexlab_desktop.ui.plots.plot_choice import toggled
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA

RIGHT_WIDTH = 486
SHIFT_M = 1.0
MAP_STRETCH, TABLE_STRETCH = 47, 53


class ComparePage(WorksheetPage):
    """Shows where on the lap the time between laps is."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__(models)
        appearance = models.appearance
        shared = (models.comparison, models.cursor, appearance.theme, appearance.units)
        self.traces = TracesPanel(*shared)
        self.track_map = TrackMapPanel(*shared)
        self.laps = LapPanel(models)
        self._right = QWidget()
        self._lay_out()
        models.commands.attach(Context.COMPARE, self)
        self._bind()
        appearance.theme_changed.connect(self._on_theme)
        models.laps.changed.connect(self._show_drive)
        models.sheets.changed.connect(self._show_sheet)
        models.laps.changed.emit()
        self._show_sheet()

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through."""
        return (self.traces.plots, self.laps.table)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        return (self.traces, self.track_map, self.laps)

    def escape(self) -> None:
        """Give up choosing a line or a drag, else let the cursor go."""
        if not self.track_map.cancel_choice():
            self.traces.escape()

    def _shift(self, by_m: float) -> None:
        """Move the lap chosen last against the reference; the slots are in the laps' order."""
        laps, comparison = self._models.laps, self._models.comparison
        order = laps.drawn_order()
        if laps.stepped in order and len(comparison.slots) == len(order):
            comparison.shift_lap(order.index(laps.stepped), by_m)

    def _show_sheet(self) -> None:
        self.traces.show_sheet(self._models.sheets.active.plots)

    def _toggle_delta(self) -> None:
        """Show the delta or leave it out; a worksheet of the user's keeps that."""
        sheets = self._models.sheets
        if sheets.active.plots:
            sheets.set_plots(sheets.active.id, toggled(sheets.active.plots, DELTA))
        else:
            self.traces.toggle_delta()

    def _reset(self) -> None:
        """Show the worksheet as it was at first."""
        self._models.sheets.reset(self._models.sheets.active.id)
        self.traces.reset()

    def _show_drive(self) -> None:
        session = self._models.laps.session
        self.track_map.set_drive(session.drive if session else None)

    def _lay_out(self) -> None:
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.track_map, MAP_STRETCH)
        right.addWidget(self.laps, TABLE_STRETCH)
        self._right.setFixedWidth(RIGHT_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.traces, 1)
        row.addWidget(self._right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the right column where the plots have room, narrow it where not."""
        super().resizeEvent(event)
        self._right.setFixedWidth(min(RIGHT_WIDTH, round(self.width() * 0.4)))

    def _on_theme(self) -> None:
        theme = self._models.appearance.theme
        self.traces.apply_theme(theme)
        self.track_map.apply_theme(theme)

    def _bind(self) -> None:
        traces, laps = self.traces, self._models.laps
        self._models.commands.bind(
            {
                "cursor.left": lambda: traces.step(-1),
                "cursor.right": lambda: traces.step(1),
                "cursor.left_ten": lambda: traces.step(-10),
                "cursor.right_ten": lambda: traces.step(10),
                "cursor.home": traces.home,
                "cursor.end": traces.end,
                "cursor.second": traces.toggle_second_cursor,
                "zoom.in": traces.zoom_in,
                "zoom.out": traces.zoom_out,
                "zoom.whole": traces.whole_lap,
                "zoom.range": traces.marked_range,
                "zoom.segment": traces.segment,
                "zoom.tag": traces.cursor_to_tag,
                "cursor.tag": traces.toggle_tag,
                "zoom.pan_left": traces.pan_left,
                "zoom.pan_right": traces.pan_right,
                "laps.fastest": laps.compare_with_session_best,
                "laps.fastest_all": laps.compare_with_best,
                "laps.before": lambda: laps.step(-1),
                "laps.next": lambda: laps.step(1),
                "laps.shift_back": lambda: self._shift(-SHIFT_M),
                "laps.shift_on": lambda: self._shift(SHIFT_M),
                "laps.shift_reset": self._models.comparison.reset_shifts,
                "laps.register": laps.toggle_registered,
                "plots.replay": traces.replay.toggle,
                "plots.delta": self._toggle_delta,
                "plots.reset": self._reset,
                "plots.hide": laps.toggle_current_shown,
                "plots.axis": traces.toggle_x_axis,
                "plots.rebase": traces.toggle_delta_rebase,
                "plots.grid": traces.toggle_grid,
                "plots.overlap": self._models.comparison.toggle_overlap,
                "plots.map_colour": self._models.comparison.cycle_map_colour,
            }
        )
        for n in range(9):
            self._models.commands.bind(
                {
                    f"laps.reference_{n + 1}": partial(laps.make_slot_reference, n),
                    f"laps.show_{n + 1}": partial(laps.toggle_slot_shown, n),
                }
            )
