"""The proof of the chosen finding: the best lap and the typical one through that place."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from apexlab_desktop.analysis.arrays import FloatArray
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, distance, speed_factor, speed_unit
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.viewmodels.debrief import DebriefModel
from apexlab_desktop.ui.viewmodels.typical_lap import TypicalLap, typical_lap

LEFT_PX, FOOT_PX, HEAD_PX = 36.0, 18.0, 20.0
AROUND_SHARE = 0.25
LEAST_AROUND_M = 40.0
STEPS = (5.0, 10.0, 20.0, 50.0, 100.0)
LENGTHS_M = (20.0, 50.0, 100.0, 200.0, 500.0)
SQUARE_PX = 10.0


class EvidencePlot(PanelFrame):
    """Speed over distance where the chosen finding is."""

    def __init__(self, models: WindowModels, debrief: DebriefModel) -> None:
        super().__init__("Evidence", models.appearance.theme)
        self._models = models
        self._debrief = debrief
        self._typical: TypicalLap | None = None
        self.setMinimumHeight(120)
        debrief.changed.connect(self.show_finding)
        debrief.chosen_changed.connect(self.show_finding)
        models.appearance.units_changed.connect(self.show_finding)
        models.appearance.theme_changed.connect(self._on_theme)
        self.show_finding()

    def show_finding(self) -> None:
        """Show the place of the chosen finding."""
        judged = self._debrief.insight.debrief
        cards = self._debrief.cards(self._models.appearance.units)
        self._typical = typical_lap(judged) if judged is not None and cards else None
        if not cards:
            self.set_title("Evidence")
            self.set_note("")
            self.set_absence("" if judged is None else "No finding, so nothing to prove.")
            return
        card = cards[self._debrief.chosen]
        place = card.title.split(":")[0]
        self.set_title(f"Evidence for {card.rank}: {place[:1].lower()}{place[1:]}")
        self.set_note(f"speed, {speed_unit(self._models.appearance.units)}")
        self.set_absence("")

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw legend, band and both curves."""
        painter = QPainter(self)
        self.paint_frame(painter)
        cards = self._debrief.cards(self._models.appearance.units)
        if self._typical is not None and cards:
            card = cards[self._debrief.chosen]
            self._paint(painter, self._typical, card.from_m, card.to_m)
        painter.end()

    def _paint(self, painter: QPainter, typical: TypicalLap, from_m: float, to_m: float) -> None:
        around = max(AROUND_SHARE * (to_m - from_m), LEAST_AROUND_M)
        at_m = typical.distance_m
        shown = slice(
            int(np.searchsorted(at_m, from_m - around)),
            int(np.searchsorted(at_m, to_m + around)) + 1,
        )
        x_m = at_m[shown]
        curves = [values[shown] for values in (typical.best_mps, typical.low_mps, typical.high_mps)]
        known = np.concatenate(curves)
        if x_m.size < 2 or not np.isfinite(known).any():
            return
        low, high = float(np.nanmin(known)), float(np.nanmax(known))
        room = max(0.06 * (high - low), 0.5)
        area = self.content_rect().adjusted(LEFT_PX, HEAD_PX, -2, -FOOT_PX)
        scale = _Scale(area, (float(x_m[0]), float(x_m[-1])), (low - room, high + room))
        self._paint_ground(painter, scale, from_m, to_m)
        theme = self._theme
        band = colour(theme.lap_colours[1], theme.statistic_band_alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        forth = scale.points(x_m, curves[1])
        back = scale.points(x_m, curves[2])
        painter.drawPolygon(QPolygonF([*forth, *reversed(back)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for values, code in ((typical.speed_mps[shown], theme.lap_colours[1]),
                             (curves[0], theme.lap_colours[0])):  # fmt: skip
            painter.setPen(QPen(colour(code), theme.lap_pen_width))
            painter.drawPolyline(QPolygonF(scale.points(x_m, values)))
        self._paint_legend(painter, typical)

    def _paint_ground(self, painter: QPainter, scale: _Scale, from_m: float, to_m: float) -> None:
        theme, area = self._theme, scale.area
        left, right = (min(max(scale.x(at), area.left()), area.right()) for at in (from_m, to_m))
        shade = colour(theme.corner_band, theme.corner_band_alpha)
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade)
        factor = speed_factor(self._models.appearance.units)
        low, high = (value * factor for value in scale.speeds)
        step = next((s for s in STEPS if (high - low) / s <= 4.0), STEPS[-1])
        painter.setFont(font(11))
        right_side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in np.arange(np.ceil(low / step) * step, high, step):
            y = scale.y(float(value) / factor)
            painter.setPen(QPen(colour(theme.muted, theme.grid_alpha), 1.0))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(colour(theme.muted))
            painter.drawText(
                QRectF(area.left() - LEFT_PX, y - 8, LEFT_PX - 6, 16), right_side, f"{value:.0f}"
            )
        first, last = scale.places
        length = next((s for s in LENGTHS_M if (last - first) / s <= 5.0), LENGTHS_M[-1])
        for place in np.arange(np.ceil(first / length) * length, last, length):
            box = QRectF(scale.x(float(place)) - 40, area.bottom() + 2, 80, FOOT_PX - 2)
            if box.center().x() > area.right() - 22:
                continue
            words = distance(float(place), self._models.appearance.units)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(QPen(colour(theme.muted), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def _paint_legend(self, painter: QPainter, typical: TypicalLap) -> None:
        theme, area = self._theme, self.content_rect()
        best = f"Lap{NO_BREAK_SPACE}{typical.best_number}"
        x = area.left()
        painter.setFont(font(11))
        typical_words = "Typical, band 10 to 90 % of laps"
        for words, code in zip((best, typical_words), theme.lap_colours, strict=False):
            painter.fillRect(QRectF(x, area.top() + 3, SQUARE_PX, SQUARE_PX), colour(code))
            painter.setPen(colour(theme.secondary))
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(
                QRectF(x + 15, area.top(), width + 4, 16), Qt.AlignmentFlag.AlignVCenter, words
            )
            x += width + 34


class _Scale:
    """From metres and m/s to pixels."""

    def __init__(
        self, area: QRectF, places: tuple[float, float], speeds: tuple[float, float]
    ) -> None:
        self.area, self.places, self.speeds = area, places, speeds

    def x(self, at_m: float) -> float:
        low, high = self.places
        return self.area.left() + self.area.width() * (at_m - low) / (high - low)

    def y(self, mps: float) -> float:
        low, high = self.speeds
        return self.area.bottom() - self.area.height() * (mps - low) / (high - low)

    def points(self, at_m: FloatArray, mps: FloatArray) -> list[QPointF]:
        known = np.isfinite(mps)
        pairs = zip(at_m[known].tolist(), mps[known].tolist(), strict=True)
        return [QPointF(self.x(at), self.y(value)) for at, value in pairs]
