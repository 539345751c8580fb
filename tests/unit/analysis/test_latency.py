from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.latency import channel_lags, estimate, speed_scale
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    FloatArray,
    Trajectory,
)
from tests.unit.analysis.drives import session_of


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


def _session(scale: float, lag_s: float) -> tuple[AnalysedSession, ChannelGroup]:
    """Return a drive along a line, and a speedometer in whole km/h that reads too much, late."""
    time_s = np.arange(0.0, 300.0, 0.04)
    speed = _true_speed(time_s)
    nothing = np.full(time_s.size, np.nan)
    motion = Trajectory(
        time_s=time_s,
        x_m=np.cumsum(speed) * 0.04,
        y_m=np.zeros(time_s.size),
        origin_lat_deg=50.0,
        origin_lon_deg=8.0,
        speed_mps=speed,
        course_rad=np.zeros(time_s.size),
        accel_long_mps2=np.gradient(speed, time_s),
        accel_lat_mps2=nothing,
        curvature_per_m=nothing,
        odometer_m=np.cumsum(speed) * 0.04,
        segment=np.zeros(time_s.size, dtype=np.int64),
        is_interpolated=np.zeros(time_s.size, dtype=np.bool_),
        rate_hz=25.0,
        position_sigma_m=0.8,
    )
    obd_s = np.arange(1.0, 299.0, 0.2)
    shown = np.rint(3.6 * scale * _true_speed(obd_s - lag_s)) / 3.6
    group = ChannelGroup(
        name="obd",
        time_us=np.rint(obd_s * 1e6).astype(np.int64),
        channels=(Channel(name="speed_mps", source="obd", values=shown),),
    )
    return session_of(motion, [], (group,)), group


@pytest.mark.parametrize("scale", [0.97, 1.0, 1.03])
def test_scale_of_a_speedometer_is_found(scale: float) -> None:
    session, group = _session(scale, 0.3)
    lags = channel_lags(session)
    assert lags["obd"] == pytest.approx(0.3, abs=0.06)
    assert speed_scale(session, group, lags["obd"]) == pytest.approx(scale, abs=0.003)


def test_scale_of_a_short_or_absent_speed_is_unknown() -> None:
    session, group = _session(1.0, 0.0)
    short = replace(group, time_us=group.time_us[:40], channels=(_first(group, 40),))
    assert speed_scale(session, short, 0.0) is None
    assert speed_scale(session, replace(group, channels=()), 0.0) is None
    assert speed_scale(replace(session, trajectory=None), group, 0.0) is None


def _first(group: ChannelGroup, n: int) -> Channel:
    return replace(group.channels[0], values=group.channels[0].values[:n])


def test_channels_of_the_receiver_itself_are_not_late() -> None:
    session, group = _session(1.0, 0.3)
    own = replace(group, channels=(replace(group.channels[0], source="gps"),))
    assert channel_lags(replace(session, raw=replace(session.raw, groups=(own,)))) == {}
    assert channel_lags(replace(session, trajectory=None)) == {}
