"""Corners of a layout on the line of any of its sessions: by place, with their ids and names."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_geometry import (
    GroundLine,
    foot_of,
    of_reference,
    of_shape,
)
from apexlab_desktop.analysis.layout_match import centre_of
from apexlab_desktop.analysis.layout_values import Layout
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine

BESIDE_M = 30.0
"""Farther from the other line a place is not on it."""
TOLERANCE_M, MOST_TOLERANCE_M = 30.0, 60.0
SPACING_SHARE = 0.4
"""Apexes of one corner lie within 30 m, or 40 % of the way to the next (algorithms.md 5.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCorners:
    """The corners of a layout, and the same on the line of one session.

    Attributes
    ----------
    on_line : tuple of Corner
        In the order of the session's line; stations along it.
    stored : tuple of Corner
        In the order of the layout; stations along the layout. More than before where the session
        found corners that the layout did not have.
    missing : tuple of str
        Ids of corners whose place the session's line does not have.
    """

    on_line: tuple[Corner, ...]
    stored: tuple[Corner, ...]
    missing: tuple[str, ...] = ()


def known_corners(
    layout: Layout,
    line: ReferenceLine,
    found: Sequence[Corner],
    new_id: Callable[[], str],
    *,
    may_learn: bool = True,
) -> KnownCorners:
    """Return the corners of a layout on a session's line, and learn those it did not have.

    Parameters
    ----------
    layout : Layout
    line : ReferenceLine
        Of a session of that layout; it may start elsewhere.
    found : sequence of Corner
        What detection found on `line`.
    new_id : callable
        Makes the id of a new corner.
    may_learn : bool
        Whether corners that the layout does not have are added to it.

    Returns
    -------
    KnownCorners
        Ids, numbers and names of stored corners stay. A new corner between 5 and 6 is 5a: nothing
        is ever renumbered. The first corners of a layout are numbered as detection did.
    """
    centre = centre_of(layout.shape)
    own, theirs = of_shape(layout.shape, centre), of_reference(line, centre)
    if theirs is None:
        return KnownCorners(on_line=tuple(found), stored=layout.corners)
    mapped = [_moved(corner, own, theirs) for corner in layout.corners]
    on_line = [corner for corner in mapped if corner is not None]
    missing = tuple(
        corner.id for corner, there in zip(layout.corners, mapped, strict=True) if there is None
    )
    on_line = _with_own_character(on_line, found, theirs)
    stored = list(layout.corners)
    if may_learn:
        for corner in _unknown(on_line, found, theirs):
            named = replace(corner, id=new_id(), number=_number(corner, on_line, layout.corners))
            there = _moved(named, theirs, own)
            if there is not None:
                on_line.append(named)
                stored.append(there)
    return KnownCorners(
        on_line=tuple(sorted(on_line, key=lambda one: one.apex_m)),
        stored=tuple(sorted(stored, key=lambda one: one.apex_m)),
        missing=missing,
    )


def found_anew(
    layout: Layout, line: ReferenceLine, found: Sequence[Corner], new_id: Callable[[], str]
) -> KnownCorners:
    """Return corners found on a better line in the place of a layout's first guesses.

    Those that are found again keep their ids; numbers are as found.
    """
    centre = centre_of(layout.shape)
    own, theirs = of_shape(layout.shape, centre), of_reference(line, centre)
    if theirs is None:
        return KnownCorners(on_line=tuple(found), stored=layout.corners)
    before = [there for one in layout.corners if (there := _moved(one, own, theirs)) is not None]
    again = {i: before[j].id for i, j in _pairs(before, found, theirs).items()}
    on_line = [
        replace(corner, id=again[i] if i in again else new_id()) for i, corner in enumerate(found)
    ]
    stored = [there for one in on_line if (there := _moved(one, theirs, own)) is not None]
    return KnownCorners(
        on_line=tuple(on_line), stored=tuple(sorted(stored, key=lambda one: one.apex_m))
    )


def places_on_line(
    layout: Layout, line: ReferenceLine, stations_m: Sequence[float], *, to_layout: bool = False
) -> tuple[float, ...] | None:
    """Return stations along a layout as those of a session's line, or the other way round.

    Parameters
    ----------
    layout : Layout
    line : ReferenceLine
        Of a session of that layout; it may start elsewhere.
    stations_m : sequence of float
        [m]
    to_layout : bool
        Stations of `line` are given, and those along the layout wanted.

    Returns
    -------
    tuple of float or None
        In rising order; None where one of the places is not on the other line [m].
    """
    centre = centre_of(layout.shape)
    own, theirs = of_shape(layout.shape, centre), of_reference(line, centre)
    if theirs is None or not stations_m:
        return None
    source, target = (theirs, own) if to_layout else (own, theirs)
    foot = _foot(np.asarray(stations_m, dtype=np.float64), source, target)
    if foot is None:
        return None
    return tuple(sorted(float(one) for one in foot))


def _foot(stations_m: FloatArray, source: GroundLine, target: GroundLine) -> FloatArray | None:
    """Return places of one line as stations of another; None where one of them is not there."""
    points, heading = source.at(stations_m)
    foot = foot_of(points, heading, target)
    is_same_way = np.cos(foot.heading_rad - heading) > 0.0
    if not (np.all(foot.distance_m <= BESIDE_M) and np.all(is_same_way)):
        return None
    return _inside(foot.station_m, target)


def _moved(corner: Corner, source: GroundLine, target: GroundLine) -> Corner | None:
    """Return a corner with its places as stations of another line; None where it is not there."""
    stations_m = np.array((corner.entry_m, corner.apex_m, corner.exit_m))
    there_m = _foot(stations_m, source, target)
    if there_m is None:
        return None
    entry_m, apex_m, exit_m = (float(one) for one in there_m)
    return replace(corner, entry_m=entry_m, apex_m=apex_m, exit_m=exit_m)


def _inside(station_m: FloatArray, line: GroundLine) -> FloatArray:
    return np.mod(station_m, line.length_m) if line.is_closed else station_m


def _apart(a_m: float, b_m: float, line: GroundLine) -> float:
    apart_m = abs(a_m - b_m)
    return min(apart_m, line.length_m - apart_m) if line.is_closed else apart_m


def _pairs(known: Sequence[Corner], found: Sequence[Corner], line: GroundLine) -> dict[int, int]:
    """Return which corner found is which of the known ones, nearest first, by their indices."""
    near = sorted(
        (_apart(one.apex_m, other.apex_m, line), i, j)
        for i, one in enumerate(found)
        for j, other in enumerate(known)
        if one.direction == other.direction
    )
    pairs: dict[int, int] = {}
    for apart_m, i, j in near:
        is_free = i not in pairs and j not in pairs.values()
        if is_free and apart_m <= _tolerance(known, j, line):
            pairs[i] = j
    return pairs


def _with_own_character(
    known: Sequence[Corner], found: Sequence[Corner], line: GroundLine
) -> list[Corner]:
    """Return known corners with what the drivers of this session do in them, where it is known."""
    own = {j: found[i].character for i, j in _pairs(known, found, line).items()}
    return [replace(one, character=own.get(j) or one.character) for j, one in enumerate(known)]


def _unknown(known: Sequence[Corner], found: Sequence[Corner], line: GroundLine) -> list[Corner]:
    """Return the corners found that are none of the known ones."""
    pairs = _pairs(known, found, line)
    return [
        one
        for i, one in enumerate(found)
        if i not in pairs and not _lies_in_another(one, known, line)
    ]


def _tolerance(known: Sequence[Corner], index: int, line: GroundLine) -> float:
    own = known[index]
    others = [
        _apart(own.apex_m, other.apex_m, line)
        for j, other in enumerate(known)
        if j != index and other.direction == own.direction
    ]
    spacing_m = min(others, default=np.inf)
    return float(min(max(TOLERANCE_M, SPACING_SHARE * spacing_m), MOST_TOLERANCE_M))


def _lies_in_another(corner: Corner, known: Sequence[Corner], line: GroundLine) -> bool:
    """Return whether a corner found lies inside a known one of its own direction.

    It is then the second apex of a corner that detection split this time.
    """
    for other in known:
        if other.direction != corner.direction:
            continue
        length_m = (other.exit_m - other.entry_m) % line.length_m
        if (corner.apex_m - other.entry_m) % line.length_m <= length_m:
            return True
    return False


def _number(corner: Corner, on_line: Sequence[Corner], stored: Sequence[Corner]) -> str:
    """Return the number of a new corner: its own on a new layout, else the one before and a letter.

    Before the first corner of the line comes the last one.
    """
    if not stored:
        return corner.number
    used = {one.number for one in (*on_line, *stored)}
    before = [one for one in on_line if one.apex_m <= corner.apex_m] or list(on_line)
    if not before:
        return corner.number
    last = max(before, key=lambda one: one.apex_m).number.rstrip(string.ascii_lowercase)
    letters = (letter for letter in string.ascii_lowercase if f"{last}{letter}" not in used)
    return f"{last}{next(letters, 'z')}"
