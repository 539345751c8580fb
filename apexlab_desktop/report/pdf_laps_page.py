"""The first page on paper: head, facts, lap table and receipt."""

from __future__ import annotations

from apexlab_desktop.analysis.types import Severity
from apexlab_desktop.report.page_model import Fact, LapRow, NoticeRow, ReportModel, Tile, Tone
from apexlab_desktop.report.palette import PAPER
from apexlab_desktop.report.pdf_fonts import Weight
from apexlab_desktop.report.pdf_marks import Anchor, Box
from apexlab_desktop.report.pdf_sheets import (
    CONTENT_WIDTH,
    LEADING,
    MARGIN,
    Cell,
    Sheets,
    Style,
    line_words,
)

TITLE = Style(size=19.0, weight=Weight.SEMIBOLD)
HEADING = Style(size=12.0, weight=Weight.SEMIBOLD)
NOTE = Style(size=8.0, colour=PAPER.muted)
LABEL = Style(size=8.0, weight=Weight.MEDIUM, colour=PAPER.muted)
BODY = Style(size=9.0)
TABLE_HEAD = Style(size=8.0, weight=Weight.SEMIBOLD, colour=PAPER.secondary)

_GAP = 10.0
_N_COLUMNS = 3
_ROW_PADDING = 2.6
_LAP_COLUMNS = (
    # head, left edge from the margin, width, anchor
    ("Lap", 16.0, 26.0, Anchor.START),
    ("Time", 46.0, 56.0, Anchor.END),
    ("Gap", 108.0, 54.0, Anchor.END),
    ("Length", 168.0, 58.0, Anchor.END),
    ("Top speed", 232.0, 58.0, Anchor.END),
    ("Counts", 312.0, CONTENT_WIDTH - 312.0, Anchor.START),
)
_TONES = {
    Tone.PLAIN: PAPER.text,
    Tone.MUTED: PAPER.muted,
    Tone.BEST: PAPER.best,
    Tone.SLOWER: PAPER.slower,
}
_SEVERITY_COLOURS = {
    Severity.LOST: PAPER.slower,
    Severity.REPAIRED: PAPER.warning,
    Severity.IGNORED: PAPER.muted,
    Severity.INFO: PAPER.faster,
}


def add_laps_page(sheets: Sheets, model: ReportModel) -> None:
    """Lay out the first page and what flows on from it."""
    page = model.laps_page
    sheets.paragraph(model.title, TITLE)
    sheets.y += 6.0
    _facts(sheets, page.facts)
    if page.note:
        sheets.need(2.0 * BODY.size * LEADING + LABEL.size)
        sheets.paragraph("Note", LABEL)
        sheets.paragraph(page.note, BODY)
    sheets.y += 8.0
    _tiles(sheets, page.tiles)
    sheets.y += 16.0
    add_heading(sheets, "Laps", page.lap_note)
    _lap_table(sheets, page.laps)
    if page.notices:
        sheets.y += 18.0
        add_heading(sheets, "Receipt", "what was found, ignored, repaired or lost on import")
        for row in page.notices:
            _notice(sheets, row)
    if model.compare_absence:
        sheets.y += 18.0
        add_heading(sheets, "Compare", "")
        sheets.paragraph(model.compare_absence, BODY)


def add_heading(sheets: Sheets, text: str, note: str) -> None:
    """Add a heading that never stands alone at the foot of a page."""
    sheets.need(70.0)
    sheets.add(line_words(text, HEADING, MARGIN, sheets.y))
    sheets.y += HEADING.size * LEADING
    if note:
        sheets.paragraph(note, NOTE)
    sheets.y += 3.0


def _facts(sheets: Sheets, facts: tuple[Fact, ...]) -> None:
    width = (CONTENT_WIDTH - (_N_COLUMNS - 1) * _GAP) / _N_COLUMNS
    for first in range(0, len(facts), _N_COLUMNS):
        row = facts[first : first + _N_COLUMNS]
        places = [MARGIN + index * (width + _GAP) for index in range(len(row))]
        labels = [
            Cell(text=fact.label, style=LABEL, x=x, width=width)
            for fact, x in zip(row, places, strict=True)
        ]
        values = [
            Cell(text=fact.value, style=BODY, x=x, width=width)
            for fact, x in zip(row, places, strict=True)
        ]
        sheets.need(sheets.row_height(labels, 0.0) + sheets.row_height(values, 0.0))
        sheets.row(labels, 0.0)
        sheets.row(values, 0.0)
        sheets.y += 5.0


