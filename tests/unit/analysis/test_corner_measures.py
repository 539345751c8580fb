"""What laps do in corners, on drives whose motion is known in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import throttle, trail_braking
from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES
from apexlab_desktop.analysis.lap_motion import LapMotion
from apexlab_desktop.analysis.slowest_point import slowest_points
from apexlab_desktop.analysis.throttle import Ability, ability_of
from apexlab_desktop.analysis.types import FloatArray

RATE_HZ = 25.0
MEASURES = DEFAULT_CORNER_MEASURES
NO_ABILITY = Ability(speed_mps=np.zeros(0), accel_mps2=np.zeros(0))


def lap_of(
    accel: FloatArray, start_mps: float, *, accel_lat: FloatArray | float = 0.0
) -> LapMotion:
    """Return a lap with an acceleration at 25 Hz, exactly integrated."""
    speed = start_mps + np.append(0.0, np.cumsum(0.5 * (accel[1:] + accel[:-1]))) / RATE_HZ
    way = np.append(0.0, np.cumsum(0.5 * (speed[1:] + speed[:-1]))) / RATE_HZ
    return LapMotion(
        time_s=np.arange(accel.size) / RATE_HZ,
        station_m=way,
        speed_mps=speed,
        accel_long_mps2=accel,
        accel_lat_mps2=np.broadcast_to(np.asarray(accel_lat, dtype=np.float64), accel.shape),
        brake_ratio=None,
        throttle_ratio=None,
        rate_hz=RATE_HZ,
    )


def corner_lap() -> LapMotion:
    """Return 3 s of braking at 5 m/s2, 1 s of coasting, 4 s of accelerating at 3 m/s2."""
    accel = np.concatenate((np.full(75, -5.0), np.zeros(25), np.full(100, 3.0)))
    return lap_of(accel, 30.0, accel_lat=np.where(np.arange(200) >= 50, 6.0, 0.0))


def alone(value: float) -> FloatArray:
    return np.array([value])


def told(values: FloatArray) -> float | None:
    """Return the only value, None where it is not known."""
    (value,) = values.tolist()
    return None if np.isnan(value) else float(value)


def slowest_point(
    lap: LapMotion, entry_m: float, apex_m: float, exit_m: float
) -> tuple[float, float] | None:
    speed_mps, station_m = slowest_points(
        lap, entry_m=alone(entry_m), apex_m=alone(apex_m), exit_m=alone(exit_m), measures=MEASURES
    )
    return None if np.isnan(station_m[0]) else (float(speed_mps[0]), float(station_m[0]))


def trail_brake_time(
    lap: LapMotion, braking_s: tuple[float, float], entry_m: float, exit_m: float
) -> float | None:
    start_m, end_m = lap.station_at(braking_s)
    return told(
        trail_braking.trail_brake_time(
            lap,
            start_m=alone(start_m),
            end_m=alone(end_m),
            entry_m=alone(entry_m),
            exit_m=alone(exit_m),
            measures=MEASURES,
        )
    )


def pickup_station(lap: LapMotion, slowest_m: float, until_m: float) -> float | None:
    found = throttle.pickup_station(
        lap, slowest_m=alone(slowest_m), until_m=alone(until_m), measures=MEASURES
    )
    return told(found)


def commit_station(
    lap: LapMotion, slowest_m: float, until_m: float, ability: Ability = NO_ABILITY
) -> float | None:
    found = throttle.commit_station(
        lap, ability, slowest_m=alone(slowest_m), until_m=alone(until_m), measures=MEASURES
    )
    return told(found)


def coast_time(lap: LapMotion, from_s: float, until_s: float) -> float | None:
    from_m, until_m = lap.station_at((from_s, until_s))
    found = throttle.coast_time(
        lap, from_m=alone(from_m), until_m=alone(until_m), measures=MEASURES
    )
    return told(found)


def parabola(lowest_mps: float, at_s: float, bend: float) -> LapMotion:
    time_s = np.arange(0.0, 8.0, 1.0 / RATE_HZ)
    return lap_of(2.0 * bend * (time_s - at_s), lowest_mps + bend * at_s**2)


def test_slowest_point_of_a_parabola_is_its_vertex() -> None:
    lap = parabola(12.0, 3.987, 1.5)
    found = slowest_point(lap, 20.0, 60.0, 120.0)
    assert found is not None
    assert found[0] == pytest.approx(12.0, abs=0.01)
    assert found[1] == pytest.approx(lap.station_at(3.987), abs=0.05)


def test_trap_20_slower_place_at_the_edge_of_the_zone_is_the_neighbours() -> None:
    """The zone ends in the braking for the next corner: its own least speed is at the apex."""
    dip = 20.0 + 0.004 * (np.arange(0.0, 130.0) - 60.0) ** 2
    dip[90:] = dip[90] - 0.6 * np.arange(dip.size - 90)
    lap = LapMotion(
        time_s=np.append(0.0, np.cumsum(1.0 / dip[:-1])),
        station_m=np.arange(0.0, 130.0),
        speed_mps=dip,
        accel_long_mps2=np.zeros(dip.size),
        accel_lat_mps2=np.zeros(dip.size),
        brake_ratio=None,
        throttle_ratio=None,
        rate_hz=RATE_HZ,
    )
    found = slowest_point(lap, 20.0, 60.0, 125.0)
    assert found is not None
    assert found[1] == pytest.approx(60.0, abs=3.0)
    assert found[0] == pytest.approx(20.0, abs=0.1)


def test_lap_without_fixes_in_a_corner_has_no_slowest_point() -> None:
    lap = corner_lap()
    hidden = replace(lap, accel_long_mps2=np.full(lap.time_s.size, np.nan))
    assert slowest_point(hidden, 20.0, 40.0, 60.0) is None


def test_trail_braking_is_the_time_of_braking_and_turning() -> None:
    lap = corner_lap()
    found = trail_brake_time(lap, (0.0, 3.0), 10.0, 100.0)
    assert found == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("overlap_s", "expected_s"), [(0.12, 0.0), (0.4, 0.4)])
def test_trap_33_trail_braking_is_held(overlap_s: float, expected_s: float) -> None:
    lap = corner_lap()
    lateral = np.where(lap.time_s >= 3.0 - overlap_s, 6.0, 0.0)
    found = trail_brake_time(replace(lap, accel_lat_mps2=lateral), (0.0, 3.0), 10.0, 100.0)
    assert found == pytest.approx(expected_s, abs=0.05)


def test_without_braking_there_is_no_trail_braking() -> None:
    found = trail_brake_time(corner_lap(), (np.nan, np.nan), 0.0, 9.0)
    assert found == 0.0


def test_trail_braking_over_a_dropout_is_not_known() -> None:
    lap = corner_lap()
    hidden = replace(lap, accel_lat_mps2=np.full(lap.time_s.size, np.nan))
    assert trail_brake_time(hidden, (0.0, 3.0), 10.0, 100.0) is None


def test_throttle_by_speed_is_where_the_car_accelerates() -> None:
    lap = corner_lap()
    until_m, slowest_m = float(lap.station_m[-1]), float(lap.station_at(3.0))
    picked_m = pickup_station(lap, slowest_m, until_m)
    committed_m = commit_station(lap, slowest_m, until_m)
    assert picked_m == committed_m == pytest.approx(lap.station_at(4.0), abs=0.7)


def test_commitment_is_measured_by_what_the_car_manages() -> None:
    """1 m/s2 is half-hearted where the car manages 3, and everything where it manages 2."""
    accel = np.concatenate((np.full(50, -4.0), np.full(50, 1.0), np.full(100, 3.0)))
    lap = lap_of(accel, 30.0)
    for manages, expected_s in ((3.0, 4.0), (2.0, 2.0)):
        ability = Ability(speed_mps=np.array([0.0, 60.0]), accel_mps2=np.full(2, manages))
        slowest_m = float(lap.station_at(1.96))
        found = commit_station(lap, slowest_m, float(lap.station_m[-1]), ability)
        assert found == pytest.approx(lap.station_at(expected_s), abs=1.5)


def test_throttle_by_pedal_needs_no_acceleration() -> None:
    lap = corner_lap()
    pedal = np.clip((lap.time_s - 3.4) / 1.0, 0.0, 1.0)
    driven = replace(lap, throttle_ratio=pedal)
    until_m, slowest_m = float(lap.station_m[-1]), float(lap.station_at(3.0))
    picked_m = pickup_station(driven, slowest_m, until_m)
    committed_m = commit_station(driven, slowest_m, until_m)
    assert picked_m == pytest.approx(lap.station_at(3.45), abs=0.7)
    assert committed_m == pytest.approx(lap.station_at(4.2), abs=0.7)


@pytest.mark.parametrize(("held_s", "is_told"), [(0.2, False), (0.5, True)])
def test_trap_33_commitment_by_pedal_is_held(held_s: float, is_told: bool) -> None:
    lap = corner_lap()
    pedal = np.where((lap.time_s >= 4.0) & (lap.time_s < 4.0 + held_s), 1.0, 0.0)
    slowest_m, until_m = float(lap.station_at(3.0)), float(lap.station_m[-1]) - 5.0
    found = commit_station(replace(lap, throttle_ratio=pedal), slowest_m, until_m)
    assert (found is not None) == is_told


def test_throttle_that_never_comes_is_none() -> None:
    lap = lap_of(np.full(150, -1.0), 30.0)
    until_m = float(lap.station_m[-1])
    assert pickup_station(lap, 10.0, until_m) is None


def test_coasting_is_neither_braking_nor_accelerating() -> None:
    lap = corner_lap()
    found = coast_time(lap, 2.5, 5.0)
    assert found == pytest.approx(1.0, abs=0.05)


def test_coasting_with_pedals_is_both_feet_off() -> None:
    lap = corner_lap()
    feet_off = (lap.time_s > 3.0) & (lap.time_s < 3.6)
    driven = replace(
        lap,
        brake_ratio=np.where(lap.time_s <= 3.0, 0.5, 0.0),
        throttle_ratio=np.where(feet_off | (lap.time_s <= 3.0), 0.0, 0.4),
    )
    found = coast_time(driven, 2.5, 5.0)
    assert found == pytest.approx(0.6, abs=0.05)


def test_ability_is_what_nine_samples_in_ten_stay_below() -> None:
    speed = np.full(1000, 22.0)
    found = ability_of(speed, np.linspace(0.0, 5.0, 1000), MEASURES)
    assert found.at(np.array([22.0]))[0] == pytest.approx(4.5, abs=0.02)


def test_ability_of_nothing_is_nothing() -> None:
    nothing = np.full(10, np.nan)
    assert ability_of(nothing, nothing, MEASURES).at(np.array([20.0]))[0] == 0.0
