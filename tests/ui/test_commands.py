from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from apexlab_desktop.paths import resource_path
from apexlab_desktop.ui.command_table import COMMANDS, Context
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.viewmodels.key_sheet import key_columns
from apexlab_desktop.ui.viewmodels.palette_items import place_in_metres
from apexlab_desktop.ui.widgets.key_cap import caps_of


@pytest.mark.parametrize("context", [Context.LIBRARY, Context.COMPARE])
def test_no_two_commands_share_a_key_where_both_work(context: Context) -> None:
    keys = Counter(
        QKeySequence(key).toString()
        for command in COMMANDS
        if command.context in (Context.WINDOW, context)
        for key in command.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_ids_are_unique_and_every_key_is_understood() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        for key in command.keys:
            assert not QKeySequence(key).isEmpty(), key
            (combination,) = list(QKeySequence(key))  # type: ignore[call-overload]  # not typed
            assert combination.key().name != "Key_unknown", key


def test_every_command_has_an_icon() -> None:
    for command in COMMANDS:
        assert resource_path("icons", f"{command.icon}.svg").is_file()


def test_the_sheet_shows_every_command_that_has_a_key(qapp: QApplication) -> None:
    commands = Commands()
    words = {
        row.words for column in key_columns(commands) for section in column for row in section.rows
    }
    assert {command.short for command in COMMANDS if command.keys} <= words


def test_the_sheet_reads_live_bindings(qapp: QApplication) -> None:
    commands = Commands()
    commands.action("plots.grid").setShortcut(QKeySequence("F7"))
    rows = [row for column in key_columns(commands, "grid") for s in column for row in s.rows]
    assert [row.combinations for row in rows] == [(("F7",),)]


def test_a_row_of_digits_is_one_cap(qapp: QApplication) -> None:
    columns = key_columns(Commands(), "make it the reference")
    assert columns[2][0].rows[0].combinations == (("1 \u2026 9",),)


@pytest.mark.parametrize(
    ("sequence", "caps"),
    [
        ("Ctrl+Shift+T", ["Ctrl", "Shift", "T"]),
        ("+", ["+"]),
        ("Ctrl++", ["Ctrl", "+"]),
        ("-", ["\u2212"]),
        ("Del", ["Delete"]),
    ],
)
def test_caps_of_a_sequence(sequence: str, caps: list[str]) -> None:
    assert caps_of(sequence) == caps


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("1950 m", 1950.0),
        ("1,950m", 1950.0),
        ("1.95 km", 1950.0),
        ("1000 ft", 304.8),
        ("lap 7", None),
        ("1950", None),
        (".. m", None),
    ],
)
def test_places_are_understood(text: str, metres: float | None) -> None:
    assert place_in_metres(text) == (None if metres is None else pytest.approx(metres))
