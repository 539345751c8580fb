"""The line of least curvature inside a width: bends, straights, whole laps."""

from __future__ import annotations

import time

import numpy as np
import pytest

from apexlab_desktop.analysis.fitted_line import FittedLine, fit_line, path_along
from apexlab_desktop.analysis.min_curvature import (
    Corridor,
    least_curvature_line,
    places,
    usable,
)
from apexlab_desktop.analysis.min_curvature_line import GivenLine, freed_line
from apexlab_desktop.analysis.optimal_profile import optimal_profile
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.analysis.vehicle_model import PointMass, Tyre
from apexlab_desktop.errors import InsufficientDataError

STEP_M = 3.0
CAR = PointMass(mass_kg=1300.0, power_w=200e3, tyre=Tyre(mu=1.2), drag_area_m2=0.7)


def bend(radius_m: float, angle_rad: float, straight_m: float = 400.0) -> FloatArray:
    """Return the centre of a straight, a bend to the left and a straight, shape (2, n)."""
    fine = 0.05
    before = np.arange(-straight_m, 0.0, fine)
    turn = np.arange(0.0, angle_rad, fine / radius_m)
    behind = np.arange(fine, straight_m, fine)
    end = radius_m * np.array((np.sin(angle_rad), 1.0 - np.cos(angle_rad)))
    ahead = np.array((np.cos(angle_rad), np.sin(angle_rad)))
    return np.hstack(
        (
            np.stack((before, 0.0 * before)),
            radius_m * np.stack((np.sin(turn), 1.0 - np.cos(turn))),
            end[:, None] + ahead[:, None] * behind,
        )
    )[:, :: round(STEP_M / fine)]


def corridor_of(centre: FloatArray, half_m: float, *, is_closed: bool) -> Corridor:
    room = np.full(centre.shape[1], half_m)
    return Corridor(x_m=centre[0], y_m=centre[1], left_m=room, right_m=room, is_closed=is_closed)


def circuit() -> FloatArray:
    """Return a closed centre line of 2.3 km that turns both ways, shape (2, n)."""
    angle = np.linspace(0.0, 2.0 * np.pi, 40_001)
    radius = 320.0 + 55.0 * np.sin(3.0 * angle) + 37.0 * np.cos(5.0 * angle)
    dense = np.stack((radius * np.cos(angle), radius * np.sin(angle)))
    way = np.append(0.0, np.cumsum(np.hypot(*np.diff(dense, axis=1))))
    at = np.arange(0.0, way[-1] - 0.5 * STEP_M, STEP_M)
    return np.stack([np.interp(at, way, row) for row in dense])


def line_through(points: FloatArray, step_m: float = 1.0) -> FittedLine:
    return fit_line(points[0], points[1], step_m)


@pytest.mark.parametrize("angle_rad", [np.pi / 2.0, np.pi / 3.0])
def test_bend_is_driven_out_in_out(angle_rad: float) -> None:
    radius, half = 60.0, 5.0
    centre = bend(radius, angle_rad)
    corridor = corridor_of(centre, half, is_closed=False)
    offset = least_curvature_line(corridor)
    middle = 400.0 / STEP_M + 0.5 * angle_rad * radius / STEP_M
    at = round(middle)
    assert offset[at - 3 : at + 4].max() == pytest.approx(half, abs=0.1)
    assert offset[: at - 10].min() == pytest.approx(-half, abs=0.05)
    assert offset[at + 10 :].min() == pytest.approx(-half, abs=0.05)
    # The widest single arc is wider than any line that bends least in the squares: its apex radius
    # is an upper bound, the centre line a lower one.
    line = line_through(places(corridor, offset))
    tightest = 1.0 / float(np.abs(line.curvature_per_m).max())
    widest = radius - half + 2.0 * half / (1.0 - np.cos(0.5 * angle_rad))
    assert radius < tightest < widest


def test_straight_stays_straight() -> None:
    centre = np.stack((np.arange(0.0, 600.0, STEP_M), np.zeros(200)))
    offset = least_curvature_line(corridor_of(centre, 4.0, is_closed=False))
    assert np.abs(offset).max() < 1e-3


def test_line_of_a_lap_never_leaves_the_width() -> None:
    centre = circuit()
    corridor = corridor_of(centre, 5.0, is_closed=True)
    line = line_through(places(corridor, least_curvature_line(corridor)), 0.5)
    middle = line_through(centre, 0.25)
    pairs = zip(line.x_m, line.y_m, strict=True)
    away = np.array([np.hypot(middle.x_m - x, middle.y_m - y).min() for x, y in pairs])
    # The nearest of points a quarter of a metre apart is at most 2 mm farther than the line.
    assert away.max() < 5.0 + 0.01


def test_line_of_a_lap_bends_less_and_is_faster() -> None:
    centre = circuit()
    corridor = corridor_of(centre, 5.0, is_closed=True)
    lines = [
        line_through(points)
        for points in (centre, places(corridor, least_curvature_line(corridor)))
    ]
    bent = [float(np.mean(one.curvature_per_m**2)) * one.length_m for one in lines]
    times = [optimal_profile(path_along(one), CAR).lap_time_s for one in lines]
    assert bent[1] < 0.85 * bent[0]
    assert times[1] < 0.97 * times[0]


@pytest.mark.serial
def test_lap_of_2_km_takes_less_than_a_second() -> None:
    corridor = corridor_of(circuit(), 5.0, is_closed=True)
    least_curvature_line(corridor)
    start = time.process_time()
    least_curvature_line(corridor)
    assert time.process_time() - start < 1.0


def test_mirrored_track_has_the_mirrored_line() -> None:
    centre = circuit()
    one = least_curvature_line(corridor_of(centre, 5.0, is_closed=True))
    other = least_curvature_line(corridor_of(centre * [[1.0], [-1.0]], 5.0, is_closed=True))
    assert other == pytest.approx(-one, abs=0.05)


def test_car_takes_its_width_from_the_track() -> None:
    room = usable(np.array([5.0, 1.0, 0.5]), np.array([3.0, 1.0, 0.5]), 2.0)
    assert room == pytest.approx(np.array([[4.0, 0.0, 0.0], [2.0, 0.0, 0.0]]))


def test_freed_line_follows_the_hills_of_the_given_one() -> None:
    centre = circuit()
    n = centre.shape[1]
    given = GivenLine(
        x_m=centre[0],
        y_m=centre[1],
        z_m=5.0 * np.sin(2.0 * np.pi * np.arange(n) / n),
        left_m=np.full(n, 5.0),
        right_m=np.full(n, 5.0),
    )
    line = freed_line(given, 1.0, 1.8)
    assert np.degrees(line.grade_rad).max() == pytest.approx(0.78, abs=0.1)


def test_line_without_widths_cannot_be_freed() -> None:
    centre = circuit()
    with pytest.raises(InsufficientDataError):
        freed_line(GivenLine(x_m=centre[0], y_m=centre[1]), 1.0, 1.8)


def test_track_narrower_than_the_car_leaves_no_choice() -> None:
    centre = circuit()
    narrow = np.full(centre.shape[1], 0.5)
    given = GivenLine(x_m=centre[0], y_m=centre[1], left_m=narrow, right_m=narrow)
    with pytest.raises(InsufficientDataError):
        freed_line(given, 1.0, 1.8)
