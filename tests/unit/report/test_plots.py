from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.types import Comparison, FloatArray
from apexlab_desktop.report.comparison_page import slots_of
from apexlab_desktop.report.measures import measures_of
from apexlab_desktop.report.page_model import Plot
from apexlab_desktop.report.plots import comparison_plots
from apexlab_desktop.units import UnitSystem
from tests.unit.report.report_fixture import comparison, with_channels, with_pedals


def plots(compared: Comparison, units: UnitSystem = UnitSystem.METRIC) -> dict[str, Plot]:
    made = comparison_plots(compared, slots_of(compared), measures_of(units))
    return {plot.title: plot for plot in made}


def with_sigma(compared: Comparison, sigma_s: FloatArray) -> Comparison:
    return replace(
        compared, laps=tuple(replace(one, delta_t_sigma_s=sigma_s) for one in compared.laps)
    )


def nothing(compared: Comparison) -> FloatArray:
    return np.full(compared.distance_m.shape, np.nan)


def test_plots_stand_in_the_order_and_stretch_of_the_compare_page() -> None:
    assert [(plot.title, plot.stretch) for plot in plots(comparison()).values()] == [
        ("Speed", 5), ("Time delta", 3), ("Lateral", 3), ("Longitudinal", 3),
    ]  # fmt: skip


def test_pedals_stand_between_speed_and_delta() -> None:
    assert list(plots(with_pedals(comparison()))) == [
        "Speed", "Throttle", "Brake", "Time delta", "Lateral", "Longitudinal",
    ]  # fmt: skip


def test_brake_pressure_stands_in_for_a_brake_pedal() -> None:
    compared = comparison(2)
    # 1 bar is 100 000 Pa.
    pressure = np.full(compared.distance_m.shape, 30e5)
    plot = plots(with_channels(compared, {"brake_pressure_pa": pressure}))["Brake pressure"]
    assert plot.unit == "bar"
    assert plot.legend[0].value == "top 30.0"


def test_speed_is_in_the_unit_people_read() -> None:
    compared = comparison(2)
    steady = with_channels(compared, {"speed_mps": np.full(compared.distance_m.shape, 44.704)})
    assert plots(steady, UnitSystem.IMPERIAL)["Speed"].legend[0].value == "top 100.0"
    assert plots(steady)["Speed"].legend[0].value == "top 160.9"


def test_acceleration_is_in_g_with_signs() -> None:
    compared = comparison(1)
    turn = np.linspace(-9.80665, 2 * 9.80665, compared.distance_m.size)
    plot = plots(with_channels(compared, {"accel_lat_mps2": turn}))["Lateral"]
    assert plot.legend[0].value == "\u22121.00 to +2.00"


def test_the_delta_ends_in_the_gap_and_leaves_the_reference_out() -> None:
    compared = comparison(3)
    plot = plots(compared)["Time delta"]
    assert [one.slot for one in plot.legend] == [1, 2]
    assert plot.legend[0].value == f"{compared.laps[1].gap_s:+.3f}".replace("-", "\u2212")
    assert plot.note == "to lap\u00a01, up is slower"


def test_a_delta_that_grows_is_drawn_upwards() -> None:
    compared = comparison(2)
    later = np.linspace(0.0, 1.0, compared.distance_m.size)
    slow = replace(compared.laps[1], delta_t_s=later)
    (one,) = plots(replace(compared, laps=(compared.laps[0], slow)))["Time delta"].legend
    assert one.runs[0][-1, 1] > one.runs[0][0, 1]


def test_the_zero_of_the_delta_is_always_in_view() -> None:
    compared = comparison(2)
    late = replace(compared.laps[1], delta_t_s=np.full(compared.distance_m.shape, 5.0))
    plot = plots(replace(compared, laps=(compared.laps[0], late)))["Time delta"]
    assert plot.y.zero is not None


