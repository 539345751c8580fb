"""The delta's band in closed form: four instants with one wandering error."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.config import DEFAULT_CONFIG as CONFIG
from apexlab_desktop.analysis.delta import delta_sigma, delta_t
from apexlab_desktop.analysis.types import FloatArray, LapTrace
from apexlab_desktop.errors import InsufficientDataError

LENGTH_M, SPEED_MPS, SIGMA_M = 3000.0, 30.0, 0.8
TAU_S = CONFIG.slow_position_tau_s
LAP_S = LENGTH_M / SPEED_MPS
STATION_M = np.linspace(0.0, LENGTH_M, 4001)


def trace(
    start_s: float = 0.0,
    *,
    sigma_m: float = SIGMA_M,
    fix_sigma_m: float = 0.0,
    offset_m: FloatArray | float = 0.0,
    method: str = "projection",
) -> LapTrace:
    time_s = STATION_M / SPEED_MPS
    return LapTrace(
        station_m=STATION_M,
        time_s=time_s,
        session_time_s=start_s + time_s,
        lateral_offset_m=np.broadcast_to(offset_m, STATION_M.shape),
        station_sigma_m=sigma_m,
        fix_sigma_m=fix_sigma_m,
        method=method,
    )


def test_sigma_is_nothing_at_the_start_and_nothing_without_error() -> None:
    assert delta_sigma(trace(), trace(1e5), None)[0] == pytest.approx(0.0, abs=1e-9)
    exact = delta_sigma(trace(sigma_m=0.0), trace(1e5, sigma_m=0.0), None)
    assert exact == pytest.approx(0.0, abs=1e-9)


def test_laps_far_apart_in_time_add_up_as_the_formula_says() -> None:
    """Each lap errs by sigma / v sqrt(2 (1 - exp(-t / tau))) against its own start."""
    got = delta_sigma(trace(), trace(1e5), None)
    time_s = STATION_M / SPEED_MPS
    each = SIGMA_M / SPEED_MPS * np.sqrt(2.0 * (1.0 - np.exp(-time_s / TAU_S)))
    assert got == pytest.approx(np.sqrt(2.0) * each, rel=2e-3, abs=1e-4)


def test_bound_of_the_page_is_reached_between_and_the_lap_times_error_at_the_end() -> None:
    got = delta_sigma(trace(), trace(1e5), None)
    lap_sigma_s = SIGMA_M / SPEED_MPS * np.sqrt(2.0 * (1.0 - np.exp(-LAP_S / TAU_S)))
    assert got[-1] == pytest.approx(np.sqrt(2.0) * lap_sigma_s)
    # sqrt(2) sigma / v for each end: both are in it.
    assert np.max(got) < 2.0 * SIGMA_M / SPEED_MPS


def test_laps_soon_after_each_other_share_most_of_the_error() -> None:
    soon, late = (delta_sigma(trace(), trace(gap_s), None) for gap_s in (1.0, 1e5))
    assert soon[-1] < 0.2 * late[-1]


def test_two_receivers_share_nothing() -> None:
    got = delta_sigma(trace(), trace(1.0), None, is_same_session=False)
    assert got == pytest.approx(delta_sigma(trace(), trace(1e5), None), abs=1e-9)


def test_error_of_the_fixes_at_the_line_comes_in_over_the_last_seconds() -> None:
    steady = delta_sigma(trace(sigma_m=0.1), trace(1e5, sigma_m=0.1), None)
    both = (trace(sigma_m=0.1, fix_sigma_m=0.8), trace(1e5, sigma_m=0.1, fix_sigma_m=0.8))
    pinned = delta_sigma(*both, None)
    # The band is computed every few metres and straight between.
    before = LENGTH_M - SPEED_MPS * CONFIG.residual_low_pass_s - 10.0 > STATION_M
    assert pinned[before] == pytest.approx(steady[before])
    lap_sigma_s = 0.8 / SPEED_MPS * np.sqrt(2.0 * (1.0 - np.exp(-LAP_S / TAU_S)))
    assert pinned[-1] == pytest.approx(np.hypot(steady[-1], np.sqrt(2.0) * lap_sigma_s))


def test_cars_side_by_side_are_less_sure_of_the_same_place() -> None:
    beside = delta_sigma(trace(sigma_m=0.0, offset_m=6.0), trace(1e5, sigma_m=0.0), None)
    middle = STATION_M.size // 2
    assert beside[middle] == pytest.approx(CONFIG.line_heading_sigma_rad * 6.0 / SPEED_MPS)
    assert beside[[0, -1]] == pytest.approx(0.0)


def test_stretched_odometer_is_least_sure_in_the_middle() -> None:
    one, other = (trace(t, sigma_m=6.0, method="normalised_odometer") for t in (0.0, 1e5))
    got = delta_sigma(one, other, None)
    assert got[[0, -1]] == pytest.approx(0.0)
    assert STATION_M[np.argmax(got)] == pytest.approx(LENGTH_M / 2.0, abs=10.0)
    assert np.max(got) == pytest.approx(np.sqrt(2.0) * 6.0 / SPEED_MPS, rel=1e-3)


def test_places_that_a_lap_did_not_reach_have_no_delta() -> None:
    short = LapTrace(
        station_m=STATION_M[:100],
        time_s=STATION_M[:100] / SPEED_MPS,
        session_time_s=STATION_M[:100] / SPEED_MPS,
        lateral_offset_m=np.zeros(100),
        station_sigma_m=0.0,
        method="projection",
    )
    got = delta_t(short, trace())
    assert np.isnan(got).tolist() == [False] * 100 + [True] * (STATION_M.size - 100)


def test_one_sample_is_no_lap() -> None:
    point = LapTrace(
        station_m=np.zeros(1),
        time_s=np.zeros(1),
        session_time_s=np.zeros(1),
        lateral_offset_m=np.zeros(1),
        station_sigma_m=0.0,
        method="projection",
    )
    with pytest.raises(InsufficientDataError):
        delta_t(point, trace())
