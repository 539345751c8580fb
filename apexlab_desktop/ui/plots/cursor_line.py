"""The cursor, drawn over a kept picture of the plots; moving it repaints no curve."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QRegion

from apexlab_desktop.ui.plots.palette import colour, lap_colour
from apexlab_desktop.ui.plots.plot_row import PlotRow, back_to_front
from apexlab_desktop.ui.plots.readout import HeadLayout, TextCache
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel

DOT_RADIUS_PX = 4.0
DOT_RING_PX = 1.5
_STRIP_HALF_WIDTH_PX = 7
_RANGE_ALPHA = 0.12


_SPRITE_PX = 14


class CursorOverlay:
    """What the cursor adds to the picture: lines, dots and the values in the heads."""

    def __init__(self, model: ComparisonModel) -> None:
        self._model = model
        self._rows: tuple[PlotRow, ...] = ()
        self._heads: tuple[HeadLayout, ...] = ()
        self._colours: tuple[tuple[int, QColor], ...] = ()
        self._sprites: dict[tuple[int, float], QPixmap] = {}
        self._names: list[str] = []
        self._values = TextCache(12, 600)
        self._x = math.nan
        self._second_x = math.nan
        self._tag_x = math.nan
        self._dots: list[tuple[float, QColor]] = []
        self._texts: list[tuple[float, float, str]] = []

    def set_plots(
        self, rows: tuple[PlotRow, ...], heads: tuple[HeadLayout, ...], theme: Theme
    ) -> None:
        """Draw over other plots, or the same at other places."""
        self._rows = rows
        self._heads = heads
        self._sprites.clear()
        self._names = [name for row in rows for name, _ in row.spec.channels]
        slots = back_to_front(self._model.visible_slots)
        # The reference's dot lies on top: it is what the others are read against.
        ordered = [s for s in slots if not s.is_reference] + [s for s in slots if s.is_reference]
        self._colours = tuple(
            (slot.lap_index, lap_colour(theme, slot.slot)) for slot in ordered if slot.is_coloured
        )

    def move(self, x: float, place_m: float, second_x: float) -> None:
        """Put the cursor at a place of the lap, `x` pixels from the left; NaN for nowhere."""
        self._x, self._second_x = x, second_x
        self._dots, self._texts = [], []
        if not math.isfinite(place_m):
            return
        values = self._model.values_at(self._names, place_m)
        first = 0
        for row, head in zip(self._rows, self._heads, strict=True):
            n_channels = len(row.spec.channels)
            of_plot = values[first : first + n_channels]
            first += n_channels
            self._write_head(head, of_plot)
            if math.isfinite(x):
                self._set_dots(row, of_plot)

    def _write_head(self, head: HeadLayout, values: list[list[float]]) -> None:
        units = self._model.units
        for lap in head.laps:
            text = head.spec.readout([of_channel[lap.lap_index] for of_channel in values], units)
            self._texts.append((lap.value_x, head.baseline_y, text))

    def _set_dots(self, row: PlotRow, values: list[list[float]]) -> None:
        factor = row.factor
        top, bottom = row.rect.top(), row.rect.bottom()
        reference = self._model.reference
        left_out = reference.lap_index if reference is not None and row.spec.is_delta else -1
        for (_, scale), of_channel in zip(row.spec.channels, values, strict=True):
            for lap_index, fill in self._colours:
                value = of_channel[lap_index]
                if lap_index == left_out:
                    continue
                y = row.y_px(value * scale * factor)
                if top <= y <= bottom:
                    self._dots.append((y, fill))

    def move_tag(self, x: float) -> None:
        """Put the tag `x` pixels from the left; NaN for nowhere."""
        self._tag_x = x

    def region(self) -> QRegion:
        """Return what the cursor covers at its present place."""
        if not self._rows:
            return QRegion()
        top = int(self._rows[0].rect.top())
        height = int(self._rows[-1].rect.bottom()) - top + 1
        region = QRegion()
        for head in self._heads:
            region += head.live_rect().toAlignedRect()
        for x in (self._x, self._second_x, self._tag_x):
            if math.isfinite(x):
                left = int(x) - _STRIP_HALF_WIDTH_PX
                region += QRegion(left, top, 2 * _STRIP_HALF_WIDTH_PX + 1, height)
        return region

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint lines, dots and values."""
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_lines(painter, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for y, fill in self._dots:
            corner = QPointF(self._x - _SPRITE_PX / 2.0, y - _SPRITE_PX / 2.0)
            painter.drawPixmap(corner, self._sprite(painter, fill, theme))
        painter.setPen(colour(theme.text))
        painter.setFont(self._values.font)
        for x, baseline_y, text in self._texts:
            self._values.draw(painter, x, baseline_y, text)

    def _sprite(self, painter: QPainter, fill: QColor, theme: Theme) -> QPixmap:
        """Return a painted dot; blitting it costs a fraction of painting a circle."""
        ratio = painter.device().devicePixelRatioF()
        key = (fill.rgba(), ratio)
        if key not in self._sprites:
            side = round(_SPRITE_PX * ratio)
            sprite = QPixmap(side, side)
            sprite.setDevicePixelRatio(ratio)
            sprite.fill(Qt.GlobalColor.transparent)
            dot = QPainter(sprite)
            dot.setRenderHint(QPainter.RenderHint.Antialiasing)
            dot.setPen(QPen(colour(theme.panel), DOT_RING_PX))
            dot.setBrush(fill)
            radius = DOT_RADIUS_PX + DOT_RING_PX / 2.0
            dot.drawEllipse(QPointF(_SPRITE_PX / 2.0, _SPRITE_PX / 2.0), radius, radius)
            dot.end()
            self._sprites[key] = sprite
        return self._sprites[key]

    def _paint_lines(self, painter: QPainter, theme: Theme) -> None:
        plots: list[QRectF] = []
        for row in self._rows:
            # Plots over each other are one area: a shade twice would be darker.
            if not row.spec.absence and row.rect not in plots:
                plots.append(row.rect)
        if math.isfinite(self._x) and math.isfinite(self._second_x):
            left, right = sorted((self._x, self._second_x))
            shade = colour(theme.accent, _RANGE_ALPHA)
            for rect in plots:
                painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), shade)
        for x, code, style in (
            (self._tag_x, theme.warning, Qt.PenStyle.DotLine),
            (self._second_x, theme.accent, Qt.PenStyle.DashLine),
            (self._x, theme.secondary, Qt.PenStyle.SolidLine),
        ):
            if math.isfinite(x):
                pen = QPen(colour(code), 1.0, style)
                pen.setCosmetic(True)
                painter.setPen(pen)
                # One stroke per plot: the words of the heads between them stay readable.
                painter.drawLines([QLineF(x, rect.top(), x, rect.bottom()) for rect in plots])
