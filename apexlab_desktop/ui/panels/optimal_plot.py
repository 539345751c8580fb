"""Speed of the driven lap and of the model over distance, and the time between them."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.formatting import (
    NO_BREAK_SPACE,
    distance,
    signed,
    speed_factor,
    speed_unit,
)
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.optimal_scale import PlotScale, padded
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.palette import colour, font, lap_colour
from apexlab_desktop.ui.plots.ticks import place_ticks, value_ticks
from apexlab_desktop.ui.viewmodels.insight import corner_bands
from apexlab_desktop.ui.viewmodels.optimal_curves import OptimalCurves, optimal_curves

AXIS_PX, HEAD_PX, FOOT_PX = 44.0, 24.0, 20.0
SPEED_SHARE = 0.64
MODEL_WIDTH_PX, MODEL_DASHES = 1.5, (4.0, 2.5)
DOT_PX, DOT_RING_PX = 4.5, 1.5
SQUARE_PX = 10.0
CLOSEST_PX = 34.0
SPEED_STEP, BEHIND_STEP_S = 50.0, 0.5
STEP_M, LONG_STEP_M = 1.0, 10.0


class OptimalPlot(PanelFrame):
    """Both laps over distance; the cursor is that of every other worksheet."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__("Physics lap", models.appearance.theme)
        self._models = models
        self._curves: OptimalCurves | None = None
        self._still: QPixmap | None = None
        self._place_m = math.nan
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(300, 220)
        models.optimal.changed.connect(self.show_laps)
        models.insight.changed.connect(self._repaint)
        models.insight.corner_changed.connect(self._show_corner)
        models.laps.changed.connect(self._repaint)
        models.cursor.moved.connect(self._on_cursor)
        models.appearance.units_changed.connect(self.show_laps)
        models.appearance.theme_changed.connect(self._on_theme)
        self.show_laps()

    @property
    def place_m(self) -> float:
        """Where the cursor is [m]; NaN for nowhere."""
        return self._place_m

    def show_laps(self) -> None:
        """Show both laps, or why there are none."""
        found = self._models.optimal.found
        self._curves = None if found is None else optimal_curves(found.optimum)
        self.set_absence(self._models.optimal.reason if found is None else "")
        if found is None:
            self.set_title("Physics lap")
        else:
            self.set_title(f"Physics lap against lap{NO_BREAK_SPACE}{found.optimum.lap_number}")
        self.set_note("Corner: C" if found is not None else "")
        self._on_cursor(self._models.cursor.place_m)
        self._repaint()

    # ---- reactions

    def _show_corner(self) -> None:
        """Put the cursor where the corner looked at is tightest."""
        corner = self._models.insight.corner
        if corner is not None and self._curves is not None and self.isVisible():
            self._go(corner.apex_m)
        self._repaint()

    def _on_cursor(self, place_m: float) -> None:
        if self._is_shared or not math.isfinite(self._place_m):
            self._place_m = place_m
            self._say()
            self.update()

    @property
    def _is_shared(self) -> bool:
        """Whether the plots of Compare are of the same line."""
        return self._curves is not None and self._models.insight.is_of_compared_line

    def _go(self, place_m: float, *, is_pinned: bool = True) -> None:
        if self._curves is None:
            return
        self._place_m = min(max(place_m, 0.0), self._curves.length_m)
        if self._is_shared:
            cursor = self._models.cursor
            (cursor.pin if is_pinned else cursor.hover)(self._place_m)
        self._say()
        self.update()

    def _say(self) -> None:
        if self._curves is None or not math.isfinite(self._place_m):
            return
        driven, optimal, behind = self._curves.at(self._place_m)
        units = self._models.appearance.units
        factor, unit = speed_factor(units), speed_unit(units)
        self.setAccessibleDescription(
            f"at {distance(self._place_m, units)} driven {driven * factor:.1f} {unit}, "
            f"model {optimal * factor:.1f} {unit}, {signed(behind, 3)} s behind"
        )

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self._repaint()

    def _repaint(self) -> None:
        self._still = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw both laps anew."""
        super().resizeEvent(event)
        self._repaint()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the kept picture, then what is at the cursor."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatioF() != ratio:
            self._still = self._painted(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._still)
        if self._curves is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_live(painter, self._curves)
        painter.end()

    def _scales(self, curves: OptimalCurves) -> tuple[PlotScale, PlotScale]:
        """Return the scales of speed in the unit shown and of time behind."""
        factor = speed_factor(self._models.appearance.units)
        area = self.content_rect().adjusted(AXIS_PX, HEAD_PX, -4.0, -FOOT_PX)
        height = (area.height() - HEAD_PX) * SPEED_SHARE
        upper = QRectF(area.left(), area.top(), area.width(), height)
        lower = QRectF(area.left(), upper.bottom() + HEAD_PX, area.width(), 0.0)
        lower.setBottom(area.bottom())
        low = min(curves.driven_mps.min(), curves.optimal_mps.min()) * factor
        high = max(curves.driven_mps.max(), curves.optimal_mps.max()) * factor
        low, high = padded(float(low), float(high), 0.08)
        least, most = float(curves.behind_s.min()), float(curves.behind_s.max())
        least, most = padded(min(least, 0.0), max(most, 0.0))
        length = curves.length_m
        return (
            PlotScale(area=upper, length_m=length, low=low, high=high),
            PlotScale(area=lower, length_m=length, low=least, high=most),
        )

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint_frame(painter)
        curves = self._curves
        if curves is not None:
            speed, behind = self._scales(curves)
            factor = speed_factor(self._models.appearance.units)
            self._paint_bands(painter, speed, behind)
            self._paint_axes(painter, speed, SPEED_STEP, is_signed=False)
            self._paint_axes(painter, behind, BEHIND_STEP_S, is_signed=True)
            self._paint_places(painter, speed, behind)
            pen = self._lap_pen()
            at_m = curves.station_m
            painter.setPen(pen)
            painter.drawPolyline(speed.curve(at_m, curves.driven_mps * factor))
            painter.drawPolyline(behind.curve(at_m, curves.behind_s))
            painter.setPen(self._model_pen())
            painter.drawPolyline(speed.curve(at_m, curves.optimal_mps * factor))
        painter.end()
        return picture

    def _lap_colour(self) -> QColor:
        """Return the colour of the driven lap, that of the reference where it is not compared."""
        found, session = self._models.optimal.found, self._models.laps.session
        order = self._models.laps.drawn_order()
        slot = 0
        if found is not None and session is not None:
            ref = LapRef(session_id=session.session_id, lap_number=found.optimum.lap_number)
            slot = order.index(ref) if ref in order else 0
        return lap_colour(self._theme, slot)

    def _lap_pen(self) -> QPen:
        pen = QPen(self._lap_colour(), self._theme.lap_pen_width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _model_pen(self) -> QPen:
        pen = QPen(colour(self._theme.accent), max(MODEL_WIDTH_PX, self._theme.lap_pen_width))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / pen.widthF() * 1.5 for length in MODEL_DASHES])
        return pen

    def _paint_bands(self, painter: QPainter, speed: PlotScale, behind: PlotScale) -> None:
        theme = self._theme
        shade = colour(theme.corner_band, theme.corner_band_alpha)
        painter.setFont(font(11, 500))
        current = self._models.insight.corner
        for band in corner_bands(self._models.insight.corners, speed.length_m):
            left, right = speed.x(band.from_m), speed.x(band.to_m)
            for scale in (speed, behind):
                area = scale.area
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade)
            is_current = current is not None and band.label == current.number
            painter.setPen(colour(theme.text if is_current else theme.muted))
            room = QRectF(speed.x(band.apex_m) - 20.0, speed.area.top() + 1.0, 40.0, 16.0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, band.label)

    def _paint_axes(
        self, painter: QPainter, scale: PlotScale, step: float, *, is_signed: bool
    ) -> None:
        theme, area = self._theme, scale.area
        painter.setFont(font(11))
        ticks = value_ticks(
            scale.low, scale.high, area.height(), CLOSEST_PX, step, is_signed=is_signed
        )
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, words in ticks:
            y = scale.y(value)
            grid = QPen(colour(theme.muted, theme.grid_alpha), 1.0)
            if value == 0.0:
                grid = QPen(colour(theme.muted), 1.0, Qt.PenStyle.DashLine)
            painter.setPen(grid)
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(colour(theme.muted))
            painter.drawText(
                QRectF(area.left() - AXIS_PX, y - 8.0, AXIS_PX - 7.0, 16.0), right, words
            )
        painter.setPen(QPen(colour(theme.muted), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())

    def _paint_places(self, painter: QPainter, speed: PlotScale, behind: PlotScale) -> None:
        theme, units = self._theme, self._models.appearance.units
        painter.setFont(font(11))
        for place_m, words in place_ticks(0.0, speed.length_m, speed.area.width(), units):
            x = speed.x(place_m)
            painter.setPen(QPen(colour(theme.muted, theme.grid_alpha), 1.0))
            for area in (speed.area, behind.area):
                painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
            painter.setPen(colour(theme.muted))
            room = QRectF(x - 40.0, behind.area.bottom() + 3.0, 80.0, 16.0)
            if room.center().x() + 24.0 <= self.width():
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_live(self, painter: QPainter, curves: OptimalCurves) -> None:
        speed, behind = self._scales(curves)
        self._paint_heads(painter, curves, speed, behind)
        theme, place_m = self._theme, self._place_m
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 7.0, 7.0)
        if not math.isfinite(place_m) or place_m > curves.length_m:
            return
        factor = speed_factor(self._models.appearance.units)
        x = speed.x(place_m)
        painter.setPen(QPen(colour(theme.secondary), 1.0))
        painter.drawLine(QLineF(x, speed.area.top(), x, behind.area.bottom()))
        driven, optimal, late = curves.at(place_m)
        painter.setPen(QPen(colour(theme.panel), DOT_RING_PX))
        for point, shade in (
            (speed.point(place_m, optimal * factor), colour(theme.accent)),
            (speed.point(place_m, driven * factor), self._lap_colour()),
            (behind.point(place_m, late), self._lap_colour()),
        ):
            painter.setBrush(shade)
            painter.drawEllipse(point, DOT_PX, DOT_PX)

    def _paint_heads(
        self, painter: QPainter, curves: OptimalCurves, speed: PlotScale, behind: PlotScale
    ) -> None:
        """Draw the line above each plot: what it shows, and the values at the cursor."""
        units, found = self._models.appearance.units, self._models.optimal.found
        place_m = self._place_m
        is_somewhere = math.isfinite(place_m) and place_m <= curves.length_m
        driven, optimal, late = curves.at(place_m) if is_somewhere else (None, None, None)
        factor = speed_factor(units)
        left = speed.area.left() - AXIS_PX + 2.0
        head = _Head(self, painter, left, speed.area.top() - HEAD_PX / 2.0 - 2.0)
        head.words("Speed", 600).words(speed_unit(units), 400, self._theme.muted, 18.0)
        number = found.optimum.lap_number if found is not None else 0
        head.square(self._lap_colour()).words(f"Lap{NO_BREAK_SPACE}{number}", 400)
        head.words("" if driven is None else f"{driven * factor:.1f}", 600, gap_px=18.0)
        head.dashes(self._model_pen()).words("Physics", 400)
        head.words("" if optimal is None else f"{optimal * factor:.1f}", 600, gap_px=18.0)
        if is_somewhere:
            head.words(f"at {distance(place_m, units)}", 400, self._theme.muted)
        head = _Head(self, painter, left, behind.area.top() - HEAD_PX / 2.0 - 1.0)
        head.words("Time behind the physics lap", 600).words("s", 400, self._theme.muted, 18.0)
        head.words("" if late is None else signed(late, 3), 600, gap_px=18.0)
        head.words("up is slower", 400, self._theme.muted)

    # ---- pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the cursor follow the pointer, unless it is pinned."""
        if self._curves is not None and not self._models.cursor.is_pinned:
            self._go(self._scales(self._curves)[0].place_m(event.position().x()), is_pinned=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin the cursor."""
        if self._curves is not None:
            self._go(self._scales(self._curves)[0].place_m(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor along the lap."""
        steps = {Qt.Key.Key_Left: -STEP_M, Qt.Key.Key_Right: STEP_M}
        key = Qt.Key(event.key())
        is_long = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        here_m = self._place_m if math.isfinite(self._place_m) else 0.0
        if key in steps:
            self._go(here_m + steps[key] * (LONG_STEP_M if is_long else 1.0))
        elif key is Qt.Key.Key_Home:
            self._go(0.0)
        elif key is Qt.Key.Key_End and self._curves is not None:
            self._go(self._curves.length_m)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self.update()


class _Head:
    """Writes parts of a head line one after the other."""

    def __init__(self, panel: PanelFrame, painter: QPainter, left: float, middle: float) -> None:
        self._painter = painter
        self._theme = panel.theme
        self._left = left
        self._middle = middle

    def words(self, text: str, weight: int, code: str = "", gap_px: float = 5.0) -> _Head:
        """Write words, and leave a gap behind them."""
        if text:
            self._painter.setFont(font(12, weight))
            self._painter.setPen(colour(code or self._theme.text))
            width = self._painter.fontMetrics().horizontalAdvance(text)
            room = QRectF(self._left, self._middle - 9.0, width + 2.0, 18.0)
            self._painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
            self._left += width
        self._left += gap_px
        return self

    def square(self, shade: QColor) -> _Head:
        """Draw the square of a lap."""
        box = QRectF(self._left, self._middle - SQUARE_PX / 2.0, SQUARE_PX, SQUARE_PX)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(shade)
        self._painter.drawRoundedRect(box, 2.0, 2.0)
        self._left += SQUARE_PX + 6.0
        return self

    def dashes(self, pen: QPen) -> _Head:
        """Draw a piece of a dashed line."""
        thick = QPen(pen)
        thick.setWidthF(2.0)
        self._painter.setPen(thick)
        ends = (QPointF(self._left, self._middle), QPointF(self._left + 18.0, self._middle))
        self._painter.drawLine(*ends)
        self._left += 24.0
        return self
