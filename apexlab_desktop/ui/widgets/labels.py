"""Text in the roles of the design system."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label; the style sheet knows the role."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


def paragraph(text: str, role: str = "") -> QLabel:
    """Return a label that wraps."""
    made = label(text, role)
    made.setWordWrap(True)
    return made


def rule() -> QFrame:
    """Return a one-pixel line across."""
    made = QFrame()
    made.setProperty("role", "rule")
    made.setFixedHeight(1)
    return made


def panel(role: str = "panel", name: str = "") -> QFrame:
    """Return an empty panel; `name` is what a screen reader says."""
    made = QFrame()
    made.setProperty("role", role)
    if name:
        made.setAccessibleName(name)
    return made


class ElidedLabel(QLabel):
    """A line that gives way: cut with an ellipsis where there is no room, whole in its tooltip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Offer the whole text where it is cut."""
        super().resizeEvent(event)
        self._offer_whole()

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._offer_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()), text)
        painter.end()

    def _offer_whole(self) -> None:
        is_cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(self.text() if is_cut else "")
