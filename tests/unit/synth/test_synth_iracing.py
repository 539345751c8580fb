"""The iRacing writer, read back byte by byte."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
import pytest
import yaml

from apexlab_desktop.synth import write
from tests.unit.synth.synth_fixture import short_session

DTYPES = {1: "?", 2: "<i4", 3: "<u4", 4: "<f4", 5: "<f8"}
SIZES = {1: 1, 2: 4, 3: 4, 4: 4, 5: 8}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("ibt") / "session.ibt"
    write(short_session("club-short"), path, "ibt")
    return path.read_bytes()


def _main(raw: bytes) -> tuple[int, ...]:
    return struct.unpack_from("<10i", raw, 0)


def _variables(raw: bytes) -> dict[str, tuple[int, int, int, str, str]]:
    n, begin = _main(raw)[6:8]
    found = {}
    for index in range(n):
        at = begin + 144 * index
        kind, offset, count = struct.unpack_from("<3i", raw, at)
        name, text, unit = (
            raw[at + a : at + b].split(b"\0")[0].decode()
            for a, b in ((16, 48), (48, 112), (112, 144))
        )
        found[name] = (kind, offset, count, text, unit)
    return found


def _column(raw: bytes, name: str) -> np.ndarray:
    kind, offset, count, _, _ = _variables(raw)[name]
    length = _main(raw)[9]
    begin = struct.unpack_from("<i", raw, 52)[0]
    n = (len(raw) - begin) // length
    table = np.frombuffer(raw, np.uint8, n * length, begin).reshape(n, length)
    cells = table[:, offset : offset + SIZES[kind] * count].copy()
    values = cells.view(DTYPES[kind])
    return values[:, 0] if count == 1 else values


def test_header_says_version_2_at_60_hz_with_one_buffer(raw: bytes) -> None:
    version, _, rate, _, yaml_bytes, yaml_at, n_variables, at, buffers, length = _main(raw)
    assert (version, rate, at, buffers) == (2, 60, 144, 1)
    assert yaml_at == 144 + 144 * n_variables
    assert struct.unpack_from("<i", raw, 52)[0] == yaml_at + yaml_bytes
    assert (len(raw) - yaml_at - yaml_bytes) % length == 0


def test_sub_header_counts_records_and_names_the_start(raw: bytes) -> None:
    start, first_s, last_s, _, n = struct.unpack_from("<qddii", raw, 112)
    session = short_session("club-short")
    assert start == int(session.start_time_utc.timestamp())
    assert n == _column(raw, "Speed").size
    assert last_s - first_s == pytest.approx((n - 1) / 60)


def test_variables_do_not_overlap_and_fill_the_record(raw: bytes) -> None:
    spans = sorted((o, o + SIZES[k] * c) for k, o, c, _, _ in _variables(raw).values())
    assert spans[0][0] == 0
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert spans[-1][1] == _main(raw)[9]


def test_variables_have_the_sims_types_and_units(raw: bytes) -> None:
    variables = _variables(raw)
    assert len(variables) >= 40
    for name, kind, unit in (
        ("SessionTime", 5, "s"),
        ("Lap", 2, ""),
        ("LapDistPct", 4, "%"),
        ("Lat", 5, "deg"),
        ("Speed", 4, "m/s"),
        ("LatAccel", 4, "m/s^2"),
        ("OnPitRoad", 1, ""),
        ("EngineWarnings", 3, "irsdk_EngineWarnings"),
        ("RPM", 4, "revs/min"),
    ):
        assert (variables[name][0], variables[name][4]) == (kind, unit)
    assert variables["SteeringWheelTorque_ST"][:3:2] == (4, 6)


def test_session_information_is_yaml_with_the_pace_car_first(raw: bytes) -> None:
    _, _, _, _, size, at, *_ = _main(raw)
    text = raw[at : at + size].split(b"\0")[0].decode("cp1252")
    assert text.startswith("---\n")
    assert text.endswith("\n...\n")
    info = yaml.safe_load(text)
    drivers = info["DriverInfo"]["Drivers"]
    assert drivers[0]["CarIsPaceCar"] == 1
    assert drivers[1]["CarIdx"] == info["DriverInfo"]["DriverCarIdx"]
    assert info["WeekendInfo"]["TrackLength"] == "2.10 km"


def test_channels_follow_the_truth(raw: bytes) -> None:
    truth = short_session("club-short").truth
    time = _column(raw, "SessionTime")
    time = time - time[0]
    for name, values, tolerance in (
        ("Speed", truth.speed_mps, 1e-3),
        ("Lat", truth.lat_deg, 1e-8),
        ("Throttle", truth.throttle_ratio, 1e-2),
        ("SteeringWheelAngle", truth.steering_angle_rad, 1e-2),
        ("LatAccel", truth.accel_lat_mps2, 1e-2),
    ):
        expected = np.interp(time, truth.time_s, values)
        np.testing.assert_allclose(_column(raw, name), expected, atol=tolerance)


def test_lateral_acceleration_has_the_sign_of_the_yaw_rate(raw: bytes) -> None:
    yaw, lateral = _column(raw, "YawRate"), _column(raw, "LatAccel")
    assert np.corrcoef(yaw * _column(raw, "Speed"), lateral)[0, 1] > 0.99
    bearing = np.unwrap(_column(raw, "YawNorth").astype(np.float64))
    assert np.corrcoef(np.gradient(bearing), yaw)[0, 1] < -0.99


def test_lap_changes_at_the_line_and_its_time_comes_a_moment_later(raw: bytes) -> None:
    truth = short_session("club-short").truth
    lap, share = _column(raw, "Lap"), _column(raw, "LapDistPct")
    last = _column(raw, "LapLastLapTime")
    changes = np.flatnonzero(np.diff(lap)) + 1
    time = (np.arange(lap.size)) / 60
    assert lap[changes].tolist() == [1, 2, 3]
    assert np.all(
        (time[changes] - truth.crossings_s < 1 / 60) & (time[changes] >= truth.crossings_s)
    )
    assert np.all(share[changes] < 0.001)
    assert np.all(share[changes - 1] > 0.999)
    assert np.all(last[changes] == last[changes - 1])
    after = last[changes + 60]
    assert after[0] == -1.0
    np.testing.assert_allclose(after[1:], np.diff(truth.crossings_s), atol=6e-5)


def test_pit_road_is_told_at_both_ends(raw: bytes) -> None:
    pit = _column(raw, "OnPitRoad")
    assert pit[0]
    assert pit[-1]
    assert not pit[pit.size // 2]
