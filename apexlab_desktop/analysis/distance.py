"""Lap distance: every lap as a function of its place on the reference line."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.projection import DrivenPath, LineTable, Projection, project
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    FloatArray,
    Lap,
    LapTrace,
    RawSession,
    ReferenceLine,
    Trajectory,
    read_only,
)
from apexlab_desktop.errors import InsufficientDataError

_TIE_BREAK_M = 1e-7
"""Least progress per sample: a standing car keeps its place, yet stations strictly increase."""
_SIM_SIGMA_M = 0.01
_MIN_SIM_SAMPLES = 4
_LINE_CHOICE_RATIO = 0.002
"""Mid-lap error of a stretched odometer, as a share of the length: a wider line early in the lap
shows as an offset later (algorithms.md 4.1: 28 ms at 25 m/s and 2.95 km with a perfect receiver,
where a third comes from the receiver)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a session is laid onto the line of another.

    Attributes
    ----------
    shift_x_m, shift_y_m : float
        Added to its positions [m].
    start_lead_m : float
        By how much its start line lies ahead of the reference's; its laps are taken that much
        earlier, at the same place as the reference's [m].
    length_m : float or None
        Length to which laps without positions are stretched; None for their own [m].
    """

    shift_x_m: float = 0.0
    shift_y_m: float = 0.0
    start_lead_m: float = 0.0
    length_m: float | None = None


IN_PLACE = Placement()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Span:
    """The samples of a lap, with its two crossings as first and last; arrays have shape (n,)."""

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    driven_m: FloatArray


def lap_trace(
    session: AnalysedSession,
    lap: Lap,
    line: ReferenceLine | LineTable | None,
    config: AnalysisConfig = DEFAULT_CONFIG,
    placement: Placement = IN_PLACE,
) -> LapTrace:
    """Return `lap` as a function of its station on `line`.

    Parameters
    ----------
    session : AnalysedSession
    lap : Lap
        With both crossings.
    line : ReferenceLine, LineTable or None
        None for sims and logs without positions; a table saves preparing the line for every lap.
    config : AnalysisConfig
    placement : Placement
        For a session laid onto the line of another.

    Returns
    -------
    LapTrace
        Its first and last station are exactly 0 and the line's length.

    Raises
    ------
    InsufficientDataError
        If the lap lacks a crossing, or the session has neither speed nor lap distance.

    Notes
    -----
    The car's own odometer is bent onto the line, `ds = v dt cos(xi) / (1 - n kappa)` (algorithms.md
    4.2), and scaled to the line's length. What the projection still says differently is position
    noise and odometer drift: its mean over 3 s is added, held to zero at both crossings (4.1).
    """
    _require_crossings(lap)
    table = LineTable(line) if isinstance(line, ReferenceLine) else line
    trajectory = session.trajectory
    if table is None or trajectory is None:
        return _trace_without_line(session, lap, placement)
    span = _span(trajectory, lap, placement)
    placed = _projected_trace(trajectory, span, table, config)
    return _normalised_trace(span, table.length_m) if placed is None else placed


def driven_length(trajectory: Trajectory, lap: Lap) -> float:
    """Return the odometer's length of a lap [m]."""
    ends = np.interp((lap.start_s, lap.end_s), trajectory.time_s, trajectory.odometer_m)
    return float(ends[1] - ends[0])


def on_stations(trace: LapTrace, station_m: FloatArray) -> LapTrace:
    """Return `trace` sampled at other stations, for use as a reference.

    Parameters
    ----------
    trace : LapTrace
    station_m : ndarray, shape (n,)
        Strictly increasing, inside the trace [m].
    """
    return LapTrace(
        station_m=station_m,
        time_s=read_only(np.interp(station_m, trace.station_m, trace.time_s)),
        session_time_s=read_only(np.interp(station_m, trace.station_m, trace.session_time_s)),
        lateral_offset_m=read_only(np.interp(station_m, trace.station_m, trace.lateral_offset_m)),
        station_sigma_m=trace.station_sigma_m,
        method=trace.method,
    )


def moving_mean(time_s: FloatArray, values: FloatArray, width_s: float) -> FloatArray:
    """Return the mean of `values` over a window centred on each sample; zero at both ends.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Strictly increasing, any spacing [s].
    values : ndarray, shape (n,)
        Zero at the first and last sample.
    width_s : float
        Width of the window [s].

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    A Savitzky-Golay filter of degree 1, as the exact integral of the straight lines between
    samples; zero phase. The values are continued oddly at both ends, so that zero there stays zero.
    """
    half_s = width_s / 2.0
    n_head = int(np.searchsorted(time_s, time_s[0] + half_s, side="right")) + 1
    n_tail = time_s.size - int(np.searchsorted(time_s, time_s[-1] - half_s)) + 1
    head, tail = slice(min(n_head, time_s.size - 1), 0, -1), slice(-2, -n_tail - 2, -1)
    t = np.concatenate((2 * time_s[0] - time_s[head], time_s, 2 * time_s[-1] - time_s[tail]))
    v = np.concatenate((-values[head], values, -values[tail]))
    area = np.append(0.0, np.cumsum(0.5 * (v[1:] + v[:-1]) * np.diff(t)))
    return np.asarray(
        (np.interp(time_s + half_s, t, area) - np.interp(time_s - half_s, t, area)) / width_s
    )


