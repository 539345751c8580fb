"""A corner is the same one on every visit, by whatever name the driver gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop import synth
from apexlab_desktop.app import debriefing, known_corners
from apexlab_desktop.errors import StoreError
from tests.e2e.command_line import apexlab

TRACK = "kart-bowl"


@pytest.fixture
def two_visits(tmp_path: Path, apexlab_home: Path) -> tuple[str, str]:
    """Ids of two sessions of one track, the second with another rate, noise and pace."""
    ids = []
    for seed, rate_hz in ((3, 25.0), (8, 10.0)):
        file = tmp_path / f"visit-{seed}.csv"
        driven = synth.generate(track=TRACK, laps=4, rate_hz=rate_hz, seed=seed)
        synth.write(driven, file, "racechrono")
        said = apexlab("import", file, "--json")
        assert said.status == 0, said.err
        ids.append(said.document["files"][0]["session_id"])
    return ids[0], ids[1]


def corners_of(session_id: str) -> list[dict[str, object]]:
    said = apexlab("corners", session_id, "--json")
    assert said.status == 0, said.err
    found: list[dict[str, object]] = said.document["corners"]
    return found


def test_a_corner_keeps_its_id_and_the_drivers_name_on_every_visit(
    two_visits: tuple[str, str],
) -> None:
    first, second = two_visits
    before = corners_of(first)
    named = str(before[2]["id"])
    known_corners.name_corner(first, named, name="Spoon")
    after = corners_of(second)
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert [one["number"] for one in after] == [one["number"] for one in before]
    assert [one["name"] for one in after if one["name"]] == ["Spoon"]
    judged = debriefing.analyze(second)
    assert judged.result is not None
    assert judged.result.corners[2].name == "Spoon"


def test_a_name_is_taken_back_and_a_number_is_given_once(two_visits: tuple[str, str]) -> None:
    first, second = two_visits
    one, other = (str(corner["id"]) for corner in corners_of(first)[:2])
    known_corners.name_corner(first, one, name="Paddock Bend", number="1a")
    assert corners_of(second)[0]["number"] == "1a"
    with pytest.raises(StoreError):
        known_corners.name_corner(second, other, number="1a")
    known_corners.name_corner(first, one, name="", number="")
    assert corners_of(second)[0]["name"] in ("", None)
    assert corners_of(second)[0]["number"] == "1"
