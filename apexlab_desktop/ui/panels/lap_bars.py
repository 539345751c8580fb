"""Every lap of the session as a bar: how far from the best, hollow where it is not counted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from apexlab_desktop.ui.formatting import signed
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.viewmodels.debrief import DebriefModel, LapBar

FOOT_PX, WORDS_PX = 20.0, 18.0
BAR_SHARE = 0.42
MOST_BAR_PX = 34.0
DIAMOND_PX = 5.0
NARROWEST_WORDS_PX = 44.0
NOTE = "gap to best, s; hollow = not counted"


class LapBars(PanelFrame):
    """A click compares the lap with the best. Signal `lap_wanted(number)`."""

    lap_wanted = Signal(int)

    def __init__(self, models: WindowModels, debrief: DebriefModel) -> None:
        super().__init__("Laps", models.appearance.theme)
        self._models = models
        self._debrief = debrief
        self._bars: tuple[LapBar, ...] = ()
        self._pointed = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.set_note(NOTE)
        debrief.changed.connect(self.show_bars)
        models.laps.changed.connect(self.show_bars)
        models.appearance.theme_changed.connect(self._on_theme)
        self.show_bars()

    def show_bars(self) -> None:
        """Show the laps of the session."""
        self._bars = self._debrief.lap_bars()
        self._pointed = min(self._pointed, max(len(self._bars) - 1, 0))
        self.setAccessibleDescription("; ".join(_words(bar) for bar in self._bars))
        self.set_absence("" if self._bars else "No laps.")

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars over their lap numbers."""
        painter = QPainter(self)
        self.paint_frame(painter)
        if self._bars:
            area = self.content_rect().adjusted(0, WORDS_PX, 0, -FOOT_PX)
            painter.setPen(QPen(colour(self._theme.muted), 1.0))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
            largest = max(
                (bar.gap_s for bar in self._bars if bar.is_counted and bar.gap_s), default=1.0
            )
            for place, bar in enumerate(self._bars):
                self._paint_bar(painter, area, place, bar, largest)
        painter.end()

    def _slot(self, area: QRectF, place: int) -> QRectF:
        width = area.width() / len(self._bars)
        return QRectF(area.left() + place * width, area.top(), width, area.height())

    def _paint_bar(
        self, painter: QPainter, area: QRectF, place: int, bar: LapBar, largest: float
    ) -> None:
        theme, slot = self._theme, self._slot(area, place)
        is_best = bar.is_counted and bar.gap_s == 0.0
        centre = Qt.AlignmentFlag.AlignCenter
        foot = QRectF(slot.left(), area.bottom() + 3, slot.width(), FOOT_PX - 4)
        painter.setFont(font(11, 600 if is_best else 400))
        painter.setPen(colour(theme.text if bar.is_counted else theme.muted))
        painter.drawText(foot, centre, str(bar.number))
        if self.hasFocus() and place == self._pointed:
            painter.setPen(QPen(colour(theme.accent), 1.0))
            painter.drawRoundedRect(foot.adjusted(1, 0, -1, 0), 4, 4)
        width = min(slot.width() * BAR_SHARE, MOST_BAR_PX)
        share = min((bar.gap_s or largest) / largest, 1.0) if bar.gap_s is not None else 1.0
        height = max(area.height() * share, 2.0)
        box = QRectF(slot.center().x() - width / 2, area.bottom() - height, width, height)
        words = "best" if is_best else signed(bar.gap_s, 2) if bar.gap_s is not None else ""
        if is_best:
            self._paint_diamond(painter, QPointF(slot.center().x(), area.bottom() - 9))
            box.setTop(area.bottom() - 16)
        elif bar.is_counted:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.secondary))
            painter.drawRoundedRect(box, 2, 2)
        else:
            words = bar.reason
            pen = QPen(colour(theme.muted), 1.0)
            pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, 0), 2, 2)
        if slot.width() >= NARROWEST_WORDS_PX or is_best:
            painter.setFont(font(11, 600 if is_best else 400))
            painter.setPen(colour(theme.best if is_best else theme.secondary))
            over = QRectF(slot.left() - 20, box.top() - WORDS_PX, slot.width() + 40, WORDS_PX)
            painter.drawText(over, centre, words)

    def _paint_diamond(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theme.best))
        ways = ((0, -1), (1, 0), (0, 1), (-1, 0))
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) * DIAMOND_PX for x, y in ways]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        place = self._place_at(event.position())
        self.setToolTip(_words(self._bars[place]) if place >= 0 else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Compare the lap under the pointer."""
        place = self._place_at(event.position())
        if place >= 0:
            self._pointed = place
            self._want(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the laps, compare one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in steps and self._bars:
            self._pointed = (self._pointed + steps[key]) % len(self._bars)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._bars:
            self._want(self._pointed)
        else:
            super().keyPressEvent(event)

    def _want(self, place: int) -> None:
        if self._bars[place].gap_s is not None:
            self.lap_wanted.emit(self._bars[place].number)

    def _place_at(self, point: QPointF) -> int:
        area = self.content_rect()
        if not self._bars or not area.contains(point):
            return -1
        return min(int((point.x() - area.left()) / area.width() * len(self._bars)),
                   len(self._bars) - 1)  # fmt: skip


def _words(bar: LapBar) -> str:
    if not bar.is_counted:
        return f"lap {bar.number}: not counted, {bar.reason}"
    if bar.gap_s == 0.0:
        return f"lap {bar.number}: best"
    return f"lap {bar.number}: {signed(bar.gap_s, 3)} s" if bar.gap_s is not None else ""
