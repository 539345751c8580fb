from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.lap_pieces import Piece
from apexlab_desktop.analysis.laps import best_lap, judge
from apexlab_desktop.analysis.types import BoundaryReason, Lap, LapKind, Trajectory

CROSSING, EDGE = BoundaryReason.CROSSING, BoundaryReason.RECORDING_EDGE


def _session(*lap_times_s: float, length_m: float = 2000.0) -> tuple[tuple[Piece, ...], Trajectory]:
    """Laps of equal length driven at their own constant speed."""
    bounds_s = np.concatenate(([0.0], np.cumsum(lap_times_s)))
    time_s = np.arange(0.0, bounds_s[-1] + 0.05, 0.1)
    odometer = np.interp(time_s, bounds_s, length_m * np.arange(bounds_s.size))
    zeros = np.zeros(time_s.size)
    trajectory = Trajectory(
        time_s=time_s,
        x_m=odometer,
        y_m=zeros,
        origin_lat_deg=None,
        origin_lon_deg=None,
        speed_mps=np.gradient(odometer, time_s),
        course_rad=zeros,
        accel_long_mps2=zeros,
        accel_lat_mps2=zeros,
        curvature_per_m=zeros,
        odometer_m=odometer,
        segment=zeros.astype(np.int64),
        is_interpolated=np.zeros(time_s.size, np.bool_),
        rate_hz=10.0,
        position_sigma_m=0.5,
    )
    pieces = tuple(
        Piece(
            number=i + 1,
            start_s=float(bounds_s[i]),
            end_s=float(bounds_s[i + 1]),
            start_reason=CROSSING,
            end_reason=CROSSING,
            lap_time_s=float(lap_times_s[i]),
        )
        for i in range(len(lap_times_s))
    )
    return pieces, trajectory


def _with_speed(trajectory: Trajectory, first_s: float, last_s: float, mps: float) -> Trajectory:
    inside = (trajectory.time_s >= first_s) & (trajectory.time_s <= last_s)
    return replace(trajectory, speed_mps=np.where(inside, mps, trajectory.speed_mps))


def test_even_laps_are_all_timed_valid_and_clean() -> None:
    laps = judge(*_session(60.0, 60.2, 59.9, 60.1))
    assert all(lap.kind is LapKind.TIMED and lap.is_valid and lap.is_clean for lap in laps)
    assert [lap.length_m for lap in laps] == pytest.approx([2000.0] * 4, abs=0.5)
    assert best_lap(laps) is laps[2]


def test_on_a_tie_the_earlier_lap_is_best() -> None:
    laps = judge(*_session(60.0, 59.0, 59.0))
    assert best_lap(laps) is laps[1]


def test_a_few_milliseconds_never_make_a_lap_slow() -> None:
    laps = judge(*_session(60.0, 60.0, 60.0, 60.0, 60.001))
    assert all(lap.is_clean for lap in laps)


@pytest.mark.parametrize(("slow_s", "is_slow"), [(61.19, False), (61.21, True)])
def test_slow_begins_two_percent_over_the_median(slow_s: float, *, is_slow: bool) -> None:
    laps = judge(*_session(60.0, 60.0, 60.0, 60.0, 60.0, slow_s))
    assert ("slow" in laps[-1].reasons) == is_slow
    assert laps[-1].is_valid
    assert laps[-1].is_clean != is_slow


def test_of_two_laps_only_one_half_as_long_again_is_slow() -> None:
    assert not judge(*_session(60.0, 70.0))[1].reasons
    assert "slow" in judge(*_session(60.0, 60.0, 95.0))[2].reasons


def test_a_cut_lap_is_invalid() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0, 60.0)
    # The last lap leaves out a tenth of the way.
    cut = np.where(drive.time_s > 200.0, drive.odometer_m - 200.0, drive.odometer_m)
    laps = judge(pieces, replace(drive, odometer_m=cut))
    assert laps[3].reasons == ("length",)
    assert not laps[3].is_valid
    assert laps[0].is_clean


def test_a_lap_with_a_gap_is_timed_but_invalid() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    gap = (drive.time_s > 70.0) & (drive.time_s < 71.2)
    laps = judge(pieces, replace(drive, is_interpolated=gap))
    assert [lap.reasons for lap in laps] == [(), ("gap",), ()]
    assert laps[1].lap_time_s == 60.0
    assert not laps[1].is_valid


