"""The line at the bottom: what happened last, and what leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label

HEIGHT = 28
DOT = 7


class _Dot(QWidget):
    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedSize(QSize(DOT + 2, HEIGHT - 2))
        appearance.theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._appearance.theme.muted))
        painter.drawEllipse(QRectF(1, (self.height() - DOT) / 2, DOT, DOT))
        painter.end()


class StatusBar(QWidget):
    """One sentence left, one right."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Status")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 1, 16, 0)
        layout.setSpacing(8)
        self._left = ElidedLabel("Everything stays on this computer", "meta")
        layout.addWidget(self._left, 1)
        layout.addWidget(_Dot(appearance))
        layout.addWidget(label("Works without a network, nothing is sent", "meta"))

    @property
    def text(self) -> str:
        """What happened last."""
        return self._left.text()

    def tell(self, text: str) -> None:
        """Say what happened."""
        self._left.setText(text)
