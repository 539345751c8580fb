"""The RaceChrono writer, read back by a reader of its own."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.synth import Noise, SyntheticSession, generate, write
from tests.unit.synth.synth_fixture import short_session

FIXED = ["timestamp", "fragment_id", "lap_number", "elapsed_time", "distance_traveled"]


@dataclass(frozen=True)
class Sheet:
    preamble: list[str]
    keys: list[tuple[str, str]]
    units: list[str]
    rows: list[list[str]]

    def texts(self, name: str, source: str = "") -> list[str]:
        return [row[self.keys.index((name, source))] for row in self.rows]

    def numbers(self, name: str, source: str = "") -> np.ndarray:
        return np.array([float(text) if text else np.nan for text in self.texts(name, source)])


def _written(session: SyntheticSession, folder: Path) -> Sheet:
    path = folder / "session.csv"
    write(session, path, "racechrono")
    raw = path.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert raw.endswith(b"\r\n")
    lines = raw.decode("ascii").split("\r\n")[:-1]
    names, units, sources, *rows = csv.reader(lines[9:])
    return Sheet(lines[:9], list(zip(names, sources, strict=True)), units, rows)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    return _written(short_session("club-short"), tmp_path_factory.mktemp("rc"))


def test_preamble_is_that_of_the_app(sheet: Sheet) -> None:
    assert re.fullmatch(
        r"This file is created using RaceChrono Pro v[\d.]+ \( http://racechrono.com/ \)\.",
        sheet.preamble[0],
    )
    assert sheet.preamble[1:6] == [
        "Format,3",
        'Session title,"Club Short"',
        "Session type,Lap timing",
        'Track name,"Club Short"',
        "Driver name,",
    ]
    assert re.fullmatch(r"Created,\d\d/\d\d/\d{4},\d\d:\d\d", sheet.preamble[6])
    assert sheet.preamble[7:] == ["Note,", ""]


def test_columns_are_those_of_the_app_in_its_order(sheet: Sheet) -> None:
    gps = (
        "accuracy altitude bearing device_update_rate fix_type latitude longitude satellites speed"
    )
    calc = "combined_acc device_update_rate lateral_acc lean_angle longitudinal_acc speed"
    assert sheet.keys == [
        *((name, "") for name in FIXED),
        *((name, "100: gps") for name in gps.split()),
        *((name, "calc") for name in calc.split()),
        *((name, "200: obd") for name in ("rpm", "speed", "throttle_pos")),
    ]
    assert sheet.units[:5] == ["unix time", "", "", "s", "m"]


def test_rows_never_go_back_in_time_and_some_instants_are_no_fixes(sheet: Sheet) -> None:
    time = sheet.numbers("timestamp")
    assert np.all(np.diff(time) >= 0)
    session = short_session("club-short")
    assert time[0] == session.start_time_utc.timestamp()
    assert time.size > 1.5 * session.gps.time_s.size


def test_fixes_come_back_exactly_and_rows_between_lie_on_straight_lines(sheet: Sheet) -> None:
    gps = short_session("club-short").gps
    elapsed = sheet.numbers("elapsed_time")
    at = np.searchsorted(elapsed, gps.time_s - 1e-6)
    np.testing.assert_allclose(elapsed[at], gps.time_s, atol=6e-6)
    for name, values in (("latitude", gps.lat_deg), ("longitude", gps.lon_deg)):
        column = sheet.numbers(name, "100: gps")
        np.testing.assert_allclose(column[at], values, atol=5.1e-8)
        between = np.interp(elapsed, gps.time_s, values)
        np.testing.assert_allclose(column, between, atol=6e-8)
    np.testing.assert_allclose(sheet.numbers("speed", "100: gps")[at], gps.speed_mps, atol=6e-6)


def test_bearing_is_held_between_fixes(sheet: Sheet) -> None:
    gps = short_session("club-short").gps
    elapsed = sheet.numbers("elapsed_time")
    index = np.searchsorted(gps.time_s, elapsed + 1e-6, side="right") - 1
    np.testing.assert_allclose(
        sheet.numbers("bearing", "100: gps"), gps.bearing_deg[index], atol=0.0051
    )


def test_first_row_of_a_lap_is_the_crossing(sheet: Sheet) -> None:
    truth = short_session("club-short").truth
    laps = sheet.texts("lap_number")
    assert laps[0] == ""
    assert [n for n in dict.fromkeys(laps) if n] == ["1", "2", "3"]
    elapsed = sheet.numbers("elapsed_time")
    starts = [elapsed[laps.index(str(n))] for n in (1, 2, 3)]
    # Straight lines between exact fixes: a dt^2 / 8 v is below 0.1 ms here.
    np.testing.assert_allclose(starts, truth.crossings_s, atol=1e-4)


def test_lateral_acceleration_is_positive_to_the_left_and_smoothed(sheet: Sheet) -> None:
    truth = short_session("club-short").truth
    elapsed = sheet.numbers("elapsed_time")
    lateral = sheet.numbers("lateral_acc", "calc") * 9.80665
    true = np.interp(elapsed, truth.time_s, truth.accel_lat_mps2)
    known = np.isfinite(lateral)
    assert not known[0]
    assert np.corrcoef(lateral[known], true[known])[0, 1] > 0.98
    assert np.nanmax(np.abs(lateral)) <= np.max(np.abs(true)) + 0.2


def test_obd_cells_are_empty_until_the_first_answer(sheet: Sheet) -> None:
    rpm = sheet.texts("rpm", "200: obd")
    assert rpm[0] == ""
    assert all(rpm[20:])


def test_numbers_have_no_exponents_and_whole_ones_end_in_zero(sheet: Sheet) -> None:
    cells = {cell for row in sheet.rows for cell in row}
    assert not [cell for cell in cells if "e" in cell.lower()]
    assert "18.0" in cells or "25.0" in cells
    assert "-0.0" not in cells


def test_imu_columns_follow_when_asked_for(tmp_path: Path) -> None:
    sheet = _written(generate(track="kart-bowl", laps=1, include_imu=True), tmp_path)
    assert [key for key in sheet.keys if key[1] in ("101: acc", "102: gyro")] == [
        *((n, "101: acc") for n in ("device_update_rate", "x_acc", "y_acc", "z_acc")),
        *(
            (n, "102: gyro")
            for n in (
                "device_update_rate",
                "x_rate_of_rotation",
                "y_rate_of_rotation",
                "z_rate_of_rotation",
            )
        ),
    ]
    assert np.mean(sheet.numbers("z_acc", "101: acc")[:100]) == pytest.approx(1.0, abs=0.05)


def test_a_pause_begins_a_new_fragment_and_leaves_a_gap(tmp_path: Path) -> None:
    sheet = _written(generate(laps=2, fragments=[(120.0, 131.0)]), tmp_path)
    elapsed, fragment = sheet.numbers("elapsed_time"), sheet.texts("fragment_id")
    assert not np.any((elapsed >= 120.0) & (elapsed < 131.0))
    assert [fragment[0], fragment[-1]] == ["0", "1"]
    assert fragment[int(np.searchsorted(elapsed, 131.0))] == "1"


def test_dropouts_are_bridged_by_straight_lines(tmp_path: Path) -> None:
    session = generate(laps=2, noise=Noise(dropouts_per_hour=200.0))
    sheet = _written(session, tmp_path)
    begin, end = session.gps.dropouts_s[0]
    elapsed = sheet.numbers("elapsed_time")
    inside = (elapsed > begin) & (elapsed < end)
    bend = np.diff(sheet.numbers("latitude", "100: gps")[inside], 2)
    assert np.max(np.abs(bend), initial=0.0) < 1e-4
