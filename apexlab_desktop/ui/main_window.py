"""The window: rail, top bar, pages, status line."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from apexlab_desktop.ui.command_table import Context
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.analysis import AnalysisPage
from apexlab_desktop.ui.panels.drop_frame import DropFrame
from apexlab_desktop.ui.panels.lap_chips import LapChips
from apexlab_desktop.ui.panels.library import LibraryPage
from apexlab_desktop.ui.panels.rail import Rail
from apexlab_desktop.ui.panels.status_bar import StatusBar
from apexlab_desktop.ui.panels.top_bar import TopBar
from apexlab_desktop.ui.widgets.toast import Toast

MINIMUM = QSize(1180, 660)
FIRST_SIZE = QSize(1440, 900)
LIBRARY, ANALYSIS = "library", "analysis"


class MainWindow(QWidget):
    """Shows the pages; what commands do is bound by `window_commands`."""

    first_shown = Signal()
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
        self.chips = LapChips(look, models.laps)
        self.top_bar.set_chips(self.chips)
        self.library = LibraryPage(look, models.library, models.imports, commands)
        self.analysis = AnalysisPage(models)
        self.status = StatusBar(look)
        self._pages = QStackedWidget()
        self._lay_out()
        commands.attach(Context.WINDOW, self)
        self.toast = Toast(look, self)
        self._drop_frame = DropFrame(look, self)
        self._was_shown = False
        self.show_page(LIBRARY)

    @property
    def page(self) -> str:
        """Where the user is."""
        return ANALYSIS if self._pages.currentWidget() is self.analysis else LIBRARY

    def show_page(self, page: str) -> None:
        """Go to the library or to the analysis."""
        is_library = page == LIBRARY
        self._pages.setCurrentWidget(self.library if is_library else self.analysis)
        self.rail.show_place(page)
        self.top_bar.show_search(is_library=is_library)
        if is_library:
            self.library.list.setFocus()
        else:
            self.analysis.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the top bar use the room."""
        super().resizeEvent(event)
        self.top_bar.fit(self.width())

    def showEvent(self, event: QShowEvent) -> None:
        """Tell once that the window is on screen."""
        super().showEvent(event)
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
        self._pages.addWidget(self.analysis)
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
