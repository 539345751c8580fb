"""What is written when something of ours goes wrong: a file in the data folder, sent nowhere."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LOG_NAME = "apexlab.log"
FAULT_NAME = "faults.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 3

_log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class _LogFile(logging.Handler):
    """Files that take turns when full, opened at the first record.

    What the standard library needs for that (sockets, pickles) need not load before the first
    paint: most starts write nothing.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(
                self._path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
            )
            self._file.setFormatter(self.formatter)
        self._file.emit(record)


def start_crash_log(folder: Path) -> None:
    """Write errors, Qt's messages and crashes of the process into files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = _LogFile(folder / LOG_NAME)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # The file stays open for the life of the process: faulthandler writes to its descriptor.
    faulthandler.enable((folder / FAULT_NAME).open("a", encoding="utf-8"))
    sys.excepthook = _on_exception
    threading.excepthook = _on_thread_exception
    qInstallMessageHandler(_on_qt_message)


def _on_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("unhandled error", exc_info=(kind, error, trace))


def _on_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log.critical(
            "unhandled error in a thread",
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
        )


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
    if text and "propagateSizeHints" not in text:
        _log.log(_LEVELS.get(kind, logging.INFO), "Qt: %s", text)
