from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.latency import estimate
from apexlab_desktop.analysis.types import FloatArray


def _true_speed(time_s: FloatArray) -> FloatArray:
    """Laps of irregular braking and accelerating; no period fits into the search range."""
    rng = np.random.default_rng(8)
    knots_s = np.cumsum(rng.uniform(2.0, 7.0, 200))
    speeds = rng.uniform(15.0, 50.0, knots_s.size)
    return np.interp(time_s, knots_s, speeds)


@pytest.mark.parametrize("lag_s", [-0.4, -0.1, 0.0, 0.2, 0.35, 0.8])
@pytest.mark.parametrize(
    ("obd_hz", "gps_hz", "tolerance_s"), [(10.0, 25.0, 0.020), (5.0, 10.0, 0.060)]
)
def test_known_lag_is_recovered(
    lag_s: float, obd_hz: float, gps_hz: float, tolerance_s: float
) -> None:
    gps_s = np.arange(0.0, 300.0, 1 / gps_hz)
    obd_s = np.arange(0.03, 300.0, 1 / obd_hz)
    rng = np.random.default_rng(1)
    gps = _true_speed(gps_s) + rng.normal(0.0, 0.05, gps_s.size)
    obd = np.floor(_true_speed(obd_s - lag_s) * 3.6) / 3.6
    found = estimate(gps_s, gps, obd_s, obd)
    assert found is not None
    assert found.is_accepted
    assert found.lag_s == pytest.approx(lag_s, abs=tolerance_s)


def test_unrelated_speeds_are_not_aligned() -> None:
    time_s = np.arange(0.0, 200.0, 0.1)
    rng = np.random.default_rng(2)
    other = 20.0 + np.cumsum(rng.normal(0.0, 0.2, time_s.size))
    found = estimate(time_s, _true_speed(time_s), time_s, other)
    assert found is not None
    assert not found.is_accepted


def test_a_constant_or_short_speed_gives_nothing() -> None:
    time_s = np.arange(0.0, 60.0, 0.1)
    assert estimate(time_s, np.full(600, 9.0), time_s, np.full(600, 9.0)) is None
    assert estimate(time_s, time_s, time_s[:50], time_s[:50]) is None
    assert estimate(time_s, time_s, np.zeros(0), np.zeros(0)) is None
