"""Reference lines in closed form: their curvature is that of the recipe, not of a drive."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, ReferenceLine

STEP_M = 0.7


def line_of(
    legs: Sequence[tuple[float, float]], *, is_closed: bool = True, ramp_m: float = 12.0
) -> ReferenceLine:
    """Return a line of (length [m], turned angle [rad]) legs with ramps of curvature between."""
    length_m = float(sum(leg for leg, _ in legs))
    station_m = np.append(np.arange(0.0, length_m - 1e-6, STEP_M), length_m)
    ends = np.cumsum([leg for leg, _ in legs])
    which = np.minimum(np.searchsorted(ends, station_m, side="right"), len(legs) - 1)
    curvature = np.array([angle / leg for leg, angle in legs])[which]
    n = max(round(ramp_m / STEP_M), 1)
    kernel = np.ones(n) / n
    body = np.concatenate((curvature[-n - 1 : -1], curvature[:-1], curvature[:n]))
    smooth = np.convolve(body, kernel, mode="same")[n:-n]
    smooth = np.append(smooth, smooth[0])
    heading = np.append(0.0, np.cumsum(0.5 * (smooth[1:] + smooth[:-1]) * np.diff(station_m)))
    x_m, y_m = (_integral(way, station_m) for way in (np.cos(heading), np.sin(heading)))
    return ReferenceLine(
        station_m=station_m,
        x_m=x_m,
        y_m=y_m,
        heading_rad=heading,
        curvature_per_m=smooth,
        length_m=length_m,
        is_closed=is_closed,
        origin_lat_deg=50.0,
        origin_lon_deg=8.0,
    )


def backwards(line: ReferenceLine) -> ReferenceLine:
    """Return the same road driven the other way round."""
    station_m = line.length_m - line.station_m[::-1]
    return ReferenceLine(
        station_m=station_m,
        x_m=line.x_m[::-1],
        y_m=line.y_m[::-1],
        heading_rad=line.heading_rad[::-1] + np.pi,
        curvature_per_m=-line.curvature_per_m[::-1],
        length_m=line.length_m,
        is_closed=line.is_closed,
        origin_lat_deg=line.origin_lat_deg,
        origin_lon_deg=line.origin_lon_deg,
    )


def _integral(rate: FloatArray, station_m: FloatArray) -> FloatArray:
    return np.append(0.0, np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(station_m)))
