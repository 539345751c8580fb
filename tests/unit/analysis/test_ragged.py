"""Stretches of an array against plain slices, and runs of what is true."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.ragged import Stretches, next_true, runs_of

N = 40


def stretches() -> Stretches:
    """Return stretches that overlap, one of a sample, some empty, and one up to the end."""
    return Stretches(np.array([3, 0, 5, 5, 12, 30, N]), np.array([9, 4, 6, 5, 40, N, N]))


def slices() -> list[slice]:
    found = stretches()
    return [slice(*ends) for ends in zip(found.first, found.stop, strict=True)]


def test_counts_are_those_of_slices() -> None:
    is_true = np.random.default_rng(1).random(N) < 0.4
    assert stretches().count(is_true).tolist() == [int(is_true[one].sum()) for one in slices()]


def test_least_value_is_the_first_known_one() -> None:
    values = np.round(np.random.default_rng(2).normal(size=N), 1)
    values[[4, 5, 31]] = np.nan
    found, at = stretches().least(values), stretches().least_index(values)
    for one, value, index in zip(slices(), found, at, strict=True):
        known = values[one][np.isfinite(values[one])]
        if not known.size:
            assert np.isnan(value)
            continue
        assert value == known.min()
        assert index == one.start + int(np.nanargmin(values[one]))


def test_time_is_that_of_the_gradient_of_each_slice() -> None:
    random = np.random.default_rng(3)
    time_s, is_true = np.cumsum(random.random(N)), random.random(N) < 0.5
    expected = [
        float(np.gradient(time_s[one])[is_true[one]].sum()) if one.stop - one.start > 1 else 0.0
        for one in slices()
    ]
    found = stretches()
    index, _ = found.samples()
    assert found.time_where(is_true[index], time_s) == pytest.approx(expected, abs=1e-12)


def test_no_stretch_has_nothing() -> None:
    none = Stretches(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    values = np.zeros(N)
    assert none.least(values).size == none.least_index(values).size == 0
    assert none.time_where(np.empty(0, dtype=np.bool_), values).size == 0
    assert none.count(values == 0.0).size == 0


def test_runs_are_half_open() -> None:
    found = runs_of(np.array([True, False, True, True, False, True]))
    assert found.first.tolist() == [0, 2, 5]
    assert found.stop.tolist() == [1, 4, 6]


def test_next_true_is_at_or_behind() -> None:
    found = next_true(np.array([False, True, False, True, False]))
    assert found.tolist() == [1, 1, 3, 3, 5, 5]
