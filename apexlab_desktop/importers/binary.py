"""A bounded reader of binary structures that knows its offset, so that errors can name it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from mmap import mmap

from apexlab_desktop.errors import TruncatedFileError


@dataclass(slots=True)
class BinaryReader:
    """Little-endian reader over bytes or a memory map.

    Attributes
    ----------
    data : bytes or mmap
    what : str
        The file in words, for messages.
    offset : int
        Where the next value is read [bytes].
    """

    data: bytes | mmap
    what: str
    offset: int = field(default=0)

    def at(self, offset: int) -> BinaryReader:
        """Return a reader of the same bytes at another place."""
        return BinaryReader(self.data, self.what, offset)

    def take(self, n_bytes: int, meaning: str) -> bytes:
        """Return the next `n_bytes` and move on.

        Raises
        ------
        TruncatedFileError
            If they reach beyond the end of the file.
        """
        self.require(self.offset, n_bytes, meaning)
        start = self.offset
        self.offset += n_bytes
        return self.data[start : self.offset]

    def require(self, offset: int, n_bytes: int, meaning: str) -> None:
        """Check that `n_bytes` at `offset` lie inside the file."""
        if offset < 0 or n_bytes < 0 or offset + n_bytes > len(self.data):
            raise TruncatedFileError(
                expected=f"{meaning} of {self.what} at bytes {offset} to {offset + n_bytes}",
                found=f"a file of {len(self.data)} bytes",
                place=f"offset {offset}",
                advice="Copy or export the file again",
            )

    def int32(self, meaning: str) -> int:
        """Return the next signed 32-bit integer."""
        return int(struct.unpack("<i", self.take(4, meaning))[0])

    def int64(self, meaning: str) -> int:
        """Return the next signed 64-bit integer."""
        return int(struct.unpack("<q", self.take(8, meaning))[0])

    def float64(self, meaning: str) -> float:
        """Return the next 64-bit float."""
        return float(struct.unpack("<d", self.take(8, meaning))[0])

    def text(self, n_bytes: int, meaning: str) -> str:
        """Return NUL-terminated Latin-1 text from a field of `n_bytes`."""
        return self.take(n_bytes, meaning).split(b"\0", 1)[0].decode("latin-1").strip()
