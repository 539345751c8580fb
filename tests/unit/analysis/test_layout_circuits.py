"""The list of well-known circuits names a first session, and says where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.layout_circuits import match_circuits, venue_at
from apexlab_desktop.analysis.layout_match import centre_of
from apexlab_desktop.analysis.layout_values import Circuit, LapShape
from tests.unit.analysis.layout_fixture import ORIGIN, shape_from, stadium

SHAPE = shape_from(stadium())
LENGTH_M = SHAPE.length_m


def circuit(
    key: str = "home",
    layout: str = "",
    length_m: float | None = LENGTH_M,
    direction: str = "ccw",
    *,
    name: str = "Home",
    north_deg: float = 0.0,
) -> Circuit:
    return Circuit(
        key=key,
        name=name,
        layout=layout,
        country="NL",
        lat_deg=ORIGIN[0] + north_deg,
        lon_deg=ORIGIN[1],
        length_m=length_m,
        direction=direction,
        source="Wikipedia: Home",
    )


def test_place_length_and_direction_name_a_circuit() -> None:
    match = match_circuits(SHAPE, [circuit()])
    assert match.circuit is not None
    assert (match.circuit.key, match.venue, match.country) == ("home", "Home", "NL")
    assert match.confidence > 0.95


def test_layouts_of_a_venue_are_told_apart_by_length() -> None:
    both = [circuit("gp", "Grand Prix", LENGTH_M * 1.5), circuit("club", "Club", LENGTH_M * 0.99)]
    found = match_circuits(SHAPE, both).circuit
    assert found is not None
    assert found.full_name == "Home Club"


def test_layouts_nearly_as_long_are_asked_about() -> None:
    both = [circuit("a", "East", LENGTH_M * 1.004), circuit("b", "West", LENGTH_M * 0.996)]
    match = match_circuits(SHAPE, both)
    assert match.circuit is None
    assert match.venue == "Home"
    assert [one.key for one in match.candidates] == ["a", "b"]


def test_a_venue_is_named_where_its_list_lacks_the_layout() -> None:
    match = match_circuits(SHAPE, [circuit("gp", "Grand Prix", LENGTH_M * 1.5)])
    assert (match.circuit, match.venue) == (None, "Home")


def test_a_kart_track_beside_a_circuit_is_not_that_circuit() -> None:
    kart = shape_from(stadium() * 0.3)
    assert match_circuits(kart, [circuit()]).venue == ""
    assert match_circuits(kart, [circuit(length_m=None)]).venue == ""


def test_the_other_direction_is_told() -> None:
    match = match_circuits(replace(SHAPE, direction="cw"), [circuit()])
    assert match.circuit is not None
    assert match.is_reversed


@pytest.mark.parametrize(("north_km", "is_named"), [(2.0, True), (6.0, False)])
def test_the_middle_lies_within_the_reach_of_the_list(north_km: float, is_named: bool) -> None:
    match = match_circuits(SHAPE, [circuit(north_deg=north_km / 111.2)])
    assert (match.circuit is not None) is is_named


def test_a_circuit_of_unknown_length_is_believed_less() -> None:
    sure, unsure = (match_circuits(SHAPE, [circuit(length_m=m)]) for m in (LENGTH_M, None))
    assert 0.6 <= unsure.confidence < sure.confidence


def test_two_venues_side_by_side_are_asked_about() -> None:
    both = [circuit(), circuit("other", name="Other", north_deg=0.002)]
    match = match_circuits(SHAPE, both)
    assert (match.circuit, match.venue) == (None, "")
    assert len(match.candidates) == 2


def test_without_a_lap_only_a_lone_venue_is_named() -> None:
    lat_deg, lon_deg = centre_of(SHAPE)
    assert venue_at(lat_deg, lon_deg, [circuit("a", "East"), circuit("b", "West")]).venue == "Home"
    both = [circuit(), circuit("other", name="Other")]
    assert venue_at(lat_deg, lon_deg, both).venue == ""
    assert venue_at(lat_deg + 0.05, lon_deg, [circuit()]).venue == ""


def round_lap(lat_deg: float, lon_deg: float, length_m: float, direction: str) -> LapShape:
    turn = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    radius_m = length_m / (2.0 * np.pi)
    shape = replace(
        SHAPE,
        lat_deg=lat_deg + radius_m * np.sin(turn) / 111_200.0,
        lon_deg=lon_deg + radius_m * np.cos(turn) / 111_200.0 / np.cos(np.radians(lat_deg)),
    )
    return replace(shape, length_m=length_m, direction=direction)


def test_every_circuit_of_the_list_names_a_lap_of_its_own_facts() -> None:
    from apexlab_desktop.app.track_list import starter_circuits

    circuits = starter_circuits()
    for one in circuits:
        if one.length_m is None:
            continue
        # The driven line is about 1 % shorter than the middle of the road.
        lap = round_lap(one.lat_deg, one.lon_deg, 0.99 * one.length_m, one.direction)
        match = match_circuits(lap, circuits)
        assert match.circuit is not None, one.key
        assert match.circuit.key == one.key
        assert not match.is_reversed
