"""The rows of the key overlay, read from the live bindings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apexlab_desktop.ui.command_table import COLUMNS, GESTURES, Command, Group
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.viewmodels.library_rows import has_fragments
from apexlab_desktop.ui.widgets.key_cap import caps_of

MOST_COMBINATIONS = 2
ELLIPSIS = "\u2026"
_SAME_KEY = {"Return": "Enter"}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Combinations and what they do."""

    combinations: tuple[tuple[str, ...], ...]
    words: str


@dataclass(frozen=True, slots=True)
class KeySection:
    """A head with its rows."""

    title: str
    rows: tuple[KeyRow, ...]


def key_columns(commands: Commands, query: str = "") -> list[list[KeySection]]:
    """Return the sections of each column; with a query only the rows that hold every fragment."""
    columns = []
    for groups in COLUMNS:
        sections = [
            KeySection(
                group.value,
                tuple(
                    row
                    for row in _rows_of(commands, group)
                    if has_fragments(_searched(group, row), query)
                ),
            )
            for group in groups
        ]
        columns.append([section for section in sections if section.rows])
    return columns


def _searched(group: Group, row: KeyRow) -> str:
    caps = " ".join(cap for combination in row.combinations for cap in combination)
    return f"{group.value} {row.words} {caps}"


def _rows_of(commands: Commands, group: Group) -> list[KeyRow]:
    families: dict[str, list[Command]] = {}
    for command in commands.all:
        if command.group is group and commands.keys(command.id):
            families.setdefault(command.family or command.id, []).append(command)
    rows = [_row(commands, family) for family in families.values()]
    gestures = [KeyRow(((g.cap,),), g.short) for g in GESTURES if g.group is group]
    return rows + gestures


def _row(commands: Commands, family: Sequence[Command]) -> KeyRow:
    if len(family) == 1:
        keys = commands.keys(family[0].id)
    else:
        keys = [commands.keys(command.id)[0] for command in family]
    unique = list(dict.fromkeys(_plain(sequence) for sequence in keys))
    span = _span(unique)
    combinations = span or tuple(tuple(caps_of(k)) for k in unique[:MOST_COMBINATIONS])
    return KeyRow(combinations, family[0].short)


def _plain(sequence: str) -> str:
    if sequence.endswith("+"):
        return sequence
    head, _, last = sequence.rpartition("+")
    last = _SAME_KEY.get(last, last)
    return f"{head}+{last}" if head else last


def _span(keys: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return `1 ... 9` or `1 ... 9, 0` as one cap for digits in a row; empty for others."""
    digits = [re.fullmatch(r"(.*?)(\d)", key) for key in keys]
    if len(keys) < 3 or not all(digits):
        return ()
    found = [match for match in digits if match is not None]
    numbers = [int(match[2]) for match in found]
    heads = {match[1] for match in found}
    # The tenth of a row has the key beside the nine.
    ends_in_zero = numbers[-2:] == [9, 0]
    numbers = numbers[:-1] if ends_in_zero else numbers
    if len(heads) > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return ()
    head = heads.pop().replace("+", " ")
    return ((f"{head}{numbers[0]} {ELLIPSIS} {numbers[-1]}{', 0' if ends_in_zero else ''}",),)
