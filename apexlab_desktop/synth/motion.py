"""Time along the path: one smooth distance(t) from which all truth is derived exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline, CubicSpline, make_interp_spline

from apexlab_desktop.synth.centreline import FloatArray, quintic_basis
from apexlab_desktop.synth.racing_line import Path, PathPoint

STOP_STEPS = 2
"""Grid steps that a car rolls while it comes to rest from the crawl."""
_PARTS_PER_STEP = 4


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
class Odometer:
    """Distance along a path and its exact inverse, tabulated finely; shape (n,) each."""

    station_m: FloatArray
    path_m: FloatArray
    stretch: FloatArray
    stretch_rate_per_m: FloatArray

    @property
    def on_grid_m(self) -> FloatArray:
        """Distance at the nodes of the grid it was made for [m]."""
        return self.path_m[::_PARTS_PER_STEP]

    def station_at(self, path_m: FloatArray) -> FloatArray:
        """Return stations for distances: quintic Hermite with ds/dl = 1/Q, d2s/dl2 = -Q'/Q^3."""
        index = np.clip(
            np.searchsorted(self.path_m, path_m, side="right") - 1, 0, self.path_m.size - 2
        )
        h = self.path_m[index + 1] - self.path_m[index]
        basis = quintic_basis((path_m - self.path_m[index]) / h)
        first = 1.0 / self.stretch
        second = -self.stretch_rate_per_m * first**3
        return np.asarray(
            basis[0] * self.station_m[index]
            + h * (basis[1] * first[index] + basis[4] * first[index + 1])
            + h**2 * (basis[2] * second[index] + basis[5] * second[index + 1])
            + basis[3] * self.station_m[index + 1],
            dtype=np.float64,
        )


def build_odometer(path: Path, station_m: FloatArray) -> Odometer:
    """Return the distance along `path` at an equally spaced grid and between its nodes."""
    n_parts = (station_m.size - 1) * _PARTS_PER_STEP
    fine = np.linspace(station_m[0], station_m[-1], n_parts + 1)
    fine[::_PARTS_PER_STEP] = station_m
    point = path.at(fine)
    h = np.diff(fine)
    q, slope = point.stretch, point.stretch_rate_per_m
    # Trapezoids with the Euler-Maclaurin end correction: error of fifth order in h.
    parts = h / 2 * (q[1:] + q[:-1]) + h**2 / 12 * (slope[:-1] - slope[1:])
    return Odometer(fine, np.append(0.0, np.cumsum(parts)), q, slope)


