"""Plots on paper: grid, curves, and a legend in words above each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.report.page_model import Plot, Series
from apexlab_desktop.report.palette import LAP_DASHES, PAPER
from apexlab_desktop.report.pdf_fonts import Typeface, Weight
from apexlab_desktop.report.pdf_marks import Anchor, Area, Mark, Stroke, Words
from apexlab_desktop.report.pdf_sheets import CONTENT_WIDTH, MARGIN, Sheets

AXIS_WIDTH = 34.0
"""Left of the plots, for the labels of their axis [pt]."""
X_LABELS_HEIGHT = 13.0
SAMPLE_WIDTH = 16.0
"""Line sample of a legend: long enough for the longest dash pattern [pt]."""
LAP_PEN = 1.0
GREY_PEN, GREY_ALPHA = 0.5, 0.4
BAND_ALPHA = 0.18
GRID_ALPHA = 0.22

_HEAD_LINE = 13.0
_HEAD_SIZE = 8.0
_HEAD_GAP = 8.0
_BELOW_HEAD = 3.0
_TICK_SIZE = 7.5
_TEXT_DROP = 0.36
"""From the middle of a digit to its baseline, in sizes of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the unit square of a plot lies on the page [pt]."""

    x: float
    y: float
    width: float
    height: float

    def place(self, points: FloatArray) -> FloatArray:
        """Return points of the unit square (y upwards) on the page, shape (n, 2)."""
        scale = np.array((self.width, -self.height))
        return np.asarray(points * scale + np.array((self.x, self.y + self.height)))

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> FloatArray:
        """Return the line between two places of the unit square."""
        return self.place(np.array((start, end), dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A piece of a plot's head: words in one or more styles, with a line sample before them."""

    slot: int | None
    parts: tuple[tuple[str, Weight, str], ...]


def head_height(sheets: Sheets, plot: Plot) -> float:
    """Return the height of the words above a plot [pt]."""
    n_lines = len(_head_lines(sheets.typeface, plot))
    return n_lines * _HEAD_LINE + _BELOW_HEAD


def add_plot(sheets: Sheets, plot: Plot, height: float, *, has_x_labels: bool) -> None:
    """Add a plot whose curves are `height` points high."""
    for line in _head_lines(sheets.typeface, plot):
        for x, item in line:
            sheets.add(*_item_marks(sheets.typeface, item, x, sheets.y + 9.0))
        sheets.y += _HEAD_LINE
    sheets.y += _BELOW_HEAD
    frame = Frame(
        x=MARGIN + AXIS_WIDTH, y=sheets.y, width=CONTENT_WIDTH - AXIS_WIDTH, height=height
    )
    sheets.add(*_grid_marks(plot, frame))
    for one in plot.series:
        sheets.add(*_series_marks(one, frame))
    if has_x_labels:
        sheets.add(*_x_labels(plot, frame))
    sheets.y += height + (X_LABELS_HEIGHT if has_x_labels else 0.0)


def sample(slot: int | None, x: float, y: float) -> Stroke:
    """Return the short line that stands for a lap in a legend, with its middle at height `y`."""
    ends = np.array(((x, y), (x + SAMPLE_WIDTH, y)), dtype=np.float64)
    return Stroke(points=ends, colour=PAPER.lap(slot), width=2.0, dash=_dash(slot), is_round=False)


def _head_lines(typeface: Typeface, plot: Plot) -> list[list[tuple[float, _Item]]]:
    """Return the pieces of the head with their left edges, broken into lines."""
    lines: list[list[tuple[float, _Item]]] = [[]]
    x = MARGIN
    for item in _head_items(plot):
        width = _item_width(typeface, item)
        if lines[-1] and x + width > MARGIN + CONTENT_WIDTH:
            lines.append([])
            x = MARGIN
        lines[-1].append((x, item))
        x += width + _HEAD_GAP
    return lines


def _head_items(plot: Plot) -> list[_Item]:
    title = _Item(
        slot=None,
        parts=(
            (f"{plot.title} ", Weight.SEMIBOLD, PAPER.text),
            (plot.unit, Weight.REGULAR, PAPER.muted),
        ),
    )
    laps = [_lap_item(one) for one in plot.legend]
    note = _Item(slot=None, parts=((plot.note, Weight.REGULAR, PAPER.muted),))
    return [title, *laps, note] if plot.note else [title, *laps]


