"""`apexlab analyze` from a real file to JSON and a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from apexlab_desktop.app import analysis_tables
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
    assert "Optimal lap" in text


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


def test_one_hertz_says_why_each_figure_is_absent(tmp_path: Path) -> None:
    file = tmp_path / "slow.csv"
    run(*SESSION[:5], "--rate", "1", "-o", str(file))
    found = json.loads(run("analyze", str(file), "--json"))
    assert found["quality"]["score"] < 40.0
    for name in ("theoretical_s", "theoretical_gain_s", "theoretical_sigma_s"):
        assert found["gains"][name] is None
    assert found["ideal_laps"]["reachable"]["time_s"] is None
    assert found["session_score"]["total"] is found["skill"]["level"] is None
    (reason,) = found["session_score"]["reasons"]
    assert reason.startswith("the quality of the recording is ")
    table = " ".join(run("analyze", str(file)).split())
    assert "Optimal lap \u2013" in table
    assert f"Session score \u2013 {reason}" in table


def test_a_rolling_lap_that_beats_a_sum_of_bests_is_told_beside_it() -> None:
    ideal = {
        "by_sectors": {"time_s": 61.0, "reasons": []},
        "by_corners": {"time_s": 60.2, "reasons": []},
        "rolling": {"time_s": 60.5, "reasons": []},
    }
    beaten, holds = (analysis_tables._sum_words(ideal, name) for name in ("sectors", "corners"))
    assert beaten.startswith("upper bound: sum of the best sectors from line to line; the rolling")
    assert holds == "upper bound: sum of the best corners from line to line"
