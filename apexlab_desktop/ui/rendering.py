"""A worksheet as a picture: the real window, never shown, grabbed once its numbers have come."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, Qt, QTimer

from apexlab_desktop.app import list_worksheets
from apexlab_desktop.app.records import (
    LapRef,
    LibraryStats,
    OpenedSession,
    SessionSummary,
    Worksheet,
)
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.main import Started, make_application, make_window
from apexlab_desktop.ui.main_window import ANALYSIS, MINIMUM
from apexlab_desktop.ui.theme import ThemeName
from apexlab_desktop.ui.use_cases import AppUseCases
from apexlab_desktop.ui.viewmodels.worksheets import BUILT_IN, COMPARE

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison
    from apexlab_desktop.app.debriefing import SessionDebrief
    from apexlab_desktop.app.optimal import OptimalSession
    from apexlab_desktop.app.selecting import ChosenLaps

MAX_SIDE_PX = 8_000
TIMEOUT_MS = 60_000
SETTLED_MS = 300
"""Longer than the plots need to go from moving pens to the pens of rest."""


class _OpenSessions(AppUseCases):
    """The use-cases of a window that shows sessions which are open already."""

    def __init__(self, sessions: Sequence[OpenedSession], sheets: Sequence[Worksheet]) -> None:
        self._sessions = {session.id: session for session in sessions}
        self._sheets = sheets

    def list_sessions(self) -> Sequence[SessionSummary]:
        """Return nothing: the library has no part in the picture."""
        return ()

    def library_stats(self) -> LibraryStats:
        """Return an empty library's figures."""
        return LibraryStats(n_sessions=0, n_laps=0, n_tracks=0, stored_bytes=0)

    def list_worksheets(self) -> Sequence[Worksheet]:
        """Return the one that is drawn; none for the sheet that the program brings along."""
        return self._sheets

    def open_session(self, session_id: str) -> OpenedSession:
        """Return the session as it was handed over, file or library alike."""
        return self._sessions[session_id]

    def compare(
        self, laps: Sequence[LapRef], reference: int, *, is_registered: bool = True
    ) -> Comparison:
        """Compare laps of these sessions."""
        from apexlab_desktop.app.comparing import compare_opened

        items = [(self._sessions[ref.session_id], ref.lap_number) for ref in laps]
        return compare_opened(items, reference=reference, is_registered=is_registered)

    def judge(self, session_id: str) -> SessionDebrief:
        """Return everything that the laps of one of these sessions say."""
        from apexlab_desktop.app.debriefing import analyze_opened

        return analyze_opened(self._sessions[session_id])

    def optimal(self, session_id: str) -> OptimalSession:
        """Return the optimal lap of one of these sessions."""
        from apexlab_desktop.app.optimal import optimal_of_opened

        return optimal_of_opened(self._sessions[session_id])


def problem_with(worksheet: str, theme: str, width: int, height: int) -> str:
    """Return what is wrong with the words of the command, or an empty string."""
    if _built_in(worksheet) is None and not _of_the_user(worksheet):
        own = [sheet.name for sheet in list_worksheets() if sheet.plots]
        names = [*(sheet.name for sheet in BUILT_IN), *own]
        return f"--worksheet is one of {', '.join(names)}, not {worksheet!r}"
    if theme not in {name.value for name in ThemeName}:
        return f"--theme is one of {', '.join(name.value for name in ThemeName)}, not {theme!r}"
    if not (MINIMUM.width() <= width <= MAX_SIDE_PX and MINIMUM.height() <= height <= MAX_SIDE_PX):
        smallest = f"{MINIMUM.width()}x{MINIMUM.height()}"
        return f"--size is {smallest} to {MAX_SIDE_PX}x{MAX_SIDE_PX}, not {width}x{height}"
    return ""


def worksheet_png(
    chosen: ChosenLaps, theme: str, width: int, height: int, worksheet: str = COMPARE.name
) -> bytes:
    """Return a worksheet of the chosen laps as PNG bytes: Compare, or one of the library's.

    Raises
    ------
    AnalysisError
        If the laps cannot be compared.
    """
    make_application(["apexlab"])
    sessions = list({session.id: session for session, _ in chosen.laps}.values())
    with tempfile.TemporaryDirectory() as folder:
        settings = SettingsFile(Path(folder) / "settings.json")
        built_in = _built_in(worksheet)
        sheets = _of_the_user(worksheet) if built_in is None else ()
        opened = built_in or sheets[0]
        settings.update(theme=theme, window_geometry="", page=ANALYSIS, worksheet=opened.id)
        started = make_window(_OpenSessions(sessions, sheets), settings)
        try:
            return _picture(started, chosen, width, height)
        finally:
            started.close()
            started.window.close()
            started.window.deleteLater()


def _built_in(name: str) -> Worksheet | None:
    """Return the worksheet of the program that has a name, None where there is no such."""
    return next((one for one in BUILT_IN if one.name.casefold() == name.casefold()), None)


def _of_the_user(name: str) -> tuple[Worksheet, ...]:
    """Return the worksheet of the library that has a name, none where there is no such."""
    named = (one for one in list_worksheets() if one.name.casefold() == name.casefold())
    return tuple(sheet for sheet in named if sheet.plots)


def _picture(started: Started, chosen: ChosenLaps, width: int, height: int) -> bytes:
    window, laps, insight = started.window, started.models.laps, started.models.insight
    optimal = started.models.optimal
    refs = [LapRef(session_id=s.id, lap_number=number) for s, number in chosen.laps]
    failures: list[str] = []
    loop = QEventLoop()

    def open_laps() -> None:
        laps.open(refs[0].session_id, laps=refs, reference=refs[chosen.reference])
        started.controller.go(ANALYSIS)

    def on_failed(line: str) -> None:
        failures.append(line)
        loop.quit()

    def end_when_judged() -> None:
        is_busy = insight.is_loading or optimal.is_loading
        if started.models.comparison.comparison is not None and not is_busy:
            QTimer.singleShot(SETTLED_MS, loop.quit)

    started.controller.ready.connect(open_laps)
    laps.compared.connect(lambda _comparison: end_when_judged())
    started.models.insight.changed.connect(end_when_judged)
    optimal.changed.connect(end_when_judged)
    laps.failed.connect(on_failed)
    QTimer.singleShot(TIMEOUT_MS, loop.quit)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(width, height)
    window.show()
    window.clearFocus()
    loop.exec()
    if failures or started.models.comparison.comparison is None:
        found = failures[0] if failures else "no answer in time"
        raise AnalysisError(expected="laps that can be compared", found=found)
    return _png(started)


def _png(started: Started) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not started.window.grab().save(buffer, "PNG"):
        raise AnalysisError(expected="a picture", found="nothing that Qt could write as PNG")
    return bytes(buffer.data().data())
