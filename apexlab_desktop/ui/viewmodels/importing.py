"""Files on their way into the library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from apexlab_desktop.app.records import ImportOutcome, ImportStatus
from apexlab_desktop.errors import CancelledError
from apexlab_desktop.ui.background import Background, CancelToken, Task
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Notice

PROGRESS_EVERY_S = 0.05


class JobState(Enum):
    """Where a file stands."""

    QUEUED = "queued"
    READING = "reading"
    IMPORTED = "imported"
    KNOWN = "already in the library"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False, kw_only=True)
class ImportJob:
    """One file under way or just ended.

    Attributes
    ----------
    number : int
        Unique while the window lives.
    path : Path
    state : JobState
    share : float
        Done, 0 to 1.
    outcome : ImportOutcome or None
        Once it ended, unless cancelled.
    error : str
        One line when it failed.
    """

    number: int
    path: Path
    state: JobState = JobState.QUEUED
    share: float = 0.0
    outcome: ImportOutcome | None = None
    error: str = ""

    @property
    def is_running(self) -> bool:
        """Whether the file still waits or is being read."""
        return self.state in (JobState.QUEUED, JobState.READING)

    @property
    def needs_attention(self) -> bool:
        """Whether something was repaired or dropped that the user should see."""
        return self.outcome is not None and any(map(_is_notable, self.outcome.notices))


class ImportModel(QObject):
    """Imports files one after the other; the window stays free.

    Signals: `job_changed(job)` at each step, `batch_ended(jobs)` when all files given at once
    have ended.
    """

    job_changed = Signal(object)
    jobs_changed = Signal()
    batch_ended = Signal(list)
    _progressed = Signal(int, float)

    def __init__(
        self, use_cases: UseCases, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._jobs: dict[int, ImportJob] = {}
        self._tasks: dict[int, Task] = {}
        self._batches: list[list[ImportJob]] = []
        self._last_number = 0
        self._progressed.connect(self._on_progress)

    @property
    def jobs(self) -> tuple[ImportJob, ...]:
        """Files under way and failed ones that were not dismissed."""
        return tuple(self._jobs.values())

    @property
    def is_running(self) -> bool:
        """Whether any file is under way."""
        return any(job.is_running for job in self._jobs.values())

    def start(self, paths: Sequence[Path]) -> None:
        """Import files in their order; a folder stands for the files in it."""
        files = [file for path in paths for file in _files_of(path)]
        batch = [self._queue(path) for path in files]
        if batch:
            self._batches.append(batch)
            self.jobs_changed.emit()

    def cancel_all(self) -> None:
        """Stop every file under way; what was stored stays."""
        for job in self.jobs:
            self.cancel(job)

    def cancel(self, job: ImportJob) -> None:
        """Stop one file."""
        task = self._tasks.get(job.number)
        if task is not None:
            task.cancel()

    def dismiss(self, job: ImportJob) -> None:
        """Take an ended job off the list."""
        if not job.is_running and self._jobs.pop(job.number, None) is not None:
            self.jobs_changed.emit()

    def _queue(self, path: Path) -> ImportJob:
        self._last_number += 1
        job = ImportJob(number=self._last_number, path=path)
        self._jobs[job.number] = job
        self._tasks[job.number] = self._background.change(
            lambda token: self._work(job, token),
            lambda outcome: self._on_outcome(job, outcome),
            lambda error: self._on_error(job, error),
            owner=self,
        )
        return job

    def _work(self, job: ImportJob, token: CancelToken) -> ImportOutcome:
        last_told = 0.0

        def progress(share: float) -> None:
            nonlocal last_told
            token.check()
            now = time.monotonic()
            if now - last_told >= PROGRESS_EVERY_S:
                last_told = now
                self._progressed.emit(job.number, share)

        progress(0.0)
        return self._use_cases.import_session(job.path, progress)

    @Slot(int, float)
    def _on_progress(self, number: int, share: float) -> None:
        job = self._jobs.get(number)
        if job is None or not job.is_running:
            return
        job.state = JobState.READING
        job.share = max(job.share, min(share, 1.0))
        self.job_changed.emit(job)

    def _on_outcome(self, job: ImportJob, outcome: ImportOutcome) -> None:
        job.outcome = outcome
        job.share = 1.0
        job.error = outcome.error
        job.state = {
            ImportStatus.IMPORTED: JobState.IMPORTED,
            ImportStatus.ALREADY_IMPORTED: JobState.KNOWN,
            ImportStatus.FAILED: JobState.FAILED,
        }[outcome.status]
        self._end(job)

    def _on_error(self, job: ImportJob, error: Exception) -> None:
        is_cancelled = isinstance(error, CancelledError)
        job.state = JobState.CANCELLED if is_cancelled else JobState.FAILED
        job.error = "" if is_cancelled else error_line(error)
        self._end(job)

    def _end(self, job: ImportJob) -> None:
        self._tasks.pop(job.number, None)
        if job.state is not JobState.FAILED:
            self._jobs.pop(job.number, None)
        self.job_changed.emit(job)
        for batch in [b for b in self._batches if not any(item.is_running for item in b)]:
            self._batches.remove(batch)
            self.batch_ended.emit(batch)
        # Told last: by now the library reads its new sessions, and is not empty in between.
        self.jobs_changed.emit()


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        item for item in path.iterdir() if item.is_file() and not item.name.startswith(".")
    )


def _is_notable(notice: Notice) -> bool:
    return notice.severity.value in ("repaired", "lost")
