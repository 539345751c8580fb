"""A user's file: its name for people, and the hash of exactly the bytes that were read."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.errors import CorruptFileError, ImporterError

if TYPE_CHECKING:
    from pathlib import Path

_CLOCK_TICK_NS, _COARSE_TICK_NS = 15_000_000, 2_000_000_000
"""What file systems keep of the time of a change: a tick of the kernel, on FAT two seconds. A file
younger than that may change without a trace: a tick is waited for, the seconds are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a file was when it was hashed.

    Attributes
    ----------
    sha256 : str
        Of its bytes, in hex.
    size_bytes : int
    identity : tuple of int
        Device, inode, size and time of the last change.
    is_young : bool
        Changed so shortly before that a further change may leave the time as it is; the bytes are
        then hashed again.
    """

    sha256: str
    size_bytes: int
    identity: tuple[int, ...]
    is_young: bool


def shown(path: Path) -> str:
    """Return a path as text that can be stored and printed, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, in hex.

    Raises
    ------
    ImporterError
        If the file is missing, none (a folder, a pipe, a device), or cannot be read.
    """
    return fingerprint(path).sha256


def fingerprint(path: Path) -> Fingerprint:
    """Return what the file is now, for `check_unchanged` once it has been read.

    Raises
    ------
    ImporterError
        As for `sha256_of`.
    """
    try:
        status = _status_after_a_tick(path)
        with path.open("rb", buffering=0) as file:
            digest = hashlib.file_digest(file, "sha256")
    except FileNotFoundError as error:
        raise ImporterError(
            expected="an existing file",
            found="nothing",
            place=shown(path),
            advice="Check the name.",
        ) from error
    except OSError as error:
        raise ImporterError(
            expected="a file that can be read", found=str(error.strerror), place=shown(path)
        ) from error
    return Fingerprint(
        sha256=digest.hexdigest(),
        size_bytes=status.st_size,
        identity=_identity(status),
        is_young=_is_coarse(status) and _age_ns(status) < _COARSE_TICK_NS,
    )


def check_unchanged(path: Path, before: Fingerprint) -> None:
    """Refuse a file that is not what was hashed: what was read since may be anything.

    Raises
    ------
    ImporterError
        If it changed, or is gone.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise ImporterError(
            expected="a file that stays until it is read",
            found=str(error.strerror),
            place=shown(path),
        ) from error
    is_same = _identity(status) == before.identity
    if is_same and (not before.is_young or sha256_of(path) == before.sha256):
        return
    sizes = f"{before.size_bytes:,} bytes first, {status.st_size:,} now"
    raise CorruptFileError(
        expected="a finished file",
        found=f"one that changed while it was read, so it is still being written ({sizes})",
        place=shown(path),
        advice="Wait until the export has finished and import it again.",
    )


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _status_after_a_tick(path: Path) -> os.stat_result:
    """Return the status of a regular file once a further change would show in it."""
    status = path.stat()
    _check_regular(path, status)
    left_ns = _CLOCK_TICK_NS - _age_ns(status)
    if 0 < left_ns <= _CLOCK_TICK_NS:
        time.sleep(left_ns * 1e-9)
        return path.stat()
    return status


def _age_ns(status: os.stat_result) -> int:
    return time.time_ns() - status.st_mtime_ns


def _is_coarse(status: os.stat_result) -> bool:
    return status.st_mtime_ns % 1_000_000_000 == 0


def _check_regular(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    # A pipe would have us wait for whoever writes to it, a device for ever.
    is_folder = stat.S_ISDIR(status.st_mode)
    raise ImporterError(
        expected="a file",
        found="a folder" if is_folder else "a pipe or a device",
        place=shown(path),
        advice="Give the files inside it." if is_folder else "Save it to a file first.",
    )
