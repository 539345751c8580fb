from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import Edit
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import Facet, SessionRow, SortOrder
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


def _listed(model: LibraryModel) -> list[str]:
    return [row.summary.id for row in model.rows if isinstance(row, SessionRow)]


def test_archive_takes_away_and_restore_brings_back(qtbot: QtBot, model: LibraryModel) -> None:
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.archive(RUN_3)
    assert RUN_3 not in _listed(model)
    assert len(model.sessions) == 13
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.restore(RUN_3)
    assert RUN_3 in _listed(model)


def test_the_archive_is_a_filter_of_its_own(qtbot: QtBot, model: LibraryModel) -> None:
    assert model.counts(Facet.ARCHIVE) == []
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.archive("moor-1")
    assert model.counts(Facet.ARCHIVE) == [("Archived", 1)]
    assert "Moor Lane" not in dict(model.counts(Facet.TRACK))
    model.show_archive()
    assert _listed(model) == ["moor-1"]
    assert (model.selected_id, model.n_fitting, model.n_listed) == ("moor-1", 1, 1)
    assert model.counts(Facet.TRACK) == [("Moor Lane", 1)]
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.restore("moor-1")
    assert _listed(model) == []
    model.clear_filters()
    assert len(_listed(model)) == 14


def test_an_archived_run_holds_no_record_among_the_others(
    qtbot: QtBot, model: LibraryModel
) -> None:
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.archive(RUN_3)
    row = next(r for r in model.rows if isinstance(r, SessionRow) and r.summary.id == "run-2")
    assert row.is_record


def test_tags_are_an_edit_that_can_be_taken_back(
    qtbot: QtBot, model: LibraryModel, library: FakeLibrary
) -> None:
    edits: list[Edit] = []
    model.edited.connect(edits.append)
    with qtbot.waitSignals([model.edited, model.changed], timeout=5_000):
        model.set_tags("run-2", ("wet",))
    with qtbot.waitSignal(model.changed, timeout=5_000):
        edits[0].undo()
    found = model.find("run-2")
    assert found is not None
    assert found.tags == ()
    n_calls = library.calls.count("set_tags")
    model.set_tags("run-2", ())
    assert library.calls.count("set_tags") == n_calls


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
