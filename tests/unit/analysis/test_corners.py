"""Corners of lines whose corners are known by construction."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.corners import detect_corners
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine
from tests.unit.analysis.lines import backwards, line_of

QUARTER = np.pi / 2


def arc(radius_m: float, angle_deg: float) -> tuple[float, float]:
    angle = float(np.radians(angle_deg))
    return abs(angle) * radius_m, angle


def straight(length_m: float) -> tuple[float, float]:
    return length_m, 0.0


def signs(corners: tuple[Corner, ...]) -> list[int]:
    return [1 if corner.direction == "left" else -1 for corner in corners]


SQUARE = (
    straight(100), arc(40, 90), straight(200), arc(40, 90), straight(200), arc(40, 90),
    straight(200), arc(40, 90), straight(100),
)  # fmt: skip


def middles(legs: tuple[tuple[float, float], ...]) -> list[float]:
    """Return the middle station of every arc [m]."""
    ends = np.cumsum([length for length, _ in legs])
    return [
        float(end - 0.5 * length) for end, (length, angle) in zip(ends, legs, strict=True) if angle
    ]


def test_straight_line_has_no_corners() -> None:
    assert detect_corners(line_of((straight(500),), is_closed=False)) == ()


def test_square_has_four_lefts_at_the_middle_of_their_arcs() -> None:
    found = detect_corners(line_of(SQUARE))
    assert [corner.id for corner in found] == ["c1", "c2", "c3", "c4"]
    assert [corner.number for corner in found] == ["1", "2", "3", "4"]
    assert signs(found) == [1, 1, 1, 1]
    assert [corner.apex_m for corner in found] == pytest.approx(middles(SQUARE), abs=1.5)
    for corner in found:
        assert corner.radius_m == pytest.approx(40.0, rel=0.02)
        assert corner.turned_rad == pytest.approx(QUARTER, rel=0.02)
        assert corner.entry_m < corner.apex_m < corner.exit_m


def test_reversed_line_has_the_corners_in_reversed_order_with_the_other_sign() -> None:
    legs = (straight(150), arc(30, 120), straight(120), arc(60, -60), straight(90), arc(20, 150))
    line = line_of((*legs, straight(150)), is_closed=False)
    there, back = detect_corners(line), detect_corners(backwards(line))
    assert signs(back) == [-sign for sign in reversed(signs(there))]
    assert [line.length_m - corner.apex_m for corner in reversed(back)] == pytest.approx(
        [corner.apex_m for corner in there], abs=1.5
    )


def test_trap_13_fast_corners_are_found_whatever_their_radius() -> None:
    """1 deg/m is a radius of 57 m: all of these are faster."""
    legs = (straight(300), arc(80, 60), straight(200), arc(150, -40), straight(200), arc(400, 25))
    found = detect_corners(line_of((*legs, straight(300)), is_closed=False))
    assert signs(found) == [1, -1, 1]
    assert [corner.apex_m for corner in found] == pytest.approx(middles(legs), abs=8.0)


def test_trap_37_direction_is_that_of_the_whole_turn() -> None:
    """A flick to the left on the way into a right-hander does not make it a left."""
    legs = (straight(200), arc(60, 5), arc(40, -100), straight(200))
    (corner,) = detect_corners(line_of(legs, is_closed=False))
    assert corner.direction == "right"
    assert corner.turned_rad < 0.0


@pytest.mark.parametrize(("angle_deg", "n"), [(13.0, 0), (17.0, 1)])
def test_trap_33_corner_turns_by_fifteen_degrees_at_least(angle_deg: float, n: int) -> None:
    line = line_of((straight(200), arc(100, angle_deg), straight(200)), is_closed=False)
    assert len(detect_corners(line)) == n


@pytest.mark.parametrize(("gap_m", "n"), [(1.0, 1), (120.0, 2)])
def test_same_way_twice_is_two_corners_when_the_road_opens(gap_m: float, n: int) -> None:
    legs = (straight(200), arc(40, 70), straight(gap_m), arc(40, 70), straight(200))
    assert len(detect_corners(line_of(legs, is_closed=False))) == n


def test_double_apex_without_a_straight_between_is_one_corner() -> None:
    legs = (straight(200), arc(35, 60), arc(45, 30), arc(35, 60), straight(200))
    (corner,) = detect_corners(line_of(legs, is_closed=False))
    assert corner.turned_rad == pytest.approx(np.radians(150.0), rel=0.05)


def test_chicane_is_two_corners_of_one_complex() -> None:
    legs = (straight(200), arc(20, 45), straight(10), arc(20, -45), straight(200))
    first, second = detect_corners(line_of(legs, is_closed=False, ramp_m=5.0))
    assert (first.direction, second.direction) == ("left", "right")
    assert first.complex == second.complex != ""
    assert first.exit_m <= second.entry_m


def test_far_corners_belong_to_no_complex() -> None:
    legs = (straight(200), arc(20, 45), straight(90), arc(20, -45), straight(200))
    assert [c.complex for c in detect_corners(line_of(legs, is_closed=False))] == ["", ""]


@pytest.mark.parametrize(
    ("radius_m", "angle_deg", "kind"),
    [
        (15.0, 170.0, "hairpin"),
        (45.0, 270.0, "carousel"),
        (120.0, 45.0, "sweeper"),
        (300.0, 20.0, "kink"),
        (35.0, 90.0, "corner"),
    ],
)
def test_corner_is_named_after_its_shape(radius_m: float, angle_deg: float, kind: str) -> None:
    legs = (straight(300), arc(radius_m, angle_deg), straight(300))
    (corner,) = detect_corners(line_of(legs, is_closed=False, ramp_m=8.0))
    assert corner.kind == kind
    assert abs(np.degrees(corner.turned_rad)) == pytest.approx(angle_deg, abs=4.0)


def test_corner_over_the_start_line_is_one_corner() -> None:
    """The square again, its line in the middle of the first bend."""
    half = (0.5 * 40.0 * QUARTER, 0.5 * QUARTER)
    legs = (half, straight(200), *SQUARE[3:8], straight(200), half)
    found = detect_corners(line_of(legs))
    assert len(found) == 4
    over = [corner for corner in found if corner.entry_m > corner.exit_m]
    assert len(over) == 1
    assert over[0].turned_rad == pytest.approx(QUARTER, rel=0.05)


def test_figure_eight_has_a_left_and_a_right() -> None:
    legs = (straight(200), arc(60, 270), straight(400), arc(60, -270), straight(200))
    found = detect_corners(line_of(legs))
    assert signs(found) == [1, -1]
    assert sum(corner.turned_rad for corner in found) == pytest.approx(0.0, abs=0.05)


def test_zones_do_not_overlap_and_are_fifteen_metres_at_least() -> None:
    legs = (straight(80), arc(9, 45), arc(9, -45), arc(9, 45), arc(9, -45), straight(80))
    found = detect_corners(line_of(legs, is_closed=False, ramp_m=2.0))
    assert len(found) == 4
    for before, after in itertools.pairwise(found):
        assert before.exit_m <= after.entry_m + 1e-6


def test_kart_hairpin_and_fast_kink_are_found_on_one_line() -> None:
    legs = (straight(200), arc(7, 180), straight(300), arc(500, -20), straight(300))
    assert signs(detect_corners(line_of(legs, is_closed=False, ramp_m=4.0))) == [1, -1]


def test_ripple_of_the_line_makes_no_corners() -> None:
    """Half a metre of wander with a wave of 60 m: 1/180 m of curvature, 3 deg of heading."""
    line = line_of(SQUARE)
    ripple = 0.05 * np.sin(2.0 * np.pi * line.station_m / line.length_m * 18)
    rippled = replace(line, heading_rad=line.heading_rad + ripple)
    assert signs(detect_corners(rippled)) == [1, 1, 1, 1]


def speeds(line: ReferenceLine, dips: dict[float, float]) -> FloatArray:
    """Return 50 m/s with dips to the given share at the given stations [m/s]."""
    speed = np.full(line.station_m.size, 50.0)
    for at_m, share in dips.items():
        near = np.exp(-(((line.station_m - at_m) / 40.0) ** 2))
        speed *= 1.0 - (1.0 - share) * near
    return speed


@pytest.mark.parametrize(
    ("share", "character"),
    [(0.975, "flat"), (0.965, "lift"), (0.885, "lift"), (0.87, "brake")],
)
def test_trap_33_character_has_both_sides_of_its_bounds(share: float, character: str) -> None:
    legs = (straight(300), arc(60, 60), straight(300))
    line = line_of(legs, is_closed=False)
    (corner,) = detect_corners(line, speeds(line, {middles(legs)[0]: share}))
    assert corner.character == character


def test_car_that_only_speeds_up_through_a_corner_loses_nothing() -> None:
    line = line_of((straight(300), arc(150, 40), straight(300)), is_closed=False)
    (corner,) = detect_corners(line, np.linspace(30.0, 60.0, line.station_m.size))
    assert corner.character == "flat"


def test_without_speed_the_character_is_not_known() -> None:
    assert {corner.character for corner in detect_corners(line_of(SQUARE))} == {""}


def test_phone_does_not_part_a_bend_at_a_short_straight() -> None:
    """Sixteen metres of straight are what the error of its positions makes of any bend."""
    legs = (straight(200), arc(60, 80), straight(16), arc(60, 80), straight(200))
    line = line_of(legs, is_closed=False)
    assert len(detect_corners(line, None, DEFAULT_CONFIG)) == 2
    assert len(detect_corners(replace(line, position_sigma_m=3.0), None, DEFAULT_CONFIG)) == 1
