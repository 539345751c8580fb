"""The only door off the UI thread: reading work side by side, changing work one at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from apexlab_desktop.errors import ApexLabError, CancelledError

T = TypeVar("T")
OnError = Callable[[Exception], None]

MAX_READERS = 2
SHUTDOWN_MS = 10_000

_log = logging.getLogger(__name__)


class CancelToken:
    """A flag that work polls between its steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; harmless when it has ended."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise CancelledError if the work should stop."""
        if self._event.is_set():
            raise CancelledError(found="the work was cancelled")


class Task(QObject):
    """One piece of work under way.

    Its result is dropped once `drop` was called or its owner has been destroyed.
    """

    _ended = Signal(object, object)

    def __init__(
        self,
        work: Callable[[CancelToken], Any],
        on_result: Callable[[Any], None],
        on_error: OnError,
    ) -> None:
        super().__init__()
        self.token = CancelToken()
        self._work = work
        self._on_result = on_result
        self._on_error = on_error
        self._is_dropped = False
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop; its error handler hears of it."""
        self.token.cancel()

    @Slot()
    def drop(self) -> None:
        """Ask the work to stop and hear nothing more of it."""
        self._is_dropped = True
        self.token.cancel()

    def run(self) -> None:
        """Do the work; called in a worker thread."""
        result: Any = None
        failure: Exception | None = None
        try:
            self.token.check()
            result = self._work(self.token)
        except ApexLabError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the thread door: nothing may pass it
            _log.error("work failed", exc_info=error)
            failure = error
        self._ended.emit(result, failure)

    @Slot(object, object)
    def _deliver(self, result: object, failure: Exception | None) -> None:
        cast("Background", self.parent()).forget(self)
        if self._is_dropped:
            return
        if failure is None:
            self._on_result(result)
        else:
            self._on_error(failure)


class _Runner(QRunnable):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def run(self) -> None:
        self._task.run()


class Background(QObject):
    """Runs work of `app` away from the window and brings the results back to it."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = QThreadPool()
        self._readers.setMaxThreadCount(MAX_READERS)
        self._writer = QThreadPool()
        self._writer.setMaxThreadCount(1)
        self._tasks: set[Task] = set()

    @property
    def is_busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._tasks)

    def query(
        self,
        work: Callable[[CancelToken], T],
        on_result: Callable[[T], None],
        on_error: OnError,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Run reading work; the handlers are called on this thread, never after `owner` is gone."""
        return self._start(self._readers, work, on_result, on_error, owner)

    def change(
        self,
        work: Callable[[CancelToken], T],
        on_result: Callable[[T], None],
        on_error: OnError,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Run changing work after all changes asked for before it."""
        return self._start(self._writer, work, on_result, on_error, owner)

    def forget(self, task: Task) -> None:
        """Let go of a task that has ended."""
        self._tasks.discard(task)
        task.setParent(None)
        task.deleteLater()
        if not self._tasks:
            self.busy_changed.emit(False)

    def shutdown(self) -> None:
        """Cancel everything and wait for the threads; nothing is delivered afterwards."""
        for task in tuple(self._tasks):
            task.drop()
        for pool in (self._readers, self._writer):
            pool.clear()
            if not pool.waitForDone(SHUTDOWN_MS):
                _log.warning("background work did not end within %d s", SHUTDOWN_MS // 1000)

    def _start(
        self,
        pool: QThreadPool,
        work: Callable[[CancelToken], T],
        on_result: Callable[[T], None],
        on_error: OnError,
        owner: QObject | None,
    ) -> Task:
        task = Task(work, on_result, on_error)
        task.setParent(self)
        if owner is not None:
            owner.destroyed.connect(task.drop)
        was_idle = not self._tasks
        self._tasks.add(task)
        pool.start(_Runner(task))
        if was_idle:
            self.busy_changed.emit(True)
        return task
