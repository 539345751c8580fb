"""Several devices in one RaceChrono export: each keeps its own rate and its own values."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop import synth
from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.analysis.types import ChannelGroup, FloatArray, RawSession
from apexlab_desktop.importers import registry

PHONE = synth.Noise(rate_hz=1.0, slow_sigma_m=2.0, white_sigma_m=0.3, speed_sigma_mps=0.15)


@cache
def drives() -> tuple[synth.SyntheticSession, synth.SyntheticSession]:
    """Return the same drive seen by a 25 Hz receiver and by a phone at 1 Hz."""
    return (
        synth.generate("kart-bowl", 2, 25.0, seed=6, noise="good", include_imu=True),
        synth.generate("kart-bowl", 2, seed=6, noise=PHONE),
    )


def with_phone_first(text: str) -> str:
    """Put the phone's columns before those of the receiver, which becomes device 300."""
    fast, phone = (drive.gps for drive in drives())
    lines = text.replace("100: gps", "300: gps").split("\r\n")[:-1]
    start = drives()[0].start_time_utc.timestamp()
    at = np.array([float(line.partition(",")[0]) for line in lines[12:]]) - start
    columns = [
        ("latitude", "deg", phone.lat_deg, 8),
        ("longitude", "deg", phone.lon_deg, 8),
        ("speed", "m/s", phone.speed_mps, 5),
    ]
    heads = [
        ",".join(name for name, *_ in columns),
        ",".join(unit for _, unit, *_ in columns),
        ",".join(["100: gps"] * 3),
    ]
    cells = [interpolated(at, phone.time_s, values, digits) for _, _, values, digits in columns]
    assert fast.time_s.size > 20 * phone.time_s.size
    extra = [*heads, *map(",".join, zip(*cells, strict=True))]
    merged = [insert(line, more) for line, more in zip(lines[9:], extra, strict=True)]
    return "\r\n".join([*lines[:9], *merged]) + "\r\n"


def interpolated(at: FloatArray, time_s: FloatArray, values: FloatArray, digits: int) -> list[str]:
    return [f"{value:.{digits}f}" for value in np.interp(at, time_s, values)]


def insert(line: str, more: str) -> str:
    cells = line.split(",")
    return ",".join([*cells[:5], more, *cells[5:]])


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> RawSession:
    path: Path = tmp_path_factory.mktemp("devices") / "session.csv"
    text = synth.file_bytes(drives()[0], "racechrono").decode()
    path.write_text(with_phone_first(text), newline="")
    return registry.load(path)


def group(raw: RawSession, name: str) -> ChannelGroup:
    return next(group for group in raw.groups if group.name == name)


def test_each_receiver_gives_its_own_fixes(raw: RawSession) -> None:
    for name, drive in zip(("300: gps", "100: gps"), drives(), strict=True):
        found, gps = group(raw, name), drive.gps
        assert found.rate_hz == gps.rate_hz
        known = {round(time * 1000) for time in gps.time_s.tolist()}
        seen = {round(time * 1000) for time in found.time_s.tolist()}
        assert seen <= known
        assert len(known - seen) <= 0.01 * len(known) + 1
        lat = found.find("lat_deg")
        assert lat is not None
        np.testing.assert_allclose(
            lat.values, np.interp(found.time_s, gps.time_s, gps.lat_deg), atol=1e-7
        )


def test_the_session_is_that_of_the_faster_receiver(raw: RawSession) -> None:
    analysed = session_analysis.analyse(raw)
    assert analysed.trajectory is not None
    assert analysed.trajectory.rate_hz == 25.0


def test_sensors_keep_their_label_and_rate(raw: RawSession) -> None:
    assert group(raw, "101: acc").rate_hz == 50.0
    assert group(raw, "102: gyro").rate_hz == 50.0
    accel = group(raw, "101: acc").find("imu_accel_z_mps2")
    imu = drives()[0].imu
    assert accel is not None
    assert imu is not None
    true_z = np.interp(group(raw, "101: acc").time_s, imu.time_s, imu.accel_mps2[:, 2])
    # Rows have whole milliseconds; a kart's vibration changes by 0.05 m/s2 in one.
    assert float(np.nanmax(np.abs(accel.values - true_z))) < 0.3


def test_group_names_are_unique(raw: RawSession) -> None:
    names = [group.name for group in raw.groups]
    assert len(set(names)) == len(names)


def test_laps_come_from_the_session_not_from_a_device(raw: RawSession) -> None:
    complete = [lap for lap in raw.laps_declared if lap.is_complete]
    true_s = np.diff(drives()[0].truth.crossings_s)
    assert [(lap.end_us - lap.start_us) / 1e6 for lap in complete] == pytest.approx(
        true_s.tolist(), abs=0.03
    )
