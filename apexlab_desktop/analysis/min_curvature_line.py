"""A better line than the one given, inside the widths given with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.fitted_line import FittedLine, fit_line
from apexlab_desktop.analysis.min_curvature import Corridor, least_curvature_line, places, usable
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.errors import InsufficientDataError

_STEP_M = 3.0
"""Between places whose offset is free (algorithms.md 9.2)."""
_MOST_PLACES = 8000
_LEAST_PLACES = 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GivenLine:
    """Points of a line, in the order they are driven; arrays have shape (m,).

    Attributes
    ----------
    x_m, y_m : ndarray
        [m]
    z_m : ndarray or None
        Height [m].
    left_m, right_m : ndarray or None
        Width of the track to either side [m].
    """

    x_m: FloatArray
    y_m: FloatArray
    z_m: FloatArray | None = None
    left_m: FloatArray | None = None
    right_m: FloatArray | None = None


def freed_line(given: GivenLine, step_m: float, car_width_m: float) -> FittedLine:
    """Return the line of least curvature inside the widths of a line.

    Parameters
    ----------
    given : GivenLine
        With widths.
    step_m : float
        Between the places of the line returned [m].
    car_width_m : float
        What of the widths the car itself takes [m].

    Raises
    ------
    InsufficientDataError
        If there are no widths, or no room between them.
    """
    if given.left_m is None or given.right_m is None:
        raise InsufficientDataError(
            expected="the columns w_left_m and w_right_m", found="a line without widths"
        )
    height = np.zeros(given.x_m.size) if given.z_m is None else given.z_m
    others = np.column_stack((given.left_m, given.right_m, height))
    reference = fit_line(given.x_m, given.y_m, _free_step(given), others=others, is_even=True)
    # An open line begins with short steps, for launches; places want even ones.
    even = np.arange(reference.station_m.size)
    if not reference.is_closed:
        even = np.flatnonzero(np.append(np.inf, np.diff(reference.station_m)) > 0.5 * _STEP_M)
    room = usable(reference.others[even, 0], reference.others[even, 1], car_width_m)
    if not float(room.sum(axis=0).max()) > 0.0:
        raise InsufficientDataError(
            expected=f"a track wider than the car, {car_width_m:g} m",
            found=f"at most {float((given.left_m + given.right_m).max()):g} m",
        )
    corridor = Corridor(
        x_m=reference.x_m[even],
        y_m=reference.y_m[even],
        left_m=room[0],
        right_m=room[1],
        is_closed=reference.is_closed,
    )
    x_m, y_m = places(corridor, least_curvature_line(corridor))
    z_m = None if given.z_m is None else reference.others[even, 2]
    return fit_line(x_m, y_m, step_m, z_m=z_m)


def _free_step(given: GivenLine) -> float:
    length = float(np.sum(np.hypot(np.diff(given.x_m), np.diff(given.y_m))))
    return min(max(_STEP_M, length / _MOST_PLACES), length / _LEAST_PLACES)
