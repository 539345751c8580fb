"""What the window asks of the program; the real ones load inside the worker that calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from apexlab_desktop.app.records import (
    ImportOutcome,
    LapRef,
    LibraryStats,
    OpenedSession,
    SessionSummary,
    Worksheet,
)

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison, StartLine
    from apexlab_desktop.app.debriefing import SessionDebrief
    from apexlab_desktop.app.optimal import OptimalSession
    from apexlab_desktop.app.start_lines import PlaceOnTrack


WARMED_UP = (
    "numpy",
    "pyqtgraph",
    "pyarrow.csv",
    "pyarrow.compute",
    "apexlab_desktop.app.opening",
    "apexlab_desktop.app.comparing",
    "apexlab_desktop.app.importing",
    "apexlab_desktop.ui.panels.analysis",
    "apexlab_desktop.ui.panels.compare",
    "apexlab_desktop.ui.panels.lap_chips",
    "apexlab_desktop.ui.dialogs.import_receipt",
)
Progress = Callable[[float], None]
Lines: TypeAlias = "Mapping[str, StartLine | None]"
"""The user's start line of each session; None where laps are as the file says."""


class UseCases(Protocol):
    """Blocking calls, made in a worker only."""

    def list_sessions(self) -> Sequence[SessionSummary]:
        """Return every session of the library, archived ones too."""

    def library_stats(self) -> LibraryStats:
        """Return the figures of the head line."""

    def import_session(self, path: Path, progress: Progress) -> ImportOutcome:
        """Import one file; a bad one is told in the outcome."""

    def open_session(self, session_id: str) -> OpenedSession:
        """Open a session of the library."""

    def compare(
        self, laps: Sequence[LapRef], reference: int, *, is_registered: bool = True
    ) -> Comparison:
        """Compare laps at the same places, other sessions laid onto the reference's or not."""

    def judge(self, session_id: str) -> SessionDebrief:
        """Return everything that the laps of a session say."""

    def name_corner(self, session_id: str, corner_id: str, *, number: str, name: str) -> None:
        """Keep the user's number and name of a corner of the session's track."""

    def ensure_demo_session(self) -> str:
        """Return the id of the demo session, made at the first call."""

    def archive_session(self, session_id: str) -> None:
        """Take a session out of the list."""

    def restore_session(self, session_id: str) -> None:
        """Put an archived session back."""

    def set_note(self, session_id: str, text: str) -> None:
        """Keep the driver's note."""

    def set_tags(self, session_id: str, tags: Sequence[str]) -> None:
        """Keep the session's tags."""

    def start_line_across(self, place: PlaceOnTrack) -> StartLine:
        """Return the start line at a place of the driven line."""

    def split_laps(self, lines: Lines) -> Lines:
        """Split the laps of sessions at lines of the user; return the lines before."""

    def set_sectors(self, session_id: str, places_m: Sequence[float] | None) -> None:
        """Keep the user's boundaries of sectors; None goes back to those that are found."""

    def optimal(self, session_id: str) -> OptimalSession:
        """Return the fastest lap that the grip of a session allows on its own line."""

    def write_report(
        self, session_id: str, out: Path, *, laps: Sequence[int], imperial: bool
    ) -> None:
        """Write a session and the comparison of its laps as PDF or HTML, by the suffix."""

    def list_worksheets(self) -> Sequence[Worksheet]:
        """Return the worksheets in the order of their tabs; none before the first was saved."""

    def save_worksheets(self, sheets: Sequence[Worksheet]) -> None:
        """Keep these worksheets in this order, and no others."""

    def warm_up(self) -> None:
        """Load what the analysis page needs, while the window already shows."""


