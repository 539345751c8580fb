"""The optimal speed profile against closed forms and against itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2 as G
from apexlab_desktop.analysis.driven_path import DrivenPath, flat_path
from apexlab_desktop.analysis.ggv_table import GgvTable, table_from_rows
from apexlab_desktop.analysis.optimal_profile import (
    OptimalProfile,
    limits_of,
    optimal_profile,
    pedal_points,
)
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.analysis.vehicle_model import PointMass, Tyre
from apexlab_desktop.errors import InsufficientDataError

ROAD = PointMass(
    mass_kg=1450.0,
    power_w=170e3,
    tyre=Tyre(mu=1.0, load_exponent=0.9, brake_ratio=1.05, slip_rad=0.05),
    drag_area_m2=0.68,
    lift_area_m2=0.4,
    driven_share=0.55,
    transfer_ratio=0.2,
)
PLAIN = PointMass(mass_kg=1000.0, power_w=200e3, tyre=Tyre(mu=1.0), rolling=0.0)


def circle(radius_m: float, n: int = 400, **more: float) -> DrivenPath:
    step = np.full(n, 2.0 * np.pi * radius_m / n)
    return flat_path(step, np.full(n, 1.0 / radius_m), is_closed=True, **more)


def straight(length_m: float, step_m: float = 1.0, grade_rad: float = 0.0) -> DrivenPath:
    """Return a straight whose first steps are short: from rest all happens at once."""
    even = np.arange(6.0, length_m + 0.5 * step_m, step_m)
    at = np.append(6.0 * (np.arange(24) / 24.0) ** 3, even)
    return flat_path(np.diff(at), np.zeros(at.size), is_closed=False, grade_rad=grade_rad)


def winding(step_m: float = 1.0, sign: float = 1.0) -> DrivenPath:
    """Return a closed path of bends from 30 to 300 m with straights between, smooth everywhere."""
    length = 2400.0
    n = round(length / step_m)
    s = np.arange(n) * length / n
    bends = ((200, 80, 1 / 30), (520, 120, -1 / 70), (900, 200, 1 / 150), (1500, 90, 1 / 40))
    curvature = np.zeros(n)
    for middle, half, peak in (*bends, (1900, 240, -1 / 300)):
        share = np.clip((s - middle) / half, -1.0, 1.0)
        curvature += peak * np.cos(0.5 * np.pi * share) ** 2
    return flat_path(np.full(n, length / n), sign * curvature, is_closed=True)


def plain_table(grip: float = 1.0, top_mps: float = 90.0) -> GgvTable:
    share = np.linspace(0.0, 1.0, 41)
    rows = [
        (v, grip * G * u, 6.0 * root - 0.0004 * v * v, -grip * G * root - 0.0004 * v * v)
        for v in np.linspace(0.0, top_mps, 19)
        for u, root in zip(share, np.sqrt(1.0 - share**2), strict=True)
    ]
    return table_from_rows(*np.array(rows).T)


def test_circle_is_driven_at_the_root_of_mu_g_r() -> None:
    profile = optimal_profile(circle(100.0), PLAIN)
    assert profile.speed_mps == pytest.approx(np.sqrt(G * 100.0), rel=1e-6)


def test_trap_16_lap_time_has_the_closing_interval() -> None:
    # analysis.md 13: without it a circle of 100 m would take 20.038 s; exact is 20.064 s.
    profile = optimal_profile(circle(100.0), PLAIN)
    assert profile.lap_time_s == pytest.approx(20.0641, abs=5e-5)
    assert profile.lap_time_s == pytest.approx(2.0 * np.pi * np.sqrt(100.0 / G), rel=1e-6)


def test_circle_with_downforce_follows_the_closed_form() -> None:
    car = replace(PLAIN, lift_area_m2=3.0, power_w=1e9)
    ka = 0.5 * car.air_kgpm3 * 3.0 / car.mass_kg
    expected = np.sqrt(G / (1.0 / 100.0 - ka))
    assert optimal_profile(circle(100.0), car).speed_mps == pytest.approx(expected, rel=1e-6)


def test_load_sensitivity_takes_from_what_downforce_gives() -> None:
    car = replace(PLAIN, lift_area_m2=3.0, power_w=1e9, tyre=Tyre(mu=1.0, load_exponent=0.85))
    speed = optimal_profile(circle(100.0), car).speed_mps[0]
    normal = 1.0 + 0.5 * car.air_kgpm3 * 3.0 / car.mass_kg / G * speed**2
    assert speed**2 / 100.0 == pytest.approx(G * normal**0.85, rel=1e-6)


def test_banked_circle_follows_the_closed_form() -> None:
    tan = np.tan(np.radians(10.0))
    expected = np.sqrt(G * 100.0 * (1.0 + tan) / (1.0 - tan))
    profile = optimal_profile(circle(100.0, bank_rad=float(np.radians(10.0))), PLAIN)
    assert profile.speed_mps == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("bank_deg", "effective"), [(5.0, 1.1918), (-3.0, 0.9004)])
def test_banking_changes_the_effective_grip_by_the_golden_values(
    bank_deg: float, effective: float
) -> None:
    # analysis.md 12, where mu is 1.
    profile = optimal_profile(circle(100.0, bank_rad=float(np.radians(bank_deg))), PLAIN)
    assert profile.speed_mps[0] ** 2 / (G * 100.0) == pytest.approx(effective, abs=1e-4)


def test_brakes_and_throttle_are_told_with_a_hysteresis() -> None:
    points = pedal_points(optimal_profile(winding(), ROAD))
    kinds = [point.kind for point in points]
    # All bends are braked for but the one of 300 m, which is taken flat.
    assert kinds.count("brake") == kinds.count("throttle") == 4
    assert all(a != b for a, b in pairwise(kinds))


def test_constant_power_from_rest_gives_the_cube_root() -> None:
    car = replace(PLAIN, tyre=Tyre(mu=30.0))
    profile = optimal_profile(straight(400.0), car)
    way = profile.path.distance_m
    expected = np.cbrt(3.0 * 200.0 * way)
    assert profile.speed_mps[40:] == pytest.approx(expected[40:], rel=1e-3)
    assert profile.lap_time_s == pytest.approx(1.5 * way[-1] / expected[-1], rel=1e-3)


def test_constant_traction_from_rest_gives_the_square_root() -> None:
    car = replace(PLAIN, power_w=1e9, driven_share=0.5)
    profile = optimal_profile(straight(300.0), car)
    assert profile.speed_mps[-1] == pytest.approx(np.sqrt(G * 300.0), rel=1e-4)
    assert profile.lap_time_s == pytest.approx(np.sqrt(4.0 * 300.0 / G), rel=1e-3)


def test_acceleration_loads_the_driven_wheels() -> None:
    # Rear drive: a = mu (0.5 g + 0.2 a), so a = 0.5 / 0.8 g.
    car = replace(PLAIN, power_w=1e9, driven_share=0.5, transfer_ratio=0.2)
    assert optimal_profile(straight(50.0), car).accel_long_mps2[30] == pytest.approx(0.625 * G)


def test_top_speed_is_where_drag_eats_the_power() -> None:
    car = replace(PLAIN, drag_area_m2=0.8)
    expected = np.cbrt(2.0 * 200e3 / (1.225 * 0.8))
    profile = optimal_profile(straight(30_000.0, 5.0), car)
    assert profile.speed_mps[-1] == pytest.approx(expected, rel=1e-3)
    assert profile.speed_mps.max() > 66.0


def test_fast_cars_are_not_held_at_80_mps() -> None:
    car = replace(PLAIN, power_w=600e3, drag_area_m2=0.7)
    assert optimal_profile(straight(20_000.0, 5.0), car).speed_mps[-1] > 100.0


def test_brake_point_of_an_oval_is_where_the_closed_form_says() -> None:
    radius, length, n = 60.0, 900.0, 20_000
    lap = 2.0 * (length + np.pi * radius)
    s = (np.arange(n) + 0.5) * lap / n
    bend = np.where(s % (lap / 2.0) < length, 0.0, 1.0 / radius)
    profile = optimal_profile(flat_path(np.full(n, lap / n), bend, is_closed=True), PLAIN)
    brake = int(np.argmax(profile.speed_mps[: n // 2]))
    v1, v2 = profile.speed_mps[brake], np.sqrt(G * radius)
    assert length - s[brake] == pytest.approx((v1**2 - v2**2) / (2.0 * G), rel=1e-3)


def test_slope_of_five_percent_costs_its_share_of_gravity() -> None:
    uphill = optimal_profile(straight(200.0, grade_rad=float(np.arctan(0.05))), PLAIN)
    level = optimal_profile(straight(200.0), PLAIN)
    lost = level.accel_long_mps2[30] - uphill.accel_long_mps2[30]
    # The tyres lose the cosine as well: 0.012 m/s2 here.
    assert lost == pytest.approx(0.49, abs=0.015)


def test_trap_17_power_does_not_grow_with_the_load() -> None:
    winged = replace(PLAIN, lift_area_m2=4.0)
    plain, fast = (optimal_profile(straight(2000.0), car) for car in (PLAIN, winged))
    at = plain.speed_mps > 45.0
    assert fast.accel_long_mps2[at] == pytest.approx(plain.accel_long_mps2[at], abs=0.05)


def test_crest_is_slower_and_dip_is_faster() -> None:
    crest, level, dip = (
        optimal_profile(circle(100.0, vertical_per_m=k), PLAIN).lap_time_s
        for k in (-1e-3, 0.0, 1e-3)
    )
    assert crest > level > dip


def test_drag_and_slope_help_braking() -> None:
    car = replace(PLAIN, drag_area_m2=1.0)
    slowing = [
        limits_of(straight(20.0, grade_rad=float(np.arcsin(sine))), one).brake(0, 1600.0)
        for sine, one in ((0.0, PLAIN), (0.0, car), (0.05, PLAIN))
    ]
    assert slowing[0] == pytest.approx(G)
    assert slowing[1] == pytest.approx(G + 0.5 * 1.225 * 1600.0 / 1000.0)
    assert slowing[2] == pytest.approx(G * (np.sqrt(1.0 - 0.05**2) + 0.05))


@pytest.mark.parametrize("car", [ROAD, plain_table()], ids=["car", "table"])
@pytest.mark.parametrize("first", [1, 777, 2399])
def test_start_of_a_closed_path_does_not_matter(car: PointMass | GgvTable, first: int) -> None:
    here, there = (optimal_profile(path, car) for path in (winding(), winding().rolled(first)))
    assert there.lap_time_s == pytest.approx(here.lap_time_s, abs=1e-6)
    assert np.roll(there.speed_mps, first) == pytest.approx(here.speed_mps, abs=1e-4)


@pytest.mark.parametrize("car", [ROAD, plain_table()], ids=["car", "table"])
def test_mirrored_path_takes_the_same_time(car: PointMass | GgvTable) -> None:
    left, right = (optimal_profile(winding(sign=sign), car) for sign in (1.0, -1.0))
    assert left.lap_time_s == right.lap_time_s
    assert np.array_equal(left.accel_lat_mps2, -right.accel_lat_mps2)


@pytest.mark.parametrize("car", [ROAD, plain_table()], ids=["car", "table"])
def test_half_the_step_changes_the_lap_by_less_than_a_thousandth(
    car: PointMass | GgvTable,
) -> None:
    times = [optimal_profile(winding(step), car).lap_time_s for step in (2.0, 1.0, 0.5)]
    assert times == pytest.approx([times[-1]] * 3, rel=3e-4)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (replace(ROAD, tyre=replace(ROAD.tyre, mu=1.02)), ROAD),
        (replace(ROAD, power_w=1.05 * ROAD.power_w), ROAD),
        (replace(ROAD, mass_kg=0.95 * ROAD.mass_kg), ROAD),
        (plain_table(1.03), plain_table()),
    ],
    ids=["mu", "power", "mass", "table"],
)
def test_more_of_a_good_thing_is_never_slower(
    better: PointMass | GgvTable, worse: PointMass | GgvTable
) -> None:
    assert (
        optimal_profile(winding(), better).lap_time_s < optimal_profile(winding(), worse).lap_time_s
    )


def test_profile_obeys_grip_power_and_brakes_everywhere() -> None:
    profile = optimal_profile(winding(), PLAIN)
    used = np.hypot(profile.accel_long_mps2, profile.accel_lat_mps2) / G
    assert used.max() < 1.01
    power = profile.accel_long_mps2 * profile.speed_mps * PLAIN.mass_kg
    assert power.max() < 1.01 * PLAIN.power_w


def test_no_faster_profile_exists_near_the_solution() -> None:
    """Every point is held by the grip across, by what follows or by what came before."""
    profile = optimal_profile(winding(0.5), PLAIN)
    used = np.hypot(profile.accel_long_mps2, profile.accel_lat_mps2) / G
    power = profile.accel_long_mps2 * profile.speed_mps * PLAIN.mass_kg / PLAIN.power_w
    assert np.quantile(np.maximum(used, power), 0.01) > 0.97


def test_closed_path_without_a_limiting_corner_settles() -> None:
    # Wide enough to be taken flat: drag against power, no corner to begin at.
    car = replace(PLAIN, drag_area_m2=0.8)
    profile = optimal_profile(circle(2000.0, 3000), car)
    assert profile.speed_mps == pytest.approx(np.cbrt(2.0 * 200e3 / (1.225 * 0.8)), rel=2e-3)
    assert np.ptp(profile.speed_mps) < 1e-4


def test_table_gives_the_time_of_the_car_it_was_made_of() -> None:
    speeds, share = np.arange(0.0, 90.0, 1.5), np.sin(np.linspace(0.0, 0.5 * np.pi, 121))
    rows = []
    for v in speeds:
        left = np.sqrt(1.0 - share**2)
        push = np.minimum(G * left, 200.0 / max(v, 1.0)) - 0.0005 * v * v
        rows += list(zip(v + 0 * share, G * share, push, -G * left - 0.0005 * v * v, strict=True))
    car = replace(PLAIN, drag_area_m2=2.0 * 0.0005 * 1000.0 / 1.225)
    by_table = optimal_profile(winding(), table_from_rows(*np.array(rows).T))
    assert by_table.lap_time_s == pytest.approx(
        optimal_profile(winding(), car).lap_time_s, rel=1e-3
    )


def test_same_input_gives_the_same_bits() -> None:
    one, two = (optimal_profile(winding(), ROAD) for _ in range(2))
    assert np.array_equal(one.speed_mps, two.speed_mps)


def test_open_path_begins_at_the_speed_given() -> None:
    profile: OptimalProfile = optimal_profile(straight(100.0), ROAD, start_speed_mps=20.0)
    assert profile.speed_mps[0] == pytest.approx(20.0)


def test_times_and_distances_agree_with_speed() -> None:
    profile = optimal_profile(winding(), ROAD)
    speed: FloatArray = profile.speed_mps
    pairs = 0.5 * (speed + np.roll(speed, -1))
    assert profile.lap_time_s == pytest.approx(float(np.sum(profile.path.step_m / pairs)))
    assert profile.path.length_m == pytest.approx(2400.0)


def test_trap_35_lateral_jerk_of_a_smooth_line_needs_no_limit() -> None:
    """Measured before building one: on a smooth line cars are not asked for more than they do."""
    profile = optimal_profile(winding(), ROAD)
    jerk = np.diff(profile.accel_lat_mps2) / np.diff(profile.time_s)
    # A car that turns in builds its grip in about 0.3 s, which is 33 m/s3.
    assert np.quantile(np.abs(jerk), 0.99) < 33.0


@pytest.mark.parametrize("path", [straight(400.0), circle(100.0)], ids=["open", "closed"])
def test_car_that_cannot_pull_away_is_refused(path: DrivenPath) -> None:
    rows = np.array([(v, u, -1.0, -8.0) for v in (0.0, 50.0) for u in (0.0, 9.0)])
    with pytest.raises(InsufficientDataError) as caught:
        optimal_profile(path, table_from_rows(*rows.T))
    assert "-1 m/s2" in caught.value.one_line()


def test_car_that_only_coasts_arrives_while_its_speed_lasts() -> None:
    rows = np.array([(v, u, -1.0, -8.0) for v in (0.0, 50.0) for u in (0.0, 9.0)])
    table = table_from_rows(*rows.T)
    profile = optimal_profile(straight(400.0), table, start_speed_mps=40.0)
    assert profile.speed_mps[-1] == pytest.approx(np.sqrt(1600.0 - 800.0), rel=1e-6)
    with pytest.raises(InsufficientDataError):
        optimal_profile(straight(400.0), table, start_speed_mps=20.0)
