"""The real files against values that independent readers gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.analysis.types import LapKind, RawSession
from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.importers import registry

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"
EXPECTED: dict[str, Any] = (
    json.loads((CORPUS / "expected.json").read_text(encoding="utf-8")) if CORPUS.is_dir() else {}
)
RACECHRONO = sorted(k for k, v in EXPECTED.items() if v["format"] == "racechrono-csv")
ARCHIVES = sorted(k for k, v in EXPECTED.items() if v["format"] == "racechrono-rcz")
IBT = sorted(k for k, v in EXPECTED.items() if v["format"] == "iracing-ibt" and v.get("valid"))

pytestmark = pytest.mark.corpus


def speed_range(raw: RawSession, source: str) -> tuple[float, float]:
    speed = next(
        c.values
        for g in raw.groups
        for c in g.channels
        if (c.name, c.source) == ("speed_mps", source)
    )
    return float(np.nanmin(speed)), float(np.nanmax(speed))


def best_lap_s(raw: RawSession) -> tuple[int, float | None]:
    laps = session_analysis.analyse(raw).laps
    times = [lap.lap_time_s for lap in laps if lap.kind is LapKind.TIMED and lap.lap_time_s]
    return len(times), min(times) if times else None


@pytest.mark.parametrize("name", RACECHRONO)
def test_racechrono_file_gives_the_expected_values(corpus: Path, name: str) -> None:
    truth = EXPECTED[name]
    raw = registry.load(corpus / name)
    assert raw.n_samples == truth["rows"]
    vendor = {(c.vendor_name, c.vendor_unit, c.device) for g in raw.groups for c in g.channels}
    for channel in truth["channels"]:
        if (
            channel["source"]
            and f"{channel['name']}#{channel['index']}" not in truth["blank_cells"]
        ):
            assert (channel["name"], channel["unit"], channel["source"]) in vendor
    for speed in truth["speed"]:
        source = speed["source"].split(": ")[-1]
        low, high = speed_range(raw, source)
        # Rows between fixes are interpolated: the fixes alone may miss an edge by a digit.
        assert low == pytest.approx(speed["min"], abs=2e-3)
        assert high == pytest.approx(speed["max"], abs=2e-3)
    n_laps, best_s = best_lap_s(raw)
    assert n_laps == truth["complete_laps"]
    assert best_s == (
        None if truth["best_lap_s"] is None else pytest.approx(truth["best_lap_s"], abs=1e-4)
    )


@pytest.mark.parametrize("name", ARCHIVES)
def test_racechrono_archive_gives_the_expected_values(corpus: Path, name: str) -> None:
    truth = EXPECTED[name]
    raw = registry.load(corpus / name)
    speed = truth["speed"]
    assert speed_range(raw, "gps") == pytest.approx((speed["min"], speed["max"]), abs=1e-3)
    stated = {lap["number"]: lap["lap_time_s"] for lap in truth.get("laps") or []}
    for lap in raw.laps_declared:
        if lap.is_complete and stated.get(lap.number):
            assert (lap.end_us - lap.start_us) / 1e6 == pytest.approx(stated[lap.number], abs=1e-3)


@pytest.mark.parametrize("name", IBT)
def test_iracing_file_gives_the_expected_values(corpus: Path, name: str) -> None:
    truth = EXPECTED[name]
    raw = registry.load(corpus / name)
    assert raw.n_samples == truth["rows"]
    assert raw.format_version == str(truth["header"]["ver"])
    assert raw.metadata["track"] == truth["track"]
    assert raw.metadata["vehicle"] == truth["car"]
    names = {c.vendor_name.partition("[")[0] for g in raw.groups for c in g.channels}
    assert {channel["name"] for channel in truth["channels"]} <= names
    speed = truth["speed"]
    assert speed_range(raw, "sim") == pytest.approx((speed["min"], speed["max"]), abs=1e-4)
    n_laps, best_s = best_lap_s(raw)
    assert n_laps == truth["laps"]
    assert best_s == (
        None if truth["best_lap_s"] is None else pytest.approx(truth["best_lap_s"], abs=1e-4)
    )


@pytest.mark.parametrize(
    "name", ["telemetry.ibt", "skmodified_martinsville 2016-02-07 21-01-44.ibt"]
)
def test_the_course_of_a_sim_is_the_direction_between_its_positions(
    corpus: Path, name: str
) -> None:
    group = registry.load(corpus / "iracing-ibt" / name).groups[0]
    lat, lon, course, speed = (
        np.asarray(channel.values, dtype=np.float64)
        for channel in map(group.find, ("lat_deg", "lon_deg", "course_rad", "speed_mps"))
        if channel is not None
    )
    # Chords over 0.2 s, taken in the middle: 12 records apart.
    north = lat[12:] - lat[:-12]
    east = (lon[12:] - lon[:-12]) * np.cos(np.radians(np.nanmedian(lat)))
    off = (np.arctan2(north, east) - course[6:-6] + np.pi) % (2 * np.pi) - np.pi
    fast = (np.minimum(speed[:-12], speed[12:]) > 15.0) & np.isfinite(off)
    assert fast.sum() > 300
    assert abs(float(np.median(off[fast]))) < 2e-3
    assert float(np.median(np.abs(off[fast]))) < 5e-3


def test_a_file_that_is_no_ibt_is_refused(corpus: Path) -> None:
    with pytest.raises(ApexLabError):
        registry.load(corpus / "iracing-ibt" / "invalid_test_file.ibt")


def test_every_other_file_of_the_corpus_is_refused_by_name(corpus: Path) -> None:
    read = set(RACECHRONO) | set(ARCHIVES) | set(IBT)
    for path in sorted(corpus.rglob("*")):
        key = path.relative_to(corpus).as_posix()
        if path.is_dir() or path.parent == corpus or key in read:
            continue
        with pytest.raises(ApexLabError) as caught:
            registry.load(path)
        assert "\n" not in caught.value.one_line()
        is_arbitrary = path.name == "invalid_test_file.ibt"
        assert caught.value.found.startswith(("text", "binary", "a JSON")) == is_arbitrary, path


@pytest.mark.parametrize("name", [*RACECHRONO, *ARCHIVES, *IBT])
def test_every_lap_number_of_a_real_file_is_there_once(corpus: Path, name: str) -> None:
    analysed = session_analysis.analyse(registry.load(corpus / name))
    numbers = [lap.number for lap in analysed.laps]
    assert len(set(numbers)) == len(numbers)


def test_the_lap_with_a_reset_to_the_pits_is_one_lap_as_the_sim_counts(corpus: Path) -> None:
    name = "iracing-ibt/skmodified_langley 2015-05-28 14-50-46.ibt"
    analysed = session_analysis.analyse(registry.load(corpus / name))
    kinds = {lap.number: lap.kind for lap in analysed.laps}
    # The header counts six lap numbers: these, and the 0 of the records outside the car.
    assert set(kinds) | {0} == set(EXPECTED[name]["lap_channel_values"])
    assert len(kinds) + 1 == EXPECTED[name]["lap_count_field"]
    assert kinds == {
        183: LapKind.OUT,
        184: LapKind.TIMED,
        185: LapKind.TIMED,
        186: LapKind.PARTIAL,
        187: LapKind.IN,
    }
    lap = next(lap for lap in analysed.laps if lap.number == 186)
    assert {"invalid", "pit"} <= set(lap.reasons)
    # From the line at 4510.25 s to the line at 4536.68 s of session time.
    assert lap.end_s - lap.start_s == pytest.approx(26.439, abs=0.002)
