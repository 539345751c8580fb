"""The driven lap and the optimal one over distance, and what lies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from apexlab_desktop.analysis.optimal_session import SessionOptimum
    from apexlab_desktop.analysis.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OptimalCurves:
    """Both laps at the same stations; arrays have shape (n,).

    Attributes
    ----------
    station_m : ndarray
        From 0 to the length of a closed line [m].
    driven_mps, optimal_mps : ndarray
        [m/s]
    behind_s : ndarray
        Time since the start of the driven lap less that of the optimal one [s].
    """

    station_m: FloatArray
    driven_mps: FloatArray
    optimal_mps: FloatArray
    behind_s: FloatArray

    @property
    def length_m(self) -> float:
        """The last station [m]."""
        return float(self.station_m[-1])

    def at(self, place_m: float) -> tuple[float, float, float]:
        """Return driven speed, optimal speed [m/s] and time behind [s] at a place."""
        curves = (self.driven_mps, self.optimal_mps, self.behind_s)
        driven, optimal, behind = (float(np.interp(place_m, self.station_m, c)) for c in curves)
        return driven, optimal, behind


def optimal_curves(optimum: SessionOptimum) -> OptimalCurves:
    """Return both laps with the time between them, which ends with the gap of the lap times.

    Notes
    -----
    The way of each step is what the driver drove, its time over the mean speed: twice the way over
    the sum of both speeds is that time again.
    """
    driven, optimal = optimum.driven_speed_mps, optimum.profile.speed_mps
    station_m, step_m = optimum.places.station_m, optimum.profile.path.step_m
    if optimum.places.is_closed:
        station_m = np.append(station_m, optimum.places.length_m)
        driven, optimal = (np.append(speed, speed[0]) for speed in (driven, optimal))
    lost_s = 2.0 * step_m / np.maximum(driven[1:] + driven[:-1], 0.2) - 2.0 * step_m / (
        optimal[1:] + optimal[:-1]
    )
    behind_s = np.append(0.0, np.cumsum(lost_s))
    # What is left to the gap of the lap times is how a lap's ends were timed: spread over the way.
    gap_s = optimum.driven_time_s - optimum.profile.lap_time_s
    behind_s += (gap_s - behind_s[-1]) * np.linspace(0.0, 1.0, behind_s.size)
    return OptimalCurves(
        station_m=station_m, driven_mps=driven, optimal_mps=optimal, behind_s=behind_s
    )
