"""Pedals that are none, and laps on their own fixes."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES
from apexlab_desktop.analysis.lap_motion import median_of_laps
from apexlab_desktop.analysis.pedals import pedals_of
from apexlab_desktop.analysis.types import ComparedLap, Comparison, FloatArray
from tests.unit.analysis.drives import drive, oval, steady, timed_lap

N = 1000


def compared(**channels: FloatArray) -> Comparison:
    nothing = np.zeros(N)
    lap = ComparedLap(
        label="1",
        lap=timed_lap(1, 0.0, 60.0),
        gap_s=0.0,
        time_s=np.linspace(0.0, 60.0, N),
        delta_t_s=nothing,
        delta_t_sigma_s=nothing,
        channels=channels,
    )
    return Comparison(
        reference_index=0,
        distance_m=np.linspace(0.0, 0.7 * (N - 1), N),
        line=None,
        laps=(lap,),
        closure_error_s=0.0,
    )


def pedals(**channels: FloatArray) -> dict[str, str]:
    """Return the pedals believed, with their channel."""
    shape, length_m = oval()
    time_s, station_m = steady(length_m, 1.0, 30.0, 25.0)
    session = drive(shape, length_m, time_s=time_s, station_m=station_m)
    found = pedals_of(session, compared(**channels), DEFAULT_CORNER_MEASURES)
    return {key: pedal.name for key, pedal in found.items()}


USE = np.clip(np.sin(np.linspace(0.0, 40.0, N)), 0.0, 1.0)
FASTER = np.where(USE > 0.0, 3.0, -4.0)


def test_pedals_that_move_the_car_are_believed() -> None:
    found = pedals(throttle_ratio=USE, brake_ratio=1.0 - USE, accel_long_mps2=FASTER)
    assert found == {"brake": "brake_ratio", "throttle": "throttle_ratio"}


def test_throttle_by_obd_may_rest_at_a_seventh() -> None:
    found = pedals(throttle_ratio=0.14 + 0.72 * USE, accel_long_mps2=FASTER)
    assert found == {"throttle": "throttle_ratio"}


@pytest.mark.parametrize(
    "reading",
    [0.79 + 0.16 * USE, np.full(N, 0.5), 0.1 * USE],
    ids=["never closed", "constant", "hardly moves"],
)
def test_channel_that_is_no_pedal_is_not_believed(reading: FloatArray) -> None:
    assert pedals(accelerator_ratio=reading, accel_long_mps2=FASTER) == {}


def test_channel_that_makes_no_difference_is_no_pedal() -> None:
    at_random = np.where(np.arange(N) % 7 < 3, 3.0, -4.0)
    assert pedals(accelerator_ratio=USE, accel_long_mps2=at_random) == {}


def test_other_channel_is_asked_where_the_first_is_no_pedal() -> None:
    found = pedals(accelerator_ratio=0.79 + 0.16 * USE, throttle_ratio=USE, accel_long_mps2=FASTER)
    assert found == {"throttle": "throttle_ratio"}


def test_brake_pressure_has_any_unit() -> None:
    pressure_pa = 4e6 * (1.0 - USE)
    assert pedals(brake_pressure_pa=pressure_pa, accel_long_mps2=FASTER) == {
        "brake": "brake_pressure_pa"
    }


def test_median_of_laps_leaves_out_what_is_not_known() -> None:
    rows = [np.array([1.0, np.nan, np.nan]), np.array([3.0, 5.0, np.nan])]
    assert median_of_laps(rows) == pytest.approx([2.0, 5.0, np.nan], nan_ok=True)
