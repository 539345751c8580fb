"""The report of the session: asked for, written in the background, told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from apexlab_desktop.app.reporting import write_report
from apexlab_desktop.errors import EnvironmentFaultError
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.session_report import report_name
from apexlab_desktop.ui.use_cases import AppUseCases
from apexlab_desktop.ui.widgets.buttons import Button
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import FakeLibrary

GLUE = "\u00a0"


def button(started: Started) -> Button:
    found = started.window.analysis.tabs.findChildren(Button)
    return next(b for b in found if b.accessibleName() == "Report")


def told(started: Started) -> str:
    return started.window.toast.text


def dialog(started: Started) -> QFileDialog:
    session = started.models.laps.session
    assert session is not None
    return started.controller.report.made_dialog(session)


def test_there_is_no_report_without_a_session(open_window: Opener) -> None:
    started = open_window()
    assert button(started).isHidden()
    assert not started.models.commands.action("file.report").isEnabled()


def test_the_report_has_the_laps_on_screen_and_the_units_read(
    qtbot: QtBot, compare_window: Started, tmp_path: Path
) -> None:
    assert not button(compare_window).isHidden()
    laps = compare_window.models.laps
    laps.make_slot_reference(1)
    laps.toggle_slot_shown(2)
    compare_window.controller.toggle_units()
    path = tmp_path / "report.pdf"
    compare_window.controller.report.write(path)
    qtbot.waitUntil(lambda: told(compare_window) == "Report written: report.pdf", timeout=WAIT_MS)
    assert path.read_text() == "run-3 [10, 5] mph"


def test_a_report_that_cannot_be_written_is_one_clear_line(
    qtbot: QtBot, compare_window: Started, tmp_path: Path
) -> None:
    library = compare_window.models.use_cases
    assert isinstance(library, FakeLibrary)
    library.report_error = EnvironmentFaultError(
        expected="a folder that can be written to", found="no permission", place="report.pdf"
    )
    compare_window.controller.report.write(tmp_path / "report.pdf")
    qtbot.waitUntil(lambda: "no permission" in told(compare_window), timeout=WAIT_MS)
    assert "\n" not in told(compare_window)


def test_the_dialog_offers_pdf_and_html_under_the_name_of_the_session(
    compare_window: Started,
) -> None:
    asked = dialog(compare_window)
    assert asked.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert Path(asked.selectedFiles()[0]).name == "Ridgeline Park 14 Jun 2026.pdf"
    asked.filterSelected.emit("HTML (*.html)")
    assert asked.defaultSuffix() == "html"
    asked.deleteLater()


@pytest.mark.parametrize(("is_there", "expected"), [(False, "notes.txt.pdf"), (True, "")])
def test_another_suffix_gets_one_of_a_report_but_never_over_a_file(
    qtbot: QtBot, compare_window: Started, tmp_path: Path, is_there: bool, expected: str
) -> None:
    if is_there:
        (tmp_path / "notes.txt.pdf").write_text("mine")
    asked = dialog(compare_window)
    asked.fileSelected.connect(lambda name: compare_window.controller.report.on_chosen(asked, name))
    asked.fileSelected.emit(str(tmp_path / "notes.txt"))
    qtbot.waitUntil(lambda: bool(told(compare_window)), timeout=WAIT_MS)
    if is_there:
        assert "exists already" in told(compare_window)
        assert (tmp_path / "notes.txt.pdf").read_text() == "mine"
    else:
        assert told(compare_window) == f"Report written: {expected}"
    asked.deleteLater()


@pytest.mark.parametrize(
    ("title", "meta", "name"),
    [
        ("Spa", f"14{GLUE}Jun 2026, 10:42{GLUE * 3}GT86", "Spa 14 Jun 2026.pdf"),
        ("a/b:c", "No date", "a b c.pdf"),
        ("\u9234\u9e7f", f"01{GLUE}Jan 2026, 09:00", "\u9234\u9e7f 01 Jan 2026.pdf"),
        ("x" * 300, "", "x" * 120 + ".pdf"),
    ],
)
def test_names_are_fit_for_every_system(title: str, meta: str, name: str) -> None:
    assert report_name(title, meta) == name


@pytest.mark.parametrize(("suffix", "head"), [(".pdf", b"%PDF-"), (".html", b"<!doctype html>")])
def test_the_program_writes_what_the_command_line_writes(
    apexlab_home: Path, tmp_path: Path, suffix: str, head: bytes
) -> None:
    use_cases = AppUseCases()
    session_id = use_cases.ensure_demo_session()
    out = tmp_path / f"report{suffix}"
    use_cases.write_report(session_id, out, laps=[], imperial=False)
    assert out.read_bytes()[: len(head)].lower() == head.lower()
    told = tmp_path / f"told{suffix}"
    write_report(session_id, told, laps=None, imperial=False)
    assert told.read_bytes() == out.read_bytes()
