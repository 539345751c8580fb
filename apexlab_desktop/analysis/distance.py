"""Lap distance: every lap as a function of its place on the reference line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.dropouts import Dropouts, dropouts_of
from apexlab_desktop.analysis.lap_span import (
    IN_PLACE,
    LapSpan,
    Placement,
    lap_span,
    official_time,
    strictly_increasing,
)
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.projection import DrivenPath, LineTable, Projection, project
from apexlab_desktop.analysis.resample import straight_between
from apexlab_desktop.analysis.smoothing import moving_mean
from apexlab_desktop.analysis.stations import Stations, stations_of
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    FloatArray,
    IntArray,
    Lap,
    LapTrace,
    ReferenceLine,
    read_only,
)
from apexlab_desktop.analysis.unplaced_lap import stretched, trace_without_line
from apexlab_desktop.errors import InsufficientDataError


def lap_trace(
    session: AnalysedSession,
    lap: Lap,
    line: ReferenceLine | LineTable | None,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
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
        Its first and last station are exactly 0 and the line's length, its last time the lap time.

    Raises
    ------
    InsufficientDataError
        If the lap lacks a crossing, or the session has neither speed nor lap distance.

    Notes
    -----
    The car's own odometer is bent onto the line, `ds = v dt cos(xi) / (1 - n kappa)` (algorithms.md
    4.2), and scaled to the line's length. What the projection still says differently is position
    noise and odometer drift; its mean over 3 s is added (4.1). So smoothed, the car passes the line
    slightly off the instants that single fixes gave: by as much of the difference as is noise the
    start is moved, and the lap time, which stands, is met at the line. What the places and the lap
    time disagree by is the error of two crossings (on generated drives the places explain 3 % of
    it), so it is left where the crossing is: spread over more of the lap it would be a loss or gain
    in corners that had none.
    """
    _require_crossings(lap)
    table = LineTable(line) if isinstance(line, ReferenceLine) else line
    trajectory = session.trajectory
    if table is None or trajectory is None:
        return trace_without_line(session, lap, placement, config)
    margin_s = 0.5 * config.residual_low_pass_s if table.is_closed else 0.0
    span = lap_span(trajectory, lap, placement, margin_s)
    sigma_m = trajectory.position_sigma_m
    if not placement.is_guest and table.position_sigma_m is not None:
        sigma_m = table.position_sigma_m
    dropouts = dropouts_of(trajectory, float(span.time_s[0]), float(span.time_s[-1]), config)
    sigmas_m = (sigma_m, placement.fix_sigma_m)
    placed = _placed_trace(span, table, dropouts, sigmas_m, official_time(lap), config)
    if placed is not None:
        return placed
    unplaced = stretched(span, table.length_m, official_time(lap))
    return replace(unplaced, fix_sigma_m=placement.fix_sigma_m)


def grid(length_m: float, config: AnalysisConfig = DEFAULT_CONFIG) -> FloatArray:
    """Return 0, 0.7, 1.4 ... and the end point, shape (n,) [m]."""
    step_m = max(config.grid_step_m, length_m / config.max_stations)
    inner = np.arange(0.0, length_m - 1e-6, step_m)
    return np.append(inner, length_m)


def on_stations(trace: LapTrace, station_m: FloatArray) -> LapTrace:
    """Return `trace` sampled at other stations, for use as a reference.

    Parameters
    ----------
    trace : LapTrace
    station_m : ndarray, shape (n,)
        Strictly increasing, inside the trace [m].
    """
    rows = (trace.time_s, trace.session_time_s, trace.lateral_offset_m)
    time_s, session_time_s, offset_m = straight_between(station_m, trace.station_m, rows)
    return LapTrace(
        station_m=station_m,
        time_s=read_only(time_s),
        session_time_s=read_only(session_time_s),
        lateral_offset_m=read_only(offset_m),
        station_sigma_m=trace.station_sigma_m,
        fast_sigma_m=trace.fast_sigma_m,
        fix_sigma_m=trace.fix_sigma_m,
        method=trace.method,
    )


def _require_crossings(lap: Lap) -> None:
    if lap.lap_time_s is None or not lap.end_s > lap.start_s:
        raise InsufficientDataError(
            expected="a lap from crossing to crossing of the start line",
            found=f"a lap of kind {lap.kind.value}",
            place=f"lap {lap.number}",
            advice="Choose a timed lap",
        )


