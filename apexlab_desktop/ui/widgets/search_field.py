"""A field to search with: its icon, its words, its key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from apexlab_desktop.ui import icons
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.escape import keeps_escape
from apexlab_desktop.ui.widgets.key_cap import HEIGHT, caps_width, paint_caps

ICON_SIZE = 15
ICON_LEFT = 9


class SearchField(QLineEdit):
    """A line edit with a magnifier; Esc empties it, then leaves it; Down goes to the list."""

    left = Signal()

    def __init__(
        self, appearance: Appearance, words: str, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._caps = [[key.replace("+", " ")]] if key else []
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        room = caps_width(self._caps) + 8 if self._caps else 0
        self.setTextMargins(ICON_LEFT + ICON_SIZE - 2, 0, room, 0)
        appearance.theme_changed.connect(self.update)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's commands."""
        return keeps_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the list with Down or Enter, empty with Esc."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and key over the field."""
        super().paintEvent(event)
        painter = QPainter(self)
        y = (self.height() - ICON_SIZE) / 2
        icons.paint(painter, "search", self._appearance.theme.secondary, ICON_LEFT, y, ICON_SIZE)
        if self._caps and not self.text():
            x = self.width() - caps_width(self._caps) - 9
            paint_caps(painter, self._appearance, self._caps, x, (self.height() - HEIGHT) / 2)
        painter.end()
