"""How sure a delta is: the wandering error of the receiver at four instants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import FloatArray, LapTrace, ReferenceLine

_SLOWEST_MPS = 2.0
"""Below this a place says next to nothing about time; the band stops growing."""
_SPARSE = 8
"""Grid steps between the places at which the band is computed (5.6 m)."""
_LINE_ZONE_M = 50.0
"""Towards the start line all laps agree on where they are across the track."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Instants:
    """A lap at some places; arrays have shape (n,), the first place is the start line.

    Attributes
    ----------
    session_time_s : ndarray
    pace : ndarray
        [s/m]
    sigmas_m : tuple of float
        Slow and fast error along the line, and that of single fixes at the line [m].
    """

    session_time_s: FloatArray
    pace: FloatArray
    sigmas_m: tuple[float, float, float]

    def at(self, index: slice) -> _Instants:
        """Return the lap at some of the places."""
        return _Instants(
            session_time_s=self.session_time_s[index],
            pace=self.pace[index],
            sigmas_m=self.sigmas_m,
        )

    def own_variance(self, which: int, tau_s: float, turn: FloatArray) -> FloatArray:
        """Return the variance of the lap's own time since its start, shape (n,) [s2].

        `which` of the sigmas has the memory `tau_s`; `turn` is the cosine of how far the track has
        turned since the line.
        """
        time_s, pace = self.session_time_s, self.pace
        shared = np.exp((time_s[0] - time_s) / tau_s)
        shared *= turn
        shared *= (-2.0 * pace[0]) * pace
        shared += pace * pace
        shared += pace[0] ** 2
        shared *= self.sigmas_m[which] ** 2
        return np.asarray(shared)


def _common_variance(
    lap: _Instants, reference: _Instants, which: int, tau_s: float, turn: FloatArray
) -> FloatArray:
    """Return what an error that both laps share takes off their variances, shape (n,) [s2]."""
    lap_s, reference_s = lap.session_time_s, reference.session_time_s
    here = np.exp(np.abs(lap_s - reference_s) / -tau_s)
    here *= lap.pace * reference.pace
    to_start = np.exp(np.abs(lap_s - reference_s[0]) / -tau_s)
    to_start *= lap.pace * reference.pace[0]
    from_start = np.exp(np.abs(lap_s[0] - reference_s) / -tau_s)
    from_start *= lap.pace[0] * reference.pace
    to_start += from_start
    to_start *= turn
    here -= to_start
    apart_s = abs(float(lap_s[0] - reference_s[0]))
    here += np.exp(-apart_s / tau_s) * lap.pace[0] * reference.pace[0]
    here *= 2.0 * lap.sigmas_m[which] * reference.sigmas_m[which]
    return here


