"""How alike laps, sectors and corners are (analysis.md 6, algorithms.md 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.units import MPH_PER_MPS

MAD_TO_SIGMA = 1.4826
INDEX_RATE = 51.0
"""`100 exp(-51 MADn/median)`: a spread of 1 % gives 60 (algorithms.md 6)."""
LEAST_LAPS_FOR_SCORE = 2
LEAST_LAPS_FOR_INDEX = 4
LEAST_LAPS_FOR_CORNER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LapConsistency:
    """How alike the laps that count are.

    Attributes
    ----------
    has_sufficient_data : bool
    reasons : tuple of str
    n_laps : int
    mean_s, std_dev_s, spread_s : float or None
        Population deviation; worst minus best [s].
    consecutive_deltas_s : tuple of float
        Signed, only between laps driven one after the other [s].
    mean_abs_delta_s, max_abs_delta_s : float or None
    choppiness, spread, jump, consistency_score : float or None
        0 to 100, the score to one decimal.
    cv_pct, cv_score : float or None
        `100 std/mean`; `max(0, 100 - 10 cv_pct)`.
    median_s, mad_s, iqr_s : float or None
        `mad_s` scaled to one sigma of a normal distribution [s].
    consistency_index : float or None
        Of the median and its spread; None for fewer than four laps.
    """

    has_sufficient_data: bool
    reasons: tuple[str, ...] = ()
    n_laps: int
    mean_s: float | None = None
    std_dev_s: float | None = None
    spread_s: float | None = None
    consecutive_deltas_s: tuple[float, ...] = ()
    mean_abs_delta_s: float | None = None
    max_abs_delta_s: float | None = None
    choppiness: float | None = None
    spread: float | None = None
    jump: float | None = None
    consistency_score: float | None = None
    cv_pct: float | None = None
    cv_score: float | None = None
    median_s: float | None = None
    mad_s: float | None = None
    iqr_s: float | None = None
    consistency_index: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerConsistency:
    """How alike the passes through one corner are; None where there are too few.

    Attributes
    ----------
    corner_id : str
    n_laps : int
    min_speed_std_mps, min_speed_range_mps : float or None
    brake_point_std_m, throttle_commit_std_m : float or None
    score : float or None
        0 to 100 over the terms that exist.
    share_of_variance : float or None
        `Cov(t_corner, T) / Var(T)`: which part of the lap's variance arises here.
    reasons : tuple of str
    """

    corner_id: str
    n_laps: int
    min_speed_std_mps: float | None = None
    min_speed_range_mps: float | None = None
    brake_point_std_m: float | None = None
    throttle_commit_std_m: float | None = None
    score: float | None = None
    share_of_variance: float | None = None
    reasons: tuple[str, ...] = ()


def lap_consistency(numbers: Sequence[int], times_s: Sequence[float]) -> LapConsistency:
    """Return how alike laps are.

    Parameters
    ----------
    numbers : sequence of int
        Lap numbers, in the order driven.
    times_s : sequence of float
        Their times [s].
    """
    n = len(times_s)
    if n < LEAST_LAPS_FOR_SCORE:
        reason = f"consistency needs {LEAST_LAPS_FOR_SCORE} clean laps, there are {n}"
        return LapConsistency(has_sufficient_data=False, reasons=(reason,), n_laps=n)
    times = np.asarray(times_s, dtype=np.float64)
    mean, std = float(np.mean(times)), float(np.std(times))
    spread_s = float(np.max(times) - np.min(times))
    deltas = tuple(
        float(times[i + 1] - times[i]) for i in range(n - 1) if numbers[i + 1] - numbers[i] == 1
    )
    sizes = np.abs(deltas)
    cv_pct = 100.0 * std / mean
    middle, mad_s, iqr_s = robust_spread(times)
    parts = {
        "choppiness": 100.0 * math.exp(-10.0 * float(np.mean(sizes)) / mean) if deltas else None,
        "spread": 100.0 * math.exp(-8.0 * spread_s / mean),
        "jump": 100.0 * math.exp(-8.0 * float(np.max(sizes)) / mean) if deltas else None,
    }
    return LapConsistency(
        has_sufficient_data=True,
        reasons=() if deltas else ("no two clean laps follow each other",),
        n_laps=n,
        mean_s=mean,
        std_dev_s=std,
        spread_s=spread_s,
        consecutive_deltas_s=deltas,
        mean_abs_delta_s=float(np.mean(sizes)) if deltas else None,
        max_abs_delta_s=float(np.max(sizes)) if deltas else None,
        **parts,
        consistency_score=_score(parts),
        cv_pct=cv_pct,
        cv_score=max(0.0, 100.0 - 10.0 * cv_pct),
        median_s=middle,
        mad_s=mad_s,
        iqr_s=iqr_s,
        consistency_index=100.0 * math.exp(-INDEX_RATE * mad_s / middle)
        if n >= LEAST_LAPS_FOR_INDEX
        else None,
    )


def _score(parts: dict[str, float | None]) -> float:
    """Return the weighted mean of the parts that exist, clipped to 0..100."""
    weights = {"choppiness": 0.4, "spread": 0.3, "jump": 0.3}
    present = [(weights[name], value) for name, value in parts.items() if value is not None]
    score = sum(w * v for w, v in present) / sum(w for w, _ in present)
    return round(min(max(score, 0.0), 100.0), 1)


def robust_spread(values: FloatArray) -> tuple[float, float, float]:
    """Return median, scaled median deviation and interquartile range."""
    middle = median(values)
    quartiles = np.quantile(values, (0.25, 0.75))
    mad = MAD_TO_SIGMA * median(np.abs(values - middle))
    return middle, mad, float(quartiles[1] - quartiles[0])


def near(values: Sequence[float | None], centre_m: float, length_m: float) -> FloatArray:
    """Return the known stations, those behind the start line as before it, shape (n,) [m]."""
    known = np.array([v for v in values if v is not None], dtype=np.float64)
    return centre_m + (known - centre_m + 0.5 * length_m) % length_m - 0.5 * length_m


def corner_consistency(
    corner: Corner,
    passes: Sequence[CornerPass],
    length_m: float,
    share_of_variance: float | None = None,
) -> CornerConsistency:
    """Return how alike the passes through a corner are.

    Parameters
    ----------
    corner : Corner
    passes : sequence of CornerPass
        Of the laps that count.
    length_m : float
        Of the lap: stations near the start line are on either side of it [m].
    share_of_variance : float or None
        From `variance_shares`.

    Notes
    -----
    `.5*100 e^(-.3 mph) + .25*100 e^(-.05 m) + .25*100 e^(-.05 m)`; terms that do not exist are left
    out and the weights made to sum to 1 again (analysis.md 6).
    """
    speed = _known([p.min_speed_mps for p in passes])
    brake = near([p.brake_point_m for p in passes], corner.entry_m, length_m)
    throttle = near([p.throttle_commit_m for p in passes], corner.exit_m, length_m)
    if speed.size < LEAST_LAPS_FOR_CORNER:
        reason = f"needs {LEAST_LAPS_FOR_CORNER} clean passes, there are {speed.size}"
        return CornerConsistency(
            corner_id=corner.id,
            n_laps=int(speed.size),
            share_of_variance=share_of_variance,
            reasons=(reason,),
        )
    stds = [_std(speed), _std(brake), _std(throttle)]
    return CornerConsistency(
        corner_id=corner.id,
        n_laps=int(speed.size),
        min_speed_std_mps=stds[0],
        min_speed_range_mps=float(np.ptp(speed)),
        brake_point_std_m=stds[1],
        throttle_commit_std_m=stds[2],
        score=corner_score(*stds),
        share_of_variance=share_of_variance,
    )


def corner_score(
    speed_std_mps: float | None, brake_std_m: float | None, throttle_std_m: float | None
) -> float | None:
    """Return 0 to 100 from the deviations that are known, None for none."""
    terms = (
        (0.5, 0.3 * MPH_PER_MPS, speed_std_mps),
        (0.25, 0.05, brake_std_m),
        (0.25, 0.05, throttle_std_m),
    )
    known = [(w, 100.0 * math.exp(-rate * std)) for w, rate, std in terms if std is not None]
    if not known:
        return None
    return sum(w * v for w, v in known) / sum(w for w, _ in known)


def variance_shares(piece_s: FloatArray) -> FloatArray:
    """Return the part of the lap's variance that arises in each piece; they sum to 1.

    Parameters
    ----------
    piece_s : ndarray, shape (n_laps, n_pieces)
        Times; laps with an unknown piece are left out [s].

    Returns
    -------
    ndarray, shape (n_pieces,)
        `Cov(t_c, T) / Var(T)`; NaN for fewer than three whole laps, or if all laps are alike.
    """
    whole = piece_s[np.isfinite(piece_s).all(axis=1)]
    unknown = np.full(piece_s.shape[1], np.nan)
    if whole.shape[0] < LEAST_LAPS_FOR_CORNER:
        return unknown
    rest = whole - whole.mean(axis=0)
    lap = rest.sum(axis=1)
    total = float(lap @ lap)
    return np.asarray(rest.T @ lap / total) if total > 0.0 else unknown


def _known(values: Sequence[float | None]) -> FloatArray:
    return np.array([v for v in values if v is not None], dtype=np.float64)


def _std(values: FloatArray) -> float | None:
    return float(np.std(values)) if values.size >= LEAST_LAPS_FOR_CORNER else None
