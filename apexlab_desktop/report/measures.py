"""SI values to the numbers and units that people read, metric or imperial."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apexlab_desktop.formatting import DASH
from apexlab_desktop.units import (
    FEET_PER_METRE,
    KMH_PER_MPS,
    MILES_PER_METRE,
    MPH_PER_MPS,
    UnitSystem,
)

NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Factors and unit words of one unit system.

    Attributes
    ----------
    speed_factor, speed_unit : float, str
        From m/s.
    length_factor, length_unit : float, str
        From metres, for a lap's length.
    axis_factor, axis_unit : float, str
        From metres, for the ticks of a distance axis.
    """

    speed_factor: float
    speed_unit: str
    length_factor: float
    length_unit: str
    axis_factor: float
    axis_unit: str

    def speed(self, speed_mps: float | None) -> str:
        """Return the speed in whole units, or a dash when unknown."""
        return self._whole(speed_mps, self.speed_factor, self.speed_unit)

    def length(self, metres: float | None) -> str:
        """Return a length in whole metres or feet, or a dash when unknown."""
        return self._whole(metres, self.length_factor, self.length_unit)

    @staticmethod
    def _whole(value: float | None, factor: float, unit: str) -> str:
        if value is None or not math.isfinite(value):
            return DASH
        return f"{value * factor:,.0f}{NO_BREAK_SPACE}{unit}"


_METRIC = Measures(
    speed_factor=KMH_PER_MPS,
    speed_unit="km/h",
    length_factor=1.0,
    length_unit="m",
    axis_factor=0.001,
    axis_unit="km",
)
_IMPERIAL = Measures(
    speed_factor=MPH_PER_MPS,
    speed_unit="mph",
    length_factor=FEET_PER_METRE,
    length_unit="ft",
    axis_factor=MILES_PER_METRE,
    axis_unit="mi",
)


def measures_of(units: UnitSystem) -> Measures:
    """Return the factors and words of a unit system."""
    return _METRIC if units is UnitSystem.METRIC else _IMPERIAL
