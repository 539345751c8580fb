"""Lines of text that fit a width."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from apexlab_desktop.report.pdf_fonts import Typeface, Weight

_BREAK_AFTER = " -/_,;|"


def wrapped(
    typeface: Typeface, text: str, width: float, size: float, weight: Weight = Weight.REGULAR
) -> list[str]:
    """Return the text as lines no wider than `width` [pt]; at least one line.

    Breaks after spaces and joints, anywhere in Japanese, and inside a word that is wider than
    the line.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if not line or typeface.width((line + piece).rstrip(" "), size, weight) <= width:
            line += piece
        else:
            lines.append(line)
            line = piece
        while typeface.width(line.rstrip(" "), size, weight) > width and len(line) > 1:
            fitting = _fitting(typeface, line, width, size, weight)
            lines.append(line[:fitting])
            line = line[fitting:]
    return [one.rstrip(" ") for one in (*lines, line)]


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts between which a line may break."""
    piece = ""
    for char in text:
        if piece and _is_wide(char):
            yield piece
            piece = ""
        piece += char
        if char in _BREAK_AFTER or _is_wide(char):
            yield piece
            piece = ""
    if piece:
        yield piece


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def _fitting(typeface: Typeface, line: str, width: float, size: float, weight: Weight) -> int:
    """Return how many characters of a too long word fit, at least one."""
    low, high = 1, len(line)
    while high - low > 1:
        middle = (low + high) // 2
        if typeface.width(line[:middle], size, weight) <= width:
            low = middle
        else:
            high = middle
    return low
