"""The pedals of a session: which of its channels are any, and how they are scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import lap_channels
from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.order_statistics import median, quantile
from apexlab_desktop.analysis.types import AnalysedSession, ComparedLap, Comparison, FloatArray

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
    rest, full = (quantile(values, share) for share in (0.02, 0.99))
    unit = PASCAL_PER_BAR if name.endswith("_pa") else 1.0
    if full - rest < measures.pedal_least_span * unit or rest > measures.pedal_most_rest * unit:
        return None
    is_on = values > rest + 0.3 * (full - rest)
    if not is_on.any() or is_on.all():
        return None
    gained_mps2 = median(accel_mps2[is_on]) - median(accel_mps2[~is_on])
    if (gained_mps2 if key == "throttle" else -gained_mps2) < measures.pedal_least_effect_mps2:
        return None
    return Pedal(name=name, rest=rest, full=full, lag_s=_lag(session, name, comparison.lags_s))


def _lag(session: AnalysedSession, name: str, lags_s: Mapping[str, float]) -> float:
    """Return how late the channel's own device is [s]."""
    for group in session.raw.groups:
        if group.name in lags_s and group.find(name) is not None:
            return lags_s[group.name]
    return 0.0


def pedal_of_lap(
    session: AnalysedSession,
    comparison: Comparison,
    lap: ComparedLap,
    pedal: Pedal,
    at_s: FloatArray,
    config: AnalysisConfig,
) -> FloatArray | None:
    """Return a pedal at the fixes of a lap and around it, None where the lap lacks it.

    Parameters
    ----------
    session : AnalysedSession
    comparison : Comparison
    lap : ComparedLap
        Of the comparison.
    pedal : Pedal
    at_s : ndarray, shape (n,)
        Session time of the fixes [s].
    config : AnalysisConfig
    """
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
            own_s = at_s[outside] + pedal.lag_s
            around = lap_channels.driver_channel(session, pedal.name, own_s, config)
            values[outside] = np.nan if around is None else around
    return pedal.scaled(values)
