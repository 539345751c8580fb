"""`apexlab corners` from a file to JSON and a table, with its exit status."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.command_line import apexlab

pytestmark = pytest.mark.usefixtures("apexlab_home")

LAP_FIELDS = {"number", "min_speed_mps", "brake_point_m", "throttle_commit_m", "segment_time_s"}
CORNER_FIELDS = {
    "id", "number", "name", "direction", "entry_distance_m", "apex_distance_m", "exit_distance_m",
    "laps",
}  # fmt: skip
EXIT_UNUSABLE = 4


def test_corners_are_those_of_the_track(club_file: Path) -> None:
    truth = json.loads(club_file.with_name("truth.json").read_text())
    document = apexlab("corners", club_file, "--json").document
    assert document["schema"] == 1
    ways = ["left" if corner["sign"] > 0 else "right" for corner in truth["track"]["corners"]]
    assert [corner["direction"] for corner in document["corners"]] == ways
    assert [corner["number"] for corner in document["corners"]] == [
        str(corner["number"]) for corner in truth["track"]["corners"]
    ]
    for corner in document["corners"]:
        assert set(corner) >= CORNER_FIELDS
        assert [lap["number"] for lap in corner["laps"]] == [1, 2, 3, 4, 5]
        assert all(set(lap) >= LAP_FIELDS for lap in corner["laps"])


def test_measures_are_those_of_the_drive(club_file: Path) -> None:
    truth = json.loads(club_file.with_name("truth.json").read_text())
    document = apexlab("corners", club_file, "--json").document
    share = truth["track"]["length_m"] / document["length_m"]
    events = {(event["lap"], event["corner"]): event for event in truth["corner_events"]}
    speeds, brakes = [], []
    for index, corner in enumerate(document["corners"]):
        for lap in corner["laps"]:
            event = events[lap["number"], index + 1]
            speeds.append(lap["min_speed_mps"] - event["min_speed_mps"])
            if lap["brake_point_m"] is not None and event["brake_onset_station_m"] is not None:
                brakes.append(lap["brake_point_m"] * share - event["brake_onset_station_m"])
    assert abs(np.median(speeds)) <= 0.1
    # Shares of a lap differ from places by what the line cuts: metres, not tens of metres.
    assert abs(np.median(brakes)) <= 8.0
    assert len(brakes) >= 20


def test_one_lap_can_be_asked_for(club_file: Path) -> None:
    document = apexlab("corners", club_file, "--lap", 3, "--json").document
    assert {lap["number"] for corner in document["corners"] for lap in corner["laps"]} == {3}


def test_lap_that_is_not_there_is_one_clear_line(club_file: Path) -> None:
    said = apexlab("corners", club_file, "--lap", 77)
    assert said.status == EXIT_UNUSABLE
    assert "77" in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_table_names_places_as_drivers_do(club_file: Path) -> None:
    said = apexlab("corners", club_file)
    assert said.status == 0
    assert "Brake point" in said.out
    assert said.out.count("right") >= 4


def test_simulators_pedals_are_the_source(sim_file: Path) -> None:
    document = apexlab("corners", sim_file, "--json").document
    sources = {lap["brake_source"] for corner in document["corners"] for lap in corner["laps"]}
    assert sources == {"pedal", None}


def test_one_fix_a_second_has_corners_but_no_brake_points(tmp_path: Path) -> None:
    file = tmp_path / "slow.csv"
    apexlab("generate", "--track", "club-short", "--laps", 3, "--rate", 1, "-o", file)
    document = apexlab("corners", file, "--json").document
    assert len(document["corners"]) == 8
    for corner in document["corners"]:
        for lap in corner["laps"]:
            assert lap["brake_point_m"] is None
            assert "rate_too_low" in lap["reasons"]
            assert math.isfinite(lap["min_speed_mps"])


def test_hill_climb_has_corners(tmp_path: Path) -> None:
    file = tmp_path / "hill.csv"
    apexlab("generate", "--track", "hill-climb", "--rate", 10, "-o", file)
    said = apexlab("corners", file, "--json")
    assert said.status == 0, said.err
    assert len(said.document["corners"]) == 9


def test_file_without_laps_says_so(tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    apexlab("generate", "--track", "club-short", "--laps", 1, "--rate", 10, "-o", file)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:120]) + "\n")
    said = apexlab("corners", file)
    assert said.status == EXIT_UNUSABLE
    assert len(said.err.strip().splitlines()) == 1
