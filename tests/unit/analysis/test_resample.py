"""Channels at other instants (analysis.md 5)."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.resample import at_instants, gap_mask, on_grid, straight_between
from apexlab_desktop.analysis.types import ChannelKind, FloatArray

CONTINUOUS, STEPPED = ChannelKind.CONTINUOUS, ChannelKind.STEPPED


def resampled(
    at_s: list[float], time_s: list[float], values: list[float], kind: ChannelKind = CONTINUOUS
) -> FloatArray:
    found = on_grid(np.array(at_s), np.array(time_s), np.array(values), kind)
    assert found is not None
    return found


def test_continuous_channel_is_straight_between_samples() -> None:
    got = resampled([0.0, 0.05, 0.1, 0.17], [0.0, 0.1, 0.2], [1.0, 3.0, 2.0])
    assert got == pytest.approx([1.0, 2.0, 3.0, 2.3])


def test_stepped_channel_is_held_and_never_averaged() -> None:
    got = resampled([0.0, 0.05, 0.1, 0.19, 0.2], [0.0, 0.1, 0.2], [2.0, 3.0, 4.0], STEPPED)
    assert got.tolist() == [2.0, 2.0, 3.0, 3.0, 4.0]


@pytest.mark.parametrize("kind", [CONTINUOUS, STEPPED])
def test_outside_the_samples_nothing_is_known(kind: ChannelKind) -> None:
    got = resampled([-0.1, 0.0, 0.2, 0.3], [0.0, 0.1, 0.2], [1.0, 1.0, 1.0], kind)
    assert np.isnan(got).tolist() == [True, False, False, True]


@pytest.mark.parametrize("kind", [CONTINUOUS, STEPPED])
def test_gap_stays_a_gap(kind: ChannelKind) -> None:
    time_s = [0.0, 0.1, 0.2, 1.2, 1.3]
    got = resampled([0.2, 0.3, 0.7, 1.19, 1.2], time_s, [1.0] * 5, kind)
    assert np.isnan(got).tolist() == [False, True, True, True, False]


def test_missing_samples_are_passed_over_like_absent_ones() -> None:
    got = resampled([0.1], [0.0, 0.1, 0.2], [1.0, float("nan"), 3.0])
    assert got == pytest.approx([2.0])


def test_own_intervals_of_a_slow_channel_are_no_gaps() -> None:
    time_s = np.arange(0.0, 10.0, 1.0)
    assert not gap_mask(np.array([0.5, 4.5]), time_s).any()
    thinned = np.delete(time_s, [4, 5, 6])
    assert gap_mask(np.array([2.5, 4.5]), thinned).tolist() == [False, True]


@pytest.mark.parametrize("n_finite", [0, 1])
def test_channel_with_fewer_than_two_values_is_absent_and_not_zero(n_finite: int) -> None:
    values = np.full(5, np.nan)
    values[:n_finite] = 7.0
    assert on_grid(np.array([0.1]), np.arange(5.0), values, CONTINUOUS) is None


def test_angle_takes_the_short_way_round() -> None:
    angles = np.array([3.1, -3.1])
    got = on_grid(np.array([0.25]), np.array([0.0, 0.5]), angles, CONTINUOUS, is_angle=True)
    assert got == pytest.approx([np.pi])


def test_few_instants_are_as_numpy_would_interpolate_them() -> None:
    rng = np.random.default_rng(3)
    time_s, values = np.cumsum(rng.uniform(0.01, 1.0, 50)), rng.normal(size=50)
    at_s = rng.uniform(-1.0, time_s[-1] + 1.0, 20)
    assert at_instants(time_s, values, at_s) == pytest.approx(np.interp(at_s, time_s, values))


def test_two_samples_at_one_instant_give_a_number() -> None:
    got = at_instants(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0, 6.0]), [1.0])
    assert np.isfinite(got).all()


def test_rows_between_knots_are_those_of_numpy_and_unknown_beyond() -> None:
    random = np.random.default_rng(6)
    knots = np.cumsum(random.uniform(0.1, 1.0, 300))
    rows = list(random.normal(size=(3, 300)))
    at = np.sort(random.uniform(-5.0, knots[-1] + 5.0, 900))
    at[450] = knots[150]
    for row, found in zip(rows, straight_between(at, knots, rows), strict=True):
        expected = np.interp(at, knots, row, left=np.nan, right=np.nan)
        assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)
