"""Consistency: golden values of analysis.md 6, and its traps."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.consistency import (
    corner_consistency,
    corner_score,
    lap_consistency,
    variance_shares,
)
from apexlab_desktop.analysis.corner_results import CornerPass
from apexlab_desktop.units import MPH_PER_MPS
from tests.unit.analysis.test_segments import corner

CORNER = corner(1, 100.0, 200.0)
GOLDEN = [93.2, 94.1, 92.8, 93.5, 93.0]


def test_golden_lap_consistency() -> None:
    found = lap_consistency([1, 2, 3, 4, 5], GOLDEN)
    assert found.std_dev_s == pytest.approx(0.4534, abs=5e-5)
    assert found.spread_s == pytest.approx(1.3)
    assert found.choppiness == pytest.approx(91.3, abs=0.05)
    assert found.spread == pytest.approx(89.5, abs=0.05)
    assert found.jump == pytest.approx(89.5, abs=0.05)
    assert found.consistency_score == 90.2


def test_deltas_are_signed_and_only_between_neighbours() -> None:
    found = lap_consistency([1, 2, 4, 5, 6], GOLDEN)
    assert found.consecutive_deltas_s == pytest.approx((0.9, 0.7, -0.5))


def test_identical_laps_score_100() -> None:
    found = lap_consistency([1, 2, 3, 4], [90.0] * 4)
    assert found.consistency_score == 100.0
    assert found.cv_score == 100.0
    assert found.consistency_index == pytest.approx(100.0)


def test_trap_11_one_lap_has_no_consistency() -> None:
    found = lap_consistency([1], [93.0])
    assert found.consistency_score is None
    assert not found.has_sufficient_data
    assert found.reasons == ("consistency needs 2 clean laps, there are 1",)


def test_one_slow_lap_hardly_moves_the_median() -> None:
    laps = list(range(1, 10))
    times = [93.0, 93.2, 92.9, 93.4, 93.1, 92.8, 93.3, 93.0, 93.2]
    before, after = lap_consistency(laps, times), lap_consistency([*laps, 10], [*times, 113.0])
    assert before.median_s is not None
    assert before.mad_s is not None
    assert after.median_s is not None
    assert abs(after.median_s - before.median_s) < before.mad_s


def test_a_spread_of_one_percent_has_an_index_of_60() -> None:
    times = 100.0 + np.array([-1.0, -1.0, 0.0, 1.0, 1.0]) / 1.4826
    found = lap_consistency([1, 2, 3, 4, 5], times.tolist())
    assert found.consistency_index == pytest.approx(60.0, abs=0.1)


def test_golden_corner_consistency() -> None:
    std_mps = float(np.std([52.3, 54.1, 51.8])) / MPH_PER_MPS
    assert std_mps * MPH_PER_MPS == pytest.approx(0.988, abs=5e-4)
    assert corner_score(std_mps, 5.2, 8.1) == pytest.approx(73.1, abs=0.05)


def passes(speeds: list[float], brakes: list[float | None]) -> list[CornerPass]:
    return [
        CornerPass(corner_id="c1", lap_number=k, min_speed_mps=v, brake_point_m=b)
        for k, (v, b) in enumerate(zip(speeds, brakes, strict=True), 1)
    ]


def test_trap_12_a_missing_term_is_left_out_not_counted_as_perfect() -> None:
    found = corner_consistency(CORNER, passes([20.0, 21.0, 22.0], [None] * 3), 1000.0)
    expected = 100.0 * np.exp(-0.3 * float(np.std([20.0, 21.0, 22.0])) * MPH_PER_MPS)
    assert found.score == pytest.approx(expected)
    assert found.brake_point_std_m is None


def test_two_passes_are_too_few() -> None:
    found = corner_consistency(CORNER, passes([20.0, 21.0], [100.0, 101.0]), 1000.0)
    assert found.score is None
    assert found.reasons == ("needs 3 clean passes, there are 2",)


def test_shares_of_the_variance_sum_to_one() -> None:
    rng = np.random.default_rng(3)
    shares = variance_shares(rng.normal(20.0, [0.1, 0.4, 0.2], (12, 3)))
    assert shares.sum() == pytest.approx(1.0)
    assert int(np.argmax(shares)) == 1


def test_shares_need_laps_that_differ() -> None:
    assert np.isnan(variance_shares(np.full((5, 3), 20.0))).all()


def test_brake_points_on_both_sides_of_the_start_line_lie_together() -> None:
    first = corner(1, 5.0, 60.0)
    found = corner_consistency(first, passes([20.0] * 4, [995.0, 2.0, 998.0, 1.0]), 1000.0)
    assert found.brake_point_std_m == pytest.approx(float(np.std([-5.0, 2.0, -2.0, 1.0])))
