"""What the library says before the first session."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import label, panel, paragraph
from apexlab_desktop.ui.widgets.marks import DashedFrame, IconLabel

WIDTH = 720
ICON = 32
FORMATS = "Reads RaceChrono CSV and .rcz, iRacing .ibt"

_CARDS = (
    ("flag", "Laps by themselves",
     "Start line and laps are found in the positions; what was repaired is told."),
    ("history", "Bring your old sessions",
     "Drop many files at once, or a folder: what is already here is skipped."),
    ("lock", "Yours alone", "No account, no network needed. Nothing leaves this computer."),
)  # fmt: skip


class LibraryEmpty(QFrame):
    """One frame to drop on, two buttons, three promises."""

    import_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setProperty("role", "panel")
        self.setAccessibleName("Empty library")
        column = QWidget()
        column.setFixedWidth(WIDTH)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24)
        layout.addWidget(self._drop_frame())
        layout.addLayout(self._cards())
        layout.addLayout(self._last_words())
        outer = QVBoxLayout(self)
        outer.addStretch(3)
        outer.addWidget(column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(4)

    def show_busy(self, *, is_busy: bool) -> None:
        """Say that the demo is being made."""
        self._demo.setEnabled(not is_busy)
        self._demo.setText("Making the demo session" if is_busy else "Open the demo session")

    def _drop_frame(self) -> QWidget:
        frame = DashedFrame(self._appearance, is_strong=True)
        frame.setFixedHeight(216)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(24, 38, 24, 30)
        layout.setSpacing(8)
        middle = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(IconLabel(self._appearance, "folder-input", "accent", ICON), 0, middle)
        layout.addWidget(label("Drop your logger files here", "emptyTitle"), 0, middle)
        words = "First lap on screen in seconds. The file itself is never changed."
        layout.addWidget(label(words, "secondary"), 0, middle)
        layout.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        choose = Button(self._appearance, "Choose files", "primary", "folder-open")
        choose.clicked.connect(self.import_wanted)
        self._demo = Button(self._appearance, "Open the demo session", "plain", "play")
        self._demo.clicked.connect(self.demo_wanted)
        buttons.addStretch(1)
        buttons.addWidget(choose)
        buttons.addWidget(self._demo)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        return frame

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for icon_name, title, words in _CARDS:
            card = panel("raised", title)
            card.setFixedHeight(118)
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            layout = QVBoxLayout(card)
            layout.setContentsMargins(15, 15, 15, 12)
            layout.setSpacing(8)
            head = QHBoxLayout()
            head.setSpacing(10)
            head.addWidget(IconLabel(self._appearance, icon_name, "secondary", 20))
            head.addWidget(label(title, "strong"))
            head.addStretch(1)
            layout.addLayout(head)
            layout.addWidget(paragraph(words, "secondary"))
            layout.addStretch(1)
            row.addWidget(card, 1)
        return row

    def _last_words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        hints = (FORMATS, "Something else? Drop it anyway: you are told what was found in it.")
        for text in hints:
            column.addWidget(label(text, "hint"), 0, Qt.AlignmentFlag.AlignHCenter)
        return column
