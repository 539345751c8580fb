"""From a raw session to its motion, laps and quality."""

from __future__ import annotations

import itertools

import numpy as np

from apexlab_desktop.analysis import (
    crossings,
    lap_pieces,
    laps,
    local_line,
    pit_lane,
    point_to_point,
    quality,
    trajectory,
)
from apexlab_desktop.analysis import start_line as start_lines
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_pieces import Piece
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    FloatArray,
    Lap,
    Notice,
    RawSession,
    Severity,
    StartLine,
    Trajectory,
)


def analyse(
    raw: RawSession,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
) -> AnalysedSession:
    """Return the session with its trajectory, laps and quality.

    Parameters
    ----------
    raw : RawSession
    config : AnalysisConfig
    start_line : StartLine, optional
        Line to split with, instead of the file's own laps and line.
    ignore_lap_column : bool
        Split with a line although the file has laps of its own.

    Returns
    -------
    AnalysedSession
        Poor data gives notices and reasons, not errors: without motion there is no trajectory,
        without a circuit there is one partial lap.

    Raises
    ------
    InsufficientDataError
        If the time axis cannot be put in order.
    """
    motion, notices = trajectory.build(raw, config)
    line, pieces, more = _pieces(
        raw, motion, config, start_line, ignore_lap_column=ignore_lap_column
    )
    found = _judged(raw, pieces, motion, config)
    return AnalysedSession(
        raw=raw,
        trajectory=motion,
        start_line=line,
        laps=found,
        best_lap=laps.best_lap(found),
        quality=quality.assess(raw, motion, found, config),
        notices=(*raw.notices, *notices, *more),
    )


def _judged(
    raw: RawSession, pieces: tuple[Piece, ...], motion: Trajectory | None, config: AnalysisConfig
) -> tuple[Lap, ...]:
    """Return the laps; where the file has no pit flag the paths tell who left the line."""
    flag = _pit_flag(raw)
    found = laps.judge(pieces, motion, is_on_pit_road=flag, config=config)
    marks = () if flag is not None else pit_lane.marks(motion, found, config)
    if not any(marks):
        return found
    return laps.judge(pieces, motion, marks=marks, config=config)


SHOWN_DIFFERENCE_S = 0.0005
"""Half of the last digit of a lap time."""
UNLISTED_S = 1.0
"""Less between two laps is the seam of the file, not a drive."""

Split = tuple[StartLine | None, tuple[Piece, ...], tuple[Notice, ...]]


def _pieces(
    raw: RawSession,
    motion: Trajectory | None,
    config: AnalysisConfig,
    start_line: StartLine | None,
    *,
    ignore_lap_column: bool,
) -> Split:
    has_laps = bool(raw.laps_declared) and start_line is None and not ignore_lap_column
    if has_laps:
        pieces = lap_pieces.declared_pieces(raw, motion)
        return None, pieces, _stated_otherwise(pieces) + _between_laps(pieces, motion, config)
    if motion is None:
        return None, (), ()
    return _split_by_line(raw, motion, config, start_line or raw.start_line)


def _between_laps(
    pieces: tuple[Piece, ...], motion: Trajectory | None, config: AnalysisConfig
) -> tuple[Notice, ...]:
    """Return a notice of what was recorded between laps and belongs to none by the file."""
    if motion is None:
        return ()
    stretches: list[tuple[float, float]] = []
    total_s = 0.0
    for before, after in itertools.pairwise(pieces):
        first, stop = np.searchsorted(motion.time_s, (before.end_s, after.start_s))
        inside_s = motion.time_s[first:stop]
        step_s = np.diff(inside_s)
        recorded_s = float(step_s[step_s <= config.pause_gap_s].sum())
        if recorded_s > UNLISTED_S:
            stretches.append((float(inside_s[0]), float(inside_s[-1])))
            total_s += recorded_s
    if not stretches:
        return ()
    return (
        Notice(
            code="outside_the_laps",
            severity=Severity.INFO,
            channel="lap_number",
            count=len(stretches),
            first_s=stretches[0][0],
            last_s=stretches[-1][1],
            detail=f"{total_s:.0f} s between laps that the file counts to none",
        ),
    )


def _split_by_line(
    raw: RawSession, motion: Trajectory, config: AnalysisConfig, line: StartLine | None
) -> Split:
    breaks_s = tuple(us / 1e6 for us in raw.segment_starts_us)
    nothing = _no_crossings()
    if not np.isfinite(motion.x_m).any():
        notice = Notice(
            code="no_position",
            severity=Severity.LOST,
            detail="no position, and no laps declared by the file: laps cannot be found",
        )
        return None, lap_pieces.crossing_pieces(motion, nothing, breaks_s, config), (notice,)
    length_m = None
    if line is None:
        detected = start_lines.detect(motion, config)
        if detected is None:
            run = point_to_point.find(motion)
            if run is not None:
                return None, lap_pieces.run_pieces(motion, *run), (_one_run(),)
            pieces = lap_pieces.crossing_pieces(motion, nothing, breaks_s, config)
            return None, pieces, (_no_circuit(),)
        line, length_m = detected
    found = crossings.find(
        motion,
        local_line.localise(line, motion),
        track_length_m=length_m,
        breaks_s=breaks_s,
        config=config,
    )
    notices = () if found.time_s.size else (_never_crossed(line),)
    return line, lap_pieces.crossing_pieces(motion, found, breaks_s, config), notices


def _no_crossings() -> crossings.Crossings:
    empty = np.zeros(0)
    return crossings.Crossings(
        time_s=empty,
        speed_mps=empty,
        odometer_m=empty,
        is_uncertain=np.zeros(0, np.bool_),
        sigma_s=empty,
    )


def _one_run() -> Notice:
    return Notice(
        code="point_to_point",
        severity=Severity.INFO,
        detail=(
            "no place was passed twice in the same direction: the run is timed from the launch to "
            "the last slow-down; a start line of your own gives exact times"
        ),
    )


def _stated_otherwise(pieces: tuple[Piece, ...]) -> tuple[Notice, ...]:
    """Return a notice when lap times of the file are not those between its own boundaries."""
    apart_s = [
        abs(piece.lap_time_s - (piece.end_s - piece.start_s))
        for piece in pieces
        if piece.lap_time_s is not None
    ]
    several = [one for one in apart_s if one > SHOWN_DIFFERENCE_S]
    if not several:
        return ()
    return (
        Notice(
            code="lap_times_stated",
            severity=Severity.INFO,
            count=len(several),
            detail=(
                "the lap times shown are those the file states; between its own lap boundaries"
                f" lie up to {1e3 * max(several):.1f} ms more or less"
            ),
        ),
    )


def _no_circuit() -> Notice:
    return Notice(
        code="no_circuit",
        severity=Severity.INFO,
        detail="no place was passed twice in the same direction: the drive is one partial lap",
    )


def _never_crossed(line: StartLine) -> Notice:
    return Notice(
        code="line_never_crossed",
        severity=Severity.LOST,
        count=0,
        detail=(
            f"the start line at {line.lat_deg:.6f}, {line.lon_deg:.6f} "
            f"towards {line.bearing_deg:.0f} deg was never crossed in its direction"
        ),
    )


def _pit_flag(raw: RawSession) -> tuple[FloatArray, FloatArray] | None:
    for group in raw.groups:
        channel = group.find("is_on_pit_road")
        if channel is not None:
            return group.time_s, channel.values.astype(np.float64)
    return None
