"""From visit to visit by the public commands: trends of a track, one session against another."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop import synth
from apexlab_desktop.synth.driver import Fault, FaultKind
from tests.e2e.command_line import apexlab

TRACK = "kart-bowl"
SLOW_CORNER = 3


@pytest.fixture
def visits(tmp_path: Path, apexlab_home: Path) -> list[tuple[str, Path]]:
    """Id and file of three visits; on the last the driver is slow through one corner."""
    slow = Fault(kind=FaultKind.LOW_MIN_SPEED, corner=SLOW_CORNER, amount=1.5)
    made = []
    for seed, faults in ((3, ()), (8, ()), (12, (slow,))):
        file = tmp_path / f"visit-{seed}.csv"
        driven = synth.generate(track=TRACK, laps=7, rate_hz=25.0, seed=seed, faults=faults)
        synth.write(driven, file, "racechrono")
        said = apexlab("import", file, "--json")
        assert said.status == 0, said.err
        made.append((said.document["files"][0]["session_id"], file))
    return made


def test_trends_show_every_visit_to_the_track_and_no_trend_that_is_none(
    visits: list[tuple[str, Path]],
) -> None:
    said = apexlab("trends", visits[0][0], "--json")
    assert said.status == 0, said.err
    shown = said.document["visits"]
    assert {one["session_id"] for one in shown} == {identifier for identifier, _ in visits}
    assert all(one["best_s"] <= one["mean_s"] for one in shown)
    assert all(one["composite_s"] <= one["best_s"] for one in shown)
    # Three visits cannot show a real trend either way.
    assert said.document["trend"]["direction"] in (None, "steady")
    assert said.document["stagnation"]["is_stagnating"] in (True, False)


def test_versus_finds_the_corner_that_became_slower(visits: list[tuple[str, Path]]) -> None:
    said = apexlab("versus", visits[0][1], visits[2][1], "--json")
    assert said.status == 0, said.err
    numbers = {one["id"]: one["number"] for one in said.document["corners"]}
    found = said.document["difference"]
    assert found["best_lap_delta_s"] > 0.0
    real = [one for one in found["corners"] if one["gain"]["verdict"] == "real"]
    worst = max(real, key=lambda one: one["speed_difference_mps"] or 0.0)
    assert numbers[worst["corner_id"]] == str(SLOW_CORNER)


def test_trends_of_a_file_on_an_unknown_track_say_what_to_do(
    tmp_path: Path, apexlab_home: Path
) -> None:
    file = tmp_path / "elsewhere.csv"
    synth.write(synth.generate(track=TRACK, laps=2, rate_hz=10.0, seed=1), file, "racechrono")
    said = apexlab("trends", file)
    assert said.status == 4
    assert "tracks assign" in said.err
