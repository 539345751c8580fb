"""The corner looked at, lap by lap: speed against distance in small pictures of one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from apexlab_desktop.analysis.arrays import FloatArray
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, signed, speed_factor, speed_unit
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.viewmodels.corner_places import SpeedScale, speed_scale
from apexlab_desktop.ui.viewmodels.corner_rows import PassRow
from apexlab_desktop.ui.viewmodels.corners import CornersModel

COLUMNS, ROWS = 5, 2
PER_PAGE = COLUMNS * ROWS
GAP_PX = 8.0
HEAD_PX, AXIS_PX, FOOT_PX = 28.0, 38.0, 8.0
DOT_PX = 3.5
N_MARKED = 3
STEPS = (5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """One small picture: its frame, and where the curve goes."""

    frame: QRectF
    plot: QRectF


class CornerMultiples(PanelFrame):
    """Ten laps to a page, the quickest first; a click compares that lap there.

    Signal `lap_wanted(number)`.
    """

    lap_wanted = Signal(int)

    def __init__(self, models: WindowModels, corners: CornersModel) -> None:
        super().__init__("Lap by lap", models.appearance.theme)
        self._models = models
        self._corners = corners
        self._page = 0
        self._pointed = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(180)
        corners.corner_changed.connect(self._on_corner)
        models.appearance.units_changed.connect(self.update)
        models.appearance.theme_changed.connect(self._on_theme)
        self._on_corner()

    @property
    def shown(self) -> tuple[PassRow, ...]:
        """The laps on this page."""
        first = self._page * PER_PAGE
        return self._corners.passes[first : first + PER_PAGE]

    def turn(self, direction: int) -> None:
        """Go to the next page (1) or the one before (-1)."""
        n_pages = max(1, -(-len(self._corners.passes) // PER_PAGE))
        self._page = (self._page + direction) % n_pages
        self._pointed = 0
        self._say()

    # ---- reactions

    def _on_corner(self) -> None:
        self._page = self._pointed = 0
        corner = self._corners.insight.corner
        if corner is None:
            self.set_title("Lap by lap")
            self.set_absence(self._corners.insight.reason)
        else:
            name = f", {corner.name}" if corner.name else ""
            self.set_title(f"Turn{NO_BREAK_SPACE}{corner.number}{name}, lap by lap")
            self.set_absence("" if self._corners.passes else "No clean lap drove this corner.")
        self._say()

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def _say(self) -> None:
        passes = self._corners.passes
        if not passes:
            self.set_note("")
            return
        pages = ""
        if len(passes) > PER_PAGE:
            last = min((self._page + 1) * PER_PAGE, len(passes))
            pages = f"{self._page * PER_PAGE + 1} to {last} of {len(passes)}: Up, Down   "
        unit = speed_unit(self._models.appearance.units)
        self.set_note(f"{pages}speed, {unit}   pale: quickest lap here   ordered by time")
        words = [f"lap {row.lap_number} {_gap_words(row)}" for row in self.shown]
        self.setAccessibleDescription("; ".join(words))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame and pictures."""
        painter = QPainter(self)
        self.paint_frame(painter)
        corner = self._corners.insight.corner
        scale = (
            None
            if corner is None or self.absence
            else speed_scale(self._corners.insight, corner, self._corners.passes)
        )
        if scale is not None:
            for place, row in enumerate(self.shown):
                self._paint_one(painter, self._box(place), row, scale, place)
        painter.end()

    def _box(self, place: int) -> _Box:
        area = self.content_rect().adjusted(0.0, 4.0, 0.0, 2.0)
        n_rows = 1 if len(self.shown) <= COLUMNS else ROWS
        width = (area.width() - GAP_PX * (COLUMNS - 1)) / COLUMNS
        height = (area.height() - GAP_PX * (n_rows - 1)) / n_rows
        column, line = place % COLUMNS, place // COLUMNS
        left = area.left() + column * (width + GAP_PX)
        frame = QRectF(left, area.top() + line * (height + GAP_PX), width, height)
        return _Box(frame=frame, plot=frame.adjusted(AXIS_PX, HEAD_PX, -12.0, -FOOT_PX))

    def _paint_one(
        self, painter: QPainter, box: _Box, row: PassRow, scale: SpeedScale, place: int
    ) -> None:
        theme = self._theme
        is_pointed = self.hasFocus() and place == self._pointed
        painter.setPen(QPen(colour(theme.accent if is_pointed else theme.border), 1.0))
        painter.setBrush(colour(theme.raised))
        painter.drawRoundedRect(box.frame.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        self._paint_words(painter, box, row)
        low, high = scale.corner_m
        left, right = (scale.x_px(box.plot, at) for at in (low, high))
        band = QRectF(left, box.plot.top(), right - left, box.plot.height())
        painter.fillRect(band, colour(theme.corner_band, theme.corner_band_alpha))
        self._paint_axis(painter, box, scale)
        is_best = row.gap_s == 0.0
        if not is_best:
            quickest = self._corners.passes[0].lap_index
            self._paint_curve(painter, box, scale, quickest, theme.muted, 1.0)
        code = theme.lap_colours[0] if is_best else theme.lap_colours[1]
        self._paint_curve(painter, box, scale, row.lap_index, code, theme.lap_pen_width)
        slowest = scale.point(row.passed.slowest_m, row.passed.min_speed_mps, box.plot)
        if slowest is not None:
            painter.setPen(QPen(colour(theme.raised), 1.0))
            painter.setBrush(colour(code))
            painter.drawEllipse(slowest, DOT_PX, DOT_PX)

    def _paint_words(self, painter: QPainter, box: _Box, row: PassRow) -> None:
        theme = self._theme
        room = box.frame.adjusted(10.0, 6.0, -10.0, 0.0)
        room.setHeight(18.0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(12, 600))
        painter.setPen(colour(theme.text))
        lap = f"Lap{NO_BREAK_SPACE}{row.lap_number}"
        painter.drawText(room, middle, lap)
        painter.setPen(colour(theme.best if row.gap_s == 0.0 else self._gap_colour(row)))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, _gap_words(row))
        if row.passed.min_speed_mps is not None:
            factor = speed_factor(self._models.appearance.units)
            painter.setFont(font(11))
            painter.setPen(colour(theme.secondary))
            beside = room.adjusted(52.0, 0.0, -52.0, 0.0)
            painter.drawText(beside, middle, f"{row.passed.min_speed_mps * factor:.1f}")

    def _gap_colour(self, row: PassRow) -> str:
        slowest = [one for one in self._corners.passes if one.gap_s][-N_MARKED:]
        return self._theme.slower if row in slowest else self._theme.secondary

    def _paint_axis(self, painter: QPainter, box: _Box, scale: SpeedScale) -> None:
        factor = speed_factor(self._models.appearance.units)
        low, high = (value * factor for value in scale.speed_mps)
        step = next((s for s in STEPS if (high - low) / s <= 4.0), STEPS[-1])
        painter.setFont(font(11))
        for value in np.arange(np.ceil(low / step) * step, high, step):
            y = scale.y_px(box.plot, float(value) / factor)
            if y < box.plot.top() + 6.0:
                continue
            painter.setPen(QPen(colour(self._theme.muted, self._theme.grid_alpha), 1.0))
            painter.drawLine(QLineF(box.plot.left(), y, box.plot.right(), y))
            painter.setPen(colour(self._theme.muted))
            room = QRectF(box.frame.left(), y - 8.0, AXIS_PX - 5.0, 16.0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.0f}"
            )

    def _paint_curve(
        self, painter: QPainter, box: _Box, scale: SpeedScale, lap: int, code: str, width: float
    ) -> None:
        pen = QPen(colour(code), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part in _runs(scale.curve(lap, box.plot)):
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in part]))

    # ---- keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the laps, turn pages, compare one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        pages = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps and self.shown:
            self._pointed = (self._pointed + steps[key]) % len(self.shown)
        elif key in pages:
            self.turn(pages[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.shown:
            self.lap_wanted.emit(self.shown[self._pointed].lap_number)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Compare the lap under the pointer."""
        for place, row in enumerate(self.shown):
            if self._box(place).frame.contains(event.position()):
                self._pointed = place
                self.lap_wanted.emit(row.lap_number)
                return


def _gap_words(row: PassRow) -> str:
    if row.gap_s is None:
        return "no time"
    return "best" if row.gap_s == 0.0 else signed(row.gap_s, 3)


def _runs(points: FloatArray) -> list[list[tuple[float, float]]]:
    """Return the runs of points that are known, for NaN breaks a line; `points` is (n, 2)."""
    known = np.isfinite(points).all(axis=1)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    parts = np.split(points, cuts)
    return [[(x, y) for x, y in part.tolist()] for part in parts if np.isfinite(part).all()]
