"""Places on the line: hairpins, parallel straights, bridges, excursions and dropouts."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import reference_line
from apexlab_desktop.analysis.projection import DrivenPath, LineTable, project
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray
from tests.unit.analysis.drives import Shape, drive, figure_eight, oval, polyline_shape, steady


def table_of(shape: Shape, length_m: float, speed_mps: float) -> LineTable:
    time_s, station_m = steady(length_m, 2, speed_mps, 25.0)
    session: AnalysedSession = drive(shape, length_m, time_s=time_s, station_m=station_m)
    line = reference_line.build(session.trajectory, session.laps)
    assert line is not None
    return LineTable(line)


def path_at(
    shape: Shape, station_m: FloatArray, offset_m: FloatArray, predicted_m: FloatArray
) -> DrivenPath:
    x, y, heading = shape(station_m)
    return DrivenPath(
        time_s=np.arange(station_m.size, dtype=np.float64) * 0.1,
        x_m=x - offset_m * np.sin(heading),
        y_m=y + offset_m * np.cos(heading),
        course_rad=heading,
        predicted_m=predicted_m,
    )


def hairpin_track() -> tuple[Shape, float]:
    """Return a kart track of two hairpins of 6 m radius, whose straights lie 12 m apart."""
    bend = (6.0 * np.pi, np.pi)
    return polyline_shape([(30.0, 0.0), bend, (60.0, 0.0), bend, (30.0, 0.0)])


def parallel_track() -> tuple[Shape, float]:
    """Return two 500 m straights 35 m apart, driven in opposite directions."""
    bend = (17.5 * np.pi, np.pi)
    return polyline_shape([(250.0, 0.0), bend, (500.0, 0.0), bend, (250.0, 0.0)])


@pytest.mark.parametrize("track", [oval, figure_eight, parallel_track])
@pytest.mark.parametrize("error_m", [-14.0, 0.0, 14.0])
def test_places_are_found_wherever_the_odometer_is_wrong_within_the_search(
    track: object, error_m: float
) -> None:
    shape, length_m = track()  # type: ignore[operator]  # one of three factories
    table = table_of(shape, length_m, 20.0)
    station_m = np.arange(20.0, length_m - 20.0, 2.0)
    offset_m = 3.0 * np.sin(station_m / 37.0)
    bump = error_m * np.sin(np.pi * station_m / length_m)
    places = project(table, path_at(shape, station_m, offset_m, station_m + bump), 20.0)
    assert places.is_valid.all()
    scale = table.length_m / length_m
    assert np.abs(places.station_m - station_m * scale).max() < 1.5
    assert np.abs(places.offset_m - offset_m).max() < 0.3


def test_hairpin_keeps_to_its_leg() -> None:
    shape, length_m = hairpin_track()
    table = table_of(shape, length_m, 8.0)
    station_m = np.arange(5.0, length_m - 5.0, 0.8)
    offset_m = 4.0 * np.sin(station_m / 12.0)  # at times two metres from the middle of both legs
    places = project(table, path_at(shape, station_m, offset_m, station_m + 5.0), 20.0)
    assert places.is_valid.all()
    assert np.abs(places.station_m - station_m).max() < 4.0
    assert np.all(np.diff(places.station_m) > 0.0)


def test_bridge_does_not_lead_onto_the_other_road() -> None:
    shape, length_m = figure_eight(100.0)
    table = table_of(shape, length_m, 20.0)
    crossing_m = np.arange(-30.0, 30.0, 1.0) + length_m / 2
    places = project(table, path_at(shape, crossing_m, 0 * crossing_m, crossing_m), 30.0)
    assert np.abs(places.station_m - crossing_m).max() < 1.0


def test_far_off_track_has_no_place_and_returns_after_it() -> None:
    shape, length_m = oval()
    table = table_of(shape, length_m, 24.0)
    station_m = np.arange(50.0, 700.0, 2.0)
    offset_m = np.where((station_m > 320.0) & (station_m < 400.0), -45.0, 0.0)
    places = project(table, path_at(shape, station_m, offset_m, station_m + 8.0), 25.0)
    assert not places.is_valid[offset_m < 0.0].any()
    assert np.isnan(places.station_m[offset_m < 0.0]).all()
    back = station_m > 402.0
    assert np.abs(places.station_m[back] - station_m[back]).max() < 1.0


def test_missing_positions_have_no_place() -> None:
    shape, length_m = oval()
    table = table_of(shape, length_m, 24.0)
    station_m = np.arange(50.0, 700.0, 2.0)
    path = path_at(shape, station_m, 0 * station_m, station_m)
    path.x_m[100:150] = np.nan
    places = project(table, path, 20.0)
    assert not places.is_valid[100:150].any()
    assert places.is_valid[:100].all()
    assert places.is_valid[150:].all()


def test_unknown_course_is_no_obstacle() -> None:
    shape, length_m = oval()
    table = table_of(shape, length_m, 24.0)
    station_m = np.arange(50.0, 700.0, 2.0)
    path = path_at(shape, station_m, 0 * station_m, station_m)
    path.course_rad[:] = np.nan
    places = project(table, path, 20.0)
    assert np.abs(places.station_m - station_m).max() < 1.0
    assert np.all(places.stretch == 1.0)


def test_wrong_way_has_no_place() -> None:
    shape, length_m = oval()
    table = table_of(shape, length_m, 24.0)
    station_m = np.arange(700.0, 50.0, -2.0)
    path = path_at(shape, station_m, 0 * station_m, station_m)
    path.course_rad[:] += np.pi
    assert not project(table, path, 20.0).is_valid.any()


def test_stretch_is_the_closed_form_on_a_circle() -> None:
    """On a circle of radius R a car 4 m inside drives R - 4 for every R of the line."""
    shape, length_m = polyline_shape([(2 * np.pi * 40.0, 2 * np.pi)])
    table = table_of(shape, length_m, 15.0)
    station_m = np.arange(20.0, 230.0, 1.0)
    offset_m = np.full(station_m.size, 4.0)
    places = project(table, path_at(shape, station_m, offset_m, station_m), 20.0)
    assert np.allclose(places.stretch, 40.0 / 36.0, rtol=0.01)


def test_no_position_at_all_is_valid_nowhere() -> None:
    shape, length_m = oval()
    table = table_of(shape, length_m, 24.0)
    station_m = np.arange(50.0, 100.0, 2.0)
    path = path_at(shape, station_m, station_m * np.nan, station_m)
    assert not project(table, path, 20.0).is_valid.any()
