"""Formats 1 and 2 of RaceChrono, by a reader of their own and by the importer."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import RawSession, StoredArray
from apexlab_desktop.importers import registry
from apexlab_desktop.synth import SyntheticSession, file_bytes, generate, write
from apexlab_desktop.synth.racechrono import app_crossings

OLD_FORMATS = ("racechrono-v1", "racechrono-v2")
N_PREAMBLE = 9


@cache
def session() -> SyntheticSession:
    """Two laps by a good receiver: exact fixes of a car at constant speed would look invented."""
    return generate(track="club-short", laps=2, seed=5, noise="good")


def table(fmt: str) -> dict[str, list[str]]:
    lines = file_bytes(session(), fmt).decode("ascii").split("\r\n")[:-1]
    names, *rows = csv.reader(lines[N_PREAMBLE:])
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def test_version_1_has_the_columns_that_converters_write() -> None:
    assert ",".join(table("racechrono-v1")) == (
        "Lap #,Timestamp (s),Distance (m),Distance (km),Locked satellites,Latitude (deg),"
        "Longitude (deg),Speed (m/s),Speed (kph),Speed (mph),Altitude (m),Bearing (deg),"
        "Longitudinal Acceleration (G),Lateral Acceleration (G),X-position (m),Y-position (m),"
        "RPM (rpm),Throttle Position (%),Trap name"
    )


def test_version_1_says_the_same_speed_in_three_units() -> None:
    columns = table("racechrono-v1")
    speed = np.array(columns["Speed (m/s)"], dtype=float)
    np.testing.assert_allclose(np.array(columns["Speed (kph)"], float), 3.6 * speed, atol=2e-5)
    mph = speed * 3600 / 1609.344
    np.testing.assert_allclose(np.array(columns["Speed (mph)"], float), mph, atol=2e-5)


def test_version_2_has_no_quantity_twice_and_no_sources() -> None:
    text = file_bytes(session(), "racechrono-v2").decode("ascii")
    lines = text.split("\r\n")
    names = lines[N_PREAMBLE].split(",")
    assert lines[1] == "Format,2"
    assert len(set(names)) == len(names)
    assert "gps" not in text[: text.index("\r\n1")]
    assert lines[N_PREAMBLE + 1].split(",")[names.index("speed")] == "m/s"


@pytest.mark.parametrize("fmt", OLD_FORMATS)
def test_an_old_file_reads_back_as_what_was_measured(fmt: str, tmp_path: Path) -> None:
    truth = session()
    path = tmp_path / "session.csv"
    write(truth, path, fmt)
    raw = registry.load(path)
    assert raw.format_version == fmt[-1]
    group, gps = raw.groups[0], truth.gps
    assert group.rate_hz == gps.rate_hz
    # Exactly the fixes: none invented, none lost. The clock of the file has milliseconds.
    np.testing.assert_allclose(group.time_s, gps.time_s, atol=6e-4)
    channels = {channel.name: channel.values for channel in group.channels}
    np.testing.assert_allclose(channels["lat_deg"], gps.lat_deg, atol=6e-8)
    np.testing.assert_allclose(channels["lon_deg"], gps.lon_deg, atol=6e-8)
    np.testing.assert_allclose(channels["speed_mps"], gps.speed_mps, atol=2e-5)
    np.testing.assert_allclose(channels["altitude_m"], gps.altitude_m, atol=2e-5)
    assert raw.start_time_utc == truth.start_time_utc
    found = [lap.start_us * 1e-6 for lap in raw.laps_declared]
    np.testing.assert_allclose(found, app_crossings(truth), atol=6e-4)


def finite(raw: RawSession, source: str, name: str) -> StoredArray:
    values = next(
        c.values for g in raw.groups for c in g.channels if (c.name, c.source) == (name, source)
    )
    return values[np.isfinite(values)]


@pytest.mark.parametrize("fmt", OLD_FORMATS)
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("gps", "course_rad"),
        ("gps", "n_satellites"),
        ("calc", "accel_lat_mps2"),
        ("calc", "accel_long_mps2"),
        ("obd", "engine_speed_rpm"),
        ("obd", "throttle_ratio"),
    ],
)
def test_units_and_signs_of_an_old_file_are_those_of_the_new_one(
    fmt: str, source: str, name: str, tmp_path: Path
) -> None:
    for version in (fmt, "racechrono"):
        write(session(), tmp_path / version, version)
    old, new = (registry.load(tmp_path / version) for version in (fmt, "racechrono"))
    np.testing.assert_array_equal(finite(old, source, name), finite(new, source, name))
