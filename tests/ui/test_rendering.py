"""A worksheet as a picture, by the command line: Compare, or one that the user made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from apexlab_desktop.app import ensure_demo_session, save_worksheets
from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.ui.viewmodels.worksheets import BUILT_IN, COMPARE
from tests.e2e.command_line import apexlab

SPEED_ONLY = Worksheet(id="s", name="Only speed", plots=("speed_mps",))


def render(session_id: str, worksheet: str, out: Path) -> QImage:
    said = apexlab("render", session_id, "--worksheet", worksheet, "-o", out, "--size", "1280x720")
    assert said.status == 0, said.err
    return QImage(str(out))


@pytest.mark.usefixtures("qapp", "apexlab_home")
def test_a_worksheet_of_the_user_is_drawn_with_its_plots(tmp_path: Path) -> None:
    session_id = ensure_demo_session()
    save_worksheets((COMPARE, SPEED_ONLY))
    compare = render(session_id, "compare", tmp_path / "compare.png")
    own = render(session_id, "only SPEED", tmp_path / "own.png")
    assert own.size() == compare.size()
    assert own != compare
    assert own == render(session_id, "Only speed", tmp_path / "again.png")


@pytest.mark.usefixtures("qapp", "apexlab_home")
def test_a_worksheet_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    save_worksheets((SPEED_ONLY, COMPARE))
    said = apexlab("render", "any", "--worksheet", "Nope", "-o", tmp_path / "x.png")
    assert said.status == 2
    assert all(sheet.name in said.err for sheet in (*BUILT_IN, SPEED_ONLY))
    assert "Only speed, not 'Nope'" in said.err
