"""The tabs of the worksheets, and at their right what is done with the session."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QWidget,
)

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.viewmodels.worksheets import Worksheets
from apexlab_desktop.ui.widgets.buttons import Button, check_one
from apexlab_desktop.ui.widgets.name_field import NameField

HEIGHT = 36
PADDING = 12
BAR_INSET = 8
BAR_HEIGHT = 3
NARROWEST = 80
MENU = (
    ("sheet.new", "sheet.rename", "sheet.duplicate", "sheet.delete"),
    ("sheet.plots", "plots.reset"),
    ("sheet.left", "sheet.right"),
)


class WorksheetTab(QAbstractButton):
    """One tab: its name, and an accent bar while it is open; a drag moves it."""

    dragged = Signal(QPoint)
    dropped = Signal(QPoint)
    name_wanted = Signal()

    def __init__(
        self, appearance: Appearance, sheet_id: str, text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.sheet_id = sheet_id
        self._pressed_at: QPoint | None = None
        self._is_dragged = False
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(f"{text} worksheet")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(min(NARROWEST, self.sizeHint().width()))
        appearance.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the width of the text in its active weight, so that nothing moves."""
        return QSize(fonts.text_width(self.text(), 13, 600) + 2 * PADDING, HEIGHT - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where it began."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where the tab would go."""
        at = event.position().toPoint()
        if self._pressed_at is None:
            return
        far = (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        self._is_dragged = self._is_dragged or far
        if self._is_dragged:
            self.dragged.emit(self.mapToParent(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the tab there, or open it."""
        was_dragged, self._is_dragged, self._pressed_at = self._is_dragged, False, None
        if was_dragged:
            self.setDown(False)
            self.dropped.emit(self.mapToParent(event.position().toPoint()))
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for another name; the first of the clicks has opened the worksheet."""
        self.name_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar and focus ring."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_active = self.isChecked()
        painter.setFont(fonts.font(13, 600 if is_active else 500))
        painter.setPen(QColor(theme.text if is_active or self.underMouse() else theme.secondary))
        room = QRectF(self.rect()).adjusted(4, 0, -4, 0)
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
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
    """The worksheets that exist: opened, made, named, ordered; and the report of the session."""

    def __init__(
        self,
        appearance: Appearance,
        sheets: Worksheets,
        commands: Commands,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._sheets = sheets
        self._commands = commands
        self._tabs: list[WorksheetTab] = []
        self._mark_x = -1
        self.setObjectName("tabs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Worksheets")
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_click)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._add = self._button("New worksheet", "icon", "plus", "sheet.new")
        self._plots = self._button("Plots", "ghost", "list-checks", "sheet.plots")
        self._report = self._button("Report", "ghost", "file-text", "file.report")
        self._name = NameField(self)
        self._name.named.connect(self._on_named)
        self._lay_out()
        sheets.changed.connect(self.show_sheets)
        commands.action("file.report").changed.connect(self._show_report)
        self.show_sheets()
        self._show_report()

    @property
    def tabs(self) -> tuple[WorksheetTab, ...]:
        """The tabs in their order."""
        return tuple(self._tabs)

    @property
    def name_field(self) -> NameField:
        """Where a worksheet gets its name."""
        return self._name

    def show_sheets(self) -> None:
        """Show the tabs there are, and which one is open."""
        wanted = [(sheet.id, sheet.name) for sheet in self._sheets.sheets]
        if wanted != [(tab.sheet_id, tab.text()) for tab in self._tabs]:
            self._rebuild(wanted)
        active = self._sheets.active
        check_one(self._tabs, next(tab for tab in self._tabs if tab.sheet_id == active.id))
        self._plots.setVisible(bool(active.plots))

    def rename(self) -> None:
        """Let the user type another name for the open worksheet."""
        active = self._sheets.active
        tab = next((tab for tab in self._tabs if tab.sheet_id == active.id), None)
        layout = self.layout()
        if tab is not None and layout is not None and active.plots:
            # A tab made in this turn has no place yet.
            layout.activate()
            self._name.ask(active.name, tab.geometry())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the worksheet under the pointer."""
        tab = self.childAt(event.pos())
        if isinstance(tab, WorksheetTab):
            self._sheets.choose(tab.sheet_id)
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """Return the menu of the open worksheet."""
        menu = QMenu(self)
        for part in MENU:
            for identifier in part:
                menu.addAction(self._commands.action(identifier))
            menu.addSeparator()
        return menu

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Make a worksheet where there is none."""
        if self.childAt(event.position().toPoint()) is None:
            self._commands.trigger("sheet.new")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw where a dragged tab would go."""
        super().paintEvent(event)
        if self._mark_x >= 0:
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self._appearance.theme.accent), 2.0))
            painter.drawLine(self._mark_x, 6, self._mark_x, self.height() - 7)
            painter.end()

    # ---- inside

    def _button(self, text: str, role: str, icon: str, command: str) -> Button:
        button = Button(self._appearance, text, role, icon, self)
        action = self._commands.action(command)
        keys = self._commands.keys(command)
        button.setToolTip(f"{action.text()}  {keys[0]}" if keys else action.text())
        button.clicked.connect(action.trigger)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 1)
        layout.setSpacing(4)
        layout.addLayout(self._row)
        layout.addWidget(self._add)
        layout.addStretch(1)
        layout.addWidget(self._plots)
        layout.addWidget(self._report)

    def _rebuild(self, wanted: list[tuple[str, str]]) -> None:
        had_focus = any(tab.hasFocus() for tab in self._tabs)
        for tab in self._tabs:
            self._group.removeButton(tab)
            self._row.removeWidget(tab)
            tab.hide()
            tab.deleteLater()
        self._tabs = [self._made_tab(identifier, name) for identifier, name in wanted]
        for tab in self._tabs:
            self._row.addWidget(tab)
            tab.show()
            if had_focus and tab.sheet_id == self._sheets.active.id:
                tab.setFocus(Qt.FocusReason.OtherFocusReason)

    def _made_tab(self, identifier: str, name: str) -> WorksheetTab:
        tab = WorksheetTab(self._appearance, identifier, name, self)
        tab.setToolTip(name)
        self._group.addButton(tab)
        tab.dragged.connect(self._show_mark)
        tab.dropped.connect(self._on_dropped)
        tab.name_wanted.connect(self.rename)
        return tab

    def _on_click(self, tab: QAbstractButton) -> None:
        if isinstance(tab, WorksheetTab):
            self._sheets.choose(tab.sheet_id)

    def _on_named(self, name: str) -> None:
        self._sheets.rename(self._sheets.active.id, name)

    def _show_mark(self, at: QPoint) -> None:
        left_of = [tab.geometry() for tab in self._tabs if tab.geometry().center().x() < at.x()]
        edge = left_of[-1].right() + 3 if left_of else self._tabs[0].geometry().left() - 2
        self._mark_x = max(edge, 1)
        self.update()

    def _on_dropped(self, at: QPoint) -> None:
        self._mark_x = -1
        self.update()
        tab = self.sender()
        if isinstance(tab, WorksheetTab):
            others = [other for other in self._tabs if other is not tab]
            index = sum(other.geometry().center().x() < at.x() for other in others)
            self._sheets.move(tab.sheet_id, index)

    def _show_report(self) -> None:
        self._report.setVisible(self._commands.action("file.report").isEnabled())


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