def _lap_item(one: Series) -> _Item:
    return _Item(
        slot=one.slot,
        parts=(
            (f"{one.label} ", Weight.REGULAR, PAPER.muted),
            (one.value, Weight.SEMIBOLD, PAPER.text),
        ),
    )


def _item_width(typeface: Typeface, item: _Item) -> float:
    words = sum(typeface.width(text, _HEAD_SIZE, weight) for text, weight, _colour in item.parts)
    return words + (SAMPLE_WIDTH + 3.5 if item.slot is not None else 0.0)


def _item_marks(typeface: Typeface, item: _Item, x: float, baseline: float) -> list[Mark]:
    marks: list[Mark] = []
    if item.slot is not None:
        marks.append(sample(item.slot, x, baseline - 2.9))
        x += SAMPLE_WIDTH + 3.5
    for text, weight, colour in item.parts:
        marks.append(
            Words(x=x, y=baseline, text=text, size=_HEAD_SIZE, weight=weight, colour=colour)
        )
        x += typeface.width(text, _HEAD_SIZE, weight)
    return marks


def _grid_marks(plot: Plot, frame: Frame) -> list[Mark]:
    lines = [frame.line((tick.place, 0.0), (tick.place, 1.0)) for tick in plot.x.ticks]
    lines += [frame.line((0.0, tick.place), (1.0, tick.place)) for tick in plot.y.ticks]
    marks: list[Mark] = [
        Stroke(points=line, colour=PAPER.muted, width=0.5, alpha=GRID_ALPHA, is_round=False)
        for line in lines
    ]
    if plot.y.zero is not None:
        zero = frame.line((0.0, plot.y.zero), (1.0, plot.y.zero))
        marks.append(Stroke(points=zero, colour=PAPER.muted, width=0.6, dash=(3.0, 2.5)))
    edges = np.concatenate((frame.line((0.0, 1.0), (0.0, 0.0)), frame.line((0.0, 0.0), (1.0, 0.0))))
    marks.append(Stroke(points=edges, colour=PAPER.muted, width=0.6, is_round=False))
    marks += [
        Words(
            x=frame.x - 5.0,
            y=frame.y + frame.height * (1.0 - tick.place) + _TEXT_DROP * _TICK_SIZE,
            text=tick.label,
            size=_TICK_SIZE,
            colour=PAPER.secondary,
            anchor=Anchor.END,
        )
        for tick in plot.y.ticks
    ]
    return marks


def _x_labels(plot: Plot, frame: Frame) -> list[Mark]:
    """Return the labels below; the last ends at the frame so that it stays on the page."""
    return [
        Words(
            x=frame.x + frame.width * tick.place,
            y=frame.y + frame.height + 10.0,
            text=tick.label,
            size=_TICK_SIZE,
            colour=PAPER.secondary,
            anchor=_tick_anchor(tick.place),
        )
        for tick in plot.x.ticks
    ]


def _tick_anchor(place: float) -> Anchor:
    if place < 0.03:
        return Anchor.START
    return Anchor.END if place > 0.97 else Anchor.MIDDLE


def _series_marks(one: Series, frame: Frame) -> list[Mark]:
    colour = PAPER.lap(one.slot)
    bands: Sequence[Mark] = [
        Area(points=frame.place(band), colour=colour, alpha=BAND_ALPHA) for band in one.bands
    ]
    is_grey = one.slot is None
    curves = [
        Stroke(
            points=frame.place(run),
            colour=colour,
            width=GREY_PEN if is_grey else LAP_PEN,
            dash=_dash(one.slot),
            alpha=GREY_ALPHA if is_grey else 1.0,
        )
        for run in one.runs
    ]
    return [*bands, *curves]


def _dash(slot: int | None) -> tuple[float, ...]:
    """Return the dash pattern on paper, where lines are thinner than on a screen."""
    return () if slot is None else tuple(0.75 * part for part in LAP_DASHES[slot])
