"""The optimal lap of the session that the page is named after, worked out when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.ui.background import Background, Task
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection

if TYPE_CHECKING:
    from apexlab_desktop.app.optimal import OptimalSession

WORKING = (
    "Working out the fastest lap that the grip in your data allows on your line. "
    "It takes a few seconds, and the other worksheets can be used meanwhile."
)


class OptimalModel(QObject):
    """What a car with the grip of these laps could do on the line of the best one.

    Signal `changed` when it is known, or known not to be.
    """

    changed = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        background: Background,
        laps: LapSelection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._laps = laps
        self._task: Task | None = None
        self._asked_for = ""
        self._found: OptimalSession | None = None
        self._failure = ""
        laps.opened.connect(self._forget)

    @property
    def found(self) -> OptimalSession | None:
        """The optimal lap; None while it is sought, or where the data do not carry it."""
        return self._found

    @property
    def is_loading(self) -> bool:
        """Whether it is being worked out."""
        return self._task is not None

    @property
    def reason(self) -> str:
        """Why there is none yet, or none at all."""
        return WORKING if self.is_loading else self._failure

    def ask(self) -> None:
        """Work it out, once for a session."""
        session = self._laps.session
        if session is None or session.session_id == self._asked_for:
            return
        self._asked_for = session_id = session.session_id
        self._task = self._background.query(
            lambda _token: self._use_cases.optimal(session_id),
            self._take,
            self._on_error,
            owner=self,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Let go of what is being worked out; asking again begins anew."""
        if self._task is not None:
            self._task.drop()
            self._task, self._asked_for = None, ""
            self._failure = "Stopped. Open this worksheet again to begin anew."
            self.changed.emit()

    def _forget(self) -> None:
        if self._task is not None:
            self._task.drop()
        self._task, self._asked_for = None, ""
        self._found, self._failure = None, ""
        self.changed.emit()

    def _take(self, found: OptimalSession) -> None:
        self._task, self._found = None, found
        self.changed.emit()

    def _on_error(self, error: Exception) -> None:
        # The page is named after the session: no need to say again which file it was.
        told = error.at("") if isinstance(error, ApexLabError) else error
        self._task, self._failure = None, error_line(told)
        self.changed.emit()
