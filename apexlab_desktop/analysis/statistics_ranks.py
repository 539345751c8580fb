"""Two groups of a few values: are they different, and by how much? In pure numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, FloatArray

EXACT_PAIRS = 400
"""Up to this product of group sizes the distribution of U is exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """By how much the second group is higher.

    Attributes
    ----------
    value : float or None
        Hodges-Lehmann: median of all differences.
    low, high : float or None
        Its 95 % interval, None where so few values cannot have one.
    p : float or None
        Two-sided, by Mann-Whitney.
    n_first, n_second : int
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    n_first: int
    n_second: int


def shift(first: FloatArray, second: FloatArray, *, coverage: float = 0.95) -> Shift:
    """Return the shift from the first group to the second.

    Parameters
    ----------
    first, second : ndarray, shape (n,), (m,)
        Finite.
    coverage : float
    """
    n, m = int(first.size), int(second.size)
    if n == 0 or m == 0:
        return Shift(value=None, n_first=n, n_second=m)
    differences = np.sort((second[None, :] - first[:, None]).ravel())
    rank = _interval_rank(n, m, 1.0 - coverage)
    return Shift(
        value=median(differences),
        low=float(differences[rank - 1]) if rank >= 1 else None,
        high=float(differences[n * m - rank]) if rank >= 1 else None,
        p=mann_whitney_p(first, second),
        n_first=n,
        n_second=m,
    )


@lru_cache(maxsize=256)
def _u_shares(n: int, m: int) -> tuple[float, ...]:
    """Return the chance of each value of U without a difference, index 0 to n m."""
    counts = np.zeros(n * m + 1)
    counts[0] = 1.0
    # The generating function of U is the Gaussian binomial: prod (1 - q^(m+i)) / (1 - q^i).
    for i in range(1, n + 1):
        step = m + i
        counts[step:] = counts[step:] - counts[:-step] if step <= n * m else counts[step:]
        for k in range(i, n * m + 1):
            counts[k] += counts[k - i]
    return tuple((counts / math.comb(n + m, n)).tolist())


def mann_whitney_p(first: FloatArray, second: FloatArray) -> float:
    """Return the two-sided chance of such an order of both groups, exact for few values.

    Ties count half; many of them make it a little larger than it is.
    """
    n, m = int(first.size), int(second.size)
    apart = second[None, :] - first[:, None]
    u = float(np.sum(apart > 0.0) + 0.5 * np.sum(apart == 0.0))
    least = min(u, n * m - u)
    if n * m <= EXACT_PAIRS:
        return min(1.0, 2.0 * sum(_u_shares(min(n, m), max(n, m))[: math.floor(least) + 1]))
    sigma = math.sqrt(n * m * (n + m + 1) / 12.0)
    z = max(0.5 * n * m - least - 0.5, 0.0) / sigma
    return math.erfc(z / math.sqrt(2.0))


def _interval_rank(n: int, m: int, alpha: float) -> int:
    """Return the rank among the differences at which the interval begins, 0 for none."""
    if n * m > EXACT_PAIRS:
        sigma = math.sqrt(n * m * (n + m + 1) / 12.0)
        return max(math.floor(0.5 * n * m - 1.959964 * sigma), 0)
    below, rank = 0.0, 0
    for u, share in enumerate(_u_shares(min(n, m), max(n, m))):
        below += share
        if 2.0 * below > alpha:
            return rank
        rank = u + 1
    return rank


def benjamini_hochberg(p: FloatArray, q: float = 0.1) -> BoolArray:
    """Return which tests stand when at most a share q of them may be false, shape (n,).

    Parameters
    ----------
    p : ndarray, shape (n,)
        NaN stands for no test.
    q : float
    """
    stands = np.zeros(p.size, dtype=np.bool_)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    limits = q * np.arange(1, order.size + 1) / max(order.size, 1)
    passing = np.flatnonzero(p[order] <= limits)
    if passing.size:
        stands[order[: passing[-1] + 1]] = True
    return stands


def holm(p: FloatArray, alpha: float = 0.05) -> BoolArray:
    """Return which tests stand when the chance of a single false one is at most alpha.

    Parameters
    ----------
    p : ndarray, shape (n,)
        NaN stands for no test.
    alpha : float
    """
    stands = np.zeros(p.size, dtype=np.bool_)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    for done, index in enumerate(order):
        if p[index] > alpha / (order.size - done):
            break
        stands[index] = True
    return stands
