"""The ZIP archive of a RaceChrono session, read with bounds and never unpacked to disk."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from apexlab_desktop.errors import CorruptFileError, UnsupportedFormatError

WHAT = "a RaceChrono .rcz archive"
_MOST_ENTRIES = 20_000
_MOST_ENTRY_BYTES = 1 << 29
_MOST_TOTAL_BYTES = 2 << 30
_MOST_JSON_BYTES = 8 << 20
_MOST_RATIO = 2_000
"""Deflate reaches about 1000; more is a bomb."""
_ADVICE = "Export the session from RaceChrono again"


class RczArchive:
    """An open archive: entries by folder and name."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise CorruptFileError(
                expected=WHAT, found="a ZIP file that is cut or damaged", advice=_ADVICE
            ) from error
        try:
            self.refused: list[str] = []
            self._entries = self._accepted()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def _accepted(self) -> dict[str, dict[str, zipfile.ZipInfo]]:
        """Return the entries that stay inside the archive, by folder; check their sizes."""
        infos = self._zip.infolist()
        total = sum(info.file_size for info in infos)
        too_dense = any(info.file_size > _MOST_RATIO * (info.compress_size + 64) for info in infos)
        too_big = any(info.file_size > _MOST_ENTRY_BYTES for info in infos)
        if len(infos) > _MOST_ENTRIES or total > _MOST_TOTAL_BYTES or too_big or too_dense:
            raise UnsupportedFormatError(
                expected=f"{WHAT} of at most {_MOST_ENTRIES} files and {_MOST_TOTAL_BYTES} bytes",
                found=f"{len(infos)} files that unpack to {total} bytes",
                advice=_ADVICE,
            )
        entries: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for info in infos:
            path = PurePosixPath(info.filename.replace("\\", "/"))
            if info.is_dir():
                continue
            if path.is_absolute() or ".." in path.parts:
                self.refused.append(info.filename)
                continue
            entries.setdefault(str(path.parent), {})[path.name] = info
        return entries

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders with files in them, in order of name."""
        return tuple(sorted(self._entries))

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the files in `folder`."""
        return tuple(self._entries.get(folder, ()))

    def read(self, folder: str, name: str) -> bytes:
        """Return the bytes of an entry.

        Raises
        ------
        CorruptFileError
            If it does not unpack to what the directory promises.
        """
        info = self._entries[folder][name]
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise CorruptFileError(
                expected=f"{info.file_size} bytes in {info.filename}",
                found=f"an entry that does not unpack ({error})",
                place=f"offset {info.header_offset}",
                advice=_ADVICE,
            ) from error
        except (NotImplementedError, ValueError) as error:
            raise UnsupportedFormatError(
                expected=f"{info.filename} packed as RaceChrono does", found=str(error)
            ) from error

    def json(self, folder: str, name: str) -> Mapping[str, Any] | None:
        """Return the JSON object in an entry, or None if there is no such entry."""
        info = self._entries.get(folder, {}).get(name)
        if info is None:
            return None
        if info.file_size > _MOST_JSON_BYTES:
            raise CorruptFileError(
                expected=f"{name} of at most {_MOST_JSON_BYTES} bytes",
                found=f"{info.file_size} bytes",
                advice=_ADVICE,
            )
        try:
            document = json.loads(self.read(folder, name))
        except (ValueError, RecursionError) as error:
            raise CorruptFileError(
                expected=f"JSON in {info.filename}", found=str(error), advice=_ADVICE
            ) from error
        if not isinstance(document, dict):
            raise CorruptFileError(
                expected=f"a JSON object in {info.filename}",
                found=f"a {type(document).__name__}",
                advice=_ADVICE,
            )
        return document
