"""The report as PDF: lays out the pages, then draws them."""

from __future__ import annotations

import io
import threading
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from apexlab_desktop.report.page_model import ReportModel
from apexlab_desktop.report.palette import PAPER
from apexlab_desktop.report.pdf_compare_page import add_compare_page, notes
from apexlab_desktop.report.pdf_fonts import Typeface
from apexlab_desktop.report.pdf_laps_page import NOTE, add_laps_page
from apexlab_desktop.report.pdf_marks import Anchor, Words, draw
from apexlab_desktop.report.pdf_sheets import (
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Sheets,
)
from apexlab_desktop.report.pdf_text import wrapped

_FOOTER = PAGE_HEIGHT - 26.0
_FOOTER_SIZE = 7.5
_NO_DATE = (2000, 1, 1, 0, 0, 0)
"""Stands in the document's properties when the session has no date: a PDF needs one."""

_one_document = threading.Lock()
"""reportlab's fonts keep the state of the document being written."""


def render_pdf(model: ReportModel, fonts: Path) -> bytes:
    """Return the pages as PDF; equal models give equal bytes."""
    typeface = Typeface(fonts)
    with _one_document:
        sheets = layout(model, typeface)
        return _drawn(sheets, model)


def layout(model: ReportModel, typeface: Typeface) -> Sheets:
    """Return every page as a list of marks."""
    sheets = Sheets(typeface)
    add_laps_page(sheets, model)
    if model.compare_page:
        add_compare_page(sheets, model, model.compare_page)
    else:
        sheets.y += 8.0
        for line in notes(model):
            sheets.paragraph(line, NOTE)
    _footers(sheets, model)
    return sheets


def _footers(sheets: Sheets, model: ReportModel) -> None:
    width = PAGE_WIDTH - 2.0 * MARGIN - 60.0
    left = wrapped(sheets.typeface, f"{model.version}  |  {model.title}", width, _FOOTER_SIZE)
    # The head has the whole title; the footer keeps to one line.
    text = left[0] if len(left) == 1 else f"{left[0]}…"
    for index, page in enumerate(sheets.pages, start=1):
        words = (
            (text, MARGIN, Anchor.START),
            (
                f"page {index} of {len(sheets.pages)}",
                PAGE_WIDTH - MARGIN,
                Anchor.END,
            ),
        )
        page.extend(
            Words(x=x, y=_FOOTER, text=one, size=_FOOTER_SIZE, colour=PAPER.muted, anchor=anchor)
            for one, x, anchor in words
        )


def _drawn(sheets: Sheets, model: ReportModel) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1, lang="en"
    )
    _properties(canvas, model)
    for page in sheets.pages:
        for mark in page:
            draw(mark, canvas, PAGE_HEIGHT, sheets.typeface)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _properties(canvas: Canvas, model: ReportModel) -> None:
    year, month, day, hour, minute, second = model.creation_date or _NO_DATE
    stamp = f"D:{year:04d}{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}Z"
    canvas.setDateFormatter(lambda *_now: stamp)
    canvas.setTitle(model.title)
    canvas.setSubject(model.subject)
    canvas.setAuthor("")
    canvas.setCreator(model.version)
    canvas.setProducer("reportlab")
