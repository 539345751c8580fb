"""The filters at the left of the library."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import counted, file_size
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import Facet
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.check_row import CheckRow
from apexlab_desktop.ui.widgets.flow import FlowLayout
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, rule

MOST_VALUES = 8
"""Values shown per facet; the rest is reached by search."""
PILL_GAP = 6
WIDEST_PILL = 120


class FilterPill(Button):
    """A tag to filter by."""

    def __init__(self, appearance: Appearance, text: str, count: int) -> None:
        super().__init__(appearance, fonts.elided(text, WIDEST_PILL, 11, 600), "pill")
        self._whole = text
        self.setCheckable(True)
        self.show_count(count)

    def show_count(self, count: int) -> None:
        """Say another count: the pill itself is too short for it."""
        self.setAccessibleName(f"{self._whole}, {count}")
        self.setToolTip(f"{self._whole}: {counted(count, 'session')}")


FilterBox = CheckRow | FilterPill


class LibraryFilters(QFrame):
    """Track, car, year and tags, each with the count of what the other filters leave."""

    def __init__(self, appearance: Appearance, library: LibraryModel) -> None:
        super().__init__()
        self._appearance = appearance
        self._library = library
        self._facets: dict[Facet, tuple[tuple[str, int], ...]] = {}
        self._rows: dict[tuple[Facet, str], FilterBox] = {}
        # In a turn of its own: many small widgets together with a new list would be felt.
        self._rebuild_soon = QTimer(self, singleShot=True, interval=0)
        self._rebuild_soon.timeout.connect(self._rebuild)
        self.setProperty("role", "panel")
        self.setAccessibleName("Filters")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 6, 12)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 6, 0)
        head.addWidget(label("Filters", "panelTitle"))
        head.addStretch(1)
        self._count = label("", "hint")
        head.addWidget(self._count)
        layout.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(rule())
        self._storage = ElidedLabel("", "hint")
        self._storage.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._storage)
        library.changed.connect(self.show_library)

    def show_library(self) -> None:
        """Show facets and counts."""
        library = self._library
        self._count.setText(f"{library.n_fitting} of {library.n_listed}")
        if library.stats is not None:
            size = file_size(library.stats.stored_bytes)
            self._storage.setText(f"{size} on this computer")
        facets = {facet: tuple(library.counts(facet)[:MOST_VALUES]) for facet in Facet}
        shown = [(facet, value) for facet, values in facets.items() for value, _ in values]
        if shown != list(self._rows):
            self._facets = facets
            self._rebuild_soon.start()
            return
        self._facets = facets
        self._show_counts()

    def _show_counts(self) -> None:
        chosen = self._library.filters.chosen
        for facet, values in self._facets.items():
            for value, count in values:
                row = self._rows[facet, value]
                row.show_count(count)
                row.setChecked(value in chosen.get(facet, ()))

    def _rebuild(self) -> None:
        bar = self._scroll.verticalScrollBar()
        place = bar.value()
        focused = self._focused_key()
        self._rows = {}
        inner = QWidget()
        inner.setObjectName("scrolled")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(0)
        for facet, values in self._facets.items():
            if not values:
                continue
            head = label(facet.value, "section")
            head.setContentsMargins(4, 8, 0, 4)
            layout.addWidget(head)
            boxes = [self._box(facet, value, count) for value, count in values]
            if facet is Facet.TAG:
                layout.addWidget(_in_lines(boxes))
                continue
            for box in boxes:
                layout.addWidget(box)
        layout.addStretch(1)
        self._scroll.setWidget(inner)
        if focused in self._rows:
            self._rows[focused].setFocus()
        bar.setValue(place)

    def _box(self, facet: Facet, value: str, count: int) -> FilterBox:
        kind = FilterPill if facet is Facet.TAG else CheckRow
        box = kind(self._appearance, value, count)
        box.setChecked(value in self._library.filters.chosen.get(facet, ()))
        box.setProperty("facet", facet.value)
        box.setProperty("value", value)
        box.clicked.connect(self._on_click)
        self._rows[facet, value] = box
        return box

    def _on_click(self) -> None:
        box = self.sender()
        if isinstance(box, FilterBox):
            self._library.toggle(Facet(box.property("facet")), box.property("value"))

    def _focused_key(self) -> tuple[Facet, str] | None:
        box = self.focusWidget()
        if isinstance(box, FilterBox) and box.hasFocus():
            return Facet(box.property("facet")), box.property("value")
        return None


def _in_lines(boxes: list[FilterBox]) -> QWidget:
    """Return pills side by side."""
    widget = QWidget()
    flow = FlowLayout(PILL_GAP, widget)
    flow.setContentsMargins(4, 3, 4, 4)
    for box in boxes:
        flow.addWidget(box)
    return widget
