"""The truth of a session: exact arrays, crossings, laps, corner events, costs of planted faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.driver import Fault
from apexlab_desktop.synth.motion import State
from apexlab_desktop.synth.plan import Plan, pit_ranges
from apexlab_desktop.synth.simulation import Simulated, simulate
from apexlab_desktop.synth.single_track import Attitude, point_mass, single_track
from apexlab_desktop.synth.speed_profile import Limits
from apexlab_desktop.synth.track import BASE_ALTITUDE_M
from apexlab_desktop.synth.vehicles import Vehicle

IntArray = npt.NDArray[np.int64]

TRUTH_RATE_HZ = 200.0
_FULL_THROTTLE = 0.97
"""Rounding the speed costs a full-throttle car up to 3 % of its force."""
_PEDAL_ON = 0.02
_PEDAL_FULL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueLap:
    """A lap as it was driven.

    Attributes
    ----------
    number : int
        0 for the way to the first crossing, then 1, 2 ...
    kind : str
        `out`, `timed` or `in`.
    start_s, end_s : float
        Session time [s].
    lap_time_s : float or None
        Between the crossings of a timed lap [s].
    length_m : float
        Driven length [m].
    in_pit : bool
        Uses the pit lane.
    """

    number: int
    kind: str
    start_s: float
    end_s: float
    lap_time_s: float | None
    length_m: float
    in_pit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerEvent:
    """What the driver did in one corner of one timed lap; stations count from the lap's start.

    Attributes
    ----------
    lap, corner : int
    min_speed_mps : float
        Least speed between the corner's start and end [m/s].
    min_speed_station_m : float
    brake_onset_station_m, brake_onset_s : float or None
        Where and when (session time) the brake goes on; None when it does not.
    peak_brake_mps2 : float
        Strongest deceleration on the way in [m/s2].
    throttle_pickup_station_m, throttle_commit_station_m : float or None
        First throttle behind the slowest point, and the first 95 %.
    """

    lap: int
    corner: int
    min_speed_mps: float
    min_speed_station_m: float
    brake_onset_station_m: float | None
    brake_onset_s: float | None
    peak_brake_mps2: float
    throttle_pickup_station_m: float | None
    throttle_commit_station_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedFault:
    """A fault and what it cost.

    Attributes
    ----------
    fault : Fault
    laps : tuple of int
        Timed laps it happened in.
    cost_s : tuple of float
        Lap time minus the lap time of the same lap driven without this fault [s].
    total_cost_s : float
        The same over the whole session: includes what is carried over the line [s].
    """

    fault: Fault
    laps: tuple[int, ...]
    cost_s: tuple[float, ...]
    total_cost_s: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Truth:
    """Exact state at 200 Hz, shape (n,) each, and facts about laps and corners.

    Attributes
    ----------
    time_s : ndarray
        Session time [s].
    station_m : ndarray
        Along the centreline from the start line, unwrapped: lap k starts at (k - 1) lengths [m].
    offset_m : ndarray
        From the centreline, left positive [m].
    x_m, y_m : ndarray
        Local plane of the track [m].
    lat_deg, lon_deg, altitude_m : ndarray
    speed_mps : ndarray
        Horizontal [m/s].
    course_rad : ndarray
        Unwrapped, counter-clockwise from east [rad].
    accel_long_mps2, accel_lat_mps2 : ndarray
        Exact derivatives; left positive [m/s2].
    curvature_per_m : ndarray
        Of the driven path [1/m].
    throttle_ratio, brake_ratio : ndarray
    gear : ndarray of int
    engine_speed_rpm : ndarray
    steering_angle_rad : ndarray
        At the wheel, left positive [rad].
    slip_rad : ndarray
        From where the car points to where it moves, counter-clockwise [rad].
    yaw_rate_radps : ndarray
        Exact derivative of the heading, which is the course less the slip [rad/s].
    crossings_s : ndarray, shape (n_crossings,)
        Exact times of the start line (last one: finish line on an open track) [s].
    laps : tuple of TrueLap
    corner_events : tuple of CornerEvent
    faults : tuple of PlantedFault
    """

    time_s: FloatArray
    station_m: FloatArray
    offset_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    altitude_m: FloatArray
    speed_mps: FloatArray
    course_rad: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    curvature_per_m: FloatArray
    throttle_ratio: FloatArray
    brake_ratio: FloatArray
    gear: IntArray
    engine_speed_rpm: FloatArray
    steering_angle_rad: FloatArray
    slip_rad: FloatArray
    yaw_rate_radps: FloatArray
    crossings_s: FloatArray
    laps: tuple[TrueLap, ...]
    corner_events: tuple[CornerEvent, ...]
    faults: tuple[PlantedFault, ...]

    @property
    def heading_rad(self) -> FloatArray:
        """Where the car points, unwrapped, counter-clockwise from east, shape (n,) [rad]."""
        return self.course_rad - self.slip_rad

    @property
    def body_accel_mps2(self) -> tuple[FloatArray, FloatArray]:
        """Acceleration along and across the body, left positive, shape (n,) each [m/s2]."""
        cos, sin = np.cos(self.slip_rad), np.sin(self.slip_rad)
        along, across = self.accel_long_mps2, self.accel_lat_mps2
        return along * cos - across * sin, along * sin + across * cos


@dataclass(frozen=True, slots=True, eq=False)
class _Cockpit:
    throttle: FloatArray
    brake: FloatArray
    gear: IntArray
    engine_speed_rpm: FloatArray


def build_truth(simulated: Simulated, *, price_faults: bool = True) -> Truth:
    """Return the truth of a simulated session.

    Each fault is priced by driving the session again without it, unless `price_faults` is off.
    """
    plan, motion = simulated.plan, simulated.motion
    track = plan.track
    time = np.arange(int(motion.duration_s * TRUTH_RATE_HZ) + 1) / TRUTH_RATE_HZ
    state = motion.at(time)
    lat, lon = track.plane.to_lat_lon(state.point.x_m, state.point.y_m)
    altitude, _, _ = track.elevation(state.station_m)
    cockpit = _cockpit(simulated, state)
    body = _attitude(plan, time, state)
    yaw_rate = state.speed_mps * state.point.curvature_per_m
    crossings = crossings_of(simulated)
    return Truth(
        time_s=time,
        station_m=state.station_m,
        offset_m=state.point.offset_m,
        x_m=state.point.x_m,
        y_m=state.point.y_m,
        lat_deg=lat,
        lon_deg=lon,
        altitude_m=altitude + BASE_ALTITUDE_M,
        speed_mps=state.speed_mps,
        course_rad=np.unwrap(state.point.course_rad),
        accel_long_mps2=state.accel_long_mps2,
        accel_lat_mps2=state.accel_lat_mps2,
        curvature_per_m=state.point.curvature_per_m,
        throttle_ratio=cockpit.throttle,
        brake_ratio=cockpit.brake,
        gear=cockpit.gear,
        engine_speed_rpm=cockpit.engine_speed_rpm,
        steering_angle_rad=plan.vehicle.steering_ratio * body.steer_rad,
        slip_rad=body.slip_rad,
        yaw_rate_radps=yaw_rate - np.gradient(body.slip_rad, time),
        crossings_s=crossings,
        laps=_laps(simulated, crossings),
        corner_events=_corner_events(plan, time, state, cockpit),
        faults=_price_faults(simulated, crossings) if price_faults else (),
    )


def crossings_of(simulated: Simulated) -> FloatArray:
    """Return the exact times at which the start line is crossed, shape (n_laps + 1,) [s]."""
    plan, motion = simulated.plan, simulated.motion
    return np.array([motion.time_at(k * plan.track.length_m) for k in range(plan.laps + 1)])


def _laps(simulated: Simulated, crossings: FloatArray) -> tuple[TrueLap, ...]:
    plan, motion = simulated.plan, simulated.motion
    length = plan.track.length_m
    times = [0.0, *crossings.tolist(), float(motion.duration_s)]
    nodes = motion.node_time_s
    odometer = np.interp(times, nodes, simulated.road.path_m)
    laps: list[TrueLap] = []
    for number, (start, end) in enumerate(pairwise(times)):
        is_timed = 1 <= number <= plan.laps
        kind = "timed" if is_timed else ("out" if number == 0 else "in")
        begin_m, end_m = (number - 1) * length, number * length
        laps.append(
            TrueLap(
                number=number,
                kind=kind,
                start_s=start,
                end_s=end,
                lap_time_s=end - start if is_timed else None,
                length_m=float(odometer[number + 1] - odometer[number]),
                in_pit=any(lo < end_m and hi > begin_m for lo, hi in pit_ranges(plan)),
            )
        )
    return tuple(laps)


def _cockpit(simulated: Simulated, state: State) -> _Cockpit:
    """Return pedals and gear that make the motion, by the vehicle's equations."""
    vehicle, limits = simulated.plan.vehicle, simulated.limits
    station = simulated.motion.node_station_m

    def at(values: FloatArray) -> FloatArray:
        return np.asarray(np.interp(state.station_m, station, values), dtype=np.float64)

    speed = state.speed_mps
    force = state.accel_long_mps2 + _resistance(limits, vehicle, speed, at)
    by_power = at(limits.power) / np.maximum(speed, 1.0)
    by_tyre = vehicle.drive_share * at(limits.grip * limits.weight)
    moving = speed > 0.05
    throttle = np.clip(force / np.minimum(by_power, by_tyre) / _FULL_THROTTLE, 0.0, 1.0)
    brake = np.clip(-(force + vehicle.engine_brake_mps2) / vehicle.brake_limit_mps2, 0.0, 1.0)
    gear, rpm = _gearbox(vehicle, speed)
    return _Cockpit(
        throttle=np.where(moving, throttle, 0.0),
        brake=np.where(moving, brake, 0.0),
        gear=gear,
        engine_speed_rpm=rpm,
    )


