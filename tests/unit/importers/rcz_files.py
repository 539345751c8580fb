"""RaceChrono archives packed by hand, as corpus FORMATS.md section 2 lays them out."""

from __future__ import annotations

import io
import itertools
import json
import math
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

START_MS = 1_767_402_804_000
RATE_HZ = 10
N_FIXES = 800
RADIUS_M = 100.0
SPEED_MPS = 25.0
METRES_PER_DEGREE = 111_195.0
UNITS_PER_DEGREE = 6_000_000
NO_VALUE = 2_147_483_647
NO_VALUE_64 = 9_223_372_036_854_775_807
LAP_MS = (25_130, 25_140)

Members = dict[str, bytes]


def int32s(values: Iterable[int]) -> bytes:
    """Return 4-byte values as the phone stores them."""
    return b"".join(struct.pack("<i", value) for value in values)


def int64s(values: Iterable[int]) -> bytes:
    """Return 8-byte values."""
    return b"".join(struct.pack("<q", value) for value in values)


def doubles(values: Iterable[float]) -> bytes:
    """Return 8-byte floats."""
    return b"".join(struct.pack("<d", value) for value in values)


def stamps_ms(n: int = N_FIXES, step_ms: int = 1000 // RATE_HZ, start_ms: int = START_MS) -> bytes:
    """Return Unix times in whole milliseconds."""
    return int64s(start_ms + step_ms * k for k in range(n))


def gps(device: int = 300, *, direction: int = 1, n: int = N_FIXES) -> Members:
    """Return a receiver's channel files: a circle of 100 m, by default to the left."""
    angles = [direction * SPEED_MPS * k / RATE_HZ / RADIUS_M for k in range(n)]
    lon_scale = METRES_PER_DEGREE * math.cos(math.radians(50.0))
    pairs: list[int] = []
    for angle in angles:
        lat = -50.0 + RADIUS_M * math.sin(angle) / METRES_PER_DEGREE
        lon = 8.0 + RADIUS_M * math.cos(angle) / lon_scale
        pairs += [round(lat * UNITS_PER_DEGREE), round(lon * UNITS_PER_DEGREE)]
    bearings = [
        round(1000 * ((90.0 - math.degrees(a + direction * math.pi / 2)) % 360)) for a in angles
    ]
    speeds = [round(1000 * (SPEED_MPS + 0.05 * math.sin(1.7 * k))) for k in range(n)]
    head = f"channel_1_{device}_0"
    return {
        f"{head}_1_1": stamps_ms(n),
        f"{head}_2_1": int64s(round(1000 * SPEED_MPS * k / RATE_HZ) for k in range(n)),
        f"{head}_3_1": int32s(pairs),
        f"{head}_4_0": int32s(speeds),
        f"{head}_5_0": int32s([471_500] * n),
        f"{head}_6_0": int32s(bearings),
        f"{head}_30002_0": int32s([14] * n),
        f"{head}_30007_0": int32s([330] * n),
    }


def bus(identity: int, values: list[float], *, device: int = 200, step_ms: int = 50) -> Members:
    """Return one channel of the car's bus on a time axis of its own."""
    n = len(values)
    return {
        f"channel_12_{device}_{identity}_1_1": stamps_ms(n, step_ms),
        f"channel_12_{device}_{identity}_2_1": int64s(range(n)),
        f"channel2_12_{device}_{identity}_{identity}_3": doubles(values),
    }


def session(**changes: Any) -> dict[str, Any]:
    """Return session.json of a run that began in lap 3 and ended in lap 6."""
    first, second = LAP_MS
    edges = [START_MS - 80_000, START_MS + 10_000, START_MS + 10_000 + first]
    edges.append(edges[-1] + second)
    laps: list[dict[str, Any]] = [
        {"number": 3 + k, "startTimestamp": begin, "finishTimestamp": end, "isInvalid": False}
        for k, (begin, end) in enumerate(itertools.pairwise(edges))
    ]
    laps.append({"number": 6, "startTimestamp": edges[-1], "isInvalid": False})
    document: dict[str, Any] = {
        "version": 1,
        "title": "Race 1",
        "trackName": "Ring",
        "trackId": NO_VALUE_64,
        "lapCount": 4,
        "firstTimestamp": START_MS,
        "laps": laps,
    }
    return document | changes


def fragment(primary: int = 300, **models: int) -> dict[str, Any]:
    """Return sessionfragment.json; `models` maps `d200` to the model of device 200."""
    items = [{"id": int(name[1:]), "model": model, "type": 12} for name, model in models.items()]
    return {"version": 1, "primaryGpsDeviceIndex": primary, "devices": {"items": items}}


def write(path: Path, members: Mapping[str, bytes] | None = None, **documents: Any) -> Path:
    """Write an archive as `pack` makes it."""
    path.write_bytes(pack(members, **documents))
    return path


def pack(
    members: Mapping[str, bytes] | None = None,
    *,
    session_json: object = None,
    fragment_json: object = None,
    track_json: object = None,
    compression: int = zipfile.ZIP_STORED,
) -> bytes:
    """Return an archive, the same bytes each time; without members, one of a single receiver."""
    documents = {
        "session.json": session() if session_json is None else session_json,
        "sessionfragment.json": fragment() if fragment_json is None else fragment_json,
    } | ({} if track_json is None else {"trackId.json": track_json})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, document in documents.items():
            archive.writestr(_entry(name, compression), _text(document))
        for name, data in (gps() if members is None else members).items():
            archive.writestr(_entry(name, compression), data)
    return packed.getvalue()


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = compression
    return info


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)