def _require_crossings(lap: Lap) -> None:
    if lap.lap_time_s is None or not lap.end_s > lap.start_s:
        raise InsufficientDataError(
            expected="a lap from crossing to crossing of the start line",
            found=f"a lap of kind {lap.kind.value}",
            place=f"lap {lap.number}",
            advice="Choose a timed lap",
        )


def _span(trajectory: Trajectory, lap: Lap, placement: Placement) -> _Span:
    """Return the lap's samples in the line's plane, its crossings included."""
    time_s, odometer_m = trajectory.time_s, trajectory.odometer_m
    start_s = lap.start_s
    if placement.start_lead_m:
        at_start_m = float(np.interp(start_s, time_s, odometer_m))
        start_s = float(np.interp(at_start_m - placement.start_lead_m, odometer_m, time_s))
    ends = np.array((start_s, start_s + (lap.end_s - lap.start_s)))
    first, stop = np.searchsorted(time_s, (ends[0] + 1e-9, ends[1] - 1e-9))
    inside = slice(int(first), int(stop))

    def with_ends(values: FloatArray) -> FloatArray:
        before, after = np.interp(ends, time_s, values)
        return np.concatenate(([before], values[inside], [after]))

    return _Span(
        time_s=np.concatenate((ends[:1], time_s[inside], ends[1:])),
        x_m=with_ends(trajectory.x_m) + placement.shift_x_m,
        y_m=with_ends(trajectory.y_m) + placement.shift_y_m,
        course_rad=with_ends(trajectory.course_rad),
        driven_m=with_ends(odometer_m) - float(np.interp(start_s, time_s, odometer_m)),
    )


def _projected_trace(
    trajectory: Trajectory, span: _Span, table: LineTable, config: AnalysisConfig
) -> LapTrace | None:
    """Return the lap by its places on the line, or None where it has none."""
    driven_m = float(span.driven_m[-1])
    if not driven_m > 0.0:
        return None
    path = DrivenPath(
        time_s=span.time_s,
        x_m=span.x_m,
        y_m=span.y_m,
        course_rad=span.course_rad,
        predicted_m=span.driven_m * (table.length_m / driven_m),
    )
    places = project(table, path, _search_m(trajectory, span, table, config), config)
    if not np.any(places.is_valid):
        return None
    bent_m = _bent_odometer(span.driven_m, places.stretch, table.length_m)
    residual_m = _pinned_residual(span.time_s, places, bent_m)
    correction_m = moving_mean(span.time_s, residual_m, config.residual_low_pass_s)
    noise_m = _smoothed_noise(residual_m - correction_m, places.is_valid, span.time_s, config)
    return LapTrace(
        station_m=read_only(_increasing(bent_m + correction_m, table.length_m)),
        time_s=read_only(span.time_s - span.time_s[0]),
        session_time_s=read_only(span.time_s),
        lateral_offset_m=read_only(places.offset_m),
        station_sigma_m=float(np.hypot(trajectory.position_sigma_m, noise_m)),
        method="projection",
    )


def _search_m(
    trajectory: Trajectory, span: _Span, table: LineTable, config: AnalysisConfig
) -> float:
    """Return by how much the scaled odometer can be wrong about the place [m]."""
    longest_gap_s = float(np.diff(span.time_s).max())
    margin_m = config.search_margin_m + 3.0 * trajectory.position_sigma_m
    dead_reckoned_m = 0.1 * longest_gap_s * float(span.driven_m[-1] / np.ptp(span.time_s))
    detour_m = abs(float(span.driven_m[-1]) - table.length_m)
    return min(margin_m + detour_m + dead_reckoned_m, config.max_search_m)


def _bent_odometer(driven_m: FloatArray, stretch: FloatArray, length_m: float) -> FloatArray:
    """Return the integral of the driven metres times their stretch, scaled to the line's length."""
    steps = np.diff(driven_m) * 0.5 * (stretch[1:] + stretch[:-1])
    bent = np.append(0.0, np.cumsum(steps))
    return np.asarray(bent * (length_m / bent[-1]))


def _pinned_residual(time_s: FloatArray, places: Projection, bent_m: FloatArray) -> FloatArray:
    """Return projection minus odometer: zero at both crossings, bridged where there is none."""
    residual = places.station_m - bent_m
    residual[[0, -1]] = 0.0
    known = np.isfinite(residual)
    return np.asarray(np.interp(time_s, time_s[known], residual[known]))


