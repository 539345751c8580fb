"""What every lap did in every corner."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.braking import BrakeEvents, brake_events, by_corner
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES, CornerMeasureConfig
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.laps_in_row import LapsInRow, laps_in_row
from apexlab_desktop.analysis.lift_level import LiftLevel, lift_level_of
from apexlab_desktop.analysis.segment_times import SegmentClock
from apexlab_desktop.analysis.slowest_point import slowest_points
from apexlab_desktop.analysis.throttle import (
    Ability,
    ability_of,
    coast_time,
    commit_station,
    pickup_station,
)
from apexlab_desktop.analysis.trail_braking import trail_brake_time
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    Comparison,
    FloatArray,
    IntArray,
)

_PLACES = (
    "slowest_m",
    "brake_point_m",
    "brake_release_m",
    "throttle_pickup_m",
    "throttle_commit_m",
)
_TIMES = ("segment_time_s", "segment_time_sigma_s")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Zones:
    """Corners at running stations of a lap, between their neighbours' apexes; shape (n_zones,).

    Attributes
    ----------
    entry_m, apex_m, exit_m, until_m : ndarray
        The last is the apex of the next corner [m].
    is_flat : ndarray of bool
    """

    entry_m: FloatArray
    apex_m: FloatArray
    exit_m: FloatArray
    until_m: FloatArray
    is_flat: BoolArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Drive:
    """Laps one after the other, with all that their passes are measured by.

    A pass is a lap in a corner; they are in the order of the laps, then of the corners.
    """

    row: LapsInRow
    zones: _Zones
    length_m: float
    clock: SegmentClock
    rolling: LiftLevel
    ability: Ability
    measures: CornerMeasureConfig

    def places(self, station_m: FloatArray) -> FloatArray:
        """Return stations of each lap, shape (n_zones,), for all passes, shape (n_passes,)."""
        return (self.row.zero_m[:, None] + station_m).ravel()

    def of_laps(self, values: FloatArray) -> FloatArray:
        """Return values of each lap, shape (n_laps,), for all passes, shape (n_passes,)."""
        return np.repeat(values, self.zones.entry_m.size)


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
    speed_mps, accel_mps2 = (
        np.concatenate([lap.channels[name] for lap in comparison.laps])
        for name in ("speed_mps", "accel_long_mps2")
    )
    ability = ability_of(speed_mps, accel_mps2, measures)
    rolling = lift_level_of(session.trajectory, measures)
    zones = _zones(corners, comparison)
    passes: dict[int, tuple[CornerPass, ...]] = {}
    for row in laps_in_row(session, comparison, config, measures):
        drive = _Drive(
            row=row,
            zones=zones,
            length_m=float(comparison.distance_m[-1]),
            clock=SegmentClock(comparison, row, config),
            rolling=rolling,
            ability=ability,
            measures=measures,
        )
        numbers = [comparison.laps[k].lap.number for k in row.laps.tolist()]
        told = _told(_measured(drive), corners, numbers)
        passes.update(zip(row.laps.tolist(), told, strict=True))
    return tuple(passes[index] for index in range(len(comparison.laps)))


def _zones(corners: Sequence[Corner], comparison: Comparison) -> _Zones:
    length_m = float(comparison.distance_m[-1])
    is_closed = comparison.line is not None and comparison.line.is_closed
    entry_m, apex_m, exit_m = (
        np.array([getattr(corner, name) for corner in corners])
        for name in ("entry_m", "apex_m", "exit_m")
    )
    until_m = np.append(apex_m[1:], apex_m[0] + length_m)
    return _Zones(
        entry_m=np.where(entry_m > apex_m, entry_m - length_m, entry_m),
        apex_m=apex_m,
        exit_m=np.where(exit_m < apex_m, exit_m + length_m, exit_m),
        until_m=until_m if is_closed else np.minimum(until_m, length_m),
        is_flat=np.array([corner.character == "flat" for corner in corners]),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Measured:
    """What is measured of passes: numbers with NaN where unknown, by their field; and why."""

    numbers: dict[str, FloatArray]
    why_not: dict[str, BoolArray]
    is_known: BoolArray
    brake_source: str


def _measured(drive: _Drive) -> _Measured:
    lap, zones, measures = drive.row.motion, drive.zones, drive.measures
    entry_m, exit_m = drive.places(zones.entry_m), drive.places(zones.exit_m)
    segment_s, sigma_s = drive.clock.between(zones.entry_m, zones.exit_m)
    min_speed_mps, slowest_m = slowest_points(
        lap, entry_m=entry_m, apex_m=drive.places(zones.apex_m), exit_m=exit_m, measures=measures
    )
    events = brake_events(lap, drive.rolling, measures)
    event, why_not = _braking(drive, events, slowest_m)
    braking = _of_braking(drive, events, event)
    trail_s = trail_brake_time(
        lap,
        start_m=braking["brake_point_m"],
        end_m=braking["brake_release_m"],
        entry_m=entry_m,
        exit_m=exit_m,
        measures=measures,
    )
    trail_s[why_not["rate_too_low"]] = np.nan
    throttle = _of_throttle(drive, events, slowest_m, braking["brake_release_m"])
    numbers = {
        "entry_speed_mps": lap.speed_at(entry_m),
        "exit_speed_mps": lap.speed_at(exit_m),
        "min_speed_mps": min_speed_mps,
        "slowest_m": slowest_m,
        "trail_brake_s": trail_s,
        **braking,
        **throttle,
        "segment_time_s": segment_s.ravel(),
        "segment_time_sigma_s": sigma_s.ravel(),
    }
    is_slow = _is_throttle_too_slow(drive)
    why_not["rate_too_low"] = why_not["rate_too_low"] | is_slow
    why_not["no_throttle_commit"] = np.isnan(throttle["throttle_commit_m"]) & (not is_slow)
    zero_m = drive.of_laps(drive.row.zero_m)
    for name in _PLACES:
        numbers[name] = numbers[name] - zero_m
    return _Measured(
        numbers=numbers,
        why_not=why_not,
        is_known=np.isfinite(slowest_m),
        brake_source=events.source,
    )


def _braking(
    drive: _Drive, events: BrakeEvents, slowest_m: FloatArray
) -> tuple[IntArray, dict[str, BoolArray]]:
    """Return the braking for each pass, -1 without one, and for which reason there is none."""
    lap, measures = drive.row.motion, drive.measures
    event = _braking_by_corner(drive, events).ravel()
    flat = np.tile(drive.zones.is_flat, drive.row.laps.size)
    has_pedal = lap.brake_ratio is not None
    nothing = np.zeros(event.size, dtype=np.bool_)
    if not has_pedal and lap.rate_hz < measures.brake_rate_hz:
        why_not = {"rate_too_low": ~nothing, "flat_corner": nothing, "dropout": nothing}
    else:
        start_m = np.append(events.start_m, np.nan)[event]
        from_m = np.where(event >= 0, start_m - 1.0, drive.places(drive.zones.entry_m))
        is_known = nothing | has_pedal | lap.knows(lap.between(from_m, slowest_m))
        why_not = {"rate_too_low": nothing, "flat_corner": flat, "dropout": ~is_known & ~flat}
    is_none = why_not["rate_too_low"] | why_not["flat_corner"] | why_not["dropout"]
    why_not["no_braking"] = (event < 0) & ~is_none
    return np.where(is_none, -1, event), why_not


def _braking_by_corner(drive: _Drive, events: BrakeEvents) -> IntArray:
    """Return the braking for each corner of each lap, -1 without, shape (n_laps, n_zones).

    The last corner of the lap before and the first of the next one have their own.
    """
    length_m, zones = drive.length_m, drive.zones

    def around(ends_m: FloatArray) -> FloatArray:
        own_m = np.concatenate(([ends_m[-1] - length_m], ends_m, [ends_m[0] + length_m]))
        return np.asarray(drive.row.zero_m[:, None] + own_m)

    entry_m, exit_m = around(zones.entry_m), around(zones.exit_m)
    return by_corner(events, drive.row.motion, entry_m, exit_m, drive.measures)[:, 1:-1]


def _of_braking(drive: _Drive, events: BrakeEvents, event: IntArray) -> dict[str, FloatArray]:
    """Return the measures of brakings for passes, places still those of laps one by one."""

    def told(values: FloatArray) -> FloatArray:
        return np.asarray(np.append(values, np.nan)[event])

    sigma_m = drive.clock.place_sigma(events.lap, events.start_m, events.start_sigma_s)
    return {
        "brake_point_m": told(events.start_m),
        "brake_release_m": told(events.end_m),
        "brake_point_sigma_m": told(sigma_m),
        "peak_brake_mps2": told(events.peak_mps2),
        "brake_duration_s": told(events.end_s - events.start_s),
        "brake_distance_m": told(events.end_m - events.start_m),
    }


def _is_throttle_too_slow(drive: _Drive) -> bool:
    """Return whether the throttle would be told from accelerations between too few fixes."""
    lap = drive.row.motion
    return lap.throttle_ratio is None and lap.rate_hz < drive.measures.brake_rate_hz


def _of_throttle(
    drive: _Drive, events: BrakeEvents, slowest_m: FloatArray, release_m: FloatArray
) -> dict[str, FloatArray]:
    """Return the measures of the throttle; a corner's exit ends where the next braking begins."""
    if _is_throttle_too_slow(drive):
        unknown = np.full(slowest_m.shape, np.nan)
        names = ("throttle_pickup_m", "throttle_commit_m", "coast_time_s")
        return dict.fromkeys(names, unknown)
    lap, measures = drive.row.motion, drive.measures
    starts_m = np.append(np.sort(events.start_m), np.nan)
    following_m = starts_m[np.searchsorted(starts_m[:-1], slowest_m, side="right")]
    until_m = np.fmin(drive.places(drive.zones.until_m), following_m)
    commit_m = commit_station(
        lap, drive.ability, slowest_m=slowest_m, until_m=until_m, measures=measures
    )
    has_braked = np.isfinite(release_m)
    from_m = np.where(has_braked, release_m, drive.places(drive.zones.entry_m))
    return {
        "throttle_pickup_m": pickup_station(
            lap, slowest_m=slowest_m, until_m=until_m, measures=measures
        ),
        "throttle_commit_m": commit_m,
        "coast_time_s": coast_time(lap, from_m=from_m, until_m=commit_m, measures=measures),
    }


