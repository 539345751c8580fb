"""WGS-84 to local east and north metres, exactly, and back."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray

WGS84_SEMI_MAJOR_M = 6_378_137.0
WGS84_FLATTENING = 1.0 / 298.257223563
WGS84_E2 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)

BLOCK = 4096
"""Points taken to the plane at a time."""
_SMALL_RAD = 0.02
"""The last term left out of the series is then below 1e-18."""


def wrap_degrees(angle_deg: npt.ArrayLike) -> FloatArray:
    """Return `angle_deg` in [-180, 180), same shape [deg]."""
    return np.asarray((np.asarray(angle_deg, dtype=np.float64) + 180.0) % 360.0 - 180.0)


def wrap_radians(angle_rad: npt.ArrayLike) -> FloatArray:
    """Return `angle_rad` in [-pi, pi), same shape [rad]."""
    return np.asarray((np.asarray(angle_rad, dtype=np.float64) + np.pi) % (2.0 * np.pi) - np.pi)


def unwrapped(angle_rad: FloatArray) -> FloatArray:
    """Return angles without jumps of whole turns, shape (n,) [rad].

    Parameters
    ----------
    angle_rad : ndarray, shape (n,)
        [rad]

    Notes
    -----
    The values of `numpy.unwrap`, which takes the remainder of every step; few of them jump.
    """
    step_rad = np.diff(angle_rad)
    jumps = np.flatnonzero(~(np.abs(step_rad) < np.pi))
    if not jumps.size:
        return angle_rad
    turns = np.zeros(angle_rad.size)
    turns[jumps + 1] = -2.0 * np.pi * np.rint(step_rad[jumps] / (2.0 * np.pi))
    return np.asarray(angle_rad + np.cumsum(turns))


def median_origin(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[float, float] | None:
    """Return the median fix, or None when there is no finite one.

    Parameters
    ----------
    lat_deg, lon_deg : ndarray, shape (n,)
        Fixes [deg]; NaN where missing. May lie on both sides of the antimeridian.

    Returns
    -------
    tuple of float or None
        Latitude and longitude [deg].
    """
    known = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    if not known.any():
        return None
    if not known.all():
        lat_deg, lon_deg = lat_deg[known], lon_deg[known]
    first_lon_deg = float(lon_deg[0])
    turn_deg = lon_deg - first_lon_deg
    if float(np.max(np.abs(turn_deg))) >= 180.0:
        turn_deg = wrap_degrees(turn_deg)
    middle_deg = first_lon_deg + median(turn_deg)
    return median(lat_deg), float(wrap_degrees(middle_deg))


def to_local(
    lat_deg: npt.ArrayLike, lon_deg: npt.ArrayLike, origin_lat_deg: float, origin_lon_deg: float
) -> tuple[FloatArray, FloatArray]:
    """Return east and north of the origin in its tangent plane.

    Parameters
    ----------
    lat_deg, lon_deg : array_like, shape (n,)
        Points on the ellipsoid [deg].
    origin_lat_deg, origin_lon_deg : float
        Where the plane touches the ellipsoid [deg].

    Returns
    -------
    x_m, y_m : ndarray, shape (n,)
        East and north [m]; NaN where the input is NaN.

    Notes
    -----
    WGS-84 to earth-centred coordinates at height 0, then rotation into the plane (algorithms.md
    1.1). The usual shortcut with two radii is wrong by tan(latitude) x y / R: 1.8 m at 3 km and
    latitude 52.
    """
    origin = _earth_centred(np.float64(origin_lat_deg), np.float64(origin_lon_deg))
    east, north, _ = _axes(origin_lat_deg, origin_lon_deg)
    lat, lon = np.asarray(lat_deg, np.float64), np.asarray(lon_deg, np.float64)
    x_m, y_m = np.empty(lat.shape), np.empty(lat.shape)
    for block in _blocks(lat.size):
        point = _earth_centred(lat.reshape(-1)[block], lon.reshape(-1)[block])
        d_x, d_y, d_z = (p - o for p, o in zip(point, origin, strict=True))
        x_m.reshape(-1)[block] = east[0] * d_x + east[1] * d_y
        y_m.reshape(-1)[block] = north[0] * d_x + north[1] * d_y + north[2] * d_z
    return x_m, y_m


def _blocks(n: int) -> list[slice]:
    """Return slices over n points, each of so few that what is made of them stays in the cache."""
    return [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]


def to_geodetic(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, origin_lat_deg: float, origin_lon_deg: float
) -> tuple[FloatArray, FloatArray]:
    """Return the points of the ellipsoid that `to_local` maps to `x_m`, `y_m`.

    Parameters
    ----------
    x_m, y_m : array_like, shape (n,)
        East and north of the origin [m].
    origin_lat_deg, origin_lon_deg : float
        Where the plane touches the ellipsoid [deg].

    Returns
    -------
    lat_deg, lon_deg : ndarray, shape (n,)
        Longitude in [-180, 180) [deg].

    Notes
    -----
    The height of the ellipsoid over the plane is the small root of a quadratic, taken in the form
    without cancellation; there is no iteration.
    """
    x = np.asarray(x_m, np.float64)
    y = np.asarray(y_m, np.float64)
    origin = _earth_centred(np.float64(origin_lat_deg), np.float64(origin_lon_deg))
    axes = _axes(origin_lat_deg, origin_lon_deg)
    weight = (1.0, 1.0, 1.0 / (1.0 - WGS84_E2))
    in_plane = [axes[0][i] * x + axes[1][i] * y for i in range(3)]
    up = axes[2]
    a = sum(weight[i] * up[i] ** 2 for i in range(3))
    half_b = sum(weight[i] * up[i] * (origin[i] + in_plane[i]) for i in range(3))
    c = sum(weight[i] * in_plane[i] * (2.0 * origin[i] + in_plane[i]) for i in range(3))
    height = -c / (half_b + np.sqrt(half_b**2 - a * c))
    p_x, p_y, p_z = (origin[i] + in_plane[i] + up[i] * height for i in range(3))
    lat_rad = np.arctan2(p_z, (1.0 - WGS84_E2) * np.hypot(p_x, p_y))
    return np.degrees(lat_rad), wrap_degrees(np.degrees(np.arctan2(p_y, p_x)))


def _earth_centred(
    lat_deg: npt.NDArray[np.float64] | np.float64, lon_deg: npt.NDArray[np.float64] | np.float64
) -> tuple[FloatArray, FloatArray, FloatArray]:
    sin_lat, cos_lat = _sine_and_cosine(np.radians(lat_deg))
    sin_lon, cos_lon = _sine_and_cosine(np.radians(lon_deg))
    normal_m = WGS84_SEMI_MAJOR_M / np.sqrt(1.0 - WGS84_E2 * sin_lat**2)
    return (
        np.asarray(normal_m * cos_lat * cos_lon),
        np.asarray(normal_m * cos_lat * sin_lon),
        np.asarray(normal_m * (1.0 - WGS84_E2) * sin_lat),
    )


def _sine_and_cosine(angle_rad: FloatArray | np.float64) -> tuple[FloatArray, FloatArray]:
    """Return both, of angles close to each other by the addition theorem: 5 times as quick.

    The series of so small a difference is exact to the last bit of a double.
    """
    middle_rad = float(np.ravel(angle_rad)[angle_rad.size // 2]) if angle_rad.size else math.nan
    small = angle_rad - middle_rad
    square = small * small
    # Not where one angle is missing either: NaN compares as false.
    if not bool(np.max(square, initial=0.0) <= _SMALL_RAD**2):
        return np.asarray(np.sin(angle_rad)), np.asarray(np.cos(angle_rad))
    sine = small * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0)))
    less = 0.5 * square * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)))
    sin_middle, cos_middle = math.sin(middle_rad), math.cos(middle_rad)
    return (
        np.asarray(sin_middle + (cos_middle * sine - sin_middle * less)),
        np.asarray(cos_middle - (sin_middle * sine + cos_middle * less)),
    )


Axis = tuple[float, float, float]


def _axes(lat_deg: float, lon_deg: float) -> tuple[Axis, Axis, Axis]:
    """Return east, north and up at a place, as unit vectors of the earth-centred frame."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    sin_lat, cos_lat = float(np.sin(lat)), float(np.cos(lat))
    sin_lon, cos_lon = float(np.sin(lon)), float(np.cos(lon))
    return (
        (-sin_lon, cos_lon, 0.0),
        (-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat),
        (cos_lat * cos_lon, cos_lat * sin_lon, sin_lat),
    )
