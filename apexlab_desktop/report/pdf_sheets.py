"""Pages that fill from the top: a block that does not fit goes to the next page whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from apexlab_desktop.report.palette import PAPER
from apexlab_desktop.report.pdf_fonts import Typeface, Weight
from apexlab_desktop.report.pdf_marks import Anchor, Box, Mark, Stroke, Words
from apexlab_desktop.report.pdf_text import wrapped

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
"""A4, upright: it goes into the set-up binder [pt]."""
MARGIN = 42.0
CONTENT_WIDTH = PAGE_WIDTH - 2.0 * MARGIN
TOP = 44.0
BOTTOM = PAGE_HEIGHT - 52.0
"""Lowest place of content; the footer is below."""
LEADING = 1.35
"""Distance of baselines in sizes of the text."""
_ASCENT = 0.95
"""From the top of a line to its baseline, in sizes of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a piece of text looks."""

    size: float = 9.0
    weight: Weight = Weight.REGULAR
    colour: str = PAPER.text
    anchor: Anchor = Anchor.START


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Text in a row of columns: its style, left edge and width."""

    text: str
    style: Style
    x: float
    width: float


@dataclass(slots=True)
class Sheets:
    """The pages so far and the place where the next block begins.

    Attributes
    ----------
    typeface : Typeface
    pages : list of list of Mark
    y : float
        Top of the next block on the last page [pt].
    """

    typeface: Typeface
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = TOP

    @property
    def room(self) -> float:
        """Height that is left on the page [pt]."""
        return BOTTOM - self.y

    def new_page(self) -> None:
        """Begin a page."""
        self.pages.append([])
        self.y = TOP

    def need(self, height: float) -> bool:
        """Begin a page when `height` is not left; return whether it was begun."""
        if height <= self.room or self.y <= TOP:
            return False
        self.new_page()
        return True

    def add(self, *marks: Mark) -> None:
        """Put marks on the page without moving on."""
        self.pages[-1].extend(marks)

    def paragraph(self, text: str, style: Style, *, width: float = CONTENT_WIDTH) -> None:
        """Add wrapped text at the left margin, a line at a time so that it may span pages."""
        for line in wrapped(self.typeface, text, width, style.size, style.weight):
            self.need(style.size * LEADING)
            self.add(line_words(line, style, MARGIN, self.y))
            self.y += style.size * LEADING

    def cell_lines(self, cell: Cell) -> list[str]:
        """Return the wrapped text of a cell."""
        return wrapped(self.typeface, cell.text, cell.width, cell.style.size, cell.style.weight)

    def row_height(self, cells: Sequence[Cell], padding: float) -> float:
        """Return the height of a row of wrapped cells [pt]."""
        heights = (len(self.cell_lines(cell)) * cell.style.size * LEADING for cell in cells)
        return max(heights, default=0.0) + 2.0 * padding

    def row(self, cells: Sequence[Cell], padding: float) -> None:
        """Add a row of wrapped cells; the caller has made sure of its room."""
        for cell in cells:
            y = self.y + padding
            for line in self.cell_lines(cell):
                self.add(line_words(line, cell.style, _anchored(cell), y))
                y += cell.style.size * LEADING
        self.y += self.row_height(cells, padding)

    def rule(self, colour: str = PAPER.border, width: float = 0.6) -> None:
        """Add a horizontal line across the content."""
        ends = np.array(((MARGIN, self.y), (PAGE_WIDTH - MARGIN, self.y)), dtype=np.float64)
        self.add(Stroke(points=ends, colour=colour, width=width, is_round=False))

    def panel(self, x: float, width: float, height: float) -> None:
        """Add a raised panel with its top at the present place."""
        self.add(
            Box(
                x=x, y=self.y, width=width, height=height, colour=PAPER.raised,
                border=PAPER.border, radius=5.0,
            )
        )  # fmt: skip


def line_words(text: str, style: Style, x: float, top: float) -> Words:
    """Return one line of text whose line box begins at `top`."""
    return Words(
        x=x,
        y=top + style.size * _ASCENT,
        text=text,
        size=style.size,
        weight=style.weight,
        colour=style.colour,
        anchor=style.anchor,
    )


def _anchored(cell: Cell) -> float:
    return cell.x + cell.style.anchor.value * cell.width
