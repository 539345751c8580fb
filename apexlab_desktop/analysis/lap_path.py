"""The samples of one lap, ready to be laid onto a line."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.projection import DrivenPath
from apexlab_desktop.analysis.resample import at_instants
from apexlab_desktop.analysis.types import Lap, Trajectory

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
