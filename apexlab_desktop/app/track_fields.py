"""The fields of a track file, each read with its limits: a bad one is named in one line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apexlab_desktop.errors import CorruptFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_WORD = 200


def not_a_track(
    file: str, field: str, expected: str, found: str, advice: str = ""
) -> CorruptFileError:
    """Return the error about one field of a track file, or about the whole of it."""
    return CorruptFileError(
        expected=expected,
        found=found,
        place=f"{file}, {field}" if field else file,
        advice=advice or "Nothing was changed.",
    )


class Fields:
    """One object of a track file.

    Parameters
    ----------
    values : mapping of str to object
    file : str
        For errors.
    path : str
        Of the object in the document.
    """

    def __init__(self, values: Mapping[str, Any], file: str, path: str = "") -> None:
        self._values = values
        self._file = file
        self._path = path

    def wrong(self, key: str, expected: str, found: str) -> CorruptFileError:
        """Return the error about one field."""
        return not_a_track(self._file, self._path + key, expected, found)

    def _value(self, key: str) -> Any:
        if key not in self._values:
            raise self.wrong(key, "a value", "none")
        return self._values[key]

    def _unfit(self, key: str, expected: str, value: object) -> CorruptFileError:
        shown = repr(value)
        return self.wrong(key, expected, shown if len(shown) <= 40 else type(value).__name__)

    def word(self, key: str, *, least: int = 0, most: int = LONGEST_WORD) -> str:
        """Return a text on one line."""
        value = self._value(key)
        if not isinstance(value, str) or not value.isprintable():
            raise self._unfit(key, "a text on one line", value)
        if not least <= len(value) <= most:
            raise self.wrong(key, f"{least} to {most} characters", f"{len(value)}")
        return value

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """Return one of a few words."""
        value = self.word(key)
        if value not in words:
            raise self._unfit(key, " or ".join(repr(word) for word in words), value)
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self._unfit(key, "true or false", value)
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number between limits."""
        return self._number(key, self._value(key), low, high)

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number between limits."""
        value = self.number(key, low, high)
        if value != int(value):
            raise self._unfit(key, "a whole number", value)
        return int(value)

    def _number(self, key: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unfit(key, "a number", value)
        # A whole number of JSON may be too large for a float.
        if not low <= value <= high or not math.isfinite(value):
            raise self._unfit(key, f"{low:g} to {high:g}", value)
        return float(value)

    def numbers(self, key: str, low: float, high: float, fewest: int, most: int) -> list[float]:
        """Return a list of numbers between limits."""
        values = self._list(key, most)
        if len(values) < fewest:
            raise self.wrong(key, f"{fewest} values or more", f"{len(values)}")
        return [
            self._number(f"{key}[{index}]", value, low, high) for index, value in enumerate(values)
        ]

    def items(self, key: str, most: int) -> list[Fields]:
        """Return a list of objects."""
        found = []
        for index, value in enumerate(self._list(key, most)):
            if not isinstance(value, dict):
                raise self._unfit(f"{key}[{index}]", "an object", value)
            found.append(Fields(value, self._file, f"{self._path}{key}[{index}]."))
        return found

    def inside(self, key: str) -> Fields:
        """Return an object inside this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self._unfit(key, "an object", value)
        return Fields(value, self._file, f"{self._path}{key}.")

    def _list(self, key: str, most: int) -> list[Any]:
        value = self._value(key)
        if not isinstance(value, list):
            raise self._unfit(key, "a list", value)
        if len(value) > most:
            raise self.wrong(key, f"up to {most} values", f"{len(value)}")
        return value
