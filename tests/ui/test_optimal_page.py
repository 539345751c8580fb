"""The Optimal worksheet: worked out when looked at, and honest about what it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.errors import InsufficientDataError
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.optimal import OptimalPage
from apexlab_desktop.ui.viewmodels.optimal_curves import optimal_curves
from apexlab_desktop.ui.viewmodels.worksheets import OPTIMAL
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.invented_optimal import BEST, FASTER


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


def opened(qtbot: QtBot, started: Started) -> Started:
    with qtbot.waitSignal(started.models.insight.changed, timeout=WAIT_MS):
        started.controller.open_session(RUN_3)
    qtbot.waitUntil(lambda: started.models.insight.debrief is not None, timeout=WAIT_MS)
    started.models.sheets.choose(OPTIMAL.id)
    qtbot.waitUntil(lambda: not started.models.optimal.is_loading, timeout=WAIT_MS)
    QApplication.processEvents()
    return started


@pytest.fixture
def started(qtbot: QtBot, open_window: Opener, library: FakeLibrary) -> Started:
    return opened(qtbot, open_window(library))


def page_of(started: Started) -> OptimalPage:
    page = started.window.analysis.worksheet
    assert isinstance(page, OptimalPage)
    return page


def values(started: Started) -> list[str]:
    return [tile.text.value for tile in page_of(started).tiles]


def test_it_is_worked_out_when_it_is_looked_at_and_once(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    started = open_window(library)
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session(RUN_3)
    assert "optimal" not in library.calls
    opened(qtbot, started)
    started.models.sheets.choose("compare")
    started.models.sheets.choose(OPTIMAL.id)
    QApplication.processEvents()
    assert library.calls.count("optimal") == 1


def test_the_figures_are_those_of_the_model(started: Started) -> None:
    found = started.models.optimal.found
    assert found is not None
    time_s = found.optimum.driven_time_s
    assert found.optimum.profile.lap_time_s == pytest.approx(time_s / FASTER, abs=1e-6)
    gap_s = time_s - found.optimum.profile.lap_time_s
    assert values(started)[1:4] == [f"+{gap_s:.3f}", "valid", "1.22\u00a0g"]
    assert page_of(started).tiles[1].text.label == f"Lap\u00a0{BEST} is behind by"


def test_the_time_behind_ends_with_the_gap_of_the_lap_times(started: Started) -> None:
    found = started.models.optimal.found
    assert found is not None
    curves = optimal_curves(found.optimum)
    gap_s = found.optimum.driven_time_s - found.optimum.profile.lap_time_s
    assert curves.behind_s[0] == 0.0
    assert curves.behind_s[-1] == pytest.approx(gap_s, abs=1e-9)
    half = curves.at(curves.length_m / 2.0)
    assert half[1] == pytest.approx(FASTER * half[0], rel=1e-6)


def test_corners_are_in_the_order_of_what_they_cost(started: Started) -> None:
    rows = page_of(started).costs.table.shown
    assert rows
    costs = [row.total_s for row in rows]
    assert costs == sorted(costs, reverse=True)
    assert all(row.optimal_mps == pytest.approx(FASTER * row.driven_mps) for row in rows)


def test_choosing_a_corner_puts_the_cursor_there(started: Started) -> None:
    table = page_of(started).costs.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Down)
    corner = started.models.insight.corner
    assert corner is not None
    assert corner.id == table.shown[table.currentIndex().row()].corner_id
    assert page_of(started).plot.place_m == pytest.approx(corner.apex_m)
    assert started.models.cursor.place_m == pytest.approx(corner.apex_m)


def test_the_cursor_is_shared_and_moved_by_key(started: Started) -> None:
    plot = page_of(started).plot
    started.models.cursor.pin(1_000.0)
    assert plot.place_m == pytest.approx(1_000.0)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert started.models.cursor.place_m == pytest.approx(1_010.0)
    assert "model" in plot.accessibleDescription()


def test_the_pointer_moves_the_cursor(started: Started) -> None:
    plot = page_of(started).plot
    QTest.mouseMove(plot, QPoint(200, 150))
    QTest.mouseMove(plot, QPoint(plot.width() // 2, 150))
    assert 0.0 < started.models.cursor.place_m < 2_600.0


def test_every_assumption_has_its_source(started: Started) -> None:
    rows = page_of(started).assumed.rows
    assert all(row.value and row.source for row in rows)
    missing = [row.name for row in rows if row.is_missing]
    assert missing == ["Slope", "Banking"]


def test_a_model_that_the_driver_beats_is_not_valid(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    library.doubts = ("the driven lap is 0.40 s faster than the optimal one",)
    started = opened(qtbot, open_window(library))
    page = page_of(started)
    assert values(started)[:3] == ["not valid", "\u2013", "not valid"]
    assert page.tiles[0].text.shade == "warning"
    assert page.costs.table.shown == []
    assert library.doubts[0] in page.costs.absence


def test_data_that_do_not_carry_it_say_why(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    library.optimal_error = InsufficientDataError(
        expected="positions, to know the line", found="none", place="run.csv",
        advice="Record with GPS.",
    )  # fmt: skip
    started = opened(qtbot, open_window(library))
    words = "Expected positions, to know the line; found none. Record with GPS."
    assert page_of(started).plot.absence == words
    assert values(started) == ["\u2013"] * 5


def test_another_session_has_an_optimal_lap_of_its_own(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-2")
    qtbot.waitUntil(lambda: library.calls.count("optimal") == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: started.models.optimal.found is not None, timeout=WAIT_MS)
    found = started.models.optimal.found
    assert found is not None
    assert found.opened.id == "run-2"


def test_keys_come_everywhere_on_the_page(started: Started) -> None:
    for panel in page_of(started).panels:
        assert panel.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert panel.accessibleName()
