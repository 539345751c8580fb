"""Axes of the plots: round ticks, our words, widths that never change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from apexlab_desktop.ui.plots.layers import Layer

LEFT_AXIS_WIDTH_PX = 46.0
BOTTOM_AXIS_HEIGHT_PX = 24.0

Ticks = list[tuple[float, str]]
TickSource = Callable[[float, float, float], Ticks]
"""(low, high, length in px) to (value, label)."""


class LinkedAxis(pg.AxisItem):
    """An axis of a plot whose ticks come from one function for labels and grid alike."""

    def __init__(self, orientation: str, ticks: TickSource) -> None:
        super().__init__(orientation)
        self._source = ticks
        self._labels: list[str] = []
        self._metrics = QFontMetricsF(QFont())
        self.setStyle(
            tickLength=0,
            tickAlpha=0,
            autoExpandTextSpace=False,
            autoReduceTextSpace=False,
            hideOverlappingLabels=False,
            tickTextOffset=6 if orientation == "left" else 5,
        )
        self.enableAutoSIPrefix(False)
        if orientation == "left":
            self.setWidth(LEFT_AXIS_WIDTH_PX)
        else:
            self.setHeight(BOTTOM_AXIS_HEIGHT_PX)
        self.setZValue(Layer.AXIS)

    def place(self, rect: QRectF) -> None:
        """Take an area of the scene."""
        self.setGeometry(rect)

    def restyle(self, line: QColor, text: QColor, font: QFont) -> None:
        """Use other colours. The plot draws its own lower edge, so a bottom axis has no line."""
        self._metrics = QFontMetricsF(font)
        self.setPen(pg.mkPen(line, width=1) if self.orientation == "left" else pg.mkPen(None))
        self.setTextPen(pg.mkPen(text))
        self.setTickFont(font)

    def take_down(self) -> None:
        """Leave the scene."""
        self.close()

    def refresh(self) -> None:
        """Make the labels again: the units are others."""
        self.picture = None
        self.update()

    def ticks(self) -> Ticks:
        """Return (value, label) of what is visible: a grid line without a label says nothing."""
        low, high = sorted(self.range)
        is_vertical = self.orientation in ("left", "right")
        return self._told(low, high, self.size().height() if is_vertical else self.size().width())

    def tickValues(
        self,
        minVal: float,  # noqa: N803 - pyqtgraph's name
        maxVal: float,  # noqa: N803 - pyqtgraph's name
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Return one level of ticks (pyqtgraph asks)."""
        ticks = self._told(min(minVal, maxVal), max(minVal, maxVal), size)
        self._labels = [label for _, label in ticks]
        return [(1.0, [value for value, _ in ticks])]

    def _told(self, low: float, high: float, length_px: float) -> Ticks:
        """Return the ticks whose labels stay clear of what lies beyond the ends of the axis."""
        ticks = self._source(low, high, length_px)
        if self.orientation == "left":
            return ticks
        px_per_unit = length_px / ((high - low) or 1.0)
        return [
            (value, label)
            for value, label in ticks
            if (value - low) * px_per_unit + self._metrics.horizontalAdvance(label) / 2.0
            <= length_px
        ]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of the ticks just made (pyqtgraph asks)."""
        return list(self._labels)
