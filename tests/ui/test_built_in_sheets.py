"""The worksheets that the program brings along stand where they belong, in old libraries too."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.viewmodels.worksheets import BUILT_IN, COMPARE, Worksheets
from tests.ui.conftest import WAIT_MS
from tests.ui.fake_library import FakeLibrary

GRIP = Worksheet(id="g", name="My grip", plots=("accel_lat_mps2",))
FROM_LATER = Worksheet(id="weather-map", name="Weather", plots=())


def sheets_of(qtbot: QtBot, background: Background, *kept: Worksheet) -> Worksheets:
    library = FakeLibrary()
    library.worksheets = kept
    model = Worksheets(library, background)
    with qtbot.waitSignal(model.changed, timeout=WAIT_MS):
        model.load()
    return model


def test_a_new_library_has_them_all(qtbot: QtBot, background: Background) -> None:
    assert sheets_of(qtbot, background).sheets == BUILT_IN


def test_an_older_library_gets_those_it_lacks_in_their_order(
    qtbot: QtBot, background: Background
) -> None:
    found = sheets_of(qtbot, background, GRIP, COMPARE).sheets
    assert [sheet for sheet in found if not sheet.plots] == list(BUILT_IN)
    assert found.index(GRIP) < found.index(COMPARE)


def test_a_sheet_that_only_a_later_program_knows_is_left_out(
    qtbot: QtBot, background: Background
) -> None:
    assert FROM_LATER not in sheets_of(qtbot, background, COMPARE, FROM_LATER).sheets


@pytest.mark.parametrize("sheet", BUILT_IN)
def test_none_of_them_can_be_deleted_or_renamed(
    qtbot: QtBot, background: Background, sheet: Worksheet
) -> None:
    model = sheets_of(qtbot, background)
    model.delete(sheet.id)
    model.rename(sheet.id, "Mine")
    assert model.sheets == BUILT_IN
