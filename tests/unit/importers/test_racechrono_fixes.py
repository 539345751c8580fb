"""True fixes among union rows: closed forms, and the generator's own fixes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop import synth
from apexlab_desktop.importers import registry
from apexlab_desktop.importers.fix_evidence import interpolation_breaks, written_quantum
from apexlab_desktop.importers.racechrono_fixes import find_fixes

FloatArray = npt.NDArray[np.float64]
UNIX_US = 1_767_150_000_000_000


def union_rows(
    fix_us: npt.NDArray[np.int64], other_us: npt.NDArray[np.int64], fixes: FloatArray
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return the rows an app would write: values interpolated to every instant, five decimals."""
    inside = other_us[(other_us >= fix_us[0]) & (other_us <= fix_us[-1])]
    rows = np.unique(np.concatenate([fix_us, inside]))
    return UNIX_US + rows, np.round(np.interp(rows, fix_us, fixes), 5)


def speeds(n: int, seed: int = 3) -> FloatArray:
    return np.round(30.0 + np.cumsum(np.random.default_rng(seed).normal(0, 0.05, n)), 3)


def every(period_us: int, until_us: int, start_us: int = 0) -> npt.NDArray[np.int64]:
    return np.arange(start_us, until_us, period_us, dtype=np.int64)


def test_no_break_on_a_straight_line_written_with_rounding() -> None:
    time_us = UNIX_US + np.cumsum(np.random.default_rng(1).integers(1, 28, 500)) * 1000
    line = np.round(3.0 + 2e-6 * (time_us - UNIX_US), 5)
    assert not interpolation_breaks(time_us, line, 1e-5).any()


def test_one_break_at_one_bend() -> None:
    time_us = UNIX_US + np.arange(7) * 10_000
    bent = np.array([0.0, 1.0, 2.0, 3.0, 3.5, 4.0, 4.5])
    assert np.flatnonzero(interpolation_breaks(time_us, bent, 1e-5)).tolist() == [3]


@pytest.mark.parametrize("decimals", [1, 3, 5, 7])
def test_the_writers_last_decimal_is_found(decimals: int) -> None:
    values = np.round(np.random.default_rng(decimals).uniform(0, 50, 400), decimals)
    assert written_quantum(values) == pytest.approx(10.0**-decimals)


@pytest.mark.parametrize("rate_hz", [1, 4, 5, 10, 20, 25])
@pytest.mark.parametrize("is_stated", [True, False])
def test_grid_fixes_come_back_exactly(rate_hz: int, is_stated: bool) -> None:
    until_us = 120_000_000
    fix_us = every(1_000_000 // rate_hz, until_us)
    rows, speed = union_rows(fix_us, every(37_000, until_us), speeds(fix_us.size))
    found = find_fixes(rows, [speed], speed, float(rate_hz) if is_stated else None)
    assert found.method == "grid"
    assert found.rate_hz == rate_hz
    # The two ends bend no line, but lie on the grid.
    assert (rows[found.index] - UNIX_US).tolist() == fix_us.tolist()


def test_a_wrong_stated_rate_gives_way_to_the_evidence() -> None:
    fix_us = every(200_000, 120_000_000)
    rows, speed = union_rows(fix_us, every(20_000, 120_000_000), speeds(fix_us.size))
    found = find_fixes(rows, [speed], speed, 25.0)
    assert found.rate_hz == 5.0
    assert found.index.size == fix_us.size


def test_fixes_off_any_grid_are_found_by_evidence_alone() -> None:
    random = np.random.default_rng(7)
    fix_us = (np.arange(200) * 1000 + random.integers(-40, 41, 200)) * 1000
    rows, speed = union_rows(fix_us, every(50_000, 200_000_000), speeds(200))
    _, altitude = union_rows(fix_us, every(50_000, 200_000_000), speeds(200, seed=8))
    found = find_fixes(rows, [speed, altitude], speed, 1.0)
    assert found.method == "breaks"
    places = set((rows[found.index] - UNIX_US).tolist())
    # At some fixes neither quantity bends by more than the rounding; none is invented.
    assert places <= set(fix_us.tolist())
    assert len(places) >= 190


def test_rows_of_others_in_a_dropout_are_no_fixes() -> None:
    fix_us = every(40_000, 300_000_000)
    fix_us = fix_us[(fix_us <= 30_000_000) | (fix_us >= 33_000_000)]
    # A second sensor at the receiver's very instants: every epoch of the gap has a row.
    rows, speed = union_rows(fix_us, every(40_000, 300_000_000), speeds(fix_us.size))
    found = find_fixes(rows, [speed], speed, 25.0)
    assert (rows[found.index] - UNIX_US).tolist() == fix_us.tolist()


def test_a_standing_car_keeps_its_fixes() -> None:
    fix_us = every(100_000, 60_000_000)
    speed = speeds(fix_us.size)
    speed[200:400] = 0.0
    rows, written = union_rows(fix_us, every(35_000, 60_000_000), speed)
    found = find_fixes(rows, [written], written, 10.0)
    assert found.index.size == fix_us.size


def test_values_that_are_held_give_the_rows_at_which_they_change() -> None:
    fix_us = every(100_000, 60_000_000)
    fixes = speeds(fix_us.size)
    rows = np.unique(np.concatenate([fix_us, every(21_000, 60_000_000)]))
    held = fixes[np.searchsorted(fix_us, rows, side="right") - 1]
    found = find_fixes(UNIX_US + rows, [held], held, 10.0)
    assert found.method == "held"
    repeats = np.flatnonzero(np.diff(fixes) == 0) + 1
    assert rows[found.index].tolist() == np.delete(fix_us, repeats).tolist()


def test_a_file_of_nothing_but_fixes_keeps_every_row() -> None:
    time_us = UNIX_US + np.cumsum(np.random.default_rng(2).integers(90, 111, 300)) * 1000
    speed = speeds(300)
    found = find_fixes(time_us, [speed], speed)
    assert found.method == "rows"
    assert found.index.size == 300


@pytest.mark.parametrize("rate_hz", [5.0, 16.0, 18.0, 25.0])
@pytest.mark.parametrize("noise", ["none", "consumer"])
def test_the_generators_fixes_come_back(tmp_path: Path, rate_hz: float, noise: str) -> None:
    session = synth.generate("kart-bowl", 1, rate_hz, seed=4, noise=noise, include_imu=True)
    path = tmp_path / "session.csv"
    synth.write(session, path, "racechrono")
    raw = registry.load(path)
    gps = raw.groups[0]
    assert raw.start_time_utc is not None
    offset_s = (raw.start_time_utc - session.start_time_utc).total_seconds()
    found_ms = np.rint(gps.time_us / 1000 + offset_s * 1000).astype(np.int64)
    last_row_ms = max(int(group.time_us[-1]) for group in raw.groups) / 1000 + offset_s * 1000
    true_ms = np.rint(session.gps.time_s * 1000)
    true_ms = true_ms[(true_ms >= offset_s * 1000 - 0.5) & (true_ms <= last_row_ms + 0.5)]
    assert gps.rate_hz == rate_hz
    assert found_ms.size == true_ms.size
    assert np.abs(found_ms - true_ms).max() <= 1
