"""The window with the mouse unplugged: Tab goes everywhere, as one reads, and the focus is seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.readings import plots

MOST_STEPS = 60
LIBRARY_WAY = (
    "Library", "Keys", "Settings", "Search track, car, tag, note", "Import", "Ridgeline Park, 8",
    "GR86, 4", "record, 3", "coach day, 1", "Sort: newest first", "Sessions", "Note",
    "Tag record, take it away", "Tag new tyres, take it away", "Add a tag", "Compare", "More",
)  # fmt: skip
ANALYSIS_WAY = (
    "Analysis", "Keys", "Settings", "Lap\u00a05, 1:20.930, reference",
    "Lap\u00a012, 1:21.310, +0.380", "Import", "Compare worksheet", "New worksheet", "Report",
    "Plots of", "Laps",
)  # fmt: skip


def way(started: Started, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Return the widgets that a key walks through, once round."""
    window = started.window
    window.activateWindow()
    window.setFocus()
    seen: list[QWidget] = []
    for _ in range(MOST_STEPS):
        QTest.keyClick(window.focusWidget(), key)
        focused = window.focusWidget()
        if focused in seen:
            break
        seen.append(focused)
    return seen


def names(widgets: list[QWidget]) -> list[str]:
    return [widget.accessibleName() for widget in widgets]


def in_order(wanted: tuple[str, ...], found: list[str]) -> bool:
    """Return whether the names are met one after the other."""
    rest = iter(found)
    return all(any(name.startswith(begin) for name in rest) for begin in wanted)


@pytest.fixture
def library_window(open_window: Opener, qapp: QApplication) -> Started:
    started = open_window(FakeLibrary())
    started.models.library.select(RUN_3)
    qapp.processEvents()
    return started


def test_tab_walks_the_library_as_one_reads(library_window: Started) -> None:
    walked = names(way(library_window))
    assert in_order(LIBRARY_WAY, walked), walked
    assert all(walked), "each has a name"


def test_back_tab_walks_the_other_way(library_window: Started) -> None:
    there, back = way(library_window), way(library_window, Qt.Key.Key_Backtab)
    start = there.index(back[0])
    assert back == [there[(start - n) % len(there)] for n in range(len(there))]


def test_tab_walks_the_analysis_as_one_reads(compare_window: Started) -> None:
    walked = names(way(compare_window))
    assert in_order(ANALYSIS_WAY, walked), walked


def test_what_is_made_anew_keeps_its_place(qtbot: QtBot, compare_window: Started) -> None:
    qtbot.waitUntil(lambda: compare_window.models.sheets.is_loaded, timeout=WAIT_MS)
    compare_window.models.laps.make_slot_reference(2)
    compare_window.models.sheets.new()
    QApplication.processEvents()
    walked = names(way(compare_window))
    assert walked.index("Import") < walked.index("Worksheet worksheet")
    assert walked.index("Worksheet worksheet") < walked.index("Plots")


@pytest.mark.parametrize("page", ["library", "analysis"])
def test_the_focus_is_seen_at_each_step(compare_window: Started, page: str) -> None:
    QApplication.setCursorFlashTime(0)
    compare_window.controller.go(page)
    window = compare_window.window
    for widget in way(compare_window):
        window.setFocus()
        widget.clearFocus()
        without = window.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert window.grab().toImage() != without, widget.accessibleName()


def test_arrows_go_from_tab_to_tab(open_window: Opener) -> None:
    library = FakeLibrary()
    grip = Worksheet(id="g", name="Grip", plots=("accel_lat_mps2",))
    library.worksheets = (COMPARE, grip)
    started = open_window(library)
    started.controller.go("analysis")
    started.window.activateWindow()
    first, second, *_ = started.window.analysis.tabs.tabs
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert started.models.sheets.active.name == second.text()


def test_a_click_into_the_plots_shows_no_ring(compare_window: Started) -> None:
    stack = plots(compare_window)
    compare_window.window.setFocus()
    stack.setFocus(Qt.FocusReason.MouseFocusReason)
    by_mouse = stack.grab().toImage()
    stack.clearFocus()
    stack.setFocus(Qt.FocusReason.TabFocusReason)
    assert stack.grab().toImage() != by_mouse


def test_the_menu_key_asks_for_the_chosen_row(library_window: Started) -> None:
    table = library_window.window.library.list
    library_window.models.library.select("harbour-2")
    middle = table.rect().center()
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, table.mapToGlobal(middle))
    row, place = table.menu_place(by_key)
    assert row == table.currentIndex().row()
    assert table.viewport().mapFromGlobal(place).y() == pytest.approx(
        table.rowViewportPosition(row) + table.rowHeight(row), abs=2
    )
    by_mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, QPoint(9, 9))
    assert table.menu_place(by_mouse) == (table.rowAt(middle.y()), QPoint(9, 9))
