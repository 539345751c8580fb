"""The dialogs of the window, made when first wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from apexlab_desktop.ui.main_window import MainWindow
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.importing import ImportJob
from apexlab_desktop.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from apexlab_desktop.ui.controller import Controller


MOST_RECENT = 6


class WindowDialogs(QObject):
    """At most one is open; the next one takes its place."""

    def __init__(self, window: MainWindow, models: WindowModels, controller: Controller) -> None:
        super().__init__(controller)
        self._window = window
        self._models = models
        self._controller = controller
        self._recent: list[str] = []
        self.open_one: Overlay | None = None

    def close_open(self) -> bool:
        """Close what is open; return whether anything was."""
        dialog = self.open_one
        if dialog is None:
            return False
        dialog.close_overlay()
        return True

    def show_palette(self) -> None:
        """Show all commands, places and sessions."""
        from apexlab_desktop.ui.dialogs.palette import Palette
        from apexlab_desktop.ui.viewmodels.palette_items import everything

        provider = everything(self._models, self._recent, self._controller.open_session)
        words = "Type a command, a lap, a place like 1950\u00a0m, a session"
        palette = Palette(self._models.appearance, self._window, provider, words)
        palette.used.connect(self._on_used)
        self._show(palette)

    def show_keys(self) -> None:
        """Show all keys."""
        from apexlab_desktop.ui.dialogs.shortcuts import Shortcuts

        self._show(Shortcuts(self._window, self._models.appearance, self._models.commands))

    def show_settings(self) -> None:
        """Show the settings."""
        from apexlab_desktop.ui.dialogs.preferences import Preferences

        self._show(Preferences(self._window, self._models.appearance))

    def show_plots(self) -> None:
        """Show which plots the open worksheet has."""
        from apexlab_desktop.ui.dialogs.plot_picker import PlotPicker

        models = self._models
        self._show(PlotPicker(self._window, models.appearance, models.sheets, models.comparison))

    def show_receipt(self, jobs: Sequence[ImportJob]) -> None:
        """Show what was done to files."""
        from apexlab_desktop.ui.dialogs.import_receipt import ImportReceipt

        receipt = ImportReceipt(self._window, self._models.appearance, list(jobs))
        receipt.open_wanted.connect(self._controller.open_session)
        receipt.split_wanted.connect(self._controller.edits.split_session)
        self._take_place(receipt)
        receipt.open_soon()

    def add_laps(self) -> None:
        """Offer the laps of other sessions."""
        from apexlab_desktop.ui.dialogs.palette import Palette
        from apexlab_desktop.ui.viewmodels.palette_items import other_sessions

        provider = other_sessions(self._models)
        words = "Add laps from another session"
        look = self._models.appearance
        self._show(Palette(look, self._window, provider, words, has_commands=False))

    def _on_used(self, key: str) -> None:
        """Remember what was chosen, the latest first."""
        self._recent = [key, *(other for other in self._recent if other != key)][:MOST_RECENT]

    def _show(self, dialog: Overlay) -> None:
        self._take_place(dialog)
        dialog.open()

    def _take_place(self, dialog: Overlay) -> None:
        self.close_open()
        self.open_one = dialog
        dialog.closed.connect(self._on_closed)

    def _on_closed(self) -> None:
        dialog, self.open_one = self.open_one, None
        if dialog is not None:
            dialog.deleteLater()
