"""The ground every test stands on: no display, network, user's files, time zone or locale."""

from __future__ import annotations

import locale
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]
CORPUS = REPOSITORY.parent / "shared" / "corpus"
CORPUS_ABSENT = "the real files are absent: they belong into ../shared/corpus beside the repository"
THREAD_GRACE_S = 2.0

_HOME = tempfile.mkdtemp(prefix="apexlab-test-")
# Set while pytest loads this file: before Qt, keyring or our own modules read any of it.
os.environ.update(
    APEXLAB_HOME=_HOME,
    QT_QPA_PLATFORM=os.environ.get("APEXLAB_TEST_PLATFORM", "offscreen"),
    PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
    OPENBLAS_NUM_THREADS="1",  # as the window sets it
    LC_ALL="C.UTF-8",
    TZ="UTC",
)
locale.setlocale(locale.LC_ALL, "C")
if hasattr(time, "tzset"):
    time.tzset()
settings.register_profile("apexlab", derandomize=True, deadline=None, database=None)
settings.load_profile("apexlab")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        default=False,
        help="the full counts of which the ordinary run takes a seeded tenth",
    )


def pytest_unconfigure() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("long") and not item.config.getoption("--long"):
        pytest.skip("full counts run with --long")
    if item.get_closest_marker("corpus") and not CORPUS.is_dir():
        pytest.skip(CORPUS_ABSENT)
    if item.get_closest_marker("x11") and shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb on PATH (apt: xvfb)")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of the real files; skips where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip(CORPUS_ABSENT)
    return CORPUS


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether the full counts were asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def apexlab_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, already in `$APEXLAB_HOME`."""
    home = tmp_path / "apexlab-home"
    home.mkdir()
    monkeypatch.setenv("APEXLAB_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _qt_locale_is_c(request: pytest.FixtureRequest) -> None:
    if "qapp" in request.fixturenames or "qtbot" in request.fixturenames:
        from PySide6.QtCore import QLocale

        QLocale.setDefault(QLocale.c())


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_log_records(request: pytest.FixtureRequest) -> Iterator[None]:
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    if collector.records and request.node.get_closest_marker("allow_warnings_logged") is None:
        lines = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in collector.records]
        pytest.fail("unexpected log records:\n" + "\n".join(lines), pytrace=False)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    new = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in new:
        thread.join(THREAD_GRACE_S)
    leaked = sorted(thread.name for thread in new if thread.is_alive())
    if leaked:
        pytest.fail(f"threads still running after the test: {', '.join(leaked)}", pytrace=False)