def _placed_trace(
    span: LapSpan,
    table: LineTable,
    dropouts: Dropouts,
    sigmas_m: tuple[float, float],
    lap_time_s: float,
    config: AnalysisConfig,
) -> LapTrace | None:
    """Return the lap by its places on the line, or None where it has none.

    `sigmas_m` are the slow error of the stations and that of single fixes.
    """
    slow_sigma_m, fix_sigma_m = sigmas_m
    driven_m = span.lap_driven_m
    if not driven_m > 0.0:
        return None
    path = DrivenPath(
        time_s=span.time_s,
        x_m=span.x_m,
        y_m=span.y_m,
        course_rad=span.course_rad,
        predicted_m=span.driven_m * (table.length_m / driven_m),
    )
    search_m = _search_m(span, table, slow_sigma_m, config)
    places = project(table, path, search_m, config)
    if not np.any(places.is_valid[span.start : span.end]):
        return None
    bent_m = _bent_odometer(span, places, dropouts, table.length_m)
    residual_m = _bridged(span.time_s, places.station_m - bent_m, places.is_valid)
    correction_m = moving_mean(span.time_s, residual_m, config.residual_low_pass_s)
    rough_m = np.abs(residual_m - correction_m)[places.is_valid]
    noise_m = 1.4826 * median(rough_m)
    at_ends_m = float(np.hypot(noise_m, fix_sigma_m))
    stations = stations_of(span, _with_marks(span, places), bent_m, correction_m, config)
    ends_s = _settled_ends(stations, at_ends_m, config)
    fast_sigma_m = noise_m * _noise_share(config)
    timed = _Timed(stations=stations, ends_s=ends_s, length_m=table.length_m)
    return timed.trace(lap_time_s, (slow_sigma_m, fast_sigma_m, fix_sigma_m), config)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Timed:
    """Smoothed stations of a span and the instants at which the lap begins and ends."""

    stations: Stations
    ends_s: FloatArray
    length_m: float

    def trace(
        self, lap_time_s: float, sigmas_m: tuple[float, float, float], config: AnalysisConfig
    ) -> LapTrace:
        """Return the lap cut at its ends and pinned there in place and time.

        `sigmas_m` are the slow and the fast error of the stations and that of the crossings.
        """
        all_s, ends_s = self.stations.time_s, self.ends_s
        all_m = self.stations.bent_m + self.stations.correction_m
        first, stop = np.searchsorted(all_s, ends_s + np.array((1e-9, -1e-9)))
        # The samples between both ends and one beyond each, which the ends take the place of.
        lap = slice(int(first) - 1, int(stop) + 1)
        time_s = _with_ends(all_s[lap], ends_s)
        at_ends_m = np.interp(ends_s, all_s, all_m)
        station_m = _with_ends(all_m[lap], at_ends_m)
        lap_s = time_s - ends_s[0]
        ramp_s = 0.5 * config.residual_low_pass_s
        head = slice(0, int(np.searchsorted(lap_s, ramp_s)))
        station_m[head] -= at_ends_m[0] * (1.0 - lap_s[head] / ramp_s)
        _meet(self.length_m, station_m, lap_s, ramp_s)
        # Over less than twice the difference, time could stand still.
        pin_s = max(config.line_pin_s, 2.0 * abs(lap_time_s - float(lap_s[-1])))
        _meet(lap_time_s, lap_s, lap_s, pin_s)
        offset_m = self.stations.offset_m
        aside_m = np.interp(ends_s, all_s, offset_m)
        if not np.isfinite(aside_m).all():
            is_known = np.isfinite(offset_m)
            aside_m = np.interp(ends_s, all_s, _bridged(all_s, offset_m, is_known))
        offset_m = _with_ends(offset_m[lap], aside_m)
        return LapTrace(
            station_m=read_only(strictly_increasing(station_m, self.length_m)),
            time_s=read_only(lap_s),
            session_time_s=read_only(time_s),
            lateral_offset_m=read_only(offset_m),
            station_sigma_m=float(np.hypot(sigmas_m[0], sigmas_m[1])),
            fast_sigma_m=sigmas_m[1],
            fix_sigma_m=sigmas_m[2],
            method="projection",
        )


def _with_ends(values: FloatArray, ends: FloatArray) -> FloatArray:
    """Return a copy of values with another first and last, shape (n,)."""
    changed = values.copy()
    changed[0], changed[-1] = ends
    return changed


def _meet(last: float, values: FloatArray, lap_s: FloatArray, over_s: float) -> None:
    """Let values end at `last`, in place, moved evenly over the last seconds."""
    first = int(np.searchsorted(lap_s, lap_s[-1] - over_s))
    values[first:] += (last - values[-1]) * (1.0 - (lap_s[-1] - lap_s[first:]) / over_s)
    values[-1] = last


def _search_m(
    span: LapSpan, table: LineTable, slow_sigma_m: float, config: AnalysisConfig
) -> float:
    """Return by how much the scaled odometer can be wrong about the place [m]."""
    mean_mps = span.lap_driven_m / float(span.time_s[span.end] - span.time_s[span.start])
    dead_reckoned_m = 0.1 * float(np.diff(span.time_s).max()) * mean_mps
    detour_m = abs(span.lap_driven_m - table.length_m)
    margin_m = config.search_margin_m + 3.0 * slow_sigma_m
    return min(margin_m + detour_m + dead_reckoned_m, config.max_search_m)


