"""A lap on its own fixes, with a little of its neighbours, at stations that run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import lap_channels, latency
from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    ComparedLap,
    Comparison,
    FloatArray,
    Trajectory,
)

BRAKE_CHANNELS = ("brake_ratio", "brake_pressure_pa")
PASCAL_PER_BAR = 1e5
THROTTLE_CHANNELS = ("accelerator_ratio", "throttle_ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pedal:
    """A pedal channel of a session and what it reads at rest and at full use."""

    name: str
    rest: float
    full: float
    lag_s: float

    def scaled(self, values: FloatArray) -> FloatArray:
        """Return readings as 0 at rest to 1 at full use."""
        return np.asarray((values - self.rest) / (self.full - self.rest))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapMotion:
    """Fixes of a lap and around it; arrays have shape (n,).

    Attributes
    ----------
    time_s : ndarray
        Since the lap's start; negative before it [s].
    station_m : ndarray
        On the line, running on: negative before the start, beyond the length after the end [m].
    speed_mps, accel_long_mps2, accel_lat_mps2 : ndarray
    brake_ratio, throttle_ratio : ndarray or None
        Scaled pedals.
    rate_hz : float
    """

    time_s: FloatArray
    station_m: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    brake_ratio: FloatArray | None
    throttle_ratio: FloatArray | None
    rate_hz: float

    def between(self, from_m: float, to_m: float) -> slice:
        """Return the samples from one station to another."""
        first, last = np.searchsorted(self.station_m, (from_m, to_m))
        return slice(int(first), int(last))

    def time_at(self, station_m: float) -> float:
        """Return when the lap was at a station [s]."""
        return float(np.interp(station_m, self.station_m, self.time_s, left=np.nan, right=np.nan))

    def station_at(self, time_s: float) -> float:
        """Return where the lap was at a time [m]."""
        return float(np.interp(time_s, self.time_s, self.station_m, left=np.nan, right=np.nan))

    def speed_at(self, station_m: float) -> float:
        """Return the speed at a station [m/s]."""
        return float(
            np.interp(station_m, self.station_m, self.speed_mps, left=np.nan, right=np.nan)
        )

    def knows(self, at: slice) -> bool:
        """Return whether the motion is known all over some samples."""
        return bool(np.isfinite(self.accel_long_mps2[at]).all())


def lap_motion(
    session: AnalysedSession,
    comparison: Comparison,
    lap: ComparedLap,
    pedals: Mapping[str, Pedal],
    config: AnalysisConfig,
    measures: CornerMeasureConfig,
) -> LapMotion:
    """Return a lap on the session's own fixes.

    Parameters
    ----------
    session : AnalysedSession
        With a trajectory.
    comparison : Comparison
        Of which `lap` is one.
    lap : ComparedLap
    pedals : mapping of str to Pedal
        `brake` and `throttle` where the session has them.
    config : AnalysisConfig
    measures : CornerMeasureConfig

    Notes
    -----
    Within the lap a fix is where the comparison places it; outside, as far beyond the line as the
    odometer says.
    """
    motion = session.trajectory
    assert motion is not None  # noqa: S101 -- a comparison with a line has one
    start_s, end_s = lap.lap.start_s, lap.lap.end_s
    around_s = measures.around_s
    first, stop = np.searchsorted(motion.time_s, (start_s - around_s, end_s + around_s))
    at = slice(int(first), int(stop))
    at_s = motion.time_s[at]
    time_s = at_s - start_s
    read = {
        name: _pedal(session, comparison, lap, pedal, at_s, config)
        for name, pedal in pedals.items()
    }
    station_m = _stations(motion, at, comparison, lap)
    return LapMotion(
        time_s=time_s,
        station_m=station_m,
        speed_mps=motion.speed_mps[at],
        accel_long_mps2=motion.accel_long_mps2[at],
        accel_lat_mps2=motion.accel_lat_mps2[at],
        brake_ratio=read.get("brake"),
        throttle_ratio=read.get("throttle"),
        rate_hz=motion.rate_hz,
    )


def _stations(
    motion: Trajectory, at: slice, comparison: Comparison, lap: ComparedLap
) -> FloatArray:
    time_s = motion.time_s[at] - lap.lap.start_s
    grid_m, length_m = comparison.distance_m, float(comparison.distance_m[-1])
    known = np.isfinite(lap.time_s)
    station_m = np.interp(time_s, lap.time_s[known], grid_m[known])
    ends_m = np.interp((lap.lap.start_s, lap.lap.end_s), motion.time_s[at], motion.odometer_m[at])
    before, after = time_s < 0.0, time_s > float(lap.time_s[-1])
    odometer_m = motion.odometer_m[at]
    station_m[before] = odometer_m[before] - ends_m[0]
    station_m[after] = length_m + np.maximum(odometer_m[after] - ends_m[1], 0.0)
    # A standing car keeps its place, yet stations must tell samples apart.
    return np.asarray(np.maximum.accumulate(station_m) + 1e-9 * np.arange(station_m.size))


def _pedal(
    session: AnalysedSession,
    comparison: Comparison,
    lap: ComparedLap,
    pedal: Pedal,
    at_s: FloatArray,
    config: AnalysisConfig,
) -> FloatArray | None:
    on_grid = lap.channels.get(pedal.name)
    if on_grid is None or not np.isfinite(on_grid).any():
        return None
    values = np.full(at_s.size, np.nan)
    time_s = at_s - lap.lap.start_s
    inside = (time_s >= 0.0) & (time_s <= float(lap.time_s[-1]))
    known = np.isfinite(lap.time_s)
    values[inside] = np.interp(time_s[inside], lap.time_s[known], on_grid[known])
    for outside in (time_s < 0.0, ~inside & (time_s >= 0.0)):
        if np.count_nonzero(outside) > 1:
            around = lap_channels.driver_channels(session, at_s[outside] + pedal.lag_s, config)
            values[outside] = around.get(pedal.name, np.nan)
    return pedal.scaled(values)


def pedals_of(
    session: AnalysedSession, comparison: Comparison, measures: CornerMeasureConfig
) -> dict[str, Pedal]:
    """Return the pedals that a session really has, by `brake` and `throttle`.

    A pedal is scaled by what it reads over the session: throttles by OBD rest at 10 to 20 %, brake
    pressures have any unit. One that hardly moves, or does not slow the car, is none.
    """
    found: dict[str, Pedal] = {}
    for key, names in (("brake", BRAKE_CHANNELS), ("throttle", THROTTLE_CHANNELS)):
        for name in names:
            pedal = _read_pedal(session, comparison, key, name, measures)
            if pedal is not None:
                found[key] = pedal
                break
    return found


def _read_pedal(
    session: AnalysedSession,
    comparison: Comparison,
    key: str,
    name: str,
    measures: CornerMeasureConfig,
) -> Pedal | None:
    rows = [lap for lap in comparison.laps if name in lap.channels]
    if not rows:
        return None
    values = np.concatenate([lap.channels[name] for lap in rows])
    accel_mps2 = np.concatenate([lap.channels["accel_long_mps2"] for lap in rows])
    known = np.isfinite(values) & np.isfinite(accel_mps2)
    values, accel_mps2 = values[known], accel_mps2[known]
    if not values.size:
        return None
    rest, full = (float(one) for one in np.percentile(values, (2.0, 99.0)))
    unit = PASCAL_PER_BAR if name.endswith("_pa") else 1.0
    if full - rest < measures.pedal_least_span * unit or rest > measures.pedal_most_rest * unit:
        return None
    is_on = values > rest + 0.3 * (full - rest)
    if not is_on.any() or is_on.all():
        return None
    gained_mps2 = float(np.median(accel_mps2[is_on])) - float(np.median(accel_mps2[~is_on]))
    if (gained_mps2 if key == "throttle" else -gained_mps2) < measures.pedal_least_effect_mps2:
        return None
    return Pedal(name=name, rest=rest, full=full, lag_s=_lag(session, name))


def _lag(session: AnalysedSession, name: str) -> float:
    """Return how late the channel's own device is [s]."""
    lags = latency.channel_lags(session)
    for group in session.raw.groups:
        if group.name in lags and group.find(name) is not None:
            return lags[group.name]
    return 0.0


def median_of_laps(rows: Sequence[FloatArray]) -> FloatArray:
    """Return the median of several laps at each place; NaN where no lap is known."""
    values = np.array(rows)
    known = np.isfinite(values).any(axis=0)
    result = np.full(values.shape[1], np.nan)
    result[known] = np.nanmedian(values[:, known], axis=0)
    return result


def runs_where(is_true: BoolArray) -> list[tuple[int, int]]:
    """Return first index and end of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_true, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
