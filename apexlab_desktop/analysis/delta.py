"""Delta-T: how much later a lap reaches each place, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import FloatArray, LapTrace, ReferenceLine
from apexlab_desktop.errors import InsufficientDataError

BAND_Z = 2.0
"""The band drawn is `BAND_Z` sigmas to either side and claims to hold 90 % of the distance. A
normal error would need 1.64; the rest covers what the receiver's own statement leaves open."""

_SLOWEST_MPS = 2.0
"""Below this a place says next to nothing about time; the band stops growing."""
_SPARSE = 8
"""Grid steps between the places at which the band is computed (5.6 m)."""
_LINE_ZONE_M = 50.0
"""Towards the start line all laps agree on where they are across the track."""


def delta_t(lap: LapTrace, reference: LapTrace) -> FloatArray:
    """Return how much later `lap` reaches each place than `reference` did.

    Parameters
    ----------
    lap, reference : LapTrace
        Laps on the same line; `station_m` strictly increasing.

    Returns
    -------
    ndarray, shape (n_reference,)
        At the stations of `reference`, positive where `lap` is slower [s]. NaN beyond the places
        that `lap` reached.

    Raises
    ------
    InsufficientDataError
        If either lap has fewer than two samples.

    Notes
    -----
    `t_lap(s) - t_reference(s)`, time linear between samples (algorithms.md 4.3). Both times count
    from the laps' own crossings, so the first value is 0 and the last the difference of lap times.
    """
    for trace in (lap, reference):
        if trace.station_m.size < 2:
            raise InsufficientDataError(expected="two samples per lap", found="fewer")
    at_m = reference.station_m
    time_s = np.interp(at_m, lap.station_m, lap.time_s, left=np.nan, right=np.nan)
    time_s -= reference.time_s
    return time_s


