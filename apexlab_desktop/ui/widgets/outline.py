"""The shape of a track, small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui.appearance import Appearance

Points = Sequence[tuple[float, float]]

CLOSED_WITHIN = 0.15
"""Ends nearer than this share of the square belong to a closed lap."""


def outline_path(points: Points, box: QRectF) -> QPainterPath:
    """Return the outline fitted into a box, its shape kept, north up."""
    path = QPainterPath()
    if len(points) < 2:
        return path
    xs = [x for x, _ in points]
    ys = [y for _, y in points]
    width = max(max(xs) - min(xs), 1e-9)
    height = max(max(ys) - min(ys), 1e-9)
    scale = min(box.width() / width, box.height() / height)
    middle = QPointF((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    placed = [
        QPointF(
            box.center().x() + (x - middle.x()) * scale,
            box.center().y() - (y - middle.y()) * scale,
        )
        for x, y in points
    ]
    path.moveTo(placed[0])
    for point in placed[1:]:
        path.lineTo(point)
    if math.dist(points[0], points[-1]) < CLOSED_WITHIN:
        path.closeSubpath()
    return path


def paint_outline(
    painter: QPainter, points: Points, box: QRectF, colour: str, width: float = 1.5
) -> None:
    """Draw the outline in one colour."""
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline_path(points, box))


def paint_small_outline(painter: QPainter, points: Points, box: QRectF, colour: str) -> None:
    """Draw the outline of a list row from a kept picture."""
    ratio = painter.device().devicePixelRatioF()
    size = (round(box.width()), round(box.height()))
    picture = _small_outline(tuple(points), size, colour, ratio)
    painter.drawPixmap(box.topLeft().toPoint(), picture)


@lru_cache(maxsize=512)
def _small_outline(
    points: tuple[tuple[float, float], ...], size: tuple[int, int], colour: str, ratio: float
) -> QPixmap:
    picture = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    box = QRectF(0, 0, *size).adjusted(1, 1, -1, -1)
    paint_outline(painter, points, box, colour)
    painter.end()
    return picture


class TrackOutline(QWidget):
    """The outline of a session's best lap with its start line."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._points: Points = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Outline of the track")
        appearance.theme_changed.connect(self.update)

    def show_points(self, points: Points) -> None:
        """Draw another track."""
        self._points = points
        self.setVisible(len(points) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the usual room."""
        return QSize(280, 146)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dark edge, a bright road and the start line."""
        theme = self._appearance.theme
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(28, 14, -28, -14)
        paint_outline(painter, self._points, box, theme.track_edge, 7.0)
        paint_outline(painter, self._points, box, theme.accent, 3.0)
        path = outline_path(self._points, box)
        if path.elementCount() > 2:
            self._paint_start(painter, path)
        painter.end()

    def _paint_start(self, painter: QPainter, path: QPainterPath) -> None:
        first, second = path.elementAt(0), path.elementAt(1)
        length = math.hypot(second.x - first.x, second.y - first.y) or 1.0
        across = QPointF(-(second.y - first.y) / length * 8, (second.x - first.x) / length * 8)
        start = QPointF(first.x, first.y)
        painter.setPen(QPen(QColor(self._appearance.theme.text), 2.5))
        painter.drawLine(start - across, start + across)
