"""The taxonomy of errors. Classes carry data; the words for people are made at the edges."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self


class ApexLabError(Exception):
    """Root of every error that ApexLab raises on purpose.

    Attributes
    ----------
    expected, found, place, advice : str
        What was expected, what was found, where, and what the user can do. Empty when unknown.
    """

    def __init__(
        self, *, expected: str = "", found: str = "", place: str = "", advice: str = ""
    ) -> None:
        self.expected = expected
        self.found = found
        self.place = place
        self.advice = advice
        super().__init__(self.one_line())

    def at(self, place: str) -> Self:
        """Return the same error with its place, for a caller who knows it."""
        return type(self)(expected=self.expected, found=self.found, place=place, advice=self.advice)

    def one_line(self) -> str:
        """Return expected, found, place and advice as one clear line."""
        head = "; ".join(
            part
            for part in (
                f"expected {self.expected}" if self.expected else "",
                f"found {self.found}" if self.found else "",
            )
            if part
        )
        if self.place:
            head = f"{self.place}: {head}" if head else self.place
        if self.advice:
            head = f"{head}. {self.advice}" if head else self.advice
        return _on_one_line(head) or type(self).__name__


def _on_one_line(text: str) -> str:
    """Return the text without line breaks or terminal codes: it may quote a damaged file."""
    # A no-break space is printable enough: it holds a number and its unit together.
    plain = "".join(c if c.isprintable() or c == "\u00a0" else " " for c in text)
    return re.sub(" {2,}", " ", plain).strip(" ")


class ImporterError(ApexLabError):
    """A file cannot be used.

    Attributes
    ----------
    path : Path or None
        The file, filled in by the registry.
    """

    path: Path | None = None


class UnsupportedFormatError(ImporterError):
    """No importer knows this file, or this kind of export lacks what is needed."""


class TruncatedFileError(ImporterError):
    """The file ends before the data it announces."""


class CorruptFileError(ImporterError):
    """The file contradicts itself or its format."""


class MissingChannelError(ImporterError):
    """A channel without which nothing can be computed is absent."""


class AnalysisError(ApexLabError):
    """A quantity cannot be computed from the data at hand."""


class InsufficientDataError(AnalysisError):
    """Too few samples, laps or channels."""


class NoLapsError(AnalysisError):
    """The session holds no lap, or not the lap that was asked for."""


class ExpressionError(AnalysisError):
    """A formula cannot be read, or its units do not fit.

    Attributes
    ----------
    text : str
        The formula.
    position : int
        Index of the character where it went wrong.
    """

    text: str = ""
    position: int = 0


class StoreError(ApexLabError):
    """The library cannot be read or written."""


class UnfitNameError(StoreError):
    """A name that nothing in the library can have: wrong usage, whatever is in it."""


class StoreUnavailableError(StoreError):
    """The library cannot be opened: disk, permission, lock or damage."""


class SchemaTooNewError(StoreError):
    """The library was made by a newer version of ApexLab."""


class EnvironmentFaultError(ApexLabError):
    """Something of the machine is missing or full: a system library, disk space, a display."""


class ProtectedFileError(ApexLabError):
    """Writing there would replace a recording of the user's."""


class UnknownWordError(ApexLabError):
    """A word of the command line that stands for nothing, whatever the file: wrong usage."""


class CancelledError(ApexLabError):
    """The user cancelled the work; nothing was changed."""
