"""Laps with their kind and the reasons why one does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.kinematics import longest_true_run
from apexlab_desktop.analysis.lap_pieces import Piece
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    BoundaryReason,
    FloatArray,
    Lap,
    LapKind,
    Trajectory,
)

_SPOILS_VALIDITY = frozenset({"gap", "invalid", "length", "timing_uncertain"})
MIN_LAPS_FOR_SPREAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the motion says about one piece; lengths [m], times [s], speeds [m/s]."""

    length_m: float | None
    longest_gap_s: float
    longest_stop_s: float
    starts_slow: bool
    ends_slow: bool


def judge(
    pieces: tuple[Piece, ...],
    trajectory: Trajectory | None,
    *,
    is_on_pit_road: tuple[FloatArray, FloatArray] | None = None,
    marks: Sequence[tuple[str, ...]] = (),
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> tuple[Lap, ...]:
    """Return the pieces as laps: kind, validity, and why.

    Parameters
    ----------
    pieces : tuple of Piece
        In order of time.
    trajectory : Trajectory or None
    is_on_pit_road : tuple of ndarray, optional
        Instants [s] and 0 or 1 of the file's own pit flag.
    marks : sequence of tuple of str
        Words that each piece has earned otherwise; empty when there are none.
    config : AnalysisConfig

    Notes
    -----
    Rules of analysis.md 4, column Ours, and algorithms.md 3.2. `reasons` holds every word that
    applies: `gap`, `length`, `invalid` and `timing_uncertain` make a lap invalid; `pit`, `stopped`,
    `off_course` and `slow` leave it valid but not clean. A lap without a time is not valid either,
    and says what it lacks: `no_start_crossing`, `no_end_crossing`, `recording_paused`, or
    `incomplete` where neither end is a crossing.
    """
    facts = [_facts(piece, trajectory, config) for piece in pieces]
    for i, gap_s in enumerate(_longest_gaps(pieces, trajectory)):
        facts[i] = replace(facts[i], longest_gap_s=max(facts[i].longest_gap_s, gap_s))
    kinds = [_kind(piece, fact) for piece, fact in zip(pieces, facts, strict=True)]
    words: list[list[str]] = [
        _own_reasons(piece, fact, is_on_pit_road, config)
        for piece, fact in zip(pieces, facts, strict=True)
    ]
    for own, more in zip(words, marks, strict=False):
        own.extend(word for word in more if word not in own)
    counted = [
        i
        for i, (piece, kind) in enumerate(zip(pieces, kinds, strict=True))
        if kind is LapKind.TIMED and piece.lap_time_s is not None
    ]
    for i in _odd_lengths(counted, facts, words, config):
        words[i].append("length")
    for i in _slow_laps(counted, pieces, words, config):
        words[i].append("slow")
    return tuple(
        _lap(piece, fact, kind, tuple(word))
        for piece, fact, kind, word in zip(pieces, facts, kinds, words, strict=True)
    )


def best_lap(laps: tuple[Lap, ...]) -> Lap | None:
    """Return the fastest clean lap, on a tie the earlier; None when no lap is clean."""
    timed = [(lap.lap_time_s, i) for i, lap in enumerate(laps) if lap.is_clean and lap.lap_time_s]
    return laps[min(timed)[1]] if timed else None


def _lap(piece: Piece, fact: _Facts, kind: LapKind, reasons: tuple[str, ...]) -> Lap:
    is_valid = piece.lap_time_s is not None and not _SPOILS_VALIDITY.intersection(reasons)
    return Lap(
        number=piece.number,
        kind=kind,
        start_s=piece.start_s,
        end_s=piece.end_s,
        lap_time_s=piece.lap_time_s,
        lap_time_sigma_s=piece.lap_time_sigma_s,
        length_m=fact.length_m,
        is_valid=is_valid,
        is_clean=is_valid and kind is LapKind.TIMED and not reasons,
        start_reason=piece.start_reason,
        end_reason=piece.end_reason,
        reasons=reasons,
    )


def _facts(piece: Piece, trajectory: Trajectory | None, config: AnalysisConfig) -> _Facts:
    if trajectory is None:
        return _Facts(
            length_m=None, longest_gap_s=0.0, longest_stop_s=0.0, starts_slow=False, ends_slow=False
        )
    time_s = trajectory.time_s
    low, high = np.searchsorted(time_s, (piece.start_s, piece.end_s))
    inside = slice(int(low), int(high))
    speed_mps = trajectory.speed_mps[inside]
    if speed_mps.size < 2:
        return _Facts(
            length_m=None,
            longest_gap_s=piece.end_s - piece.start_s,
            longest_stop_s=0.0,
            starts_slow=False,
            ends_slow=False,
        )
    around = slice(max(int(low) - 1, 0), int(high) + 1)
    ends_m = np.interp((piece.start_s, piece.end_s), time_s[around], trajectory.odometer_m[around])
    share_s = config.out_lap_share * (piece.end_s - piece.start_s)
    head = speed_mps[: max(int(np.searchsorted(time_s[inside], piece.start_s + share_s)), 1)]
    return _Facts(
        length_m=float(ends_m[1] - ends_m[0]),
        longest_gap_s=0.0,
        longest_stop_s=longest_true_run(speed_mps < config.stop_speed_mps, time_s[inside]),
        starts_slow=bool(np.median(head) < config.pit_speed_mps),
        ends_slow=bool(speed_mps[-1] < config.pit_speed_mps),
    )


def _longest_gaps(pieces: tuple[Piece, ...], trajectory: Trajectory | None) -> list[float]:
    """Return the longest time without a true fix that touches each piece [s]."""
    if trajectory is None:
        return []
    known_s = trajectory.time_s[~trajectory.is_interpolated]
    step_s = np.diff(known_s)
    # The step between two neighbouring fixes is no gap, whatever the rate.
    gaps = np.flatnonzero(step_s > 1.5 / trajectory.rate_hz)
    begin_s, end_s, long_s = known_s[gaps], known_s[gaps + 1], step_s[gaps]
    return [
        float(long_s[(end_s > piece.start_s) & (begin_s < piece.end_s)].max(initial=0.0))
        for piece in pieces
    ]


def _kind(piece: Piece, fact: _Facts) -> LapKind:
    starts_at_line, ends_at_line = piece.start_reason.is_timed, piece.end_reason.is_timed
    if piece.start_reason is BoundaryReason.LAUNCH:
        return LapKind.TIMED
    if starts_at_line and ends_at_line:
        if fact.starts_slow:
            return LapKind.OUT
        return LapKind.IN if fact.ends_slow else LapKind.TIMED
    if ends_at_line and fact.starts_slow:
        return LapKind.OUT
    if starts_at_line and fact.ends_slow:
        return LapKind.IN
    return LapKind.PARTIAL


def _own_reasons(
    piece: Piece,
    fact: _Facts,
    is_on_pit_road: tuple[FloatArray, FloatArray] | None,
    config: AnalysisConfig,
) -> list[str]:
    words = _missing_ends(piece)
    if piece.is_valid_by_vendor is False:
        words.append("invalid")
    if fact.longest_gap_s > config.max_lap_gap_s:
        words.append("gap")
    if piece.is_uncertain:
        words.append("timing_uncertain")
    if fact.longest_stop_s > config.stop_time_s:
        words.append("stopped")
    if is_on_pit_road is not None and _flag_set(piece, *is_on_pit_road):
        words.append("pit")
    return words


def _missing_ends(piece: Piece) -> list[str]:
    """Return why the lap has no time; nothing where it has one."""
    if piece.lap_time_s is not None:
        return []
    ends = (piece.start_reason, piece.end_reason)
    edge = BoundaryReason.RECORDING_EDGE
    words = ["recording_paused"] if BoundaryReason.SEGMENT_BREAK in ends else []
    if ends == (edge, edge):
        words.append("incomplete")
    elif ends[0] is edge:
        words.append("no_start_crossing")
    elif ends[1] is edge:
        words.append("no_end_crossing")
    return words


def _flag_set(piece: Piece, time_s: FloatArray, flag: FloatArray) -> bool:
    low, high = np.searchsorted(time_s, (piece.start_s, piece.end_s))
    return bool((flag[low:high] > 0.5).any())


def _odd_lengths(
    counted: list[int], facts: list[_Facts], words: list[list[str]], config: AnalysisConfig
) -> list[int]:
    """Return laps that are much too long or short, or off the usual length by more than 3 %."""
    lengths = {i: facts[i].length_m for i in counted if facts[i].length_m}
    usual = {
        i: m for i, m in lengths.items() if not _SPOILS_VALIDITY.intersection(words[i])
    } or lengths
    known = {i: float(m) for i, m in usual.items() if m is not None}
    if len(known) < 2:
        return []
    median_m = median(list(known.values()))
    known = {i: m for i, m in known.items() if m <= config.long_lap_ratio * median_m}
    longest_m = max(known.values())
    known = {i: m for i, m in known.items() if m >= config.short_lap_ratio * longest_m}
    median_m = median(list(known.values()))
    return [
        i
        for i, length in lengths.items()
        if length is not None and abs(length / median_m - 1.0) > config.length_tolerance_ratio
    ]


def _slow_laps(
    counted: list[int], pieces: tuple[Piece, ...], words: list[list[str]], config: AnalysisConfig
) -> list[int]:
    """Return laps that took much longer than usual (analysis.md 4, anomalous)."""
    times = {i: float(pieces[i].lap_time_s or np.nan) for i in counted}
    # Neither a pit stop nor a spoilt lap says what is usual.
    sound = [t for i, t in times.items() if not words[i]] or list(times.values())
    if not sound:
        return []
    median_s = median(sound)
    limit_s = config.slow_lap_ratio * median_s
    if len(sound) >= MIN_LAPS_FOR_SPREAD:
        low_s, high_s = np.percentile(sound, (25.0, 75.0))
        margin_s = max(
            config.slow_lap_iqr * float(high_s - low_s), config.slow_lap_floor_ratio * median_s
        )
        limit_s = min(limit_s, median_s + margin_s)
    return [i for i, t in times.items() if t > limit_s]
