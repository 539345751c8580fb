"""The receipt: whether a file was read rightly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from apexlab_desktop.app.records import ImportOutcome
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import DASH, counted, distance, file_size, lap_time
from apexlab_desktop.ui.messages import (
    format_name,
    notice_count,
    notice_reason,
    notice_title,
    worst_first,
)
from apexlab_desktop.ui.viewmodels.importing import ImportJob, JobState
from apexlab_desktop.ui.viewmodels.library_rows import TRACK_UNKNOWN
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.labels import ElidedLabel, label, panel, paragraph, rule
from apexlab_desktop.ui.widgets.marks import IconLabel
from apexlab_desktop.ui.widgets.overlay import Overlay, centred
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Notice

SIZES = ((760.0, 594.0), (780.0, 618.0))
SEVERAL_WIDTH = 216
TALL = 800
ROW_HEIGHTS = (42, 46)
TILE_HEIGHT = 74
FILE_HEIGHT = 48
ROWS_AT_ONCE = 7
"""As many as are seen at first; the others follow, a few at each turn of the event loop."""

_ICONS = {
    "info": ("circle-check", "faster"),
    "repaired": ("wrench", "warning"),
    "ignored": ("circle-minus", "muted"),
    "lost": ("circle-x", "slower"),
}
_JOB_WORDS = {
    JobState.IMPORTED: "Imported",
    JobState.KNOWN: "Already in the library",
    JobState.FAILED: "Not imported",
}


class ImportReceipt(Overlay):
    """Facts, then what was done to the data, worst first; several files in a list at the left."""

    open_wanted = Signal(str)
    split_wanted = Signal(str)

    def __init__(self, window: QWidget, appearance: Appearance, jobs: Sequence[ImportJob]) -> None:
        super().__init__(appearance, window, "Import receipt")
        self._look = appearance
        self._jobs = [job for job in jobs if job.outcome is not None]
        self._is_tall = window.height() > TALL
        self._page: QWidget | None = None
        self._files = QListWidget()
        self._holder = QVBoxLayout()
        self._open = Button(appearance, "Open in Compare", "primary", "chart-line")
        self._open.clicked.connect(self._on_open)
        self._split = Button(appearance, "Split laps again", "plain", "flag")
        self._split.setToolTip("Choose your own start line on the map  S")
        self._split.clicked.connect(self._on_split)
        self._lay_out()
        self._files.currentRowChanged.connect(self._show)

    @property
    def job(self) -> ImportJob:
        """The file shown."""
        return self._jobs[max(0, self._files.currentRow()) if len(self._jobs) > 1 else 0]

    def open(self) -> None:
        """Show the dialog, with the first file unless one is shown already."""
        if self._page is None:
            self._show(0)
        super().open()

    def open_soon(self) -> None:
        """Show the dialog step by step: frame, page and styling are a turn of their own each."""
        QTimer.singleShot(0, self, self._make_ready)

    def _make_ready(self) -> None:
        self._show(0)
        QTimer.singleShot(0, self, super().open_soon)

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return the middle of the window."""
        width, height = SIZES[self._is_tall]
        extra = SEVERAL_WIDTH if len(self._jobs) > 1 else 0
        return centred(room, width + extra, height)

    def first_focus(self) -> QWidget:
        """Return the button that goes on."""
        return self._open if self._open.isEnabled() else self.frame

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S splits laps again."""
        if event.key() == Qt.Key.Key_S and self._split.isEnabled():
            self._on_split()
        else:
            super().keyPressEvent(event)

    def _on_open(self) -> None:
        self._leave_for(self.open_wanted)

    def _on_split(self) -> None:
        self._leave_for(self.split_wanted)

    def _leave_for(self, wanted: SignalInstance) -> None:
        outcome = self.job.outcome
        if outcome is not None and outcome.session_id:
            self.close_overlay()
            wanted.emit(outcome.session_id)

    def _show(self, row: int) -> None:
        job = self._jobs[max(0, row)]
        if self._page is not None:
            self._holder.removeWidget(self._page)
            self._page.deleteLater()
        self._page = receipt_page(self._look, job, row_height=ROW_HEIGHTS[self._is_tall])
        self._holder.insertWidget(0, self._page, 1)
        for button in (self._open, self._split):
            button.setEnabled(job.outcome is not None and bool(job.outcome.session_id))
        self._hash.setText(_hash_words(job.outcome))

    def _lay_out(self) -> None:
        outer = QHBoxLayout(self.frame)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if len(self._jobs) > 1:
            outer.addWidget(self._file_list())
        self._holder.setContentsMargins(24, 18, 24, 18)
        self._holder.setSpacing(12)
        outer.addLayout(self._holder, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._hash = ElidedLabel("", "hint")
        foot.addWidget(self._hash, 1)
        close = Button(self._look, "Close", "plain")
        close.clicked.connect(self.close_overlay)
        foot.addWidget(close)
        foot.addWidget(self._split)
        foot.addWidget(self._open)
        self._holder.addLayout(foot)

    def _file_list(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SEVERAL_WIDTH)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(16, 20, 0, 18)
        layout.setSpacing(10)
        layout.addWidget(label(counted(len(self._jobs), "file"), "panelTitle"))
        self._files.setAccessibleName("Files")
        self._files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._files.setProperty("role", "files")
        for job in self._jobs:
            words = f"{job.path.name}\n{_JOB_WORDS.get(job.state, job.state.value)}"
            item = QListWidgetItem(words, self._files)
            item.setSizeHint(QSize(0, FILE_HEIGHT))
        self._files.setCurrentRow(0)
        layout.addWidget(self._files, 1)
        return side


def receipt_page(look: Appearance, job: ImportJob, *, row_height: int) -> QWidget:
    """Return the receipt of one file."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    outcome = job.outcome
    layout.addWidget(ElidedLabel(_title(job), "title"))
    layout.addWidget(ElidedLabel(_meta(job), "meta"))
    layout.addSpacing(12)
    if outcome is None or job.state is JobState.FAILED:
        layout.addWidget(_failure(look, job))
        layout.addStretch(1)
        return page
    layout.addLayout(_tiles(outcome, look.units))
    layout.addSpacing(12)
    head = QHBoxLayout()
    head.addWidget(label("What was done to the data", "panelTitle"))
    head.addStretch(1)
    head.addWidget(label("your file is untouched", "hint"))
    layout.addLayout(head)
    layout.addSpacing(6)
    layout.addWidget(rule())
    layout.addWidget(NoticeList(look, outcome.notices, row_height), 1)
    return page


