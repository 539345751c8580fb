"""Controls with a few choices: a segmented row, a switch."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance

SEGMENT_HEIGHT = 30
SEGMENT_PADDING = 14
SWITCH = QSize(32, 18)
KNOB = 12


class Segmented(QWidget):
    """Two to four choices side by side; Left and Right change them."""

    chosen = Signal(int)

    def __init__(
        self, appearance: Appearance, name: str, choices: tuple[str, ...], current: int
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._choices = choices
        self._current = current
        self._name = name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say()
        appearance.theme_changed.connect(self.update)

    @property
    def current(self) -> int:
        """Index of the choice."""
        return self._current

    def choose(self, index: int) -> None:
        """Take a choice."""
        if index != self._current and 0 <= index < len(self._choices):
            self._current = index
            self._say()
            self.update()
            self.chosen.emit(index)

    def sizeHint(self) -> QSize:
        """Return the width of all choices in their heavier weight."""
        return QSize(sum(self._widths()), SEGMENT_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the choice under the pointer."""
        x = event.position().x()
        for index, width in enumerate(self._widths()):
            x -= width
            if x < 0:
                self.choose(index)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the choice before or after."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self.choose((self._current + 1) % len(self._choices))
        else:
            self.choose(self._current + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, choice and words."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.border), 1.0))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        left = 0.0
        for index, (text, width) in enumerate(zip(self._choices, self._widths(), strict=True)):
            box = QRectF(left, 0, width, SEGMENT_HEIGHT)
            is_chosen = index == self._current
            if is_chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.selected_row))
                painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 4, 4)
            painter.setFont(fonts.font(12, 600 if is_chosen else 500))
            painter.setPen(QColor(theme.text if is_chosen else theme.secondary))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            left += width
        painter.end()

    def _widths(self) -> list[int]:
        return [fonts.text_width(text, 12, 600) + 2 * SEGMENT_PADDING for text in self._choices]

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name}: {self._choices[self._current]}")


class Switch(QAbstractButton):
    """On or off."""

    def __init__(self, appearance: Appearance, name: str, *, is_on: bool) -> None:
        super().__init__()
        self._appearance = appearance
        self.setCheckable(True)
        self.setChecked(is_on)
        self.setAccessibleName(name)
        self.setFixedSize(SWITCH.width() + 4, SEGMENT_HEIGHT)
        appearance.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the size of the switch with its focus ring."""
        return QSize(SWITCH.width() + 4, SEGMENT_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track and knob."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        track = QRectF(2, (self.height() - SWITCH.height()) / 2, SWITCH.width(), SWITCH.height())
        edge = theme.accent if is_on or self.hasFocus() else theme.muted
        painter.setPen(QPen(QColor(edge), 1.0))
        painter.setBrush(QColor(theme.accent if is_on else theme.raised))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 8.5, 8.5)
        inset = (SWITCH.height() - KNOB) / 2
        left = track.right() - inset - KNOB if is_on else track.left() + inset
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.on_accent if is_on else theme.secondary))
        painter.drawEllipse(QRectF(left, track.top() + inset, KNOB, KNOB))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.text), 1.0))
            painter.drawRoundedRect(track.adjusted(-1.5, -1.5, 1.5, 1.5), 10, 10)
        painter.end()
