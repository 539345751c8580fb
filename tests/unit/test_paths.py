from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop.paths import data_home, resource_path, settings_file


def test_home_variable_moves_every_file(apexlab_home: Path) -> None:
    assert data_home() == apexlab_home
    assert settings_file().parent == apexlab_home


def test_home_is_the_users_folder_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APEXLAB_HOME")
    assert data_home().name == "ApexLab"


def test_resources_are_found_in_the_checkout() -> None:
    assert resource_path("fonts", "Inter_400Regular.ttf").is_file()


def test_frozen_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "mark.txt").write_text("x", encoding="utf-8")
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resource_path("mark.txt") == tmp_path / "resources" / "mark.txt"


def test_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/nothing\.svg"):
        resource_path("icons", "nothing.svg")
