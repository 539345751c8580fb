"""Track elements: straights and bends, and how they are stretched to close a track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.synth.centreline import Piece, trace


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
    """One corner: arcs of one direction joined by transitions of smooth curvature.

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
    line = trace([piece for element in elements for piece in pieces_of(element)])
    starts = np.append(0.0, np.cumsum(lengths_of(elements)))[:-1]
    indices = [i for i, element in enumerate(elements) if isinstance(element, Straight)]
    headings = line.at(starts[indices]).heading_rad
    rows = [np.cos(headings), np.sin(headings)]
    gaps = [-float(line.x_m[-1]), -float(line.y_m[-1])]
    if length_m is not None:
        rows.append(np.ones(len(indices)))
        gaps.append(length_m - line.last_m)
    straights = [element for element in elements if isinstance(element, Straight)]
    weights = np.array([straight.stretch * straight.length_m for straight in straights])
    matrix = np.array(rows)
    change = weights * (matrix.T @ np.linalg.solve((matrix * weights) @ matrix.T, np.array(gaps)))
    closed = list(elements)
    for index, straight, extra in zip(indices, straights, change, strict=True):
        closed[index] = replace(straight, length_m=straight.length_m + float(extra))
    return tuple(closed)
