"""All laps of a comparison on the session's own fixes, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.pedals import pedal_of_lap, pedals_of
from apexlab_desktop.analysis.resample import at_instants
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    ComparedLap,
    Comparison,
    FloatArray,
    IntArray,
    Trajectory,
    where_finite,
)

_REACH = 3.0
"""Lap lengths either way of the start line that a place may be asked for at."""
_APART = 100.0
"""Between the last place of a lap and the first of the next one, in metres and in seconds."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapsInRow:
    """Laps that have the same pedals, one after the other.

    Attributes
    ----------
    laps : ndarray of int, shape (n_laps,)
        Which of the comparison's.
    motion : LapMotion
    zero_m, zero_s : ndarray, shape (n_laps,)
        Station and time of each lap's start in `motion` [m], [s].
    """

    laps: IntArray
    motion: LapMotion
    zero_m: FloatArray
    zero_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Stretch:
    """One lap with what is around it."""

    index: int
    at: slice
    time_s: FloatArray
    station_m: FloatArray
    pedals: dict[str, FloatArray]


def laps_in_row(
    session: AnalysedSession,
    comparison: Comparison,
    config: AnalysisConfig,
    measures: CornerMeasureConfig,
) -> list[LapsInRow]:
    """Return the laps of a comparison on the session's own fixes, by the pedals they have.

    Parameters
    ----------
    session : AnalysedSession
        With a trajectory.
    comparison : Comparison
        Of its laps.
    config : AnalysisConfig
    measures : CornerMeasureConfig

    Notes
    -----
    Within the lap a fix is where the comparison places it; outside, as far beyond the line as the
    odometer says.
    """
    motion = session.trajectory
    assert motion is not None  # noqa: S101 -- a comparison with a line has one
    pedals = pedals_of(session, comparison, measures)
    rows: dict[tuple[str, ...], list[_Stretch]] = {}
    for index, lap in enumerate(comparison.laps):
        around_s = (lap.lap.start_s - measures.around_s, lap.lap.end_s + measures.around_s)
        first, stop = np.searchsorted(motion.time_s, around_s)
        at = slice(int(first), int(stop))
        read = {
            key: pedal_of_lap(session, comparison, lap, pedal, motion.time_s[at], config)
            for key, pedal in pedals.items()
        }
        own = {key: values for key, values in read.items() if values is not None}
        stretch = _Stretch(
            index=index,
            at=at,
            time_s=motion.time_s[at] - lap.lap.start_s,
            station_m=_stations(motion, at, comparison, lap),
            pedals=own,
        )
        rows.setdefault(tuple(own), []).append(stretch)
    length_m = float(comparison.distance_m[-1])
    return [_joined(motion, stretches, length_m) for stretches in rows.values()]


def _stations(
    motion: Trajectory, at: slice, comparison: Comparison, lap: ComparedLap
) -> FloatArray:
    time_s, odometer_m = motion.time_s[at] - lap.lap.start_s, motion.odometer_m[at]
    grid_m, length_m, lap_s = comparison.distance_m, float(comparison.distance_m[-1]), lap.time_s
    known = where_finite(lap_s)
    if known is not None:
        grid_m, lap_s = grid_m[known], lap_s[known]
    ends_s = (lap.lap.start_s, lap.lap.end_s)
    start_m, end_m = at_instants(motion.time_s[at], odometer_m, ends_s).tolist()
    first = int(np.searchsorted(time_s, 0.0))
    stop = int(np.searchsorted(time_s, lap.time_s[-1], side="right"))
    station_m = odometer_m - start_m
    station_m[first:stop] = np.interp(time_s[first:stop], lap_s, grid_m)
    station_m[stop:] = length_m + np.maximum(odometer_m[stop:] - end_m, 0.0)
    # A standing car keeps its place, yet stations must tell samples apart.
    return np.asarray(np.maximum.accumulate(station_m) + 1e-9 * np.arange(station_m.size))


def _joined(motion: Trajectory, stretches: Sequence[_Stretch], length_m: float) -> LapsInRow:
    sizes = np.array([one.time_s.size for one in stretches])
    gaps = (np.cumsum(sizes + 1) - 1)[:-1]
    reach_m = _REACH * length_m
    zero_m, gap_m = _zeros([one.station_m for one in stretches], reach_m)
    zero_s, gap_s = _zeros([one.time_s for one in stretches], 0.0)

    def row(parts: Sequence[FloatArray], between: FloatArray | None = None) -> FloatArray:
        """Return the parts one after the other, with a sample between two of them."""
        values = np.full(int(sizes.sum()) + gaps.size, np.nan)
        for part, stop in zip(parts, [*gaps.tolist(), values.size], strict=True):
            values[stop - part.size : stop] = part
        if between is not None:
            values[gaps] = between
        return values

    def pedal(key: str) -> FloatArray | None:
        return row([one.pedals[key] for one in stretches]) if key in stretches[0].pedals else None

    return LapsInRow(
        laps=np.array([one.index for one in stretches]),
        zero_m=zero_m,
        zero_s=zero_s,
        motion=LapMotion(
            time_s=row([one.time_s + z for one, z in zip(stretches, zero_s, strict=True)], gap_s),
            station_m=row(
                [one.station_m + z for one, z in zip(stretches, zero_m, strict=True)], gap_m
            ),
            speed_mps=row([motion.speed_mps[one.at] for one in stretches]),
            accel_long_mps2=row([motion.accel_long_mps2[one.at] for one in stretches]),
            accel_lat_mps2=row([motion.accel_lat_mps2[one.at] for one in stretches]),
            brake_ratio=pedal("brake"),
            throttle_ratio=pedal("throttle"),
            rate_hz=motion.rate_hz,
            gaps=gaps,
        ),
    )


def _zeros(parts: Sequence[FloatArray], reach: float) -> tuple[FloatArray, FloatArray]:
    """Return where each part's zero lies, the first at 0, and what lies between the parts."""
    low = np.array([min(float(part[0]), -reach) for part in parts])
    high = np.array([max(float(part[-1]), reach) for part in parts])
    steps = high[:-1] - low[1:] + 2.0 * _APART
    zeros = np.concatenate(([0.0], np.cumsum(steps)))
    return zeros, (zeros + high)[:-1] + _APART
