"""Track elements (straights and bends) to an exactly known, closed centreline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_NODE_SPACING_M = 0.5
"""Quintic Hermite pieces of 0.5 m are exact to 1e-10 m even at a radius of 8 m."""
_GAUSS_X, _GAUSS_W = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True, slots=True)
class Straight:
    """A straight.

    Attributes
    ----------
    length_m : float
        Nominal length; closing the track may stretch it [m].
    stretch : float
        Share in the closing correction relative to the other straights; 0 keeps the length.
    """

    length_m: float
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Bend:
    """One corner: arcs of one direction joined by Bloss transitions (curvature `3u^2 - 2u^3`).

    Attributes
    ----------
    radii_m : tuple of float
        Radius of each arc; three arcs (tight, wide, tight) make a double apex [m].
    angles_deg : tuple of float
        Angle turned by each arc with its halves of the transitions, left positive [deg].
    ramps_m : tuple of float
        Transition into the first arc, between the arcs, out of the last: one more than arcs [m].
    bank_deg : float
        Surface tilted towards the inside [deg].
    complex_id : int
        Corners of one chicane or esses share it; 0 for none.
    """

    radii_m: tuple[float, ...]
    angles_deg: tuple[float, ...]
    ramps_m: tuple[float, ...]
    bank_deg: float = 0.0
    complex_id: int = 0

    @property
    def angle_deg(self) -> float:
        """Angle turned altogether, left positive [deg]."""
        return sum(self.angles_deg)


Element = Straight | Bend


@dataclass(frozen=True, slots=True)
class Piece:
    """Stretch whose curvature runs from `start_per_m` to `end_per_m` by the Bloss polynomial."""

    length_m: float
    start_per_m: float
    end_per_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Places of a centreline with exact derivatives; every joint of two pieces is a node.

    All arrays have shape (n,).

    Attributes
    ----------
    station_m : ndarray
        Distance along the centreline, strictly increasing [m].
    x_m, y_m : ndarray
        East and north [m].
    heading_rad : ndarray
        Unwrapped, counter-clockwise from east [rad].
    curvature_per_m : ndarray
        Left positive [1/m].
    curvature_rate_per_m2 : ndarray
        Derivative of the curvature with respect to the station [1/m2].
    """

    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    curvature_rate_per_m2: FloatArray


def corner(
    radius_m: float, angle_deg: float, ramp_m: float, *, bank_deg: float = 0.0, complex_id: int = 0
) -> Bend:
    """Return a corner of one radius with equal transitions at both ends."""
    return Bend((radius_m,), (angle_deg,), (ramp_m, ramp_m), bank_deg, complex_id)


def pieces_of(element: Element) -> list[Piece]:
    """Return the element as stretches of known curvature.

    A transition turns the mean of its two curvatures times its length; each half is counted to
    the arc it belongs to, so the arcs shrink and `Bend.angle_deg` is met exactly.
    """
    if isinstance(element, Straight):
        return [Piece(element.length_m, 0.0, 0.0)]
    sign = math.copysign(1.0, element.angle_deg)
    curvatures = [0.0, *(sign / radius for radius in element.radii_m), 0.0]
    pieces = [Piece(element.ramps_m[0], 0.0, curvatures[1])]
    for index, (radius, angle) in enumerate(
        zip(element.radii_m, element.angles_deg, strict=True), start=1
    ):
        ramps = (element.ramps_m[index - 1] + element.ramps_m[index]) / 2
        arc = abs(math.radians(angle)) * radius - ramps
        if arc < 0:
            message = f"transitions of the bend of {radius} m exceed its angle"
            raise ValueError(message)
        here = curvatures[index]
        pieces.append(Piece(arc, here, here))
        pieces.append(Piece(element.ramps_m[index], here, curvatures[index + 1]))
    return [piece for piece in pieces if piece.length_m > 0]


def lengths_of(elements: Sequence[Element]) -> list[float]:
    """Return the length of each element [m]."""
    return [sum(piece.length_m for piece in pieces_of(element)) for element in elements]


