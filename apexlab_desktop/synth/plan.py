"""A session's plan: which stations are driven, where it stops, what is random in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.driver import Driver, Fault, FaultKind
from apexlab_desktop.synth.racing_line import Detour
from apexlab_desktop.synth.track import Corner, Track
from apexlab_desktop.synth.vehicles import Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides a session's motion; equal plans move alike.

    Attributes
    ----------
    track : Track
    vehicle : Vehicle
    driver : Driver
    laps : int
        Timed laps.
    seed : int
    faults : tuple of Fault
    has_out_lap, has_in_lap : bool
        Begin in and end in the pit lane; else rolling close to the line.
    pit_stops : tuple of int
        Timed laps at whose end the car stops in the pit lane.
    cool_down_laps : tuple of int
        Timed laps driven slowly to cool the car.
    is_single_track : bool
        The body has yaw inertia and its tyres take time; else it points where it goes.
    standing_s, pit_stop_s : float
        Time at rest at both ends, and at each pit stop [s].
    tyre_wear_per_lap : float
        Share of the grip lost per lap.
    fuel_start_kg, fuel_per_lap_kg : float
    """

    track: Track
    vehicle: Vehicle
    driver: Driver
    laps: int
    seed: int
    faults: tuple[Fault, ...]
    has_out_lap: bool = True
    has_in_lap: bool = True
    pit_stops: tuple[int, ...] = ()
    cool_down_laps: tuple[int, ...] = ()
    is_single_track: bool = False
    standing_s: float = 6.0
    pit_stop_s: float = 12.0
    tyre_wear_per_lap: float = 0.0
    fuel_start_kg: float = 0.0
    fuel_per_lap_kg: float = 0.0

    def begin_m(self) -> float:
        """Unwrapped station where the session begins [m]."""
        track = self.track
        if not track.is_closed:
            return track.first_m + 15.0
        if self.has_out_lap and track.pit is not None:
            return track.pit.start_box_m - track.length_m
        return -min(0.12 * track.length_m, 150.0)

    def end_m(self) -> float:
        """Unwrapped station where the session ends [m]."""
        track = self.track
        if not track.is_closed:
            return track.last_m - 15.0
        if self.has_in_lap and track.pit is not None:
            return (self.laps + 1) * track.length_m + track.pit.stop_box_m
        return self.laps * track.length_m + min(0.08 * track.length_m, 120.0)

    def corners(self) -> Iterator[tuple[int, int, Corner, float]]:
        """Yield lap (0 is the out-lap), running count, corner and the lap's first station."""
        n = len(self.track.corners)
        last = self.laps + 1 if self.track.is_closed else 1
        for lap in range(0 if self.track.is_closed else 1, last + 1):
            for index, corner in enumerate(self.track.corners):
                yield lap, lap * n + index, corner, (lap - 1) * self.track.length_m

    def faults_of(self, lap: int, corner: int) -> Iterator[Fault]:
        """Yield the faults of one corner in one lap."""
        if lap <= self.laps:
            yield from (f for f in self.faults if f.corner == corner and f.happens_in(lap))


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """Standard normal draws per corner of each lap, shape (n_corners of all laps,).

    Drawn apart from the faults, so that leaving a fault out changes nothing else.
    """

    utilisation: FloatArray
    brake: FloatArray
    throttle: FloatArray
    apex: FloatArray


def draw_scatter(plan: Plan) -> Scatter:
    """Return the plan's draws."""
    rng = np.random.default_rng((plan.seed, 1))
    n = (plan.laps + 2) * len(plan.track.corners)
    return Scatter(*(np.clip(rng.standard_normal(n), -2.5, 2.5) for _ in range(4)))


def detours_of(plan: Plan, scatter: Scatter) -> tuple[Detour, ...]:
    """Return pit lanes, apex scatter and trips off the road as changes of the line."""
    detours = [*_apex_detours(plan, scatter), *_fault_detours(plan), *_pit_detours(plan)]
    return tuple(detours)


def _apex_detours(plan: Plan, scatter: Scatter) -> Iterator[Detour]:
    for _, count, corner, base in plan.corners():
        wide = abs(float(scatter.apex[count])) * plan.driver.apex_spread_m
        if wide:
            blend = max(corner.end_m - corner.start_m, 30.0) / 2 + 15.0
            apex = base + corner.apex_m
            yield Detour(apex, apex, blend, -corner.sign * wide)


def _fault_detours(plan: Plan) -> Iterator[Detour]:
    width = plan.track.width_m
    for lap, _, corner, base in plan.corners():
        for fault in plan.faults_of(lap, corner.number):
            out = -corner.sign
            half = (corner.end_m - corner.start_m) / 2
            if fault.kind in (FaultKind.MISSED_APEX, FaultKind.LOCK_UP):
                apex = base + corner.apex_m
                yield Detour(apex, apex, half + 20.0, out * fault.amount)
            elif fault.kind is FaultKind.OFF:
                begin = base + corner.end_m + 10.0
                offset = out * (width / 2 + fault.amount)
                yield Detour(begin, begin + 35.0, 40.0, offset, is_absolute=True)
            elif fault.kind is FaultKind.SPIN:
                place = base + corner.apex_m + half
                yield Detour(place, place + 4.0, 35.0, out * width * 0.35, is_absolute=True)


def _pit_detours(plan: Plan) -> Iterator[Detour]:
    pit, length = plan.track.pit, plan.track.length_m
    if pit is None or not plan.track.is_closed:
        return
    leave = pit.exit_m - pit.blend_m
    reach = pit.entry_m + pit.blend_m
    if plan.has_out_lap:
        begin = plan.begin_m() - 200.0
        yield Detour(begin, leave - length, pit.blend_m, pit.offset_m, is_absolute=True)
    for lap in plan.pit_stops:
        at = lap * length
        yield Detour(at + reach, at + leave, pit.blend_m, pit.offset_m, is_absolute=True)
    if plan.has_in_lap:
        at = (plan.laps + 1) * length
        yield Detour(at + reach, at + 200.0, pit.blend_m, pit.offset_m, is_absolute=True)


def pit_ranges(plan: Plan) -> list[tuple[float, float]]:
    """Return the stretches driven in the pit lane as unwrapped stations [m]."""
    pit, length = plan.track.pit, plan.track.length_m
    if pit is None or not plan.track.is_closed:
        return []
    ranges = [(lap * length + pit.entry_m, lap * length + pit.exit_m) for lap in plan.pit_stops]
    if plan.has_out_lap:
        ranges.append((-math.inf, pit.exit_m - length))
    if plan.has_in_lap:
        ranges.append(((plan.laps + 1) * length + pit.entry_m, math.inf))
    return ranges
