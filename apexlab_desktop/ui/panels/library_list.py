"""The list of sessions: one row each, a head per month, files under way on top."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu

from apexlab_desktop.app.records import SessionSummary
from apexlab_desktop.ui import fonts, icons
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.command_table import Context
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.formatting import (
    DASH,
    NO_BREAK_SPACE,
    clock,
    counted,
    day_and_time,
    lap_time,
    short_day,
    signed,
)
from apexlab_desktop.ui.viewmodels.importing import ImportJob, ImportModel, JobState
from apexlab_desktop.ui.viewmodels.library import LibraryModel
from apexlab_desktop.ui.viewmodels.library_rows import (
    TRACK_UNKNOWN,
    MonthRow,
    SessionRow,
    own_title,
)
from apexlab_desktop.ui.widgets.grouped_model import LEFT, RIGHT, Column, GroupedModel
from apexlab_desktop.ui.widgets.grouped_table import GroupedTable
from apexlab_desktop.ui.widgets.outline import paint_small_outline

ROW_HEIGHT = 38
MONTH_HEIGHT = 26
HEAD_HEIGHT = 32
DATE, TRACK, CAR, LAPS, BEST, TO_RECORD = range(6)
COLUMNS = (
    Column(title="Date", width=124),
    Column(title="Track", width=0),
    Column(title="Car", width=136, leaves_below=720),
    Column(title="Laps", width=64, align=RIGHT),
    Column(title="Best", width=96, align=RIGHT),
    Column(title="To record", width=104, align=RIGHT),
)
OUTLINE_WIDTH = 34
PROGRESS_HEIGHT = 2
CROSS_X = 28

_STATE_WORDS = {JobState.QUEUED: "waiting", JobState.READING: "reading"}


class LibraryList(GroupedTable):
    """Sessions of the library; Enter opens, Del archives, Ctrl+Enter compares."""

    opened = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        library: LibraryModel,
        imports: ImportModel,
        commands: Commands,
    ) -> None:
        model = GroupedModel(
            COLUMNS, _group_text, _cell_text, row_words, lambda row: isinstance(row, ImportJob)
        )
        super().__init__(
            appearance, model, self._paint_cell, row_height=ROW_HEIGHT, group_height=MONTH_HEIGHT,
            head_height=HEAD_HEIGHT, own_keys=frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down}),
        )  # fmt: skip
        self._model = model
        self._library = library
        self._imports = imports
        self._commands = commands
        self.setAccessibleName("Sessions")
        commands.attach(Context.LIBRARY, self)
        self.chosen.connect(self._on_chosen)
        library.changed.connect(self.show_library)
        library.selected.connect(self._show_selection)
        imports.jobs_changed.connect(self.show_library)
        imports.job_changed.connect(self._on_job)

    def show_library(self) -> None:
        """Show the rows of the library and of the files under way."""
        self._model.show_rows([*self._imports.jobs, *self._library.rows])
        self._show_selection()

    def keyboardSearch(self, search: str) -> None:
        """Hand letters on: typing searches the whole library, not the first column."""
        self.typed.emit(search)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the session."""
        row = self._row_value(self.rowAt(int(event.position().y())))
        if isinstance(row, SessionRow):
            self.opened.emit(row.summary.id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop or dismiss a file by its cross."""
        super().mouseReleaseEvent(event)
        row = self._row_value(self.rowAt(int(event.position().y())))
        if isinstance(row, ImportJob) and event.position().x() > self.viewport().width() - 36:
            if row.is_running:
                self._imports.cancel(row)
            else:
                self._imports.dismiss(row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the session."""
        at, place = self.menu_place(event)
        row = self._row_value(at)
        if isinstance(row, SessionRow):
            self._library.select(row.summary.id)
            menu = QMenu(self)
            add_session_actions(menu, self._commands, row.summary)
            menu.popup(place)

    def _row_value(self, row: int) -> Any:
        return self._model.rows[row] if 0 <= row < len(self._model.rows) else None

    def _on_chosen(self, row: int) -> None:
        value = self._row_value(row)
        if isinstance(value, SessionRow):
            self._library.select(value.summary.id)

    def _on_job(self, job: ImportJob) -> None:
        """Draw the row of a file anew, and nothing else."""
        if job in self._model.rows:
            row = self._model.rows.index(job)
            top, height = self.rowViewportPosition(row), self.rowHeight(row)
            self.viewport().update(0, top, self.viewport().width(), height)

    def _show_selection(self) -> None:
        rows = self._model.rows
        chosen = (
            n
            for n, row in enumerate(rows)
            if isinstance(row, SessionRow) and row.summary.id == self._library.selected_id
        )
        self.choose(next(chosen, -1))

    # ---- painting

    def _paint_cell(
        self, painter: QPainter, box: QRectF, row: Any, column: int, is_chosen: bool
    ) -> None:
        if isinstance(row, ImportJob):
            self._paint_job(painter, box, row)
        elif column == TRACK:
            self._paint_track(painter, box, row.summary, is_chosen)
        else:
            self._paint_text(painter, box, row, column, is_chosen)

    def _paint_text(
        self, painter: QPainter, box: QRectF, row: SessionRow, column: int, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        weight, colour = 400, theme.secondary
        if column in (DATE, LAPS) and is_chosen:
            colour = theme.text
        if column == LAPS:
            colour = theme.text
        if column == BEST:
            weight, colour = 500, theme.best if row.is_record else theme.text
        if column == TO_RECORD and row.is_record:
            weight, colour = 600, theme.best
        if is_chosen and column == BEST:
            weight = 600
        painter.setFont(fonts.font(13, weight))
        painter.setPen(QColor(colour))
        room = box.adjusted(12, 0, -12, 0)
        text = _cell_text(row, column)
        if column == CAR:
            text = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(room.width())
            )
        painter.drawText(room, int(COLUMNS[column].align), text)

    def _paint_track(
        self, painter: QPainter, box: QRectF, summary: SessionSummary, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        outline = QRectF(box.left() + 11, box.top() + 7, OUTLINE_WIDTH + 2, box.height() - 14)
        paint_small_outline(painter, summary.outline, outline, theme.secondary)
        painter.setFont(fonts.font(13, 600 if is_chosen else 400))
        painter.setPen(QColor(theme.text if summary.track else theme.secondary))
        room = box.adjusted(12 + OUTLINE_WIDTH + 10, 0, -8, 0)
        used = _draw_elided(painter, room, summary.track or TRACK_UNKNOWN)
        painter.setFont(fonts.font(11))
        painter.setPen(QColor(theme.muted))
        aside = "demo" if summary.is_demo else own_title(summary)
        _draw_elided(painter, room.adjusted(used + 10, 0, 0, 0), aside)

    def _paint_job(self, painter: QPainter, whole: QRectF, job: ImportJob) -> None:
        """Draw a file over all columns: its name, its state, its cross, its progress."""
        theme = self._appearance.theme
        is_failed = job.state is JobState.FAILED
        icon, colour = ("circle-x", theme.slower) if is_failed else ("folder-input", theme.accent)
        icons.paint(painter, icon, colour, 12, whole.top() + 10, 18)
        painter.setFont(fonts.font(13, 500))
        painter.setPen(QColor(theme.text))
        name_width = min(painter.fontMetrics().horizontalAdvance(job.path.name) + 2, 280)
        name = painter.fontMetrics().elidedText(
            job.path.name, Qt.TextElideMode.ElideMiddle, name_width
        )
        painter.drawText(whole.adjusted(40, 0, 0, 0), int(LEFT), name)
        painter.setFont(fonts.font(12))
        painter.setPen(QColor(theme.slower if is_failed else theme.secondary))
        room = whole.adjusted(40 + name_width + 14, 0, -44, 0)
        text = painter.fontMetrics().elidedText(
            _job_words(job), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(LEFT), text)
        icons.paint(painter, "x", theme.muted, whole.right() - CROSS_X, whole.top() + 11, 16)
        if not is_failed:
            top = whole.bottom() - PROGRESS_HEIGHT
            done = QRectF(0, top, whole.width() * job.share, PROGRESS_HEIGHT)
            painter.fillRect(done, QColor(theme.accent))


def _draw_elided(painter: QPainter, room: QRectF, text: str) -> int:
    """Draw a text in the room it has; return its width [px]."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(int(room.width()), 0))
    painter.drawText(room, int(LEFT), shown)
    return metrics.horizontalAdvance(shown)


def add_session_actions(menu: QMenu, commands: Commands, summary: SessionSummary) -> None:
    """Put what can be done with a session, and undone, into a menu."""
    away = "library.restore" if summary.is_archived else "library.archive"
    for identifier in ("library.open", "library.add", "library.split", away):
        menu.addAction(commands.action(identifier))
    menu.addSeparator()
    for identifier in ("edit.undo", "edit.redo"):
        menu.addAction(commands.action(identifier))


def row_words(row: Any) -> str:
    """Return a row as one sentence, for a screen reader."""
    if isinstance(row, ImportJob):
        return f"{row.path.name}, {_job_words(row)}"
    summary = row.summary
    parts = [
        day_and_time(summary.start_time_utc),
        summary.track or TRACK_UNKNOWN,
        own_title(summary),
        summary.vehicle,
        counted(summary.n_laps, "lap"),
        f"best {lap_time(summary.best_lap_s)}" if summary.best_lap_s else "no best lap",
        _record_words(row),
    ]
    return ", ".join(part for part in parts if part)


def _job_words(job: ImportJob) -> str:
    if job.state is JobState.FAILED:
        return job.error.removeprefix(f"{job.path.name}: ")
    if job.state is JobState.READING:
        return f"reading, {job.share * 100:.0f}{NO_BREAK_SPACE}%"
    return _STATE_WORDS.get(job.state, str(job.state.value))


def _record_words(row: SessionRow) -> str:
    if row.is_record:
        return "record"
    return "" if row.to_record_s is None else f"{signed(row.to_record_s, 3)} s to the record"


def _group_text(row: object) -> str:
    return row.text if isinstance(row, MonthRow) else ""


def _cell_text(row: ImportJob | SessionRow, column: int) -> str:
    if isinstance(row, ImportJob):
        return row.path.name if column == DATE else ""
    summary: SessionSummary = row.summary
    start = summary.start_time_utc
    if column == DATE:
        return f"{short_day(start)}  {clock(start)}" if start else DASH
    if column == TRACK:
        return summary.track or TRACK_UNKNOWN
    if column == CAR:
        return summary.vehicle
    if column == LAPS:
        return str(summary.n_laps)
    if column == BEST:
        return lap_time(summary.best_lap_s)
    if row.is_record:
        return "record"
    return DASH if row.to_record_s is None else signed(row.to_record_s, 3)
