from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui import fonts, icons
from apexlab_desktop.ui.appearance import palette
from apexlab_desktop.ui.instance_name import may_be_running, server_name
from apexlab_desktop.ui.main import make_application
from apexlab_desktop.ui.single_instance import InstanceServer, hand_over
from apexlab_desktop.ui.stylesheet import stylesheet
from apexlab_desktop.ui.theme import THEMES, Theme

CRASH = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import qWarning
from apexlab_desktop.ui.crash_log import start_crash_log
start_crash_log(Path(sys.argv[1]))
qWarning("a word from Qt")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise ValueError("the last words")
"""


@pytest.fixture
def name(tmp_path: Path) -> str:
    return server_name(tmp_path)


def test_a_second_start_hands_its_files_over(qtbot: QtBot, name: str, tmp_path: Path) -> None:
    server = InstanceServer(name)
    assert may_be_running(name)
    with qtbot.waitSignal(server.called, timeout=5_000) as blocker:
        assert hand_over(name, [tmp_path / "a.csv", tmp_path / "b c.csv"])
    assert blocker.args == [[tmp_path / "a.csv", tmp_path / "b c.csv"]]
    server.close()


def test_the_first_start_finds_nobody(qapp: QApplication, name: str) -> None:
    assert not hand_over(name, [])
    if sys.platform != "win32":
        assert not may_be_running(name)


def test_nonsense_from_another_program_is_passed_over(qtbot: QtBot, name: str) -> None:
    server = InstanceServer(name)
    heard: list[object] = []
    server.called.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    socket.write(b"{nonsense\n")
    socket.waitForBytesWritten(1_000)
    with qtbot.waitSignal(server.called, timeout=5_000):
        assert hand_over(name, [])
    assert heard == [[]]
    server.close()


def test_every_data_folder_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert server_name(tmp_path) == server_name(tmp_path)
    assert server_name(tmp_path) != server_name(tmp_path / "other")


def test_errors_of_all_kinds_reach_the_log(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path)], capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 1
    text = (tmp_path / "apexlab.log").read_text(encoding="utf-8")
    assert "Qt: a word from Qt" in text
    assert "ZeroDivisionError" in text
    assert "ValueError: the last words" in text


def test_digits_have_one_width_also_under_the_style_sheet(qtbot: QtBot) -> None:
    app = make_application(["apexlab"])
    app.setFont(fonts.font())
    app.setStyleSheet(stylesheet(THEMES[next(iter(THEMES))]))
    label = QLabel("1")
    label.setProperty("role", "title")
    qtbot.addWidget(label)
    label.ensurePolished()
    for metrics in (QFontMetrics(fonts.font()), label.fontMetrics()):
        assert metrics.horizontalAdvance("1" * 10) == metrics.horizontalAdvance("8" * 10)
        assert metrics.horizontalAdvance("\u2212") == metrics.horizontalAdvance("+")
    assert label.font().family() == fonts.FAMILY


def test_japanese_names_are_not_boxes(qapp: QApplication) -> None:
    make_application(["apexlab"])
    metrics = QFontMetrics(fonts.font())
    assert metrics.horizontalAdvance("\u9234\u9e7f") >= 2 * 12


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name.value)
def test_sheet_and_palette_are_filled(qapp: QApplication, theme: Theme) -> None:
    assert "$" not in stylesheet(theme)
    assert palette(theme).window().color().name().upper() == theme.app


def test_icons_are_sharp_at_every_ratio(qapp: QApplication) -> None:
    for ratio in (1, 2, 3):
        drawn = icons.pixmap("search", "#FFFFFF", 18, ratio)
        assert drawn.width() == 18 * ratio
        assert drawn.devicePixelRatio() == ratio


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from 3.12 on")
def test_qt_calls_do_not_use_up_none(qapp: QApplication) -> None:
    before = sys.getrefcount(None)
    font = fonts.font().__class__(fonts.font())
    for _ in range(500):
        font.setPixelSize(12)
    assert before - sys.getrefcount(None) < 100
