"""Lines on the earth as a few bytes: whole 1e-7 degrees, steps between points, compressed."""

from __future__ import annotations

import numpy as np
import zstandard

from apexlab_desktop.analysis.types import FloatArray, IntArray
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.store.codecs import ZSTD_LEVEL

UNITS_PER_DEGREE = 10_000_000
MOST_POINTS = 200_000
_WIDTH = 4


def pack(lat_deg: FloatArray, lon_deg: FloatArray) -> bytes:
    """Return a line as bytes; points are kept to 1e-7 deg (1 cm).

    Parameters
    ----------
    lat_deg, lon_deg : ndarray, shape (n,)
        [deg]
    """
    units = np.rint(np.stack((lat_deg, lon_deg)) * UNITS_PER_DEGREE).astype(np.int64)
    steps = np.diff(units, axis=1, prepend=0)
    steps[1] = _round_the_earth(steps[1])
    steps = steps.astype("<i4")
    planes = steps.reshape(-1).view(np.uint8).reshape(-1, _WIDTH).T
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(planes.tobytes())


def unpack(data: bytes) -> tuple[FloatArray, FloatArray]:
    """Return latitudes and longitudes of a line, shape (n,) each [deg].

    Raises
    ------
    CorruptFileError
        If these are not the bytes of a line.
    """
    try:
        raw = zstandard.ZstdDecompressor().decompress(
            data, max_output_size=2 * _WIDTH * MOST_POINTS
        )
    except zstandard.ZstdError as error:
        raise _corrupt(f"{len(data)} bytes that do not unpack") from error
    if len(raw) % (2 * _WIDTH) or len(raw) < 4 * _WIDTH:
        raise _corrupt(f"{len(raw)} bytes")
    planes = np.frombuffer(raw, np.uint8).reshape(_WIDTH, -1).T
    steps = np.ascontiguousarray(planes).view("<i4").reshape(2, -1)
    units = np.cumsum(steps, axis=1, dtype=np.int64)
    if np.abs(units[0]).max() > 90 * UNITS_PER_DEGREE:
        raise _corrupt("points that are not on the earth")
    units[1] = _round_the_earth(units[1])
    return units[0] / UNITS_PER_DEGREE, units[1] / UNITS_PER_DEGREE


def _round_the_earth(units: IntArray) -> IntArray:
    """Return longitudes, or steps of them, within half a turn: a line may cross the date line."""
    half = 180 * UNITS_PER_DEGREE
    return np.asarray((units + half) % (2 * half) - half)


def _corrupt(found: str) -> CorruptFileError:
    return CorruptFileError(
        expected="the packed line of a layout",
        found=found,
        advice="Ask for the file of the track again.",
    )
