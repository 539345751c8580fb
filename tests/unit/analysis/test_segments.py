"""Corners and straights tile the lap."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.segments import SegmentKind, tile_lap
from apexlab_desktop.analysis.segments_timing import piece_times
from tests.unit.analysis.made_laps import made_lap, made_laps


def corner(number: int, entry_m: float, exit_m: float) -> Corner:
    return Corner(
        id=f"c{number}",
        number=str(number),
        direction="left",
        entry_m=entry_m,
        apex_m=0.5 * (entry_m + exit_m),
        exit_m=exit_m,
        radius_m=50.0,
        turned_rad=1.0,
    )


def test_straights_are_named_after_their_corners() -> None:
    tiles = tile_lap([corner(1, 100.0, 200.0), corner(2, 300.0, 400.0)], 1000.0)
    assert [t.name for t in tiles] == ["S0-1", "T1", "S1-2", "T2", "S2-fin"]


def test_the_straight_over_the_line_is_two_pieces_of_one_group() -> None:
    tiles = tile_lap([corner(1, 100.0, 200.0), corner(2, 300.0, 400.0)], 1000.0)
    assert tiles[0].group == tiles[-1].group == "S2-1"


def test_an_open_track_has_no_straight_over_the_line() -> None:
    tiles = tile_lap([corner(1, 100.0, 200.0)], 1000.0, is_closed=False)
    assert tiles[0].group != tiles[-1].group


def test_a_corner_over_the_line_is_two_pieces_of_one_group() -> None:
    tiles = tile_lap([corner(1, 300.0, 400.0), corner(2, 950.0, 40.0)], 1000.0)
    assert [t.name for t in tiles] == ["T2-start", "S2-1", "T1", "S1-2", "T2-fin"]
    assert tiles[0].group == tiles[-1].group == "T2"


def test_corners_that_touch_have_no_straight_between() -> None:
    tiles = tile_lap([corner(1, 100.0, 200.0), corner(2, 200.0, 300.0)], 1000.0)
    assert [t.name for t in tiles] == ["S0-1", "T1", "T2", "S2-fin"]


@pytest.mark.parametrize(
    "corners",
    [
        [],
        [corner(1, 100.0, 200.0)],
        [corner(1, 0.0, 200.0), corner(2, 900.0, 1000.0)],
        [corner(1, 100.0, 200.0), corner(2, 201.0, 300.0), corner(3, 990.0, 20.0)],
        [corner(1, 990.0, 20.0)],
    ],
)
def test_tiles_cover_the_lap_without_gap_or_overlap(corners: list[Corner]) -> None:
    tiles = tile_lap(corners, 1000.0)
    assert tiles[0].from_m == 0.0
    assert tiles[-1].to_m == 1000.0
    assert all(a.to_m == b.from_m for a, b in pairwise(tiles))
    assert all(t.from_m < t.to_m for t in tiles)


def test_without_corners_the_lap_is_one_straight() -> None:
    (only,) = tile_lap([], 500.0)
    assert only.kind is SegmentKind.STRAIGHT


def test_pieces_sum_to_the_lap_to_the_microsecond() -> None:
    grid = np.append(np.arange(0.0, 999.0, 0.7), 999.123)
    rng = np.random.default_rng(4)
    laps = made_laps(grid, [30.0 + rng.uniform(-5.0, 5.0, grid.size) for _ in range(5)])
    bounds = np.array([0.0, 100.3, 251.7, 640.0, grid[-1]])
    times = piece_times(laps, grid, bounds)
    assert times.time_us.sum(axis=1).tolist() == times.lap_us.tolist()
    known_s = [lap.lap.lap_time_s for lap in laps if lap.lap.lap_time_s is not None]
    assert times.lap_us.tolist() == [round(time_s * 1e6) for time_s in known_s]


def test_a_piece_that_ends_in_a_dropout_is_unknown() -> None:
    grid = np.arange(0.0, 1000.1, 1.0)
    whole = made_lap(1, grid, np.full(grid.size, 25.0))
    time_s = whole.time_s.copy()
    time_s[480:520] = np.nan
    lap = type(whole)(
        **{name: getattr(whole, name) for name in whole.__slots__} | {"time_s": time_s}
    )
    times = piece_times([lap], grid, np.array([0.0, 300.0, 500.0, 800.0, 1000.0]))
    assert times.is_known.tolist() == [[True, False, False, True]]
    assert times.best_us().tolist() == [12_000_000, -1, -1, 8_000_000]