def _tiles(sheets: Sheets, tiles: tuple[Tile, ...]) -> None:
    width = (CONTENT_WIDTH - (_N_COLUMNS - 1) * _GAP) / _N_COLUMNS
    for first in range(0, len(tiles), _N_COLUMNS):
        row = tiles[first : first + _N_COLUMNS]
        columns = [
            _tile_cells(tile, MARGIN + index * (width + _GAP) + 10.0, width - 20.0)
            for index, tile in enumerate(row)
        ]
        height = max(sum(sheets.row_height([cell], 0.0) for cell in cells) for cells in columns)
        sheets.need(height + 16.0)
        for index in range(len(row)):
            sheets.panel(MARGIN + index * (width + _GAP), width, height + 16.0)
        top = sheets.y
        for cells in columns:
            sheets.y = top + 8.0
            for cell in cells:
                sheets.row([cell], 0.0)
        sheets.y = top + height + 16.0 + _GAP


def _tile_cells(tile: Tile, x: float, width: float) -> tuple[Cell, ...]:
    value = Style(size=17.0, weight=Weight.SEMIBOLD, colour=_TONES[tile.tone])
    cells = (
        Cell(text=tile.label, style=LABEL, x=x, width=width),
        Cell(text=tile.value, style=value, x=x, width=width),
        Cell(text=tile.detail, style=NOTE, x=x, width=width),
    )
    return cells if tile.detail else cells[:2]


def _lap_table(sheets: Sheets, rows: tuple[LapRow, ...]) -> None:
    if not rows:
        sheets.paragraph("The recording holds no lap.", BODY)
        return
    _lap_head(sheets)
    for row in rows:
        cells = _lap_cells(row)
        if sheets.need(sheets.row_height(cells, _ROW_PADDING)):
            _lap_head(sheets)
        if row.slot is not None:
            _lap_swatch(sheets, row.slot)
        sheets.row(cells, _ROW_PADDING)
        sheets.rule()


def _lap_head(sheets: Sheets) -> None:
    cells = [
        Cell(text=head, style=_with(TABLE_HEAD, anchor=anchor), x=MARGIN + x, width=width)
        for head, x, width, anchor in _LAP_COLUMNS
    ]
    sheets.row(cells, _ROW_PADDING)
    sheets.rule(PAPER.muted, 0.8)


def _lap_cells(row: LapRow) -> list[Cell]:
    is_shown = row.slot is not None or row.time_tone is Tone.BEST
    weight = Weight.SEMIBOLD if is_shown else Weight.REGULAR
    texts = (row.number, row.time, row.gap, row.length, row.top_speed, row.status)
    tones = (row.row_tone, row.time_tone, row.gap_tone, row.row_tone, row.row_tone, row.row_tone)
    return [
        Cell(
            text=text,
            style=Style(
                weight=weight if column < 3 else Weight.REGULAR,
                colour=_TONES[row.row_tone if tone is Tone.PLAIN else tone],
                anchor=anchor,
            ),
            x=MARGIN + x,
            width=width,
        )
        for column, (text, tone, (_head, x, width, anchor)) in enumerate(
            zip(texts, tones, _LAP_COLUMNS, strict=True)
        )
    ]


def _lap_swatch(sheets: Sheets, slot: int) -> None:
    sheets.add(
        Box(
            x=MARGIN, y=sheets.y + 4.2, width=9.0, height=9.0, colour=PAPER.lap_colours[slot],
            radius=2.0,
        )
    )  # fmt: skip


def _notice(sheets: Sheets, row: NoticeRow) -> None:
    word = Style(size=9.0, weight=Weight.SEMIBOLD, colour=_SEVERITY_COLOURS[row.severity])
    right = Style(size=9.0, colour=PAPER.secondary, anchor=Anchor.END)
    cells = [
        Cell(text=row.severity_word, style=word, x=MARGIN, width=54.0),
        Cell(text=row.text, style=BODY, x=MARGIN + 60.0, width=CONTENT_WIDTH - 230.0),
        Cell(text=row.place, style=right, x=MARGIN + CONTENT_WIDTH - 160.0, width=100.0),
        Cell(text=row.count, style=right, x=MARGIN + CONTENT_WIDTH - 54.0, width=54.0),
    ]
    sheets.need(sheets.row_height(cells, _ROW_PADDING))
    sheets.row(cells, _ROW_PADDING)
    sheets.rule()


def _with(style: Style, *, anchor: Anchor) -> Style:
    return Style(size=style.size, weight=style.weight, colour=style.colour, anchor=anchor)
