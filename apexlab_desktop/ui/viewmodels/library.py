"""The library as the window shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from apexlab_desktop.app.records import LibraryStats, SessionSummary
from apexlab_desktop.ui.background import Background, CancelToken
from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.library_rows import (
    ARCHIVED,
    Facet,
    Filters,
    MonthRow,
    SessionRow,
    SortOrder,
    facet_counts,
    fits,
    list_rows,
    session_name,
)

NOTE_SAVED_AFTER_MS = 600


class LibraryModel(QObject):
    """Sessions, filters, order and selection.

    Signals: `changed` when the rows differ, `selected` when another session is chosen,
    `edited(edit)` after the user changed something that can be taken back, `failed(line)` when
    the library refused.
    """

    changed = Signal()
    selected = Signal()
    edited = Signal(object)
    failed = Signal(str)
    note_saved = Signal()

    def __init__(
        self, use_cases: UseCases, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._all: tuple[SessionSummary, ...] = ()
        self.stats: LibraryStats | None = None
        self.is_loaded = False
        self.filters = Filters()
        self.order = SortOrder.NEWEST
        self.selected_id = ""
        self._n_reading = 0
        self._rows: list[MonthRow | SessionRow] = []
        self._unsaved_notes: dict[str, str] = {}
        self._note_timer = QTimer(self, singleShot=True, interval=NOTE_SAVED_AFTER_MS)
        self._note_timer.timeout.connect(self.save_notes)

    @property
    def sessions(self) -> tuple[SessionSummary, ...]:
        """Sessions that are not archived."""
        return tuple(s for s in self._all if not s.is_archived)

    @property
    def is_empty(self) -> bool:
        """Whether there is no session at all, archived ones and those being read included."""
        return not self._all and not self._n_reading

    @property
    def n_listed(self) -> int:
        """How many sessions the list would show without filters."""
        return sum(s.is_archived == self.filters.is_archive for s in self._all)

    @property
    def rows(self) -> Sequence[MonthRow | SessionRow]:
        """The list as shown."""
        return self._rows

    @property
    def n_fitting(self) -> int:
        """How many sessions fit the filters."""
        return sum(fits(summary, self.filters) for summary in self._all)

    @property
    def selection(self) -> SessionSummary | None:
        """The chosen session."""
        return self.find(self.selected_id)

    def find(self, session_id: str) -> SessionSummary | None:
        """Return a session by its id, also an archived one."""
        return next((s for s in self._all if s.id == session_id), None)

    def counts(self, facet: Facet) -> list[tuple[str, int]]:
        """Return the values of a facet with their counts."""
        return facet_counts(self._all, self.filters, facet)

    def refresh(self, *, select: str = "") -> None:
        """Read the list again, and choose a session of it."""

        def work(_token: CancelToken) -> tuple[tuple[SessionSummary, ...], LibraryStats]:
            return tuple(self._use_cases.list_sessions()), self._use_cases.library_stats()

        def on_result(read: tuple[tuple[SessionSummary, ...], LibraryStats]) -> None:
            self._all, self.stats = read
            self._n_reading -= 1
            self.is_loaded = True
            self._rebuild()
            if select:
                self.select(select)

        def on_error(error: Exception) -> None:
            self._n_reading -= 1
            self._on_error(error)

        self._n_reading += 1
        self._background.query(work, on_result, on_error, owner=self)

    def search(self, text: str) -> None:
        """Keep the sessions that hold every fragment of the text."""
        self._filter(self.filters.with_text(text))

    def toggle(self, facet: Facet, value: str) -> None:
        """Switch one value of a facet."""
        self._filter(self.filters.toggled(facet, value))

    def clear_filters(self) -> None:
        """Show every session again."""
        self._filter(Filters())

    def sort(self, order: SortOrder) -> None:
        """Change the order."""
        self.order = order
        self._rebuild()

    def select(self, session_id: str) -> None:
        """Choose a session."""
        if session_id != self.selected_id and self.find(session_id) is not None:
            self.selected_id = session_id
            self.selected.emit()

    def show_archive(self) -> None:
        """Show the archived sessions, or the others again."""
        self.toggle(Facet.ARCHIVE, ARCHIVED)

    def archive(self, session_id: str) -> None:
        """Take a session out of the list; nothing is deleted."""
        summary = self.find(session_id)
        if summary is not None and not summary.is_archived:
            self._edit(
                f"{session_name(summary)} moved to the archive",
                lambda: self._use_cases.archive_session(session_id),
                lambda: self._use_cases.restore_session(session_id),
            )

    def restore(self, session_id: str) -> None:
        """Put an archived session back into the list."""
        summary = self.find(session_id)
        if summary is not None and summary.is_archived:
            self._edit(
                f"{session_name(summary)} brought back from the archive",
                lambda: self._use_cases.restore_session(session_id),
                lambda: self._use_cases.archive_session(session_id),
            )

    def edit_note(self, session_id: str, text: str) -> None:
        """Keep a note; it is written once typing rests."""
        self._unsaved_notes[session_id] = text
        self._note_timer.start()

    def save_notes(self) -> None:
        """Write what was typed."""
        self._note_timer.stop()
        notes, self._unsaved_notes = self._unsaved_notes, {}
        for session_id, text in notes.items():
            work = partial(self._use_cases.set_note, session_id, text)
            self._change(work, self.note_saved.emit)

    def set_tags(self, session_id: str, tags: Sequence[str]) -> None:
        """Keep the tags of a session."""
        summary = self.find(session_id)
        if summary is not None and tuple(tags) != summary.tags:
            before = summary.tags
            self._edit(
                f"tags of {session_name(summary)}",
                lambda: self._use_cases.set_tags(session_id, tags),
                lambda: self._use_cases.set_tags(session_id, before),
            )

    def _edit(
        self, words: str, forward: Callable[[], object], backward: Callable[[], object]
    ) -> None:
        """Make a change that can be taken back; it is told of once it is made."""
        edit = Edit(
            words=words,
            subject=Subject.LIBRARY,
            undo=lambda: self._change(backward, lambda: None),
            redo=lambda: self._change(forward, lambda: None),
        )
        self._change(forward, lambda: self.edited.emit(edit))

    def _change(self, work: Callable[[], Any], then: Callable[[], Any]) -> None:
        def on_result(_nothing: object) -> None:
            then()
            self.refresh()

        self._background.change(lambda _token: work(), on_result, self._on_error, owner=self)

    def _filter(self, filters: Filters) -> None:
        if filters != self.filters:
            self.filters = filters
            self._rebuild()

    def _rebuild(self) -> None:
        self._rows = list_rows(self._all, self.filters, self.order)
        ids = [row.summary.id for row in self._rows if isinstance(row, SessionRow)]
        previous = self.selected_id
        if previous not in ids:
            self.selected_id = ids[0] if ids else ""
        self.changed.emit()
        self.selected.emit()

    def _on_error(self, error: Exception) -> None:
        self.is_loaded = True
        self.failed.emit(error_line(error))
