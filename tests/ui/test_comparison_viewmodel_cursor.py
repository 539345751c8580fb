"""The one cursor, without a window."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.viewmodels.cursor import CursorModel

GRID_M = np.array([0.0, 0.7, 1.4, 2.1, 2.8, 3.0])


@pytest.fixture
def cursor() -> CursorModel:
    made = CursorModel()
    made.set_grid(GRID_M)
    return made


def test_hover_shows_click_pins_and_free_lets_go(cursor: CursorModel) -> None:
    cursor.hover(1.0)
    assert cursor.place_m == 1.0
    cursor.pin(2.0)
    cursor.hover(0.5)
    assert cursor.place_m == 2.0
    cursor.free()
    cursor.hover(0.5)
    assert cursor.place_m == 0.5


@pytest.mark.parametrize(
    ("start_m", "n_samples", "end_m"),
    [
        (1.0, 1, 1.4),
        (1.1, 1, 2.1),
        (1.4, -1, 0.7),
        (1.4, 10, 3.0),
        (1.4, -10, 0.0),
        (2.95, -1, 2.8),
    ],
)
def test_steps_go_from_grid_point_to_grid_point(
    cursor: CursorModel, start_m: float, n_samples: int, end_m: float
) -> None:
    cursor.hover(start_m)
    cursor.step(n_samples)
    assert cursor.place_m == end_m
    assert cursor.is_pinned


def test_first_step_from_nowhere_is_the_start(cursor: CursorModel) -> None:
    cursor.step(1)
    assert cursor.place_m == 0.0


def test_home_and_end_are_the_ends_of_the_lap(cursor: CursorModel) -> None:
    cursor.end()
    assert cursor.place_m == 3.0
    cursor.home()
    assert cursor.place_m == 0.0


def test_places_beyond_the_lap_are_its_ends(cursor: CursorModel) -> None:
    cursor.pin(99.0)
    assert cursor.place_m == 3.0


def test_moving_to_the_same_place_is_silent(qtbot: QtBot, cursor: CursorModel) -> None:
    cursor.hover(1.0)
    with qtbot.assertNotEmitted(cursor.moved):
        cursor.hover(1.0)


def test_second_cursor_is_dropped_at_the_first_and_taken_away(cursor: CursorModel) -> None:
    cursor.pin(1.4)
    cursor.toggle_second()
    cursor.pin(2.8)
    assert cursor.second_m == 1.4
    cursor.toggle_second()
    assert not cursor.has_second


def test_a_shorter_lap_takes_away_a_cursor_beyond_it(cursor: CursorModel) -> None:
    cursor.pin(2.8)
    cursor.set_grid(GRID_M[:3])
    assert math.isnan(cursor.place_m)
    assert not cursor.is_pinned


def test_without_a_grid_there_is_no_cursor() -> None:
    cursor = CursorModel()
    cursor.pin(5.0)
    cursor.step(3)
    cursor.home()
    assert not cursor.is_somewhere
