"""Edits that can be taken back, and done again: one row of them for the whole window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

MOST = 100


class Subject(Enum):
    """What an edit is about; the value is the page that shows it."""

    LIBRARY = "library"
    SESSION = "analysis"
    LAPS = "analysis: laps"
    VIEW = "analysis: view"
    SHEETS = "analysis: worksheets"

    @property
    def page(self) -> str:
        """The page where the edit is seen."""
        return self.value.split(":")[0]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Edit:
    """Something the user did: its words, the way back, the way forward again."""

    words: str
    subject: Subject
    undo: Callable[[], None]
    redo: Callable[[], None]


class History(QObject):
    """Edits in the order they were made."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._past: list[Edit] = []
        self._future: list[Edit] = []

    @property
    def last(self) -> Edit | None:
        """What undo takes back."""
        return self._past[-1] if self._past else None

    @property
    def next(self) -> Edit | None:
        """What redo does again."""
        return self._future[-1] if self._future else None

    def add(self, edit: Edit) -> None:
        """Remember an edit; what was taken back before is forgotten."""
        self._past = [*self._past, edit][-MOST:]
        self._future.clear()
        self.changed.emit()

    def undo(self) -> Edit | None:
        """Take the last edit back; return it, or None when there is none."""
        if not self._past:
            return None
        edit = self._past.pop()
        self._future.append(edit)
        edit.undo()
        self.changed.emit()
        return edit

    def redo(self) -> Edit | None:
        """Do the edit again that was taken back last."""
        if not self._future:
            return None
        edit = self._future.pop()
        self._past.append(edit)
        edit.redo()
        self.changed.emit()
        return edit

    def take_back(self, edit: Edit) -> None:
        """Take one edit back, also when others were made after it."""
        if edit is self.last:
            self.undo()
        elif edit in self._past:
            self._past.remove(edit)
            edit.undo()
            self.changed.emit()

    def forget(self, subject: Subject) -> None:
        """Drop the edits of what is gone."""
        self._past = [edit for edit in self._past if edit.subject is not subject]
        self._future = [edit for edit in self._future if edit.subject is not subject]
        self.changed.emit()