class NoticeList(QScrollArea):
    """What was done to the data, worst first; rows under the edge are made a little later."""

    def __init__(self, look: Appearance, notices: Sequence[Notice], row_height: int) -> None:
        super().__init__()
        self._look = look
        self._row_height = row_height
        self._waiting = worst_first(notices)
        self._more = QTimer(self, interval=0)
        self._more.timeout.connect(self._add_rows)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        if not notices:
            self._rows.addSpacing(10)
            words = "Nothing had to be done: every row was read as it is."
            self._rows.addWidget(label(words, "secondary"))
        self._rows.addStretch(1)
        self._add_rows()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inner)
        self.setAccessibleName("What was done to the data")

    def _add_rows(self) -> None:
        now, self._waiting = self._waiting[:ROWS_AT_ONCE], self._waiting[ROWS_AT_ONCE:]
        for notice in now:
            before_stretch = self._rows.count() - 1
            row = _notice_row(self._look, notice, self._row_height)
            self._rows.insertWidget(before_stretch, row)
            self._rows.insertWidget(before_stretch + 1, rule())
        if self._waiting:
            self._more.start()
        else:
            self._more.stop()


def _notice_row(look: Appearance, notice: Notice, row_height: int) -> QWidget:
    row = QWidget()
    row.setFixedHeight(row_height)
    icon_name, token = _ICONS[notice.severity.value]
    layout = QHBoxLayout(row)
    layout.setContentsMargins(2, 0, 2, 0)
    layout.setSpacing(14)
    layout.addWidget(IconLabel(look, icon_name, token, 18))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addStretch(1)
    title, reason = notice_title(notice), notice_reason(notice)
    words.addWidget(ElidedLabel(title, "strong"))
    if reason:
        words.addWidget(ElidedLabel(reason, "dense"))
    words.addStretch(1)
    layout.addLayout(words, 1)
    layout.addWidget(label(notice_count(notice), "count"))
    row.setAccessibleName(f"{notice.severity.value}: {title}, {reason}, {notice_count(notice)}")
    return row


def _tiles(outcome: ImportOutcome, units: UnitSystem) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for head, value, third in _facts(outcome, units):
        tile = panel("raised", f"{head}: {value}, {third}")
        tile.setFixedHeight(TILE_HEIGHT)
        layout = QVBoxLayout(tile)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(0)
        layout.addWidget(label(head, "tileLabel"))
        layout.addWidget(ElidedLabel(value, "tileValue"))
        layout.addWidget(ElidedLabel(third, "tileThird"))
        row.addWidget(tile, 1)
    return row


def _facts(outcome: ImportOutcome, units: UnitSystem) -> list[tuple[str, str, str]]:
    summary = outcome.summary
    rate = outcome.gps_rate_hz
    if summary is None:
        return []
    n_not = summary.n_laps - summary.n_clean
    third = f"{summary.n_clean} clean" + (f", {n_not} with a reason" if n_not else "")
    length = f"{distance(summary.length_m, units)} a lap" if summary.length_m else "no lap length"
    return [
        ("Laps found", str(summary.n_laps), third),
        ("Best lap", lap_time(summary.best_lap_s), "fastest clean lap"),
        ("Time base", f"{rate:g}\u00a0Hz" if rate else DASH, "of the fixes" if rate else "no GPS"),
        ("Track", summary.track or TRACK_UNKNOWN, f"{length}, quality {summary.quality_grade}"),
    ]  # fmt: skip


def _failure(look: Appearance, job: ImportJob) -> QWidget:
    frame = panel("notice", "The file could not be used")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(14, 12, 14, 12)
    layout.setSpacing(12)
    layout.addWidget(IconLabel(look, "circle-x", "slower", 20), 0, Qt.AlignmentFlag.AlignTop)
    text = paragraph(job.error)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    layout.addWidget(text, 1)
    return frame


def _title(job: ImportJob) -> str:
    words = _JOB_WORDS.get(job.state, job.state.value)
    summary = job.outcome.summary if job.outcome else None
    if summary is None:
        return words
    return f"{words}: {counted(summary.n_laps, 'lap')}, best {lap_time(summary.best_lap_s)}"


def _meta(job: ImportJob) -> str:
    outcome = job.outcome
    parts = [job.path.name]
    if outcome is not None and outcome.summary is not None:
        parts += [format_name(outcome.summary.format), file_size(outcome.summary.file_size_bytes)]
        parts.append(f"{outcome.duration_s:.1f}\u00a0s")
    return ", ".join(parts)


def _hash_words(outcome: ImportOutcome | None) -> str:
    if outcome is None or outcome.summary is None or not outcome.summary.sha256:
        return ""
    digest = outcome.summary.sha256
    return f"SHA-256 {digest[:4]} \u2026 {digest[-4:]}, kept with the session"
