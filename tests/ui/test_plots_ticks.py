"""Round places and words of the axes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from apexlab_desktop.ui.formatting import MINUS, NO_BREAK_SPACE
from apexlab_desktop.ui.plots.ticks import place_ticks, time_ticks, value_ticks
from apexlab_desktop.units import UnitSystem


def labels(ticks: list[tuple[float, str]]) -> list[str]:
    return [label.replace(NO_BREAK_SPACE, " ") for _, label in ticks]


def test_a_lap_has_ticks_every_half_kilometre() -> None:
    ticks = place_ticks(0.0, 3200.0, 794.0, UnitSystem.METRIC)
    assert [value for value, _ in ticks] == [500.0 * k for k in range(7)]
    assert labels(ticks)[1:4] == ["0.5 km", "1.0 km", "1.5 km"]


def test_a_short_stretch_is_written_in_metres() -> None:
    assert labels(place_ticks(1950.0, 2150.0, 800.0, UnitSystem.METRIC))[:2] == [
        "1,960 m",
        "1,980 m",
    ]


def test_imperial_ticks_are_round_miles_and_feet() -> None:
    miles = place_ticks(0.0, 3218.688, 640.0, UnitSystem.IMPERIAL)
    assert labels(miles) == ["0 mi", "0.5 mi", "1.0 mi", "1.5 mi", "2.0 mi"]
    assert miles[2][0] == pytest.approx(1609.344)
    feet = place_ticks(0.0, 60.96, 640.0, UnitSystem.IMPERIAL)
    assert labels(feet)[1] == "50 ft"


def test_time_ticks_are_clock_times() -> None:
    assert labels(time_ticks(0.0, 80.0, 800.0))[:3] == ["0:00", "0:10", "0:20"]
    assert labels(time_ticks(61.0, 62.0, 800.0))[0] == "1:01.0"


@pytest.mark.parametrize("length_px", [200.0, 640.0, 1500.0])
@pytest.mark.parametrize("span", [0.37, 12.0, 950.0, 21_000.0])
def test_ticks_never_crowd(length_px: float, span: float) -> None:
    for ticks in (
        place_ticks(0.0, span, length_px, UnitSystem.METRIC),
        time_ticks(0, span, length_px),
    ):
        places = [value for value, _ in ticks]
        assert len(places) * 60.0 <= length_px + 90.0
        assert len(set(labels(ticks))) == len(ticks)


def test_delta_ticks_carry_their_sign() -> None:
    ticks = value_ticks(-0.3, 0.6, 125.0, 24.0, 0.5, is_signed=True)
    assert labels(ticks) == [f"{MINUS}0.25", "0", "+0.25", "+0.50"]


def test_acceleration_ticks_are_whole_and_half() -> None:
    ticks = value_ticks(-1.4, 1.4, 125.0, 19.0, 0.5, is_signed=False)
    assert labels(ticks) == [f"{MINUS}1", f"{MINUS}0.5", "0", "0.5", "1"]


@pytest.mark.parametrize(
    ("low", "high", "length_px", "expected"),
    [
        (60.0, 225.0, 210.0, ["100", "150", "200"]),
        (55.0, 190.0, 155.0, ["75", "100", "125", "150", "175"]),
        (40.0, 330.0, 120.0, ["100", "200", "300"]),
        (10.0, 64.0, 155.0, ["20", "40", "60"]),
    ],
)
def test_speed_ticks_are_fifties_or_finer_where_fewer_than_three_fit(
    low: float, high: float, length_px: float, expected: list[str]
) -> None:
    ticks = value_ticks(low, high, length_px, 24.0, 50.0, is_signed=False)
    assert labels(ticks) == expected


@pytest.mark.parametrize("length_px", [46.0, 68.0, 93.0, 125.0, 210.0])
@pytest.mark.parametrize("low", [-1.7, -1.02, -0.4, -0.07])
@pytest.mark.parametrize("high", [0.06, 0.93, 1.04, 3.4])
@pytest.mark.parametrize("usual_step", [0.5, 50.0])
def test_a_scale_has_three_labels_clear_of_its_ends_and_of_each_other(
    length_px: float, low: float, high: float, usual_step: float
) -> None:
    scale = usual_step / 0.5
    ticks = value_ticks(low * scale, high * scale, length_px, 19.0, usual_step, is_signed=False)
    places = [(value / scale - low) / (high - low) * length_px for value, _ in ticks]
    assert all(6.0 - 1e-6 <= px <= length_px - 6.0 + 1e-6 for px in places)
    assert all(b - a >= 13.0 - 1e-6 for a, b in pairwise(places))
    assert len(ticks) >= (3 if length_px >= 93.0 else 1)


def test_labels_stay_apart_where_there_is_no_room_for_two() -> None:
    for value, _ in value_ticks(-0.24, 0.24, 20.0, 24.0, 0.5, is_signed=True):
        assert abs(value) in (0.0, pytest.approx(0.25))
