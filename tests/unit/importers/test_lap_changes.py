"""Lap boundaries between ordinary rows, on a drive whose crossings are known in closed form."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop.analysis.types import Channel, ChannelGroup, DeclaredLap, Notice
from apexlab_desktop.importers.lap_changes import crossings_between_rows

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

RADIUS_M = 300.0
SPEED_MPS = 31.0
SWING_MPS = 6.0
SWING_PER_S = 0.11
FIRST_CROSSING_S = 6.0137
N_LAPS = 5
METRES_PER_DEGREE = 111_195.0


def way_m(time_s: FloatArray) -> FloatArray:
    """Return the way from the line: v = 31 + 6 cos(0.11 t), integrated."""
    swing = SWING_MPS / SWING_PER_S * np.sin(SWING_PER_S * time_s)
    start = FIRST_CROSSING_S
    offset = SPEED_MPS * start + SWING_MPS / SWING_PER_S * np.sin(SWING_PER_S * start)
    driven: FloatArray = SPEED_MPS * time_s + swing - offset
    return driven


def crossings_s() -> FloatArray:
    fine_s = np.arange(0.0, 400.0, 1e-3)
    lap_m = 2.0 * np.pi * RADIUS_M
    crossed: FloatArray = np.interp(lap_m * np.arange(N_LAPS + 1), way_m(fine_s), fine_s)
    return crossed


def receiver(rate_hz: float, noise_m: float) -> ChannelGroup:
    time_us = np.arange(0, int((crossings_s()[-1] + 5.0) * 1e6), int(1e6 / rate_hz))
    angle = way_m(time_us / 1e6) / RADIUS_M
    random = np.random.default_rng(4)
    east_m = RADIUS_M * np.cos(angle) + random.normal(0.0, noise_m, angle.size)
    north_m = RADIUS_M * np.sin(angle) + random.normal(0.0, noise_m, angle.size)
    speed = SPEED_MPS + SWING_MPS * np.cos(SWING_PER_S * time_us / 1e6)
    lon = 11.0 + east_m / (METRES_PER_DEGREE * np.cos(np.radians(48.0)))
    columns = {"lat_deg": 48.0 + north_m / METRES_PER_DEGREE, "lon_deg": lon, "speed_mps": speed}
    return ChannelGroup(
        name="100: gps",
        time_us=time_us,
        rate_hz=rate_hz,
        channels=tuple(Channel(name=name, values=values) for name, values in columns.items()),
    )


def moved(
    gps: ChannelGroup,
    rows_us: IntArray,
    n_laps: int = N_LAPS,
    others: tuple[ChannelGroup, ...] = (),
) -> tuple[list[DeclaredLap], tuple[Notice, ...]]:
    """Return the laps when each number changes at the first row at or after its crossing."""
    at_us = np.rint(crossings_s() * 1e6).astype(np.int64)
    changes_us = rows_us[np.searchsorted(rows_us, at_us)].tolist()
    declared = [
        DeclaredLap(number=k + 1, start_us=start, end_us=end, is_complete=True)
        for k, (start, end) in enumerate(itertools.pairwise(changes_us))
    ]
    laps, notices = crossings_between_rows(declared, rows_us, (gps, *others))
    return list(laps), notices


def errors_s(laps: list[DeclaredLap]) -> FloatArray:
    times_s = np.array([lap.end_us - lap.start_us for lap in laps]) / 1e6
    return np.abs(times_s - np.diff(crossings_s())[: times_s.size])


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 25.0])
@pytest.mark.parametrize(("noise_m", "most_s"), [(0.0, 2e-3), (0.01, 2e-3), (0.05, 5e-3)])
def test_laps_between_ordinary_rows_are_timed_to_milliseconds(
    rate_hz: float, noise_m: float, most_s: float
) -> None:
    gps = receiver(rate_hz, noise_m)
    laps, notices = moved(gps, gps.time_us)
    assert errors_s(laps).max() <= most_s
    assert [n.code for n in notices] == ["lap_boundaries_interpolated"]
    assert notices[0].count == N_LAPS + 1


def test_a_receiver_at_1_hz_gives_laps_to_hundredths() -> None:
    gps = receiver(1.0, 0.0)
    laps, _ = moved(gps, gps.time_us)
    # Rows are 31 m apart; the number of the rows alone is off by up to a second.
    assert errors_s(laps).max() <= 0.02


def test_neighbouring_laps_stay_joined() -> None:
    gps = receiver(25.0, 0.01)
    laps, _ = moved(gps, gps.time_us)
    assert all(a.end_us == b.start_us for a, b in itertools.pairwise(laps))


def test_rows_made_at_the_line_are_kept_to_the_microsecond() -> None:
    gps = receiver(25.0, 0.0)
    at_us = np.rint(crossings_s() * 1e3).astype(np.int64) * 1_000
    rows_us = np.union1d(gps.time_us, at_us)
    declared = [
        DeclaredLap(number=k + 1, start_us=start, end_us=end, is_complete=True)
        for k, (start, end) in enumerate(itertools.pairwise(at_us.tolist()))
    ]
    laps, notices = crossings_between_rows(declared, rows_us, (gps,))
    assert list(laps) == declared
    assert notices == ()


def test_a_change_at_a_row_of_a_regular_sensor_is_an_ordinary_one() -> None:
    gps = receiver(25.0, 0.0)
    sensor_us = np.arange(3_700, int(gps.time_us[-1]), 10_000)
    sensor = ChannelGroup(name="200: canbus", time_us=sensor_us, channels=(), rate_hz=100.0)
    laps, notices = moved(gps, np.union1d(gps.time_us, sensor_us), others=(sensor,))
    assert errors_s(laps).max() <= 1e-3
    assert [n.code for n in notices] == ["lap_boundaries_interpolated"]


def test_laps_that_change_at_different_places_end_between_two_rows() -> None:
    gps = receiver(25.0, 0.0)
    rows = gps.time_us[[150, 1_100, 2_300]]
    declared = [
        DeclaredLap(number=k + 1, start_us=int(start), end_us=int(end), is_complete=True)
        for k, (start, end) in enumerate(itertools.pairwise(rows.tolist()))
    ]
    laps, notices = crossings_between_rows(declared, gps.time_us, (gps,))
    assert [lap.start_us for lap in laps] == [int(rows[0]) - 20_000, int(rows[1]) - 20_000]
    assert [n.code for n in notices] == ["lap_boundaries_between_rows"]


def test_a_lap_at_the_edge_of_the_recording_is_left_alone() -> None:
    gps = receiver(25.0, 0.0)
    edge = DeclaredLap(
        number=1,
        start_us=0,
        end_us=int(gps.time_us[-1]),
        is_complete=False,
        reason="recording_edge",
    )
    assert crossings_between_rows([edge], gps.time_us, (gps,)) == ((edge,), ())
