"""Lucide icons in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from apexlab_desktop.paths import resource_path

STROKE_WIDTH = "1.75"
RATIOS = (1, 2, 3)


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


def icon(name: str, colour: str, size: int = 18, room_right: int = 0) -> QIcon:
    """Return the icon for a button, sharp at ratios 1, 2 and 3, with room before the text."""
    made = QIcon()
    for ratio in RATIOS:
        drawn = pixmap(name, colour, size, ratio)
        if room_right:
            wide = QPixmap((size + room_right) * ratio, size * ratio)
            wide.setDevicePixelRatio(ratio)
            wide.fill(Qt.GlobalColor.transparent)
            painter = QPainter(wide)
            painter.drawPixmap(0, 0, drawn)
            painter.end()
            drawn = wide
        made.addPixmap(drawn)
    return made


def paint(
    painter: QPainter, name: str, colour: QColor | str, x: float, y: float, size: int
) -> None:
    """Draw the icon with its top left corner at (x, y)."""
    code = colour.name() if isinstance(colour, QColor) else colour
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QRectF(x, y, size, size).toRect(), pixmap(name, code, size, ratio))
