"""Corners of a layout lie at the same places on every session's line, whoever drove it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_corners import KnownCorners, known_corners
from apexlab_desktop.analysis.layout_geometry import ground_line
from apexlab_desktop.analysis.layout_values import Layout
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine
from tests.unit.analysis.layout_fixture import (
    ORIGIN,
    RADIUS_M,
    STRAIGHT_M,
    shape_from,
    stadium,
)

ARC_M = np.pi * RADIUS_M
HALF_M = STRAIGHT_M + ARC_M
FIRST, SECOND = STRAIGHT_M + ARC_M / 2.0, HALF_M + STRAIGHT_M + ARC_M / 2.0
"""Stations of the apexes of the stadium's two bends."""


def corner(
    number: str, apex_m: float, half_m: float = 60.0, direction: str = "left", name: str = ""
) -> Corner:
    return Corner(
        id=f"id-{number}",
        number=number,
        name=name,
        direction=direction,
        entry_m=apex_m - half_m,
        apex_m=apex_m,
        exit_m=apex_m + half_m,
        radius_m=RADIUS_M,
        turned_rad=np.pi,
    )


def line_from(points: FloatArray) -> ReferenceLine:
    """Return points in the plane around `ORIGIN` as the reference line of a session."""
    line = ground_line(points, is_closed=True)
    return ReferenceLine(
        station_m=line.station_m,
        x_m=points[:, 0].copy(),
        y_m=points[:, 1].copy(),
        heading_rad=np.unwrap(line.heading_rad),
        curvature_per_m=np.zeros(line.station_m.size),
        length_m=line.length_m,
        is_closed=True,
        origin_lat_deg=ORIGIN[0],
        origin_lon_deg=ORIGIN[1],
    )


def layout(*corners: Corner) -> Layout:
    return Layout(id="home", name="Home", shape=shape_from(stadium()), corners=corners)


def known(home: Layout, points: FloatArray, *found: Corner, may_learn: bool = True) -> KnownCorners:
    numbers = count(1)
    return known_corners(
        home, line_from(points), found, lambda: f"new-{next(numbers)}", may_learn=may_learn
    )


BOTH = layout(corner("1", FIRST, name="North"), corner("2", SECOND))


def test_a_new_layout_takes_its_corners_as_they_were_found() -> None:
    found = known(layout(), stadium(), corner("1", FIRST), corner("2", SECOND))
    assert [(one.id, one.number) for one in found.on_line] == [("new-1", "1"), ("new-2", "2")]
    assert [one.id for one in found.stored] == ["new-1", "new-2"]
    assert found.stored[0].apex_m == pytest.approx(FIRST, abs=2.0)


def test_stored_corners_are_found_again_with_id_number_and_name() -> None:
    found = known(BOTH, stadium(), corner("7", FIRST + 12.0), corner("8", SECOND - 20.0))
    assert [(one.id, one.number, one.name) for one in found.on_line] == [
        ("id-1", "1", "North"),
        ("id-2", "2", ""),
    ]
    assert found.stored == BOTH.corners


@pytest.mark.parametrize("shift", [0, 100, 500, 900])
def test_a_line_that_starts_elsewhere_has_them_at_the_same_places(shift: int) -> None:
    points = np.roll(stadium(), -shift, axis=0)
    length_m = ground_line(points, is_closed=True).length_m
    found = known(BOTH, points)
    assert {one.id for one in found.on_line} == {"id-1", "id-2"}
    for one in found.on_line:
        home = FIRST if one.id == "id-1" else SECOND
        apart_m = (one.apex_m + 2.0 * shift - home + length_m / 2.0) % length_m - length_m / 2.0
        assert abs(apart_m) < 2.0
        assert (one.exit_m - one.entry_m) % length_m == pytest.approx(120.0, abs=3.0)


def test_the_order_is_that_of_the_sessions_own_line() -> None:
    points = np.roll(stadium(), -700, axis=0)
    assert [one.id for one in known(BOTH, points).on_line] == ["id-2", "id-1"]


def test_a_wider_line_has_them_at_the_same_places_too() -> None:
    wide = stadium(straight_m=STRAIGHT_M, radius_m=RADIUS_M + 8.0)
    found = known(BOTH, wide)
    assert [one.id for one in found.on_line] == ["id-1", "id-2"]
    arc_m = np.pi * (RADIUS_M + 8.0)
    assert found.on_line[0].apex_m == pytest.approx(STRAIGHT_M + arc_m / 2.0, abs=3.0)


def test_a_new_corner_gets_a_letter_and_nothing_is_renumbered() -> None:
    kink = corner("2", FIRST + 600.0, half_m=20.0)
    found = known(BOTH, stadium(), corner("1", FIRST), kink, corner("3", SECOND))
    assert [one.number for one in found.on_line] == ["1", "1a", "2"]
    assert [one.number for one in found.stored] == ["1", "1a", "2"]
    more = layout(*found.stored)
    again = known(more, stadium(), corner("9", FIRST + 300.0, half_m=20.0))
    assert [one.number for one in again.stored] == ["1", "1b", "1a", "2"]


def test_a_new_corner_before_the_first_follows_the_last() -> None:
    found = known(BOTH, stadium(), corner("1", 300.0, half_m=20.0))
    assert [one.number for one in found.on_line] == ["2a", "1", "2"]


def test_a_corner_of_the_other_direction_is_another_corner() -> None:
    found = known(BOTH, stadium(), corner("1", FIRST, half_m=20.0, direction="right"))
    assert [one.direction for one in found.stored].count("right") == 1
    assert {one.number for one in found.stored} >= {"1", "2"}


def test_a_second_apex_inside_a_stored_corner_is_no_new_corner() -> None:
    found = known(BOTH, stadium(), corner("1", FIRST - 5.0), corner("2", FIRST + 50.0, 8.0))
    assert found.stored == BOTH.corners


def test_few_laps_teach_no_corner() -> None:
    extra = corner("2", FIRST + 600.0, half_m=20.0)
    assert known(BOTH, stadium(), extra, may_learn=False).stored == BOTH.corners


def test_a_corner_whose_road_the_line_does_not_have_is_told() -> None:
    short = stadium()
    short = short[np.abs(short[:, 0]) < STRAIGHT_M / 2.0 + 40.0]
    far = layout(corner("1", FIRST))
    found = known(far, short)
    assert (found.on_line, found.missing) == ((), ("id-1",))


def test_a_line_driven_the_other_way_has_no_corner_of_the_layout() -> None:
    found = known(BOTH, stadium()[::-1])
    assert found.on_line == ()
    assert set(found.missing) == {"id-1", "id-2"}


def test_a_simulator_without_a_place_on_earth_keeps_what_was_found() -> None:
    line = replace(line_from(stadium()), origin_lat_deg=None, origin_lon_deg=None)
    found = (corner("1", FIRST),)
    assert known_corners(BOTH, line, found, lambda: "new").on_line == found
