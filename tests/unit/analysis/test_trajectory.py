"""From channels to motion, on a circle whose every number is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import trajectory
from apexlab_desktop.analysis.types import (
    BoolArray,
    Channel,
    ChannelGroup,
    FloatArray,
    RawSession,
    Severity,
    Trajectory,
)
from apexlab_desktop.errors import InsufficientDataError
from tests.oracle.synth_raw import plane_to_lat_lon

RADIUS_M, SPEED_MPS = 80.0, 24.0
RATE_HZ = 10.0
NAMES = ("lat_deg", "lon_deg", "speed_mps", "course_rad")


def circle(time_s: FloatArray) -> dict[str, FloatArray]:
    """Return the channels of a car that goes round to the left, beginning eastwards."""
    angle = SPEED_MPS / RADIUS_M * time_s
    x_m, y_m = RADIUS_M * np.sin(angle), RADIUS_M * (1.0 - np.cos(angle))
    lat_deg, lon_deg = plane_to_lat_lon(x_m, y_m, 50.0, 8.0)
    return {
        "lat_deg": lat_deg,
        "lon_deg": lon_deg,
        "speed_mps": np.full(time_s.size, SPEED_MPS),
        "course_rad": angle,
    }


def times(duration_s: float = 60.0, rate_hz: float = RATE_HZ) -> FloatArray:
    return np.arange(0.0, duration_s, 1.0 / rate_hz)


def session(
    time_s: FloatArray, columns: dict[str, FloatArray], *, is_sim: bool = False
) -> RawSession:
    channels = tuple(Channel(name=name, values=values) for name, values in columns.items())
    time_us = np.rint(time_s * 1e6).astype(np.int64)
    group = ChannelGroup(name="gps", time_us=time_us, channels=channels)
    return RawSession(format="by-hand", groups=(group,), is_sim=is_sim)


def built(raw: RawSession) -> tuple[Trajectory, list[str]]:
    found, notices = trajectory.build(raw)
    assert found is not None
    return found, [notice.code for notice in notices]


def without(keep: BoolArray) -> tuple[Trajectory, list[str]]:
    time_s = times()
    columns = {name: values[keep] for name, values in circle(time_s).items()}
    return built(session(time_s[keep], columns))


def test_circle_has_its_speed_curvature_and_acceleration() -> None:
    found, codes = built(session(times(), circle(times())))
    inside = slice(5, -5)
    assert codes == []
    assert found.speed_mps == pytest.approx(SPEED_MPS)
    assert found.curvature_per_m[inside] == pytest.approx(1.0 / RADIUS_M, rel=0.01)
    assert found.accel_lat_mps2[inside] == pytest.approx(SPEED_MPS**2 / RADIUS_M, rel=0.01)
    assert found.accel_long_mps2[inside] == pytest.approx(0.0, abs=0.01)
    assert found.odometer_m == pytest.approx(SPEED_MPS * found.time_s)
    assert found.rate_hz == RATE_HZ
    apart_m = np.hypot(np.diff(found.x_m), np.diff(found.y_m))
    assert apart_m == pytest.approx(
        2 * RADIUS_M * np.sin(SPEED_MPS / RADIUS_M / 2 / RATE_HZ), abs=1e-4
    )


def test_every_column_has_the_length_of_the_time_and_cannot_be_written() -> None:
    found, _ = built(session(times(), circle(times())))
    columns = [v for name in found.__slots__ if isinstance(v := getattr(found, name), np.ndarray)]
    assert {column.shape for column in columns} == {found.time_s.shape}
    assert not any(column.flags.writeable for column in columns)


@pytest.mark.parametrize(
    ("absent", "codes"),
    [
        (("speed_mps", "course_rad"), ["speed_derived", "course_derived"]),
        (("speed_mps",), ["speed_derived"]),
        (("course_rad",), ["course_derived"]),
    ],
)
def test_missing_velocity_is_made_from_positions_and_said_so(
    absent: tuple[str, ...], codes: list[str]
) -> None:
    columns = {name: values for name, values in circle(times()).items() if name not in absent}
    found, got = built(session(times(), columns))
    inside = slice(10, -10)
    assert got == codes
    assert not found.is_velocity_measured
    assert found.speed_mps[inside] == pytest.approx(SPEED_MPS, rel=0.03)
    assert found.accel_lat_mps2[inside] == pytest.approx(SPEED_MPS**2 / RADIUS_M, rel=0.05)


def test_course_with_noise_of_its_own_is_measured() -> None:
    columns = circle(times())
    noise_rad = np.random.default_rng(2).normal(0.0, 0.003, times().size)
    columns["course_rad"] = columns["course_rad"] + noise_rad
    assert built(session(times(), columns))[0].is_velocity_measured


def test_course_that_repeats_the_positions_is_not_taken_for_measured() -> None:
    columns = circle(times())
    step_rad = np.pi / RADIUS_M * SPEED_MPS / RATE_HZ / np.pi
    columns["course_rad"] = columns["course_rad"] + 0.5 * step_rad
    assert not built(session(times(), columns))[0].is_velocity_measured


def test_speed_alone_gives_way_and_longitudinal_acceleration() -> None:
    time_s = times()
    found, _ = built(session(time_s, {"speed_mps": 10.0 + 0.5 * time_s}))
    assert found.origin_lat_deg is None
    assert np.isnan(found.x_m).all()
    assert found.accel_long_mps2 == pytest.approx(0.5)
    assert found.odometer_m[-1] == pytest.approx(10.0 * time_s[-1] + 0.25 * time_s[-1] ** 2)


def test_short_dropout_is_filled_and_its_accelerations_are_known() -> None:
    found, codes = without(~((times() > 30.0) & (times() < 30.35)))
    assert codes == ["gaps_filled"]
    assert found.is_interpolated.sum() == 3
    assert found.time_s.size == times().size
    assert not np.isnan(found.accel_lat_mps2).any()


def test_dropout_of_a_second_is_filled_but_its_accelerations_are_not_known() -> None:
    found, codes = without(~((times() > 30.0) & (times() < 31.05)))
    assert codes == ["gaps_filled"]
    assert np.isnan(found.accel_lat_mps2).tolist() == found.is_interpolated.tolist()
    assert np.isnan(found.curvature_per_m).tolist() == found.is_interpolated.tolist()
    angle = SPEED_MPS / RADIUS_M * found.time_s
    centre = (found.x_m[0], found.y_m[0] + RADIUS_M)
    inside = found.is_interpolated
    assert found.x_m[inside] == pytest.approx(
        centre[0] + RADIUS_M * np.sin(angle[inside]), abs=0.02
    )


def test_long_dropout_starts_a_segment_and_the_way_goes_straight_over_it() -> None:
    found, codes = without(~((times() > 30.0) & (times() < 34.0)))
    assert codes == []
    assert found.segment.tolist() == [int(t >= 34.0 - 1e-9) for t in found.time_s]
    straight_m = 2 * RADIUS_M * np.sin(SPEED_MPS * 4.0 / RADIUS_M / 2)
    gap = int(np.argmax(np.diff(found.time_s)))
    assert np.diff(found.odometer_m)[gap] == pytest.approx(straight_m, abs=0.05)


def test_position_that_jumps_is_left_out() -> None:
    columns = circle(times())
    columns["lat_deg"] = columns["lat_deg"].copy()
    columns["lat_deg"][200] += 0.001
    found, codes = built(session(times(), columns))
    assert codes == ["position_spikes", "gaps_filled"]
    assert found.is_interpolated[200]
    assert np.max(np.hypot(np.diff(found.x_m), np.diff(found.y_m))) < 3.0


def test_zero_coordinates_before_the_first_fix_are_no_place() -> None:
    columns = circle(times())
    for name in ("lat_deg", "lon_deg"):
        columns[name] = np.concatenate((np.zeros(50), columns[name][50:]))
    found, _ = built(session(times(), columns))
    assert found.time_s[0] == pytest.approx(5.0)
    assert found.origin_lat_deg == pytest.approx(50.0, abs=0.01)


@pytest.mark.parametrize(
    ("name", "value", "sigma_m"),
    [("position_accuracy_m", 1.0, np.sqrt(0.5)), ("dop_horizontal", 2.0, np.sqrt(2.0))],
)
def test_receivers_own_words_say_how_sure_positions_are(
    name: str, value: float, sigma_m: float
) -> None:
    columns = {**circle(times()), name: np.full(times().size, value)}
    assert built(session(times(), columns))[0].position_sigma_m == pytest.approx(sigma_m)


def test_simulator_keeps_its_own_accelerations_and_its_metres() -> None:
    time_s = times()
    angle = SPEED_MPS / RADIUS_M * time_s
    columns = {
        "x_m": RADIUS_M * np.sin(angle),
        "y_m": RADIUS_M * (1.0 - np.cos(angle)),
        "speed_mps": np.full(time_s.size, SPEED_MPS),
        "accel_lat_mps2": np.full(time_s.size, 7.5),
        "accel_long_mps2": np.full(time_s.size, -0.5),
    }
    found, _ = built(session(time_s, columns, is_sim=True))
    assert found.accel_lat_mps2 == pytest.approx(7.5)
    assert found.accel_long_mps2 == pytest.approx(-0.5)
    assert found.origin_lat_deg is None
    assert found.x_m == pytest.approx(columns["x_m"])
    assert found.position_sigma_m == pytest.approx(0.01)


def test_nothing_that_moves_is_said_and_no_error() -> None:
    found, notices = trajectory.build(session(times(), {"gear": np.ones(times().size)}))
    assert found is None
    assert [(n.code, n.severity) for n in notices] == [("no_motion", Severity.LOST)]


def test_one_usable_sample_is_too_few_and_said() -> None:
    columns = {name: np.full(times().size, np.nan) for name in NAMES}
    for name, values in circle(times()).items():
        columns[name][100] = values[100]
    found, notices = trajectory.build(session(times(), columns))
    assert found is None
    assert notices[-1].code == "too_few_samples"


def test_group_with_position_and_speed_carries_the_motion() -> None:
    time_s = times(rate_hz=50.0)
    fast = session(time_s, {"speed_mps": np.full(time_s.size, 3.0)}).groups
    raw = session(times(), circle(times()))
    found, _ = built(replace(raw, groups=(*fast, *raw.groups)))
    assert found.speed_mps == pytest.approx(SPEED_MPS)


def test_time_in_disorder_is_refused_with_one_clear_error() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(InsufficientDataError, match="order"):
        trajectory.build(session(rng.permutation(times()), circle(times())))
