"""One plot of the stack: area, value axis, backdrop and curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsScene

from apexlab_desktop.ui.plots.backdrop import Backdrop
from apexlab_desktop.ui.plots.layers import PlotLayer
from apexlab_desktop.ui.plots.linked_axis import LEFT_AXIS_WIDTH_PX, LinkedAxis, Ticks
from apexlab_desktop.ui.plots.palette import colour, font, lap_colour, lap_pen, lap_width_px
from apexlab_desktop.ui.plots.plot_view import PlotView
from apexlab_desktop.ui.plots.ticks import END_ROOM_PX, value_ticks
from apexlab_desktop.ui.plots.trace_data import TraceData
from apexlab_desktop.ui.plots.trace_item import Curve, TraceItem, UncertaintyBand
from apexlab_desktop.ui.plots.trace_specs import PlotSpec
from apexlab_desktop.ui.ramps import mixed
from apexlab_desktop.ui.theme import Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, LapSlot

PAD_SHARE = 0.07
"""Free height above and below the curves."""
UNDER_SHARE = 0.4
"""Of a lap's colour in curves under those of the first plot, whose scale is the one at the left."""
BAND_SIGMAS = 1.96
"""Half width of the uncertainty band: 95 % of a normal error."""
LEAST_BAND_WIDTH_S = 0.05
"""A narrower band says nothing and is not drawn."""
_LEAST_PAD_PX = END_ROOM_PX + 1.0
_MOST_PAD_SHARE = 0.25
_SMALLEST_DELTA_SPAN_S = 0.10
_BAND_POINTS = 300
_FILL_ALPHA = 0.16


