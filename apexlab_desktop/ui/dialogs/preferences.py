"""Settings: how it looks, what is read, where it is kept."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QRectF, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.paths import data_home
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.theme import ThemeName
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.choice import Segmented, Switch
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, rule
from apexlab_desktop.ui.widgets.overlay import Overlay, centred
from apexlab_desktop.units import UnitSystem

SIZE = (600.0, 366.0)
ROW_HEIGHT = 60
_THEMES = (ThemeName.DARK, ThemeName.LIGHT, ThemeName.SUNLIGHT)
_UNITS = (UnitSystem.METRIC, UnitSystem.IMPERIAL)


def program_version() -> str:
    """Return the installed version, or words when it is not installed."""
    try:
        return version("apexlab-desktop")
    except PackageNotFoundError:
        return "from a checkout"


class Preferences(Overlay):
    """Every change works at once."""

    def __init__(self, window: QWidget, appearance: Appearance) -> None:
        super().__init__(appearance, window, "Settings")
        self._look = appearance
        self.theme = Segmented(
            appearance, "Theme", ("Dark", "Light", "Sunlight"), _THEMES.index(appearance.theme.name)
        )
        self.theme.chosen.connect(lambda index: appearance.set_theme(_THEMES[index]))
        self.units = Segmented(
            appearance, "Units", ("Metric", "Imperial"), _UNITS.index(appearance.units)
        )
        self.units.chosen.connect(lambda index: appearance.set_units(_UNITS[index]))
        self.motion = Switch(appearance, "Reduce motion", is_on=appearance.reduce_motion)
        self.motion.toggled.connect(appearance.set_reduce_motion)
        self._lay_out(appearance)

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return the middle of the window."""
        return centred(room, *SIZE)

    def first_focus(self) -> QWidget:
        """Return the first setting."""
        return self.theme

    def open_folder(self) -> None:
        """Show the data folder in the file manager."""
        home = data_home()
        home.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(home)))

    def _lay_out(self, appearance: Appearance) -> None:
        layout = QVBoxLayout(self.frame)
        layout.setContentsMargins(24, 18, 24, 18)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(label("Settings", "title"))
        head.addStretch(1)
        close = Button(appearance, "Close", "icon", "x")
        close.clicked.connect(self.close_overlay)
        head.addWidget(close)
        layout.addLayout(head)
        layout.addSpacing(8)
        folder = Button(appearance, "Open folder", "plain", "folder-open")
        folder.clicked.connect(self.open_folder)
        rows = (
            ("Theme", "Sunlight has the contrast for a screen in the sun", self.theme),
            ("Units", "Changes what you read, never what is stored", self.units),
            ("Reduce motion", "Nothing slides or fades", self.motion),
            ("Your data", str(data_home()), folder),
        )
        for title, words, control in rows:
            layout.addWidget(rule())
            layout.addWidget(_row(title, words, control))
        layout.addWidget(rule())
        layout.addStretch(1)
        layout.addWidget(
            label(
                f"ApexLab {program_version()}. No account, no network, nothing is sent.", "hintBody"
            )
        )


def _row(title: str, words: str, control: QWidget) -> QWidget:
    row = QWidget()
    row.setFixedHeight(ROW_HEIGHT)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(16)
    texts = QVBoxLayout()
    texts.setSpacing(2)
    texts.addStretch(1)
    texts.addWidget(label(title, "medium"))
    texts.addWidget(ElidedLabel(words, "dense"))
    texts.addStretch(1)
    layout.addLayout(texts, 1)
    layout.addWidget(control)
    return row
