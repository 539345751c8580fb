"""The coloured track: a line in runs of equal colour, painted once into a picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from apexlab_desktop.analysis.types import FloatArray, IntArray
from apexlab_desktop.ui.plots.palette import colour
from apexlab_desktop.ui.plots.trace_item import polygon
from apexlab_desktop.ui.ramps import mixed

N_BINS = 48
LINE_WIDTH_PX = 4.5
EDGE_WIDTH_PX = 9.0
LOSS_EXTRA_PX = 4.0
"""The line is up to this much wider where time is lost: the map then reads without hue."""
_LEAST_STEP_PX = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """From east and north in metres to pixels, north up.

    Attributes
    ----------
    px_per_m : float
    centre_x_m, centre_y_m : float
        What lies in the middle of the area.
    centre_x_px, centre_y_px : float
        The middle of the area.
    """

    px_per_m: float
    centre_x_m: float
    centre_y_m: float
    centre_x_px: float
    centre_y_px: float

    def x_px(self, x_m: FloatArray) -> FloatArray:
        """Return pixels to the right for metres east."""
        return (x_m - self.centre_x_m) * self.px_per_m + self.centre_x_px

    def y_px(self, y_m: FloatArray) -> FloatArray:
        """Return pixels down for metres north."""
        return (self.centre_y_m - y_m) * self.px_per_m + self.centre_y_px

    def point_px(self, x_m: float, y_m: float) -> QPointF:
        """Return one point in pixels."""
        return QPointF(
            (x_m - self.centre_x_m) * self.px_per_m + self.centre_x_px,
            (self.centre_y_m - y_m) * self.px_per_m + self.centre_y_px,
        )

    def point_m(self, point: QPointF) -> tuple[float, float]:
        """Return east and north of a pixel [m]."""
        return (
            (point.x() - self.centre_x_px) / self.px_per_m + self.centre_x_m,
            self.centre_y_m - (point.y() - self.centre_y_px) / self.px_per_m,
        )

    def zoomed(self, factor: float, at: QPointF) -> MapView:
        """Return the view scaled by `factor`, the place under `at` staying there."""
        x_m, y_m = self.point_m(at)
        scale = self.px_per_m * factor
        return MapView(
            px_per_m=scale,
            centre_x_m=x_m - (at.x() - self.centre_x_px) / scale,
            centre_y_m=y_m + (at.y() - self.centre_y_px) / scale,
            centre_x_px=self.centre_x_px,
            centre_y_px=self.centre_y_px,
        )

    def panned(self, shift: QPointF) -> MapView:
        """Return the view moved by pixels."""
        return MapView(
            px_per_m=self.px_per_m,
            centre_x_m=self.centre_x_m - shift.x() / self.px_per_m,
            centre_y_m=self.centre_y_m + shift.y() / self.px_per_m,
            centre_x_px=self.centre_x_px,
            centre_y_px=self.centre_y_px,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """Colours from the low end to the high end of a scale.

    Attributes
    ----------
    low, high : float
        Ends of the scale in the unit shown.
    stops : tuple of str
        Colours at equal steps.
    widens : bool
        Whether the line gets wider above the middle.
    """

    low: float
    high: float
    stops: tuple[str, ...]
    widens: bool = False

    def bins(self, values: FloatArray) -> IntArray:
        """Return the colour number of each value, -1 where it is missing."""
        span = max(self.high - self.low, 1e-12)
        share = np.clip((values - self.low) / span, 0.0, 1.0 - 1e-9)
        known = np.isfinite(share)
        return np.where(known, np.where(known, share, 0.0) * N_BINS, -1).astype(np.int64)

    def colours(self) -> list[QColor]:
        """Return the colour of each bin."""
        return [mixed(self.stops, (index + 0.5) / N_BINS) for index in range(N_BINS)]

    def width_px(self, index: int) -> float:
        """Return the line width of a bin."""
        over = max((index + 0.5) / N_BINS * 2.0 - 1.0, 0.0) if self.widens else 0.0
        return LINE_WIDTH_PX + LOSS_EXTRA_PX * over


def track_picture(
    size: QSize, ratio: float, edge: str, line: tuple[FloatArray, FloatArray, IntArray], ramp: Ramp
) -> QPixmap:
    """Return the track on a transparent ground.

    Parameters
    ----------
    size : QSize
        In logical pixels.
    ratio : float
        Device pixels per logical pixel.
    edge : str
        Colour under the line.
    line : (ndarray, ndarray, ndarray)
        x and y in pixels and the bin of each point, NaN and -1 where unknown.
    ramp : Ramp
    """
    picture = QPixmap(QSize(round(size.width() * ratio), round(size.height() * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x, y, bins = _thinned(*line)
    for piece in _pieces(np.isfinite(x + y)):
        painter.setPen(_round_pen(colour(edge), EDGE_WIDTH_PX))
        painter.drawPolyline(polygon(x[piece], y[piece]))
    colours = ramp.colours()
    for start, stop in _runs(bins):
        index = int(bins[start])
        points = slice(start, min(stop + 1, x.size))
        if index < 0 or not np.isfinite(x[points] + y[points]).all():
            continue
        painter.setPen(_round_pen(colours[index], ramp.width_px(index)))
        painter.drawPolyline(polygon(x[points], y[points]))
    painter.end()
    return picture


def _round_pen(shade: QColor, width: float) -> QPen:
    return QPen(
        shade, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


def _thinned(
    x: FloatArray, y: FloatArray, bins: IntArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the line without points that lie closer than a fraction of a pixel."""
    step = np.hypot(np.diff(x, prepend=x[:1]), np.diff(y, prepend=y[:1]))
    run = np.cumsum(np.where(np.isfinite(step), step, 1e3))
    keep = np.diff(np.floor(run / _LEAST_STEP_PX), prepend=-1.0) > 0
    keep |= ~np.isfinite(step)
    keep[-1:] = True
    return x[keep], y[keep], bins[keep]


def _runs(bins: IntArray) -> list[tuple[int, int]]:
    """Return (start, stop) of the stretches of equal bins."""
    if not bins.size:
        return []
    edges = np.flatnonzero(np.diff(bins)) + 1
    bounds = [0, *edges.tolist(), bins.size]
    return list(pairwise(bounds))


def _pieces(known: np.ndarray) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], known.astype(np.int8), [0]))))
    return [
        slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1
    ]
