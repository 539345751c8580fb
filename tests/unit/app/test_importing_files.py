"""Files that are hard to import: odd names, no files at all, files that change meanwhile."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from apexlab_desktop.app import import_session, list_sessions
from apexlab_desktop.app.opening import load_raw
from apexlab_desktop.app.records import ImportStatus
from tests.e2e.command_line import apexlab
from tests.unit.importers import files

STATUS_FILE = 4


pytestmark = pytest.mark.usefixtures("apexlab_home")


def recording(folder: Path, name: str = "session.csv") -> Path:
    return files.write(folder / name, files.text())


def odd_name(folder: Path) -> Path:
    path = folder / os.fsdecode(b"caf\xe9.csv")
    try:
        return recording(folder, path.name)
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")


def test_a_name_that_is_no_utf8_is_imported_and_shown(tmp_path: Path) -> None:
    path = odd_name(tmp_path)
    outcome = import_session(path)
    assert outcome.status is ImportStatus.IMPORTED, outcome.error
    assert outcome.path.endswith("caf\ufffd.csv")
    (summary,) = list_sessions()
    assert summary.file_name == "caf\ufffd.csv"
    assert load_raw(path)[2].endswith("caf\ufffd.csv")


@pytest.mark.parametrize("command", ["import", "laps", "inspect"])
def test_every_command_prints_a_name_that_is_no_utf8(tmp_path: Path, command: str) -> None:
    path = odd_name(tmp_path)
    said = apexlab(command, path)
    assert said.status == 0, said.err
    said.out.encode()
    said = apexlab(command, path, "--json")
    assert "caf\ufffd.csv" in json.dumps(said.document, ensure_ascii=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("command", ["import", "laps", "inspect"])
def test_a_pipe_is_refused_in_one_line(tmp_path: Path, command: str) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    said = apexlab(command, path)
    assert said.status == STATUS_FILE
    (line,) = said.err.strip().splitlines()
    assert "a pipe or a device" in line
    assert "pipe.csv" in line


def test_a_file_that_is_replaced_before_it_is_read_is_not_stored(tmp_path: Path) -> None:
    path = recording(tmp_path)
    other = files.write(tmp_path / "other.csv", files.text(files.rows(700)))
    outcome = import_session(path, progress=lambda _share: replace_once(other, path))
    assert outcome.status is ImportStatus.FAILED
    assert "still being written" in outcome.error
    assert not list_sessions()
    assert import_session(path).status is ImportStatus.IMPORTED


def replace_once(other: Path, path: Path) -> None:
    if other.exists():
        other.replace(path)
