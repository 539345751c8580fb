"""How sector times are written and marked, in every table that has them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.formatting import DASH, lap_time
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.sector_rows import Mark, SectorCell

MARK_PX = 9.0
MARK_LEFT_PX = 14.0
MARK_GAP_PX = 3.0
MINUTE_S = 60.0
MARK_WORDS = {Mark.NONE: "", Mark.FASTER: "quicker than before", Mark.BEST: "best"}


def time_words(time_s: float | None) -> str:
    """Return `10.811`, from a minute on `1:03.250`; a dash where it is not known."""
    if time_s is None:
        return DASH
    return f"{time_s:.3f}" if time_s < MINUTE_S else lap_time(time_s)


def cell_words(cell: SectorCell) -> str:
    """Return a time with what is special about it, to be read aloud."""
    special = MARK_WORDS[cell.mark]
    return f"{time_words(cell.time_s)} {special}".rstrip()


def mark_colour(theme: Theme, mark: Mark, plain: str) -> str:
    """Return the colour of a time with a mark, `plain` without one."""
    return {Mark.BEST: theme.best, Mark.FASTER: theme.faster}.get(mark, plain)


def paint_sector_cell(
    painter: QPainter, room: QRectF, cell: SectorCell, theme: Theme, plain: str, size: int = 13
) -> None:
    """Draw a time at the right of its room, and its mark left of it where that fits."""
    is_marked = cell.mark is not Mark.NONE
    code = mark_colour(theme, cell.mark, plain)
    text = time_words(cell.time_s)
    font = fonts.font(size, 600 if is_marked else 400)
    painter.setFont(font)
    painter.setPen(QColor(code))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
    if is_marked:
        beside = room.right() - painter.fontMetrics().horizontalAdvance(text) - MARK_GAP_PX
        # Where there is room, marks stand one under the other.
        left = min(max(beside - MARK_PX - 5.0, room.left() + MARK_LEFT_PX), beside - MARK_PX)
        if left >= room.left() - 1.0:
            paint_mark(painter, QPointF(left + MARK_PX / 2.0, room.center().y()), cell.mark, code)


def paint_mark(painter: QPainter, middle: QPointF, mark: Mark, code: str) -> None:
    """Draw the diamond of a best time, or the triangle of a quicker one."""
    half = MARK_PX / 2.0
    up, down = QPointF(0.0, -half), QPointF(0.0, half)
    left, right = QPointF(-half, 0.0), QPointF(half, 0.0)
    points = [up, right, down, left]
    if mark is Mark.FASTER:
        foot = QPointF(0.0, half - 0.5)
        points = [QPointF(0.0, 0.5 - half), right + foot, left + foot]
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(code))
    painter.drawPolygon(QPolygonF([middle + point for point in points]))
    painter.restore()
