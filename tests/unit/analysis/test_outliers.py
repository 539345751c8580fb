from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import outliers
from apexlab_desktop.analysis.types import FloatArray

RNG = np.random.default_rng(11)


def _drive(rate_hz: float, duration_s: float = 120.0) -> tuple[FloatArray, ...]:
    """A weaving drive with Doppler noise and slow plus fast position error."""
    time_s = np.arange(0.0, duration_s, 1.0 / rate_hz)
    fine_s = np.arange(0.0, duration_s, 0.001)
    course = 0.8 * np.sin(fine_s / 3.0) + fine_s / 20.0
    speed = 30.0 + 8.0 * np.sin(fine_s / 5.0)
    x = np.cumsum(speed * np.cos(course)) * 0.001
    y = np.cumsum(speed * np.sin(course)) * 0.001
    pick = np.rint(time_s * 1000).astype(int)
    n = time_s.size
    slow = 0.8 * np.sin(time_s / 9.0)
    return (
        time_s,
        x[pick] + slow + RNG.normal(0, 0.05, n),
        y[pick] - slow + RNG.normal(0, 0.05, n),
        speed[pick] + RNG.normal(0, 0.05, n),
        course[pick] + RNG.normal(0, 0.05, n) / speed[pick],
    )


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 25.0])
@pytest.mark.parametrize("with_doppler", [True, False])
def test_spikes_of_5_to_500_m_are_found_and_good_fixes_kept(
    rate_hz: float, *, with_doppler: bool
) -> None:
    time_s, x_m, y_m, speed, course = _drive(rate_hz, 1200.0)
    hit = RNG.random(time_s.size) < 0.01
    size_m = np.exp(RNG.uniform(np.log(5.0), np.log(500.0), time_s.size))
    angle = RNG.uniform(0, 2 * np.pi, time_s.size)
    x_m = x_m + np.where(hit, size_m * np.cos(angle), 0.0)
    y_m = y_m + np.where(hit, size_m * np.sin(angle), 0.0)
    velocity = (speed, course) if with_doppler else None
    found = outliers.position_spikes(time_s, x_m, y_m, velocity, 1.0 / rate_hz)
    assert np.count_nonzero(found & hit) >= 0.99 * np.count_nonzero(hit)
    assert np.count_nonzero(found & ~hit) < 0.002 * np.count_nonzero(~hit)


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 25.0])
def test_a_clean_drive_has_no_spikes(rate_hz: float) -> None:
    time_s, x_m, y_m, speed, course = _drive(rate_hz, 600.0)
    floor_m = 0.5 + 3.4 / rate_hz**2
    for velocity in ((speed, course), None):
        found = outliers.position_spikes(time_s, x_m, y_m, velocity, 1.0 / rate_hz, floor_m=floor_m)
        assert np.count_nonzero(found) < 0.002 * time_s.size + 1


@pytest.mark.parametrize("run_s", [0.3, 1.0, 3.0])
def test_frozen_run_is_missing_but_for_its_first_fix(run_s: float) -> None:
    time_s, x_m, y_m, speed, _ = _drive(25.0)
    n = round(run_s * 25)
    x_m[100 : 100 + n], y_m[100 : 100 + n] = x_m[100], y_m[100]
    found = outliers.frozen(time_s, x_m, y_m, speed, 0.04)
    assert np.flatnonzero(found).tolist() == list(range(101, 100 + n))


def test_standing_still_is_not_frozen() -> None:
    zeros = np.zeros(100)
    assert not outliers.frozen(np.arange(100) / 10, zeros, zeros, zeros, 0.1).any()


def test_one_repeated_row_at_speed_is_not_frozen() -> None:
    x_m = np.array([0.0, 3.0, 3.0, 9.0])
    found = outliers.frozen(np.arange(4) / 10, x_m, np.zeros(4), np.full(4, 30.0), 0.1)
    assert not found.any()


def test_no_fix_reads_fix_type_and_satellites_and_lets_missing_pass() -> None:
    fix_type = np.array([3.0, 1.0, 3.0, np.nan, 3.0])
    satellites = np.array([8.0, 8.0, 3.0, np.nan, 8.0])
    assert outliers.no_fix(fix_type, satellites, 5).tolist() == [False, True, True, False, False]


@pytest.mark.parametrize("value", [1.0, 0.0])
def test_fix_type_of_another_scale_condemns_nothing(value: float) -> None:
    assert not outliers.no_fix(np.full(9, value), np.zeros(9), 9).any()


def test_poor_rows_let_empty_columns_pass() -> None:
    nothing = np.full(3, np.nan)
    assert not outliers.poor_rows(nothing, nothing, 3).any()
    assert outliers.poor_rows(np.array([1.0, 2.0, 2.1]), None, 3).tolist() == [False, False, True]
    assert outliers.poor_rows(None, np.array([5.0, 6.0, 7.0]), 3).tolist() == [True, False, False]


def test_only_single_impossible_speeds_are_spikes() -> None:
    time_s = np.arange(6) / 10.0
    speed = np.array([30.0, 30.0, 80.0, 30.0, 26.5, 23.0])
    limit = 3.5 * 9.80665
    assert np.flatnonzero(outliers.speed_spikes(time_s, speed, limit)).tolist() == [2]


def test_step_that_contradicts_the_speed_is_told() -> None:
    time_s, x_m = np.arange(4) / 10.0, np.array([0.0, 3.0, 16.0, 19.0])
    found = outliers.mismatched_steps(time_s, x_m, np.zeros(4), np.full(4, 30.0))
    assert found.tolist() == [False, True, False]


def test_steps_of_a_noisy_receiver_contradict_the_speed_only_when_they_stand_out() -> None:
    random = np.random.default_rng(3)
    time_s = np.arange(2_000) / 10.0
    x_m, y_m = 30.0 * time_s + random.normal(0.0, 0.5, 2_000), random.normal(0.0, 0.5, 2_000)
    x_m[1_000] += 15.0
    speed_mps = np.full(2_000, 30.0)
    usual_m = outliers.step_scatter(time_s, x_m, y_m, speed_mps)
    assert usual_m == pytest.approx(0.5 * np.sqrt(2.0), rel=0.1)
    found = outliers.mismatched_steps(time_s, x_m, y_m, speed_mps, usual_m=usual_m)
    assert np.flatnonzero(found).tolist() == [999, 1_000]


@pytest.mark.parametrize("n", [0, 1, 4])
def test_few_fixes_are_not_judged(n: int) -> None:
    few = np.arange(float(n))
    assert not outliers.position_spikes(few, few, few, None, 1.0).any()


def test_a_spike_is_found_at_a_thousand_fixes_a_second_too() -> None:
    time_s = np.arange(5_000) / 1_000.0
    x_m = 30.0 * time_s
    x_m[[1_234, 4_998]] += 20.0
    still = np.zeros(time_s.size)
    found = outliers.position_spikes(
        time_s, x_m, still, (np.full(time_s.size, 30.0), still), period_s=0.001
    )
    assert np.flatnonzero(found).tolist() == [1_234, 4_998]
