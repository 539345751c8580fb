"""What the stack of plots draws around its curves: words in the heads, selection, focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, distance
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.readout import (
    SLOWER_WORDS,
    HeadLayout,
    badge_width,
    paint_badge,
    paint_head_frame,
    paint_words,
)
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel

ABSENCE_WIDTH_PX = 360.0
_SELECTION_ALPHA = 0.14


def paint_heads(
    painter: QPainter, heads: tuple[HeadLayout, ...], model: ComparisonModel, theme: Theme
) -> None:
    """Paint what stays in the heads when the cursor moves."""
    for head in heads:
        paint_head_frame(painter, head, theme, model.units)
        if head.spec.is_delta:
            _paint_delta_words(painter, head, model, theme)
        else:
            paint_words(painter, head, head.spec.words, theme)


def _paint_delta_words(
    painter: QPainter, head: HeadLayout, model: ComparisonModel, theme: Theme
) -> None:
    """Say against which lap and which way is slower, and where a rebased delta begins."""
    reference = model.reference
    if reference is None or head.spec.absence:
        return
    badge = f"from {distance(model.view_m[0], model.units)}" if model.is_rebased else ""
    name = f"to lap{NO_BREAK_SPACE}"
    words = (
        f"{name}{reference.compared.label}, {SLOWER_WORDS}",
        f"{name}{reference.compared.lap.number}, {SLOWER_WORDS}",
        SLOWER_WORDS,
    )
    x = paint_words(painter, head, words, theme, reserved_px=badge_width(badge))
    if badge:
        paint_badge(painter, x, head, badge, theme)


def paint_absence(painter: QPainter, rect: QRectF, words: str, theme: Theme) -> None:
    """Say in the place of a plot why there is none."""
    if words:
        width = min(ABSENCE_WIDTH_PX, rect.width())
        box = QRectF(rect.center().x() - width / 2.0, rect.top(), width, rect.height())
        painter.setFont(font(13))
        painter.setPen(colour(theme.secondary))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)


def paint_selection(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Paint the range that is being marked."""
    painter.setPen(QPen(colour(theme.accent), 1.0))
    painter.setBrush(colour(theme.accent, _SELECTION_ALPHA))
    painter.drawRect(rect)


def paint_focus(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Paint the ring of the keyboard's focus."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(QPen(colour(theme.accent), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
