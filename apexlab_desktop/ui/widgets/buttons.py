"""Buttons whose icons follow the theme."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.icons import icon

_ICON_TOKEN = {"primary": "on_accent", "plain": "text", "ghost": "secondary", "icon": "secondary"}

ICON_GAP = 4
"""Added to the style's own four pixels between icon and text."""


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
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if icon_name:
            self._size = 20 if is_bare and role == "rail" else 16
            room = 0 if is_bare or not text else ICON_GAP
            self.setIconSize(QSize(self._size + room, self._size))
            appearance.theme_changed.connect(self._draw_icon)
            self.toggled.connect(self._draw_icon)
            self._draw_icon()

    def _draw_icon(self) -> None:
        theme = self._appearance.theme
        if self._role == "rail":
            colour = theme.accent if self.isChecked() else theme.secondary
        else:
            colour = getattr(theme, _ICON_TOKEN.get(self._role, "accent"))
        self.setIcon(icon(self._icon_name, colour, self._size))


def check_one(buttons: Iterable[QAbstractButton], chosen: QAbstractButton) -> None:
    """Check one button of a group: Tab comes to that one, arrow keys go to the others."""
    for button in buttons:
        is_chosen = button is chosen
        button.setChecked(is_chosen)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_chosen else Qt.FocusPolicy.NoFocus)
