"""The documents and tables of `apexlab tracks`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.app.track_files import ImportedTrack
    from apexlab_desktop.store.layouts import LayoutSummary

SCHEMA = 1
_WAYS = {"cw": "clockwise", "ccw": "counter-clockwise", "": ""}


def tracks_document(tracks: Sequence[LayoutSummary]) -> dict[str, Any]:
    """Return the document of `apexlab tracks`."""
    return {"schema": SCHEMA, "tracks": [asdict(track) for track in tracks]}


def imported_track_document(imported: ImportedTrack) -> dict[str, Any]:
    """Return the document of `apexlab tracks import`."""
    return {"schema": SCHEMA} | asdict(imported)


def tracks_table(document: dict[str, Any]) -> None:
    """Print the layouts of the library."""
    console = _console()
    if not document["tracks"]:
        console.print("No tracks yet: each is learned from the first session driven on it.")
        return
    table = _table(
        ("Id", "left"), ("Track", "left"), ("Length", "right"), ("Way", "left"),
        ("Corners", "right"), ("Sessions", "right"),
    )  # fmt: skip
    for track in document["tracks"]:
        table.add_row(
            track["id"],
            escape(track["name"]),
            f"{track['length_m']:.0f} m",
            _WAYS[track["direction"]],
            str(track["n_corners"]),
            str(track["n_sessions"]),
        )
    console.print(table)


def imported_track_table(document: dict[str, Any]) -> None:
    """Print what became of a track file."""
    words = "already known as" if document["status"] == "already_known" else "imported as"
    _console().print(escape(f"{document['file']}: {words} {document['name']}"))
