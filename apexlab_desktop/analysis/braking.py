"""Brake points: where braking for a corner begins and ends, by pedal or by speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.brake_onset import onset_by_speed
from apexlab_desktop.analysis.corner_config import CornerMeasureConfig
from apexlab_desktop.analysis.lap_motion import LapMotion, runs_where
from apexlab_desktop.analysis.lift_level import LiftLevel
from apexlab_desktop.analysis.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeEvent:
    """One uninterrupted braking.

    Attributes
    ----------
    start_s, end_s : float
        Since the lap's start [s].
    start_m, end_m : float
        Running stations [m].
    start_sigma_s : float
        One sigma of the beginning, as a time [s].
    peak_mps2 : float
        Strongest deceleration, negative [m/s2].
    speed_loss_mps : float
    source : str
        `pedal` or `speed`.
    """

    start_s: float
    end_s: float
    start_m: float
    end_m: float
    start_sigma_s: float
    peak_mps2: float
    speed_loss_mps: float
    source: str


def brake_events(
    lap: LapMotion, rolling: LiftLevel, measures: CornerMeasureConfig
) -> tuple[BrakeEvent, ...]:
    """Return every braking of a lap, in order.

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
        return ()
    return _by_speed(lap, rolling, measures)


def by_corner(
    events: Sequence[BrakeEvent],
    lap: LapMotion,
    zones_m: Sequence[tuple[float, float]],
    measures: CornerMeasureConfig,
) -> dict[int, BrakeEvent]:
    """Return the braking for each corner that has one, by the corner's index.

    Parameters
    ----------
    events : sequence of BrakeEvent
    lap : LapMotion
    zones_m : sequence of (float, float)
        Entry and exit of the corners in driving order, running stations [m].
    measures : CornerMeasureConfig

    Notes
    -----
    A braking is for the corner by whose exit most of the speed is lost, however early it began:
    where a bend is taken on the brakes for the next one, it is the next one's (trap 14). One that
    is over well before the entry is for something else. Of several, the one that loses most counts.
    """
    found: dict[int, BrakeEvent] = {}
    for event in events:
        index = _corner_of(event, lap, zones_m, measures)
        if index is None:
            continue
        best = found.get(index)
        if best is None or event.speed_loss_mps > best.speed_loss_mps:
            found[index] = event
    return found


def _corner_of(
    event: BrakeEvent,
    lap: LapMotion,
    zones_m: Sequence[tuple[float, float]],
    measures: CornerMeasureConfig,
) -> int | None:
    start_mps = lap.speed_at(event.start_m)
    lost_mps = measures.brake_most_ratio * event.speed_loss_mps
    for index, (entry_m, exit_m) in enumerate(zones_m):
        if exit_m <= event.start_m:
            continue
        if event.end_m <= entry_m - measures.brake_before_entry_m:
            return None
        if exit_m >= event.end_m or start_mps - lap.speed_at(exit_m) >= lost_mps:
            return index
    return None


def _by_pedal(
    lap: LapMotion, brake: FloatArray, measures: CornerMeasureConfig
) -> tuple[BrakeEvent, ...]:
    events: list[BrakeEvent] = []
    for first, stop in runs_where(brake > measures.pedal_off_ratio):
        above = np.flatnonzero(brake[first:stop] > measures.pedal_on_ratio)
        if not above.size:
            continue
        on = first + int(above[0])
        start_s = _crossing_s(lap.time_s, brake, on, measures.pedal_on_ratio)
        end_s = _crossing_s(lap.time_s, brake, min(stop, brake.size - 1), measures.pedal_off_ratio)
        if end_s - start_s >= measures.brake_on_s:
            sigma_s = float(lap.time_s[on] - lap.time_s[max(on - 1, 0)]) / np.sqrt(12.0)
            events.append(_event(lap, start_s, end_s, (on, stop), float(sigma_s), "pedal"))
    return tuple(events)


def _by_speed(
    lap: LapMotion, rolling: LiftLevel, measures: CornerMeasureConfig
) -> tuple[BrakeEvent, ...]:
    accel = lap.accel_long_mps2
    lift = rolling.at(lap.speed_mps)
    on_level = np.maximum(measures.brake_on_mps2, lift + measures.brake_beyond_lift_mps2)
    off_level = np.maximum(measures.brake_off_mps2, lift + measures.brake_off_beyond_lift_mps2)
    with np.errstate(invalid="ignore"):
        hard = runs_where(accel < -on_level)
        off = runs_where(accel > -off_level)
    spans: list[tuple[int, int, float]] = []
    for first, stop in hard:
        if spans and first < spans[-1][1]:
            continue
        held_s = _crossing_s(lap.time_s, accel + on_level, stop, 0.0) - _crossing_s(
            lap.time_s, accel + on_level, first, 0.0
        )
        if first == 0 or held_s < measures.brake_on_s:
            continue
        spans.append((first, *_end_of(lap, stop, off, off_level, measures)))
    onsets = onset_by_speed(lap, [first for first, _, _ in spans], lift, measures)
    return tuple(
        _event(lap, onset_s, end_s, (first, stop), sigma_s, "speed")
        for (first, stop, end_s), (onset_s, sigma_s) in zip(spans, onsets, strict=True)
    )


def _end_of(
    lap: LapMotion,
    after: int,
    off: list[tuple[int, int]],
    off_level: FloatArray,
    measures: CornerMeasureConfig,
) -> tuple[int, float]:
    """Return the index and the time at which a braking is over."""
    accel = lap.accel_long_mps2
    for first, stop in off:
        if stop <= after:
            continue
        end_s = _crossing_s(lap.time_s, accel + off_level, first, 0.0)
        until_s = lap.time_s[min(stop, lap.time_s.size - 1)]
        if until_s - end_s >= measures.brake_off_s:
            return first, end_s
    return lap.time_s.size - 1, float(lap.time_s[-1])


def _crossing_s(time_s: FloatArray, values: FloatArray, index: int, level: float) -> float:
    """Return when `values` pass a level on the way to the sample at `index` [s]."""
    if index <= 0 or index >= values.size:
        return float(time_s[min(max(index, 0), values.size - 1)])
    before, here = float(values[index - 1]) - level, float(values[index]) - level
    if not np.isfinite(before) or before == here or before * here > 0.0:
        return float(time_s[index])
    share = before / (before - here)
    return float(time_s[index - 1] + share * (time_s[index] - time_s[index - 1]))


def _event(
    lap: LapMotion,
    start_s: float,
    end_s: float,
    inside: tuple[int, int],
    sigma_s: float,
    source: str,
) -> BrakeEvent:
    accel = lap.accel_long_mps2[slice(*inside)]
    known = accel[np.isfinite(accel)]
    speeds = np.interp((start_s, end_s), lap.time_s, lap.speed_mps)
    return BrakeEvent(
        start_s=start_s,
        end_s=end_s,
        start_m=lap.station_at(start_s),
        end_m=lap.station_at(end_s),
        start_sigma_s=sigma_s,
        peak_mps2=float(known.min()) if known.size else float("nan"),
        speed_loss_mps=float(speeds[0] - speeds[1]),
        source=source,
    )
