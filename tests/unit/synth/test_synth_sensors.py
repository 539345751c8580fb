"""Sensors err as much as they were asked to."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.synth import NOISES, ImuSettings, Noise, generate
from apexlab_desktop.synth.sensors import gauss_markov
from tests.unit.synth.synth_fixture import noisy_session, short_session

G = 9.80665


def _errors(noise: Noise) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    session = noisy_session(noise)
    x, y = session.track.plane.project(session.gps.lat_deg, session.gps.lon_deg)
    truth, t = session.truth, session.gps.time_s
    dx = x - np.interp(t, truth.time_s, truth.x_m)
    dy = y - np.interp(t, truth.time_s, truth.y_m)
    dv = session.gps.speed_mps - np.interp(t, truth.time_s, truth.speed_mps)
    return dx, dy, dv


@pytest.mark.parametrize(("sigma", "tau"), [(0.8, 60.0), (0.1, 0.6)])
def test_gauss_markov_has_the_sigma_and_time_constant_asked_for(sigma: float, tau: float) -> None:
    step = tau / 20
    series = gauss_markov(400_000, step, sigma, tau, np.random.default_rng(3))
    # 400 000 steps are 20 000 time constants: sigma is known to 0.7 %.
    assert np.std(series) == pytest.approx(sigma, rel=0.03)
    assert np.corrcoef(series[:-20], series[20:])[0, 1] == pytest.approx(np.exp(-1), abs=0.03)


def test_exact_receiver_reports_the_truth() -> None:
    session = short_session("club-long")
    truth, gps = session.truth, session.gps
    at = np.searchsorted(truth.time_s, gps.time_s)
    # 25 Hz fixes fall on every eighth sample of 200 Hz.
    np.testing.assert_allclose(gps.lat_deg, truth.lat_deg[at], atol=1e-11)
    np.testing.assert_allclose(gps.lon_deg, truth.lon_deg[at], atol=1e-11)
    np.testing.assert_allclose(gps.speed_mps, truth.speed_mps[at], atol=1e-9)
    moving = gps.speed_mps > 1.0
    bearing = (90.0 - np.degrees(truth.course_rad[at])) % 360.0
    off = (gps.bearing_deg - bearing + 180.0) % 360.0 - 180.0
    assert np.max(np.abs(off[moving])) < 1e-6


def test_fast_and_white_noise_have_the_sigma_asked_for() -> None:
    dx, dy, dv = _errors(Noise(fast_sigma_m=0.10, white_sigma_m=0.02, speed_sigma_mps=0.05))
    asked = np.hypot(0.10, 0.02)
    assert np.std(np.concatenate([dx, dy])) == pytest.approx(asked, rel=0.05)
    assert np.std(dv) == pytest.approx(0.05, rel=0.05)


def test_slow_drift_has_the_sigma_asked_for() -> None:
    dx, dy, _ = _errors(Noise(slow_sigma_m=0.8, slow_tau_s=20.0))
    # 1700 s are about 85 time constants per axis: 170 in all, sigma to about 8 %.
    assert np.std(np.concatenate([dx, dy])) == pytest.approx(0.8, rel=0.2)
    assert np.std(np.diff(dx)) < 0.1


def test_course_noise_is_doppler_noise_over_speed() -> None:
    session = noisy_session(Noise(speed_sigma_mps=0.05))
    truth, gps = session.truth, session.gps
    course = np.interp(gps.time_s, truth.time_s, truth.course_rad)
    off = np.radians((gps.bearing_deg - 90.0 + np.degrees(course) + 180.0) % 360.0 - 180.0)
    fast = gps.speed_mps > 20.0
    assert np.std(off[fast] * gps.speed_mps[fast]) == pytest.approx(0.05, rel=0.05)


def test_spikes_and_frozen_fixes_are_told() -> None:
    session = noisy_session(Noise(spike_ratio=0.01, frozen_per_hour=60.0, dropouts_per_hour=60.0))
    gps = session.gps
    dx, dy, _ = _errors(session.noise)
    error = np.hypot(dx, dy)
    assert np.mean(gps.is_spike) == pytest.approx(0.01, abs=0.002)
    assert np.min(error[gps.is_spike & ~gps.is_frozen]) >= 4.9
    assert np.max(error[gps.is_spike]) < 600.0
    assert np.max(error[~gps.is_spike & ~gps.is_frozen]) < 1e-3
    frozen = np.flatnonzero(gps.is_frozen)
    contiguous = frozen[np.diff(gps.time_s)[frozen - 1] < 0.05]
    np.testing.assert_array_equal(gps.lat_deg[contiguous], gps.lat_deg[contiguous - 1])
    assert len(gps.dropouts_s) > 10
    for begin, end in gps.dropouts_s:
        assert not np.any((gps.time_s >= begin) & (gps.time_s < end))


def test_latency_makes_fixes_old() -> None:
    session = noisy_session(Noise(latency_s=0.2))
    truth, gps = session.truth, session.gps
    late = np.interp(gps.time_s - 0.2, truth.time_s, truth.speed_mps)
    np.testing.assert_allclose(gps.speed_mps, late, atol=1e-3)


def test_quantisation_rounds_to_the_step() -> None:
    gps = noisy_session(NOISES["consumer"]).gps
    np.testing.assert_allclose(gps.lat_deg, np.round(gps.lat_deg, 7), atol=1e-12)
    np.testing.assert_allclose(gps.speed_mps, np.round(gps.speed_mps, 3), atol=1e-12)


def test_clock_jitter_never_turns_time_back() -> None:
    gps = noisy_session(Noise(clock_jitter_s=0.02)).gps
    assert np.all(np.diff(gps.time_s) > 0)
    assert np.std(gps.time_s * 25 - np.round(gps.time_s * 25)) > 0.1


def test_obd_is_late_by_its_lag_and_in_whole_kmh() -> None:
    session = noisy_session(NOISES["good"])
    obd, truth = session.obd, session.truth
    kmh = obd.speed_mps * 3.6
    np.testing.assert_allclose(kmh, np.round(kmh), atol=1e-9)
    lags = np.arange(0.0, 0.8, 0.02)
    rpm = truth.engine_speed_rpm
    misfit = [
        np.std(obd.engine_speed_rpm - np.interp(obd.time_s - lag, truth.time_s, rpm))
        for lag in lags
    ]
    assert lags[int(np.argmin(misfit))] == pytest.approx(session.obd.lag_s, abs=0.021)
    assert np.min(obd.throttle_ratio) == pytest.approx(0.14, abs=0.005)


def test_turned_imu_gives_the_truth_back_when_turned_again() -> None:
    exact = {
        "accel_bias_mps2": 0.0, "rate_bias_radps": 0.0, "bias_walk_mps2": 0.0, "scale_sigma": 0.0,
        "vibration_mps2": 0.0, "white_mps2": 0.0, "white_radps": 0.0,
        "body_roll_rad_per_mps2": 0.0,
    }  # fmt: skip
    turned = generate(
        laps=1,
        noise="none",
        imu=ImuSettings(yaw_rad=np.pi / 2, roll_rad=0.0, pitch_rad=0.0, **exact),
    )
    truth, imu = turned.truth, turned.imu
    assert imu is not None
    ax = np.interp(imu.time_s, truth.time_s, truth.accel_long_mps2)
    ay = np.interp(imu.time_s, truth.time_s, truth.accel_lat_mps2)
    # The sensor's x looks to the car's left, its y to the rear.
    np.testing.assert_allclose(imu.accel_mps2[:, 0], ay, atol=1e-9)
    np.testing.assert_allclose(imu.accel_mps2[:, 1], -ax, atol=1e-9)
    np.testing.assert_allclose(imu.accel_mps2[:, 2], G, atol=1e-9)
    yaw = np.interp(imu.time_s, truth.time_s, truth.speed_mps * truth.curvature_per_m)
    np.testing.assert_allclose(imu.rate_radps[:, 2], yaw, atol=1e-9)
