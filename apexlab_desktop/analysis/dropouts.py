"""Where a lap had no fixes, and how little is known about the car's place there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import timebase
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import BoolArray, FloatArray, Trajectory

_LEAST_ACCEL_MPS2 = 3.0
"""Slow fixes even accelerations out; no car on a circuit has less than this, in the mean."""
_ACCEL_MEMORY_S = 1.0
"""A driver keeps on doing the same for about this long."""
_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dropouts:
    """Stretches of a lap without true fixes; arrays have shape (k,), k may be 0.

    Attributes
    ----------
    start_s, end_s : ndarray
        The true fixes on both sides, session time [s].
    is_unknown : ndarray of bool
        Too long to say where the car was.
    accel_mps2 : float
        One sigma of what the car could do without being seen [m/s2].
    """

    start_s: FloatArray
    end_s: FloatArray
    is_unknown: BoolArray
    accel_mps2: float

    def unknown(self, at_s: FloatArray) -> BoolArray:
        """Return which instants lie strictly inside a dropout too long to bridge, shape (n,)."""
        hidden = np.zeros(at_s.size, dtype=np.bool_)
        for k in np.flatnonzero(self.is_unknown):
            hidden |= (at_s > self.start_s[k]) & (at_s < self.end_s[k])
        return hidden

    def sigma_m(self, at_s: FloatArray) -> FloatArray:
        """Return one sigma of the place along the way, 0 outside dropouts, shape (n,) [m].

        Notes
        -----
        Between two known places and speeds the best guess is a cubic. Of an acceleration that is
        white with density q it misses q T^3 u^3 (1-u)^3 / 3 in the mean square (the smoother of
        algorithms.md 2.3), u from 0 to 1. An acceleration of sigma a that lasts about a second has
        q near a^2 over long gaps; over shorter ones more and more of it is seen at both ends. On
        generated drives this is right to a factor of 1.3 over 2 to 8 s, and too careful below.
        """
        sigma_m = np.zeros(at_s.size)
        for start_s, end_s in zip(self.start_s, self.end_s, strict=True):
            span_s = end_s - start_s
            inside = np.flatnonzero((at_s > start_s) & (at_s < end_s))
            u = (at_s[inside] - start_s) / span_s
            density = self.accel_mps2 * span_s / (span_s + _ACCEL_MEMORY_S)
            sigma_m[inside] = density * np.sqrt((span_s * u * (1.0 - u)) ** 3 / 3.0)
        return sigma_m

    def steps(self, time_s: FloatArray, keep_out_s: FloatArray) -> BoolArray:
        """Return which steps between samples lie in a dropout, shape (n - 1,).

        Parameters
        ----------
        time_s : ndarray, shape (n,)
            Instants of the samples [s].
        keep_out_s : ndarray
            Dropouts with one of these instants inside are left out [s].
        """
        inside = np.zeros(max(time_s.size - 1, 0), dtype=np.bool_)
        for start_s, end_s in zip(self.start_s, self.end_s, strict=True):
            if np.any((keep_out_s >= start_s) & (keep_out_s <= end_s)):
                continue
            first, last = np.searchsorted(time_s, (start_s - _TOLERANCE_S, end_s - _TOLERANCE_S))
            inside[first:last] = True
        return inside


def dropouts_of(
    trajectory: Trajectory,
    first_s: float,
    last_s: float,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> Dropouts:
    """Return the dropouts that reach into a time.

    Parameters
    ----------
    trajectory : Trajectory
        Samples filled in over dropouts are no fixes.
    first_s, last_s : float
        Session time [s].
    config : AnalysisConfig
    """
    period_s = 1.0 / trajectory.rate_hz
    longest_s = timebase.longest_step(period_s, config)
    near = slice(
        *np.searchsorted(trajectory.time_s, (first_s - longest_s, last_s + longest_s)).tolist()
    )
    # A fix more on each side: a dropout may be longer than what is looked at.
    near = slice(max(near.start - 1, 0), near.stop + 1)
    time_s, is_filled = trajectory.time_s[near], trajectory.is_interpolated[near]
    if is_filled.any():
        time_s = time_s[~is_filled]
    found = _between(time_s, period_s, longest_s, config)
    if not found.start_s.size:
        return found
    accel_mps2 = trajectory.accel_long_mps2[near]
    known_mps2 = accel_mps2[np.isfinite(accel_mps2)]
    spread_mps2 = float(np.std(known_mps2)) if known_mps2.size else 0.0
    return replace(found, accel_mps2=max(spread_mps2, _LEAST_ACCEL_MPS2))


def dropouts_between(
    time_s: FloatArray, rate_hz: float, config: AnalysisConfig = DEFAULT_CONFIG
) -> Dropouts:
    """Return the dropouts between samples, nothing else being known about the car.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing [s].
    rate_hz : float
        Usual rate of the samples [Hz].
    config : AnalysisConfig
    """
    period_s = 1.0 / rate_hz
    longest_s = timebase.longest_step(period_s, config)
    return _between(time_s, period_s, longest_s, config)


def _between(
    time_s: FloatArray, period_s: float, longest_s: float, config: AnalysisConfig
) -> Dropouts:
    step_s = np.diff(time_s)
    wide = np.flatnonzero(step_s > max(config.smoother_gap_s, 1.5 * period_s))
    return Dropouts(
        start_s=time_s[wide],
        end_s=time_s[wide + 1],
        is_unknown=np.asarray(step_s[wide] > longest_s + _TOLERANCE_S),
        accel_mps2=_LEAST_ACCEL_MPS2,
    )
