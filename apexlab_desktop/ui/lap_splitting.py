"""Split laps at the user's own start line, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.formatting import counted
from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.models import WindowModels

if TYPE_CHECKING:
    from apexlab_desktop.app.start_lines import PlaceOnTrack
    from apexlab_desktop.ui.use_cases import Lines

OWN_LINE, FILE_LINE = "laps split at your own line", "laps split as the file says"


class LapSplitting(QObject):
    """Changes the start line of all open sessions together: laps are compared over one lap.

    Signals: `split(edit, words)` when the laps are others, `unchanged(words)` when they are as
    asked for already, `failed(line)`.
    """

    split = Signal(object, str)
    unchanged = Signal(str)
    failed = Signal(str)

    def __init__(self, models: WindowModels, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models

    def split_at(self, place: PlaceOnTrack | None) -> None:
        """Split laps at a place, or with None as the file and detection say."""
        use_cases = self._models.use_cases
        identifiers = [group.session_id for group in self._models.laps.groups]
        if not identifiers:
            return

        def work() -> tuple[Lines, Lines]:
            line = None if place is None else use_cases.start_line_across(place)
            wanted = dict.fromkeys(identifiers, line)
            return wanted, use_cases.split_laps(wanted)

        words = FILE_LINE if place is None else OWN_LINE
        self._models.background.change(
            lambda _token: work(),
            lambda lines: self._on_split(words, *lines),
            lambda error: self.failed.emit(error_line(error)),
            owner=self,
        )

    def _on_split(self, words: str, wanted: Lines, before: Lines) -> None:
        if wanted == before:
            self.unchanged.emit(f"Unchanged: {words}")
            return
        edit = Edit(
            words=words,
            subject=Subject.SESSION,
            undo=lambda: self._split(before),
            redo=lambda: self._split(wanted),
        )
        self.split.emit(edit, f"{words[0].upper()}{words[1:]} in {counted(len(wanted), 'session')}")
        self._show_laps()

    def _split(self, lines: Lines) -> None:
        self._models.background.change(
            lambda _token: self._models.use_cases.split_laps(lines),
            lambda _before: self._show_laps(),
            lambda error: self.failed.emit(error_line(error)),
            owner=self,
        )

    def _show_laps(self) -> None:
        self._models.comparison.forget_places()
        self._models.laps.reopen()
        self._models.library.refresh()
