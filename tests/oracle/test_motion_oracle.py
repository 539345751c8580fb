"""Accelerations and repairs against the generator's truth (algorithms.md 1.4 and 2.4)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from apexlab_desktop.analysis import trajectory
from apexlab_desktop.analysis.types import FloatArray, Trajectory
from apexlab_desktop.synth.sensors import NOISES, Noise
from apexlab_desktop.synth.session import SyntheticSession, generate
from tests.oracle.synth_raw import raw_session, synthetic

G = 9.80665
TRACKS = ("club-short", "grand-circuit")


def _drive(made: SyntheticSession) -> Trajectory:
    drive, _ = trajectory.build(raw_session(made))
    assert drive is not None
    return drive


def _low_passed(made: SyntheticSession, values: FloatArray, width_s: float) -> FloatArray:
    """Truth averaged as a quadratic fit over `width_s` does, by an independent filter."""
    signal = pytest.importorskip("scipy.signal")
    step_s = float(made.truth.time_s[1])
    n_window = 2 * round(width_s / step_s / 2) + 1
    # A quadratic has the slope of the line through the window: weights t / sum t^2.
    offset = np.arange(n_window) - n_window // 2
    weights = np.cumsum(-offset[::-1])[:-1].astype(np.float64)
    return np.asarray(signal.fftconvolve(values, weights / weights.sum(), mode="same"))


@pytest.mark.parametrize("track", TRACKS)
@pytest.mark.parametrize("rate_hz", [10.0, 25.0])
def test_accelerations_are_within_three_hundredths_of_g(track: str, rate_hz: float) -> None:
    made = synthetic(track, 4, rate_hz, 1, "consumer")
    drive = _drive(made)
    width_s = max(0.5, 5.0 / rate_hz)
    inside = drive.speed_mps > 10.0
    for got, true in (
        (drive.accel_long_mps2, made.truth.accel_long_mps2),
        (drive.accel_lat_mps2, made.truth.accel_lat_mps2),
    ):
        wanted = np.interp(drive.time_s, made.truth.time_s, _low_passed(made, true, width_s))
        error = (got - wanted)[inside]
        assert np.sqrt(np.nanmean(error**2)) <= 0.03 * G


@pytest.mark.parametrize("track", TRACKS)
def test_peak_lateral_acceleration_is_within_three_percent(track: str) -> None:
    made = synthetic(track, 4, 25.0, 1, "consumer")
    drive = _drive(made)
    true = np.interp(drive.time_s, made.truth.time_s, made.truth.accel_lat_mps2)
    got = np.nanpercentile(np.abs(drive.accel_lat_mps2), 99)
    assert got == pytest.approx(np.percentile(np.abs(true), 99), rel=0.03)


def test_acceleration_closes_on_the_speed_of_every_lap() -> None:
    made = synthetic("club-long", 4, 25.0, 1, "consumer")
    drive = _drive(made)
    crossings_s = made.truth.crossings_s
    for start_s, end_s in itertools.pairwise(crossings_s):
        inside = (drive.time_s >= start_s) & (drive.time_s <= end_s)
        time_s = drive.time_s[inside]
        gained = float(np.trapezoid(drive.accel_long_mps2[inside], time_s))
        ends = np.interp((time_s[0], time_s[-1]), made.truth.time_s, made.truth.speed_mps)
        assert gained == pytest.approx(ends[1] - ends[0], abs=0.1)


def test_left_turns_are_positive() -> None:
    made = synthetic("club-short", 4, 25.0, 1, "consumer")
    drive = _drive(made)
    true = np.interp(drive.time_s, made.truth.time_s, made.truth.curvature_per_m)
    bends = np.isfinite(drive.curvature_per_m) & (np.abs(true) > 1.0 / 100.0)
    assert np.all(np.sign(drive.curvature_per_m[bends]) == np.sign(true[bends]))
    assert np.all(np.sign(drive.accel_lat_mps2[bends]) == np.sign(true[bends]))


def _troubled(**trouble: float) -> Noise:
    base = NOISES["consumer"]
    fields = {name: getattr(base, name) for name in Noise.__slots__}
    return Noise(**{**fields, **trouble})


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 25.0])
def test_spikes_go_and_good_fixes_stay(rate_hz: float) -> None:
    made = generate("club-long", 6, rate_hz, 5, _troubled(spike_ratio=0.01))
    drive = _drive(made)
    kept_s = drive.time_s[~drive.is_interpolated]
    is_kept = np.isin(np.rint(1e6 * made.gps.time_s), np.rint(1e6 * kept_s))
    spikes = made.gps.is_spike
    assert np.count_nonzero(is_kept & spikes) <= 0.01 * np.count_nonzero(spikes)
    assert np.count_nonzero(~is_kept & ~spikes) < 0.002 * np.count_nonzero(~spikes)


def test_frozen_fixes_and_dropouts_leave_no_false_position() -> None:
    made = generate(
        "club-long", 6, 25.0, 6, _troubled(frozen_per_hour=60.0, dropouts_per_hour=60.0)
    )
    assert np.count_nonzero(made.gps.is_frozen) > 0
    assert made.gps.dropouts_s
    drive = _drive(made)
    off_m = np.hypot(*_offset(made, drive))
    # Slow error of 0.8 m per axis, and the Hermite bound of a 2 s gap.
    assert np.max(off_m) < 5.0
    known_s = drive.time_s[~drive.is_interpolated]
    moving = made.gps.is_frozen & (made.gps.speed_mps > 4.0)
    is_kept = np.isin(np.rint(1e6 * made.gps.time_s), np.rint(1e6 * known_s))
    assert not np.any(is_kept & moving)
    long_gaps = [b - a for a, b in made.gps.dropouts_s if b - a > 2.1]
    assert drive.segment[-1] >= len(long_gaps)


def _offset(made: SyntheticSession, drive: Trajectory) -> tuple[FloatArray, FloatArray]:
    assert drive.origin_lat_deg is not None
    assert drive.origin_lon_deg is not None
    plane = type(made.track.plane)(drive.origin_lat_deg, drive.origin_lon_deg)
    true_x, true_y = plane.project(
        *(
            np.interp(drive.time_s, made.truth.time_s, values)
            for values in (made.truth.lat_deg, made.truth.lon_deg)
        )
    )
    return drive.x_m - true_x, drive.y_m - true_y
