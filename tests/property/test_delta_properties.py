"""What must hold of every delta, whatever the laps (algorithms.md 4.3)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.analysis.delta import delta_sigma, delta_t
from apexlab_desktop.analysis.distance import grid, on_stations
from apexlab_desktop.analysis.types import FloatArray, LapTrace

LENGTH_M = 800.0
GRID_M = grid(LENGTH_M)


@st.composite
def lap_traces(draw: st.DrawFn) -> LapTrace:
    """Laps of any speeds, stops included, sampled at any spacing."""
    n = draw(st.integers(min_value=2, max_value=60))
    steps = st.floats(min_value=1e-3, max_value=50.0)
    ways = np.array(draw(st.lists(steps, min_size=n - 1, max_size=n - 1)))
    times = np.array(draw(st.lists(steps, min_size=n - 1, max_size=n - 1)))
    station_m = np.append(0.0, np.cumsum(ways))
    station_m *= LENGTH_M / station_m[-1]
    station_m[-1] = LENGTH_M
    time_s = np.append(0.0, np.cumsum(times))
    start_s = draw(st.floats(min_value=0.0, max_value=1e4))
    sigma_m = draw(st.floats(min_value=0.0, max_value=3.0))
    return LapTrace(
        station_m=station_m,
        time_s=time_s,
        session_time_s=start_s + time_s,
        lateral_offset_m=np.zeros(n),
        station_sigma_m=sigma_m,
        fast_sigma_m=0.1 * sigma_m,
        fix_sigma_m=draw(st.sampled_from([0.0, 1.0])),
        method="projection",
    )


def delta(lap: LapTrace, reference: LapTrace) -> FloatArray:
    return delta_t(lap, on_stations(reference, GRID_M))


@given(lap_traces())
def test_a_lap_is_never_later_than_itself(lap: LapTrace) -> None:
    assert np.max(np.abs(delta(lap, lap))) < 1e-9


@given(lap_traces(), lap_traces())
def test_delta_changes_sign_with_the_reference(lap: LapTrace, other: LapTrace) -> None:
    assert delta(lap, other) == pytest.approx(-delta(other, lap), abs=1e-9)


@given(lap_traces(), lap_traces())
def test_delta_closes_on_the_difference_of_lap_times(lap: LapTrace, other: LapTrace) -> None:
    found = delta(lap, other)
    assert found[0] == 0.0
    assert found[-1] == pytest.approx(lap.time_s[-1] - other.time_s[-1], abs=1e-9)


@given(lap_traces(), lap_traces(), lap_traces())
def test_deltas_of_three_laps_add_up(first: LapTrace, second: LapTrace, third: LapTrace) -> None:
    there = delta(first, second) + delta(second, third)
    assert there == pytest.approx(delta(first, third), abs=1e-9)


@given(lap_traces(), lap_traces(), st.lists(st.integers(1, GRID_M.size - 2), max_size=12))
def test_gains_of_any_parts_sum_to_the_gap(lap: LapTrace, other: LapTrace, cuts: list[int]) -> None:
    found = delta(lap, other)
    edges = [0, *sorted(cuts), GRID_M.size - 1]
    assert np.sum(np.diff(found[edges])) == pytest.approx(found[-1], abs=1e-8)


@given(lap_traces(), lap_traces(), st.booleans())
def test_band_is_finite_starts_at_nothing_and_never_is_negative(
    lap: LapTrace, other: LapTrace, is_same_session: bool
) -> None:
    sigma_s = delta_sigma(
        lap, on_stations(other, GRID_M), None, DEFAULT_CONFIG, is_same_session=is_same_session
    )
    assert np.all(np.isfinite(sigma_s))
    assert np.all(sigma_s >= 0.0)
    assert sigma_s[0] == pytest.approx(0.0, abs=1e-6)
