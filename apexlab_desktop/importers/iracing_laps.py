"""Laps of an iRacing file: crossings between records from LapDistPct, times from LapLastLapTime."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, DeclaredLap, IntArray, StoredArray

_WRAP_SEARCH_RECORDS = 5
"""The lap counter may step a few records away from the wrap of the distance."""
_VERDICT_S = 5.0
"""LapLastLapTime follows the line by 0.7 to 1 s."""
_SAME_TIME_S = 0.003
"""Crossings between records are this close to the time that the simulator states."""
_TELEPORT_SHARE = 0.02
"""Share of a lap that no car drives between two records."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapSignals:
    """What the laps are made from, one value a record.

    Attributes
    ----------
    time_us : ndarray of int64, shape (n,)
    lap : ndarray, shape (n,)
        Laps started; 0 on an out-lap, and out of the car.
    distance_ratio : ndarray, shape (n,), or None
    last_lap_time_s : ndarray, shape (n,), or None
        -1 for an invalid lap.
    """

    time_us: IntArray
    lap: StoredArray
    distance_ratio: StoredArray | None
    last_lap_time_s: StoredArray | None


def teleports(signals: LapSignals) -> IntArray:
    """Return records at which the car was put elsewhere: into it, out of it, or to the pits."""
    lap = signals.lap
    jumped = np.zeros(lap.size, dtype=bool)
    jumped[1:] = np.diff(lap) < 0
    if signals.distance_ratio is not None:
        step = np.diff(signals.distance_ratio.astype(np.float64))
        step = (step + 0.5) % 1.0 - 0.5
        jumped[1:] |= np.abs(step) > _TELEPORT_SHARE
    for record in np.flatnonzero((lap[:-1] == 0) & (lap[1:] != 0)) + 1:
        # Lap 0 is an out-lap when it ends at the line, else the garage.
        jumped[record] |= _wrap_at(signals, int(record)) is None
    return np.flatnonzero(jumped)


def declared_laps(signals: LapSignals, joints: tuple[int, ...]) -> tuple[DeclaredLap, ...]:
    """Return the laps of the file in order of time.

    Parameters
    ----------
    signals : LapSignals
    joints : tuple of int
        Records at which the car did not drive on from the record before.
    """
    lap = signals.lap
    starts = np.unique(np.concatenate(([0], np.flatnonzero(np.diff(lap) != 0) + 1, joints)))
    starts = starts.astype(np.int64)
    is_crossing = _crossings(signals, starts, frozenset(joints))
    bounds_us = [
        _crossing_us(signals, int(start)) if crosses else int(signals.time_us[start])
        for start, crosses in zip(starts, is_crossing, strict=True)
    ]
    laps = []
    for i, start in enumerate(starts):
        is_last = i + 1 == starts.size
        ends_at_line = not is_last and bool(is_crossing[i + 1])
        if lap[start] < 0 or (lap[start] == 0 and not ends_at_line):
            continue
        stop = lap.size - 1 if is_last else int(starts[i + 1])
        end_us = bounds_us[i + 1] if ends_at_line else int(signals.time_us[stop - (not is_last)])
        laps.append(
            _lap(
                signals,
                int(lap[start]),
                bounds_us[i],
                end_us,
                bool(is_crossing[i]),
                ends_at_line,
                stop,
            )
        )
    return tuple(laps)


def _crossings(signals: LapSignals, starts: IntArray, joints: frozenset[int]) -> BoolArray:
    lap = signals.lap
    crosses = np.zeros(starts.size, dtype=bool)
    for i, start in enumerate(starts):
        if start > 0 and int(start) not in joints and lap[start] == lap[start - 1] + 1:
            crosses[i] = lap[start - 1] > 0 or _wrap_at(signals, int(start)) is not None
    return crosses


def _wrap_at(signals: LapSignals, record: int) -> int | None:
    """Return the record near `record` at which the distance starts again, or None."""
    ratio = signals.distance_ratio
    if ratio is None:
        return None
    low = max(record - _WRAP_SEARCH_RECORDS, 1)
    high = min(record + _WRAP_SEARCH_RECORDS, ratio.size - 1)
    steps = np.diff(ratio[low - 1 : high + 1].astype(np.float64))
    if steps.size == 0 or not steps.min() <= -0.5:
        return None
    return low + int(np.argmin(steps))


def _crossing_us(signals: LapSignals, record: int) -> int:
    """Return when the line was crossed around `record`, between records where distance tells."""
    ratio, after = signals.distance_ratio, _wrap_at(signals, record)
    if ratio is None or after is None:
        return int(signals.time_us[record])
    left, right = 1.0 - float(ratio[after - 1]), float(ratio[after])
    share = left / (left + right) if left + right > 0.0 else 1.0
    before_us, after_us = int(signals.time_us[after - 1]), int(signals.time_us[after])
    return before_us + round(min(max(share, 0.0), 1.0) * (after_us - before_us))


def _lap(
    signals: LapSignals,
    number: int,
    start_us: int,
    end_us: int,
    starts_at_line: bool,
    ends_at_line: bool,
    stop: int,
) -> DeclaredLap:
    is_complete = starts_at_line and ends_at_line
    lap_time_s, is_valid = (
        _verdict(signals, stop, end_us - start_us) if ends_at_line else (None, None)
    )
    return DeclaredLap(
        number=number,
        start_us=start_us,
        end_us=end_us,
        is_complete=is_complete,
        lap_time_s=lap_time_s,
        is_valid=is_valid,
        reason="vendor_marker" if is_complete else "recording_edge",
    )


def _verdict(signals: LapSignals, stop: int, duration_us: int) -> tuple[float | None, bool | None]:
    """Return the stated time of the lap that ended before record `stop`, and whether it counts."""
    stated = signals.last_lap_time_s
    if stated is None:
        return None, None
    until = int(np.searchsorted(signals.time_us, signals.time_us[stop] + int(_VERDICT_S * 1e6)))
    window = stated[stop - 1 : until]
    changes = np.flatnonzero(window[1:] != window[:-1])
    value = float(window[int(changes[0]) + 1]) if changes.size else float(window[-1])
    if value < 0.0:
        return None, False
    if changes.size or abs(value - duration_us * 1e-6) < _SAME_TIME_S:
        # The simulator times to 0.1 ms; float32 adds digits that mean nothing.
        return round(value, 4), True
    return None, None
