"""The JSON document of `apexlab corners`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apexlab_desktop.app.documents import SCHEMA, notices

if TYPE_CHECKING:
    from apexlab_desktop.analysis.corner_results import Corner, CornerPass
    from apexlab_desktop.app.cornering import CorneredSession

PASS_FIELDS = (
    "min_speed_mps",
    "brake_point_m",
    "throttle_commit_m",
    "segment_time_s",
    "segment_time_sigma_s",
    "entry_speed_mps",
    "exit_speed_mps",
    "slowest_m",
    "brake_release_m",
    "brake_point_sigma_m",
    "peak_brake_mps2",
    "brake_duration_s",
    "brake_distance_m",
    "trail_brake_s",
    "throttle_pickup_m",
    "coast_time_s",
)
"""Numbers of a pass as the document names them; stations run on over the start line."""


def corners_document(cornered: CorneredSession, lap_number: int | None = None) -> dict[str, Any]:
    """Return the corners with every lap's pass, or with those of one lap."""
    found = cornered.found
    rows = [
        (lap.lap, row)
        for lap, row in zip(found.comparison.laps, found.passes, strict=True)
        if lap_number is None or lap.lap.number == lap_number
    ]
    return {
        "schema": SCHEMA,
        "file": cornered.session.file,
        "length_m": float(found.comparison.distance_m[-1]),
        "reference": found.comparison.laps[found.comparison.reference_index].lap.number,
        "corners": [
            corner_entry(corner)
            | {
                "laps": [
                    {"number": lap.number, "is_clean": lap.is_clean} | pass_entry(row[index])
                    for lap, row in rows
                ]
            }
            for index, corner in enumerate(found.corners)
        ],
        "notices": notices(found.comparison.notices),
    }


def corner_entry(corner: Corner) -> dict[str, Any]:
    """Return where a corner is and what it is like."""
    return {
        "id": corner.id,
        "number": corner.number,
        "name": corner.name,
        "direction": corner.direction,
        "entry_distance_m": corner.entry_m,
        "apex_distance_m": corner.apex_m,
        "exit_distance_m": corner.exit_m,
        "radius_m": corner.radius_m,
        "turned_rad": corner.turned_rad,
        "kind": corner.kind,
        "complex": corner.complex or None,
        "character": corner.character or None,
    }


def pass_entry(one: CornerPass) -> dict[str, Any]:
    """Return what one lap did in one corner; unknown is null."""
    numbers = {name: _number(getattr(one, name)) for name in PASS_FIELDS}
    return numbers | {"brake_source": one.brake_source or None, "reasons": list(one.reasons)}


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
