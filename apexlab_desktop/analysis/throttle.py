"""Where the throttle goes on behind the slowest point, and where the car is committed to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.types import BoolArray, FloatArray

_MIN_BIN_SAMPLES = 8


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
    known = np.isfinite(speed_mps) & np.isfinite(accel_long_mps2)
    speed, accel = speed_mps[known], accel_long_mps2[known]
    which = np.floor(speed / measures.speed_bin_mps).astype(np.int64)
    middles, manages = [], []
    for one in np.unique(which).tolist():
        inside = accel[which == one]
        if inside.size >= _MIN_BIN_SAMPLES:
            middles.append((one + 0.5) * measures.speed_bin_mps)
            manages.append(float(np.percentile(inside, 90.0)))
    return Ability(speed_mps=np.array(middles), accel_mps2=np.array(manages))


def pickup_station(
    lap: LapMotion, *, slowest_m: float, until_m: float, measures: CornerMeasureConfig
) -> float | None:
    """Return where the throttle is first used behind the slowest point [m].

    With a pedal above 5 %; without, where the car accelerates by 0.05 g for 0.3 s.
    """
    at = lap.between(slowest_m, until_m)
    if lap.throttle_ratio is not None:
        is_on = lap.throttle_ratio[at] > measures.pedal_on_ratio
        return _first(lap, at, is_on, held_s=0.0)
    is_on = lap.accel_long_mps2[at] > measures.pickup_mps2
    return _first(lap, at, is_on, held_s=measures.pickup_s)


def commit_station(
    lap: LapMotion,
    ability: Ability,
    *,
    slowest_m: float,
    until_m: float,
    measures: CornerMeasureConfig,
) -> float | None:
    """Return where the car is committed to the throttle behind the slowest point [m].

    With a pedal above 80 % for 0.3 s. Without, where the car accelerates by 40 % of what it manages
    at that speed, 0.03 g at least, over 10 m (analysis.md 8): in fast corners 0.1 g is unavailable.
    """
    at = lap.between(slowest_m, until_m)
    if lap.throttle_ratio is not None:
        is_on = lap.throttle_ratio[at] >= measures.commit_throttle_ratio
        return _first(lap, at, is_on, held_s=measures.commit_s)
    wanted = np.maximum(
        measures.commit_least_mps2, measures.commit_share * ability.at(lap.speed_mps[at])
    )
    is_on = lap.accel_long_mps2[at] > wanted
    return _first(lap, at, is_on, held_m=measures.commit_way_m)


def coast_time(
    lap: LapMotion, *, from_m: float, until_m: float, measures: CornerMeasureConfig
) -> float | None:
    """Return how long a lap neither braked nor accelerated between two places [s].

    With both pedals: none of them used. Without: less than 0.05 g either way.
    """
    if until_m <= from_m:
        return 0.0
    at = lap.between(from_m, until_m)
    if lap.time_s[at].size < 2:
        return 0.0
    if lap.throttle_ratio is not None and lap.brake_ratio is not None:
        is_idle = (lap.throttle_ratio[at] <= measures.pedal_on_ratio) & (
            lap.brake_ratio[at] <= measures.pedal_off_ratio
        )
    elif lap.knows(at):
        is_idle = np.abs(lap.accel_long_mps2[at]) < measures.coast_mps2
    else:
        return None
    return float(np.sum(np.gradient(lap.time_s[at])[is_idle]))


def _first(
    lap: LapMotion, at: slice, is_on: BoolArray, *, held_s: float = 0.0, held_m: float = 0.0
) -> float | None:
    """Return the first station from which `is_on` holds for a time and a way [m]."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_on, [False])).astype(np.int8)))
    time_s, station_m = lap.time_s[at], lap.station_m[at]
    for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        last = min(stop, time_s.size - 1)
        is_held = time_s[last] - time_s[first] >= held_s
        if is_held and station_m[last] - station_m[first] >= held_m:
            return float(station_m[first])
    return None
