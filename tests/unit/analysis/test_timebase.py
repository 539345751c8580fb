from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop.analysis import timebase
from apexlab_desktop.analysis.types import FloatArray
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


def noted(true_s: npt.NDArray[np.floating[Any]], sigma_s: float, seed: int = 3) -> FloatArray:
    """Stamps of even samples as a host notes them: in whole milliseconds, never out of order."""
    reach_s = 0.4 * float(np.diff(true_s).min())
    off_s = sigma_s * np.random.default_rng(seed).standard_normal(true_s.size)
    return np.round(true_s + np.clip(off_s, -reach_s, reach_s), 3)


def stepped(rate_hz: float, share: float, *, at: tuple[float, ...] = (0.4,)) -> FloatArray:
    """Instants of a receiver whose beat comes `share` of a period later from each place on."""
    count = np.arange(int(530 * rate_hz))
    n_steps = np.searchsorted(np.asarray(at) * count.size, count, side="right")
    return np.asarray((count + share * n_steps) / rate_hz)


def one_run(time_s: FloatArray, period_s: float) -> FloatArray:
    return timebase.retimed(time_s, np.zeros(time_s.size, np.int64), period_s)


@pytest.mark.parametrize("share", [-0.3, 0.1, 0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 18.0, 25.0])
def test_a_step_of_the_phase_moves_no_stamp(rate_hz: float, share: float) -> None:
    noted_s = noted(stepped(rate_hz, share, at=(0.4, 0.7, 0.72)), 0.0)
    np.testing.assert_array_equal(one_run(noted_s, 1.0 / rate_hz), noted_s)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 25.0])
def test_jitter_goes_and_the_step_of_the_phase_stays(rate_hz: float, share: float) -> None:
    true_s = stepped(rate_hz, share)
    sigma_s = 0.05 / rate_hz
    off_s = one_run(noted(true_s, sigma_s), 1.0 / rate_hz) - true_s
    # Two lines through some hundred samples; few beside a step near the jitter go astray.
    assert np.sqrt(np.mean(off_s**2)) < 0.25 * sigma_s
    assert np.quantile(np.abs(off_s), 0.99) < 0.5 * sigma_s


@pytest.mark.parametrize("n_between", [1, 2])
def test_samples_between_two_others_are_no_jitter(n_between: int) -> None:
    true_s = np.arange(568.0)
    between_s = 200.0 + np.arange(1, n_between + 1) / (n_between + 1.0)
    noted_s = np.sort(np.concatenate((true_s, between_s)))
    np.testing.assert_array_equal(one_run(noted_s, 1.0), noted_s)


def test_step_of_the_phase_in_a_dropout_stays() -> None:
    true_s = np.delete(stepped(10.0, 0.3, at=(0.5,)), slice(2650, 2670))
    off_s = one_run(noted(true_s, 0.005), 0.1) - true_s
    assert np.max(np.abs(off_s)) < 0.0015


@pytest.mark.parametrize("sigma_s", [0.0, 0.004])
def test_a_clock_that_bends_is_followed(sigma_s: float) -> None:
    """The clock gains and loses 20 ms: what it shows may be freed of jitter, not straightened."""
    true_s = np.arange(13_000) / 25.0
    clock_s = true_s + 0.02 * np.sin(2.0 * np.pi * true_s / true_s[-1])
    off_s = one_run(noted(clock_s, sigma_s), 0.04) - clock_s
    assert np.sqrt(np.mean(off_s**2)) < 0.0004
    assert np.max(np.abs(off_s)) < 0.002


def test_a_clock_that_is_fast_keeps_its_rate() -> None:
    true_s = 1.0001 * np.arange(5_000) / 10.0
    off_s = one_run(noted(true_s, 0.005), 0.1) - true_s
    assert np.max(np.abs(off_s)) < 0.0005


def test_a_clock_that_wanders_is_left_alone() -> None:
    steps_s = 0.1 + 0.005 * np.clip(np.random.default_rng(7).standard_normal(4_000), -3.0, 3.0)
    noted_s = np.cumsum(steps_s)
    assert np.max(np.abs(one_run(noted_s, 0.1) - noted_s)) < 0.02
    assert np.mean(one_run(noted_s, 0.1) == noted_s) > 0.9


