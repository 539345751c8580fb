"""Grades of corners on both sides of every bound, and the session score of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_grades import CornerGrades, banded, grade_corner
from apexlab_desktop.analysis.corner_results import CornerPass
from apexlab_desktop.analysis.session_score import (
    SessionScore,
    pace_score,
    session_score,
    technique_score,
)
from apexlab_desktop.units import MPH_PER_MPS
from tests.unit.analysis.test_segments import corner

CORNER = corner(1, 100.0, 200.0)


def passes(n: int = 4, **columns: Any) -> list[CornerPass]:
    return [
        CornerPass(
            corner_id="c1", lap_number=k + 1, **{name: row[k] for name, row in columns.items()}
        )
        for k in range(n)
    ]


def spread(std: float, centre: float = 80.0) -> list[float]:
    """Return four values with this population deviation."""
    return [centre - std, centre + std, centre - std, centre + std]


def graded(**columns: Any) -> CornerGrades:
    return grade_corner(CORNER, passes(**columns), length_m=1000.0)


@pytest.mark.parametrize(
    ("std", "letter"),
    [
        (2.99, "A"),
        (3.01, "B"),
        (5.99, "B"),
        (6.01, "C"),
        (9.99, "C"),
        (10.01, "D"),
        (14.99, "D"),
        (15.01, "F"),
    ],
)
def test_trap_33_braking_on_both_sides_of_its_bounds(std: float, letter: str) -> None:
    found = graded(brake_point_m=spread(std), peak_brake_mps2=[-9.0] * 4)
    assert found.braking.letter == letter
    assert found.braking.evidence["brake_point_std_m"] == pytest.approx(std)


def test_an_a_in_braking_also_needs_the_peak() -> None:
    weak = [-9.0, -7.0, -7.0, -7.0]
    assert graded(brake_point_m=spread(1.0), peak_brake_mps2=weak).braking.letter == "B"


@pytest.mark.parametrize(
    ("std_mph", "letter"), [(0.5, "A"), (1.5, "B"), (2.5, "C"), (4.0, "D"), (5.5, "F")]
)
def test_least_speed_is_graded_by_its_deviation(std_mph: float, letter: str) -> None:
    found = graded(min_speed_mps=spread(std_mph / MPH_PER_MPS, 25.0))
    assert found.min_speed.letter == letter


@pytest.mark.parametrize(("std", "letter"), [(4.9, "A"), (7.9, "B"), (11.9, "C"), (12.1, "D")])
def test_throttle_is_graded_by_its_deviation(std: float, letter: str) -> None:
    assert graded(throttle_commit_m=spread(std, 180.0)).throttle.letter == letter


@pytest.mark.parametrize(
    ("present", "letter"), [(10, "A"), (9, "A"), (8, "B"), (7, "B"), (6, "C"), (5, "C"), (4, "D")]
)
def test_trail_braking_is_graded_by_how_often_it_is_there(present: int, letter: str) -> None:
    times = [0.3] * present + [0.1] * (10 - present)
    found = grade_corner(CORNER, passes(10, trail_brake_s=times), length_m=1000.0)
    assert found.trail_braking.letter == letter


def test_novices_are_not_graded_on_trail_braking() -> None:
    found = grade_corner(CORNER, passes(trail_brake_s=[0.3] * 4), length_m=1000.0, is_novice=True)
    assert found.trail_braking.letter == "N/A"


def test_trap_12_two_passes_are_not_graded() -> None:
    found = grade_corner(CORNER, passes(2, min_speed_mps=[20.0, 20.0]), length_m=1000.0)
    assert found.min_speed.letter == "N/A"
    assert found.min_speed.reason == "needs 3 passes, there are 2"
    assert technique_score([found]) is None


@pytest.mark.parametrize(("value", "mark"), [(0.5, "+"), (1.5, ""), (2.5, "-")])
def test_thirds_of_a_band_have_marks(value: float, mark: str) -> None:
    assert banded(value, (3.0, 6.0), "ABC") == ("A", mark)


def test_golden_pace() -> None:
    assert pace_score(92.45, 91.50) == pytest.approx(94.9, abs=0.05)


def test_pace_needs_a_reference_that_is_not_slower() -> None:
    assert pace_score(92.0, 92.6) is None
    assert pace_score(92.0, 92.4) is not None


def score(**values: Any) -> SessionScore:
    usual: dict[str, Any] = {
        "n_clean_laps": 5,
        "consistency_score": 90.0,
        "best_s": 92.45,
        "reference_s": 91.50,
        "grades": [graded(min_speed_mps=[20.0] * 4)],
    }
    return session_score(**(usual | values))


def test_the_score_weighs_its_parts() -> None:
    found = score()
    assert found.technique == 100.0
    assert found.pace is not None
    assert found.total == pytest.approx(0.4 * 90.0 + 0.3 * found.pace + 0.3 * 100.0)


def test_trap_23_a_missing_part_is_left_out_and_named() -> None:
    found = score(consistency_score=None)
    assert found.consistency is None
    assert found.pace is not None
    assert found.total == pytest.approx(0.5 * found.pace + 0.5 * 100.0)
    assert found.reasons == ("no consistency",)


def test_trap_23_two_laps_have_no_score_at_all() -> None:
    found = score(n_clean_laps=2)
    assert found.total is None
    assert found.reasons == ("a score needs 3 clean laps, there are 2",)


def test_the_same_passes_give_the_same_grades() -> None:
    rng = np.random.default_rng(1)
    columns = {"min_speed_mps": rng.normal(20.0, 0.4, 4).tolist()}
    assert graded(**columns) == graded(**columns)
