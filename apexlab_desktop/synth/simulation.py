"""From a plan to the motion of the car."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.driver import EXACT_DRIVER, Fault, FaultKind
from apexlab_desktop.synth.motion import (
    STOP_STEPS,
    Motion,
    Odometer,
    Stop,
    build_motion,
    build_odometer,
)
from apexlab_desktop.synth.plan import Plan, Scatter, detours_of, draw_scatter, pit_ranges
from apexlab_desktop.synth.racing_line import Path, driven_path
from apexlab_desktop.synth.speed_profile import (
    CRAWL_MPS,
    Limits,
    Road,
    limits_of,
    round_speed,
    rounding_length,
    solve_speed,
)
from apexlab_desktop.synth.track import Corner, Track
from apexlab_desktop.synth.vehicles import Vehicle

_PIT_EFFORT = 0.45
_JERK_RESERVE = 0.85
_CRAWL_STEPS = 3
"""Grid steps at the crawl before and behind a stop, so that the roll joins smoothly."""
_OFF_ROAD_SPEED_MPS = 14.0
_CORNER_BLEND_M = 30.0
"""Over this a driver who is slow through a corner slows down before it and speeds up behind it."""


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """A motion with the road it was computed on, over the grid of the motion's nodes.

    `rounding_s` is how long pedals take; a comparison must use the same for both sessions.
    """

    plan: Plan
    motion: Motion
    road: Road
    limits: Limits
    rounding_s: float


def simulate(plan: Plan, *, rounding_s: float | None = None) -> Simulated:
    """Return the motion of a plan; equal plans give equal motions.

    Parameters
    ----------
    plan : Plan
    rounding_s : float or None
        Time that pedals take; None takes what is usual, or longer when the jerk asks for it [s].
    """
    profile = _unrounded(plan)
    path_m = profile.road.path_m
    if rounding_s is None:
        rounding_s = rounding_length(
            path_m,
            profile.speed_mps,
            jerk_mps3=plan.vehicle.jerk_limit_mps3,
            least_s=_usual_rounding(plan.track, plan.vehicle, plan.driver.ramp_s),
        )
    speed = round_speed(path_m, profile.speed_mps, rounding_s)
    motion = build_motion(profile.path, profile.odometer, profile.station_m, speed, profile.stops)
    return Simulated(plan, motion, profile.road, profile.limits, rounding_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Profile:
    path: Path
    odometer: Odometer
    station_m: FloatArray
    road: Road
    limits: Limits
    stops: list[Stop]
    speed_mps: FloatArray


def _unrounded(plan: Plan) -> _Profile:
    """Return the quasi-steady speed of a plan, pedals still moving in no time."""
    scatter = draw_scatter(plan)
    step = plan.track.step_m
    station = step * np.arange(np.ceil(plan.begin_m() / step), np.floor(plan.end_m() / step) + 1.0)
    path = driven_path(
        plan.track,
        first_m=float(station[0]),
        last_m=float(station[-1]),
        car_width_m=plan.vehicle.width_m,
        spread_m=plan.driver.line_spread_m,
        detours=detours_of(plan, scatter),
        rng=np.random.default_rng((plan.seed, 2)),
    )
    odometer = build_odometer(path, station)
    road = _road(plan, scatter, path, station, odometer.on_grid_m)
    limits = limits_of(road, plan.vehicle)
    stops = _stops(plan, station)
    cap = _speed_caps(plan, station, stops)
    speed = solve_speed(limits, plan.vehicle, cap, trail_depth=plan.driver.trail_depth)
    if not plan.has_out_lap and plan.track.is_closed:
        # A rolling start is as fast as a lap later.
        cap[0] = speed[min(round(plan.track.length_m / step), station.size - 1)]
    cap = np.minimum(cap, _habits(plan, scatter, station, speed))
    # Gears shift at the speeds that are driven in the end: only this solution has the gaps.
    speed = solve_speed(
        limits,
        plan.vehicle,
        cap,
        trail_depth=plan.driver.trail_depth,
        shift_gap_s=plan.driver.shift_gap_s,
    )
    return _Profile(path, odometer, station, road, limits, stops, speed)


@cache
def _usual_rounding(track: Track, vehicle: Vehicle, ramp_s: float) -> float:
    """Return how long pedals take on a plain lap, with some jerk in reserve [s].

    Most sessions keep it, so that their lap times can be compared to a millisecond.
    """
    reserve = _JERK_RESERVE * vehicle.jerk_limit_mps3
    calm = replace(vehicle, jerk_limit_mps3=reserve)
    driver = replace(EXACT_DRIVER, ramp_s=ramp_s)
    plan = Plan(track=track, vehicle=calm, driver=driver, laps=1, seed=0, faults=())
    profile = _unrounded(plan)
    return rounding_length(
        profile.road.path_m, profile.speed_mps, jerk_mps3=reserve, least_s=ramp_s
    )


def _road(
    plan: Plan, scatter: Scatter, path: Path, station: FloatArray, path_m: FloatArray
) -> Road:
    point = path.at(station)
    _, slope, vertical = plan.track.elevation(station)
    lap = np.maximum(station / plan.track.length_m, 0.0)
    fuel = np.maximum(plan.fuel_start_kg - plan.fuel_per_lap_kg * lap, 0.0)
    return Road(
        path_m=path_m,
        curvature_per_m=point.curvature_per_m,
        slope=slope,
        vertical_per_m=vertical,
        bank_rad=plan.track.bank_rad(station),
        grip=_effort(plan, scatter, station) * np.maximum(1.0 - plan.tyre_wear_per_lap * lap, 0.5),
        mass=1.0 + fuel / plan.vehicle.mass_kg,
    )


def _effort(plan: Plan, scatter: Scatter, station: FloatArray) -> FloatArray:
    """Share of the grip in use: per corner and lap, linear from apex to apex."""
    driver = plan.driver
    places: list[float] = []
    efforts: list[float] = []
    for lap, count, corner, base in plan.corners():
        learnt = driver.learning_per_lap * 4.0 * (1.0 - np.exp(-max(lap - 1, 0) / 4.0))
        effort = driver.utilisation + driver.utilisation_sigma * scatter.utilisation[count] + learnt
        if plan.track.is_closed and lap in (0, plan.laps + 1):
            effort *= driver.out_lap_effort if lap == 0 else driver.in_lap_effort
        elif lap in plan.cool_down_laps:
            effort *= driver.cool_down_effort
        if any(f.kind is FaultKind.LOCK_UP for f in plan.faults_of(lap, corner.number)):
            effort *= 0.93
        places.append(base + corner.apex_m)
        efforts.append(float(effort))
    # A driver at the limit cannot exceed it by chance.
    share = np.interp(station, places, np.minimum(efforts, max(1.0, driver.utilisation)))
    for begin, end in pit_ranges(plan):
        share = np.where((station > begin) & (station < end), _PIT_EFFORT, share)
    return np.asarray(share, dtype=np.float64)


def _stops(plan: Plan, station: FloatArray) -> list[Stop]:
    def node(place_m: float) -> int:
        return int(np.clip(round((place_m - station[0]) / plan.track.step_m), 0, station.size - 1))

    track = plan.track
    stops: list[Stop] = []
    if plan.has_out_lap or not track.is_closed:
        stops.append(Stop(0, plan.standing_s))
    if track.pit is not None:
        stops.extend(
            Stop(node(lap * track.length_m + track.pit.stop_box_m), plan.pit_stop_s)
            for lap in plan.pit_stops
        )
    for lap, _, corner, base in plan.corners():
        half = (corner.end_m - corner.start_m) / 2
        stops.extend(
            Stop(node(base + corner.apex_m + half + 2.0), fault.amount)
            for fault in plan.faults_of(lap, corner.number)
            if fault.kind is FaultKind.SPIN
        )
    if plan.has_in_lap or not track.is_closed:
        stops.append(Stop(station.size - 1, plan.standing_s))
    return sorted(stops, key=lambda stop: stop.index)


def _speed_caps(plan: Plan, station: FloatArray, stops: list[Stop]) -> FloatArray:
    """Speed limits that do not depend on the car: pit lane, stops, traffic, off the road."""
    cap = np.full(station.size, 150.0)
    pit = plan.track.pit
    if pit is not None:
        for begin, end in pit_ranges(plan):
            inside = (station > begin + pit.blend_m / 2) & (station < end - pit.blend_m / 2)
            cap[inside] = pit.limit_mps
    for stop in stops:
        reach = STOP_STEPS + _CRAWL_STEPS
        cap[max(stop.index - reach, 0) : stop.index + reach + 1] = CRAWL_MPS
    for lap, _, corner, base in plan.corners():
        for fault in plan.faults_of(lap, corner.number):
            if fault.kind is FaultKind.OFF:
                begin = base + corner.end_m + 5.0
                inside = (station > begin) & (station < begin + 45.0)
                cap[inside] = np.minimum(cap[inside], _OFF_ROAD_SPEED_MPS)
    return cap


def _habits(plan: Plan, scatter: Scatter, station: FloatArray, speed: FloatArray) -> FloatArray:
    """Return speed caps by the driver's early brakes, late throttles and planted faults."""
    cap = np.full(station.size, 150.0)
    driver, step = plan.driver, plan.track.step_m
    rows = [
        (row, first + int(np.argmin(speed[first:last])))
        for row in plan.corners()
        for first, last in [_nodes_between(station, row[3], row[2])]
        if last - first > 2
    ]
    ends = [0, *(slowest for _, slowest in rows), station.size - 1]
    for index, ((lap, count, corner, base), slowest) in enumerate(rows):
        faults = tuple(plan.faults_of(lap, corner.number))
        early = driver.brake_early_m + driver.brake_early_sigma_m * scatter.brake[count]
        late = driver.throttle_delay_s + driver.throttle_delay_sigma_s * scatter.throttle[count]
        early = max(early, 0.0) + _total(faults, FaultKind.EARLY_BRAKE)
        late = max(late, 0.0) + _total(faults, FaultKind.LAZY_THROTTLE)
        _brake_early(cap, speed, ends[index], slowest, early / step)
        _wait(cap, speed, slowest, ends[index + 2], late * float(speed[slowest]) / step)
        _slow_down(cap, speed, station, base, corner, faults)
        if driver.min_speed_factor < 1.0:
            weight = _weight(station - base, corner.start_m, corner.end_m, _CORNER_BLEND_M)
            np.minimum(cap, speed * (1.0 - (1.0 - driver.min_speed_factor) * weight), out=cap)
    return cap


