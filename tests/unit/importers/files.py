"""Small RaceChrono files written by hand, and iRacing files from the generator."""

from __future__ import annotations

import math
from pathlib import Path

from apexlab_desktop import synth
from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.importers import registry

BANNER = "This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ )."
NAMES = "timestamp,fragment_id,lap_number,elapsed_time,distance_traveled,accuracy,bearing,device_update_rate,latitude,longitude,satellites,speed,lateral_acc,speed,rpm,speed"  # noqa: E501 - one row of the file
UNITS = "unix time,,,s,m,m,deg,Hz,deg,deg,sats,m/s,G,m/s,rpm,m/s"
SOURCES = ",,,,," + ",".join(["100: gps"] * 7 + ["calc"] * 2 + ["200: obd"] * 2)
START_S = 1_767_150_000.0
RATE_HZ = 10.0
RADIUS_M = 100.0
SPEED_MPS = 25.0
METRES_PER_DEGREE = 111_195.0


def preamble(*, note: str = "Note,") -> list[str]:
    """Return the lines before the data, names row included."""
    return [
        BANNER,
        "Format,3",
        'Session title,"Ring, north"',
        "Session type,Lap timing",
        'Track name,"Ring"',
        "Driver name,",
        "Created,31/12/2025,02:54",
        note,
        "",
        NAMES,
        UNITS,
        SOURCES,
    ]


def cells(step: int) -> list[str]:
    """Return one row of a car on a circle: a lap takes 2 pi R / v = 25.13 s, left-hand."""
    time_s = step / RATE_HZ
    angle = SPEED_MPS * time_s / RADIUS_M
    lat = 50.0 + RADIUS_M * math.sin(angle) / METRES_PER_DEGREE
    lon = 8.0 + RADIUS_M * math.cos(angle) / (METRES_PER_DEGREE * math.cos(math.radians(50.0)))
    bearing = (-math.degrees(angle)) % 360.0
    lap = 1 + int(angle // (2 * math.pi))
    lateral_g = SPEED_MPS**2 / RADIUS_M / 9.80665
    # A little wobble: a receiver's fixes never lie on one straight line.
    speed = SPEED_MPS + 0.05 * math.sin(1.7 * step)
    return [
        f"{START_S + time_s:.3f}", "0", str(lap), f"{time_s:.3f}", f"{SPEED_MPS * time_s:.3f}",
        "0.5", f"{bearing:.2f}", "10.0", f"{lat:.7f}", f"{lon:.7f}", "12", f"{speed:.3f}",
        f"{lateral_g:.5f}", f"{speed:.3f}", f"{3000 + step % 50}", f"{speed - 0.4:.3f}",
    ]  # fmt: skip


def rows(n: int = 800) -> list[list[str]]:
    """Return `n` rows of cells."""
    return [cells(step) for step in range(n)]


def text(body: list[list[str]] | None = None, *, separator: str = ",", note: str = "Note,") -> str:
    """Return the file as the app writes it."""
    lines = preamble(note=note) + [",".join(row) for row in (rows() if body is None else body)]
    joined = "\r\n".join(lines) + "\r\n"
    return joined if separator == "," else joined.replace(",", separator)


def write(path: Path, content: str, *, encoding: str = "utf-8") -> Path:
    """Write the text without touching its line ends."""
    path.write_bytes(content.encode(encoding))
    return path


def column(body: list[list[str]], index: int, value: str) -> list[list[str]]:
    """Return the rows with one column replaced."""
    return [[*row[:index], value, *row[index + 1 :]] for row in body]


def load_or_line(path: Path) -> RawSession | str:
    """Return the session, or the one line that says why there is none; anything else raises."""
    try:
        return registry.load(path)
    except ApexLabError as error:
        line = error.one_line()
        if not line or "\n" in line:
            raise AssertionError(f"not one line: {line!r}") from error
        return line


def write_ibt(path: Path) -> Path:
    """Write a small generated iRacing file."""
    synth.write(synth.generate(track="kart-bowl", laps=2, seed=2, noise="none"), path, "ibt")
    return path
