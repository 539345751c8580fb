"""The corners as a table for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _print_notices, _table
from apexlab_desktop.formatting import DASH, plain
from apexlab_desktop.units import KMH_PER_MPS


def corners_table(document: dict[str, Any]) -> None:
    """Print the corners with the medians of the laps, or with one lap's values."""
    out = _console()
    numbers = {lap["number"] for corner in document["corners"] for lap in corner["laps"]}
    whose = f"lap {next(iter(numbers))}" if len(numbers) == 1 else f"medians of {len(numbers)} laps"
    out.print(escape(f"{document['file']}  {whose}"))
    if not document["corners"]:
        out.print("No corners: the line never turns by 15 degrees.")
        return
    rows = _table(
        ("Corner", "right"), ("", "left"), ("Kind", "left"), ("Apex", "right"),
        ("Radius", "right"), ("Turns", "right"), ("Slowest", "right"), ("Brake point", "right"),
        ("Throttle", "right"), ("Time", "right"), ("Spread", "right"),
    )  # fmt: skip
    for corner in document["corners"]:
        rows.add_row(*_cells(corner))
    out.print(rows)
    _print_notices(out, document["notices"])


def _cells(corner: dict[str, Any]) -> list[str]:
    laps = [lap for lap in corner["laps"] if lap["is_clean"]] or corner["laps"]
    slowest = _median(laps, "min_speed_mps")
    times = [lap["segment_time_s"] for lap in laps if lap["segment_time_s"] is not None]
    kind = corner["kind"]
    if corner["character"] in ("flat", "lift"):
        kind = f"{kind}, {corner['character']}"
    return [
        escape(f"{corner['number']} {corner['name']}".strip()),
        corner["direction"],
        kind,
        f"{corner['apex_distance_m']:.0f} m",
        f"{corner['radius_m']:.0f} m",
        f"{abs(math.degrees(corner['turned_rad'])):.0f}\u00b0",
        DASH if slowest is None else f"{slowest * KMH_PER_MPS:.1f} km/h",
        _place(_median(laps, "brake_point_m"), corner),
        _place(_median(laps, "throttle_commit_m"), corner),
        DASH if not times else f"{median(times):.3f} s",
        DASH if len(times) < 2 else f"{max(times) - min(times):.3f} s",
    ]


def _place(station_m: float | None, corner: dict[str, Any]) -> str:
    """Return a place as drivers say it: metres before or behind the apex."""
    if station_m is None:
        return DASH
    from_apex_m = station_m - corner["apex_distance_m"]
    return f"{plain(from_apex_m, 0)} m" if from_apex_m < 0 else f"+{from_apex_m:.0f} m"


def _median(laps: Sequence[dict[str, Any]], field: str) -> float | None:
    values = [lap[field] for lap in laps if lap[field] is not None]
    return median(values) if values else None
