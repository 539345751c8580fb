"""Fading tyres and brakes: found where they are, not where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_results import CornerPass
from apexlab_desktop.analysis.degradation import (
    Fuel,
    Severity,
    TimedLap,
    Trend,
    severity_of,
    stint_trend,
    stints,
)


def driven(times: list[float], gap_s: float = 0.0) -> list[TimedLap]:
    laps = []
    start = 100.0
    for number, time_s in enumerate(times, 1):
        laps.append(TimedLap(number=number, start_s=start, end_s=start + time_s, time_s=time_s))
        start += time_s + gap_s
    return laps


def corner_passes(
    speed_per_lap: float, n: int, corners: int = 4, seed: int = 1
) -> list[CornerPass]:
    rng = np.random.default_rng(seed)
    return [
        CornerPass(
            corner_id=f"c{c}",
            lap_number=k,
            min_speed_mps=20.0 + speed_per_lap * k + rng.normal(0.0, 0.05),
            peak_brake_mps2=-9.0 + rng.normal(0.0, 0.05),
        )
        for k in range(1, n + 1)
        for c in range(corners)
    ]


def test_a_long_stop_begins_a_new_stint() -> None:
    laps = [*driven([90.0] * 3), TimedLap(number=4, start_s=800.0, end_s=890.0, time_s=90.0)]
    assert [len(stint) for stint in stints(laps)] == [3, 1]


def test_wear_and_fuel_are_told_apart_within_0_03() -> None:
    """0.08 s of wear a lap; 2.5 kg of fuel a lap hide 0.04 s of it on a car of 1100 kg."""
    rng = np.random.default_rng(5)
    hidden = 0.2 * 90.0 * 2.5 / 1100.0
    laps = driven([90.0 + (0.08 - hidden) * k + rng.normal(0.0, 0.05) for k in range(20)])
    found = stint_trend(laps, [], Fuel(per_lap_kg=2.5, car_kg=1100.0))
    assert found.age_s_per_lap == pytest.approx(0.08, abs=0.03)
    assert found.age_low_s_per_lap is not None
    assert found.age_high_s_per_lap is not None
    assert found.age_low_s_per_lap <= 0.08 <= found.age_high_s_per_lap
    assert found.trend is Trend.FADING


def test_no_wear_is_seldom_called_wear() -> None:
    rng = np.random.default_rng(6)
    false = 0
    for _ in range(200):
        times = (90.0 + rng.normal(0.0, 0.2, 12)).tolist()
        found = stint_trend(driven(times), [])
        false += found.trend is Trend.FADING
    assert false / 200 <= 0.05


def test_one_lap_of_traffic_changes_nothing() -> None:
    times = [90.0 + 0.08 * k for k in range(14)]
    spoilt = list(times)
    spoilt[7] += 6.0
    one, other = (stint_trend(driven(t), []) for t in (times, spoilt))
    assert one.age_s_per_lap is not None
    assert other.age_s_per_lap is not None
    assert abs(one.age_s_per_lap - other.age_s_per_lap) < 0.01


def test_five_laps_say_nothing() -> None:
    found = stint_trend(driven([90.0] * 6), [])
    assert not found.has_sufficient_data
    assert found.trend is Trend.NONE
    assert found.reasons == ("a trend needs 6 clean laps in one stint, there are 5",)


def test_tyres_that_fade_are_seen_in_the_corners() -> None:
    found = stint_trend(driven([90.0] * 14), corner_passes(-0.15, 14))
    assert found.tyres_fade
    assert not found.brakes_fade


def test_tyres_that_get_better_are_told_too() -> None:
    found = stint_trend(driven([90.0] * 14), corner_passes(0.25, 14))
    trends = {c.trend for c in found.corners if c.measure == "min_speed"}
    assert trends == {Trend.IMPROVING}
    assert not found.tyres_fade


def test_steady_corners_do_not_fade() -> None:
    assert not stint_trend(driven([90.0] * 14), corner_passes(0.0, 14)).tyres_fade


@pytest.mark.parametrize(
    ("times", "severity"),
    [
        (1.9, Severity.MILD),
        (2.0, Severity.MODERATE),
        (2.9, Severity.MODERATE),
        (3.0, Severity.SEVERE),
    ],
)
def test_trap_33_severity_on_both_sides_of_its_bounds(times: float, severity: Severity) -> None:
    assert severity_of(times) is severity


def test_unknown_fuel_is_said() -> None:
    found = stint_trend(driven([90.0] * 10), [])
    assert "the fuel is not known: less of it hides part of the wear" in found.reasons
