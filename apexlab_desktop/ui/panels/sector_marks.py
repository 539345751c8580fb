"""Lines and names of sectors on a map."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from apexlab_desktop.analysis.arrays import FloatArray
from apexlab_desktop.ui.plots.map_marks import TrackShape
from apexlab_desktop.ui.plots.map_places import nearest_place
from apexlab_desktop.ui.plots.trace_item import polygon
from apexlab_desktop.ui.plots.track_line import MapView

LEAST_STEP_PX = 1.5
"""A polyline needs no more points than that."""
NAME_AWAY_PX, NAME_ROOM_PX = 22.0, 34.0
NAME_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7)
"""Where along a sector its name may stand, the best place first."""


def thinned(shape: TrackShape, view: MapView) -> TrackShape:
    """Return the shape with as many points as a picture of it shows."""
    step_m = float(np.median(np.diff(shape.distance_m)))
    every = max(int(LEAST_STEP_PX / max(view.px_per_m * step_m, 1e-6)), 1)
    index = np.append(np.arange(0, shape.distance_m.size - 1, every), shape.distance_m.size - 1)
    return TrackShape(
        distance_m=shape.distance_m[index], x_m=shape.x_m[index], y_m=shape.y_m[index]
    )


def free_place(
    shape: TrackShape,
    view: MapView,
    stretch_m: tuple[float, float],
    taken: Sequence[QPointF],
    area: QRectF,
) -> QPointF | None:
    """Return where a name beside a stretch of track has most room; None where there is none."""
    from_m, to_m = stretch_m
    found: list[tuple[float, QPointF]] = []
    for share in NAME_SHARES:
        place_m = from_m + share * (to_m - from_m)
        point = view.point_px(*shape.at(place_m))
        if not math.isfinite(point.x() + point.y()):
            continue
        east, north = shape.direction_at(place_m)
        for side in (1.0, -1.0):
            at = point + QPointF(north, east) * (side * NAME_AWAY_PX)
            if not area.contains(at):
                continue
            room_px = min(nearest_place(shape, view, at)[1], NAME_AWAY_PX)
            others = [math.hypot(at.x() - o.x(), at.y() - o.y()) for o in taken]
            found.append((room_px + min([*others, NAME_ROOM_PX]), at))
    return max(found, key=lambda one: one[0], default=(0.0, None))[1]


def stroke(painter: QPainter, x: FloatArray, y: FloatArray, shade: QColor, width: float) -> None:
    """Draw a line through the pixels that are known."""
    known = np.isfinite(x) & np.isfinite(y)
    pen = QPen(
        shade,
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.FlatCap,
        Qt.PenJoinStyle.RoundJoin,
    )
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(polygon(x[known], y[known]))
