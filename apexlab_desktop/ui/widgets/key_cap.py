"""Keys as they are printed on the keyboard."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import MINUS

HEIGHT = 20
GAP = 4
BETWEEN = 10

_NAMES = {"Return": "Enter", "Escape": "Esc", "Del": "Delete", "-": MINUS}


def caps_of(sequence: str) -> list[str]:
    """Return the caps of a portable key sequence: `Ctrl+Shift+T` has three, `Ctrl++` two."""
    parts = re.findall(r"[^+]+|\+(?=$)", sequence)
    return [_NAMES.get(part, part) for part in parts]


def cap_width(text: str) -> int:
    """Return the width of a cap [logical px]."""
    return max(HEIGHT, fonts.text_width(text, 11, 600) + 12)


def caps_width(sequences: list[list[str]]) -> int:
    """Return the width of several combinations side by side [logical px]."""
    widths = [sum(cap_width(cap) + GAP for cap in caps) - GAP for caps in sequences]
    return sum(widths) + BETWEEN * max(0, len(widths) - 1)


def paint_caps(
    painter: QPainter, appearance: Appearance, sequences: list[list[str]], x: float, y: float
) -> None:
    """Draw combinations from the left; `y` is the top of the caps."""
    theme = appearance.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(fonts.font(11, 600))
    for caps in sequences:
        for text in caps:
            box = QRectF(x + 0.5, y + 0.5, cap_width(text) - 1, HEIGHT - 1)
            painter.setPen(QPen(QColor(theme.border), 1.0))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(theme.secondary))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            x += cap_width(text) + GAP
        x += BETWEEN - GAP


class KeyCaps(QWidget):
    """One or several key combinations."""

    def __init__(
        self, appearance: Appearance, sequences: list[list[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._sequences = sequences
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" or ".join(" ".join(caps) for caps in sequences))
        appearance.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the room the caps need."""
        return QSize(caps_width(self._sequences), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the caps."""
        painter = QPainter(self)
        paint_caps(painter, self._appearance, self._sequences, 0, 0)
        painter.end()
