"""The library page: filters, sessions, details."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.panels.library_detail import LibraryDetail
from apexlab_desktop.ui.panels.library_empty import FORMATS, LibraryEmpty
from apexlab_desktop.ui.panels.library_filters import LibraryFilters
from apexlab_desktop.ui.panels.library_list import LibraryList
from apexlab_desktop.ui.viewmodels.importing import ImportModel
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import Facet, SortOrder
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import label, paragraph
from apexlab_desktop.ui.widgets.marks import DashedFrame, IconLabel
from apexlab_desktop.ui.widgets.whole_rows import WholeRows

WIDE = 1300
"""From this width on the side panels have their full size."""
FILTER_WIDTHS = (180, 212)
DETAIL_WIDTHS = (300, 332)
STRIP_HEIGHT = 48


class FilterChip(Button):
    """An active filter; a click takes it away."""

    def __init__(self, appearance: Appearance, facet: Facet, value: str) -> None:
        super().__init__(appearance, f"{value}  \u00d7", "chip")
        self.setAccessibleName(f"Remove the filter {value}")
        self.facet = facet
        self.value = value


class LibraryPage(QWidget):
    """Shows which sessions there are, and whether a file is in."""

    opened = Signal(str)
    import_wanted = Signal()
    demo_wanted = Signal()

    def __init__(
        self,
        appearance: Appearance,
        library: LibraryModel,
        imports: ImportModel,
        commands: Commands,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._appearance = appearance
        self._library = library
        self._imports = imports
        self.filters = LibraryFilters(appearance, library)
        self.list = LibraryList(appearance, library, imports, commands)
        self.detail = LibraryDetail(appearance, library, commands)
        self._empty: LibraryEmpty | None = None
        self._chips = QHBoxLayout()
        self._chip_state: object = None
        self._sort = Button(appearance, "", "sort")
        self._lay_out()
        self._connect()
        self._show_library()

    @property
    def empty(self) -> LibraryEmpty:
        """What is shown before the first session; most starts never make it."""
        if self._empty is None:
            self._empty = LibraryEmpty(self._appearance)
            self._empty.import_wanted.connect(self.import_wanted)
            self._empty.demo_wanted.connect(self.demo_wanted)
            self._stack.addWidget(self._empty)
        return self._empty

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        if self._stack.currentWidget() is not self._full:
            return (self.empty,)
        return (self.filters, self._frame, self.detail)

    def toggle_detail(self) -> None:
        """Show or hide the details."""
        self.detail.setVisible(self.detail.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the side panels the width that fits."""
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE
        self.filters.setFixedWidth(FILTER_WIDTHS[is_wide])
        self.detail.setFixedWidth(DETAIL_WIDTHS[is_wide])

    def _show_library(self) -> None:
        library = self._library
        is_empty = library.is_loaded and library.is_empty and not self._imports.jobs
        self._stack.setCurrentWidget(self.empty if is_empty else self._full)
        has_match = bool(library.rows) or bool(self._imports.jobs) or not library.is_loaded
        self._middle.setCurrentIndex(0 if has_match else 1)
        self._sort.setText(f"Sort: {library.order.value}")
        self._sort.setAccessibleName(self._sort.text())
        self._show_chips()

    def _show_chips(self) -> None:
        active = self._library.filters.active
        state = (tuple(active), self._library.filters.text)
        if state == self._chip_state:
            return
        self._chip_state = state
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        is_filtered = not self._library.filters.is_empty
        self._chips.addWidget(label("Showing" if is_filtered else "All sessions", "hintBody"))
        for facet, value in active:
            chip = FilterChip(self._appearance, facet, value)
            chip.clicked.connect(self._on_chip)
            self._chips.addWidget(chip)
        if is_filtered:
            clear = Button(self._appearance, "Clear", "link")
            clear.clicked.connect(self._library.clear_filters)
            self._chips.addWidget(clear)
        self._chips.addStretch(1)

    def _on_chip(self) -> None:
        chip = self.sender()
        if isinstance(chip, FilterChip):
            self._library.toggle(chip.facet, chip.value)

    def _on_sort(self) -> None:
        orders = list(SortOrder)
        menu = QMenu(self)
        for order in orders:
            action = menu.addAction(order.value)
            action.setCheckable(True)
            action.setChecked(order is self._library.order)
        menu.triggered.connect(lambda chosen: self._library.sort(SortOrder(chosen.text())))
        menu.popup(self._sort.mapToGlobal(self._sort.rect().bottomLeft()))

    # ---- layout

    def _connect(self) -> None:
        self._library.changed.connect(self._show_library)
        self._imports.jobs_changed.connect(self._show_library)
        self.list.opened.connect(self.opened)
        self.detail.compare_wanted.connect(self.opened)
        self._sort.clicked.connect(self._on_sort)

    def _lay_out(self) -> None:
        self._full = QWidget()
        row = QHBoxLayout(self._full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.filters)
        self._frame = self._middle_panel()
        row.addWidget(self._frame, 1)
        row.addWidget(self.detail)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 8)
        self._stack = QStackedLayout()
        # A stack outside any widget would show its first page as a window of its own.
        outer.addLayout(self._stack)
        self._stack.addWidget(self._full)

    def _middle_panel(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(1, 4, 1, 12)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(11, 0, 7, 0)
        self._chips.setSpacing(8)
        head.addLayout(self._chips, 1)
        head.addWidget(self._sort)
        layout.addLayout(head)
        self._middle = QStackedLayout()
        layout.addLayout(self._middle, 1)
        self._middle.addWidget(WholeRows(self.list))
        self._middle.addWidget(self._no_match())
        strip = QVBoxLayout()
        strip.setContentsMargins(11, 10, 11, 0)
        strip.addWidget(self._drop_strip())
        layout.addLayout(strip)
        return frame

    def _no_match(self) -> QWidget:
        widget = QWidget()
        layout = QVBoxLayout(widget)
        layout.setSpacing(10)
        layout.addStretch(1)
        words = paragraph("No session fits. Take a filter away, or search for less.", "secondary")
        words.setFixedWidth(360)
        clear = Button(self._appearance, "Clear", "plain")
        clear.clicked.connect(self._library.clear_filters)
        for child in (words, clear):
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(child)
            line.addStretch(1)
            layout.addLayout(line)
        layout.addStretch(1)
        return widget

    def _drop_strip(self) -> QWidget:
        frame = DashedFrame(self._appearance, is_strong=False)
        frame.setFixedHeight(STRIP_HEIGHT)
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel(self._appearance, "folder-input", "secondary", 20))
        row.addWidget(label("Drop logger files anywhere in this window", "medium"))
        row.addStretch(1)
        row.addWidget(label(FORMATS, "hint"))
        return frame
