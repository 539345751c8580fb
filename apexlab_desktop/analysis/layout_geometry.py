"""Lines on the ground beside each other: the nearest piece that runs the same road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.layout_values import LapShape
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine

Points = npt.NDArray[np.float64]
CROSSING_RAD = 1.0472
"""At a steeper angle two lines cross; they are not one road."""
_HEADING_REACH = 3


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GroundLine:
    """A line in a local plane, in driving direction.

    Attributes
    ----------
    points : ndarray, shape (n, 2)
        East and north [m].
    station_m : ndarray, shape (n,)
        Along the line from its first point [m].
    heading_rad : ndarray, shape (n,)
        Counter-clockwise from east [rad].
    length_m : float
        With the way back to the first point where it is closed [m].
    is_closed : bool
    """

    points: Points
    station_m: FloatArray
    heading_rad: FloatArray
    length_m: float
    is_closed: bool

    def thinned(self, n: int) -> GroundLine:
        """Return about `n` of its points, the ends among them."""
        count = min(n, self.station_m.size)
        index = np.asarray(np.linspace(0, self.station_m.size - 1, count), dtype=np.int64)
        return GroundLine(
            points=self.points[index],
            station_m=self.station_m[index],
            heading_rad=self.heading_rad[index],
            length_m=self.length_m,
            is_closed=self.is_closed,
        )

    def at(self, station_m: FloatArray) -> tuple[Points, FloatArray]:
        """Return points and directions at stations, shapes (m, 2) and (m,)."""
        inside = np.mod(station_m, self.length_m) if self.is_closed else station_m
        x, y = (np.interp(inside, self.station_m, column) for column in self.points.T)
        heading = np.interp(inside, self.station_m, np.unwrap(self.heading_rad))
        return np.stack((x, y), axis=1), heading


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Foot:
    """Where points lie beside a line; arrays have shape (m,).

    Attributes
    ----------
    distance_m : ndarray
        Infinite where no piece of the line runs along, either way [m].
    station_m : ndarray
        Along the line [m].
    heading_rad : ndarray
        Of the line there [rad].
    """

    distance_m: FloatArray
    station_m: FloatArray
    heading_rad: FloatArray


def ground_line(points: Points, *, is_closed: bool) -> GroundLine:
    """Return a line through points, shape (n, 2) [m]."""
    steps_m = np.hypot(*np.diff(points, axis=0).T)
    station_m = np.append(0.0, np.cumsum(steps_m))
    closing_m = float(np.hypot(*(points[0] - points[-1]))) if is_closed else 0.0
    return GroundLine(
        points=points,
        station_m=station_m,
        heading_rad=_headings(points),
        length_m=float(station_m[-1]) + closing_m,
        is_closed=is_closed,
    )


def of_shape(shape: LapShape, centre: tuple[float, float]) -> GroundLine:
    """Return a lap in the plane that touches the earth at `centre` (latitude, longitude)."""
    points = np.stack(geo.to_local(shape.lat_deg, shape.lon_deg, *centre), axis=1)
    return ground_line(points, is_closed=shape.is_closed)


def of_reference(line: ReferenceLine, centre: tuple[float, float]) -> GroundLine | None:
    """Return a reference line in that plane, with its stations; None without a place on earth."""
    if line.origin_lat_deg is None or line.origin_lon_deg is None:
        return None
    lat_deg, lon_deg = geo.to_geodetic(line.x_m, line.y_m, line.origin_lat_deg, line.origin_lon_deg)
    points = np.stack(geo.to_local(lat_deg, lon_deg, *centre), axis=1)
    return GroundLine(
        points=points,
        station_m=line.station_m,
        heading_rad=_headings(points),
        length_m=line.length_m,
        is_closed=line.is_closed,
    )


def _headings(points: Points) -> FloatArray:
    """Return the direction at each point over a few points to both sides [rad]."""
    reach = max(1, min(_HEADING_REACH, points.shape[0] // 8))
    index = np.arange(points.shape[0])
    step = points[np.minimum(index + reach, index[-1])] - points[np.maximum(index - reach, 0)]
    return np.asarray(np.arctan2(step[:, 1], step[:, 0]))


def foot_of(points: Points, heading_rad: FloatArray, line: GroundLine) -> Foot:
    """Return where points that go some way lie beside a line.

    Parameters
    ----------
    points : ndarray, shape (m, 2)
    heading_rad : ndarray, shape (m,)
        Direction at each: where a line crosses itself, only the road that runs along counts.
    line : GroundLine
    """
    knots, station_m, heading = line.points, line.station_m, line.heading_rad
    if line.is_closed:
        knots = np.vstack((knots, knots[:1]))
        station_m, heading = np.append(station_m, line.length_m), np.append(heading, heading[0])
    apart2 = np.sum(points**2, axis=1)[:, None] + np.sum(knots**2, axis=1)
    apart2 -= 2.0 * (points @ knots.T)
    along = _directions(heading_rad) @ _directions(heading).T
    apart2[np.abs(along) < np.cos(CROSSING_RAD)] = np.inf
    best = np.argmin(apart2, axis=1)
    # Differences of large squares may fall below nought by their rounding.
    distance_m = np.sqrt(np.maximum(apart2[np.arange(best.size), best], 0.0))
    found_m = station_m[best].copy()
    for start in (np.maximum(best - 1, 0), np.minimum(best, knots.shape[0] - 2)):
        foot_m, share = _to_segment(points, knots[start], knots[start + 1])
        is_nearer = np.isfinite(distance_m) & (foot_m < distance_m)
        there_m = station_m[start] + share * (station_m[start + 1] - station_m[start])
        distance_m = np.where(is_nearer, foot_m, distance_m)
        found_m = np.where(is_nearer, there_m, found_m)
    return Foot(distance_m=distance_m, station_m=found_m, heading_rad=heading[best])


def _directions(heading_rad: FloatArray) -> Points:
    return np.stack((np.cos(heading_rad), np.sin(heading_rad)), axis=1)


def _to_segment(points: Points, start: Points, end: Points) -> tuple[FloatArray, FloatArray]:
    way = end - start
    length2 = np.maximum(np.sum(way**2, axis=1), 1e-12)
    share = np.clip(np.sum((points - start) * way, axis=1) / length2, 0.0, 1.0)
    return np.hypot(*(points - start - share[:, None] * way).T), share
