"""Is a gain real? For two laps, and for two sets of laps (algorithms.md 11)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.statistics_ranks import Shift, benjamini_hochberg, shift
from apexlab_desktop.analysis.types import FloatArray

LEAST_LAPS = 4
LIKELY_P = 0.2
_POWER_80 = 2.8
"""A difference of 2.8 standard errors is found in 80 of 100 cases at 5 %."""
_MOST_MORE_LAPS = 50


class Verdict(StrEnum):
    """What the laps say about a difference."""

    REAL = "real"
    LIKELY = "likely"
    CANNOT_TELL = "cannot tell yet"
    TOO_FEW = "too few laps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A difference between two sets of laps, and whether it is real.

    Attributes
    ----------
    shift : Shift
        Second minus first [s].
    verdict : Verdict
    n_more_laps : int or None
        About how many more laps on each side would tell; None where that is not the question.
    """

    shift: Shift
    verdict: Verdict
    n_more_laps: int | None = None


def gain_between(first_s: FloatArray, second_s: FloatArray, *, alpha: float = 0.05) -> Gain:
    """Return the gain from the first set of times to the second.

    Parameters
    ----------
    first_s, second_s : ndarray, shape (n,), (m,)
        Finite times [s].
    alpha : float
        A gain is real below this chance.
    """
    found = shift(first_s, second_s)
    if min(first_s.size, second_s.size) < LEAST_LAPS:
        missing = LEAST_LAPS - min(first_s.size, second_s.size)
        return Gain(shift=found, verdict=Verdict.TOO_FEW, n_more_laps=int(missing))
    if found.p is not None and found.p < alpha:
        return Gain(shift=found, verdict=Verdict.REAL)
    verdict = Verdict.LIKELY if found.p is not None and found.p < LIKELY_P else Verdict.CANNOT_TELL
    return Gain(shift=found, verdict=verdict, n_more_laps=_more_laps(found, first_s, second_s))


def gains_of_corners(
    first_s: FloatArray, second_s: FloatArray, *, q: float = 0.1
) -> tuple[Gain, ...]:
    """Return the gain in every corner; of those called real at most a share q is not.

    Parameters
    ----------
    first_s, second_s : ndarray, shape (n_laps, n_corners)
        Times with NaN where unknown [s].
    q : float
    """
    found: list[Gain] = []
    for one, other in zip(first_s.T, second_s.T, strict=True):
        found.append(gain_between(one[np.isfinite(one)], other[np.isfinite(other)]))
    stands = benjamini_hochberg(np.array([_chance(gain) for gain in found]), q)
    return tuple(_judged(gain, bool(stand)) for gain, stand in zip(found, stands, strict=True))


def _chance(gain: Gain) -> float:
    if gain.verdict is Verdict.TOO_FEW or gain.shift.p is None:
        return math.nan
    return gain.shift.p


def _judged(gain: Gain, stands: bool) -> Gain:
    if gain.verdict is Verdict.TOO_FEW:
        return gain
    if stands:
        return Gain(shift=gain.shift, verdict=Verdict.REAL)
    likely = gain.verdict is not Verdict.CANNOT_TELL
    verdict = Verdict.LIKELY if likely else Verdict.CANNOT_TELL
    return Gain(shift=gain.shift, verdict=verdict, n_more_laps=gain.n_more_laps)


def _more_laps(found: Shift, first_s: FloatArray, second_s: FloatArray) -> int | None:
    """Return about how many more laps on each side would find a difference of this size."""
    if not found.value:
        return None
    variance = 0.5 * (float(np.var(first_s, ddof=1)) + float(np.var(second_s, ddof=1)))
    needed = math.ceil(2.0 * variance * (_POWER_80 / found.value) ** 2)
    more = max(needed - int(min(first_s.size, second_s.size)), 1)
    return more if more <= _MOST_MORE_LAPS else None


def significance_word(p: float | None) -> str:
    """Return `high`, `medium` or `low` of a Mann-Whitney chance (analysis.md 21)."""
    if p is None:
        return "unknown"
    if p < 0.01:
        return "high"
    return "medium" if p < 0.05 else "low"


def usable(times_s: Sequence[float | None]) -> FloatArray:
    """Return the known times, shape (n,) [s]."""
    return np.array([t for t in times_s if t is not None and math.isfinite(t)], dtype=np.float64)
