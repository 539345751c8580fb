"""Accelerometer and gyroscope with the receiver, against the generator (algorithms.md 2.3)."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache

import numpy as np
import pytest

from apexlab_desktop.analysis import fusion, imu, trajectory
from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2 as G
from apexlab_desktop.analysis.types import FloatArray, Trajectory
from apexlab_desktop.synth.car_sensors import ImuSettings
from apexlab_desktop.synth.sensors import NOISES, Noise
from apexlab_desktop.synth.session import SyntheticSession, generate
from tests.oracle.synth_raw import raw_session, with_imu

STRAIGHT_UP = ImuSettings()
MOUNTS = [
    STRAIGHT_UP,
    ImuSettings(roll_rad=1.3, pitch_rad=-0.7, yaw_rad=2.5),
    ImuSettings(roll_rad=-2.8, pitch_rad=0.2, yaw_rad=-1.6),
]
"""Upright, on its side, and upside down."""


@lru_cache(maxsize=16)
def driven(
    rate_hz: float, noise: str, mount: ImuSettings, track: str = "club-short"
) -> SyntheticSession:
    return generate(track, 4, rate_hz, 3, noise, imu=mount)


def built(made: SyntheticSession, *, inertial: bool) -> Trajectory:
    drive, _ = trajectory.build(with_imu(made) if inertial else raw_session(made))
    assert drive is not None
    return drive


def rms_g(made: SyntheticSession, drive: Trajectory, name: str) -> float:
    """Return the error of an acceleration against the unsmoothed truth at speed [g]."""
    truth = made.truth
    found = getattr(drive, name)
    true = np.interp(drive.time_s, truth.time_s, getattr(truth, name))
    at_speed = (drive.speed_mps > 10.0) & np.isfinite(found)
    return float(np.sqrt(np.mean((found - true)[at_speed] ** 2))) / G


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 25.0])
def test_lateral_acceleration_is_within_two_hundredths_of_g(rate_hz: float) -> None:
    made = driven(rate_hz, "consumer", STRAIGHT_UP)
    assert rms_g(made, built(made, inertial=True), "accel_lat_mps2") <= 0.02


@pytest.mark.parametrize("name", ["accel_long_mps2", "accel_lat_mps2"])
@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 25.0])
def test_an_accelerometer_never_makes_accelerations_worse(rate_hz: float, name: str) -> None:
    made = driven(rate_hz, "consumer", STRAIGHT_UP)
    alone, together = (rms_g(made, built(made, inertial=one), name) for one in (False, True))
    assert together <= alone


@pytest.mark.parametrize("mount", MOUNTS[1:])
def test_mounting_makes_no_difference(mount: ImuSettings) -> None:
    upright, turned = (
        built(driven(5.0, "consumer", one), inertial=True) for one in (STRAIGHT_UP, mount)
    )
    for name in ("accel_long_mps2", "accel_lat_mps2"):
        apart = getattr(upright, name) - getattr(turned, name)
        assert np.sqrt(np.nanmean(apart**2)) <= 0.02 * G


def with_dropouts(rate_hz: float) -> SyntheticSession:
    fields = {**asdict(NOISES["consumer"]), "dropouts_per_hour": 150.0}
    return generate("club-long", 4, rate_hz, 9, Noise(**fields), imu=MOUNTS[1])


@pytest.mark.parametrize("rate_hz", [10.0, 25.0])
def test_dropouts_are_bridged_within_a_metre_and_half_a_metre_per_second(rate_hz: float) -> None:
    made = with_dropouts(rate_hz)
    drive, notices = trajectory.build(with_imu(made))
    assert drive is not None
    assert "dropouts_bridged" in {notice.code for notice in notices}
    off_x_m, off_y_m = _offset(made, drive)
    filled = drive.is_interpolated
    assert filled.sum() > 50
    # The drift of the receiver is not the bridge's: error beyond that of the fixes around.
    for off_m in (off_x_m, off_y_m):
        around_m = np.interp(drive.time_s, drive.time_s[~filled], off_m[~filled])
        assert np.max(np.abs(off_m - around_m)[filled]) < 1.0
    true_mps = np.interp(drive.time_s, made.truth.time_s, made.truth.speed_mps)
    assert np.max(np.abs(drive.speed_mps - true_mps)[filled]) < 0.5
    assert not np.isnan(drive.accel_lat_mps2).any()


def _offset(made: SyntheticSession, drive: Trajectory) -> tuple[FloatArray, FloatArray]:
    assert drive.origin_lat_deg is not None
    assert drive.origin_lon_deg is not None
    plane = type(made.track.plane)(drive.origin_lat_deg, drive.origin_lon_deg)
    true_x, true_y = plane.project(
        *(
            np.interp(drive.time_s, made.truth.time_s, values)
            for values in (made.truth.lat_deg, made.truth.lon_deg)
        )
    )
    return drive.x_m - true_x, drive.y_m - true_y


def test_sigma_of_a_bridge_is_honest() -> None:
    squares = [square for track in ("club-long", "kart-bowl") for square in _squares(track)]
    assert 0.5 <= np.mean(squares) <= 2.0


def _squares(track: str) -> list[float]:
    made = driven(10.0, "none", MOUNTS[1], track)
    drive = built(made, inertial=False)
    reference = imu.Reference(
        time_s=drive.time_s,
        speed_mps=drive.speed_mps,
        accel_long_mps2=drive.accel_long_mps2,
        accel_lat_mps2=drive.accel_lat_mps2,
        period_s=0.1,
        n_window=5,
    )
    body = imu.aligned(with_imu(made), reference)
    assert body is not None
    starts_s = np.arange(60.0, made.truth.time_s[-1] - 60.0, 3.7)
    return [_normalised_square(made, body, start_s) for start_s in starts_s]


def _normalised_square(made: SyntheticSession, body: imu.BodyMotion, start_s: float) -> float:
    """Return the mean squared error over its variance for a dropout of two seconds."""
    truth = made.truth
    x_m, y_m = made.track.plane.project(truth.lat_deg, truth.lon_deg)
    course_rad = np.unwrap(np.arctan2(np.gradient(y_m), np.gradient(x_m)))

    def end(at_s: float) -> fusion.End:
        x, y, speed, course = (
            float(np.interp(at_s, truth.time_s, values))
            for values in (x_m, y_m, truth.speed_mps, course_rad)
        )
        return fusion.End(time_s=at_s, x_m=x, y_m=y, speed_mps=speed, course_rad=course)

    at_s = np.linspace(start_s + 0.2, start_s + 1.8, 9)
    found = fusion.bridge(end(start_s), end(start_s + 2.0), at_s, body)
    assert found is not None
    off_x = found.x_m - np.interp(at_s, truth.time_s, x_m)
    off_y = found.y_m - np.interp(at_s, truth.time_s, y_m)
    return float(np.mean((off_x**2 + off_y**2) / 2.0 / found.position_sigma_m**2))
