"""A figure with its name above and what it means below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import DASH

HEIGHT = 74
PADDING = 12
LABEL_Y, VALUE_Y, THIRD_Y = 8, 25, 51


@dataclass(frozen=True, slots=True, kw_only=True)
class TileText:
    """What a tile says; `shade` is the name of a colour of the theme."""

    label: str
    value: str = DASH
    third: str = ""
    shade: str = "text"


class Tile(QWidget):
    """One figure of a row of them."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._text = TileText(label="")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(110)
        appearance.theme_changed.connect(self.update)

    @property
    def text(self) -> TileText:
        """What it says."""
        return self._text

    def tell(self, text: TileText) -> None:
        """Say something else."""
        self._text = text
        self.setAccessibleName(f"{text.label}: {text.value}. {text.third}")
        self.setToolTip(text.third)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the usual size."""
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame and three lines."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        lines = (
            (LABEL_Y, 11, 500, theme.muted, self._text.label),
            (VALUE_Y, 20, 600, getattr(theme, self._text.shade), self._text.value),
            (THIRD_Y, 11, 400, theme.secondary, self._text.third),
        )
        width = self.width() - 2 * PADDING
        for y, size, weight, code, words in lines:
            painter.setFont(fonts.font(size, weight))
            painter.setPen(QColor(code))
            text = fonts.elided(words, width, size, weight)
            box = QRectF(PADDING, y, width, size + 6)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
