"""The report of the open session: asked for, written away from the window, told of."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from apexlab_desktop.ui.main_window import MainWindow
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.session_groups import SessionGroup
from apexlab_desktop.units import UnitSystem

KINDS = {"PDF (*.pdf)": ".pdf", "HTML (*.html)": ".html"}
COMMAND = "file.report"
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 120


class SessionReport(QObject):
    """Writes the session on screen, with the laps compared, as a PDF or as one HTML file."""

    def __init__(self, window: MainWindow, models: WindowModels) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._folder = ""
        self._action = models.commands.action(COMMAND)
        models.commands.bind({COMMAND: self.ask})
        models.laps.changed.connect(self._show_state)
        self._show_state()

    def ask(self) -> None:
        """Ask where the report goes."""
        session = self._models.laps.session
        if session is not None:
            dialog = self.made_dialog(session)
            dialog.fileSelected.connect(lambda name: self.on_chosen(dialog, name))
            dialog.open()

    def made_dialog(self, session: SessionGroup) -> QFileDialog:
        """Return the dialog that asks, named after the session."""
        places = QStandardPaths.StandardLocation.DocumentsLocation
        folder = self._folder or QStandardPaths.writableLocation(places)
        dialog = QFileDialog(self._window, "Write the report")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(KINDS))
        dialog.setDefaultSuffix("pdf")
        if Path(folder).is_dir():
            dialog.setDirectory(folder)
        dialog.selectFile(report_name(session.title, session.meta))
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(KINDS[kind][1:]))
        return dialog

    def on_chosen(self, dialog: QFileDialog, name: str) -> None:
        """Write the report where the user wants it, with the suffix of its kind."""
        path = Path(name)
        if path.suffix.lower() not in KINDS.values():
            # The dialog asked before it would write over `path`, not over the name with a suffix.
            path = path.with_name(path.name + KINDS[dialog.selectedNameFilter()])
            if path.exists():
                self._tell_failed(f"{path.name} exists already: choose another name")
                return
        self.write(path)

    def write(self, path: Path) -> None:
        """Write the report of the session on screen to `path`, PDF or HTML by its suffix."""
        laps = self._models.laps
        session = laps.session
        if session is None:
            return
        self._folder = str(path.parent)
        identifier = session.session_id
        numbers = [
            ref.lap_number
            for ref in laps.slot_order()
            if ref.session_id == identifier and ref not in laps.hidden
        ]
        is_imperial = self._models.appearance.units is UnitSystem.IMPERIAL
        use_cases = self._models.use_cases
        self._window.status.tell(f"Writing {path.name}")
        self._models.background.query(
            lambda _token: use_cases.write_report(
                identifier, path, laps=numbers, imperial=is_imperial
            ),
            lambda _nothing: self._on_written(path),
            lambda error: self._tell_failed(error_line(error)),
            owner=self,
        )

    def _on_written(self, path: Path) -> None:
        words = f"Report written: {path.name}"
        self._window.status.tell(words)
        self._window.toast.tell(words, "Open", lambda: _show_file(path), is_good=True)

    def _tell_failed(self, line: str) -> None:
        self._window.status.tell(line)
        self._window.toast.tell(line)

    def _show_state(self) -> None:
        self._action.setEnabled(self._models.laps.session is not None)


def _show_file(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def report_name(title: str, meta: str) -> str:
    """Return a file name from the words of the head line, fit for every system."""
    day, comma, _ = meta.partition(",")
    words = _UNFIT.sub(" ", f"{title} {day}" if comma and day[:1].isdigit() else title)
    return f"{' '.join(words.split())[:_LONGEST_NAME].rstrip('. ')}.pdf"
