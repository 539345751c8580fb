"""The Corners worksheet in the window, and the corners behind plots and beside the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.corners import CornersPage
from apexlab_desktop.ui.viewmodels.corner_rows import Shown
from apexlab_desktop.ui.viewmodels.insight import corner_bands, number_and_name
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.readings import plots


def opened(qtbot: QtBot, open_window: Opener, library: FakeLibrary | None = None) -> Started:
    started = open_window(library or FakeLibrary())
    started.controller.open_session(RUN_3)
    insight = started.models.insight
    qtbot.waitUntil(lambda: bool(insight.corners or insight.reason), timeout=WAIT_MS)
    return started


def page(started: Started) -> CornersPage:
    started.models.sheets.choose("corners")
    found = started.window.analysis.worksheet
    assert isinstance(found, CornersPage)
    return found


def corner(started: Started) -> Corner:
    found = started.models.insight.corner
    assert found is not None
    return found


def test_plots_and_map_show_the_corners_of_the_session(qtbot: QtBot, open_window: Opener) -> None:
    started = opened(qtbot, open_window)
    shown = [band.label for band in started.models.comparison.corners]
    assert shown == [one.number for one in started.models.insight.corners]


def test_a_row_says_what_laps_do_there_and_choosing_it_moves_everything(
    qtbot: QtBot, open_window: Opener
) -> None:
    started = opened(qtbot, open_window)
    there = page(started)
    rows = there.corners.rows
    assert len(rows) == len(started.models.insight.corners)
    assert all(row.n_laps == there.corners.n_clean for row in rows)
    there.table.setFocus()
    QTest.keyClick(there.table, Qt.Key.Key_Down)
    assert corner(started).number == "2"
    assert rows[1].corner.name in there.corner_map.accessibleName()
    assert rows[1].corner.name in there.multiples.accessibleName()


def test_loss_is_the_mean_time_less_the_best_and_the_quickest_lap_comes_first(
    qtbot: QtBot, open_window: Opener
) -> None:
    there = page(opened(qtbot, open_window))
    row, passes = there.corners.rows[0], there.corners.passes
    times = [one.passed.segment_time_s for one in passes]
    known = [time_s for time_s in times if time_s is not None]
    assert known == sorted(known)
    assert passes[0].gap_s == 0.0
    assert row.loss_s == pytest.approx(sum(known) / len(known) - known[0])
    there.corners.show(Shown.DIFFERENCE)
    assert there.corners.rows[0].values["segment_time_s"] == pytest.approx(row.loss_s)


def test_c_goes_round_the_corners_and_zooms_the_plots_to_them(
    qtbot: QtBot, open_window: Opener
) -> None:
    started = opened(qtbot, open_window)
    started.window.activateWindow()
    plots(started).setFocus()
    n = len(started.models.insight.corners)
    for key, number in (("C", 1), ("C", 2), ("Shift+C", 1), ("Shift+C", n)):
        QTest.keySequence(started.window.focusWidget(), QKeySequence(key))
        assert corner(started).number == str(number)
        low, high = started.models.comparison.view_m
        assert low <= corner(started).entry_m < corner(started).exit_m <= high


def test_a_small_picture_compares_that_lap_at_the_corner(qtbot: QtBot, open_window: Opener) -> None:
    started = opened(qtbot, open_window)
    there = page(started)
    compared = {ref.lap_number for ref in started.models.laps.order}
    number = next(row.lap_number for row in there.multiples.shown
                  if row.lap_number not in compared)  # fmt: skip
    there.multiples.lap_wanted.emit(number)
    assert number in {ref.lap_number for ref in started.models.laps.order}
    assert started.models.sheets.active.id == "compare"
    assert not started.models.comparison.is_whole_lap


def test_without_a_judgement_the_page_says_why(qtbot: QtBot, open_window: Opener) -> None:
    library = FakeLibrary()
    library.judge_error = AnalysisError(expected="a line", found="none", place="run 3")
    started = opened(qtbot, open_window, library)
    there = page(started)
    assert "expected a line" in there.multiples.absence
    assert not there.corners.rows
    assert started.models.comparison.corners == ()


def test_a_corner_on_the_start_line_is_two_bands_of_one_number() -> None:
    over = Corner(id="c9", number="9", direction="left", entry_m=950.0, apex_m=990.0, exit_m=40.0,
                  radius_m=30.0, turned_rad=1.0)  # fmt: skip
    bands = corner_bands([over], 1000.0)
    assert [(band.from_m, band.to_m, band.label) for band in bands] == [
        (950.0, 1000.0, "9"),
        (0.0, 40.0, ""),
    ]


def test_f2_names_a_corner_and_the_name_can_be_taken_back(
    qtbot: QtBot, open_window: Opener
) -> None:
    started = opened(qtbot, open_window)
    started.window.activateWindow()
    there = page(started)
    before = corner(started).name
    there.table.setFocus()
    QTest.keyClick(there.table, Qt.Key.Key_F2)
    field = there.table.name_field
    assert field.isVisible()
    field.selectAll()
    QTest.keyClicks(field, "1a Spoon")
    QTest.keyClick(field, Qt.Key.Key_Return)
    insight = started.models.insight
    qtbot.waitUntil(lambda: corner(started).name == "Spoon", timeout=WAIT_MS)
    assert corner(started).number == "1a"
    assert started.models.comparison.corners[0].label == "1a"
    started.models.history.undo()
    qtbot.waitUntil(lambda: corner(started).name == before, timeout=WAIT_MS)
    assert insight.corners[0].number == "1"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Spoon", ("7", "Spoon")), ("7a Spoon Two", ("7a", "Spoon Two")), ("12", ("12", "")),
     ("  ", ("", "")), ("3: Mill", ("3", "Mill")), ("130R", ("7", "130R"))],
)  # fmt: skip
def test_a_number_before_the_name_is_a_number(typed: str, kept: tuple[str, str]) -> None:
    assert number_and_name(typed, "7") == kept
