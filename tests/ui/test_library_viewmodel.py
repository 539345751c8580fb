from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import Facet, SortOrder
from tests.ui.fake_library import RUN_3, FakeLibrary


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def model(qtbot: QtBot, library: FakeLibrary, background: Background) -> LibraryModel:
    made = LibraryModel(library, background)
    with qtbot.waitSignal(made.changed, timeout=5_000):
        made.refresh()
    return made


def test_the_newest_session_is_chosen_at_first(model: LibraryModel) -> None:
    assert model.selection is not None
    assert model.selection.id == RUN_3
    assert model.n_fitting == 14


def test_filter_moves_the_choice_to_what_is_left(model: LibraryModel) -> None:
    model.toggle(Facet.TRACK, "Moor Lane")
    assert model.selected_id == "moor-1"
    model.clear_filters()
    assert model.n_fitting == 14


def test_nothing_fits_leaves_no_choice(model: LibraryModel) -> None:
    model.search("no such place")
    assert (list(model.rows), model.selection) == ([], None)


def test_sort_keeps_the_choice(model: LibraryModel) -> None:
    model.select("run-1")
    model.sort(SortOrder.LAPS)
    assert model.selected_id == "run-1"


def test_archive_takes_away_and_restore_brings_back(qtbot: QtBot, model: LibraryModel) -> None:
    with qtbot.waitSignals([model.archived, model.changed], timeout=5_000):
        model.archive(RUN_3)
    assert model.find(RUN_3) is None
    with qtbot.waitSignal(model.changed, timeout=5_000):
        model.restore(RUN_3)
    qtbot.waitUntil(lambda: model.selected_id == RUN_3)


def test_note_is_written_once_typing_rests(
    qtbot: QtBot, model: LibraryModel, library: FakeLibrary
) -> None:
    with qtbot.waitSignal(model.note_saved, timeout=5_000):
        for text in ("s", "so", "soft"):
            model.edit_note(RUN_3, text)
    assert library.calls.count("set_note") == 1
    qtbot.waitUntil(lambda: model.selection is not None and model.selection.note == "soft")


def test_notes_of_two_sessions_are_both_written(
    qtbot: QtBot, model: LibraryModel, library: FakeLibrary
) -> None:
    model.edit_note(RUN_3, "one")
    model.edit_note("run-2", "two")
    with qtbot.waitSignals([model.note_saved, model.note_saved], timeout=5_000):
        model.save_notes()
    notes = {session.id: session.note for session in library.list_sessions()}
    assert (notes[RUN_3], notes["run-2"]) == ("one", "two")


def test_refused_library_is_one_line(
    qtbot: QtBot, background: Background, monkeypatch: pytest.MonkeyPatch, library: FakeLibrary
) -> None:
    def refuse() -> None:
        raise StoreUnavailableError(found="no space", place="library.sqlite")

    monkeypatch.setattr(library, "list_sessions", refuse)
    model = LibraryModel(library, background)
    with qtbot.waitSignal(model.failed, timeout=5_000) as blocker:
        model.refresh()
    assert blocker.args == ["library.sqlite: found no space"]
    assert model.is_loaded
