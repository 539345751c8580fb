"""The library page: whole rows, tags as pills, the little map in the colours of its speed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.library_filters import FilterPill
from apexlab_desktop.ui.theme import DARK
from apexlab_desktop.ui.viewmodels.library_rows import Facet
from apexlab_desktop.ui.widgets.flow import FlowLayout
from apexlab_desktop.ui.widgets.outline import TrackOutline
from apexlab_desktop.ui.widgets.tag_editor import TagEditor
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary, outline, outline_speeds


@pytest.fixture
def library_window(open_window: Opener) -> Started:
    started = open_window(FakeLibrary())
    started.models.library.select(RUN_3)
    return started


def tags(started: Started) -> TagEditor:
    return started.window.library.detail.findChildren(TagEditor)[0]


def kept(started: Started) -> tuple[str, ...]:
    summary = started.models.library.find(RUN_3)
    assert summary is not None
    return summary.tags


def shown(started: Started) -> list[str]:
    return [pill.tag for pill in tags(started).pills]


@pytest.mark.parametrize("height", [660, 700, 720, 777, 900])
def test_the_list_ends_with_a_whole_row(library_window: Started, height: int) -> None:
    library_window.window.resize(1280, height)
    table = library_window.window.library.list
    last = table.rowAt(table.viewport().height() - 1)
    bottom = table.rowViewportPosition(last) + table.rowHeight(last)
    is_everything_seen = table.verticalScrollBar().maximum() == 0
    assert is_everything_seen or bottom == table.viewport().height()
    table.scrollToBottom()
    last = table.model().rowCount() - 1
    end = table.rowViewportPosition(last) + table.rowHeight(last)
    assert is_everything_seen or end == table.viewport().height()


def test_a_click_on_a_pill_takes_the_tag_away_and_undo_brings_it_back(
    qtbot: QtBot, library_window: Started
) -> None:
    assert shown(library_window) == ["record", "new tyres"]
    QTest.mouseClick(tags(library_window).pills[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kept(library_window) == ("new tyres",), timeout=WAIT_MS)
    library_window.models.commands.trigger("edit.undo")
    qtbot.waitUntil(lambda: shown(library_window) == ["record", "new tyres"], timeout=WAIT_MS)


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space])
def test_a_tag_goes_by_key_and_the_focus_stays_among_the_tags(
    qtbot: QtBot, library_window: Started, key: Qt.Key
) -> None:
    library_window.window.activateWindow()
    editor = tags(library_window)
    editor.pills[0].setFocus()
    QTest.keyClick(editor.pills[0], key)
    assert shown(library_window) == ["new tyres"]
    assert editor.pills[0].hasFocus()
    qtbot.waitUntil(lambda: kept(library_window) == ("new tyres",), timeout=WAIT_MS)
    assert len(library_window.models.library.sessions) == 14


def test_tags_are_typed_with_commas_between(qtbot: QtBot, library_window: Started) -> None:
    library_window.window.activateWindow()
    field = tags(library_window).field
    field.setFocus()
    QTest.keyClicks(field, "wet,  cold  morning, record,")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wanted = ("record", "new tyres", "wet", "cold morning")
    qtbot.waitUntil(lambda: kept(library_window) == wanted, timeout=WAIT_MS)
    assert field.text() == ""


def test_what_is_typed_for_one_session_does_not_go_to_another(library_window: Started) -> None:
    tags(library_window).field.setText("half a w")
    library_window.models.library.select("run-2")
    assert tags(library_window).field.text() == ""
    assert shown(library_window) == []


def test_a_pill_filters_by_its_tag(qtbot: QtBot, library_window: Started) -> None:
    filters = library_window.window.library.filters
    qtbot.waitUntil(lambda: bool(filters.findChildren(FilterPill)), timeout=WAIT_MS)
    pill = next(p for p in filters.findChildren(FilterPill) if p.text() == "traffic")
    assert pill.accessibleName() == "traffic, 2"
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert library_window.models.library.n_fitting == 2
    assert pill.isChecked()
    assert library_window.models.library.filters.chosen[Facet.TAG] == frozenset({"traffic"})


@pytest.mark.parametrize(("width", "lines"), [(400, 1), (170, 2), (60, 4)])
def test_widgets_flow_into_as_many_lines_as_they_need(qtbot: QtBot, width: int, lines: int) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(6, holder)
    for _ in range(4):
        box = QWidget()
        box.setFixedSize(60, 20)
        flow.addWidget(box)
    holder.resize(width, 300)
    holder.show()
    assert flow.heightForWidth(width) == 20 * lines + 6 * (lines - 1)
    boxes = [flow.itemAt(n) for n in range(4)]
    assert len({item.geometry().top() for item in boxes if item}) == lines
    assert all(item.geometry().right() < width for item in boxes if item)


def painted(qtbot: QtBot, started: Started, speeds: tuple[float | None, ...]) -> set[str]:
    """Return the colours of the little map, of its pixels of one colour."""
    widget = TrackOutline(started.models.appearance)
    qtbot.addWidget(widget)
    widget.show_points(outline("Ridgeline Park"), speeds)
    image = widget.grab().toImage()
    return {
        image.pixelColor(QPoint(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_the_little_map_has_the_colours_of_its_speed(qtbot: QtBot, library_window: Started) -> None:
    accent = QColor(DARK.accent).name()
    speeds = outline_speeds("Ridgeline Park")
    assert accent not in painted(qtbot, library_window, speeds)
    ends = [QColor(DARK.speed_ramp[0]), QColor(DARK.speed_ramp[-1])]
    near = [QColor(name) for name in painted(qtbot, library_window, speeds)]
    for end in ends:
        assert min(_distance(colour, end) for colour in near) < 40


@pytest.mark.parametrize("speeds", [(), (12.0, 13.0), tuple([None] * 64), tuple([20.0] * 64)])
def test_without_speeds_the_little_map_has_one_colour(
    qtbot: QtBot, library_window: Started, speeds: tuple[float | None, ...]
) -> None:
    assert QColor(DARK.accent).name() in painted(qtbot, library_window, speeds)


def _distance(one: QColor, other: QColor) -> int:
    return max(
        abs(one.red() - other.red()),
        abs(one.green() - other.green()),
        abs(one.blue() - other.blue()),
    )
