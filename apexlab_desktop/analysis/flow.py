"""Flow laps: quick, balanced and smooth at once (analysis.md 22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import ComparedLap, FloatArray

LEAST_LAPS = 5
FLOW_FROM = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLap:
    """How much a lap flowed, 0 to 1, and of what it is made.

    Attributes
    ----------
    number : int
    score : float
    is_flow : bool
    pace, balance, smoothness, timing : float
    """

    number: int
    score: float
    is_flow: bool
    pace: float
    balance: float
    smoothness: float
    timing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The flow of a session's laps, or why there is none."""

    laps: tuple[FlowLap, ...]
    reasons: tuple[str, ...] = ()


def flow_laps(
    numbers: Sequence[int],
    times_s: Sequence[float],
    corner_gaps_s: Mapping[int, FloatArray],
    jerk_mps3: Mapping[int, float],
) -> Flow:
    """Return the flow of laps.

    Parameters
    ----------
    numbers : sequence of int
        Laps that count, in order.
    times_s : sequence of float
        Their times [s].
    corner_gaps_s : mapping of int to ndarray
        Lap number to its gap to the best in each corner, shape (n_corners,) [s].
    jerk_mps3 : mapping of int to float
        Lap number to the root mean square of its jerk [m/s3].

    Notes
    -----
    .45 exp(-30 share off the best) + .25 balance + .20 smoothness + .10 a bell over the middle of
    the session. Everything is looked up by the lap's number. Smoothness is the jerk against the
    session's usual, not the spread of the corners' speeds, which belongs to the track.
    """
    n = len(numbers)
    if n < LEAST_LAPS:
        return Flow(laps=(), reasons=(f"flow needs {LEAST_LAPS} clean laps, there are {n}",))
    best = min(times_s)
    known = [jerk_mps3[k] for k in numbers if k in jerk_mps3]
    usual = median(np.array(known)) if known else 0.0
    laps = []
    for place, (number, time_s) in enumerate(zip(numbers, times_s, strict=True)):
        pace = float(np.exp(-30.0 * (time_s - best) / best))
        balance = _balance(corner_gaps_s.get(number))
        smoothness = _smoothness(jerk_mps3.get(number), usual)
        middle = (place + 0.5) / n - 0.5
        timing = float(np.exp(-0.5 * (middle / 0.3) ** 2))
        score = 0.45 * pace + 0.25 * balance + 0.20 * smoothness + 0.10 * timing
        laps.append(
            FlowLap(
                number=number,
                score=score,
                is_flow=score >= FLOW_FROM,
                pace=pace,
                balance=balance,
                smoothness=smoothness,
                timing=timing,
            )
        )
    return Flow(laps=tuple(laps))


def _balance(gaps_s: FloatArray | None) -> float:
    """Return 1 for a lap that loses alike everywhere, 0 for one that loses all in one corner."""
    if gaps_s is None:
        return 0.0
    gaps = gaps_s[np.isfinite(gaps_s)]
    mean = float(np.mean(gaps)) if gaps.size else 0.0
    if mean <= 1e-9:
        return 1.0 if gaps.size else 0.0
    return float(np.clip(1.0 - np.std(gaps) / mean, 0.0, 1.0))


def _smoothness(jerk: float | None, usual: float) -> float:
    if jerk is None or usual <= 0.0:
        return 0.0
    return float(np.clip(2.0 - jerk / usual, 0.0, 1.0))


def rms_jerk(lap: ComparedLap) -> float | None:
    """Return the root mean square of the change of acceleration, None where unknown [m/s3]."""
    along = lap.channels.get("accel_long_mps2")
    across = lap.channels.get("accel_lat_mps2")
    if along is None or across is None:
        return None
    step_s = np.diff(lap.time_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = (np.diff(along) / step_s) ** 2 + (np.diff(across) / step_s) ** 2
    known = np.isfinite(square) & (step_s > 0.0)
    if not known.any():
        return None
    return float(np.sqrt(np.sum(square[known] * step_s[known]) / np.sum(step_s[known])))
