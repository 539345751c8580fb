"""What lies behind the curves of a plot: corner bands, grid and the zero line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from apexlab_desktop.ui.plots.layers import Layer
from apexlab_desktop.ui.plots.linked_axis import LinkedAxis
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.plot_view import PlotView
from apexlab_desktop.ui.theme import Theme

_LABEL_TOP_PX = 3.0
_LABEL_HALF_WIDTH_PX = 20.0
_LABEL_HEIGHT_PX = 14.0
_MIN_LABEL_DISTANCE_PX = 15.0

Band = tuple[float, float, str]
"""From and to on the axis, and the corner's number."""


class Backdrop(QGraphicsItem):
    """Grid lines on whole pixels, in the muted colour, under everything else."""

    def __init__(self, view: PlotView, x_axis: LinkedAxis, y_axis: LinkedAxis) -> None:
        super().__init__(view)
        self._view = view
        self._x_axis = x_axis
        self._y_axis = y_axis
        self._theme: Theme | None = None
        self._bands: tuple[Band, ...] = ()
        self.is_grid_shown = True
        self.has_zero_line = False
        self.has_band_labels = False
        self.setZValue(Layer.BACKDROP)

    def restyle(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme

    def set_bands(self, bands: tuple[Band, ...]) -> None:
        """Shade other stretches of the axis."""
        self._bands = bands

    def boundingRect(self) -> QRectF:
        """Return the area of the plot."""
        return QRectF(self._view.rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint bands, grid, zero line and corner numbers."""
        theme = self._theme
        if theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_bands(painter, theme)
        if self.is_grid_shown:
            painter.setPen(_hairline(theme.muted, theme.grid_alpha))
            painter.drawLines(self._grid_lines())
        if self.has_zero_line:
            self._paint_zero(painter, theme)
        painter.setPen(_hairline(theme.muted, 1.0))
        bottom = self._view.rect().height() - 0.5
        painter.drawLine(QLineF(0.0, bottom, self._view.rect().width(), bottom))
        if self.has_band_labels:
            self._paint_labels(painter, theme)

    def _x_px(self, value: float) -> float:
        (low, high), _ = self._view.ranges
        return float((value - low) / (high - low) * self._view.rect().width())

    def _y_px(self, value: float) -> float:
        _, (low, high) = self._view.ranges
        return float((high - value) / (high - low) * self._view.rect().height())

    def _grid_lines(self) -> list[QLineF]:
        rect = self._view.rect()
        lines = []
        for value, _ in self._x_axis.ticks():
            x = round(self._x_px(value)) + 0.5
            lines.append(QLineF(x, 0.0, x, rect.height()))
        for value, _ in self._y_axis.ticks():
            y = round(self._y_px(value)) + 0.5
            lines.append(QLineF(0.0, y, rect.width(), y))
        return lines

    def _paint_zero(self, painter: QPainter, theme: Theme) -> None:
        y = round(self._y_px(0.0)) + 0.5
        pen = _hairline(theme.muted, 1.0)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(QLineF(0.0, y, self._view.rect().width(), y))

    def _paint_bands(self, painter: QPainter, theme: Theme) -> None:
        height = self._view.rect().height()
        shade = colour(theme.corner_band, theme.corner_band_alpha)
        for low, high, _ in self._bands:
            left, right = self._x_px(low), self._x_px(high)
            painter.fillRect(QRectF(left, 0.0, right - left, height), shade)

    def _paint_labels(self, painter: QPainter, theme: Theme) -> None:
        width = self._view.rect().width()
        painter.setFont(font(11, 600))
        painter.setPen(colour(theme.muted))
        last_x = -_MIN_LABEL_DISTANCE_PX
        for low, high, label in self._bands:
            x = self._x_px((low + high) / 2.0)
            if not 0.0 <= x <= width or x - last_x < _MIN_LABEL_DISTANCE_PX:
                continue
            last_x = x
            box = QRectF(
                x - _LABEL_HALF_WIDTH_PX, _LABEL_TOP_PX, 2 * _LABEL_HALF_WIDTH_PX, _LABEL_HEIGHT_PX
            )
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


def _hairline(code: str, alpha: float) -> QPen:
    pen = QPen(colour(code, alpha), 1.0)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
