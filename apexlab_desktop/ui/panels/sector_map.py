"""The track from above with the places where sectors end, to be dragged, added and removed."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from apexlab_desktop.ui.formatting import distance
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.sector_keys import act_on_key, is_boundary_key
from apexlab_desktop.ui.panels.sector_marks import free_place, stroke, thinned
from apexlab_desktop.ui.plots.map_marks import (
    TrackShape,
    corner_point,
    paint_corner_numbers,
    paint_start,
)
from apexlab_desktop.ui.plots.map_places import nearest_place
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.track_line import EDGE_WIDTH_PX, LINE_WIDTH_PX, MapView
from apexlab_desktop.ui.viewmodels.insight import corner_bands
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand

FIT_MARGIN_PX = 34.0
FOOT_PX = 20.0
TICK_PX, CHOSEN_TICK_PX, CHOSEN_DOT_PX = 10.0, 13.0, 6.5
TICK_WIDTH_PX = 3.0
REACH_PX = 14.0
"""A boundary is taken hold of within this many pixels."""
TRACK_REACH_PX, CLICK_REACH_PX = 60.0, 20.0
DRAG_FROM_PX, CURSOR_DOT_PX = 4.0, 5.0
OTHER_ALPHA = 0.55
"""Every other sector is paler than the one before."""
PILL_HEIGHT_PX = 18.0
ZOOM_PER_NOTCH, LARGEST_ZOOM = 1.2, 40.0
HINT = "Drag a line, or arrow keys 1\u00a0m; right click adds"
KEY_WORDS = (
    "Up, Down: which boundary\nLeft, Right: 1\u00a0m, with Shift 10\u00a0m\n"
    "Insert: another one behind it\nDelete: remove it"
)
NO_MAP = "No map: these laps hold no position. The list below moves the boundaries."


class SectorMap(QWidget):
    """Boundaries as ticks across the track; one of them is what the keys act on."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self._models = models
        self._sectors = models.sectors
        self._shape: TrackShape | None = None
        self._view: MapView | None = None
        self._held: int | None = None
        self._press: QPointF | None = None
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Sector boundaries")
        self.setToolTip(KEY_WORDS)
        models.insight.changed.connect(self._on_judged)
        models.sectors.changed.connect(self._on_changed)
        models.sectors.chosen_changed.connect(self._on_changed)
        models.appearance.theme_changed.connect(self.update)
        models.cursor.moved.connect(self.update)
        models.appearance.units_changed.connect(self._on_changed)
        self._on_judged()

    @property
    def view(self) -> MapView | None:
        """The scale from metres to pixels; None without a map."""
        return self._view

    def point_of(self, place_m: float) -> QPointF | None:
        """Return the pixel of a place, None where it is not known."""
        if self._shape is None or self._view is None:
            return None
        point = self._view.point_px(*self._shape.at(place_m))
        return point if math.isfinite(point.x() + point.y()) else None

    def show_whole(self) -> None:
        """Show the whole track."""
        self._view = self._whole()
        self.update()

    def _whole(self) -> MapView | None:
        area = QRectF(self.rect()).adjusted(0.0, 0.0, 0.0, -FOOT_PX)
        return None if self._shape is None else self._shape.fitted(area, FIT_MARGIN_PX)

    # ---- reactions

    def _on_judged(self) -> None:
        judged = self._models.insight.debrief
        line = judged.comparison.line if judged is not None else None
        self._shape = None if line is None else TrackShape.of(line.station_m, line.x_m, line.y_m)
        self.show_whole()
        self._on_changed()

    def _on_changed(self) -> None:
        places, units = self._sectors.places_m, self._models.appearance.units
        words = "no boundary"
        if places:
            chosen = self._sectors.chosen
            words = f"boundary {chosen + 1} of {len(places)} at {distance(places[chosen], units)}"
        self.setAccessibleDescription(words)
        self.update()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track in its sectors, the boundaries and their words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._models.appearance.theme
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.accent), 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 0.5, -2.5, -0.5), 6.0, 6.0)
        if self._shape is None or self._view is None or self._sectors.facts is None:
            self._paint_absence(painter)
        else:
            drawn = thinned(self._shape, self._view)
            self._paint_track(painter, drawn, self._view)
            paint_start(painter, self._shape, self._view, theme)
            paint_corner_numbers(painter, self._shape, self._view, self._bands(), theme)
            self._paint_names(painter, drawn, self._view)
            for index, place_m in enumerate(self._sectors.places_m):
                self._paint_boundary(painter, self._shape, self._view, index, place_m)
            self._paint_cursor(painter)
            self._paint_foot(painter)
        painter.end()

    def _paint_absence(self, painter: QPainter) -> None:
        is_known = self._sectors.facts is not None
        painter.setFont(font(13))
        painter.setPen(colour(self._models.appearance.theme.secondary))
        box = QRectF(self.rect()).adjusted(30.0, 0.0, -30.0, 0.0)
        words = NO_MAP if is_known else self._models.insight.reason
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)

    def _paint_track(self, painter: QPainter, shape: TrackShape, view: MapView) -> None:
        theme = self._models.appearance.theme
        x, y = view.x_px(shape.x_m), view.y_px(shape.y_m)
        stroke(painter, x, y, colour(theme.track_edge), EDGE_WIDTH_PX)
        for k, (from_m, to_m) in enumerate(self._ends()):
            first, last = np.searchsorted(shape.distance_m, (from_m, to_m))
            piece = slice(int(first), int(last) + 1)
            shade = colour(theme.secondary, OTHER_ALPHA if k % 2 else 1.0)
            stroke(painter, x[piece], y[piece], shade, LINE_WIDTH_PX)

    def _paint_names(self, painter: QPainter, shape: TrackShape, view: MapView) -> None:
        theme = self._models.appearance.theme
        painter.setFont(font(11, 600))
        taken = self._taken(shape, view)
        area = QRectF(self.rect()).adjusted(22.0, 12.0, -22.0, -FOOT_PX - 10.0)
        for k, (from_m, to_m) in enumerate(self._ends()):
            centre = free_place(shape, view, (from_m, to_m), taken, area)
            if centre is None:
                continue
            taken.append(centre)
            words = f"S{k + 1}"
            width = painter.fontMetrics().horizontalAdvance(words) + 14.0
            pill = QRectF(0.0, 0.0, width, PILL_HEIGHT_PX)
            pill.moveCenter(centre)
            painter.setPen(QPen(colour(theme.border), 1.0))
            painter.setBrush(colour(theme.raised))
            painter.drawRoundedRect(pill, PILL_HEIGHT_PX / 2.0, PILL_HEIGHT_PX / 2.0)
            painter.setPen(colour(theme.text))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)

    def _taken(self, shape: TrackShape, view: MapView) -> list[QPointF]:
        """Return what names of sectors stay away from: corner numbers, boundaries, the start."""
        start_m = float(shape.distance_m[0])
        points = [corner_point(shape, view, band) for band in self._bands()]
        points += [view.point_px(*shape.at(at)) for at in (start_m, *self._sectors.places_m)]
        return [point for point in points if math.isfinite(point.x() + point.y())]

    def _bands(self) -> tuple[CornerBand, ...]:
        judged, facts = self._models.insight.debrief, self._sectors.facts
        if judged is None or facts is None:
            return ()
        return tuple(b for b in corner_bands(judged.corners, facts.length_m) if b.label)

    def _paint_boundary(
        self, painter: QPainter, shape: TrackShape, view: MapView, index: int, place_m: float
    ) -> None:
        point = self.point_of(place_m)
        if point is None:
            return
        theme = self._models.appearance.theme
        is_chosen = index == self._sectors.chosen
        east, north = shape.direction_at(place_m)
        half = QPointF(north, east) * (CHOSEN_TICK_PX if is_chosen else TICK_PX)
        pen = QPen(colour(theme.accent), TICK_WIDTH_PX, c=Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QLineF(point - half, point + half))
        if is_chosen:
            painter.setPen(QPen(colour(theme.panel), 1.5))
            painter.setBrush(colour(theme.accent))
            painter.drawEllipse(point, CHOSEN_DOT_PX, CHOSEN_DOT_PX)

    def _paint_cursor(self, painter: QPainter) -> None:
        """Draw the cursor that all worksheets share."""
        theme, place_m = self._models.appearance.theme, self._models.cursor.place_m
        if math.isfinite(place_m) and self._models.insight.is_of_compared_line:
            point = self.point_of(place_m)
            if point is not None:
                painter.setPen(QPen(colour(theme.panel), 2.0))
                painter.setBrush(colour(theme.text))
                painter.drawEllipse(point, CURSOR_DOT_PX, CURSOR_DOT_PX)

    def _paint_foot(self, painter: QPainter) -> None:
        theme, places = self._models.appearance.theme, self._sectors.places_m
        room = QRectF(11.0, self.height() - FOOT_PX, self.width() - 22.0, FOOT_PX)
        painter.setFont(font(11))
        painter.setPen(colour(theme.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, HINT)
        if places:
            chosen = self._sectors.chosen
            words = (
                f"end of S{chosen + 1}: {distance(places[chosen], self._models.appearance.units)}"
            )
            painter.setPen(colour(theme.secondary))
            painter.drawText(
                room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words
            )

    def _ends(self) -> list[tuple[float, float]]:
        facts = self._sectors.facts
        if facts is None:
            return []
        return [(sector.from_m, sector.to_m) for sector in facts.table.sectors]

    # ---- keys

    def event(self, event: QEvent) -> bool:
        """Keep the map's own keys from the window's commands."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and is_boundary_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, choose, add and remove boundaries."""
        if not act_on_key(self._sectors, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was nudged."""
        super().focusOutEvent(event)
        self._sectors.settle()
        self.update()

    # ---- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a boundary, or of the map."""
        held = self._boundary_at(event.position())
        if held is not None:
            self._sectors.settle()
            self._sectors.choose(held)
        if event.button() is Qt.MouseButton.LeftButton:
            self._press, self._held, self._is_dragging = event.position(), held, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the boundary along the track, or the map."""
        point = event.position()
        if self._press is None:
            is_over = self._boundary_at(point) is not None
            hand = Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
        elif self._held is not None:
            place_m, away_px = self._nearest(point)
            if away_px <= TRACK_REACH_PX:
                self._sectors.drag(self._held, self._near_held(point, place_m))
        elif self._view is not None and self._begins_drag(point - self._press):
            self._view = self._view.panned(point - self._press)
            self._press = point
            self.update()

    def _begins_drag(self, shift: QPointF) -> bool:
        self._is_dragging = self._is_dragging or shift.manhattanLength() >= DRAG_FROM_PX
        return self._is_dragging

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of what was dragged; a click on the track puts the cursor there."""
        was_click = self._press is not None and not self._is_dragging
        held, self._held, self._press = self._held, None, None
        if held is not None:
            self._sectors.settle()
        elif was_click and event.button() is Qt.MouseButton.LeftButton:
            place_m, away_px = self._nearest(event.position())
            if away_px <= CLICK_REACH_PX and self._models.insight.is_of_compared_line:
                self._models.cursor.pin(place_m)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole track."""
        self.show_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        whole = self._whole()
        if self._view is None or whole is None:
            event.ignore()
            return
        factor = ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120.0)
        wanted = self._view.px_per_m * factor
        if wanted <= whole.px_per_m:
            self._view = whole
        elif wanted <= whole.px_per_m * LARGEST_ZOOM:
            self._view = self._view.zoomed(factor, event.position())
        self.update()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the track anew."""
        super().resizeEvent(event)
        self.show_whole()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the boundaries."""
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        places, point = self._sectors.places_m, QPointF(event.pos())
        if is_key and places:
            point = self.point_of(places[self._sectors.chosen]) or point
        self.menu_at(point).popup(self.mapToGlobal(point.toPoint()))

    def menu_at(self, point: QPointF) -> QMenu:
        """Return the menu of a pixel."""
        menu = QMenu(self)
        place_m, away_px = self._nearest(point)
        add = menu.addAction("Add a boundary here", lambda: self._sectors.add(place_m))
        add.setEnabled(self._sectors.can_add and away_px <= TRACK_REACH_PX)
        index = self._boundary_at(point)
        remove = menu.addAction(
            "Remove this boundary", lambda: self._sectors.remove(-1 if index is None else index)
        )
        remove.setEnabled(index is not None)
        menu.addSeparator()
        menu.addAction("Whole track", self.show_whole).setEnabled(self._shape is not None)
        return menu

    def _nearest(self, point: QPointF) -> tuple[float, float]:
        if self._shape is None or self._view is None:
            return math.nan, math.inf
        return nearest_place(self._shape, self._view, point)

    def _near_held(self, point: QPointF, place_m: float) -> float:
        """Return the place nearest to a pixel between the neighbours of the held boundary.

        Where two pieces of the track lie side by side the boundary stays on its own.
        """
        if self._held is None or self._shape is None or self._view is None:
            return place_m
        low_m, high_m = self._sectors.room_m(self._held)
        inside = (self._shape.distance_m >= low_m) & (self._shape.distance_m <= high_m)
        away = np.hypot(
            self._view.x_px(self._shape.x_m[inside]) - point.x(),
            self._view.y_px(self._shape.y_m[inside]) - point.y(),
        )
        if not np.isfinite(away).any():
            return place_m
        return float(self._shape.distance_m[inside][int(np.nanargmin(away))])

    def _boundary_at(self, point: QPointF) -> int | None:
        points = [self.point_of(place_m) for place_m in self._sectors.places_m]
        away = [
            (math.hypot(at.x() - point.x(), at.y() - point.y()), index)
            for index, at in enumerate(points)
            if at is not None
        ]
        nearest = min(away, default=(math.inf, -1))
        return nearest[1] if nearest[0] <= REACH_PX else None
