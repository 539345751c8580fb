"""A user's file: its hash, and its bytes left as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from apexlab_desktop.errors import ImporterError

if TYPE_CHECKING:
    from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, in hex.

    Raises
    ------
    ImporterError
        If the file is missing, a directory, or cannot be read.
    """
    if path.is_dir():
        raise ImporterError(
            expected="a file", found="a folder", place=str(path), advice="Give the files inside it."
        )
    try:
        with path.open("rb", buffering=0) as file:
            digest = hashlib.file_digest(file, "sha256")
    except FileNotFoundError as error:
        raise ImporterError(
            expected="an existing file", found="nothing", place=str(path), advice="Check the name."
        ) from error
    except OSError as error:
        raise ImporterError(
            expected="a file that can be read", found=str(error.strerror), place=str(path)
        ) from error
    return digest.hexdigest()
