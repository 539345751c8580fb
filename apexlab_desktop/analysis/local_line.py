"""A start line in the plane of a trajectory, and the way there and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.types import FloatArray, StartLine, Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLine:
    """A start line in the plane of a trajectory.

    Attributes
    ----------
    x_m, y_m : float
        Centre [m].
    direction_x, direction_y : float
        Unit vector of the driving direction.
    half_width_m : float
    """

    x_m: float
    y_m: float
    direction_x: float
    direction_y: float
    half_width_m: float

    def along_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return how far points lie past the line, shape of the input [m]."""
        return np.asarray((x_m - self.x_m) * self.direction_x + (y_m - self.y_m) * self.direction_y)

    def across_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return how far points lie to the left of the centre, shape of the input [m]."""
        return np.asarray((y_m - self.y_m) * self.direction_x - (x_m - self.x_m) * self.direction_y)


def localise(line: StartLine, trajectory: Trajectory) -> LocalLine:
    """Return `line` in the plane of `trajectory` (around 0, 0 for simulators without latitude)."""
    x_m, y_m = geo.to_local(
        line.lat_deg,
        line.lon_deg,
        trajectory.origin_lat_deg or 0.0,
        trajectory.origin_lon_deg or 0.0,
    )
    bearing_rad = np.radians(line.bearing_deg)
    return LocalLine(
        x_m=float(x_m),
        y_m=float(y_m),
        direction_x=float(np.sin(bearing_rad)),
        direction_y=float(np.cos(bearing_rad)),
        half_width_m=line.half_width_m,
    )


def globalise(line: LocalLine, trajectory: Trajectory) -> StartLine:
    """Return the inverse of `localise`."""
    lat_deg, lon_deg = geo.to_geodetic(
        line.x_m, line.y_m, trajectory.origin_lat_deg or 0.0, trajectory.origin_lon_deg or 0.0
    )
    bearing_deg = float(np.degrees(np.arctan2(line.direction_x, line.direction_y)) % 360.0)
    return StartLine(
        lat_deg=float(lat_deg),
        lon_deg=float(lon_deg),
        bearing_deg=bearing_deg,
        half_width_m=line.half_width_m,
    )
