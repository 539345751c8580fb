"""RaceChrono CSV v1 and v2: read where the content allows, else told what to export."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.errors import UnsupportedFormatError
from apexlab_desktop.importers import registry
from tests.unit.importers import files

V1_NAMES = (
    "Lap #,Timestamp (s),Distance (m),Distance (km),Locked satellites,Latitude (deg),"
    "Longitude (deg),Speed (m/s),Speed (kph),Speed (mph),Altitude (m),Bearing (deg),"
    "Longitudinal Acceleration (G),Lateral Acceleration (G),X-position (m),Y-position (m),"
    "RPM (rpm),Throttle Position (%),Trap name"
)


def v1_row(row: list[str]) -> str:
    speed = float(row[11])
    cells = [
        row[2], row[0], row[4], f"{float(row[4]) / 1000:.6f}", row[10], row[8], row[9], row[11],
        f"{3.6 * speed:.3f}", f"{2.236936 * speed:.3f}", "12.0", row[6], "0.0", row[12], "0", "0",
        row[14], "50.0", "",
    ]  # fmt: skip
    return ",".join(cells)


def v1_text(names: str = V1_NAMES) -> str:
    head = [
        "This file is created using RaceChrono v1.45 ( http://racechrono.com/ ).",
        "Session title,Ring",
        "Session type,Lap timing",
        "Track name,Ring",
        "Driver name,",
        "Export scope,Whole session",
        "Created,31/12/2009,02:54",
        "Note,",
        "\t",
        names,
    ]
    return "\r\n".join([*head, *(v1_row(row) for row in files.rows())]) + "\r\n"


def v2_text() -> str:
    lines = files.text().replace("Format,3", "Format,2").split("\r\n")
    del lines[11]  # no row of sources, and no quantity twice
    keep = [index for index in range(16) if index not in (13, 15)]
    return "\r\n".join(
        ",".join(line.split(",")[index] for index in keep) if number >= 9 and line else line
        for number, line in enumerate(lines)
    )


def check(raw: RawSession, version: str) -> None:
    gps = raw.groups[0]
    speed = gps.find("speed_mps")
    assert raw.format_version == version
    assert gps.time_us.size == 800
    assert gps.rate_hz == 10.0
    assert speed is not None
    assert float(speed.values.mean()) == pytest.approx(files.SPEED_MPS, abs=0.01)
    assert [lap.number for lap in raw.laps_declared if lap.is_complete] == [2, 3]


def test_version_1_with_units_in_the_names_is_read(tmp_path: Path) -> None:
    check(registry.load(files.write(tmp_path / "old.csv", v1_text())), "1")


def test_version_2_without_sources_is_read(tmp_path: Path) -> None:
    check(registry.load(files.write(tmp_path / "old.csv", v2_text())), "2")


def test_version_1_without_positions_says_what_to_export(tmp_path: Path) -> None:
    names = V1_NAMES.replace("Latitude (deg)", "Locator (deg)")
    with pytest.raises(UnsupportedFormatError) as caught:
        registry.load(files.write(tmp_path / "old.csv", v1_text(names)))
    assert "latitude" in caught.value.found
    assert "CSV v3" in caught.value.advice


def test_an_unknown_version_is_refused_with_its_number(tmp_path: Path) -> None:
    content = files.text().replace("Format,3", "Format,7")
    with pytest.raises(UnsupportedFormatError) as caught:
        registry.load(files.write(tmp_path / "new.csv", content))
    assert "format 7" in caught.value.found


def test_version_1_keeps_the_rows_before_the_first_lap(tmp_path: Path) -> None:
    lines = v1_text().split("\r\n")
    n_out = 5
    lines[10 : 10 + n_out] = [line[line.index(",") :] for line in lines[10 : 10 + n_out]]
    raw = registry.load(files.write(tmp_path / "old.csv", "\r\n".join(lines)))
    assert raw.n_samples == 800
    assert raw.groups[0].time_us.size == 800


def test_version_1_keeps_the_names_of_the_file(tmp_path: Path) -> None:
    raw = registry.load(files.write(tmp_path / "old.csv", v1_text()))
    written = {c.name: (c.vendor_name, c.vendor_unit) for g in raw.groups for c in g.channels}
    assert written["n_satellites"] == ("Locked satellites", "")
    assert written["accel_lat_mps2"] == ("Lateral Acceleration", "G")
