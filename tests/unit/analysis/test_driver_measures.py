"""Level, archetype, flow and the comparison of sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.flow import flow_laps, rms_jerk
from apexlab_desktop.analysis.session_comparison import (
    SessionValues,
    compare_sessions,
    overall_word,
)
from apexlab_desktop.analysis.significance import Verdict
from apexlab_desktop.analysis.skill import (
    Axes,
    Measures,
    Skill,
    SkillLevel,
    archetype_of,
    brake_timing,
    skill_of,
)
from tests.unit.analysis.made_laps import made_lap

CALM = Measures(lap_cv_pct=1.0, brake_std_m=3.0, min_speed_std_mph=1.0, throttle_std_m=5.0)
WILD = Measures(lap_cv_pct=4.0, brake_std_m=15.0, min_speed_std_mph=5.0, throttle_std_m=20.0)


def level(measures: Measures, **values: Any) -> Skill:
    return skill_of(measures, **({"n_corners": 8, "n_laps": 8} | values))


def test_calm_driving_is_advanced_and_wild_driving_is_not() -> None:
    assert level(CALM).level is SkillLevel.ADVANCED
    assert level(WILD).level is SkillLevel.NOVICE


@pytest.mark.parametrize(
    ("cv", "vote"),
    [(3.1, "novice"), (3.0, "intermediate"), (1.5, "intermediate"), (1.4, "advanced")],
)
def test_trap_33_votes_on_both_sides_of_their_bounds(cv: float, vote: str) -> None:
    assert level(Measures(lap_cv_pct=cv)).votes["lap_cv_pct"] == vote


@pytest.mark.parametrize(
    ("share", "vote"), [(0.4, "novice"), (0.6, "intermediate"), (0.9, "advanced")]
)
def test_peak_braking_is_a_share_of_what_the_tyre_can(share: float, vote: str) -> None:
    assert level(Measures(peak_brake_share=share)).votes["peak_brake_share"] == vote


def test_the_driver_is_overruled_only_by_clear_votes() -> None:
    assert level(CALM, declared=SkillLevel.NOVICE).level is SkillLevel.ADVANCED
    assert level(CALM, declared=SkillLevel.ADVANCED).is_declared


def test_too_little_data_keeps_the_drivers_word() -> None:
    found = level(CALM, n_laps=3, declared=SkillLevel.NOVICE)
    assert found.level is SkillLevel.NOVICE
    assert found.reasons == ("a level needs 3 corners and 4 clean laps, there are 8 and 3",)


def test_trap_26_late_brakes_have_the_larger_value_and_all_axes_one_range() -> None:
    assert brake_timing(120.0, 100.0) == 1.0
    assert brake_timing(100.0, 100.0) == 0.5
    assert brake_timing(70.0, 100.0) == 0.0


def test_trap_28_without_an_optimum_there_is_no_timing() -> None:
    assert brake_timing(120.0, None) is None


def test_an_archetype_is_named_only_if_it_is_clearly_nearest() -> None:
    late = Axes(brake_timing=0.8, brake_force=0.85, coasting=0.15)
    assert archetype_of(late).name == "late_braker"
    between = Axes(brake_timing=0.5, brake_force=0.65, coasting=0.28)
    assert archetype_of(between).name == "mixed"
    assert archetype_of(Axes(coasting=0.2)).name is None


def test_the_quick_smooth_lap_in_the_middle_flows() -> None:
    numbers, times = [2, 3, 5, 6, 8], [92.0, 91.5, 90.0, 91.8, 92.5]
    gaps = {n: np.full(6, 0.1) for n in numbers}
    jerk = dict.fromkeys(numbers, 5.0)
    found = flow_laps(numbers, times, gaps, jerk)
    best = max(found.laps, key=lambda lap: lap.score)
    assert (best.number, best.is_flow) == (5, True)


def test_flow_is_looked_up_by_lap_number_not_by_place() -> None:
    numbers, times = [12, 14, 15, 17, 20], [90.0] * 5
    gaps = {n: np.full(4, 0.1) for n in numbers} | {14: np.array([2.0, 0.0, 0.0, 0.0])}
    found = {lap.number: lap.balance for lap in flow_laps(numbers, times, gaps, {}).laps}
    assert found[14] < found[12]


def test_four_laps_do_not_flow() -> None:
    found = flow_laps([1, 2, 3, 4], [90.0] * 4, {}, {})
    assert found.reasons == ("flow needs 5 clean laps, there are 4",)


def test_a_lap_without_acceleration_has_no_jerk() -> None:
    grid = np.arange(0.0, 500.0, 1.0)
    assert rms_jerk(made_lap(1, grid, np.full(grid.size, 20.0))) is None


def values(times: list[float], **others: Any) -> SessionValues:
    usual: dict[str, Any] = {
        "layout_id": "oval",
        "length_m": 2000.0,
        "is_wet": False,
        "lap_times_s": np.array(times),
        "corner_ids": ("c1", "c2"),
        "corner_times_s": np.column_stack((np.array(times) - 80.0, np.full(len(times), 6.0))),
        "corner_speeds_mps": np.full((len(times), 2), 20.0),
    }
    return SessionValues(**(usual | others))


SLOW = [90.0, 90.2, 90.1, 90.3, 90.4, 90.2]
QUICK = [89.0, 89.2, 89.1, 89.3, 89.4, 89.2]


def test_a_quicker_session_is_quicker_by_the_statistics() -> None:
    found = compare_sessions(values(SLOW), values(QUICK))
    assert found.best_lap_delta_s == pytest.approx(-1.0)
    assert found.laps is not None
    assert found.laps.verdict is Verdict.REAL
    assert found.significance == "high"
    assert [c.gain.verdict for c in found.corners] == [Verdict.REAL, Verdict.CANNOT_TELL]
    assert found.overall_score == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"layout_id": "other"}, "the sessions are of different layouts"),
        ({"length_m": 2100.0}, "the laps differ in length by more than 3 %"),
        ({"is_wet": True}, "one session is wet and the other dry"),
    ],
)
def test_sessions_that_cannot_be_compared_say_why(others: dict[str, Any], reason: str) -> None:
    found = compare_sessions(values(SLOW), values(QUICK, **others))
    assert not found.has_sufficient_data
    assert found.reasons == (reason,)


@pytest.mark.parametrize(
    ("score", "word"),
    [(4.9, "low"), (5.0, "medium"), (15.0, "high"), (30.0, "very_high"), (-31.0, "very_high")],
)
def test_trap_33_words_of_the_score_on_both_sides_of_their_bounds(score: float, word: str) -> None:
    assert overall_word(score) == word
