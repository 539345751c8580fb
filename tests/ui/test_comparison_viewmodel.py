"""The Compare worksheet's facts, without a window."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.types import Comparison
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, AxisMode, MapColour
from apexlab_desktop.units import UnitSystem
from tests.ui.comparison_fixture import make_comparison
from tests.ui.readings import comparison_of

PLACES_M = (0.0, 0.35, 700.0, 1234.567, 2109.0)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return make_comparison(has_pedals=True)


@pytest.fixture
def model(comparison: Comparison) -> ComparisonModel:
    made = ComparisonModel()
    made.set_comparison(comparison)
    return made


def test_reference_has_slot_zero_and_the_others_keep_their_order(
    comparison: Comparison,
) -> None:
    model = ComparisonModel()
    model.set_comparison(dataclasses.replace(comparison, reference_index=1))
    assert [slot.compared.label for slot in model.slots] == ["7", "5", "10"]
    assert model.slots[0].is_reference


@pytest.mark.parametrize("place_m", PLACES_M)
@pytest.mark.parametrize("name", ["speed_mps", "accel_lat_mps2", "throttle_ratio"])
def test_values_equal_numpy_interpolation(
    model: ComparisonModel, comparison: Comparison, name: str, place_m: float
) -> None:
    (row,) = model.values_at([name], place_m)
    wanted = [
        np.interp(place_m, comparison.distance_m, lap.channels[name]) for lap in comparison.laps
    ]
    assert row == pytest.approx(wanted, rel=1e-13, abs=1e-13)


def test_values_at_the_last_grid_point_are_its_own(
    model: ComparisonModel, comparison: Comparison
) -> None:
    (row,) = model.values_at(["speed_mps"], float(comparison.distance_m[-1]))
    assert row == [lap.channels["speed_mps"][-1] for lap in comparison.laps]


def test_values_outside_the_lap_are_unknown(model: ComparisonModel) -> None:
    assert np.isnan(model.values_at(["speed_mps"], 1e6)).all()
    assert np.isnan(model.values_at(["speed_mps"], float("nan"))).all()


def test_values_of_a_missing_channel_are_unknown(model: ComparisonModel) -> None:
    assert np.isnan(model.values_at(["gear"], 100.0)).all()
    assert not model.has_channel("gear")


def test_gear_is_held_between_samples(comparison: Comparison) -> None:
    gear = np.where(comparison.distance_m < 350.0, 3.0, 4.0)
    laps = tuple(
        dataclasses.replace(lap, channels={**lap.channels, "gear": gear}) for lap in comparison.laps
    )
    model = ComparisonModel()
    model.set_comparison(dataclasses.replace(comparison, laps=laps))
    index = int(np.searchsorted(comparison.distance_m, 350.0))
    before, after = comparison.distance_m[index - 1 : index + 1]
    (row,) = model.values_at(["gear"], float(before + 0.9 * (after - before)))
    assert row == [3.0, 3.0, 3.0]


def test_delta_of_the_reference_is_zero(model: ComparisonModel) -> None:
    assert not model.delta_s(0).any()


def test_another_reference_turns_the_delta_round(model: ComparisonModel) -> None:
    before = model.delta_s(1).copy()
    model.set_reference(1)
    assert model.slots[0].compared.label == "7"
    assert model.delta_s(0) == pytest.approx(-before, abs=1e-12)
    assert not model.delta_s(1).any()


def test_another_reference_swaps_only_two_colours(model: ComparisonModel) -> None:
    model.set_reference(2)
    assert [slot.compared.label for slot in model.slots] == ["10", "7", "5"]


def test_delta_sigma_follows_the_reference(comparison: Comparison) -> None:
    grid = np.ones_like(comparison.distance_m)
    sigmas = (0.0, 0.03, 0.04)
    laps = tuple(
        dataclasses.replace(lap, delta_t_sigma_s=grid * sigma)
        for lap, sigma in zip(comparison.laps, sigmas, strict=True)
    )
    model = ComparisonModel()
    model.set_comparison(dataclasses.replace(comparison, laps=laps))
    assert model.delta_sigma_s(1)[0] == 0.03
    model.set_reference(1)
    # Against the old reference the error is the same one; between two others half of each counts.
    assert model.delta_sigma_s(0)[0] == 0.03
    assert model.delta_sigma_s(1)[0] == 0.0
    assert model.delta_sigma_s(2)[0] == pytest.approx(((0.03**2 + 0.04**2) / 2) ** 0.5)


def test_hidden_lap_keeps_its_colour_and_stays_hidden_in_the_next_comparison(
    model: ComparisonModel, comparison: Comparison
) -> None:
    model.toggle_visible(1)
    assert [slot.slot for slot in model.visible_slots] == [0, 2]
    model.set_comparison(comparison)
    assert [slot.slot for slot in model.visible_slots] == [0, 2]


def test_zooming_about_a_point_keeps_it_in_place(model: ComparisonModel) -> None:
    low, high = model.view
    model.zoom(0.5, 1000.0)
    new_low, new_high = model.view
    assert (1000.0 - new_low) / (new_high - new_low) == pytest.approx((1000.0 - low) / (high - low))
    assert new_high - new_low == pytest.approx(0.5 * (high - low))


def test_zoom_history_goes_back_and_forward(model: ComparisonModel) -> None:
    whole = model.view
    model.show_range(500.0, 900.0)
    model.show_range(600.0, 700.0)
    model.undo_zoom()
    assert model.view == pytest.approx((500.0, 900.0))
    model.undo_zoom()
    assert model.view == whole
    assert not model.can_undo_zoom
    model.redo_zoom()
    assert model.view == pytest.approx((500.0, 900.0))


def test_wheel_clicks_of_one_gesture_are_one_step_of_history(model: ComparisonModel) -> None:
    whole = model.view
    for _ in range(5):
        model.zoom(0.8, 1000.0, gesture="wheel")
    model.close_gesture()
    model.undo_zoom()
    assert model.view == whole


def test_panning_stops_at_the_ends_of_the_lap(model: ComparisonModel) -> None:
    model.show_range(1000.0, 1200.0)
    model.pan(-5000.0)
    assert model.view == pytest.approx((0.0, 200.0))
    model.pan(1e6)
    low, high = model.view
    assert high == comparison_of(model).distance_m[-1]
    assert high - low == pytest.approx(200.0)


def test_zooming_out_ends_at_the_whole_lap(model: ComparisonModel) -> None:
    model.show_range(1000.0, 1200.0)
    model.zoom(1e6, 1100.0)
    assert model.is_whole_lap


def test_zooming_in_ends_at_a_few_samples(model: ComparisonModel) -> None:
    model.zoom(1e-9, 1000.0)
    low, high = model.view
    assert 4.0 < high - low < 10.0


def test_zoom_rebases_the_delta_to_zero_at_the_left_edge(
    model: ComparisonModel, comparison: Comparison
) -> None:
    model.show_range(1400.0, 2000.0)
    assert model.is_rebased
    (at_edge,), (later,) = (model.values_at([DELTA], place) for place in (1400.0, 1900.0))
    assert at_edge == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    lost = [
        np.diff(np.interp([1400.0, 1900.0], comparison.distance_m, lap.delta_t_s))[0]
        for lap in comparison.laps
    ]
    assert later == pytest.approx(lost, abs=1e-12)


def test_rebasing_can_be_switched_off(model: ComparisonModel, comparison: Comparison) -> None:
    model.show_range(1400.0, 2000.0)
    model.toggle_rebase()
    (row,) = model.values_at([DELTA], 1400.0)
    wanted = [np.interp(1400.0, comparison.distance_m, lap.delta_t_s) for lap in comparison.laps]
    assert row == pytest.approx(wanted)
    assert not model.is_rebased


def test_whole_lap_is_never_rebased(model: ComparisonModel) -> None:
    assert model.is_rebasing
    assert not model.is_rebased


def test_time_axis_keeps_the_stretch_of_track_and_comes_back(model: ComparisonModel) -> None:
    model.show_range(500.0, 900.0)
    model.toggle_axis_mode()
    assert model.axis_mode is AxisMode.TIME
    assert model.view_m == pytest.approx((500.0, 900.0), abs=1e-6)
    model.toggle_axis_mode()
    assert model.view == pytest.approx((500.0, 900.0), abs=1e-6)


def test_time_axis_holds_the_slowest_lap(model: ComparisonModel, comparison: Comparison) -> None:
    model.toggle_axis_mode()
    assert model.is_whole_lap
    assert model.view[1] == max(lap.time_s[-1] for lap in comparison.laps)


def test_over_time_the_laps_run_apart_by_real_time(
    model: ComparisonModel, comparison: Comparison
) -> None:
    assert model.places_at(1500.0) == [1500.0] * 3
    model.toggle_axis_mode()
    time_s = np.interp(1500.0, comparison.distance_m, comparison.laps[0].time_s)
    wanted = [np.interp(time_s, lap.time_s, comparison.distance_m) for lap in comparison.laps]
    assert model.places_at(1500.0) == pytest.approx(wanted)
    assert len(set(model.places_at(1500.0))) == 3


def test_over_time_values_are_read_at_one_instant(
    model: ComparisonModel, comparison: Comparison
) -> None:
    model.toggle_axis_mode()
    time_s = model.axis_of(1500.0)
    (row,) = model.values_at(["speed_mps"], 1500.0)
    wanted = [np.interp(time_s, lap.time_s, lap.channels["speed_mps"]) for lap in comparison.laps]
    assert row == pytest.approx(wanted)


def test_a_hole_in_the_reference_leaves_the_time_axis_whole(comparison: Comparison) -> None:
    hole = slice(300, 360)

    def with_hole(values: np.ndarray) -> np.ndarray:
        cut = values.copy()
        cut[hole] = np.nan
        return cut

    first, *others = comparison.laps
    first = dataclasses.replace(
        first, time_s=with_hole(first.time_s), delta_t_s=with_hole(first.delta_t_s)
    )
    model = ComparisonModel()
    model.set_comparison(dataclasses.replace(comparison, laps=(first, *others)))
    model.toggle_axis_mode()
    inside_m, edge_m = (float(comparison.distance_m[k]) for k in (330, 320))
    before_s, after_s = (float(first.time_s[k]) for k in (hole.start - 1, hole.stop))
    assert before_s < model.axis_of(inside_m) < after_s
    assert np.isfinite(model.lap_axis(0)).all()
    assert np.isnan(model.values_at([DELTA], inside_m)[0][0])
    model.show_range(edge_m, edge_m + 500.0)
    assert np.isfinite(model.view).all()
    model.toggle_axis_mode()
    assert model.view == pytest.approx((edge_m, edge_m + 500.0), abs=1e-6)


def test_view_stays_when_another_lap_of_the_track_is_added(model: ComparisonModel) -> None:
    model.show_range(500.0, 900.0)
    model.set_comparison(make_comparison((5, 7, 10, 12)))
    assert model.view == pytest.approx((500.0, 900.0))


def test_another_track_is_shown_from_end_to_end(
    model: ComparisonModel, comparison: Comparison
) -> None:
    model.show_range(500.0, 900.0)
    half = comparison.distance_m.size // 2
    laps = tuple(
        dataclasses.replace(
            lap,
            time_s=lap.time_s[:half],
            delta_t_s=lap.delta_t_s[:half],
            channels={name: values[:half] for name, values in lap.channels.items()},
        )
        for lap in comparison.laps
    )
    model.set_comparison(
        dataclasses.replace(comparison, distance_m=comparison.distance_m[:half], laps=laps)
    )
    assert model.is_whole_lap


def test_units_and_colour_changes_are_told_once(qtbot: QtBot, model: ComparisonModel) -> None:
    with qtbot.waitSignal(model.units_changed):
        model.set_units(UnitSystem.IMPERIAL)
    with qtbot.assertNotEmitted(model.units_changed):
        model.set_units(UnitSystem.IMPERIAL)
    seen = []
    for _ in MapColour:
        model.cycle_map_colour()
        seen.append(model.map_colour)
    assert seen == [*list(MapColour)[1:], MapColour.SPEED]


def test_nothing_compared_answers_quietly() -> None:
    model = ComparisonModel()
    model.set_comparison(None)
    model.zoom(0.5, 10.0)
    model.toggle_axis_mode()
    assert model.slots == ()
    assert model.reference is None
    assert model.values_at(["speed_mps"], 10.0) == [[]]
