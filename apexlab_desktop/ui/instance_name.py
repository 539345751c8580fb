"""Under which name a running window is reached, and whether one may be there.

Apart from `single_instance`, so that a start that finds nobody loads no network library.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from PySide6.QtCore import QDir


def server_name(home: Path) -> str:
    """Return the name under which the window of a data folder is reached."""
    return f"apexlab-{zlib.crc32(str(home.absolute()).encode()):08x}"


def may_be_running(name: str) -> bool:
    """Return whether a window may answer to a name: only asking it tells for sure."""
    # Qt listens on a socket file, except on Windows: a pipe cannot be looked at without opening it.
    return os.name == "nt" or Path(QDir.tempPath(), name).exists()
