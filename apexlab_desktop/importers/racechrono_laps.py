"""Laps from RaceChrono's lap_number column: the exporter puts a row at every crossing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.types import DeclaredLap, IntArray, StoredArray


def declared_laps(
    time_us: IntArray, lap_number: StoredArray, segment_rows: Sequence[int] = ()
) -> tuple[DeclaredLap, ...]:
    """Return the laps of a session in order of time.

    A lap ends where the first row of the next stretch begins, not at its own last row, which is up
    to 50 ms earlier. A stretch that touches an edge of the recording is not complete.

    Parameters
    ----------
    time_us : ndarray of int64, shape (n,)
        Session time of the rows, non-decreasing [us].
    lap_number : ndarray, shape (n,)
        NaN (or a negative number) outside laps.
    segment_rows : sequence of int
        Rows at which recording resumed after a pause.
    """
    if time_us.size == 0:
        return ()
    number = np.where(np.isfinite(lap_number) & (lap_number >= 0), lap_number, -1.0)
    is_start = np.ones(number.size, dtype=bool)
    is_start[1:] = np.diff(number) != 0
    is_edge = np.zeros(number.size + 1, dtype=bool)
    is_edge[[0, number.size]] = True
    resumed = [row for row in segment_rows if 0 < row < number.size]
    is_start[resumed] = True
    is_edge[resumed] = True
    starts = np.flatnonzero(is_start)
    stops = np.append(starts[1:], number.size)
    return tuple(
        _lap(int(number[start]), time_us, int(start), int(stop), is_edge)
        for start, stop in zip(starts, stops, strict=True)
        if number[start] >= 0
    )


def _lap(
    number: int,
    time_us: IntArray,
    start: int,
    stop: int,
    is_edge: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> DeclaredLap:
    is_complete = not (is_edge[start] or is_edge[stop])
    # Before a pause the lap ends with its own last row: the next row is after the pause.
    end_row = stop - 1 if is_edge[stop] else stop
    return DeclaredLap(
        number=number,
        start_us=int(time_us[start]),
        end_us=int(time_us[end_row]),
        is_complete=is_complete,
        reason="vendor_lap_number" if is_complete else "recording_edge",
    )
