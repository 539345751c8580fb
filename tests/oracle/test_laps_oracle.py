"""Laps and start lines against the generator's truth (algorithms.md 3.1 to 3.3)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from apexlab_desktop.analysis import crossings, local_line, session, start_line, trajectory
from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray, Lap, LapKind, Trajectory
from apexlab_desktop.synth.sensors import GpsFixes, gauss_markov
from apexlab_desktop.synth.session import SyntheticSession, generate
from tests.oracle.synth_raw import (
    CIRCUITS,
    every,
    raw_from_fixes,
    raw_session,
    synthetic,
    true_start_line,
)

RATES_HZ = (25.0, 10.0, 5.0)
N_LAPS = 4
QUANTUM_M = 0.02
"""Two fixes rounded to 1e-7 deg."""
SENSED_HZ = 50.0
"""All rates of these tests divide it: one drive serves them all."""
CASES = [(track, reverse) for track in CIRCUITS for reverse in (False, True)]


def _timed(found: AnalysedSession) -> list[Lap]:
    return [lap for lap in found.laps if lap.lap_time_s is not None]


def _at(times_s: FloatArray, session_: SyntheticSession, values: FloatArray) -> FloatArray:
    return np.interp(times_s, session_.truth.time_s, values)


@pytest.mark.parametrize(("track", "reverse"), CASES)
@pytest.mark.parametrize("rate_hz", [*RATES_HZ, 1.0])
def test_exact_fixes_give_exact_crossings(track: str, rate_hz: float, *, reverse: bool) -> None:
    made = synthetic(track, N_LAPS, SENSED_HZ, 1, "none", reverse=reverse)
    raw = raw_from_fixes(every(made.gps, round(SENSED_HZ / rate_hz)))
    found = _timed(session.analyse(raw, start_line=true_start_line(made)))
    truth_s = made.truth.crossings_s
    assert len(found) == N_LAPS
    got_s = np.array([found[0].start_s, *(lap.end_s for lap in found)])
    limit_s = QUANTUM_M / _at(truth_s, made, made.truth.speed_mps)
    assert np.all(np.abs(got_s - truth_s) <= limit_s)


@pytest.mark.parametrize(("track", "reverse"), CASES)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_automatic_line_gives_every_lap_on_a_straight(
    track: str, rate_hz: float, *, reverse: bool
) -> None:
    made = synthetic(track, N_LAPS, SENSED_HZ, 1, "consumer", reverse=reverse)
    raw = raw_from_fixes(every(made.gps, round(SENSED_HZ / rate_hz)))
    found = _timed(session.analyse(raw))
    assert len(found) == N_LAPS
    assert all(lap.kind is LapKind.TIMED for lap in found)
    starts_s = np.array([lap.start_s for lap in found[1:]])
    bend = np.abs(_at(starts_s, made, made.truth.curvature_per_m))
    assert np.mean(bend < 1.0 / 300.0) >= 0.95
    for lap in found:
        inside = (made.truth.time_s >= lap.start_s) & (made.truth.time_s < lap.end_s)
        true_m = float(np.trapezoid(made.truth.speed_mps[inside], made.truth.time_s[inside]))
        assert lap.length_m == pytest.approx(true_m, rel=0.003)


@pytest.mark.parametrize("track", CIRCUITS)
def test_detected_length_is_that_of_the_driven_lap(track: str) -> None:
    made = synthetic(track, N_LAPS, 10.0, 1, "consumer")
    drive, _ = trajectory.build(raw_session(made))
    assert drive is not None
    found = start_line.detect(drive)
    assert found is not None
    driven_m = np.median([lap.length_m for lap in made.truth.laps if lap.kind == "timed"])
    assert found[1] == pytest.approx(driven_m, rel=0.003)


@pytest.mark.parametrize("noise", ["good", "phone"])
def test_other_receivers_count_the_same_laps(noise: str) -> None:
    for track in ("club-short", "grand-circuit"):
        made = synthetic(track, N_LAPS, 10.0, 2, noise)
        found = session.analyse(raw_session(made), start_line=true_start_line(made))
        assert len(_timed(found)) == N_LAPS


SLOW_SIGMA_M, SLOW_TAU_S = 0.5, 60.0


def test_scatter_of_lap_times_is_what_the_session_says(*, is_long: bool) -> None:
    """Known slow error of 0.5 m per axis: errors over the stated sigma have a spread of one."""
    config = AnalysisConfig(slow_position_tau_s=SLOW_TAU_S, slow_position_sigma_m=SLOW_SIGMA_M)
    made = synthetic("club-short", 8, 10.0, 100, "none")
    true_s = np.diff(made.truth.crossings_s)
    ratios: list[float] = []
    for seed in range(400 if is_long else 40):
        raw = raw_from_fixes(_drifting(made, np.random.default_rng(seed)), with_accuracy=False)
        found = _timed(session.analyse(raw, config, start_line=true_start_line(made)))
        assert len(found) == true_s.size
        for lap, truth in zip(found, true_s, strict=True):
            assert lap.lap_time_s is not None
            assert lap.lap_time_sigma_s is not None
            ratios.append((lap.lap_time_s - float(truth)) / lap.lap_time_sigma_s)
    # 40 sessions of 8 laps: the spread of a spread of 320 partly dependent values is about 6 %.
    assert np.sqrt(np.mean(np.square(ratios))) == pytest.approx(1.0, abs=0.2)


def _drifting(made: SyntheticSession, rng: np.random.Generator) -> GpsFixes:
    plane, fixes = made.track.plane, made.gps
    x_m, y_m = plane.project(fixes.lat_deg, fixes.lon_deg)
    n, step_s = x_m.size, 1.0 / fixes.rate_hz
    east_m, north_m = (gauss_markov(n, step_s, SLOW_SIGMA_M, SLOW_TAU_S, rng) for _ in range(2))
    lat_deg, lon_deg = plane.to_lat_lon(x_m + east_m, y_m + north_m)
    return replace(fixes, lat_deg=lat_deg, lon_deg=lon_deg)


@pytest.mark.parametrize("rate_hz", [5.0, 25.0])
def test_white_noise_of_crossings_is_that_of_the_position(rate_hz: float) -> None:
    made = synthetic("club-short", 8, rate_hz, 3, "none")
    drive, _ = trajectory.build(raw_session(made))
    assert drive is not None
    line = local_line.localise(true_start_line(made), drive)
    exact_s = crossings.find(drive, line).time_s
    speed = _at(exact_s, made, made.truth.speed_mps)
    rng = np.random.default_rng(9)
    scaled: list[float] = []
    for _ in range(40):
        noisy = _shaken(drive, rng, 0.05)
        scaled.extend((crossings.find(noisy, line).time_s - exact_s) * speed / 0.05)
    # Between two fixes with independent errors the weight is u and 1 - u: variance 2/3 on average.
    assert np.std(scaled) == pytest.approx(np.sqrt(2.0 / 3.0), rel=0.2)


def _shaken(drive: Trajectory, rng: np.random.Generator, sigma_m: float) -> Trajectory:
    n = drive.time_s.size
    return replace(
        drive,
        x_m=drive.x_m + rng.normal(0.0, sigma_m, n),
        y_m=drive.y_m + rng.normal(0.0, sigma_m, n),
    )


@lru_cache(maxsize=16)
def _with_pit_stop(track: str, *, reverse: bool) -> SyntheticSession:
    return generate(track, 5, 10.0, 4, "consumer", reverse=reverse, pit_stops=(2,))


@pytest.mark.parametrize(("track", "reverse"), CASES)
def test_laps_through_the_pit_lane_are_told_by_their_path(track: str, *, reverse: bool) -> None:
    made = _with_pit_stop(track, reverse=reverse)
    found = session.analyse(raw_session(made), start_line=true_start_line(made))
    for lap, true in zip(_timed(found), made.truth.laps[1:-1], strict=True):
        assert ("pit" in lap.reasons) == true.in_pit
        assert lap.is_clean != true.in_pit
        assert "off_course" not in lap.reasons


@pytest.mark.parametrize(("track", "reverse"), CASES)
def test_pit_stop_never_makes_one_lap_of_two(track: str, *, reverse: bool) -> None:
    """By a line that was found; the pit lane passes beside it."""
    made = _with_pit_stop(track, reverse=reverse)
    found = _timed(session.analyse(raw_session(made)))
    # A line elsewhere than at the pits is passed once more in as many laps.
    assert len(found) in (5, 6)
    usual_m = np.median([lap.length_m for lap in found])
    assert all(lap.length_m == pytest.approx(usual_m, rel=0.05) for lap in found)
