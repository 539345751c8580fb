"""The plots of the Compare worksheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, distance, shift
from apexlab_desktop.ui.panels.panel_frame import (
    HEAD_GAP_PX,
    HEAD_ROW_PX,
    MARGINS_PX,
    PanelFrame,
)
from apexlab_desktop.ui.plots.plot_choice import chosen_plots
from apexlab_desktop.ui.plots.plot_stack import PlotStack
from apexlab_desktop.ui.plots.trace_specs import SPEED, PlotSpec, trace_plots
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode, MapColour
from apexlab_desktop.ui.viewmodels.replay import Replay
from apexlab_desktop.ui.viewmodels.track_segments import segment_at
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison

ZOOM_PER_KEY = 0.7
PAN_PER_KEY = 0.15
HINTS = "Whole lap: L   Fastest: F   Range: R"
CORNER_HINT = "   Corner: C"
NO_LAPS = (
    "No timed lap to show. Where laps begin is found in the positions or told by the file; "
    "your own start line is set on the map."
)
NO_PLOTS = (
    "These laps hold none of the channels of this worksheet. Choose other plots at the right of "
    "the tabs, or open a session that has them."
)
STOP_REPLAY = "Replay, stop: Space   "
FROM_SPEED = "Distance from speed"


def _registration_words(comparison: Comparison) -> str:
    """Say whether sessions of other receivers were laid onto the reference's straights."""
    codes = [notice.code for notice in comparison.notices]
    if "registration_applied" in codes:
        return "Same straights: Ctrl+Shift+L   "
    return "As recorded: Ctrl+Shift+L   " if "registration_off" in codes else ""


