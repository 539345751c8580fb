"""What the stack of plots draws around its curves: words in the heads, selection, focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, distance
from apexlab_desktop.ui.plots.palette import colour
from apexlab_desktop.ui.plots.readout import (
    HeadLayout,
    paint_badge,
    paint_head_frame,
    paint_words,
)
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel

_SELECTION_ALPHA = 0.14


def paint_heads(
    painter: QPainter, heads: tuple[HeadLayout, ...], model: ComparisonModel, theme: Theme
) -> None:
    """Paint what stays in the heads when the cursor moves."""
    for head in heads:
        paint_head_frame(painter, head, theme, model.units)
        if head.spec.is_delta:
            _paint_delta_words(painter, head, model, theme)
        elif head.spec.words:
            paint_words(painter, head, head.spec.words, theme)


def _paint_delta_words(
    painter: QPainter, head: HeadLayout, model: ComparisonModel, theme: Theme
) -> None:
    """Say against which lap and which way is slower, and where a rebased delta begins."""
    reference = model.reference
    if reference is None:
        return
    words = f"to lap{NO_BREAK_SPACE}{reference.compared.label}, up is slower"
    x = paint_words(painter, head, words, theme)
    if model.is_rebased:
        paint_badge(painter, x, head, f"from {distance(model.view_m[0], model.units)}", theme)


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
