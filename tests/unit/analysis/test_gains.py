"""Tiers of gains and ideal laps: invariants that no data may break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apexlab_desktop.analysis.gains import gains
from apexlab_desktop.analysis.mini_sectors import MiniClass, mini_sectors
from apexlab_desktop.analysis.reachable_lap import reachable_lap
from apexlab_desktop.analysis.sectors import checked_boundaries, default_boundaries, sector_table
from apexlab_desktop.analysis.segments import tile_lap
from apexlab_desktop.analysis.segments_timing import piece_times
from apexlab_desktop.analysis.theoretical import rolling_best, timing_noise
from apexlab_desktop.analysis.types import ComparedLap, FloatArray
from apexlab_desktop.errors import AnalysisError
from tests.unit.analysis.made_laps import made_laps
from tests.unit.analysis.test_segments import corner

GRID = np.append(np.arange(0.0, 1999.5, 0.7), 2000.0)
CORNERS = [corner(1, 300.0, 420.0), corner(2, 900.0, 1000.0), corner(3, 1500.0, 1620.0)]
SEGMENTS = tile_lap(CORNERS, 2000.0)
CURVATURE = np.zeros(GRID.size)
for _one in CORNERS:
    CURVATURE[(_one.entry_m <= GRID) & (_one.exit_m >= GRID)] = 0.02


def base_speed() -> FloatArray:
    """Return 45 m/s on straights, 18 m/s at the apexes, ramps of 150 m."""
    near = np.min([np.abs(GRID - c.apex_m) for c in CORNERS], axis=0)
    return np.asarray(18.0 + 27.0 * np.clip((near - 40.0) / 150.0, 0.0, 1.0))


def scattered(seed: int, n: int = 6) -> list[FloatArray]:
    rng = np.random.default_rng(seed)
    speeds = []
    for _ in range(n):
        at = np.linspace(0.0, 2000.0, 12)
        factor = 1.0 + 0.01 * rng.standard_normal(12)
        factor[-1] = factor[0]
        speeds.append(base_speed() * np.interp(GRID, at, factor))
    return speeds


def best_time(laps: Sequence[ComparedLap]) -> float:
    times = [lap.lap.lap_time_s for lap in laps]
    known = [time for time in times if time is not None]
    assert len(known) == len(times)
    return min(known)


@given(st.integers(0, 10_000))
def test_theoretical_composite_best_and_mean_are_in_order(seed: int) -> None:
    laps = made_laps(GRID, scattered(seed))
    found = gains(laps, GRID, SEGMENTS)
    assert found.theoretical_s is not None
    assert found.composite.time_s is not None
    assert found.best_lap_s is not None
    assert found.mean_lap_s is not None
    assert found.theoretical_s <= found.composite.time_s <= found.best_lap_s <= found.mean_lap_s
    parts = [s.gain_s for s in found.segments if s.gain_s is not None]
    assert len(parts) == len(found.segments)
    assert sum(parts) == pytest.approx(found.consistency_gain_s, abs=1e-9)


@given(st.integers(0, 10_000))
def test_rolling_best_is_no_slower_than_the_best_lap(seed: int) -> None:
    laps = made_laps(GRID, scattered(seed))
    found = rolling_best(laps, GRID).time_s
    assert found is not None
    assert found <= best_time(laps) + 1e-6


@given(st.integers(0, 10_000))
def test_the_splice_lies_between_its_own_composite_and_the_best_lap(seed: int) -> None:
    laps = made_laps(GRID, scattered(seed))
    found = reachable_lap(laps, GRID, CURVATURE)
    assert found.composite_s is not None
    assert found.time_s is not None
    assert found.composite_s <= found.time_s <= best_time(laps) + 1e-6


def test_identical_laps_give_the_best_lap_as_ideal_and_no_gain() -> None:
    laps = made_laps(GRID, [base_speed()] * 5)
    found = gains(laps, GRID, SEGMENTS)
    best = round(best_time(laps[:1]), 6)
    assert found.consistency_gain_s == found.composite_gain_s == found.theoretical_gain_s == 0.0
    assert rolling_best(laps, GRID).time_s == best
    assert reachable_lap(laps, GRID, CURVATURE).time_s == best
    assert reachable_lap(laps, GRID, CURVATURE).seams == ()


def test_one_lap_has_no_gain_but_a_reason() -> None:
    found = gains(made_laps(GRID, [base_speed()]), GRID, SEGMENTS)
    assert not found.has_sufficient_data
    assert found.consistency_gain_s is None
    assert found.reasons == ("gains need 2 clean laps, there are 1",)


def test_the_rolling_lap_is_found_where_two_halves_meet() -> None:
    slow_start, slow_end = base_speed(), base_speed()
    slow_start[GRID < 650.0] *= 0.9
    slow_end[GRID > 650.0] *= 0.9
    laps = made_laps(GRID, [slow_start, slow_end])
    found = rolling_best(laps, GRID)
    undisturbed = made_laps(GRID, [base_speed()])[0].lap.lap_time_s
    assert found.start_m == pytest.approx(650.0, abs=1.0)
    assert found.lap_numbers == (1, 2)
    assert found.time_s == pytest.approx(undisturbed, abs=0.01)


def test_laps_that_do_not_follow_each_other_make_no_rolling_lap() -> None:
    first, second = made_laps(GRID, scattered(3, 2))
    later = replace(second, lap=replace(second.lap, start_s=900.0, end_s=900.0 + 60.0))
    assert len(rolling_best((first, later), GRID).lap_numbers) == 1


def test_the_splice_does_not_take_late_braking_and_the_straight_it_ruined() -> None:
    """Lap 1 gains 1.5 s into turn 1 and is slow on the next straight; lap 2 is even."""
    late, even = base_speed(), base_speed()
    into = (GRID > 100.0) & (GRID < 330.0)
    late[into] = 45.0
    behind = (GRID >= 420.0) & (GRID < 820.0)
    late[behind] *= 0.85
    laps = made_laps(GRID, [late, even])
    found = reachable_lap(laps, GRID, CURVATURE)
    gained = laps[1].time_s[-1] - found.time_s
    stolen = float(np.interp(420.0, GRID, laps[1].time_s - laps[0].time_s))
    assert stolen > 1.0
    assert gained < 0.5 * stolen


def test_a_splice_needs_laps_side_by_side() -> None:
    speeds = scattered(11, 3)
    wide = [
        replace(
            lap, channels=dict(lap.channels) | {"lateral_offset_m": np.full(GRID.size, 5.0 * k)}
        )
        for k, lap in enumerate(made_laps(GRID, speeds))
    ]
    assert reachable_lap(wide, GRID, CURVATURE).seams == ()


def test_without_a_line_there_is_nowhere_to_switch() -> None:
    laps = made_laps(GRID, scattered(5))
    found = reachable_lap(laps, GRID, None)
    assert found.time_s == pytest.approx(best_time(laps), abs=1e-6)


def test_trap_15_the_ideal_time_is_the_sum_of_segment_times_not_an_integral() -> None:
    laps = made_laps(GRID, scattered(9))
    found = gains(laps, GRID, SEGMENTS)
    parts = [s.best_s for s in found.segments if s.best_s is not None]
    assert len(parts) == len(found.segments)
    assert found.composite.time_s == pytest.approx(sum(parts), abs=1e-9)


def test_trap_09_sectors_sum_to_the_lap_within_a_microsecond() -> None:
    laps = made_laps(GRID, scattered(2))
    table = sector_table(laps, GRID, default_boundaries(laps, GRID))
    for lap, row in zip(laps, table.times.time_us, strict=True):
        assert int(row.sum()) == round(best_time([lap]) * 1e6)


def test_sectors_are_cut_at_top_speeds() -> None:
    laps = made_laps(GRID, scattered(2))
    bounds = default_boundaries(laps, GRID)
    assert bounds.size == 4
    for place in bounds[1:-1]:
        assert min(abs(place - c.apex_m) for c in CORNERS) > 150.0


def test_one_lap_is_the_personal_best_of_each_sector() -> None:
    laps = made_laps(GRID, scattered(2))
    table = sector_table(laps, GRID, default_boundaries(laps, GRID))
    assert table.is_personal_best.sum(axis=0).tolist() == [1, 1, 1]


def test_boundaries_out_of_order_are_refused_in_one_line() -> None:
    with pytest.raises(AnalysisError, match="in order"):
        checked_boundaries([900.0, 300.0], 2000.0)


def test_the_noise_of_small_pieces_is_told_from_the_laps() -> None:
    rng = np.random.default_rng(7)
    laps = made_laps(GRID, [base_speed()] * 8)
    noisy = [replace(lap, time_s=lap.time_s + rng.normal(0.0, 0.004, GRID.size)) for lap in laps]
    times = piece_times(noisy, GRID, np.linspace(0.0, 2000.0, 201))
    assert timing_noise(times) == pytest.approx(0.004 * np.sqrt(2.0), rel=0.35)


def test_mini_sectors_have_one_best_each_and_a_class_for_all() -> None:
    found = mini_sectors(made_laps(GRID, scattered(2)), GRID)
    classes = np.array([[c.value for c in row] for row in found.classes])
    assert classes.shape == (6, 20)
    assert ((classes == MiniClass.BEST.value).sum(axis=0) >= 1).all()
