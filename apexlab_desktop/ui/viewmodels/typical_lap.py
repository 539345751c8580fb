"""The typical clean lap: what most laps do, and how far they scatter."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.arrays import FloatArray

if TYPE_CHECKING:
    from apexlab_desktop.analysis.debrief import Debrief


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TypicalLap:
    """Means and quantiles over the clean laps; arrays have shape (n_grid,).

    Attributes
    ----------
    distance_m : ndarray
    delta_s : ndarray
        Mean time behind the best lap [s].
    speed_mps, low_mps, high_mps : ndarray
        Mean speed, and what 10 % and 90 % of the laps stay below [m/s].
    best_mps : ndarray
        Speed of the best lap [m/s].
    best_number : int
    n_laps : int
    """

    distance_m: FloatArray
    delta_s: FloatArray
    speed_mps: FloatArray
    low_mps: FloatArray
    high_mps: FloatArray
    best_mps: FloatArray
    best_number: int
    n_laps: int


def typical_lap(debrief: Debrief) -> TypicalLap | None:
    """Return the typical lap, None with fewer than two clean ones."""
    comparison = debrief.comparison
    clean = [lap for lap in comparison.laps if lap.lap.is_clean]
    if len(clean) < 2:
        return None
    best = min(clean, key=lambda lap: lap.lap.lap_time_s or np.inf)
    speeds = np.stack([lap.channels["speed_mps"] for lap in clean])
    delays = np.stack([lap.time_s - best.time_s for lap in clean])
    with warnings.catch_warnings():
        # A place that no lap knows stays unknown.
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanquantile(speeds, (0.1, 0.9), axis=0)
        return TypicalLap(
            distance_m=comparison.distance_m,
            delta_s=np.nanmean(delays, axis=0),
            speed_mps=np.nanmean(speeds, axis=0),
            low_mps=low,
            high_mps=high,
            best_mps=best.channels["speed_mps"],
            best_number=best.lap.number,
            n_laps=len(clean),
        )
