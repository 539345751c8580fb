"""Sectors: where the lap is cut for timing, and how long each lap took for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import column_medians
from apexlab_desktop.analysis.segments_timing import MICROSECONDS, PieceTimes, piece_times, stacked
from apexlab_desktop.analysis.types import ComparedLap, FloatArray, where_finite
from apexlab_desktop.errors import AnalysisError


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorConfig:
    """How sectors are placed (analysis.md 10, PAGES.md 5.5).

    Attributes
    ----------
    n_sectors : int
    search_share : float
        A boundary is sought at the top speed within this share of a sector's time around the
        equal division.
    least_m : float
        Shortest sector [m].
    """

    n_sectors: int = 3
    search_share: float = 0.4
    least_m: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """One sector and how the laps that count did in it.

    Attributes
    ----------
    name : str
        `S1`, `S2` ...
    from_m, to_m : float
        Stations [m].
    best_s, mean_s, std_s : float or None
        Over the laps that count; `std_s` of the population [s].
    best_lap : int or None
        On a tie the earlier.
    consistency_score : float or None
        `max(0, 100 - 1000 std/mean)` (analysis.md 6); None for one lap.
    """

    name: str
    from_m: float
    to_m: float
    best_s: float | None
    mean_s: float | None
    std_s: float | None
    best_lap: int | None
    consistency_score: float | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SectorTable:
    """Sectors of a session.

    Attributes
    ----------
    sectors : tuple of Sector
    times : PieceTimes
        Of every lap given, those that do not count among them.
    is_personal_best : ndarray of bool, shape (n_laps, n_sectors)
        The best lap that counts in each sector.
    """

    sectors: tuple[Sector, ...]
    times: PieceTimes
    is_personal_best: np.typing.NDArray[np.bool_]


def default_boundaries(
    laps: Sequence[ComparedLap], distance_m: FloatArray, config: SectorConfig | None = None
) -> FloatArray:
    """Return where sectors begin and end when nobody has said so: at top speeds.

    Parameters
    ----------
    laps : sequence of ComparedLap
    distance_m : ndarray, shape (n_grid,)
        [m]
    config : SectorConfig, optional

    Returns
    -------
    ndarray, shape (n_sectors + 1,)
        From 0 to the length of the lap [m].

    Notes
    -----
    A boundary at top speed is crossed quickly, so an error of position costs least time there,
    and it cuts no corner in two.
    """
    config = config or SectorConfig()
    speed, time = typical_speed(laps), typical_time(laps, distance_m)
    bounds = [0.0]
    window_s = config.search_share * time[-1] / config.n_sectors
    for k in range(1, config.n_sectors):
        target_s = time[-1] * k / config.n_sectors
        near = np.abs(time - target_s) <= window_s
        place = int(np.argmax(np.where(near & np.isfinite(speed), speed, -np.inf)))
        here_m = float(distance_m[place])
        if here_m - bounds[-1] >= config.least_m and distance_m[-1] - here_m >= config.least_m:
            bounds.append(here_m)
    return np.array([*bounds, float(distance_m[-1])])


def checked_boundaries(
    places_m: Sequence[float], length_m: float, config: SectorConfig | None = None
) -> FloatArray:
    """Return the boundaries that a user set, with both ends of the lap.

    Raises
    ------
    AnalysisError
        If they do not lie in order inside the lap.
    """
    config = config or SectorConfig()
    bounds = np.array([0.0, *(p for p in places_m if 0.0 < p < length_m), length_m])
    is_inside = len(bounds) == len([p for p in places_m if p not in (0.0, length_m)]) + 2
    if not is_inside or (np.diff(bounds) < config.least_m).any():
        raise AnalysisError(
            expected=f"sector boundaries in order, {config.least_m:g} m apart, "
            f"between 0 and {length_m:.0f} m",
            found=", ".join(f"{p:g}" for p in places_m),
        )
    return bounds


def sector_table(
    laps: Sequence[ComparedLap], distance_m: FloatArray, boundaries_m: FloatArray
) -> SectorTable:
    """Return the times of all laps, and the bests of those that count.

    Parameters
    ----------
    laps : sequence of ComparedLap
    distance_m : ndarray, shape (n_grid,)
        [m]
    boundaries_m : ndarray, shape (n_sectors + 1,)
        [m]
    """
    times = piece_times(laps, distance_m, boundaries_m)
    counts = np.array([lap.lap.is_clean for lap in laps], dtype=np.bool_)
    good = times.is_known & counts[:, None]
    sectors = tuple(
        _sector(index, times, good[:, index], boundaries_m) for index in range(times.n_pieces)
    )
    best = np.array([s.best_lap if s.best_lap is not None else math.nan for s in sectors])
    numbers = np.array(times.lap_numbers, dtype=np.float64)
    is_best = good & (numbers[:, None] == best[None, :])
    return SectorTable(sectors=sectors, times=times, is_personal_best=is_best)


def _sector(
    index: int,
    times: PieceTimes,
    counts: np.typing.NDArray[np.bool_],
    boundaries_m: FloatArray,
) -> Sector:
    column = times.time_us[counts, index] / MICROSECONDS
    numbers = [n for n, is_one in zip(times.lap_numbers, counts, strict=True) if is_one]
    mean = float(np.mean(column)) if column.size else None
    std = float(np.std(column)) if column.size else None
    score = None
    if mean and std is not None and column.size > 1:
        score = max(0.0, 100.0 - 1000.0 * std / mean)
    return Sector(
        name=f"S{index + 1}",
        from_m=float(boundaries_m[index]),
        to_m=float(boundaries_m[index + 1]),
        best_s=float(np.min(column)) if column.size else None,
        mean_s=mean,
        std_s=std,
        best_lap=numbers[int(np.argmin(column))] if numbers else None,
        consistency_score=score,
    )


def typical_speed(laps: Sequence[ComparedLap]) -> FloatArray:
    """Return the median speed at every place, NaN where no lap knows it, shape (n_grid,)."""
    return column_medians(stacked(laps, "speed_mps"))


def typical_time(laps: Sequence[ComparedLap], distance_m: FloatArray) -> FloatArray:
    """Return the mean time since the start at every place, shape (n_grid,) [s]."""
    rows = []
    for lap in laps:
        known = where_finite(lap.time_s)
        time_s = lap.time_s
        if known is not None:
            time_s = np.interp(distance_m, distance_m[known], time_s[known])
        rows.append(time_s)
    return np.asarray(np.mean(rows, axis=0))
