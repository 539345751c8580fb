"""Places between slow fixes follow the speed, not a straight line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.analysis.lap_span import LapSpan, bump_m
from apexlab_desktop.analysis.projection import Projection
from apexlab_desktop.analysis.stations import Stations, stations_of

BRAKE_MPS2 = 10.0


def braking_m(time_s: np.typing.ArrayLike) -> np.typing.NDArray[np.float64]:
    """Return the way of a car that brakes from 60 m/s, in closed form [m]."""
    t = np.asarray(time_s, dtype=np.float64)
    return 60.0 * t - 0.5 * BRAKE_MPS2 * t**2


def braking(rate_hz: float, scale: float = 1.0) -> tuple[Stations, LapSpan]:
    """Return its stations on a line that is longer than the way by `scale`."""
    time_s = np.arange(0.0, 4.0 + 1e-9, 1.0 / rate_hz)
    n = time_s.size
    span = LapSpan(
        time_s=time_s,
        x_m=braking_m(time_s),
        y_m=np.zeros(n),
        course_rad=np.zeros(n),
        driven_m=braking_m(time_s),
        speed_mps=60.0 - BRAKE_MPS2 * time_s,
        start=0,
        end=n - 1,
    )
    bent_m = scale * span.driven_m
    places = Projection(
        station_m=bent_m,
        offset_m=np.linspace(0.0, 1.0, n),
        stretch=np.ones(n),
        is_valid=np.ones(n, dtype=np.bool_),
    )
    return stations_of(span, places, bent_m, np.zeros(n), DEFAULT_CONFIG), span


@pytest.mark.parametrize("scale", [1.0, 0.97])
def test_braking_between_slow_fixes_is_exact(scale: float) -> None:
    found, _ = braking(1.0, scale)
    assert found.time_s.size == 41
    assert found.bent_m == pytest.approx(scale * braking_m(found.time_s), abs=1e-9)
    assert found.offset_m == pytest.approx(found.time_s / 4.0)
    assert (found.start, found.end) == (0, 40)


def test_quick_fixes_are_left_alone() -> None:
    found, span = braking(10.0)
    assert found.time_s is span.time_s


def test_nothing_is_put_into_a_dropout() -> None:
    _, span = braking(1.0)
    far = replace(span, time_s=np.array([0.0, 1.0, 2.0, 30.0, 31.0]))
    n = far.time_s.size
    places = Projection(
        station_m=far.driven_m,
        offset_m=np.zeros(n),
        stretch=np.ones(n),
        is_valid=np.ones(n, dtype=np.bool_),
    )
    found = stations_of(far, places, far.driven_m, np.zeros(n), DEFAULT_CONFIG)
    assert not np.any((found.time_s > 2.0) & (found.time_s < 30.0))
    assert found.time_s[found.end] == 31.0


def test_unknown_offset_spreads_to_no_sample_that_is_known() -> None:
    _, span = braking(1.0)
    offset_m = np.array([0.0, np.nan, 2.0, 3.0, 4.0])
    places = Projection(
        station_m=span.driven_m,
        offset_m=offset_m,
        stretch=np.ones(5),
        is_valid=np.isfinite(offset_m),
    )
    found = stations_of(span, places, span.driven_m, np.zeros(5), DEFAULT_CONFIG)
    assert found.offset_m[[0, 20, 30, 40]].tolist() == [0.0, 2.0, 3.0, 4.0]
    assert np.isnan(found.offset_m[1:20]).all()


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_bump_is_what_braking_adds_to_a_straight_line(share: float) -> None:
    step_m = float(braking_m(2.0))
    found = bump_m(share, 2.0, step_m, (60.0, 40.0))
    assert float(found) == pytest.approx(float(braking_m(2.0 * share)) - share * step_m)
