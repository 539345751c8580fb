"""What every lap did in every corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.braking import BrakeEvent, brake_events, by_corner
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES, CornerMeasureConfig
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.lap_motion import LapMotion, lap_motion, pedals_of
from apexlab_desktop.analysis.lift_level import lift_level_of
from apexlab_desktop.analysis.segment_times import SegmentClock
from apexlab_desktop.analysis.slowest_point import slowest_point
from apexlab_desktop.analysis.throttle import (
    Ability,
    ability_of,
    coast_time,
    commit_station,
    pickup_station,
)
from apexlab_desktop.analysis.trail_braking import trail_brake_time
from apexlab_desktop.analysis.types import AnalysedSession, Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zone:
    """A corner at running stations of a lap, between the neighbours' apexes.

    Attributes
    ----------
    corner : Corner
    after_m, entry_m, apex_m, exit_m, until_m : float
        Apex of the corner before, this corner, apex of the next one [m].
    """

    corner: Corner
    after_m: float
    entry_m: float
    apex_m: float
    exit_m: float
    until_m: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Drive:
    """One lap with all that its passes are measured by."""

    lap_number: int
    motion: LapMotion
    events: tuple[BrakeEvent, ...]
    clock: SegmentClock
    ability: Ability
    measures: CornerMeasureConfig


def measure_corners(
    session: AnalysedSession,
    comparison: Comparison,
    corners: Sequence[Corner],
    config: AnalysisConfig = DEFAULT_CONFIG,
    measures: CornerMeasureConfig = DEFAULT_CORNER_MEASURES,
) -> tuple[tuple[CornerPass, ...], ...]:
    """Return what every lap of a comparison did in every corner.

    Parameters
    ----------
    session : AnalysedSession
        Whose laps are compared.
    comparison : Comparison
        As `session_laps.laps_at_places` makes it.
    corners : sequence of Corner
        Of `comparison.line`, in driving order.
    config : AnalysisConfig
    measures : CornerMeasureConfig

    Returns
    -------
    tuple of tuple of CornerPass
        A row per lap of the comparison, an entry per corner. A pass belongs to the lap that holds
        its apex; entry, brake point or exit may lie in the lap before or after.
    """
    if session.trajectory is None or not corners:
        return tuple(() for _ in comparison.laps)
    pedals = pedals_of(session, comparison, measures)
    speed_mps, accel_mps2 = (
        np.concatenate([lap.channels[name] for lap in comparison.laps])
        for name in ("speed_mps", "accel_long_mps2")
    )
    ability = ability_of(speed_mps, accel_mps2, measures)
    rolling = lift_level_of(session.trajectory, measures)
    zones = _zones(corners, comparison)
    rows = []
    for index, lap in enumerate(comparison.laps):
        motion = lap_motion(session, comparison, lap, pedals, config, measures)
        clock = SegmentClock(comparison, index, motion, config)
        events = brake_events(motion, rolling, measures)
        drive = _Drive(
            lap_number=lap.lap.number,
            motion=motion,
            events=events,
            clock=clock,
            ability=ability,
            measures=measures,
        )
        braking = _braking_by_corner(events, motion, zones, comparison, measures)
        rows.append(tuple(_pass(drive, zone, braking.get(k)) for k, zone in enumerate(zones)))
    return tuple(rows)


def _braking_by_corner(
    events: Sequence[BrakeEvent],
    lap: LapMotion,
    zones: Sequence[_Zone],
    comparison: Comparison,
    measures: CornerMeasureConfig,
) -> dict[int, BrakeEvent]:
    """Return the braking for each corner of the lap, by its index.

    The last corner of the lap before and the first of the next one have their own.
    """
    length_m = float(comparison.distance_m[-1])
    zones_m = [(zone.entry_m, zone.exit_m) for zone in zones]
    before, after = zones_m[-1], zones_m[0]
    around_m = [
        (before[0] - length_m, before[1] - length_m),
        *zones_m,
        (after[0] + length_m, after[1] + length_m),
    ]
    found = by_corner(events, lap, around_m, measures)
    return {index - 1: event for index, event in found.items() if 1 <= index <= len(zones)}


def _zones(corners: Sequence[Corner], comparison: Comparison) -> tuple[_Zone, ...]:
    length_m = float(comparison.distance_m[-1])
    is_closed = comparison.line is not None and comparison.line.is_closed
    zones = []
    for index, corner in enumerate(corners):
        entry_m = corner.entry_m - (length_m if corner.entry_m > corner.apex_m else 0.0)
        exit_m = corner.exit_m + (length_m if corner.exit_m < corner.apex_m else 0.0)
        before = corners[index - 1].apex_m if index else corners[-1].apex_m - length_m
        after = (
            corners[index + 1].apex_m if index + 1 < len(corners) else corners[0].apex_m + length_m
        )
        if not is_closed:
            before = max(before, 0.0) if index else 0.0
            after = min(after, length_m)
        zones.append(
            _Zone(
                corner=corner,
                after_m=before,
                entry_m=entry_m,
                apex_m=corner.apex_m,
                exit_m=exit_m,
                until_m=after,
            )
        )
    return tuple(zones)


def _pass(drive: _Drive, zone: _Zone, event: BrakeEvent | None) -> CornerPass:
    """Return what a lap did in a corner, `event` being the braking for it."""
    lap, measures = drive.motion, drive.measures
    segment_s, sigma_s = drive.clock.between(zone.entry_m, zone.exit_m)
    timed = CornerPass(
        corner_id=zone.corner.id,
        lap_number=drive.lap_number,
        segment_time_s=segment_s,
        segment_time_sigma_s=sigma_s,
        reasons=("dropout",),
    )
    slowest = slowest_point(
        lap, entry_m=zone.entry_m, apex_m=zone.apex_m, exit_m=zone.exit_m, measures=measures
    )
    if slowest is None:
        return timed
    min_speed_mps, slowest_m = slowest
    braking, why_not = _braking(zone, slowest_m, lap, event, measures)
    driven = replace(
        timed,
        entry_speed_mps=_known(lap.speed_at(zone.entry_m)),
        exit_speed_mps=_known(lap.speed_at(zone.exit_m)),
        min_speed_mps=min_speed_mps,
        slowest_m=slowest_m,
        trail_brake_s=None
        if "rate_too_low" in why_not
        else trail_brake_time(
            lap, braking, entry_m=zone.entry_m, exit_m=zone.exit_m, measures=measures
        ),
        reasons=why_not,
    )
    if braking is not None:
        driven = _with_braking(driven, braking, drive.clock)
    return _with_throttle(driven, drive, zone, slowest_m, braking)


def _with_braking(one: CornerPass, braking: BrakeEvent, clock: SegmentClock) -> CornerPass:
    return replace(
        one,
        brake_point_m=braking.start_m,
        brake_release_m=braking.end_m,
        brake_source=braking.source,
        brake_point_sigma_m=clock.place_sigma(braking.start_m, braking.start_sigma_s),
        peak_brake_mps2=_known(braking.peak_mps2),
        brake_duration_s=braking.end_s - braking.start_s,
        brake_distance_m=braking.end_m - braking.start_m,
    )


def _with_throttle(
    one: CornerPass, drive: _Drive, zone: _Zone, slowest_m: float, braking: BrakeEvent | None
) -> CornerPass:
    lap, measures = drive.motion, drive.measures
    until_m = _until(zone, slowest_m, drive.events)
    commit_m = commit_station(
        lap, drive.ability, slowest_m=slowest_m, until_m=until_m, measures=measures
    )
    coast_s = None
    if commit_m is not None:
        from_m = braking.end_m if braking else zone.entry_m
        coast_s = coast_time(lap, from_m=from_m, until_m=commit_m, measures=measures)
    return replace(
        one,
        throttle_pickup_m=pickup_station(
            lap, slowest_m=slowest_m, until_m=until_m, measures=measures
        ),
        throttle_commit_m=commit_m,
        coast_time_s=coast_s,
        reasons=one.reasons if commit_m is not None else (*one.reasons, "no_throttle_commit"),
    )


def _braking(
    zone: _Zone,
    slowest_m: float,
    lap: LapMotion,
    event: BrakeEvent | None,
    measures: CornerMeasureConfig,
) -> tuple[BrakeEvent | None, tuple[str, ...]]:
    """Return the braking for a corner, or the reason why there is none."""
    if lap.brake_ratio is None and lap.rate_hz < measures.brake_rate_hz:
        return None, ("rate_too_low",)
    if zone.corner.character == "flat":
        return None, ("flat_corner",)
    approach = lap.between(event.start_m - 1.0 if event else zone.entry_m, slowest_m)
    if lap.brake_ratio is None and not lap.knows(approach):
        return None, ("dropout",)
    return event, () if event else ("no_braking",)


def _until(zone: _Zone, slowest_m: float, events: Sequence[BrakeEvent]) -> float:
    """Return how far behind the slowest point a corner's exit phase can reach [m]."""
    following = [event.start_m for event in events if event.start_m > slowest_m]
    return min([zone.until_m, *following])


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