def test_stray_stamps_are_left_alone_and_the_others_made_even() -> None:
    even_s = np.arange(1_000) / 10.0
    noted_s = noted(even_s, 0.003)
    noted_s[100::100] += 0.045
    off_s = one_run(noted_s, 0.1) - even_s
    is_stray = np.isin(np.arange(1_000), np.arange(100, 1_000, 100))
    assert np.max(np.abs(off_s[~is_stray])) < 0.001
    assert np.min(off_s[is_stray]) > 0.03


def test_late_packets_hold_up_no_others() -> None:
    """Delays of a radio link: many small, few beyond a period, delivered in order."""
    even_s = np.arange(13_000) / 25.0
    late_s = np.random.default_rng(8).exponential(0.006, even_s.size)
    noted_s = np.maximum.accumulate(even_s + late_s) + 1e-9 * np.arange(even_s.size)
    got_s = one_run(noted_s, 0.04)
    assert np.all(np.diff(got_s) > 0.0)
    off_s = got_s - even_s
    assert np.mean(np.abs(off_s - np.median(off_s)) < 0.0005) > 0.95


def test_scatter_near_the_period_is_not_counted_on() -> None:
    even_s = np.arange(1_000) / 10.0
    noted_s = even_s + np.random.default_rng(4).uniform(0.0, 0.099, even_s.size)
    np.testing.assert_array_equal(one_run(noted_s, 0.1), noted_s)


def test_a_beat_that_is_not_the_stated_one_is_left_alone() -> None:
    noted_s = noted(1.05 * np.arange(1_000) / 10.0, 0.005)
    np.testing.assert_array_equal(one_run(noted_s, 0.1), noted_s)


@pytest.mark.parametrize("n", [0, 1, 2, 31])
def test_few_samples_do_not_show_a_beat(n: int) -> None:
    noted_s = noted(np.arange(float(n)), 0.01) if n > 1 else np.arange(float(n))
    np.testing.assert_array_equal(one_run(noted_s, 1.0), noted_s)


@pytest.mark.parametrize(
    ("interval_s", "rate_hz", "limit_s"), [(0.01, 18.0, 0.002), (0.03, 10.0, 0.0105)]
)
def test_stamps_of_a_coarse_clock_get_their_beat_back(
    interval_s: float, rate_hz: float, limit_s: float
) -> None:
    """The host looks only every `interval_s`; what it adds alternates from sample to sample.

    What the receiver's drift adds to the mean lateness, the common measure of both periods
    (1.1 and 10 ms), cannot be seen in the stamps.
    """
    true_s = 0.0001 + 1.00007 * np.arange(4_000) / rate_hz
    late_s = one_run(np.ceil(true_s / interval_s) * interval_s, 1.0 / rate_hz) - true_s
    assert np.ptp(late_s) < limit_s


def test_many_random_beats_lose_their_jitter_only(is_long: bool) -> None:
    """At random: rate, jitter, rate of the clock, and up to four steps of the phase."""
    rng = np.random.default_rng(11)
    for case in range(300 if is_long else 30):
        rate_hz = float(rng.choice([1.0, 5.0, 10.0, 16.0, 18.0, 20.0, 25.0]))
        at = tuple(np.sort(rng.uniform(0.1, 0.9, int(rng.integers(0, 5)))))
        share = float(rng.uniform(0.1, 0.5))
        true_s = (1.0 + rng.normal(0.0, 3e-5)) * stepped(rate_hz, share, at=at)
        sigma_s = float(rng.choice([0.0, 0.02, 0.05, 0.1])) / rate_hz
        noted_s = noted(true_s, sigma_s, case)
        got_s = one_run(noted_s, 1.0 / rate_hz)
        assert np.all(np.diff(got_s) > 0.0)
        limit_s = 0.0004 + 0.4 * sigma_s
        rms_s = float(np.sqrt(np.mean((got_s - true_s) ** 2)))
        assert rms_s < limit_s, (case, rate_hz, at, share, sigma_s, rms_s)


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
