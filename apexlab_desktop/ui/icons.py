"""Lucide icons in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from apexlab_desktop.paths import resource_path

STROKE_WIDTH = "1.75"
DISABLED_OPACITY = 0.45


@lru_cache(maxsize=128)
def _svg(name: str) -> str:
    text = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    return text.replace('stroke-width="2"', f'stroke-width="{STROKE_WIDTH}"')


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon drawn for a device pixel ratio; `size` in logical pixels."""
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))
    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


class _Engine(QIconEngine):
    """Draws when asked, at the ratio asked for: most icons of a window are never seen."""

    def __init__(self, name: str, colour: str, size: int) -> None:
        super().__init__()
        self._name = name
        self._colour = colour
        self._size = size

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.setOpacity(DISABLED_OPACITY if mode is QIcon.Mode.Disabled else 1.0)
        top = rect.top() + (rect.height() - self._size) / 2
        paint(painter, self._name, self._colour, rect.left(), top, self._size)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        # Qt asks in logical pixels.
        drawn = QPixmap(size * scale)
        drawn.fill(Qt.GlobalColor.transparent)
        drawn.setDevicePixelRatio(scale)
        painter = QPainter(drawn)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour, self._size)


def icon(name: str, colour: str, size: int = 18) -> QIcon:
    """Return the icon for a button, sharp at every ratio; wider icons get room at the right."""
    return QIcon(_Engine(name, colour, size))


def paint(
    painter: QPainter, name: str, colour: QColor | str, x: float, y: float, size: int
) -> None:
    """Draw the icon with its top left corner at (x, y)."""
    code = colour.name() if isinstance(colour, QColor) else colour
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QRectF(x, y, size, size).toRect(), pixmap(name, code, size, ratio))