def _told(
    found: _Measured, corners: Sequence[Corner], lap_numbers: Sequence[int]
) -> list[tuple[CornerPass, ...]]:
    """Return what was measured as one pass per lap and corner.

    Where a lap is not known in a corner there is only the time between the corner's ends.
    """
    columns = {
        name: values if name in _TIMES else np.where(found.is_known, values, np.nan)
        for name, values in found.numbers.items()
    }
    has_braked = np.isfinite(columns["brake_point_m"]).tolist()
    sources = [found.brake_source if is_so else "" for is_so in has_braked]
    reasons = _reasons(found)
    rows = zip(*(_or_none(values) for values in columns.values()), strict=True)
    numbered = itertools.product(lap_numbers, corners)
    passes = [
        CornerPass(
            corner_id=corner.id,
            lap_number=number,
            brake_source=source,
            reasons=words,
            **dict(zip(columns, row, strict=True)),
        )
        for (number, corner), source, words, row in zip(
            numbered, sources, reasons, rows, strict=True
        )
    ]
    n = len(corners)
    return [tuple(passes[k : k + n]) for k in range(0, len(passes), n)]


def _reasons(found: _Measured) -> list[tuple[str, ...]]:
    """Return the words of every pass."""
    words: list[tuple[str, ...]] = [() if is_so else ("dropout",) for is_so in found.is_known]
    for word, is_so in found.why_not.items():
        for index in np.flatnonzero(is_so & found.is_known).tolist():
            words[index] = (*words[index], word)
    return words


def _or_none(values: FloatArray) -> list[float | None]:
    listed: list[float | None] = values.tolist()
    for index in np.flatnonzero(~np.isfinite(values)).tolist():
        listed[index] = None
    return listed
