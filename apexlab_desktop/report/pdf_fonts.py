"""The embedded typefaces: Inter, and Noto Sans JP for what Inter lacks, run by run."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import (
    TTFError,
    TTFont,
)

from apexlab_desktop.errors import EnvironmentFaultError
from apexlab_desktop.report.tabular_digits import tabular_glyphs


class Weight(IntEnum):
    """Weights of the bundled Inter."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600
    BOLD = 700


_FILES = {
    Weight.REGULAR: ("Inter_400Regular.ttf", "Inter-Regular.ttf"),
    Weight.MEDIUM: ("Inter_500Medium.ttf", "Inter-Medium.ttf"),
    Weight.SEMIBOLD: ("Inter_600SemiBold.ttf", "Inter-SemiBold.ttf"),
    Weight.BOLD: ("Inter_700Bold.ttf", "Inter-Bold.ttf"),
}
_FALLBACK_FILES = {
    Weight.REGULAR: ("NotoSansJP_400Regular.ttf", "NotoSansJP-Regular.ttf"),
    Weight.BOLD: ("NotoSansJP_700Bold.ttf", "NotoSansJP-Bold.ttf"),
}
"""The name in the package the font comes from, then the one of its maker."""

_TABULAR = "0123456789+\u2212"
_INVISIBLE = frozenset("\u200d\ufe0e\ufe0f")
"""Joiners and variation selectors, which mean nothing without the font they were written for."""
_MISSING = "\u25a1"
"""A hollow square stands for a character that neither typeface has."""


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a line in one font."""

    font_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Typeface:
    """Measures text and splits it into runs of fonts that have its characters.

    Attributes
    ----------
    folder : Path
        Where the font files are.
    """

    folder: Path

    def runs(self, text: str, weight: Weight) -> list[Run]:
        """Return the line as runs; every character comes out, a square where no font has it."""
        chosen = [self._font_for(char, weight) for char in text if char not in _INVISIBLE]
        return [
            Run(name, "".join(char for _name, char in group))
            for name, group in groupby(chosen, key=lambda pair: pair[0])
        ]

    def width(self, text: str, size: float, weight: Weight) -> float:
        """Return the width of a line [pt]."""
        return sum(
            float(pdfmetrics.stringWidth(run.text, run.font_name, size))
            for run in self.runs(text, weight)
        )

    def _font_for(self, char: str, weight: Weight) -> tuple[str, str]:
        name = _registered(self.folder, _FILES[weight])
        if _has(name, char):
            return name, char
        fallback_weight = Weight.BOLD if weight >= Weight.SEMIBOLD else Weight.REGULAR
        fallback = _registered(self.folder, _FALLBACK_FILES[fallback_weight])
        return (fallback, char) if _has(fallback, char) else (name, _MISSING)


def _has(font_name: str, char: str) -> bool:
    return ord(char) in pdfmetrics.getFont(font_name).face.charToGlyph


@lru_cache(maxsize=16)
def _registered(folder: Path, file_names: tuple[str, ...]) -> str:
    """Return the name under which reportlab knows the font, loading it the first time."""
    path = next((path for name in file_names if (path := folder / name).is_file()), None)
    if path is None:
        raise EnvironmentFaultError(
            expected=f"the font {file_names[0]}",
            found="no such file",
            place=str(folder),
            advice="Install ApexLab again; a report needs its fonts.",
        )
    # The folder is part of the name: two folders may hold different versions.
    name = f"{file_names[-1].removesuffix('.ttf')}@{folder}"
    try:
        # Shaping would need another library; Latin, Greek, Cyrillic and Japanese do without.
        font = TTFont(name, str(path), shapable=False)
        _use_tabular_digits(font)
    except (TTFError, struct.error) as error:
        raise EnvironmentFaultError(
            expected="a TrueType font", found=str(error), place=str(path)
        ) from error
    pdfmetrics.registerFont(font)
    return name


def _use_tabular_digits(font: TTFont) -> None:
    """Let digits and signs mean the font's glyphs of equal width."""
    face = font.face
    gsub = face.get_table("GSUB") if "GSUB" in face.table else b""
    glyphs = tabular_glyphs(gsub)
    first_advance, n_advances = _advances(font)
    for char in map(ord, _TABULAR):
        glyph = glyphs.get(face.charToGlyph.get(char, -1))
        if glyph is None:
            continue
        face.charToGlyph[char] = glyph
        at = 4 * min(glyph, n_advances - 1)
        (advance,) = struct.unpack_from(">H", first_advance, at)
        face.charWidths[char] = advance * 1000.0 / face.unitsPerEm


def _advances(font: TTFont) -> tuple[bytes, int]:
    """Return the table of advance widths and how many of its entries are whole."""
    (n_advances,) = struct.unpack_from(">H", font.face.get_table("hhea"), 34)
    return font.face.get_table("hmtx"), n_advances
