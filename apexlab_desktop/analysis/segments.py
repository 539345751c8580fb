"""A lap cut into corners and the straights between them (analysis.md 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.corner_results import Corner

LEAST_STRAIGHT_M = 1.4
"""Corners closer than two places of the grid follow each other without a straight."""


class SegmentKind(StrEnum):
    """What a segment is."""

    CORNER = "corner"
    STRAIGHT = "straight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the lap.

    Attributes
    ----------
    name : str
        `T3`, `S3-4`, `S8-fin` of the last straight and `S0-1` of what follows the start line.
    group : str
        The same for both pieces of what the start line cuts in two, else the name.
    kind : SegmentKind
    corner_id : str
        Empty for a straight.
    from_m, to_m : float
        Stations, `from_m` less than `to_m` [m].
    """

    name: str
    group: str
    kind: SegmentKind
    corner_id: str
    from_m: float
    to_m: float


def tile_lap(
    corners: Sequence[Corner], length_m: float, *, is_closed: bool = True
) -> tuple[Segment, ...]:
    """Return corners and straights in turn, from 0 to the length without gap or overlap.

    Parameters
    ----------
    corners : sequence of Corner
        In the order they are driven; they do not overlap.
    length_m : float
        Of the lap [m].
    is_closed : bool
        The last straight runs on over the start line.
    """
    whole = sorted((c for c in corners if c.entry_m < c.exit_m), key=lambda c: c.entry_m)
    across = next((c for c in corners if c.exit_m < c.entry_m), None)
    if not whole and across is None:
        return (_straight("S", "S", 0.0, length_m),)
    names = [c.number for c in whole]
    first, last = (names[0], names[-1]) if names else ("", "")
    pieces: list[Segment] = []
    here_m = 0.0
    if across is not None:
        here_m = across.exit_m
        pieces.append(_corner(across, f"T{across.number}-start", 0.0, here_m))
        last_name = across.number
    else:
        last_name = "0"
    for corner in whole:
        if corner.entry_m - here_m >= LEAST_STRAIGHT_M:
            name = f"S{last_name}-{corner.number}"
            group = f"S{last}-{first}" if last_name == "0" and is_closed else name
            pieces.append(_straight(name, group, here_m, corner.entry_m))
            here_m = corner.entry_m
        pieces.append(_corner(corner, f"T{corner.number}", here_m, corner.exit_m))
        here_m, last_name = corner.exit_m, corner.number
    return (*pieces, *_to_the_line(across, here_m, last_name, first, length_m, is_closed=is_closed))


def _to_the_line(
    across: Corner | None,
    here_m: float,
    last: str,
    first: str,
    length_m: float,
    *,
    is_closed: bool,
) -> list[Segment]:
    """Return what lies behind the last whole corner."""
    if across is None:
        if length_m <= here_m:
            return []
        name = f"S{last}-fin"
        return [_straight(name, f"S{last}-{first}" if is_closed else name, here_m, length_m)]
    pieces: list[Segment] = []
    if across.entry_m - here_m >= LEAST_STRAIGHT_M:
        name = f"S{last}-{across.number}"
        pieces.append(_straight(name, name, here_m, across.entry_m))
        here_m = across.entry_m
    pieces.append(_corner(across, f"T{across.number}-fin", here_m, length_m))
    return pieces


def _straight(name: str, group: str, from_m: float, to_m: float) -> Segment:
    return Segment(
        name=name, group=group, kind=SegmentKind.STRAIGHT, corner_id="", from_m=from_m, to_m=to_m
    )


def _corner(corner: Corner, name: str, from_m: float, to_m: float) -> Segment:
    return Segment(
        name=name,
        group=f"T{corner.number}",
        kind=SegmentKind.CORNER,
        corner_id=corner.id,
        from_m=from_m,
        to_m=to_m,
    )
