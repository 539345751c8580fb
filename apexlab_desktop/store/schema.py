"""Schema version of the library: create, migrate after a copy, refuse what is newer."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.errors import SchemaTooNewError

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIN_SCHEMA_VERSION = 1
"""Oldest library that can still be migrated."""
MAX_SCHEMA_VERSION = 3
"""Version that this program writes; equals the number of the newest revision."""

NEWER = MAX_SCHEMA_VERSION + 1
"""What a step with a name of another kind counts as: this program never wrote it."""

MIGRATIONS = Path(__file__).with_name("migrations")


def read_version(connection: sqlite3.Connection) -> int:
    """Return the library's schema version, 0 for a file without any table yet."""
    stamped = int(connection.execute("PRAGMA user_version").fetchone()[0])
    has_steps = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type='table' AND name='alembic_version'"
    ).fetchone()
    if has_steps is None:
        return stamped
    # Both are written in one transaction; should they ever differ, the newer one is believed.
    steps = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return max([stamped, *(int(step) if step.isdecimal() else NEWER for (step,) in steps)])


def check_version(version: int, path: Path) -> None:
    """Refuse a library that a newer program made.

    Raises
    ------
    SchemaTooNewError
        Nothing was changed in the file.
    """
    if version > MAX_SCHEMA_VERSION:
        raise SchemaTooNewError(
            expected=f"a library of schema version {MAX_SCHEMA_VERSION} or older",
            found=f"version {version}",
            place=str(path),
            advice="Update ApexLab, or open a backup made by this version; nothing was changed.",
        )


def copy_before_migration(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Write a consistent copy of the library beside it and return its path."""
    copy_path = path.with_name(
        f"{path.stem}.before-v{MAX_SCHEMA_VERSION}-from-v{version}{path.suffix}"
    )
    target = sqlite3.connect(copy_path)
    try:
        connection.backup(target)
    finally:
        target.close()
    return copy_path


def migrate(connection: Connection) -> None:
    """Apply every missing step inside the caller's transaction."""
    # Imported here: a library that is up to date never pays for Alembic.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.exec_driver_sql(f"PRAGMA user_version = {MAX_SCHEMA_VERSION}")
