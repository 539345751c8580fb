"""What colours the track map: values along the lap, their scale and the words for both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.ui.formatting import (
    NO_BREAK_SPACE,
    g_factor,
    plain,
    signed,
    speed_factor,
    speed_unit,
)
from apexlab_desktop.ui.plots.track_line import Ramp
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import LapSlot, MapColour

GAIN_WINDOW_M = 50.0
"""Length over which time gained or lost is taken."""
_PER_100_M = 100.0
_SCALE_QUANTILE = 0.98
"""The scale ends here, so that one spike does not make the rest grey."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapColouring:
    """Colour of every grid point.

    Attributes
    ----------
    values : ndarray, shape (n_grid,)
        In the unit shown.
    ramp : Ramp
    note : str
        What is seen, e.g. `lap 5, speed`.
    labels : (str, str, str)
        Low end, middle and high end of the scale.
    unit : str
    """

    values: FloatArray
    ramp: Ramp
    note: str
    labels: tuple[str, str, str]
    unit: str


def map_colouring(model: ComparisonModel, lap: LapSlot, theme: Theme) -> MapColouring:
    """Return the colours of the track for the lap shown and the model's choice."""
    makers = {
        MapColour.SPEED: _by_speed,
        MapColour.LATERAL: _by_lateral,
        MapColour.LONGITUDINAL: _by_longitudinal,
        MapColour.GAIN: _by_gain,
    }
    return makers[model.map_colour](model, lap, theme)


def _by_speed(model: ComparisonModel, lap: LapSlot, theme: Theme) -> MapColouring:
    values = _channel(model, lap, "speed_mps") * speed_factor(model.units)
    low, high = _finite_range(values)
    return MapColouring(
        values=values,
        ramp=Ramp(low=low, high=high, stops=theme.speed_ramp),
        note=f"{_name(lap)}, speed",
        labels=(plain(low, 0), plain((low + high) / 2.0, 0), plain(high, 0)),
        unit=speed_unit(model.units),
    )


def _by_lateral(model: ComparisonModel, lap: LapSlot, theme: Theme) -> MapColouring:
    values = np.abs(_channel(model, lap, "accel_lat_mps2")) * g_factor()
    high = _symmetric_end(values)
    return MapColouring(
        values=values,
        ramp=Ramp(low=0.0, high=high, stops=theme.speed_ramp),
        note=f"{_name(lap)}, lateral load",
        labels=("0", plain(high / 2.0, 2), plain(high, 2)),
        unit="g",
    )


def _by_longitudinal(model: ComparisonModel, lap: LapSlot, theme: Theme) -> MapColouring:
    values = _channel(model, lap, "accel_long_mps2") * g_factor()
    end = _symmetric_end(values)
    return MapColouring(
        values=values,
        ramp=Ramp(low=-end, high=end, stops=(theme.slower, theme.neutral_gain, theme.faster)),
        note=f"{_name(lap)}, braking and acceleration",
        labels=(signed(-end, 2), "0", signed(end, 2)),
        unit="g",
    )


def _by_gain(model: ComparisonModel, lap: LapSlot, theme: Theme) -> MapColouring:
    stops = (theme.faster, theme.neutral_gain, theme.slower)
    other = next((slot for slot in model.visible_slots if not slot.is_reference), None)
    if other is None:
        return MapColouring(
            values=np.zeros_like(lap.compared.time_s),
            ramp=Ramp(low=-1.0, high=1.0, stops=stops),
            note="gain and loss need a second lap",
            labels=("", "0", ""),
            unit="",
        )
    values = gain_per_100_m(model.lap_axis_m(), model.delta_s(other.lap_index))
    end = _symmetric_end(values)
    return MapColouring(
        values=values,
        ramp=Ramp(low=-end, high=end, stops=stops, widens=True),
        note=f"{_name(other)} to {_name(lap)}, + is slower",
        labels=(signed(-end, 2), "0", signed(end, 2)),
        unit=f"s per 100{NO_BREAK_SPACE}m",
    )


def gain_per_100_m(distance_m: FloatArray, delta_s: FloatArray) -> FloatArray:
    """Return time lost per 100 m around each grid point, positive = slower, shape (n_grid,) [s]."""
    before = np.maximum(distance_m - GAIN_WINDOW_M / 2.0, distance_m[0])
    after = np.minimum(distance_m + GAIN_WINDOW_M / 2.0, distance_m[-1])
    change = np.interp(after, distance_m, delta_s) - np.interp(before, distance_m, delta_s)
    return np.asarray(change / (after - before) * _PER_100_M, dtype=np.float64)


def _channel(model: ComparisonModel, lap: LapSlot, name: str) -> FloatArray:
    values = model.values(lap.lap_index, name)
    return np.full_like(lap.compared.time_s, np.nan) if values is None else values


def _name(lap: LapSlot) -> str:
    return f"lap{NO_BREAK_SPACE}{lap.compared.label}"


def _finite_range(values: FloatArray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _symmetric_end(values: FloatArray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return max(float(np.quantile(finite, _SCALE_QUANTILE)), 0.01) if finite.size else 1.0
