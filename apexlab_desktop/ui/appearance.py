"""Theme, units and motion: one shared object that every panel looks at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.stylesheet import stylesheet
from apexlab_desktop.ui.theme import THEMES, Theme, ThemeName
from apexlab_desktop.units import UnitSystem

_ORDER = tuple(ThemeName)


class Appearance(QObject):
    """What the window looks like, kept in the settings.

    Parameters
    ----------
    settings : SettingsFile
        Read at once, written by whoever owns the file.
    """

    theme_changed = Signal()
    units_changed = Signal()
    motion_changed = Signal()

    def __init__(self, settings: SettingsFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._before_sunlight = ThemeName.DARK

    @property
    def theme(self) -> Theme:
        """The current tokens."""
        return THEMES[ThemeName(self._settings.values.theme)]

    @property
    def units(self) -> UnitSystem:
        """The current units."""
        return UnitSystem(self._settings.values.units)

    @property
    def reduce_motion(self) -> bool:
        """Whether nothing may slide or fade."""
        return self._settings.values.reduce_motion

    def set_theme(self, name: ThemeName) -> None:
        """Change the theme of the running window."""
        if name is self.theme.name:
            return
        if name is ThemeName.SUNLIGHT:
            self._before_sunlight = self.theme.name
        self._settings.update(theme=name.value)
        self.apply()

    def next_theme(self) -> None:
        """Step through dark, light and sunlight."""
        self.set_theme(_ORDER[(_ORDER.index(self.theme.name) + 1) % len(_ORDER)])

    def toggle_sunlight(self) -> None:
        """Go to the high-contrast theme, or back to the one before it."""
        is_sunlight = self.theme.name is ThemeName.SUNLIGHT
        self.set_theme(self._before_sunlight if is_sunlight else ThemeName.SUNLIGHT)

    def set_units(self, units: UnitSystem) -> None:
        """Change what people read; stored values stay as they are."""
        if units is not self.units:
            self._settings.update(units=units.value)
            self.units_changed.emit()

    def set_reduce_motion(self, reduce: bool) -> None:
        """Turn movement off or on."""
        self._settings.update(reduce_motion=reduce)
        self.motion_changed.emit()

    def apply(self) -> None:
        """Give the theme to the application and tell the panels."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(self.theme))
            app.setStyleSheet(stylesheet(self.theme))
        self.theme_changed.emit()


def palette(theme: Theme) -> QPalette:
    """Return the colours of Qt's own parts (menus, selections, disabled text)."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.app,
        QPalette.ColorRole.Base: theme.panel,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Highlight: theme.selected_row,
        QPalette.ColorRole.HighlightedText: theme.text,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Accent: theme.accent,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return made
