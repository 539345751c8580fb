"""Ways over dropouts in closed form: circle, braking, and what both together must give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.fusion import Bridge, End, bridge, bridged, refined
from apexlab_desktop.analysis.imu import BodyMotion
from apexlab_desktop.analysis.kinematics import Motion
from apexlab_desktop.analysis.motion_source import MotionSamples
from apexlab_desktop.analysis.types import FloatArray

RADIUS_M, SPEED_MPS = 50.0, 25.0
YAW_RADPS = SPEED_MPS / RADIUS_M


def body(
    along: FloatArray | float, left: FloatArray | float, yaw: float | None, noise: float = 0.1
) -> BodyMotion:
    time_s = np.arange(-1.0, 11.0, 0.02)
    rows = [np.broadcast_to(np.asarray(v, dtype=np.float64), time_s.shape) for v in (along, left)]
    return BodyMotion(
        time_s=time_s,
        accel_mps2=np.stack(rows),
        yaw_rate_radps=None if yaw is None else np.full(time_s.size, yaw),
        correlation=(1.0, 1.0),
        lag_s=0.0,
        up=np.array([0.0, 0.0, 1.0]),
        noise=noise,
    )


def on_circle(time_s: float) -> End:
    angle = YAW_RADPS * time_s
    return End(
        time_s=time_s,
        x_m=RADIUS_M * np.sin(angle),
        y_m=RADIUS_M * (1.0 - np.cos(angle)),
        speed_mps=SPEED_MPS,
        course_rad=angle,
    )


def over_circle(felt: BodyMotion, at_s: FloatArray) -> Bridge:
    found = bridge(on_circle(0.0), on_circle(2.0), at_s, felt)
    assert found is not None
    return found


@pytest.mark.parametrize("yaw", [YAW_RADPS, None])
def test_circle_is_followed_exactly(yaw: float | None) -> None:
    at_s = np.linspace(0.1, 1.9, 19)
    found = over_circle(body(0.0, SPEED_MPS**2 / RADIUS_M, yaw), at_s)
    assert found.x_m == pytest.approx(RADIUS_M * np.sin(YAW_RADPS * at_s), abs=2e-3)
    assert found.y_m == pytest.approx(RADIUS_M * (1 - np.cos(YAW_RADPS * at_s)), abs=2e-3)
    assert found.speed_mps == pytest.approx(SPEED_MPS, abs=5e-3)
    assert found.course_rad == pytest.approx(YAW_RADPS * at_s, abs=1e-3)


def test_braking_inside_the_dropout_is_seen() -> None:
    """Steady, then -10 m/s2 from the middle on: two fixes alone cannot tell when."""
    time_s = np.arange(-1.0, 11.0, 0.02)
    along = np.where((time_s > 1.0) & (time_s < 2.0), -10.0, 0.0)
    start = End(time_s=0.0, x_m=0.0, y_m=0.0, speed_mps=40.0, course_rad=0.0)
    end = End(time_s=2.0, x_m=75.0, y_m=0.0, speed_mps=30.0, course_rad=0.0)
    found = bridge(start, end, np.array([0.5, 1.0, 1.5]), body(along, 0.0, 0.0))
    assert found is not None
    assert found.speed_mps == pytest.approx([40.0, 40.0, 35.0], abs=0.2)
    assert found.x_m == pytest.approx([20.0, 40.0, 58.75], abs=0.1)


def test_bias_is_shared_out_and_both_ends_are_met() -> None:
    at_s = np.array([1e-6, 2.0 - 1e-6])
    found = over_circle(body(0.5, SPEED_MPS**2 / RADIUS_M, YAW_RADPS + 0.02), at_s)
    for name in ("x_m", "y_m", "speed_mps", "course_rad"):
        ends = [getattr(on_circle(t), name) for t in (0.0, 2.0)]
        assert getattr(found, name) == pytest.approx(ends, abs=0.02)


def test_course_is_met_whatever_its_full_turns() -> None:
    end = replace(on_circle(2.0), course_rad=on_circle(2.0).course_rad + 4.0 * np.pi)
    felt = body(0.0, SPEED_MPS**2 / RADIUS_M, YAW_RADPS)
    found = bridge(on_circle(0.0), end, np.array([1.0]), felt)
    assert found is not None
    assert found.course_rad == pytest.approx(YAW_RADPS, abs=1e-3)


def test_sigma_is_that_of_a_pinned_random_walk() -> None:
    """At mid-gap q T^3 / 192 in place and q T / 4 in velocity; nothing at the ends."""
    found = over_circle(body(0.0, 0.0, YAW_RADPS, noise=0.3), np.array([0.0, 1.0, 2.0]))
    q, span_s = 0.3**2, 2.0
    assert found.position_sigma_m == pytest.approx([0.0, np.sqrt(q * span_s**3 / 192.0), 0.0])
    assert found.velocity_sigma_mps == pytest.approx([0.0, np.sqrt(q * span_s / 4.0), 0.0])


def test_dropout_that_the_body_did_not_record_stays() -> None:
    felt = body(0.0, 0.0, 0.0)
    assert bridge(on_circle(10.0), on_circle(12.0), np.array([11.0]), felt) is None
    assert bridge(on_circle(1.0), on_circle(1.0), np.array([1.0]), felt) is None


def test_only_dropouts_between_known_samples_are_bridged() -> None:
    time_s = np.arange(0.0, 8.0, 0.1)
    ends = [on_circle(t) for t in time_s.tolist()]
    samples = MotionSamples(
        time_s=time_s,
        segment=np.zeros(time_s.size, dtype=np.int64),
        x_m=np.array([end.x_m for end in ends]),
        y_m=np.array([end.y_m for end in ends]),
        speed_mps=np.array([end.speed_mps for end in ends]),
        course_rad=np.array([end.course_rad for end in ends]),
    )
    unknown = ((time_s > 3.0) & (time_s < 5.0)) | (time_s > 7.5)
    guessed = replace(samples, x_m=np.where(unknown, 0.0, samples.x_m))
    found, sigma_m = bridged(guessed, unknown, body(0.0, SPEED_MPS**2 / RADIUS_M, YAW_RADPS))
    inside = (time_s > 3.0) & (time_s < 5.0)
    assert np.isfinite(sigma_m).tolist() == inside.tolist()
    assert found.x_m[inside] == pytest.approx(samples.x_m[inside], abs=5e-3)
    assert np.all(found.x_m[time_s > 7.5] == 0.0)


def test_what_slow_fixes_even_out_is_added_from_the_body() -> None:
    time_s = np.arange(0.0, 10.0, 1.0)
    fine_s = np.arange(-1.0, 11.0, 0.02)
    wave = np.sin(2.0 * np.pi * 0.5 * fine_s)
    nothing = np.zeros(time_s.size)
    motion = Motion(accel_long_mps2=nothing, accel_lat_mps2=nothing, curvature_per_m=nothing)
    # Three fixes at 1 Hz take the mean over two seconds: of this wave they see nothing.
    found = refined(motion, time_s, body(0.0, wave, None), n_window=3, period_s=1.0)
    inside = (time_s > 1.0) & (time_s < 9.0)
    true = np.sin(2.0 * np.pi * 0.5 * time_s)
    assert found.accel_lat_mps2[inside] == pytest.approx(true[inside], abs=0.1)
    assert found.accel_long_mps2 == pytest.approx(0.0, abs=1e-12)


def test_constant_error_of_the_body_changes_nothing() -> None:
    time_s = np.arange(0.0, 10.0, 0.2)
    nothing = np.zeros(time_s.size)
    motion = Motion(accel_long_mps2=nothing, accel_lat_mps2=nothing, curvature_per_m=nothing)
    found = refined(motion, time_s, body(0.4, -0.3, None), n_window=5, period_s=0.2)
    assert found.accel_long_mps2 == pytest.approx(0.0, abs=1e-9)
    assert found.accel_lat_mps2 == pytest.approx(0.0, abs=1e-9)