class AppUseCases:
    """The use-cases of `apexlab_desktop.app`."""

    def list_sessions(self) -> Sequence[SessionSummary]:
        """Return every session of the library, archived ones too."""
        from apexlab_desktop import app

        return [*app.list_sessions(), *app.list_sessions(archived=True)]

    def library_stats(self) -> LibraryStats:
        """Return the figures of the head line."""
        from apexlab_desktop import app

        return app.library_stats()

    def import_session(self, path: Path, progress: Progress) -> ImportOutcome:
        """Import one file."""
        from apexlab_desktop import app

        return app.import_session(path, progress=progress)

    def open_session(self, session_id: str) -> OpenedSession:
        """Open a session of the library."""
        from apexlab_desktop import app

        return app.open_session(session_id)

    def compare(
        self, laps: Sequence[LapRef], reference: int, *, is_registered: bool = True
    ) -> Comparison:
        """Compare laps at the same places."""
        from apexlab_desktop import app

        return app.compare(laps, reference=reference, is_registered=is_registered)

    def judge(self, session_id: str) -> SessionDebrief:
        """Return everything that the laps of a session say."""
        from apexlab_desktop.app.debriefing import analyze

        return analyze(session_id)

    def name_corner(self, session_id: str, corner_id: str, *, number: str, name: str) -> None:
        """Keep the user's number and name of a corner of the session's track."""
        from apexlab_desktop.app.known_corners import name_corner

        name_corner(session_id, corner_id, number=number, name=name)

    def ensure_demo_session(self) -> str:
        """Return the id of the demo session."""
        from apexlab_desktop import app

        return app.ensure_demo_session()

    def archive_session(self, session_id: str) -> None:
        """Take a session out of the list."""
        from apexlab_desktop import app

        app.archive_session(session_id)

    def restore_session(self, session_id: str) -> None:
        """Put an archived session back."""
        from apexlab_desktop import app

        app.restore_session(session_id)

    def set_note(self, session_id: str, text: str) -> None:
        """Keep the driver's note."""
        from apexlab_desktop import app

        app.set_note(session_id, text)

    def set_tags(self, session_id: str, tags: Sequence[str]) -> None:
        """Keep the session's tags."""
        from apexlab_desktop import app

        app.set_tags(session_id, tuple(tags))

    def start_line_across(self, place: PlaceOnTrack) -> StartLine:
        """Return the start line at a place of the driven line."""
        from apexlab_desktop import app

        return app.start_line_across(place)

    def split_laps(self, lines: Lines) -> Lines:
        """Split the laps of sessions at lines of the user; return the lines before."""
        from apexlab_desktop import app

        return {
            identifier: app.resplit_laps(identifier, line) for identifier, line in lines.items()
        }

    def set_sectors(self, session_id: str, places_m: Sequence[float] | None) -> None:
        """Keep the user's boundaries of sectors; None goes back to those that are found."""
        from apexlab_desktop import app

        app.set_sectors(session_id, places_m)

    def optimal(self, session_id: str) -> OptimalSession:
        """Return the fastest lap that the grip of a session allows on its own line."""
        from apexlab_desktop.app.optimal import optimal_of_session

        return optimal_of_session(session_id)

    def write_report(
        self, session_id: str, out: Path, *, laps: Sequence[int], imperial: bool
    ) -> None:
        """Write the same report as the command line does."""
        from apexlab_desktop.app.reporting import write_report

        write_report(session_id, out, laps=laps or None, imperial=imperial)

    def list_worksheets(self) -> Sequence[Worksheet]:
        """Return the worksheets in the order of their tabs."""
        from apexlab_desktop import app

        return app.list_worksheets()

    def save_worksheets(self, sheets: Sequence[Worksheet]) -> None:
        """Keep these worksheets in this order, and no others."""
        from apexlab_desktop import app

        app.save_worksheets(sheets)

    def warm_up(self) -> None:
        """Load what opening and importing need: loading a library holds up the window."""
        import importlib

        for name in WARMED_UP:
            importlib.import_module(name)
        importlib.import_module("apexlab_desktop.importers.registry").importers()