class TracesPanel(PanelFrame):
    """Any laps over distance or time: where on the lap the time between them is."""

    def __init__(
        self,
        model: ComparisonModel,
        cursor: CursorModel,
        theme: Theme,
        units: UnitSystem = UnitSystem.METRIC,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Distance comparison", theme, parent)
        self._model = model
        self._cursor = cursor
        self._has_delta = True
        self._chosen: tuple[str, ...] = ()
        self.replay = Replay(model, cursor, self)
        self.replay.changed.connect(self._name_view)
        self.replay.stepped.connect(self._turn_page)
        self._plots = PlotStack(model, cursor, theme, self)
        left, top, right, bottom = MARGINS_PX
        layout = QVBoxLayout(self)
        layout.setContentsMargins(left, top + HEAD_ROW_PX + HEAD_GAP_PX, right, bottom)
        layout.addWidget(self._plots)
        model.comparison_changed.connect(self._on_comparison_changed)
        model.view_changed.connect(self._name_view)
        model.axis_mode_changed.connect(self._name_view)
        model.units_changed.connect(self._name_view)
        model.shift_changed.connect(self._name_view)
        model.corners_changed.connect(self._name_view)
        model.overlap_changed.connect(self._on_overlap)
        self._cursor.pinned_changed.connect(self._describe_cursor)
        model.set_units(units)
        self._on_comparison_changed()

    @property
    def plots(self) -> PlotStack:
        """The stack of plots."""
        return self._plots

    def show_sheet(self, plots: tuple[str, ...]) -> None:
        """Show the plots of a worksheet; without any those that fit the laps."""
        if plots != self._chosen:
            self._chosen = plots
            self._show_plots()

    def apply_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._plots.apply_theme(theme)
        self.update()

    def set_units(self, units: UnitSystem) -> None:
        """Write values in other units."""
        self._model.set_units(units)

    # What keys do

    def zoom_in(self) -> None:
        """Show a shorter stretch about the cursor."""
        self._model.zoom(ZOOM_PER_KEY, self._zoom_centre(), gesture="key-zoom")

    def zoom_out(self) -> None:
        """Show a longer stretch about the cursor."""
        self._model.zoom(1.0 / ZOOM_PER_KEY, self._zoom_centre(), gesture="key-zoom")

    def pan_left(self) -> None:
        """Move towards the start of the lap."""
        self._pan(-PAN_PER_KEY)

    def pan_right(self) -> None:
        """Move towards the end of the lap."""
        self._pan(PAN_PER_KEY)

    def whole_lap(self) -> None:
        """Show the lap from end to end."""
        self._model.whole_lap()

    def undo_zoom(self) -> None:
        """Go back to the stretch seen before."""
        self._model.undo_zoom()

    def redo_zoom(self) -> None:
        """Go forward to the stretch left by undo."""
        self._model.redo_zoom()

    def toggle_x_axis(self) -> None:
        """Change between distance and time."""
        self._model.toggle_axis_mode()

    def toggle_delta_rebase(self) -> None:
        """Change between delta since the left edge and since the start of the lap."""
        self._model.toggle_rebase()

    def toggle_grid(self) -> None:
        """Show or hide grid lines."""
        self._model.toggle_grid()

    def step(self, n_samples: int) -> None:
        """Move the cursor by samples and keep it in view."""
        self._cursor.step(n_samples)
        self._follow_cursor()

    def home(self) -> None:
        """Put the cursor at the start of the lap."""
        self._cursor.home()
        self._follow_cursor()

    def end(self) -> None:
        """Put the cursor at the end of the lap."""
        self._cursor.end()
        self._follow_cursor()

    def marked_range(self) -> None:
        """Show what lies between the two cursors."""
        if self._cursor.has_second and self._cursor.is_somewhere:
            self._show_between(self._cursor.second_m, self._cursor.place_m)

    def segment(self) -> None:
        """Show the segment of the track under the cursor: from one top of speed to the next."""
        reference = self._model.reference
        if reference is None:
            return
        speed = self._model.values(reference.lap_index, SPEED)
        if speed is not None:
            place_m = self._model.place_of(self._zoom_centre())
            self._show_between(*segment_at(self._model.lap_axis_m(), speed, place_m))

    def cursor_to_tag(self) -> None:
        """Show what lies between the cursor and the tag."""
        if self._cursor.has_tag and self._cursor.is_somewhere:
            self._show_between(self._cursor.tag_m, self._cursor.place_m)

    def toggle_tag(self) -> None:
        """Tag the place of the cursor, or take the tag away."""
        self._cursor.toggle_tag()

    def toggle_delta(self) -> None:
        """Show the plot of the delta, or leave it out."""
        self._has_delta = not self._has_delta
        self._show_plots()

    def reset(self) -> None:
        """Show the worksheet as it was at first; the laps stay."""
        model = self._model
        if model.axis_mode is AxisMode.TIME:
            model.toggle_axis_mode()
        if not model.is_rebasing:
            model.toggle_rebase()
        if not model.is_grid_shown:
            model.toggle_grid()
        if model.is_overlapped:
            model.toggle_overlap()
        if not self._has_delta:
            self.toggle_delta()
        self._cursor.clear()
        model.set_map_colour(MapColour.SPEED)
        model.whole_lap()

    def toggle_second_cursor(self) -> None:
        """Drop the second cursor at the first, or take it away."""
        self._cursor.toggle_second()

    def escape(self) -> None:
        """Give up a drag, the replay or shifts; else let the cursor follow the pointer again."""
        if not (self._plots.cancel_drag() or self.replay.stop() or self._model.reset_shifts()):
            self._cursor.free()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the replay that nobody sees."""
        super().hideEvent(event)
        self.replay.stop()

    # Inside

    def _pan(self, share: float) -> None:
        low, high = self._model.view
        self._model.pan(share * (high - low), gesture="key-pan")

    def _zoom_centre(self) -> float:
        """Return the axis value to zoom about: the cursor when it is visible, else the middle."""
        low, high = self._model.view
        if self._model.comparison is not None and self._cursor.is_somewhere:
            at = self._model.axis_of(self._cursor.place_m)
            if low <= at <= high:
                return at
        return (low + high) / 2.0

    def _follow_cursor(self) -> None:
        """Pan by just as much as brings the cursor into view."""
        if self._model.comparison is None or not self._cursor.is_somewhere:
            return
        low, high = self._model.view
        at = self._model.axis_of(self._cursor.place_m)
        if at < low:
            self._model.pan(at - low, gesture="follow")
        elif at > high:
            self._model.pan(at - high, gesture="follow")

    def _turn_page(self) -> None:
        """Bring the replayed cursor back in at the left edge."""
        low, high = self._model.view
        at = self._model.axis_of(self._cursor.place_m)
        if not low <= at <= high:
            self._model.pan(at - low, gesture="replay")

    def _on_comparison_changed(self) -> None:
        comparison = self._model.comparison
        self._cursor.set_grid(comparison.distance_m if comparison is not None else None)
        self._show_plots()
        self._name_view()

    def _show_plots(self) -> None:
        comparison = self._model.comparison
        has_laps = comparison is not None and bool(comparison.laps)
        wanted = self._wanted_plots() if has_laps else ()
        self._plots.setVisible(bool(wanted))
        self.set_absence("" if wanted else NO_PLOTS if has_laps else NO_LAPS)
        self._plots.set_plots(wanted)
        titles = ", ".join(row.spec.title for row in self._plots.rows)
        self._plots.setAccessibleName(f"Plots of {titles}" if titles else "Plots, empty")
        self._describe_cursor()

    def _on_overlap(self) -> None:
        self._show_plots()
        self._name_view()

    def _wanted_plots(self) -> tuple[PlotSpec, ...]:
        if self._chosen:
            plots = chosen_plots(self._model, self._chosen)
        else:
            fitting = trace_plots(self._model)
            plots = tuple(spec for spec in fitting if self._has_delta or not spec.is_delta)
        if self._model.is_overlapped:
            # What is absent has no place of its own to say so.
            return tuple(spec for spec in plots if not spec.absence)
        return plots

    def _show_between(self, one_m: float, other_m: float) -> None:
        low_m, high_m = sorted((one_m, other_m))
        if high_m > low_m:
            self._model.show_range(low_m, high_m)

    def _name_view(self) -> None:
        is_time = self._model.axis_mode is AxisMode.TIME
        self.set_title("Time comparison" if is_time else "Distance comparison")
        comparison = self._model.comparison
        if comparison is None:
            self.set_note("")
            return
        source = f"{FROM_SPEED}   " if comparison.line is None and not is_time else ""
        source += _registration_words(comparison)
        if self._model.is_overlapped and self._plots.rows:
            source += f"Overlapped, scale of {self._plots.rows[0].spec.title}: X   "
        source += f"{self._shift_words()}{STOP_REPLAY if self.replay.is_playing else ''}"
        if self._model.is_whole_lap:
            self.set_note(source + HINTS + (CORNER_HINT if self._model.corners else ""))
            return
        low, high = (distance(place, self._model.units) for place in self._model.view_m)
        self.set_note(f"{source}{low} to {high}   Whole lap: L   Back: Ctrl+Z")

    def _shift_words(self) -> str:
        """Say how far laps are drawn from where they were driven."""
        units, shift_m = self._model.units, self._model.shift_m
        words = [
            f"Lap{NO_BREAK_SPACE}{slot.compared.label} shifted by {shift(shift_m(index), units)}"
            for slot in self._model.slots
            if shift_m(index := slot.lap_index)
        ]
        return f"{', '.join(words)}, back: 0   " if words else ""

    def _describe_cursor(self) -> None:
        """Say the values at a pinned cursor to those who do not see the plots."""
        absent = [row.spec.absence for row in self._plots.rows if row.spec.absence]
        read = [self._readings_in_words()] if self._cursor.is_pinned else []
        self._plots.setAccessibleDescription(" ".join(read + absent))

    def _readings_in_words(self) -> str:
        units = self._model.units
        parts = [f"at {distance(self._cursor.place_m, units)}"]
        for row in self._plots.rows:
            if row.spec.absence:
                continue
            names = [name for name, _ in row.spec.channels]
            values = self._model.values_at(names, self._cursor.place_m)
            for slot in self._model.visible_slots:
                text = row.spec.readout([one[slot.lap_index] for one in values], units)
                label = slot.compared.label
                parts.append(f"{row.spec.title} lap {label} {text} {row.spec.unit(units)}")
        return "; ".join(parts)
