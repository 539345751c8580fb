from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import quality, session
from apexlab_desktop.analysis.gps_signal import Signal
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.analysis.types import (
    Channel,
    ChannelGroup,
    DeclaredLap,
    FloatArray,
    RawSession,
)
from apexlab_desktop.errors import NoLapsError
from apexlab_desktop.report.words import quality_words
from tests.oracle.synth_raw import analytic_session

GOLDEN = {
    "accuracy_p90_m": 0.9,
    "satellites_p10": 11.0,
    "lap_length_cv_pct": 0.3,
    "speed_spikes_per_km": 0.2,
    "heading_jitter_degpm": 0.1,
    "scatter_p90_m": 0.8,
}


def _signal(
    rate_hz: float = 25.0,
    missing: float = 0.0,
    noise_m: float | None = 0.05,
    drift_m: float | None = 0.5,
) -> Signal:
    return Signal(
        rate_hz=rate_hz,
        missing_ratio=missing,
        gap_ratio=0.0,
        longest_gap_s=0.0,
        noise_m=noise_m,
        scatter_p90_m=None,
        drift_m=drift_m,
        speed_ratio=None,
    )


def test_golden_metrics_give_the_golden_score() -> None:
    metrics = quality.scored(dict(GOLDEN))
    assert [m.score for m in metrics] == pytest.approx([84.0, 84.0, 100.0, 96.0, 90.0, 65.0])
    score = quality.combined(metrics)
    assert score == pytest.approx(89.45)
    assert quality.grade(score) == "B"


def test_a_missing_metric_is_dropped_and_the_weights_renormalised() -> None:
    score = quality.combined(quality.scored({**GOLDEN, "lap_length_cv_pct": None}))
    assert score == pytest.approx((89.45 - 25.0) / 0.75)


def test_without_accuracy_and_satellites_the_score_is_capped() -> None:
    blind = quality.scored({"speed_spikes_per_km": 0.0, "scatter_p90_m": 0.1})
    assert quality.combined(blind) == 75.0
    assert quality.combined(quality.scored({"satellites_p10": 15.0})) == 100.0


def test_no_metric_is_no_score_and_not_zero() -> None:
    assert quality.combined(quality.scored({})) is None
    assert quality.grade(None) == "none"


@pytest.mark.parametrize(
    ("score", "letter"),
    [
        (90.0, "A"),
        (89.9, "B"),
        (75.0, "B"),
        (74.9, "C"),
        (60.0, "C"),
        (59.9, "D"),
        (40.0, "D"),
        (39.9, "F"),
    ],
)
def test_grades_change_at_their_bounds(score: float, letter: str) -> None:
    assert quality.grade(score) == letter


@pytest.mark.parametrize(
    ("signal", "letter"),
    [
        (_signal(), "A"),
        (_signal(rate_hz=10.0), "A"),
        (_signal(rate_hz=5.0), "B"),
        (_signal(missing=0.01), "B"),
        (_signal(noise_m=0.2), "B"),
        (_signal(drift_m=2.0), "B"),
        (_signal(drift_m=5.0), "C"),
        (_signal(rate_hz=1.0), "C"),
        (_signal(missing=0.6), "D"),
        (_signal(rate_hz=0.2), "D"),
    ],
)
def test_signal_class_says_what_the_data_carry(signal: Signal, letter: str) -> None:
    assert quality.signal_class(signal) == letter


