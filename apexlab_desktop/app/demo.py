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
    track="club-long",
    laps=10,
    rate_hz=25.0,
    seed=7,
    noise="good",
    vehicle="road",
    fmt="racechrono",
    # Three habits for the debrief to find, each on about half of the laps.
    faults=(
        "early_brake,7,16,1,3,4,7,9",
        "low_min_speed,11,1.4,2,4,5,8,9",
        "lazy_throttle,1,0.5,1,2,5,7,10",
    ),
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
