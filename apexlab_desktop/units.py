"""Unit factors for the edges. Inside everything is SI."""

from __future__ import annotations

from enum import StrEnum

KMH_PER_MPS = 3.6
MPH_PER_MPS = 2.2369362920544025
FEET_PER_METRE = 1.0 / 0.3048
MILES_PER_METRE = 1.0 / 1609.344
STANDARD_GRAVITY_MPS2 = 9.80665


class UnitSystem(StrEnum):
    """What people read; changes the view only."""

    METRIC = "metric"
    IMPERIAL = "imperial"
