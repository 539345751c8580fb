"""When a brake went on, from speed alone: a level, a ramp and a level fitted to it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.types import FloatArray, IntArray

_FREE = 5
"""Parameters of the fit: three of the speed, two of the ramp."""
_UNEVEN = 0.2
"""Share of the interval by which fixes may be off the beat."""
_NEGLIGIBLE = 36.0
"""Likelihoods below e^-36 of the largest change no digit of a mean."""
_AT_ONCE = 32
"""Brakings whose fits stay in the processor's cache."""


def onset_by_speed(
    lap: LapMotion, first: IntArray, lift_mps2: FloatArray, measures: CornerMeasureConfig
) -> tuple[FloatArray, FloatArray]:
    """Return when each braking began, and one sigma of it.

    Parameters
    ----------
    lap : LapMotion
    first : ndarray of int, shape (n,)
        First sample of each that decelerates like a braking car.
    lift_mps2 : ndarray, shape (n,)
        Deceleration with a closed throttle there, positive [m/s2].
    measures : CornerMeasureConfig

    Returns
    -------
    ndarray, ndarray, shape (n,)
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
    period_s = 1.0 / lap.rate_hz
    n_before, n_after = (
        max(round(span_s * lap.rate_hz), 2)
        for span_s in (measures.onset_before_s, measures.onset_after_s)
    )
    onset_s, sigma_s = lap.time_s[first], np.full(first.size, period_s)
    own = lap.lap_bounds(first)
    is_inside = (first - n_before >= own.first) & (first + n_after < own.stop)
    which = np.flatnonzero(is_inside)
    beats = np.arange(-n_before, n_after + 1)
    at = first[which][:, None] + beats
    off_beat_s = np.abs(lap.time_s[at] - onset_s[which][:, None] - beats * period_s)
    speed_mps = lap.speed_mps[at]
    is_even = off_beat_s.max(axis=1, initial=0.0) <= _UNEVEN * period_s
    is_fit = is_even & np.isfinite(speed_mps).all(axis=1)
    which, speed_mps = which[is_fit], speed_mps[is_fit]
    basis = _basis(lap.rate_hz, n_before, n_after, measures)
    for begin in range(0, which.size, _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        late_s, spread_s = basis.onset(speed_mps[some], lift_mps2[which[some]], measures)
        is_found = np.isfinite(late_s)
        found = which[some][is_found]
        onset_s[found] += late_s[is_found]
        sigma_s[found] = spread_s[is_found]
    return onset_s, sigma_s


class _Basis:
    """All ramps of the grid at the beat of the fixes, made once per rate.

    A level and a slope are the same for all ramps: what each ramp adds is its part that is neither,
    so that one product per ramp tells how well it fits.
    """

    def __init__(
        self, rate_hz: float, n_before: int, n_after: int, measures: CornerMeasureConfig
    ) -> None:
        t = np.arange(-n_before, n_after + 1) / rate_hz
        begin = np.arange(float(t[0]), 0.3, measures.onset_step_s)
        begin, ramp = np.meshgrid(begin, np.array(measures.onset_ramps_s), indexing="ij")
        begin_s, ramp_s = begin.ravel(), ramp.ravel()
        # How much speed the change of acceleration by one unit has cost up to t.
        since = np.maximum(t[None, :] - begin_s[:, None], 0.0)
        width = ramp_s[:, None]
        inside = since**2 / np.maximum(2.0 * width, 1e-9)
        change = np.where(since < width, inside, since - 0.5 * width)
        slope = t - t.mean()
        length = float(np.linalg.norm(slope))
        self._slope = slope / length
        change -= change.mean(axis=1, keepdims=True)
        along = change @ self._slope
        change -= along[:, None] * self._slope
        norm = np.linalg.norm(change, axis=1)
        # The determinant of the three columns: what is nearly a straight line is no ramp.
        is_usable = np.sqrt(t.size) * length * norm > 1e-6
        norm = norm[is_usable]
        self._length = length
        self._ramps = np.ascontiguousarray((change[is_usable] / norm[:, None]).T)
        self._per_norm = 1.0 / norm
        self._along = along[is_usable] / length
        self._begin_s, self._ramp_s = begin_s[is_usable], ramp_s[is_usable]

    def onset(
        self, speed_mps: FloatArray, lift_mps2: FloatArray, measures: CornerMeasureConfig
    ) -> tuple[FloatArray, FloatArray]:
        """Return when the brake went on after the middle sample, and one sigma [s].

        Parameters
        ----------
        speed_mps : ndarray, shape (k, n)
            Around the beginning of each braking [m/s].
        lift_mps2 : ndarray, shape (k,)
            [m/s2]
        measures : CornerMeasureConfig

        Returns
        -------
        ndarray, ndarray, shape (k,)
            NaN where no ramp is a braking.
        """
        rest = speed_mps - speed_mps.mean(axis=1, keepdims=True)
        slope = rest @ self._slope
        rest -= slope[:, None] * self._slope
        shares = rest @ self._ramps
        total = np.einsum("kn,kn->k", rest, rest)
        change = shares * self._per_norm
        # Acceleration before the ramp and behind it, each less what a closed throttle does.
        before = (slope / self._length + lift_mps2)[:, None] - change * self._along
        after = before + change
        shares *= shares
        squares = np.maximum(total[:, None] - shares, 0.0, out=shares)
        squares[(change >= 0.0) | (after >= 0.0)] = np.inf
        least = squares.min(axis=1)
        n_free = max(speed_mps.shape[1] - _FREE, 1)
        variance = np.maximum(least / n_free, measures.onset_least_sigma_mps**2)
        # What fits much worse than the best has no weight.
        most = np.where(np.isfinite(least), least + 2.0 * _NEGLIGIBLE * variance, -np.inf)
        which, ramp = np.nonzero(squares <= most[:, None])
        weight = np.exp((least[which] - squares[which, ramp]) / (2.0 * variance[which]))
        # A pedal is on at a twentieth of its use: so is the brake.
        on = before[which, ramp] - measures.pedal_on_ratio * after[which, ramp]
        share = np.clip(on / -change[which, ramp], 0.0, 1.0)
        at_s = self._begin_s[ramp] + share * self._ramp_s[ramp]

        def mean(values: FloatArray) -> FloatArray:
            return np.bincount(which, weight * values, minlength=least.size) / whole

        whole = np.bincount(which, weight, minlength=least.size).astype(np.float64)
        whole[whole == 0.0] = np.nan
        mean_s = mean(at_s)
        return mean_s, np.sqrt(mean((at_s - mean_s[which]) ** 2))


@lru_cache(maxsize=16)
def _basis(rate_hz: float, n_before: int, n_after: int, measures: CornerMeasureConfig) -> _Basis:
    return _Basis(rate_hz, n_before, n_after, measures)
