"""The Compare page on paper: legend beside the map, plots over distance below."""

from __future__ import annotations

from apexlab_desktop.report.measures import NO_BREAK_SPACE
from apexlab_desktop.report.page_model import ComparePage, LegendLap, Plot, ReportModel
from apexlab_desktop.report.pdf_fonts import Weight
from apexlab_desktop.report.pdf_laps_page import BODY, LABEL, NOTE, add_heading
from apexlab_desktop.report.pdf_marks import Anchor
from apexlab_desktop.report.pdf_plots import (
    SAMPLE_WIDTH,
    X_LABELS_HEIGHT,
    Frame,
    add_plot,
    head_height,
    sample,
)
from apexlab_desktop.report.pdf_sheets import (
    CONTENT_WIDTH,
    LEADING,
    MARGIN,
    PAGE_WIDTH,
    Cell,
    Sheets,
    Style,
    line_words,
)
from apexlab_desktop.report.pdf_track_map import track_map_marks

_MAP_WIDTH, _MAP_HEIGHT = 228.0, 178.0
_LEGEND_WIDTH = CONTENT_WIDTH - _MAP_WIDTH - 20.0
_MOST_STRETCH, _LEAST_STRETCH = 34.0, 15.0
"""Height of a plot per unit of its stretch [pt]; with less room the plots get their own page."""
_ROW_PADDING = 3.0
_BETWEEN = 5.0


def add_compare_page(sheets: Sheets, model: ReportModel, page: ComparePage) -> None:
    """Lay out the comparison on a page of its own, more when the legend is long."""
    sheets.new_page()
    add_heading(sheets, "Compare", page.subtitle)
    top, n_pages = sheets.y, len(sheets.pages)
    _map(sheets, page)
    _legend(sheets, page.laps)
    sheets.y += 8.0
    for line in notes(model):
        sheets.paragraph(line, NOTE, width=_LEGEND_WIDTH)
        sheets.y += 3.0
    sheets.y = max(sheets.y, top + _MAP_HEIGHT) if len(sheets.pages) == n_pages else sheets.y
    sheets.y += 12.0
    _plots(sheets, page.plots)


def _map(sheets: Sheets, page: ComparePage) -> None:
    """Add the map at the right; the legend takes the left from the same height."""
    x = PAGE_WIDTH - MARGIN - _MAP_WIDTH
    words = page.track_map.caption if page.track_map else page.map_absence
    cell = Cell(text=words, style=NOTE, x=x, width=_MAP_WIDTH)
    sheets.add(line_words("Track map", LABEL, x, sheets.y))
    top = sheets.y
    sheets.y += LABEL.size * LEADING
    sheets.row([cell], 0.0)
    if page.track_map:
        frame = Frame(x=x, y=sheets.y, width=_MAP_WIDTH, height=top + _MAP_HEIGHT - sheets.y)
        sheets.add(*track_map_marks(page.track_map, frame))
    sheets.y = top


def _legend(sheets: Sheets, laps: tuple[LegendLap, ...]) -> None:
    for lap in laps:
        if lap.slot is not None:
            _legend_row(sheets, lap)
    grey = [lap.label for lap in laps if lap.slot is None]
    if grey:
        sheets.y += 4.0
        sheets.paragraph(
            f"Grey, behind: lap{'s' if len(grey) > 1 else ''} {', '.join(grey)}",
            NOTE,
            width=_LEGEND_WIDTH,
        )


def _legend_row(sheets: Sheets, lap: LegendLap) -> None:
    strong = Style(size=BODY.size, weight=Weight.SEMIBOLD)
    right = Style(size=BODY.size, anchor=Anchor.END)
    label_x = MARGIN + SAMPLE_WIDTH + 8.0
    numbers_x = MARGIN + _LEGEND_WIDTH - 112.0
    cells = [
        Cell(
            text=f"Lap{NO_BREAK_SPACE}{lap.label}",
            style=strong,
            x=label_x,
            width=numbers_x - label_x,
        ),
        Cell(text=lap.time, style=right, x=numbers_x, width=54.0),
        Cell(text=lap.gap, style=right, x=numbers_x + 58.0, width=54.0),
    ]
    sheets.need(sheets.row_height(cells, _ROW_PADDING))
    sheets.add(sample(lap.slot, MARGIN, sheets.y + _ROW_PADDING + 5.5))
    sheets.row(cells, _ROW_PADDING)


def _plots(sheets: Sheets, plots: tuple[Plot, ...]) -> None:
    """Share the height that is left among the plots by their stretch."""
    if not plots:
        return
    words = sum(head_height(sheets, plot) + _BETWEEN for plot in plots) + X_LABELS_HEIGHT
    stretches = sum(plot.stretch for plot in plots)
    if sheets.room - words < _LEAST_STRETCH * stretches:
        sheets.new_page()
    unit = min((sheets.room - words) / stretches, _MOST_STRETCH)
    for plot in plots:
        add_plot(sheets, plot, unit * plot.stretch, has_x_labels=plot is plots[-1])
        sheets.y += _BETWEEN


def notes(model: ReportModel) -> tuple[str, ...]:
    """Return the small print: what is left out, and how the numbers were made."""
    left_out = model.compare_page.left_out if model.compare_page else ()
    return (*((f"Left out: {'; '.join(left_out)}.",) if left_out else ()), *model.method)