def delta_sigma(
    lap: LapTrace,
    reference: LapTrace,
    line: ReferenceLine | None,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    is_same_session: bool = True,
) -> FloatArray:
    """Return one sigma of `delta_t(lap, reference)`.

    Parameters
    ----------
    lap, reference : LapTrace
        As for `delta_t`, `reference` on the stations asked for.
    line : ReferenceLine or None
        Directions along the lap; None when the laps have no places.
    config : AnalysisConfig
    is_same_session : bool
        One receiver in one go: its error at one lap resembles that at the next.

    Returns
    -------
    ndarray, shape (n_reference,)
        [s]; 0 at the first place, where both laps begin by definition.

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
    every = _every_few_stations(reference)
    sparse = _variance(lap, every, line, config, is_same_session=is_same_session)
    variance = np.interp(reference.station_m, every.station_m, sparse)
    return np.sqrt(np.maximum(variance, 0.0))


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


def _every_few_stations(reference: LapTrace) -> LapTrace:
    """Return `reference` at some of its stations, the last among them.

    Errors remember for seconds: between stations a few metres apart their variance is straight.
    """
    keep = np.arange(0, reference.station_m.size, _SPARSE)
    if keep[-1] != reference.station_m.size - 1:
        keep = np.append(keep, reference.station_m.size - 1)
    return replace(
        reference,
        station_m=reference.station_m[keep],
        time_s=reference.time_s[keep],
        session_time_s=reference.session_time_s[keep],
        lateral_offset_m=reference.lateral_offset_m[keep],
    )


def _variance(
    lap: LapTrace,
    reference: LapTrace,
    line: ReferenceLine | None,
    config: AnalysisConfig,
    *,
    is_same_session: bool,
) -> FloatArray:
    """Return the variance of the delta at the stations of `reference` [s2]."""
    at_m = reference.station_m
    paces = (_pace(lap, at_m), _pace(reference, at_m))
    instants = (np.interp(at_m, lap.station_m, lap.session_time_s), reference.session_time_s)
    heading_rad = np.zeros(at_m.size)
    if line is not None:
        heading_rad = np.interp(at_m, line.station_m, line.heading_rad)
    variance = np.zeros(at_m.size)
    slow = [_slow_sigma(trace) for trace in (lap, reference)]
    fast = [trace.fast_sigma_m for trace in (lap, reference)]
    for sigmas, tau_s in (
        (slow, config.slow_position_tau_s),
        (fast, 0.5 * config.residual_low_pass_s),
    ):
        variance += _four_instants(
            paces, instants, heading_rad, sigmas, tau_s, is_shared=is_same_session
        )
    variance += _at_the_line(
        lap, reference, paces, instants, heading_rad, config, is_shared=is_same_session
    )
    variance += _side_by_side(lap, reference, paces, config)
    variance += _unplaced(lap, reference, paces)
    return variance


def _pace(trace: LapTrace, at_m: FloatArray) -> FloatArray:
    """Return seconds per metre at stations, shape (n,)."""
    steps_m = np.diff(trace.station_m)
    middle_m = trace.station_m[:-1] + 0.5 * steps_m
    pace = np.minimum(np.diff(trace.time_s) / steps_m, 1.0 / _SLOWEST_MPS)
    return np.interp(at_m, middle_m, pace)


def _slow_sigma(trace: LapTrace) -> float:
    if trace.method == "normalised_odometer":
        return 0.0
    return float(np.sqrt(max(trace.station_sigma_m**2 - trace.fast_sigma_m**2, 0.0)))


def _four_instants(
    paces: tuple[FloatArray, FloatArray],
    instants: tuple[FloatArray, FloatArray],
    heading_rad: FloatArray,
    sigmas: list[float],
    tau_s: float,
    *,
    is_shared: bool,
) -> FloatArray:
    """Return the variance of the delta by an error with memory `tau_s`, shape (n,) [s2]."""
    terms = []
    for which, sign in ((0, -1.0), (1, 1.0)):
        weight = sign * sigmas[which] * paces[which]
        terms.append((which, weight, instants[which], heading_rad))
        terms.append((which, -weight[:1], instants[which][:1], heading_rad[:1]))
    variance = np.zeros(heading_rad.size)
    for i, (lap_i, w_i, t_i, h_i) in enumerate(terms):
        variance += w_i**2
        for lap_j, w_j, t_j, h_j in terms[i + 1 :]:
            if lap_i == lap_j or is_shared:
                memory = np.exp(-np.abs(t_i - t_j) / tau_s)
                variance += 2.0 * w_i * w_j * memory * np.cos(h_i - h_j)
    return variance


def _at_the_line(
    lap: LapTrace,
    reference: LapTrace,
    paces: tuple[FloatArray, FloatArray],
    instants: tuple[FloatArray, FloatArray],
    heading_rad: FloatArray,
    config: AnalysisConfig,
    *,
    is_shared: bool,
) -> FloatArray:
    """Return the variance of both lap times by fixes that are worse than the stations [s2].

    The delta meets the difference of the lap times at the line; so does its error. By how much
    places and lap times disagree is known: it is never less than that.
    """
    bend_s = np.interp(reference.station_m, lap.station_m, clock_correction(lap))
    bend_s -= clock_correction(reference)
    sigmas = [lap.fix_sigma_m, reference.fix_sigma_m]
    if not any(sigmas):
        return np.asarray(bend_s**2)
    ends = slice(0, None, heading_rad.size - 1)
    at_end = _four_instants(
        (paces[0][ends], paces[1][ends]),
        (instants[0][ends], instants[1][ends]),
        heading_rad[ends],
        sigmas,
        config.slow_position_tau_s,
        is_shared=is_shared,
    )[-1]
    into_s = reference.time_s - reference.time_s[-1] + config.line_pin_s
    expected = at_end * np.clip(into_s / config.line_pin_s, 0.0, 1.0) ** 2
    return np.asarray(np.maximum(expected, bend_s**2))


def _side_by_side(
    lap: LapTrace,
    reference: LapTrace,
    paces: tuple[FloatArray, FloatArray],
    config: AnalysisConfig,
) -> FloatArray:
    at_m = reference.station_m
    offset_m = np.interp(at_m, lap.station_m, lap.lateral_offset_m)
    apart_m = np.nan_to_num(offset_m - reference.lateral_offset_m)
    to_line_m = np.minimum(at_m - at_m[0], at_m[-1] - at_m)
    apart_m *= np.minimum(to_line_m / _LINE_ZONE_M, 1.0)
    return np.asarray((config.line_heading_sigma_rad * apart_m * 0.5 * (paces[0] + paces[1])) ** 2)


def _unplaced(
    lap: LapTrace, reference: LapTrace, paces: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return the variance of stretched odometers: free in the middle, held at both ends [s2]."""
    at_m = reference.station_m
    share = (at_m - at_m[0]) / (at_m[-1] - at_m[0])
    bridge = 4.0 * share * (1.0 - share)
    variance = np.zeros(at_m.size)
    for trace, pace in zip((lap, reference), paces, strict=True):
        if trace.method == "normalised_odometer":
            variance += bridge * (trace.station_sigma_m * pace) ** 2
    return variance
