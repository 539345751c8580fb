"""The window: rail, top bar, pages, status line."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from apexlab_desktop.ui.command_table import Context
from apexlab_desktop.ui.focus_order import focus_order, following
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.library import LibraryPage
from apexlab_desktop.ui.panels.rail import Rail
from apexlab_desktop.ui.panels.status_bar import StatusBar
from apexlab_desktop.ui.panels.top_bar import TopBar

if TYPE_CHECKING:
    from apexlab_desktop.ui.panels.analysis import AnalysisPage
    from apexlab_desktop.ui.panels.drop_frame import DropFrame
    from apexlab_desktop.ui.panels.lap_chips import LapChips
    from apexlab_desktop.ui.widgets.toast import Toast

MINIMUM = QSize(1180, 660)
FIRST_SIZE = QSize(1440, 900)
LIBRARY, ANALYSIS = "library", "analysis"
UNSEEN_MS = 500
"""A window that is not painted by then is covered or minimised: its work begins all the same."""


class MainWindow(QWidget):
    """Shows the pages; what commands do is bound by `window_commands`."""

    first_shown = Signal()
    """The first picture of the window is painted."""
    files_dropped = Signal(list)
    closing = Signal()

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.models = models
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("ApexLab")
        self.setMinimumSize(MINIMUM)
        self.resize(FIRST_SIZE)
        self.setAcceptDrops(True)
        look, commands = models.appearance, models.commands
        self.rail = Rail(look, commands)
        self.top_bar = TopBar(look, commands)
        self._chips: LapChips | None = None
        self.library = LibraryPage(look, models.library, models.imports, commands)
        self._analysis: AnalysisPage | None = None
        self.status = StatusBar(look)
        self._pages = QStackedWidget()
        self._lay_out()
        commands.attach(Context.WINDOW, self)
        self._was_shown = False
        self.show_page(LIBRARY)

    @property
    def page(self) -> str:
        """Where the user is."""
        return LIBRARY if self._pages.currentWidget() is self.library else ANALYSIS

    @cached_property
    def toast(self) -> Toast:
        """The last message, over the page."""
        from apexlab_desktop.ui.widgets.toast import Toast

        return Toast(self.models.appearance, self)

    @cached_property
    def _drop_frame(self) -> DropFrame:
        from apexlab_desktop.ui.panels.drop_frame import DropFrame

        return DropFrame(self.models.appearance, self)

    @property
    def analysis(self) -> AnalysisPage:
        """The page of worksheets, made when first wanted: the first paint shows the library."""
        if self._analysis is None:
            from apexlab_desktop.ui.panels.analysis import AnalysisPage

            self._analysis = AnalysisPage(self.models)
            self._pages.addWidget(self._analysis)
        return self._analysis

    @property
    def chips(self) -> LapChips:
        """The compared laps in the top bar."""
        if self._chips is None:
            from apexlab_desktop.ui.panels.lap_chips import LapChips

            self._chips = LapChips(self.models.appearance, self.models.laps)
            self.top_bar.set_chips(self._chips)
        return self._chips

    def show_page(self, page: str) -> None:
        """Go to the library or to the analysis."""
        is_library = page == LIBRARY
        self._pages.setCurrentWidget(self.library if is_library else self.analysis)
        self.rail.show_place(page)
        self.top_bar.search.setVisible(is_library)
        if not is_library or self._chips is not None:
            self.chips.setVisible(not is_library)
        if is_library:
            self.library.list.setFocus()
        else:
            self.analysis.take_focus()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's signature
        """Go to what stands next, as one reads."""
        is_library = self.page == LIBRARY
        page = self.library.focus_regions if is_library else self.analysis.focus_regions
        order = focus_order((self.rail, self.top_bar, *page))
        found = following(order, self.focusWidget(), 1 if next else -1)
        if found is None:
            return False
        tab, back = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
        found.setFocus(tab if next else back)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the top bar use the room."""
        super().resizeEvent(event)
        self.top_bar.fit(self.width())

    def showEvent(self, event: QShowEvent) -> None:
        """Wait for the first paint, but not for ever."""
        super().showEvent(event)
        is_picture = self.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        QTimer.singleShot(0 if is_picture else UNSEEN_MS, self, self._on_shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, once the parts are painted too, that the window is on screen."""
        super().paintEvent(event)
        if not self._was_shown:
            QTimer.singleShot(0, self, self._on_shown)

    def _on_shown(self) -> None:
        if not self._was_shown:
            self._was_shown = True
            self.first_shown.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell everyone to finish."""
        self.closing.emit()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and say so."""
        if event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._drop_frame.show_over()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget about it."""
        self._drop_frame.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was let go."""
        self._drop_frame.hide()
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files_dropped.emit(paths)

    def _lay_out(self) -> None:
        self._pages.addWidget(self.library)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, self._pages, self.status):
            column.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
