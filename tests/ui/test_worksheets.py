"""Worksheets without a window: made, named, ordered, kept, and taken back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import History
from apexlab_desktop.ui.viewmodels import worksheets
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE, FIRST_PLOTS, MOST_SHEETS, Worksheets
from tests.ui.conftest import WAIT_MS
from tests.ui.fake_library import FakeLibrary

BRAKES = Worksheet(id="b", name="Brakes", plots=("speed_mps", "pedals"))
GRIP = Worksheet(id="g", name="Grip", plots=("accel_lat_mps2",))


@pytest.fixture
def plots_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the program's own sheets leave the one of plots, so that places can be counted."""
    monkeypatch.setattr(worksheets, "BUILT_IN", (COMPARE,))


pytestmark = pytest.mark.usefixtures("plots_only")


def loaded(
    qtbot: QtBot, background: Background, *sheets: Worksheet, active: str = ""
) -> tuple[Worksheets, FakeLibrary]:
    library = FakeLibrary()
    library.worksheets = sheets
    model = Worksheets(library, background)
    with qtbot.waitSignal(model.changed, timeout=WAIT_MS):
        model.load(active)
    return model, library


def names(model: Worksheets) -> list[str]:
    return [sheet.name for sheet in model.sheets]


def active(model: Worksheets) -> str:
    return model.active.name


def wait_kept(qtbot: QtBot, library: FakeLibrary, model: Worksheets) -> None:
    qtbot.waitUntil(lambda: library.worksheets == model.sheets, timeout=WAIT_MS)


def test_without_any_kept_there_is_compare(qtbot: QtBot, background: Background) -> None:
    model, _ = loaded(qtbot, background)
    assert names(model) == ["Compare"]
    assert model.active == COMPARE


def test_kept_sheets_come_back_in_their_order_with_the_open_one(
    qtbot: QtBot, background: Background
) -> None:
    model, _ = loaded(qtbot, background, BRAKES, COMPARE, GRIP, active="g")
    assert names(model) == ["Brakes", "Compare", "Grip"]
    assert active(model) == "Grip"


def test_a_new_sheet_opens_after_the_open_one_and_is_kept(
    qtbot: QtBot, background: Background
) -> None:
    model, library = loaded(qtbot, background, COMPARE, BRAKES)
    model.new()
    assert names(model) == ["Compare", "Worksheet", "Brakes"]
    assert active(model) == "Worksheet"
    assert model.active.plots == FIRST_PLOTS
    model.new()
    assert names(model) == ["Compare", "Worksheet", "Worksheet 2", "Brakes"]
    wait_kept(qtbot, library, model)


def test_a_copy_of_compare_has_plots_of_its_own(qtbot: QtBot, background: Background) -> None:
    model, _ = loaded(qtbot, background)
    model.duplicate(COMPARE.id)
    assert names(model) == ["Compare", "Compare 2"]
    assert DELTA in model.active.plots


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("  Wet   laps ", "Wet laps"), ("grip", "grip 2"), ("", "Brakes"), ("x" * 60, "x" * 40)],
)
def test_names_are_tidy_and_unlike_any_other(
    qtbot: QtBot, background: Background, typed: str, shown: str
) -> None:
    model, _ = loaded(qtbot, background, COMPARE, BRAKES, GRIP)
    model.rename("b", typed)
    assert names(model) == ["Compare", shown, "Grip"]


def test_deleting_the_open_sheet_opens_the_one_before(qtbot: QtBot, background: Background) -> None:
    model, library = loaded(qtbot, background, COMPARE, BRAKES, GRIP, active="g")
    model.delete("g")
    assert active(model) == "Brakes"
    wait_kept(qtbot, library, model)


def test_compare_can_be_moved_but_neither_changed_nor_deleted(
    qtbot: QtBot, background: Background
) -> None:
    model, _ = loaded(qtbot, background, COMPARE, BRAKES)
    model.delete(COMPARE.id)
    model.rename(COMPARE.id, "Mine")
    model.set_plots(COMPARE.id, ("gear",))
    assert model.sheets == (COMPARE, BRAKES)
    model.move(COMPARE.id, 1)
    assert model.sheets == (BRAKES, COMPARE)


def test_a_sheet_keeps_at_least_one_plot(qtbot: QtBot, background: Background) -> None:
    model, _ = loaded(qtbot, background, COMPARE, GRIP)
    model.set_plots("g", ())
    assert model.find("g") == GRIP
    model.set_plots("g", ("gear", "gear", DELTA))
    changed = model.find("g")
    assert changed is not None
    assert changed.plots == ("gear", DELTA)


def test_stepping_goes_round(qtbot: QtBot, background: Background) -> None:
    model, _ = loaded(qtbot, background, COMPARE, BRAKES, GRIP)
    seen = []
    for _ in range(3):
        model.step(1)
        seen.append(active(model))
    model.step(-1)
    assert [*seen, active(model)] == ["Brakes", "Grip", "Compare", "Grip"]
    model.choose_place(7)
    assert active(model) == "Grip"


def test_every_change_can_be_taken_back_and_done_again(
    qtbot: QtBot, background: Background
) -> None:
    model, library = loaded(qtbot, background, COMPARE, BRAKES, GRIP)
    history = History()
    model.edited.connect(history.add)
    states = [model.sheets]
    for change in (
        model.new,
        lambda: model.rename("b", "Pedals"),
        lambda: model.set_plots("g", ("gear",)),
        lambda: model.move("g", 0),
        lambda: model.duplicate("g"),
        lambda: model.delete("b"),
    ):
        change()
        states.append(model.sheets)
    for state in reversed(states[:-1]):
        history.undo()
        assert model.sheets == state
    for state in states[1:]:
        history.redo()
        assert model.sheets == state
    wait_kept(qtbot, library, model)


def test_there_are_no_more_sheets_than_fit(qtbot: QtBot, background: Background) -> None:
    model, _ = loaded(qtbot, background)
    for _ in range(MOST_SHEETS - 1):
        model.new()
    with qtbot.waitSignal(model.failed, timeout=WAIT_MS) as told:
        model.new()
    assert len(model.sheets) == MOST_SHEETS
    assert "delete one" in told.args[0]


def test_sheets_that_could_not_be_read_are_never_written_over(
    qtbot: QtBot, background: Background
) -> None:
    library = FakeLibrary()
    library.worksheets_error = StoreUnavailableError(found="no disk")
    model = Worksheets(library, background)
    model.load()
    qtbot.waitUntil(lambda: not background.is_busy, timeout=WAIT_MS)
    with qtbot.waitSignal(model.failed, timeout=WAIT_MS) as told:
        model.new()
    assert "no disk" in told.args[0]
    assert names(model) == ["Compare"]
    assert "save_worksheets" not in library.calls
