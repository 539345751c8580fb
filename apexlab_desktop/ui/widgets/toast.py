"""One sentence at the bottom that goes away by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import label
from apexlab_desktop.ui.widgets.marks import IconLabel

SHOWN_MS = 6_000
HEIGHT = 40
ABOVE_BOTTOM = 2
"""Over the middle of the status line and the empty margins above it: no text lies there."""


class Toast(QFrame):
    """Shows the last message only; stays while hovered or focused."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("role", "toast")
        self.setFixedHeight(HEIGHT)
        self._action: Callable[[], None] | None = None
        self._icon = IconLabel(appearance, "info", "accent", 18)
        self._text = label("")
        self._button = Button(appearance, "Undo", "link")
        self._button.clicked.connect(self._on_action)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(10)
        for widget in (self._icon, self._text, self._button):
            row.addWidget(widget)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._on_timeout)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, empty when there is none."""
        return self._text.text() if not self.isHidden() else ""

    def tell(
        self,
        text: str,
        action_words: str = "",
        action: Callable[[], None] | None = None,
        *,
        is_good: bool = False,
    ) -> None:
        """Show a sentence with at most one action."""
        self._icon.show_icon(
            "circle-check" if is_good else "info", "faster" if is_good else "accent"
        )
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action = action
        self._button.setText(action_words)
        self._button.setVisible(action is not None)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def act(self) -> bool:
        """Do the offered action; return whether there was one."""
        if self.isHidden() or self._action is None:
            return False
        self._on_action()
        return True

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Stay at the middle of the bottom."""
        if isinstance(event, QResizeEvent):
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while hovered."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go after a while."""
        self._timer.start()
        super().leaveEvent(event)

    def _on_action(self) -> None:
        action, self._action = self._action, None
        self.hide()
        if action is not None:
            action()

    def _on_timeout(self) -> None:
        if self._button.hasFocus():
            self._timer.start()
        else:
            self.hide()

    def _place(self) -> None:
        parent = self._over
        x = (parent.width() - self.width()) // 2
        self.move(x, parent.height() - ABOVE_BOTTOM - HEIGHT)
