"""The library file: engine, pragmas, transactions, and the door for faults of the disk."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.store import schema

logger = logging.getLogger(__name__)

LIBRARY_FILE = "library.sqlite3"
KEPT_CONNECTIONS = 4
PRAGMAS = (
    # Counts for a new file only. Nearly all of a library is chunks of 20 to 200 kB.
    "PRAGMA page_size=16384",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA temp_store=MEMORY",
)


class Library:
    """One SQLite library; transactions are short and no lock outlives a crash.

    Attributes
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._identity: tuple[int, int] | None = None

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, creating or migrating it as needed.

        Raises
        ------
        SchemaTooNewError
            If a newer program made it; nothing is changed.
        StoreUnavailableError
            If the folder or the file cannot be used.
        """
        path = folder / LIBRARY_FILE
        with _translated(path):
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_newer(path)
            library = cls(path, _engine(path))
            library._bring_up_to_date()
            library._identity = _identity(path)
        return library

    def is_in_place(self) -> bool:
        """Return whether the file is still the one that was opened, not moved or restored over."""
        try:
            return _identity(self.path) == self._identity
        except OSError:
            return False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction that commits at the end or leaves nothing."""
        with _translated(self.path), self._engine.connect() as connection:
            writer = connection.execution_options(apexlab_write=True)
            with writer.begin():
                yield writer

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state."""
        with (
            _translated(self.path),
            self._engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        if self._version() == schema.MAX_SCHEMA_VERSION:
            return
        self._keep_copy()
        # The version is read again inside the transaction: another process may have been first.
        with self.writing() as connection:
            if schema.read_version(driver_connection(connection)) < schema.MAX_SCHEMA_VERSION:
                schema.migrate(connection)

    def _version(self) -> int:
        with self.reading() as connection:
            version = schema.read_version(driver_connection(connection))
        schema.check_version(version, self.path)
        return version

    def _keep_copy(self) -> None:
        with self._engine.connect() as connection:
            raw = driver_connection(connection)
            version = schema.read_version(raw)
            if version >= schema.MIN_SCHEMA_VERSION:
                kept = schema.copy_before_migration(raw, self.path, version)
                logger.info("kept a copy of the library before migrating: %s", kept.name)


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """Return the sqlite3 connection below, inside the same transaction."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError("the library speaks to sqlite3 only")
    return raw


def _engine(path: Path) -> Engine:
    # Opening a connection costs more than reading a channel: a few are kept, idle and lock-free.
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=-1,
        pool_use_lifo=True,
        echo=False,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    # The standard driver begins transactions late, so we begin them ourselves (SQLAlchemy's
    # documented recipe).
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("apexlab_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _refuse_newer(path: Path) -> None:
    """Look at the version before any pragma could change a foreign or newer file."""
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        version = _probed_version(path, "ro")
    except sqlite3.OperationalError:
        # A kill within the first moments leaves a journal that SQLite has to roll back first, which
        # any program, this or a newer one, would do as well.
        version = _probed_version(path, "rw")
    schema.check_version(version, path)


def _probed_version(path: Path, mode: str) -> int:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)) as probe:
        return schema.read_version(probe)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn faults of disk and database into one error with advice."""
    try:
        yield
    except (sqlite3.Error, DatabaseError, OperationalError, OSError) as error:
        raise _store_error(path, error) from error


def _store_error(path: Path, error: Exception) -> StoreUnavailableError:
    text = str(getattr(error, "orig", error) or error).lower()
    code = getattr(error, "errno", None)
    advice = "Check that the folder exists and can be written to."
    if "disk is full" in text or "database or disk is full" in text or code == 28:
        advice = "Free some disk space and try again; nothing was changed."
    elif "locked" in text or "busy" in text:
        advice = "Another program holds the library; close it and try again."
    elif "not a database" in text or "malformed" in text:
        advice = "Move this file away or restore a backup; ApexLab does not overwrite it."
    return StoreUnavailableError(
        expected="a library that can be read and written",
        found=os.strerror(code) if isinstance(code, int) else text.splitlines()[0],
        place=str(path),
        advice=advice,
    )
