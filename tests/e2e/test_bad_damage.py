"""Damaged files through the whole way, analysis and all: an answer in time, or one clear line."""

from __future__ import annotations

import math
import random
import time
import zipfile
from pathlib import Path

import pytest

from tests.e2e.command_line import apexlab
from tests.unit.importers import files, ibt_files, rcz_files, test_mutations

pytestmark = [
    pytest.mark.usefixtures("apexlab_home"),
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.timeout(1800),
]

FULL_COUNT = 2000
MOST_SECONDS = 5.0
STATUS_DONE, STATUS_FILE = 0, 4


def seed_file(folder: Path, fmt: str) -> Path:
    """Write a small sound file with laps."""
    path = folder / f"seed.{fmt}"
    if fmt == "csv":
        return files.write(path, files.text(files.rows(800)))
    if fmt == "ibt":
        return ibt_files.write(path, _ring(1_500))
    members = rcz_files.gps(n=800) | rcz_files.bus(10024, [4000.0] * 400)
    path.write_bytes(rcz_files.pack(members, compression=zipfile.ZIP_DEFLATED))
    return path


def _ring(n: int) -> list[ibt_files.Variable]:
    """Return a car on a ring of 600 m, a lap in 600 records: 60 m/s."""
    turns = [0.4 + k / 600 for k in range(n)]
    laps = [5 + int(turn) for turn in turns]
    angles = [2 * math.pi * turn for turn in turns]
    lat: list[object] = [50.0 + 95.5 * math.sin(angle) / 111_195.0 for angle in angles]
    lon: list[object] = [8.0 + 95.5 * math.cos(angle) / 71_475.0 for angle in angles]
    return [
        *ibt_files.drive(laps, [turn % 1.0 for turn in turns]),
        ibt_files.Variable("Lat", "double", lat, "deg"),
        ibt_files.Variable("Lon", "double", lon, "deg"),
        ibt_files.floats("Throttle", [0.5] * n, "%"),
    ]


@pytest.mark.parametrize("fmt", ["csv", "rcz", "ibt"])
def test_a_damaged_file_gives_laps_or_one_line(fmt: str, tmp_path: Path, is_long: bool) -> None:
    original = seed_file(tmp_path, fmt).read_bytes()
    path = tmp_path / f"mutant.{fmt}"
    used = 0
    for seed in range(FULL_COUNT if is_long else FULL_COUNT // 20):
        # Other seeds than those of the importers' own test.
        chance = random.Random(10_000 + seed)  # noqa: S311 - a seeded test, no secret
        mutate = chance.choice(test_mutations.MUTATIONS)
        path.write_bytes(mutate(bytearray(original), chance))
        started = time.perf_counter()
        said = apexlab("laps", path, "--json")
        assert time.perf_counter() - started < MOST_SECONDS, seed
        assert said.status in (STATUS_DONE, STATUS_FILE), (seed, said.err)
        lines = said.err.strip().splitlines()
        assert len(lines) == (said.status == STATUS_FILE), (seed, said.err)
        assert isinstance(said.document, dict)
        used += said.status == STATUS_DONE
    assert used > 0
