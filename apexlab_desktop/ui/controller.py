"""What commands do in the window, and what it tells when work has ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from apexlab_desktop.ui.edit_commands import EditCommands
from apexlab_desktop.ui.formatting import counted, file_size
from apexlab_desktop.ui.main_window import ANALYSIS, LIBRARY, MainWindow
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.session_report import SessionReport
from apexlab_desktop.ui.sheet_commands import SheetCommands
from apexlab_desktop.ui.viewmodels.importing import ImportJob, JobState
from apexlab_desktop.ui.viewmodels.library_rows import session_name, start_of
from apexlab_desktop.ui.viewmodels.worksheets import DEBRIEF
from apexlab_desktop.ui.window_dialogs import WindowDialogs
from apexlab_desktop.units import UnitSystem

FILE_KINDS = "Logger files (*.csv *.rcz *.ibt);;All files (*)"


class Controller(QObject):
    """Binds commands to the window and its models."""

    ready = Signal()
    """The analysis page is built: heavy libraries are loaded."""

    def __init__(self, window: MainWindow, models: WindowModels) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._visited: list[str] = []
        self.dialogs = WindowDialogs(window, models, self)
        self.edits = EditCommands(window, models, self.go, self.open_session)
        self.report = SessionReport(window, models)
        self.sheets = SheetCommands(window, models, self.dialogs, self.go)
        self._bind()
        self._connect()

    # ---- start

    def warm_up(self) -> None:
        """Read the library, and load what the analysis needs, away from the window."""
        self._models.library.refresh()
        self._models.sheets.load(self._models.settings.values.worksheet)
        self._models.background.query(
            lambda _token: self._models.use_cases.warm_up(),
            lambda _nothing: self._build(),
            self._on_error,
            owner=self,
        )

    def _build(self) -> None:
        self._window.analysis.build()
        self.edits.build()
        self._models.commands.bind({"laps.add": self.dialogs.add_laps})
        self.ready.emit()

    # ---- places

    def go(self, page: str) -> None:
        """Go to a page, and remember where the user was."""
        if page != self._window.page:
            self._visited.append(self._window.page)
            self._window.show_page(page)
        self._show_title()

    def back(self) -> None:
        """Go where the user was before."""
        if self._visited:
            self._window.show_page(self._visited.pop())
            self._show_title()

    def open_session(self, session_id: str) -> None:
        """Open a session in the analysis."""
        session = self._models.laps.session
        if session is None or session.session_id != session_id:
            self._models.laps.open(session_id)
        self.go(ANALYSIS)

    def open_demo(self) -> None:
        """Make the demo session if need be, and open it."""
        self._window.library.empty.show_busy(is_busy=True)
        self._window.status.tell("Making the demo session")
        self._models.background.change(
            lambda _token: self._models.use_cases.ensure_demo_session(),
            self._on_demo,
            self._on_demo_error,
            owner=self,
        )

    def _on_demo(self, session_id: str) -> None:
        self._window.library.empty.show_busy(is_busy=False)
        self._window.status.tell("The demo session is open")
        self._models.library.refresh(select=session_id)
        self.open_session(session_id)

    def _on_demo_error(self, error: Exception) -> None:
        self._window.library.empty.show_busy(is_busy=False)
        self._on_error(error)

    def _show_title(self) -> None:
        library = self._models.library
        session = self._models.laps.session
        if self._window.page == LIBRARY:
            self._window.top_bar.show_title("Library", self._library_meta())
        elif session is not None:
            self._window.top_bar.show_title(session.title, session.meta)
        else:
            chosen = library.find(self._models.settings.values.session_id)
            self._window.top_bar.show_title(session_name(chosen) if chosen else "Analysis", "")

    def _library_meta(self) -> str:
        library = self._models.library
        stats = library.stats
        if not library.is_loaded or stats is None:
            return "Reading the library"
        if not library.sessions:
            return "No sessions yet"
        parts = [
            counted(stats.n_sessions, "session"),
            counted(stats.n_laps, "lap"),
            counted(stats.n_tracks, "track"),
            f"{file_size(stats.stored_bytes)} on this computer",
        ]
        return ", ".join(parts)

    # ---- import

    def choose_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self._window, "Import files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(FILE_KINDS)
        folder = self._models.settings.values.import_folder
        if folder and Path(folder).is_dir():
            dialog.setDirectory(folder)
        dialog.filesSelected.connect(self._on_files_chosen)
        dialog.open()

    def _on_files_chosen(self, names: list[str]) -> None:
        paths = [Path(name) for name in names]
        if paths:
            self._models.settings.update(import_folder=str(paths[0].parent))
            self.import_files(paths)

    def import_files(self, paths: Sequence[Path]) -> None:
        """Import files; the library shows them at once."""
        self.go(LIBRARY)
        self._models.imports.start(paths)
        # The page before the first session had the focus, and is gone now.
        self._window.library.list.setFocus()
        n_files = len(self._models.imports.jobs)
        self._window.status.tell(f"Importing {counted(n_files, 'file')}")

    def _on_batch(self, jobs: list[ImportJob]) -> None:
        imported = [job for job in jobs if job.state is JobState.IMPORTED]
        known = [job for job in jobs if job.state is JobState.KNOWN]
        session_id = newest_session(imported) or newest_session(known)
        self._models.library.refresh(select=session_id)
        self._window.status.tell(batch_words(jobs))
        if len(jobs) == 1 and imported and _has_laps(imported[0]):
            # One file dropped is one that the driver wants to look at now.
            self.open_session(session_id)
        if any(job.needs_attention for job in imported):
            self.dialogs.show_receipt([job for job in jobs if job.outcome is not None])
        elif imported:
            self._window.toast.tell(
                batch_words(jobs),
                "Receipt",
                lambda: self.dialogs.show_receipt(imported),
                is_good=any(_has_laps(job) for job in imported),
            )
        elif known:
            self._tell_known(known[-1], session_id)

    def _tell_known(self, job: ImportJob, session_id: str) -> None:
        def show() -> None:
            self.go(LIBRARY)
            self._models.library.clear_filters()
            self._models.library.select(session_id)

        self._window.toast.tell(f"{job.path.name} is already in the library", "Show", show)

    # ---- letting go

    def cancel(self) -> None:
        """Esc: close what is open, give up what is under way, let go."""
        if self.dialogs.close_open():
            return
        imports, laps = self._models.imports, self._models.laps
        if imports.is_running and self._window.page == LIBRARY:
            imports.cancel_all()
        elif laps.is_loading:
            laps.cancel()
        elif self._window.page == ANALYSIS and self._window.analysis.worksheet is not None:
            self._window.analysis.worksheet.escape()

    # ---- small commands

    def find(self) -> None:
        """Go to the search field."""
        self.go(LIBRARY)
        self._window.top_bar.search.setFocus()
        self._window.top_bar.search.selectAll()

    def _type_search(self, letters: str) -> None:
        """Go on in the search field with what was typed in the list."""
        field = self._window.top_bar.search
        field.setFocus()
        field.setCursorPosition(len(field.text()))
        field.insert(letters)

    def _show_search(self) -> None:
        """Empty the search field when the filters were cleared."""
        field = self._window.top_bar.search
        if field.text() and not self._models.library.filters.text:
            field.clear()

    def next_panel(self) -> None:
        """Give the focus to the next panel."""
        window = self._window
        if window.page == LIBRARY:
            panels: tuple[QWidget, ...] = (
                window.top_bar.search, window.library.filters, window.library.list,
                window.library.detail,
            )  # fmt: skip
        elif window.analysis.worksheet is not None:
            panels = window.analysis.worksheet.panels
        else:
            panels = (window.analysis,)
        focused: QWidget | None = window.focusWidget()
        holders = [n for n, panel in enumerate(panels) if _holds(panel, focused)]
        start = holders[0] + 1 if holders else 0
        order = (panels[(start + n) % len(panels)] for n in range(len(panels)))
        next((panel for panel in order if _focus_into(panel)), None)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def toggle_units(self) -> None:
        """Change between metric and imperial."""
        look = self._models.appearance
        is_metric = look.units is UnitSystem.METRIC
        look.set_units(UnitSystem.IMPERIAL if is_metric else UnitSystem.METRIC)

    def _open_chosen(self) -> None:
        if self._models.library.selected_id:
            self._models.sheets.choose(DEBRIEF.id)
            self.open_session(self._models.library.selected_id)

    def _add_chosen(self) -> None:
        chosen = self._models.library.selection
        if chosen is not None:
            self._models.laps.add_session(chosen.id)
            self.go(ANALYSIS)

    def _on_error(self, error: Exception) -> None:
        self._on_failed(error_line(error))

    def _on_failed(self, line: str) -> None:
        self._window.status.tell(line)
        self._window.toast.tell(line)

    # ---- wiring

    def _bind(self) -> None:
        look = self._models.appearance
        self._models.commands.bind(
            {
                "page.library": lambda: self.go(LIBRARY),
                "page.compare": lambda: self.go(ANALYSIS),
                "page.back": self.back,
                "page.next_panel": self.next_panel,
                "window.full_screen": self.toggle_full_screen,
                "file.import": self.choose_files,
                "file.find": self.find,
                "file.demo": self.open_demo,
                "file.quit": self._window.close,
                "edit.cancel": self.cancel,
                "look.palette": self.dialogs.show_palette,
                "look.keys": self.dialogs.show_keys,
                "look.settings": self.dialogs.show_settings,
                "look.theme": look.next_theme,
                "look.sunlight": look.toggle_sunlight,
                "look.units": self.toggle_units,
                "library.open": self._open_chosen,
                "library.add": self._add_chosen,
                "library.detail": self._window.library.toggle_detail,
                "library.clear": self._models.library.clear_filters,
            }
        )

    def _connect(self) -> None:
        window, models = self._window, self._models
        window.rail.chosen.connect(self.go)
        window.files_dropped.connect(self.import_files)
        window.library.opened.connect(self.open_session)
        window.library.list.typed.connect(self._type_search)
        window.library.import_wanted.connect(self.choose_files)
        window.library.demo_wanted.connect(self.open_demo)
        window.top_bar.search.textChanged.connect(models.library.search)
        window.top_bar.search.left.connect(window.library.list.setFocus)
        models.library.changed.connect(self._show_title)
        models.library.changed.connect(self._show_search)
        models.library.failed.connect(self._on_failed)
        models.library.note_saved.connect(lambda: window.status.tell("Note saved"))
        models.laps.changed.connect(self._show_title)
        models.laps.failed.connect(window.status.tell)
        models.imports.batch_ended.connect(self._on_batch)


def _has_laps(job: ImportJob) -> bool:
    summary = job.outcome.summary if job.outcome else None
    return summary is not None and summary.n_laps > 0


def newest_session(jobs: Sequence[ImportJob]) -> str:
    """Return the id of the session that began last, as the list has it on top; empty for none."""
    summaries = [job.outcome.summary for job in jobs if job.outcome and job.outcome.summary]
    return max(summaries, key=start_of).id if summaries else ""


def batch_words(jobs: Sequence[ImportJob]) -> str:
    """Return how files given at once ended, in one sentence."""
    if len(jobs) == 1:
        return _one_word(jobs[0])
    parts = []
    for state in (JobState.IMPORTED, JobState.KNOWN, JobState.FAILED, JobState.CANCELLED):
        n_files = sum(job.state is state for job in jobs)
        if n_files:
            parts.append(f"{n_files} {state.value}")
    return f"{counted(len(jobs), 'file')}: " + ", ".join(parts)


def _one_word(job: ImportJob) -> str:
    if job.state is JobState.FAILED:
        return job.error
    if job.state is not JobState.IMPORTED or job.outcome is None:
        return f"{job.path.name}: {job.state.value}"
    summary = job.outcome.summary
    if summary is None:
        return f"{job.path.name} imported"
    found = counted(summary.n_laps, "lap") if summary.n_laps else "no lap found"
    return f"{job.path.name} imported: {found}"


def _holds(panel: QWidget, widget: QWidget | None) -> bool:
    return widget is not None and (panel is widget or panel.isAncestorOf(widget))


def _focus_into(panel: QWidget) -> bool:
    """Give the focus to a panel or the first of its parts that takes it; tell whether one did."""
    tab = Qt.FocusPolicy.TabFocus
    takers = [panel, *panel.findChildren(QWidget)]
    taker = next((w for w in takers if w.focusPolicy() & tab and w.isVisibleTo(w.window())), None)
    if taker is None:
        return False
    taker.setFocus(Qt.FocusReason.ShortcutFocusReason)
    return True
