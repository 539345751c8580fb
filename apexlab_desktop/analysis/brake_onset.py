"""When a brake went on, from speed alone: a level, a ramp and a level fitted to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.types import FloatArray

_FREE = 5
"""Parameters of the fit: three of the speed, two of the ramp."""
_UNEVEN = 0.2
"""Share of the interval by which fixes may be off the beat."""


def onset_by_speed(
    lap: LapMotion, first: Sequence[int], lift_mps2: FloatArray, measures: CornerMeasureConfig
) -> list[tuple[float, float]]:
    """Return when each braking began, and one sigma of it.

    Parameters
    ----------
    lap : LapMotion
    first : sequence of int
        First sample of each that decelerates like a braking car.
    lift_mps2 : ndarray, shape (n,)
        Deceleration with a closed throttle, positive [m/s2].
    measures : CornerMeasureConfig

    Returns
    -------
    list of (float, float)
        [s], [s]

    Notes
    -----
    Where a smoothed acceleration crosses a level depends on how quickly the driver pressed and on
    the smoother (algorithms.md 5.2: -3 to +3.4 m). So the speed itself, unsmoothed, is taken for
    the integral of: an acceleration that is constant, goes over to another in a straight line, and
    stays there. All times of the ramp on a grid are tried, the three speeds parameters solved for
    each; the answer is their mean by likelihood, and its spread the sigma. The brake goes on where
    the ramp passes what a closed throttle does.
    """
    return [_onset(lap, index, lift_mps2, measures) for index in first]


def _onset(
    lap: LapMotion, index: int, lift_mps2: FloatArray, measures: CornerMeasureConfig
) -> tuple[float, float]:
    period_s = 1.0 / lap.rate_hz
    n_before, n_after = (
        max(round(span_s * lap.rate_hz), 2)
        for span_s in (measures.onset_before_s, measures.onset_after_s)
    )
    at = slice(index - n_before, index + n_after + 1)
    crossing_s = float(lap.time_s[index])
    if at.start < 0 or at.stop > lap.time_s.size:
        return crossing_s, period_s
    time_s = lap.time_s[at] - crossing_s
    beat_s = np.arange(-n_before, n_after + 1) * period_s
    if float(np.max(np.abs(time_s - beat_s))) > _UNEVEN * period_s:
        return crossing_s, period_s
    basis = _basis(lap.rate_hz, n_before, n_after, measures)
    found = basis.onset(lap.speed_mps[at], float(lift_mps2[index]), measures)
    return (crossing_s, period_s) if found is None else (crossing_s + found[0], found[1])


class _Basis:
    """All ramps of the grid at the beat of the fixes, made once per rate."""

    def __init__(
        self, rate_hz: float, n_before: int, n_after: int, measures: CornerMeasureConfig
    ) -> None:
        t = np.arange(-n_before, n_after + 1) / rate_hz
        begin = np.arange(float(t[0]), 0.3, measures.onset_step_s)
        begin, ramp = np.meshgrid(begin, np.array(measures.onset_ramps_s), indexing="ij")
        self._begin_s, self._ramp_s = begin.ravel(), ramp.ravel()
        # How much speed the change of acceleration by one unit has cost up to t.
        since = np.maximum(t[None, :] - self._begin_s[:, None], 0.0)
        width = self._ramp_s[:, None]
        inside = since**2 / np.maximum(2.0 * width, 1e-9)
        change = np.where(since < width, inside, since - 0.5 * width)
        columns = np.stack((np.ones_like(change), np.broadcast_to(t, change.shape), change), axis=2)
        self._q, self._r = np.linalg.qr(columns)
        determinant = np.abs(np.prod(np.diagonal(self._r, axis1=1, axis2=2), axis=1))
        self._is_usable = determinant > 1e-6
        self._r[~self._is_usable] = np.eye(3)
        self._inverse = np.linalg.inv(self._r)

    def onset(
        self, speed_mps: FloatArray, lift_mps2: float, measures: CornerMeasureConfig
    ) -> tuple[float, float] | None:
        """Return when the brake went on after the middle sample, and one sigma [s]."""
        middle_mps = float(speed_mps.mean())
        projected = np.einsum("gnk,n->gk", self._q, speed_mps - middle_mps)
        total = float(np.sum((speed_mps - middle_mps) ** 2))
        rest = np.maximum(total - np.sum(projected**2, axis=1), 0.0)
        parameters = np.einsum("gkl,gl->gk", self._inverse, projected)
        before, change = parameters[:, 1], parameters[:, 2]
        is_braking = self._is_usable & (change < 0.0) & (before + change < -lift_mps2)
        if not is_braking.any() or not np.isfinite(total):
            return None
        rest = np.where(is_braking, rest, np.inf)
        n = speed_mps.size
        variance = max(float(rest.min()) / max(n - _FREE, 1), measures.onset_least_sigma_mps**2)
        weight = np.exp(-0.5 * (rest - rest.min()) / variance)
        weight /= weight.sum()
        # A pedal is on at a twentieth of its use: so is the brake.
        beyond = measures.pedal_on_ratio * np.maximum(-(before + change) - lift_mps2, 0.0)
        passed = (before + lift_mps2 + beyond) / np.where(change < 0.0, -change, 1.0)
        share = np.clip(passed, 0.0, 1.0)
        at_s = self._begin_s + share * self._ramp_s
        mean_s = float(weight @ at_s)
        return mean_s, float(np.sqrt(weight @ (at_s - mean_s) ** 2))


@lru_cache(maxsize=16)
def _basis(rate_hz: float, n_before: int, n_after: int, measures: CornerMeasureConfig) -> _Basis:
    return _Basis(rate_hz, n_before, n_after, measures)
