"""Places of the track that a pixel or a distance means."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.app.start_lines import PlaceOnTrack
from apexlab_desktop.ui.plots.map_marks import TrackShape
from apexlab_desktop.ui.plots.track_line import MapView


class Plane(Protocol):
    """What knows the origin of its east and north."""

    @property
    def origin_lat_deg(self) -> float | None:
        """Latitude of the origin [deg]."""

    @property
    def origin_lon_deg(self) -> float | None:
        """Longitude of the origin [deg]."""


def nearest_place(shape: TrackShape, view: MapView, point: QPointF) -> tuple[float, float]:
    """Return the place of the track nearest to a pixel [m] and how far it is [px]."""
    away: FloatArray = np.hypot(view.x_px(shape.x_m) - point.x(), view.y_px(shape.y_m) - point.y())
    index = int(np.nanargmin(away))
    return float(shape.distance_m[index]), float(away[index])


def place_on(shape: TrackShape, place_m: float, plane: Plane | None) -> PlaceOnTrack | None:
    """Return a place of the line with its driving direction, None where unknown."""
    if not math.isfinite(place_m):
        return None
    (x_m, y_m), (east, north) = shape.at(place_m), shape.direction_at(place_m)
    if not math.isfinite(x_m + y_m + east + north):
        return None
    return PlaceOnTrack(
        x_m=x_m, y_m=y_m, east=east, north=north,
        origin_lat_deg=plane.origin_lat_deg if plane else None,
        origin_lon_deg=plane.origin_lon_deg if plane else None,
    )  # fmt: skip
