import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

APT_SIMULATION = """\
Reading package lists...
The following NEW packages will be installed:
  libgl1 libglvnd0
Inst libglvnd0 (1.6.0-1 Debian:12.11/oldstable [amd64])
Inst libgl1 (1.6.0-1+b1 Debian:12.11/oldstable [amd64])
Conf libglvnd0 (1.6.0-1 Debian:12.11/oldstable [amd64])
"""


def test_without_a_command_the_usage_is_shown() -> None:
    done = subprocess.run([sys.executable, dev.__file__], capture_output=True, text=True)
    assert done.returncode == 2
    assert "python3 dev.py run" in done.stdout


def test_the_absent_server_is_said_in_one_line() -> None:
    done = subprocess.run([sys.executable, dev.__file__, "server"], capture_output=True, text=True)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


def test_an_old_python_without_a_newer_one_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(SystemExit) as stopped:
        dev.ensure_python()
    assert stopped.value.code == 3
    assert "needs Python 3.11-3.13; this is 3.8" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the newer Python")
def test_an_old_python_hands_over_to_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\nexit 42\n')
    newer.chmod(0o755)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as stopped:
        dev.ensure_python()
    assert stopped.value.code == 42


def test_missing_libraries_are_named_for_three_package_managers() -> None:
    lines = dev.install_lines([dev.QT_LIBRARIES[0], dev.QT_LIBRARIES[1]]).splitlines()
    assert [line.split("install")[-1].split("-S")[-1].split()[-1] for line in lines] == [
        "libgl1",
        "libglvnd-glx",
        "libglvnd",
    ]


def test_a_library_that_is_not_there_is_found_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = ("libapexlab-none.so.9", "a", "b", "c")
    monkeypatch.setattr(dev, "QT_LIBRARIES", (absent,))
    monkeypatch.setattr(dev, "is_linux", lambda: True)
    assert dev.missing_libraries(for_window=False) == [absent]


def test_without_apt_the_lines_are_printed_and_the_status_is_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "missing_libraries", lambda **_: [dev.QT_LIBRARIES[0]])
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit) as stopped:
        dev.ensure_libraries(for_window=False)
    assert stopped.value.code == 3
    assert "dnf install libglvnd-glx" in capsys.readouterr().err


def test_the_packages_to_unpack_are_what_apt_would_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "output_of", lambda _: APT_SIMULATION)
    assert dev.packages_to_unpack(["libgl1"], []) == ["libglvnd0=1.6.0-1", "libgl1=1.6.0-1+b1"]


def test_no_way_known_to_apt_gives_nothing_to_unpack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "output_of", lambda _: None)
    assert dev.packages_to_unpack(["libgl1"], []) == []


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_the_stamp_changes_with_what_is_wanted(
    changed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    before = dev.stamp()
    assert dev.stamp() == before
    (tmp_path / changed).write_text("two")
    assert dev.stamp() != before


def test_unpacked_libraries_come_first_for_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "SYSLIBS", tmp_path)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/foreign")
    env = dev.child_environment()
    places = env["LD_LIBRARY_PATH"].split(os.pathsep)
    assert places[0].startswith(str(tmp_path / "usr/lib"))
    assert places[-1] == "/elsewhere"
    assert "PYTHONPATH" not in env


@pytest.mark.parametrize(
    ("codes", "expected"), [((0, 0), 0), ((0, 5), 0), ((5, 0), 0), ((5, 5), 5), ((1, 5), 1)]
)
def test_a_half_without_tests_does_not_fail_the_run(
    codes: tuple[int, int], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(codes)
    monkeypatch.setattr(dev, "ensure_set_up", lambda **_: None)
    monkeypatch.setattr(dev, "call", lambda *_: next(answers))
    assert dev.test([]) == expected


def test_files_are_opened_by_their_full_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[list[str]] = []

    def record(command: list[str], env: dict[str, str]) -> int:
        calls.append(command)
        return 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dev, "ensure_set_up", lambda **_: None)
    monkeypatch.setattr(dev, "call", record)
    assert dev.run(["--headless", "lap.csv"]) == 0
    assert calls[0][-3:] == ["open", "--headless", str(tmp_path / "lap.csv")]
