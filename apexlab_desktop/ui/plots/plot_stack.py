"""The stack of linked plots: a kept picture of the curves with the cursor drawn over it."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QWidget

from apexlab_desktop.ui.plots.cursor_line import CursorOverlay
from apexlab_desktop.ui.plots.gestures import PlotGestures
from apexlab_desktop.ui.plots.linked_axis import (
    BOTTOM_AXIS_HEIGHT_PX,
    LEFT_AXIS_WIDTH_PX,
    LinkedAxis,
    Ticks,
)
from apexlab_desktop.ui.plots.notes import cursor_notes
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.plot_row import PlotRow
from apexlab_desktop.ui.plots.readout import (
    HeadLayout,
    HeadPlace,
    lay_out_heads,
    paint_words,
)
from apexlab_desktop.ui.plots.stack_layout import overlapped, tiled
from apexlab_desktop.ui.plots.stack_marks import (
    paint_absence,
    paint_focus,
    paint_heads,
    paint_selection,
)
from apexlab_desktop.ui.plots.ticks import place_ticks, time_ticks
from apexlab_desktop.ui.plots.trace_data import TraceData
from apexlab_desktop.ui.plots.trace_specs import PlotSpec
from apexlab_desktop.ui.plots.x_scale import XScale
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode
from apexlab_desktop.ui.widgets.grouped_table import KEY_FOCUS

REST_AFTER_MS = 150
"""Without movement for this long, curves get their full width."""
RIGHT_MARGIN_PX = 2.0


class PlotStack(pg.GraphicsView):
    """Linked plots over one axis.

    The plots are painted into a picture only when the view, the laps or the size change. The
    cursor, its dots and its values are painted over that picture, so that their cost does not
    depend on the number of samples.
    """

    def __init__(
        self,
        model: ComparisonModel,
        cursor: CursorModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, background=None)
        self._model = model
        self._cursor = cursor
        self._theme = theme
        self._data = TraceData(model)
        self._scale = XScale()
        self._gestures = PlotGestures(model, cursor, self._scale)
        self._overlay = CursorOverlay(model)
        self._rows: tuple[PlotRow, ...] = ()
        self._heads: tuple[HeadLayout, ...] = ()
        self._x_axis: LinkedAxis | None = None
        self._picture: QPixmap | None = None
        self._is_resting = True
        self._is_focus_shown = False
        self._rest_timer = QTimer(self)
        self._rest_timer.setSingleShot(True)
        self._rest_timer.setInterval(REST_AFTER_MS)
        self._rest_timer.timeout.connect(self.settle)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._connect()

    def _connect(self) -> None:
        model = self._model
        model.view_changed.connect(self._on_view_changed)
        model.laps_changed.connect(self._on_laps_changed)
        model.rebase_changed.connect(self._refresh)
        model.shift_changed.connect(self._on_shift)
        model.grid_changed.connect(self._refresh)
        model.overlap_changed.connect(self._lay_out)
        model.corners_changed.connect(self._refresh)
        model.axis_mode_changed.connect(self._refresh)
        model.units_changed.connect(self._on_units_changed)
        self._cursor.moved.connect(self._on_cursor_moved)
        self._cursor.second_moved.connect(self._on_cursor_moved)
        self._cursor.tag_moved.connect(self._on_cursor_moved)

    # Content

    def set_plots(self, specs: tuple[PlotSpec, ...]) -> None:
        """Show these plots, from the top down, for the laps the model now holds."""
        self._data.clear()
        # The first picture of new laps comes sooner with the thin lines of a moving one.
        self._is_resting = False
        self._rest_timer.start()
        self._take_down()
        scene = self.scene()
        self._rows = tuple(PlotRow(scene, spec, self._model, self._data) for spec in specs)
        if self._rows:
            self._x_axis = LinkedAxis("bottom", self._place_ticks)
            scene.addItem(self._x_axis)
            for index, row in enumerate(self._rows):
                row.add_backdrop(self._x_axis, is_first=index == 0)
        self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Use the colours and widths of a theme."""
        self._theme = theme
        for row in self._rows:
            row.restyle(theme)
        if self._x_axis is not None:
            self._x_axis.restyle(colour(theme.muted), colour(theme.secondary), font(11))
        self._lay_out()

    @property
    def rows(self) -> tuple[PlotRow, ...]:
        """The plots, from the top down."""
        return self._rows

    @property
    def heads(self) -> tuple[HeadLayout, ...]:
        """The head rows of the plots."""
        return self._heads

    @property
    def x_scale(self) -> XScale:
        """The horizontal scale that all plots share."""
        return self._scale

    @property
    def is_resting(self) -> bool:
        """Whether curves have their full width."""
        return self._is_resting

    def settle(self) -> None:
        """Say that nothing moves any more: full line width, and the gesture ends."""
        self._rest_timer.stop()
        self._model.close_gesture()
        if not self._is_resting:
            self._is_resting = True
            self._refresh()

    def cancel_drag(self) -> bool:
        """Give up marking a range; return whether one was being marked."""
        was_dragging = self._gestures.cancel()
        self.viewport().update()
        return was_dragging

    def picture(self) -> QPixmap:
        """Return the plots without the cursor, painted if need be."""
        if self._picture is None:
            self._picture = self._painted()
        return self._picture

    def close(self) -> bool:
        """Close like any widget: pyqtgraph would take the scene apart, but panels come back."""
        return bool(QWidget.close(self))

    # Reactions

    def _on_view_changed(self) -> None:
        if self._model.is_moving:
            self._is_resting = False
            self._rest_timer.start()
        self._refresh()

    def _on_laps_changed(self) -> None:
        self._data.clear_delta()
        self._lay_out()

    def _on_shift(self) -> None:
        self._data.clear()
        self._refresh()

    def _on_units_changed(self) -> None:
        for row in self._rows:
            row.axis.refresh()
        if self._x_axis is not None:
            self._x_axis.refresh()
        self._lay_out()

    def _on_cursor_moved(self) -> None:
        before = self._overlay.region()
        self._move_overlay()
        self.viewport().update(before + self._overlay.region())

    def _move_overlay(self) -> None:
        place_m = self._cursor.place_m
        if self._model.comparison is None:
            place_m = math.nan
        self._overlay.move(self._x_of(place_m), place_m, self._x_of(self._cursor.second_m))
        self._overlay.move_tag(self._x_of(self._cursor.tag_m))

    def _x_of(self, place_m: float) -> float:
        """Return the pixel of a place, on whole device pixels; NaN where it is not visible."""
        if self._model.comparison is None or not math.isfinite(place_m):
            return math.nan
        axis_value = self._model.axis_of(place_m)
        if not self._scale.holds(axis_value):
            return math.nan
        return math.floor(self._scale.px_at(axis_value)) + 0.5

    # Layout and painting

    def _take_down(self) -> None:
        scene = self.scene()
        if self._x_axis is not None:
            self._x_axis.take_down()
            self._x_axis = None
        for row in self._rows:
            row.remove_from(scene)
        self._rows = ()
        self._heads = ()

    def _lay_out(self) -> None:
        """Give each plot its head and its share of the height."""
        size = self.viewport().size()
        width = size.width() - RIGHT_MARGIN_PX
        is_overlapped = self._model.is_overlapped
        lay_out = overlapped if is_overlapped else tiled
        laid_out = lay_out([row.spec.stretch for row in self._rows], width, size.height())
        places: list[HeadPlace] = []
        for row, place in zip(self._rows, laid_out, strict=True):
            row.lie_under(is_under=is_overlapped and bool(places))
            places.append(HeadPlace(row.spec, place.head, has_note=not places))
            row.place(place.plot)
        if self._x_axis is not None:
            left, top = LEFT_AXIS_WIDTH_PX, laid_out[-1].plot.bottom() if laid_out else 0.0
            self._x_axis.place(QRectF(left, top, width - left, BOTTOM_AXIS_HEIGHT_PX))
        self._heads = lay_out_heads(
            places, self._model.visible_slots, self._theme, self._model.units
        )
        self._scale.left_px = LEFT_AXIS_WIDTH_PX
        self._scale.width_px = max(width - LEFT_AXIS_WIDTH_PX, 1.0)
        self._overlay.set_plots(self._rows, self._heads, self._theme)
        self._refresh()

    def _refresh(self) -> None:
        """Bring every plot to the model's view and paint anew."""
        if self._model.comparison is not None and self._rows:
            self._scale.low, self._scale.high = self._model.view
            if self._x_axis is not None:
                self._x_axis.setRange(self._scale.low, self._scale.high)
            slots = self._model.visible_slots
            bands = self._corner_bands()
            for row in self._rows:
                row.set_view(self._scale.low, self._scale.high)
                row.draw_laps(slots, self._theme, is_moving=not self._is_resting)
                if row.backdrop is not None:
                    row.backdrop.is_grid_shown = self._model.is_grid_shown and not row.spec.absence
                    row.backdrop.set_bands(bands)
        self._picture = None
        self._move_overlay()
        self.viewport().update()

    def _corner_bands(self) -> tuple[tuple[float, float, str], ...]:
        axis_of = self._model.axis_of
        return tuple(
            (axis_of(corner.from_m), axis_of(corner.to_m), corner.label)
            for corner in self._model.corners
        )

    def _place_ticks(self, low: float, high: float, length_px: float) -> Ticks:
        if self._model.axis_mode is AxisMode.TIME:
            return time_ticks(low, high, length_px)
        return place_ticks(low, high, length_px, self._model.units)

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = self.viewport().size()
        picture = QPixmap(QSize(round(size.width() * ratio), round(size.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(colour(self._theme.panel))
        painter = QPainter(picture)
        if self._model.comparison is not None:
            self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
            paint_heads(painter, self._heads, self._model, self._theme)
            for row in self._rows:
                paint_absence(painter, row.rect, row.spec.absence, self._theme)
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the kept picture and the cursor over it."""
        picture = self.picture()
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, picture)
        if self._model.comparison is not None:
            self._overlay.paint(painter, self._theme)
            self._paint_words_and_selection(painter)
        if self._is_focus_shown:
            paint_focus(painter, self.viewport().rect(), self._theme)
        painter.end()

    def _paint_words_and_selection(self, painter: QPainter) -> None:
        if self._heads:
            paint_words(
                painter, self._heads[0], cursor_notes(self._model, self._cursor), self._theme
            )
        if self._gestures.selection is not None and self._rows:
            left, right = (self._scale.px_at(value) for value in self._gestures.selection)
            top, bottom = self._rows[0].rect.top(), self._rows[-1].rect.bottom()
            paint_selection(painter, QRectF(left, top, right - left, bottom - top), self._theme)

    # Events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        # pyqtgraph's constructor calls this without an event, before there is anything to lay out.
        if event is not None:
            self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Paint anew on a screen with another pixel ratio."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or what will be a click."""
        self._gestures.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag, or hover."""
        self._gestures.move(event)
        if self._gestures.selection is not None:
            self.viewport().update()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._gestures.release(event)
        self.viewport().update()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole lap."""
        self._gestures.double_click()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer, or pan."""
        self._gestures.wheel(event)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where it came by key."""
        super().focusInEvent(event)
        self._is_focus_shown = event.reason() in KEY_FOCUS
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self._is_focus_shown = False
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the actions of the window."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the actions of the window."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Keep the cursor where it was: its values stay readable."""
        event.accept()