class DeltaBand:
    """The uncertainty of deltas against one reference.

    Parameters
    ----------
    reference : LapTrace
        On the stations asked for.
    line : ReferenceLine or None
        Directions along the lap; None when the laps have no places.
    config : AnalysisConfig

    Notes
    -----
    A receiver that is off by the vector e reports a place e.d too far along the driving direction
    d, hence passes it e.d / v too early, and so does its crossing of the line. The delta is made of
    four such instants: lap and reference, here and at the line. With an error that forgets itself
    exponentially (Gauss-Markov, algorithms.md 20), its variance is the sum over all pairs of

        sigma^2 exp(-|t_i - t_j| / tau) (w_i d_i / v_i) . (w_j d_j / v_j),      w = -1, 1, 1, -1.

    It starts at 0, grows to about sqrt(2) sigma / v between (the bound of algorithms.md 4.3), and
    ends at the error of the two lap times (3.1). The same sum holds for the fast part of the error
    with its own memory. What `the same place` means for cars side by side adds their distance times
    the angle between the driven line and the track.
    """

    def __init__(
        self,
        reference: LapTrace,
        line: ReferenceLine | None,
        config: AnalysisConfig = DEFAULT_CONFIG,
    ) -> None:
        self._config = config
        keep = np.arange(0, reference.station_m.size, _SPARSE)
        if keep[-1] != reference.station_m.size - 1:
            keep = np.append(keep, reference.station_m.size - 1)
        # Errors remember for seconds: between places a few metres apart their variance is straight.
        self._keep, self._at_m = keep, reference.station_m[keep]
        self._left = np.minimum(np.arange(reference.station_m.size) // _SPARSE, keep.size - 2)
        self._share = reference.station_m - self._at_m[self._left]
        self._share /= np.diff(self._at_m)[self._left]
        self._lap_s = reference.time_s[keep]
        self._offset_m = reference.lateral_offset_m[keep]
        self._method, self._sigma_m = reference.method, reference.station_sigma_m
        self._correction_s = clock_correction(reference)[keep]
        self._own = _Instants(
            session_time_s=reference.session_time_s[keep],
            pace=_pace(self._at_m, self._lap_s, self._at_m),
            sigmas_m=_sigmas(reference),
        )
        self._turn = np.ones(self._at_m.size)
        if line is not None:
            heading_rad = np.interp(self._at_m, line.station_m, line.heading_rad)
            self._turn = np.cos(heading_rad - heading_rad[0])
        self._taus_s = (config.slow_position_tau_s, 0.5 * config.residual_low_pass_s)
        self._own_variances = [
            self._own.own_variance(which, tau_s, self._turn)
            for which, tau_s in enumerate(self._taus_s)
        ]
        to_line_m = np.minimum(self._at_m - self._at_m[0], self._at_m[-1] - self._at_m)
        self._aside = config.line_heading_sigma_rad * np.minimum(to_line_m / _LINE_ZONE_M, 1.0)

    def sigma(
        self, lap: LapTrace, on_grid: LapTrace, *, is_same_session: bool = True
    ) -> FloatArray:
        """Return one sigma of the delta of `lap`, at the stations of the reference.

        Parameters
        ----------
        lap : LapTrace
        on_grid : LapTrace
            The same lap at the stations of the reference.
        is_same_session : bool
            One receiver in one go: its error at one lap resembles that at the next.

        Returns
        -------
        ndarray, shape (n_reference,)
            [s]
        """
        own = _Instants(
            session_time_s=on_grid.session_time_s[self._keep],
            pace=_pace(lap.station_m, lap.time_s, self._at_m),
            sigmas_m=_sigmas(lap),
        )
        variance = np.zeros(self._at_m.size)
        for which, tau_s in enumerate(self._taus_s):
            variance += self._own_variances[which]
            variance += own.own_variance(which, tau_s, self._turn)
            if is_same_session:
                variance -= _common_variance(own, self._own, which, tau_s, self._turn)
        variance += self._at_the_line(on_grid, own, is_same_session=is_same_session)
        variance += self._side_by_side(on_grid, own.pace)
        for method, pace, sigma_m in (
            (lap.method, own.pace, lap.station_sigma_m),
            (self._method, self._own.pace, self._sigma_m),
        ):
            if method == "normalised_odometer":
                variance += self._unplaced(pace, sigma_m)
        dense = variance.take(self._left)
        dense += np.diff(variance).take(self._left) * self._share
        np.maximum(dense, 0.0, out=dense)
        return np.sqrt(dense, out=dense)

    def _at_the_line(
        self, on_grid: LapTrace, own: _Instants, *, is_same_session: bool
    ) -> FloatArray:
        """Return the variance of both lap times by fixes that are worse than the stations [s2].

        The delta meets the difference of the lap times at the line; so does its error. By how much
        places and lap times disagree is known: it is never less than that.
        """
        bend_s = clock_correction(on_grid)[self._keep]
        bend_s -= self._correction_s
        bend_s *= bend_s
        if not (own.sigmas_m[2] or self._own.sigmas_m[2]):
            return np.asarray(bend_s)
        tau_s, ends = self._taus_s[0], slice(0, None, self._at_m.size - 1)
        first, second, turn = own.at(ends), self._own.at(ends), self._turn[ends]
        at_end = first.own_variance(2, tau_s, turn) + second.own_variance(2, tau_s, turn)
        if is_same_session:
            at_end -= _common_variance(first, second, 2, tau_s, turn)
        into_s = self._lap_s - self._lap_s[-1] + self._config.line_pin_s
        share = np.minimum(np.maximum(into_s / self._config.line_pin_s, 0.0), 1.0)
        return np.asarray(np.maximum(at_end[-1] * share**2, bend_s))

    def _side_by_side(self, on_grid: LapTrace, pace: FloatArray) -> FloatArray:
        apart_m = on_grid.lateral_offset_m[self._keep]
        apart_m -= self._offset_m
        apart_m[np.isnan(apart_m)] = 0.0
        apart_m *= self._aside
        apart_m *= 0.5 * (pace + self._own.pace)
        apart_m *= apart_m
        return np.asarray(apart_m)

    def _unplaced(self, pace: FloatArray, sigma_m: float) -> FloatArray:
        """Return the variance of stretched odometers: free in the middle, held at both ends."""
        share = (self._at_m - self._at_m[0]) / (self._at_m[-1] - self._at_m[0])
        return np.asarray(4.0 * share * (1.0 - share) * (sigma_m * pace) ** 2)


def clock_correction(trace: LapTrace) -> FloatArray:
    """Return what was added to a lap's clock so that it meets the lap time, shape (m,) [s].

    Parameters
    ----------
    trace : LapTrace
        Laps without places are stretched in time as in place: theirs is 0.
    """
    if trace.method != "projection":
        return np.zeros(trace.time_s.size)
    return np.asarray(trace.time_s - (trace.session_time_s - trace.session_time_s[0]))


def _sigmas(trace: LapTrace) -> tuple[float, float, float]:
    slow_m = 0.0
    if trace.method != "normalised_odometer":
        slow_m = float(np.sqrt(max(trace.station_sigma_m**2 - trace.fast_sigma_m**2, 0.0)))
    return slow_m, trace.fast_sigma_m, trace.fix_sigma_m


def _pace(station_m: FloatArray, time_s: FloatArray, at_m: FloatArray) -> FloatArray:
    """Return seconds per metre at stations, shape (n,)."""
    steps_m = np.diff(station_m)
    middle_m = station_m[:-1] + 0.5 * steps_m
    pace = np.diff(time_s)
    pace /= steps_m
    np.minimum(pace, 1.0 / _SLOWEST_MPS, out=pace)
    return np.interp(at_m, middle_m, pace)
