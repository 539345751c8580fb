"""Does a driver do something in one of two ways? The best division of a few values in two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, FloatArray

PRIOR_WEIGHT = 6.0
"""How many laps' worth the scatter expected from all corners has against that of one corner."""
_NULL_DRAWS = 10_000
_NULL_SEED = 20_260_516
_TAIL_FROM, _TAIL_NEAR = 0.005, 0.05
"""Below the first chance the tail of the simulated distribution is extrapolated from both."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Split:
    """Values divided into a lower and an upper group.

    Attributes
    ----------
    is_upper : ndarray of bool, shape (n,)
    difference : float
        Mean of the upper minus mean of the lower group.
    sigma : float
        Scatter within the groups, drawn towards the expected one.
    statistic : float
        The difference over its standard error.
    chance : float
        How often equal values with about the expected scatter are divided so well.
    own_chance : float
        The same by the scatter within the groups alone: whether there are two groups at all.
    """

    is_upper: BoolArray
    difference: float
    sigma: float
    statistic: float
    chance: float
    own_chance: float

    @property
    def n_upper(self) -> int:
        """How many values are in the upper group."""
        return int(self.is_upper.sum())


def best_split(
    values: FloatArray, sigma: float, *, least_upper: int = 2, least_lower: int = 1
) -> Split | None:
    """Return the division with the largest difference against its standard error.

    Parameters
    ----------
    values : ndarray, shape (n,)
        NaN is in no group.
    sigma : float
        Scatter that values of this kind have anyway.
    least_upper, least_lower : int
        Smallest groups.

    Returns
    -------
    Split or None
        None for too few values.
    """
    known = np.flatnonzero(np.isfinite(values))
    if known.size < max(least_upper + least_lower, 3):
        return None
    order = known[np.argsort(values[known], kind="stable")]
    ordered = values[order]
    statistic, scatter, difference = _statistics(ordered[None, :], sigma)
    lower = np.arange(1, known.size)
    allowed = (lower >= least_lower) & (known.size - lower >= least_upper)
    ranked = np.where(allowed, statistic[0], -np.inf)
    cut = int(np.argmax(ranked))
    is_upper = np.zeros(values.size, dtype=np.bool_)
    is_upper[order[cut + 1 :]] = True
    own = _own_statistic(ordered, cut + 1)
    return Split(
        is_upper=is_upper,
        difference=float(difference[0, cut]),
        sigma=float(scatter[0, cut]),
        statistic=float(ranked[cut]),
        chance=chance_of(float(ranked[cut]), int(known.size)),
        own_chance=chance_of(own, int(known.size), prior=0.0),
    )


def _statistics(
    ordered: FloatArray, sigma: float, prior: float = PRIOR_WEIGHT
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return statistic, scatter and difference of every cut of sorted rows, shape (m, n - 1)."""
    n = ordered.shape[1]
    lower = np.arange(1.0, n)
    upper = n - lower
    sums, squares = np.cumsum(ordered, axis=1), np.cumsum(ordered**2, axis=1)
    low, low2 = sums[:, :-1], squares[:, :-1]
    high, high2 = sums[:, -1:] - low, squares[:, -1:] - low2
    within = low2 - low**2 / lower + high2 - high**2 / upper
    freedom = prior + n - 2.0
    scatter = np.sqrt((prior * sigma**2 + np.maximum(within, 0.0)) / freedom)
    difference = high / upper - low / lower
    error = np.maximum(scatter, 1e-12) * np.sqrt(1.0 / lower + 1.0 / upper)
    return difference / error, scatter, difference


def _own_statistic(ordered: FloatArray, n_lower: int) -> float:
    """Return the statistic of one cut of sorted values by the scatter within its groups alone."""
    low, high = ordered[:n_lower], ordered[n_lower:]
    low_mean, high_mean = float(low.mean()), float(high.mean())
    within = float(np.sum((low - low_mean) ** 2) + np.sum((high - high_mean) ** 2))
    scatter = math.sqrt(within / (ordered.size - 2.0))
    error = max(scatter, 1e-12) * math.sqrt(1.0 / low.size + 1.0 / high.size)
    return (high_mean - low_mean) / error


@lru_cache(maxsize=64)
def _null(n: int, prior: float) -> FloatArray:
    """Return sorted best statistics of n equal values, shape (draws,).

    The expected scatter is 1; that of the values is around it as widely as its weight says: as many
    values would scatter. Were it taken for certain, wherever a corner scatters more than the others
    chance would pass for a habit (Smyth 2004, moderated t).
    """
    rng = np.random.default_rng(_NULL_SEED + n)
    draws = rng.standard_normal((_NULL_DRAWS, n))
    if prior > 0.0:
        draws *= np.sqrt(prior / rng.chisquare(prior, (_NULL_DRAWS, 1)))
    centred = draws - draws.mean(axis=1, keepdims=True)
    statistic, _, _ = _statistics(np.sort(centred, axis=1), 1.0, prior)
    return np.sort(statistic.max(axis=1))


@lru_cache(maxsize=64)
def _tail(n: int, prior: float) -> tuple[float, float]:
    """Return where the tail of those begins, and by which power it falls."""
    null = _null(n, prior)
    near, far = np.quantile(null, (1.0 - _TAIL_NEAR, 1.0 - _TAIL_FROM)).tolist()
    return far, math.log(_TAIL_NEAR / _TAIL_FROM) / math.log(far / near)


def chance_of(statistic: float, n: int, prior: float = PRIOR_WEIGHT) -> float:
    """Return how often n equal values show at least this statistic.

    Parameters
    ----------
    statistic : float
    n : int
        How many values.
    prior : float
        Weight of the expected scatter in it.

    Notes
    -----
    Simulated; beyond the 99.5 % point the tail is continued as the power through it and the
    95 % point. A Student tail falls by a power that grows outwards: this is on the safe side.
    """
    null = _null(n, prior)
    above = 1.0 - float(np.searchsorted(null, statistic)) / null.size
    if above > _TAIL_FROM:
        return above
    far, power = _tail(n, prior)
    return _TAIL_FROM * math.pow(far / max(statistic, far), power)
