"""Files that other programs would have written about a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth.iracing import write_ibt
from apexlab_desktop.synth.racechrono import write_racechrono
from apexlab_desktop.synth.session import SyntheticSession

WRITERS: dict[str, Callable[[SyntheticSession, Path], None]] = {
    "racechrono": write_racechrono,
    "ibt": write_ibt,
}
"""Name of the format to its writer."""


def write(session: SyntheticSession, path: Path | str, fmt: str) -> None:
    """Write `session` to `path`; the same session gives the same bytes.

    Raises
    ------
    ApexLabError
        If there is no such format.
    """
    if fmt not in WRITERS:
        raise ApexLabError(expected="one of " + ", ".join(WRITERS), found=fmt, place="format")
    WRITERS[fmt](session, Path(path))
