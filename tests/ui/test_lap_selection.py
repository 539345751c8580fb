from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.types import Comparison
from apexlab_desktop.app.records import LapRef
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import Edit
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection
from tests.ui.conftest import WAIT_MS
from tests.ui.fake_library import BEST_S, RUN_3, FakeLibrary


def _ref(number: int, session: str = RUN_3) -> LapRef:
    return LapRef(session_id=session, lap_number=number)


def _numbers(refs: tuple[LapRef, ...] | list[LapRef]) -> list[int]:
    return [ref.lap_number for ref in refs]


DIFFERENT = "The sessions were driven on different layouts"


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def laps(qtbot: QtBot, library: FakeLibrary, background: Background) -> LapSelection:
    selection = LapSelection(library, background)
    with qtbot.waitSignal(selection.compared, timeout=5_000):
        selection.open(RUN_3)
    return selection


def test_the_fastest_clean_lap_is_the_reference_beside_the_next_two(laps: LapSelection) -> None:
    assert laps.reference == laps.best == _ref(5)
    assert _numbers(laps.order) == [5, 10, 12]


def test_gap_is_lap_time_less_the_references(laps: LapSelection) -> None:
    gaps = [lap.gap_s for lap in laps.laps()]
    assert gaps == pytest.approx([0.0, 81.254 - BEST_S, 81.310 - BEST_S])


def test_out_lap_is_listed_with_its_word_and_cannot_be_compared(laps: LapSelection) -> None:
    row = laps.find(_ref(1))
    assert row is not None
    assert (row.state, row.can_be_compared) == ("out", False)
    laps.toggle(_ref(1))
    laps.make_reference(_ref(1))
    assert _numbers(laps.order) == [5, 10, 12]
    assert laps.reference == _ref(5)


def test_toggle_adds_and_takes_out_but_keeps_the_reference(laps: LapSelection) -> None:
    laps.toggle(_ref(7))
    assert _numbers(laps.order) == [5, 10, 12, 7]
    laps.toggle(_ref(7))
    laps.toggle(_ref(5))
    assert _numbers(laps.order) == [5, 10, 12]


def test_reference_takes_the_first_colour_and_the_others_follow(laps: LapSelection) -> None:
    laps.make_reference(_ref(12))
    assert _numbers(laps.slot_order()) == [12, 5, 10]
    assert [(lap.row.number, lap.slot) for lap in laps.laps()] == [(5, 1), (10, 2), (12, 0)]


def test_removing_the_reference_falls_back_to_the_quickest(laps: LapSelection) -> None:
    laps.remove(_ref(5))
    assert laps.reference == _ref(10)


def test_the_last_lap_stays(laps: LapSelection) -> None:
    for number in (10, 12, 5):
        laps.remove(_ref(number))
    assert _numbers(laps.order) == [5]


def test_hiding_keeps_slot_and_order_and_asks_for_no_numbers(
    laps: LapSelection, library: FakeLibrary
) -> None:
    n_calls = library.calls.count("compare")
    laps.toggle_slot_shown(1)
    assert [lap.is_shown for lap in laps.laps()] == [True, False, True]
    assert library.calls.count("compare") == n_calls
    laps.toggle_slot_shown(0)
    assert laps.laps()[0].is_shown


def test_a_hidden_lap_made_reference_is_shown(laps: LapSelection) -> None:
    laps.toggle_shown(_ref(10))
    laps.make_slot_reference(1)
    assert laps.hidden == frozenset()


def test_step_exchanges_the_lap_for_its_neighbour_and_passes_over_compared_ones(
    laps: LapSelection,
) -> None:
    laps.step(1)
    assert _numbers(laps.order) == [5, 11, 12]
    laps.step(1)
    assert _numbers(laps.order) == [5, 13, 12]
    laps.step(1)
    assert _numbers(laps.order) == [5, 13, 12]


def test_move_changes_the_order_of_chips(laps: LapSelection) -> None:
    laps.move(_ref(12), 1)
    assert _numbers(laps.order) == [5, 12, 10]


def test_any_number_of_laps_is_compared(laps: LapSelection) -> None:
    comparable = [row.ref for group in laps.groups for row in group.laps if row.can_be_compared]
    for ref in comparable:
        laps.toggle(ref) if ref not in laps.order else None
    assert len(laps.order) == len(comparable) > 9


def test_lap_of_another_session_joins_with_its_date(qtbot: QtBot, laps: LapSelection) -> None:
    with qtbot.waitSignal(laps.compared, timeout=5_000):
        laps.add_session("run-2")
    assert [group.session_id for group in laps.groups] == [RUN_3, "run-2"]
    assert laps.order[-1] == _ref(5, "run-2")
    assert laps.laps()[-1].label == "Lap\u00a05, 09:35"
    laps.add_session("ridge-7")
    qtbot.waitUntil(lambda: len(laps.groups) == 3, timeout=5_000)
    assert laps.laps()[-1].label == "Lap\u00a05, 31\u00a0May"
    laps.close_session("ridge-7")
    laps.close_session("run-2")
    assert _numbers(laps.order) == [5, 10, 12]


