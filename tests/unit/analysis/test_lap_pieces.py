from __future__ import annotations

import itertools

import numpy as np
import pytest

from apexlab_desktop.analysis.crossings import Crossings
from apexlab_desktop.analysis.lap_pieces import crossing_pieces, declared_pieces
from apexlab_desktop.analysis.types import (
    BoundaryReason,
    DeclaredLap,
    FloatArray,
    RawSession,
    Trajectory,
)

CROSSING, EDGE = BoundaryReason.CROSSING, BoundaryReason.RECORDING_EDGE
BREAK, VENDOR = BoundaryReason.SEGMENT_BREAK, BoundaryReason.VENDOR


def _drive(time_s: FloatArray) -> Trajectory:
    n = time_s.size
    zeros = np.zeros(n)
    return Trajectory(
        time_s=time_s,
        x_m=zeros,
        y_m=zeros,
        origin_lat_deg=None,
        origin_lon_deg=None,
        speed_mps=np.full(n, 30.0),
        course_rad=zeros,
        accel_long_mps2=zeros,
        accel_lat_mps2=zeros,
        curvature_per_m=zeros,
        # The car stands while nothing is recorded.
        odometer_m=30.0 * np.cumsum(np.minimum(np.diff(time_s, prepend=time_s[0]), 0.1)),
        segment=zeros.astype(np.int64),
        is_interpolated=np.zeros(n, np.bool_),
        rate_hz=10.0,
        position_sigma_m=0.5,
    )


def _at(*times_s: float) -> Crossings:
    time_s = np.array(times_s)
    return Crossings(
        time_s=time_s,
        speed_mps=np.full(time_s.size, 40.0),
        odometer_m=30.0 * time_s,
        is_uncertain=np.zeros(time_s.size, np.bool_),
        sigma_s=np.full(time_s.size, 0.01),
    )


def test_pieces_tile_the_session_and_sum_exactly() -> None:
    found = _at(20.1234567, 90.7654321, 160.1111111)
    pieces = crossing_pieces(_drive(np.arange(0, 200, 0.1)), found)
    assert [piece.number for piece in pieces] == [0, 1, 2, 3]
    assert [(p.start_reason, p.end_reason) for p in pieces] == [
        (EDGE, CROSSING),
        (CROSSING, CROSSING),
        (CROSSING, CROSSING),
        (CROSSING, EDGE),
    ]
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(pieces))
    total_us = sum(round(1e6 * p.lap_time_s) for p in pieces if p.lap_time_s is not None)
    assert total_us == round(1e6 * 160.1111111) - round(1e6 * 20.1234567)


def test_first_lap_is_number_one_when_recording_starts_on_the_line() -> None:
    pieces = crossing_pieces(_drive(np.arange(0, 200, 0.1)), _at(0.0, 70.0))
    assert [piece.number for piece in pieces] == [1, 2]


def test_without_a_crossing_all_is_one_piece() -> None:
    pieces = crossing_pieces(_drive(np.arange(0, 50, 0.1)), _at())
    assert [(p.number, p.start_s, p.lap_time_s) for p in pieces] == [(1, 0.0, None)]


def test_a_pause_ends_the_lap_and_the_rest_is_not_part_of_any() -> None:
    time_s = np.concatenate((np.arange(0, 100, 0.1), np.arange(700, 900, 0.1)))
    pieces = crossing_pieces(_drive(time_s), _at(10.0, 80.0, 750.0, 820.0))
    assert [(p.start_reason, p.end_reason) for p in pieces] == [
        (EDGE, CROSSING),
        (CROSSING, CROSSING),
        (CROSSING, BREAK),
        (BREAK, CROSSING),
        (CROSSING, CROSSING),
        (CROSSING, EDGE),
    ]
    assert pieces[2].end_s == pytest.approx(99.9)
    assert pieces[3].start_s == pytest.approx(700.0)


def test_a_fragment_ends_the_lap_however_short_the_pause() -> None:
    pieces = crossing_pieces(_drive(np.arange(0, 100, 0.1)), _at(10.0, 80.0), breaks_s=(40.0,))
    assert [p.lap_time_s for p in pieces] == [None, None, None, None]


def _declared(*bounds: tuple[int, float, float, bool]) -> RawSession:
    return RawSession(
        format="x",
        laps_declared=tuple(
            DeclaredLap(
                number=number,
                start_us=round(start * 1e6),
                end_us=round(end * 1e6),
                is_complete=is_complete,
            )
            for number, start, end, is_complete in bounds
        ),
    )


def test_declared_laps_keep_their_numbers_bounds_and_times() -> None:
    raw = _declared((8, 0.0, 3.985, False), (9, 3.985, 80.314, True), (10, 80.314, 84.28, False))
    pieces = declared_pieces(raw, _drive(np.arange(0, 84.3, 0.04)))
    assert [(p.number, p.lap_time_s) for p in pieces] == [
        (8, None),
        (9, pytest.approx(76.329)),
        (10, None),
    ]
    assert [(p.start_reason, p.end_reason) for p in pieces] == [
        (EDGE, VENDOR),
        (VENDOR, VENDOR),
        (VENDOR, EDGE),
    ]


def test_drive_before_and_after_the_declared_laps_is_kept() -> None:
    raw = _declared((1, 100.0, 170.0, True), (2, 170.0, 240.0, True))
    pieces = declared_pieces(raw, _drive(np.arange(0, 300, 0.1)))
    assert [(p.number, p.start_reason, p.end_reason) for p in pieces] == [
        (0, EDGE, VENDOR),
        (1, VENDOR, VENDOR),
        (2, VENDOR, VENDOR),
        (3, VENDOR, EDGE),
    ]


def test_lap_time_of_the_vendor_wins_over_its_bounds() -> None:
    lap = DeclaredLap(number=3, start_us=0, end_us=60_016_000, is_complete=True, lap_time_s=60.0079)
    pieces = declared_pieces(RawSession(format="x", laps_declared=(lap,)), None)
    assert pieces[0].lap_time_s == 60.0079


def test_declared_laps_without_length_are_left_out() -> None:
    assert declared_pieces(_declared((1, 5.0, 5.0, True)), None) == ()
