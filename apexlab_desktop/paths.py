"""Where ApexLab keeps the user's data and finds its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "APEXLAB_HOME"


def data_home() -> Path:
    """Return the folder of everything the desktop writes; it need not exist yet."""
    override = os.environ.get(HOME_VARIABLE, "")
    if override:
        return Path(override).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("ApexLab", appauthor=False))


def log_folder() -> Path:
    """Return the folder of the crash log."""
    return data_home() / "log"


def settings_file() -> Path:
    """Return the file of the settings and the window's state."""
    return data_home() / "settings.json"


def resource_path(*parts: str) -> Path:
    """Return a file of ours: in the frozen folder, else in the package, else in the checkout.

    Raises
    ------
    FileNotFoundError
        If no place holds it: the installation is damaged.
    """
    package = Path(__file__).resolve().parent
    roots = [package / "_resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        roots.insert(0, Path(frozen) / "resources")
    for root in roots:
        candidate = root.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise FileNotFoundError("/".join(parts))
