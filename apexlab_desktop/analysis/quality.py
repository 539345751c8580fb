"""How good the data are, and what they can carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import gps_signal
from apexlab_desktop.analysis.config import (
    DEFAULT_CONFIG,
    STANDARD_GRAVITY_MPS2,
    AnalysisConfig,
)
from apexlab_desktop.analysis.gps_signal import Signal
from apexlab_desktop.analysis.motion_source import (
    optional_column,
    primary_group,
    speed_is_contradicted,
)
from apexlab_desktop.analysis.types import (
    ChannelGroup,
    DataQuality,
    FloatArray,
    Lap,
    LapKind,
    QualityMetric,
    RawSession,
    Trajectory,
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """A metric's weight and the points between which its score is straight."""

    weight: float
    values: tuple[float, ...]
    scores: tuple[float, ...]


SCALES: dict[str, _Scale] = {
    "accuracy_p90_m": _Scale(0.30, (0.5, 1.0, 1.5, 2.0), (100.0, 80.0, 50.0, 10.0)),
    "satellites_p10": _Scale(0.15, (6.0, 8.0, 10.0, 15.0), (20.0, 60.0, 80.0, 100.0)),
    "lap_length_cv_pct": _Scale(0.25, (0.5, 1.0, 2.0, 4.0, 6.0), (100.0, 80.0, 50.0, 10.0, 0.0)),
    "speed_spikes_per_km": _Scale(
        0.15, (0.0, 1.0, 5.0, 20.0, 50.0), (100.0, 80.0, 50.0, 10.0, 0.0)
    ),
    "heading_jitter_degpm": _Scale(0.10, (0.05, 0.15, 0.3, 0.6), (100.0, 80.0, 50.0, 0.0)),
    "scatter_p90_m": _Scale(0.05, (0.3, 0.6, 1.0, 2.0), (100.0, 80.0, 50.0, 0.0)),
}
"""Metrics of the score (analysis.md 3)."""
GRADES = ((90.0, "A"), (75.0, "B"), (60.0, "C"), (40.0, "D"))
LEAST_USABLE_SCORE = 40.0
"""Below this, grade F, a recording says nothing about its driver."""
STANDING_MPS, STANDING_M = 1.0, 50.0
"""A car that hardly ever exceeds this speed and never leaves this square stood still: fixes of a
receiver at rest wander by metres."""
BLIND_CAP = 75.0
"""Highest score when the receiver states neither accuracy nor satellites."""
RATE_POINTS = ((1.0, 5.0, 10.0), (0.4, 0.8, 1.0))
GAP_WEIGHT = 5.0
LEAST_GAP_FACTOR = 0.3
SPIKE_MPS2 = 3.0 * STANDARD_GRAVITY_MPS2
STRAIGHT_DEGPM = 0.5
MIN_STRAIGHT_SHARE = 0.15
MIN_LAPS_FOR_CV = 3
MIN_STEP_M = 0.2
MIN_KM = 0.1
SPEED_RATIO_TOLERANCE = 0.02
SPEED_REASON = "speed_contradicts_position"
ODD_SPEED_CAP, NO_SPEED_CAP = 89.0, 59.0
"""Highest scores when Doppler speed and positions differ, and when they are of different units:
neither is a grade A, and without a speed of its own a session is no better than D."""
CLASSES = (("A", 9.5, 0.005, 0.10, 1.0), ("B", 4.75, 0.02, 0.30, 3.0))
"""Class, least rate [Hz], then most missing share, noise [m] and drift [m] (algorithms.md 1.7)."""
LEAST_USABLE_RATE_HZ = 0.9
MOST_MISSING_USABLE = 0.5


