"""The track seen from above, coloured by what the lap does there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from apexlab_desktop.app.start_lines import PlaceOnTrack
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.map_colours import MapColouring, map_colouring
from apexlab_desktop.ui.plots.map_marks import (
    MARKER_RADIUS_PX,
    MARKER_RING_PX,
    TrackShape,
    legend_rect,
    paint_corner_circle,
)
from apexlab_desktop.ui.plots.map_picture import MapPainter, MapScene, clip_rect
from apexlab_desktop.ui.plots.map_places import nearest_place, place_on
from apexlab_desktop.ui.plots.palette import colour, lap_colour
from apexlab_desktop.ui.plots.plot_row import back_to_front
from apexlab_desktop.ui.plots.track_line import MapView
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand, LapSlot
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from apexlab_desktop.ui.viewmodels.session_groups import Drive

NO_POSITION = (
    "No map: these laps hold no position. Distance comes from speed. "
    "A recording with GPS, or a sim with x and z, gives a map."
)
NO_LAPS = "No lap to show. Choose a lap in the lap table."
CHOOSE_WORDS = "Click where laps begin   Esc: leave it"
DRIVE_WORDS = "The whole drive, no laps   Right click: start line"

_ZOOM_PER_NOTCH = 1.25
_LARGEST_ZOOM = 200.0
_FIT_MARGIN_PX = 30.0
_LEGEND_HEIGHT_PX = 22.0
_DRAG_THRESHOLD_PX = 4.0
_HOVER_REACH_PX = 14.0
_FOLLOW_MARGIN_PX = 30.0


class TrackMapPanel(PanelFrame):
    """The reference lap's track with every visible lap at the cursor; click to place the cursor.

    Without a lap it shows the whole drive. `line_wanted(place)` asks for a start line at a place,
    `file_laps_wanted` for the laps as the file says.
    """

    line_wanted = Signal(object)
    file_laps_wanted = Signal()

    def __init__(
        self,
        model: ComparisonModel,
        cursor: CursorModel,
        theme: Theme,
        units: UnitSystem = UnitSystem.METRIC,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Track map", theme, parent)
        self._model = model
        self._cursor = cursor
        self._shape: TrackShape | None = None
        self._drive: Drive | None = None
        self._is_choosing_line = False
        self._view: MapView | None = None
        self._colouring: MapColouring | None = None
        self._still: QPixmap | None = None
        self._map_painter = MapPainter()
        self._press: QPointF | None = None
        self._is_dragging = False
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        model.comparison_changed.connect(self._on_comparison_changed)
        model.laps_changed.connect(self._on_laps_changed)
        model.map_colour_changed.connect(self._recolour)
        model.units_changed.connect(self._recolour)
        model.corners_changed.connect(self._repaint)
        model.axis_mode_changed.connect(self.update)
        cursor.moved.connect(self._on_cursor_moved)
        model.set_units(units)
        self._on_comparison_changed()

    # What others ask for

    def apply_theme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._recolour()

    def set_units(self, units: UnitSystem) -> None:
        """Write values in other units."""
        self._model.set_units(units)

    def cycle_colour(self) -> None:
        """Colour by the next of speed, lateral, longitudinal, gain and loss."""
        self._model.cycle_map_colour()

    def show_whole(self) -> None:
        """Show the whole track."""
        self._view = self._fitted_view()
        self._repaint()

    def set_drive(self, drive: Drive | None) -> None:
        """Show where the car went while there is no lap."""
        if drive is not self._drive:
            self._drive = drive
            if self._model.reference is None:
                self._on_comparison_changed()

    def place_at(self, place_m: float) -> PlaceOnTrack | None:
        """Return a place of the line shown with its driving direction, None where unknown."""
        comparison = self._model.comparison
        plane = self._drive if comparison is None else comparison.line
        return None if self._shape is None else place_on(self._shape, place_m, plane)

    def choose_line(self) -> None:
        """Let the next click say where laps begin."""
        self._is_choosing_line = self._shape is not None
        self._show_note()

    @property
    def is_choosing_line(self) -> bool:
        """Whether the next click says where laps begin."""
        return self._is_choosing_line

    def cancel_choice(self) -> bool:
        """Give up choosing a line; return whether one was being chosen."""
        was_choosing, self._is_choosing_line = self._is_choosing_line, False
        self._show_note()
        return was_choosing

    @property
    def is_whole(self) -> bool:
        """Whether the whole track is shown."""
        return self._view == self._fitted_view()

    @property
    def view(self) -> MapView | None:
        """The scale from metres to pixels; None without a map."""
        return self._view

    def marker_points(self) -> list[tuple[LapSlot, QPointF]]:
        """Return each visible lap with its marker's pixel, the reference last (on top)."""
        view, place_m = self._view, self._cursor.place_m
        if view is None or not math.isfinite(place_m):
            return []
        x_m, y_m = self._model.values_at(("x_m", "y_m"), place_m)
        slots = [s for s in back_to_front(self._model.visible_slots) if s.is_coloured]
        slots.sort(key=lambda slot: slot.is_reference)
        return [
            (slot, view.point_px(x_m[slot.lap_index], y_m[slot.lap_index]))
            for slot in slots
            if math.isfinite(x_m[slot.lap_index] + y_m[slot.lap_index])
        ]

    # Reactions

    def _on_comparison_changed(self) -> None:
        self._map_painter.forget()
        old = self._shape
        self._shape = self._found_shape()
        self._is_choosing_line = False
        without = NO_LAPS if self._model.reference is None else NO_POSITION
        self.set_absence("" if self._shape is not None else without)
        if self._view is None or old is None or not old.is_like(self._shape):
            self._view = self._fitted_view()
        self._recolour()

    def _on_laps_changed(self) -> None:
        self._shape = self._found_shape()
        self._map_painter.forget()
        self._recolour()

    def _found_shape(self) -> TrackShape | None:
        reference, drive = self._model.reference, self._drive
        if reference is None:
            return TrackShape.of(drive.distance_m, drive.x_m, drive.y_m) if drive else None
        x_m = self._model.values(reference.lap_index, "x_m")
        y_m = self._model.values(reference.lap_index, "y_m")
        if x_m is None or y_m is None:
            return None
        return TrackShape.of(self._model.lap_axis_m(), x_m, y_m)

    def _recolour(self) -> None:
        reference = self._model.reference
        if reference is None or self._shape is None:
            self._colouring = None
        else:
            self._colouring = map_colouring(self._model, reference, self._theme)
            self.setAccessibleDescription(f"Coloured by {self._colouring.note}")
        self._show_note()

    def _show_note(self) -> None:
        """Say what a click does now, else what the colours mean."""
        if self._is_choosing_line:
            self.set_note(CHOOSE_WORDS)
        elif self._colouring is not None:
            self.set_note(self._colouring.note)
        else:
            self.set_note(DRIVE_WORDS if self._shape is not None else "")
        cross = Qt.CursorShape.CrossCursor if self._is_choosing_line else Qt.CursorShape.ArrowCursor
        self.setCursor(cross)
        self._repaint()

    def _repaint(self) -> None:
        self._still = None
        self.update()

    def _on_cursor_moved(self) -> None:
        if self._model.comparison is None or self._view is None:
            return
        if self._follow_cursor():
            self._repaint()
        else:
            # The circle of the current corner may move anywhere; a map is small enough for that.
            self.update()

    def _follow_cursor(self) -> bool:
        """Bring the cursor into a zoomed map; return whether the view moved."""
        points = self.marker_points()
        if not points or self._view is None or self.is_whole:
            return False
        margin = _FOLLOW_MARGIN_PX
        inner = self.content_rect().adjusted(margin, margin, -margin, -margin)
        point = points[-1][1]
        if inner.contains(point):
            return False
        self._view = self._view.panned(inner.center() - point)
        return True

    # Painting

    def _map_rect(self) -> QRectF:
        return self.content_rect().adjusted(0.0, 0.0, 0.0, -_LEGEND_HEIGHT_PX)

    def _fitted_view(self) -> MapView | None:
        return None if self._shape is None else self._shape.fitted(self._map_rect(), _FIT_MARGIN_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the track anew."""
        super().resizeEvent(event)
        self._view = self._fitted_view()
        self._repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the kept map, then the laps at the cursor."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatioF() != ratio:
            self._still = self._painted(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        if self._view is not None and self._shape is not None:
            self._paint_live(painter)
        painter.end()

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint_frame(painter)
        scene = self._scene(ratio)
        if scene is not None:
            self._map_painter.paint(painter, scene)
        painter.end()
        return picture

    def _scene(self, ratio: float) -> MapScene | None:
        """Return what there is to paint, None without a track."""
        if self._view is None or self._shape is None:
            return None
        reference, model = self._model.reference, self._model
        return MapScene(
            shape=self._shape, view=self._view, colouring=self._colouring,
            lap_index=reference.lap_index if reference is not None else -1,
            map_colour=model.map_colour, corners=model.corners, units=model.units,
            theme=self._theme, size=self.size(), content=self.content_rect(), ratio=ratio,
        )  # fmt: skip

    def _paint_live(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(clip_rect(self.content_rect()))
        corner = self._current_corner()
        if corner is not None and self._shape is not None and self._view is not None:
            paint_corner_circle(painter, self._shape, self._view, corner, self._theme)
        radius = MARKER_RADIUS_PX + MARKER_RING_PX / 2.0
        painter.setPen(QPen(colour(self._theme.panel), MARKER_RING_PX))
        for slot, point in self.marker_points():
            painter.setBrush(lap_colour(self._theme, slot.slot))
            painter.drawEllipse(point, radius, radius)

    def _current_corner(self) -> CornerBand | None:
        place = self._cursor.place_m
        return next((c for c in self._model.corners if c.from_m <= place <= c.to_m), None)

    # Pointer

    def _nearest_place(self, point: QPointF) -> tuple[float, float]:
        """Return the place of the track nearest to a pixel [m] and how far it is [px]."""
        if self._shape is None or self._view is None:
            return math.nan, math.inf
        return nearest_place(self._shape, self._view, point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or what will be a click."""
        self._press = event.position()
        self._is_dragging = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map, or let the cursor follow the pointer along the track."""
        point = event.position()
        if self._press is None:
            place_m, away_px = self._nearest_place(point)
            if away_px <= _HOVER_REACH_PX and self._model.comparison is not None:
                self._cursor.hover(place_m)
            return
        shift = point - self._press
        if self._view is None or (
            not self._is_dragging and shift.manhattanLength() < _DRAG_THRESHOLD_PX
        ):
            return
        self._is_dragging = True
        self._press = point
        self._view = self._view.panned(shift)
        self._repaint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin the cursor at the nearest place where it was a click."""
        was_click = self._press is not None and not self._is_dragging
        self._press = None
        self._is_dragging = False
        if not was_click or event.button() is not Qt.MouseButton.LeftButton:
            return
        place_m, _ = self._nearest_place(event.position())
        if self._is_choosing_line:
            self.cancel_choice()
            self.line_wanted.emit(self.place_at(place_m))
        elif legend_rect(self.content_rect()).contains(event.position()):
            self.cycle_colour()
        elif self._model.comparison is not None:
            self._cursor.pin(place_m)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the map."""
        self.menu_at(QPointF(event.pos())).popup(event.globalPos())

    def menu_at(self, point: QPointF) -> QMenu:
        """Return the menu of a pixel: a start line at the nearest place of the track."""
        place_m, _ = self._nearest_place(point)
        place = self.place_at(place_m)
        menu = QMenu(self)
        here = menu.addAction("Start line here", lambda: self.line_wanted.emit(place))
        here.setEnabled(place is not None)
        menu.addAction("Laps as the file says", self.file_laps_wanted.emit)
        menu.addSeparator()
        menu.addAction("Whole track", self.show_whole).setEnabled(self._shape is not None)
        menu.addAction("Next colour", self.cycle_colour).setEnabled(self._colouring is not None)
        return menu

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole track."""
        self._press = None
        self.show_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        fitted = self._fitted_view()
        if self._view is None or fitted is None:
            event.ignore()
            return
        factor = _ZOOM_PER_NOTCH ** (event.angleDelta().y() / 120.0)
        wanted = self._view.px_per_m * factor
        if wanted <= fitted.px_per_m:
            self._view = fitted
        elif wanted <= fitted.px_per_m * _LARGEST_ZOOM:
            self._view = self._view.zoomed(factor, event.position())
        self._repaint()
        event.accept()
