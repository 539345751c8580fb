"""A box to tick with its words and a count."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance

HEIGHT = 28
BOX = 14


class CheckRow(QAbstractButton):
    """A tick box over the whole width of its panel, with a count where there is one."""

    def __init__(
        self, appearance: Appearance, text: str, count: int | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._count: int | None = -1
        self.setText(text)
        self.setCheckable(True)
        self.show_count(count)
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        appearance.theme_changed.connect(self.update)

    def show_count(self, count: int | None) -> None:
        """Show another count."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(self.text() if count is None else f"{self.text()}, {count}")
            self.update()

    def sizeHint(self) -> QSize:
        """Return the row's height."""
        return QSize(100, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, words and count."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-0.0, 0, 0, 0), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._paint_box(painter)
        self._paint_words(painter)
        painter.end()

    def _paint_box(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        box = QRectF(4.5, (self.height() - BOX) / 2 + 0.5, BOX - 1, BOX - 1)
        is_on = self.isChecked()
        painter.setPen(QPen(QColor(theme.accent if is_on else theme.muted), 1.2))
        painter.setBrush(QColor(theme.accent) if is_on else QColor(Qt.GlobalColor.transparent))
        painter.drawRoundedRect(box, 3, 3)
        if is_on:
            pen = QPen(QColor(theme.on_accent), 1.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            left, middle = box.left(), box.center().y()
            painter.drawPolyline(
                [
                    QPointF(left + 3, middle + 0.5),
                    QPointF(left + 5.5, middle + 3),
                    QPointF(left + 10, middle - 3),
                ]
            )

    def _paint_words(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        count = "" if self._count is None else str(self._count)
        count_width = fonts.text_width(count, 11)
        room = QRectF(self.rect()).adjusted(BOX + 12, 0, -count_width - 12, 0)
        painter.setFont(fonts.font(13))
        painter.setPen(QColor(theme.text if self.isChecked() else theme.secondary))
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.setFont(fonts.font(11))
        painter.setPen(QColor(theme.muted))
        box = QRectF(self.rect()).adjusted(0, 0, -4, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
