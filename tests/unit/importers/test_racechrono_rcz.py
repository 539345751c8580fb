"""RaceChrono archives, packed by hand."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.types import Channel, ChannelGroup, RawSession
from apexlab_desktop.errors import ApexLabError, CorruptFileError, MissingChannelError
from apexlab_desktop.importers import registry
from tests.unit.importers import rcz_files as rcz


def load(tmp_path: Path, members: rcz.Members | None = None, **documents: Any) -> RawSession:
    return registry.load(rcz.write(tmp_path / "session.rcz", members, **documents))


def channel(raw: RawSession, name: str, source: str = "gps") -> Channel:
    return next(c for g in raw.groups for c in g.channels if (c.name, c.source) == (name, source))


def group_of(raw: RawSession, name: str) -> ChannelGroup:
    return next(group for group in raw.groups if group.find(name) is not None)


def codes(raw: RawSession) -> set[str]:
    return {notice.code for notice in raw.notices}


def test_positions_and_speed_are_scaled_to_si(tmp_path: Path) -> None:
    raw = load(tmp_path)
    assert (raw.format, raw.n_samples) == ("racechrono-rcz", rcz.N_FIXES)
    # The first fix is due east of the centre at 50 south, 8 east.
    assert channel(raw, "lat_deg").values[0] == pytest.approx(-50.0, abs=2e-7)
    east_m = rcz.METRES_PER_DEGREE * math.cos(math.radians(50.0))
    assert channel(raw, "lon_deg").values[0] == pytest.approx(8.0 + 100.0 / east_m, abs=2e-7)
    assert channel(raw, "speed_mps").values.mean() == pytest.approx(25.0, abs=0.01)
    assert channel(raw, "altitude_m").values[0] == pytest.approx(471.5)
    assert channel(raw, "position_accuracy_m").values[0] == pytest.approx(0.33)
    assert channel(raw, "distance_m", "").values[-1] == pytest.approx(2.5 * (rcz.N_FIXES - 1))


def test_bearing_becomes_a_course_that_grows_to_the_left(tmp_path: Path) -> None:
    course = np.unwrap(channel(load(tmp_path), "course_rad").values.astype(np.float64))
    assert course[0] == pytest.approx(math.pi / 2, abs=1e-4)
    assert np.diff(course).mean() == pytest.approx(25.0 / 100.0 / rcz.RATE_HZ, rel=1e-3)


def test_wall_time_and_rate_come_from_the_stamps(tmp_path: Path) -> None:
    raw = load(tmp_path)
    assert raw.start_time_utc is not None
    assert raw.start_time_utc.timestamp() * 1000 == rcz.START_MS
    assert raw.groups[0].rate_hz == 10.0
    assert raw.groups[0].time_us[1] == 100_000


def test_laps_are_those_that_the_channels_cover(tmp_path: Path) -> None:
    raw = load(tmp_path)
    laps = raw.laps_declared
    assert [(lap.number, lap.is_complete) for lap in laps] == [
        (3, False), (4, True), (5, True), (6, False),
    ]  # fmt: skip
    assert [lap.lap_time_s for lap in laps[1:3]] == [25.13, 25.14]
    assert (laps[0].start_us, laps[0].end_us) == (0, 10_000_000)


def test_laps_that_were_not_recorded_are_named(tmp_path: Path) -> None:
    document = rcz.session()
    start_ms = rcz.START_MS - 900_000
    document["laps"].insert(
        0, {"number": 2, "startTimestamp": start_ms, "finishTimestamp": start_ms + 114_911}
    )
    raw = load(tmp_path, session_json=document)
    (notice,) = [n for n in raw.notices if n.code == "laps_without_channels"]
    assert "lap 2 (114.911 s)" in notice.detail
    assert 2 not in [lap.number for lap in raw.laps_declared]


def test_the_apps_verdict_on_a_lap_is_kept(tmp_path: Path) -> None:
    document = rcz.session()
    document["laps"][1]["isInvalid"] = True
    verdicts = [lap.is_valid for lap in load(tmp_path, session_json=document).laps_declared]
    assert verdicts == [True, False, True, None]


def test_metadata_leaves_out_what_says_nothing(tmp_path: Path) -> None:
    raw = load(tmp_path, session_json=rcz.session(driverName="  ", note=None))
    assert raw.metadata == {"title": "Race 1", "track": "Ring", "app": "RaceChrono"}


def test_a_missing_value_is_nan_not_a_number(tmp_path: Path) -> None:
    members = rcz.gps()
    speeds = bytearray(members["channel_1_300_0_4_0"])
    speeds[400:404] = rcz.int32s([rcz.NO_VALUE])
    members["channel_1_300_0_4_0"] = bytes(speeds)
    values = channel(load(tmp_path, members), "speed_mps").values
    assert np.flatnonzero(np.isnan(values)).tolist() == [100]


def test_a_position_at_0_or_off_the_earth_is_missing(tmp_path: Path) -> None:
    members = rcz.gps()
    pairs = bytearray(members["channel_1_300_0_3_1"])
    pairs[0:8] = rcz.int32s([0, 0])
    pairs[80:88] = rcz.int32s([91 * rcz.UNITS_PER_DEGREE, 8 * rcz.UNITS_PER_DEGREE])
    members["channel_1_300_0_3_1"] = bytes(pairs)
    raw = load(tmp_path, members)
    for name in ("lat_deg", "lon_deg"):
        assert np.flatnonzero(np.isnan(channel(raw, name).values)).tolist() == [0, 10]
    (notice,) = [n for n in raw.notices if n.code == "positions_missing"]
    assert (notice.channel, notice.count) == ("300: gps", 2)


def test_bus_channels_keep_their_own_times(tmp_path: Path) -> None:
    members = rcz.gps() | rcz.bus(10024, [4000.0 + k for k in range(1600)])
    raw = load(tmp_path, members)
    group = group_of(raw, "engine_speed_rpm")
    assert group.rate_hz == 20.0
    assert group.time_us.size == 1600
    assert channel(raw, "engine_speed_rpm", "obd").values[:2].tolist() == [4000.0, 4001.0]


def test_bus_units_become_si(tmp_path: Path) -> None:
    n = 1600
    members = rcz.gps()
    for identity, value in ((10025, 80.0), (10026, 92.5), (4, 24.0), (10058, 37.0)):
        members |= rcz.bus(identity, [value] * n)
    raw = load(tmp_path, members)
    assert channel(raw, "throttle_ratio", "obd").values[0] == pytest.approx(0.8)
    assert channel(raw, "coolant_temperature_degc", "obd").values[0] == pytest.approx(92.5)
    assert channel(raw, "speed_mps", "obd").values[0] == pytest.approx(24.0)
    assert channel(raw, "fuel_level_ratio", "obd").values[0] == pytest.approx(0.37)


def test_a_can_adapter_is_called_canbus(tmp_path: Path) -> None:
    members = rcz.gps() | rcz.bus(10024, [4000.0] * 1600)
    raw = load(tmp_path, members, fragment_json=rcz.fragment(d200=407))
    assert channel(raw, "engine_speed_rpm", "canbus").device == "200: canbus"


def test_a_sensor_place_in_the_high_bits_stays_apart(tmp_path: Path) -> None:
    members = rcz.gps()
    members |= rcz.bus(4, [24.0] * 1600) | rcz.bus(4 + (3 << 15), [23.0] * 1600)
    raw = load(tmp_path, members)
    names = {c.name for g in raw.groups for c in g.channels}
    assert {"speed_mps", "speed[3]"} <= names
    assert "columns_kept_by_vendor_name" in codes(raw)


def test_a_mirrored_steering_angle_is_turned_round(tmp_path: Path) -> None:
    # Steering in step with a weave; the file counts right turns as positive.
    n = rcz.N_FIXES
    members = rcz.gps()
    yaw = [0.25 + 0.2 * math.sin(0.05 * k) for k in range(n)]
    bearing = 0.0
    bearings = []
    for rate in yaw:
        bearing -= math.degrees(rate) / rcz.RATE_HZ
        bearings.append(round(1000 * (bearing % 360.0)))
    members["channel_1_300_0_6_0"] = rcz.int32s(bearings)
    members |= rcz.bus(1001, [-200.0 * rate for rate in yaw], step_ms=100)
    raw = load(tmp_path, members)
    assert channel(raw, "steering_angle_rad", "obd").values.min() > 0.0
    assert "sign_flipped" in codes(raw)


def test_lengths_that_differ_use_what_is_common(tmp_path: Path) -> None:
    members = rcz.gps() | rcz.bus(10024, [4000.0] * 1600)
    name = "channel2_12_200_10024_10024_3"
    members[name] = members[name][: 8 * 1500]
    raw = load(tmp_path, members)
    values = channel(raw, "engine_speed_rpm", "obd").values
    assert int(np.isfinite(values).sum()) == 1500
    (notice,) = [n for n in raw.notices if n.code == "channel_lengths_differ"]
    assert name in notice.detail


def test_half_a_value_at_the_end_is_dropped_aloud(tmp_path: Path) -> None:
    members = rcz.gps()
    members["channel_1_300_0_5_0"] += b"\x01\x02"
    assert "partial_value_dropped" in codes(load(tmp_path, members))


def test_a_channel_without_times_is_said_to_be_lost(tmp_path: Path) -> None:
    members = rcz.gps() | {"channel2_12_200_10024_10024_3": rcz.doubles([1.0, 2.0])}
    raw = load(tmp_path, members)
    assert "channels_without_time" in codes(raw)
    assert all(c.name != "engine_speed_rpm" for g in raw.groups for c in g.channels)


def test_the_primary_receiver_comes_first(tmp_path: Path) -> None:
    members = rcz.gps(100) | rcz.gps(300)
    raw = load(tmp_path, members)
    assert [g.name for g in raw.groups] == ["300: gps", "100: gps"]


def test_an_absent_primary_receiver_is_replaced_aloud(tmp_path: Path) -> None:
    raw = load(tmp_path, rcz.gps(100))
    assert raw.groups[0].name == "100: gps"
    assert "primary_gps_absent" in codes(raw)


def test_two_recordings_are_two_segments(tmp_path: Path) -> None:
    path = tmp_path / "session.rcz"
    later_ms = rcz.START_MS + 200_000
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", '{"version": 1, "laps": []}')
        for folder, start_ms in (("a", rcz.START_MS), ("b", later_ms)):
            members = rcz.gps(n=100)
            members["channel_1_300_0_1_1"] = rcz.stamps_ms(100, start_ms=start_ms)
            for name, data in members.items():
                archive.writestr(f"{folder}/{name}", data)
    assert registry.load(path).segment_starts_us == (200_000_000,)


TRAP = {
    "type": 3, "latitude": -232_000_000, "longitude": 1_056_900_000,
    "bearing": 123_400, "width": 24_000,
}  # fmt: skip


class TestStartLine:
    def test_the_finish_trap_is_the_start_line(self, tmp_path: Path) -> None:
        split = {**TRAP, "type": 4, "bearing": 0}
        line = load(tmp_path, track_json={"id": 1, "traps": [split, TRAP]}).start_line
        assert line is not None
        assert line.lat_deg == pytest.approx(-38.6666667, abs=1e-6)
        assert line.lon_deg == pytest.approx(176.15)
        assert (line.bearing_deg, line.half_width_m) == (123.4, 12.0)

    def test_a_track_without_traps_has_none(self, tmp_path: Path) -> None:
        assert load(tmp_path, track_json={"id": 1439}).start_line is None

    @pytest.mark.parametrize("word", ["latitude", "longitude", "bearing"])
    def test_an_unknown_coordinate_is_no_line(self, tmp_path: Path, word: str) -> None:
        trap = {**TRAP, word: rcz.NO_VALUE}
        assert load(tmp_path, track_json={"traps": [trap]}).start_line is None

    def test_a_line_off_the_earth_is_none(self, tmp_path: Path) -> None:
        trap = {**TRAP, "latitude": 90 * rcz.UNITS_PER_DEGREE + 6}
        assert load(tmp_path, track_json={"traps": [trap]}).start_line is None


class TestBadInput:
    def refuse(self, path: Path) -> ApexLabError:
        with pytest.raises(ApexLabError) as caught:
            registry.load(path)
        assert "\n" not in caught.value.one_line()
        return caught.value

    def test_a_cut_archive_is_damaged(self, tmp_path: Path) -> None:
        path = rcz.write(tmp_path / "session.rcz")
        path.write_bytes(path.read_bytes()[:-300])
        assert isinstance(self.refuse(path), CorruptFileError)

    def test_a_flipped_bit_in_the_packed_bytes_is_found(self, tmp_path: Path) -> None:
        path = tmp_path / "session.rcz"
        path.write_bytes(rcz.pack(compression=zipfile.ZIP_DEFLATED))
        with zipfile.ZipFile(path) as archive:
            offset = archive.getinfo("channel_1_300_0_3_1").header_offset
        data = bytearray(path.read_bytes())
        data[offset + 200] ^= 0x10
        path.write_bytes(data)
        error = self.refuse(path)
        assert isinstance(error, CorruptFileError)
        assert str(offset) in error.place

    def test_without_positions_it_says_what_it_has(self, tmp_path: Path) -> None:
        path = rcz.write(tmp_path / "session.rcz", rcz.bus(10024, [1.0] * 10))
        error = self.refuse(path)
        assert isinstance(error, MissingChannelError)
        assert "obd" in error.found

    def test_a_session_that_is_no_json_is_corrupt(self, tmp_path: Path) -> None:
        path = rcz.write(tmp_path / "session.rcz", session_json='{"laps": [')
        assert "session.json" in self.refuse(path).one_line()

    @pytest.mark.parametrize("laps", ["many", {"number": 1}, [1, None, {"number": "4"}]])
    def test_laps_of_another_shape_are_no_laps(self, tmp_path: Path, laps: object) -> None:
        raw = load(tmp_path, session_json=rcz.session(laps=laps))
        assert raw.laps_declared == ()
        assert raw.n_samples == rcz.N_FIXES

    def test_entries_outside_the_archive_are_refused_aloud(self, tmp_path: Path) -> None:
        members = rcz.gps() | {"../../evil": b"x"}
        raw = load(tmp_path, members)
        assert "archive_entries_refused" in codes(raw)
        assert not (tmp_path.parent / "evil").exists()


class TestRate:
    """What `inspect` says of how often a device spoke."""

    def rate_hz(self, tmp_path: Path, steps_ms: list[int]) -> float | None:
        stamps = [rcz.START_MS]
        for step in steps_ms:
            stamps.append(stamps[-1] + step)
        members = rcz.gps() | rcz.bus(10024, [4000.0] * len(stamps))
        members["channel_12_200_10024_1_1"] = rcz.int64s(stamps)
        return group_of(load(tmp_path, members), "engine_speed_rpm").rate_hz

    def test_a_jittered_beat_is_its_nominal_rate(self, tmp_path: Path) -> None:
        assert self.rate_hz(tmp_path, [48, 52, 50, 49, 51] * 60) == 20.0

    def test_lost_messages_do_not_slow_the_beat(self, tmp_path: Path) -> None:
        assert self.rate_hz(tmp_path, [40, 40, 40, 40, 40, 80] * 60) == 25.0

    def test_bursts_are_counted_on_average(self, tmp_path: Path) -> None:
        # Five messages in 50 ms, mostly 4 ms apart: 100 a second, not 250.
        assert self.rate_hz(tmp_path, [4, 4, 4, 8, 30] * 60) == 100.0

    def test_a_pause_is_no_slow_beat(self, tmp_path: Path) -> None:
        assert self.rate_hz(tmp_path, [4, 4, 4, 8, 30] * 30 + [60_000] + [4, 4, 4, 8, 30] * 30) == (
            100.0
        )
