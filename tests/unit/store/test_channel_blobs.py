"""Chunks keep every digit and notice damage."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.store import channel_blobs
from apexlab_desktop.store.channel_blobs import CHUNK_SAMPLES, ChunkPlace
from apexlab_desktop.store.codecs import Codec

PLACE = ChunkPlace("s", 0, 0)


@pytest.fixture
def connection() -> sqlite3.Connection:
    """Return a database with nothing but the chunk table."""
    made = sqlite3.connect(":memory:")
    made.execute(
        "CREATE TABLE channel_chunk (session_id, group_index, channel_index, chunk_index, n,"
        " codec, minimum, maximum, crc, data)"
    )
    return made


def test_a_long_channel_is_cut_into_chunks_and_read_whole(connection: sqlite3.Connection) -> None:
    values = np.arange(2 * CHUNK_SAMPLES + 1, dtype=np.float32)
    channel_blobs.write_values(connection, PLACE, values, Codec.FLOAT32)
    rows = connection.execute("SELECT n, minimum, maximum FROM channel_chunk").fetchall()
    assert [row[0] for row in rows] == [CHUNK_SAMPLES, CHUNK_SAMPLES, 1]
    assert rows[1][1:] == (CHUNK_SAMPLES, 2 * CHUNK_SAMPLES - 1)
    assert np.array_equal(channel_blobs.read_values(connection, PLACE), values)


def test_time_of_several_chunks_is_one_axis(connection: sqlite3.Connection) -> None:
    time_us = np.arange(CHUNK_SAMPLES + 10, dtype=np.int64) * 40_000
    place = ChunkPlace("s", 0, channel_blobs.TIME_INDEX)
    channel_blobs.write_values(connection, place, time_us, Codec.TIME_DELTA_INT64)
    assert np.array_equal(channel_blobs.read_time_us(connection, "s", 0), time_us)


def test_a_channel_without_values_has_no_extremes(connection: sqlite3.Connection) -> None:
    channel_blobs.write_values(connection, PLACE, np.full(3, np.nan, np.float32), Codec.FLOAT32)
    assert connection.execute("SELECT minimum, maximum FROM channel_chunk").fetchone() == (
        None,
        None,
    )


def test_an_infinite_value_does_not_hide_the_extremes(connection: sqlite3.Connection) -> None:
    values = np.array([np.inf, 2.0, -1.0], np.float32)
    channel_blobs.write_values(connection, PLACE, values, Codec.FLOAT32)
    row = connection.execute("SELECT minimum, maximum FROM channel_chunk").fetchone()
    assert row == (-1.0, 2.0)


def test_an_empty_channel_is_read_back_empty(connection: sqlite3.Connection) -> None:
    channel_blobs.write_values(connection, PLACE, np.empty(0, np.float32), Codec.FLOAT32)
    assert channel_blobs.read_values(connection, PLACE).size == 0


def test_a_flipped_byte_is_noticed(connection: sqlite3.Connection) -> None:
    channel_blobs.write_values(connection, PLACE, np.ones(100, np.float32), Codec.FLOAT32)
    data = bytearray(connection.execute("SELECT data FROM channel_chunk").fetchone()[0])
    data[-1] ^= 1
    connection.execute("UPDATE channel_chunk SET data=?", (bytes(data),))
    with pytest.raises(StoreUnavailableError, match="checksum"):
        channel_blobs.read_values(connection, PLACE)
