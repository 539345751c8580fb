"""Laps on their own fixes, with a little of their neighbours, at stations that run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.order_statistics import column_medians
from apexlab_desktop.analysis.ragged import Stretches
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray


def _no_gap() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapMotion:
    """Fixes of a lap and around it, or of several laps one after the other; shape (n,).

    Each of several laps counts from its own zero of time and station, far enough from its
    neighbours' that no place of one is a place of another; between two laps lies one sample that is
    none, without any motion.

    Attributes
    ----------
    time_s : ndarray
        Since the lap's start; negative before it [s].
    station_m : ndarray
        On the line, running on: negative before the start, beyond the length after the end [m].
    speed_mps, accel_long_mps2, accel_lat_mps2 : ndarray
    brake_ratio, throttle_ratio : ndarray or None
        Scaled pedals.
    rate_hz : float
    gaps : ndarray of int, shape (n_laps - 1,)
        The samples between laps.
    """

    time_s: FloatArray
    station_m: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    brake_ratio: FloatArray | None
    throttle_ratio: FloatArray | None
    rate_hz: float
    gaps: IntArray = field(default_factory=_no_gap)

    def between(self, from_m: FloatArray, to_m: FloatArray) -> Stretches:
        """Return the samples from stations to others of the same lap.

        None if these lie before, or one of the two is NaN.
        """
        first, stop = np.searchsorted(self.station_m, (from_m, to_m))
        return Stretches(first, np.where(np.isnan(to_m), first, np.maximum(stop, first)))

    def time_at(self, station_m: npt.ArrayLike) -> FloatArray:
        """Return when the lap was at stations, NaN where it is not known [s]."""
        return _at(station_m, self.station_m, self._on_laps(self.time_s))

    def station_at(self, time_s: npt.ArrayLike) -> FloatArray:
        """Return where the lap was at instants, NaN where it is not known [m]."""
        return _at(time_s, self.time_s, self._on_laps(self.station_m))

    def speed_at(self, station_m: npt.ArrayLike) -> FloatArray:
        """Return the speed at stations, NaN where it is not known [m/s]."""
        return _at(station_m, self.station_m, self.speed_mps)

    def speed_at_time(self, time_s: npt.ArrayLike) -> FloatArray:
        """Return the speed at instants, NaN where it is not known [m/s]."""
        return _at(time_s, self.time_s, self.speed_mps)

    def lap_bounds(self, index: IntArray) -> Stretches:
        """Return the samples of the laps that some samples are from."""
        which = np.searchsorted(self.gaps, index)
        first = np.concatenate(([0], self.gaps + 1))
        stop = np.concatenate((self.gaps, [self.time_s.size]))
        return Stretches(first[which], stop[which])

    def knows(self, at: Stretches) -> BoolArray:
        """Return whether the motion is known all over some samples."""
        return np.asarray(at.count(~np.isfinite(self.accel_long_mps2)) == 0)

    def _on_laps(self, values: FloatArray) -> FloatArray:
        if not self.gaps.size:
            return values
        values = values.copy()
        values[self.gaps] = np.nan
        return values


def _at(places: npt.ArrayLike, own: FloatArray, values: FloatArray) -> FloatArray:
    wanted = np.asarray(places, dtype=np.float64)
    return np.asarray(np.interp(wanted, own, values, left=np.nan, right=np.nan))


def median_of_laps(rows: Sequence[FloatArray]) -> FloatArray:
    """Return the median of several laps at each place; NaN where no lap is known."""
    return column_medians(np.array(rows))
