"""The frame that analysis panels share: border, title, and words for what is absent."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.theme import Theme

MARGINS_PX = (12, 8, 12, 10)
HEAD_ROW_PX = 17
HEAD_GAP_PX = 3

_RADIUS_PX = 8.0
_ABSENCE_WIDTH_PX = 360.0
_TITLE_GAP_PX = 24.0


class PanelFrame(QWidget):
    """A panel with a title at the left of its head row and a quiet note at the right."""

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._note = ""
        self._absence = ""
        self._theme = theme
        self.setAccessibleName(title)

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    @property
    def absence(self) -> str:
        """Why the panel shows nothing; empty while it shows something."""
        return self._absence

    @property
    def note(self) -> str:
        """The words at the right of the head row."""
        return self._note

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def set_note(self, note: str) -> None:
        """Change the words at the right of the head row."""
        self._note = note
        self.update()

    def set_absence(self, words: str) -> None:
        """Say what is missing, why, and what would give it; empty to show the content."""
        self._absence = words
        self.setAccessibleDescription(words)
        self.update()

    def content_rect(self) -> QRectF:
        """Return the area under the head row."""
        left, top, right, bottom = MARGINS_PX
        head = HEAD_ROW_PX + HEAD_GAP_PX
        return QRectF(self.rect()).adjusted(left, top + head, -right, -bottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, head row and, when there is nothing to show, why."""
        painter = QPainter(self)
        self.paint_frame(painter)
        painter.end()

    def paint_frame(self, painter: QPainter) -> None:
        """Paint border, title, note and absence."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(theme.border), 1.0))
        painter.setBrush(colour(theme.panel))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS_PX, _RADIUS_PX
        )
        self._paint_head(painter)
        if self._absence:
            self._paint_absence(painter)

    def _paint_head(self, painter: QPainter) -> None:
        left, top, right, _ = MARGINS_PX
        metrics = QFontMetricsF(font(12, 600))
        baseline = top + (HEAD_ROW_PX + metrics.capHeight()) / 2.0
        painter.setFont(font(12, 600))
        painter.setPen(colour(self._theme.text))
        painter.drawText(QPointF(left, baseline), self._title)
        free = self.width() - left - right - metrics.horizontalAdvance(self._title) - _TITLE_GAP_PX
        note = self._fitting_note(free)
        painter.setFont(font(11))
        painter.setPen(colour(self._theme.muted))
        width = QFontMetricsF(font(11)).horizontalAdvance(note)
        painter.drawText(QPointF(self.width() - right - width, baseline), note)

    def _fitting_note(self, free_px: float) -> str:
        """Return the note, without last parts (three spaces apart) where it is too long."""
        metrics = QFontMetricsF(font(11))
        parts = self._note.split("   ")
        while parts and metrics.horizontalAdvance("   ".join(parts)) > free_px:
            parts.pop()
        return "   ".join(parts)

    def _paint_absence(self, painter: QPainter) -> None:
        rect = self.content_rect()
        width = min(_ABSENCE_WIDTH_PX, rect.width())
        box = QRectF(rect.center().x() - width / 2.0, rect.top(), width, rect.height())
        painter.setFont(font(13))
        painter.setPen(colour(self._theme.secondary))
        painter.drawText(
            box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._absence
        )