def _straight(time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    zeros = np.zeros(time_s.size)
    return 30.0 * time_s, zeros, np.full(time_s.size, 30.0), zeros


@pytest.mark.parametrize(("rate_hz", "factor"), [(25.0, 1.0), (10.0, 1.0), (5.0, 0.8), (1.0, 0.4)])
def test_slow_receivers_score_less(rate_hz: float, factor: float) -> None:
    raw = analytic_session(_straight, np.arange(0.0, 120.0, 1 / rate_hz))
    found = session.analyse(raw).quality
    assert found.score == pytest.approx(75.0 * factor, rel=1e-3)
    assert ("low_rate" in found.reasons) == (factor < 1.0)


def test_time_in_gaps_lowers_the_score() -> None:
    time_s = np.arange(0.0, 100.0, 0.1)
    time_s = time_s[(time_s < 40.0) | (time_s > 43.95)]
    found = session.analyse(analytic_session(_straight, time_s)).quality
    assert found.score == pytest.approx(75.0 * (1 - 5 * 0.041), rel=0.01)
    assert "gaps" in found.reasons


def test_speed_in_the_wrong_unit_is_told() -> None:
    def in_kmh(time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        x, y, speed, course = _straight(time_s)
        return x, y, 3.6 * speed, course

    found = session.analyse(analytic_session(in_kmh, np.arange(0.0, 60.0, 0.1))).quality
    assert "speed_contradicts_position" in found.reasons


def test_a_session_without_motion_has_no_score() -> None:
    found = session.analyse(RawSession(format="empty")).quality
    assert (found.score, found.grade, found.reasons) == (None, "none", ("no_motion",))


def _sim(is_valid: tuple[bool, ...]) -> RawSession:
    time_us = np.arange(0, 30_000_000 * len(is_valid) + 1, 16_667)
    speed = Channel(name="speed_mps", source="sim", values=np.full(time_us.size, 50.0))
    laps = tuple(
        DeclaredLap(
            number=i + 1,
            start_us=30_000_000 * i,
            end_us=30_000_000 * (i + 1),
            is_complete=True,
            is_valid=valid,
        )
        for i, valid in enumerate(is_valid)
    )
    group = ChannelGroup(name="sim", time_us=time_us, channels=(speed,), rate_hz=60.0)
    return RawSession(format="sim", groups=(group,), laps_declared=laps, is_sim=True)


def test_simulator_quality_is_its_share_of_valid_laps() -> None:
    found = session.analyse(_sim((True, True, False, True))).quality
    assert found.score == pytest.approx(75.0)
    assert found.reasons == ("invalid_laps",)
    assert session.analyse(_sim((True, True))).quality.grade == "A"


def _at_rest(
    time_s: FloatArray, wander_m: float = 1.5
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return what a receiver says of a car that stands: it wanders by centimetres a second."""
    angle = time_s / 20.0
    x_m, y_m = wander_m * np.cos(angle), wander_m * np.sin(angle)
    return x_m, y_m, np.full(time_s.size, wander_m / 20.0), angle


def test_a_car_that_never_moved_has_no_grade_and_says_why() -> None:
    analysed = session.analyse(analytic_session(_at_rest, np.arange(0.0, 300.0, 0.1)))
    assert (analysed.quality.score, analysed.quality.grade) == (None, "none")
    assert analysed.quality.reasons == ("never_moved",)
    assert quality_words("never_moved") == "the car never moved"


def test_a_car_that_stands_long_and_drives_a_little_has_moved() -> None:
    def motion(time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        driven = np.clip(time_s - 250.0, 0.0, None)
        x_m = 10.0 * driven
        return x_m, np.zeros_like(x_m), np.where(driven > 0.0, 10.0, 0.0), np.zeros_like(x_m)

    analysed = session.analyse(analytic_session(motion, np.arange(0.0, 300.0, 0.1)))
    assert "never_moved" not in analysed.quality.reasons
    assert analysed.quality.score is not None


def test_a_session_without_a_valid_lap_says_how_many_it_has() -> None:
    analysed = session.analyse(analytic_session(_at_rest, np.arange(0.0, 300.0, 0.1)))
    (lap,) = analysed.laps
    assert not lap.is_valid
    told = {0: "found no lap", 1: "1 lap that is not valid", 3: "3 laps, none of them valid"}
    for n, words in told.items():
        with pytest.raises(NoLapsError, match=words):
            laps_at_places(replace(analysed, laps=(lap,) * n))
