"""The head row above each plot: name, unit, and per lap a square, its number and the value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QStaticText

from apexlab_desktop.ui.plots.palette import colour, font, lap_colour
from apexlab_desktop.ui.plots.trace_specs import PlotSpec
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.lap_slots import LapSlot
from apexlab_desktop.units import UnitSystem

HEAD_HEIGHT_PX = 22.0

SLOWER_WORDS = "up is slower"
LONGEST_PLACE = "at 00,000\u00a0m"

_SQUARE_PX = 9.0
_INSET_PX = 4.0
_AFTER_NAME_PX = 5.0
_BEFORE_LAP_PX = 15.0
_AFTER_SQUARE_PX = 5.0
_AFTER_LABEL_PX = 4.0
_BADGE_PAD_PX = 6.0
_AFTER_WORDS_PX = 10.0
_MORE_PX = 38.0
"""Room for the number of laps that are left out."""
_MAX_CACHED_TEXTS = 4096


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
    n_left_out : int
        Laps that do not.
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
    n_left_out: int
    note_x: float
    has_note: bool

    def live_rect(self) -> QRectF:
        """Return the part of the head that changes with the cursor."""
        left = self.laps[0].value_x if self.laps else self.note_x
        right = self.rect.right() if self.has_note else self.note_x
        return QRectF(left, self.rect.top(), max(right - left, 0.0), self.rect.height())


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """A head row before anything is placed in it."""

    spec: PlotSpec
    rect: QRectF
    has_note: bool


def lay_out_heads(
    places: Sequence[HeadPlace], slots: tuple[LapSlot, ...], theme: Theme, units: UnitSystem
) -> tuple[HeadLayout, ...]:
    """Return the places of all head rows.

    Laps go by their full names where every head has room for them, else by their numbers: a name
    is never cut, and the value of a lap matters more than the date of its session.
    """
    heads: tuple[HeadLayout, ...] = ()
    for names in (_full_names(slots), _numbers(slots)):
        heads = tuple(_lay_out_head(place, slots, names, theme, units) for place in places)
        if all(_is_complete(head) for head in heads):
            break
    return heads


def _full_names(slots: tuple[LapSlot, ...]) -> dict[int, str]:
    return {slot.lap_index: f"L{slot.compared.label}" for slot in slots}


def _numbers(slots: tuple[LapSlot, ...]) -> dict[int, str]:
    """Return `L5` per lap; where two laps have one number, `L5a` and `L5b` in slot order."""
    taken = [slot.compared.lap.number for slot in slots]
    names = {}
    for place, slot in enumerate(slots):
        number = taken[place]
        nth = taken[:place].count(number)
        letter = chr(ord("a") + nth) if taken.count(number) > 1 else ""
        names[slot.lap_index] = f"L{number}{letter}"
    return names


def _is_complete(head: HeadLayout) -> bool:
    """Return whether every lap and the words that must not be missed have room."""
    words = SLOWER_WORDS if head.spec.is_delta else "".join(head.spec.words[-1:])
    words = LONGEST_PLACE if head.has_note else words
    width = QFontMetricsF(font(12)).horizontalAdvance(words)
    return not head.n_left_out and (not words or head.note_x + width <= head.rect.right())


def _lay_out_head(
    place: HeadPlace,
    slots: tuple[LapSlot, ...],
    names: dict[int, str],
    theme: Theme,
    units: UnitSystem,
) -> HeadLayout:
    """Return the places of a head row; laps that do not fit are left out and counted."""
    spec, rect = place.spec, place.rect
    plain, strong = QFontMetricsF(font(12)), QFontMetricsF(font(12, 600))
    unit_x = rect.left() + _INSET_PX + strong.horizontalAdvance(spec.title) + _AFTER_NAME_PX
    x = unit_x + plain.horizontalAdvance(spec.unit(units))
    value_width = strong.horizontalAdvance(spec.widest)
    shown = [
        slot for slot in slots if slot.is_coloured and not (spec.is_delta and slot.is_reference)
    ]
    laps: list[HeadSlot] = []
    for slot in shown:
        lap = _head_slot(slot, names[slot.lap_index], x + _BEFORE_LAP_PX, rect, theme)
        is_last = len(laps) == len(shown) - 1
        if lap.value_x + value_width > rect.right() - (0.0 if is_last else _MORE_PX):
            break
        laps.append(lap)
        x = lap.value_x + value_width
    return HeadLayout(
        spec=spec,
        rect=rect,
        baseline_y=rect.top() + (rect.height() + plain.capHeight()) / 2.0,
        unit_x=unit_x,
        laps=tuple(laps),
        n_left_out=len(shown) - len(laps),
        note_x=x + _BEFORE_LAP_PX,
        has_note=place.has_note,
    )


def _head_slot(slot: LapSlot, name: str, left: float, rect: QRectF, theme: Theme) -> HeadSlot:
    label_x = left + _SQUARE_PX + _AFTER_SQUARE_PX
    top = rect.top() + (rect.height() - _SQUARE_PX) / 2.0
    return HeadSlot(
        lap_index=slot.lap_index,
        square=QRectF(round(left), round(top), _SQUARE_PX, _SQUARE_PX),
        label=name,
        label_x=label_x,
        value_x=label_x + QFontMetricsF(font(12)).horizontalAdvance(name) + _AFTER_LABEL_PX,
        swatch=lap_colour(theme, slot.slot),
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
    if head.n_left_out:
        painter.drawText(QPointF(head.note_x, head.baseline_y), f"+{head.n_left_out}")
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


def badge_width(text: str) -> float:
    """Return the room of a pill with its distance from the words [px]; 0 without a text."""
    width = QFontMetricsF(font(11, 600)).horizontalAdvance(text)
    return width + 2 * _BADGE_PAD_PX + _AFTER_WORDS_PX if text else 0.0


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


def paint_words(
    painter: QPainter,
    head: HeadLayout,
    variants: Sequence[str],
    theme: Theme,
    *,
    reserved_px: float = 0.0,
) -> float:
    """Paint the first words that fit after the values; return where more may follow."""
    metrics = QFontMetricsF(font(12))
    free = head.rect.right() - head.note_x - reserved_px
    words = next((text for text in variants if metrics.horizontalAdvance(text) <= free), "")
    if not words or head.n_left_out:
        return head.note_x
    painter.setFont(font(12))
    painter.setPen(colour(theme.muted))
    painter.drawText(QPointF(head.note_x, head.baseline_y), words)
    return head.note_x + metrics.horizontalAdvance(words) + _AFTER_WORDS_PX