def _smoothed_noise(
    rough_m: FloatArray, is_valid: BoolArray, time_s: FloatArray, config: AnalysisConfig
) -> float:
    """Return one sigma of the fast position error that the moving mean lets through [m].

    `rough_m` is what the mean removed. Of an error with correlation time tau, a mean over T keeps
    the share sqrt(2 tau / T) of its sigma.
    """
    if np.count_nonzero(is_valid) < 3:
        return 0.0
    rough = rough_m[is_valid]
    sigma_m = 1.4826 * float(np.median(np.abs(rough - np.median(rough))))
    interval_s = float(np.median(np.diff(time_s)))
    correlation_s = max(config.fast_position_tau_s, interval_s)
    return sigma_m * float(np.sqrt(min(2.0 * correlation_s / config.residual_low_pass_s, 1.0)))


def _increasing(station_m: FloatArray, length_m: float) -> FloatArray:
    """Return stations that strictly increase from exactly 0 to exactly the length."""
    inside = np.clip(station_m, 0.0, length_m)
    inside[0], inside[-1] = 0.0, length_m
    forward = np.maximum.accumulate(inside) + _TIE_BREAK_M * np.arange(station_m.size)
    forward *= length_m / forward[-1]
    forward[-1] = length_m
    return np.asarray(forward)


def _trace_without_line(session: AnalysedSession, lap: Lap, placement: Placement) -> LapTrace:
    """Return the lap by the sim's own lap distance, else by the stretched odometer."""
    found = _sim_progress(session.raw, lap)
    if found is not None:
        time_s, share = found
        length_m = placement.length_m or track_length(session, lap)
        return _unplaced_trace(time_s, share * length_m, _SIM_SIGMA_M, "sim_distance")
    if session.trajectory is None:
        raise InsufficientDataError(
            expected="positions, speed or lap distance",
            found="none of them",
            place=f"lap {lap.number}",
        )
    span = _span(session.trajectory, lap, placement)
    return _normalised_trace(span, placement.length_m or float(span.driven_m[-1]))


def track_length(session: AnalysedSession, lap: Lap) -> float:
    """Return the length of a track without positions: as the file states it, else as driven [m]."""
    with contextlib.suppress(ValueError):
        stated_m = float(session.raw.metadata.get("track_length_m", ""))
        if np.isfinite(stated_m) and stated_m > 0.0:
            return stated_m
    if session.trajectory is not None:
        return driven_length(session.trajectory, lap)
    if lap.length_m is not None:
        return lap.length_m
    raise InsufficientDataError(
        expected="speed or a stated track length", found="neither", place=f"lap {lap.number}"
    )


def _sim_progress(raw: RawSession, lap: Lap) -> tuple[FloatArray, FloatArray] | None:
    """Return session times and shares of the lap done (0 to 1 at the crossings), or None."""
    for name, period in (("lap_distance_ratio", 1.0), ("lap_distance_m", None)):
        for group in raw.groups:
            channel = group.find(name)
            if channel is None:
                continue
            values = channel.values.astype(np.float64)
            progress = _progress_in_lap(group.time_s, values, lap, period)
            if progress is not None:
                return progress
    return None


def _progress_in_lap(
    time_s: FloatArray, values: FloatArray, lap: Lap, period: float | None
) -> tuple[FloatArray, FloatArray] | None:
    known = np.isfinite(values) & (time_s > lap.start_s) & (time_s < lap.end_s)
    known &= np.append(True, np.diff(time_s) > 0.0)
    t, v = time_s[known], values[known]
    if t.size < _MIN_SIM_SAMPLES:
        return None
    # The counter starts again at the line, perhaps a sample early or late: without its jumps it
    # runs on, and the crossings are where it would have been at their times.
    v = np.unwrap(v, period=period or float(np.ptp(v)) or 1.0)
    slope = np.diff(v) / np.diff(t)
    before = v[0] - slope[0] * (t[0] - lap.start_s)
    after = v[-1] + slope[-1] * (lap.end_s - t[-1])
    if not after > before:
        return None
    progress = np.concatenate(([before], v, [after]))
    return (
        np.concatenate(([lap.start_s], t, [lap.end_s])),
        np.asarray((progress - before) / (after - before)),
    )


def _normalised_trace(span: _Span, length_m: float) -> LapTrace:
    """Return the fallback without places: the odometer stretched to the line's length."""
    driven_m = float(span.driven_m[-1])
    if not driven_m > 0.0:
        raise InsufficientDataError(expected="a lap that moves", found=f"{driven_m:.1f} m driven")
    station_m = span.driven_m * (length_m / driven_m)
    sigma_m = _LINE_CHOICE_RATIO * length_m
    return _unplaced_trace(span.time_s, station_m, sigma_m, "normalised_odometer")


def _unplaced_trace(
    time_s: FloatArray, station_m: FloatArray, sigma_m: float, method: str
) -> LapTrace:
    return LapTrace(
        station_m=read_only(_increasing(station_m, float(station_m[-1]))),
        time_s=read_only(time_s - time_s[0]),
        session_time_s=read_only(time_s),
        lateral_offset_m=read_only(np.full(time_s.size, np.nan)),
        station_sigma_m=sigma_m,
        method=method,
    )