def _attitude(plan: Plan, time_s: FloatArray, state: State) -> Attitude:
    curvature, lateral = state.point.curvature_per_m, state.accel_lat_mps2
    if not plan.is_single_track:
        return point_mass(plan.vehicle, curvature, lateral)
    return single_track(plan.vehicle, time_s, state.speed_mps, curvature, lateral)


def _resistance(
    limits: Limits, vehicle: Vehicle, speed: FloatArray, at: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    square = speed**2
    normal = at(limits.weight) + square * at(limits.load)
    return at(limits.drag) * square + vehicle.rolling * normal + at(limits.climb)


def _gearbox(vehicle: Vehicle, speed: FloatArray) -> tuple[IntArray, FloatArray]:
    tops = np.array(vehicle.gear_speeds_mps)
    index = np.minimum(np.searchsorted(tops, speed), tops.size - 1)
    rpm = np.maximum(speed / tops[index] * vehicle.redline_rpm, vehicle.idle_rpm)
    return np.where(speed > 0.05, index + 1, 0).astype(np.int64), rpm


def _corner_events(
    plan: Plan, time: FloatArray, state: State, cockpit: _Cockpit
) -> tuple[CornerEvent, ...]:
    events: list[CornerEvent] = []
    previous = 0
    corners = [row for row in plan.corners() if 1 <= row[0] <= plan.laps]
    slowest = [_slowest(state, base + c.start_m, base + c.end_m) for _, _, c, base in corners]
    if corners:
        _, _, first, base = corners[0]
        reach = base + first.start_m - 0.2 * plan.track.length_m
        previous = int(np.searchsorted(state.station_m, reach))
    for row, here, following in zip(corners, slowest, [*slowest[1:], time.size - 1], strict=True):
        lap, _, corner, base = row
        onset = _brake_onset(time, state, cockpit.brake, previous, here, base)
        after = slice(here, max(following, here + 1))
        rise = state.station_m[after] - base
        events.append(
            CornerEvent(
                lap=lap,
                corner=corner.number,
                min_speed_mps=float(state.speed_mps[here]),
                min_speed_station_m=float(state.station_m[here] - base),
                brake_onset_station_m=onset[0],
                brake_onset_s=onset[1],
                peak_brake_mps2=float(np.min(state.accel_long_mps2[previous : here + 1])),
                throttle_pickup_station_m=_first(rise, cockpit.throttle[after], 0.05),
                throttle_commit_station_m=_first(rise, cockpit.throttle[after], _PEDAL_FULL),
            )
        )
        previous = here
    return tuple(events)


def _slowest(state: State, begin_m: float, end_m: float) -> int:
    first, last = np.searchsorted(state.station_m, [begin_m, end_m])
    last = max(int(last), int(first) + 1)
    return int(first) + int(np.argmin(state.speed_mps[first:last]))


def _brake_onset(
    time: FloatArray, state: State, brake: FloatArray, begin: int, end: int, base: float
) -> tuple[float | None, float | None]:
    """Return station and time at which the braking that leads to `end` begins."""
    if end - begin < 2 or float(np.max(brake[begin:end])) < 2 * _PEDAL_ON:
        return None, None
    hard = begin + int(np.argmax(brake[begin:end]))
    off = np.flatnonzero(brake[:hard] <= _PEDAL_ON)
    if off.size == 0 or state.speed_mps[min(end + 20, time.size - 1)] < state.speed_mps[end] - 0.3:
        # Still slowing when the corner ends: this braking is for the next one.
        return None, None
    i = int(off[-1])
    share = (_PEDAL_ON - brake[i]) / (brake[i + 1] - brake[i])
    station = state.station_m[i] + share * (state.station_m[i + 1] - state.station_m[i])
    return float(station - base), float(time[i] + share * (time[i + 1] - time[i]))


def _first(place: FloatArray, values: FloatArray, level: float) -> float | None:
    above = np.flatnonzero(values >= level)
    return float(place[above[0]]) if above.size else None


def _price_faults(simulated: Simulated, crossings: FloatArray) -> tuple[PlantedFault, ...]:
    plan, rounding_s = simulated.plan, simulated.rounding_s
    lap_times = np.diff(crossings)
    priced: list[PlantedFault] = []
    for index, fault in enumerate(plan.faults):
        others = plan.faults[:index] + plan.faults[index + 1 :]
        without = crossings_of(simulate(replace(plan, faults=others), rounding_s=rounding_s))
        laps = tuple(lap for lap in range(1, plan.laps + 1) if fault.happens_in(lap))
        change = lap_times - np.diff(without)
        priced.append(
            PlantedFault(
                fault=fault,
                laps=laps,
                cost_s=tuple(float(change[lap - 1]) for lap in laps),
                total_cost_s=float(np.sum(change)),
            )
        )
    return tuple(priced)
