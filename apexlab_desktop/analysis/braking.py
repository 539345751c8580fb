"""Brake points: where braking for a corner begins and ends, by pedal or by speed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.brake_onset import onset_by_speed
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.lift_level import LiftLevel
from apexlab_desktop.analysis.ragged import Stretches, next_true, runs_of
from apexlab_desktop.analysis.types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BrakeEvents:
    """Every uninterrupted braking, in order; arrays have shape (n,).

    Attributes
    ----------
    lap : ndarray of int
        Which of the laps one after the other.
    start_s, end_s : ndarray
        Since the lap's start [s].
    start_m, end_m : ndarray
        Running stations [m].
    start_sigma_s : ndarray
        One sigma of the beginning, as a time [s].
    peak_mps2 : ndarray
        Strongest deceleration, negative [m/s2].
    speed_loss_mps : ndarray
    source : str
        `pedal` or `speed`; empty where nothing can tell.
    """

    lap: IntArray
    start_s: FloatArray
    end_s: FloatArray
    start_m: FloatArray
    end_m: FloatArray
    start_sigma_s: FloatArray
    peak_mps2: FloatArray
    speed_loss_mps: FloatArray
    source: str


def brake_events(lap: LapMotion, rolling: LiftLevel, measures: CornerMeasureConfig) -> BrakeEvents:
    """Return every braking of one lap or several, in order.

    Parameters
    ----------
    lap : LapMotion
    rolling : LiftLevel
        What a closed throttle does.
    measures : CornerMeasureConfig

    Notes
    -----
    With a pedal: above 5 % until below 3 %. Without: the deceleration exceeds 0.20 g, or what a
    closed throttle does by 0.12 g, for 0.15 s, until it stays below 0.10 g, or next to what a
    closed throttle does, for 0.1 s. 0.1 g alone is within drag (trap 14). The beginning is then
    found by a fit of the speed itself.
    """
    if lap.brake_ratio is not None:
        return _by_pedal(lap, lap.brake_ratio, measures)
    if lap.rate_hz < measures.brake_rate_hz:
        nothing = np.empty(0)
        none = Stretches(nothing.astype(np.int64), nothing.astype(np.int64))
        return _events(lap, nothing, nothing, none, nothing, "")
    return _by_speed(lap, rolling, measures)


def by_corner(
    events: BrakeEvents,
    lap: LapMotion,
    entry_m: FloatArray,
    exit_m: FloatArray,
    measures: CornerMeasureConfig,
) -> IntArray:
    """Return the braking for each corner of each lap, -1 where there is none.

    Parameters
    ----------
    events : BrakeEvents
    lap : LapMotion
    entry_m, exit_m : ndarray, shape (n_laps, n_zones)
        Of the corners in driving order, running stations [m].
    measures : CornerMeasureConfig

    Returns
    -------
    ndarray of int, shape (n_laps, n_zones)
        Index into `events`.

    Notes
    -----
    A braking is for the corner by whose exit most of the speed is lost, however early it began:
    where a bend is taken on the brakes for the next one, it is the next one's (trap 14). One that
    is over well before the entry is for something else. Of several, the one that loses most counts.
    """
    zones = _zones_of(events, lap, entry_m, exit_m, measures)
    found = np.full(entry_m.shape, -1, dtype=np.int64)
    losses = events.speed_loss_mps.tolist()
    for event, (row, zone) in enumerate(zip(events.lap.tolist(), zones.tolist(), strict=True)):
        if zone < 0:
            continue
        best = int(found[row, zone])
        if best < 0 or losses[event] > losses[best]:
            found[row, zone] = event
    return found


def _zones_of(
    events: BrakeEvents,
    lap: LapMotion,
    entry_m: FloatArray,
    exit_m: FloatArray,
    measures: CornerMeasureConfig,
) -> IntArray:
    """Return for which zone of its lap each braking is, -1 for none, shape (n_events,)."""
    if not events.lap.size:
        return np.empty(0, dtype=np.int64)
    own_exit_m, end_m = exit_m[events.lap], events.end_m[:, None]
    own_speed_mps = lap.speed_at(exit_m)[events.lap]
    lost_mps = lap.speed_at(events.start_m)[:, None] - own_speed_mps
    is_ahead = ~(own_exit_m <= events.start_m[:, None])
    is_over = end_m <= entry_m[events.lap] - measures.brake_before_entry_m
    is_most = lost_mps >= measures.brake_most_ratio * events.speed_loss_mps[:, None]
    is_told = is_ahead & (is_over | (own_exit_m >= end_m) | is_most)
    zone = np.argmax(is_told, axis=1)
    each = np.arange(zone.size)
    return np.where(is_told[each, zone] & ~is_over[each, zone], zone, -1)


def _by_pedal(lap: LapMotion, brake: FloatArray, measures: CornerMeasureConfig) -> BrakeEvents:
    runs = runs_of(brake > measures.pedal_off_ratio)
    pressed = np.flatnonzero(brake > measures.pedal_on_ratio)
    on = np.append(pressed, brake.size)[np.searchsorted(pressed, runs.first)]
    is_used = on < runs.stop
    on, stop = on[is_used], runs.stop[is_used]
    own = lap.lap_bounds(on)
    start_s = _crossing_s(lap, brake, on, measures.pedal_on_ratio)
    end_s = _crossing_s(lap, brake, np.minimum(stop, own.stop - 1), measures.pedal_off_ratio)
    held = end_s - start_s >= measures.brake_on_s
    sigma_s = (lap.time_s[on] - lap.time_s[np.maximum(on - 1, own.first)]) / np.sqrt(12.0)
    inside = Stretches(on[held], stop[held])
    return _events(lap, start_s[held], end_s[held], inside, sigma_s[held], "pedal")


def _by_speed(lap: LapMotion, rolling: LiftLevel, measures: CornerMeasureConfig) -> BrakeEvents:
    lift = rolling.at(lap.speed_mps)
    beyond_on = np.maximum(measures.brake_on_mps2, lift + measures.brake_beyond_lift_mps2)
    beyond_on += lap.accel_long_mps2
    beyond_off = np.maximum(measures.brake_off_mps2, lift + measures.brake_off_beyond_lift_mps2)
    beyond_off += lap.accel_long_mps2
    hard = runs_of(beyond_on < 0.0)
    held_s = _crossing_s(lap, beyond_on, hard.stop) - _crossing_s(lap, beyond_on, hard.first)
    is_no_event = (hard.first == lap.lap_bounds(hard.first).first) | (held_s < measures.brake_on_s)
    first, stop = hard.first[~is_no_event], hard.stop[~is_no_event]
    end, end_s = _ends(lap, stop, beyond_off, measures)
    kept = _apart(first, end)
    first, end, end_s = first[kept], end[kept], end_s[kept]
    start_s, sigma_s = onset_by_speed(lap, first, lift[first], measures)
    return _events(lap, start_s, end_s, Stretches(first, end), sigma_s, "speed")


def _apart(first: IntArray, end: IntArray) -> IntArray:
    """Return which brakings do not begin within the one before."""
    kept, last = [], -1
    for index, (begins, ends) in enumerate(zip(first.tolist(), end.tolist(), strict=True)):
        if begins >= last:
            kept.append(index)
            last = ends
    return np.array(kept, dtype=np.int64)


def _ends(
    lap: LapMotion, after: IntArray, beyond_off: FloatArray, measures: CornerMeasureConfig
) -> tuple[IntArray, FloatArray]:
    """Return index and time at which brakings are over that go on until `after` at least."""
    off = runs_of(beyond_off > 0.0)
    off_s = _crossing_s(lap, beyond_off, off.first)
    until_s = lap.time_s[np.minimum(off.stop, lap.lap_bounds(off.first).stop - 1)]
    following = next_true(until_s - off_s >= measures.brake_off_s)
    found = following[np.searchsorted(off.stop, after, side="right")]
    last = lap.lap_bounds(after).stop - 1
    at = np.append(off.first, lap.time_s.size)[found]
    is_found = at <= last
    return (
        np.where(is_found, at, last),
        np.where(is_found, np.append(off_s, np.nan)[found], lap.time_s[last]),
    )


def _crossing_s(
    lap: LapMotion, values: FloatArray, index: IntArray, level: float = 0.0
) -> FloatArray:
    """Return when `values` pass a level on the way to the samples at `index` [s]."""
    own = lap.lap_bounds(index)
    at = np.minimum(np.maximum(index, own.first), own.stop - 1)
    left = np.maximum(at - 1, 0)
    before, here = values[left] - level, values[at] - level
    is_passed = (index > own.first) & (index < own.stop)
    is_passed &= np.isfinite(before) & (before != here) & ~(before * here > 0.0)
    share = np.divide(before, before - here, out=np.ones(at.size), where=is_passed)
    time_s = lap.time_s[left]
    return np.asarray(time_s + share * (lap.time_s[at] - time_s))


def _events(
    lap: LapMotion,
    start_s: FloatArray,
    end_s: FloatArray,
    inside: Stretches,
    sigma_s: FloatArray,
    source: str,
) -> BrakeEvents:
    return BrakeEvents(
        lap=np.searchsorted(lap.gaps, inside.first),
        start_s=start_s,
        end_s=end_s,
        start_m=lap.station_at(start_s),
        end_m=lap.station_at(end_s),
        start_sigma_s=sigma_s,
        peak_mps2=inside.least(lap.accel_long_mps2),
        speed_loss_mps=lap.speed_at_time(start_s) - lap.speed_at_time(end_s),
        source=source,
    )
