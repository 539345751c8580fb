"""The bar on top: where I am, what I compare, the one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import ElidedLabel
from apexlab_desktop.ui.widgets.search_field import SearchField

HEIGHT = 56
SEARCH_WIDTHS = (260, 300)
WIDE = 1340
TITLE_WIDTH = 200


class TopBar(QWidget):
    """Title and meta line left; search or lap chips, and Import, right."""

    def __init__(
        self, appearance: Appearance, commands: Commands, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._title = ElidedLabel("Library", "title")
        self._meta = ElidedLabel("", "meta")
        self.search = SearchField(appearance, "Search track, car, tag, note", "Ctrl+F")
        self._title.setMinimumWidth(TITLE_WIDTH)
        self._import = Button(appearance, "Import", "primary", "folder-input")
        self._import.clicked.connect(commands.action("file.import").trigger)
        self._lay_out()

    def show_title(self, title: str, meta: str) -> None:
        """Say where the user is."""
        self._title.setText(title)
        self._meta.setText(meta)

    @property
    def title(self) -> str:
        """Where the user is."""
        return self._title.text()

    @property
    def meta(self) -> str:
        """The line under the title."""
        return self._meta.text()

    def set_chips(self, chips: QWidget) -> None:
        """Take the lap chips in."""
        self._row.insertWidget(1, chips)
        chips.hide()

    def fit(self, window_width: int) -> None:
        """Give the search field the width that fits."""
        self.search.setFixedWidth(SEARCH_WIDTHS[window_width >= WIDE])

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._meta)
        words.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 1)
        self._row.setSpacing(12)
        self._row.addLayout(words, 1)
        self._row.addWidget(self.search)
        self._row.addWidget(self._import)
