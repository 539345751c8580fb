"""What is exported can be read again and says the same; recordings are never written over."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.app import open_session
from apexlab_desktop.importers import registry
from tests.e2e.command_line import apexlab


def _exported(source: Path, folder: Path, *more: object) -> Path:
    out = folder / "again.csv"
    said = apexlab("export", source, "--format", "racechrono", "-o", out, *more)
    assert said.status == 0, said.err
    return out


def _laps(path: Path) -> list[tuple[int, str, float | None]]:
    found = apexlab("laps", path, "--json").document["laps"]
    return [(lap["number"], lap["kind"], lap["lap_time_s"]) for lap in found]


def _assert_same_laps(again: Path, source: Path) -> None:
    before, after = _laps(source), _laps(again)
    assert [lap[:2] for lap in after] == [lap[:2] for lap in before]
    for (*_, known_s), (*_, found_s) in zip(before, after, strict=True):
        assert found_s == pytest.approx(known_s, abs=1e-4)


def _values(path: Path, name: str, at_s: np.ndarray) -> np.ndarray:
    raw = registry.load(path)
    group = next(group for group in raw.groups if group.find(name) is not None)
    channel = group.find(name)
    assert channel is not None
    values: np.ndarray = np.interp(at_s, group.time_s, channel.values)
    return values


def test_an_exported_session_has_the_same_laps(club_file: Path, tmp_path: Path) -> None:
    _assert_same_laps(_exported(club_file, tmp_path), club_file)


def test_an_exported_session_keeps_every_channel_within_quantisation(
    club_file: Path, tmp_path: Path
) -> None:
    again = _exported(club_file, tmp_path)
    at_s = np.linspace(10.0, 200.0, 5_000)
    steps = {
        "lat_deg": 1e-7, "speed_mps": 1e-4, "throttle_ratio": 1e-6, "engine_speed_rpm": 1e-2,
        "brake_ratio": 1e-6, "accel_lat_mps2": 1e-3, "altitude_m": 1e-4, "n_satellites": 1e-6,
    }  # fmt: skip
    present = {c.name for group in registry.load(club_file).groups for c in group.channels}
    assert present >= steps.keys() - {"brake_ratio"}
    for name in steps.keys() & present:
        off = np.abs(_values(again, name, at_s) - _values(club_file, name, at_s))
        assert float(off.max()) < steps[name], name


def test_an_exported_session_has_the_same_fixes(club_file: Path, tmp_path: Path) -> None:
    again = _exported(club_file, tmp_path)
    before, after = (
        next(g for g in registry.load(p).groups if g.find("lat_deg") is not None)
        for p in (club_file, again)
    )
    assert after.time_us.size == pytest.approx(before.time_us.size, abs=3)
    assert after.rate_hz == before.rate_hz


@pytest.mark.parametrize("number", [1, 3])
def test_one_exported_lap_is_one_timed_lap_of_the_same_time(
    club_file: Path, tmp_path: Path, number: int
) -> None:
    again = _exported(club_file, tmp_path, "--laps", number)
    known = next(lap for lap in _laps(club_file) if lap[0] == number)
    found = _laps(again)
    assert [lap[:2] for lap in found] == [(number, "timed")]
    assert found[0][2] == pytest.approx(known[2], abs=1e-4)


def test_two_exported_laps_far_apart_do_not_become_one(club_file: Path, tmp_path: Path) -> None:
    again = _exported(club_file, tmp_path, "--laps", 1, 4)
    assert [lap[:2] for lap in _laps(again)] == [(1, "timed"), (4, "timed")]


def test_a_sim_session_goes_out_as_racechrono(sim_file: Path, tmp_path: Path) -> None:
    again = _exported(sim_file, tmp_path)
    known, found = (
        {lap[0]: lap[2] for lap in _laps(path) if lap[1] == "timed"} for path in (sim_file, again)
    )
    assert found == pytest.approx(known, abs=2e-3)
    names = {c.name for group in registry.load(again).groups for c in group.channels}
    assert {"throttle_ratio", "brake_ratio", "gear", "steering_angle_rad"} <= names


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "racechrono-csv/session_20251231_111318_tianma_lap9_v3.csv",
        "racechrono-rcz/session_20260103_141321_race_1_lap4.rcz",
    ],
)
def test_a_real_session_has_the_same_laps_after_a_round_trip(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    _assert_same_laps(_exported(corpus / name, tmp_path), corpus / name)


def test_csv_export_holds_the_motion_and_the_driver(club_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "motion.csv"
    assert apexlab("export", club_file, "--format", "csv", "-o", out).status == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = {"time_s", "lap_number", "lat_deg", "lon_deg", "speed_mps", "throttle_ratio"}
    assert wanted <= set(rows[0])
    assert {row["lap_number"] for row in rows} >= {"1", "2", "5"}
    assert all(0.0 <= float(row["course_rad"]) < 2.0 * math.pi for row in rows)


def test_one_lap_as_csv_spans_its_whole_time(club_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "lap.csv"
    apexlab("export", club_file, "--format", "csv", "-o", out, "--laps", 2)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    lap = next(lap for lap in open_session(club_file).analysed.laps if lap.number == 2)
    span_s = float(rows[-1]["time_s"]) - float(rows[0]["time_s"])
    assert span_s == pytest.approx(lap.end_s - lap.start_s, abs=1e-6)


def _writing(path: Path) -> list[tuple[Any, ...]]:
    return [
        ("export", path, "--format", "csv", "-o", path),
        ("export", path, "--format", "racechrono", "-o", path),
        ("compare", path, "--laps", 1, 2, "--csv", path),
        ("render", path, "--worksheet", "Compare", "-o", path),
    ]


def test_the_file_that_is_read_is_never_written_over(club_file: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    content = club_file.read_bytes()
    own.write_bytes(content)
    report = tmp_path / "own.html"
    report.write_bytes(content)
    for command in (*_writing(own), ("report", report, "-o", report)):
        said = apexlab(*command)
        assert said.status == 2, command
        assert said.err.count("\n") == 1
    assert own.read_bytes() == report.read_bytes() == content


def test_another_recording_is_never_written_over(club_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(club_file.read_bytes())
    said = apexlab("export", club_file, "--format", "csv", "-o", other)
    assert said.status == 2
    assert "recording" in said.err
    assert other.read_bytes() == club_file.read_bytes()


def test_an_earlier_export_may_be_made_anew(club_file: Path, tmp_path: Path) -> None:
    _exported(club_file, tmp_path)
    _exported(club_file, tmp_path)