def _weight(place_m: FloatArray, begin_m: float, end_m: float, blend_m: float) -> FloatArray:
    """Return 1 between two places, falling to 0 over the blends before and behind them."""
    inside = np.minimum(place_m - begin_m, end_m - place_m)
    return np.asarray(np.clip(1.0 + inside / blend_m, 0.0, 1.0), dtype=np.float64)


def _nodes_between(station: FloatArray, base: float, corner: Corner) -> tuple[int, int]:
    first, last = np.searchsorted(station, [base + corner.start_m, base + corner.end_m])
    return int(first), int(last)


def _total(faults: tuple[Fault, ...], kind: FaultKind) -> float:
    return sum(fault.amount for fault in faults if fault.kind is kind)


def _brake_early(
    cap: FloatArray, speed: FloatArray, previous: int, slowest: int, shift: float
) -> None:
    """Move the speed's fall towards `slowest` upstream by `shift` grid steps."""
    onset = previous + int(np.argmax(speed[previous : slowest + 1]))
    if speed[onset] - speed[slowest] < 1.0 or shift <= 0:
        return
    begin = max(onset - int(np.ceil(shift)), previous)
    at = np.arange(begin, slowest + 1)
    moved = np.interp(np.minimum(at + shift, slowest), at, speed[begin : slowest + 1])
    # Before the new onset the moved speed would still be rising towards the top.
    moved[at + shift < onset] = speed[onset]
    cap[begin : slowest + 1] = np.minimum(cap[begin : slowest + 1], moved)


