"""Windows for tests: real panels and models, invented library, no disk but a temporary folder."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.main import Started, make_application, make_window
from tests.ui.fake_library import FakeLibrary

WAIT_MS = 5_000

Opener = Callable[..., Started]


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.shutdown()


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Iterator[Opener]:
    """Return what opens a window over a fake library; all are closed afterwards."""
    make_application(["apexlab"])
    opened: list[Started] = []

    def make(library: FakeLibrary | None = None, **values: object) -> Started:
        settings = SettingsFile(tmp_path / "settings.json")
        settings.update(**values)
        started = make_window(library or FakeLibrary(), settings)
        opened.append(started)
        started.window.resize(1280, 720)
        with qtbot.waitSignal(started.controller.ready, timeout=WAIT_MS):
            started.window.show()
        qtbot.waitUntil(lambda: started.models.library.is_loaded, timeout=WAIT_MS)
        return started

    yield make
    for started in opened:
        started.window.close()
        started.close()
        started.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def compare_window(qtbot: QtBot, open_window: Opener) -> Started:
    """A window whose analysis shows the laps 5, 10 and 12 of the third run."""
    started = open_window()
    with qtbot.waitSignal(started.models.laps.compared, timeout=WAIT_MS):
        started.controller.open_session("run-3")
    return started
