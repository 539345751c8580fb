from __future__ import annotations

import math

import pytest

from apexlab_desktop.formatting import plain, signed
from apexlab_desktop.report.scales import distance_axis, round_step, value_axis


@pytest.mark.parametrize(
    ("span", "n_steps", "step"),
    [(100.0, 4, 25.0), (101.0, 4, 50.0), (4.0, 4, 1.0), (0.041, 4, 0.02), (3.2, 7, 0.5)],
)
def test_a_step_is_round_and_the_smallest_that_fits(span: float, n_steps: int, step: float) -> None:
    assert math.isclose(round_step(span, n_steps), step)


def test_a_value_axis_holds_its_data_with_room() -> None:
    axis = value_axis(80.0, 208.0, label=plain, least=10.0)
    assert axis.low < 80.0
    assert axis.high > 208.0
    assert [tick.label for tick in axis.ticks] == ["100", "150", "200"]


def test_ticks_stand_at_their_values() -> None:
    axis = value_axis(-1.3, 0.9, label=signed, least=0.1)
    values = [axis.low + tick.place * axis.span for tick in axis.ticks]
    assert [signed(value, 0) for value in values] == ["\u22121", "0", "+1"]
    assert axis.zero is not None
    assert math.isclose(axis.low + axis.zero * axis.span, 0.0, abs_tol=1e-12)


def test_a_constant_gets_an_axis_of_the_least_length() -> None:
    axis = value_axis(5.0, 5.0, label=plain, least=10.0)
    assert axis.span >= 10.0
    assert axis.zero is None or 0.0 <= axis.zero <= 1.0


def test_a_distance_axis_ends_with_the_lap_and_does_not_label_its_start() -> None:
    axis = distance_axis(3.2, "km")
    assert axis.high == 3.2
    assert [tick.label for tick in axis.ticks] == [
        f"{value:.1f} km" for value in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
    ]


@pytest.mark.parametrize("length", [0.03, 0.4, 1.99, 20.832, 4_000.0])
def test_any_length_gives_a_handful_of_ticks(length: float) -> None:
    assert 3 <= len(distance_axis(length, "km").ticks) <= 7
