"""Mirrored channels against the motion that GPS shows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from apexlab_desktop.analysis.types import Channel, ChannelGroup, FloatArray, Notice
from apexlab_desktop.importers.signs import check_signs, motion_of

RATE_HZ = 10
N = 600
TIME_S = np.arange(N) / RATE_HZ
YAW_RATE = 0.3 * np.sin(0.2 * TIME_S)
"""Left and right turns of up to 0.3 rad/s, a period of 31 s."""
SPEED = 30.0 + 5.0 * np.sin(0.5 * TIME_S)
LATERAL = SPEED * YAW_RATE
LONGITUDINAL = 2.5 * np.cos(0.5 * TIME_S)


def group(time_s: FloatArray, **channels: FloatArray) -> ChannelGroup:
    return ChannelGroup(
        name="100: gps",
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        channels=tuple(
            Channel(name=name, vendor_name=f"vendor_{name}", values=values)
            for name, values in channels.items()
        ),
        rate_hz=RATE_HZ,
    )


def gps(speed: FloatArray = SPEED, yaw_rate: FloatArray = YAW_RATE) -> ChannelGroup:
    # The heading is the exact integral of the yaw rate, wrapped as a compass wraps.
    course = np.cumsum(np.append(0.0, 0.5 * (yaw_rate[1:] + yaw_rate[:-1]) / RATE_HZ))
    wrapped = np.mod(course + math.pi, 2 * math.pi) - math.pi
    return group(TIME_S, speed_mps=speed, course_rad=wrapped)


def checked(name: str, values: FloatArray) -> tuple[Channel, tuple[Notice, ...]]:
    found, notices = check_signs(group(TIME_S, **{name: values}), motion_of(gps()))
    return found.channels[0], notices


def test_the_motion_is_that_of_the_car() -> None:
    motion = motion_of(gps())
    assert motion is not None
    at = motion.time_us * 1e-6
    # Midway between fixes: chords of a sine of 0.5 rad/s lose h^2 w^2 / 24 = 1e-4 of it.
    assert np.max(np.abs(motion.lateral_mps2 - np.interp(at, TIME_S, LATERAL))) < 0.02
    assert np.max(np.abs(motion.longitudinal_mps2 - np.interp(at, TIME_S, LONGITUDINAL))) < 0.02


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("accel_lat_mps2", LATERAL),
        ("yaw_rate_radps", YAW_RATE),
        ("steering_angle_rad", 8.0 * YAW_RATE),
        ("accel_long_mps2", LONGITUDINAL),
    ],
)
def test_a_right_sign_stays_and_a_mirrored_one_is_turned(name: str, values: FloatArray) -> None:
    same, notices = checked(name, values)
    assert same.values is values
    assert notices == ()
    turned, notices = checked(name, -values)
    np.testing.assert_array_equal(turned.values, values)
    assert [n.code for n in notices] == ["sign_flipped"]
    assert "-1.00" in notices[0].detail or "-0.9" in notices[0].detail


def test_noise_does_not_turn_a_sign() -> None:
    noise = np.random.default_rng(3).normal(0.0, 2.0, N)
    same, notices = checked("accel_lat_mps2", LATERAL + noise)
    assert notices == ()
    assert float(np.corrcoef(same.values, LATERAL)[0, 1]) > 0.5


def test_a_channel_that_contradicts_the_motion_keeps_only_its_own_name() -> None:
    found, notices = checked("accel_lat_mps2", np.random.default_rng(5).normal(0.0, 3.0, N))
    assert found.name == "vendor_accel_lat_mps2"
    assert [n.code for n in notices] == ["channel_contradicts_motion"]


def test_a_steering_wheel_that_hardly_correlates_is_kept() -> None:
    # Counter-steer and slow hands spoil the correlation of a sound channel.
    found, notices = checked("steering_angle_rad", np.random.default_rng(5).normal(0.0, 3.0, N))
    assert found.name == "steering_angle_rad"
    assert notices == ()


def test_straight_driving_proves_no_sign() -> None:
    motion = motion_of(gps(yaw_rate=np.zeros(N)))
    _, notices = check_signs(group(TIME_S, accel_lat_mps2=np.sin(TIME_S)), motion)
    assert [n.code for n in notices] == ["sign_not_checked"]


def test_a_constant_channel_proves_no_sign() -> None:
    _, notices = checked("accel_lat_mps2", np.full(N, 1.0))
    assert [n.code for n in notices] == ["sign_not_checked"]


def test_a_channel_of_another_rate_and_span_is_compared_where_both_are() -> None:
    fast_s = np.arange(20.0, 50.0, 0.01)
    values = -np.interp(fast_s, TIME_S, LATERAL)
    found, notices = check_signs(group(fast_s, accel_lat_mps2=values), motion_of(gps()))
    np.testing.assert_array_equal(found.channels[0].values, -values)
    assert [n.code for n in notices] == ["sign_flipped"]


def test_missing_samples_do_not_matter() -> None:
    holes = np.where(np.arange(N) % 3 == 0, np.nan, -LATERAL)
    found, notices = checked("accel_lat_mps2", holes)
    assert [n.code for n in notices] == ["sign_flipped"]
    assert np.isnan(found.values[0])


def test_spikes_of_differenced_fixes_do_not_decide() -> None:
    speed = SPEED.copy()
    speed[100:105] = [5.0, 60.0, 5.0, 60.0, 5.0]
    _, notices = check_signs(group(TIME_S, accel_long_mps2=LONGITUDINAL), motion_of(gps(speed)))
    assert notices == ()


def test_other_channels_are_left_alone() -> None:
    whole = group(TIME_S, engine_speed_rpm=-LATERAL, imu_accel_y_mps2=-LATERAL)
    assert check_signs(whole, motion_of(gps())) == (whole, ())


@pytest.mark.parametrize("absent", ["speed_mps", "course_rad"])
def test_without_speed_or_course_there_is_no_motion(absent: str) -> None:
    channels = {c.name: c.values for c in gps().channels if c.name != absent}
    assert motion_of(group(TIME_S, **channels)) is None


def test_a_standing_car_shows_no_motion() -> None:
    assert motion_of(gps(speed=np.full(N, 1.0))) is None
