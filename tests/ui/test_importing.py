from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.viewmodels.importing import ImportJob, ImportModel, JobState
from tests.ui.fake_library import NOTICES, FakeLibrary


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def model(library: FakeLibrary, background: Background) -> ImportModel:
    return ImportModel(library, background)


def _import(qtbot: QtBot, model: ImportModel, *names: str) -> list[ImportJob]:
    with qtbot.waitSignal(model.batch_ended, timeout=5_000) as blocker:
        model.start([Path(name) for name in names])
    assert blocker.args is not None
    return list(blocker.args[0])


def test_files_given_at_once_end_as_one_batch_in_order(qtbot: QtBot, model: ImportModel) -> None:
    jobs = _import(qtbot, model, "a.csv", "run-3.csv", "c.bad")
    assert [job.state for job in jobs] == [JobState.IMPORTED, JobState.KNOWN, JobState.FAILED]


def test_only_failed_files_stay_on_the_list(qtbot: QtBot, model: ImportModel) -> None:
    _import(qtbot, model, "a.csv", "c.bad")
    assert [job.path.name for job in model.jobs] == ["c.bad"]
    assert "expected the line" in model.jobs[0].error
    model.dismiss(model.jobs[0])
    assert model.jobs == ()


def test_progress_is_told_and_never_goes_back(
    qtbot: QtBot, model: ImportModel, library: FakeLibrary
) -> None:
    shares: list[float] = []
    model.job_changed.connect(lambda job: shares.append(job.share))
    library.gate.clear()
    model.start([Path("a.csv")])
    qtbot.waitUntil(lambda: 0.5 in shares, timeout=5_000)
    assert model.is_running
    with qtbot.waitSignal(model.batch_ended):
        library.gate.set()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_cancel_stops_all_and_leaves_nothing(
    qtbot: QtBot, model: ImportModel, library: FakeLibrary
) -> None:
    before = [session.id for session in library.list_sessions()]
    library.gate.clear()
    model.start([Path("a.csv"), Path("b.csv")])
    qtbot.waitUntil(lambda: model.jobs[0].state is JobState.READING, timeout=5_000)
    with qtbot.waitSignal(model.batch_ended) as blocker:
        model.cancel_all()
    assert blocker.args is not None
    assert {job.state for job in blocker.args[0]} == {JobState.CANCELLED}
    assert [session.id for session in library.list_sessions()] == before
    assert model.jobs == ()


def test_a_folder_stands_for_its_files(qtbot: QtBot, model: ImportModel, tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    jobs = _import(qtbot, model, str(tmp_path))
    assert [job.path.name for job in jobs] == ["a.csv", "b.csv"]


def test_only_repairs_and_losses_need_attention(
    qtbot: QtBot, model: ImportModel, library: FakeLibrary
) -> None:
    assert _import(qtbot, model, "a.csv")[0].needs_attention
    library.notices = tuple(n for n in NOTICES if n.severity.value in ("info", "ignored"))
    assert not _import(qtbot, model, "b.csv")[0].needs_attention
