"""The cursor driving along the lap by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.main import Started
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.replay import Replay
from tests.ui.comparison_fixture import make_comparison
from tests.ui.readings import compare_page, comparison_of


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replay(qtbot: QtBot, clock: Clock) -> Iterator[Replay]:
    model, cursor = ComparisonModel(), CursorModel()
    model.set_comparison(make_comparison())
    cursor.set_grid(comparison_of(model).distance_m)
    made = Replay(model, cursor, clock=clock)
    yield made
    made.stop()


def test_the_cursor_is_where_the_car_was_after_that_time(replay: Replay, clock: Clock) -> None:
    model, cursor = replay._model, replay._cursor
    cursor.pin(500.0)
    began_s = model.reference_time_at(500.0)
    replay.toggle()
    for passed_s in (0.5, 3.0, 12.25):
        clock.now_s = 100.0 + passed_s
        replay.step()
        assert model.reference_time_at(cursor.place_m) == pytest.approx(began_s + passed_s)
    assert cursor.is_pinned


def test_scrubbing_goes_on_from_the_new_place(replay: Replay, clock: Clock) -> None:
    replay.toggle()
    clock.now_s += 2.0
    replay.step()
    replay._cursor.pin(1500.0)
    clock.now_s += 30.0
    replay.step()
    assert replay._cursor.place_m == pytest.approx(1500.0)


def test_it_stops_at_the_end_of_the_lap_and_begins_anew(replay: Replay, clock: Clock) -> None:
    end_m = float(comparison_of(replay._model).distance_m[-1])
    replay.toggle()
    clock.now_s += 1_000.0
    replay.step()
    assert (replay._cursor.place_m, replay.is_playing) == (end_m, False)
    replay.toggle()
    assert replay._cursor.place_m == 0.0


def test_nothing_to_play_without_laps(qtbot: QtBot) -> None:
    replay = Replay(ComparisonModel(), CursorModel())
    replay.toggle()
    assert not replay.is_playing


def test_other_laps_stop_it(replay: Replay) -> None:
    replay.toggle()
    replay._model.set_comparison(None)
    assert not replay.is_playing


def test_replay_does_not_go_on_unseen(compare_window: Started) -> None:
    traces = compare_page(compare_window).traces
    traces.replay.toggle()
    compare_window.controller.go("library")
    assert not traces.replay.is_playing
