from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.gaps import hermite, plan_filling
from apexlab_desktop.analysis.types import FloatArray


def _filled(gap_s: float, jerk: float) -> float:
    """Largest error over a gap whose acceleration ramps up and down with `jerk`."""
    time_s = np.array([0.0, gap_s])
    at_s = np.linspace(0.0, gap_s, 401)

    def place(t: FloatArray) -> FloatArray:
        half = gap_s / 2.0
        first = jerk * np.minimum(t, half) ** 3 / 6.0
        late = np.maximum(t - half, 0.0)
        return (
            first
            + (jerk * half**2 / 2.0) * late
            + (jerk * half) * late**2 / 2.0
            - jerk * late**3 / 6.0
        )

    def rate(t: float) -> float:
        h = 1e-6
        low, high = max(t - h, 0.0), min(t + h, gap_s)
        return float((place(np.array([high])) - place(np.array([low])))[0] / (high - low))

    got = hermite(
        time_s,
        place(time_s),
        np.array([rate(0.0), rate(gap_s)]),
        np.zeros(at_s.size, np.int64),
        at_s,
    )
    return float(np.max(np.abs(got - place(at_s))))


@pytest.mark.parametrize("gap_s", [0.5, 1.0, 2.0])
def test_error_over_a_gap_stays_below_the_bound(gap_s: float) -> None:
    assert _filled(gap_s, 10.0) <= 10.0 * gap_s**3 / 96.0 * 1.001


def test_cubic_motion_is_filled_exactly() -> None:
    time_s = np.array([0.0, 2.0])
    at_s = np.linspace(0, 2, 9)
    got = hermite(time_s, time_s**3, 3 * time_s**2, np.zeros(9, np.int64), at_s)
    np.testing.assert_allclose(got, at_s**3, atol=1e-12)


def test_short_gaps_become_even_and_long_ones_stay_open() -> None:
    time_s = np.array([0.0, 0.1, 0.5, 0.6, 5.0])
    filling = plan_filling(time_s, np.array([0, 0, 0, 0, 1]), 0.1, 2.0)
    np.testing.assert_allclose(filling.time_s, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 5.0])
    assert filling.is_new.tolist() == [False, False, True, True, True, False, False, False]
    np.testing.assert_allclose(filling.gap_s[2:5], 0.4)


def test_jitter_is_no_gap() -> None:
    filling = plan_filling(np.array([0.0, 0.14, 0.2]), np.zeros(3, np.int64), 0.1, 2.0)
    assert not filling.is_new.any()


@pytest.mark.parametrize("missing", [(), (300,), (300, 302), (299, 300), (1,), (998,)])
def test_of_jittered_samples_only_missing_ones_are_filled(missing: tuple[int, ...]) -> None:
    """6 ms at 25 Hz: steps of over one and a half periods where nothing is missing."""
    off_s = 0.006 * np.clip(np.random.default_rng(1).standard_normal(1000), -2.5, 2.5)
    time_s = np.delete(np.arange(1000) / 25.0 + off_s, list(missing))
    assert np.count_nonzero(np.diff(time_s) > 0.06) > 3
    filling = plan_filling(time_s, np.zeros(time_s.size, np.int64), 0.04, 2.0)
    new_s = filling.time_s[filling.is_new]
    np.testing.assert_allclose(new_s, np.array(missing) / 25.0, atol=0.02)


def test_gaps_among_close_samples_never_get_more_samples_than_are_known() -> None:
    steps_s = np.tile((0.001, 0.001, 1.9), 300)
    time_s = np.append(0.0, np.cumsum(steps_s))
    filling = plan_filling(time_s, np.zeros(time_s.size, dtype=np.int64), 0.001, 2.0)
    assert time_s.size < filling.time_s.size <= 2 * time_s.size
    assert np.all(np.diff(filling.time_s) > 0.0)
    assert np.array_equal(filling.time_s[~filling.is_new], time_s)
