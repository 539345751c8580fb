"""The Debrief worksheet in the window: figures, findings and the way to their proof."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.formatting import DASH
from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.panels.debrief import DebriefPage
from apexlab_desktop.ui.viewmodels.debrief import in_units
from apexlab_desktop.units import UnitSystem
from tests.ui.conftest import WAIT_MS, Opener
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.invented_findings import LibraryWithFindings


def opened(qtbot: QtBot, open_window: Opener, library: FakeLibrary) -> tuple[Started, DebriefPage]:
    started = open_window(library)
    started.controller.open_session(RUN_3)
    insight = started.models.insight
    qtbot.waitUntil(lambda: bool(insight.debrief or insight.reason), timeout=WAIT_MS)
    started.models.sheets.choose("debrief")
    page = started.window.analysis.worksheet
    assert isinstance(page, DebriefPage)
    return started, page


def test_the_head_row_has_the_figures_of_the_session(qtbot: QtBot, open_window: Opener) -> None:
    _, page = opened(qtbot, open_window, LibraryWithFindings())
    said = {tile.text.label: tile.text.value for tile in page.tiles}
    assert said["Best lap"] == "1:20.930"
    assert said["Two findings"] == "\u22120.17"
    assert said["Clean laps"] == str(page.debrief.insight.debrief.consistency.n_laps)  # type: ignore[union-attr]


def test_cards_tell_cost_advice_and_proof(qtbot: QtBot, open_window: Opener) -> None:
    _, page = opened(qtbot, open_window, LibraryWithFindings())
    first, second = page.debrief.cards(UnitSystem.METRIC)
    assert (first.cost, second.cost) == ("0.10", "0.07")
    assert first.title.endswith(": carry more speed through the slowest part")
    assert "5.4\u00a0km/h" in first.text
    assert first.confidence == "High confidence"
    assert first.bars == 3
    assert "2 of" in first.laps
    assert len(page.cards.cards) == 2


def test_choosing_a_card_looks_at_its_corner_and_enter_shows_the_place(
    qtbot: QtBot, open_window: Opener
) -> None:
    started, page = opened(qtbot, open_window, LibraryWithFindings())
    card = page.cards.cards[1]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Space)
    assert page.debrief.chosen == 1
    assert started.models.insight.corner is not None
    assert started.models.insight.corner.id == "c4"
    assert "2" in page.evidence.accessibleName()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert started.models.sheets.active.id == "compare"
    assert not started.models.comparison.is_whole_lap
    assert {7, 9} & {ref.lap_number for ref in started.models.laps.order}


def test_fewer_than_three_say_why_and_none_is_no_error(qtbot: QtBot, open_window: Opener) -> None:
    _, page = opened(qtbot, open_window, LibraryWithFindings())
    assert page.debrief.reasons == "Only two losses repeat."
    library = LibraryWithFindings()
    library.findings, library.reasons = (), ()
    _, empty = opened(qtbot, open_window, library)
    assert "Nothing repeats" in empty.cards.absence
    assert empty.tiles[3].text.value == DASH


def test_a_bar_compares_its_lap(qtbot: QtBot, open_window: Opener) -> None:
    started, page = opened(qtbot, open_window, LibraryWithFindings())
    compared = {ref.lap_number for ref in started.models.laps.order}
    other = next(bar.number for bar in page.debrief.lap_bars()
                 if bar.is_counted and bar.number not in compared)  # fmt: skip
    page.bars.lap_wanted.emit(other)
    assert other in {ref.lap_number for ref in started.models.laps.order}


@pytest.mark.parametrize(
    ("units", "told"),
    [
        (UnitSystem.METRIC, "36.0\u00a0km/h, 12\u00a0m"),
        (UnitSystem.IMPERIAL, "22.4\u00a0mph, 39\u00a0ft"),
    ],
)
def test_numbers_of_a_text_are_told_in_the_units_shown(units: UnitSystem, told: str) -> None:
    assert in_units("10.0\u00a0m/s, 12\u00a0m", units) == told
