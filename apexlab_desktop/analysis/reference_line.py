"""The reference line: one smooth line that gives every lap its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.geo import unwrapped
from apexlab_desktop.analysis.lap_path import driven_length, lap_path
from apexlab_desktop.analysis.least_squares import shares_of_two
from apexlab_desktop.analysis.order_statistics import column_medians
from apexlab_desktop.analysis.projection import LineTable, project
from apexlab_desktop.analysis.spline import (
    Place,
    UniformSpline,
    fast_count,
    natural_spline,
    periodic_spline,
    smooth_open,
    smooth_periodic,
)
from apexlab_desktop.analysis.types import (
    FloatArray,
    Lap,
    ReferenceLine,
    Trajectory,
    read_only,
)

_MIN_RATE_HZ = 25.0
"""Rate at which a lap's path is laid out; slower fixes are joined by their velocities."""
_MOST_STEPS = 400_000
"""Points in time of a lap's path: over four hours of it at 25 Hz."""
_MIN_LENGTH_M = 50.0
_SPARSE = 8
"""Neighbouring offsets say the same; every eighth is enough for a shift."""
_EXACT_SIGMA_M = 0.05
"""A simulator's positions do not drift; its laps scatter by the driver's choice."""
_STATED_FREEDOM = 2.0
_DENSITY = 2
"""Points per grid step while the length is measured."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Curve:
    """A plane curve by two splines of one parameter, from 0 to `end`."""

    x: UniformSpline
    y: UniformSpline
    end: float

    def at(self, place: Place, derivative: int = 0) -> tuple[FloatArray, FloatArray]:
        """Return both coordinates, or their derivatives, at places among the knots."""
        return self.x.at_place(place, derivative), self.y.at_place(place, derivative)


def build(
    trajectory: Trajectory | None, laps: Sequence[Lap], config: AnalysisConfig = DEFAULT_CONFIG
) -> ReferenceLine | None:
    """Return the median path of the fastest clean laps, from start line to start line.

    Parameters
    ----------
    trajectory : Trajectory or None
    laps : sequence of Lap
        Laps of that trajectory; the fastest clean ones are used, else the fastest timed ones.
    config : AnalysisConfig

    Returns
    -------
    ReferenceLine or None
        On the comparison grid with its end point; None without a complete lap that has positions.

    Notes
    -----
    The fastest lap is laid out evenly in time and smoothed by a periodic smoothing spline: in time,
    because grip bounds how quickly a car can turn whatever the radius. With three laps or more it
    is then moved to the median of their offsets, which takes out single lines and most of the drift
    of the receiver. A lap whose ends do not meet gives an open line.
    """
    if trajectory is None:
        return None
    chosen = _laps_for_line(trajectory, laps, config)
    if not chosen:
        return None
    longest_m = max(driven_length(trajectory, lap) for lap in chosen)
    step_m = max(config.grid_step_m, longest_m / config.max_stations)
    config = replace(config, grid_step_m=step_m)
    first = _line_of_lap(trajectory, chosen[0], config)
    if first is None or len(chosen) < config.min_median_laps:
        return first
    return _median_line(trajectory, chosen, first, config)


def _laps_for_line(
    trajectory: Trajectory, laps: Sequence[Lap], config: AnalysisConfig
) -> list[Lap]:
    """Return the laps to use, fastest first."""
    timed = [lap for lap in laps if lap.lap_time_s is not None and _has_path(trajectory, lap)]
    usable = (
        [lap for lap in timed if lap.is_clean] or [lap for lap in timed if lap.is_valid] or timed
    )
    usable.sort(key=lambda lap: (lap.lap_time_s, lap.start_s))
    return usable[: config.max_line_laps]


def _has_path(trajectory: Trajectory, lap: Lap) -> bool:
    first, stop = np.searchsorted(trajectory.time_s, (lap.start_s, lap.end_s))
    x_m = trajectory.x_m[first:stop]
    return x_m.size >= 8 and float(np.mean(np.isfinite(x_m))) > 0.9


def _line_of_lap(trajectory: Trajectory, lap: Lap, config: AnalysisConfig) -> ReferenceLine | None:
    rate_hz = max(trajectory.rate_hz, _MIN_RATE_HZ)
    n_steps = min(int(np.ceil((lap.end_s - lap.start_s) * rate_hz)), _MOST_STEPS)
    n = fast_count(max(n_steps, 16))
    time_s = np.linspace(lap.start_s, lap.end_s, n + 1)
    x_m, y_m = _positions_at(trajectory, time_s)
    is_closed = _is_closed(x_m, y_m, config)
    step_s = float(time_s[1] - time_s[0])
    curve = _smooth_curve(x_m, y_m, step_s, config.line_smoothing_s, is_closed=is_closed)
    return _line_on_grid(curve, trajectory, config, is_closed=is_closed)


def _positions_at(trajectory: Trajectory, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return positions at any times, cubic between fixes with their velocities, shape (n,)."""
    near = slice(*np.searchsorted(trajectory.time_s, (time_s[0] - 5.0, time_s[-1] + 5.0)))
    known = np.isfinite(trajectory.x_m[near]) & np.isfinite(trajectory.y_m[near])
    t = trajectory.time_s[near][known]
    left = np.clip(np.searchsorted(t, time_s, side="right") - 1, 0, t.size - 2)
    width = t[left + 1] - t[left]
    u = np.clip((time_s - t[left]) / width, 0.0, 1.0)
    course, speed = trajectory.course_rad[near][known], trajectory.speed_mps[near][known]
    x, y = trajectory.x_m[near][known], trajectory.y_m[near][known]
    ways = ((x, np.cos(course)), (y, np.sin(course)))
    x_m, y_m = (
        _hermite(p, np.nan_to_num(speed * direction, nan=0.0), left, width, u)
        if np.all(np.isfinite(course)) and np.all(np.isfinite(speed))
        else p[left] + u * (p[left + 1] - p[left])
        for p, direction in ways
    )
    return x_m, y_m


