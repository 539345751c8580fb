from __future__ import annotations

import math

import pytest

from apexlab_desktop.app.start_lines import PlaceOnTrack, start_line_across

METRES_PER_DEGREE_NORTH = 110_574.0
"""Of WGS-84 at the equator; the length of a degree of latitude there."""
METRES_PER_DEGREE_EAST = 111_319.5


def place(east: float, north: float, **values: float | None) -> PlaceOnTrack:
    known: dict[str, float | None] = {
        "x_m": 0.0, "y_m": 0.0, "origin_lat_deg": 0.0, "origin_lon_deg": 0.0, **values,
    }  # fmt: skip
    return PlaceOnTrack(east=east, north=north, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("east", "north", "bearing_deg"),
    [(0.0, 1.0, 0.0), (1.0, 0.0, 90.0), (0.0, -1.0, 180.0), (-1.0, 0.0, 270.0)],
)
def test_bearing_runs_clockwise_from_north(east: float, north: float, bearing_deg: float) -> None:
    assert start_line_across(place(east, north)).bearing_deg == pytest.approx(bearing_deg)


def test_line_lies_at_the_place() -> None:
    line = start_line_across(place(1.0, 0.0, x_m=1_000.0, y_m=-500.0))
    assert line.lon_deg == pytest.approx(1_000.0 / METRES_PER_DEGREE_EAST, rel=1e-4)
    assert line.lat_deg == pytest.approx(-500.0 / METRES_PER_DEGREE_NORTH, rel=1e-4)


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    line = start_line_across(place(1.0, 0.0, x_m=1_000.0, origin_lat_deg=60.0))
    shorter = METRES_PER_DEGREE_EAST * math.cos(math.radians(60.0))
    assert line.lon_deg == pytest.approx(1_000.0 / shorter, rel=5e-3)


def test_planes_of_sims_lie_around_zero() -> None:
    sim = start_line_across(place(0.0, 1.0, x_m=50.0, origin_lat_deg=None, origin_lon_deg=None))
    assert sim == start_line_across(place(0.0, 1.0, x_m=50.0))
