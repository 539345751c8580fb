"""What a window shows, with the types the tests need; each reads anew, so nothing is narrowed."""

from __future__ import annotations

from apexlab_desktop.analysis.types import Comparison
from apexlab_desktop.ui.dialogs.palette import Palette
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.compare import ComparePage
from apexlab_desktop.ui.panels.lap_table import LapTable
from apexlab_desktop.ui.panels.track_map import TrackMapPanel
from apexlab_desktop.ui.plots.plot_stack import PlotStack
from apexlab_desktop.ui.theme import ThemeName
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode
from apexlab_desktop.ui.widgets.overlay import Overlay


def compare_page(started: Started) -> ComparePage:
    page = started.window.analysis.compare
    assert page is not None
    return page


def plots(started: Started) -> PlotStack:
    return compare_page(started).traces.plots


def lap_table(started: Started) -> LapTable:
    return compare_page(started).laps.table


def track_map(started: Started) -> TrackMapPanel:
    return compare_page(started).track_map


def is_choosing_line(started: Started) -> bool:
    return track_map(started).is_choosing_line


def lap_numbers(started: Started) -> list[int]:
    """Return the compared laps in the order of their chips."""
    return [ref.lap_number for ref in started.models.laps.order]


def reference_number(started: Started) -> int:
    reference = started.models.laps.reference
    assert reference is not None
    return reference.lap_number


def open_dialog(started: Started) -> Overlay | None:
    return started.controller.dialogs.open_one


def palette(started: Started) -> Palette:
    dialog = open_dialog(started)
    assert isinstance(dialog, Palette)
    return dialog


def page(started: Started) -> str:
    return started.window.page


def theme_name(started: Started) -> ThemeName:
    return started.models.appearance.theme.name


def comparison_of(model: ComparisonModel) -> Comparison:
    comparison = model.comparison
    assert comparison is not None
    return comparison


def is_whole_lap(model: ComparisonModel) -> bool:
    return model.is_whole_lap


def axis_mode(model: ComparisonModel) -> AxisMode:
    return model.axis_mode
