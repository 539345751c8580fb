"""Channels as chunks of compressed samples in the library's one file.

A chunk holds up to 65 536 samples, byte-shuffled and zstd-compressed, with its CRC. A row per
sample is what makes other tools take seconds for one channel; one blob per channel doubles the
write and forbids partial reads.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import zstandard

from apexlab_desktop.analysis.types import IntArray, StoredArray, read_only
from apexlab_desktop.errors import StoreUnavailableError

CHUNK_SAMPLES = 65_536
ZSTD_LEVEL = 3
TIME_INDEX = -1
DEGREES_PER_UNIT = 1e-7
MISSING_DEGREES = np.iinfo(np.int32).min
COORDINATE_NAMES = frozenset({"lat_deg", "lon_deg"})

INSERT_CHUNK = (
    "INSERT INTO channel_chunk (session_id, group_index, channel_index, chunk_index, n, codec,"
    " minimum, maximum, crc, data) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
SELECT_CHUNKS = (
    "SELECT chunk_index, n, codec, crc, data FROM channel_chunk"
    " WHERE session_id=? AND group_index=? AND channel_index=? ORDER BY chunk_index"
)


class Codec(IntEnum):
    """How the samples of a chunk are packed; ids are never reused."""

    FLOAT32 = 1
    FLOAT64 = 2
    TIME_DELTA_INT64 = 3
    DEGREES_INT32 = 4


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Which channel of which session."""

    session_id: str
    group_index: int
    channel_index: int


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL)


@cache
def _decompressor() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor()


def shuffle(values: StoredArray) -> bytes:
    """Return the bytes of `values` regrouped plane by plane, which compresses logger data best."""
    width = values.dtype.itemsize
    return np.ascontiguousarray(values.view(np.uint8).reshape(-1, width).T).tobytes()


def unshuffle(data: bytes, n: int, dtype: np.dtype[np.generic]) -> StoredArray:
    """Return `n` values from byte planes."""
    width = dtype.itemsize
    planes = np.frombuffer(data, np.uint8).reshape(width, n)
    out = np.empty((n, width), np.uint8)
    for plane in range(width):
        out[:, plane] = planes[plane]
    return out.reshape(-1).view(dtype)


def codec_for(name: str, values: StoredArray) -> Codec:
    """Return the codec that keeps `values` to the last digit that was handed out."""
    if name in COORDINATE_NAMES:
        return Codec.DEGREES_INT32
    return Codec.FLOAT32 if values.dtype == np.float32 else Codec.FLOAT64


def encode(values: StoredArray, codec: Codec) -> bytes:
    """Return one chunk's bytes."""
    return _compressor().compress(shuffle(_packed(values, codec)))


def _packed(values: StoredArray, codec: Codec) -> StoredArray:
    if codec is Codec.DEGREES_INT32:
        units = np.rint(values / DEGREES_PER_UNIT)
        return np.where(np.isfinite(units), units, MISSING_DEGREES).astype(np.int32)
    if codec is Codec.TIME_DELTA_INT64:
        return np.diff(values.astype(np.int64), prepend=np.int64(0))
    return np.ascontiguousarray(values, np.float32 if codec is Codec.FLOAT32 else np.float64)


def decode(data: bytes, n: int, codec: Codec) -> StoredArray:
    """Return the `n` samples of one chunk."""
    raw = _decompressor().decompress(data)
    if codec is Codec.DEGREES_INT32:
        units = unshuffle(raw, n, np.dtype(np.int32))
        # Division by 1e7 (not times 1e-7) gives the double nearest to the decimal the file had.
        return np.where(units == MISSING_DEGREES, np.nan, units / 1e7)
    if codec is Codec.TIME_DELTA_INT64:
        return np.cumsum(unshuffle(raw, n, np.dtype(np.int64)))
    return unshuffle(raw, n, np.dtype(np.float32 if codec is Codec.FLOAT32 else np.float64))


def write_values(
    connection: sqlite3.Connection, place: ChunkPlace, values: StoredArray, codec: Codec
) -> int:
    """Write all chunks of one channel inside the caller's transaction; return the stored bytes."""
    rows = list(_chunk_rows(place, values, codec))
    connection.executemany(INSERT_CHUNK, rows)
    return sum(len(row[-1]) for row in rows)


ChunkTuple = tuple[str, int, int, int, int, int, float | None, float | None, int, bytes]


def _chunk_rows(place: ChunkPlace, values: StoredArray, codec: Codec) -> Iterator[ChunkTuple]:
    for index, start in enumerate(range(0, max(values.size, 1), CHUNK_SAMPLES)):
        part = values[start : start + CHUNK_SAMPLES]
        data = encode(part, codec)
        low, high = _extremes(part)
        yield (
            place.session_id,
            place.group_index,
            place.channel_index,
            index,
            int(part.size),
            int(codec),
            low,
            high,
            zlib.crc32(data),
            data,
        )


def _extremes(part: StoredArray) -> tuple[float | None, float | None]:
    """Return the finite minimum and maximum, or None for a chunk without values."""
    if part.size == 0:
        return None, None
    low = np.fmin.reduce(part)
    if not np.isfinite(low) or not np.isfinite(high := np.fmax.reduce(part)):
        finite = part[np.isfinite(part)]
        return (float(finite.min()), float(finite.max())) if finite.size else (None, None)
    return float(low), float(high)


def read_values(connection: sqlite3.Connection, place: ChunkPlace) -> StoredArray:
    """Return all samples of one channel, read-only.

    Raises
    ------
    StoreUnavailableError
        If a chunk's checksum does not fit its bytes.
    """
    cursor = connection.execute(
        SELECT_CHUNKS, (place.session_id, place.group_index, place.channel_index)
    )
    parts = [_checked(place, row) for row in cursor]
    if not parts:
        return read_only(np.empty(0, np.float32))
    return read_only(parts[0] if len(parts) == 1 else np.concatenate(parts))


def _checked(place: ChunkPlace, row: tuple[int, int, int, int, bytes]) -> StoredArray:
    index, n, codec, crc, data = row
    if zlib.crc32(data) != crc:
        raise StoreUnavailableError(
            expected="stored samples as they were written",
            found="a checksum that does not fit",
            place=f"session {place.session_id}, channel {place.channel_index}, chunk {index}",
            advice="Import the original file again or restore a backup.",
        )
    if codec == Codec.TIME_DELTA_INT64:
        # Each chunk restarts its differences at zero, so chunks decode on their own.
        return decode(data, n, Codec.TIME_DELTA_INT64)
    return decode(data, n, Codec(codec))


def read_time_us(connection: sqlite3.Connection, session_id: str, group_index: int) -> IntArray:
    """Return the time axis of a group, int64 microseconds, shape (n,)."""
    values: IntArray = read_values(connection, ChunkPlace(session_id, group_index, TIME_INDEX))
    return values.astype(np.int64, copy=False)