@dataclass(frozen=True, slots=True, eq=False)
class _Phase:
    """Part of the session; `kind` is `drive`, `halt` (to rest), `rest` or `launch`."""

    kind: str
    start_s: float
    end_s: float
    path_m: float
    rate_mps: float
    spline: BSpline | None = None

    def evaluate(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        if self.spline is not None:
            l0, l1, l2 = (np.asarray(self.spline(time_s, nu)) for nu in range(3))
            return l0, l1, l2
        if self.kind == "rest":
            return np.full_like(time_s, self.path_m), 0.0 * time_s, 0.0 * time_s
        # Half a cosine between the crawl and rest: v = c (1 +- cos w t) / 2.
        sign = 1.0 if self.kind == "halt" else -1.0
        w = np.pi / (self.end_s - self.start_s)
        t = time_s - self.start_s
        half = self.rate_mps / 2
        return (
            self.path_m + half * (t + sign * np.sin(w * t) / w),
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
    path_m : ndarray
        Distance driven since the session's start [m].
    speed_mps, accel_long_mps2, accel_lat_mps2 : ndarray
    point : PathPoint
        Position, course and curvature.
    """

    station_m: FloatArray
    path_m: FloatArray
    speed_mps: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    point: PathPoint


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """The whole session's movement along its path."""

    path: Path
    odometer: Odometer
    phases: tuple[_Phase, ...]
    node_station_m: FloatArray
    node_time_s: FloatArray

    @property
    def duration_s(self) -> float:
        """Length of the session [s]."""
        return self.phases[-1].end_s

    def at(self, time_s: FloatArray) -> State:
        """Return the truth at any times of the session."""
        distance, speed, accel = self._distances(time_s)
        station = self.odometer.station_at(distance)
        point = self.path.at(station)
        return State(
            station_m=station,
            path_m=distance,
            speed_mps=speed,
            accel_long_mps2=accel,
            accel_lat_mps2=speed**2 * point.curvature_per_m,
            point=point,
        )

    def time_at(self, station_m: float) -> float:
        """Return when a grid station is passed; exact because grid nodes are knots [s]."""
        index = int(np.argmin(np.abs(self.node_station_m - station_m)))
        return float(self.node_time_s[index])

    def _distances(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        time = np.clip(np.asarray(time_s, dtype=np.float64), 0.0, self.duration_s)
        starts = np.array([phase.start_s for phase in self.phases])
        which = np.clip(np.searchsorted(starts, time, side="right") - 1, 0, None)
        result = np.empty((3, time.size))
        for index, phase in enumerate(self.phases):
            mask = which == index
            if mask.any():
                result[:, mask] = phase.evaluate(time[mask])
        return result[0], result[1], result[2]


class _Assembly:
    """Builds the phases one after the other along the grid."""

    def __init__(self, path_m: FloatArray, speed_mps: FloatArray) -> None:
        self.path = path_m
        self.speed = speed_mps
        self.time = np.zeros(path_m.size)
        self.phases: list[_Phase] = []
        self.clock = 0.0
        self.node = 0
        self.is_from_rest = False

    def drive_to(self, node: int, *, is_to_rest: bool) -> None:
        """Integrate the time to `node` and fit the quintic distance(t) through the grid."""
        if node <= self.node:
            return
        part = slice(self.node, node + 1)
        path, speed = self.path[part], self.speed[part]
        self.time[part] = self.clock + CubicSpline(path, 1.0 / speed).antiderivative()(path)
        # a = v dv/dl at free ends; none where the car rolls at the crawl.
        slopes = CubicSpline(path, speed)(path[[0, -1]], 1) * speed[[0, -1]]
        accel = np.where([self.is_from_rest, is_to_rest], 0.0, slopes)
        spline = make_interp_spline(
            self.time[part],
            path,
            k=5,
            # The stubs know only one condition per end; a quintic takes two.
            bc_type=(  # type: ignore[arg-type]
                [(1, speed[0]), (2, accel[0])],
                [(1, speed[-1]), (2, accel[1])],
            ),
        )
        end = float(self.time[node])
        start = _Phase("drive", self.clock, end, float(path[0]), float(speed[0]), spline)
        self.phases.append(start)
        self.clock, self.node = end, node

    def stand(self, stop: Stop) -> None:
        """Append halt, rest and launch around a stop."""
        if stop.index > self.node:
            self._roll("halt", self.node, stop.index)
        place = float(self.path[stop.index])
        self.phases.append(_Phase("rest", self.clock, self.clock + stop.duration_s, place, 0.0))
        self.clock += stop.duration_s
        self.node = stop.index
        if stop.index + STOP_STEPS < self.path.size:
            self._roll("launch", stop.index, stop.index + STOP_STEPS)
        self.is_from_rest = True

    def _roll(self, kind: str, begin: int, end: int) -> None:
        rate = float(self.speed[begin if kind == "halt" else end])
        duration = 2.0 * float(self.path[end] - self.path[begin]) / rate
        phase = _Phase(kind, self.clock, self.clock + duration, float(self.path[begin]), rate)
        self.phases.append(phase)
        fine = np.linspace(phase.start_s, phase.end_s, 400)
        inside = slice(begin + 1, end + 1)
        self.time[inside] = np.interp(self.path[inside], phase.evaluate(fine)[0], fine)
        self.clock, self.node = phase.end_s, end


def build_motion(
    path: Path,
    odometer: Odometer,
    station_m: FloatArray,
    speed_mps: FloatArray,
    stops: Sequence[Stop],
) -> Motion:
    """Return the motion with the given speed over the grid and the given stops.

    Parameters
    ----------
    path : Path
    odometer : Odometer
        Of that path and grid.
    station_m, speed_mps : ndarray, shape (n,)
        Equally spaced grid and the speed along the path there [m, m/s].
    stops : sequence of Stop
        In driving order; the first may be node 0, the last node n - 1.
    """
    assembly = _Assembly(odometer.on_grid_m, speed_mps)
    for stop in stops:
        assembly.drive_to(stop.index - STOP_STEPS, is_to_rest=True)
        assembly.stand(stop)
    assembly.drive_to(station_m.size - 1, is_to_rest=False)
    return Motion(path, odometer, tuple(assembly.phases), station_m, assembly.time)
