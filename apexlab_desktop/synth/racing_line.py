"""The driven line: a smooth offset from the centreline, a little new each lap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse
from scipy.interpolate import BSpline, make_interp_spline
from scipy.sparse.linalg import spsolve

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.track import Track, load_track

_KNOT_SPACING_M = 4.0
_MARGIN_M = 0.6
"""Road kept free at each side beyond half the car."""
_RELAXATIONS = 30
_LENGTH_SHARE = 1.5
"""Weight of the path's length in bends, per square of the centreline's curvature."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PathPoint:
    """The driven path at some stations; arrays share one shape.

    Attributes
    ----------
    offset_m, slope, bend_per_m : ndarray
        Lateral offset and its first and second derivative with respect to the station.
    stretch : ndarray
        Path metres per station metre.
    stretch_rate_per_m : ndarray
        Derivative of `stretch` with respect to the station [1/m].
    x_m, y_m : ndarray
        Position [m].
    course_rad : ndarray
        Direction of the path, not unwrapped over laps [rad].
    curvature_per_m : ndarray
        Of the path, left positive [1/m].
    """

    offset_m: FloatArray
    slope: FloatArray
    bend_per_m: FloatArray
    stretch: FloatArray
    stretch_rate_per_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    curvature_per_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A driven path: track and offset spline over unwrapped stations."""

    track: Track
    offset: BSpline

    def at(self, station_m: FloatArray) -> PathPoint:
        """Return the path at unwrapped stations; every field is an exact derivative of position.

        With centreline curvature k and offset n: `A = 1 - n k`, `Q = hypot(A, n')`, course
        `theta + atan2(n', A)` and curvature `(k + (n'' A - n' A') / Q^2) / Q`.
        """
        place = self.track.at(station_m)
        n, n1, n2 = (np.asarray(self.offset(station_m, nu)) for nu in range(3))
        k = place.curvature_per_m
        along = 1.0 - n * k
        along_rate = -(n1 * k + n * place.curvature_rate_per_m2)
        stretch = np.hypot(along, n1)
        sin, cos = np.sin(place.heading_rad), np.cos(place.heading_rad)
        return PathPoint(
            offset_m=n,
            slope=n1,
            bend_per_m=n2,
            stretch=stretch,
            stretch_rate_per_m=(along * along_rate + n1 * n2) / stretch,
            x_m=place.x_m - n * sin,
            y_m=place.y_m + n * cos,
            course_rad=place.heading_rad + np.arctan2(n1, along),
            curvature_per_m=(k + (n2 * along - n1 * along_rate) / stretch**2) / stretch,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Detour:
    """A wish to leave the line: offset added or aimed at around a place.

    Attributes
    ----------
    from_m, to_m : float
        Unwrapped stations between which it acts fully [m].
    blend_m : float
        Length of the curves before and after [m].
    offset_m : float
        Offset from the centreline when absolute, else added to the line [m].
    is_absolute : bool
    """

    from_m: float
    to_m: float
    blend_m: float
    offset_m: float
    is_absolute: bool = False

    def weight(self, station_m: FloatArray) -> FloatArray:
        """Return its share, 0 to 1, with continuous third derivative."""
        inside = np.minimum(
            station_m - self.from_m + self.blend_m, self.to_m + self.blend_m - station_m
        )
        v = np.clip(inside / self.blend_m, 0.0, 1.0)
        return v**4 * (35.0 - 84.0 * v + 70.0 * v**2 - 20.0 * v**3)


@cache
def ideal_offsets(name: str, car_width_m: float, *, is_reversed: bool) -> tuple[FloatArray, float]:
    """Return the racing line of a track as offsets at equal stations, and their spacing.

    Minimises the square of the path's curvature and of its rate with soft road edges: banded
    linear solves whose edge penalty is raised where the line leaves the road.

    Returns
    -------
    offsets : ndarray, shape (n,)
        Left positive [m]; the first at station 0 (closed) or at the start of the road (open).
    spacing : float
        [m].
    """
    track = load_track(name, is_reversed=is_reversed)
    span = track.last_m - track.first_m
    n_points = round(span / min(_KNOT_SPACING_M, 4.0 * track.step_m))
    spacing = span / n_points
    if not track.is_closed:
        n_points += 1
    station = track.first_m + spacing * np.arange(n_points, dtype=np.float64)
    curvature = track.at(station).curvature_per_m
    limit = track.width_m / 2 - car_width_m / 2 - _MARGIN_M
    normal, right = _line_equations(curvature, spacing, limit, is_closed=track.is_closed)
    penalty = np.full(n_points, 1e-9)
    offsets = np.zeros(n_points)
    for _ in range(_RELAXATIONS):
        offsets = spsolve((normal + sparse.diags_array(penalty)).tocsc(), right)
        penalty *= np.clip((np.abs(offsets) / limit) ** 2, 0.5, 20.0)
        penalty = np.maximum(penalty, 1e-9)
    return np.clip(offsets, -1.15 * limit, 1.15 * limit), spacing


def _line_equations(
    curvature: FloatArray, spacing: float, limit: float, *, is_closed: bool
) -> tuple[sparse.csr_array, FloatArray]:
    """Return the normal equations of the line without road edges.

    The path's curvature in first order of the offset is `k + n'' + k^2 n`. Its rate counts by a
    length of a few metres so that the driver turns in, not jumps in. Inside bends the path's
    length counts too, else the widest line would win in hairpins: drivers take the inside.
    """
    n = curvature.size
    slope = _first_difference(n, spacing, is_closed=is_closed)
    bend = -(slope.T @ slope) + sparse.diags_array(curvature**2)
    inner = np.convolve(np.pad(curvature, 4, mode="wrap"), np.full(9, 1 / 9), mode="valid")
    hurry = _LENGTH_SHARE * inner**2
    rows = sparse.vstack([sparse.eye_array(n), 2.0 * limit * slope]) @ bend
    weigh = np.append(curvature, 2.0 * limit * (slope @ curvature))
    normal = rows.T @ rows + 0.5 * slope.T @ sparse.diags_array(hurry) @ slope
    return sparse.csr_array(normal), np.asarray(0.5 * hurry * curvature - rows.T @ weigh)


def _first_difference(n: int, spacing: float, *, is_closed: bool) -> sparse.csr_array:
    matrix = sparse.csr_array(sparse.eye_array(n, k=1) - sparse.eye_array(n))
    if is_closed:
        return sparse.csr_array((matrix + sparse.eye_array(n, k=1 - n)) / spacing)
    last = np.ones(n)
    last[-1] = 0.0
    return sparse.csr_array(sparse.diags_array(last) @ matrix / spacing)


def driven_path(
    track: Track,
    *,
    first_m: float,
    last_m: float,
    car_width_m: float,
    spread_m: float,
    detours: tuple[Detour, ...],
    rng: np.random.Generator,
) -> Path:
    """Return the path of a whole session.

    Parameters
    ----------
    track : Track
    first_m, last_m : float
        Unwrapped stations of its ends [m].
    car_width_m : float
    spread_m : float
        Standard deviation of the lap-to-lap offset on the straights [m].
    detours : tuple of Detour
        Pit lane, missed apexes, trips off the road.
    rng : Generator
    """
    offsets, spacing = ideal_offsets(track.name, car_width_m, is_reversed=track.is_reversed)
    margin = 8 * spacing
    n_knots = round((last_m - first_m + 2 * margin) / spacing) + 1
    knots = np.linspace(first_m - margin, last_m + margin, n_knots)
    at = (track.on_lap(knots) - track.first_m) / spacing
    periodic = np.append(offsets, offsets[0]) if track.is_closed else offsets
    wanted = make_interp_spline(np.arange(periodic.size), periodic, k=3)(
        np.clip(at, 0, periodic.size - 1)
    )
    wanted = wanted + _wander(knots, track, spread_m, rng)
    for detour in detours:
        share = detour.weight(knots)
        wanted += share * (detour.offset_m - (wanted if detour.is_absolute else 0.0))
    return Path(track, make_interp_spline(knots, wanted, k=5))


def _wander(
    station: FloatArray, track: Track, spread_m: float, rng: np.random.Generator
) -> FloatArray:
    """Sum of cosines incommensurate with the lap, calm in corners where a metre costs speed."""
    wavelengths = (track.width_m * 12.0) * np.array([1.0, 1.7, 2.9, 4.3]) * rng.uniform(0.9, 1.1, 4)
    phases = rng.uniform(0.0, 2 * np.pi, 4)
    waves = np.cos(2 * np.pi * station[:, None] / wavelengths + phases) @ np.array(
        [0.35, 0.45, 0.55, 0.6]
    )
    return np.asarray(spread_m * np.sqrt(2.0) * waves, dtype=np.float64)
