"""Commands as actions: one registry for keys, palette, overlay and buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from apexlab_desktop.ui.command_table import COMMANDS, Command, Context


class Commands(QObject):
    """Holds one action per command.

    The keys of a context work in the widget it was attached to and in that widget's children.
    """

    def __init__(
        self, commands: Iterable[Command] = COMMANDS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._commands = {command.id: command for command in commands}
        self._actions = {command.id: self._made(command) for command in self._commands.values()}
        self._bound: set[str] = set()

    @property
    def all(self) -> tuple[Command, ...]:
        """Every command, in the order of the table."""
        return tuple(self._commands.values())

    @property
    def unbound(self) -> set[str]:
        """Commands that nothing answers to."""
        return set(self._commands) - self._bound

    def action(self, identifier: str) -> QAction:
        """Return the action of a command."""
        return self._actions[identifier]

    def bind(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Say what commands do."""
        for identifier, slot in slots.items():
            self._actions[identifier].triggered.connect(_without_argument(slot))
            self._bound.add(identifier)

    def attach(self, context: Context, widget: QWidget) -> None:
        """Let the keys of a context work inside a widget."""
        for command in self._commands.values():
            if command.context is context:
                widget.addAction(self._actions[command.id])

    def keys(self, identifier: str) -> list[str]:
        """Return the live key sequences of a command, portable."""
        text = QKeySequence.SequenceFormat.PortableText
        return [keys.toString(text) for keys in self._actions[identifier].shortcuts()]

    def trigger(self, identifier: str) -> None:
        """Do a command."""
        self._actions[identifier].trigger()

    def _made(self, command: Command) -> QAction:
        action = QAction(command.words, self)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        is_window = command.context is Context.WINDOW
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if is_window
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        return action


def _without_argument(slot: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool = False) -> None:
        slot()

    return call
