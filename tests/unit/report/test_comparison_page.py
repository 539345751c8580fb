from __future__ import annotations

from dataclasses import replace

import numpy as np

from apexlab_desktop.report.comparison_page import comparison_page, lap_slots, slots_of
from apexlab_desktop.report.measures import measures_of
from apexlab_desktop.units import UnitSystem
from tests.unit.report.report_fixture import comparison, with_channels

METRIC = measures_of(UnitSystem.METRIC)


def test_the_reference_has_the_first_colour_wherever_it_stands() -> None:
    assert slots_of(replace(comparison(3), reference_index=1)) == (1, 0, 2)


def test_more_laps_than_colours_are_grey() -> None:
    assert slots_of(comparison(8)) == (0, 1, 2, 3, 4, 5, None, None)
    assert len(lap_slots(comparison(8))) == 6


def test_no_comparison_has_no_colours() -> None:
    assert lap_slots(None) == {}


def test_the_legend_begins_with_the_reference() -> None:
    page = comparison_page(replace(comparison(3), reference_index=2), METRIC)
    assert [lap.label for lap in page.laps] == ["3", "1", "2"]
    assert page.laps[0].gap == "reference"


def test_a_comparison_without_position_says_how_distance_is_known() -> None:
    nothing = np.full(comparison(2).distance_m.shape, np.nan)
    compared = with_channels(comparison(2, line=None), {"x_m": nothing, "y_m": nothing})
    page = comparison_page(compared, METRIC)
    assert "distance from speed" in page.subtitle
    assert page.track_map is None
    assert "GPS" in page.map_absence


def test_what_is_left_out_is_said() -> None:
    nothing = np.full(comparison(1).distance_m.shape, np.nan)
    page = comparison_page(with_channels(comparison(1), {"accel_lat_mps2": nothing}), METRIC)
    assert page.left_out == (
        "Lateral: no values in these laps", "Time delta: needs a second lap",
    )  # fmt: skip


def test_the_page_is_free_of_absences_when_all_is_there() -> None:
    page = comparison_page(comparison(3), METRIC)
    assert page.left_out == ()
    assert page.map_absence == ""
    assert page.subtitle.startswith("2,981\u00a0m per lap")
