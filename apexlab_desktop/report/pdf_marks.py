"""What a PDF page is made of before it is drawn: a list that tests can read.

Coordinates are points from the top left corner of the page, y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import singledispatch
from typing import Any

import numpy as np

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.report.pdf_fonts import Typeface, Weight


class Anchor(Enum):
    """Which part of a line of text stands at its x, as a share of its width."""

    START = 0.0
    MIDDLE = 0.5
    END = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; `y` is the baseline."""

    x: float
    y: float
    text: str
    size: float
    weight: Weight = Weight.REGULAR
    colour: str
    anchor: Anchor = Anchor.START


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stroke:
    """A polyline, shape (n, 2)."""

    points: FloatArray
    colour: str
    width: float
    dash: tuple[float, ...] = ()
    alpha: float = 1.0
    is_round: bool = True


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Area:
    """A filled polygon, shape (n, 2)."""

    points: FloatArray
    colour: str
    alpha: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle; `x`, `y` is its top left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    border: str = ""
    radius: float = 0.0


Mark = Words | Stroke | Area | Box


@singledispatch
def draw(mark: Any, _canvas: Any, _height: float, _typeface: Typeface) -> None:
    """Draw a mark on a reportlab canvas of a page `height` points high."""
    raise TypeError(f"no way to draw {type(mark).__name__}")


@draw.register
def _draw_words(mark: Words, canvas: Any, height: float, typeface: Typeface) -> None:
    x = mark.x
    if mark.anchor is not Anchor.START:
        x -= mark.anchor.value * typeface.width(mark.text, mark.size, mark.weight)
    text = canvas.beginText(x, height - mark.y)
    text.setFillColor(mark.colour)
    for run in typeface.runs(mark.text, mark.weight):
        text.setFont(run.font_name, mark.size)
        text.textOut(run.text)
    canvas.drawText(text)


@draw.register
def _draw_stroke(mark: Stroke, canvas: Any, height: float, _typeface: Typeface) -> None:
    canvas.saveState()
    canvas.setStrokeColor(mark.colour)
    canvas.setStrokeAlpha(mark.alpha)
    canvas.setLineWidth(mark.width)
    canvas.setLineJoin(1)
    canvas.setLineCap(1 if mark.is_round and not mark.dash else 0)
    if mark.dash:
        canvas.setDash(list(mark.dash))
    canvas.drawPath(_path(canvas, mark.points, height), stroke=1, fill=0)
    canvas.restoreState()


@draw.register
def _draw_area(mark: Area, canvas: Any, height: float, _typeface: Typeface) -> None:
    canvas.saveState()
    canvas.setFillColor(mark.colour)
    canvas.setFillAlpha(mark.alpha)
    path = _path(canvas, mark.points, height)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


@draw.register
def _draw_box(mark: Box, canvas: Any, height: float, _typeface: Typeface) -> None:
    canvas.setFillColor(mark.colour)
    canvas.setLineWidth(0.6)
    if mark.border:
        canvas.setStrokeColor(mark.border)
    canvas.roundRect(
        mark.x,
        height - mark.y - mark.height,
        mark.width,
        mark.height,
        mark.radius,
        stroke=int(bool(mark.border)),
        fill=1,
    )


def _path(canvas: Any, points: FloatArray, height: float) -> Any:
    path = canvas.beginPath()
    # A hundredth of a point is finer than any printer, and halves the file.
    (x, y), *rest = np.round(points * (1.0, -1.0) + (0.0, height), 2).tolist()
    path.moveTo(x, y)
    for x, y in rest:
        path.lineTo(x, y)
    return path
