"""The tabs of the worksheets in the window: by pointer and by key."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.ui.dialogs.plot_picker import LAST_ONE, PlotPicker
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.worksheet_tabs import WorksheetTab, WorksheetTabs
from apexlab_desktop.ui.viewmodels import worksheets
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE
from apexlab_desktop.ui.widgets.buttons import Button
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import FakeLibrary
from tests.ui.pointer import move_pointer
from tests.ui.readings import compare_page, open_dialog, plots
from tests.ui.readings import palette as palette_of

GRIP = Worksheet(id="g", name="Grip", plots=("accel_lat_mps2", "accel_long_mps2"))
GEARS = Worksheet(id="s", name="Gears", plots=("gear", "engine_speed_rpm"))


@pytest.fixture
def sheets_window(qtbot: QtBot, open_window: Opener, monkeypatch: pytest.MonkeyPatch) -> Started:
    """A window at its Compare sheet, with two more sheets, so that places can be counted."""
    monkeypatch.setattr(worksheets, "BUILT_IN", (COMPARE,))
    library = FakeLibrary()
    library.worksheets = (COMPARE, GRIP, GEARS)
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-3")
    qtbot.waitUntil(lambda: started.models.sheets.is_loaded, timeout=WAIT_MS)
    started.window.activateWindow()
    plots(started).setFocus()
    return started


def bar(started: Started) -> WorksheetTabs:
    return started.window.analysis.tabs


def names(started: Started) -> list[str]:
    return [tab.text() for tab in bar(started).tabs]


def tab_of(started: Started, name: str) -> WorksheetTab:
    return next(tab for tab in bar(started).tabs if tab.text() == name)


def button(started: Started, name: str) -> Button:
    return next(b for b in bar(started).findChildren(Button) if b.accessibleName() == name)


def shown(started: Started) -> list[str]:
    return [row.spec.key for row in plots(started).rows]


def active(started: Started) -> str:
    return started.models.sheets.active.name


def picker(started: Started) -> PlotPicker:
    dialog = open_dialog(started)
    assert isinstance(dialog, PlotPicker)
    return dialog


def press(started: Started, *keys: str) -> None:
    for key in keys:
        QTest.keySequence(started.window.focusWidget(), QKeySequence(key))


def test_a_click_opens_a_worksheet_with_its_plots_and_compare_comes_back(
    sheets_window: Started,
) -> None:
    fixed = shown(sheets_window)
    QTest.mouseClick(tab_of(sheets_window, "Grip"), Qt.MouseButton.LeftButton)
    assert shown(sheets_window) == ["accel_lat_mps2", "accel_long_mps2"]
    QTest.mouseClick(tab_of(sheets_window, "Compare"), Qt.MouseButton.LeftButton)
    assert shown(sheets_window) == fixed


def test_what_is_chosen_and_zoomed_is_the_same_on_every_worksheet(sheets_window: Started) -> None:
    model = sheets_window.models.comparison
    model.show_range(500.0, 900.0)
    sheets_window.models.cursor.pin(700.0)
    press(sheets_window, "Ctrl+2")
    assert model.view == pytest.approx((500.0, 900.0), abs=1.0)
    assert sheets_window.models.cursor.place_m == pytest.approx(700.0)


def test_a_worksheet_without_data_in_these_laps_says_so(sheets_window: Started) -> None:
    sheets_window.models.sheets.choose("s")
    traces = compare_page(sheets_window).traces
    assert "none of the channels" in traces.absence
    assert traces.plots.isHidden()
    sheets_window.models.sheets.choose("g")
    assert traces.absence == ""
    assert not traces.plots.isHidden()


def test_plus_makes_a_worksheet_and_asks_for_its_plots(
    qtbot: QtBot, sheets_window: Started
) -> None:
    QTest.mouseClick(button(sheets_window, "New worksheet"), Qt.MouseButton.LeftButton)
    assert names(sheets_window) == ["Compare", "Worksheet", "Grip", "Gears"]
    rows = picker(sheets_window).rows
    assert [key for key, row in rows.items() if row.isChecked()] == ["speed_mps", DELTA]
    QTest.keyClick(rows["accel_lat_mps2"], Qt.Key.Key_Space)
    QTest.keyClick(rows["speed_mps"], Qt.Key.Key_Space)
    assert shown(sheets_window) == [DELTA, "accel_lat_mps2"]
    QTest.keyClick(rows[DELTA], Qt.Key.Key_Space)
    QTest.keyClick(rows["accel_lat_mps2"], Qt.Key.Key_Space)
    assert rows["accel_lat_mps2"].isChecked(), LAST_ONE
    assert shown(sheets_window) == ["accel_lat_mps2"]
    library = sheets_window.models.use_cases
    assert isinstance(library, FakeLibrary)
    qtbot.waitUntil(
        lambda: library.worksheets == sheets_window.models.sheets.sheets, timeout=WAIT_MS
    )


def test_one_history_steps_back_through_worksheets_laps_and_zooms(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "F3", "Up", "2")
    assert shown(sheets_window) == [DELTA, "accel_lat_mps2", "accel_long_mps2"]
    press(sheets_window, "Ctrl+Z", "Ctrl+Z")
    assert sheets_window.models.comparison.is_whole_lap
    press(sheets_window, "Ctrl+Z")
    assert shown(sheets_window) == ["accel_lat_mps2", "accel_long_mps2"]


def test_rename_by_key_takes_the_name_typed(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "F2")
    field = bar(sheets_window).name_field
    assert field.isVisible()
    assert field.geometry().left() == tab_of(sheets_window, "Grip").geometry().left()
    field.selectAll()
    QTest.keyClicks(field, "Tyres")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert names(sheets_window) == ["Compare", "Tyres", "Gears"]
    assert not field.isVisible()
    assert plots(sheets_window).hasFocus()


def test_a_double_click_asks_for_another_name(sheets_window: Started) -> None:
    tab = tab_of(sheets_window, "Grip")
    QTest.mouseClick(tab, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(tab, Qt.MouseButton.LeftButton)
    assert bar(sheets_window).name_field.isVisible()
    assert bar(sheets_window).name_field.text() == "Grip"


def test_ten_long_names_leave_room_for_each_other(sheets_window: Started) -> None:
    sheets = sheets_window.models.sheets
    sheets_window.window.resize(1180, 660)
    sheets.rename("g", "Everything that the front axle does")
    for _ in range(7):
        sheets.duplicate("g")
    bar(sheets_window).show_sheets()
    QApplication.processEvents()
    boxes = [tab.geometry() for tab in bar(sheets_window).tabs]
    assert len(boxes) == 10
    assert all(a.right() < b.left() for a, b in pairwise(boxes))
    assert boxes[-1].right() < button(sheets_window, "New worksheet").geometry().left()
    assert button(sheets_window, "Report").geometry().right() < bar(sheets_window).width()
    assert tab_of(sheets_window, sheets.active.name).toolTip() == sheets.active.name


def test_escape_leaves_the_name_as_it_was(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "F2")
    field = bar(sheets_window).name_field
    QTest.keyClicks(field, "Tyres")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert names(sheets_window) == ["Compare", "Grip", "Gears"]
    assert active(sheets_window) == "Grip"


@pytest.mark.parametrize(
    ("keys", "there"),
    [(("Ctrl+Tab",), "Grip"), (("PgDown", "PgDown"), "Gears"), (("Ctrl+Shift+Tab",), "Gears"),
     (("PgUp",), "Gears"), (("Ctrl+3",), "Gears"), (("Ctrl+3", "Ctrl+1"), "Compare"),
     (("Ctrl+9",), "Compare")],
)  # fmt: skip
def test_worksheets_by_key(sheets_window: Started, keys: tuple[str, ...], there: str) -> None:
    press(sheets_window, *keys)
    assert active(sheets_window) == there


def test_a_worksheet_is_opened_by_key_from_the_library(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+O")
    press(sheets_window, "Ctrl+2")
    assert sheets_window.window.page == "analysis"
    assert active(sheets_window) == "Grip"


def test_from_the_palette_a_worksheet_is_renamed_where_it_is_seen(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "Ctrl+O")
    sheets_window.models.commands.trigger("sheet.rename")
    assert sheets_window.window.page == "analysis"
    assert bar(sheets_window).name_field.isVisible()


def test_the_palette_goes_to_worksheets_by_their_names(sheets_window: Started) -> None:
    sheets_window.controller.dialogs.show_palette()
    palette = palette_of(sheets_window)
    places = [item.name for item in palette.items if item.group == "Go to"]
    assert {"Compare worksheet", "Grip worksheet", "Gears worksheet"} <= set(places)


def test_a_drag_puts_a_tab_at_another_place(sheets_window: Started) -> None:
    tab = tab_of(sheets_window, "Gears")
    first = tab_of(sheets_window, "Compare")
    start = tab.rect().center()
    end = tab.mapFrom(bar(sheets_window), QPoint(first.geometry().left() + 2, 18))
    QTest.mousePress(tab, Qt.MouseButton.LeftButton, pos=start)
    move_pointer(tab, end, Qt.MouseButton.LeftButton)
    assert names(sheets_window) == ["Compare", "Grip", "Gears"]
    QTest.mouseRelease(tab, Qt.MouseButton.LeftButton, pos=end)
    assert names(sheets_window) == ["Gears", "Compare", "Grip"]
    assert active(sheets_window) == "Compare"


def test_order_by_key(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "Ctrl+Shift+PgDown")
    assert names(sheets_window) == ["Compare", "Gears", "Grip"]
    press(sheets_window, "Ctrl+Shift+PgUp", "Ctrl+Shift+PgUp")
    assert names(sheets_window) == ["Grip", "Compare", "Gears"]


def test_a_deleted_worksheet_can_be_had_back_at_once(sheets_window: Started) -> None:
    commands, toast = sheets_window.models.commands, sheets_window.window.toast
    press(sheets_window, "Ctrl+2")
    commands.trigger("sheet.delete")
    assert names(sheets_window) == ["Compare", "Gears"]
    assert toast.text == "Grip deleted"
    assert toast.act()
    assert names(sheets_window) == ["Compare", "Grip", "Gears"]


def test_the_menu_offers_only_what_can_be_done(sheets_window: Started) -> None:
    offered = {a.text() for a in bar(sheets_window).menu().actions() if a.isEnabled() and a.text()}
    assert offered == {
        "New worksheet", "Duplicate the worksheet", "Reset the worksheet",
        "Move the worksheet right",
    }  # fmt: skip
    press(sheets_window, "Ctrl+3")
    offered = {a.text() for a in bar(sheets_window).menu().actions() if a.isEnabled()}
    assert {"Rename the worksheet", "Delete the worksheet"} <= offered


def test_reset_shows_the_plots_of_a_new_worksheet(sheets_window: Started) -> None:
    press(sheets_window, "Ctrl+2", "Up")
    sheets_window.models.commands.trigger("plots.reset")
    assert shown(sheets_window) == ["speed_mps", DELTA]
    assert sheets_window.models.comparison.is_whole_lap


def test_the_open_worksheet_is_open_at_the_next_start(
    sheets_window: Started, open_window: Opener
) -> None:
    press(sheets_window, "Ctrl+2")
    sheets_window.state.save()
    assert sheets_window.models.settings.values.worksheet == "g"
    library = FakeLibrary()
    library.worksheets = (COMPARE, GRIP)
    again = open_window(library, worksheet="g")
    assert active(again) == "Grip"
