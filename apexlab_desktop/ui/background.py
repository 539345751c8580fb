"""The only door off the UI thread: reading work side by side, changing work one at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from apexlab_desktop.errors import ApexLabError, CancelledError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
OnError = Callable[[Exception], None]

MAX_READERS = 2

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


class Task:
    """One piece of work under way; no QObject, so that any thread may let go of it last."""

    def __init__(
        self,
        work: Callable[[CancelToken], Any],
        on_result: Callable[[Any], None],
        on_error: OnError,
        owner: QObject | None,
    ) -> None:
        self.token = CancelToken()
        self._work = work
        self._on_result = on_result
        self._on_error = on_error
        self._owner = owner
        self._is_dropped = False

    def cancel(self) -> None:
        """Ask the work to stop; its error handler hears of it."""
        self.token.cancel()

    def drop(self) -> None:
        """Ask the work to stop and hear nothing more of it."""
        self._is_dropped = True
        self.token.cancel()

    def run(self) -> tuple[Any, Exception | None]:
        """Do the work; called in a worker thread."""
        try:
            return self._work(self.token), None
        except ApexLabError as error:
            return None, error
        except Exception as error:  # noqa: BLE001 - the thread door: nothing may pass it
            _log.error("work failed", exc_info=error)
            return None, error

    def deliver(self, result: object, failure: Exception | None) -> None:
        """Call the handler, unless nobody waits any more; called on the UI thread."""
        is_orphan = self._owner is not None and not isValid(self._owner)
        if self._is_dropped or is_orphan:
            return
        if failure is None:
            self._on_result(result)
        else:
            self._on_error(failure)


class Background(QObject):
    """Runs work of `app` away from the window and brings the results back to it.

    The threads are Python's: a QRunnable may be let go of in its own thread, together with what it
    holds, which Qt objects do not survive.
    """

    busy_changed = Signal(bool)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[Task] = set()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

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
        return self._start(self._readers, Task(work, on_result, on_error, owner))

    def change(
        self,
        work: Callable[[CancelToken], T],
        on_result: Callable[[T], None],
        on_error: OnError,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Run changing work after all changes asked for before it."""
        return self._start(self._writer, Task(work, on_result, on_error, owner))

    @cached_property
    def _readers(self) -> ThreadPoolExecutor:
        return _pool(MAX_READERS, "apexlab-read")

    @cached_property
    def _writer(self) -> ThreadPoolExecutor:
        return _pool(1, "apexlab-write")

    def shutdown(self) -> None:
        """Cancel what polls its token, make the other changes; nothing is delivered afterwards."""
        for task in tuple(self._tasks):
            task.drop()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self._tasks.clear()

    def _start(self, pool: ThreadPoolExecutor, task: Task) -> Task:
        was_idle = not self._tasks
        self._tasks.add(task)
        pool.submit(self._run, task)
        if was_idle:
            self.busy_changed.emit(True)
        return task

    def _run(self, task: Task) -> None:
        result, failure = task.run()
        self._ended.emit(task, result, failure)

    @Slot(object, object, object)
    def _deliver(self, task: Task, result: object, failure: Exception | None) -> None:
        self._tasks.discard(task)
        task.deliver(result, failure)
        if not self._tasks:
            self.busy_changed.emit(False)


def _pool(n_threads: int, name: str) -> ThreadPoolExecutor:
    # Imported late: nothing runs in the background before the first paint.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(n_threads, name)
