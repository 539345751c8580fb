"""The files of cars, tyres and brake pads, read and checked."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apexlab_desktop.app.files import shown
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.paths import data_home, resource_path

_DRIVETRAINS = ("rwd", "fwd", "awd")
_MASS_BASES = ("curb", "din", "eu")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Row:
    """One row of a file.

    Attributes
    ----------
    key : str
        Unique in all files of its kind; a file of the user's may replace a row of ours.
    cells : dict of str to str
        Column to text; empty where a fact is not published.
    place : str
        File and line, for people.
    """

    key: str
    cells: dict[str, str]
    place: str

    @property
    def words(self) -> frozenset[str]:
        """Return the words that the row can be found by."""
        return words_of(f"{self.key} {self.text('brand')} {self.text('model')}")

    def text(self, column: str) -> str:
        """Return a cell, empty without one."""
        return self.cells.get(column, "")

    def number(self, column: str) -> float | None:
        """Return a cell as a number, None where it is empty.

        Raises
        ------
        CorruptFileError
            If it is something else.
        """
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise CorruptFileError(
                expected=f"a number for {column}", found=repr(text[:40]), place=self.place
            )
        return value

    def required(self, column: str) -> float:
        """Return a cell as a number above 0.

        Raises
        ------
        CorruptFileError
            If it is empty or something else.
        """
        value = self.number(column)
        if value is None or value <= 0.0:
            raise CorruptFileError(
                expected=f"{column} above 0",
                found=repr(self.text(column)) if value is not None else "nothing",
                place=self.place,
            )
        return value


def words_of(text: str) -> frozenset[str]:
    """Return the words of a name: `MX-5 Miata (ND)` has `mx`, `5`, `miata` and `nd`."""
    return frozenset(re.findall(r"[a-z0-9.]+", text.lower()))


def cars() -> dict[str, Row]:
    """Return all cars by their key."""
    rows = _table("vehicles", "cars.csv", ("mass_kg", "power_kw"))
    for row in rows.values():
        _check_word(row, "drivetrain", _DRIVETRAINS)
        _check_word(row, "mass_basis", _MASS_BASES)
    return rows


def tyre_categories() -> dict[str, Row]:
    """Return the categories of tyres by their key."""
    numbers = ("mu", "ellipse_exponent", "load_exponent", "brake_ratio", "slip_deg")
    path = resource_path("tyres", "categories.csv")
    return {row.key: row for row in _rows(path, numbers)}


def tyres() -> dict[str, Row]:
    """Return all tyres by their key."""
    rows = _table("tyres", "tyres.csv", ("treadwear",))
    for row in rows.values():
        _check_word(row, "category", tuple(tyre_categories()))
    return rows


def brake_pads() -> dict[str, Row]:
    """Return all brake pads by their key."""
    return _table("brake_pads", "pads.csv", ())


def _table(folder: str, name: str, numbers: Sequence[str]) -> dict[str, Row]:
    """Return our rows and those of every CSV file in the user's folder of that name."""
    rows: dict[str, Row] = {row.key: row for row in _rows(resource_path(folder, name), numbers)}
    own = data_home() / folder
    for path in sorted(own.glob("*.csv")) if own.is_dir() else ():
        rows |= {row.key: row for row in _rows(path, numbers)}
    return rows


def _rows(path: Path, numbers: Sequence[str]) -> list[Row]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorruptFileError(
            expected="a CSV file in UTF-8", found=str(error), place=shown(path)
        ) from error
    found: dict[str, Row] = {}
    for line, cells in enumerate(csv.DictReader(lines), start=2):
        row = Row(
            key=(cells.get("key") or "").strip().lower(),
            cells={k: (v or "").strip() for k, v in cells.items() if isinstance(k, str)},
            place=f"{shown(path)}, line {line}",
        )
        if not row.key or row.key in found:
            raise CorruptFileError(
                expected="a key of its own in every row", found=repr(row.key), place=row.place
            )
        for column in numbers:
            row.required(column)
        found[row.key] = row
    return list(found.values())


def _check_word(row: Row, column: str, words: Sequence[str]) -> None:
    if row.text(column) not in words:
        raise CorruptFileError(
            expected=f"{column} as one of {', '.join(words)}",
            found=repr(row.text(column)),
            place=row.place,
        )
