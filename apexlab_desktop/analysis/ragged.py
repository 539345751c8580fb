"""Many stretches of one array at once: their sums, their least values, what holds all over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches `[first, stop)` of an array; they may overlap, and be empty.

    Attributes
    ----------
    first, stop : ndarray of int, shape (n,)
        `stop` is never less than `first`.
    """

    first: IntArray
    stop: IntArray

    @property
    def size(self) -> IntArray:
        """How many samples each has, shape (n,)."""
        return self.stop - self.first

    def count(self, is_true: BoolArray) -> IntArray:
        """Return how many samples of each are true, shape (n,)."""
        upto = np.concatenate(([0], np.cumsum(is_true)))
        return np.asarray(upto[self.stop] - upto[self.first])

    def least(self, values: FloatArray) -> FloatArray:
        """Return the least known value of each, NaN without one, shape (n,)."""
        if not self.first.size:
            return np.empty(0)
        ends = np.stack((self.first, self.stop), axis=1).ravel()
        least = np.fmin.reduceat(np.append(values, np.nan), ends)[::2]
        return np.where(self.stop > self.first, least, np.nan)

    def least_index(self, values: FloatArray) -> IntArray:
        """Return the first index of the least known value of each, shape (n,).

        `first` where none is known.
        """
        flat, owner = self._flat()
        is_least = values[flat] == self.least(values)[owner]
        found = self.first.copy()
        # From behind, so that the first one is what remains.
        found[owner[is_least][::-1]] = flat[is_least][::-1]
        return found

    def _flat(self) -> tuple[IntArray, IntArray]:
        """Return the indices of all samples, and of the stretches they are from."""
        size = self.size
        owner = np.repeat(np.arange(size.size), size)
        begins = np.cumsum(size) - size
        return np.arange(owner.size) + (self.first - begins)[owner], owner

    def time_where(self, is_true: BoolArray, time_s: FloatArray) -> FloatArray:
        """Return how long something holds in each, shape (n,) [s].

        A sample stands for half the way to either neighbour in the stretch, the first and the last
        one for the whole way to their only one; none stands for anything alone.
        """
        step_s = np.diff(time_s)
        own_s = np.zeros(time_s.size)
        own_s[1:-1] = 0.5 * (step_s[1:] + step_s[:-1])
        upto = np.concatenate(([0.0], np.cumsum(np.where(is_true, own_s, 0.0))))
        total = np.where(self.size > 1, upto[self.stop] - upto[self.first], 0.0)
        long = np.flatnonzero(self.size > 1)
        for end, inner in ((self.first[long], 0), (self.stop[long] - 1, -1)):
            total[long] += np.where(is_true[end], step_s[end + inner] - own_s[end], 0.0)
        return np.asarray(total)


def runs_of(is_true: BoolArray) -> Stretches:
    """Return every stretch of True, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_true, [False])).astype(np.int8)))
    return Stretches(edges[::2], edges[1::2])


def next_true(is_true: BoolArray) -> IntArray:
    """Return the index of the next True at or behind each, shape (n + 1,); n where none follows."""
    n = is_true.size
    index = np.append(np.where(is_true, np.arange(n), n), n)
    return np.asarray(np.minimum.accumulate(index[::-1])[::-1])