def test_only_the_last_request_is_answered(qtbot: QtBot, laps: LapSelection) -> None:
    seen: list[Comparison] = []
    laps.compared.connect(seen.append)
    for number in (2, 3, 4):
        laps.toggle(_ref(number))
    qtbot.waitUntil(lambda: not laps.is_loading, timeout=5_000)
    assert len(seen) == 1
    assert [lap.lap.number for lap in seen[0].laps] == [5, 10, 12, 2, 3, 4]


def test_the_reference_is_compared_first(qtbot: QtBot, laps: LapSelection) -> None:
    with qtbot.waitSignal(laps.compared, timeout=5_000) as blocker:
        laps.make_reference(_ref(12))
    assert blocker.args is not None
    assert [lap.lap.number for lap in blocker.args[0].laps] == [12, 5, 10]
    assert blocker.args[0].reference_index == 0


def test_failure_is_one_line_and_keeps_what_was_open(
    qtbot: QtBot, laps: LapSelection, library: FakeLibrary
) -> None:
    library.compare_error = AnalysisError(expected="laps of one layout", found="two directions")
    with qtbot.waitSignal(laps.failed, timeout=5_000) as blocker:
        laps.toggle(_ref(7))
    assert blocker.args == ["Expected laps of one layout; found two directions"]
    with qtbot.waitSignal(laps.failed, timeout=5_000):
        laps.open("gone")
    assert laps.session is not None
    assert laps.session.session_id == RUN_3
    assert not laps.is_loading


def test_laps_asked_for_at_opening_are_compared(
    qtbot: QtBot, library: FakeLibrary, background: Background
) -> None:
    selection = LapSelection(library, background)
    wanted = [_ref(3), _ref(99), _ref(9, "run-2"), _ref(6)]
    with qtbot.waitSignal(selection.compared, timeout=5_000):
        selection.open(RUN_3, laps=wanted, hidden=[_ref(6)], reference=_ref(9, "run-2"))
    assert selection.order == (_ref(3), _ref(9, "run-2"), _ref(6))
    assert selection.reference == _ref(9, "run-2")
    assert selection.hidden == {_ref(6)}


def test_top_speed_is_of_the_lap_alone(laps: LapSelection) -> None:
    row = laps.find(_ref(5))
    assert row is not None
    assert row.max_speed_mps == pytest.approx(57.0, abs=1.5)


def test_laps_of_another_layout_are_left_out_and_have_no_gap(
    qtbot: QtBot, library: FakeLibrary, laps: LapSelection
) -> None:
    library.other_layouts.add("kestrel-3")
    compared: list[Comparison] = []
    laps.compared.connect(compared.append)
    with qtbot.waitSignal(laps.failed, timeout=5_000) as told:
        laps.add_session("kestrel-3")
    assert [lap.lap.number for lap in compared[-1].laps] == [5, 10, 12]
    assert told.args[0] == "Kestrel Hill, 17\u00a0May is not compared: " + DIFFERENT
    made = laps.laps()
    assert [lap.gap_s is None for lap in made] == [False, False, False, True]
    assert [lap.reason for lap in made] == ["", "", "", DIFFERENT]
    assert laps.slot_order()[:3] == laps.drawn_order()
    assert laps.best == _ref(5)


def test_no_gap_is_told_before_it_is_known_that_two_laps_can_be_compared(
    qtbot: QtBot, laps: LapSelection
) -> None:
    seen: list[float | None] = []
    laps.changed.connect(lambda: seen.append(laps.laps()[-1].gap_s))
    with qtbot.waitSignal(laps.compared, timeout=5_000):
        laps.add_session("run-2")
    assert seen[0] is None
    assert seen[-1] == pytest.approx(0.0)


def test_the_other_layout_as_the_reference_leaves_out_the_rest(
    qtbot: QtBot, library: FakeLibrary, laps: LapSelection
) -> None:
    library.other_layouts.add("kestrel-3")
    with qtbot.waitSignal(laps.failed, timeout=5_000):
        laps.add_session("kestrel-3")
    with qtbot.waitSignal(laps.compared, timeout=5_000) as told:
        laps.make_reference(laps.order[-1])
    assert len(told.args[0].laps) == 1
    assert [lap.gap_s is None for lap in laps.laps()] == [True, True, True, False]


def test_a_session_taken_out_comes_back_with_its_laps(qtbot: QtBot, laps: LapSelection) -> None:
    edits: list[Edit] = []
    with qtbot.waitSignal(laps.compared, timeout=5_000):
        laps.add_session("run-2")
    order, groups = laps.order, laps.groups
    laps.edited.connect(edits.append)
    laps.close_session("run-2")
    assert len(laps.groups) == 1
    edits[-1].undo()
    assert (laps.order, laps.groups) == (order, groups)
    edits[-1].redo()
    assert len(laps.groups) == 1


def test_sessions_are_compared_as_recorded_until_that_is_taken_back(
    qtbot: QtBot, compare_window: Started
) -> None:
    models = compare_window.models
    library = models.use_cases
    assert isinstance(library, FakeLibrary)
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        models.commands.trigger("laps.register")
    assert library.calls[-1] == "compare as recorded"
    with qtbot.waitSignal(models.laps.compared, timeout=WAIT_MS):
        models.history.undo()
    assert library.calls[-1] == "compare"
