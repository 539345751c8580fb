"""The envelope of a session from few events, from standing starts, and when it is doubted."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2 as G
from apexlab_desktop.analysis.grip_envelope import GripEnvelope, envelope_of
from apexlab_desktop.analysis.grip_samples import GripSamples

STEP_S = 0.04
Event = tuple[float, float, float]
"""Speed [m/s], along and across [m/s2]; lasts a second."""

CORNERS: list[Event] = [(15.0 + 2.0 * k, 0.0, 10.0 - 0.1 * k) for k in range(8)]
PULLS: list[Event] = [(v, 120.0 / v - 4e-4 * v * v, 0.0) for v in np.arange(12.0, 45.0, 1.5)]
REST: Event = (30.0, 0.0, 0.0)


def apart(events: list[Event]) -> list[Event]:
    return [part for event in events for part in (event, REST)]


def samples(laps: list[list[Event]]) -> GripSamples:
    n = round(1.0 / STEP_S)
    rows = np.array(laps)
    speed, along, across = (np.repeat(rows[:, :, k], n, axis=1) for k in range(3))
    return GripSamples(
        distance_m=np.arange(speed.shape[1], dtype=np.float64),
        speed_mps=speed,
        accel_long_mps2=along,
        accel_lat_mps2=across,
        weight_s=np.full(speed.shape, STEP_S),
        lap_numbers=tuple(range(1, len(laps) + 1)),
    )


def envelope(brakings: list[Event]) -> GripEnvelope:
    return envelope_of(samples([[*apart(CORNERS), *PULLS, *apart(brakings)]] * 2))


def test_two_brakings_that_grow_with_the_speed_leave_grip_at_every_speed() -> None:
    grip = envelope([(20.0, -4.0, 0.0), (40.0, -10.0, 0.0)])
    speeds = np.linspace(0.0, grip.fastest_mps, 50)
    assert float(grip.braking_at(speeds).min()) > 0.3 * G
    assert float(grip.braking_at(speeds).max()) <= 10.0 + 1e-9


def test_downforce_never_is_more_than_twice_the_grip_without() -> None:
    brakings = [(v, -0.0105 * v * v, 0.0) for v in np.linspace(22.0, 44.0, 12)]
    grip = envelope(brakings)
    assert grip.braking_mps2 > 0.0
    assert grip.braking_per_m * 44.0**2 <= 2.0 * grip.braking_mps2 + 1e-9


def test_many_events_of_several_laps_are_not_doubted() -> None:
    brakings = [(25.0 + k, -9.0, 0.0) for k in range(6)]
    assert envelope(brakings).doubts(2) == ()


def test_few_brakings_or_a_single_lap_are_reasons_for_doubt() -> None:
    grip = envelope([(30.0, -9.0, 0.0)])
    assert grip.n_brakings == 2
    assert any("2 brakings" in reason for reason in grip.doubts(2))
    assert any("one lap" in reason for reason in grip.doubts(1))


def test_session_that_never_brakes_is_doubted() -> None:
    grip = envelope([])
    assert any("0 brakings" in reason for reason in grip.doubts(2))


def test_standing_start_divides_nothing_by_nothing() -> None:
    lap = [*apart(CORNERS), *PULLS, *apart([(30.0, -9.0, 0.0)] * 4)]
    still = samples([[(0.0, 0.0, 0.0), *lap]] * 2)
    moved = samples([[REST, *lap]] * 2)
    with np.errstate(all="raise"):
        grip = envelope_of(still)
    assert grip.power_per_mass == pytest.approx(envelope_of(moved).power_per_mass)
