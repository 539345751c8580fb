"""How long laps took from place to place, and how sure that is."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.lap_motion import median_of_laps
from apexlab_desktop.analysis.laps_in_row import LapsInRow
from apexlab_desktop.analysis.types import Comparison, FloatArray, IntArray


class SegmentClock:
    """The times of laps of a comparison between places.

    Parameters
    ----------
    comparison : Comparison
    row : LapsInRow
        The same laps on their fixes, for places beyond the start line.
    config : AnalysisConfig
    """

    def __init__(self, comparison: Comparison, row: LapsInRow, config: AnalysisConfig) -> None:
        self._comparison, self._row, self._config = comparison, row, config
        self._grid_m = comparison.distance_m
        self._laps = row.laps.tolist()

    def at(self, station_m: FloatArray) -> FloatArray:
        """Return when each lap was at running stations, shape (n_laps, n_stations) [s].

        Since its start; `station_m` counts from the start line of each.
        """
        row = self._row
        times_s = np.empty((len(self._laps), station_m.size))
        is_on_line = (station_m >= 0.0) & (station_m <= float(self._grid_m[-1]))
        for k, index in enumerate(self._laps):
            own_s = self._comparison.laps[index].time_s
            times_s[k, is_on_line] = np.interp(station_m[is_on_line], self._grid_m, own_s)
        beyond_m = row.zero_m[:, None] + station_m[~is_on_line]
        times_s[:, ~is_on_line] = row.motion.time_at(beyond_m) - row.zero_s[:, None]
        return times_s

    def between(self, from_m: FloatArray, to_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the times between running stations and one sigma, shape (n_laps, n) [s].

        Notes
        -----
        The errors of both ends are those of the delta there. Their slow part is nearly the same at
        both and cancels, as far as the direction of driving is.
        """
        span_s = self.at(to_m) - self.at(from_m)
        first, last = (
            np.array([self._sigma_of(k, ends_m) for k in range(len(self._laps))])
            for ends_m in (from_m, to_m)
        )
        shared = np.exp(-span_s / (0.5 * self._config.residual_low_pass_s))
        variance = first**2 + last**2 - 2.0 * shared * first * last
        with np.errstate(invalid="ignore"):
            return span_s, np.sqrt(variance)

    def place_sigma(
        self, lap: IntArray, station_m: FloatArray, time_sigma_s: FloatArray
    ) -> FloatArray:
        """Return one sigma of places that were found at uncertain times, shape (n,) [m].

        Parameters
        ----------
        lap : ndarray of int, shape (n,)
            Which of the laps.
        station_m : ndarray, shape (n,)
            Running stations of all laps one after the other [m].
        time_sigma_s : ndarray, shape (n,)
            [s]
        """
        own_m = station_m - self._row.zero_m[lap]
        place_s = np.zeros(lap.size)
        for k in np.unique(lap).tolist():
            place_s[lap == k] = self._sigma_of(k, own_m[lap == k])
        place_s[np.isnan(place_s)] = 0.0
        return np.asarray(self._row.motion.speed_at(station_m) * np.hypot(time_sigma_s, place_s))

    def _sigma_of(self, lap: int, station_m: FloatArray) -> FloatArray:
        """Return one sigma of a lap's time since its start at running stations [s].

        A lap against itself is certain; as one of a pair it is as sure as the others are.
        """
        grid_m, laps = self._grid_m, self._comparison.laps
        at_m = station_m % float(grid_m[-1])
        index, reference = self._laps[lap], self._comparison.reference_index
        if index != reference:
            own_s = laps[index].delta_t_sigma_s
            return np.asarray(np.interp(at_m, grid_m, own_s) / np.sqrt(2.0))
        others = [one.delta_t_sigma_s for k, one in enumerate(laps) if k != reference]
        if not others:
            return np.full(at_m.size, np.nan)
        # Only the places next to those asked for.
        right = np.clip(np.searchsorted(grid_m, at_m), 1, grid_m.size - 1)
        near = np.unique(np.concatenate((right - 1, right)))
        median_s = median_of_laps([row[near] for row in others])
        return np.asarray(np.interp(at_m, grid_m[near], median_s) / np.sqrt(2.0))
