"""The head row above each plot: name, unit, and per lap a square, its number and the value."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QStaticText

from apexlab_desktop.ui.plots.palette import colour, font, lap_colour
from apexlab_desktop.ui.plots.trace_specs import PlotSpec
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.lap_slots import LapSlot
from apexlab_desktop.units import UnitSystem

HEAD_HEIGHT_PX = 22.0

_SQUARE_PX = 9.0
_INSET_PX = 4.0
_AFTER_NAME_PX = 5.0
_BEFORE_LAP_PX = 15.0
_AFTER_SQUARE_PX = 5.0
_AFTER_LABEL_PX = 4.0
_LONGEST_LABEL_PX = 88.0
_BADGE_PAD_PX = 6.0
_AFTER_WORDS_PX = 10.0
_MAX_CACHED_TEXTS = 4096


def lap_name(slot: LapSlot) -> str:
    """Return the short name of a lap, e.g. `L7`."""
    return f"L{slot.compared.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSlot:
    """Where one lap's part of the head lies."""

    lap_index: int
    square: QRectF
    label: str
    label_x: float
    value_x: float
    swatch: QColor


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLayout:
    """Fixed places of a head row, so that nothing moves when the values change.

    Attributes
    ----------
    spec : PlotSpec
    rect : QRectF
    baseline_y : float
    unit_x : float
    laps : tuple of HeadSlot
        Laps that fit.
    note_x : float
        Where words after the values begin.
    has_note : bool
        Whether the words say where the cursor is.
    """

    spec: PlotSpec
    rect: QRectF
    baseline_y: float
    unit_x: float
    laps: tuple[HeadSlot, ...]
    note_x: float
    has_note: bool

    def live_rect(self) -> QRectF:
        """Return the part of the head that changes with the cursor."""
        left = self.laps[0].value_x if self.laps else self.note_x
        right = self.rect.right() if self.has_note else self.note_x
        return QRectF(left, self.rect.top(), max(right - left, 0.0), self.rect.height())


def lay_out_head(
    spec: PlotSpec,
    rect: QRectF,
    slots: tuple[LapSlot, ...],
    theme: Theme,
    units: UnitSystem,
    *,
    has_note: bool,
) -> HeadLayout:
    """Return the places of a head row; laps that do not fit are left out."""
    plain, strong = QFontMetricsF(font(12)), QFontMetricsF(font(12, 600))
    baseline = rect.top() + (rect.height() + plain.capHeight()) / 2.0
    unit_x = rect.left() + _INSET_PX + strong.horizontalAdvance(spec.title) + _AFTER_NAME_PX
    x = unit_x + plain.horizontalAdvance(spec.unit(units))
    value_width = strong.horizontalAdvance(spec.widest)
    laps: list[HeadSlot] = []
    for slot in slots:
        if not slot.is_coloured or (spec.is_delta and slot.is_reference):
            continue
        label = plain.elidedText(lap_name(slot), Qt.TextElideMode.ElideRight, _LONGEST_LABEL_PX)
        square_x = x + _BEFORE_LAP_PX
        label_x = square_x + _SQUARE_PX + _AFTER_SQUARE_PX
        value_x = label_x + plain.horizontalAdvance(label) + _AFTER_LABEL_PX
        if value_x + value_width > rect.right():
            break
        square_y = rect.top() + (rect.height() - _SQUARE_PX) / 2.0
        laps.append(
            HeadSlot(
                lap_index=slot.lap_index,
                square=QRectF(round(square_x), round(square_y), _SQUARE_PX, _SQUARE_PX),
                label=label,
                label_x=label_x,
                value_x=value_x,
                swatch=lap_colour(theme, slot.slot),
            )
        )
        x = value_x + value_width
    return HeadLayout(
        spec=spec,
        rect=rect,
        baseline_y=baseline,
        unit_x=unit_x,
        laps=tuple(laps),
        note_x=x + _BEFORE_LAP_PX,
        has_note=has_note,
    )


def paint_head_frame(painter: QPainter, head: HeadLayout, theme: Theme, units: UnitSystem) -> None:
    """Paint what stays when the cursor moves: name, unit, squares, lap numbers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(12, 600))
    painter.setPen(colour(theme.text))
    painter.drawText(QPointF(head.rect.left() + _INSET_PX, head.baseline_y), head.spec.title)
    painter.setFont(font(12))
    painter.setPen(colour(theme.muted))
    painter.drawText(QPointF(head.unit_x, head.baseline_y), head.spec.unit(units))
    for lap in head.laps:
        painter.drawText(QPointF(lap.label_x, head.baseline_y), lap.label)
    painter.setPen(Qt.PenStyle.NoPen)
    for lap in head.laps:
        painter.setBrush(lap.swatch)
        painter.drawRoundedRect(lap.square, 1.5, 1.5)


class TextCache:
    """Laid-out short texts; laying out costs ten times as much as drawing."""

    def __init__(self, pixel_size: int, weight: int) -> None:
        self.font = font(pixel_size, weight)
        self._ascent = QFontMetricsF(self.font).ascent()
        self._texts: dict[str, QStaticText] = {}

    def draw(self, painter: QPainter, x: float, baseline_y: float, text: str) -> None:
        """Draw a text in the painter's pen; the painter's font must be this cache's."""
        laid_out = self._texts.get(text)
        if laid_out is None:
            if len(self._texts) >= _MAX_CACHED_TEXTS:
                self._texts.clear()
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            laid_out.prepare(painter.transform(), self.font)
            self._texts[text] = laid_out
        painter.drawStaticText(QPointF(x, baseline_y - self._ascent), laid_out)


def paint_badge(painter: QPainter, x: float, head: HeadLayout, text: str, theme: Theme) -> float:
    """Paint a pill with an accent text; return where it ends."""
    metrics = QFontMetricsF(font(11, 600))
    height = 17.0
    top = head.rect.top() + (head.rect.height() - height) / 2.0
    pill = QRectF(x, top, metrics.horizontalAdvance(text) + 2 * _BADGE_PAD_PX, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.selected_row))
    painter.drawRoundedRect(pill, height / 2.0, height / 2.0)
    painter.setFont(font(11, 600))
    painter.setPen(colour(theme.accent))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    return pill.right()


def paint_words(painter: QPainter, head: HeadLayout, words: str, theme: Theme) -> float:
    """Paint quiet words after the values where they fit; return where more may follow."""
    width = QFontMetricsF(font(12)).horizontalAdvance(words)
    if not words or head.note_x + width > head.rect.right():
        return head.note_x
    painter.setFont(font(12))
    painter.setPen(colour(theme.muted))
    painter.drawText(QPointF(head.note_x, head.baseline_y), words)
    return head.note_x + width + _AFTER_WORDS_PX
