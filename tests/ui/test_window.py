from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.types import DataQuality
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.command_table import COMMANDS
from apexlab_desktop.ui.dialogs.import_receipt import ImportReceipt
from apexlab_desktop.ui.dialogs.palette import Palette
from apexlab_desktop.ui.dialogs.preferences import Preferences
from apexlab_desktop.ui.dialogs.shortcuts import Shortcuts
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.theme import ThemeName
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import NOTICES, FakeLibrary
from tests.ui.readings import (
    axis_mode,
    compare_page,
    comparison_of,
    is_whole_lap,
    lap_numbers,
    lap_table,
    open_dialog,
    page,
    reference_number,
    theme_name,
)
from tests.ui.readings import palette as palette_of
from tests.ui.readings import plots as plots_of

HEAVY = (
    "numpy", "scipy", "pandas", "pyqtgraph", "sqlalchemy", "sqlmodel", "httpx", "anthropic",
    "keyring", "pyarrow",
)  # fmt: skip
FIRST_PAINT = """
import sys
from PySide6.QtCore import QTimer
from apexlab_desktop.paths import settings_file
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.main import make_application, make_window
from apexlab_desktop.ui.use_cases import AppUseCases
app = make_application(["apexlab"])
started = make_window(AppUseCases(), SettingsFile(settings_file()))
started.controller.warm_up = lambda: None
started.window.show()
app.processEvents()
assert started.window.isVisible()
print(",".join(sorted({name.split(".")[0] for name in sys.modules})))
started.close()
"""


def _press(started: Started, keys: str) -> None:
    """Do the command of a key sequence as the window would."""
    for command in COMMANDS:
        if keys in command.keys:
            started.models.commands.trigger(command.id)
            return
    raise AssertionError(keys)


