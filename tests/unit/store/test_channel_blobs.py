"""Chunks keep every digit and notice damage."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from apexlab_desktop.errors import StoreUnavailableError
from apexlab_desktop.store import channel_blobs
from apexlab_desktop.store.channel_blobs import CHUNK_SAMPLES, ChunkPlace, Codec

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


@given(arrays(np.float32, st.integers(0, 200), elements=st.floats(width=32)))
@settings(max_examples=50, deadline=None)
def test_float32_survives_bit_for_bit(values: np.ndarray) -> None:
    back = channel_blobs.decode(
        channel_blobs.encode(values, Codec.FLOAT32), values.size, Codec.FLOAT32
    )
    assert back.tobytes() == values.tobytes()


@given(st.lists(st.integers(-(2**53), 2**53), max_size=100))
@settings(max_examples=50, deadline=None)
def test_time_survives_exactly(values: list[int]) -> None:
    time_us = np.array(values, np.int64)
    codec = Codec.TIME_DELTA_INT64
    back = channel_blobs.decode(channel_blobs.encode(time_us, codec), time_us.size, codec)
    assert back.tolist() == values


@given(st.lists(st.integers(-1_800_000_000, 1_800_000_000), max_size=100))
@settings(max_examples=50, deadline=None)
def test_a_coordinate_keeps_the_digits_of_its_decimal(units: list[int]) -> None:
    degrees = np.array([float(f"{unit / 1e7:.7f}") for unit in units])
    codec = Codec.DEGREES_INT32
    back = channel_blobs.decode(channel_blobs.encode(degrees, codec), degrees.size, codec)
    assert back.tolist() == degrees.tolist()


def test_a_missing_coordinate_stays_missing() -> None:
    data = channel_blobs.encode(np.array([np.nan, 1.0]), Codec.DEGREES_INT32)
    back = channel_blobs.decode(data, 2, Codec.DEGREES_INT32)
    assert np.isnan(back[0])
    assert back[1] == 1.0


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
