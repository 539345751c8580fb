"""The Sectors worksheet: times, ideal laps, and boundaries under the user's hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.debrief import Debrief, debrief
from apexlab_desktop.analysis.theoretical import RollingBest
from apexlab_desktop.analysis.types import Comparison
from apexlab_desktop.app.records import LapRef
from apexlab_desktop.errors import StoreError
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.sector_table import FIRST_SECTOR
from apexlab_desktop.ui.panels.sectors import SectorsPage
from apexlab_desktop.ui.viewmodels.sector_facts import LEAST_SECTOR_M, SectorFacts, sector_facts
from apexlab_desktop.ui.viewmodels.sector_lines import sector_lines, sector_name, sources
from apexlab_desktop.ui.viewmodels.sector_rows import (
    BEATEN,
    Mark,
    SectorRow,
    Shown,
    beaten_by,
    ideal_rows,
    lap_rows,
)
from apexlab_desktop.ui.viewmodels.sectors import MOST_SECTORS, Kind
from apexlab_desktop.ui.viewmodels.session_groups import LapRow
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE, SECTORS
from apexlab_desktop.units import UnitSystem
from tests.ui.comparison_fixture import make_comparison
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import LAP_TIMES_S, RUN_3, FakeLibrary
from tests.ui.invented_corners import invented_corners
from tests.ui.readings import lap_numbers, lap_table

BEST = 5
IDEAL, SPLICE, ROLLING = range(3)


def opened(qtbot: QtBot, started: Started) -> Started:
    started.controller.open_session(RUN_3)
    qtbot.waitUntil(lambda: started.models.sectors.facts is not None, timeout=WAIT_MS)
    started.models.sheets.choose(SECTORS.id)
    QApplication.processEvents()
    return started


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def started(qtbot: QtBot, open_window: Opener, library: FakeLibrary) -> Started:
    return opened(qtbot, open_window(library))


def page_of(started: Started) -> SectorsPage:
    page = started.window.analysis.worksheet
    assert isinstance(page, SectorsPage)
    return page


def facts_of(started: Started) -> SectorFacts:
    facts = started.models.sectors.facts
    assert facts is not None
    return facts


def kind_of(started: Started) -> Kind:
    return started.models.sectors.kind


def laps_of(started: Started) -> list[SectorRow]:
    return page_of(started).times.table.laps.shown


def lap_of(started: Started, number: int) -> SectorRow:
    return next(row for row in laps_of(started) if row.lap_number == number)


def ideal_of(started: Started) -> list[SectorRow]:
    return page_of(started).times.table.ideal.shown


def kept(qtbot: QtBot, library: FakeLibrary, places: tuple[float, ...] | None) -> None:
    qtbot.waitUntil(lambda: library.sectors.get(RUN_3, ()) == places, timeout=WAIT_MS)


# ---- times


def test_every_timed_lap_has_a_row_in_the_order_driven(started: Started) -> None:
    assert [row.lap_number for row in laps_of(started)] == list(range(2, 14))


def test_sectors_of_a_lap_sum_to_its_time(started: Started) -> None:
    for row in laps_of(started):
        assert sum(cell.time_s or 0.0 for cell in row.cells) == pytest.approx(row.time_s, abs=1e-9)
        assert row.time_s == LAP_TIMES_S[int(row.title) - 1]
    assert page_of(started).list.sum_words == "Sum = lap time to 1\u00a0ms"


def test_the_best_of_a_sector_is_the_best_clean_lap_of_all(started: Started) -> None:
    clean = [row for row in laps_of(started) if row.is_counted]
    for sector in range(len(clean[0].cells)):
        best = min(clean, key=lambda row: row.cells[sector].time_s or 0.0)
        marked = [row for row in laps_of(started) if row.cells[sector].mark is Mark.BEST]
        assert marked == [best]


def test_a_triangle_is_quicker_than_every_clean_lap_before(started: Started) -> None:
    clean = [row for row in laps_of(started) if row.is_counted]
    for sector in range(len(clean[0].cells)):
        times = [row.cells[sector].time_s or 0.0 for row in clean]
        for n, row in enumerate(clean):
            is_quicker = n > 0 and times[n] < min(times[:n])
            assert (row.cells[sector].mark is not Mark.NONE) == (
                is_quicker or times[n] == min(times)
            )


def test_laps_that_do_not_count_have_the_reason_and_no_mark(started: Started) -> None:
    for number, reason in ((8, "gap"), (11, "slow")):
        row = lap_of(started, number)
        assert (row.note, row.is_counted) == (reason, False)
        assert all(cell.mark is Mark.NONE for cell in row.cells)


def test_the_ideal_laps_say_what_they_are(started: Started) -> None:
    rows = ideal_of(started)
    assert [row.title for row in rows] == [
        "Ideal by sectors", "Reachable splice", "Best rolling lap",
    ]  # fmt: skip
    assert "upper bound" in rows[IDEAL].note
    assert "upper bound" in rows[SPLICE].note
    assert all((row.gap_s or 0.0) <= 0.0 for row in rows)
    for row in rows[:ROLLING]:
        assert sum(cell.time_s or 0.0 for cell in row.cells) == pytest.approx(row.time_s, abs=1e-9)


def test_a_bound_that_a_rolling_lap_beat_says_so() -> None:
    rolling = RollingBest(time_s=60.5)
    assert beaten_by(rolling, 61.0) == (BEATEN,)
    assert beaten_by(rolling, 60.5) == beaten_by(rolling, None) == ()
    assert beaten_by(RollingBest(time_s=None), 61.0) == ()


def test_times_since_the_start_end_with_the_lap_time(started: Started) -> None:
    page_of(started).times.choice.choose(Shown.SINCE_START)
    for row in laps_of(started):
        times = [cell.time_s or 0.0 for cell in row.cells]
        assert times == sorted(times)
        assert times[-1] == pytest.approx(row.time_s, abs=1e-9)


def test_the_words_of_a_row_can_be_read_aloud(started: Started) -> None:
    model = page_of(started).times.table.laps.model()
    words = model.data(model.index(3, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("Lap 5, 1:20.930, best, sector 1 ")


def test_enter_on_a_time_compares_that_lap_at_that_sector(qtbot: QtBot, started: Started) -> None:
    grid = page_of(started).times.table.laps
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, FIRST_SECTOR))
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert started.models.sheets.active == COMPARE
    assert 2 in lap_numbers(started)
    sector = facts_of(started).table.sectors[1]
    view = started.models.comparison.view
    assert view == pytest.approx((sector.from_m, sector.to_m), abs=1.0)


def test_a_click_on_a_time_does_the_same(started: Started) -> None:
    grid = page_of(started).times.table.laps
    at = grid.visualRect(grid.model().index(4, FIRST_SECTOR + 2)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert started.models.sheets.active == COMPARE
    assert 6 in lap_numbers(started)


# ---- boundaries


def test_the_sectors_are_found_until_the_user_sets_them(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    sectors = started.models.sectors
    assert kind_of(started) is Kind.AUTOMATIC
    page_of(started).boundaries.choice.choose(Kind.EQUAL)
    assert kind_of(started) is Kind.EQUAL
    length_m = facts_of(started).length_m
    assert sectors.places_m == pytest.approx((length_m / 3, 2 * length_m / 3))
    kept(qtbot, library, sectors.places_m)
    page_of(started).boundaries.choice.choose(Kind.AUTOMATIC)
    kept(qtbot, library, None)


def test_arrow_keys_move_a_boundary_and_are_one_edit(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    sectors, page = started.models.sectors, page_of(started)
    before = sectors.places_m
    page.boundaries.map.setFocus()
    QTest.keyClick(page.boundaries.map, Qt.Key.Key_Down)
    QTest.keyClick(page.boundaries.map, Qt.Key.Key_Right)
    QTest.keyClick(page.boundaries.map, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert sectors.places_m == pytest.approx((before[0], before[1] + 11.0))
    assert kind_of(started) is Kind.BY_HAND
    kept(qtbot, library, sectors.places_m)
    assert page.list.hint_words == "set by you, saved with Ridgeline Park"
    page.list.undo.click()
    assert sectors.places_m == before
    assert kind_of(started) is Kind.AUTOMATIC
    kept(qtbot, library, None)
    assert not page.list.undo.isEnabled()


def test_a_step_is_taken_back_at_once(qtbot: QtBot, started: Started, library: FakeLibrary) -> None:
    sectors, before = started.models.sectors, started.models.sectors.places_m
    sectors.nudge(1.0)
    sectors.nudge(1.0)
    started.controller.edits.undo()
    assert sectors.places_m == before
    assert kind_of(started) is Kind.AUTOMATIC
    started.controller.edits.redo()
    assert sectors.places_m[0] == pytest.approx(before[0] + 2.0)
    kept(qtbot, library, sectors.places_m)
    assert started.models.history.next is None


def test_a_boundary_is_dragged_along_the_track(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    sectors, track = started.models.sectors, page_of(started).boundaries.map
    wanted_m = sectors.places_m[0] + 60.0

    def pixel(place_m: float) -> QPoint:
        point = track.point_of(place_m)
        assert isinstance(point, QPointF)
        return point.toPoint()

    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=pixel(sectors.places_m[0]))
    QTest.mouseMove(track, pixel(wanted_m))
    assert sectors.places_m[0] == pytest.approx(wanted_m, abs=4.0)
    assert RUN_3 not in library.sectors, "nothing is kept while it is dragged"
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=pixel(wanted_m))
    kept(qtbot, library, sectors.places_m)


def test_a_click_on_the_track_puts_the_cursor_there(started: Started) -> None:
    track = page_of(started).boundaries.map
    point = track.point_of(300.0)
    assert point is not None
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert started.models.cursor.place_m == pytest.approx(300.0, abs=4.0)


def test_boundaries_are_added_and_removed(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    sectors, track = started.models.sectors, page_of(started).boundaries.map
    before = sectors.places_m
    point = track.point_of(100.0)
    assert point is not None
    menu = track.menu_at(point)
    menu.actions()[0].trigger()
    assert len(sectors.places_m) == len(before) + 1
    assert sectors.places_m[0] == pytest.approx(100.0, abs=4.0)
    assert sectors.chosen == 0
    assert len(laps_of(started)[0].cells) == len(before) + 2
    track.setFocus()
    QTest.keyClick(track, Qt.Key.Key_Delete)
    assert sectors.places_m == before
    kept(qtbot, library, before)


def test_a_boundary_keeps_away_from_its_neighbours(started: Started) -> None:
    sectors = started.models.sectors
    sectors.drag(0, 1e6)
    assert sectors.places_m[0] == pytest.approx(sectors.places_m[1] - LEAST_SECTOR_M)
    sectors.drag(0, -1e6)
    assert sectors.places_m[0] == pytest.approx(LEAST_SECTOR_M)


def test_there_are_only_so_many_sectors(started: Started) -> None:
    for _ in range(2 * MOST_SECTORS):
        started.models.sectors.split_chosen()
    assert len(laps_of(started)[0].cells) == MOST_SECTORS


def test_one_sector_is_the_lap(started: Started) -> None:
    sectors = started.models.sectors
    for _ in sectors.places_m:
        sectors.remove(0)
    assert sectors.places_m == ()
    assert kind_of(started) is Kind.BY_HAND
    assert [row.cells[0].time_s for row in laps_of(started)] == [
        row.time_s for row in laps_of(started)
    ]


def test_boundaries_kept_with_a_session_come_back(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    library.sectors[RUN_3] = (400.0, 1_000.0, 2_000.0)
    started = opened(qtbot, open_window(library))
    assert started.models.sectors.places_m == (400.0, 1_000.0, 2_000.0)
    assert kind_of(started) is Kind.BY_HAND


def test_boundaries_that_cannot_be_kept_are_told(
    qtbot: QtBot, started: Started, library: FakeLibrary
) -> None:
    library.sectors_error = StoreError(expected="room on the disk", found="none")
    started.models.sectors.choose_kind(Kind.EQUAL)
    qtbot.waitUntil(lambda: bool(started.window.analysis.error.text), timeout=WAIT_MS)


# ---- states


def test_without_positions_the_list_still_moves_boundaries(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    library.has_position = False
    started = opened(qtbot, open_window(library))
    page, before = page_of(started), started.models.sectors.places_m
    assert page.boundaries.map.view is None
    page.list.table.setFocus()
    QTest.keyClick(page.list.table, Qt.Key.Key_Right)
    assert started.models.sectors.places_m == pytest.approx((before[0] + 1.0, before[1]))


def test_without_a_timed_lap_the_page_says_so(
    qtbot: QtBot, open_window: Opener, library: FakeLibrary
) -> None:
    library.without_times.add(RUN_3)
    started = open_window(library)
    started.controller.open_session(RUN_3)
    qtbot.waitUntil(lambda: started.models.laps.session is not None, timeout=WAIT_MS)
    started.models.sheets.choose(SECTORS.id)
    assert page_of(started).times.table.isHidden()


def test_keys_come_everywhere_on_the_page(started: Started) -> None:
    page = page_of(started)
    for panel in page.panels:
        assert panel.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert panel.accessibleName()


def judged_of(comparison: Comparison) -> Debrief:
    return debrief(comparison, (), ())


def test_without_a_clean_lap_there_is_no_best_and_no_ideal() -> None:
    made = make_comparison((1, 2, 3))
    laps = [replace(one, lap=replace(one.lap, is_clean=False)) for one in made.laps]
    judged = judged_of(replace(made, laps=tuple(laps)))
    facts = sector_facts(judged, None)
    assert [row.words for row in ideal_rows(judged, facts, Shown.EACH, UnitSystem.METRIC)] == [
        "no lap counts"
    ] * 3
    assert sources(judged, facts) == ()
    assert all(line.best_s is None and line.loss_s is None for line in sector_lines(judged, facts))


def test_one_clean_lap_makes_no_ideal_and_is_the_best_of_nothing() -> None:
    judged = judged_of(make_comparison((4,)))
    facts = sector_facts(judged, None)
    words = [row.words for row in ideal_rows(judged, facts, Shown.EACH, UnitSystem.METRIC)]
    assert words == ["needs 2 clean laps"] * 3
    lap = LapRow(
        ref=LapRef(session_id="s", lap_number=4), kind="timed", lap_time_s=1.0,
        max_speed_mps=None, is_clean=True, state="",
    )  # fmt: skip
    (row,) = lap_rows(facts, (lap,), Shown.EACH)
    assert all(cell.mark is Mark.NONE for cell in row.cells)


def test_a_dropout_leaves_dashes_where_it_hides_a_boundary() -> None:
    made = make_comparison((1, 2, 3))
    at_m = made.distance_m
    time_s = made.laps[1].time_s.copy()
    time_s[(at_m > 900.0) & (at_m < 1_100.0)] = np.nan
    laps = (made.laps[0], replace(made.laps[1], time_s=time_s), made.laps[2])
    judged = judged_of(replace(made, laps=laps))
    facts = sector_facts(judged, (1_000.0, 1_800.0))
    lap = LapRow(
        ref=LapRef(session_id="s", lap_number=2), kind="timed", lap_time_s=1.0,
        max_speed_mps=None, is_clean=True, state="",
    )  # fmt: skip
    (row,) = lap_rows(facts, (lap,), Shown.EACH)
    assert [cell.time_s is None for cell in row.cells] == [True, True, False]
    (row,) = lap_rows(facts, (lap,), Shown.SINCE_START)
    assert [cell.time_s is None for cell in row.cells] == [True, True, True]
    assert facts.worst_sum_s == 0.0


def test_sectors_are_named_by_their_corners() -> None:
    made = make_comparison((1, 2, 3))
    corners = invented_corners(made)
    ends_m = [0.0, *(corner.exit_m for corner in corners), float(made.distance_m[-1])]
    assert sector_name(corners, 0.0, corners[0].entry_m) == "Start straight"
    assert sector_name(corners, 0.0, ends_m[1]) == "Quarry"
    assert sector_name(corners, 0.0, ends_m[2]) == "Quarry and Fork"
    assert sector_name(corners, 0.0, ends_m[3]) == "Quarry to Mill"
    unnamed = tuple(replace(corner, name="") for corner in corners)
    assert sector_name(unnamed, 0.0, ends_m[1]) == "Turn\u00a01"
    assert sector_name(unnamed, 0.0, ends_m[3]) == "Turns\u00a01 to 3"


# ---- the lap table of Compare


def heads(started: Started) -> list[str]:
    model = lap_table(started).model()
    role, across = Qt.ItemDataRole.DisplayRole, Qt.Orientation.Horizontal
    return [model.headerData(n, across, role) for n in range(model.columnCount())]


def test_the_lap_table_keeps_the_room_of_sectors_until_they_come(
    qtbot: QtBot, open_window: Opener
) -> None:
    started = open_window()
    assert heads(started) == ["", "Lap", "Time", "Gap", "", "", "", "Vmax"]
    opened(qtbot, started)
    assert heads(started) == ["", "Lap", "Time", "Gap", "S1", "S2", "S3", "Vmax"]


def test_the_lap_table_shows_what_the_sectors_page_shows(started: Started) -> None:
    model = lap_table(started).model()
    for row in (1, 4, 9):
        number = int(model.index(row, 1).data())
        shown = [float(model.index(row, 4 + k).data()) for k in range(3)]
        times = [cell.time_s for cell in lap_of(started, number).cells]
        assert shown == pytest.approx(times, abs=0.0005)
    assert model.index(0, 4).data() == "", "the out-lap has no sectors"


def test_more_than_three_sectors_take_the_room_of_the_top_speed(started: Started) -> None:
    started.models.sectors.split_chosen()
    assert heads(started) == ["", "Lap", "Time", "Gap", "S1", "S2", "S3", "S4"]
    for _ in range(MOST_SECTORS):
        started.models.sectors.split_chosen()
    assert heads(started) == ["", "Lap", "Time", "Gap", "Vmax"]


def test_a_click_on_a_sector_time_shows_the_sector(started: Started) -> None:
    started.models.sheets.choose(COMPARE.id)
    QApplication.processEvents()
    table = lap_table(started)
    place = table.visualRect(table.model().index(2, 5)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    sector = facts_of(started).table.sectors[1]
    view = started.models.comparison.view
    assert view == pytest.approx((sector.from_m, sector.to_m), abs=1.0)
    assert 3 in lap_numbers(started)
