"""`apexlab analyze` from a real file to JSON and a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from apexlab_desktop.cli import app

SESSION = ["generate", "--track", "club-short", "--laps", "6", "--rate", "25", "--seed", "3"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("analyze") / "session.csv"
    run(*SESSION, "--format", "racechrono", "-o", str(file))
    found: dict[str, Any] = json.loads(run("analyze", str(file), "--json"))
    return found | {"path": str(file)}


def test_sectors_of_every_lap_sum_to_it(document: dict[str, Any]) -> None:
    for lap in document["sectors"]["laps"]:
        assert sum(lap["times_s"]) == pytest.approx(lap["lap_time_s"], abs=1e-6)


def test_ideal_laps_are_no_slower_than_the_best(document: dict[str, Any]) -> None:
    best_s = min(lap["lap_time_s"] for lap in document["laps"] if lap["is_clean"])
    for ideal in document["ideal_laps"].values():
        assert ideal["time_s"] <= best_s + 1e-6
    assert document["gains"]["theoretical_s"] <= document["gains"]["composite"]["time_s"]


def test_the_consistency_is_there(document: dict[str, Any]) -> None:
    assert document["consistency"]["n_laps"] == 6
    assert 50.0 < document["consistency"]["consistency_score"] <= 100.0


def test_the_table_names_the_ideal_laps(document: dict[str, Any]) -> None:
    text = run("analyze", document["path"])
    assert "Best rolling lap" in text
    assert "upper bound" in text


def test_the_same_file_gives_the_same_bytes(document: dict[str, Any]) -> None:
    first, second = (run("analyze", document["path"], "--json") for _ in range(2))
    assert first == second


def test_one_lap_gives_times_but_no_gain_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    run("generate", "--track", "club-short", "--laps", "1", "--rate", "10", "-o", str(file))
    found = json.loads(run("analyze", str(file), "--json"))
    assert found["has_sufficient_data"] is False
    assert found["reasons"] == ["gains need 2 clean laps, there are 1"]
    assert found["consistency"]["consistency_score"] is None
    assert len(found["sectors"]["sectors"]) == 3


def test_a_planted_fault_is_the_first_finding(tmp_path: Path) -> None:
    file = tmp_path / "fault.csv"
    run(*SESSION, "--laps", "8", "--fault", "early_brake,3,15,2,4,6", "-o", str(file))
    found = json.loads(run("analyze", str(file), "--json", "--level", "novice"))
    first = found["findings"][0]
    assert (first["rank"], first["kind"], first["laps"]) == (1, "brake_early", [2, 4, 6])
    corner = next(c for c in found["corners"] if c["id"] == first["corner_id"])
    assert first["from_m"] < corner["apex_distance_m"]
    assert first["evidence"]
    assert set(first["evidence"]) <= set(found["evidence"])


def test_an_unknown_level_is_named(document: dict[str, Any]) -> None:
    result = CliRunner().invoke(app, ["analyze", document["path"], "--level", "hero"])
    assert result.exit_code != 0


def test_the_phases_of_a_finding_sum_to_its_cost(tmp_path: Path) -> None:
    file = tmp_path / "late.csv"
    run(*SESSION, "--laps", "8", "--fault", "lazy_throttle,3,0.7,1,4,5,7", "-o", str(file))
    first = json.loads(run("analyze", str(file), "--json"))["findings"][0]
    assert first["kind"] == "throttle_late"
    assert sum(first["phases"].values()) == pytest.approx(first["time_cost_s"])
    late = first["phases"]["exit_s"] + first["phases"]["straight_s"]
    assert late > 0.8 * first["time_cost_s"]


def test_the_optimal_lap_is_part_of_it(document: dict[str, Any]) -> None:
    assert document["optimal"]["lap_time_s"] > 0.0
    assert document["optimal_reasons"] == []


def test_python_has_it_too(document: dict[str, Any]) -> None:
    from apexlab_desktop.app import analyze

    assert analyze(document["path"]).result is not None
