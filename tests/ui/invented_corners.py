"""Corners of the invented track and what the invented laps do there, straight from their speeds."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.types import ComparedLap, Comparison, FloatArray

NAMES = ("Quarry", "Fork", "Mill", "Ridge", "Spinney", "Oak", "Weir", "Bank", "Old Pit")
HALF_M = 70.0


def invented_corners(comparison: Comparison) -> tuple[Corner, ...]:
    """Return a corner about every slow place of the first lap."""
    at_m, speed = comparison.distance_m, comparison.laps[0].channels["speed_mps"]
    slow = [
        k
        for k in range(60, speed.size - 60)
        if speed[k] == speed[k - 60 : k + 61].min() and speed[k] < speed.mean()
    ]
    made: list[Corner] = []
    for k in slow:
        apex_m = float(at_m[k])
        if made and apex_m - made[-1].apex_m < 2.0 * HALF_M + 10.0:
            continue
        number = len(made) + 1
        made.append(
            Corner(
                id=f"c{number}", number=str(number), name=NAMES[(number - 1) % len(NAMES)],
                direction="left" if number % 2 else "right", entry_m=max(apex_m - HALF_M, 0.0),
                apex_m=apex_m, exit_m=min(apex_m + HALF_M, float(at_m[-1])), radius_m=40.0,
                turned_rad=1.2, character="brake",
            )
        )  # fmt: skip
    return tuple(made)


def invented_passes(comparison: Comparison, corners: tuple[Corner, ...]) -> tuple[CornerPass, ...]:
    """Return what every lap does in every corner."""
    return tuple(
        _passed(lap, corner, comparison.distance_m) for lap in comparison.laps for corner in corners
    )


def _passed(lap: ComparedLap, corner: Corner, at_m: FloatArray) -> CornerPass:
    inside = np.flatnonzero((at_m >= corner.entry_m) & (at_m <= corner.exit_m))
    speed = lap.channels["speed_mps"][inside]
    slowest = inside[int(np.argmin(speed))]
    return CornerPass(
        corner_id=corner.id,
        lap_number=lap.lap.number,
        entry_speed_mps=float(speed[0]),
        exit_speed_mps=float(speed[-1]),
        min_speed_mps=float(speed.min()),
        slowest_m=float(at_m[slowest]),
        brake_point_m=corner.entry_m - 20.0 - lap.lap.number % 4,
        brake_source="speed",
        segment_time_s=float(lap.time_s[inside[-1]] - lap.time_s[inside[0]]),
    )
