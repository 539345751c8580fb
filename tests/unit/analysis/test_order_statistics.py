"""Selections agree with numpy's to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from apexlab_desktop.analysis.order_statistics import (
    column_medians,
    median,
    quantile,
    usual_step,
)

FLOATS = arrays.arrays(
    np.float64, st.integers(1, 60), elements=st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0])
)


@given(FLOATS)
def test_the_median_is_numpys(values: np.ndarray) -> None:
    assert median(values) == np.median(values)


@given(FLOATS, st.floats(0.0, 1.0))
def test_a_quantile_is_numpys(values: np.ndarray, share: float) -> None:
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("n", [1, 2, 7, 10, 50_001, 50_000])
def test_types_and_sizes_make_no_difference(n: int, dtype: type) -> None:
    values: np.ndarray = (np.random.default_rng(n).normal(size=n) * 1e4).astype(dtype)
    before = values.copy()
    assert median(values) == float(np.median(values))
    for share in (0.0, 0.01, 0.25, 0.5, 0.9, 1.0):
        assert quantile(values, share) == float(np.quantile(values.astype(np.float64), share))
    assert (values == before).all()


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.nan, 2.0], [math.nan, 5.0]])
def test_missing_values_give_none(values: list[float]) -> None:
    assert math.isnan(median(values))
    assert math.isnan(quantile(values, 0.25))


def test_a_list_will_do() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_medians_of_columns_are_numpys(k: int) -> None:
    rows = np.random.default_rng(k).normal(size=(k, 50))
    assert column_medians(rows) == pytest.approx(np.median(rows, axis=0), abs=1e-15)


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_medians_of_columns_leave_out_what_is_not_known(k: int) -> None:
    random = np.random.default_rng(k)
    rows = random.normal(size=(k, 50))
    rows[random.random(rows.shape) < 0.4] = np.nan
    rows[0, 1:] = 0.5
    rows[:, 0] = np.nan
    expected = np.append(np.nan, np.nanmedian(rows[:, 1:], axis=0))
    assert column_medians(rows) == pytest.approx(expected, abs=1e-15, nan_ok=True)


def test_the_usual_step_is_the_median_one_and_the_mean_of_even_ones() -> None:
    assert usual_step(np.array([0.0, 1.0, 2.0, 9.0, 10.5])) == 1.25
    assert usual_step(np.linspace(0.0, 200.04, 5_002)) == pytest.approx(0.04, rel=1e-12)
    assert math.isnan(usual_step(np.array([3.0])))
