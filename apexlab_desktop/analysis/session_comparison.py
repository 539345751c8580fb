"""Two sessions at one track: who is quicker, where, and is it real (analysis.md 21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.significance import Gain, gain_between, gains_of_corners
from apexlab_desktop.analysis.significance import significance_word as word_of
from apexlab_desktop.analysis.types import FloatArray

LENGTH_TOLERANCE = 0.03


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionValues:
    """What a session brings to a comparison.

    Attributes
    ----------
    layout_id : str
    length_m : float
        Of the best lap [m].
    is_wet : bool or None
    lap_times_s : ndarray, shape (n_laps,)
        Of the laps that count [s].
    corner_ids : tuple of str
    corner_times_s : ndarray, shape (n_laps, n_corners)
        NaN where unknown [s].
    corner_speeds_mps : ndarray, shape (n_laps, n_corners)
        Least speeds [m/s].
    consistency_score, efficiency : float or None
        0 to 100.
    """

    layout_id: str
    length_m: float
    is_wet: bool | None
    lap_times_s: FloatArray
    corner_ids: tuple[str, ...]
    corner_times_s: FloatArray
    corner_speeds_mps: FloatArray
    consistency_score: float | None = None
    efficiency: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerDifference:
    """Second minus first in one corner.

    Attributes
    ----------
    corner_id : str
    gain : Gain
        Of the times.
    speed_difference_mps : float or None
        First minus second, of the median least speeds [m/s].
    """

    corner_id: str
    gain: Gain
    speed_difference_mps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDifference:
    """The comparison, or why there is none.

    Attributes
    ----------
    has_sufficient_data : bool
    reasons : tuple of str
    best_lap_delta_s : float or None
        Second minus first [s].
    laps : Gain or None
    significance : str
        `high`, `medium`, `low` or `unknown`, from the Mann-Whitney test on clean laps.
    corners : tuple of CornerDifference
    overall_score : float or None
        `.6 (-10 lap delta) + .2 consistency delta + .2 efficiency delta`.
    overall_word : str
        `low`, `medium`, `high` or `very_high` by the size of the score.
    """

    has_sufficient_data: bool
    reasons: tuple[str, ...] = ()
    best_lap_delta_s: float | None = None
    laps: Gain | None = None
    significance: str = "unknown"
    corners: tuple[CornerDifference, ...] = ()
    overall_score: float | None = None
    overall_word: str = ""


def compare_sessions(first: SessionValues, second: SessionValues) -> SessionDifference:
    """Return how the second session differs from the first.

    Parameters
    ----------
    first, second : SessionValues
    """
    reasons = _why_not(first, second)
    if reasons:
        return SessionDifference(has_sufficient_data=False, reasons=reasons)
    delta_s = float(np.min(second.lap_times_s) - np.min(first.lap_times_s))
    laps = gain_between(first.lap_times_s, second.lap_times_s)
    score = _overall(delta_s, first, second)
    mixed = first.is_wet is None or second.is_wet is None
    return SessionDifference(
        has_sufficient_data=True,
        reasons=("the weather of a session is not known",) if mixed else (),
        best_lap_delta_s=delta_s,
        laps=laps,
        significance=word_of(laps.shift.p),
        corners=_corners(first, second),
        overall_score=score,
        overall_word=overall_word(score),
    )


def _why_not(first: SessionValues, second: SessionValues) -> tuple[str, ...]:
    if first.layout_id != second.layout_id:
        return ("the sessions are of different layouts",)
    if abs(first.length_m - second.length_m) > LENGTH_TOLERANCE * first.length_m:
        return ("the laps differ in length by more than 3 %",)
    if first.is_wet is not None and second.is_wet is not None and first.is_wet != second.is_wet:
        return ("one session is wet and the other dry",)
    if first.lap_times_s.size == 0 or second.lap_times_s.size == 0:
        return ("a session has no clean lap",)
    return ()


def _corners(first: SessionValues, second: SessionValues) -> tuple[CornerDifference, ...]:
    shared = [corner for corner in first.corner_ids if corner in second.corner_ids]
    one = _columns(first.corner_ids, shared)
    other = _columns(second.corner_ids, shared)
    gains = gains_of_corners(first.corner_times_s[:, one], second.corner_times_s[:, other])
    return tuple(
        CornerDifference(
            corner_id=corner,
            gain=gain,
            speed_difference_mps=_apart(
                first.corner_speeds_mps[:, i], second.corner_speeds_mps[:, j]
            ),
        )
        for corner, gain, i, j in zip(shared, gains, one, other, strict=True)
    )


def _columns(ids: Sequence[str], wanted: Sequence[str]) -> list[int]:
    place: Mapping[str, int] = {one: k for k, one in enumerate(ids)}
    return [place[one] for one in wanted]


def _apart(first: FloatArray, second: FloatArray) -> float | None:
    one, other = first[np.isfinite(first)], second[np.isfinite(second)]
    return float(np.median(one) - np.median(other)) if one.size and other.size else None


def _overall(delta_s: float, first: SessionValues, second: SessionValues) -> float:
    parts = -6.0 * delta_s
    for name in ("consistency_score", "efficiency"):
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None:
            parts += 0.2 * (other - one)
    return float(parts)


def overall_word(score: float) -> str:
    """Return how much a score means: below 5, 15 and 30."""
    for bound, word in ((5.0, "low"), (15.0, "medium"), (30.0, "high")):
        if abs(score) < bound:
            return word
    return "very_high"
