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

NAME_AWAY_PX, NAME_ROOM_PX = 22.0, 34.0
NAME_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
"""Where along a sector its name may stand, the best place first."""


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
