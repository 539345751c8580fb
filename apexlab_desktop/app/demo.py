"""The demo session: a generated track day, imported like any other file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.app.generating import GenerateOptions, generate_file
from apexlab_desktop.app.importing import import_session
from apexlab_desktop.app.library_access import library
from apexlab_desktop.errors import StoreError
from apexlab_desktop.store import sessions

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = GenerateOptions(
    track="club-long", laps=10, rate_hz=25.0, seed=7, noise="good", vehicle="road", fmt="racechrono"
)
DEMO_FILE = "demo_club_long.csv"


def ensure_demo_session(progress: Callable[[float], None] | None = None) -> str:
    """Return the id of the demo session, made and imported at the first call.

    Raises
    ------
    StoreError
        If it cannot be stored.
    """
    with library().reading() as connection:
        known = sessions.find_demo_id(connection)
    if known is not None:
        return known
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DEMO_FILE
        generate_file(DEMO, path, None)
        outcome = import_session(path, progress=progress, is_demo=True)
    if outcome.session_id is None:
        raise StoreError(found=outcome.error, place="the demo session")
    return outcome.session_id
