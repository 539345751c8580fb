"""The tabs of the worksheets; the only one of this version is Compare."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QWidget,
)

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance

HEIGHT = 36
PADDING = 12
BAR_INSET = 8
BAR_HEIGHT = 3


class WorksheetTab(QAbstractButton):
    """One tab: its name, and an accent bar while it is open."""

    def __init__(self, appearance: Appearance, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(f"{text} worksheet")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the width of the text in its active weight, so that nothing moves."""
        return QSize(fonts.text_width(self.text(), 13, 600) + 2 * PADDING, HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar and focus ring."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_active = self.isChecked()
        painter.setFont(fonts.font(13, 600 if is_active else 500))
        painter.setPen(QColor(theme.text if is_active or self.underMouse() else theme.secondary))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        if is_active:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            width = self.width() - 2 * BAR_INSET
            bar = QRectF(
                QPointF(BAR_INSET, self.height() - BAR_HEIGHT),
                QPointF(BAR_INSET + width, self.height()),
            )
            painter.drawRoundedRect(bar, 1.5, 1.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 4.5, -2.5, -4.5), 6, 6)
        painter.end()


class WorksheetTabs(QWidget):
    """The worksheets that exist, and a thin line while numbers are on their way."""

    chosen = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        names: tuple[str, ...],
        reset: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._reset = reset
        self.setObjectName("tabs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Worksheets")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 1)
        layout.setSpacing(4)
        group = QButtonGroup(self)
        for name in names:
            tab = WorksheetTab(appearance, name, self)
            tab.setChecked(name == names[0])
            group.addButton(tab)
            layout.addWidget(tab)
        layout.addStretch(1)
        group.buttonClicked.connect(self._on_click)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the worksheet."""
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """Return the menu of the open worksheet."""
        menu = QMenu(self)
        menu.addAction(self._reset)
        return menu

    def _on_click(self, tab: QAbstractButton) -> None:
        self.chosen.emit(tab.text())


class LoadingLine(QWidget):
    """Two pixels of accent while something loads; it lies over the panels and moves nothing."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Loading")
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._appearance.theme.accent))
        painter.end()
