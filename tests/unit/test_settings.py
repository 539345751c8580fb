from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from apexlab_desktop.settings import SCHEMA_VERSION, Settings, SettingsFile, settings_from


def _write(path: Path, **values: object) -> None:
    path.write_text(json.dumps({"schema": SCHEMA_VERSION, **values}), encoding="utf-8")


def test_absent_file_gives_defaults(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "settings.json").values == Settings()


def test_saved_values_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    file = SettingsFile(path)
    file.update(
        theme="sunlight", compared_laps=(("a", 5), ("b", 7)), reference_lap=("a", 5),
        zoom_range_m=(100.0, 250.5),
    )  # fmt: skip
    file.save()
    assert SettingsFile(path).values == file.values


def test_save_leaves_one_file_and_no_draft(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.save()
    file.save()
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    file = SettingsFile(path)
    file.save()
    before = path.read_bytes()
    file.update(theme="light")

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        file.save()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 99, "theme": "light"}', b"[" * 100_000],
    ids=["empty", "cut off", "no text", "list", "newer schema", "nested"],
)
def test_unusable_file_gives_defaults_and_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert SettingsFile(path).values == Settings()
    assert (tmp_path / "settings.kept-1.json").read_bytes() == content


def test_same_broken_file_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"{")
    SettingsFile(path)
    SettingsFile(path)
    assert len(list(tmp_path.glob("settings.kept-*.json"))) == 1


def test_one_wrong_value_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    _write(path, theme="pink", units="imperial")
    file = SettingsFile(path)
    assert (file.values.theme, file.values.units) == ("dark", "imperial")
    assert file.problems == ("theme",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zoom_range_m", [5, 1]),
        ("zoom_range_m", [1]),
        ("zoom_range_m", [True, 2]),
        ("compared_laps", [["a", "5"]]),
        ("compared_laps", [["a", True]]),
        ("reference_lap", ["a"]),
        ("reduce_motion", 1),
        ("window_geometry", 7),
    ],
)
def test_value_of_another_kind_is_not_taken(name: str, value: object) -> None:
    values, problems = settings_from({"schema": SCHEMA_VERSION, name: value})
    assert getattr(values, name) == getattr(Settings(), name)
    assert problems == (name,)


def test_undeclared_name_in_the_file_keeps_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    _write(path, theme="light", wheel_speed=3)
    assert SettingsFile(path).values.theme == "light"
    assert (tmp_path / "settings.kept-1.json").exists()


def test_undeclared_name_in_code_raises() -> None:
    with pytest.raises(TypeError):
        SettingsFile(Path("nowhere.json")).update(wheel_speed=3)
    with pytest.raises(AttributeError):
        _ = Settings().wheel_speed  # type: ignore[attr-defined]


def test_every_setting_says_since_when_and_what_it_may_hold() -> None:
    for item in dataclasses.fields(Settings):
        assert item.metadata["since"]
        assert item.metadata["check"](item.default), item.name
