"""A field laid over a name to type another one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from apexlab_desktop.ui.widgets.escape import keeps_escape

WIDEST = 260
_ROOM = 36


class NameField(QLineEdit):
    """Enter, or going elsewhere, takes the name; Esc leaves it as it was."""

    named = Signal(str)

    def __init__(self, parent: QWidget, words: str = "Name of the worksheet") -> None:
        super().__init__(parent)
        self._focus_before: QWidget | None = None
        self.setAccessibleName(words)
        self.returnPressed.connect(self._take)
        self.hide()

    def ask(self, name: str, over: QRect) -> None:
        """Show the name to be changed, over where it stands."""
        self._focus_before = self.window().focusWidget()
        self.setText(name)
        width = min(max(over.width() + _ROOM, 140), WIDEST)
        self.setGeometry(over.left(), over.top() + 3, width, 30)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's commands."""
        return keeps_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the name when the user goes on elsewhere."""
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._focus_before = None
            self._take()

    def _take(self) -> None:
        if self.isVisible():
            name = self.text()
            self._leave()
            self.named.emit(name)

    def _leave(self) -> None:
        back, self._focus_before = self._focus_before, None
        self.hide()
        if back is not None:
            back.setFocus(Qt.FocusReason.OtherFocusReason)
