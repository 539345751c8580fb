"""Edits in the window: one history, told in its own words; laps split at the user's own line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.dialogs.import_receipt import ImportReceipt
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.plots.map_marks import TrackShape
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.readings import is_choosing_line, lap_numbers, track_map


def _trigger(started: Started, identifier: str) -> None:
    started.models.commands.trigger(identifier)


def _fake(started: Started) -> FakeLibrary:
    use_cases = started.models.use_cases
    assert isinstance(use_cases, FakeLibrary)
    return use_cases


def test_undo_goes_back_through_zoom_laps_and_library(
    qtbot: QtBot, compare_window: Started
) -> None:
    models = compare_window.models
    with qtbot.waitSignal(models.library.edited, timeout=WAIT_MS):
        models.library.archive("moor-1")
    compare_window.controller.go("analysis")
    before = lap_numbers(compare_window)
    models.laps.remove(models.laps.order[-1])
    models.comparison.show_range(500.0, 900.0)
    _trigger(compare_window, "edit.undo")
    assert models.comparison.is_whole_lap
    _trigger(compare_window, "edit.undo")
    assert lap_numbers(compare_window) == before
    _trigger(compare_window, "edit.undo")
    assert compare_window.window.page == "library"
    qtbot.waitUntil(lambda: len(models.library.sessions) == 14, timeout=WAIT_MS)
    _trigger(compare_window, "edit.redo")
    qtbot.waitUntil(lambda: len(models.library.sessions) == 13, timeout=WAIT_MS)
    _trigger(compare_window, "edit.redo")
    assert compare_window.window.page == "analysis"
    assert lap_numbers(compare_window) == before[:-1]
    _trigger(compare_window, "edit.redo")
    assert not models.comparison.is_whole_lap


def test_undo_and_redo_say_what_they_would_do(qtbot: QtBot, compare_window: Started) -> None:
    commands, laps = compare_window.models.commands, compare_window.models.laps
    undo, redo = commands.action("edit.undo"), commands.action("edit.redo")
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo", False, False)
    laps.make_reference(laps.order[1])
    assert undo.text().replace("\u00a0", " ") == "Undo: Lap 10 as the reference"
    undo.trigger()
    assert redo.text().replace("\u00a0", " ") == "Do again: Lap 10 as the reference"
    assert not undo.isEnabled()


def test_ctrl_shift_z_does_again(compare_window: Started) -> None:
    assert "Ctrl+Shift+Z" in compare_window.models.commands.keys("edit.redo")


@pytest.mark.parametrize("edit", ["toggle", "hide", "move", "step", "reference"])
def test_every_choice_of_laps_can_be_taken_back(compare_window: Started, edit: str) -> None:
    laps = compare_window.models.laps
    before = (laps.order, laps.hidden, laps.reference)
    last = laps.order[-1]
    {
        "toggle": lambda: laps.toggle(last),
        "hide": lambda: laps.toggle_shown(last),
        "move": lambda: laps.move(last, 0),
        "step": lambda: laps.step(1),
        "reference": lambda: laps.make_reference(last),
    }[edit]()
    after = (laps.order, laps.hidden, laps.reference)
    assert after != before
    _trigger(compare_window, "edit.undo")
    assert (laps.order, laps.hidden, laps.reference) == before
    _trigger(compare_window, "edit.redo")
    assert (laps.order, laps.hidden, laps.reference) == after


def test_the_toast_takes_back_its_own_edit_also_later(
    qtbot: QtBot, compare_window: Started
) -> None:
    models = compare_window.models
    with qtbot.waitSignal(models.library.edited, timeout=WAIT_MS):
        models.library.archive("moor-1")
    models.comparison.show_range(500.0, 900.0)
    assert compare_window.window.toast.act()
    qtbot.waitUntil(lambda: len(models.library.sessions) == 14, timeout=WAIT_MS)
    assert not models.comparison.is_whole_lap


def test_archived_sessions_are_listed_and_come_back(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    library = started.models.library
    library.select("moor-1")
    with qtbot.waitSignals([library.edited, library.changed], timeout=WAIT_MS):
        _trigger(started, "library.archive")
    _trigger(started, "library.archived")
    assert library.selected_id == "moor-1"
    with qtbot.waitSignals([library.edited, library.changed], timeout=WAIT_MS):
        _trigger(started, "library.restore")
    assert "brought back" in started.window.toast.text
    _trigger(started, "library.archived")
    assert len(library.sessions) == 14


def test_the_last_session_archived_still_shows_the_way_to_the_archive(
    qtbot: QtBot, open_window: Opener
) -> None:
    started = open_window(FakeLibrary(is_empty=True))
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_demo()
    library = started.models.library
    qtbot.waitUntil(lambda: len(library.sessions) == 1, timeout=WAIT_MS)
    started.controller.go("library")
    with qtbot.waitSignals([library.edited, library.changed], timeout=WAIT_MS):
        library.archive("demo")
    assert started.window.library.filters.isVisible()


def test_start_line_here_splits_at_the_place_under_the_pointer_and_back(
    qtbot: QtBot, compare_window: Started
) -> None:
    panel, models = track_map(compare_window), compare_window.models
    models.cursor.pin(800.0)
    _, point = panel.marker_points()[-1]
    actions = {action.text(): action for action in panel.menu_at(point).actions()}
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        actions["Start line here"].trigger()
    line = _fake(compare_window).lines[RUN_3]
    place = panel.place_at(800.0)
    assert line is not None
    assert place is not None
    wanted = _fake(compare_window).start_line_across(place)
    assert line.lat_deg == pytest.approx(wanted.lat_deg, abs=5e-5)
    assert line.bearing_deg == pytest.approx(wanted.bearing_deg, abs=8.0)
    assert "own line" in compare_window.window.toast.text
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        _trigger(compare_window, "edit.undo")
    assert _fake(compare_window).lines[RUN_3] is None
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        _trigger(compare_window, "edit.redo")
    assert _fake(compare_window).lines[RUN_3] == line


def test_the_key_puts_the_line_at_the_cursor(qtbot: QtBot, compare_window: Started) -> None:
    compare_window.models.cursor.pin(1200.0)
    with qtbot.waitSignal(compare_window.models.laps.compared, timeout=WAIT_MS):
        _trigger(compare_window, "laps.split_here")
    assert _fake(compare_window).lines[RUN_3] is not None


def test_laps_of_the_file_again_are_no_edit_when_they_are_that(
    qtbot: QtBot, compare_window: Started
) -> None:
    splitting = compare_window.controller.edits.splitting
    with qtbot.waitSignal(splitting.unchanged, timeout=WAIT_MS):
        _trigger(compare_window, "laps.split_as_file")
    assert compare_window.models.history.last is None


def test_split_from_the_library_asks_for_a_click_on_thetrack_map(
    qtbot: QtBot, compare_window: Started
) -> None:
    models, panel = compare_window.models, track_map(compare_window)
    compare_window.controller.go("library")
    models.library.select("run-2")
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        _trigger(compare_window, "library.split")
    assert compare_window.window.page == "analysis"
    assert is_choosing_line(compare_window)
    _trigger(compare_window, "edit.cancel")
    assert not is_choosing_line(compare_window)
    _trigger(compare_window, "library.split")
    assert is_choosing_line(compare_window)
    models.cursor.pin(800.0)
    _, point = panel.marker_points()[-1]
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        QTest.mouseClick(panel, Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert _fake(compare_window).lines["run-2"] is not None


def test_s_in_the_receipt_splits_laps_again(
    qtbot: QtBot, open_window: Opener, tmp_path: Path
) -> None:
    started = open_window()
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.controller.import_files([tmp_path / "new.csv"])
    dialogs = started.controller.dialogs
    qtbot.waitUntil(lambda: isinstance(dialogs.open_one, ImportReceipt), timeout=WAIT_MS)
    receipt = dialogs.open_one
    assert isinstance(receipt, ImportReceipt)
    qtbot.waitUntil(receipt.isVisible, timeout=WAIT_MS)
    QTest.keyClick(receipt.first_focus(), Qt.Key.Key_S)
    qtbot.waitUntil(lambda: track_map(started).is_choosing_line, timeout=WAIT_MS)


def test_without_laps_the_map_shows_the_drive_and_takes_a_start_line(
    qtbot: QtBot, open_window: Opener
) -> None:
    library = FakeLibrary()
    library.without_times.add(RUN_3)
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.opened, timeout=WAIT_MS):
        started.controller.open_session(RUN_3)
    panel = track_map(started)
    assert panel.absence == ""
    drive = started.models.laps.groups[0].drive
    assert drive is not None
    place = panel.place_at(float(drive.distance_m[200]))
    assert place is not None
    assert (place.x_m, place.y_m) == pytest.approx((drive.x_m[200], drive.y_m[200]))
    assert panel.view is not None
    with qtbot.waitSignal(started.controller.edits.splitting.split, timeout=WAIT_MS):
        actions = panel.menu_at(panel.view.point_px(place.x_m, place.y_m)).actions()
        next(a for a in actions if a.text() == "Start line here").trigger()
    assert library.lines[RUN_3] is not None


def test_a_car_that_stood_has_notrack_map() -> None:
    still = np.zeros(50)
    assert TrackShape.of(np.arange(50.0), still, still + 0.2) is None
