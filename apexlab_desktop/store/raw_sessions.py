"""Channel groups of a session to and from the library's chunks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from apexlab_desktop.analysis.types import Channel, ChannelGroup, ChannelKind
from apexlab_desktop.store import channel_blobs
from apexlab_desktop.store.channel_blobs import TIME_INDEX, ChunkPlace
from apexlab_desktop.store.codecs import Codec, codec_for

INSERT_GROUP = (
    "INSERT INTO channel_group (session_id, group_index, name, rate_hz, n_samples)"
    " VALUES (?,?,?,?,?)"
)
INSERT_CHANNEL = (
    "INSERT INTO channel (session_id, group_index, channel_index, name, source, device,"
    " vendor_name, unit, vendor_unit, kind) VALUES (?,?,?,?,?,?,?,?,?,?)"
)
SELECT_GROUPS = (
    "SELECT group_index, name, rate_hz FROM channel_group WHERE session_id=? ORDER BY group_index"
)
SELECT_CHANNELS = (
    "SELECT channel_index, name, source, device, vendor_name, unit, vendor_unit, kind FROM channel"
    " WHERE session_id=? AND group_index=? ORDER BY channel_index"
)


def write_groups(
    connection: sqlite3.Connection, session_id: str, groups: Sequence[ChannelGroup]
) -> int:
    """Write all channels inside the caller's transaction; return the stored bytes."""
    return sum(
        _write_group(connection, session_id, index, group) for index, group in enumerate(groups)
    )


def _write_group(
    connection: sqlite3.Connection, session_id: str, index: int, group: ChannelGroup
) -> int:
    connection.execute(
        INSERT_GROUP, (session_id, index, group.name, group.rate_hz, int(group.time_us.size))
    )
    connection.executemany(
        INSERT_CHANNEL,
        [
            (session_id, index, number, c.name, c.source, c.device, c.vendor_name, c.unit,
             c.vendor_unit, c.kind.value)
            for number, c in enumerate(group.channels)
        ],
    )  # fmt: skip
    stored = channel_blobs.write_values(
        connection,
        ChunkPlace(session_id, index, TIME_INDEX),
        group.time_us,
        Codec.TIME_DELTA_INT64,
    )
    for number, channel in enumerate(group.channels):
        stored += channel_blobs.write_values(
            connection,
            ChunkPlace(session_id, index, number),
            channel.values,
            codec_for(channel.name, channel.values),
        )
    return stored


def read_groups(
    connection: sqlite3.Connection, session_id: str, names: frozenset[str] | None
) -> tuple[ChannelGroup, ...]:
    """Return the groups with the channels called `names`, or with all of them."""
    rows = connection.execute(SELECT_GROUPS, (session_id,)).fetchall()
    return tuple(
        ChannelGroup(
            name=name,
            rate_hz=rate_hz,
            time_us=channel_blobs.read_time_us(connection, session_id, index),
            channels=_read_channels(connection, session_id, index, names),
        )
        for index, name, rate_hz in rows
    )


def _read_channels(
    connection: sqlite3.Connection, session_id: str, group_index: int, names: frozenset[str] | None
) -> tuple[Channel, ...]:
    rows = connection.execute(SELECT_CHANNELS, (session_id, group_index)).fetchall()
    return tuple(
        Channel(
            name=row[1],
            source=row[2],
            device=row[3],
            vendor_name=row[4],
            unit=row[5],
            vendor_unit=row[6],
            kind=ChannelKind(row[7]),
            values=channel_blobs.read_values(
                connection, ChunkPlace(session_id, group_index, row[0])
            ),
        )
        for row in rows
        if names is None or row[1] in names
    )
