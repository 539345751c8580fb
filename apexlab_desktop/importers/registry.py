"""The way in: recognise a file by its bytes, choose the importer, explain a failure."""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path

from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.errors import (
    ApexLabError,
    CorruptFileError,
    ImporterError,
    TruncatedFileError,
    UnsupportedFormatError,
)
from apexlab_desktop.importers.base import (
    SNIFF_BYTES,
    Importer,
    Progress,
    Sniff,
    no_progress,
)
from apexlab_desktop.importers.foreign_formats import describe_bytes

_READS = "RaceChrono CSV, RaceChrono .rcz or iRacing .ibt"
# In the order of recognition: containers with a magic first, text last.
_MODULES = (
    ("apexlab_desktop.importers.racechrono_rcz", "RaceChronoRcz"),
    ("apexlab_desktop.importers.iracing_ibt", "IRacingIbt"),
    ("apexlab_desktop.importers.racechrono_csv", "RaceChronoCsv"),
)


def importers() -> tuple[Importer, ...]:
    """Return every importer, in the order in which they are asked."""
    return tuple(getattr(importlib.import_module(module), name)() for module, name in _MODULES)


def identify(path: Path) -> Importer:
    """Return the importer for the bytes of the file at `path`; its name does not matter.

    Raises
    ------
    ImporterError
        If there is no such file, it is a folder or empty, or no importer knows its bytes.
    """
    try:
        sniff = _sniff(path)
        for importer in importers():
            if importer.recognises(sniff):
                return importer
        raise UnsupportedFormatError(
            expected=_READS, found=describe_bytes(sniff.head), place=path.name
        )
    except ImporterError as error:
        error.path = path
        raise


def load(path: Path, progress: Progress = no_progress) -> RawSession:
    """Return what the file at `path` holds.

    Parameters
    ----------
    path : Path
    progress : Progress
        Called with the share done; may raise `CancelledError` to stop.

    Raises
    ------
    ImporterError
        With what was expected, what was found, and where; `path` is set.
    """
    path = Path(path)
    importer = identify(path)
    try:
        before = path.stat()
        session = _load(importer, path, progress)
        _check_finished(before, path.stat())
    except ImporterError as error:
        _name_file(error, path)
        raise
    except OSError as error:
        raise _unreadable(path, error) from error
    return session


def _name_file(error: ImporterError, path: Path) -> None:
    """Say which file it was: several may have been dropped at once."""
    error.path = path
    if path.name not in error.place:
        error.place = f"{path.name}, {error.place}" if error.place else path.name
        error.args = (error.one_line(),)


def _load(importer: Importer, path: Path, progress: Progress) -> RawSession:
    try:
        return importer.load(path, progress)
    except (ApexLabError, OSError):
        raise
    except (ValueError, KeyError, IndexError, OverflowError, ArithmeticError, MemoryError) as error:
        # A damaged file can contradict itself in more ways than an importer foresees.
        raise CorruptFileError(
            expected=f"a whole {importer.label} file",
            found=f"contents that contradict each other ({type(error).__name__}: {error})",
            advice="Export or copy the file again",
        ) from error


def _sniff(path: Path) -> Sniff:
    try:
        if path.is_dir():
            raise UnsupportedFormatError(expected=_READS, found="a folder", place=path.name)
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe would wait for whoever writes to it.
            raise UnsupportedFormatError(expected=_READS, found="a device or pipe", place=path.name)
        with path.open("rb") as file:
            head = file.read(SNIFF_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not head:
        raise TruncatedFileError(expected=_READS, found="an empty file", place=path.name)
    return Sniff(path=path, head=head, size_bytes=status.st_size)


def _unreadable(path: Path, error: OSError) -> ImporterError:
    if isinstance(error, FileNotFoundError):
        problem = UnsupportedFormatError(expected="a file", found="nothing", place=str(path))
    else:
        reason = error.strerror or type(error).__name__
        problem = UnsupportedFormatError(expected="a readable file", found=reason, place=str(path))
    problem.path = path
    return problem


def _check_finished(before: os.stat_result, after: os.stat_result) -> None:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        sizes = f"{before.st_size:,} bytes first, {after.st_size:,} now"
        raise CorruptFileError(
            expected="a finished file",
            found=f"one that changed while it was read, so it is still being written ({sizes})",
            advice="Wait until the export has finished and import it again",
        )
