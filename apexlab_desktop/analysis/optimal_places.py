"""Stations between two places of a line that may go round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Places:
    """The stations of a lap.

    Attributes
    ----------
    station_m : ndarray, shape (n,)
        Increasing; a closed line's first station is not repeated at its end [m].
    length_m : float
        Of the line [m].
    is_closed : bool
    """

    station_m: FloatArray
    length_m: float
    is_closed: bool

    def between(self, first_m: float, last_m: float) -> IntArray:
        """Return the stations from one place on to another, over the start line if need be.

        Never empty: at least the station nearest to `first_m` (T-33).
        """
        way_m = last_m - first_m
        if self.is_closed:
            ahead = np.mod(self.station_m - first_m, self.length_m)
            way_m = way_m if way_m == self.length_m else way_m % self.length_m
        else:
            ahead = np.where(self.station_m < first_m, np.inf, self.station_m - first_m)
        inside = np.flatnonzero(ahead <= way_m)
        if not inside.size:
            inside = np.array([np.argmin(np.abs(self.station_m - first_m % self.length_m))])
        return np.asarray(inside[np.argsort(ahead[inside], kind="stable")], dtype=np.int64)

    def apart_m(self, first: int, second: int) -> float:
        """Return how far the station `second` lies behind `first`, the shorter way round [m]."""
        way_m = float(self.station_m[second] - self.station_m[first])
        if not self.is_closed:
            return way_m
        half = 0.5 * self.length_m
        return (way_m + half) % self.length_m - half
