"""Sessions and comparisons on their way from the library: what is under way, and its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.background import Background, CancelToken, Task
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.comparable_sessions import Compared, compare_what_can_be

if TYPE_CHECKING:
    from apexlab_desktop.ui.viewmodels.session_groups import SessionGroup


class LapLoading(QObject):
    """At most one opening and one comparison under way; a newer one takes the place of the old.

    Signals: `changed(is_loading)`, `failed(line)`.
    """

    changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self, use_cases: UseCases, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._opening: Task | None = None
        self._comparing: Task | None = None
        self._is_loading = False
        self.is_registered = True
        """Whether other sessions are laid onto the straights of the reference's."""

    @property
    def is_loading(self) -> bool:
        """Whether numbers are on their way."""
        return self._is_loading

    def open(self, session_ids: Sequence[str], then: Callable[[list[SessionGroup]], None]) -> None:
        """Open sessions away from the window, and go on with what the lap table shows of them."""
        if self._opening is not None:
            self._opening.drop()

        def work(token: CancelToken) -> list[SessionGroup]:
            from apexlab_desktop.ui.viewmodels.session_groups import session_group

            groups = []
            for session_id in session_ids:
                token.check()
                groups.append(session_group(self._use_cases.open_session(session_id)))
            return groups

        def on_result(groups: list[SessionGroup]) -> None:
            self._opening = None
            self._tell(is_loading=False)
            then(groups)

        self._tell(is_loading=True)
        self._opening = self._background.query(work, on_result, self._on_error, owner=self)

    def compare(self, refs: Sequence[LapRef], then: Callable[[Compared | None], None]) -> None:
        """Compare laps with the first of them; without laps there is nothing to compare."""
        if self._comparing is not None:
            self._comparing.drop()
            self._comparing = None
        if not refs:
            self._tell(is_loading=False)
            then(None)
            return

        def on_result(compared: Compared) -> None:
            self._comparing = None
            self._tell(is_loading=False)
            then(compared)

        self._tell(is_loading=True)
        is_registered = self.is_registered
        self._comparing = self._background.query(
            lambda _token: compare_what_can_be(self._use_cases, refs, is_registered=is_registered),
            on_result,
            self._on_error,
            owner=self,
        )

    def cancel(self) -> None:
        """Let go of what is under way."""
        for task in (self._opening, self._comparing):
            if task is not None:
                task.drop()
        self._opening = self._comparing = None
        self._tell(is_loading=False)

    def _on_error(self, error: Exception) -> None:
        self._opening = self._comparing = None
        self._tell(is_loading=False)
        self.failed.emit(error_line(error))

    def _tell(self, *, is_loading: bool) -> None:
        if is_loading != self._is_loading:
            self._is_loading = is_loading
            self.changed.emit(is_loading)