def _wait(cap: FloatArray, speed: FloatArray, slowest: int, following: int, shift: float) -> None:
    """Move the speed's rise behind `slowest` downstream by `shift` grid steps."""
    top = slowest + int(np.argmax(speed[slowest : following + 1]))
    if speed[top] - speed[slowest] < 1.0 or shift <= 0:
        return
    at = np.arange(slowest, top + 1)
    moved = np.interp(np.maximum(at - shift, slowest), at, speed[slowest : top + 1])
    cap[slowest : top + 1] = np.minimum(cap[slowest : top + 1], moved)


def _slow_down(
    cap: FloatArray,
    speed: FloatArray,
    station: FloatArray,
    base: float,
    corner: Corner,
    faults: tuple[Fault, ...],
) -> None:
    """Lower the cap for a low minimum speed, a lift or traffic."""
    for fault in faults:
        if fault.kind is FaultKind.LOW_MIN_SPEED:
            begin, end, blend = corner.start_m, corner.end_m, _CORNER_BLEND_M
        elif fault.kind is FaultKind.LIFT:
            begin, end, blend = corner.end_m + 60.0, corner.end_m + 75.0, 35.0
        elif fault.kind is FaultKind.TRAFFIC:
            begin, end, blend = corner.end_m, corner.end_m + fault.amount, 20.0
        else:
            continue
        weight = _weight(station - base, begin, end, blend)
        loss = 0.3 * speed if fault.kind is FaultKind.TRAFFIC else fault.amount
        slower = np.maximum(speed - loss * weight, CRAWL_MPS)
        np.minimum(cap, np.where(weight > 0, slower, cap), out=cap)
