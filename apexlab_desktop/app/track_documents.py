"""The documents and tables of `apexlab tracks`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apexlab_desktop.app.layouts import SessionTrack
    from apexlab_desktop.app.track_files import ImportedTrack
    from apexlab_desktop.store.layouts import LayoutSummary

SCHEMA = 1
_WAYS = {"cw": "clockwise", "ccw": "counter-clockwise", "": ""}


def tracks_document(tracks: Sequence[LayoutSummary]) -> dict[str, Any]:
    """Return the document of `apexlab tracks`."""
    return {"schema": SCHEMA, "tracks": [asdict(track) for track in tracks]}


def match_document(file: str, track: SessionTrack, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the document of `apexlab tracks match`: what fits, and how well.

    Parameters
    ----------
    file : str
    track : SessionTrack
    names : mapping of str to str
        Names of the library's layouts by id.
    """
    match, circuit = track.match, track.circuit
    return {
        "schema": SCHEMA,
        "file": file,
        "track": track.name or None,
        "layout_id": track.layout.id if track.layout else None,
        "confidence": match.confidence if track.layout else circuit.confidence,
        "is_unsure": match.is_unsure,
        "reversed_of": match.reversed_of,
        "candidates": [
            {"name": names.get(one.layout_id, "")} | asdict(one) for one in match.candidates
        ],
        "circuit": asdict(circuit.circuit) if circuit.circuit else None,
        "venue": circuit.venue or (track.layout.venue if track.layout else "") or None,
        "circuits": [
            {"key": one.key, "name": one.full_name, "source": one.source}
            for one in circuit.candidates
        ],
    }


def match_table(document: dict[str, Any]) -> None:
    """Print on which track a session was driven, or what it may have been."""
    console = _console()
    known = document["layout_id"] or (document["circuit"] or {}).get("key", "")
    console.print(escape(f"{document['track'] or 'Track not known'}  {known}".rstrip()))
    if document["reversed_of"]:
        console.print("Driven the other way round than a track of the library.")
    may_be = [one["name"] for one in document["candidates"] or document["circuits"]]
    if may_be and not known:
        console.print(escape(f"It may be {' or '.join(may_be)}."))


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
