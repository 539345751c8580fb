"""Damaged files: a session or one clear error, in time, and never a silent change of unit."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop import synth
from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.importers import registry
from tests.unit.importers import files, rcz_files

FULL_COUNT = 2000
MOST_SECONDS = 5.0
UNIT_STEPS = (3.6, 1 / 3.6, 2.2369, 1 / 2.2369)
UNIT_NOTICES = frozenset({"speed_unit_contradicts_positions", "unit_not_known"})
"""What a receipt says of a unit; any other notice would not tell the driver."""

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

Mutation = Callable[[bytearray, random.Random], bytes]


def flip_bits(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 40)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def truncate(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


def cut_block(data: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    del data[start : start + chance.randrange(1, 4000)]
    return bytes(data)


def repeat_block(data: bytearray, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    block = data[start : start + chance.randrange(1, 4000)]
    return bytes(data[:start] + block + block + data[start:])


def damage_head(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(min(900, len(data)))] = chance.randrange(256)
    return bytes(data)


def swap_words(data: bytearray, chance: random.Random) -> bytes:
    pairs = [
        (b"m/s", b"km/h"), (b"m/s", b"mph"), (b",", b";"), (b".", b","), (b"25.", b"nan."),
        (b"8.0", b"1e300"), (b"100: gps", b"101: acc"), (b"latitude", b"longitude"),
        (b"\r\n", b"\n\n"), (b"timestamp", b"Timestamp"), (b"deg", b"rad"), (b"5", b"55"),
    ]  # fmt: skip
    old, new = chance.choice(pairs)
    return bytes(data).replace(old, new, chance.choice([1, 3, -1]))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, truncate, cut_block, repeat_block, damage_head, swap_words,
)  # fmt: skip


def speed_quartiles(raw: RawSession) -> np.ndarray | None:
    """Return the quartiles of speed: a unit scales them all, damage only one by chance."""
    for group in raw.groups:
        for channel in group.channels:
            if channel.name == "speed_mps" and np.isfinite(channel.values).any():
                quartiles: np.ndarray = np.nanquantile(channel.values, (0.25, 0.5, 0.75))
                return quartiles
    return None


def check(seed_file: Path, tmp_path: Path, count: int) -> None:
    original = seed_file.read_bytes()
    true_speeds = speed_quartiles(registry.load(seed_file))
    path = tmp_path / f"mutant{seed_file.suffix}"
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - a seeded test, no secret
        path.write_bytes(chance.choice(MUTATIONS)(bytearray(original), chance))
        started = time.perf_counter()
        raw = files.load_or_line(path)
        assert time.perf_counter() - started < MOST_SECONDS, seed
        if isinstance(raw, RawSession) and true_speeds is not None and true_speeds[0] > 0.0:
            assert_no_silent_flip(raw, true_speeds, seed)


def assert_no_silent_flip(raw: RawSession, true_speeds: np.ndarray, seed: int) -> None:
    speeds = speed_quartiles(raw)
    if speeds is None:
        return
    flipped = any(speeds == pytest.approx(step * true_speeds, rel=0.01) for step in UNIT_STEPS)
    codes = {notice.code for notice in raw.notices}
    assert not flipped or codes & UNIT_NOTICES, f"seed {seed}: {speeds} for {true_speeds}, {codes}"


@pytest.fixture
def count(is_long: bool) -> int:
    return FULL_COUNT if is_long else FULL_COUNT // 10


@pytest.mark.timeout(600)
def test_racechrono_csv_survives_damage(tmp_path: Path, count: int) -> None:
    check(files.write(tmp_path / "seed.csv", files.text(files.rows(300))), tmp_path, count)


@pytest.mark.timeout(600)
def test_iracing_ibt_survives_damage(tmp_path: Path, count: int) -> None:
    check(files.write_ibt(tmp_path / "seed.ibt"), tmp_path, count)


@pytest.mark.timeout(600)
@pytest.mark.corpus
def test_racechrono_archive_survives_damage(tmp_path: Path, corpus: Path, count: int) -> None:
    check(corpus / "racechrono-rcz" / "Short_test_data.rcz", tmp_path, count)


@pytest.mark.timeout(600)
def test_a_small_archive_survives_damage(tmp_path: Path, count: int) -> None:
    path = tmp_path / "seed.rcz"
    members = rcz_files.gps(n=120) | rcz_files.bus(10024, [4000.0] * 240)
    path.write_bytes(rcz_files.pack(members, compression=zipfile.ZIP_DEFLATED))
    check(path, tmp_path, count)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fmt", ["racechrono-v2", "racechrono-v1"])
def test_old_racechrono_formats_survive_damage(tmp_path: Path, count: int, fmt: str) -> None:
    session = synth.generate(track="kart-bowl", laps=1, rate_hz=1.0, seed=2, noise="good")
    lines = synth.file_bytes(session, fmt).split(b"\r\n")
    path = tmp_path / "seed.csv"
    path.write_bytes(b"\r\n".join(lines[:12] + lines[1_500:1_800]) + b"\r\n")
    check(path, tmp_path, count)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.rcz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", b" " * 300_000_000)
    with pytest.raises(ApexLabError):
        registry.load(path)
