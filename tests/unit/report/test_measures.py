from __future__ import annotations

import math

import pytest

from apexlab_desktop.formatting import DASH
from apexlab_desktop.report.measures import measures_of
from apexlab_desktop.units import UnitSystem

METRIC, IMPERIAL = measures_of(UnitSystem.METRIC), measures_of(UnitSystem.IMPERIAL)


def test_speed_is_whole_and_carries_its_unit() -> None:
    assert METRIC.speed(50.0) == "180\u00a0km/h"
    # 1 mile is 1609.344 m: 44.704 m/s are 100 mph.
    assert IMPERIAL.speed(44.704) == "100\u00a0mph"


def test_a_length_has_a_thousands_separator() -> None:
    assert METRIC.length(3_195.4) == "3,195\u00a0m"
    # 1 foot is 0.3048 m.
    assert IMPERIAL.length(3_048.0) == "10,000\u00a0ft"


@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_what_is_unknown_is_a_dash_and_never_zero(unknown: float | None) -> None:
    assert METRIC.speed(unknown) == DASH
    assert METRIC.length(unknown) == DASH