def assess(
    raw: RawSession,
    trajectory: Trajectory | None,
    laps: tuple[Lap, ...],
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> DataQuality:
    """Return score, grade and signal class of a session's data.

    Parameters
    ----------
    raw : RawSession
    trajectory : Trajectory or None
    laps : tuple of Lap
    config : AnalysisConfig

    Notes
    -----
    Analysis.md 3, column Ours: a metric that cannot be measured is dropped and the weights
    renormalised. The class is what the data can carry
    (algorithms.md 1.7), not the grade that drivers see.
    """
    group = primary_group(raw)
    if trajectory is None or group is None:
        return DataQuality(score=None, grade="none", signal_class="D", reasons=("no_motion",))
    signal = gps_signal.measure(trajectory, laps, config)
    if _never_moved(trajectory):
        return DataQuality(
            score=None,
            grade="none",
            signal_class="D",
            metrics=_facts(signal),
            reasons=("never_moved",),
        )
    if raw.is_sim:
        return _of_simulator(signal, laps)
    if not np.isfinite(trajectory.x_m).any():
        return DataQuality(
            score=None,
            grade="none",
            signal_class="D",
            metrics=_facts(signal),
            reasons=("no_position",),
        )
    metrics = scored(_measured(group, trajectory, laps, signal))
    score = combined(metrics)
    if score is not None:
        score *= _rate_factor(signal.rate_hz) * _gap_factor(signal.gap_ratio)
    letter, reasons = signal_class(signal), _reasons(metrics, signal)
    if speed_is_contradicted(raw, group):
        letter = max(letter, "C")
        reasons = tuple(dict.fromkeys((*reasons, SPEED_REASON)))
        score = None if score is None else min(score, NO_SPEED_CAP)
    elif score is not None and SPEED_REASON in reasons:
        score = min(score, ODD_SPEED_CAP)
    return DataQuality(
        score=score,
        grade=grade(score),
        signal_class=letter,
        metrics=(*metrics, *_facts(signal)),
        reasons=reasons,
    )


def _never_moved(trajectory: Trajectory) -> bool:
    """Return whether all motion is the receiver's own error: then there is no drive to judge."""
    speed_mps = trajectory.speed_mps[np.isfinite(trajectory.speed_mps)]
    if not speed_mps.size or np.percentile(speed_mps, 99.0) > STANDING_MPS:
        return False
    reach = [axis[np.isfinite(axis)] for axis in (trajectory.x_m, trajectory.y_m)]
    return all(
        not axis.size or float(np.ptp(np.percentile(axis, (1.0, 99.0)))) < STANDING_M
        for axis in reach
    )


def scored(values: dict[str, float | None]) -> tuple[QualityMetric, ...]:
    """Return the six metrics with their scores, from values by name; None where not measured."""
    return tuple(
        QualityMetric(
            name=name,
            value=values.get(name),
            score=None if (value := values.get(name)) is None else _on_scale(value, scale),
            weight=scale.weight,
        )
        for name, scale in SCALES.items()
    )


def _on_scale(value: float, scale: _Scale) -> float:
    return float(np.interp(value, scale.values, scale.scores))


def combined(metrics: tuple[QualityMetric, ...]) -> float | None:
    """Return the weighted score of the metrics that have one, 0 to 100; None without any."""
    known = {m.name: (m.score, m.weight) for m in metrics if m.score is not None}
    total = sum(weight for _, weight in known.values())
    if total <= 0.0:
        return None
    score = sum(score * weight for score, weight in known.values()) / total
    is_blind = "accuracy_p90_m" not in known and "satellites_p10" not in known
    return min(score, BLIND_CAP) if is_blind else score


def grade(score: float | None) -> str:
    """Return the letter of a score, `none` without one."""
    if score is None:
        return "none"
    return next((letter for least, letter in GRADES if score >= least), "F")


def signal_class(signal: Signal) -> str:
    """Return what the signal can carry: A lines, B brake points, C laps, D timing only."""
    for letter, least_hz, missing, noise_m, drift_m in CLASSES:
        if (
            signal.rate_hz >= least_hz
            and signal.missing_ratio < missing
            and (signal.noise_m or 0.0) < noise_m
            and (signal.drift_m or 0.0) < drift_m
        ):
            return letter
    is_usable = signal.rate_hz >= LEAST_USABLE_RATE_HZ
    return "C" if is_usable and signal.missing_ratio < MOST_MISSING_USABLE else "D"


def _measured(
    group: ChannelGroup, trajectory: Trajectory, laps: tuple[Lap, ...], signal: Signal
) -> dict[str, float | None]:
    return {
        "accuracy_p90_m": _percentile(optional_column(group, "position_accuracy_m"), 90.0),
        "satellites_p10": _percentile(optional_column(group, "n_satellites"), 10.0),
        "lap_length_cv_pct": _length_cv(laps),
        "speed_spikes_per_km": _spikes_per_km(group, trajectory),
        "heading_jitter_degpm": _heading_jitter(trajectory),
        "scatter_p90_m": signal.scatter_p90_m,
    }


def _percentile(values: FloatArray | None, share: float) -> float | None:
    return None if values is None else float(np.nanpercentile(values, share))


def _length_cv(laps: tuple[Lap, ...]) -> float | None:
    lengths = [lap.length_m for lap in laps if lap.is_clean and lap.length_m]
    if len(lengths) < MIN_LAPS_FOR_CV:
        return None
    return float(100.0 * np.std(lengths) / np.mean(lengths))


def _spikes_per_km(group: ChannelGroup, trajectory: Trajectory) -> float | None:
    """Return jumps of the recorded speed per driven kilometre [1/km]; before any repair."""
    speed_mps = optional_column(group, "speed_mps")
    driven_km = float(trajectory.odometer_m[-1]) / 1_000.0
    if speed_mps is None or driven_km < MIN_KM:
        return None
    step_s = np.diff(group.time_s)
    is_step = (step_s > 0.0) & (step_s < 2.5 / trajectory.rate_hz)
    rate_mps2 = np.abs(np.diff(speed_mps)[is_step]) / step_s[is_step]
    return float(np.count_nonzero(rate_mps2 > SPIKE_MPS2)) / driven_km


def _heading_jitter(trajectory: Trajectory) -> float | None:
    """Return the scatter of the heading rate where the car goes straight [deg/m]."""
    step_m = np.diff(trajectory.odometer_m)
    is_step = (step_m > MIN_STEP_M) & (np.diff(trajectory.segment) == 0)
    is_step &= ~trajectory.is_interpolated[1:] & ~trajectory.is_interpolated[:-1]
    rate = np.degrees(np.diff(trajectory.course_rad)[is_step]) / step_m[is_step]
    straight = rate[np.abs(rate) < STRAIGHT_DEGPM]
    if not rate.size or straight.size < max(MIN_STRAIGHT_SHARE * rate.size, 2):
        return None
    return float(np.std(straight))


def _facts(signal: Signal) -> tuple[QualityMetric, ...]:
    """Return what was measured but does not weigh in the score."""
    values = {
        "fix_rate_hz": signal.rate_hz,
        "missing_ratio": signal.missing_ratio,
        "gap_ratio": signal.gap_ratio,
        "longest_gap_s": signal.longest_gap_s,
        "noise_m": signal.noise_m,
        "drift_m": signal.drift_m,
        "speed_ratio": signal.speed_ratio,
    }
    return tuple(
        QualityMetric(name=name, value=value, score=None, weight=0.0)
        for name, value in values.items()
    )


def _reasons(metrics: tuple[QualityMetric, ...], signal: Signal) -> tuple[str, ...]:
    words = [f"no_{metric.name}" for metric in metrics if metric.score is None]
    if _rate_factor(signal.rate_hz) < 1.0:
        words.append("low_rate")
    if signal.gap_ratio > 0.0:
        words.append("gaps")
    if signal.speed_ratio is not None and abs(signal.speed_ratio - 1.0) > SPEED_RATIO_TOLERANCE:
        words.append(SPEED_REASON)
    return tuple(words)


def _rate_factor(rate_hz: float) -> float:
    # A rate measured from time stamps is a rounding error off the nominal one.
    return float(np.interp(round(rate_hz, 3), *RATE_POINTS))


def _gap_factor(gap_ratio: float) -> float:
    return max(1.0 - GAP_WEIGHT * gap_ratio, LEAST_GAP_FACTOR)


def _of_simulator(signal: Signal, laps: tuple[Lap, ...]) -> DataQuality:
    """Return the quality of simulator data: its signal is exact, its laps need not be valid."""
    timed = [lap for lap in laps if lap.kind is LapKind.TIMED and lap.lap_time_s is not None]
    if not timed:
        return DataQuality(
            score=None,
            grade="none",
            signal_class=signal_class(signal),
            metrics=_facts(signal),
            reasons=("no_timed_laps",),
        )
    valid_share = sum(lap.is_valid for lap in timed) / len(timed)
    score = 100.0 * valid_share * _rate_factor(signal.rate_hz) * _gap_factor(signal.gap_ratio)
    return DataQuality(
        score=score,
        grade=grade(score),
        signal_class=signal_class(signal),
        metrics=(
            QualityMetric(
                name="valid_lap_share", value=valid_share, score=100.0 * valid_share, weight=1.0
            ),
            *_facts(signal),
        ),
        reasons=() if valid_share == 1.0 else ("invalid_laps",),
    )
