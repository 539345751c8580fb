"""Golden sessions: the generator must not drift unseen.

A change of these digests is a change of every demo and every test's data. When it is meant, write
the new ones with `python -m tests.unit.synth.test_synth_golden` and say so in the commit.

Bytes may differ in the last digit where another processor rounds another way, so the sessions are
small, and what a receiver quantises hides it: the same digests came out on AVX-512, AVX2 and SSE.
A simulator quantises nothing, so of its file the words are compared to the byte, and the numbers
once a second to 1e-3 of their range.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop.synth import SyntheticSession, file_bytes, generate

SESSIONS = {
    "kart-bowl": {"seed": 1, "rate_hz": 5.0},
    "club-short": {"seed": 2, "rate_hz": 1.0},
    "hill-climb": {"seed": 3, "rate_hz": 10.0},
    "club-long": {"seed": 4, "rate_hz": 1.0},
    "grand-circuit": {"seed": 5, "rate_hz": 1.0},
    "grand-circuit-short": {"seed": 6, "rate_hz": 1.0},
    "hill-eight": {"seed": 7, "rate_hz": 1.0},
}
CSV_FORMATS = ("racechrono", "racechrono-v2", "racechrono-v1")
DIGESTS = {
    ("kart-bowl", "racechrono"): "c7c0c4edb05660d0fcc289ee0559d3cf76675c863b7af8747a08b58b7d9b16cf",
    (
        "kart-bowl",
        "racechrono-v2",
    ): "c6f58cb2657cc730f1d40fc532a0b5e7118dae2b2c22ef8346d4a33715dc31f5",
    (
        "kart-bowl",
        "racechrono-v1",
    ): "5e5e2a757d3234640c02ee24c489543b833051be5aaa3043419fb1849ebe8981",
    ("kart-bowl", "ibt"): "9cb7e8ef289972509064a0fec25972a621a62e84a86171c7c73a9350dcb96ae0",
    (
        "club-short",
        "racechrono",
    ): "bcae2f1db6b955cc3c04fec7879a0887610918f9adbded2466c787357c96d81c",
    (
        "club-short",
        "racechrono-v2",
    ): "10c9702d22b842a37a91ffc2cc0742dda8b512913a6be1c7b9abbbf70bad005d",
    (
        "club-short",
        "racechrono-v1",
    ): "deec03aa64898f1655b190636f549412f62174bf2d6b849c178b7265e1c744d6",
    ("club-short", "ibt"): "580e82bee4bf335d79605572f2ea9c6d919b2bc98905cf3de44e4540e325d2f5",
    (
        "hill-climb",
        "racechrono",
    ): "8557a42c300cfed803fff48c8a6821db7e9df4797abbdbf5c26dc29bb0ee7c49",
    (
        "hill-climb",
        "racechrono-v2",
    ): "1751c143771e4d419dfd8655e89d50cb115f3deb4b7e83c526a73b0bc830d382",
    (
        "hill-climb",
        "racechrono-v1",
    ): "d63740c89fcc93165bc14b33540f6cf5ba4e51047a733091513275fbfdd2b386",
    ("hill-climb", "ibt"): "b65aed4eaf6646519ec9a0e69688ecc69340fe835a29af6a28408f49fff8ab16",
    ("club-long", "racechrono"): "7b40bad6dc15b628388e5debb064799c27f3810d746e309feb6563d9090137cd",
    (
        "club-long",
        "racechrono-v2",
    ): "f8f9de40d04da7b050bcbd1114726f34fffe39dfd6acff9b022b551612fd257a",
    (
        "club-long",
        "racechrono-v1",
    ): "156692c97e2b202a44da2f15dfded8cad93a532e325e4687cfc139c1423774fb",
    ("club-long", "ibt"): "67504b2a19b810f812e0ea3a9e761dad60e64f4942fb8bad7fdcd19a421e7a77",
    (
        "grand-circuit",
        "racechrono",
    ): "e24c854b9666760af28567e9facee581f3afec52caaa116af8c8eb0ea7c11aac",
    (
        "grand-circuit",
        "racechrono-v2",
    ): "19008dd13388d3df9bafe859598295a18864e594736bcd800617336993f3dd9e",
    (
        "grand-circuit",
        "racechrono-v1",
    ): "67df41f89d5a9b762d7c505e995de1d5ba2593ffbbce687686cdb6a1c03e469b",
    ("grand-circuit", "ibt"): "03dbc31855bb01f63cfaead9adbe8bf3598627c0921c6fc6ae43630d9634a3d8",
    (
        "grand-circuit-short",
        "racechrono",
    ): "8bbea9d2a689d77cc08a55fd2a4906228885e4d27e8d447cd877aef53bc71a43",
    (
        "grand-circuit-short",
        "racechrono-v2",
    ): "cfbc8f6c0def73addea7e4d19e44a4aebd26cca03c5c7a6a510c08b63bb41506",
    (
        "grand-circuit-short",
        "racechrono-v1",
    ): "11ea556caa228aaa3d011464146c25061c8db87d6167526f7a7faf6f924f55d7",
    (
        "grand-circuit-short",
        "ibt",
    ): "118a92a81ef22adb3a81a18a1db93f1ea00951c20c45079a43d6f2177b4d8c7a",
    (
        "hill-eight",
        "racechrono",
    ): "e5f31faade97e67fc8fbcedc6a6d2634a0de382530e1b2c252d07adc56a9fa36",
    (
        "hill-eight",
        "racechrono-v2",
    ): "da175c0d52bb3a926875963542fa4e7e5c4cf9201d3d2dde4e8a63395c353f3b",
    (
        "hill-eight",
        "racechrono-v1",
    ): "bf35361335c16075ac15a5acdf3f1a033839c1f4453859cec6726fc392f9a1e8",
    ("hill-eight", "ibt"): "8f8cec15bc57bef627d2ec86d21aa02cd94d8d0aad270d3d23a8697a7bec4a69",
}
CROSSINGS_S = {
    "kart-bowl": [61.1374653, 106.2899374],
    "club-short": [95.6040951, 170.0735768],
    "hill-climb": [11.8888853, 92.6690969],
    "club-long": [148.3720170, 273.2149908],
    "grand-circuit": [157.1764571, 286.8582809],
    "grand-circuit-short": [121.2515299, 217.1096010],
    "hill-eight": [118.9701067, 214.6921647],
}


@cache
def session(track: str) -> SyntheticSession:
    options = SESSIONS[track]
    return generate(
        track=track, laps=1, noise="good", rate_hz=options["rate_hz"], seed=int(options["seed"])
    )


def digest(track: str, fmt: str) -> str:
    data = file_bytes(session(track), fmt)
    return hashlib.sha256(data if fmt in CSV_FORMATS else _settled(data)).hexdigest()


def _settled(data: bytes) -> bytes:
    """Return the words of an .ibt file, and its numbers at every 60th tick, rounded."""
    n_variables, table, _, record_bytes = struct.unpack_from("<4i", data, 24)
    (first,) = struct.unpack_from("<i", data, 52)
    codes = {1: "?", 2: "<i4", 3: "<u4", 4: "<f4", 5: "<f8"}
    records = np.frombuffer(data, np.uint8, offset=first).reshape(-1, record_bytes)[::60]
    parts = [data[:first]]
    for number in range(n_variables):
        kind, offset, count = struct.unpack_from("<3i", data, table + 144 * number)
        dtype = np.dtype(codes[kind])
        raw = np.ascontiguousarray(records[:, offset : offset + dtype.itemsize * count])
        parts.append(_rounded(raw.view(dtype)).tobytes())
    return b"".join(parts)


def _rounded(values: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    numbers = values.astype(np.float64)
    scale = 10.0 ** np.floor(np.log10(max(float(np.max(np.abs(numbers))), 1e-9)))
    return np.asarray(np.rint(numbers / scale * 1e3), dtype=np.int64)


@pytest.mark.parametrize("track", SESSIONS)
@pytest.mark.parametrize("fmt", [*CSV_FORMATS, "ibt"])
def test_a_golden_session_is_the_same_as_ever(track: str, fmt: str) -> None:
    assert digest(track, fmt) == DIGESTS[track, fmt]


@pytest.mark.parametrize("track", SESSIONS)
def test_golden_lap_times_are_the_same_as_ever(track: str) -> None:
    assert session(track).truth.crossings_s.tolist() == pytest.approx(CROSSINGS_S[track], abs=1e-6)


def main() -> None:
    """Write the digests and crossings of today."""
    lines = ["DIGESTS = {"]
    lines += [
        f'    ("{track}", "{fmt}"): "{digest(track, fmt)}",'
        for track in SESSIONS
        for fmt in (*CSV_FORMATS, "ibt")
    ]
    lines += ["}", "CROSSINGS_S = {"]
    for track in SESSIONS:
        crossings = ", ".join(f"{time:.7f}" for time in session(track).truth.crossings_s)
        lines.append(f'    "{track}": [{crossings}],')
    sys.stdout.write("\n".join([*lines, "}"]) + "\n")


if __name__ == "__main__":
    main()
