"""The list of well-known circuits that comes with the program."""

from __future__ import annotations

import csv
from functools import cache

from apexlab_desktop.analysis.layout_values import Circuit
from apexlab_desktop.paths import resource_path


@cache
def starter_circuits() -> tuple[Circuit, ...]:
    """Return the circuits, read once."""
    path = resource_path("tracks", "circuits.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_circuit(row) for row in csv.DictReader(file))


def _circuit(row: dict[str, str]) -> Circuit:
    return Circuit(
        key=row["key"],
        name=row["name"],
        layout=row["layout"],
        country=row["country"],
        lat_deg=float(row["lat_deg"]),
        lon_deg=float(row["lon_deg"]),
        length_m=float(row["length_m"]) if row["length_m"] else None,
        direction=row["direction"],
        source=row["source"],
    )