class PlotRow:
    """A plot with the scale of its values; the x axis is the stack's."""

    def __init__(
        self, scene: QGraphicsScene, spec: PlotSpec, model: ComparisonModel, data: TraceData
    ) -> None:
        self.spec = spec
        self._model = model
        self._data = data
        self._is_under = False
        self.view = PlotView()
        self.axis = LinkedAxis("left", self._value_ticks)
        self.traces = TraceItem(self.view)
        self.backdrop: Backdrop | None = None
        scene.addItem(self.view)
        scene.addItem(self.axis)

    def add_backdrop(self, x_axis: LinkedAxis, *, is_first: bool) -> None:
        """Put grid and bands behind the curves; the first plot carries the corner numbers."""
        self.backdrop = Backdrop(self.view, x_axis, self.axis)
        self.backdrop.has_zero_line = self.spec.has_zero_line
        self.backdrop.has_band_labels = is_first

    def remove_from(self, scene: QGraphicsScene) -> None:
        """Leave the scene."""
        self.axis.take_down()
        scene.removeItem(self.view)

    def place(self, area: QRectF) -> None:
        """Take an area of the scene, the value axis to the left of the curves."""
        left = LEFT_AXIS_WIDTH_PX
        self.axis.place(QRectF(area.left(), area.top(), left, area.height()))
        for item in (self.traces, self.backdrop):
            if item is not None:
                item.prepareGeometryChange()
        self.view.setGeometry(area.adjusted(left, 0.0, 0.0, 0.0))

    def lie_under(self, *, is_under: bool) -> None:
        """Lie under another plot: paler, and without axis and grid, which are the other's."""
        self.view.setZValue(PlotLayer.UNDER if is_under else PlotLayer.PLOT)
        self.axis.setVisible(not is_under)
        self._is_under = is_under
        if self.backdrop is not None:
            self.backdrop.setVisible(not is_under)

    @property
    def rect(self) -> QRectF:
        """Area of the curves in the scene."""
        return QRectF(self.view.geometry())

    @property
    def factor(self) -> float:
        """What turns SI into the unit shown."""
        return self.spec.factor(self._model.units)

    def restyle(self, theme: Theme) -> None:
        """Use other colours."""
        self.axis.restyle(colour(theme.muted), colour(theme.secondary), font(11))
        if self.backdrop is not None:
            self.backdrop.restyle(theme)

    def set_view(self, low: float, high: float) -> None:
        """Show a stretch of the axis with the value range that belongs to it."""
        bottom, top = self._value_range(low, high)
        self.view.show_ranges((low, high), (bottom, top))
        self.axis.setRange(bottom, top)

    def y_px(self, value_shown: float) -> float:
        """Return the height of a value in the scene [px]."""
        _, (low, high) = self.view.ranges
        rect = self.view.geometry()
        return float(rect.top() + (high - value_shown) / (high - low) * rect.height())

    def draw_laps(self, slots: tuple[LapSlot, ...], theme: Theme, *, is_moving: bool) -> None:
        """Make the curves of the visible laps, back to front."""
        curves: list[Curve] = []
        for slot in back_to_front(slots):
            if self.spec.is_delta and slot.is_reference:
                continue
            curves.extend(self._curves_of(slot, theme, is_moving=is_moving))
        bands = self._bands(slots, theme) if self.spec.is_delta else ()
        self.traces.set_content(tuple(curves), bands, is_moving=is_moving)

    def _curves_of(self, slot: LapSlot, theme: Theme, *, is_moving: bool) -> list[Curve]:
        curves = []
        offset = self._model.delta_offset_s(slot.lap_index) if self.spec.is_delta else 0.0
        for name, scale in self.spec.channels:
            pyramid = self._data.pyramid(slot.lap_index, name)
            if pyramid is None:
                continue
            curves.append(
                Curve(
                    pyramid=pyramid,
                    scale=scale * self.factor,
                    offset=offset,
                    pen=self._pen(slot, theme),
                    width_px=lap_width_px(theme, slot.slot, is_moving=is_moving),
                    fill=self._fill(slot, scale, theme),
                )
            )
        return curves

    def _pen(self, slot: LapSlot, theme: Theme) -> QPen:
        pen = lap_pen(theme, slot.slot)
        if self._is_under:
            # Not by opacity: where a noisy curve crosses itself that would add up.
            pen.setColor(mixed((theme.panel, pen.color().name()), UNDER_SHARE))
        return pen

    def _fill(self, slot: LapSlot, scale: float, theme: Theme) -> QColor | None:
        """Return the tint under the reference's brake, which then reads without its hue."""
        is_brake = self.spec.is_pedals and scale < 0.0
        return colour(theme.slower, _FILL_ALPHA) if is_brake and slot.is_reference else None

    def _value_ticks(self, low: float, high: float, length_px: float) -> Ticks:
        spec = self.spec
        if spec.absence:
            return []
        ticks = value_ticks(
            low, high, length_px, spec.min_tick_px, spec.usual_step, is_signed=spec.is_delta
        )
        if spec.is_pedals:
            # The brake is drawn downwards, but nobody brakes minus fifty percent.
            return [(value, f"{abs(value):.0f}") for value, _ in ticks]
        return ticks

    def _value_range(self, low: float, high: float) -> tuple[float, float]:
        if self.spec.limits is not None:
            return self.spec.limits
        if self.spec.is_delta:
            return self._padded(self._delta_range(low, high), _SMALLEST_DELTA_SPAN_S)
        found = [
            extremes
            for slot in self._model.slots
            for name, _ in self.spec.channels
            if (extremes := self._data.extremes(slot.lap_index, name)) is not None
        ]
        bounds = [value * self.factor for extremes in found for value in extremes]
        if self.spec.has_zero_line:
            bounds.append(0.0)
        return self._padded((min(bounds, default=0.0), max(bounds, default=1.0)), 1e-6)

    def _padded(self, bounds: tuple[float, float], smallest_span: float) -> tuple[float, float]:
        """Return the range with room beyond it, so much that a zero at an end keeps its label."""
        low, high = bounds
        span = max(high - low, smallest_span)
        middle = (low + high) / 2.0
        free_px = max(float(self.view.geometry().height()) - 2.0 * _LEAST_PAD_PX, 1.0)
        half = span * (0.5 + min(max(PAD_SHARE, _LEAST_PAD_PX / free_px), _MOST_PAD_SHARE))
        return middle - half, middle + half

    def _delta_range(self, low: float, high: float) -> tuple[float, float]:
        """Return the range of the delta in view: a rebased delta is small where it is read."""
        bounds = [0.0]
        for slot in self._model.visible_slots:
            if slot.is_reference:
                continue
            extremes = self._data.extremes_between(slot.lap_index, DELTA, low, high)
            if extremes is not None:
                offset = self._model.delta_offset_s(slot.lap_index)
                bounds.extend(value - offset for value in extremes)
        return min(bounds), max(bounds)

    def _bands(self, slots: tuple[LapSlot, ...], theme: Theme) -> tuple[UncertaintyBand, ...]:
        bands = []
        for slot in back_to_front(slots):
            band = None if slot.is_reference else self._band(slot, theme)
            if band is not None:
                bands.append(band)
        return tuple(bands)

    def _band(self, slot: LapSlot, theme: Theme) -> UncertaintyBand | None:
        axis = self._model.lap_axis(slot.lap_index)
        low, high = self._model.view
        first = max(int(axis.searchsorted(low)) - 1, 0)
        stop = int(axis.searchsorted(high, side="right")) + 1
        visible = slice(first, stop, max((stop - first) // _BAND_POINTS, 1))
        half = BAND_SIGMAS * self._model.delta_sigma_s(slot.lap_index)[visible]
        if not half.size or not np.nanmax(half, initial=0.0) * 2.0 > LEAST_BAND_WIDTH_S:
            return None
        offset = self._model.delta_offset_s(slot.lap_index)
        delta = self._model.delta_s(slot.lap_index)[visible] - offset
        tint = lap_colour(theme, slot.slot)
        tint.setAlphaF(theme.statistic_band_alpha)
        return UncertaintyBand(x=axis[visible], low=delta - half, high=delta + half, colour=tint)


def back_to_front(slots: tuple[LapSlot, ...]) -> list[LapSlot]:
    """Return grey laps, then the reference, then the others, the first compared on top."""
    grey = [slot for slot in slots if not slot.is_coloured]
    reference = [slot for slot in slots if slot.is_reference]
    others = [slot for slot in slots if slot.is_coloured and not slot.is_reference]
    return [*reversed(grey), *reference, *reversed(others)]
