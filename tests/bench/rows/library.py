"""The library: reading one channel of a long session, and its size on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.harness import Measured, in_turn, row

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import RawSession, StoredArray
    from apexlab_desktop.store.database import Library

HALF_HOUR_S, THREE_HOURS_S = 1800, 10_800
MMAP = "mmap of a raw float32 file"
READ_INDEX = 3


def logged_values(index: int, n: int, rate_hz: int) -> StoredArray:
    """Return what a logger writes: every fifth channel a state, the others smooth and quantised.

    The car does the same at any rate: a state lasts two seconds, a wave a minute and a half.
    """
    import numpy as np

    random = np.random.default_rng(index)
    if index % 5 == 0:
        held = 2 * rate_hz
        states = np.repeat(random.integers(0, 7, n // held + 1), held)[:n]
        return states.astype(np.float32)
    phase = np.arange(n) / rate_hz / 15.0
    wave = np.sin(phase + index) + 0.3 * np.sin(3.3 * phase) + 0.002 * random.normal(size=n)
    return (np.round(wave * 500.0) / 100.0).astype(np.float32)


def logged_session(n_channels: int, rate_hz: int, duration_s: int) -> RawSession:
    """Return an invented session of one group."""
    import numpy as np

    from apexlab_desktop.analysis.types import Channel, ChannelGroup, RawSession

    n = rate_hz * duration_s
    group = ChannelGroup(
        name="bench",
        time_us=np.arange(n, dtype=np.int64) * (1_000_000 // rate_hz),
        rate_hz=float(rate_hz),
        channels=tuple(
            Channel(name=f"channel {index}", values=logged_values(index, n, rate_hz))
            for index in range(n_channels)
        ),
    )
    return RawSession(format="bench", n_samples=n, groups=(group,))


def store_session(folder: Path, raw: RawSession) -> tuple[Library, str]:
    """Return a new library with `raw` in it, and the session's id."""
    from apexlab_desktop.store import sessions
    from apexlab_desktop.store.database import Library
    from apexlab_desktop.store.sessions import DerivedFacts, FileFacts

    library = Library.open(folder)
    file = FileFacts(name="bench", sha256="0" * 64, size_bytes=0)
    derived = DerivedFacts(
        analysis_version=1, notices=(), laps=(), duration_s=0.0, n_laps=0, n_clean=0,
        best_lap_s=None, length_m=None, quality_grade="none", max_speed_mps=None, outline=(),
        lap_gaps_s=(),
    )  # fmt: skip
    with library.writing() as connection:
        session_id = sessions.insert_session(connection, file, raw, derived)
    return library, session_id


def _read_one_channel(folder: Path, raw: RawSession) -> Measured:
    import numpy as np

    library, session_id = store_session(folder, raw)
    raw_file = folder / "channel.f32"
    raw.groups[0].channels[READ_INDEX].values.tofile(raw_file)
    ours = _reader(library, session_id)
    assert np.array_equal(ours(), np.fromfile(raw_file, np.float32))
    return in_turn(ours, lambda: np.array(np.memmap(raw_file, np.float32, "r")))


def _reader(library: Library, session_id: str) -> Callable[[], StoredArray]:
    from apexlab_desktop.store.channel_blobs import ChunkPlace, read_values
    from apexlab_desktop.store.database import driver_connection

    place = ChunkPlace(session_id, 0, READ_INDEX)

    def read() -> StoredArray:
        with library.reading() as connection:
            return read_values(driver_connection(connection), place)

    return read


@row(
    "read_channel_short",
    ours="read one channel from the library, 30 min at 20 Hz",
    floor=MMAP,
    holds=4,
)
def read_channel_short(folder: Path) -> Measured:
    return _read_one_channel(folder / "short", logged_session(25, 20, HALF_HOUR_S))


@row(
    "read_channel_long",
    ours="read one channel from the library, 3 h at 100 Hz",
    floor=MMAP,
    holds=10,
)
def read_channel_long(folder: Path) -> Measured:
    return _read_one_channel(folder / "long", logged_session(8, 100, THREE_HOURS_S))


@row(
    "library_size",
    ours="library size, 30 min x 25 channels x 20 Hz",
    floor="the same as raw float32",
    holds=0.45,
)
def library_size(folder: Path) -> Measured:
    from apexlab_desktop.store.database import Library

    raw = logged_session(25, 20, HALF_HOUR_S)
    empty = Library.open(folder / "empty")
    library, _ = store_session(folder / "full", raw)
    for one in (empty, library):
        one.close()
    size = library.path.stat().st_size - empty.path.stat().st_size
    floor = sum(channel.values.nbytes for channel in raw.groups[0].channels)
    return Measured(ours=size, floor=floor, unit="B")
