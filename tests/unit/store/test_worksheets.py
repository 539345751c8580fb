"""Worksheets are kept in the order of their tabs, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop.app.worksheets import list_worksheets, save_worksheets
from apexlab_desktop.store import worksheets
from apexlab_desktop.store.database import Library
from apexlab_desktop.store.records import Worksheet

COMPARE = Worksheet(id="compare", name="Compare")
BRAKES = Worksheet(id="b", name="Brakes \u30d6\u30ec\u30fc\u30ad", plots=("speed_mps", "pedals"))


def test_a_new_library_has_no_worksheets(tmp_path: Path) -> None:
    with Library.open(tmp_path).reading() as connection:
        assert worksheets.list_worksheets(connection) == ()


def test_worksheets_keep_their_order_and_plots(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    for sheets in ((COMPARE, BRAKES), (BRAKES, COMPARE), (BRAKES,), ()):
        with library.writing() as connection:
            worksheets.replace_worksheets(connection, sheets)
        with library.reading() as connection:
            assert worksheets.list_worksheets(connection) == sheets


def test_a_fault_leaves_the_worksheets_as_they_were(tmp_path: Path) -> None:
    library = Library.open(tmp_path)
    with library.writing() as connection:
        worksheets.replace_worksheets(connection, (COMPARE, BRAKES))

    def replace_and_fail() -> None:
        with library.writing() as connection:
            worksheets.replace_worksheets(connection, ())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace_and_fail()
    with library.reading() as connection:
        assert worksheets.list_worksheets(connection) == (COMPARE, BRAKES)


def test_the_use_cases_keep_worksheets_in_the_library_of_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APEXLAB_HOME", str(tmp_path))
    save_worksheets((COMPARE, BRAKES))
    assert list_worksheets() == (COMPARE, BRAKES)
