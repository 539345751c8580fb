"""What commands do with the worksheets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from apexlab_desktop.ui.history import Edit
from apexlab_desktop.ui.main_window import ANALYSIS, MainWindow
from apexlab_desktop.ui.messages import sentence
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE, N_SHEET_KEYS
from apexlab_desktop.ui.window_dialogs import WindowDialogs

_OF_THE_USER = ("sheet.rename", "sheet.delete", "sheet.plots")


class SheetCommands(QObject):
    """Binds the commands of the worksheets, and tells what came of them."""

    def __init__(
        self,
        window: MainWindow,
        models: WindowModels,
        dialogs: WindowDialogs,
        go: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._dialogs = dialogs
        self._go = go
        self._bind()
        models.sheets.changed.connect(self._show_state)
        models.sheets.edited.connect(self._tell)
        models.sheets.failed.connect(self._on_failed)
        self._show_state()

    def _bind(self) -> None:
        sheets = self._models.sheets
        slots: dict[str, Callable[[], object]] = {
            "sheet.new": self._new,
            "sheet.rename": lambda: self._window.analysis.tabs.rename(),
            "sheet.duplicate": lambda: sheets.duplicate(sheets.active.id),
            "sheet.delete": lambda: sheets.delete(sheets.active.id),
            "sheet.plots": self._dialogs.show_plots,
            "sheet.next": partial(sheets.step, 1),
            "sheet.before": partial(sheets.step, -1),
            "sheet.left": partial(self._move, -1),
            "sheet.right": partial(self._move, 1),
        }
        self._models.commands.bind({name: self._there(slot) for name, slot in slots.items()})
        self._models.commands.bind(
            {f"sheet.go_{n % 10}": partial(self._open, n - 1) for n in range(1, N_SHEET_KEYS + 1)}
        )

    def _there(self, slot: Callable[[], object]) -> Callable[[], None]:
        """Return what does something where it is seen: the palette offers it on every page."""

        def do() -> None:
            self._go(ANALYSIS)
            slot()

        return do

    def _new(self) -> None:
        """Make a worksheet, and ask what it shows."""
        sheets = self._models.sheets
        n_before = len(sheets.sheets)
        sheets.new()
        if len(sheets.sheets) > n_before:
            self._dialogs.show_plots()

    def _open(self, index: int) -> None:
        if index < len(self._models.sheets.sheets):
            self._models.sheets.choose_place(index)
            self._go(ANALYSIS)

    def _move(self, by: int) -> None:
        sheets = self._models.sheets
        index = sheets.sheets.index(sheets.active) + by
        if 0 <= index < len(sheets.sheets):
            sheets.move(sheets.active.id, index)

    def _show_state(self) -> None:
        """Offer only what can be done with the open worksheet."""
        sheets, commands = self._models.sheets, self._models.commands
        for identifier in _OF_THE_USER:
            commands.action(identifier).setEnabled(bool(sheets.active.plots))
        is_of_plots = bool(sheets.active.plots) or sheets.active.id == COMPARE.id
        commands.action("sheet.duplicate").setEnabled(is_of_plots)
        n_sheets, place = len(sheets.sheets), sheets.sheets.index(sheets.active)
        commands.action("sheet.left").setEnabled(place > 0)
        commands.action("sheet.right").setEnabled(place < n_sheets - 1)
        for n in range(1, N_SHEET_KEYS + 1):
            action = commands.action(f"sheet.go_{n % 10}")
            action.setEnabled(n <= n_sheets)
            if n <= n_sheets:
                action.setText(f"{sheets.sheets[n - 1].name} worksheet")

    def _tell(self, edit: Edit) -> None:
        """Say what was done; a worksheet that is gone can be had back at once."""
        self._window.status.tell(sentence(edit.words))
        if edit.words.endswith("deleted"):
            back = self._models.history.take_back
            self._window.toast.tell(edit.words, "Undo", lambda: back(edit))
        else:
            # An offer to go back to before this edit would take it along.
            self._window.toast.hide()

    def _on_failed(self, line: str) -> None:
        self._window.status.tell(line)
        self._window.toast.tell(line)
