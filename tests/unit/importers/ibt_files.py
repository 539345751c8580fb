"""iRacing files packed by hand, as corpus FORMATS.md section 5 lays them out."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

TICK_RATE_HZ = 60
START_UNIX_S = 1_719_258_336
SESSION_TIME_S = 932.0
TYPES = {"char": (0, "c"), "bool": (1, "?"), "int": (2, "i"), "bits": (3, "I"), "float": (4, "f"),
         "double": (5, "d")}  # fmt: skip
YAML = """---
WeekendInfo:
 TrackName: spa
 TrackLength: 6.93 km
 TrackDisplayName: Circuit de Spa-Francorchamps
 TrackConfigName: Grand Prix Pits
 EventType: Test
DriverInfo:
 DriverCarIdx: 4
 Drivers:
 - CarIdx: 0
   UserName: Pace Car
   CarScreenName: BMW M4 Pace Car
 - CarIdx: 4
   UserName: "J\u00f6rg: 'the' Fast"
   CarScreenName: Mercedes AMG GT4
...
"""


@dataclass(slots=True)
class Variable:
    """One variable and its value in every record (a tuple for arrays)."""

    name: str
    kind: str
    values: list[object]
    unit: str = ""
    as_time: bool = False

    @property
    def count(self) -> int:
        """Number of elements in a record."""
        return len(self.values[0]) if isinstance(self.values[0], tuple) else 1


@dataclass(slots=True)
class Layout:
    """What the header says, where a test wants it otherwise."""

    version: int = 2
    tick_rate_hz: int = TICK_RATE_HZ
    variables_offset: int = 144
    n_buffers: int = 1
    record_count: int | None = None
    padding: int = 0
    start_unix_s: int = START_UNIX_S
    yaml: str = YAML
    tail: bytes = b""
    extra: dict[str, int] = field(default_factory=dict)


def seconds(n: int, first_s: float = SESSION_TIME_S) -> Variable:
    """Return SessionTime of `n` records without a gap."""
    stamps: list[object] = [first_s + k / TICK_RATE_HZ for k in range(n)]
    return Variable("SessionTime", "double", stamps, "s")


def floats(name: str, values: list[float], unit: str = "") -> Variable:
    """Return a float32 variable."""
    return Variable(name, "float", list(values), unit)


def integers(name: str, values: list[int]) -> Variable:
    """Return an int32 variable."""
    return Variable(name, "int", list(values))


def pack(variables: list[Variable], layout: Layout | None = None) -> bytes:
    """Return the bytes of a file."""
    layout = layout or Layout()
    n = len(variables[0].values)
    offsets, record_bytes = [], 0
    for variable in variables:
        offsets.append(record_bytes)
        record_bytes += struct.calcsize("<" + TYPES[variable.kind][1]) * variable.count
    record_bytes += layout.padding
    yaml = layout.yaml.encode("cp1252") + b"\0"
    yaml_offset = 144 + 144 * len(variables)
    first = yaml_offset + len(yaml)
    head = struct.pack(
        "<10i8x", layout.version, 1, layout.tick_rate_hz, 0, len(yaml), yaml_offset,
        len(variables), layout.variables_offset, layout.n_buffers,
        layout.extra.get("record_bytes", record_bytes),
    )  # fmt: skip
    buffer = struct.pack("<2i56x", 1, layout.extra.get("first_record", first))
    count = n if layout.record_count is None else layout.record_count
    disk = struct.pack("<qddii", layout.start_unix_s, 0.0, 0.0, 1, count)
    table = b"".join(
        struct.pack(
            "<3i?3x32s64s32s", TYPES[v.kind][0], offset, v.count, v.as_time, v.name.encode(),
            b"", v.unit.encode(),
        )
        for v, offset in zip(variables, offsets, strict=True)
    )  # fmt: skip
    records = b"".join(_record(variables, k) + bytes(layout.padding) for k in range(n))
    return head + buffer + disk + table + yaml + records + layout.tail


def write(path: Path, variables: list[Variable], layout: Layout | None = None) -> Path:
    """Write a file."""
    path.write_bytes(pack(variables, layout))
    return path


def _record(variables: list[Variable], k: int) -> bytes:
    parts = []
    for variable in variables:
        value = variable.values[k]
        elements = value if isinstance(value, tuple) else (value,)
        parts.append(struct.pack(f"<{len(elements)}{TYPES[variable.kind][1]}", *elements))
    return b"".join(parts)


def drive(
    laps: list[int],
    ratios: list[float],
    *,
    last_lap_times: list[float] | None = None,
    length_m: float = 600.0,
) -> list[Variable]:
    """Return the variables that laps are made from, one value a record."""
    n = len(laps)
    speeds = [0.0] * n
    for k in range(1, n):
        step = (ratios[k] - ratios[k - 1] + 0.5) % 1.0 - 0.5
        speeds[k] = abs(step) * length_m * TICK_RATE_HZ
    variables = [
        seconds(n),
        integers("Lap", laps),
        floats("LapDistPct", ratios, "%"),
        floats("Speed", speeds, "m/s"),
    ]
    if last_lap_times is not None:
        variables.append(floats("LapLastLapTime", last_lap_times, "s"))
    return variables
