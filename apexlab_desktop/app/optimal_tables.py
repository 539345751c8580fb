"""The optimal lap as a table for people."""

from __future__ import annotations

from typing import Any

from apexlab_desktop.app.cli_tables import _console
from apexlab_desktop.formatting import lap_time
from apexlab_desktop.units import KMH_PER_MPS


def line_table(document: dict[str, Any]) -> None:
    """Print the optimal lap on a line of the user's."""
    console = _console()
    speeds = document["speed_mps"]
    console.print(
        f"Optimal lap {lap_time(document['lap_time_s'])} over {document['length_m']:.1f} m, "
        f"{min(speeds) * KMH_PER_MPS:.1f} to {max(speeds) * KMH_PER_MPS:.1f} km/h"
    )
    for remark in document["remarks"]:
        console.print(remark, markup=False)
