"""How much a car slows down with its throttle closed and its brakes untouched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.ragged import runs_of
from apexlab_desktop.analysis.types import FloatArray, Trajectory

_ACCELERATING_MPS2 = 0.1
_LEAST_MPS = 8.0
_LEAST_RUN_S = 2.0
_SKIPPED_SHARE = 0.5
"""Of each run: the throttle comes on slowly, and slow cars are limited by their tyres."""
_LAST_S = 0.4
"""Of each run: the smoothed acceleration already knows of the lift."""
_ROUNDS = 6
_BELOW_SIGMAS, _ABOVE_SIGMAS = 1.5, 3.0
"""Samples that far off the fit are no full throttle, or no flat road."""
_LEAST_SAMPLES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLevel:
    """Deceleration of a car that rolls: `level_mps2 + drag_per_m v^2`."""

    level_mps2: float
    drag_per_m: float

    def at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the deceleration at speeds, positive, shape of the input [m/s2]."""
        return np.asarray(self.level_mps2 + self.drag_per_m * speed_mps**2)


def lift_level_of(motion: Trajectory, measures: CornerMeasureConfig) -> LiftLevel:
    """Return what closing the throttle does to a car, from how it accelerates.

    Parameters
    ----------
    motion : Trajectory
    measures : CornerMeasureConfig

    Notes
    -----
    At full power `a = P/(m v) - c0 - c2 v^2`: the ends of the straights tell a car's drag c2, which
    in a kart is nine times that of a road car. Losses in the driveline and hesitant throttles make
    it too small rather than too large, so it only raises the usual drag.
    """
    drag_per_m = _drag(motion, measures)
    least, most = measures.lift_drag_per_m, measures.lift_most_drag_per_m
    return LiftLevel(
        level_mps2=measures.lift_level_mps2,
        drag_per_m=least if drag_per_m is None else float(np.clip(drag_per_m, least, most)),
    )


def _drag(motion: Trajectory, measures: CornerMeasureConfig) -> float | None:
    """Return drag over mass by the accelerations on straights [1/m]."""
    speed, accel = _full_throttle(motion)
    if speed.size < _LEAST_SAMPLES:
        return None
    driving = accel + measures.rolling_mps2
    columns = np.stack((1.0 / speed, -(speed**2), driving))
    kept = np.ones(speed.size, dtype=np.bool_)
    power = drag = 0.0
    for _ in range(_ROUNDS):
        power, drag = _fitted((columns * kept) @ columns.T)
        rest = columns[2] - power * columns[0] - drag * columns[1]
        sigma = max(1.4826 * median(np.abs(rest[kept])), 1e-6)
        before, kept = kept, (rest > -_BELOW_SIGMAS * sigma) & (rest < _ABOVE_SIGMAS * sigma)
        if np.count_nonzero(kept) < _LEAST_SAMPLES:
            return None
        if np.array_equal(before, kept):
            break
    return float(drag) if power > 0.0 else None


def _fitted(products: FloatArray) -> tuple[float, float]:
    """Return the least-squares factors of two columns for a third one, by their products.

    The two are so unlike that nothing is lost by multiplying them out.
    """
    (aa, ab, ay), (_, bb, by), _ = products.tolist()
    determinant = aa * bb - ab * ab
    if determinant <= 1e-12 * aa * bb:
        return ay / aa, 0.0
    return (bb * ay - ab * by) / determinant, (aa * by - ab * ay) / determinant


def _full_throttle(motion: Trajectory) -> tuple[FloatArray, FloatArray]:
    """Return speed and acceleration at the ends of all accelerations, shape (n,) each."""
    time_s, speed, accel = motion.time_s, motion.speed_mps, motion.accel_long_mps2
    with np.errstate(invalid="ignore"):
        accelerates = (accel > _ACCELERATING_MPS2) & (speed > _LEAST_MPS)
    chosen = np.zeros(time_s.size, dtype=np.bool_)
    runs = runs_of(accelerates)
    spans_s = time_s[runs.stop - 1] - time_s[runs.first]
    long = np.flatnonzero(spans_s >= _LEAST_RUN_S)
    from_s = time_s[runs.first[long]] + _SKIPPED_SHARE * spans_s[long]
    until_s = time_s[runs.stop[long] - 1] - _LAST_S
    ends = np.searchsorted(time_s, (from_s, until_s))
    for first, stop in ends.T.tolist():
        chosen[first:stop] = True
    return speed[chosen], accel[chosen]
