"""Is this installation well? Each check with what was found."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from apexlab_desktop.app.documents import SCHEMA
from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.paths import data_home, resource_path

FREE_BYTES_WANTED = 500_000_000
PACKAGES = ("PySide6-Essentials", "pyqtgraph", "numpy", "scipy", "pyarrow", "zstandard", "sqlmodel")


def doctor_document() -> dict[str, Any]:
    """Return the document of `apexlab doctor`."""
    checks = [
        _check("python", _python),
        _check("packages", _packages),
        _check("fonts", _fonts),
        _check("data folder", _data_folder),
        _check("disk space", _disk_space),
        _check("library", _library),
    ]
    return {"schema": SCHEMA, "is_well": all(c["is_well"] for c in checks), "checks": checks}


def _check(name: str, look: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "is_well": True, "found": look()}
    except ApexLabError as error:
        return {"name": name, "is_well": False, "found": error.one_line()}
    except (OSError, PackageNotFoundError) as error:
        return {"name": name, "is_well": False, "found": f"{type(error).__name__}: {error}"}


def _python() -> str:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise OSError(f"Python 3.11 to 3.13 wanted, {platform.python_version()} found")
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _fonts() -> str:
    return resource_path("fonts", "Inter_400Regular.ttf").name


def _data_folder() -> str:
    folder = data_home()
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".doctor"
    probe.write_bytes(b"ok")
    probe.unlink()
    return f"{folder} can be written to"


def _disk_space() -> str:
    free = shutil.disk_usage(data_home()).free
    if free < FREE_BYTES_WANTED:
        raise OSError(f"{free / 1e6:.0f} MB free, {FREE_BYTES_WANTED / 1e6:.0f} MB wanted")
    return f"{free / 1e9:.1f} GB free"


def _library() -> str:
    from apexlab_desktop.app.library import library_stats

    stats = library_stats()
    return f"{stats.n_sessions} sessions, {stats.n_laps} laps, {stats.stored_bytes / 1e6:.1f} MB"