def trace(elements: Sequence[Element], *, first_station_m: float = 0.0) -> Nodes:
    """Return the nodes of the elements laid one after the other from the origin, heading east.

    Parameters
    ----------
    elements : sequence of Straight or Bend
    first_station_m : float
        Station of the first node [m].

    Returns
    -------
    Nodes
        Heading and curvature are polynomials in the station; positions are their Gauss-Legendre
        quadrature, exact to rounding.
    """
    rows = [_piece_nodes(piece) for element in elements for piece in pieces_of(element)]
    spacing = np.concatenate([row[0] for row in rows])
    turned = np.concatenate([row[1] for row in rows])
    curvature = np.append(np.concatenate([row[2] for row in rows]), rows[-1][4])
    rate = np.append(np.concatenate([row[3] for row in rows]), 0.0)
    heading = np.append(0.0, np.cumsum(turned))
    step_x, step_y = _chords(spacing, heading[:-1], curvature, rate)
    return Nodes(
        station_m=first_station_m + np.append(0.0, np.cumsum(spacing)),
        x_m=np.append(0.0, np.cumsum(step_x)),
        y_m=np.append(0.0, np.cumsum(step_y)),
        heading_rad=heading,
        curvature_per_m=curvature,
        curvature_rate_per_m2=rate,
    )


def _piece_nodes(piece: Piece) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, float]:
    """Return spacing, heading change, curvature and its rate at the starts of equal steps."""
    n_steps = max(1, math.ceil(piece.length_m / _NODE_SPACING_M))
    edges = np.linspace(0.0, 1.0, n_steps + 1)
    jump = piece.end_per_m - piece.start_per_m
    curvature = piece.start_per_m + jump * edges**2 * (3.0 - 2.0 * edges)
    rate = jump * 6.0 * edges * (1.0 - edges) / piece.length_m
    heading = piece.length_m * (piece.start_per_m * edges + jump * (edges**3 - edges**4 / 2.0))
    spacing = np.full(n_steps, piece.length_m / n_steps)
    return spacing, np.diff(heading), curvature[:-1], rate[:-1], float(curvature[-1])


def _chords(
    spacing: FloatArray, heading: FloatArray, curvature: FloatArray, rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Integrate the direction over each step; curvature inside a step is a cubic Hermite."""
    u = (1.0 + _GAUSS_X[:, None]) / 2.0
    h = spacing[None, :]
    k0, k1 = curvature[None, :-1], curvature[None, 1:]
    # The curvature rate is continuous across joints (zero at both ends of a transition).
    r0, r1 = rate[None, :-1] * h, rate[None, 1:] * h
    turned = h * (
        k0 * (u - u**3 + u**4 / 2)
        + r0 * (u**2 / 2 - 2 * u**3 / 3 + u**4 / 4)
        + k1 * (u**3 - u**4 / 2)
        + r1 * (-(u**3) / 3 + u**4 / 4)
    )
    direction = heading[None, :] + turned
    weights = _GAUSS_W[:, None] / 2.0
    return (
        spacing * np.sum(weights * np.cos(direction), axis=0),
        spacing * np.sum(weights * np.sin(direction), axis=0),
    )


def close(elements: Sequence[Element], *, length_m: float | None) -> tuple[Element, ...]:
    """Return the elements with straights stretched so that the track ends where it began.

    The corrections of the straights are the smallest in the weighted least-squares sense that
    meet the closure in x and y, and the length when given: linear, hence exact.

    Parameters
    ----------
    elements : sequence of Straight or Bend
        The angles must add up to a whole number of turns.
    length_m : float or None
        Length to reach; None leaves it free [m].
    """
    nodes = trace(elements)
    starts = np.append(0.0, np.cumsum(lengths_of(elements)))[:-1]
    indices = [i for i, element in enumerate(elements) if isinstance(element, Straight)]
    headings = np.interp(starts[indices], nodes.station_m, nodes.heading_rad)
    rows = [np.cos(headings), np.sin(headings)]
    gaps = [-float(nodes.x_m[-1]), -float(nodes.y_m[-1])]
    if length_m is not None:
        rows.append(np.ones(len(indices)))
        gaps.append(length_m - float(nodes.station_m[-1]))
    straights = [element for element in elements if isinstance(element, Straight)]
    weights = np.array([straight.stretch * straight.length_m for straight in straights])
    matrix = np.array(rows)
    change = weights * (matrix.T @ np.linalg.solve((matrix * weights) @ matrix.T, np.array(gaps)))
    closed = list(elements)
    for index, straight, extra in zip(indices, straights, change, strict=True):
        closed[index] = replace(straight, length_m=straight.length_m + float(extra))
    return tuple(closed)
