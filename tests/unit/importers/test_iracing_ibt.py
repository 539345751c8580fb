"""iRacing telemetry, packed by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.types import Channel, ChannelKind, RawSession
from apexlab_desktop.errors import (
    ApexLabError,
    CorruptFileError,
    MissingChannelError,
    TruncatedFileError,
    UnsupportedFormatError,
)
from apexlab_desktop.importers import registry
from apexlab_desktop.importers.iracing_ibt import open_ibt
from tests.unit.importers import ibt_files as ibt
from tests.unit.importers.ibt_files import Layout, Variable

N = 30


def load(tmp_path: Path, *variables: Variable, layout: Layout | None = None) -> RawSession:
    n = len(variables[0].values) if variables else N
    return registry.load(ibt.write(tmp_path / "session.ibt", [ibt.seconds(n), *variables], layout))


def channel(raw: RawSession, name: str) -> Channel:
    return next(c for g in raw.groups for c in g.channels if c.name == name)


def codes(raw: RawSession) -> set[str]:
    return {notice.code for notice in raw.notices}


def constant(value: Any, n: int = N) -> list[Any]:
    return [value] * n


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_are_read(tmp_path: Path, version: int) -> None:
    raw = load(tmp_path, ibt.floats("Speed", constant(50.0), "m/s"), layout=Layout(version=version))
    assert (raw.format, raw.format_version, raw.n_samples) == ("iracing-ibt", str(version), N)
    assert raw.is_sim
    assert raw.groups[0].rate_hz == 60.0
    assert raw.start_time_utc is not None
    assert raw.start_time_utc.timestamp() == ibt.START_UNIX_S


def test_times_count_from_the_first_record(tmp_path: Path) -> None:
    raw = load(tmp_path, ibt.floats("Speed", constant(50.0), "m/s"))
    assert raw.groups[0].time_us[[0, 1, 3]].tolist() == [0, 16_667, 50_000]


@pytest.mark.parametrize(
    ("vendor", "unit", "value", "name", "si"),
    [
        ("Speed", "m/s", 50.0, "speed_mps", 50.0),
        ("Speed", "km/h", 180.0, "speed_mps", 50.0),
        ("SteeringWheelAngle", "rad", 1.5, "steering_angle_rad", 1.5),
        ("SteeringWheelAngle", "deg", 90.0, "steering_angle_rad", math.pi / 2),
        ("LatAccel", "m/s^2", 12.0, "accel_lat_mps2", 12.0),
        ("Throttle", "%", 0.75, "throttle_ratio", 0.75),
        ("LapDistPct", "%", 0.5, "lap_distance_ratio", 0.5),
        ("WaterTemp", "C", 88.0, "coolant_temperature_degc", 88.0),
        ("RPM", "revs/min", 7200.0, "engine_speed_rpm", 7200.0),
        # Pressed is 1 here, engaged is 1 there.
        ("Clutch", "%", 1.0, "clutch_ratio", 0.0),
        # East by compass is 0 counter-clockwise from east.
        ("YawNorth", "rad", math.pi / 2, "heading_rad", 0.0),
    ],
)
def test_a_variable_becomes_si_with_our_sign(
    tmp_path: Path, vendor: str, unit: str, value: float, name: str, si: float
) -> None:
    raw = load(tmp_path, ibt.floats(vendor, constant(value), unit))
    found = channel(raw, name)
    assert float(found.values[0]) == pytest.approx(si, abs=1e-6)
    assert (found.vendor_name, found.vendor_unit, found.source) == (vendor, unit, "sim")


class TestCourse:
    """The direction of motion, which the simulator does not give."""

    def course(self, tmp_path: Path, yaw: float, forward: float, left: float) -> float:
        raw = load(
            tmp_path,
            ibt.floats("YawNorth", constant(yaw), "rad"),
            ibt.floats("VelocityX", constant(forward), "m/s"),
            ibt.floats("VelocityY", constant(left), "m/s"),
        )
        return float(channel(raw, "course_rad").values[0])

    @pytest.mark.parametrize(
        ("yaw", "forward", "left", "course"),
        [
            # Pointing north, moving north.
            (0.0, 30.0, 0.0, math.pi / 2),
            # Pointing north, sliding to the left: the car moves north-west.
            (0.0, 10.0, 10.0, 3 * math.pi / 4),
            # Pointing east, sliding to the right: towards the south of east.
            (math.pi / 2, 20.0, -2.0, -math.atan(0.1)),
            # Reversing while pointing east.
            (math.pi / 2, -5.0, 0.0, math.pi),
            # Standing: about to move where it points.
            (0.0, 0.01, 0.02, math.pi / 2),
        ],
    )
    def test_it_is_the_heading_and_the_slip(
        self, tmp_path: Path, yaw: float, forward: float, left: float, course: float
    ) -> None:
        assert self.course(tmp_path, yaw, forward, left) == pytest.approx(course, abs=1e-6)

    def test_without_heading_there_is_none(self, tmp_path: Path) -> None:
        raw = load(
            tmp_path,
            ibt.floats("VelocityX", constant(1.0), "m/s"),
            ibt.floats("VelocityY", constant(0.0), "m/s"),
        )
        assert all(c.name != "course_rad" for g in raw.groups for c in g.channels)


def test_what_is_turned_is_said(tmp_path: Path) -> None:
    raw = load(tmp_path, ibt.floats("Clutch", constant(1.0), "%"))
    assert [(n.code, n.channel) for n in raw.notices] == [("convention_changed", "clutch_ratio")]


def test_a_known_variable_in_an_unknown_unit_is_not_taken_for_si(tmp_path: Path) -> None:
    raw = load(tmp_path, ibt.floats("Speed", constant(97.0), "furlongs"))
    assert "unit_not_known" in codes(raw)
    assert {c.name for c in raw.groups[0].channels} == {"SessionTime", "Speed"}


def test_whole_numbers_and_flags_are_stepped(tmp_path: Path) -> None:
    raw = load(
        tmp_path,
        Variable("OnPitRoad", "bool", constant(True)),
        ibt.integers("Gear", constant(-1)),
        Variable("SessionFlags", "bits", constant(0x90000004)),
        ibt.floats("FuelLevel", constant(12.5), "l"),
    )
    kinds = {c.vendor_name: c.kind for c in raw.groups[0].channels}
    assert kinds["OnPitRoad"] is kinds["Gear"] is kinds["SessionFlags"] is ChannelKind.STEPPED
    assert kinds["FuelLevel"] is ChannelKind.CONTINUOUS
    # The high bit makes no negative number, and float32 could not hold the lowest.
    assert channel(raw, "SessionFlags").values[0] == 0x90000004


def test_samples_within_the_tick_end_at_the_tick(tmp_path: Path) -> None:
    rows: list[object] = [tuple(float(6 * k + j) for j in range(6)) for k in range(N)]
    raw = load(tmp_path, Variable("SteeringWheelTorque_ST", "float", rows, "N*m", as_time=True))
    group = next(g for g in raw.groups if g.name == "sim x6")
    assert group.rate_hz == 360.0
    assert group.channels[0].values[:7].tolist() == [0, 1, 2, 3, 4, 5, 6]
    # Sample 5 of a record is the record's own instant; the others lead up to it.
    assert group.time_us[[5, 11]].tolist() == [0, 16_667]
    assert np.diff(group.time_us[5:12]).tolist() == pytest.approx([2778] * 6, abs=1)


def test_an_array_that_is_no_time_series_is_split_by_element(tmp_path: Path) -> None:
    rows: list[object] = [(1.0, 2.0, 3.0)] * N
    raw = load(tmp_path, Variable("CarIdxEstTime", "float", rows, "s"))
    assert [c.name for c in raw.groups[0].channels[1:]] == [
        "CarIdxEstTime[0]", "CarIdxEstTime[1]", "CarIdxEstTime[2]",
    ]  # fmt: skip
    assert channel(raw, "CarIdxEstTime[1]").values[0] == 2.0


def test_text_and_very_wide_variables_are_left_out_aloud(tmp_path: Path) -> None:
    wide: list[object] = [tuple([0.0] * 65)] * N
    raw = load(tmp_path, Variable("Word", "char", constant(b"x")), Variable("Wide", "float", wide))
    assert [(n.code, n.channel) for n in raw.notices] == [
        ("variable_not_kept", "Word"), ("variable_not_kept", "Wide"),
    ]  # fmt: skip


def test_zero_latitude_and_longitude_are_no_place(tmp_path: Path) -> None:
    lat = [0.0, *constant(50.123456789, N - 1)]
    lon = [0.0, *constant(8.5, N - 1)]
    raw = load(
        tmp_path, Variable("Lat", "double", lat, "deg"), Variable("Lon", "double", lon, "deg")
    )
    assert np.isnan(channel(raw, "lat_deg").values[0])
    assert channel(raw, "lat_deg").values[1] == 50.1234568
    assert "positions_missing" in codes(raw)


def test_a_sim_without_any_position_has_no_position_channels(tmp_path: Path) -> None:
    zeros = constant(0.0)
    raw = load(
        tmp_path, Variable("Lat", "double", zeros, "deg"), Variable("Lon", "double", zeros, "deg")
    )
    assert {c.name for c in raw.groups[0].channels} == {"SessionTime"}


def test_infinities_become_missing(tmp_path: Path) -> None:
    raw = load(tmp_path, ibt.floats("OilTemp", [math.inf, *constant(90.0, N - 1)], "C"))
    assert np.flatnonzero(np.isnan(channel(raw, "oil_temperature_degc").values)).tolist() == [0]


def test_steps_of_two_ticks_are_counted(tmp_path: Path) -> None:
    stamps: list[object] = [932.0 + (k + (k > 9) + 2 * (k > 19)) / 60 for k in range(N)]
    path = ibt.write(tmp_path / "s.ibt", [Variable("SessionTime", "double", stamps, "s")], Layout())
    (notice,) = [n for n in registry.load(path).notices if n.code == "ticks_missing"]
    assert notice.count == 3
    assert notice.detail == "2 steps of more than one tick"


def test_one_long_step_is_not_in_the_plural(tmp_path: Path) -> None:
    stamps: list[object] = [932.0 + (k + (k > 9)) / 60 for k in range(N)]
    path = ibt.write(tmp_path / "s.ibt", [Variable("SessionTime", "double", stamps, "s")], Layout())
    (notice,) = [n for n in registry.load(path).notices if n.code == "ticks_missing"]
    assert notice.detail == "1 step of more than one tick"


class TestMetadata:
    def test_words_come_from_the_session_info(self, tmp_path: Path) -> None:
        raw = load(tmp_path, ibt.floats("Speed", constant(1.0), "m/s"))
        assert raw.metadata == {
            "track": "Circuit de Spa-Francorchamps",
            "layout": "Grand Prix Pits",
            "session_type": "Test",
            "track_length_m": "6930",
            "vehicle": "Mercedes AMG GT4",
            "driver": "J\u00f6rg: 'the' Fast",
        }

    def test_the_pace_car_is_not_the_driver(self, tmp_path: Path) -> None:
        yaml = ibt.YAML.replace("DriverCarIdx: 4", "DriverCarIdx: 9")
        raw = load(tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(yaml=yaml))
        assert "vehicle" not in raw.metadata
        assert "driver" not in raw.metadata

    def test_miles_are_metres_inside(self, tmp_path: Path) -> None:
        yaml = ibt.YAML.replace("6.93 km", "2.5 mi")
        raw = load(tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(yaml=yaml))
        assert raw.metadata["track_length_m"] == "4023.36"

    def test_a_file_without_words_still_has_its_numbers(self, tmp_path: Path) -> None:
        raw = load(tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(yaml=""))
        assert raw.metadata == {}


class TestRepairs:
    def test_records_are_counted_when_the_header_says_none(self, tmp_path: Path) -> None:
        raw = load(
            tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(record_count=0)
        )
        assert raw.n_samples == N
        assert "record_count_repaired" in codes(raw)

    def test_a_count_that_differs_is_said(self, tmp_path: Path) -> None:
        raw = load(
            tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(record_count=50)
        )
        (notice,) = [n for n in raw.notices if n.code == "record_count_differs"]
        assert (raw.n_samples, notice.count) == (N, 20)

    def test_half_a_record_at_the_end_is_dropped_aloud(self, tmp_path: Path) -> None:
        raw = load(
            tmp_path, ibt.floats("Speed", constant(1.0), "m/s"), layout=Layout(tail=b"\x01\x02")
        )
        assert raw.n_samples == N
        assert "partial_record_dropped" in codes(raw)

    def test_padding_at_the_end_of_a_record_is_skipped(self, tmp_path: Path) -> None:
        values = [float(k) for k in range(N)]
        raw = load(tmp_path, ibt.floats("Speed", values, "m/s"), layout=Layout(padding=7))
        assert channel(raw, "speed_mps").values.tolist() == values

    def test_the_first_of_two_equal_names_is_taken(self, tmp_path: Path) -> None:
        raw = load(
            tmp_path,
            ibt.floats("Speed", constant(1.0), "m/s"),
            ibt.floats("Speed", constant(2.0), "m/s"),
        )
        assert channel(raw, "speed_mps").values[0] == 1.0


class TestClock:
    """Session time goes by whole ticks; what does not is no time."""

    def stamps(self, tmp_path: Path, values: list[float]) -> RawSession:
        time = Variable("SessionTime", "double", list(values), "s")
        speed = ibt.floats("Speed", constant(1.0, len(values)), "m/s")
        return registry.load(ibt.write(tmp_path / "s.ibt", [time, speed]))

    def test_records_shifted_by_a_doubled_block_are_left_out(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(4).uniform(0.0, 932.0, 12).tolist()
        raw = self.stamps(tmp_path, [932.0 + k / 60 for k in range(40)] + noise)
        assert 40 <= raw.groups[0].time_us.size <= 42
        assert "rows_without_time_dropped" in codes(raw)

    def test_steps_of_several_ticks_and_rounded_stamps_are_times(self, tmp_path: Path) -> None:
        stamps = [round(932.0 + (k + 5 * (k > 20)) / 60, 4) for k in range(40)]
        assert self.stamps(tmp_path, stamps).groups[0].time_us.size == 40

    def test_a_clock_of_its_own_beat_is_left_alone(self, tmp_path: Path) -> None:
        raw = self.stamps(tmp_path, [932.0 + 0.0208 * k for k in range(40)])
        assert raw.groups[0].time_us.size == 40


class TestRefusals:
    def refuse(self, tmp_path: Path, data: bytes) -> ApexLabError:
        path = tmp_path / "session.ibt"
        path.write_bytes(data)
        with pytest.raises(ApexLabError) as caught:
            registry.load(path)
        assert "\n" not in caught.value.one_line()
        return caught.value

    def pack(self, **layout: Any) -> bytes:
        speed = ibt.floats("Speed", constant(1.0), "m/s")
        return ibt.pack([ibt.seconds(N), speed], Layout(**layout))

    @pytest.mark.parametrize("layout", [{"n_buffers": 3}, {"variables_offset": 112}])
    def test_a_dump_of_live_memory_says_what_to_record(
        self, tmp_path: Path, layout: dict[str, int]
    ) -> None:
        error = self.refuse(tmp_path, self.pack(**layout))
        assert isinstance(error, UnsupportedFormatError)
        assert "live memory" in error.found
        assert ".ibt" in error.advice

    @pytest.mark.parametrize("n_bytes", [40, 143, 300, 450])
    def test_a_head_that_ends_early_is_truncated(self, tmp_path: Path, n_bytes: int) -> None:
        error = self.refuse(tmp_path, self.pack()[:n_bytes])
        assert isinstance(error, TruncatedFileError)
        assert error.place.startswith("session.ibt, offset")

    def test_a_head_without_a_record_is_truncated(self, tmp_path: Path) -> None:
        n_records = N * 12
        assert isinstance(self.refuse(tmp_path, self.pack()[: -n_records + 5]), TruncatedFileError)

    def test_a_variable_outside_its_record_is_corrupt(self, tmp_path: Path) -> None:
        error = self.refuse(tmp_path, self.pack(extra={"record_bytes": 11}))
        assert isinstance(error, CorruptFileError)
        assert "Speed" in error.expected

    def test_records_that_begin_in_the_table_are_corrupt(self, tmp_path: Path) -> None:
        assert isinstance(
            self.refuse(tmp_path, self.pack(extra={"first_record": 200})), CorruptFileError
        )

    def test_a_file_without_time_names_the_variable(self, tmp_path: Path) -> None:
        error = self.refuse(tmp_path, ibt.pack([ibt.floats("Speed", constant(1.0), "m/s")]))
        assert isinstance(error, MissingChannelError)
        assert "SessionTime" in error.expected

    def test_an_impossible_tick_rate_is_corrupt(self, tmp_path: Path) -> None:
        data = bytearray(self.pack())
        data[8:12] = (0).to_bytes(4, "little")
        self.refuse(tmp_path, bytes(data))


def test_wanted_variables_are_read_in_the_files_own_types(tmp_path: Path) -> None:
    path = ibt.write(
        tmp_path / "s.ibt",
        [ibt.seconds(N), ibt.floats("Speed", constant(3.0), "m/s"), ibt.integers("Lap", [7] * N)],
    )
    with open_ibt(path) as file:
        read = file.read(("Lap", "Speed", "Absent"))
        assert file.names == ("SessionTime", "Speed", "Lap")
    assert list(read) == ["Lap", "Speed"]
    assert read["Lap"].dtype == np.int32
    assert read["Speed"].flags["C_CONTIGUOUS"]
