from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.report.measures import measures_of
from apexlab_desktop.report.palette import N_RAMP_BINS
from apexlab_desktop.report.track_map import track_map
from apexlab_desktop.units import UnitSystem
from tests.unit.report.report_fixture import comparison, with_channels

METRIC, IMPERIAL = measures_of(UnitSystem.METRIC), measures_of(UnitSystem.IMPERIAL)


def test_the_larger_extent_is_one_and_the_shape_is_kept() -> None:
    compared = comparison(1)
    track = track_map(compared, METRIC)
    assert track is not None
    x, y = (compared.laps[0].channels[name] for name in ("x_m", "y_m"))
    assert max(track.width, track.height) == 1.0
    assert track.width / track.height == pytest.approx(np.ptp(x) / np.ptp(y), rel=1e-3)


def test_the_scale_names_slowest_middle_and_fastest() -> None:
    compared = with_channels(
        comparison(1), {"speed_mps": np.linspace(10.0, 50.0, comparison(1).distance_m.size)}
    )
    metric, imperial = track_map(compared, METRIC), track_map(compared, IMPERIAL)
    assert metric is not None
    assert imperial is not None
    assert metric.scale == ("36", "108", "180\u00a0km/h")
    assert imperial.scale == ("22", "67", "112\u00a0mph")


def test_colours_follow_speed_from_first_bin_to_last() -> None:
    compared = with_channels(
        comparison(1), {"speed_mps": np.linspace(10.0, 50.0, comparison(1).distance_m.size)}
    )
    track = track_map(compared, METRIC)
    assert track is not None
    bins = [stretch.ramp_bin for stretch in track.stretches]
    assert bins == list(range(N_RAMP_BINS))


def test_stretches_join_into_the_whole_line() -> None:
    track = track_map(comparison(1), METRIC)
    assert track is not None
    for one, following in zip(track.stretches, track.stretches[1:], strict=False):
        np.testing.assert_array_equal(one.points[-1], following.points[0])


def test_the_start_is_the_first_place_and_looks_along_the_drive() -> None:
    compared = comparison(1)
    track = track_map(compared, METRIC)
    assert track is not None
    x, y = (compared.laps[0].channels[name] for name in ("x_m", "y_m"))
    size = max(np.ptp(x), np.ptp(y))
    assert track.start == pytest.approx(
        ((x[0] - x.min()) / size, (y[0] - y.min()) / size), abs=1e-3
    )
    course = np.arctan2(y[5] - y[0], x[5] - x[0])
    assert track.direction == pytest.approx((np.cos(course), np.sin(course)), abs=0.02)


def test_a_lap_without_its_own_position_is_drawn_on_the_reference_line() -> None:
    nothing = np.full(comparison(1).distance_m.shape, np.nan)
    track = track_map(with_channels(comparison(1), {"x_m": nothing, "y_m": nothing}), METRIC)
    assert track is not None


@pytest.mark.parametrize("missing", [("x_m", "y_m"), ("speed_mps",)])
def test_without_position_or_speed_there_is_no_map(missing: tuple[str, ...]) -> None:
    nothing = np.full(comparison(1).distance_m.shape, np.nan)
    compared = with_channels(comparison(1, line=None), dict.fromkeys(missing, nothing))
    assert track_map(compared, METRIC) is None


def test_a_car_that_stands_gives_a_map_without_dividing_by_zero() -> None:
    compared = comparison(1)
    still = np.zeros(compared.distance_m.shape)
    track = track_map(
        with_channels(compared, {"x_m": still, "y_m": still, "speed_mps": still}), METRIC
    )
    assert track is not None
    assert track.direction == (1.0, 0.0)


def test_a_gap_in_the_position_breaks_the_line() -> None:
    compared = comparison(1)
    x = compared.laps[0].channels["x_m"].copy()
    x[1_000:1_400] = np.nan
    track = track_map(with_channels(compared, {"x_m": x}), METRIC)
    assert track is not None
    assert len(track.edge) == 2


def test_the_map_is_of_the_reference() -> None:
    compared = replace(comparison(3), reference_index=2)
    track = track_map(compared, METRIC)
    assert track is not None
    assert track.caption == "lap\u00a03, speed"
