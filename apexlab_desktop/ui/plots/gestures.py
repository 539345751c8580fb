"""What the pointer does on the plots."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from apexlab_desktop.ui.plots.x_scale import XScale
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel

ZOOM_PER_NOTCH = 0.8
"""One notch of the wheel shows four fifths of the stretch."""
PAN_PER_NOTCH = 0.1
DRAG_THRESHOLD_PX = 4.0

_NOTCH = 120.0
_PAN_BUTTONS = (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)


class PlotGestures:
    """Wheel zooms at the pointer, left drag marks a range, right or middle drag pans.

    Hovering shows the cursor, a click pins it, a double click shows the whole lap.
    """

    def __init__(self, model: ComparisonModel, cursor: CursorModel, scale: XScale) -> None:
        self._model = model
        self._cursor = cursor
        self._scale = scale
        self._press_x = math.nan
        self._pan_x = math.nan
        self.selection: tuple[float, float] | None = None

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag, or what will be a click."""
        x = event.position().x()
        if event.button() is Qt.MouseButton.LeftButton and self._is_on_plots(event.position()):
            self._press_x = x
        elif event.button() in _PAN_BUTTONS:
            self._pan_x = x

    def move(self, event: QMouseEvent) -> None:
        """Go on with the drag, or hover."""
        x = event.position().x()
        if math.isfinite(self._pan_x):
            self._model.pan(-self._scale.axis_length(x - self._pan_x), gesture="drag")
            self._pan_x = x
        elif math.isfinite(self._press_x):
            self._mark_range(x)
        elif self._is_on_plots(event.position()):
            self._cursor.hover(self._model.place_of(self._scale.axis_at(x)))

    def release(self, event: QMouseEvent) -> None:
        """End the drag: show the marked range, or pin the cursor where it was a click."""
        if event.button() in _PAN_BUTTONS:
            self._pan_x = math.nan
            self._model.close_gesture()
        elif event.button() is Qt.MouseButton.LeftButton and math.isfinite(self._press_x):
            selection = self.selection
            self.cancel()
            if selection is not None:
                self._model.show_view(*selection)
            else:
                self._cursor.pin(self._model.place_of(self._scale.axis_at(event.position().x())))

    def double_click(self) -> None:
        """Show the whole lap."""
        self.cancel()
        self._model.whole_lap()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift, or sideways, pan."""
        notches = event.angleDelta().y() / _NOTCH
        sideways = event.angleDelta().x() / _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(sideways) > abs(notches):
            low, high = self._model.view
            amount = sideways if abs(sideways) > abs(notches) else notches
            self._model.pan(-amount * PAN_PER_NOTCH * (high - low), gesture="wheel-pan")
        elif notches:
            centre = self._scale.axis_at(event.position().x())
            self._model.zoom(ZOOM_PER_NOTCH**notches, centre, gesture="wheel")

    def cancel(self) -> bool:
        """Give up a drag; return whether there was one."""
        was_dragging = self.selection is not None
        self._press_x = math.nan
        self.selection = None
        return was_dragging

    def _mark_range(self, x: float) -> None:
        if abs(x - self._press_x) >= DRAG_THRESHOLD_PX or self.selection is not None:
            ends = sorted((self._scale.axis_at(self._press_x), self._scale.axis_at(x)))
            self.selection = (ends[0], ends[1])

    def _is_on_plots(self, position: QPointF) -> bool:
        return self._scale.left_px <= position.x() <= self._scale.left_px + self._scale.width_px
