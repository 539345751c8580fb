"""Findings on laps made by hand: right corner, right cause, right laps, or an honest nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.findings import Told, find
from apexlab_desktop.analysis.findings_causes import Cause
from apexlab_desktop.analysis.findings_words import Level, lap_words
from apexlab_desktop.analysis.types import ComparedLap
from tests.unit.analysis.made_laps import made_laps
from tests.unit.analysis.test_segments import corner

GRID = np.append(np.arange(0.0, 2399.5, 0.7), 2400.0)
APEXES = (400.0, 1000.0, 1600.0, 2100.0)
CORNERS = [corner(k, a - 40.0, a + 40.0) for k, a in enumerate(APEXES, 1)]
BRAKE, DRIVE = 8.0, 3.0
BAD = (2, 3, 5, 8)
Plant = Callable[[], dict[str, Any]]
PEDALS = re.compile(r"throttle|pedal|\bbrak", re.IGNORECASE)


def profile(
    slow_mps: float = 18.0,
    early_m: np.ndarray | float = 0.0,
    wait_m: np.ndarray | float = 0.0,
    least: dict[int, float] | None = None,
) -> np.ndarray:
    """Return a lap of full braking and full drive between the corners, 50 m/s at most.

    `early_m` moves the braking of each corner upstream, `wait_m` the drive downstream.
    """
    early, wait = np.broadcast_to(early_m, 4), np.broadcast_to(wait_m, 4)
    speed = np.full(GRID.size, 50.0)
    for k, apex in enumerate(APEXES):
        low = (least or {}).get(k, slow_mps)
        before = np.maximum(apex - 15.0 - early[k] - GRID, 0.0)
        behind = np.maximum(GRID - apex - 15.0 - wait[k], 0.0)
        speed = np.minimum(speed, np.sqrt(low**2 + 2.0 * BRAKE * before + 2.0 * DRIVE * behind))
    return speed


def driven(
    plant: Plant, seed: int = 1, n: int = 9, bad: tuple[int, ...] = BAD
) -> tuple[ComparedLap, ...]:
    """Return laps with the usual scatter, and what `plant` returns on the bad ones."""
    rng = np.random.default_rng(seed)
    speeds = []
    for lap in range(1, n + 1):
        early, wait = np.abs(rng.normal(0.0, 1.0, 4)), np.abs(rng.normal(0.0, 1.0, 4))
        least = {k: 18.0 + v for k, v in enumerate(rng.normal(0.0, 0.08, 4))}
        extra = plant() if lap in bad else {}
        early = early + extra.get("early_m", 0.0)
        wait = wait + extra.get("wait_m", 0.0)
        least |= {k: v + least[k] for k, v in extra.get("least", {}).items()}
        speed = profile(early_m=early, wait_m=wait, least=least)
        speeds.append(speed + extra.get("speed", 0.0))
    return made_laps(GRID, speeds)


def at(index: int, amount: float) -> np.ndarray:
    values = np.zeros(4)
    values[index] = amount
    return values


def dip(centre_m: float) -> np.ndarray:
    """Return a lift of 4 m/s that is won back slowly."""
    fall = np.clip((GRID - centre_m) / 25.0, 0.0, 1.0)
    return -4.0 * fall * np.clip((centre_m + 160.0 - GRID) / 110.0, 0.0, 1.0)


PLANTED: list[tuple[Plant, int, Cause]] = [
    (lambda: {"early_m": at(1, 14.0)}, 1, Cause.BRAKE_EARLY),
    (lambda: {"wait_m": at(2, 12.0)}, 2, Cause.THROTTLE_LATE),
    (lambda: {"least": {0: -1.5}}, 0, Cause.MIN_SPEED),
    (lambda: {"speed": dip(1120.0)}, 1, Cause.LIFT),
]


@pytest.mark.parametrize(("plant", "index", "cause"), PLANTED)
def test_a_planted_fault_is_found_with_corner_cause_and_laps(
    plant: Plant, index: int, cause: Cause
) -> None:
    found = find(driven(plant), GRID, CORNERS)
    first = found.findings[0]
    assert (first.corner_id, first.kind, first.laps) == (f"c{index + 1}", cause, BAD)
    assert first.is_significant


@pytest.mark.parametrize(("plant", "index", "cause"), PLANTED[:3])
def test_the_cost_is_what_the_fault_costs(plant: Plant, index: int, cause: Cause) -> None:
    clean, spoilt = profile(), profile(**{k: v for k, v in plant().items() if k != "least"})
    if "least" in plant():
        spoilt = profile(least={0: 16.5})
    truth = np.trapezoid(1.0 / spoilt - 1.0 / clean, GRID)
    first = find(driven(plant), GRID, CORNERS).findings[0]
    assert first.time_cost_s == pytest.approx(truth, abs=max(0.25 * truth, 0.05))
    assert first.time_cost_low_s <= first.time_cost_s <= first.time_cost_high_s


def three() -> dict[str, Any]:
    return {"early_m": at(1, 14.0), "wait_m": at(2, 12.0), "least": {0: -1.5}}


def test_three_faults_are_the_three_findings() -> None:
    found = find(driven(three), GRID, CORNERS)
    assert {(f.corner_id, f.kind) for f in found.findings} == {
        ("c1", Cause.MIN_SPEED),
        ("c2", Cause.BRAKE_EARLY),
        ("c3", Cause.THROTTLE_LATE),
    }
    assert [f.rank for f in found.findings] == [1, 2, 3]


def test_costs_together_are_never_more_than_there_is_to_gain() -> None:
    found = find(driven(three), GRID, CORNERS, most_total_s=0.2)
    assert sum(f.time_cost_s for f in found.findings) <= 0.2 + 1e-9


def test_all_evidence_resolves() -> None:
    found = find(driven(three), GRID, CORNERS)
    for finding in found.findings:
        assert finding.evidence
        assert set(finding.evidence) <= set(found.evidence)
        assert f"lap:{finding.laps[0]}:{finding.corner_id}" in finding.evidence


def test_identical_laps_have_no_finding() -> None:
    found = find(made_laps(GRID, [profile()] * 8), GRID, CORNERS)
    assert found.findings == ()
    assert found.reasons[0].startswith("nothing repeats")


def test_usual_scatter_is_seldom_called_significant() -> None:
    false = 0
    for seed in range(40):
        found = find(driven(dict, seed=seed + 100), GRID, CORNERS)
        false += any(f.is_significant for f in found.findings)
    assert false / 40 <= 0.10


def test_a_mistake_of_one_lap_is_no_finding() -> None:
    found = find(driven(lambda: {"wait_m": at(2, 60.0)}, bad=(4,)), GRID, CORNERS)
    assert not any(f.corner_id == "c3" and f.is_significant for f in found.findings)
    assert [(m.lap, m.corner_id) for m in found.mistakes] == [(4, "c3")]


def test_a_fault_on_every_lap_is_not_made_up() -> None:
    found = find(driven(lambda: {"early_m": at(1, 14.0)}, bad=tuple(range(1, 10))), GRID, CORNERS)
    assert not any(f.is_significant for f in found.findings)


@pytest.mark.parametrize(
    ("n", "corners", "rate_hz", "reason"),
    [
        (3, CORNERS, 25.0, "findings need 4 clean laps, there are 3"),
        (0, CORNERS, 25.0, "findings need 4 clean laps, there are 0"),
        (9, [], 25.0, "without positions no corners are known"),
        (9, CORNERS, 1.0, "the receiver gives 1 position a second; corners need 4.5"),
    ],
)
def test_poor_data_give_a_reason_and_no_finding(
    n: int, corners: list[Corner], rate_hz: float, reason: str
) -> None:
    found = find(driven(three)[:n], GRID, corners, Told(rate_hz=rate_hz))
    assert found.findings == ()
    assert found.reasons == (reason,)


@pytest.mark.parametrize("level", list(Level))
def test_without_pedals_no_word_about_them(level: Level) -> None:
    for finding in find(driven(three), GRID, CORNERS, Told(level=level)).findings:
        assert not PEDALS.search(finding.text)


def test_with_pedals_the_words_are_the_drivers() -> None:
    told = Told(has_brake=True, has_throttle=True)
    texts = [f.text for f in find(driven(three), GRID, CORNERS, told).findings]
    assert any("brake later" in text for text in texts)
    assert any("open the throttle sooner" in text for text in texts)


def test_novices_read_no_statistics() -> None:
    told = Told(level=Level.NOVICE)
    for finding in find(driven(three), GRID, CORNERS, told).findings:
        assert not re.search(r"interval|std|\u00b1|apex speed|trail", finding.text)


def test_numbers_are_glued_to_their_units() -> None:
    for finding in find(driven(three), GRID, CORNERS).findings:
        assert not re.search(r"\d (m|s|m/s|%)\b", finding.text)


def test_a_dropout_hides_a_lap_not_the_finding() -> None:
    laps = list(driven(lambda: {"early_m": at(1, 14.0)}))
    speed = laps[3].channels["speed_mps"].copy()
    speed[1400:1440] = np.nan
    laps[3] = replace(laps[3], channels={**laps[3].channels, "speed_mps": speed})
    first = find(laps, GRID, CORNERS).findings[0]
    assert (first.corner_id, first.laps) == ("c2", BAD)


def test_the_same_laps_give_the_same_findings() -> None:
    laps = driven(three)
    assert find(laps, GRID, CORNERS) == find(laps, GRID, CORNERS)


@pytest.mark.parametrize(
    ("laps", "words"), [((3,), "lap 3"), ((3, 5), "laps 3 and 5"), ((3, 5, 9), "laps 3, 5 and 9")]
)
def test_laps_are_listed_as_people_do(laps: tuple[int, ...], words: str) -> None:
    assert lap_words(laps) == words
