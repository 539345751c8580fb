"""Where places and values lie in a plot of the Optimal worksheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from apexlab_desktop.analysis.arrays import FloatArray
from apexlab_desktop.ui.plots.trace_item import polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotScale:
    """Metres and values to pixels.

    Attributes
    ----------
    area : QRectF
    length_m : float
        What the width shows [m].
    low, high : float
        Values at the bottom and the top.
    """

    area: QRectF
    length_m: float
    low: float
    high: float

    def x(self, place_m: float) -> float:
        """Return the pixel of a place."""
        return self.area.left() + self.area.width() * place_m / self.length_m

    def y(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (value - self.low) / max(self.high - self.low, 1e-9)
        return self.area.bottom() - self.area.height() * share

    def point(self, place_m: float, value: float) -> QPointF:
        """Return the pixel of a value at a place."""
        return QPointF(self.x(place_m), self.y(value))

    def place_m(self, x: float) -> float:
        """Return the place of a pixel, inside the plot [m]."""
        share = (x - self.area.left()) / max(self.area.width(), 1.0)
        return min(max(share, 0.0), 1.0) * self.length_m

    def curve(self, station_m: FloatArray, values: FloatArray) -> QPolygonF:
        """Return a curve in pixels, with the least and the greatest value of every column."""
        x = self.area.left() + self.area.width() * station_m / self.length_m
        keep = _ends_of_columns(np.floor(x).astype(np.int64), values)
        share = (values[keep] - self.low) / max(self.high - self.low, 1e-9)
        return polygon(x[keep], self.area.bottom() - self.area.height() * share)


def padded(low: float, high: float, share: float = 0.05) -> tuple[float, float]:
    """Return the ends of a scale with room beyond the values."""
    room = max(share * (high - low), 1e-3)
    return low - room, high + room


def _ends_of_columns(column: np.ndarray, values: FloatArray) -> np.ndarray:
    """Return the samples that a picture needs: first, last, least and greatest of each column."""
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    stops = np.append(starts[1:], column.size)
    if starts.size * 4 >= column.size:
        return np.arange(column.size)
    kept = [
        (a, a + int(np.argmin(values[a:b])), a + int(np.argmax(values[a:b])), b - 1)
        for a, b in zip(starts.tolist(), stops.tolist(), strict=True)
    ]
    return np.unique(np.array(kept).ravel())
