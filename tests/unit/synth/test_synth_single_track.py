"""The single track against closed forms of the textbook bicycle."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.synth import VEHICLES, SyntheticSession, Vehicle, generate
from apexlab_desktop.synth.single_track import single_track, steady_steer

STEP_S = 1 / 200
G = 9.80665


def circle(vehicle: Vehicle, speed_mps: float, radius_m: float) -> tuple[float, float]:
    """Return slip and steer after twenty seconds on a circle."""
    time_s = np.arange(0.0, 20.0, STEP_S)
    curvature = np.full(time_s.size, 1.0 / radius_m)
    body = single_track(
        vehicle, time_s, np.full(time_s.size, speed_mps), curvature, speed_mps**2 * curvature
    )
    return float(body.slip_rad[-1]), float(body.steer_rad[-1])


@pytest.mark.parametrize("name", VEHICLES)
@pytest.mark.parametrize(("speed_mps", "radius_m"), [(12.0, 40.0), (25.0, -120.0), (50.0, 400.0)])
def test_on_a_circle_slip_and_steer_are_those_of_the_textbook(
    name: str, speed_mps: float, radius_m: float
) -> None:
    car = VEHICLES[name]
    slip, steer = circle(car, speed_mps, radius_m)
    lateral = speed_mps**2 / radius_m
    # Rear wheels roll along the tangent at their own place, less their slip angle.
    assert slip == pytest.approx(
        car.rear_arm_m / radius_m - car.rear_slip_rad_per_mps2 * lateral, abs=1e-5
    )
    assert steer == pytest.approx(
        car.wheelbase_m / radius_m + car.understeer_rad_per_mps2 * lateral, abs=1e-12
    )


@pytest.mark.parametrize("name", VEHICLES)
def test_no_car_begins_to_weave_at_its_top_speed(name: str) -> None:
    car = VEHICLES[name]
    time_s = np.arange(0.0, 8.0, STEP_S)
    curvature = np.where((time_s > 1.0) & (time_s < 1.2), 1e-3, 0.0)
    speed = np.full(time_s.size, car.gear_speeds_mps[-1])
    slip = single_track(car, time_s, speed, curvature, speed**2 * curvature).slip_rad
    early = np.max(np.abs(slip[(time_s > 1.5) & (time_s < 3.5)]))
    assert np.max(np.abs(slip[time_s > 6.0])) < 0.25 * early


def test_the_body_points_out_of_a_slow_curve_and_into_a_fast_one() -> None:
    car = VEHICLES["road"]
    tangent_mps = (car.rear_arm_m / car.rear_slip_rad_per_mps2) ** 0.5
    assert circle(car, 0.8 * tangent_mps, 60.0)[0] > 0.0 > circle(car, 1.2 * tangent_mps, 60.0)[0]
    assert circle(car, 1.2 * tangent_mps, -60.0)[0] > 0.0


def test_a_step_of_the_wheel_is_answered_with_the_frequency_of_the_equations() -> None:
    # With equal axles lateral and yaw motion come apart: T s^2 + s + 1 / (u v) = 0 for both,
    # u the slip per lateral acceleration: an oscillation that dies with exp(-t / 2T).
    car = Vehicle(
        name="neutral", tire_category="slick", mass_kg=1000.0, power_w=1e5, grip=1.0,
        brake_limit_mps2=9.0, drag_area_m2=0.6, gear_speeds_mps=(60.0,),
        understeer_rad_per_mps2=0.0,
    )  # fmt: skip
    speed = 30.0
    time_s = np.arange(0.0, 6.0, STEP_S)
    curvature = np.where(time_s >= 1.0, 0.01, 0.0)
    body = single_track(car, time_s, np.full(time_s.size, speed), curvature, speed**2 * curvature)
    rest = body.slip_rad - body.slip_rad[-1]
    frequency = np.sqrt(
        1.0 / (car.rear_slip_rad_per_mps2 * speed * car.relaxation_s)
        - 1.0 / (2 * car.relaxation_s) ** 2
    )
    period = 2 * np.pi / frequency
    late = (time_s > 1.6) & (time_s < 3.5)
    crossings = np.flatnonzero(np.diff(np.sign(rest[late])) != 0)
    assert np.diff(crossings).mean() * STEP_S == pytest.approx(period / 2, rel=0.03)


def test_the_wheel_turns_ahead_of_the_curve() -> None:
    car = VEHICLES["road"]
    time_s = np.arange(0.0, 4.0, STEP_S)
    curvature = np.where(time_s >= 2.0, 0.01, 0.0)
    speed = np.full(time_s.size, 25.0)
    steer = single_track(car, time_s, speed, curvature, speed**2 * curvature).steer_rad
    begin_s = float(time_s[np.argmax(steer > 0.5 * steer[-1])])
    assert begin_s == pytest.approx(2.0 - car.relaxation_s, abs=2 * STEP_S)


@pytest.fixture(scope="module")
def session() -> SyntheticSession:
    return generate(track="club-long", laps=1, noise="none", seed=2, single_track=True)


def test_yaw_rate_is_the_derivative_of_the_heading(session: SyntheticSession) -> None:
    truth = session.truth
    rate = np.gradient(truth.heading_rad, STEP_S)
    assert np.max(np.abs(rate - truth.yaw_rate_radps)[1:-1]) < 2e-3
    np.testing.assert_allclose(truth.heading_rad, truth.course_rad - truth.slip_rad)


def test_the_path_is_the_same_with_and_without_a_body(session: SyntheticSession) -> None:
    plain = generate(track="club-long", laps=1, noise="none", seed=2).truth
    np.testing.assert_array_equal(plain.x_m, session.truth.x_m)
    np.testing.assert_array_equal(plain.crossings_s, session.truth.crossings_s)
    assert not plain.slip_rad.any()
    np.testing.assert_array_equal(plain.yaw_rate_radps, plain.speed_mps * plain.curvature_per_m)


@pytest.mark.parametrize(("track", "most_deg"), [("kart-bowl", 8.0), ("club-long", 5.0)])
def test_slip_angles_stay_those_of_a_driven_car(track: str, most_deg: float) -> None:
    truth = generate(track=track, laps=1, noise="none", single_track=True).truth
    assert 1.0 < np.degrees(np.max(np.abs(truth.slip_rad))) < most_deg


def test_the_body_feels_the_acceleration_along_its_own_axes(session: SyntheticSession) -> None:
    truth = session.truth
    along, across = truth.body_accel_mps2
    # The same vector seen from the ground: turned back by the heading.
    cos, sin = np.cos(truth.heading_rad), np.sin(truth.heading_rad)
    vx = truth.speed_mps * np.cos(truth.course_rad)
    vy = truth.speed_mps * np.sin(truth.course_rad)
    east, north = np.gradient(vx, STEP_S), np.gradient(vy, STEP_S)
    assert np.max(np.abs(along - (east * cos + north * sin))[2:-2]) < 0.1
    assert np.max(np.abs(across - (north * cos - east * sin))[2:-2]) < 0.1


def test_a_point_mass_steers_as_the_curve_needs_now() -> None:
    plain = generate(track="club-short", laps=1, noise="none")
    truth, car = plain.truth, plain.vehicle
    steer = steady_steer(car, truth.curvature_per_m, truth.accel_lat_mps2)
    np.testing.assert_allclose(truth.steering_angle_rad, car.steering_ratio * steer)
