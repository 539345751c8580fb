"""Edits that can be taken back, and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """Something the user did: its words, the way back, the way forward again."""

    words: str
    undo: Callable[[], None]
    redo: Callable[[], None]


class History:
    """Edits in the order they were made."""

    def __init__(self) -> None:
        self._past: list[Edit] = []
        self._future: list[Edit] = []

    def add(self, edit: Edit) -> None:
        """Remember an edit; what was taken back before is forgotten."""
        self._past = [*self._past, edit][-MOST:]
        self._future.clear()

    def undo(self) -> Edit | None:
        """Take the last edit back; return it, or None when there is none."""
        if not self._past:
            return None
        edit = self._past.pop()
        self._future.append(edit)
        edit.undo()
        return edit

    def redo(self) -> Edit | None:
        """Do the edit again that was taken back last."""
        if not self._future:
            return None
        edit = self._future.pop()
        self._past.append(edit)
        edit.redo()
        return edit
