"""What a car did in each lap, as samples in time, and the levels it held for a while."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.types import BoolArray, Comparison, FloatArray

_QUIET_MPS2 = 0.03 * STANDARD_GRAVITY_MPS2
"""Accelerations that scatter no more are taken as they are (algorithms.md 2.4)."""
_LONG_WINDOW_S, _SLOPE_WINDOW_S, _MOST_WINDOW_S = 0.8, 0.5, 1.2
_MIN_SAMPLES = 20


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GripSamples:
    """Motion of laps at the same places; arrays have shape (n_laps, n_grid), NaN inside dropouts.

    Attributes
    ----------
    distance_m : ndarray, shape (n_grid,)
        Stations [m].
    speed_mps, accel_long_mps2, accel_lat_mps2 : ndarray
        Left turn and speeding up positive, as they would be on the level [m/s, m/s2].
    weight_s : ndarray
        Time spent there, 0 where nothing is known [s].
    lap_numbers : tuple of int
    window_s : float
        Over which the accelerations were averaged because they are noisy; 0 where they are not [s].
    """

    distance_m: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    weight_s: FloatArray
    lap_numbers: tuple[int, ...]
    window_s: float = 0.0


def grip_samples(comparison: Comparison, grade_rad: FloatArray | None = None) -> GripSamples:
    """Return the motion of the clean laps of a comparison, of all where none is clean.

    Parameters
    ----------
    comparison : Comparison
        As `laps_at_places` gives it.
    grade_rad : ndarray, shape (n_grid,), optional
        Slope of the road, up positive: what gravity did along it is then taken off [rad].
    """
    laps = [lap for lap in comparison.laps if lap.lap.is_clean] or list(comparison.laps)

    def stacked(name: str) -> FloatArray:
        return np.stack([lap.channels[name] for lap in laps])

    speed, along, across = (
        stacked(name) for name in ("speed_mps", "accel_long_mps2", "accel_lat_mps2")
    )
    if grade_rad is not None:
        along = along + STANDARD_GRAVITY_MPS2 * np.sin(grade_rad)
    time_s = np.stack([lap.time_s for lap in laps])
    window_s = quiet_window(across, time_s)
    along, across = (averaged(values, time_s, window_s) for values in (along, across))
    weight = np.gradient(time_s, axis=1)
    known = np.isfinite(speed) & np.isfinite(along) & np.isfinite(across) & (weight > 0.0)
    return GripSamples(
        distance_m=comparison.distance_m,
        speed_mps=speed,
        accel_long_mps2=along,
        accel_lat_mps2=across,
        weight_s=np.where(known, weight, 0.0),
        lap_numbers=tuple(lap.lap.number for lap in laps),
        window_s=window_s,
    )


def quiet_window(accel_mps2: FloatArray, time_s: FloatArray) -> float:
    """Return over how long accelerations must be averaged until they scatter little enough [s].

    Parameters
    ----------
    accel_mps2, time_s : ndarray, shape (n_laps, n_grid)
        Lateral acceleration, which changes little on straights, and the time at each place.

    Notes
    -----
    The noise of a slope over a window falls with the window to the power 1.5, and what comes here
    is the slope of the velocity over half a second (algorithms.md 2.1, 8).
    """
    rest = accel_mps2 - averaged(accel_mps2, time_s, _LONG_WINDOW_S)
    known = np.isfinite(rest)
    if not known.any():
        return 0.0
    sigma = float(np.median(np.abs(rest[known]))) / 0.6745
    if sigma <= _QUIET_MPS2:
        return 0.0
    return min(_SLOPE_WINDOW_S * math.pow(sigma / _QUIET_MPS2, 2.0 / 3.0), _MOST_WINDOW_S)


def averaged(values: FloatArray, time_s: FloatArray, window_s: float) -> FloatArray:
    """Return means over a window of time around each place, of the shape of `values`.

    Parameters
    ----------
    values, time_s : ndarray, shape (n_laps, n_grid)
        NaN inside dropouts, where it stays.
    window_s : float
        0 changes nothing [s].
    """
    if window_s <= 0.0:
        return values
    found = np.full(values.shape, np.nan)
    for row, (level, at_s) in enumerate(zip(values, time_s, strict=True)):
        known = np.isfinite(level) & np.isfinite(at_s)
        if np.count_nonzero(known) < _MIN_SAMPLES:
            continue
        t, a = at_s[known], level[known]
        total = np.append(0.0, np.cumsum(0.5 * (a[1:] + a[:-1]) * np.diff(t)))
        first, last = (np.clip(t + half, t[0], t[-1]) for half in (-0.5 * window_s, 0.5 * window_s))
        found[row, known] = (np.interp(last, t, total) - np.interp(first, t, total)) / (
            last - first
        )
    return found


def held_levels(
    level: FloatArray, speed_mps: FloatArray, weight_s: FloatArray, chosen: BoolArray, held_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return the level that each run of chosen samples held for some time, and the speed at it.

    Parameters
    ----------
    level, speed_mps, weight_s : ndarray, shape (n_laps, n_grid)
    chosen : ndarray of bool, shape (n_laps, n_grid)
        Runs of it are one event each: a pass through a corner, a braking.
    held_s : float
        How long, in all, the level was reached or exceeded [s]; shorter runs count for nothing.

    Returns
    -------
    level : ndarray, shape (m,)
        One per run.
    speed_mps : ndarray, shape (m,)
        Mean speed while it was reached [m/s].

    Notes
    -----
    A maximum is one noisy sample (T-21). The level held for a fraction of a second has the noise of
    many: half of what is above it and half of what is below are noise alike.
    """
    found: list[tuple[float, float]] = []
    for lap, run in _runs(chosen & (weight_s > 0.0)):
        order = np.argsort(level[lap, run])[::-1]
        spent = np.cumsum(weight_s[lap, run][order])
        if spent[-1] < held_s:
            continue
        last = int(np.searchsorted(spent, held_s))
        speeds = speed_mps[lap, run][order[: last + 1]]
        found.append((float(level[lap, run][order[last]]), float(np.mean(speeds))))
    pairs = np.array(found, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def settled(chosen: BoolArray, weight_s: FloatArray, after_s: float, before_s: float) -> BoolArray:
    """Return the inner part of each run of chosen samples, shape (n_laps, n_grid).

    Parameters
    ----------
    chosen : ndarray of bool, shape (n_laps, n_grid)
    weight_s : ndarray, shape (n_laps, n_grid)
        Time spent at each sample [s].
    after_s, before_s : float
        What is left out at the beginning and at the end of each run: pedals take their time [s].
    """
    inner = np.zeros(chosen.shape, dtype=np.bool_)
    for lap, run in _runs(chosen & (weight_s > 0.0)):
        since = np.cumsum(weight_s[lap, run])
        inner[lap, run] = (since > after_s) & (since < since[-1] - before_s)
    return inner


def _runs(chosen: BoolArray) -> Iterator[tuple[int, slice]]:
    edges = np.diff(np.pad(chosen, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, stops = np.nonzero(edges == 1), np.nonzero(edges == -1)
    for lap, first, stop in zip(starts[0], starts[1], stops[1], strict=True):
        yield int(lap), slice(int(first), int(stop))
