"""The truth agrees with itself and with closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.synth import (
    VEHICLES,
    Fault,
    FaultKind,
    SyntheticSession,
    generate,
    load_track,
)
from apexlab_desktop.synth.centreline import FloatArray
from tests.unit.synth.synth_fixture import BOTH_WAYS, exact_driver_session, short_session

STEP_S = 1 / 200
G = 9.80665


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_speed_is_the_derivative_of_position(name: str, reverse: bool) -> None:
    truth = short_session(name, reverse=reverse).truth
    dx, dy = np.gradient(truth.x_m, STEP_S), np.gradient(truth.y_m, STEP_S)
    # Central differences: (h^2 / 6) |p'''| with |p'''| <= 25 + v^3 k^2 + ... < 100 m/s3.
    assert np.max(np.abs(np.hypot(dx, dy) - truth.speed_mps)[1:-1]) < 5e-4


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_accelerations_are_the_derivatives_of_velocity(name: str, reverse: bool) -> None:
    truth = short_session(name, reverse=reverse).truth
    vx = truth.speed_mps * np.cos(truth.course_rad)
    vy = truth.speed_mps * np.sin(truth.course_rad)
    ax, ay = np.gradient(vx, STEP_S), np.gradient(vy, STEP_S)
    along = ax * np.cos(truth.course_rad) + ay * np.sin(truth.course_rad)
    across = ay * np.cos(truth.course_rad) - ax * np.sin(truth.course_rad)
    inside = slice(2, -2)
    # Central differences again: (h^2 / 6) |v''|, where lateral jerk changes by 1e4 m/s4 in a kart.
    assert np.max(np.abs(along - truth.accel_long_mps2)[inside]) < 0.1
    assert np.max(np.abs(across - truth.accel_lat_mps2)[inside]) < 0.1
    turning = truth.speed_mps**2 * truth.curvature_per_m
    np.testing.assert_allclose(turning, truth.accel_lat_mps2, atol=1e-9)


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_position_is_station_and_offset_on_the_track(name: str, reverse: bool) -> None:
    session = short_session(name, reverse=reverse)
    truth = session.truth
    place = session.track.at(truth.station_m)
    x = place.x_m - truth.offset_m * np.sin(place.heading_rad)
    y = place.y_m + truth.offset_m * np.cos(place.heading_rad)
    assert np.max(np.hypot(x - truth.x_m, y - truth.y_m)) < 1e-9
    east, north = session.track.plane.project(truth.lat_deg, truth.lon_deg)
    assert np.max(np.hypot(east - truth.x_m, north - truth.y_m)) < 1e-6


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_crossings_are_where_the_geometry_says(name: str, reverse: bool) -> None:
    session = short_session(name, reverse=reverse)
    truth, track = session.truth, session.track
    ends = np.arange(truth.crossings_s.size) * track.length_m
    for time, station in zip(truth.crossings_s, ends, strict=True):
        place = track.at(np.array([station]))
        near = slice(*(np.searchsorted(truth.time_s, [time - 0.02, time + 0.03])))
        along = (truth.x_m[near] - place.x_m) * np.cos(place.heading_rad) + (
            truth.y_m[near] - place.y_m
        ) * np.sin(place.heading_rad)
        # A parabola through ten samples: the error is jerk h^3 / 15, below 1e-6 m.
        fit = np.polynomial.Polynomial.fit(along, truth.time_s[near] - time, 3)
        assert abs(float(fit(0.0))) < 1e-6


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_lap_times_are_the_integral_of_slowness(name: str, reverse: bool) -> None:
    truth = short_session(name, reverse=reverse).truth
    for lap in truth.laps:
        inside = (truth.time_s >= lap.start_s) & (truth.time_s <= lap.end_s)
        driven = np.trapezoid(truth.speed_mps[inside], truth.time_s[inside])
        assert driven == pytest.approx(lap.length_m, abs=1.0)
        if lap.kind == "timed":
            assert lap.lap_time_s == lap.end_s - lap.start_s


def test_laps_tile_the_session_and_are_numbered_from_the_out_lap() -> None:
    truth = short_session("club-short").truth
    assert [(lap.number, lap.kind) for lap in truth.laps] == [
        (0, "out"), (1, "timed"), (2, "timed"), (3, "in"),
    ]  # fmt: skip
    assert truth.laps[0].start_s == 0.0
    for lap, following in zip(truth.laps, truth.laps[1:], strict=False):
        assert lap.end_s == following.start_s
    assert truth.laps[-1].end_s == pytest.approx(truth.time_s[-1], abs=STEP_S)


@pytest.mark.parametrize(("name", "reverse"), BOTH_WAYS)
def test_jerk_stays_below_25(name: str, reverse: bool) -> None:
    truth = short_session(name, reverse=reverse).truth
    assert np.max(np.abs(np.diff(truth.accel_long_mps2))) / STEP_S <= 25.0


@pytest.mark.parametrize("name", ["kart-bowl", "club-short", "grand-circuit"])
def test_tyres_are_never_asked_for_more_than_they_hold(name: str) -> None:
    session = exact_driver_session(name)
    truth, car = session.truth, session.vehicle
    _, slope, vertical = session.track.elevation(truth.station_m)
    square = truth.speed_mps**2
    air = 0.5 * 1.225 / car.mass_kg
    normal = G / np.hypot(1, slope) + square * (vertical + air * car.lift_area_m2)
    used = np.abs(truth.accel_lat_mps2) / (car.grip * normal)
    # Limits hold at the nodes; the kart's chicane peaks between two of them.
    assert np.max(used) <= (1.02 if name == "kart-bowl" else 1.002)
    assert np.max(used) >= 0.98


def test_power_limits_the_straight() -> None:
    session = exact_driver_session("grand-circuit")
    truth, car = session.truth, session.vehicle
    drag = 0.5 * 1.225 * car.drag_area_m2 * truth.speed_mps**2
    power = (car.mass_kg * truth.accel_long_mps2 + drag) * truth.speed_mps
    assert np.percentile(power, 99.5) <= 1.05 * car.power_w


def test_formula_exceeds_300_kmh_on_the_grand_circuit() -> None:
    session = generate(track="grand-circuit", laps=1, vehicle="formula", noise="none")
    assert np.max(session.truth.speed_mps) * 3.6 > 300.0


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_every_vehicle_gets_round(vehicle: str) -> None:
    truth = generate(track="club-short", laps=1, vehicle=vehicle, noise="none").truth
    assert 40.0 < float(truth.laps[1].lap_time_s or 0.0) < 110.0
    assert np.max(np.abs(np.diff(truth.accel_long_mps2))) / STEP_S <= 25.0
    assert np.all(np.diff(truth.station_m) >= 0.0)


@pytest.mark.parametrize("name", ["kart-bowl", "club-short", "club-long", "hill-eight"])
def test_car_stays_on_the_road_outside_the_pits(name: str) -> None:
    session = short_session(name)
    truth = session.truth
    racing = (truth.time_s > truth.crossings_s[0]) & (truth.time_s < truth.crossings_s[-1])
    room = (session.track.width_m - session.vehicle.width_m) / 2
    assert np.max(np.abs(truth.offset_m[racing])) < room


def test_brake_onset_is_where_the_car_begins_to_slow() -> None:
    session = exact_driver_session("club-short")
    truth = session.truth
    event = next(e for e in truth.corner_events if e.lap == 2 and e.corner == 1)
    assert event.brake_onset_s is not None
    at = int(np.searchsorted(truth.time_s, event.brake_onset_s))
    assert abs(truth.accel_long_mps2[at]) < 1.5
    assert truth.accel_long_mps2[at + 120] < -6.0
    assert truth.brake_ratio[at - 5] < 0.02 < truth.brake_ratio[at + 5]


def test_corner_events_cover_every_corner_of_every_timed_lap() -> None:
    session = short_session("club-long")
    seen = [(event.lap, event.corner) for event in session.truth.corner_events]
    assert seen == [(lap, corner) for lap in (1, 2) for corner in range(1, 15)]


@pytest.mark.parametrize(
    ("fault", "low_s", "high_s"),
    [
        # 12 m at 22 instead of up to 46 m/s: at most 12 / 22 - 12 / 46 = 0.28 s, plus the exit.
        (Fault(FaultKind.EARLY_BRAKE, 5, 12.0, (2,)), 0.10, 0.35),
        (Fault(FaultKind.LAZY_THROTTLE, 5, 0.4, (2,)), 0.08, 0.40),
        # 3 km/h less of 80 km/h over about 90 m and a slower exit.
        (Fault(FaultKind.LOW_MIN_SPEED, 5, 3 / 3.6, (2,)), 0.10, 0.45),
        (Fault(FaultKind.MISSED_APEX, 5, 1.5, (2,)), 0.02, 0.5),
        (Fault(FaultKind.SPIN, 5, 4.0, (2,)), 8.0, 25.0),
        (Fault(FaultKind.OFF, 5, 3.0, (2,)), 2.0, 9.0),
        (Fault(FaultKind.TRAFFIC, 5, 200.0, (2,)), 2.0, 6.0),
        (Fault(FaultKind.LIFT, 5, 4.0, (2,)), 0.1, 0.8),
        (Fault(FaultKind.LOCK_UP, 5, 2.0, (2,)), 0.1, 1.0),
    ],
    ids=lambda value: str(getattr(value, "kind", "")),
)
def test_a_fault_costs_its_own_lap_about_what_arithmetic_says(
    fault: Fault, low_s: float, high_s: float
) -> None:
    truth = generate(track="club-short", laps=3, noise="none", faults=[fault]).truth
    (planted,) = truth.faults
    assert planted.laps == (2,)
    assert low_s < planted.cost_s[0] < high_s
    assert planted.total_cost_s == pytest.approx(planted.cost_s[0], abs=0.05)
    assert np.max(np.abs(np.diff(truth.accel_long_mps2))) / STEP_S <= 25.0


def test_tyre_wear_and_fuel_slow_the_laps() -> None:
    plain = _lap_times(generate(laps=8, noise="none"))
    worn = _lap_times(generate(laps=8, noise="none", tyre_wear_per_lap=0.004)) - plain
    # T ~ grip^-1/2 where grip rules, so 0.4 % a lap costs at most 0.2 % of the lap.
    assert 0.0005 < np.polyfit(np.arange(8), worn / plain, 1)[0] < 0.002
    heavy = generate(laps=8, noise="none", fuel_start_kg=60.0, fuel_per_lap_kg=5.0)
    light = _lap_times(heavy) - plain
    assert np.all(np.diff(light) < 0.05)
    assert light[0] > light[-1] > 0.0


def _lap_times(session: SyntheticSession) -> FloatArray:
    return np.diff(session.truth.crossings_s)


def test_pit_stop_marks_its_laps_and_costs_its_time() -> None:
    truth = generate(laps=4, noise="none", pit_stops=(2,)).truth
    assert [lap.in_pit for lap in truth.laps] == [True, False, True, True, False, True]
    assert float(truth.laps[2].lap_time_s or 0) > float(truth.laps[1].lap_time_s or 0) + 20


def test_banking_lets_the_car_through_faster() -> None:
    track = load_track("club-long")
    corner = next(c for c in track.corners if c.bank_deg)
    truth = exact_driver_session("club-long").truth
    inside = (truth.station_m > corner.start_m) & (truth.station_m < corner.end_m)
    assert np.max(np.abs(truth.accel_lat_mps2[inside])) > 1.03 * G
