"""The list of well-known circuits: facts in range, one row each, layouts told apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from apexlab_desktop.analysis.layout_match import distance_between
from apexlab_desktop.analysis.layout_values import Circuit
from apexlab_desktop.app.track_list import starter_circuits

CIRCUITS = starter_circuits()
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def test_the_list_knows_the_world() -> None:
    assert len(CIRCUITS) >= 150
    assert len({circuit.country for circuit in CIRCUITS}) >= 40


@pytest.mark.parametrize("circuit", CIRCUITS, ids=[circuit.key for circuit in CIRCUITS])
def test_a_row_holds_possible_facts_and_their_source(circuit: Circuit) -> None:
    assert KEY.fullmatch(circuit.key)
    assert re.fullmatch("[A-Z]{2}", circuit.country)
    assert circuit.name == circuit.name.strip() != ""
    assert -60.0 < circuit.lat_deg < 70.0
    assert -180.0 <= circuit.lon_deg <= 180.0
    assert circuit.length_m is None or 800.0 < circuit.length_m < 26_000.0
    assert circuit.direction in {"cw", "ccw", ""}
    assert circuit.source.partition(": ")[2]


def test_no_two_rows_share_a_key_or_a_name() -> None:
    for names in (
        [circuit.key for circuit in CIRCUITS],
        [circuit.full_name for circuit in CIRCUITS],
    ):
        assert [name for name, n in Counter(names).items() if n > 1] == []


def test_layouts_of_one_venue_are_told_apart_by_length_or_direction() -> None:
    venues: dict[str, list[Circuit]] = defaultdict(list)
    for circuit in CIRCUITS:
        venues[circuit.name].append(circuit)
    for venue, rows in venues.items():
        for a, b in combinations(rows, 2):
            assert a.layout != b.layout, venue
            assert a.length_m is not None, venue
            assert b.length_m is not None, venue
            ratio = a.length_m / b.length_m
            is_other_way = {a.direction, b.direction} == {"cw", "ccw"}
            assert abs(ratio - 1.0) > 0.03 or is_other_way, (a.key, b.key)


def test_rows_of_one_venue_lie_together_and_others_apart() -> None:
    for a, b in combinations(CIRCUITS, 2):
        if abs(a.lat_deg - b.lat_deg) > 0.05:
            assert a.name != b.name or abs(a.lat_deg - b.lat_deg) < 0.05, (a.key, b.key)
            continue
        if abs(a.lon_deg - b.lon_deg) > 0.2:
            assert a.name != b.name, (a.key, b.key)
            continue
        apart_m = distance_between(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg)
        if a.name == b.name:
            assert apart_m < 4_000.0, (a.key, b.key)
        elif apart_m < 3_000.0:
            # Two names at one place: then length or direction must tell.
            assert a.length_m is not None, (a.key, b.key)
            assert b.length_m is not None, (a.key, b.key)
            assert abs(a.length_m / b.length_m - 1.0) > 0.06, (a.key, b.key)