def _hermite(
    p: FloatArray, v: FloatArray, left: np.ndarray, width: FloatArray, u: FloatArray
) -> FloatArray:
    rest = 1.0 - u
    return np.asarray(
        rest**2 * (1.0 + 2.0 * u) * p[left]
        + u**2 * (3.0 - 2.0 * u) * p[left + 1]
        + u * rest * width * (rest * v[left] - u * v[left + 1])
    )


def _is_closed(x_m: FloatArray, y_m: FloatArray, config: AnalysisConfig) -> bool:
    """Return whether a lap ends where it began, in the same direction."""
    n = max(x_m.size // 100, 2)
    start = np.array((x_m[n] - x_m[0], y_m[n] - y_m[0]))
    end = np.array((x_m[-1] - x_m[-1 - n], y_m[-1] - y_m[-1 - n]))
    gap_m = float(np.hypot(x_m[-1] - x_m[0], y_m[-1] - y_m[0]))
    return gap_m <= config.closing_gap_m and float(start @ end) > 0.5 * float(
        np.hypot(*start) * np.hypot(*end)
    )


def _smooth_curve(
    x: FloatArray, y: FloatArray, step: float, cutoff: float, *, is_closed: bool
) -> _Curve:
    """Return the smoothing splines of positions at even parameter steps, ends included."""
    end = step * (x.size - 1)
    if not is_closed:
        fitted = [natural_spline(smooth_open(values, step, cutoff), step) for values in (x, y)]
        return _Curve(x=fitted[0], y=fitted[1], end=end)
    # The two ends of a closed lap lie beside each other on the start line; the difference is spread
    # over the whole lap, where it bends nothing.
    share = np.arange(x.size - 1) / (x.size - 1)
    fitted = [
        periodic_spline(smooth_periodic(v[:-1] - (v[-1] - v[0]) * share, step, cutoff), step)
        for v in (x, y)
    ]
    return _Curve(x=fitted[0], y=fitted[1], end=end)


def _line_on_grid(
    curve: _Curve, trajectory: Trajectory, config: AnalysisConfig, *, is_closed: bool
) -> ReferenceLine | None:
    """Return the curve by its own length, smoothed once more, on the comparison grid."""
    even = _even_in_length(curve, config.grid_step_m)
    if even is None:
        return None
    x, y, step_m = even
    smooth = _smooth_curve(x, y, step_m, config.line_smoothing_m, is_closed=is_closed)
    dense, driven = _cumulative_length(smooth, _DENSITY * x.size)
    length_m = float(driven[-1])
    station_m = np.append(
        np.arange(0.0, length_m - 1e-6 * config.grid_step_m, config.grid_step_m), length_m
    )
    parameter = np.interp(station_m, driven, dense)
    place = smooth.x.locate(parameter)
    (x_d, y_d), (x_dd, y_dd) = smooth.at(place, 1), smooth.at(place, 2)
    turn = x_d * y_dd - y_d * x_dd
    x_m, y_m = smooth.at(place)
    pace2 = x_d * x_d + y_d * y_d
    return ReferenceLine(
        station_m=read_only(station_m),
        x_m=read_only(x_m),
        y_m=read_only(y_m),
        heading_rad=read_only(unwrapped(np.arctan2(y_d, x_d))),
        curvature_per_m=read_only(turn / (pace2 * np.sqrt(pace2))),
        length_m=length_m,
        is_closed=is_closed,
        origin_lat_deg=trajectory.origin_lat_deg,
        origin_lon_deg=trajectory.origin_lon_deg,
    )


def _cumulative_length(curve: _Curve, n: int) -> tuple[FloatArray, FloatArray]:
    """Return parameters and the length up to each of them, shape (n + 1,)."""
    parameter = np.linspace(0.0, curve.end, n + 1)
    # A closed spline wraps its last argument to the first, which is the same point.
    x, y = curve.at(curve.x.locate(parameter))
    return parameter, np.append(0.0, np.cumsum(np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2)))


