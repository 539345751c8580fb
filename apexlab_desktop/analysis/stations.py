"""Places of a lap's samples, and between slow fixes the places that the speed tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.lap_span import LapSpan, bump_m
from apexlab_desktop.analysis.order_statistics import median, usual_step
from apexlab_desktop.analysis.projection import Projection
from apexlab_desktop.analysis.types import FloatArray

_FINE_STEP_S = 0.1
"""Over this a straight line is 2 cm off at full braking."""
_LEAST_STEP_M = 0.1
"""A step below this is one of a car that stands, or nearly."""
_SLOW_STEP_S = 0.15
"""Fixes that follow each other within this need nothing between them."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stations:
    """Samples of a span along the line; arrays have shape (n,).

    Attributes
    ----------
    time_s : ndarray
        Session time, strictly increasing [s].
    bent_m : ndarray
        By the odometer: 0 at the start, the line's length at the end [m].
    correction_m : ndarray
        What the places add to it [m].
    offset_m : ndarray
        Left of the line [m]; NaN where unknown.
    start, end : int
        Index of both crossings.
    """

    time_s: FloatArray
    bent_m: FloatArray
    correction_m: FloatArray
    offset_m: FloatArray
    start: int
    end: int


def stations_of(
    span: LapSpan,
    places: Projection,
    bent_m: FloatArray,
    correction_m: FloatArray,
    config: AnalysisConfig,
) -> Stations:
    """Return the stations of a span, with more of them where its fixes are slow.

    Parameters
    ----------
    span : LapSpan
    places : Projection
        Of its samples; at the crossings the offset is known already.
    bent_m, correction_m : ndarray, shape (n,)
        Odometer along the line, and what the places add to it [m].
    config : AnalysisConfig

    Notes
    -----
    Straight lines of a place over time are off by a T^2 / 8 in the middle between two fixes: half a
    metre at 1 Hz. The cubic with the speeds as slopes has no such error.
    """
    found = Stations(
        time_s=span.time_s,
        bent_m=bent_m,
        correction_m=correction_m,
        offset_m=places.offset_m,
        start=span.start,
        end=span.end,
    )
    if usual_step(span.time_s) <= _SLOW_STEP_S:
        return found
    return _refined(found, span.speed_mps * places.stretch, config)


def _refined(coarse: Stations, rate_mps: FloatArray, config: AnalysisConfig) -> Stations:
    step_s, step_m = np.diff(coarse.time_s), np.diff(coarse.bent_m)
    rate_mps = rate_mps * _scale(step_s, step_m, rate_mps)
    n_parts = np.ceil(step_s / _FINE_STEP_S - 1e-6).astype(np.int64)
    # Over dropouts the speeds on both sides say nothing.
    n_parts[step_s > max(config.segment_gap_s, 2.5 * usual_step(coarse.time_s))] = 1
    np.maximum(n_parts, 1, out=n_parts)
    left = np.repeat(np.arange(step_s.size), n_parts)
    first = np.cumsum(n_parts) - n_parts
    share = (np.arange(left.size) - first[left]) / n_parts[left]
    bend_m = bump_m(share, step_s[left], step_m[left], (rate_mps[left], rate_mps[left + 1]))

    def straight(values: FloatArray) -> FloatArray:
        inside = values[left] + share * np.diff(values)[left]
        # A sample of its own does not depend on the next, which may be unknown.
        inside[first] = values[:-1]
        return np.append(inside, values[-1])

    at = np.append(first, left.size)
    return Stations(
        time_s=straight(coarse.time_s),
        bent_m=straight(coarse.bent_m) + np.append(bend_m, 0.0),
        correction_m=straight(coarse.correction_m),
        offset_m=straight(coarse.offset_m),
        start=int(at[coarse.start]),
        end=int(at[coarse.end]),
    )


def _scale(step_s: FloatArray, step_m: FloatArray, rate_mps: FloatArray) -> float:
    """Return by how much the line is longer than the speeds say, as most steps see it."""
    way_m = 0.5 * (rate_mps[1:] + rate_mps[:-1]) * step_s
    is_moving = way_m > _LEAST_STEP_M
    return median(step_m[is_moving] / way_m[is_moving]) if is_moving.any() else 1.0
