"""Few-lap statistics against tables, closed forms and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.significance import (
    Verdict,
    gain_between,
    gains_of_corners,
    significance_word,
)
from apexlab_desktop.analysis.statistics_ranks import (
    benjamini_hochberg,
    holm,
    mann_whitney_p,
    shift,
)
from apexlab_desktop.analysis.statistics_slopes import kendall_p, theil_sen
from apexlab_desktop.analysis.statistics_split import PRIOR_WEIGHT, best_split, chance_of
from apexlab_desktop.analysis.types import FloatArray


def test_a_straight_line_has_its_slope_and_no_width() -> None:
    found = theil_sen(np.arange(8.0), 3.0 + 0.5 * np.arange(8.0))
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)
    assert found.intercept == pytest.approx(3.0)
    assert found.p == pytest.approx(2.0 / 40320.0)


def test_one_lap_of_traffic_does_not_bend_a_slope() -> None:
    rng = np.random.default_rng(2)
    laps = np.arange(12.0)
    times = 90.0 + 0.08 * laps + rng.normal(0.0, 0.02, 12)
    spoilt = times.copy()
    spoilt[6] += 6.0
    bent, straight = theil_sen(laps, spoilt).value, theil_sen(laps, times).value
    assert bent is not None
    assert straight is not None
    assert abs(bent - straight) < 0.01


def test_slopes_are_not_seen_where_there_are_none() -> None:
    rng = np.random.default_rng(8)
    false = sum(theil_sen(np.arange(10.0), rng.normal(size=10)).is_real for _ in range(400))
    assert false / 400 <= 0.07


@pytest.mark.parametrize(("concordance", "n", "p"), [(6, 4, 1 / 12), (10, 5, 1 / 60), (0, 4, 1.0)])
def test_kendall_has_the_exact_chances_of_the_table(concordance: int, n: int, p: float) -> None:
    assert kendall_p(concordance, n) == pytest.approx(p)


def test_mann_whitney_has_the_exact_chances_of_the_table() -> None:
    low, high = np.arange(4.0), 10.0 + np.arange(4.0)
    assert mann_whitney_p(low, high) == pytest.approx(2.0 / 70.0)
    assert mann_whitney_p(np.arange(3.0), 10.0 + np.arange(3.0)) == pytest.approx(0.1)
    assert mann_whitney_p(np.array([1.0, 4.0]), np.array([2.0, 3.0])) == 1.0


def test_mann_whitney_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(3)
    for n, m in [(5, 7), (8, 8), (12, 20), (25, 30)]:
        first, second = rng.normal(size=n), rng.normal(0.7, 1.0, m)
        expected = stats.mannwhitneyu(first, second, alternative="two-sided").pvalue
        assert mann_whitney_p(first, second) == pytest.approx(expected, abs=2e-3)


def test_the_shift_covers_the_truth() -> None:
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(300):
        found = shift(rng.exponential(0.3, 8), 0.2 + rng.exponential(0.3, 8))
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.2 <= found.high
    assert hits / 300 >= 0.93


def test_benjamini_hochberg_follows_its_worked_example() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.9, np.nan])
    assert benjamini_hochberg(p, 0.05).tolist() == [True, True, True, True, False, False]


def test_holm_stops_at_the_first_that_fails() -> None:
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == [True, False, False, True]


def test_a_clear_gain_is_real_and_a_small_one_needs_more_laps() -> None:
    rng = np.random.default_rng(4)
    before = rng.normal(20.0, 0.1, 8)
    assert gain_between(before, before - 0.5).verdict is Verdict.REAL
    small = gain_between(before, rng.normal(19.99, 0.1, 8))
    assert small.verdict in (Verdict.CANNOT_TELL, Verdict.LIKELY)


def test_three_laps_tell_nothing() -> None:
    found = gain_between(np.array([20.0, 20.1, 20.2]), np.array([19.0, 19.1, 19.2]))
    assert found.verdict is Verdict.TOO_FEW
    assert found.n_more_laps == 1


def test_gains_that_are_none_are_seldom_called_real() -> None:
    rng = np.random.default_rng(12)
    false = 0
    for _ in range(60):
        found = gains_of_corners(rng.normal(size=(8, 10)), rng.normal(size=(8, 10)))
        false += any(gain.verdict is Verdict.REAL for gain in found)
    assert false / 60 <= 0.15


@pytest.mark.parametrize(
    ("p", "word"),
    [(0.005, "high"), (0.01, "medium"), (0.049, "medium"), (0.05, "low"), (None, "unknown")],
)
def test_trap_33_words_of_significance_on_both_sides_of_their_bounds(
    p: float | None, word: str
) -> None:
    assert significance_word(p) == word


def chance_of_best(values: FloatArray) -> float:
    """Return the chance of the best division when the expected scatter is 1."""
    found = best_split(values, 1.0)
    assert found is not None
    return found.chance


def test_equal_values_are_divided_as_often_as_the_chance_says() -> None:
    # One corner scatters more than expected, another less: as much as the weight says.
    rng = np.random.default_rng(9)
    scatters = np.sqrt(PRIOR_WEIGHT / rng.chisquare(PRIOR_WEIGHT, 2000))
    seen = np.array([chance_of_best(one * rng.normal(size=8)) for one in scatters])
    for chance in (0.2, 0.1, 0.03, 0.01):
        # Among divisions whose upper group has two laps at least there are a few less.
        assert 0.5 * chance <= np.mean(seen < chance) <= 1.3 * chance


def test_a_corner_that_scatters_half_again_as_much_as_expected_is_no_habit() -> None:
    rng = np.random.default_rng(10)
    seen = np.array([chance_of_best(1.5 * rng.normal(size=9)) for _ in range(1000)])
    assert np.mean(seen < 0.002) <= 0.02


@pytest.mark.parametrize("prior", [0.0, PRIOR_WEIGHT])
@pytest.mark.parametrize("n", [4, 6, 8, 12])
def test_far_chances_are_no_smaller_than_a_long_simulation_says(n: int, prior: float) -> None:
    rng = np.random.default_rng(11)
    draws = rng.normal(size=(200_000, n))
    if prior:
        draws *= np.sqrt(prior / rng.chisquare(prior, (draws.shape[0], 1)))
    draws.sort(axis=1)
    best = np.zeros(draws.shape[0])
    for k in range(1, n):
        low, high = draws[:, :k], draws[:, k:]
        within = k * low.var(axis=1) + (n - k) * high.var(axis=1)
        scatter = np.sqrt((prior + within) / (prior + n - 2.0))
        gap = high.mean(axis=1) - low.mean(axis=1)
        best = np.maximum(best, gap / (scatter * np.sqrt(1.0 / k + 1.0 / (n - k))))
    for chance in (0.05, 0.005, 0.0005):
        assert chance_of(float(np.quantile(best, 1.0 - chance)), n, prior) >= 0.75 * chance


def test_two_groups_are_divided_where_they_part() -> None:
    found = best_split(np.array([1.0, 9.0, 1.1, 9.1, 0.9, np.nan]), 0.2)
    assert found is not None
    assert found.is_upper.tolist() == [False, True, False, True, False, False]
    assert found.difference == pytest.approx(8.05)
    assert found.chance < 1e-4


def test_a_larger_statistic_has_a_smaller_chance() -> None:
    chances = [chance_of(t, 8) for t in (1.0, 3.0, 5.0, 8.0)]
    assert chances == sorted(chances, reverse=True)
