"""The curves of one plot, painted from whole buffers."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from apexlab_desktop.analysis.downsample import MinMaxPyramid
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.ui.plots.layers import Layer
from apexlab_desktop.ui.plots.plot_view import PlotView

_MOVING_BLOCKS_PER_PX = 0.9
"""Most blocks per pixel while the view moves; extremes stay exact, their places coarsen."""
_HAIRLINE_PX = 0.8
"""Width that Qt's one-pixel line has to the eye [device px]."""
_TRIANGLE_SPREAD = 1.6
"""Three points on a circle span between 1.5 and 1.73 radii, whatever the direction."""
_WIDEST_TRIANGLE_PX = 1.4
_WIDEST_HEXAGON_PX = 2.6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """One lap's line in a plot; it shows `(value - offset) * scale`.

    Attributes
    ----------
    pyramid : MinMaxPyramid
    scale, offset : float
    pen : QPen
        One pixel wide.
    width_px : float
        Width of the line.
    fill : QColor or None
        Colour between the curve and zero.
    """

    pyramid: MinMaxPyramid
    scale: float
    offset: float
    pen: QPen
    width_px: float
    fill: QColor | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UncertaintyBand:
    """Where a curve may truly lie.

    Attributes
    ----------
    x, low, high : ndarray, shape (m,)
        Axis and edges, in the units shown.
    colour : QColor
    """

    x: FloatArray
    low: FloatArray
    high: FloatArray
    colour: QColor


class TraceItem(QGraphicsItem):
    """Curves of a plot in the pixels of its area; the first is painted first."""

    def __init__(self, view: PlotView) -> None:
        super().__init__(view)
        self._view = view
        self._curves: tuple[Curve, ...] = ()
        self._bands: tuple[UncertaintyBand, ...] = ()
        self._is_moving = False
        self.setZValue(Layer.TRACES)

    def set_content(
        self, curves: tuple[Curve, ...], bands: tuple[UncertaintyBand, ...], *, is_moving: bool
    ) -> None:
        """Paint other curves; while they move, in coarser columns (peaks stay)."""
        self._curves = curves
        self._bands = bands
        self._is_moving = is_moving

    def boundingRect(self) -> QRectF:
        """Return the area of the plot."""
        return QRectF(self._view.rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint bands, then curves."""
        frame = _Frame.of(self._view, painter, is_moving=self._is_moving)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=not self._is_moving)
        for band in self._bands:
            _paint_band(painter, frame, band)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self._curves:
            _paint_curve(painter, frame, curve)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """From the units shown to the pixels of the area."""

    x_low: float
    x_high: float
    y_high: float
    x_scale: float
    y_scale: float
    n_columns: int
    is_moving: bool

    @classmethod
    def of(cls, view: PlotView, painter: QPainter, *, is_moving: bool) -> _Frame:
        rect = view.rect()
        (x_low, x_high), (y_low, y_high) = view.ranges
        ratio = _MOVING_BLOCKS_PER_PX if is_moving else painter.device().devicePixelRatioF()
        return cls(
            x_low=x_low,
            x_high=x_high,
            y_high=y_high,
            x_scale=rect.width() / (x_high - x_low),
            y_scale=rect.height() / (y_high - y_low),
            n_columns=max(round(rect.width() * ratio), 1),
            is_moving=is_moving,
        )

    def points(self, pyramid: MinMaxPyramid) -> tuple[FloatArray, FloatArray]:
        """Return what to draw of a trace: exact in every column at rest, cheap while it moves."""
        reduced = pyramid.blocks if self.is_moving else pyramid.window
        return reduced(self.x_low, self.x_high, self.n_columns)

    def x_px(self, x: FloatArray) -> FloatArray:
        return (x - self.x_low) * self.x_scale

    def y_px(self, y: FloatArray) -> FloatArray:
        return (self.y_high - y) * self.y_scale


def _paint_curve(painter: QPainter, frame: _Frame, curve: Curve) -> None:
    x, values = frame.points(curve.pyramid)
    if not x.size:
        return
    x_px = frame.x_px(x)
    y_px = frame.y_px((values - curve.offset) * curve.scale)
    ratio = painter.device().devicePixelRatioF()
    painter.setPen(curve.pen)
    painter.setBrush(QBrush())
    for piece in _unbroken(y_px):
        if curve.fill is not None:
            _fill_to_zero(painter, frame, x_px[piece], y_px[piece], curve)
        for dx, dy in _passes(curve.width_px, ratio):
            painter.drawPolyline(polygon(x_px[piece] + dx, y_px[piece] + dy))


@cache
def _passes(width_px: float, ratio: float) -> tuple[tuple[float, float], ...]:
    """Return the shifts at which a hairline is drawn so that it looks `width_px` wide.

    Qt strokes a wide antialiased line at five to twenty-five times the cost of a line one device
    pixel wide, so a few of those, shifted evenly all around, make the wide one.

    Parameters
    ----------
    width_px : float
        Wanted width in logical pixels; 1 and less is a hairline.
    ratio : float
        Device pixels per logical pixel.
    """
    if width_px <= 1.0:
        return ((0.0, 0.0),)
    spread = width_px * ratio - _HAIRLINE_PX
    if spread <= _WIDEST_TRIANGLE_PX:
        radius, n_around, middle = spread / _TRIANGLE_SPREAD, 3, []
    else:
        # Hairlines on the ring must not lie further apart than they are wide.
        radius, n_around, middle = spread / 2.0, 6 if spread < _WIDEST_HEXAGON_PX else 8, [0j]
    ring = [
        cmath.rect(radius / ratio, math.tau * (index / n_around + 0.25))
        for index in range(n_around)
    ]
    return tuple((shift.real, shift.imag) for shift in ring + middle)


def _fill_to_zero(
    painter: QPainter, frame: _Frame, x: FloatArray, y: FloatArray, curve: Curve
) -> None:
    zero = np.full(2, frame.y_high * frame.y_scale)
    pen = painter.pen()
    painter.setPen(pg.QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(curve.fill)
    outline = polygon(np.concatenate((x, x[[-1, 0]])), np.concatenate((y, zero)))
    painter.drawPolygon(outline)
    painter.setBrush(QBrush())
    painter.setPen(pen)


def _paint_band(painter: QPainter, frame: _Frame, band: UncertaintyBand) -> None:
    painter.setPen(pg.QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(band.colour)
    x, low, high = frame.x_px(band.x), frame.y_px(band.low), frame.y_px(band.high)
    for piece in _unbroken(low + high):
        painter.drawPolygon(
            polygon(
                np.concatenate((x[piece], x[piece][::-1])),
                np.concatenate((low[piece], high[piece][::-1])),
            )
        )


def polygon(x: FloatArray, y: FloatArray) -> QPolygonF:
    """Return points as Qt takes them, copied as one buffer."""
    made: QPolygonF = pg.functions.arrayToQPolygonF(x, y)
    return made


def _unbroken(y: FloatArray) -> list[slice]:
    """Return the stretches between missing values that hold at least two points."""
    finite = np.isfinite(y)
    if finite.all():
        return [slice(0, y.size)]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], finite, [False])).astype(np.int8)))
    return [
        slice(int(start), int(stop))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if stop - start > 1
    ]
