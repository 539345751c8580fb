"""Generating and writing sessions: repeatable, quick, with clear refusals."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop import synth
from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth import WRITERS, Fault, FaultKind, generate, truth_document, write
from tests.unit.synth.synth_fixture import BOTH_WAYS, short_session


@pytest.mark.parametrize("fmt", WRITERS)
def test_same_seed_gives_the_same_bytes(tmp_path: Path, fmt: str) -> None:
    for name in ("a", "b"):
        write(generate(laps=2, seed=9, include_imu=True), tmp_path / name, fmt)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_another_seed_gives_other_laps() -> None:
    first, second = (generate(laps=2, seed=seed).truth.crossings_s for seed in (1, 2))
    assert np.max(np.abs(np.diff(first) - np.diff(second))) > 1e-3


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_every_track_can_be_written_both_ways(tmp_path: Path, name: str, reverse: bool) -> None:
    for fmt in WRITERS:
        write(short_session(name, reverse=reverse), tmp_path / fmt, fmt)
        assert (tmp_path / fmt).stat().st_size > 100_000


def test_twenty_minutes_take_less_than_two_seconds() -> None:
    generate(laps=1)
    began = time.process_time()
    session = generate(laps=14)
    assert session.truth.time_s[-1] > 1200.0
    assert time.process_time() - began < 2.0


def test_truth_is_a_json_document() -> None:
    session = generate(laps=2, faults=[Fault(FaultKind.EARLY_BRAKE, 1, 12.0)])
    document = json.loads(json.dumps(truth_document(session), allow_nan=False))
    assert document["schema"] == 1
    assert document["crossings_s"] == session.truth.crossings_s.tolist()
    assert [lap["kind"] for lap in document["laps"]] == ["out", "timed", "timed", "in"]
    assert document["faults"][0]["laps"] == [1, 2]
    assert len(document["track"]["corners"]) == 8
    trace = document["trace"]
    assert trace["time_s"][:3] == [0.0, 0.1, 0.2]
    assert {len(values) for values in trace.values()} == {len(trace["time_s"])}
    at = np.arange(0, session.truth.time_s.size, 20)
    np.testing.assert_allclose(trace["speed_mps"], session.truth.speed_mps[at], atol=1e-6)


def test_random_mistakes_are_planted_and_priced() -> None:
    truth = generate(laps=6, mistakes_per_lap=0.5, seed=3).truth
    assert truth.faults
    assert all(len(planted.laps) == 1 for planted in truth.faults)


def test_rolling_session_begins_and_ends_at_speed() -> None:
    truth = generate(laps=2, out_lap=False, in_lap=False, noise="none").truth
    assert truth.crossings_s[0] < 15.0
    assert truth.time_s[-1] - truth.crossings_s[-1] < 15.0
    assert min(truth.speed_mps[0], truth.speed_mps[-1]) > 10.0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"track": "nowhere"}, "kart-bowl"),
        ({"vehicle": "tank"}, "hatch"),
        ({"noise": "loud"}, "consumer"),
        ({"laps": 0}, "laps"),
        ({"rate_hz": 0.0}, "Hz"),
        ({"track": "hill-climb", "laps": 3}, "point to point"),
        ({"faults": [Fault(FaultKind.LIFT, 99, 1.0)]}, "corner"),
    ],
)
def test_nonsense_is_refused_in_one_clear_line(arguments: dict[str, object], word: str) -> None:
    with pytest.raises(ApexLabError, match=word):
        generate(**arguments)  # type: ignore[arg-type]


def test_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ApexLabError, match="racechrono"):
        write(short_session("club-short"), tmp_path / "x", "papyrus")


def test_generator_shares_no_code_with_what_it_tests() -> None:
    allowed = ("apexlab_desktop.synth", "apexlab_desktop.errors", "apexlab_desktop.units")
    for path in Path(synth.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apexlab"):
                assert (node.module or "").startswith(allowed), path.name