def _bent_odometer(
    span: LapSpan, places: Projection, dropouts: Dropouts, length_m: float
) -> FloatArray:
    """Return driven metres times their stretch: 0 at the start, the line's length at the end."""
    steps = places.stretch[1:] + places.stretch[:-1]
    steps *= np.diff(span.driven_m)
    _step_over(dropouts, steps, span, places, length_m)
    bent = np.zeros(span.driven_m.size)
    np.cumsum(steps, out=bent[1:])
    bent -= bent[span.start]
    bent *= length_m / bent[span.end]
    return bent


def _step_over(
    dropouts: Dropouts, steps: FloatArray, span: LapSpan, places: Projection, length_m: float
) -> None:
    """Let the steps over dropouts, in place, be as long as the places say on the final scale.

    The speed on both sides does not tell how far the car came between; left in the odometer, that
    error would be smoothed into the seconds around the dropout. The crossings know no place.
    """
    in_dropout = dropouts.steps(span.time_s, span.time_s[[span.start, span.end]])
    if not in_dropout.any():
        return
    placed_m = np.diff(places.station_m)
    in_dropout &= places.is_valid[1:] & places.is_valid[:-1] & (placed_m >= 0.0)
    of_lap = np.zeros(steps.size, dtype=np.bool_)
    of_lap[span.start : span.end] = True
    over_m = float(np.sum(placed_m[in_dropout & of_lap]))
    driven_m = float(np.sum(steps[~in_dropout & of_lap]))
    if driven_m > 0.0 and over_m < length_m:
        steps[in_dropout] = placed_m[in_dropout] * (driven_m / (length_m - over_m))


def _from_neighbours(time_s: FloatArray, values: FloatArray, at: IntArray) -> FloatArray:
    """Return what the samples on both sides say about some, NaN where one is unknown."""
    left, right = np.maximum(at - 1, 0), np.minimum(at + 1, time_s.size - 1)
    # At an edge one neighbour is the sample itself, which is not known: neither is the result.
    share = (time_s[at] - time_s[left]) / (time_s[right] - time_s[left])
    return np.asarray(values[left] + share * (values[right] - values[left]))


def _bridged(time_s: FloatArray, values: FloatArray, known: BoolArray) -> FloatArray:
    """Return `values` with straight lines where they are not known."""
    lost = np.flatnonzero(~known)
    if not lost.size:
        return values
    filled = values.copy()
    filled[lost] = _from_neighbours(time_s, values, lost)
    # Usually that was all, for these are the two crossings.
    lost = lost[np.isnan(filled[lost])]
    if not lost.size:
        return filled
    kept = np.flatnonzero(known)
    after = np.searchsorted(kept, lost)
    left, right = kept[np.maximum(after - 1, 0)], kept[np.minimum(after, kept.size - 1)]
    span_s = time_s[right] - time_s[left]
    share = (time_s[lost] - time_s[left]) / np.where(span_s > 0.0, span_s, np.inf)
    filled[lost] = values[left] + share * (values[right] - values[left])
    return filled


def _with_marks(span: LapSpan, places: Projection) -> Projection:
    """Return the places with offsets at the crossings, which have only neighbours."""
    marks = np.array((span.start, span.end))
    offset_m = places.offset_m.copy()
    offset_m[marks] = _from_neighbours(span.time_s, offset_m, marks)
    return replace(places, offset_m=offset_m)


def _settled_ends(stations: Stations, noise_m: float, config: AnalysisConfig) -> FloatArray:
    """Return when the car passed both ends, as all fixes around them say, shape (2,) [s].

    At the instant of a crossing the smoothed place should be the line. It is not by the noise of
    the fixes next to it, which should be taken out, and by where across the track the car passed,
    which should not: the start line need not be square to the reference line. The share taken out
    is the best linear estimate; what is too large for the second cause must be of the first.
    """
    marks = np.array((stations.start, stations.end))
    bent_m, miss_m = stations.bent_m, stations.correction_m[marks]
    skew_m2 = config.line_skew_sigma_m**2
    noise_m2 = np.maximum(noise_m**2, miss_m**2 - 9.0 * skew_m2)
    moved_m = np.where(
        np.abs(miss_m) <= config.search_margin_m, miss_m * noise_m2 / (noise_m2 + skew_m2), 0.0
    )
    return np.asarray(np.interp(bent_m[marks] - moved_m, bent_m, stations.time_s))


def _noise_share(config: AnalysisConfig) -> float:
    """Return the share of the fast error's sigma that the moving mean lets through.

    Of an error with correlation time tau, a mean over T keeps sqrt(2 tau / T).
    """
    share = 2.0 * config.fast_position_tau_s / config.residual_low_pass_s
    return float(np.sqrt(min(share, 1.0)))
