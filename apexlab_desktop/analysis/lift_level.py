"""How much a car slows down with its throttle closed and its brakes untouched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.types import FloatArray

_FAST_RATIO = 0.55
"""Above this share of the top speed cars are limited by power, not by tyres."""
_TOP_PERCENTILE = 99.5
_N_BINS = 12
_MIN_BIN_SAMPLES = 15
_MIN_BINS = 6
_NOT_BRAKING_MPS2 = -0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLevel:
    """Deceleration of a car that rolls: `level_mps2 + drag_per_m v^2`."""

    level_mps2: float
    drag_per_m: float

    def at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the deceleration at speeds, positive, shape of the input [m/s2]."""
        return np.asarray(self.level_mps2 + self.drag_per_m * speed_mps**2)


def lift_level_of(
    speed_mps: FloatArray, accel_long_mps2: FloatArray, measures: CornerMeasureConfig
) -> LiftLevel:
    """Return what closing the throttle does to a car, from how it accelerates.

    Parameters
    ----------
    speed_mps, accel_long_mps2 : ndarray, shape (n,)
        All laps; NaN where unknown.
    measures : CornerMeasureConfig

    Notes
    -----
    At full power `a = P/(m v) - c0 - c2 v^2`: towards its top speed a car's best accelerations tell
    its drag c2, from which nothing in a kart or a formula car is far. What they tell is a lower
    bound (nobody is at full power all the time), so it only raises the usual drag of a road car.
    """
    drag_per_m = _drag(speed_mps, accel_long_mps2, measures)
    least, most = measures.lift_drag_per_m, measures.lift_most_drag_per_m
    return LiftLevel(
        level_mps2=measures.lift_level_mps2,
        drag_per_m=least if drag_per_m is None else float(np.clip(drag_per_m, least, most)),
    )


def _drag(
    speed_mps: FloatArray, accel_long_mps2: FloatArray, measures: CornerMeasureConfig
) -> float | None:
    """Return drag over mass by the best accelerations near the top speed [1/m]."""
    is_driving = (
        np.isfinite(speed_mps)
        & np.isfinite(accel_long_mps2)
        & (accel_long_mps2 > _NOT_BRAKING_MPS2)
    )
    speed, accel = speed_mps[is_driving], accel_long_mps2[is_driving]
    if speed.size < _MIN_BINS * _MIN_BIN_SAMPLES:
        return None
    top_mps = float(np.percentile(speed, _TOP_PERCENTILE))
    edges = np.linspace(_FAST_RATIO * top_mps, top_mps, _N_BINS + 1)
    which = np.digitize(speed, edges)
    rows: list[tuple[float, float, int]] = []
    for one in range(1, _N_BINS + 1):
        inside = which == one
        n = int(np.count_nonzero(inside))
        if n >= _MIN_BIN_SAMPLES:
            rows.append(
                (float(np.median(speed[inside])), float(np.percentile(accel[inside], 90.0)), n)
            )
    if len(rows) < _MIN_BINS:
        return None
    v, best, n_samples = (np.array(column) for column in zip(*rows, strict=True))
    weight = np.sqrt(n_samples)
    columns = np.stack((weight / v, -weight * v**2), axis=1)
    power, drag = np.linalg.lstsq(columns, weight * (best + measures.rolling_mps2), rcond=None)[0]
    return float(drag) if power > 0.0 else None
