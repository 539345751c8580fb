"""Facts about the receiver's signal, planted and found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import gps_signal
from apexlab_desktop.analysis.types import AnalysedSession, Trajectory
from tests.unit.analysis.drives import drive, oval

SHAPE, LENGTH_M = oval()
SPEED_MPS, RATE_HZ, N_LAPS = 30.0, 10.0, 4


def session() -> AnalysedSession:
    time_s = np.arange(0.0, (N_LAPS * LENGTH_M + 100.0) / SPEED_MPS, 1.0 / RATE_HZ)
    found = drive(SHAPE, LENGTH_M, time_s=time_s, station_m=SPEED_MPS * time_s - 50.0)
    assert found.trajectory is not None
    flat = np.zeros(time_s.size)
    return replace(found, trajectory=replace(found.trajectory, curvature_per_m=flat))


def motion_of(found: AnalysedSession) -> Trajectory:
    assert found.trajectory is not None
    return found.trajectory


def measured(motion: Trajectory, found: AnalysedSession) -> gps_signal.Signal:
    return gps_signal.measure(motion, found.laps)


def test_exact_fixes_have_neither_gaps_nor_noise_nor_drift() -> None:
    found = session()
    signal = measured(motion_of(found), found)
    assert signal.rate_hz == pytest.approx(RATE_HZ)
    assert (signal.missing_ratio, signal.gap_ratio, signal.longest_gap_s) == (0.0, 0.0, 0.0)
    assert signal.noise_m == pytest.approx(0.0, abs=0.02)
    assert signal.drift_m == pytest.approx(0.0, abs=0.02)
    assert signal.speed_ratio == pytest.approx(1.0, abs=1e-3)


def test_white_noise_is_found_at_its_size() -> None:
    found = session()
    motion = motion_of(found)
    rng = np.random.default_rng(4)
    x_m, y_m = (v + rng.normal(0.0, 0.3, v.size) for v in (motion.x_m, motion.y_m))
    signal = measured(replace(motion, x_m=x_m, y_m=y_m), found)
    assert signal.noise_m == pytest.approx(0.3, rel=0.1)
    # 90th percentile of the distance of two normal errors.
    assert signal.scatter_p90_m == pytest.approx(0.3 * np.sqrt(2.0 * np.log(10.0)), rel=0.1)


def test_sideways_offset_of_later_laps_is_their_drift() -> None:
    time_s = np.arange(0.0, (N_LAPS * LENGTH_M + 100.0) / SPEED_MPS, 1.0 / RATE_HZ)
    station_m = SPEED_MPS * time_s - 50.0
    # The second lap and those after it lie 1.5 m to the left, straights and bends alike.
    left_m = 1.5 * np.clip((station_m - LENGTH_M) / 30.0, 0.0, 1.0)
    found = drive(SHAPE, LENGTH_M, time_s=time_s, station_m=station_m, offset_m=left_m)
    flat = np.zeros(time_s.size)
    signal = measured(replace(motion_of(found), curvature_per_m=flat), found)
    assert signal.drift_m == pytest.approx(1.5, abs=0.05)


def test_missing_fixes_and_long_gaps_are_counted_in_time() -> None:
    found = session()
    motion = motion_of(found)
    total_s = float(motion.time_s[-1] - motion.time_s[0])
    filled = (motion.time_s > 20.0) & (motion.time_s < 21.05)
    signal = measured(replace(motion, is_interpolated=filled), found)
    n_missing = int(filled.sum())
    assert signal.longest_gap_s == pytest.approx((n_missing + 1) / RATE_HZ)
    assert signal.missing_ratio == pytest.approx(n_missing / RATE_HZ / total_s)
    assert signal.gap_ratio == pytest.approx((n_missing + 1) / RATE_HZ / total_s)


def test_speed_in_another_unit_shows_in_the_ratio() -> None:
    found = session()
    motion = motion_of(found)
    signal = measured(replace(motion, odometer_m=3.6 * motion.odometer_m), found)
    assert signal.speed_ratio == pytest.approx(3.6, rel=1e-3)


def test_pause_in_the_pits_is_no_gap() -> None:
    found = session()
    motion = motion_of(found)
    late = motion.time_s > 60.0
    signal = measured(replace(motion, time_s=motion.time_s + 600.0 * late), found)
    assert signal.gap_ratio == 0.0


def test_too_little_motion_gives_no_numbers_instead_of_zero() -> None:
    time_s = np.arange(0.0, 3.0, 0.1)
    found = drive(SHAPE, LENGTH_M, time_s=time_s, station_m=1.0 * time_s, laps=[])
    assert found.trajectory is not None
    flat = np.zeros(time_s.size)
    signal = gps_signal.measure(replace(found.trajectory, curvature_per_m=flat), ())
    assert (signal.noise_m, signal.drift_m, signal.speed_ratio) == (None, None, None)
