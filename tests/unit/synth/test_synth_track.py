"""Tracks close, turn by whole turns and have the features they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth import TRACKS, Track, load_track
from tests.unit.synth.synth_fixture import BOTH_WAYS, CLOSED_TRACKS

LENGTHS_M = {
    "kart-bowl": 950.0,
    "club-short": 2100.0,
    "club-long": 3700.0,
    "grand-circuit": 5400.0,
    "hill-eight": 2600.0,
}
N_CORNERS = {"kart-bowl": 9, "club-short": 8, "club-long": 14, "grand-circuit": 16}
TURNS = {"kart-bowl": 1, "hill-eight": 0}


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_positions_are_the_integral_of_the_heading(name: str, reverse: bool) -> None:
    track = load_track(name, is_reversed=reverse)
    station = np.linspace(track.first_m + 1.0, track.last_m - 1.0, 4001)
    h = 1e-3
    ahead, behind = track.at(station + h), track.at(station - h)
    here = track.at(station)
    # Rounding of positions near 1e3 m over 2 mm: 1e-13 / 2e-3, and h^2 k^2 / 6.
    np.testing.assert_allclose(
        (ahead.x_m - behind.x_m) / (2 * h), np.cos(here.heading_rad), atol=1e-8
    )
    np.testing.assert_allclose(
        (ahead.y_m - behind.y_m) / (2 * h), np.sin(here.heading_rad), atol=1e-8
    )


@pytest.mark.parametrize("name", TRACKS)
def test_curvature_and_its_rate_are_derivatives_of_the_heading(name: str) -> None:
    track = load_track(name)
    station = np.linspace(track.first_m + 1.0, track.last_m - 1.0, 4001)
    h = 1e-4
    line = track.centreline
    ahead, behind, here = (line.direction(station + d) for d in (h, -h, 0.0))
    np.testing.assert_allclose((ahead[0] - behind[0]) / (2 * h), here[1], atol=1e-9)
    np.testing.assert_allclose((ahead[1] - behind[1]) / (2 * h), here[2], atol=1e-7)


@pytest.mark.parametrize("name", CLOSED_TRACKS)
@pytest.mark.parametrize("reverse", [False, True])
def test_closed_tracks_end_where_they_began(name: str, reverse: bool) -> None:
    line = load_track(name, is_reversed=reverse).centreline
    assert math.hypot(line.x_m[-1] - line.x_m[0], line.y_m[-1] - line.y_m[0]) < 1e-8


@pytest.mark.parametrize("name", CLOSED_TRACKS)
@pytest.mark.parametrize("reverse", [False, True])
def test_curvature_adds_up_to_one_turn_or_none_on_the_eight(name: str, reverse: bool) -> None:
    track = load_track(name, is_reversed=reverse)
    turns = TURNS.get(name, -1) * (-1 if reverse else 1)
    assert track.centreline.turned_rad == pytest.approx(2 * math.pi * turns, abs=1e-9)


@pytest.mark.parametrize(("name", "length_m"), LENGTHS_M.items())
def test_tracks_have_their_length(name: str, length_m: float) -> None:
    assert load_track(name).length_m == pytest.approx(length_m, abs=1e-6)


@pytest.mark.parametrize(("name", "n"), N_CORNERS.items())
def test_tracks_have_their_number_of_corners(name: str, n: int) -> None:
    corners = load_track(name).corners
    assert [corner.number for corner in corners] == list(range(1, n + 1))


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_corner_list_tells_what_the_curvature_does(name: str, reverse: bool) -> None:
    track = load_track(name, is_reversed=reverse)
    previous_end = track.first_m
    for corner in track.corners:
        assert previous_end <= corner.start_m + 1e-9
        previous_end = corner.end_m
        station = np.linspace(corner.start_m, corner.end_m, 2001)
        curvature = track.centreline.direction(station)[1]
        assert np.all(corner.sign * curvature >= -1e-12)
        assert np.max(np.abs(curvature)) == pytest.approx(1 / corner.radius_m, rel=1e-9)
        turned = math.degrees(np.trapezoid(curvature, station))
        assert turned == pytest.approx(corner.angle_deg, abs=1e-3)
        apex = track.centreline.direction(np.array(corner.apexes_m))[1]
        assert abs(apex[0]) <= 1 / corner.radius_m + 1e-12
        assert corner.apex_m in corner.apexes_m


@pytest.mark.parametrize("name", TRACKS)
def test_reversed_track_lists_the_same_corners_backwards(name: str) -> None:
    forth, back = load_track(name), load_track(name, is_reversed=True)
    mirrored = [forth.length_m - corner.end_m for corner in forth.corners[::-1]]
    assert [corner.start_m for corner in back.corners] == pytest.approx(mirrored)
    assert [corner.sign for corner in back.corners] == [-c.sign for c in forth.corners[::-1]]


@pytest.mark.parametrize("name", TRACKS)
def test_straights_and_corners_leave_room_between_parts_of_the_road(name: str) -> None:
    track = load_track(name)
    meeting = _places_too_close(track)
    if name == "hill-eight":
        assert meeting
        heights = [track.elevation(np.array([s]))[0][0] for s in meeting[0]]
        assert abs(heights[0] - heights[1]) == pytest.approx(12.0, abs=1.0)
    else:
        assert meeting == []


def _places_too_close(track: Track) -> list[tuple[float, float]]:
    station = np.arange(track.first_m, track.last_m, 4.0)
    place = track.at(station)
    points = place.x_m + 1j * place.y_m
    gap = np.abs(points[:, None] - points[None, :])
    apart = np.abs(station[:, None] - station[None, :])
    if track.is_closed:
        apart = np.minimum(apart, track.length_m - apart)
    near = (gap < 1.5 * track.width_m) & (apart > 4 * track.width_m)
    return [(float(station[i]), float(station[j])) for i, j in np.argwhere(np.triu(near))]


@pytest.mark.parametrize("name", TRACKS)
def test_grades_stay_below_eight_percent_and_slope_is_the_derivative(name: str) -> None:
    track = load_track(name)
    station = np.linspace(track.first_m + 1, track.last_m - 1, 3001)
    _, slope, curve = track.elevation(station)
    ahead, behind = track.elevation(station + 0.01), track.elevation(station - 0.01)
    assert np.max(np.abs(slope)) <= 0.08
    np.testing.assert_allclose((ahead[0] - behind[0]) / 0.02, slope, atol=1e-8)
    np.testing.assert_allclose((ahead[1] - behind[1]) / 0.02, curve, atol=1e-8)


def test_kart_bowl_has_a_hairpin_and_a_chicane_twelve_metres_apart() -> None:
    corners = load_track("kart-bowl").corners
    assert any(abs(corner.angle_deg) == 180.0 for corner in corners)
    first, second = (corner for corner in corners if corner.complex_id == 1)
    assert first.sign == -second.sign
    assert second.start_m - first.end_m == pytest.approx(12.0)


def test_club_short_has_a_double_apex_of_150_degrees_right() -> None:
    double = [c for c in load_track("club-short").corners if len(c.apexes_m) == 2]
    assert [round(corner.angle_deg) for corner in double] == [-150]


def test_club_long_has_carousel_crest_kink_esses_and_banking() -> None:
    track = load_track("club-long")
    assert any(c.angle_deg == -270.0 and c.radius_m == 45.0 for c in track.corners)
    kink = next(c for c in track.corners if c.radius_m == 400.0)
    assert track.elevation(np.array([kink.apex_m]))[2][0] < -1e-3
    assert [c.sign for c in track.corners if c.complex_id == 1] == [1, -1, 1, -1, 1]
    assert [c.bank_deg for c in track.corners if c.bank_deg] == [4.0, 4.0]


def test_grand_circuit_has_parallel_straights_35_metres_apart() -> None:
    track = load_track("grand-circuit")
    hairpin = next(c for c in track.corners if c.angle_deg == 180.0)
    before, behind = (
        track.at(np.array([hairpin.start_m - 100.0])),
        track.at(np.array([hairpin.end_m + 100.0])),
    )
    assert math.hypot(
        float(before.x_m[0] - behind.x_m[0]), float(before.y_m[0] - behind.y_m[0])
    ) == pytest.approx(35.0, abs=2.0)


def test_short_layout_shares_seven_tenths_of_the_grand_circuit() -> None:
    full, short = load_track("grand-circuit"), load_track("grand-circuit-short")
    a, b = (t.at(np.arange(0.0, t.length_m, 5.0)) for t in (full, short))
    gap = np.abs((a.x_m + 1j * a.y_m)[:, None] - (b.x_m + 1j * b.y_m)[None, :])
    assert np.mean(gap.min(axis=1) < 5.0) == pytest.approx(0.7, abs=0.04)


def test_main_straight_of_the_grand_circuit_is_one_kilometre() -> None:
    track = load_track("grand-circuit")
    straight = track.corners[0].start_m + track.length_m - track.corners[-1].end_m
    assert straight == pytest.approx(1050.0)


def test_unknown_track_names_the_known_ones() -> None:
    with pytest.raises(ApexLabError, match="kart-bowl"):
        load_track("nowhere")
