"""Buttons whose icons follow the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.icons import icon

_ICON_TOKEN = {"primary": "on_accent", "plain": "text", "ghost": "secondary", "icon": "secondary"}


class Button(QPushButton):
    """A push button in a role: primary, plain, ghost, link, sort, icon or rail.

    Parameters
    ----------
    appearance : Appearance
    text : str
        Shown; with an icon-only role it is the tooltip and the accessible name.
    role : str
    icon_name : str
        Lucide name; empty for none.
    """

    def __init__(
        self,
        appearance: Appearance,
        text: str,
        role: str,
        icon_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        is_bare = role in {"icon", "rail"}
        super().__init__("" if is_bare else text, parent)
        self.setProperty("role", role)
        self.setAccessibleName(text)
        if is_bare:
            self.setToolTip(text)
        self._appearance = appearance
        self._role = role
        self._icon_name = icon_name
        self.setAutoDefault(False)
        if icon_name:
            size = 20 if role == "rail" else 16
            self.setIconSize(QSize(size, size))
            appearance.theme_changed.connect(self._draw_icon)
            self.toggled.connect(self._draw_icon)
            self._draw_icon()

    def _draw_icon(self) -> None:
        theme = self._appearance.theme
        if self._role == "rail":
            is_light_accent = self.isChecked()
            colour = theme.accent if is_light_accent else theme.secondary
        else:
            colour = getattr(theme, _ICON_TOKEN.get(self._role, "accent"))
        self.setIcon(icon(self._icon_name, colour, self.iconSize().width()))
