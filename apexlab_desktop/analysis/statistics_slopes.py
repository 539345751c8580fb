"""Slopes that single bad values do not bend (Theil-Sen, Kendall)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray

EXACT_UP_TO = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """A slope with its 95 % interval.

    Attributes
    ----------
    value : float or None
        Median of all pairs' slopes.
    low, high : float or None
    p : float or None
        Two-sided chance of such an order without a slope.
    intercept : float or None
        Median of what is left at place 0.
    n : int
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    intercept: float | None = None
    n: int

    @property
    def is_real(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low is not None and self.high is not None and self.low * self.high > 0.0


def theil_sen(places: FloatArray, values: FloatArray, *, coverage: float = 0.95) -> Slope:
    """Return the median slope and its interval.

    Parameters
    ----------
    places, values : ndarray, shape (n,)
        Finite; places all different.
    coverage : float

    Notes
    -----
    Sen (1968): the interval is between the ranks of the pairs' slopes that Kendall's statistic
    cannot tell from 0; its distribution is exact up to 50 values.
    """
    n = int(values.size)
    if n < 3:
        return Slope(value=None, n=n)
    i, j = np.triu_indices(n, 1)
    run = places[j] - places[i]
    slopes = np.sort((values[j] - values[i]) / run)
    value = median(slopes)
    concordance = int(np.sum(np.sign((values[j] - values[i]) * run)))
    cut = _kendall_cut(n, 1.0 - coverage)
    low_rank = (slopes.size - cut) // 2
    known = cut < slopes.size and low_rank >= 1
    return Slope(
        value=value,
        low=float(slopes[low_rank - 1]) if known else None,
        high=float(slopes[slopes.size - low_rank]) if known else None,
        p=kendall_p(concordance, n),
        intercept=median(values - value * places),
        n=n,
    )


@lru_cache(maxsize=64)
def _inversions(n: int) -> tuple[float, ...]:
    """Return the share of all orders of n values with 0, 1, 2 ... inversions."""
    counts = np.ones(1)
    for k in range(2, n + 1):
        counts = np.convolve(counts, np.ones(k) / k)
    return tuple(counts.tolist())


def kendall_p(concordance: int, n: int) -> float:
    """Return the two-sided chance of |S| or more, S = concordant minus discordant pairs."""
    pairs = n * (n - 1) // 2
    if n > EXACT_UP_TO:
        variance = n * (n - 1) * (2 * n + 5) / 18.0
        z = max(abs(concordance) - 1, 0) / math.sqrt(variance)
        return math.erfc(z / math.sqrt(2.0))
    most = (pairs - abs(concordance)) // 2
    return min(1.0, 2.0 * sum(_inversions(n)[: most + 1]))


@lru_cache(maxsize=256)
def _kendall_cut(n: int, alpha: float) -> int:
    """Return the least S whose chance to be exceeded by |S| is at most alpha."""
    pairs = n * (n - 1) // 2
    for value in range(pairs % 2, pairs + 1, 2):
        if kendall_p(value + 2, n) <= alpha:
            return value
    return pairs
