from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.smoothing import savgol, window_samples


@pytest.mark.parametrize(("rate_hz", "expected"), [(25.0, 13), (10.0, 5), (5.0, 5), (1.0, 5)])
def test_window_spans_half_a_second_and_at_least_five_samples(
    rate_hz: float, expected: int
) -> None:
    assert window_samples(0.5, rate_hz) == expected


@pytest.mark.parametrize("n_window", [3, 5, 13])
def test_quadratic_passes_unchanged_edges_included(n_window: int) -> None:
    t = np.arange(40.0)
    value = 3.0 - 2.0 * t + 0.25 * t**2
    np.testing.assert_allclose(savgol(value, n_window, 2), value, atol=1e-9)


def test_slope_of_a_quadratic_is_exact_edges_included() -> None:
    t = np.arange(40.0)
    np.testing.assert_allclose(savgol(0.25 * t**2, 7, 2, 1), 0.5 * t, atol=1e-9)


def test_agrees_with_scipy() -> None:
    signal = pytest.importorskip("scipy.signal")
    value = np.random.default_rng(4).normal(size=200)
    for derivative in (0, 1):
        np.testing.assert_allclose(
            savgol(value, 11, 2, derivative),
            signal.savgol_filter(value, 11, 2, derivative, mode="interp"),
            atol=1e-12,
        )


def test_has_no_phase() -> None:
    pulse = np.exp(-(((np.arange(101) - 50.0) / 6.0) ** 2))
    smooth = savgol(pulse, 9, 2)
    np.testing.assert_allclose(smooth, smooth[::-1], atol=1e-12)


def test_never_reaches_across_a_segment_break() -> None:
    value = np.concatenate((np.zeros(20), np.full(20, 100.0)))
    segment = np.repeat([0, 1], 20)
    np.testing.assert_allclose(savgol(value, 9, 2, 0, segment), value, atol=1e-9)
    np.testing.assert_allclose(savgol(value, 9, 2, 1, segment), 0.0, atol=1e-9)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_short_segments_give_finite_values(n: int) -> None:
    assert np.isfinite(savgol(np.arange(float(n)), 9, 2, 1)).all()
    assert savgol(np.arange(float(n)), 9, 2).shape == (n,)


@pytest.mark.parametrize("derivative", [0, 1])
def test_many_short_segments_are_filtered_as_each_is_by_itself(derivative: int) -> None:
    random = np.random.default_rng(3)
    sizes = random.integers(1, 9, 400)
    segment = np.repeat(np.arange(sizes.size), sizes)
    values = random.normal(size=segment.size)
    together = savgol(values, 7, 2, derivative, segment)
    alone = [savgol(part, 7, 2, derivative) for part in np.split(values, np.cumsum(sizes)[:-1])]
    assert together == pytest.approx(np.concatenate(alone), abs=1e-12)
