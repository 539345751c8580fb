"""How far apart laps lie across the track, and would lie if their positions were moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.lap_path import laps_on_line
from apexlab_desktop.analysis.order_statistics import column_medians, median
from apexlab_desktop.analysis.outliers import MAD_TO_SIGMA
from apexlab_desktop.analysis.projection import LineTable
from apexlab_desktop.analysis.types import (
    BoolArray,
    FloatArray,
    Lap,
    ReferenceLine,
    Trajectory,
)

ComplexArray = npt.NDArray[np.complex128]

_VIEW_STEP = 3
"""Coarse grid steps between the places at which laps are compared."""
_EXCURSION_M = 3.0
"""A lap that is further off the others by its fixes is no witness of the receiver there."""
_EXCURSION_SIGMAS = 3.0
_TAME_M = 25.0
"""A guess that moves a lap further off the others is as bad as any."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapViews:
    """Laps seen from the same places; arrays have shape (n_laps, n_places).

    Attributes
    ----------
    offset_m : ndarray
        Left of the line [m].
    time_s : ndarray
        When the lap was there [s].
    normal : ndarray of complex, shape (n_places,)
        Unit vectors to the left.
    """

    offset_m: FloatArray
    time_s: FloatArray
    normal: ComplexArray

    def witnesses(self) -> BoolArray:
        """Return where laps are near enough to the others to tell, shape (n_laps, n_places).

        By their fixes alone, so that no guess can hide what it does to a lap.
        """
        apart_m = np.abs(self.offset_m - column_medians(self.offset_m))
        usual_m = _EXCURSION_SIGMAS * MAD_TO_SIGMA * median(apart_m.ravel())
        return np.asarray(apart_m <= max(_EXCURSION_M, usual_m))

    def scatter_m(self, time_s: FloatArray, moves: ComplexArray, is_heard: BoolArray) -> float:
        """Return how far apart the laps lie if positions move by `moves` at `time_s` [m]."""
        east, north = (np.interp(self.time_s, time_s, axis) for axis in (moves.real, moves.imag))
        offset_m = self.offset_m + east * self.normal.real + north * self.normal.imag
        apart_m = np.minimum(np.abs(offset_m - column_medians(offset_m)), _TAME_M)
        return float(np.sqrt(np.mean(apart_m[is_heard] ** 2)))


def views_of(
    motion: Trajectory, laps: Sequence[Lap], line: ReferenceLine, every: int, config: AnalysisConfig
) -> LapViews:
    """Return the laps from places all along a line.

    Parameters
    ----------
    motion : Trajectory
    laps : sequence of Lap
        In order of time.
    line : ReferenceLine
    every : int
        Take every so many samples.
    config : AnalysisConfig
    """
    at_m = line.station_m[::_VIEW_STEP]
    heading_rad = line.heading_rad[::_VIEW_STEP]
    path, places, which = laps_on_line(motion, laps, LineTable(line), every, config)
    station_m = places.station_m - (which * line.length_m if line.is_closed else 0.0)
    offsets, times = [], []
    for k in range(len(laps)):
        order = np.flatnonzero((which == k) & places.is_valid)
        order = order[np.argsort(station_m[order], kind="stable")]
        if order.size:
            offsets.append(np.interp(at_m, station_m[order], places.offset_m[order]))
            times.append(np.interp(at_m, station_m[order], path.time_s[order]))
    return LapViews(
        offset_m=np.array(offsets),
        time_s=np.array(times),
        normal=-np.sin(heading_rad) + 1j * np.cos(heading_rad),
    )
