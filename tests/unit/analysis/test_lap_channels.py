"""The channels of a lap at the places of a comparison."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import lap_channels, reference_line
from apexlab_desktop.analysis.distance import lap_trace
from apexlab_desktop.analysis.lap_span import Placement
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    ChannelKind,
    FloatArray,
)
from tests.unit.analysis.drives import drive, oval

SHAPE, LENGTH_M = oval()
SPEED_MPS = 30.0
IN_PLACE = Placement()


def session(*groups: ChannelGroup) -> AnalysedSession:
    time_s = np.arange(0.0, (2 * LENGTH_M + 100.0) / SPEED_MPS, 0.04)
    found = drive(SHAPE, LENGTH_M, time_s=time_s, station_m=SPEED_MPS * time_s - 50.0)
    return replace(found, raw=replace(found.raw, groups=groups))


def group(
    name: str, time_s: FloatArray, values: FloatArray, channel: str = "throttle_ratio"
) -> ChannelGroup:
    kind = ChannelKind.STEPPED if channel == "gear" else ChannelKind.CONTINUOUS
    return ChannelGroup(
        name=name,
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        channels=(Channel(name=channel, values=values, kind=kind),),
    )


def on_lap(
    found: AnalysedSession,
    placement: Placement = IN_PLACE,
    lags: dict[str, float] | None = None,
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return session times of the places of the second lap, and its channels there."""
    line = reference_line.build(found.trajectory, found.laps)
    assert line is not None
    trace = lap_trace(found, found.laps[1], line)
    at_s = np.interp(line.station_m, trace.station_m, trace.session_time_s)
    channels = lap_channels.on_stations(found, trace, line.station_m, placement, lags or {})
    return at_s, channels


TIME_S = np.arange(0.0, 85.0, 0.1)


def test_motion_is_always_there_and_pedals_only_where_recorded() -> None:
    _, channels = on_lap(session())
    assert set(channels) == {*lap_channels.MOTION_CHANNELS, "lateral_offset_m"}
    assert channels["speed_mps"] == pytest.approx(SPEED_MPS, rel=0.01)


def test_continuous_channel_is_interpolated_on_its_own_time() -> None:
    at_s, channels = on_lap(session(group("obd", TIME_S, TIME_S / 100.0)))
    assert channels["throttle_ratio"] == pytest.approx(at_s / 100.0, abs=1e-4)


def test_gear_is_held_whatever_the_file_calls_its_kind() -> None:
    gears = np.where(TIME_S % 2.0 < 1.0, 3.0, 4.0)
    _, channels = on_lap(session(group("obd", TIME_S, gears, "gear")))
    assert set(np.unique(channels["gear"])) == {3.0, 4.0}


def test_lag_of_a_group_is_taken_out() -> None:
    late = group("obd", TIME_S, (TIME_S - 0.4) / 100.0)
    at_s, channels = on_lap(session(late), lags={"obd": 0.4})
    assert channels["throttle_ratio"] == pytest.approx(at_s / 100.0, abs=1e-4)


def test_denser_channel_of_the_same_name_is_taken() -> None:
    slow = group("slow", TIME_S[::20], np.zeros(TIME_S[::20].size))
    dense = group("dense", TIME_S, np.ones(TIME_S.size))
    for groups in ((slow, dense), (dense, slow)):
        assert on_lap(session(*groups))[1]["throttle_ratio"] == pytest.approx(1.0)


def test_gap_of_a_channel_stays_one_and_a_lap_without_it_lacks_it() -> None:
    with_gap = TIME_S[(TIME_S < 55.0) | (TIME_S > 57.0)]
    at_s, channels = on_lap(session(group("obd", with_gap, np.ones(with_gap.size))))
    inside = (at_s > 55.1) & (at_s < 56.9)
    assert np.isnan(channels["throttle_ratio"][inside]).all()
    early = TIME_S[TIME_S < 20.0]
    assert "throttle_ratio" not in on_lap(session(group("obd", early, np.ones(early.size))))[1]


def test_positions_are_those_of_the_placement() -> None:
    found = session()
    _, there = on_lap(found)
    _, moved = on_lap(found, Placement(shift_x_m=2.0, shift_y_m=-1.0))
    assert moved["x_m"] - there["x_m"] == pytest.approx(2.0)
    assert moved["y_m"] - there["y_m"] == pytest.approx(-1.0)


def test_channels_cannot_be_written() -> None:
    _, channels = on_lap(session(group("obd", TIME_S, np.ones(TIME_S.size))))
    assert not any(values.flags.writeable for values in channels.values())
