"""Every key of the Compare page and of the window, pressed in the window itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.command_table import COMMANDS, Context
from apexlab_desktop.ui.dialogs.palette import Palette
from apexlab_desktop.ui.dialogs.shortcuts import Shortcuts
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode, MapColour
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.readings import compare_page, plots, reference_number

PLACE_M = 1_000.3
STEP_M = 0.7
Reading = Callable[[Started], Any]


@pytest.fixture
def compare(qtbot: QtBot, compare_window: Started) -> Started:
    """The Compare page with the keyboard at its plots and the cursor pinned."""
    compare_window.window.activateWindow()
    plots(compare_window).setFocus()
    compare_window.models.cursor.pin(PLACE_M)
    return compare_window


def _press(started: Started, *keys: str) -> None:
    for key in keys:
        QTest.keySequence(started.window.focusWidget(), QKeySequence(key))


def _view(started: Started) -> tuple[float, float]:
    return started.models.comparison.view


def _width(started: Started) -> float:
    low, high = _view(started)
    return high - low


def _titles(started: Started) -> list[str]:
    return [row.spec.title for row in plots(started).rows]


def _hidden(started: Started) -> list[int]:
    return sorted(ref.lap_number for ref in started.models.laps.hidden)


@pytest.mark.parametrize(
    ("keys", "moved_m"),
    [("Left", -STEP_M), ("Right", STEP_M), ("Shift+Left", -10 * STEP_M),
     ("Shift+Right", 10 * STEP_M)],
)  # fmt: skip
def test_arrows_move_the_cursor_by_samples(compare: Started, keys: str, moved_m: float) -> None:
    compare.models.cursor.step(0)
    before = compare.models.cursor.place_m
    _press(compare, keys)
    assert compare.models.cursor.place_m - before == pytest.approx(moved_m, abs=1e-6)


@pytest.mark.parametrize(("keys", "end"), [("Home", 0), ("End", -1)])
def test_home_and_end_go_to_the_ends_of_the_lap(compare: Started, keys: str, end: int) -> None:
    _press(compare, keys)
    comparison = compare.models.comparison.comparison
    assert comparison is not None
    assert compare.models.cursor.place_m == comparison.distance_m[end]


@pytest.mark.parametrize("keys", ["Up", "+"])
@pytest.mark.parametrize("back", ["Down", "-"])
def test_zoom_in_and_out_keeps_the_cursor_where_it_is(
    compare: Started, keys: str, back: str
) -> None:
    whole = _width(compare)
    x = plots(compare).x_scale.px_at(PLACE_M)
    _press(compare, keys)
    assert _width(compare) < whole
    assert plots(compare).x_scale.px_at(PLACE_M) == pytest.approx(x, abs=0.5)
    _press(compare, back)
    assert _width(compare) == pytest.approx(whole)


def test_panning_moves_the_view_both_ways(compare: Started) -> None:
    _press(compare, "Up", "Up", "Up")
    low, _ = _view(compare)
    _press(compare, "Ctrl+Right")
    assert _view(compare)[0] > low
    _press(compare, "Ctrl+Left", "Ctrl+Left")
    assert _view(compare)[0] < low


@pytest.mark.parametrize("keys", ["L", "A"])
def test_whole_lap(compare: Started, keys: str) -> None:
    _press(compare, "Up", keys)
    assert compare.models.comparison.is_whole_lap


def test_zoom_to_the_marked_range(compare: Started) -> None:
    _press(compare, "M")
    assert compare.models.comparison.is_whole_lap
    _press(compare, "R", "Shift+Right", "M")
    assert _view(compare) == pytest.approx((PLACE_M, PLACE_M + 10 * STEP_M), abs=0.5)


def test_zoom_to_the_segment_under_the_cursor(compare: Started) -> None:
    comparison = compare.models.comparison
    reference = comparison.reference
    assert reference is not None
    speed = comparison.values(reference.lap_index, "speed_mps")
    assert speed is not None
    _press(compare, "S")
    low, high = _view(compare)
    assert low < PLACE_M < high
    assert not comparison.is_whole_lap
    grid_m = comparison.lap_axis_m()
    inside = speed[(grid_m > low + 1.0) & (grid_m < high - 1.0)]
    # Both ends are tops: inside it is slower, and slowest somewhere in the middle.
    assert inside.min() < min(speed[grid_m.searchsorted(low)], speed[grid_m.searchsorted(high)])
    _press(compare, "Ctrl+Z")
    assert comparison.is_whole_lap


def test_overlapped_plots_share_one_area(compare: Started) -> None:
    _press(compare, "X")
    rows = plots(compare).rows
    assert len({(row.rect.top(), row.rect.height()) for row in rows}) == 1
    heads = [head.rect.top() for head in plots(compare).heads]
    assert heads == sorted(set(heads))
    assert [row.axis.isVisible() for row in rows] == [True] + [False] * (len(rows) - 1)
    assert "scale of Speed" in compare_page(compare).traces.note


def test_tag_and_zoom_from_the_cursor_to_it(compare: Started) -> None:
    _press(compare, "T")
    assert compare.models.cursor.tag_m == pytest.approx(PLACE_M)
    compare.models.cursor.pin(1_500.0)
    _press(compare, "Shift+T")
    assert _view(compare) == pytest.approx((PLACE_M, 1_500.0), abs=0.5)
    compare.models.cursor.pin(compare.models.cursor.tag_m)
    _press(compare, "T")
    assert not compare.models.cursor.has_tag


def test_second_cursor_on_and_off(compare: Started) -> None:
    _press(compare, "R")
    assert compare.models.cursor.second_m == pytest.approx(PLACE_M)
    _press(compare, "R")
    assert not compare.models.cursor.has_second


@pytest.mark.parametrize("back", ["0", "Esc"])
def test_the_lap_chosen_last_is_shifted_and_put_back(compare: Started, back: str) -> None:
    model, traces = compare.models.comparison, compare_page(compare).traces
    picture = plots(compare).picture().toImage()
    _press(compare, "Alt+Shift+Right", "Alt+Shift+Right", "Alt+Shift+Right", "Alt+Shift+Left")
    assert [model.shift_m(index) for index in range(3)] == [0.0, 2.0, 0.0]
    assert traces.note.startswith("Lap\u00a010 shifted by +2\u00a0m, back: 0")
    assert plots(compare).picture().toImage() != picture
    _press(compare, back)
    assert model.shift_m(1) == 0.0
    assert "shifted" not in traces.note
    _press(compare, "Ctrl+Z")
    assert model.shift_m(1) == 2.0
    _press(compare, "Ctrl+Z", "Ctrl+Y", "Ctrl+Y")
    assert model.shift_m(1) == 0.0


def test_another_reference_leaves_a_shifted_lap_shifted(qtbot: QtBot, compare: Started) -> None:
    model = compare.models.comparison
    _press(compare, "Alt+Shift+Right", "Alt+Shift+Right")
    with qtbot.waitSignal(compare.models.laps.compared, timeout=WAIT_MS):
        _press(compare, "3")
    shifted = {slot.compared.lap.number: model.shift_m(slot.lap_index) for slot in model.slots}
    assert shifted == {12: 0.0, 5: 0.0, 10: 2.0}


def test_replay_plays_turns_the_page_and_pauses(qtbot: QtBot, compare: Started) -> None:
    traces, cursor = compare_page(compare).traces, compare.models.cursor
    compare.models.comparison.show_range(PLACE_M - 100.0, PLACE_M + 1.0)
    _press(compare, "Space")
    assert "Replay, stop: Space" in traces.note
    qtbot.waitUntil(lambda: cursor.place_m > PLACE_M + 2.0, timeout=5_000)
    low, high = _view(compare)
    assert low <= cursor.place_m <= high
    _press(compare, "Space")
    assert not traces.replay.is_playing
    assert "Replay" not in traces.note


TOGGLES: tuple[tuple[str, Reading], ...] = (
    ("G", lambda started: started.models.comparison.is_grid_shown),
    ("K", lambda started: started.models.comparison.axis_mode is AxisMode.TIME),
    ("D", lambda started: started.models.comparison.is_rebasing),
    ("X", lambda started: started.models.comparison.is_overlapped),
    ("F3", lambda started: "Time delta" in _titles(started)),
    ("H", _hidden),
    ("Shift+2", _hidden),
    ("Ctrl+Shift+L", lambda started: started.models.laps.is_registered),
    ("F11", lambda started: started.window.isFullScreen()),
)


@pytest.mark.parametrize(("keys", "reading"), TOGGLES, ids=[keys for keys, _ in TOGGLES])
def test_a_key_turns_something_on_and_off(compare: Started, keys: str, reading: Reading) -> None:
    before = reading(compare)
    compare.models.commands.trigger(_command_of(keys))
    assert reading(compare) != before
    _press(compare, keys)
    assert reading(compare) == before


def _command_of(keys: str) -> str:
    found = [
        command.id
        for command in COMMANDS
        if keys in command.keys and command.context in (Context.WINDOW, Context.COMPARE)
    ]
    assert len(found) == 1, keys
    return found[0]


def test_the_menu_of_the_tab_resets_the_worksheet(compare: Started) -> None:
    comparison = compare.models.comparison
    _press(compare, "R", "T", "Up", "G", "D", "K", "X", "F3", "Shift+M")
    reset = compare.models.commands.action("plots.reset")
    assert reset in compare.window.analysis.tabs.menu().actions()
    reset.trigger()
    assert comparison.is_whole_lap
    assert comparison.is_grid_shown
    assert comparison.is_rebasing
    assert not comparison.is_overlapped
    assert comparison.axis_mode is AxisMode.DISTANCE
    assert comparison.map_colour is MapColour.SPEED
    assert "Time delta" in _titles(compare)
    cursor = compare.models.cursor
    assert [cursor.is_somewhere, cursor.has_second, cursor.has_tag] == [False] * 3


@pytest.mark.parametrize("is_table", [False, True])
def test_the_panel_with_the_focus_is_copied(compare: Started, *, is_table: bool) -> None:
    page = compare_page(compare)
    panel = page.laps if is_table else page.traces
    (page.laps.table if is_table else page.traces.plots).setFocus()
    _press(compare, "Ctrl+Shift+C")
    assert QGuiApplication.clipboard().pixmap().deviceIndependentSize().toSize() == panel.size()


def test_map_colour_goes_round(compare: Started) -> None:
    for _ in MapColour:
        _press(compare, "Shift+M")
    assert compare.models.comparison.map_colour is MapColour.SPEED


@pytest.mark.parametrize("keys", ["F", "Ctrl+Shift+F"])
def test_fastest_lap_becomes_thereference_number(compare: Started, keys: str) -> None:
    _press(compare, "2")
    assert reference_number(compare) == 10
    _press(compare, keys)
    assert reference_number(compare) == 5


@pytest.mark.parametrize(
    ("keys", "number"), [("N", 11), ("P", 9), ("Ctrl+Shift+Right", 11), ("Ctrl+Shift+Left", 9)]
)
def test_lap_before_and_after(compare: Started, keys: str, number: int) -> None:
    _press(compare, keys)
    assert compare.models.laps.current is not None
    assert compare.models.laps.current.lap_number == number


@pytest.mark.parametrize("slot", [1, 2, 3])
def test_digits_make_a_slot_thereference_number(compare: Started, slot: int) -> None:
    wanted = compare.models.laps.order[slot - 1].lap_number
    _press(compare, str(slot))
    assert reference_number(compare) == wanted


@pytest.mark.parametrize("back", ["Ctrl+Y", "Ctrl+Shift+Z"])
def test_undo_and_redo(compare: Started, back: str) -> None:
    _press(compare, "3", "Ctrl+Z")
    assert reference_number(compare) == 5
    _press(compare, back)
    assert reference_number(compare) == 12


@pytest.mark.parametrize("keys", ["Ctrl+K", "Ctrl+P"])
def test_palette(compare: Started, keys: str) -> None:
    _press(compare, keys)
    assert isinstance(compare.controller.dialogs.open_one, Palette)
    _press(compare, "Esc")
    assert compare.controller.dialogs.open_one is None


@pytest.mark.parametrize("keys", ["F1", "?"])
def test_cheat_sheet(compare: Started, keys: str) -> None:
    _press(compare, keys)
    assert isinstance(compare.controller.dialogs.open_one, Shortcuts)


def test_the_cheat_sheet_turns_its_page_by_key_in_a_low_window(compare: Started) -> None:
    compare.window.resize(1180, 660)
    _press(compare, "F1")
    dialog = compare.controller.dialogs.open_one
    assert isinstance(dialog, Shortcuts)
    (area,) = dialog.findChildren(QScrollArea)
    bar = area.verticalScrollBar()
    assert bar.maximum() > 0
    _press(compare, "PgDown")
    assert bar.value() == bar.maximum()
    _press(compare, "PgUp")
    assert bar.value() == 0


def test_pages_by_key_and_back(compare: Started) -> None:
    _press(compare, "Ctrl+O")
    assert compare.window.page == "library"
    _press(compare, "Alt+2")
    assert compare.window.page == "analysis"
    _press(compare, "Alt+Left")
    assert compare.window.page == "library"


def test_split_at_the_cursor(qtbot: QtBot, compare: Started) -> None:
    with qtbot.waitSignal(compare.controller.edits.splitting.split, timeout=WAIT_MS):
        _press(compare, "Ctrl+G")


def test_themes_by_key(compare: Started) -> None:
    _press(compare, "Ctrl+Shift+H")
    assert compare.models.appearance.theme.name.value == "sunlight"
    _press(compare, "Ctrl+Shift+H", "Ctrl+Shift+T")
    assert compare.models.appearance.theme.name.value == "light"


def test_escape_lets_the_cursor_go(compare: Started) -> None:
    _press(compare, "Esc")
    assert not compare.models.cursor.is_pinned


def test_letters_typed_in_the_list_go_into_the_search_field(open_window: Opener) -> None:
    started = open_window()
    started.window.activateWindow()
    started.window.library.list.setFocus()
    QTest.keyClick(started.window.library.list, Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier)
    field = started.window.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "oor")
    assert field.text() == "moor"
    assert started.models.library.n_fitting == 1


def test_every_key_of_the_page_is_pressed_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    untested = {
        command.id
        for command in COMMANDS
        if command.context is Context.COMPARE
        and command.keys
        and not command.id[-1].isdigit()
        and not any(f'"{key}"' in source for key in command.keys)
    }
    # Its palette is pressed in the tests of the window.
    assert untested == {"laps.add"}
