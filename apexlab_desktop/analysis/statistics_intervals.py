"""Intervals for a few skewed values (algorithms.md 6)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray

LEAST_VALUES = 4
MOST_FOR_ORDER = 12
BOOTSTRAP_DRAWS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A median with its interval, or the reason why there is none.

    Attributes
    ----------
    value : float or None
    low, high : float or None
    coverage : float or None
        What the interval covers at least; of few values no more may be had than is asked for.
    method : str
        `order`, `bootstrap` or empty.
    n : int
    reasons : tuple of str
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    method: str = ""
    n: int
    reasons: tuple[str, ...] = ()


def seed_of(content_hash: str) -> int:
    """Return the seed of everything drawn for a file: the same file gives the same numbers."""
    return int(content_hash[:16], 16) if content_hash else 0


def median_interval(values: FloatArray, *, coverage: float = 0.95, seed: int = 0) -> Interval:
    """Return the median and its interval.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite.
    coverage : float
        Asked for.
    seed : int
        Of the bootstrap, from `seed_of`.

    Notes
    -----
    Up to 12 values by order statistics (the sign test turned round), which asks nothing of the
    distribution; above by the percentile bootstrap of the median.
    """
    n = int(values.size)
    if n == 0:
        return Interval(value=None, n=0, reasons=("no values",))
    middle = median(values)
    if n < LEAST_VALUES:
        return Interval(value=middle, n=n, reasons=(f"too few: {n} of {LEAST_VALUES}",))
    if n <= MOST_FOR_ORDER:
        rank, covered = _order_rank(n, coverage)
        ordered = np.sort(values)
        low, high = float(ordered[rank]), float(ordered[n - 1 - rank])
        return Interval(value=middle, low=low, high=high, coverage=covered, method="order", n=n)
    draws = np.random.default_rng(seed).integers(0, n, (BOOTSTRAP_DRAWS, n))
    medians = np.median(values[draws], axis=1)
    tail = 0.5 * (1.0 - coverage)
    low, high = (float(q) for q in np.quantile(medians, (tail, 1.0 - tail)))
    return Interval(value=middle, low=low, high=high, coverage=coverage, method="bootstrap", n=n)


def _order_rank(n: int, coverage: float) -> tuple[int, float]:
    """Return how many values to leave out at each end, and what the rest covers."""
    best, covered = 0, 1.0 - 2.0 * 0.5**n
    tail = 0.5**n
    for rank in range(1, n // 2):
        tail += math.comb(n, rank) * 0.5**n
        if 1.0 - 2.0 * tail < coverage:
            break
        best, covered = rank, 1.0 - 2.0 * tail
    return best, covered
