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

import numpy as np

from apexlab_desktop.analysis.types import IntArray, StoredArray, read_only
from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.store.codecs import Codec, decode, dtype_of, encode

CHUNK_SAMPLES = 65_536
TIME_INDEX = -1

INSERT_CHUNK = (
    "INSERT INTO channel_chunk (session_id, group_index, channel_index, chunk_index, n, codec,"
    " minimum, maximum, crc, data) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
SELECT_CHUNKS = (
    "SELECT chunk_index, n, codec, crc, data FROM channel_chunk"
    " WHERE session_id=? AND group_index=? AND channel_index=? ORDER BY chunk_index"
)


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Which channel of which session."""

    session_id: str
    group_index: int
    channel_index: int


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
        used, data = encode(part, codec)
        low, high = _extremes(part)
        yield (
            place.session_id,
            place.group_index,
            place.channel_index,
            index,
            int(part.size),
            int(used),
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
    rows = cursor.fetchall()
    if not rows:
        return read_only(np.empty(0, np.float32))
    # One array for the whole channel: chunks are decoded where they belong.
    values = np.empty(sum(row[1] for row in rows), dtype_of(Codec(rows[0][2])))
    start = 0
    for row in rows:
        _check(place, row)
        _, n, codec, _, data = row
        decode(data, Codec(codec), values[start : start + n])
        start += n
    return read_only(values)


def _check(place: ChunkPlace, row: tuple[int, int, int, int, bytes]) -> None:
    index, _, _, crc, data = row
    if zlib.crc32(data) != crc:
        raise StoreUnavailableError(
            expected="stored samples as they were written",
            found="a checksum that does not fit",
            place=f"session {place.session_id}, channel {place.channel_index}, chunk {index}",
            advice="Import the original file again or restore a backup.",
        )


def read_time_us(connection: sqlite3.Connection, session_id: str, group_index: int) -> IntArray:
    """Return the time axis of a group, int64 microseconds, shape (n,)."""
    values: IntArray = read_values(connection, ChunkPlace(session_id, group_index, TIME_INDEX))
    return values.astype(np.int64, copy=False)
