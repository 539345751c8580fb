"""Where the throttle goes on behind the slowest point, and where the car is committed to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.order_statistics import quantile
from apexlab_desktop.analysis.ragged import next_true, runs_of
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, where_finite

_MIN_BIN_SAMPLES = 8
_SAME_S = 1e-6
"""Stamps are whole microseconds: three intervals of 0.1 s are 0.3 s, whatever the rounding."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ability:
    """What a car manages to accelerate with, by speed; shape (n,).

    Attributes
    ----------
    speed_mps, accel_mps2 : ndarray
        Middle of each bin, and the 90th percentile of the acceleration in it.
    """

    speed_mps: FloatArray
    accel_mps2: FloatArray

    def at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the acceleration the car manages at speeds, 0 where nothing is known."""
        if not self.speed_mps.size:
            return np.zeros_like(speed_mps)
        return np.interp(speed_mps, self.speed_mps, self.accel_mps2)


def ability_of(
    speed_mps: FloatArray, accel_long_mps2: FloatArray, measures: CornerMeasureConfig
) -> Ability:
    """Return what a car manages at each speed, from all samples of its laps.

    Parameters
    ----------
    speed_mps, accel_long_mps2 : ndarray, shape (n,)
        NaN where unknown.
    measures : CornerMeasureConfig
    """
    speed, accel = speed_mps, accel_long_mps2
    if where_finite(speed) is not None or where_finite(accel) is not None:
        known = np.isfinite(speed) & np.isfinite(accel)
        speed, accel = speed[known], accel[known]
    which = np.floor(speed / measures.speed_bin_mps).astype(np.int16)
    # Few different whole numbers are sorted in one go over them.
    accel = accel[np.argsort(which, kind="stable")]
    bins, sizes = _counted(which)
    middles, manages = [], []
    for one, size, stop in zip(bins, sizes, np.cumsum(sizes), strict=True):
        if size >= _MIN_BIN_SAMPLES:
            middles.append((one + 0.5) * measures.speed_bin_mps)
            manages.append(quantile(accel[stop - size : stop], 0.9))
    return Ability(speed_mps=np.array(middles), accel_mps2=np.array(manages))


def _counted(which: npt.NDArray[np.integer]) -> tuple[IntArray, IntArray]:
    """Return the different whole numbers there are, and how often each occurs."""
    if not which.size:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    least = int(which.min())
    counts = np.bincount(which - least)
    there = np.flatnonzero(counts)
    return there + least, counts[there]


def pickup_station(
    lap: LapMotion, *, slowest_m: FloatArray, until_m: FloatArray, measures: CornerMeasureConfig
) -> FloatArray:
    """Return where the throttle is first used behind slowest points, NaN where it is not [m].

    With a pedal above 5 %; without, where the car accelerates by 0.05 g for 0.3 s.

    Parameters
    ----------
    lap : LapMotion
    slowest_m, until_m : ndarray, shape (n,)
        Running stations; NaN gives NaN [m].
    measures : CornerMeasureConfig
    """
    if lap.throttle_ratio is not None:
        is_on = lap.throttle_ratio > measures.pedal_on_ratio
        return _first(lap, slowest_m, until_m, is_on)
    is_on = lap.accel_long_mps2 > measures.pickup_mps2
    return _first(lap, slowest_m, until_m, is_on, held_s=measures.pickup_s)


def commit_station(
    lap: LapMotion,
    ability: Ability,
    *,
    slowest_m: FloatArray,
    until_m: FloatArray,
    measures: CornerMeasureConfig,
) -> FloatArray:
    """Return where the car is committed to the throttle behind slowest points, else NaN [m].

    With a pedal above 80 % for 0.3 s. Without, where the car accelerates by 40 % of what it manages
    at that speed, 0.03 g at least, over 10 m (analysis.md 8): in fast corners 0.1 g is unavailable.

    Parameters
    ----------
    lap : LapMotion
    ability : Ability
    slowest_m, until_m : ndarray, shape (n,)
        Running stations; NaN gives NaN [m].
    measures : CornerMeasureConfig
    """
    if lap.throttle_ratio is not None:
        is_on = lap.throttle_ratio >= measures.commit_throttle_ratio
        return _first(lap, slowest_m, until_m, is_on, held_s=measures.commit_s)
    is_on = lap.accel_long_mps2 > measures.commit_least_mps2
    maybe = np.flatnonzero(is_on)
    wanted = measures.commit_share * ability.at(lap.speed_mps[maybe])
    is_on[maybe] = lap.accel_long_mps2[maybe] > wanted
    return _first(lap, slowest_m, until_m, is_on, held_m=measures.commit_way_m)


def coast_time(
    lap: LapMotion, *, from_m: FloatArray, until_m: FloatArray, measures: CornerMeasureConfig
) -> FloatArray:
    """Return how long laps neither braked nor accelerated between places [s].

    With both pedals: none of them used. Without: less than 0.05 g either way.

    Parameters
    ----------
    lap : LapMotion
    from_m, until_m : ndarray, shape (n,)
        Running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    ndarray, shape (n,)
        NaN where accelerations are not known, or a place is not.
    """
    at = lap.between(from_m, until_m)
    index, _ = at.samples()
    if lap.throttle_ratio is not None and lap.brake_ratio is not None:
        is_idle = (lap.throttle_ratio[index] <= measures.pedal_on_ratio) & (
            lap.brake_ratio[index] <= measures.pedal_off_ratio
        )
        coast_s = at.time_where(is_idle, lap.time_s)
    else:
        is_idle = np.abs(lap.accel_long_mps2[index]) < measures.coast_mps2
        coast_s = at.time_where(is_idle, lap.time_s)
        coast_s[~lap.knows(at) & (at.size > 1)] = np.nan
    coast_s[np.isnan(from_m) | np.isnan(until_m)] = np.nan
    return coast_s


def _first(
    lap: LapMotion,
    from_m: FloatArray,
    until_m: FloatArray,
    is_on: BoolArray,
    *,
    held_s: float = 0.0,
    held_m: float = 0.0,
) -> FloatArray:
    """Return the first stations from which `is_on` holds for a time and a way, else NaN [m].

    Of the runs of True the first one may be cut by where it is looked for, and so may the last.
    """
    at, runs = lap.between(from_m, until_m), runs_of(is_on)
    n_samples, n_runs = lap.time_s.size, runs.first.size
    first, stop = np.append(runs.first, n_samples), np.append(runs.stop, n_samples)

    def is_held(begin: IntArray, behind: IntArray, end: IntArray) -> BoolArray:
        last = np.minimum(behind, end - 1)
        is_there = begin < end
        last, begin = np.where(is_there, last, 0), np.where(is_there, begin, 0)
        long_s = lap.time_s[last] - lap.time_s[begin]
        long_m = lap.station_m[last] - lap.station_m[begin]
        return np.asarray(is_there & (long_s > held_s - _SAME_S) & (long_m >= held_m))

    following = next_true(is_held(runs.first, runs.stop, np.full(n_runs, n_samples)))
    cut = np.searchsorted(runs.stop, at.first, side="right")
    begin = np.maximum(first[cut], at.first)
    whole = following[np.minimum(cut + 1, n_runs)]
    is_cut = is_held(begin, stop[cut], at.stop)
    is_whole = is_held(first[whole], stop[whole], at.stop)
    index = np.where(is_cut, begin, np.where(is_whole, first[whole], 0))
    found_m = np.where(is_cut | is_whole, lap.station_m[index], np.nan)
    return np.where(np.isnan(from_m) | np.isnan(until_m), np.nan, found_m)
