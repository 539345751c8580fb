"""The samples of one lap, ready to be laid onto a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.projection import DrivenPath, LineTable, Projection, project
from apexlab_desktop.analysis.resample import at_instants
from apexlab_desktop.analysis.types import IntArray, Lap, Trajectory

_LEAST_LENGTH_M = 1.0


def driven_length(trajectory: Trajectory, lap: Lap) -> float:
    """Return the odometer's length of a lap [m]."""
    ends = at_instants(trajectory.time_s, trajectory.odometer_m, (lap.start_s, lap.end_s))
    return float(ends[1] - ends[0])


def lap_path(
    trajectory: Trajectory,
    lap: Lap,
    length_m: float,
    *,
    every: int = 1,
    is_reversed: bool = False,
) -> DrivenPath:
    """Return a lap's samples with the places its odometer believes in.

    Parameters
    ----------
    trajectory : Trajectory
    lap : Lap
    length_m : float
        Length of the line, to which the odometer is scaled [m].
    every : int
        Take every so many samples.
    is_reversed : bool
        As if the line were driven the other way round.
    """
    first, stop = np.searchsorted(trajectory.time_s, (lap.start_s, lap.end_s))
    inside = slice(int(first), int(stop), every)
    start_m = float(at_instants(trajectory.time_s, trajectory.odometer_m, lap.start_s))
    driven_m = trajectory.odometer_m[inside] - start_m
    scale = length_m / max(driven_length(trajectory, lap), _LEAST_LENGTH_M)
    course_rad = trajectory.course_rad[inside]
    return DrivenPath(
        time_s=trajectory.time_s[inside],
        x_m=trajectory.x_m[inside],
        y_m=trajectory.y_m[inside],
        course_rad=course_rad + np.pi if is_reversed else course_rad,
        predicted_m=length_m - scale * driven_m if is_reversed else scale * driven_m,
    )


def laps_on_line(
    trajectory: Trajectory,
    laps: Sequence[Lap],
    table: LineTable,
    every: int,
    config: AnalysisConfig,
) -> tuple[DrivenPath, Projection, IntArray]:
    """Return the samples of many laps, their places, and which lap each belongs to.

    Parameters
    ----------
    trajectory : Trajectory
    laps : sequence of Lap
        In order of time.
    table : LineTable
    every : int
        Take every so many samples.
    config : AnalysisConfig

    Returns
    -------
    path : DrivenPath
    places : Projection
        On a closed line the stations run on from lap to lap.
    which : ndarray of int, shape (n,)
        Index into `laps`.

    Notes
    -----
    All laps at once: looking a few places up costs as much as looking up many.
    """
    paths = [lap_path(trajectory, lap, table.length_m, every=every) for lap in laps]
    which = np.repeat(np.arange(len(paths)), [path.time_s.size for path in paths])
    run_on_m = which * table.length_m if table.is_closed else 0.0
    time_s, x_m, y_m, course_rad, predicted_m = (
        np.concatenate([getattr(path, name) for path in paths])
        for name in ("time_s", "x_m", "y_m", "course_rad", "predicted_m")
    )
    path = DrivenPath(
        time_s=time_s,
        x_m=x_m,
        y_m=y_m,
        course_rad=course_rad,
        predicted_m=predicted_m + run_on_m,
    )
    detour_m = max(abs(driven_length(trajectory, lap) - table.length_m) for lap in laps)
    search_m = min(config.search_margin_m + detour_m, config.max_search_m)
    return path, project(table, path, search_m, config), which
