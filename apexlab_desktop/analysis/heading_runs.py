"""Stretches of a line that turn one way: the raw material of corners."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, IntArray, ReferenceLine


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UnrolledLine:
    """A line cut open where it is straightest, so that no corner lies on its ends.

    Attributes
    ----------
    station_m : ndarray, shape (n,)
        Strictly increasing from `start_m`; stations of the line are these modulo its length [m].
    heading_rad : ndarray, shape (n,)
        Unwrapped [rad].
    curvature_per_m : ndarray, shape (n,)
        Averaged over a window that fits the bend; left positive [1/m].
    length_m : float
    is_closed : bool
    """

    station_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    length_m: float
    is_closed: bool

    def turned_rad(self, first: int, last: int) -> float:
        """Return the angle turned between two indices, left positive [rad]."""
        return float(self.heading_rad[last] - self.heading_rad[first])

    def on_line(self, station_m: float) -> float:
        """Return an unrolled station as one of the line, 0 to its length [m]."""
        if not self.is_closed:
            return station_m
        return float(station_m % self.length_m)


def unrolled(
    line: ReferenceLine, *, turn_rad: float, least_window_m: float, most_window_m: float
) -> UnrolledLine:
    """Return the line from its straightest place on.

    Parameters
    ----------
    line : ReferenceLine
    turn_rad : float
        Angle over which curvature is averaged, as far as the windows allow [rad].
    least_window_m, most_window_m : float
        Bounds of the averaging window [m].

    Notes
    -----
    What position noise leaves in the line is a ripple as long as the smoothing was, which at speed
    is longer than a kart's hairpin. The window therefore goes with the radius: it spans a given
    angle of the bend, and so smooths every bend alike.
    """
    n = line.station_m.size - 1 if line.is_closed else line.station_m.size
    station_m, heading_rad = line.station_m[:n], line.heading_rad[:n]
    coarse = _mean_curvature(line, station_m, np.full(n, most_window_m))
    if line.is_closed:
        first = int(
            np.argmin(np.abs(_mean_curvature(line, station_m, np.full(n, 2 * most_window_m))))
        )
        turn_of_lap = float(line.heading_rad[-1] - line.heading_rad[0])
        station_m = np.append(station_m[first:], station_m[:first] + line.length_m)
        heading_rad = np.append(heading_rad[first:], heading_rad[:first] + turn_of_lap)
        coarse = np.append(coarse[first:], coarse[:first])
    fine = _mean_curvature(line, station_m, np.full(n, least_window_m))
    tightest = np.maximum(np.abs(coarse), _running_max(np.abs(fine), station_m, least_window_m))
    width_m = np.clip(turn_rad / np.maximum(tightest, 1e-9), least_window_m, most_window_m)
    return UnrolledLine(
        station_m=station_m,
        heading_rad=heading_rad,
        curvature_per_m=_mean_curvature(line, station_m, width_m),
        length_m=line.length_m,
        is_closed=line.is_closed,
    )


def _mean_curvature(line: ReferenceLine, at_m: FloatArray, width_m: FloatArray) -> FloatArray:
    """Return the mean curvature over windows around stations, shape of `at_m` [1/m]."""
    ahead_m, behind_m = at_m + 0.5 * width_m, at_m - 0.5 * width_m
    if not line.is_closed:
        ahead_m = np.minimum(ahead_m, line.length_m)
        behind_m = np.maximum(behind_m, 0.0)
    turned = _heading(line, ahead_m) - _heading(line, behind_m)
    return np.asarray(turned / (ahead_m - behind_m))


def _heading(line: ReferenceLine, at_m: FloatArray) -> FloatArray:
    """Return the unwrapped heading, running on from lap to lap on a closed line [rad]."""
    if not line.is_closed:
        return np.interp(at_m, line.station_m, line.heading_rad)
    laps = np.floor(at_m / line.length_m)
    turn_of_lap = line.heading_rad[-1] - line.heading_rad[0]
    within = np.interp(at_m - laps * line.length_m, line.station_m, line.heading_rad)
    return np.asarray(within + laps * turn_of_lap)


def _running_max(values: FloatArray, station_m: FloatArray, width_m: float) -> FloatArray:
    """Return the largest value within half a window to each side, shape (n,)."""
    half = max(round(0.5 * width_m / float(station_m[1] - station_m[0])), 1)
    padded = np.pad(values, half, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=1))


def runs(heading_rad: FloatArray, reversal_rad: float) -> list[tuple[int, int]]:
    """Return index pairs between which the heading goes one way.

    Parameters
    ----------
    heading_rad : ndarray, shape (n,)
        Unwrapped [rad].
    reversal_rad : float
        Turning back by less than this does not end a run [rad].

    Returns
    -------
    list of (int, int)
        Turning points of the heading, in order; each run turns at least `reversal_rad`, but for a
        line that turns by less altogether, which has none.

    Notes
    -----
    Turning points with a dead band (the zigzag of rainflow counting): what counts is by how much
    the car turned, so noise of the curvature, whose integral stays small, makes no corners.
    """
    pivots: list[int] = []
    low = high = 0
    way = 0
    values = heading_rad.tolist()
    # Places on the way up or down change nothing.
    is_up, is_down = np.diff(heading_rad) > 0.0, np.diff(heading_rad) < 0.0
    is_on_way = (is_up[1:] & is_up[:-1]) | (is_down[1:] & is_down[:-1])
    for i in np.flatnonzero(~np.concatenate(([False], is_on_way, [False]))).tolist():
        value = values[i]
        if way >= 0 and value > values[high]:
            high = i
        if way <= 0 and value < values[low]:
            low = i
        if way <= 0 and value - values[low] >= reversal_rad:
            pivots.append(low)
            way, high = 1, i
        elif way >= 0 and values[high] - value >= reversal_rad:
            pivots.append(high)
            way, low = -1, i
    if not pivots:
        return []
    pivots.append(high if way > 0 else low)
    return list(itertools.pairwise(pivots))


@dataclass(frozen=True, slots=True, kw_only=True)
class Valley:
    """Where a bend opens before it tightens again.

    Attributes
    ----------
    at : int
        Index of its least curvature.
    ratio : float
        Least curvature over the smaller of the two peaks beside it.
    missing_rad : float
        How much more the car would have turned without it [rad].
    """

    at: int
    ratio: float
    missing_rad: float


def deepest_valley(curvature_per_m: FloatArray, step_m: float) -> Valley | None:
    """Return the valley with most missing angle of a bend; None where it has but one peak.

    Parameters
    ----------
    curvature_per_m : ndarray, shape (n,)
        Positive in the direction of the bend [1/m].
    step_m : float
        Spacing [m].

    Notes
    -----
    Filled with water a valley's level is the lower of the highest peaks on both sides; the missing
    angle is the water in it.
    """
    if curvature_per_m.size < 3:
        return None
    left = np.maximum.accumulate(curvature_per_m)
    right = np.maximum.accumulate(curvature_per_m[::-1])[::-1]
    level = np.minimum(left, right)
    depth = level - curvature_per_m
    is_wet = depth > 0.0
    if not is_wet.any():
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_wet, [False])).astype(np.int8)))
    starts, stops = edges[::2], edges[1::2]
    missing_rad = np.add.reduceat(depth, starts) * step_m if starts.size else np.zeros(0)
    best = int(np.argmax(missing_rad))
    inside = slice(int(starts[best]), int(stops[best]))
    at = int(starts[best]) + int(np.argmin(curvature_per_m[inside]))
    return Valley(
        at=at,
        ratio=float(max(curvature_per_m[at], 0.0) / level[at]),
        missing_rad=float(missing_rad[best]),
    )


def parts_at(cuts: IntArray | list[int], first: int, last: int) -> list[tuple[int, int]]:
    """Return the pieces of `first` to `last` between cuts."""
    bounds = [first, *sorted(cuts), last]
    return list(itertools.pairwise(bounds))