# A band of 95 % is 2 x 1.96 sigma wide: 0.05 s is reached at sigma = 0.012755 s.
@pytest.mark.parametrize(("sigma_s", "is_drawn"), [(0.0127, False), (0.0128, True)])
def test_a_band_is_drawn_where_it_is_wider_than_0_05_s(sigma_s: float, *, is_drawn: bool) -> None:
    compared = comparison(2)
    made = plots(with_sigma(compared, np.full(compared.distance_m.shape, sigma_s)))["Time delta"]
    assert bool(made.legend[0].bands) is is_drawn
    assert ("band" in made.note) is is_drawn


def test_a_band_reaches_1_96_sigma_to_both_sides() -> None:
    compared = comparison(2)
    flat = replace(compared.laps[1], delta_t_s=np.full(compared.distance_m.shape, 0.2))
    sigma = np.full(compared.distance_m.shape, 0.1)
    plot = plots(with_sigma(replace(compared, laps=(compared.laps[0], flat)), sigma))["Time delta"]
    (band,) = plot.legend[0].bands
    edges = plot.y.low + np.array((band[:, 1].min(), band[:, 1].max())) * plot.y.span
    assert edges == pytest.approx([0.2 - 0.196, 0.2 + 0.196])


def test_a_band_covers_only_the_places_where_it_is_wide() -> None:
    compared = comparison(2)
    n = compared.distance_m.size
    sigma = np.where(np.arange(n) < n // 2, 0.001, 0.1)
    (band,) = plots(with_sigma(compared, sigma))["Time delta"].legend[0].bands
    # Half a percent of the lap more, so that a band does not flicker at the threshold.
    assert band[:, 0].min() == pytest.approx(0.495, abs=0.001)


def test_a_band_does_not_flicker_at_the_threshold() -> None:
    compared = comparison(2)
    sigma = np.where(np.arange(compared.distance_m.size) % 2, 0.0127, 0.0128)
    assert len(plots(with_sigma(compared, sigma))["Time delta"].legend[0].bands) == 1


def test_a_quantity_without_values_has_no_plot() -> None:
    compared = comparison(2)
    made = plots(with_channels(compared, {"accel_lat_mps2": nothing(compared)}))
    assert list(made) == ["Speed", "Time delta", "Longitudinal"]


def test_a_lap_without_the_channel_is_missing_from_its_plot_only() -> None:
    compared = with_channels(comparison(3), {"speed_mps": nothing(comparison(3))}, laps=[1])
    assert [one.slot for one in plots(compared)["Speed"].legend] == [0, 2]
    assert [one.slot for one in plots(compared)["Lateral"].legend] == [0, 1, 2]


def test_infinite_values_neither_stretch_the_axis_nor_are_drawn() -> None:
    compared = comparison(1)
    speed = compared.laps[0].channels["speed_mps"].copy()
    speed[100] = np.inf
    plot = plots(with_channels(compared, {"speed_mps": speed}))["Speed"]
    assert np.isfinite(plot.y.high)
    assert len(plot.series[0].runs) == 2


def test_one_lap_has_no_delta() -> None:
    assert "Time delta" not in plots(comparison(1))


def test_a_grid_without_length_has_no_plots() -> None:
    compared = comparison(1)
    assert plots(replace(compared, distance_m=compared.distance_m[:1])) == {}


def test_laps_beyond_six_are_grey_and_behind() -> None:
    speed = plots(comparison(9))["Speed"]
    assert [one.slot for one in speed.series] == [None, None, None, 0, 1, 2, 3, 4, 5]
    assert len(speed.legend) == 6


def test_a_grey_lap_has_fewer_points_than_a_coloured_one() -> None:
    series = plots(comparison(60))["Speed"].series
    assert max(len(run) for run in series[0].runs) < 100


def test_a_long_label_is_cut_in_the_head_of_a_plot() -> None:
    compared = comparison(1)
    long = replace(compared, laps=(replace(compared.laps[0], label="7 (14 Jun, long name)"),))
    assert plots(long)["Speed"].legend[0].label == "L7 (14 Jun, l…"
