"""Stretches of a lap: from one top of speed to the next, with what was braked for in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import FloatArray

LEAST_DROP_SHARE = 0.10
"""A top counts when speed falls below it by this share of the lap's range: noise does not."""


def speed_tops(distance_m: FloatArray, speed_mps: FloatArray) -> list[float]:
    """Return the places of the tops of speed inside the lap [m].

    Parameters
    ----------
    distance_m, speed_mps : ndarray, shape (n,)
        Increasing places and the speed there; NaN where unknown.

    Notes
    -----
    A top is the highest place between two falls of `LEAST_DROP_SHARE` of the range of speed. The
    ends of the lap are none.
    """
    known = speed_mps == speed_mps
    places, speeds = distance_m[known].tolist(), speed_mps[known].tolist()
    if not speeds:
        return []
    least = LEAST_DROP_SHARE * (max(speeds) - min(speeds))
    if least <= 0.0:
        return []
    tops: list[float] = []
    is_rising, turn = False, 0
    for index, speed in enumerate(speeds):
        if is_rising and speed <= speeds[turn] - least:
            tops.append(places[turn])
            is_rising, turn = False, index
        elif not is_rising and speed >= speeds[turn] + least:
            is_rising, turn = True, index
        elif (speed > speeds[turn]) is is_rising and speed != speeds[turn]:
            turn = index
    return tops


def segment_at(
    distance_m: FloatArray, speed_mps: FloatArray, place_m: float
) -> tuple[float, float]:
    """Return both ends of the segment that holds a place [m]; the first begins at the line."""
    ends = [
        float(distance_m[0]),
        *speed_tops(distance_m, speed_mps),
        float(distance_m[-1]),
    ]
    low = max((end for end in ends if end <= place_m), default=ends[0])
    if low >= ends[-1]:
        return ends[-2], ends[-1]
    return low, min(end for end in ends if end > low)
