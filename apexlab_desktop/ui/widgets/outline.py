"""The shape of a track, small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.ramps import mixed

Points = Sequence[tuple[float, float]]

EDGE_WIDTH, ROAD_WIDTH = 7.0, 3.0
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
    if _is_closed(points):
        path.closeSubpath()
    return path


def outline_pieces(points: Points, box: QRectF) -> list[QPainterPath]:
    """Return the way from each point to the next as a curve of its own, smooth at the points."""
    whole = outline_path(points, box)
    at = [QPointF(whole.elementAt(n).x, whole.elementAt(n).y) for n in range(len(points))]
    n_points, is_closed = len(at), _is_closed(points)

    def point(index: int) -> QPointF:
        return at[index % n_points if is_closed else min(max(index, 0), n_points - 1)]

    pieces = []
    for n in range(n_points if is_closed else n_points - 1):
        before, start, end, after = (point(n + k) for k in (-1, 0, 1, 2))
        # The curve of Catmull and Rom, as a Bezier curve.
        piece = QPainterPath(start)
        piece.cubicTo(start + (end - before) / 6.0, end - (after - start) / 6.0, end)
        pieces.append(piece)
    return pieces


def _is_closed(points: Points) -> bool:
    return math.dist(points[0], points[-1]) < CLOSED_WITHIN


def paint_outline(
    painter: QPainter, points: Points, box: QRectF, colour: str, width: float = 1.5
) -> None:
    """Draw the outline in one colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_road_pen(QColor(colour), width))
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
        self._speeds_mps: tuple[float | None, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Outline of the track")
        appearance.theme_changed.connect(self.update)

    def show_points(self, points: Points, speeds_mps: Sequence[float | None] = ()) -> None:
        """Draw another track, coloured by speed where that is known."""
        self._points = points
        self._speeds_mps = tuple(speeds_mps) if len(speeds_mps) == len(points) else ()
        self.setVisible(len(points) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the usual room."""
        return QSize(280, 146)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dark edge, the road in colours of its speed, and the start line."""
        if len(self._points) < 2:
            return
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(28, 14, -28, -14)
        pieces = outline_pieces(self._points, box)
        for piece in pieces:
            painter.strokePath(piece, _road_pen(QColor(theme.track_edge), EDGE_WIDTH))
        for piece, colour in zip(pieces, self._colours(len(pieces)), strict=True):
            painter.strokePath(piece, _road_pen(colour, ROAD_WIDTH))
        self._paint_start(painter, outline_path(self._points, box))
        painter.end()

    def _colours(self, n_pieces: int) -> list[QColor]:
        """Return the colour of each piece: of the mean speed of its ends."""
        theme = self._appearance.theme
        known = [speed for speed in self._speeds_mps if speed is not None]
        if not known or max(known) <= min(known):
            return [QColor(theme.accent)] * n_pieces
        low, span = min(known), max(known) - min(known)
        colours = []
        for n in range(n_pieces):
            ends = (self._speeds_mps[n], self._speeds_mps[(n + 1) % len(self._speeds_mps)])
            speeds = [speed for speed in ends if speed is not None]
            share = (sum(speeds) / len(speeds) - low) / span if speeds else None
            colours.append(QColor(theme.muted) if share is None else mixed(theme.speed_ramp, share))
        return colours

    def _paint_start(self, painter: QPainter, path: QPainterPath) -> None:
        first, second = path.elementAt(0), path.elementAt(1)
        length = math.hypot(second.x - first.x, second.y - first.y) or 1.0
        across = QPointF(-(second.y - first.y) / length * 8, (second.x - first.x) / length * 8)
        start = QPointF(first.x, first.y)
        painter.setPen(QPen(QColor(self._appearance.theme.text), 2.5))
        painter.drawLine(start - across, start + across)


def _road_pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen
