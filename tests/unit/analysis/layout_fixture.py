"""Laps drawn by hand on the earth, by the generator's own geodesy."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.types import FloatArray, StartLine
from apexlab_desktop.synth.geodesy import TangentPlane

ORIGIN = (52.0, 5.0)
RADIUS_M, STRAIGHT_M = 100.0, 800.0


def stadium(
    straight_m: float = STRAIGHT_M, radius_m: float = RADIUS_M, step_m: float = 2.0
) -> FloatArray:
    """Return two straights and two half circles, counter-clockwise, shape (n, 2) [m]."""
    arc_m = np.pi * radius_m
    length_m = 2.0 * (straight_m + arc_m)
    at_m = np.arange(0.0, length_m, step_m)
    x, y = np.empty(at_m.size), np.empty(at_m.size)
    for number, start_m in enumerate((0.0, straight_m + arc_m)):
        side = 1.0 if number == 0 else -1.0
        along = (at_m >= start_m) & (at_m < start_m + straight_m)
        x[along] = side * (at_m[along] - start_m - straight_m / 2.0)
        y[along] = -side * radius_m
        bend = (at_m >= start_m + straight_m) & (at_m < start_m + straight_m + arc_m)
        angle = (at_m[bend] - start_m - straight_m) / radius_m - np.pi / 2.0
        x[bend] = side * (straight_m / 2.0 + radius_m * np.cos(angle))
        y[bend] = side * radius_m * np.sin(angle)
    return np.stack((x, y), axis=1)


def figure_eight(radius_m: float = 150.0, n: int = 1_200) -> FloatArray:
    """Return a lemniscate, which crosses itself and turns neither way round, shape (n, 2) [m]."""
    phase = np.linspace(0.2, 0.2 + 2.0 * np.pi, n, endpoint=False)
    return 2.0 * radius_m * np.stack((np.sin(phase), np.sin(phase) * np.cos(phase)), axis=1)


def shape_from(points: FloatArray, direction: str = "ccw", *, is_closed: bool = True) -> LapShape:
    """Return points in the plane around `ORIGIN` as a lap, shape (n, 2) [m]."""
    lat_deg, lon_deg = TangentPlane(*ORIGIN).to_lat_lon(points[:, 0], points[:, 1])
    steps = np.diff(np.vstack((points, points[:1])) if is_closed else points, axis=0)
    return LapShape(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        length_m=float(np.sum(np.hypot(*steps.T))),
        direction=direction,
        is_closed=is_closed,
        start_line=StartLine(
            lat_deg=float(lat_deg[0]), lon_deg=float(lon_deg[0]), bearing_deg=90.0
        ),
    )


def layout_from(points: FloatArray, name: str = "Home", direction: str = "ccw") -> Layout:
    """Return such a lap as a layout of the library; its id is its name."""
    return Layout(id=name, name=name, shape=shape_from(points, direction))
