"""A line on circuits that nobody described, in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import crossings, local_line, start_line, trajectory
from apexlab_desktop.analysis.local_line import LocalLine
from apexlab_desktop.analysis.types import FloatArray, Trajectory
from tests.oracle.synth_raw import analytic_session
from tests.unit.analysis.drives import Shape, figure_eight, oval, polyline_shape

RATE_HZ = 10.0


def driven(
    shape: Shape, station_m: FloatArray, speed_mps: FloatArray | float, time_s: FloatArray
) -> Trajectory:
    x_m, y_m, course_rad = shape(station_m)
    speeds = np.broadcast_to(np.asarray(speed_mps, dtype=np.float64), time_s.shape)
    raw = analytic_session(lambda _: (x_m, y_m, speeds, course_rad), time_s)
    found, _ = trajectory.build(raw)
    assert found is not None
    return found


def steady(shape: Shape, way_m: float, speed_mps: float = 30.0) -> Trajectory:
    time_s = np.arange(0.0, way_m / speed_mps, 1.0 / RATE_HZ)
    return driven(shape, speed_mps * time_s, speed_mps, time_s)


def detected(drive: Trajectory) -> tuple[LocalLine, float]:
    found = start_line.detect(drive)
    assert found is not None
    return local_line.localise(found[0], drive), found[1]


def n_crossings(drive: Trajectory) -> int:
    line, length_m = detected(drive)
    return int(crossings.find(drive, line, track_length_m=length_m).time_s.size)


def curvature_at(drive: Trajectory, line: LocalLine) -> float:
    away_m = np.hypot(drive.x_m - line.x_m, drive.y_m - line.y_m)
    return float(drive.curvature_per_m[int(np.argmin(away_m))])


@pytest.mark.parametrize("laps", [2.2, 3.5, 6.0])
def test_oval_has_its_length_and_a_line_across_a_straight(laps: float) -> None:
    shape, true_m = oval()
    drive = steady(shape, laps * true_m)
    line, length_m = detected(drive)
    assert length_m == pytest.approx(true_m, rel=0.003)
    assert abs(curvature_at(drive, line)) < 1.0 / 300.0
    assert abs(line.direction_x) == pytest.approx(1.0, abs=1e-3)
    assert n_crossings(drive) in (int(laps), int(laps) + 1)


def test_line_lies_on_the_faster_straight() -> None:
    shape, length_m = oval()
    time_s = np.arange(0.0, 180.0, 1.0 / RATE_HZ)
    # Fast on the half of the lap around the second straight, which is driven westwards.
    at_m, stations, speeds = 0.0, [], []
    for _ in time_s:
        pace = 34.0 - 10.0 * np.cos(2.0 * np.pi * at_m / length_m)
        stations.append(at_m)
        speeds.append(pace)
        at_m += pace / RATE_HZ
    line, _ = detected(driven(shape, np.array(stations), np.array(speeds), time_s))
    assert line.direction_x == pytest.approx(-1.0, abs=1e-3)


def test_crossing_of_an_eight_is_no_lap() -> None:
    shape, true_m = figure_eight()
    drive = steady(shape, 4.3 * true_m)
    assert detected(drive)[1] == pytest.approx(true_m, rel=0.003)
    assert n_crossings(drive) in (4, 5)


def test_parallel_straights_in_opposite_directions_are_told_apart() -> None:
    shape, true_m = oval(straight_m=500.0, radius_m=8.0)
    drive = steady(shape, 5.0 * true_m, 20.0)
    assert detected(drive)[1] == pytest.approx(true_m, rel=0.005)


def test_line_lies_beside_the_place_where_the_car_rested() -> None:
    shape, length_m = oval()
    rest_s, speed = 20.0, 30.0
    time_s = np.arange(0.0, rest_s + 4.4 * length_m / speed, 1.0 / RATE_HZ)
    driven_s = np.maximum(time_s - rest_s, 0.0)
    # It rests on the second straight and starts from there.
    station_m = 0.5 * length_m + speed * driven_s
    speeds = np.where(driven_s > 0.0, speed, 0.0)
    line, _ = detected(driven(shape, station_m, speeds, time_s))
    assert line.direction_x == pytest.approx(-1.0, abs=1e-3)


@pytest.mark.parametrize(
    "legs",
    [
        pytest.param([(2000.0, 0.0)], id="road"),
        pytest.param([(300.0, 0.0), (200.0, 1.5), (300.0, -1.0), (900.0, 0.0)], id="hill climb"),
    ],
)
def test_way_that_never_comes_back_has_no_line(legs: list[tuple[float, float]]) -> None:
    shape, length_m = polyline_shape(legs)
    assert start_line.detect(steady(shape, length_m - 1.0)) is None


def test_there_and_back_on_one_road_is_no_circuit() -> None:
    out, turn = 600.0, (np.pi * 6.0, np.pi)
    shape, length_m = polyline_shape([(out, 0.0), turn, (out, 0.0)])
    assert start_line.detect(steady(shape, length_m - 1.0, 15.0)) is None


def test_one_lap_and_ten_metres_are_too_little_support() -> None:
    shape, length_m = oval()
    assert start_line.detect(steady(shape, length_m + 10.0)) is None


def test_a_car_that_hardly_moves_has_no_line() -> None:
    shape, _ = oval()
    assert start_line.detect(steady(shape, 50.0, 5.0)) is None
