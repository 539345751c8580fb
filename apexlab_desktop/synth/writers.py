"""Files that other programs would have written about a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth.iracing import ibt_bytes
from apexlab_desktop.synth.racechrono import racechrono_bytes, racechrono_v2_bytes
from apexlab_desktop.synth.racechrono_v1 import racechrono_v1_bytes
from apexlab_desktop.synth.session import SyntheticSession

WRITERS: dict[str, Callable[[SyntheticSession], bytes]] = {
    "racechrono": racechrono_bytes,
    "racechrono-v2": racechrono_v2_bytes,
    "racechrono-v1": racechrono_v1_bytes,
    "ibt": ibt_bytes,
}
"""Name of the format to what makes its bytes."""


def file_bytes(session: SyntheticSession, fmt: str) -> bytes:
    """Return the session as a file of format `fmt`; the same session gives the same bytes.

    Raises
    ------
    ApexLabError
        If there is no such format.
    """
    if fmt not in WRITERS:
        raise ApexLabError(expected="one of " + ", ".join(WRITERS), found=fmt, place="format")
    return WRITERS[fmt](session)


def write(session: SyntheticSession, path: Path | str, fmt: str) -> None:
    """Write the session to `path`, see `file_bytes`."""
    Path(path).write_bytes(file_bytes(session, fmt))
