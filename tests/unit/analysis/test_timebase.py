from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import timebase
from apexlab_desktop.errors import InsufficientDataError


def codes(repaired: timebase.RepairedTime) -> dict[str, int]:
    return {notice.code: notice.count for notice in repaired.notices}


def test_clean_time_is_returned_as_it_is() -> None:
    time_s = np.arange(100) / 25.0
    repaired = timebase.repair(time_s)
    np.testing.assert_array_equal(repaired.time_s, time_s)
    assert repaired.notices == ()
    assert repaired.period_s == pytest.approx(0.04)


def test_rows_without_a_time_are_dropped_aloud() -> None:
    time_s = np.arange(10) / 10.0
    time_s[3] = np.nan
    repaired = timebase.repair(time_s)
    assert repaired.kept.tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert codes(repaired) == {"time_missing": 1}


def test_a_few_samples_out_of_order_are_sorted() -> None:
    time_s = np.arange(1000) / 10.0
    time_s[[400, 401]] = time_s[[401, 400]]
    repaired = timebase.repair(time_s)
    assert np.all(np.diff(repaired.time_s) > 0)
    assert codes(repaired) == {"time_sorted": 1}


def test_a_scrambled_axis_is_refused_with_the_count() -> None:
    time_s = np.random.default_rng(1).permutation(500) / 10.0
    with pytest.raises(InsufficientDataError, match="of 500 steps going back"):
        timebase.repair(time_s)


def test_same_time_and_place_is_dropped_and_a_correction_wins() -> None:
    time_s = np.array([0.0, 0.1, 0.1, 0.2, 0.2])
    x_m = np.array([0.0, 1.0, 1.0, 2.0, 2.5])
    repaired = timebase.repair(time_s, x_m, np.zeros(5))
    assert repaired.kept.tolist() == [0, 2, 4]
    assert codes(repaired) == {"duplicate_times": 2}


def test_of_two_rows_at_one_time_the_one_with_a_position_stays() -> None:
    x_m = np.array([0.0, 1.0, np.nan, 2.0])
    repaired = timebase.repair(np.array([0.0, 0.1, 0.1, 0.2]), x_m, np.zeros(4))
    assert repaired.kept.tolist() == [0, 1, 3]


@pytest.mark.parametrize("period_s", [86_400.0, 604_800.0])
def test_clock_that_rolls_over_runs_on(period_s: float) -> None:
    true_s = period_s - 5.0 + np.arange(100) / 10.0
    repaired = timebase.repair(true_s % period_s)
    np.testing.assert_allclose(repaired.time_s, true_s, atol=1e-6)
    assert codes(repaired) == {"clock_rolled_over": 1}


def test_gap_over_two_seconds_and_resumed_recording_start_segments() -> None:
    time_s = np.concatenate((np.arange(10), np.arange(10) + 12.5)) / 1.0
    time_s = np.concatenate((np.arange(0, 1, 0.1), np.arange(3.2, 4, 0.1)))
    repaired = timebase.repair(time_s, breaks_s=(3.6,))
    assert repaired.segment.tolist() == [0] * 10 + [1] * 4 + [2] * 4


def test_one_missing_fix_at_one_hertz_is_no_segment_break() -> None:
    assert timebase.segments(np.array([0.0, 1.0, 3.0, 4.0]), 1.0).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("rate_hz", [1.0, 10.0, 25.0])
def test_host_jitter_of_a_fixed_rate_receiver_is_removed(rate_hz: float) -> None:
    rng = np.random.default_rng(3)
    even_s = np.arange(400) / rate_hz
    noted_s = even_s + rng.normal(0.0, 0.1 / rate_hz, even_s.size)
    result = timebase.retimed(noted_s, np.zeros(400, np.int64), 1.0 / rate_hz)
    assert np.std(result - even_s) < 0.012 / rate_hz
    assert np.all(np.diff(result) > 0)


def test_rounding_to_milliseconds_is_no_jitter() -> None:
    noted_s = np.round(np.arange(500) / 60.0, 3)
    assert timebase.retimed(noted_s, np.zeros(500, np.int64), 1 / 60) is not noted_s
    np.testing.assert_array_equal(
        timebase.retimed(noted_s, np.zeros(500, np.int64), 1 / 60), noted_s
    )


def test_no_sample_moves_further_than_half_a_period() -> None:
    noted_s = np.arange(200) / 10.0
    noted_s[50] += 0.08
    moved = timebase.retimed(noted_s, np.zeros(200, np.int64), 0.1) - noted_s
    assert np.max(np.abs(moved)) <= 0.05


def test_dropout_does_not_shift_what_follows() -> None:
    rng = np.random.default_rng(5)
    even_s = np.delete(np.arange(400) / 25.0, slice(100, 110))
    noted_s = even_s + rng.normal(0.0, 0.003, even_s.size)
    result = timebase.retimed(noted_s, np.zeros(even_s.size, np.int64), 0.04)
    assert np.max(np.abs(result - even_s)) < 0.002


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_samples_pass(n: int) -> None:
    repaired = timebase.repair(np.arange(float(n)))
    assert repaired.time_s.size == n
    assert np.isnan(repaired.period_s)


def test_samples_microseconds_apart_are_thinned_to_a_millisecond_and_said_so() -> None:
    burst_s = np.arange(20_000) * 1e-6
    usual_s = 0.02 + np.arange(1, 200) * 0.04
    repaired = timebase.repair(np.concatenate((burst_s, usual_s)))
    assert repaired.period_s == pytest.approx(0.04)
    assert np.count_nonzero(repaired.time_s < 0.02) == 20
    assert np.diff(repaired.time_s).min() > 0.0009
    assert [(notice.code, notice.count) for notice in repaired.notices] == [
        ("samples_thinned", 20_000 - 20)
    ]
