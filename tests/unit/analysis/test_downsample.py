"""The drawn envelope equals that of all samples in every pixel column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apexlab_desktop.analysis.downsample import MinMaxPyramid
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.errors import AnalysisError


def brute_force_envelope(
    x: FloatArray, y: FloatArray, x_min: float, x_max: float, n_columns: int
) -> list[tuple[float, float]]:
    """Return (min, max) of every column that holds a finite sample, by looking at each sample."""
    column = np.minimum(((x - x_min) / (x_max - x_min) * n_columns).astype(int), n_columns - 1)
    inside = (x >= x_min) & (x <= x_max) & np.isfinite(y)
    return [
        (float(y[inside & (column == k)].min()), float(y[inside & (column == k)].max()))
        for k in range(n_columns)
        if np.any(inside & (column == k))
    ]


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 3_000),
    n_columns=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    cut=st.tuples(st.floats(0.0, 0.9), st.floats(0.05, 1.0)),
    nan_share=st.sampled_from([0.0, 0.1, 0.9]),
)
def test_envelope_is_exact_in_every_column(
    n: int, n_columns: int, seed: int, cut: tuple[float, float], nan_share: float
) -> None:
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.exponential(1.0, n))
    y = rng.normal(size=n)
    y[rng.random(n) < nan_share] = np.nan
    x_min = cut[0] * x[-1]
    x_max = x_min + cut[1] * x[-1]
    drawn_x, drawn_y = MinMaxPyramid(x, y).window(x_min, x_max, n_columns)
    assert brute_force_envelope(drawn_x, drawn_y, x_min, x_max, n_columns) == brute_force_envelope(
        x, y, x_min, x_max, n_columns
    )


def test_few_samples_are_returned_untouched_with_one_beyond_each_edge() -> None:
    x = np.arange(10.0)
    drawn_x, drawn_y = MinMaxPyramid(x, x**2).window(2.5, 6.5, 100)
    assert drawn_x.tolist() == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert drawn_y.tolist() == [4.0, 9.0, 16.0, 25.0, 36.0, 49.0]


def test_a_column_has_at_most_four_points() -> None:
    x = np.linspace(0.0, 1.0, 100_000)
    drawn_x, _ = MinMaxPyramid(x, np.sin(x)).window(0.0, 1.0, 800)
    assert drawn_x.size <= 4 * 800 + 2
    assert np.all(np.diff(drawn_x) >= 0.0)


def test_one_sample_spike_is_seen_at_any_zoom() -> None:
    x = np.arange(1_000_000.0)
    y = np.zeros(x.size)
    y[654_321] = 7.0
    pyramid = MinMaxPyramid(x, y)
    for width in (1e6, 1e5, 1e4):
        _, drawn_y = pyramid.window(654_000.0, 654_000.0 + width, 500)
        assert drawn_y.max() == 7.0


def test_gap_of_missing_samples_breaks_the_line() -> None:
    x = np.arange(10_000.0)
    y = np.ones(x.size)
    y[4_000:6_000] = np.nan
    drawn_x, drawn_y = MinMaxPyramid(x, y).window(0.0, 9_999.0, 100)
    assert np.all(np.isnan(drawn_y[(drawn_x > 4_000) & (drawn_x < 6_000)]))
    assert np.all(np.isfinite(drawn_y[drawn_x < 3_999]))


def test_values_between_columns_start_and_end_at_true_samples() -> None:
    x = np.arange(1_000.0)
    drawn_x, drawn_y = MinMaxPyramid(x, x * 2.0).window(0.0, 999.0, 10)
    assert np.array_equal(drawn_y[::4], drawn_x[::4] * 2.0)
    assert np.array_equal(drawn_y[3::4], drawn_x[3::4] * 2.0)


def test_empty_trace_and_view_outside_the_data_draw_nothing_wrong() -> None:
    empty = np.array([])
    assert MinMaxPyramid(empty, empty).window(0.0, 1.0, 10)[0].size == 0
    x = np.arange(5.0)
    assert MinMaxPyramid(x, x).window(10.0, 20.0, 10)[0].tolist() == [4.0]


@pytest.mark.parametrize("x", [[0.0, 2.0, 1.0], [0.0, np.nan, 1.0]])
def test_axis_that_steps_back_is_refused(x: list[float]) -> None:
    with pytest.raises(AnalysisError, match="never decreases"):
        MinMaxPyramid(np.array(x), np.zeros(3))


def test_lengths_must_agree() -> None:
    with pytest.raises(AnalysisError, match="one length"):
        MinMaxPyramid(np.zeros(3), np.zeros(4))


@settings(max_examples=60)
@given(
    n=st.integers(2, 5_000),
    seed=st.integers(0, 2**32 - 1),
    edges=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    n_most=st.integers(4, 300),
)
def test_blocks_hold_every_extreme_and_few_points(
    n: int, seed: int, edges: tuple[float, float], n_most: int
) -> None:
    random = np.random.default_rng(seed)
    x, y = np.cumsum(random.uniform(0.1, 2.0, n)), random.normal(size=n)
    low, high = (float(x[0] + share * (x[-1] - x[0])) for share in sorted(edges))
    drawn_x, drawn_y = MinMaxPyramid(x, y).blocks(low, high, n_most)
    seen = y[(x >= low) & (x <= high)]
    assert drawn_x.size == drawn_y.size <= 2 * (n_most + 2) + n.bit_length() + 2
    assert np.all(np.diff(drawn_x) >= 0.0)
    if seen.size:
        assert drawn_y.min() <= seen.min()
        assert drawn_y.max() >= seen.max()
    assert set(drawn_y) <= set(y)


def test_blocks_lie_fixed_while_the_view_moves() -> None:
    x = np.arange(100_000.0)
    pyramid = MinMaxPyramid(x, np.random.default_rng(1).normal(size=x.size))
    one = dict(zip(*pyramid.blocks(20_000.0, 60_000.0, 500), strict=True))
    other = dict(zip(*pyramid.blocks(20_010.0, 60_010.0, 500), strict=True))
    both = set(one) & set(other)
    assert len(both) > 300
    assert all(one[place] == other[place] for place in both)


def test_few_samples_are_drawn_as_they_are_while_moving() -> None:
    x = np.arange(50.0)
    drawn_x, drawn_y = MinMaxPyramid(x, x * 2.0).blocks(10.0, 20.0, 100)
    assert drawn_x.tolist() == list(range(9, 22))
    assert np.array_equal(drawn_y, drawn_x * 2.0)
