"""An iRacing file of any length with 270 variables, as the simulator lays them out."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from tests.bench.drive import LAP_S, drive

TICK_RATE_HZ = 60
N_VARIABLES = 270
TABLE_OFFSET = 144
TYPE_OF = {"f8": 5, "f4": 4, "i4": 2, "u1": 1}
KNOWN = {
    "SessionTime": ("f8", "s"),
    "Lap": ("i4", ""),
    "LapDistPct": ("f4", "%"),
    "LapDist": ("f4", "m"),
    "LapLastLapTime": ("f4", "s"),
    "LapCurrentLapTime": ("f4", "s"),
    "Speed": ("f4", "m/s"),
    "Lat": ("f8", "deg"),
    "Lon": ("f8", "deg"),
    "LatAccel": ("f4", "m/s^2"),
    "LongAccel": ("f4", "m/s^2"),
    "YawRate": ("f4", "rad/s"),
    "Throttle": ("f4", "%"),
    "Brake": ("f4", "%"),
    "Gear": ("i4", ""),
    "RPM": ("f4", "revs/min"),
    "IsOnTrack": ("u1", ""),
    "OnPitRoad": ("u1", ""),
}
WANTED = tuple(KNOWN)[:16]
INFO = (
    "---\nWeekendInfo:\n TrackName: bench\n TrackLength: 3.40 km\n TrackDisplayName: Bench\n...\n"
)


def write_ibt(path: Path, duration_s: int) -> Path:
    """Write `duration_s` seconds; 30 minutes are some 100 MB. The same bytes every time."""
    if path.exists():
        return path
    n = duration_s * TICK_RATE_HZ
    names = [*KNOWN, *(f"Var{k:03d}" for k in range(N_VARIABLES - len(KNOWN)))]
    kinds = [KNOWN.get(name, ("f4", "C")) for name in names]
    record = np.dtype([(name, kind) for name, (kind, _) in zip(names, kinds, strict=True)])
    rows = np.zeros(n, record)
    for name, values in _values(n).items():
        rows[name] = values
    for index, name in enumerate(names[len(KNOWN) :]):
        rows[name] = 20.0 + 5.0 * np.sin(np.arange(n) / (60.0 + index))
    info_offset = TABLE_OFFSET + 144 * len(names)
    first_record = info_offset + len(INFO)
    with path.open("wb") as file:
        file.write(_header(len(names), info_offset, record.itemsize, first_record, n))
        for name, (kind, unit) in zip(names, kinds, strict=True):
            offset = record.fields[name][1] if record.fields else 0
            file.write(_variable(name, TYPE_OF[kind], offset, unit))
        file.write(INFO.encode("ascii"))
        file.write(rows.tobytes())
    return path


def _header(n_variables: int, info_offset: int, width: int, first_record: int, n: int) -> bytes:
    head = struct.pack(
        "<10i", 2, 1, TICK_RATE_HZ, 0, len(INFO), info_offset, n_variables, TABLE_OFFSET, 1, width
    )
    buffer = struct.pack("<4i", n, first_record, 0, 0)
    sub = struct.pack("<q2d2i", 1_600_000_000, 0.0, n / TICK_RATE_HZ, int(n / 60 / LAP_S), n)
    return (head.ljust(48, b"\0") + buffer).ljust(112, b"\0") + sub


def _variable(name: str, kind: int, offset: int, unit: str) -> bytes:
    head = struct.pack("<3i4x", kind, offset, 1)
    return head + name.encode().ljust(32, b"\0") + bytes(64) + unit.encode().ljust(32, b"\0")


def _values(n: int) -> dict[str, np.ndarray]:
    time_s = np.arange(n) / TICK_RATE_HZ
    known = drive(time_s + 0.5)
    lap = np.floor(known.lap)
    throttle = np.clip(0.5 + known.accel_long_mps2 / 10.0, 0.0, 1.0)
    return {
        "SessionTime": time_s,
        "Lap": lap,
        "LapDistPct": known.lap % 1.0,
        "LapDist": 3400.0 * (known.lap % 1.0),
        "LapLastLapTime": np.where(lap > 0, LAP_S, -1.0),
        "LapCurrentLapTime": LAP_S * (known.lap % 1.0),
        "Speed": known.speed_mps,
        "Lat": known.lat_deg,
        "Lon": known.lon_deg,
        "LatAccel": known.accel_lat_mps2,
        "LongAccel": known.accel_long_mps2,
        "YawRate": known.accel_lat_mps2 / known.speed_mps,
        "Throttle": throttle,
        "Brake": np.clip(-known.accel_long_mps2 / 10.0, 0.0, 1.0),
        "Gear": np.clip(np.round(known.speed_mps / 12.0), 1, 6),
        "RPM": 3500.0 + 40.0 * known.speed_mps,
        "IsOnTrack": np.ones(n),
        "OnPitRoad": np.zeros(n),
    }
