from __future__ import annotations

import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.errors import CancelledError, StoreError
from apexlab_desktop.ui.background import Background, CancelToken


def _unexpected(error: Exception) -> None:
    raise AssertionError(error)


def _note(done: list[int], n: int, _result: object) -> None:
    done.append(n)


def test_result_arrives_on_the_ui_thread(qtbot: QtBot, background: Background) -> None:
    seen: list[tuple[int, QThread]] = []
    background.query(lambda _: 42, lambda n: seen.append((n, QThread.currentThread())), _unexpected)
    qtbot.waitUntil(lambda: bool(seen))
    app = QApplication.instance()
    assert app is not None
    assert seen == [(42, app.thread())]


def test_work_runs_elsewhere(qtbot: QtBot, background: Background) -> None:
    seen: list[int] = []
    background.query(lambda _: threading.get_ident(), seen.append, _unexpected)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] != threading.get_ident()


def test_changes_run_one_after_the_other(qtbot: QtBot, background: Background) -> None:
    running, most = [0], [0]
    done: list[int] = []

    def work(_token: CancelToken) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        threading.Event().wait(0.01)
        running[0] -= 1

    for n in range(5):
        background.change(work, partial(_note, done, n), _unexpected)
    qtbot.waitUntil(lambda: len(done) == 5)
    assert most == [1]
    assert done == [0, 1, 2, 3, 4]


def test_error_reaches_its_handler(qtbot: QtBot, background: Background) -> None:
    errors: list[Exception] = []

    def work(_token: CancelToken) -> None:
        raise StoreError(found="nothing")

    background.query(work, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], StoreError)


@pytest.mark.allow_warnings_logged
def test_unexpected_error_is_logged_and_told(
    qtbot: QtBot, background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception] = []
    background.query(lambda _: 1 / 0, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert "work failed" in caplog.text


def test_dropped_work_says_nothing(qtbot: QtBot, background: Background) -> None:
    gate = threading.Event()
    seen: list[object] = []
    task = background.query(lambda _: gate.wait(5), seen.append, _unexpected)
    task.drop()
    gate.set()
    qtbot.waitUntil(lambda: not background.is_busy)
    assert seen == []


def test_result_for_a_closed_panel_is_dropped(qtbot: QtBot, background: Background) -> None:
    gate, owner = threading.Event(), QObject()
    seen: list[object] = []
    background.query(lambda _: gate.wait(5), seen.append, _unexpected, owner=owner)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed):
        pass
    gate.set()
    qtbot.waitUntil(lambda: not background.is_busy)
    assert seen == []


def test_cancelled_work_stops_at_its_next_check(qtbot: QtBot, background: Background) -> None:
    errors: list[Exception] = []
    started = threading.Event()

    def work(token: CancelToken) -> None:
        started.set()
        while not token.is_cancelled:
            threading.Event().wait(0.001)
        token.check()

    task = background.query(work, lambda _: None, errors.append)
    assert started.wait(5)
    task.cancel()
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], CancelledError)


def test_shutdown_cancels_and_delivers_nothing(qtbot: QtBot) -> None:
    background = Background()
    seen: list[object] = []

    def work(token: CancelToken) -> None:
        while not token.is_cancelled:
            threading.Event().wait(0.001)

    background.query(work, seen.append, seen.append)
    background.shutdown()
    QApplication.processEvents()
    assert seen == []


def test_changes_asked_for_before_shutdown_are_made(qtbot: QtBot) -> None:
    background, made = Background(), []
    gate = threading.Event()
    background.change(lambda _: gate.wait(5), lambda _: None, _unexpected)
    background.change(lambda _: made.append("note"), lambda _: None, _unexpected)
    gate.set()
    background.shutdown()
    assert made == ["note"]
