"""Tables of accelerations: between their rows, at their edges, from odd files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.driven_path import DrivenPath, flat_path
from apexlab_desktop.analysis.ggv_table import table_from_rows, table_limits
from apexlab_desktop.analysis.optimal_profile import optimal_profile
from apexlab_desktop.errors import InsufficientDataError

SIMPLE = np.array(
    [
        # speed, ay, ax_max, ax_min
        (10.0, 0.0, 4.0, -8.0), (10.0, 5.0, 2.0, -5.0), (10.0, 10.0, 0.0, 0.0),
        (30.0, 0.0, 2.0, -10.0), (30.0, 10.0, 1.0, -6.0), (30.0, 20.0, 0.0, 0.0),
    ]
)  # fmt: skip


def arc(bend_per_m: float, n: int = 50, **more: float) -> DrivenPath:
    return flat_path(np.full(n, 1.0), np.full(n, bend_per_m), is_closed=True, **more)


def test_between_rows_all_is_linear_in_speed_and_in_the_share_of_the_limit() -> None:
    # At 20 m/s the limit is 15; v2 k = 400 * 0.01875 = 7.5 is half of it in either row.
    limits = table_limits(table_from_rows(*SIMPLE.T), arc(0.01875))
    assert limits.pull(0, 400.0) == pytest.approx(1.5)
    assert limits.brake(0, 400.0) == pytest.approx(5.5)


def test_bend_is_held_up_to_the_interpolated_limit() -> None:
    limits = table_limits(table_from_rows(*SIMPLE.T), arc(1.0 / 40.0))
    speed = float(np.sqrt(limits.square_m2ps2[0]))
    assert speed**2 / 40.0 == pytest.approx(10.0 + 0.5 * (speed - 10.0), rel=1e-9)


def test_order_of_rows_and_sign_of_turns_do_not_matter() -> None:
    mirrored = np.vstack((SIMPLE * (1, -1, 1, 1), SIMPLE))[::-1]
    one, two = (
        optimal_profile(arc(0.02), table_from_rows(*rows.T)).lap_time_s
        for rows in (SIMPLE, mirrored)
    )
    assert one == two


def test_rows_beyond_the_edge_are_left_out() -> None:
    beyond = np.array([(10.0, 15.0, 0.0, 0.0), (10.0, 20.0, np.nan, np.nan)])
    table = table_from_rows(*np.vstack((SIMPLE, beyond)).T)
    assert table.ay_limit_mps2 == pytest.approx([10.0, 20.0])


def test_below_its_first_speed_the_first_row_holds() -> None:
    limits = table_limits(table_from_rows(*SIMPLE.T), arc(0.0))
    assert limits.pull(0, 1.0) == pytest.approx(4.0)


def test_beyond_its_last_speed_the_last_row_holds() -> None:
    table = table_from_rows(*SIMPLE.T)
    limits = table_limits(table, arc(0.005))
    # 20 m/s2 and not more: without an end the car holds the bend at 63.2 m/s.
    assert np.sqrt(limits.square_m2ps2[0]) == pytest.approx(np.sqrt(20.0 / 0.005), rel=1e-9)
    straight = table_limits(table, arc(0.0))
    assert straight.pull(0, 60.0**2) == pytest.approx(2.0)
    assert straight.brake(0, 60.0**2) == pytest.approx(10.0)


def test_drag_race_goes_on_beyond_the_last_row() -> None:
    rows = np.array([(v, u, 2.0, -8.0) for v in (10.0, 30.0) for u in (0.0, 9.0)])
    path = flat_path(np.full(500, 2.0), np.zeros(501), is_closed=False)
    profile = optimal_profile(path, table_from_rows(*rows.T), start_speed_mps=10.0)
    assert profile.speed_mps[-1] == pytest.approx(np.sqrt(100.0 + 2.0 * 2.0 * 1000.0), rel=1e-6)


def test_table_with_a_top_is_not_driven_beyond_it() -> None:
    table = replace(table_from_rows(*SIMPLE.T), top_mps=30.0)
    assert optimal_profile(arc(0.0), table).speed_mps.max() == pytest.approx(30.0)


LOPSIDED = np.array(
    [
        # speed, ay, ax_max, ax_min
        (0.0, -11.0, 0.0, 0.0), (0.0, -5.5, 2.0, -6.0), (0.0, 0.0, 4.0, -9.0),
        (0.0, 4.0, 3.0, -7.0), (0.0, 8.0, 0.0, 0.0),
    ]
)  # fmt: skip


@pytest.mark.parametrize(("bend", "grip"), [(0.01, 8.0), (-0.01, 11.0)], ids=["left", "right"])
def test_each_side_of_a_lopsided_car_has_its_own_grip(bend: float, grip: float) -> None:
    table = table_from_rows(*LOPSIDED.T)
    limits = table_limits(table, arc(bend))
    assert limits.square_m2ps2 == pytest.approx(grip / 0.01, rel=1e-9)
    half = 0.5 * grip / 0.01
    assert limits.pull(0, half) == pytest.approx(3.0 if bend > 0.0 else 2.0)
    assert limits.brake(0, half) == pytest.approx(7.0 if bend > 0.0 else 6.0)


def test_lopsided_rows_without_a_straight_one_meet_between_both_sides() -> None:
    rows = LOPSIDED[LOPSIDED[:, 1] != 0.0]
    table = table_from_rows(*rows.T)
    expected = 2.0 + (3.0 - 2.0) * 5.5 / 9.5
    for bend in (1e-9, -1e-9):
        assert table_limits(table, arc(bend)).pull(0, 1.0) == pytest.approx(expected)


def test_rows_for_right_turns_only_hold_for_left_ones_too() -> None:
    mirrored = SIMPLE * (1, -1, 1, 1)
    one, two = (table_from_rows(*rows.T) for rows in (SIMPLE, mirrored))
    assert two.right is None
    assert np.array_equal(one.ax_max_mps2, two.ax_max_mps2)


def test_one_speed_is_taken_for_all() -> None:
    rows = np.array([(0.0, 0.0, 5.0, -9.0), (0.0, 9.0, 0.0, 0.0)])
    profile = optimal_profile(arc(0.01, 628), table_from_rows(*rows.T))
    assert profile.speed_mps == pytest.approx(30.0, rel=1e-6)


def test_a_bend_lost_at_some_speed_is_not_found_again_above() -> None:
    # The limit over squared speed falls to 40 m/s and rises behind: the car cannot get there.
    rows = [
        (v, share * limit, 3.0 * (1.0 - share), -9.0 * (1.0 - share))
        for v, limit in ((0.0, 8.0), (40.0, 8.0), (41.0, 30.0), (80.0, 60.0))
        for share in (0.0, 0.5, 1.0)
    ]
    limits = table_limits(table_from_rows(*np.array(rows).T), arc(0.006))
    assert np.sqrt(limits.square_m2ps2[0]) == pytest.approx(np.sqrt(8.0 / 0.006), rel=1e-6)
    banked = table_limits(table_from_rows(*np.array(rows).T), arc(0.006, vertical_per_m=1e-9))
    assert banked.square_m2ps2[0] == pytest.approx(limits.square_m2ps2[0], rel=1e-3)


def test_gravity_acts_along_slopes() -> None:
    table = table_from_rows(*SIMPLE.T)
    level, uphill = (table_limits(table, arc(0.0, grade_rad=g)) for g in (0.0, 0.05))
    lost = level.pull(0, 100.0) - uphill.pull(0, 100.0)
    assert lost == pytest.approx(9.80665 * np.sin(0.05))


def test_crest_takes_grip_but_no_power() -> None:
    table = table_from_rows(*SIMPLE.T)
    level, crest = (table_limits(table, arc(0.025, vertical_per_m=k)) for k in (0.0, -2e-3))
    assert crest.square_m2ps2[0] < level.square_m2ps2[0]
    straight = table_limits(table, arc(0.0, vertical_per_m=-2e-3))
    assert straight.pull(0, 400.0) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "rows",
    [
        np.array([(10.0, 0.0, 4.0, -8.0), (20.0, 0.0, 3.0, -8.0)]),
        np.array([(10.0, 0.0, 4.0, 1.0), (10.0, 5.0, 0.0, 0.0)]),
        np.array([(10.0, 5.0, np.nan, np.nan)]),
    ],
    ids=["no lateral", "no braking", "no numbers"],
)
def test_table_that_makes_no_car_is_refused(rows: np.ndarray) -> None:
    with pytest.raises(InsufficientDataError):
        table_from_rows(*rows.T)
