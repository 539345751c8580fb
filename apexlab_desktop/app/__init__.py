"""Use-cases, the same for window, command line and scripts.

Handed out lazily: importing this package imports no numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apexlab_desktop.app.comparing import compare
    from apexlab_desktop.app.debriefing import analyze
    from apexlab_desktop.app.demo import ensure_demo_session
    from apexlab_desktop.app.importing import import_session
    from apexlab_desktop.app.layouts import match_session
    from apexlab_desktop.app.library import (
        archive_session,
        library_stats,
        list_sessions,
        resplit_laps,
        restore_session,
        set_note,
        set_tags,
    )
    from apexlab_desktop.app.math_channels import (
        list_math_channels,
        math_of,
        remove_math_channel,
        save_math_channel,
    )
    from apexlab_desktop.app.opening import open_session
    from apexlab_desktop.app.optimal import car_of, optimal_of_session, optimal_on_line
    from apexlab_desktop.app.sectors import set_sectors
    from apexlab_desktop.app.start_lines import start_line_across
    from apexlab_desktop.app.track_edits import (
        assign_track,
        forget_corners,
        list_tracks,
        rename_corner,
        rename_track,
    )
    from apexlab_desktop.app.track_files import export_track, import_track
    from apexlab_desktop.app.worksheets import list_worksheets, save_worksheets

_WHERE = {
    "analyze": "debriefing",
    "compare": "comparing",
    "ensure_demo_session": "demo",
    "import_session": "importing",
    "archive_session": "library",
    "library_stats": "library",
    "list_sessions": "library",
    "list_worksheets": "worksheets",
    "resplit_laps": "library",
    "restore_session": "library",
    "save_worksheets": "worksheets",
    "set_note": "library",
    "set_sectors": "sectors",
    "set_tags": "library",
    "match_session": "layouts",
    "list_math_channels": "math_channels",
    "math_of": "math_channels",
    "remove_math_channel": "math_channels",
    "save_math_channel": "math_channels",
    "assign_track": "track_edits",
    "forget_corners": "track_edits",
    "list_tracks": "track_edits",
    "rename_corner": "track_edits",
    "rename_track": "track_edits",
    "export_track": "track_files",
    "import_track": "track_files",
    "open_session": "opening",
    "car_of": "optimal",
    "optimal_of_session": "optimal",
    "optimal_on_line": "optimal",
    "start_line_across": "start_lines",
}

__all__ = [
    "analyze",
    "archive_session",
    "assign_track",
    "car_of",
    "compare",
    "ensure_demo_session",
    "export_track",
    "forget_corners",
    "import_session",
    "import_track",
    "library_stats",
    "list_math_channels",
    "list_sessions",
    "list_tracks",
    "list_worksheets",
    "match_session",
    "math_of",
    "open_session",
    "optimal_of_session",
    "optimal_on_line",
    "remove_math_channel",
    "rename_corner",
    "rename_track",
    "resplit_laps",
    "restore_session",
    "save_math_channel",
    "save_worksheets",
    "set_note",
    "set_sectors",
    "set_tags",
    "start_line_across",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(name)