def _even_in_length(curve: _Curve, step_m: float) -> tuple[FloatArray, FloatArray, float] | None:
    """Return points at even steps of about `step_m` along the curve, and the step."""
    rough_m = float(_cumulative_length(curve, 1_000)[1][-1])
    if not rough_m > _MIN_LENGTH_M:
        return None
    dense, driven = _cumulative_length(curve, int(_DENSITY * rough_m / step_m))
    n = fast_count(int(np.ceil(driven[-1] / step_m)))
    at = np.interp(np.linspace(0.0, driven[-1], n + 1), driven, dense)
    return *curve.at(curve.x.locate(at)), float(driven[-1]) / n


def _median_line(
    trajectory: Trajectory, laps: Sequence[Lap], first: ReferenceLine, config: AnalysisConfig
) -> ReferenceLine | None:
    """Return `first` moved sideways to the median of the laps."""
    table = LineTable(first)
    n = fast_count(first.station_m.size - 1)
    even_m = np.linspace(0.0, first.length_m, n + 1)
    offsets = np.array([_offsets(trajectory, lap, table, even_m, config) for lap in laps])
    median = column_medians(offsets)
    x, y, cos, sin, _, _ = table.fine(even_m)
    moved = _smooth_curve(
        x - sin * median,
        y + cos * median,
        float(even_m[1]),
        config.line_smoothing_m,
        is_closed=first.is_closed,
    )
    line = _line_on_grid(moved, trajectory, config, is_closed=first.is_closed)
    if line is None:
        return None
    shifts = [_common_shift(row - median, cos, sin) for row in offsets]
    return replace(line, position_sigma_m=_slow_sigma(np.array(shifts), trajectory, laps, config))


def _common_shift(offset_m: FloatArray, cos: FloatArray, sin: FloatArray) -> FloatArray:
    """Return the shift of a whole lap that explains most of its offsets, shape (2,) [m]."""
    few = slice(None, None, _SPARSE)
    return np.array(shares_of_two(-sin[few], cos[few], offset_m[few]))


def _slow_sigma(
    shifts_m: FloatArray, trajectory: Trajectory, laps: Sequence[Lap], config: AnalysisConfig
) -> float:
    """Return the slow position error that the receiver states and its laps show together [m].

    An error with memory tau, averaged over laps of length T, scatters between laps by a known share
    of its variance: `2 (tau/T)^2 (T/tau - 1 + exp(-T/tau))` for a lap, less what two laps have in
    common. The scatter of the laps' shifts over that share is an estimate with 2 (n - 1) degrees of
    freedom; the statement of the receiver counts as two.
    """
    stated_m = trajectory.position_sigma_m
    if stated_m <= _EXACT_SIGMA_M:
        return stated_m
    tau_s = config.slow_position_tau_s
    middle_s = np.array([0.5 * (lap.start_s + lap.end_s) for lap in laps])
    ratio = float(np.mean([lap.end_s - lap.start_s for lap in laps])) / tau_s
    own = 2.0 / ratio**2 * (ratio - 1.0 + np.exp(-ratio))
    shared = np.exp(-np.abs(np.subtract.outer(middle_s, middle_s)) / tau_s)
    shared *= (2.0 / ratio * np.sinh(0.5 * ratio)) ** 2
    n = len(laps)
    between = (float(shared.sum()) - float(np.trace(shared))) / (n * (n - 1))
    share = max(own - between, 0.1)
    scatter_m2 = float(np.sum(np.var(shifts_m, axis=0, ddof=1))) / 2.0
    freedom = 2.0 * (n - 1)
    pooled = _STATED_FREEDOM * stated_m**2 + freedom * scatter_m2 / share
    return float(np.sqrt(pooled / (_STATED_FREEDOM + freedom)))


def _offsets(
    trajectory: Trajectory, lap: Lap, table: LineTable, at_m: FloatArray, config: AnalysisConfig
) -> FloatArray:
    """Return a lap's offset from the line at stations; 0 where it has none, shape (n,)."""
    path = lap_path(trajectory, lap, table.length_m)
    search_m = config.search_margin_m + abs(driven_length(trajectory, lap) - table.length_m)
    places = project(table, path, min(search_m, config.max_search_m), config)
    order = np.argsort(places.station_m[places.is_valid])
    if not order.size:
        return np.zeros(at_m.size)
    return np.interp(
        at_m, places.station_m[places.is_valid][order], places.offset_m[places.is_valid][order]
    )
