"""Delta-T: how much later a lap reaches each place, and how sure that is."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.delta_band import DeltaBand
from apexlab_desktop.analysis.distance import on_stations
from apexlab_desktop.analysis.types import FloatArray, LapTrace, ReferenceLine
from apexlab_desktop.errors import InsufficientDataError

BAND_Z = 2.0
"""The band drawn is `BAND_Z` sigmas to either side and claims to hold 90 % of the distance. A
normal error would need 1.64; the rest covers what the receiver's own statement leaves open."""


def delta_t(lap: LapTrace, reference: LapTrace) -> FloatArray:
    """Return how much later `lap` reaches each place than `reference` did.

    Parameters
    ----------
    lap, reference : LapTrace
        Laps on the same line; `station_m` strictly increasing.

    Returns
    -------
    ndarray, shape (n_reference,)
        At the stations of `reference`, positive where `lap` is slower [s]. NaN beyond the places
        that `lap` reached.

    Raises
    ------
    InsufficientDataError
        If either lap has fewer than two samples.

    Notes
    -----
    `t_lap(s) - t_reference(s)`, time linear between samples (algorithms.md 4.3). Both times count
    from the laps' own crossings, so the first value is 0 and the last the difference of lap times.
    """
    for trace in (lap, reference):
        if trace.station_m.size < 2:
            raise InsufficientDataError(expected="two samples per lap", found="fewer")
    at_m = reference.station_m
    time_s = np.interp(at_m, lap.station_m, lap.time_s, left=np.nan, right=np.nan)
    time_s -= reference.time_s
    return time_s


def delta_sigma(
    lap: LapTrace,
    reference: LapTrace,
    line: ReferenceLine | None,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    is_same_session: bool = True,
) -> FloatArray:
    """Return one sigma of `delta_t(lap, reference)`.

    Parameters
    ----------
    lap, reference : LapTrace
        As for `delta_t`, `reference` on the stations asked for.
    line : ReferenceLine or None
        Directions along the lap; None when the laps have no places.
    config : AnalysisConfig
    is_same_session : bool
        One receiver in one go: its error at one lap resembles that at the next.

    Returns
    -------
    ndarray, shape (n_reference,)
        [s]; 0 at the first place, where both laps begin by definition.

    Notes
    -----
    See `DeltaBand`, which spares what is the same for all laps against one reference.
    """
    band = DeltaBand(reference, line, config)
    return band.sigma(lap, on_stations(lap, reference.station_m), is_same_session=is_same_session)
