"""Marks on the track map: start line, direction, corner numbers, legend, scale bar."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE
from apexlab_desktop.ui.plots.map_colours import MapColouring
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.track_line import MapView
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand
from apexlab_desktop.units import FEET_PER_METRE, UnitSystem

MARKER_RADIUS_PX = 6.0
MARKER_RING_PX = 2.0

_LEGEND_WIDTH_PX = 150.0
_LEGEND_BAR_PX = 6.0
_LEGEND_TEXT_PX = 16.0
_CORNER_DISTANCE_PX = 16.0
_CORNER_CIRCLE_PX = 18.0
_CIRCLE_DISTANCE_PX = 22.0
_START_HALF_LENGTH_PX = 8.0
_START_WIDTH_PX = 2.5
_ARROW_AHEAD_PX = 16.0
_ARROW_ASIDE_PX = 14.0
_DIRECTION_REACH_M = 12.0
_LONGEST_SCALE_PX = 90.0
_LIKE_SHARE = 0.05
_SMALLEST_TRACK_M = 10.0
"""Positions that spread less are the noise of a car that stood."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrackShape:
    """The driven line of the lap shown.

    Attributes
    ----------
    distance_m : ndarray, shape (n,)
        Places of the points [m].
    x_m, y_m : ndarray, shape (n,)
        East and north [m]; NaN where unknown.
    """

    distance_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray

    @classmethod
    def of(cls, distance_m: FloatArray, x_m: FloatArray, y_m: FloatArray) -> TrackShape | None:
        """Return the shape, None when fewer than two positions are known or the car stood."""
        known = np.isfinite(x_m + y_m)
        if np.count_nonzero(known) < 2:
            return None
        if max(np.ptp(x_m[known]), np.ptp(y_m[known])) < _SMALLEST_TRACK_M:
            return None
        return cls(distance_m=distance_m, x_m=x_m, y_m=y_m)

    def bounds_m(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north ends [m]."""
        return (
            float(np.nanmin(self.x_m)),
            float(np.nanmin(self.y_m)),
            float(np.nanmax(self.x_m)),
            float(np.nanmax(self.y_m)),
        )

    def is_like(self, other: TrackShape | None) -> bool:
        """Return whether the other shape fills the same area, so that a zoomed map may stay."""
        if other is None:
            return False
        mine, theirs = self.bounds_m(), other.bounds_m()
        size = max(mine[2] - mine[0], mine[3] - mine[1])
        return all(abs(a - b) <= _LIKE_SHARE * size for a, b in zip(mine, theirs, strict=True))

    def fitted(self, rect: QRectF, margin_px: float) -> MapView:
        """Return the view that shows the whole track in the middle of an area."""
        west, south, east, north = self.bounds_m()
        width = max(rect.width() - 2.0 * margin_px, 1.0)
        height = max(rect.height() - 2.0 * margin_px, 1.0)
        scale = min(width / max(east - west, 1.0), height / max(north - south, 1.0))
        return MapView(
            px_per_m=scale,
            centre_x_m=(west + east) / 2.0,
            centre_y_m=(south + north) / 2.0,
            centre_x_px=rect.center().x(),
            centre_y_px=rect.center().y(),
        )

    def at(self, place_m: float) -> tuple[float, float]:
        """Return east and north at a place [m]."""
        return (
            float(np.interp(place_m, self.distance_m, self.x_m)),
            float(np.interp(place_m, self.distance_m, self.y_m)),
        )

    def direction_at(self, place_m: float) -> tuple[float, float]:
        """Return the driving direction at a place as a unit vector (east, north)."""
        start, stop = float(self.distance_m[0]), float(self.distance_m[-1])
        x0, y0 = self.at(max(place_m - _DIRECTION_REACH_M, start))
        x1, y1 = self.at(min(place_m + _DIRECTION_REACH_M, stop))
        length = math.hypot(x1 - x0, y1 - y0)
        return ((x1 - x0) / length, (y1 - y0) / length) if length > 0.0 else (1.0, 0.0)


def paint_start(painter: QPainter, shape: TrackShape, view: MapView, theme: Theme) -> None:
    """Paint the bar across the track at start/finish and an arrow in the driving direction."""
    start_m = float(shape.distance_m[0])
    point = view.point_px(*shape.at(start_m))
    east, north = shape.direction_at(start_m)
    if not math.isfinite(point.x() + point.y() + east + north):
        return
    along, across = QPointF(east, -north), QPointF(north, east)
    painter.setPen(QPen(colour(theme.text), _START_WIDTH_PX, c=Qt.PenCapStyle.FlatCap))
    half = across * _START_HALF_LENGTH_PX
    painter.drawLine(QLineF(point - half, point + half))
    outside = _away_from_middle(shape, view, point, across)
    tip = point + along * _ARROW_AHEAD_PX + outside * _ARROW_ASIDE_PX
    painter.setPen(
        QPen(colour(theme.secondary), 1.5, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
    )
    tail = tip - along * (_ARROW_AHEAD_PX + 2.0)
    painter.drawLine(QLineF(tail, tip))
    barb = tip - along * 5.0
    painter.drawPolyline(QPolygonF([barb + across * 3.5, tip, barb - across * 3.5]))


def paint_corner_numbers(
    painter: QPainter,
    shape: TrackShape,
    view: MapView,
    corners: tuple[CornerBand, ...],
    theme: Theme,
) -> None:
    """Paint the numbers outside their turns."""
    painter.setFont(font(11, 600))
    painter.setPen(colour(theme.secondary))
    for corner in corners:
        painter.drawText(
            _box(corner_point(shape, view, corner)), Qt.AlignmentFlag.AlignCenter, corner.label
        )


def paint_corner_circle(
    painter: QPainter, shape: TrackShape, view: MapView, corner: CornerBand, theme: Theme
) -> None:
    """Paint the number of the corner the cursor is in, in a filled circle."""
    point = corner_point(shape, view, corner, _CIRCLE_DISTANCE_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.accent))
    painter.drawEllipse(point, _CORNER_CIRCLE_PX / 2.0, _CORNER_CIRCLE_PX / 2.0)
    painter.setFont(font(11, 600))
    painter.setPen(colour(theme.on_accent))
    painter.drawText(_box(point), Qt.AlignmentFlag.AlignCenter, corner.label)


def legend_rect(area: QRectF) -> QRectF:
    """Return where the legend lies; a click there changes what colours the map."""
    height = _LEGEND_TEXT_PX + _LEGEND_BAR_PX
    return QRectF(area.left() + 2.0, area.bottom() - height - 2.0, _LEGEND_WIDTH_PX, height)


def paint_legend(painter: QPainter, area: QRectF, colouring: MapColouring, theme: Theme) -> None:
    """Paint the colour scale with its ends, middle and unit."""
    rect = legend_rect(area)
    bar = QRectF(rect.left(), rect.bottom() - _LEGEND_BAR_PX, rect.width(), _LEGEND_BAR_PX)
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    stops = colouring.ramp.stops
    for index, stop in enumerate(stops):
        gradient.setColorAt(index / (len(stops) - 1), colour(stop))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(bar, _LEGEND_BAR_PX / 2.0, _LEGEND_BAR_PX / 2.0)
    _paint_legend_labels(painter, rect, colouring, theme)


def _paint_legend_labels(
    painter: QPainter, rect: QRectF, colouring: MapColouring, theme: Theme
) -> None:
    low, middle, high = colouring.labels
    metrics = QFontMetricsF(font(11))
    baseline = rect.top() + metrics.ascent() - 1.0
    painter.setFont(font(11))
    painter.setPen(colour(theme.secondary))
    painter.drawText(QPointF(rect.left(), baseline), low)
    middle_x = rect.center().x() - metrics.horizontalAdvance(middle) / 2.0
    painter.drawText(QPointF(middle_x, baseline), middle)
    last = f"{high}{NO_BREAK_SPACE}{colouring.unit}".strip()
    last_x = rect.right() - metrics.horizontalAdvance(last)
    middle_end = middle_x + metrics.horizontalAdvance(middle)
    if last_x < middle_end + 8.0:
        last_x = rect.right() - metrics.horizontalAdvance(high)
    painter.drawText(QPointF(last_x, baseline), last)


def paint_scale_bar(
    painter: QPainter, area: QRectF, view: MapView, units: UnitSystem, theme: Theme
) -> None:
    """Paint a bar of a round length at the bottom right, and where north is."""
    factor, unit = (1.0, "m") if units is UnitSystem.METRIC else (FEET_PER_METRE, "ft")
    longest = _LONGEST_SCALE_PX / view.px_per_m * factor
    length = _round_below(longest)
    width = length / factor * view.px_per_m
    right, bottom = area.right() - 2.0, area.bottom() - 4.0
    painter.setPen(QPen(colour(theme.muted), 1.0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    left = round(right - width) + 0.5
    right, bottom = round(right) + 0.5, round(bottom) + 0.5
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(left, bottom - 4.0),
                QPointF(left, bottom),
                QPointF(right, bottom),
                QPointF(right, bottom - 4.0),
            ]
        )
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(11))
    text = f"{length:,.0f}{NO_BREAK_SPACE}{unit}" if length >= 1.0 else f"{length:g} {unit}"
    metrics = QFontMetricsF(font(11))
    x = right - metrics.horizontalAdvance(text)
    painter.drawText(QPointF(x, bottom - 7.0), text)
    _paint_north(painter, QPointF(min(left, x) - 18.0, bottom), theme)


def _paint_north(painter: QPainter, foot: QPointF, theme: Theme) -> None:
    painter.setPen(colour(theme.muted))
    width = QFontMetricsF(font(11)).horizontalAdvance("N")
    painter.drawText(QPointF(foot.x() - width / 2.0, foot.y()), "N")
    top = foot.y() - 20.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.muted))
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(foot.x(), top),
                QPointF(foot.x() + 3.5, top + 7.0),
                QPointF(foot.x() - 3.5, top + 7.0),
            ]
        )
    )


def corner_point(
    shape: TrackShape, view: MapView, corner: CornerBand, away_px: float = _CORNER_DISTANCE_PX
) -> QPointF:
    """Return the pixel outside the turn where the number belongs."""
    point = view.point_px(*shape.at(corner.apex_m))
    east, north = shape.direction_at(corner.apex_m)
    # The right-hand side of the driving direction, with y down, is the outside of a left turn.
    outside = QPointF(north, east) * (1.0 if corner.is_left else -1.0)
    return point + outside * away_px


def _away_from_middle(shape: TrackShape, view: MapView, point: QPointF, across: QPointF) -> QPointF:
    west, south, east, north = shape.bounds_m()
    middle = view.point_px((west + east) / 2.0, (south + north) / 2.0)
    side = QPointF.dotProduct(point - middle, across)
    return across if side >= 0.0 else -across


def _round_below(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return next(step * decade for step in (5.0, 2.0, 1.0) if step * decade <= value)


def _box(centre: QPointF) -> QRectF:
    return QRectF(centre.x() - 20.0, centre.y() - 8.0, 40.0, 16.0)
