"""The still part of the track map: line, marks, legend and scale, painted once per view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from apexlab_desktop.ui.plots.map_colours import MapColouring
from apexlab_desktop.ui.plots.map_marks import (
    TrackShape,
    paint_corner_numbers,
    paint_legend,
    paint_scale_bar,
    paint_start,
)
from apexlab_desktop.ui.plots.track_line import MapView, Ramp, track_picture
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand, MapColour
from apexlab_desktop.units import UnitSystem

_MAX_KEPT_TRACKS = 8
_SMALL_MAP_PX = 200

TrackKey = tuple[object, ...]


def clip_rect(content: QRectF) -> QRectF:
    """Return where the track may be drawn around the content of its panel."""
    return content.adjusted(-8.0, 0.0, 8.0, 6.0)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MapScene:
    """What the map shows.

    Attributes
    ----------
    shape : TrackShape
    view : MapView
    colouring : MapColouring or None
        None for a drive without laps.
    lap_index : int
        The lap whose line it is, -1 for none.
    map_colour : MapColour
    corners : tuple of CornerBand
    units : UnitSystem
    theme : Theme
    size : QSize
        Of the panel [logical px].
    content : QRectF
        Of the panel without its head [logical px].
    ratio : float
        Device pixels per logical pixel.
    """

    shape: TrackShape
    view: MapView
    colouring: MapColouring | None
    lap_index: int
    map_colour: MapColour
    corners: tuple[CornerBand, ...]
    units: UnitSystem
    theme: Theme
    size: QSize
    content: QRectF
    ratio: float


class MapPainter:
    """Paints scenes; the tracks painted last are kept by all that they depend on."""

    def __init__(self) -> None:
        self._tracks: dict[TrackKey, QPixmap] = {}

    def forget(self) -> None:
        """Drop what is kept: the laps are others."""
        self._tracks.clear()

    def paint(self, painter: QPainter, scene: MapScene) -> None:
        """Paint the coloured track with its marks, or the whole drive in one colour."""
        if scene.colouring is None:
            self._paint_drive(painter, scene)
        else:
            self._paint_lap(painter, scene, scene.colouring)
        paint_scale_bar(painter, scene.content, scene.view, scene.units, scene.theme)

    def _paint_lap(self, painter: QPainter, scene: MapScene, colouring: MapColouring) -> None:
        painter.save()
        painter.setClipRect(clip_rect(scene.content))
        painter.drawPixmap(QPoint(0, 0), self._track(scene, colouring))
        paint_start(painter, scene.shape, scene.view, scene.theme)
        if scene.size.height() >= _SMALL_MAP_PX:
            paint_corner_numbers(painter, scene.shape, scene.view, scene.corners, scene.theme)
        painter.restore()
        paint_legend(painter, scene.content, colouring, scene.theme)

    def _paint_drive(self, painter: QPainter, scene: MapScene) -> None:
        """Paint one colour: without laps there is nothing to compare."""
        shape, view, theme = scene.shape, scene.view, scene.theme
        no_colour = np.full(shape.x_m.size, -1, dtype=np.int64)
        line = (view.x_px(shape.x_m), view.y_px(shape.y_m), no_colour)
        ramp = Ramp(low=0.0, high=1.0, stops=theme.speed_ramp)
        picture = track_picture(scene.size, scene.ratio, theme.muted, line, ramp)
        painter.drawPixmap(QPoint(0, 0), picture)

    def _track(self, scene: MapScene, colouring: MapColouring) -> QPixmap:
        size, shape, view = scene.size, scene.shape, scene.view
        key: TrackKey = (
            size.width(), size.height(), scene.ratio, scene.theme.name, scene.lap_index,
            scene.map_colour, view,
        )  # fmt: skip
        if key not in self._tracks:
            if len(self._tracks) >= _MAX_KEPT_TRACKS:
                self._tracks.pop(next(iter(self._tracks)))
            line = (
                view.x_px(shape.x_m),
                view.y_px(shape.y_m),
                colouring.ramp.bins(colouring.values),
            )
            self._tracks[key] = track_picture(
                size, scene.ratio, scene.theme.track_edge, line, colouring.ramp
            )
        return self._tracks[key]
