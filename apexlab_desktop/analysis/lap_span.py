"""A lap's samples in the plane of a line, from crossing to crossing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.resample import at_instants
from apexlab_desktop.analysis.types import FloatArray, Lap, Trajectory

_TIE_BREAK_M = 1e-7
"""Least progress per sample: a standing car keeps its place, yet stations strictly increase."""
_APART_S = 1e-9
"""A sample closer to a crossing than this is the crossing."""
_SAME_WAY_RATIO = 0.05
_TIMING_TOLERANCE_S = 0.5
"""A stated lap time that is farther from the boundaries belongs to another lap."""


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
    is_guest : bool
        The line was made from another session.
    fix_sigma_m : float
        Slow error of the fixes at its crossings that its positions no longer have [m].
    """

    shift_x_m: float = 0.0
    shift_y_m: float = 0.0
    start_lead_m: float = 0.0
    length_m: float | None = None
    is_guest: bool = False
    fix_sigma_m: float = 0.0


IN_PLACE = Placement()
"""The session that the line was made from."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapSpan:
    """Samples of a lap and a little around it, its two crossings among them; shape (n,).

    The crossings have no position of their own; `driven_m` counts from the start, `speed_mps` is
    its rate.
    """

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    driven_m: FloatArray
    speed_mps: FloatArray
    start: int
    end: int

    @property
    def lap_driven_m(self) -> float:
        """Way from crossing to crossing by the odometer [m]."""
        return float(self.driven_m[self.end])


def lap_span(trajectory: Trajectory, lap: Lap, placement: Placement, margin_s: float) -> LapSpan:
    """Return the lap's samples in the line's plane."""
    time_s, odometer_m = trajectory.time_s, trajectory.odometer_m
    start_s = lap.start_s
    if placement.start_lead_m:
        at_start_m = at_instants(time_s, odometer_m, start_s)
        start_s = float(at_instants(odometer_m, time_s, at_start_m - placement.start_lead_m))
    end_s = start_s + (lap.end_s - lap.start_s)
    margin_s = max(margin_s, _APART_S)
    around_start, around_end = (-margin_s, -_APART_S, _APART_S), (-_APART_S, _APART_S, margin_s)
    edges = np.concatenate((start_s + np.array(around_start), end_s + np.array(around_end)))
    a, b, c, d, e, f = (int(k) for k in np.searchsorted(time_s, edges))

    start, end = b - a, b - a + 1 + d - c

    def cut(values: FloatArray, at_start: float, at_end: float) -> FloatArray:
        whole = np.empty(end + 1 + f - e)
        whole[:start], whole[start] = values[a:b], at_start
        whole[start + 1 : end], whole[end] = values[c:d], at_end
        whole[end + 1 :] = values[e:f]
        return whole

    at_start, at_end = _Between(time_s, b, start_s), _Between(time_s, d, end_s)
    speed_mps, course_rad = trajectory.speed_mps, trajectory.course_rad
    start_m, end_m = (at.along(odometer_m, speed_mps) for at in (at_start, at_end))
    return LapSpan(
        time_s=cut(time_s, start_s, end_s),
        x_m=cut(trajectory.x_m, np.nan, np.nan) + placement.shift_x_m,
        y_m=cut(trajectory.y_m, np.nan, np.nan) + placement.shift_y_m,
        course_rad=cut(course_rad, at_start.of(course_rad), at_end.of(course_rad)),
        driven_m=cut(odometer_m, start_m, end_m) - start_m,
        speed_mps=cut(speed_mps, at_start.of(speed_mps), at_end.of(speed_mps)),
        start=start,
        end=end,
    )


class _Between:
    """An instant between the samples before `after` and at it, held beyond the recording."""

    def __init__(self, time_s: FloatArray, after: int, at_s: float) -> None:
        self._left, self._right = max(after - 1, 0), min(after, time_s.size - 1)
        left_s, right_s = float(time_s[self._left]), float(time_s[self._right])
        self._share, self._span_s = 0.0, right_s - left_s
        if right_s > left_s:
            self._share = min(max((at_s - left_s) / (right_s - left_s), 0.0), 1.0)

    def of(self, values: FloatArray) -> float:
        """Return the value there."""
        left, right = float(values[self._left]), float(values[self._right])
        return left + self._share * (right - left)

    def along(self, way_m: FloatArray, speed_mps: FloatArray) -> float:
        """Return the way there, by the cubic that has the speeds on both sides as slopes."""
        left, right = float(way_m[self._left]), float(way_m[self._right])
        rates = float(speed_mps[self._left]), float(speed_mps[self._right])
        straight = self.of(way_m)
        by_speed_m = 0.5 * self._span_s * (rates[0] + rates[1])
        # Over a dropout the way need not be what the speeds on both sides make of it.
        if not abs(by_speed_m - (right - left)) < _SAME_WAY_RATIO * by_speed_m:
            return straight
        return straight + float(bump_m(self._share, self._span_s, right - left, rates))


def bump_m(
    share: FloatArray | float,
    span_s: FloatArray | float,
    step_m: FloatArray | float,
    rates_mps: tuple[FloatArray, FloatArray] | tuple[float, float],
) -> FloatArray:
    """Return by how much a cubic lies above the straight line between two samples [m].

    Parameters
    ----------
    share : ndarray or float
        Of the time between both samples, 0 to 1.
    span_s, step_m : ndarray or float
        Time and way between them [s], [m].
    rates_mps : pair of ndarray or float
        Slopes at both [m/s].
    """
    mean_mps = step_m / span_s
    rest = 1.0 - share
    early = (rates_mps[0] - mean_mps) * rest
    late = (rates_mps[1] - mean_mps) * share
    return np.asarray(span_s * share * rest * (early - late))


def official_time(lap: Lap) -> float:
    """Return the lap time as stated, else as bounded [s]."""
    bounded_s = lap.end_s - lap.start_s
    if lap.lap_time_s is None or abs(lap.lap_time_s - bounded_s) > _TIMING_TOLERANCE_S:
        return bounded_s
    return lap.lap_time_s


def strictly_increasing(station_m: FloatArray, length_m: float) -> FloatArray:
    """Return stations that strictly increase from exactly 0 to exactly the length."""
    inside = np.minimum(np.maximum(station_m, 0.0), length_m)
    inside[0], inside[-1] = 0.0, length_m
    forward = np.maximum.accumulate(inside) + _TIE_BREAK_M * np.arange(station_m.size)
    forward *= length_m / forward[-1]
    forward[-1] = length_m
    return np.asarray(forward)
