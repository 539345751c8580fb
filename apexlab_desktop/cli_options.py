"""Arguments that several commands share, and how a command shows its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from apexlab_desktop import cli_process

FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A file or a library id.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
LapsOption = Annotated[list[int] | None, typer.Option("--laps", help="Lap numbers, one or more.")]
StartLineOption = Annotated[
    str | None,
    typer.Option(
        metavar="LAT,LON,BEARING_DEG",
        help="A point on the line and the driving direction there, clockwise from north.",
    ),
]
IgnoreLapsOption = Annotated[
    bool, typer.Option("--ignore-lap-column", help="Do not use the file's own laps.")
]


def show(
    document: dict[str, Any], table: Callable[[dict[str, Any]], None], *, as_json: bool
) -> None:
    """Print the document as JSON, or as a table for people."""
    with cli_process.speaking():
        if as_json:
            typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        else:
            table(document)


def read_start_line(text: str | None) -> Any:
    """Return the line that `--start-line` names, None without one."""
    if text is None:
        return None
    from apexlab_desktop.analysis.types import StartLine

    try:
        lat, lon, bearing = (float(part) for part in text.split(","))
    except ValueError:
        cli_process.usage(f"--start-line is LAT,LON,BEARING_DEG, not {text!r}")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and -360 <= bearing <= 360):
        cli_process.usage(f"--start-line {text!r} is not a place on earth with a bearing")
    return StartLine(lat_deg=lat, lon_deg=lon, bearing_deg=bearing)
