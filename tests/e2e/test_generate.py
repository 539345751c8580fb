"""`apexlab generate` reaches what the generator can do, and says no in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apexlab_desktop import synth
from tests.e2e.command_line import apexlab

pytestmark = pytest.mark.usefixtures("apexlab_home")


def generated(folder: Path, *options: object) -> tuple[Path, dict[str, Any]]:
    """Return a short session and its truth."""
    out, truth = folder / "session.out", folder / "truth.json"
    said = apexlab(
        "generate", "--track", "club-short", "--laps", 2, "--noise", "good", *options,
        "-o", out, "--truth", truth,
    )  # fmt: skip
    assert said.status == 0, said.err
    return out, json.loads(truth.read_text())


@pytest.mark.parametrize("fmt", synth.WRITERS)
def test_every_format_is_written_and_read_back(fmt: str, tmp_path: Path) -> None:
    out, truth = generated(tmp_path, "--format", fmt)
    document = apexlab("laps", out, "--json").document
    timed = [lap for lap in document["laps"] if lap["kind"] == "timed"]
    true_s = [lap["lap_time_s"] for lap in truth["laps"] if lap["kind"] == "timed"]
    assert [lap["lap_time_s"] for lap in timed] == pytest.approx(true_s, abs=0.03)
    assert [lap["number"] for lap in document["laps"]] == [0, 1, 2, 3]
    assert [lap["kind"] for lap in document["laps"]] == ["out", "timed", "timed", "in"]


def test_a_planted_fault_is_in_the_truth_with_its_cost(tmp_path: Path) -> None:
    _, truth = generated(tmp_path, "--fault", "early-brake,1,12,2", "--fault", "lift,3,4")
    first, second = truth["faults"]
    assert (first["kind"], first["corner"], first["laps"]) == ("early_brake", 1, [2])
    assert (second["kind"], second["laps"]) == ("lift", [1, 2])
    assert all(cost > 0.01 for fault in truth["faults"] for cost in fault["cost_s"])


def test_mistakes_wear_and_fuel_are_planted(tmp_path: Path) -> None:
    _, plain = generated(tmp_path)
    _, slow = generated(tmp_path, "--mistakes", 2, "--tyre-wear", 0.01, "--fuel", 40)
    assert slow["faults"]
    assert slow["crossings_s"][-1] > plain["crossings_s"][-1]


def test_pit_stops_and_cool_down_laps_are_driven(tmp_path: Path) -> None:
    _, truth = generated(tmp_path, "--pit-stop", 1, "--cool-down", 2)
    assert [lap["in_pit"] for lap in truth["laps"]] == [True, True, True, True]
    _, plain = generated(tmp_path)
    assert truth["laps"][2]["lap_time_s"] > plain["laps"][2]["lap_time_s"] + 10.0


def test_the_other_way_round_is_another_track(tmp_path: Path) -> None:
    _, truth = generated(tmp_path, "--reverse")
    assert truth["track"]["is_reversed"]


def test_an_inertial_sensor_adds_its_channels(tmp_path: Path) -> None:
    out, _ = generated(tmp_path, "--imu")
    groups = {group["name"] for group in apexlab("inspect", out, "--json").document["groups"]}
    assert {"101: acc", "102: gyro"} <= groups


def test_shift_gaps_cost_time_and_a_body_does_not(tmp_path: Path) -> None:
    _, plain = generated(tmp_path)
    _, gapped = generated(tmp_path, "--shift-gaps")
    _, body = generated(tmp_path, "--single-track")
    assert gapped["laps"][1]["lap_time_s"] > plain["laps"][1]["lap_time_s"] + 0.1
    assert body["crossings_s"] == plain["crossings_s"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--format", "papyrus"), "racechrono-v2"),
        (("--noise", "loud"), "consumer"),
        (("--fault", "early-brake"), "KIND,CORNER,AMOUNT"),
        (("--fault", "sneeze,1,2"), "lazy_throttle"),
        (("--fault", "lift,one,2"), "'lift,one,2'"),
    ],
)
def test_wrong_words_are_wrong_usage(options: tuple[str, ...], word: str, tmp_path: Path) -> None:
    said = apexlab("generate", "--track", "club-short", *options, "-o", tmp_path / "x")
    assert said.status == 2
    (line,) = said.err.strip().splitlines()
    assert word in line
    assert not list(tmp_path.glob("x*"))


@pytest.mark.parametrize("options", [("--fault", "lift,99,2"), ("--laps", 2)])
def test_what_the_track_has_not_is_said(options: tuple[object, ...], tmp_path: Path) -> None:
    said = apexlab("generate", "--track", "hill-climb", *options, "-o", tmp_path / "x")
    assert said.status == 4
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "x").exists()
