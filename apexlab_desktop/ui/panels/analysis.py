"""The analysis: worksheet tabs over the open worksheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSysInfo, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from apexlab_desktop.ui.command_table import Context
from apexlab_desktop.ui.dialogs.preferences import program_version
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.worksheet_tabs import HEIGHT, LoadingLine, WorksheetTabs
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, panel, paragraph
from apexlab_desktop.ui.widgets.marks import IconLabel

if TYPE_CHECKING:
    from apexlab_desktop.ui.panels.compare import ComparePage
    from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage

LINE_HEIGHT = 2
WARNING_HEIGHT = 26


def _debrief(models: WindowModels) -> WorksheetPage:
    from apexlab_desktop.ui.panels.debrief import DebriefPage

    return DebriefPage(models)


def _corners(models: WindowModels) -> WorksheetPage:
    from apexlab_desktop.ui.panels.corners import CornersPage

    return CornersPage(models)


def _sectors(models: WindowModels) -> WorksheetPage:
    from apexlab_desktop.ui.panels.sectors import SectorsPage

    return SectorsPage(models)


def _optimal(models: WindowModels) -> WorksheetPage:
    from apexlab_desktop.ui.panels.optimal import OptimalPage

    return OptimalPage(models)


PAGES: dict[str, Callable[[WindowModels], WorksheetPage]] = {
    "debrief": _debrief,
    "corners": _corners,
    "sectors": _sectors,
    "optimal": _optimal,
}
"""Worksheets with a page of their own, each loaded when it is first opened."""
EMPTY_WORDS = (
    "Choose a session in the library: its best laps are compared here. "
    "Without one, the demo session shows what it looks like."
)


class ErrorBlock(QWidget):
    """One clear line over the panels concerned; the rest goes on living."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        frame = panel("notice")
        self._text = paragraph("")
        copy = Button(models.appearance, "Copy details", "link")
        copy.clicked.connect(self.copy_details)
        close = Button(models.appearance, "Close", "icon", "x")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(IconLabel(models.appearance, "triangle-alert", "warning", 18))
        row.addWidget(self._text, 1)
        row.addWidget(copy)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addWidget(frame)
        self.hide()

    @property
    def text(self) -> str:
        """The line shown, empty when hidden."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, line: str) -> None:
        """Show a line."""
        self._text.setText(line)
        self.show()

    def copy_details(self) -> None:
        """Put the line into the clipboard, with what someone who helps would ask first."""
        where = f"ApexLab {program_version()}, Qt {qVersion()}, {QSysInfo.prettyProductName()}"
        QGuiApplication.clipboard().setText(f"{self._text.text()}\n{where}")


class WarningLine(QWidget):
    """What is worst about the data of the session, under the tabs; gone for data that will do."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self._text = ElidedLabel("", "warning")
        self.setFixedHeight(WARNING_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(models.appearance, "triangle-alert", "warning", 16))
        row.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """The line shown, empty when hidden."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, line: str) -> None:
        """Show a line, or none."""
        self._text.setText(line)
        self.setAccessibleName(line)
        self.setVisible(bool(line))


class AnalysisPage(QWidget):
    """Tabs, and under them the worksheet; the worksheet is built once its parts are loaded."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._models = models
        self.compare: ComparePage | None = None
        self._pages: dict[str, WorksheetPage] = {}
        self.tabs = WorksheetTabs(models.appearance, models.sheets, models.commands)
        models.commands.attach(Context.ANALYSIS, self)
        self.error = ErrorBlock(models)
        self.warning = WarningLine(models)
        self._body = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(self.warning)
        layout.addWidget(self.error)
        layout.addLayout(self._body, 1)
        # A stack outside any widget would show its first page as a window of its own.
        self._body.addWidget(self._empty_state())
        self._line = LoadingLine(models.appearance, self)
        models.laps.loading_changed.connect(self._line.setVisible)
        models.laps.failed.connect(self.error.tell)
        models.sectors.failed.connect(self.error.tell)
        models.laps.compared.connect(self.error.hide)
        models.laps.changed.connect(self._show_body)
        models.sheets.changed.connect(self._show_body)
        models.laps.opened.connect(self.take_focus)
        models.commands.bind(
            {
                "corner.next": lambda: self._step_corner(1),
                "corner.before": lambda: self._step_corner(-1),
            }
        )

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        page = self.worksheet
        if page is None or self._body.currentWidget() is not page:
            return (self.tabs, self.error, self)
        return (self.tabs, self.error, *page.focus_regions)

    @property
    def worksheet(self) -> WorksheetPage | None:
        """The page of the open worksheet; None before the first was built."""
        if self.compare is None:
            return None
        identifier = self._models.sheets.active.id
        if identifier not in PAGES:
            return self.compare
        if identifier not in self._pages:
            self._pages[identifier] = PAGES[identifier](self._models)
            self._body.addWidget(self._pages[identifier])
        return self._pages[identifier]

    def build(self) -> None:
        """Make the worksheet; numpy and the plots are loaded here at the latest."""
        if self.compare is None:
            from apexlab_desktop.ui.panels.compare import ComparePage

            self.compare = ComparePage(self._models)
            self._body.addWidget(self.compare)
            self._show_body()

    def take_focus(self) -> None:
        """Give the focus to the plots, when they are on screen."""
        page = self.worksheet
        if page is not None and self._models.laps.session is not None and self.isVisible():
            self._show_body()
            page.panels[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the loading line under the tabs."""
        super().resizeEvent(event)
        self._line.setGeometry(0, HEIGHT, self.width(), LINE_HEIGHT)
        self._line.raise_()

    def _step_corner(self, direction: int) -> None:
        """Look at another corner; where there are plots they show it."""
        self._models.insight.step_corner(direction)
        if self.worksheet is self.compare:
            self._models.insight.show_corner_on_compare()

    def _show_body(self) -> None:
        session = self._models.laps.session
        self.warning.tell(session.warning if session is not None else "")
        page = self.worksheet if session is not None else None
        if page is None:
            self._body.setCurrentIndex(0)
        elif page is not self._body.currentWidget():
            # A page that goes away leaves its focus to whatever Qt finds next.
            before = self._body.currentWidget()
            focused: QWidget | None = self.window().focusWidget()
            is_left = focused is not None and before is not None and before.isAncestorOf(focused)
            self._body.setCurrentWidget(page)
            if is_left:
                page.panels[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._line.raise_()

    def _empty_state(self) -> QWidget:
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(8, 8, 8, 8)
        frame = panel("panel", "No session open")
        outer.addWidget(frame)
        layout = QVBoxLayout(frame)
        layout.setSpacing(10)
        layout.addStretch(3)
        middle = Qt.AlignmentFlag.AlignHCenter
        appearance, commands = self._models.appearance, self._models.commands
        layout.addWidget(IconLabel(appearance, "chart-line", "accent", 32), 0, middle)
        layout.addWidget(label("No session open", "emptyTitle"), 0, middle)
        words = paragraph(EMPTY_WORDS, "secondary")
        words.setFixedWidth(440)
        words.setAlignment(middle)
        words.setMinimumHeight(words.heightForWidth(440))
        layout.addWidget(words, 0, middle)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch(1)
        library = Button(appearance, "Open the library", "plain", "layout-list")
        library.clicked.connect(commands.action("page.library").trigger)
        demo = Button(appearance, "Open the demo session", "plain", "play")
        demo.clicked.connect(commands.action("file.demo").trigger)
        row.addWidget(library)
        row.addWidget(demo)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(4)
        return page
