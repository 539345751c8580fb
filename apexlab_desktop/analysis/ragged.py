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
        """Return how many samples of each are true, shape (n,); meant for what seldom is."""
        there = np.flatnonzero(is_true)
        return np.asarray(np.searchsorted(there, self.stop) - np.searchsorted(there, self.first))

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
        flat, owner = self.samples()
        is_least = values[flat] == self.least(values)[owner]
        found = self.first.copy()
        # From behind, so that the first one is what remains.
        found[owner[is_least][::-1]] = flat[is_least][::-1]
        return found

    def samples(self) -> tuple[IntArray, IntArray]:
        """Return the indices of all their samples, and of the stretches they are from."""
        size = self.size
        owner = np.repeat(np.arange(size.size), size)
        begins = np.cumsum(size) - size
        return np.arange(owner.size) + (self.first - begins)[owner], owner

    def time_where(self, is_true: BoolArray, time_s: FloatArray) -> FloatArray:
        """Return how long something holds in each, shape (n,) [s].

        Parameters
        ----------
        is_true : ndarray of bool
            At the `samples`.
        time_s : ndarray
            Of the whole array [s].

        Notes
        -----
        A sample stands for half the way to either neighbour in the stretch, the first and the last
        one for the whole way to their only one; none stands for anything alone.
        """
        index, owner = self.samples()
        index, owner = index[is_true], owner[is_true]
        left = np.maximum(index - 1, self.first[owner])
        right = np.minimum(index + 1, self.stop[owner] - 1)
        own_s = time_s[right] - time_s[left]
        own_s[right - left == 2] *= 0.5
        total_s = np.bincount(owner, own_s, minlength=self.first.size)
        return total_s.astype(np.float64)  # without any sample they would be whole numbers


def runs_of(is_true: BoolArray) -> Stretches:
    """Return every stretch of True, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_true, [False])).astype(np.int8)))
    return Stretches(edges[::2], edges[1::2])


def next_true(is_true: BoolArray) -> IntArray:
    """Return the index of the next True at or behind each, shape (n + 1,); n where none follows."""
    n = is_true.size
    index = np.append(np.where(is_true, np.arange(n), n), n)
    return np.asarray(np.minimum.accumulate(index[::-1])[::-1])
