"""Stretches of a lap between two places, which may lie over the start line."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.types import BoolArray, FloatArray


def zone_length(corner: Corner, length_m: float) -> float:
    """Return the way from a corner's entry to its exit [m]."""
    return (corner.exit_m - corner.entry_m) % length_m


def gap_between(before: Corner, after: Corner, length_m: float) -> float:
    """Return the way from one corner's exit to the next one's entry [m]."""
    gap_m = (after.entry_m - before.exit_m) % length_m
    # Neighbours may share a place; a hair behind it is not a lap ahead.
    return 0.0 if gap_m > length_m - 1e-6 else gap_m


def is_inside(station_m: FloatArray, from_m: float, to_m: float) -> BoolArray:
    """Return which stations lie from one place to another, shape of `station_m`."""
    if from_m <= to_m:
        return np.asarray((station_m >= from_m) & (station_m <= to_m))
    return np.asarray((station_m >= from_m) | (station_m <= to_m))
