"""The library is created, migrated after a copy, refused when newer, and never left half."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from apexlab_desktop.errors import SchemaTooNewError, StoreUnavailableError
from apexlab_desktop.store import layouts, schema, sessions, worksheets
from apexlab_desktop.store.database import LIBRARY_FILE, Library, driver_connection
from tests.unit.store.raw_fixture import derived_facts, file_facts, raw_session

OLD_LIBRARIES = Path(__file__).resolve().parents[2] / "data" / "store"


def test_a_new_library_has_the_present_version(tmp_path: Path) -> None:
    Library.open(tmp_path)
    with sqlite3.connect(tmp_path / LIBRARY_FILE) as connection:
        assert schema.read_version(connection) == schema.MAX_SCHEMA_VERSION


def test_migrations_make_the_tables_that_the_models_declare(tmp_path: Path) -> None:
    from sqlalchemy import inspect as look
    from sqlmodel import SQLModel

    library = Library.open(tmp_path)
    with library.reading() as connection:
        found = look(connection)
        for table in SQLModel.metadata.sorted_tables:
            made = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            wanted = {column.name: column.nullable for column in table.columns}
            assert made == wanted


@pytest.mark.parametrize(
    "change",
    [
        f"PRAGMA user_version = {schema.MAX_SCHEMA_VERSION + 1}",
        "UPDATE alembic_version SET version_num = '9999'",
        "UPDATE alembic_version SET version_num = '7c01ab34de90'",
    ],
)
def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path, change: str) -> None:
    Library.open(tmp_path).close()
    path = tmp_path / LIBRARY_FILE
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SchemaTooNewError, match="Update ApexLab"):
        Library.open(tmp_path)
    assert path.read_bytes() == before


def test_a_copy_is_kept_before_an_older_library_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(tmp_path)
    with library.writing() as connection:
        sessions.insert_session(connection, file_facts(), raw_session(10), derived_facts())
    present = schema.MAX_SCHEMA_VERSION
    monkeypatch.setattr(schema, "MAX_SCHEMA_VERSION", present + 1)
    migrated = Library.open(tmp_path)
    copy = tmp_path / f"library.before-v{present + 1}-from-v{present}.sqlite3"
    with sqlite3.connect(copy) as connection:
        assert schema.read_version(connection) == present
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (1,)
    with migrated.reading() as connection:
        assert len(sessions.list_summaries(connection)) == 1


@pytest.mark.parametrize(("version", "n_sheets"), [(1, 0), (2, 1)])
def test_a_library_of_an_older_version_is_brought_up_to_date(
    tmp_path: Path, version: int, n_sheets: int
) -> None:
    """The stored files are dumps of libraries that those versions made, each with one session."""
    old = sqlite3.connect(tmp_path / LIBRARY_FILE)
    dump = OLD_LIBRARIES / f"library_v{version}.sql"
    old.executescript(dump.read_text(encoding="utf-8"))
    old.close()
    library = Library.open(tmp_path)
    with library.reading() as connection:
        (kept,) = sessions.list_summaries(connection)
        assert kept.note == "kept through the migration"
        assert sessions.load_raw(connection, kept.id).groups[0].time_us.size == 10
        assert len(worksheets.list_worksheets(connection)) == n_sheets
        assert layouts.list_layouts(connection) == []
    present = schema.MAX_SCHEMA_VERSION
    assert (tmp_path / f"library.before-v{present}-from-v{version}.sqlite3").exists()


def test_a_failed_migration_leaves_the_library_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library.open(tmp_path)
    present = schema.MAX_SCHEMA_VERSION
    monkeypatch.setattr(schema, "MAX_SCHEMA_VERSION", present + 1)

    def half_a_step(connection: object) -> None:
        connection.exec_driver_sql("ALTER TABLE session ADD COLUMN half TEXT")  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(schema, "migrate", half_a_step)
    with pytest.raises(StoreUnavailableError, match="Free some disk space"):
        Library.open(tmp_path)
    with sqlite3.connect(tmp_path / LIBRARY_FILE) as connection:
        assert schema.read_version(connection) == present
        names = [row[1] for row in connection.execute("PRAGMA table_info(session)")]
    assert "half" not in names


def test_a_file_that_is_no_library_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / LIBRARY_FILE
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnavailableError, match="does not overwrite"):
        Library.open(tmp_path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    blocker = tmp_path / "blocker"
    blocker.write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailableError) as caught:
        Library.open(blocker / "home")
    assert "\n" not in caught.value.one_line()


def test_a_fault_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    library = Library.open(tmp_path)

    def insert_and_fail() -> None:
        with library.writing() as connection:
            sessions.insert_session(connection, file_facts(), raw_session(10), derived_facts())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        insert_and_fail()
    with library.reading() as connection:
        assert sessions.list_summaries(connection) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM channel_chunk").scalar() == 0


def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    library = Library.open(tmp_path)

    def insert_into_a_full_file() -> None:
        with library.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            sessions.insert_session(connection, file_facts(), raw_session(), derived_facts())

    with pytest.raises(StoreUnavailableError, match="Free some disk space"):
        insert_into_a_full_file()
    with library.reading() as connection:
        assert sessions.list_summaries(connection) == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_kill_within_the_first_moments_leaves_a_library_that_opens(tmp_path: Path) -> None:
    alive, killed = tmp_path / "alive", tmp_path / "killed"
    alive.mkdir()
    killed.mkdir()
    path = alive / LIBRARY_FILE
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE filler (words TEXT)")
        connection.execute("PRAGMA cache_size=2")
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(200):
            connection.execute("INSERT INTO filler VALUES (?)", ("x" * 4000,))
        # What a killed process leaves behind: pages half written, and the journal to undo them.
        for part in alive.iterdir():
            shutil.copy(part, killed / part.name)
        connection.execute("DROP TABLE filler")
        connection.execute("COMMIT")
    assert (killed / f"{LIBRARY_FILE}-journal").stat().st_size > 0
    library = Library.open(killed)
    with library.reading() as connection:
        assert schema.read_version(driver_connection(connection)) == schema.MAX_SCHEMA_VERSION
    library.close()
