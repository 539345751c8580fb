"""Rows are called filled-in on evidence only: a steady car keeps its fixes, a dropout its gap."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop import synth
from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.importers import registry
from tests.unit.importers import files

FloatArray = npt.NDArray[np.float64]
Pauses = tuple[tuple[float, float], ...]

STRAIGHT_M, RADIUS_M, SPEED_MPS = 300.0, 80.0, 36.0
RATES_HZ = (5.0, 10.0, 18.0, 25.0)
OTHERS_HZ = (None, 7.0, 20.0)
PAUSES: tuple[Pauses, ...] = ((), ((250.0, 300.0),), ((60.0, 75.037),))
DROPOUTS = tuple((at_s, at_s + 3.0) for at_s in (60.0, 111.0, 170.0, 233.0, 301.0))
COURSE_RAD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A drive along a straight at a steady speed, then round bends at a changing one.

    `rate_hz` is the receiver's, `other_hz` that of a second device whose rows join the file,
    from `other_from_s` on.
    """

    rate_hz: float
    other_hz: float | None = None
    other_from_s: float = 0.0137
    pauses_s: Pauses = ()
    dropouts_s: Pauses = ()
    noise_m: float = 0.0
    stands_s: float = 0.0
    duration_s: float = 500.0

    def fixes_s(self) -> FloatArray:
        return outside(
            np.round(np.arange(0.0, self.duration_s, 1.0 / self.rate_hz), 3), self.dropouts_s
        )

    def rows_s(self) -> FloatArray:
        rows_s = self.fixes_s()
        if self.other_hz is not None:
            others = np.arange(self.other_from_s, rows_s[-1], 1.0 / self.other_hz)
            rows_s = np.unique(np.round(np.concatenate((rows_s, others)), 3))
        return outside(rows_s, self.pauses_s)

    def travelled_m(self, at_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return distance [m] and speed [m/s]."""
        fine_s = np.arange(0.0, self.duration_s + 1.0, 1e-3)
        gone_s = fine_s - self.stands_s
        pace = 1.0 - 0.4 * np.abs(np.sin(np.pi * np.clip((gone_s - 8.0) / 20.0, 0.0, None)))
        launch = np.clip(gone_s / 6.0, 0.0, 1.0) if self.stands_s else 1.0
        speed = SPEED_MPS * pace * launch
        way_m = np.concatenate(([0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]) * 1e-3)))
        return np.interp(at_s, fine_s, way_m), np.interp(at_s, fine_s, speed)


def outside(at_s: FloatArray, gaps_s: Sequence[tuple[float, float]]) -> FloatArray:
    kept = np.ones(at_s.size, dtype=bool)
    for begin_s, end_s in gaps_s:
        kept &= (at_s < begin_s) | (at_s >= end_s)
    return at_s[kept]


def place_m(way_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return east and north: straight on, then loops that are no circles, and never straight."""
    turn = np.clip(way_m - STRAIGHT_M, 0.0, None) / RADIUS_M
    ahead = np.minimum(way_m, STRAIGHT_M) + RADIUS_M * np.sin(turn) * (1 + 0.3 * np.sin(turn / 2))
    aside = RADIUS_M * (1.0 - np.cos(turn))
    east = np.cos(COURSE_RAD) * ahead - np.sin(COURSE_RAD) * aside
    return east, np.sin(COURSE_RAD) * ahead + np.cos(COURSE_RAD) * aside


def write(drive: Drive, path: Path) -> Path:
    """Write what the app would: values rounded at the fixes, on lines between them."""
    random = np.random.default_rng(3)
    fixes_s, rows_s = drive.fixes_s(), drive.rows_s()
    way_m, speed = drive.travelled_m(fixes_s)
    east_m, north_m = (
        axis + random.normal(0.0, drive.noise_m, fixes_s.size) for axis in place_m(way_m)
    )
    speed = speed + random.normal(0.0, min(drive.noise_m, 0.05), fixes_s.size)
    lat = np.round(48.0 + north_m / files.METRES_PER_DEGREE, 7)
    lon = np.round(11.0 + east_m / (files.METRES_PER_DEGREE * np.cos(np.radians(48.0))), 7)
    columns = {
        "timestamp": [f"{files.START_S + at_s:.3f}" for at_s in rows_s],
        "fragment_id": [str(sum(at_s >= end for _, end in drive.pauses_s)) for at_s in rows_s],
        "lap_number": [str(int(at_s // 100.0)) for at_s in rows_s],
        "elapsed_time": [f"{at_s:.3f}" for at_s in rows_s],
        "latitude": [f"{value:.7f}" for value in np.interp(rows_s, fixes_s, lat)],
        "longitude": [f"{value:.7f}" for value in np.interp(rows_s, fixes_s, lon)],
        "speed": [f"{value:.5f}" for value in np.interp(rows_s, fixes_s, np.round(speed, 3))],
        "device_update_rate": [f"{drive.rate_hz:g}"] * rows_s.size,
        "rpm": [f"{3000.0 + 100.0 * np.sin(at_s):.2f}" for at_s in rows_s],
    }
    units = "unix time,,,s,deg,deg,m/s,Hz,rpm"
    sources = ",,,,100: gps,100: gps,100: gps,100: gps,200: obd"
    lines = [*files.preamble()[:-3], ",".join(columns), units, sources]
    lines += map(",".join, zip(*columns.values(), strict=True))
    return files.write(path, "\r\n".join(lines) + "\r\n")


def found_ms(raw: RawSession) -> npt.NDArray[np.int64]:
    return np.rint(raw.groups[0].time_us / 1_000.0).astype(np.int64)


def true_ms(drive: Drive) -> npt.NDArray[np.int64]:
    return np.rint(outside(drive.fixes_s(), drive.pauses_s) * 1e3).astype(np.int64)


def cases(request: pytest.FixtureRequest) -> list[tuple[float, float | None, Pauses]]:
    """Return all with `--long`, else a seeded quarter."""
    everything = list(itertools.product(RATES_HZ, OTHERS_HZ, PAUSES))
    if request.config.getoption("--long", default=False):
        return everything
    chosen = np.random.default_rng(8).choice(len(everything), len(everything) // 4, replace=False)
    return [everything[k] for k in sorted(chosen.tolist())]


def test_a_steady_straight_start_without_noise_keeps_its_fixes(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for rate_hz, other_hz, pauses_s in cases(request):
        drive = Drive(rate_hz=rate_hz, other_hz=other_hz, pauses_s=pauses_s)
        raw = registry.load(write(drive, tmp_path / "session.csv"))
        assert found_ms(raw).tolist() == true_ms(drive).tolist(), (rate_hz, other_hz, pauses_s)
        assert raw.laps_declared[0].number == 0
        assert raw.laps_declared[0].start_us == 0


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_standing_start_without_noise_keeps_its_fixes(tmp_path: Path, rate_hz: float) -> None:
    drive = Drive(rate_hz=rate_hz, other_hz=7.0, stands_s=12.0, pauses_s=((250.0, 300.0),))
    raw = registry.load(write(drive, tmp_path / "session.csv"))
    assert found_ms(raw).tolist() == true_ms(drive).tolist()


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 20.0])
@pytest.mark.parametrize("noise_m", [0.0, 0.03, 0.3])
def test_lines_over_dropouts_are_told_by_kinks_or_by_noise_that_stops(
    tmp_path: Path, rate_hz: float, noise_m: float
) -> None:
    # The other device has a row at every epoch of the receiver.
    drive = Drive(
        rate_hz=rate_hz, other_hz=20.0, other_from_s=0.0, dropouts_s=DROPOUTS, noise_m=noise_m
    )
    raw = registry.load(write(drive, tmp_path / "session.csv"))
    assert found_ms(raw).tolist() == true_ms(drive).tolist()


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 18.0, 25.0])
@pytest.mark.parametrize("pauses_s", [(), ((60.0, 75.0),)])
def test_the_generators_fixes_come_back_around_a_pause(
    tmp_path: Path, rate_hz: float, pauses_s: Pauses
) -> None:
    session = synth.generate(
        "club-short", 1, rate_hz, noise="none", fragments=pauses_s, out_lap=not pauses_s
    )
    path = tmp_path / "session.csv"
    synth.write(session, path, "racechrono")
    raw = registry.load(path)
    true = np.rint(outside(session.gps.time_s, pauses_s) * 1e3).astype(np.int64)
    # The writer's rows may end a nanosecond before the last fix.
    written = true[true <= max(int(group.time_us[-1]) for group in raw.groups) / 1e3]
    assert found_ms(raw).tolist() == written.tolist()


@pytest.mark.parametrize("seed", [102, 106, 111, 112])
def test_rows_of_a_phones_dropout_repeat_the_bearing_and_are_no_fixes(
    tmp_path: Path, seed: int
) -> None:
    """A second is missed some ten times in these, for four seconds at most."""
    session = synth.generate("club-long", 4, 1.0, noise="phone", seed=seed)
    path = tmp_path / "session.csv"
    synth.write(session, path, "racechrono")
    raw = registry.load(path)
    found = raw.groups[0].time_us / 1e6
    true = session.gps.time_s - session.gps.time_s[0]

    def n_without(some: FloatArray, others: FloatArray) -> int:
        apart_s = np.abs(some[:, None] - others).min(axis=1)
        return int(np.count_nonzero(apart_s > 0.003))

    # A single second that is missed is bridged by a straight line, harmlessly.
    assert n_without(found, true) <= 5
    assert n_without(true, found) <= 3
