"""The one library of this process, opened at first use."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from apexlab_desktop.paths import data_home
from apexlab_desktop.store.database import Library

if TYPE_CHECKING:
    from pathlib import Path

_open_libraries: dict[Path, Library] = {}
_lock = Lock()


def library() -> Library:
    """Return the library of the data folder in force, opened, created or migrated as needed.

    Raises
    ------
    StoreError
        If it cannot be used.
    """
    folder = data_home()
    with _lock:
        found = _open_libraries.get(folder)
        if found is None or not found.is_in_place():
            if found is not None:
                found.close()
            found = Library.open(folder)
            _open_libraries[folder] = found
        return found
