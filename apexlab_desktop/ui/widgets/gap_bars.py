"""Bars per lap: how far each was from the best."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import signed

HEIGHT = 46
GAP = 3
MAX_BAR = 17.0
BEST_HEIGHT = 2.0


class GapBars(QWidget):
    """One bar per timed lap, zero based; hollow where the lap is not counted."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._gaps: Sequence[float | None] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.theme_changed.connect(self.update)

    def show_gaps(self, gaps_s: Sequence[float | None]) -> None:
        """Draw other laps [s]; None is a lap that is not counted."""
        self._gaps = gaps_s
        words = (f"{n}: {_words(gap)}" for n, gap in enumerate(gaps_s, start=1))
        self.setAccessibleName("Gap to best, per lap. " + ", ".join(words))
        self.setToolTip("\n".join(f"{n}: {_words(gap)}" for n, gap in enumerate(gaps_s, start=1)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the usual room."""
        return QSize(280, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        if not self._gaps:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = min(MAX_BAR + GAP, self.width() / len(self._gaps))
        largest = max((gap for gap in self._gaps if gap is not None), default=0.0) or 1.0
        for index, gap in enumerate(self._gaps):
            self._paint_bar(painter, QRectF(index * step, 0, max(step - GAP, 1), 0), gap, largest)
        painter.end()

    def _paint_bar(
        self, painter: QPainter, place: QRectF, gap: float | None, largest: float
    ) -> None:
        theme = self._appearance.theme
        bottom = self.height() - 1.0
        if gap is None:
            painter.setPen(QPen(QColor(theme.muted), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(place.left() + 0.5, 0.5, place.width() - 1, bottom - 0.5)
            painter.drawRoundedRect(box, 2, 2)
            return
        height = max(BEST_HEIGHT, gap / largest * (bottom - 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.best if gap <= 0.0 else theme.secondary))
        bar = QRectF(place.left(), bottom - height, place.width(), height)
        radius = min(2.0, height / 2)
        painter.drawRoundedRect(bar, radius, radius)


def _words(gap_s: float | None) -> str:
    if gap_s is None:
        return "not counted"
    return "best" if gap_s <= 0.0 else f"{signed(gap_s, 3)}\u00a0s"
