"""Cut the session into pieces from boundary to boundary, before anybody judges them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.crossings import Crossings, lap_sigma
from apexlab_desktop.analysis.types import (
    MICROSECONDS_PER_SECOND,
    BoundaryReason,
    DeclaredLap,
    RawSession,
    Trajectory,
)

FIRST_PIECE_NUMBER = 0
"""Number of what was driven before the first crossing, where the numbers are ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the session between two boundaries, half-open `[start_s, end_s)`.

    Attributes
    ----------
    number : int
    start_s, end_s : float
        Session time, whole microseconds [s].
    start_reason, end_reason : BoundaryReason
    lap_time_s, lap_time_sigma_s : float or None
        Only between two crossings [s].
    is_uncertain : bool
        A crossing lay in a dropout.
    is_valid_by_vendor : bool or None
    """

    number: int
    start_s: float
    end_s: float
    start_reason: BoundaryReason
    end_reason: BoundaryReason
    lap_time_s: float | None = None
    lap_time_sigma_s: float | None = None
    is_uncertain: bool = False
    is_valid_by_vendor: bool | None = None


def declared_pieces(raw: RawSession, trajectory: Trajectory | None) -> tuple[Piece, ...]:
    """Return the laps as the file bounds them, and the drive before and after them.

    Parameters
    ----------
    raw : RawSession
        With at least one declared lap.
    trajectory : Trajectory or None

    Notes
    -----
    Boundaries are taken as declared. A lap time that the vendor states wins over its boundaries.
    """
    laps = tuple(lap for lap in raw.laps_declared if lap.end_us > lap.start_us)
    if not laps:
        return ()
    pieces = [_declared_piece(lap, laps, index) for index, lap in enumerate(laps)]
    if trajectory is None:
        return tuple(pieces)
    first_s, last_s = float(trajectory.time_s[0]), float(trajectory.time_s[-1])
    before = _outside(first_s, pieces[0].start_s, _free_number(laps, first=True), is_before=True)
    after = _outside(pieces[-1].end_s, last_s, _free_number(laps, first=False), is_before=False)
    return (*before, *pieces, *after)


def _declared_piece(lap: DeclaredLap, laps: tuple[DeclaredLap, ...], index: int) -> Piece:
    starts_at_line = lap.is_complete or (index > 0 and laps[index - 1].end_us == lap.start_us)
    ends_at_line = lap.is_complete or (
        index + 1 < len(laps) and laps[index + 1].start_us == lap.end_us
    )
    if not lap.is_complete and starts_at_line and ends_at_line:
        # Both neighbours touch, yet the file does not count it: do not either.
        starts_at_line = ends_at_line = False
    start_s, end_s = lap.start_us / MICROSECONDS_PER_SECOND, lap.end_us / MICROSECONDS_PER_SECOND
    lap_time_s = lap.lap_time_s
    if lap_time_s is None and lap.is_complete:
        lap_time_s = (lap.end_us - lap.start_us) / MICROSECONDS_PER_SECOND
    edge, vendor = BoundaryReason.RECORDING_EDGE, BoundaryReason.VENDOR
    return Piece(
        number=lap.number,
        start_s=start_s,
        end_s=end_s,
        start_reason=vendor if starts_at_line else edge,
        end_reason=vendor if ends_at_line else edge,
        lap_time_s=lap_time_s if lap.is_complete else None,
        is_valid_by_vendor=lap.is_valid,
    )


def _free_number(laps: tuple[DeclaredLap, ...], *, first: bool) -> int:
    return min(lap.number for lap in laps) - 1 if first else max(lap.number for lap in laps) + 1


def _outside(start_s: float, end_s: float, number: int, *, is_before: bool) -> tuple[Piece, ...]:
    if end_s - start_s <= 1.0:
        return ()
    edge, vendor = BoundaryReason.RECORDING_EDGE, BoundaryReason.VENDOR
    piece = Piece(
        number=number,
        start_s=start_s,
        end_s=end_s,
        start_reason=edge if is_before else vendor,
        end_reason=vendor if is_before else edge,
    )
    return (piece,)


def crossing_pieces(
    trajectory: Trajectory,
    found: Crossings,
    breaks_s: tuple[float, ...] = (),
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> tuple[Piece, ...]:
    """Return the pieces between crossings, pauses and the edges of the recording.

    Parameters
    ----------
    trajectory : Trajectory
    found : Crossings
    breaks_s : tuple of float
        Instants at which recording resumed after a pause [s].
    config : AnalysisConfig

    Notes
    -----
    What lies before the first crossing has number 0; timed laps and what follows count from 1, and
    so do the stretches of a drive that never crossed the line.
    """
    pieces: list[Piece] = []
    number = FIRST_PIECE_NUMBER if found.time_s.size else FIRST_PIECE_NUMBER + 1
    for start, end in itertools.pairwise(_edges(trajectory, found, breaks_s, config)):
        if start.is_pause or end.at_s <= start.at_s:
            continue
        if start.reason is BoundaryReason.CROSSING:
            number = max(number, FIRST_PIECE_NUMBER + 1)
        pieces.append(_crossing_piece(number, start, end, found, config))
        number += 1
    return tuple(pieces)


def run_pieces(trajectory: Trajectory, start_s: float, end_s: float) -> tuple[Piece, ...]:
    """Return a run from launch to slow-down as lap 1, with what lies before and after it.

    Parameters
    ----------
    trajectory : Trajectory
    start_s, end_s : float
        See `point_to_point.find` [s].
    """
    start_s, end_s = _whole_us(start_s), _whole_us(end_s)
    first_s, last_s = float(trajectory.time_s[0]), float(trajectory.time_s[-1])
    edge = BoundaryReason.RECORDING_EDGE
    launch, slow_down = BoundaryReason.LAUNCH, BoundaryReason.SLOW_DOWN
    number = FIRST_PIECE_NUMBER + 1
    run = Piece(
        number=number,
        start_s=start_s,
        end_s=end_s,
        start_reason=launch,
        end_reason=slow_down,
        lap_time_s=_whole_us(end_s - start_s),
    )
    before = Piece(
        number=number - 1, start_s=first_s, end_s=start_s, start_reason=edge, end_reason=launch
    )
    after = Piece(
        number=number + 1, start_s=end_s, end_s=last_s, start_reason=slow_down, end_reason=edge
    )
    return tuple(piece for piece in (before, run, after) if piece.end_s > piece.start_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """A boundary at `at_s` [s]; `is_pause` where nothing was recorded after it."""

    at_s: float
    reason: BoundaryReason
    crossing: int | None = None
    is_pause: bool = False


def _edges(
    trajectory: Trajectory, found: Crossings, breaks_s: tuple[float, ...], config: AnalysisConfig
) -> list[_Edge]:
    time_s = trajectory.time_s
    ends = (float(time_s[0]), float(time_s[-1]))
    edges = [_Edge(at_s=at_s, reason=BoundaryReason.RECORDING_EDGE) for at_s in ends]
    for i, at_s in enumerate(found.time_s.tolist()):
        edges.append(_Edge(at_s=_whole_us(at_s), reason=BoundaryReason.CROSSING, crossing=i))
    for k in _pauses(trajectory, breaks_s, config):
        broken = BoundaryReason.SEGMENT_BREAK
        edges.append(_Edge(at_s=float(time_s[k]), reason=broken, is_pause=True))
        edges.append(_Edge(at_s=float(time_s[k + 1]), reason=broken))
    return sorted(edges, key=lambda edge: edge.at_s)


def _whole_us(time_s: float) -> float:
    return round(time_s * MICROSECONDS_PER_SECOND) / MICROSECONDS_PER_SECOND


def _pauses(
    trajectory: Trajectory, breaks_s: tuple[float, ...], config: AnalysisConfig
) -> list[int]:
    """Return the samples before which and the next one recording was paused."""
    time_s = trajectory.time_s
    resumed = np.searchsorted(time_s, np.asarray(breaks_s, dtype=np.float64) - 1e-6)
    paused = set((resumed[(resumed > 0) & (resumed < time_s.size)] - 1).tolist())
    long = np.flatnonzero(np.diff(time_s) > config.pause_gap_s)
    way_m = np.diff(trajectory.odometer_m)[long]
    is_parked = way_m < config.pause_speed_mps * np.diff(time_s)[long]
    return sorted(paused | set(long[is_parked].tolist()))


def _crossing_piece(
    number: int, start: _Edge, end: _Edge, found: Crossings, config: AnalysisConfig
) -> Piece:
    lap_time_s = sigma_s = None
    ends = [edge.crossing for edge in (start, end) if edge.crossing is not None]
    if len(ends) == 2:
        lap_time_s = _whole_us(end.at_s - start.at_s)
        first_s, second_s = found.sigma_s[ends].tolist()
        sigma_s = lap_sigma(first_s, second_s, lap_time_s, config)
    return Piece(
        number=number,
        start_s=start.at_s,
        end_s=end.at_s,
        start_reason=start.reason,
        end_reason=end.reason,
        lap_time_s=lap_time_s,
        lap_time_sigma_s=sigma_s,
        is_uncertain=bool(found.is_uncertain[ends].any()),
    )
