"""One corner from above: the lines of the compared laps, where they brake and where they crawl."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from apexlab_desktop.analysis.arrays import FloatArray
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, distance
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.palette import colour, font, lap_colour
from apexlab_desktop.ui.viewmodels.corner_places import Stretch, stretch_of
from apexlab_desktop.units import FEET_PER_METRE, UnitSystem

LINE_PX, DOT_PX, TICK_PX = 2.5, 4.0, 11.0
MARGIN_PX, FOOT_PX = 24.0, 34.0
BAR_STEPS = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
BAR_SHARE = 0.25
WORDS_BESIDE_PX = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Metres to pixels: turned so that the corner lies flat, one scale for both directions."""

    cosine: float
    sine: float
    middle_m: tuple[float, float]
    middle_px: QPointF
    px_per_m: float

    def at(self, x_m: float, y_m: float) -> QPointF:
        d_x, d_y = x_m - self.middle_m[0], y_m - self.middle_m[1]
        along = d_x * self.cosine + d_y * self.sine
        left = d_y * self.cosine - d_x * self.sine
        return self.middle_px + QPointF(along * self.px_per_m, -left * self.px_per_m)


class CornerMap(PanelFrame):
    """The corner looked at, as the compared laps drove it."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__("Corner", models.appearance.theme)
        self._models = models
        self.setMinimumSize(160, 120)
        for signal in (
            models.insight.changed,
            models.insight.corner_changed,
            models.comparison.comparison_changed,
            models.comparison.laps_changed,
            models.appearance.units_changed,
        ):
            signal.connect(self.show_corner)
        models.appearance.theme_changed.connect(self._on_theme)
        self.show_corner()

    def show_corner(self) -> None:
        """Name the corner and draw it."""
        corner = self._models.insight.corner
        if corner is None:
            self.set_title("Corner")
            self.set_note("")
            self.set_absence(self._models.insight.reason or "")
            return
        name = f", {corner.name}" if corner.name else ""
        self.set_title(f"Turn{NO_BREAK_SPACE}{corner.number}{name}")
        units = self._models.appearance.units
        self.set_note(f"{distance(corner.entry_m, units)} to {distance(corner.exit_m, units)}")
        judged = self._models.insight.debrief
        has_places = judged is not None and judged.comparison.line is not None
        self.set_absence("" if has_places else "No map: these laps hold no position.")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, lines, marks and scale."""
        painter = QPainter(self)
        self.paint_frame(painter)
        corner = self._models.insight.corner
        if corner is not None and not self.absence:
            painter.setClipRect(self.content_rect())
            self._paint_lines(painter, stretch_of(self._models, corner))
        painter.end()

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def _paint_lines(self, painter: QPainter, stretch: Stretch) -> None:
        frame = _frame(stretch, self.content_rect())
        if frame is None:
            return
        theme = self._theme
        marks: list[tuple[QPointF, int]] = []
        for lap in reversed(stretch.laps):
            pen = QPen(lap_colour(theme, lap.slot), LINE_PX)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPolyline(_polygon(frame, lap.x_m, lap.y_m))
            place = lap.index_at(lap.slowest_m)
            if place is not None:
                marks.append((frame.at(float(lap.x_m[place]), float(lap.y_m[place])), lap.slot))
            self._paint_brake(painter, frame, lap.x_m, lap.y_m, lap.index_at(lap.brake_m))
        painter.setPen(QPen(colour(theme.panel), 1.5))
        for point, slot in marks:
            painter.setBrush(lap_colour(theme, slot))
            painter.drawEllipse(point, DOT_PX, DOT_PX)
        self._paint_foot(painter, frame)

    def _paint_brake(
        self, painter: QPainter, frame: _Frame, x_m: FloatArray, y_m: FloatArray, place: int | None
    ) -> None:
        if place is None or not 0 < place < x_m.size - 1:
            return
        before, after = (frame.at(float(x_m[k]), float(y_m[k])) for k in (place - 1, place + 1))
        step = after - before
        length = math.hypot(step.x(), step.y())
        if length <= 0.0:
            return
        across = QPointF(-step.y(), step.x()) * (TICK_PX / length)
        middle = (before + after) / 2.0
        painter.setPen(QPen(colour(self._theme.slower), 2.0))
        painter.drawLine(QLineF(middle - across, middle + across))

    def _paint_foot(self, painter: QPainter, frame: _Frame) -> None:
        area = self.content_rect()
        is_metric = self._models.appearance.units is UnitSystem.METRIC
        per_unit = 1.0 if is_metric else 1.0 / FEET_PER_METRE
        most = BAR_SHARE * area.width() / (per_unit * frame.px_per_m)
        fitting = [step for step in BAR_STEPS if step <= most]
        step = fitting[-1] if fitting else BAR_STEPS[0]
        width = step * per_unit * frame.px_per_m
        y = area.bottom() - 6.0
        painter.setPen(QPen(colour(self._theme.secondary), 1.5))
        painter.drawLine(QLineF(area.left(), y, area.left() + width, y))
        painter.setFont(font(11))
        unit = "m" if is_metric else "ft"
        painter.drawText(QPointF(area.left(), y - 6.0), f"{step:.0f}{NO_BREAK_SPACE}{unit}")
        painter.setPen(colour(self._theme.muted))
        room = QRectF(area.left(), y - 16.0, area.width(), 20.0)
        words = "dots: slowest point   bars: braking"
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def _polygon(frame: _Frame, x_m: FloatArray, y_m: FloatArray) -> QPolygonF:
    known = np.isfinite(x_m) & np.isfinite(y_m)
    pairs = zip(x_m[known].tolist(), y_m[known].tolist(), strict=True)
    return QPolygonF([frame.at(x, y) for x, y in pairs])


def _frame(stretch: Stretch, area: QRectF) -> _Frame | None:
    """Return the scale that shows the whole stretch with its chord lying flat."""
    x_m, y_m = stretch.line_x_m, stretch.line_y_m
    if x_m.size < 2:
        return None
    chord = math.hypot(x_m[-1] - x_m[0], y_m[-1] - y_m[0])
    heading = math.atan2(y_m[-1] - y_m[0], x_m[-1] - x_m[0]) if chord > 0.0 else 0.0
    cosine, sine = math.cos(heading), math.sin(heading)
    along = x_m * cosine + y_m * sine
    left = y_m * cosine - x_m * sine
    room = area.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX - FOOT_PX)
    spans = (max(float(np.ptp(along)), 1.0), max(float(np.ptp(left)), 1.0))
    px_per_m = min(max(room.width(), 1.0) / spans[0], max(room.height(), 1.0) / spans[1])
    mid_along, mid_left = (float(v.min() + v.max()) / 2.0 for v in (along, left))
    middle = (mid_along * cosine - mid_left * sine, mid_along * sine + mid_left * cosine)
    return _Frame(
        cosine=cosine, sine=sine, middle_m=middle, middle_px=room.center(), px_per_m=px_per_m
    )
