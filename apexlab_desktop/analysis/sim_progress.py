"""How much of a lap is done, by the lap distance that simulators record."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, Lap, RawSession

MIN_SAMPLES = 4


def sim_progress(raw: RawSession, lap: Lap) -> tuple[FloatArray, FloatArray] | None:
    """Return instants of a lap and its share done, or None without such a channel.

    Parameters
    ----------
    raw : RawSession
    lap : Lap

    Returns
    -------
    time_s, share : ndarray, shape (n,)
        Session time, from the start to the end of the lap [s]; 0 at the first, 1 at the last.
    """
    for name, period in (("lap_distance_ratio", 1.0), ("lap_distance_m", None)):
        for group in raw.groups:
            channel = group.find(name)
            if channel is None:
                continue
            values = channel.values.astype(np.float64)
            progress = _in_lap(group.time_s, values, lap, period)
            if progress is not None:
                return progress
    return None


def _in_lap(
    time_s: FloatArray, values: FloatArray, lap: Lap, period: float | None
) -> tuple[FloatArray, FloatArray] | None:
    known = np.isfinite(values) & (time_s > lap.start_s) & (time_s < lap.end_s)
    known &= np.append(True, np.diff(time_s) > 0.0)
    t, counted = time_s[known], values[known]
    if t.size < MIN_SAMPLES:
        return None
    # The counter starts again at the line, perhaps a sample early or late: without its jumps it
    # runs on, and the crossings are where it would have been at their times.
    counted = np.unwrap(counted, period=period or max(float(np.ptp(counted)), 1.0))
    slope = np.diff(counted)[[0, -1]] / np.diff(t)[[0, -1]]
    before = counted[0] - slope[0] * (t[0] - lap.start_s)
    after = counted[-1] + slope[1] * (lap.end_s - t[-1])
    if not after > before:
        return None
    share = (np.concatenate(([before], counted, [after])) - before) / (after - before)
    return np.concatenate(([lap.start_s], t, [lap.end_s])), share
