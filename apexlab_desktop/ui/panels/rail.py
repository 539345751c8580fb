"""The rail at the left: the places of the program."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.widgets.buttons import Button, check_one

WIDTH = 56
PLACES = (("library", "Library", "layout-list", "page.library"),
          ("analysis", "Analysis", "chart-line", "page.compare"))  # fmt: skip
TOOLS = (("Keys", "keyboard", "look.keys"), ("Settings", "settings", "look.settings"))


class Rail(QWidget):
    """Places on top, tools at the bottom; only what exists."""

    chosen = Signal(str)

    def __init__(
        self, appearance: Appearance, commands: Commands, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Places")
        self._places: dict[str, Button] = {}
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 8, 10)
        layout.setSpacing(6)
        for key, text, icon_name, command in PLACES:
            button = self._button(appearance, commands, text, icon_name, command)
            button.setCheckable(True)
            button.clicked.connect(self._on_place)
            group.addButton(button)
            layout.addWidget(button)
            self._places[key] = button
        layout.addStretch(1)
        for text, icon_name, command in TOOLS:
            button = self._button(appearance, commands, text, icon_name, command)
            button.clicked.connect(commands.action(command).trigger)
            layout.addWidget(button)

    def show_place(self, key: str) -> None:
        """Mark where the user is."""
        check_one(self._places.values(), self._places[key])

    def _on_place(self) -> None:
        self.chosen.emit(next(key for key, button in self._places.items() if button.isChecked()))

    def _button(
        self, appearance: Appearance, commands: Commands, text: str, icon_name: str, command: str
    ) -> Button:
        button = Button(appearance, text, "rail", icon_name, self)
        keys = commands.keys(command)
        button.setToolTip(f"{text}  {keys[-1]}" if keys else text)
        return button
