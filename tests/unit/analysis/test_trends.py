"""Trends, stagnation and milestones over sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apexlab_desktop.analysis.milestones import MilestoneKind, barrier_broken, milestones
from apexlab_desktop.analysis.trends import Direction, Snapshot, stagnation, trend

FIRST = datetime(2026, 5, 1, 10, tzinfo=UTC)


def session(k: int, best_s: float | None, **values: Any) -> Snapshot:
    usual: dict[str, Any] = {
        "session_id": f"s{k}",
        "start_time_utc": FIRST + timedelta(days=k),
        "layout_id": "oval",
        "length_m": 2000.0,
        "best_s": best_s,
    }
    return Snapshot(**(usual | values))


def test_one_session_has_no_trend() -> None:
    found = trend([session(0, 90.0)])
    assert not found.has_sufficient_data
    assert found.reasons == ("a trend needs 2 sessions, there are 1",)


def test_steady_progress_is_improving() -> None:
    found = trend([session(k, 92.0 - 0.3 * k) for k in range(7)])
    assert found.direction is Direction.IMPROVING
    assert found.best_lap is not None
    assert found.best_lap.value == pytest.approx(-0.3)


def test_ups_and_downs_are_steady() -> None:
    times = [90.0, 90.3, 89.9, 90.2, 90.1, 89.8, 90.3]
    assert trend([session(k, t) for k, t in enumerate(times)]).direction is Direction.STEADY


def test_two_sessions_have_a_slope_but_no_direction() -> None:
    found = trend([session(0, 90.0), session(1, 89.0)])
    assert found.direction is None


def test_sessions_are_put_in_the_order_they_were_driven() -> None:
    found = trend([session(2, 88.0), session(0, 90.0), session(1, 89.0)])
    assert found.session_ids == ("s0", "s1", "s2")


def test_trap_27_other_layouts_with_one_centre_are_left_out() -> None:
    found = trend(
        [
            session(0, 60.0, layout_id="short"),
            session(1, 90.0, length_m=2100.0),
            session(2, 90.0),
            session(3, 89.0),
        ]
    )
    assert found.session_ids == ("s2", "s3")
    assert found.reasons == ("s0: another layout", "s1: laps of another length")


def test_poor_data_counts_only_when_asked() -> None:
    sessions = [session(0, 91.0), session(1, 80.0, quality=20.0), session(2, 90.0)]
    assert trend(sessions).session_ids == ("s0", "s2")
    assert trend(sessions, with_poor=True).session_ids == ("s0", "s1", "s2")


def test_corners_need_to_be_in_all_sessions() -> None:
    found = trend(
        [
            session(0, 90.0, corner_best_s={"c1": 5.0, "c2": 6.0}),
            session(1, 89.0, corner_best_s={"c1": 4.9}),
        ]
    )
    assert list(found.corners) == ["c1"]


def test_trap_22_a_corner_stagnates_by_its_own_measure() -> None:
    """0.2 s in a corner over two sessions is much, although less than 0.3 s."""
    times = [5.0, 4.9, 4.8, 4.75]
    found = stagnation(
        [
            session(k, 90.0 - 0.2 * k, corner_best_s={"c1": t, "c2": 5.0})
            for k, t in enumerate(times)
        ]
    )
    assert found.corners == ("c2",)


@pytest.mark.parametrize(("last", "is_stagnating"), [(89.71, True), (89.69, False)])
def test_trap_33_stagnation_on_both_sides_of_its_bound(last: float, is_stagnating: bool) -> None:
    found = stagnation([session(k, t) for k, t in enumerate([90.0, 90.1, 90.2, last])])
    assert found.is_stagnating is is_stagnating


def test_wet_sessions_do_not_stagnate() -> None:
    sessions = [session(k, 90.0, is_wet=k > 1) for k in range(5)]
    assert stagnation(sessions).is_stagnating is None


def kinds(sessions: list[Snapshot]) -> list[tuple[str, MilestoneKind, float]]:
    return [(m.session_id, m.kind, m.value) for m in milestones(sessions)]


def test_the_first_session_reaches_nothing() -> None:
    assert kinds([session(0, 89.0)]) == []


def test_a_new_best_and_the_tightest_barrier() -> None:
    assert kinds([session(0, 92.0), session(1, 84.0)]) == [
        ("s1", MilestoneKind.PERSONAL_BEST, 84.0),
        ("s1", MilestoneKind.SUB_THRESHOLD, 85.0),
    ]


@pytest.mark.parametrize(
    ("before", "now", "barrier"),
    [
        (90.0, 89.99, 90.0),
        (89.99, 89.5, None),
        (61.0, 59.5, 60.0),
        (59.0, 54.0, None),
        (200.0, 184.0, None),
    ],
)
def test_barriers_lie_between_60_and_180(before: float, now: float, barrier: float | None) -> None:
    assert barrier_broken(before, now) == barrier


@pytest.mark.parametrize(("now", "is_reached"), [(79.9, False), (80.0, True)])
def test_trap_33_consistency_on_both_sides_of_its_bound(now: float, is_reached: bool) -> None:
    found = kinds(
        [session(0, 90.0, consistency_score=70.0), session(1, 91.0, consistency_score=now)]
    )
    assert bool(found) is is_reached


def test_grades_flow_and_trail_braking_are_milestones() -> None:
    found = kinds(
        [
            session(0, 90.0, grades={"c1": "C"}, trail_share=0.1),
            session(1, 91.0, grades={"c1": "A"}, trail_share=0.6, n_flow_laps=2),
        ]
    )
    assert found == [
        ("s1", MilestoneKind.CORNER_GRADE, 2.0),
        ("s1", MilestoneKind.FLOW_LAP, 2.0),
        ("s1", MilestoneKind.TRAIL_BRAKING, 0.6),
    ]
