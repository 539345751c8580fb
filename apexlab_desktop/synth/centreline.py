"""A centreline of known curvature: positions, headings and curvatures exact at any station."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_NODE_SPACING_M = 0.25
"""Quintic Hermite pieces this short keep directions to 1e-8 in transitions of 4 m."""
_GAUSS_X, _GAUSS_W = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True, slots=True)
class Piece:
    """Stretch whose curvature runs from `start_per_m` to `end_per_m`.

    It does so as `10u^3 - 15u^4 + 6u^5`, whose first two derivatives vanish at both ends.
    """

    length_m: float
    start_per_m: float
    end_per_m: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Place:
    """The centreline at some stations; arrays share one shape.

    Attributes
    ----------
    x_m, y_m : ndarray
        East and north [m].
    heading_rad : ndarray
        Counter-clockwise from east [rad].
    curvature_per_m : ndarray
        Left positive [1/m].
    curvature_rate_per_m2 : ndarray
        Derivative of the curvature with respect to the station [1/m2].
    """

    x_m: FloatArray
    y_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    curvature_rate_per_m2: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Centreline:
    """Pieces of known curvature, and nodes that hold the integrated positions.

    Attributes
    ----------
    station_m, x_m, y_m : ndarray, shape (n,)
        Nodes; every joint of two pieces is one [m].
    starts_m, lengths_m : ndarray, shape (k,)
        Pieces [m].
    curvatures_per_m, jumps_per_m : ndarray, shape (k,)
        Curvature at the start of each piece and its change over the piece [1/m].
    headings_rad : ndarray, shape (k,)
        Heading at the start of each piece, unwrapped [rad].
    """

    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    starts_m: FloatArray
    lengths_m: FloatArray
    curvatures_per_m: FloatArray
    jumps_per_m: FloatArray
    headings_rad: FloatArray

    @property
    def first_m(self) -> float:
        """Station of the beginning [m]."""
        return float(self.station_m[0])

    @property
    def last_m(self) -> float:
        """Station of the end [m]."""
        return float(self.station_m[-1])

    @property
    def turned_rad(self) -> float:
        """Integral of the curvature from beginning to end [rad]."""
        return float(np.sum(self.lengths_m * (self.curvatures_per_m + self.jumps_per_m / 2.0)))

    def direction(self, station_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return heading, curvature and its rate: polynomials of the station."""
        piece = np.clip(
            np.searchsorted(self.starts_m, station_m, side="right") - 1, 0, self.starts_m.size - 1
        )
        length, jump = self.lengths_m[piece], self.jumps_per_m[piece]
        begin = self.curvatures_per_m[piece]
        u = (station_m - self.starts_m[piece]) / length
        u2 = u * u
        u3 = u2 * u
        return (
            self.headings_rad[piece] + length * (begin * u + jump * u3 * u * (2.5 - 3.0 * u + u2)),
            begin + jump * u3 * (10.0 - 15.0 * u + 6.0 * u2),
            jump / length * 30.0 * u2 * (1.0 - u) ** 2,
        )

    def at(self, station_m: FloatArray) -> Place:
        """Return the centreline at stations between its ends."""
        heading, curvature, rate = self.direction(station_m)
        index = np.clip(
            np.searchsorted(self.station_m, station_m, side="right") - 1, 0, self.station_m.size - 2
        )
        node_heading, node_curvature, _ = self.direction(self.station_m)
        cos, sin = np.cos(node_heading), np.sin(node_heading)
        h = self.station_m[index + 1] - self.station_m[index]
        basis = quintic_basis((station_m - self.station_m[index]) / h)

        def quintic(value: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
            return (
                basis[0] * value[index]
                + h * (basis[1] * first[index] + basis[4] * first[index + 1])
                + h**2 * (basis[2] * second[index] + basis[5] * second[index + 1])
                + basis[3] * value[index + 1]
            )

        return Place(
            x_m=quintic(self.x_m, cos, -node_curvature * sin),
            y_m=quintic(self.y_m, sin, node_curvature * cos),
            heading_rad=heading,
            curvature_per_m=curvature,
            curvature_rate_per_m2=rate,
        )

    def turned(self, angle_rad: float) -> Centreline:
        """Return the centreline turned about the origin of the plane."""
        cos, sin = math.cos(angle_rad), math.sin(angle_rad)
        return Centreline(
            station_m=self.station_m,
            x_m=self.x_m * cos - self.y_m * sin,
            y_m=self.x_m * sin + self.y_m * cos,
            starts_m=self.starts_m,
            lengths_m=self.lengths_m,
            curvatures_per_m=self.curvatures_per_m,
            jumps_per_m=self.jumps_per_m,
            headings_rad=self.headings_rad + angle_rad,
        )

    def reversed(self, pivot_m: float) -> Centreline:
        """Return the centreline driven the other way; station s becomes `pivot_m - s`."""
        ends = self.headings_rad + self.lengths_m * (self.curvatures_per_m + self.jumps_per_m / 2)
        return Centreline(
            station_m=pivot_m - self.station_m[::-1],
            x_m=self.x_m[::-1].copy(),
            y_m=self.y_m[::-1].copy(),
            starts_m=pivot_m - (self.starts_m + self.lengths_m)[::-1],
            lengths_m=self.lengths_m[::-1].copy(),
            curvatures_per_m=-(self.curvatures_per_m + self.jumps_per_m)[::-1],
            jumps_per_m=self.jumps_per_m[::-1].copy(),
            headings_rad=ends[::-1] + math.pi,
        )


def trace(pieces: Sequence[Piece], *, first_m: float = 0.0) -> Centreline:
    """Return the pieces laid one after the other from the origin, heading east.

    Parameters
    ----------
    pieces : sequence of Piece
    first_m : float
        Station of the beginning [m].

    Returns
    -------
    Centreline
        Positions are Gauss-Legendre quadratures of the direction, exact to rounding.
    """
    lengths = np.array([piece.length_m for piece in pieces])
    begins = np.array([piece.start_per_m for piece in pieces])
    jumps = np.array([piece.end_per_m - piece.start_per_m for piece in pieces])
    turns = lengths * (begins + jumps / 2.0)
    starts = first_m + np.append(0.0, np.cumsum(lengths))
    counts = np.maximum(1, np.ceil(lengths / _NODE_SPACING_M)).astype(np.int64)
    station = np.concatenate(
        [
            np.linspace(begin, end, n, endpoint=False)
            for begin, end, n in zip(starts, starts[1:], counts, strict=False)
        ]
        + [starts[-1:]]
    )
    line = Centreline(
        station_m=station,
        x_m=np.zeros_like(station),
        y_m=np.zeros_like(station),
        starts_m=starts[:-1],
        lengths_m=lengths,
        curvatures_per_m=begins,
        jumps_per_m=jumps,
        headings_rad=np.append(0.0, np.cumsum(turns))[:-1],
    )
    spacing = np.diff(station)
    inside = station[:-1] + spacing * (1.0 + _GAUSS_X[:, None]) / 2.0
    direction, _, _ = line.direction(inside)
    weights = _GAUSS_W[:, None] / 2.0
    np.cumsum(spacing * np.sum(weights * np.cos(direction), axis=0), out=line.x_m[1:])
    np.cumsum(spacing * np.sum(weights * np.sin(direction), axis=0), out=line.y_m[1:])
    return line


def quintic_basis(u: FloatArray) -> tuple[FloatArray, ...]:
    """Return the quintic Hermite basis: value, slope, second derivative at 0, then at 1."""
    u3 = u**3
    u4 = u3 * u
    u5 = u4 * u
    return (
        1 - 10 * u3 + 15 * u4 - 6 * u5,
        u - 6 * u3 + 8 * u4 - 3 * u5,
        (u * u - 3 * u3 + 3 * u4 - u5) / 2,
        10 * u3 - 15 * u4 + 6 * u5,
        -4 * u3 + 7 * u4 - 3 * u5,
        (u3 - 2 * u4 + u5) / 2,
    )