def test_first_paint_needs_qt_and_the_standard_library_only(apexlab_home: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = ran.stdout.strip().splitlines()[-1].split(",")
    assert set(HEAVY) & set(loaded) == set()


def test_every_command_does_something(open_window: Opener) -> None:
    assert open_window().models.commands.unbound == set()


def test_empty_library_says_what_to_do(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window(FakeLibrary(is_empty=True))
    assert started.window.library.empty.isVisible()
    assert started.window.top_bar.meta == "No sessions yet"
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.window.library.empty.demo_wanted.emit()
    assert started.window.page == "analysis"
    assert started.window.top_bar.title == "Ridgeline Park"


def test_head_line_counts_the_library(open_window: Opener) -> None:
    meta = open_window().window.top_bar.meta.replace("\u00a0", " ")
    assert meta == "14 sessions, 205 laps, 4 tracks, 27 MB on this computer"


def test_typing_in_the_search_field_filters_the_list(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    _press(started, "Ctrl+F")
    field = started.window.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "moor")
    assert started.models.library.n_fitting == 1
    assert started.window.library.list.model().rowCount() == 2
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert started.models.library.n_fitting == 14


def test_clearing_the_filters_empties_the_search_field(open_window: Opener) -> None:
    started = open_window()
    field = started.window.top_bar.search
    field.setText("nowhere")
    assert not started.window.library.list.isVisible()
    started.models.commands.trigger("library.clear")
    assert field.text() == ""
    assert started.window.library.list.isVisible()


def test_enter_in_the_list_opens_the_chosen_session(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    table = started.window.library.list
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert started.models.library.selected_id == "run-2"
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert started.window.page == "analysis"
    started.controller.back()
    assert started.window.page == "library"


def test_archive_can_be_undone_and_done_again(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    library = started.models.library
    with qtbot.waitSignal(library.edited, timeout=WAIT_MS):
        _press(started, "Del")
    qtbot.waitUntil(lambda: len(library.sessions) == 13)
    assert started.window.toast.text == "Ridgeline Park moved to the archive"
    _press(started, "Ctrl+Z")
    qtbot.waitUntil(lambda: len(library.sessions) == 14)
    _press(started, "Ctrl+Y")
    qtbot.waitUntil(lambda: len(library.sessions) == 13)
    _press(started, "Ctrl+Z")
    qtbot.waitUntil(lambda: len(library.sessions) == 14)


def test_note_typed_just_before_the_end_is_kept(open_window: Opener) -> None:
    library = FakeLibrary()
    started = open_window(library)
    started.window.library.detail._note.setPlainText("last words")
    started.close()
    summary = library.open_session("run-3").summary
    assert summary is not None
    assert summary.note == "last words"


def test_dropped_files_are_imported_and_repairs_shown(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/nowhere/a.csv"), QUrl.fromLocalFile("/nowhere/b.bad")])
    drop = QDropEvent(
        QPointF(600, 400), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.window.dropEvent(drop)
    receipt = started.controller.dialogs.open_one
    assert isinstance(receipt, ImportReceipt)
    assert receipt.job.path.name == "a.csv"
    qtbot.waitUntil(lambda: started.models.library.selected_id == "a")
    _press(started, "Esc")
    assert started.controller.dialogs.open_one is None


@pytest.mark.parametrize("names", [("new.csv", "old.csv"), ("old.csv", "new.csv")])
def test_files_dropped_into_an_empty_library_can_be_opened_by_enter(
    qtbot: QtBot, open_window: Opener, names: tuple[str, str]
) -> None:
    library = FakeLibrary(is_empty=True)
    library.notices = NOTICES[:1]
    library.starts = {"old": (2026, 6, 1, 9, 0), "new": (2026, 6, 20, 9, 30)}
    started = open_window(library)
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.window.files_dropped.emit([Path(name) for name in names])
    qtbot.waitUntil(lambda: len(started.models.library.sessions) == 2, timeout=WAIT_MS)
    assert started.window.focusWidget() is started.window.library.list
    assert started.models.library.selected_id == "new"
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        QTest.keyClick(started.window.focusWidget(), Qt.Key.Key_Return)
    assert page(started) == "analysis"
    session = started.models.laps.session
    assert session is not None
    assert session.session_id == "new"


def test_focus_is_on_the_list_once_the_receipt_is_closed(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window(FakeLibrary(is_empty=True))
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.window.files_dropped.emit([Path("one.csv"), Path("two.csv")])
    receipt = open_dialog(started)
    assert isinstance(receipt, ImportReceipt)
    qtbot.waitUntil(receipt.isVisible, timeout=WAIT_MS)
    _press(started, "Esc")
    assert open_dialog(started) is None
    assert started.window.focusWidget() is started.window.library.list


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_toast_lies_over_no_text_of_a_page(compare_window: Started, size: tuple[int, int]) -> None:
    window = compare_window.window
    window.resize(*size)
    window.toast.tell("Ridgeline Park moved to the archive", "Undo", lambda: None)
    for place in ("analysis", "library"):
        compare_window.controller.go(place)
        toast = window.toast.geometry()
        shown = [w for w in window.findChildren(QLabel) if w.isVisible() and w.text()]
        covered = [
            w.text()
            for w in shown
            if not window.toast.isAncestorOf(w)
            and not window.status.isAncestorOf(w)
            and toast.intersects(QRect(w.mapTo(window, QPoint()), w.size()))
        ]
        assert covered == []
    compare_window.controller.go("analysis")
    stack = plots_of(compare_window)
    assert stack.mapTo(window, stack.rect().bottomLeft()).y() < window.toast.geometry().top()


def test_clean_import_is_a_toast_with_the_receipt(qtbot: QtBot, open_window: Opener) -> None:
    library = FakeLibrary()
    library.notices = NOTICES[:1]
    started = open_window(library)
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.controller.import_files([Path("a.csv")])
    assert started.controller.dialogs.open_one is None
    assert started.window.toast.text == "a.csv imported: 12\u00a0laps"
    assert started.window.toast.act()
    assert isinstance(started.controller.dialogs.open_one, ImportReceipt)


def test_known_file_is_shown_in_the_library(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window()
    started.models.library.search("moor")
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        started.controller.import_files([Path("run-2.csv")])
    assert started.window.toast.text == "run-2.csv is already in the library"
    assert started.window.toast.act()
    assert started.models.library.selected_id == "run-2"


def test_escape_stops_an_import(qtbot: QtBot, open_window: Opener) -> None:
    library = FakeLibrary()
    library.gate.clear()
    started = open_window(library)
    started.controller.import_files([Path("a.csv")])
    qtbot.waitUntil(lambda: started.models.imports.jobs[0].share >= 0.5, timeout=WAIT_MS)
    with qtbot.waitSignal(started.models.imports.batch_ended, timeout=WAIT_MS):
        _press(started, "Esc")
    assert started.window.status.text == "a.csv: cancelled"


def test_chips_say_name_time_and_gap(compare_window: Started) -> None:
    chips = compare_window.window.chips.chips
    assert [chip.accessibleName().replace("\u00a0", " ") for chip in chips] == [
        "Lap 5, 1:20.930, reference",
        "Lap 10, 1:21.254, +0.324",
        "Lap 12, 1:21.310, +0.380",
    ]


def test_keys_change_laps_axis_and_zoom(qtbot: QtBot, compare_window: Started) -> None:
    started, model = compare_window, compare_window.models.comparison
    _press(started, "N")
    assert lap_numbers(started) == [5, 11, 12]
    _press(started, "3")
    assert reference_number(started) == 12
    _press(started, "F")
    assert reference_number(started) == 5
    qtbot.waitUntil(lambda: not started.models.laps.is_loading, timeout=WAIT_MS)
    _press(started, "Shift+2")
    assert [slot.is_visible for slot in model.slots] == [True, False, True]
    _press(started, "K")
    assert axis_mode(model) is AxisMode.TIME
    _press(started, "K")
    _press(started, "Up")
    assert not is_whole_lap(model)
    _press(started, "Ctrl+Z")
    assert is_whole_lap(model)
    _press(started, "End")
    assert started.models.cursor.place_m == pytest.approx(comparison_of(model).distance_m[-1])


def test_single_keys_reach_the_plots_through_the_window(
    qtbot: QtBot, compare_window: Started
) -> None:
    started = compare_window
    started.window.activateWindow()
    plots = plots_of(started)
    plots.setFocus()
    QTest.keyClick(plots, Qt.Key.Key_G)
    assert not started.models.comparison.is_grid_shown
    QTest.keyClick(plots, Qt.Key.Key_Plus)
    assert not started.models.comparison.is_whole_lap


def test_up_and_down_in_the_lap_table_choose_laps(compare_window: Started) -> None:
    started = compare_window
    started.window.activateWindow()
    table = lap_table(started)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert lap_numbers(started) == [5, 10, 12, 6]
    assert started.models.comparison.is_whole_lap
    QTest.keyClick(table, Qt.Key.Key_R)
    assert reference_number(started) == 6


def _click_row(started: Started, row: int) -> QPoint:
    table = lap_table(started)
    return table.visualRect(table.model().index(row, 2)).center()


def test_click_draws_a_lap_and_double_click_makes_it_the_reference(
    compare_window: Started,
) -> None:
    table = lap_table(compare_window)
    place = _click_row(compare_window, 2)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert lap_numbers(compare_window) == [5, 10, 12, 3]
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert reference_number(compare_window) == 3
    assert lap_numbers(compare_window)[-1] == 3


def test_lap_rows_are_words_for_a_screen_reader(compare_window: Started) -> None:
    table = lap_table(compare_window)
    role = Qt.ItemDataRole.AccessibleTextRole
    words = [table.model().index(row, 1).data(role) for row in (0, 1, 4, 7)]
    assert words[0].startswith("Lap 1, no time, out, top speed")
    assert words[1].startswith("Lap 2, 1:22.152, +1.222, top speed")
    assert words[2].startswith("Lap 5, 1:20.930, best, top speed")
    assert " km/h, shown" in words[2]
    assert words[3].startswith("Lap 8, 1:23.708, gap, top speed")
    face = QAccessible.queryAccessibleInterface(table)
    assert face.text(QAccessible.Text.Name) == "Laps"
    assert face.childCount() > 14


def test_sorting_by_time_puts_the_best_lap_first(compare_window: Started) -> None:
    table = lap_table(compare_window)
    table.head.sectionClicked.emit(2)
    assert [table.model().index(row, 1).data() for row in range(3)] == ["5", "10", "12"]
    assert table.model().index(13, 2).data() == "\u2013"


def test_further_session_is_a_group_of_the_table(qtbot: QtBot, compare_window: Started) -> None:
    started = compare_window
    _press(started, "Ctrl+L")
    palette = started.controller.dialogs.open_one
    assert isinstance(palette, Palette)
    assert palette.items[0].group == "Same track"
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        palette.type("09:35 ridge") if not palette.items else palette._run()
    model = lap_table(started).model()
    heads = [n for n in range(model.rowCount()) if not model.flags(model.index(n, 0)).value]
    assert heads == [0, 15]
    assert len(started.models.comparison.slots) == 4


def test_failed_comparison_is_one_line_over_the_old_values(
    qtbot: QtBot, open_window: Opener
) -> None:
    library = FakeLibrary()
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-3")
    library.compare_error = AnalysisError(expected="laps of one layout", found="two")
    with qtbot.waitSignal(started.models.laps.failed, timeout=WAIT_MS):
        _press(started, "N")
    assert started.window.analysis.error.text == "Expected laps of one layout; found two"
    assert started.models.comparison.comparison is not None


def test_the_details_of_an_error_can_be_copied(qtbot: QtBot, open_window: Opener) -> None:
    library = FakeLibrary()
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.failed, timeout=WAIT_MS):
        started.models.laps.open("gone")
    started.window.analysis.error.copy_details()
    line, where = QGuiApplication.clipboard().text().splitlines()
    assert line == started.window.analysis.error.text
    assert where.startswith("ApexLab ")


def test_poor_data_are_told_under_the_tabs(qtbot: QtBot, open_window: Opener) -> None:
    library = FakeLibrary()
    library.quality = DataQuality(score=30.0, grade="F", signal_class="D")
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-3")
    assert started.window.analysis.warning.text == "Data quality F"
    library.quality = None
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-2")
    assert started.window.analysis.warning.text == ""


def test_session_without_a_whole_lap_shows_no_numbers_of_the_one_before(
    qtbot: QtBot, open_window: Opener
) -> None:
    library = FakeLibrary()
    library.without_times.add("run-2")
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-3")
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-2")
    assert started.models.comparison.comparison is None
    assert compare_page(started).traces.absence
    assert started.window.chips.chips == []


def test_palette_finds_commands_places_laps_and_sessions(
    qtbot: QtBot, compare_window: Started
) -> None:
    _press(compare_window, "Ctrl+K")
    palette = compare_window.controller.dialogs.open_one
    assert isinstance(palette, Palette)
    actions = [compare_window.models.commands.action(command.id) for command in COMMANDS]
    can_be_done = {action.text() for action in actions if action.isEnabled()}
    assert can_be_done <= {item.name for item in palette.items}
    away = {c.id for c, action in zip(COMMANDS, actions, strict=True) if not action.isEnabled()}
    assert {identifier.partition(".")[0] for identifier in away} <= {"edit", "sheet"}
    palette.type("sun th")
    assert palette.items[0].key == "look.theme"
    palette.type("lap 7")
    assert [item.name.replace("\u00a0", " ") for item in palette.items[:2]] == [
        "Lap 7", "Lap 7 as the reference",
    ]  # fmt: skip
    palette.type("> moor")
    assert palette.items == []
    palette.type("moor")
    assert [item.key for item in palette.items] == ["session-moor-1"]
    palette.type("1000 m")
    QTest.keyClick(compare_window.window.focusWidget(), Qt.Key.Key_Return)
    assert compare_window.models.cursor.place_m == pytest.approx(1000.0)
    assert compare_window.controller.dialogs.open_one is None


def test_what_was_used_last_comes_first(compare_window: Started) -> None:
    _press(compare_window, "Ctrl+K")
    palette_of(compare_window).type("grid")
    palette_of(compare_window)._run()
    _press(compare_window, "Ctrl+K")
    does = [i for i in palette_of(compare_window).items if i.group == "Do"]
    assert does[0].key == "plots.grid"


def test_keys_typed_over_a_dialog_do_not_reach_the_page(compare_window: Started) -> None:
    compare_window.window.activateWindow()
    _press(compare_window, "Ctrl+,")
    dialog = compare_window.controller.dialogs.open_one
    assert isinstance(dialog, Preferences)
    QTest.keyClick(compare_window.window.focusWidget(), Qt.Key.Key_G)
    assert compare_window.models.comparison.is_grid_shown


def test_settings_work_at_once(open_window: Opener) -> None:
    started = open_window()
    _press(started, "Ctrl+,")
    dialog = started.controller.dialogs.open_one
    assert isinstance(dialog, Preferences)
    dialog.theme.choose(2)
    dialog.units.choose(1)
    dialog.motion.click()
    look = started.models.appearance
    assert theme_name(started) is ThemeName.SUNLIGHT
    assert look.reduce_motion
    assert started.models.comparison.units.value == "imperial"
    look.toggle_sunlight()
    assert theme_name(started) is ThemeName.DARK


def test_tab_stays_inside_a_dialog(open_window: Opener) -> None:
    started = open_window()
    _press(started, "F1")
    dialog = started.controller.dialogs.open_one
    assert isinstance(dialog, Shortcuts)
    for _ in range(5):
        QTest.keyClick(started.window.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.isAncestorOf(started.window.focusWidget())


def test_f6_steps_through_the_panels(compare_window: Started) -> None:
    seen = []
    for _ in range(3):
        _press(compare_window, "F6")
        seen.append(compare_window.window.focusWidget().accessibleName()[:4])
    assert seen == ["Laps", "Plot", "Laps"]


def test_every_control_has_a_name(compare_window: Started) -> None:
    controls = compare_window.window.findChildren(QWidget)
    nameless = [
        widget
        for widget in controls
        if isinstance(widget, QAbstractButton | QLineEdit)
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and widget.objectName() != "qt_spinbox_lineedit"
        and type(widget).__module__.startswith("apexlab_desktop")
    ]
    assert nameless == []


def test_state_comes_back_at_the_next_start(
    qtbot: QtBot, open_window: Opener, tmp_path: Path
) -> None:
    first = open_window()
    with qtbot.waitSignal(first.models.laps.compared, timeout=WAIT_MS):
        first.controller.open_session("run-3")
    _press(first, "N")
    _press(first, "Shift+3")
    qtbot.waitUntil(lambda: not first.models.laps.is_loading, timeout=WAIT_MS)
    first.models.comparison.show_range(500.0, 900.0)
    _press(first, "Ctrl+Shift+T")
    first.window.close()
    saved = SettingsFile(tmp_path / "settings.json").values
    assert saved.theme == "light"
    second = open_window()
    qtbot.waitUntil(lambda: second.models.comparison.comparison is not None, timeout=WAIT_MS)
    assert second.window.page == "analysis"
    assert lap_numbers(second) == [5, 11, 12]
    assert {ref.lap_number for ref in second.models.laps.hidden} == {12}
    assert second.models.comparison.view_m == pytest.approx((500.0, 900.0))
    assert second.models.appearance.theme.name is ThemeName.LIGHT


def test_session_that_is_gone_leaves_the_library_open(qtbot: QtBot, open_window: Opener) -> None:
    started = open_window(session_id="gone", page="library")
    qtbot.waitUntil(lambda: not started.models.laps.is_loading, timeout=WAIT_MS)
    assert started.window.page == "library"
    assert started.models.laps.session is None


def test_keys_of_the_window_work_everywhere(compare_window: Started) -> None:
    window = compare_window.window
    window.activateWindow()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(open_dialog(compare_window), Palette)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert open_dialog(compare_window) is None
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.page == "library"
