"""How long a lap took from place to place, and how sure that is."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.lap_motion import LapMotion, median_of_laps
from apexlab_desktop.analysis.types import Comparison


class SegmentClock:
    """The times of one lap of a comparison between places.

    Parameters
    ----------
    comparison : Comparison
    index : int
        Which lap of it.
    motion : LapMotion
        The same lap on its fixes, for places beyond the start line.
    config : AnalysisConfig
    """

    def __init__(
        self,
        comparison: Comparison,
        index: int,
        motion: LapMotion,
        config: AnalysisConfig,
    ) -> None:
        self._lap = comparison.laps[index]
        self._grid_m = comparison.distance_m
        self._motion, self._config = motion, config
        others = [
            one.delta_t_sigma_s
            for k, one in enumerate(comparison.laps)
            if k != comparison.reference_index
        ]
        # A lap against itself is certain; as one of a pair it is as sure as the other.
        own = self._lap.delta_t_sigma_s
        if index == comparison.reference_index:
            own = median_of_laps(others) if others else np.full(own.size, np.nan)
        self._sigma_s = own / np.sqrt(2.0)

    def at(self, station_m: float) -> float:
        """Return when the lap was at a running station, since its start [s]."""
        if 0.0 <= station_m <= float(self._grid_m[-1]):
            return float(np.interp(station_m, self._grid_m, self._lap.time_s))
        return self._motion.time_at(station_m)

    def between(self, from_m: float, to_m: float) -> tuple[float | None, float | None]:
        """Return the time between two running stations and one sigma of it [s].

        Notes
        -----
        The errors of both ends are those of the delta there. Their slow part is nearly the same at
        both and cancels, as far as the direction of driving is.
        """
        span_s = self.at(to_m) - self.at(from_m)
        if not np.isfinite(span_s):
            return None, None
        first, last = self._sigma_at(from_m), self._sigma_at(to_m)
        shared = float(np.exp(-span_s / (0.5 * self._config.residual_low_pass_s)))
        variance = first**2 + last**2 - 2.0 * shared * first * last
        return span_s, float(np.sqrt(variance)) if np.isfinite(variance) else None

    def place_sigma(self, station_m: float, time_sigma_s: float) -> float:
        """Return one sigma of a place that was found at an uncertain time [m]."""
        speed_mps = self._motion.speed_at(station_m)
        place_s = self._sigma_at(station_m)
        place_s = place_s if np.isfinite(place_s) else 0.0
        return float(speed_mps * np.hypot(time_sigma_s, place_s))

    def _sigma_at(self, station_m: float) -> float:
        length_m = float(self._grid_m[-1])
        return float(np.interp(station_m % length_m, self._grid_m, self._sigma_s))
