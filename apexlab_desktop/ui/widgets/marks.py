"""Marks that follow the theme: an icon, a dashed frame."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel

from apexlab_desktop.ui import icons
from apexlab_desktop.ui.appearance import Appearance


class DashedFrame(QFrame):
    """A place to drop files on."""

    def __init__(self, appearance: Appearance, *, is_strong: bool) -> None:
        super().__init__()
        self._appearance = appearance
        self._is_strong = is_strong
        appearance.theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashes."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, width = (theme.accent, 1.5) if self._is_strong else (theme.muted, 1.0)
        pen = QPen(QColor(colour), width)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        inset = width / 2 + 0.25
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        radius = 12 if self._is_strong else 8
        painter.drawRoundedRect(box, radius, radius)
        painter.end()


class IconLabel(QLabel):
    """An icon in a token's colour."""

    def __init__(self, appearance: Appearance, name: str, token: str, size: int) -> None:
        super().__init__()
        self._appearance = appearance
        self._icon = (name, token, size)
        self.setFixedSize(size, size)
        appearance.theme_changed.connect(self.update)

    def show_icon(self, name: str, token: str) -> None:
        """Show another icon."""
        self._icon = (name, token, self._icon[2])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        name, token, size = self._icon
        painter = QPainter(self)
        icons.paint(painter, name, getattr(self._appearance.theme, token), 0, 0, size)
        painter.end()
