"""Local east/north metres to WGS-84 degrees: the exact inverse of the tangent-plane projection."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.synth.centreline import FloatArray

_SEMI_MAJOR_M = 6_378_137.0
_ECCENTRICITY_2 = 6.69437999014e-3


@dataclass(frozen=True, slots=True)
class TangentPlane:
    """Plane that touches the ellipsoid at the origin; points of the track lie on the ellipsoid.

    Attributes
    ----------
    lat_deg, lon_deg : float
        The origin [deg].
    """

    lat_deg: float
    lon_deg: float

    def project(self, lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return east and north of points on the ellipsoid (algorithms.md 1.1, exact form) [m]."""
        x, y, _ = self._offsets(np.radians(lat_deg), np.radians(lon_deg))
        return x, y

    def to_lat_lon(self, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return latitude and longitude whose projection is (x, y), to 1e-12 deg.

        Newton's method on the exact projection, whose Jacobian is nearly that of the origin.
        """
        lat0, lon0 = math.radians(self.lat_deg), math.radians(self.lon_deg)
        w2 = 1.0 - _ECCENTRICITY_2 * math.sin(lat0) ** 2
        prime = _SEMI_MAJOR_M / math.sqrt(w2)
        meridian = prime * (1.0 - _ECCENTRICITY_2) / w2
        lat = lat0 + np.asarray(y_m) / meridian
        lon = lon0 + np.asarray(x_m) / (prime * np.cos(lat))
        for _ in range(4):
            x, y, cos_lat = self._offsets(lat, lon)
            lat = lat + (y_m - y) / meridian
            lon = lon + (x_m - x) / (prime * cos_lat)
        return np.degrees(lat), (np.degrees(lon) + 180.0) % 360.0 - 180.0

    def _offsets(
        self, lat: FloatArray, lon: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        lat0, lon0 = math.radians(self.lat_deg), math.radians(self.lon_deg)
        sin0, cos0 = math.sin(lat0), math.cos(lat0)
        normal0 = _SEMI_MAJOR_M / math.sqrt(1.0 - _ECCENTRICITY_2 * sin0**2)
        sin, cos = np.sin(lat), np.cos(lat)
        normal = _SEMI_MAJOR_M / np.sqrt(1.0 - _ECCENTRICITY_2 * sin**2)
        # Axes turned so that the origin's meridian is the first: differences stay small.
        across = normal * cos * np.sin(lon - lon0)
        outward = normal * cos * np.cos(lon - lon0) - normal0 * cos0
        upward = (1.0 - _ECCENTRICITY_2) * (normal * sin - normal0 * sin0)
        return across, -sin0 * outward + cos0 * upward, cos
