"""A lap moved along the track against the reference."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, AxisMode
from apexlab_desktop.ui.viewmodels.shifted_lap import shifted, shifted_time_s
from tests.ui.comparison_fixture import make_comparison
from tests.ui.readings import comparison_of

GRID_M = np.arange(0.0, 100.5, 0.5)


@pytest.mark.parametrize("by_m", [3.0, -3.0, 0.25])
def test_a_shifted_slope_reads_its_value_further_back(by_m: float) -> None:
    moved = shifted(GRID_M, 2.0 * GRID_M, by_m)
    inside = (by_m <= GRID_M) & (100.0 + by_m >= GRID_M)
    np.testing.assert_allclose(moved[inside], 2.0 * (GRID_M[inside] - by_m))
    assert np.isnan(moved[~inside]).all()


def test_a_held_channel_is_never_averaged() -> None:
    gear = np.where(GRID_M < 50.0, 3.0, 4.0)
    moved = shifted(GRID_M, gear, 0.2, is_stepped=True)
    assert set(moved[1:]) == {3.0, 4.0}
    assert moved[100] == 3.0


def test_an_even_pace_loses_nothing_by_a_shift() -> None:
    time_s = GRID_M / 40.0
    np.testing.assert_allclose(shifted_time_s(GRID_M, time_s, time_s, 7.0), time_s, atol=1e-12)


@pytest.mark.parametrize("by_m", [5.0, -5.0])
def test_times_of_a_shifted_lap_follow_the_closed_form(by_m: float) -> None:
    """With t = s^2 / k, a lap drawn d further on is at s on (s - d)^2 / k, clocks set at d."""
    k = 1000.0
    time_s = GRID_M**2 / k
    first_m = max(by_m, 0.0)
    inside = (by_m <= GRID_M) & (100.0 + by_m >= GRID_M)
    wanted = ((GRID_M - by_m) ** 2 - (first_m - by_m) ** 2 + first_m**2) / k
    moved = shifted_time_s(GRID_M, time_s, time_s, by_m)
    # A chord of the parabola over one step is off by step^2 / (4 k) at most.
    np.testing.assert_allclose(moved[inside], wanted[inside], atol=2 * 0.5**2 / (4 * k))
    assert (np.diff(moved) > 0.0).all()


@pytest.fixture
def model() -> ComparisonModel:
    made = ComparisonModel()
    made.set_comparison(make_comparison())
    return made


def test_a_shifted_lap_reads_at_the_new_place_what_it_read_at_the_old(
    model: ComparisonModel,
) -> None:
    before = model.values_at(["speed_mps"], 1000.0)[0]
    model.shift_lap(1, 1.0)
    model.shift_lap(1, 1.4)
    after = model.values_at(["speed_mps"], 1002.4)[0]
    assert model.shift_m(1) == pytest.approx(2.4)
    # Both are read between grid points, so the noise of a sample or two is between them.
    assert after[1] == pytest.approx(before[1], abs=0.2)
    assert model.values_at(["speed_mps"], 1000.0)[0][0] == before[0]


def test_the_reference_is_never_shifted(model: ComparisonModel) -> None:
    model.shift_lap(0, 5.0)
    assert not model.reset_shifts()


def test_delta_of_a_shifted_lap_is_zero_where_both_laps_begin(model: ComparisonModel) -> None:
    model.shift_lap(1, 7.0)
    delta_s = model.delta_s(1)
    grid_m = comparison_of(model).distance_m
    assert np.isnan(delta_s[grid_m < 7.0]).all()
    assert delta_s[grid_m >= 7.0][0] == pytest.approx(0.0, abs=1e-12)
    assert model.reset_shifts()
    assert model.delta_s(1)[0] == 0.0


def test_shifts_stay_when_laps_are_added(model: ComparisonModel) -> None:
    model.shift_lap(1, 3.0)
    model.set_comparison(make_comparison((5, 7, 10, 12)))
    assert [model.shift_m(index) for index in range(4)] == [0.0, 3.0, 0.0, 0.0]


@pytest.mark.parametrize("is_compared_anew", [True, False])
def test_another_reference_leaves_laps_where_they_were_against_each_other(
    model: ComparisonModel, *, is_compared_anew: bool
) -> None:
    def choose(slot: int) -> None:
        index = model.slots[slot].lap_index
        if is_compared_anew:
            model.set_comparison(dataclasses.replace(make_comparison(), reference_index=index))
        else:
            model.set_reference(slot)

    model.shift_lap(1, 3.0)
    choose(2)
    assert [model.shift_m(index) for index in range(3)] == [0.0, 3.0, 0.0]
    choose(next(slot.slot for slot in model.slots if slot.lap_index == 1))
    assert [model.shift_m(index) for index in range(3)] == [-3.0, 0.0, -3.0]
    choose(next(slot.slot for slot in model.slots if slot.lap_index == 0))
    assert [model.shift_m(index) for index in range(3)] == [0.0, 3.0, 0.0]


def test_fewer_laps_are_told_of_once_only(model: ComparisonModel) -> None:
    """A plot that heard of shifts first would read laps that it does not know yet."""
    model.shift_lap(1, 3.0)
    told: list[str] = []
    model.comparison_changed.connect(lambda: told.append("laps"))
    model.shift_changed.connect(lambda: told.append("shifts"))
    model.set_comparison(make_comparison((5, 7)))
    assert told == ["laps"]
    assert model.shift_m(1) == 3.0


def test_laps_are_known_again_by_what_they_are_not_by_what_they_are_called(
    model: ComparisonModel,
) -> None:
    made = make_comparison()
    model.set_comparison(made, ("five", "seven", "ten"))
    model.shift_lap(1, 2.0)
    model.set_visible(2, is_visible=False)
    renamed = tuple(dataclasses.replace(lap, label=f"{lap.label} (June)") for lap in made.laps)
    model.set_comparison(dataclasses.replace(made, laps=renamed), ("five", "seven", "ten"))
    assert model.shift_m(1) == 2.0
    assert [slot.is_visible for slot in model.slots] == [True, True, False]


def test_over_time_a_shifted_lap_still_has_an_axis(model: ComparisonModel) -> None:
    model.shift_lap(1, 4.0)
    model.toggle_axis_mode()
    assert model.axis_mode is AxisMode.TIME
    axis = model.lap_axis(1)
    assert np.isfinite(axis).all()
    assert (np.diff(axis) > 0.0).all()
    assert np.isfinite(model.values_at([DELTA], 1500.0)[0]).all()
