"""A dialog inside the window: the page stays visible under a veil and goes on living."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from apexlab_desktop.ui.appearance import Appearance

SHADOW = 8
EDGE = 16


class Overlay(QWidget):
    """A veil over the whole window with one frame in it.

    Esc and a click outside close it; the focus goes back to where it was. Nothing else of the
    program waits for it.
    """

    closed = Signal()

    def __init__(self, appearance: Appearance, window: QWidget, name: str) -> None:
        super().__init__(window)
        self._appearance = appearance
        self._over = window
        self._focus_before: QWidget | None = None
        self._is_closed = False
        self.frame = QFrame(self)
        self.frame.setProperty("role", "dialog")
        self.frame.setAccessibleName(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self.hide()

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return where the frame belongs in the room of the window; panels override this."""
        return room

    def first_focus(self) -> QWidget:
        """Return what has the focus at first."""
        return self.frame

    def open(self) -> None:
        """Show the dialog over the window, unless it was closed before it could be."""
        if self._is_closed:
            return
        if self.isHidden():
            self._focus_before = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)

    def open_soon(self) -> None:
        """Show the dialog in a turn of its own: styling its parts is work enough for this one."""
        self.ensurePolished()
        for child in self.findChildren(QWidget):
            child.ensurePolished()
        QTimer.singleShot(0, self, self.open)

    def close_overlay(self) -> None:
        """Hide the dialog for good and give the focus back."""
        self._is_closed = True
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window when its size changes."""
        if isinstance(event, QResizeEvent) and not self.isHidden():
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        """Keep single keys from the page below."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            if plain and event.key() != Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click beside the frame."""
        if not self.frame.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's signature
        """Keep the focus inside the dialog."""
        inside = [
            child
            for child in self.frame.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and child.isVisibleTo(self)
            and child.isEnabled()
        ]
        if not inside:
            return True
        focused = self.window().focusWidget()
        index = inside.index(focused) if focused in inside else (-1 if next else 0)
        target = inside[(index + (1 if next else -1)) % len(inside)]
        target.setFocus(
            Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw veil and shadow."""
        theme = self._appearance.theme
        painter = QPainter(self)
        veil = QColor(theme.scrim)
        veil.setAlphaF(theme.scrim_alpha)
        painter.fillRect(self.rect(), veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(SHADOW, 0, -2):
            painter.setBrush(QColor(0, 0, 0, 13))
            box = QRectF(self.frame.geometry()).adjusted(-step, -step + 2, step, step + 2)
            painter.drawRoundedRect(box, 12 + step, 12 + step)
        painter.end()

    def _place(self) -> None:
        self.setGeometry(self._over.rect())
        room = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)
        self.frame.setGeometry(self.wanted_rect(room).toRect())


def centred(room: QRectF, width: float, height: float) -> QRectF:
    """Return a box in the middle of the room, never larger than it."""
    box = QRectF(0, 0, min(width, room.width()), min(height, room.height()))
    box.moveCenter(room.center())
    return box
