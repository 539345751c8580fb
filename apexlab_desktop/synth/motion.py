"""Time along the path: one smooth station(t) from which all truth is derived exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline, CubicSpline, make_interp_spline

from apexlab_desktop.synth.elements import FloatArray
from apexlab_desktop.synth.racing_line import Path, PathPoint

STOP_STEPS = 2
"""Grid steps that a car rolls while it comes to rest from the crawl."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The car stands still.

    Attributes
    ----------
    index : int
        Grid node where it stands.
    duration_s : float
    """

    index: int
    duration_s: float


@dataclass(frozen=True, slots=True, eq=False)
class _Phase:
    """Part of the session; `kind` is `drive`, `halt` (to rest), `rest` or `launch`."""

    kind: str
    start_s: float
    end_s: float
    station_m: float
    rate_mps: float
    spline: BSpline | None = None

    def evaluate(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        if self.spline is not None:
            s0, s1, s2 = (np.asarray(self.spline(time_s, nu)) for nu in range(3))
            return s0, s1, s2
        if self.kind == "rest":
            return np.full_like(time_s, self.station_m), 0.0 * time_s, 0.0 * time_s
        # Half a cosine between the crawl and rest: s' = c (1 +- cos w t) / 2.
        sign = 1.0 if self.kind == "halt" else -1.0
        w = np.pi / (self.end_s - self.start_s)
        t = time_s - self.start_s
        half = self.rate_mps / 2
        return (
            self.station_m + half * (t + sign * np.sin(w * t) / w),
            half * (1.0 + sign * np.cos(w * t)),
            -sign * half * w * np.sin(w * t),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class State:
    """Truth at some times; arrays share one shape and are mutually exact derivatives.

    Attributes
    ----------
    station_m : ndarray
        Unwrapped [m].
    speed_mps, accel_long_mps2, accel_lat_mps2 : ndarray
    point : PathPoint
        Position, course and curvature.
    """

    station_m: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    point: PathPoint


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """The whole session's movement along its path."""

    path: Path
    phases: tuple[_Phase, ...]
    node_station_m: FloatArray
    node_time_s: FloatArray

    @property
    def duration_s(self) -> float:
        """Length of the session [s]."""
        return self.phases[-1].end_s

    def at(self, time_s: FloatArray) -> State:
        """Return the truth at any times of the session.

        `v = Q s'` and `a = Q' s'^2 + Q s''` with Q the path metres per station metre.
        """
        station, rate, second = self._stations(time_s)
        point = self.path.at(station)
        speed = point.stretch * rate
        return State(
            station_m=station,
            speed_mps=speed,
            accel_long_mps2=point.stretch_rate_per_m * rate**2 + point.stretch * second,
            accel_lat_mps2=speed**2 * point.curvature_per_m,
            point=point,
        )

    def time_at(self, station_m: float) -> float:
        """Return when a grid station is passed; exact because grid nodes are knots [s]."""
        index = int(np.argmin(np.abs(self.node_station_m - station_m)))
        return float(self.node_time_s[index])

    def _stations(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        time = np.clip(np.asarray(time_s, dtype=np.float64), 0.0, self.duration_s)
        starts = np.array([phase.start_s for phase in self.phases])
        which = np.clip(np.searchsorted(starts, time, side="right") - 1, 0, None)
        result = np.empty((3, time.size))
        for index, phase in enumerate(self.phases):
            mask = which == index
            if mask.any():
                result[:, mask] = phase.evaluate(time[mask])
        return result[0], result[1], result[2]


def build_motion(
    path: Path,
    station_m: FloatArray,
    speed_mps: FloatArray,
    stretch: FloatArray,
    stops: Sequence[Stop],
) -> Motion:
    """Return the motion with the given speed over the grid and the given stops.

    Parameters
    ----------
    path : Path
    station_m : ndarray, shape (n,)
        Equally spaced grid [m].
    speed_mps, stretch : ndarray, shape (n,)
        Speed along the path and path metres per station metre at the grid.
    stops : sequence of Stop
        In driving order; the first may be node 0, the last node n - 1.
    """
    rate = speed_mps / stretch
    time = np.zeros(station_m.size)
    phases: list[_Phase] = []
    clock, begin = 0.0, 0
    last = station_m.size - 1
    for stop in (*stops, None):
        end = last if stop is None else max(stop.index - STOP_STEPS, 0)
        if end > begin:
            phase = _drive(station_m, rate, time, slice(begin, end + 1), clock)
            phases.append(phase)
            clock = phase.end_s
        if stop is None:
            break
        clock, begin = _stand(stop, station_m, rate, time, phases, clock, begin)
        if begin >= last:
            break
    return Motion(path, tuple(phases), station_m, time)


def _drive(
    station: FloatArray, rate: FloatArray, time: FloatArray, part: slice, clock: float
) -> _Phase:
    """Integrate the time over a part of the grid and fit the quintic station(t) through it."""
    s = station[part]
    elapsed = CubicSpline(s, 1.0 / rate[part]).antiderivative()(s)
    time[part] = clock + elapsed
    ends = tuple(
        [(1, rate[part][i]), (2, rate[part][i] * slope)]
        for i, slope in zip((0, -1), CubicSpline(s, rate[part])(s[[0, -1]], 1), strict=True)
    )
    spline = make_interp_spline(time[part], s, k=5, bc_type=ends)
    return _Phase("drive", clock, float(time[part][-1]), float(s[0]), float(rate[part][0]), spline)


def _stand(
    stop: Stop,
    station: FloatArray,
    rate: FloatArray,
    time: FloatArray,
    phases: list[_Phase],
    clock: float,
    begin: int,
) -> tuple[float, int]:
    """Append halt, rest and launch; return the clock and the node where driving resumes."""
    place = float(station[stop.index])
    if stop.index > begin:
        index = stop.index - STOP_STEPS
        duration = 2.0 * (place - station[index]) / rate[index]
        halt = _Phase("halt", clock, clock + duration, float(station[index]), float(rate[index]))
        phases.append(halt)
        t = np.linspace(halt.start_s, halt.end_s, 400)
        inside = slice(index, stop.index + 1)
        time[inside] = np.interp(station[inside], halt.evaluate(t)[0], t)
        clock = halt.end_s
    phases.append(_Phase("rest", clock, clock + stop.duration_s, place, 0.0))
    clock += stop.duration_s
    if stop.index == station.size - 1:
        return clock, stop.index
    index = stop.index + STOP_STEPS
    duration = 2.0 * (station[index] - place) / rate[index]
    launch = _Phase("launch", clock, clock + duration, place, float(rate[index]))
    phases.append(launch)
    t = np.linspace(launch.start_s, launch.end_s, 400)
    inside = slice(stop.index + 1, index + 1)
    time[inside] = np.interp(station[inside], launch.evaluate(t)[0], t)
    return launch.end_s, index