def test_a_lap_without_a_single_fix_is_all_gap() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    late = replace(pieces[2], start_s=500.0, end_s=560.0)
    laps = judge((*pieces[:2], late), drive)
    assert laps[2].reasons == ("gap",)
    assert not laps[2].is_valid


def test_fixes_a_second_apart_are_no_gap_at_one_hertz() -> None:
    pieces, drive = _session(60.0, 60.0)
    every = np.arange(0, drive.time_s.size, 10)
    slow = Trajectory(
        **{
            name: getattr(drive, name)[every]
            if isinstance(getattr(drive, name), np.ndarray)
            else getattr(drive, name)
            for name in Trajectory.__slots__
        }
    )
    laps = judge(pieces, replace(slow, rate_hz=1.0))
    assert all(not lap.reasons for lap in laps)


def test_a_stop_of_over_three_seconds_is_told() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    laps = judge(pieces, _with_speed(drive, 90.0, 94.0, 0.5))
    assert laps[1].reasons == ("stopped",)
    assert laps[1].is_valid
    assert not laps[1].is_clean


def test_pit_flag_of_the_file_marks_the_lap() -> None:
    pieces, drive = _session(60.0, 60.0)
    flag = ((drive.time_s > 20) & (drive.time_s < 30)).astype(np.float64)
    laps = judge(pieces, drive, is_on_pit_road=(drive.time_s, flag))
    assert [lap.reasons for lap in laps] == [("pit",), ()]


def test_slow_start_is_an_out_lap_and_slow_end_an_in_lap() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    drive = _with_speed(_with_speed(drive, 0.0, 5.0, 6.0), 175.0, 181.0, 6.0)
    laps = judge(pieces, drive)
    assert [lap.kind for lap in laps] == [LapKind.OUT, LapKind.TIMED, LapKind.IN]
    assert [lap.is_clean for lap in laps] == [False, True, False]


def test_pieces_at_the_edges_are_out_in_or_partial_by_their_speed() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    edges = (
        replace(pieces[0], start_reason=EDGE, lap_time_s=None),
        pieces[1],
        replace(pieces[2], end_reason=EDGE, lap_time_s=None),
    )
    assert [lap.kind for lap in judge(edges, drive)] == [
        LapKind.PARTIAL,
        LapKind.TIMED,
        LapKind.PARTIAL,
    ]
    slow = _with_speed(_with_speed(drive, 0.0, 5.0, 0.0), 178.0, 181.0, 0.0)
    laps = judge(edges, slow)
    assert [lap.kind for lap in laps] == [LapKind.OUT, LapKind.TIMED, LapKind.IN]
    assert [lap.lap_time_s for lap in laps] == [None, 60.0, None]


def test_a_lap_without_a_time_says_which_crossing_it_lacks() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    paused = BoundaryReason.SEGMENT_BREAK
    edges = (
        replace(pieces[0], start_reason=EDGE, lap_time_s=None),
        replace(pieces[1], end_reason=paused, lap_time_s=None),
        replace(pieces[2], start_reason=paused, end_reason=EDGE, lap_time_s=None),
    )
    assert [lap.reasons for lap in judge(edges, drive)] == [
        ("no_start_crossing",),
        ("recording_paused",),
        ("recording_paused", "no_end_crossing"),
    ]
    whole = replace(pieces[0], start_reason=EDGE, end_reason=EDGE, lap_time_s=None)
    assert judge((whole,), drive)[0].reasons == ("incomplete",)


def test_vendor_verdict_and_doubtful_crossing_make_a_lap_invalid() -> None:
    pieces, drive = _session(60.0, 60.0, 60.0)
    judged = judge(
        (
            replace(pieces[0], is_valid_by_vendor=False),
            replace(pieces[1], is_uncertain=True),
            pieces[2],
        ),
        drive,
    )
    assert [lap.reasons for lap in judged] == [("invalid",), ("timing_uncertain",), ()]
    assert [lap.is_valid for lap in judged] == [False, False, True]


def test_laps_without_motion_keep_their_times() -> None:
    pieces, _ = _session(60.0, 59.0)
    laps: tuple[Lap, ...] = judge(pieces, None)
    assert [lap.length_m for lap in laps] == [None, None]
    assert best_lap(laps) is laps[1]


def test_no_clean_lap_is_no_best_lap() -> None:
    assert best_lap(()) is None
