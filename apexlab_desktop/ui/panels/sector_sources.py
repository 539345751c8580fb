"""Where the ideal lap comes from, piece by piece, and what the marks of the table mean."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, signed
from apexlab_desktop.ui.panels.sector_cells import paint_mark
from apexlab_desktop.ui.viewmodels.sector_lines import Source, source_words
from apexlab_desktop.ui.viewmodels.sector_rows import Mark

HEAD_PX, BOX_PX, GAP_PX = 28.0, 54.0, 6.0
LEAST_BOX_PX = 84.0
SIDE_PX = 11.0
LEGEND_PX = 30
_LEGEND = (
    (Mark.BEST, "best of the session"),
    (Mark.FASTER, "quicker than every clean lap before"),
    (Mark.NONE, "grey: not counted"),
)


class SectorSources(QWidget):
    """A box for every piece of the ideal lap, as wide as it is long."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._pieces: tuple[Source, ...] = ()
        self._best = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Where the ideal lap comes from")
        appearance.theme_changed.connect(self.update)

    def show_pieces(self, pieces: tuple[Source, ...], best: int) -> None:
        """Show the pieces against lap `best`."""
        self._pieces, self._best = pieces, best
        told = [f"{p.name} lap {p.lap_number}, {self._gap_words(p)}" for p in pieces]
        self.setAccessibleDescription("; ".join([source_words(pieces), *told]))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the head line and the boxes."""
        return QSize(400, int(HEAD_PX + BOX_PX + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw head line and boxes."""
        if not self._pieces:
            return
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = QRectF(SIDE_PX, 0.0, self.width() - 2.0 * SIDE_PX, HEAD_PX)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(fonts.font(12, 600))
        painter.setPen(QColor(theme.secondary))
        painter.drawText(head, int(middle), "Where the ideal lap comes from")
        painter.setFont(fonts.font(11))
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            head, int(middle | Qt.AlignmentFlag.AlignRight), source_words(self._pieces)
        )
        for box, piece in zip(self._boxes(), self._pieces, strict=True):
            self._paint_box(painter, box, piece)
        painter.end()

    def _boxes(self) -> list[QRectF]:
        n = len(self._pieces)
        room = self.width() - 2.0 * SIDE_PX - GAP_PX * (n - 1)
        least = min(LEAST_BOX_PX, room / n)
        shares = sum(piece.share for piece in self._pieces) or 1.0
        boxes, left = [], SIDE_PX
        for piece in self._pieces:
            width = least + (room - n * least) * piece.share / shares
            boxes.append(QRectF(left, HEAD_PX, width, BOX_PX))
            left += width + GAP_PX
        return boxes

    def _paint_box(self, painter: QPainter, box: QRectF, piece: Source) -> None:
        theme = self._appearance.theme
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        first = box.adjusted(10.0, 7.0, -4.0, -27.0)
        painter.setFont(fonts.font(11, 600))
        painter.setPen(QColor(theme.muted))
        painter.drawText(first, int(Qt.AlignmentFlag.AlignVCenter), piece.name)
        beside = first.adjusted(24.0, 0.0, 0.0, 0.0)
        painter.setFont(fonts.font(13, 600))
        painter.setPen(QColor(theme.text))
        lap = f"lap{NO_BREAK_SPACE}{piece.lap_number}"
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignVCenter), lap)
        second = box.adjusted(10.0, 28.0, -4.0, -6.0)
        painter.setFont(fonts.font(11))
        is_quicker = piece.gap_s is not None and piece.gap_s < 0.0
        painter.setPen(QColor(theme.faster if is_quicker else theme.muted))
        words = painter.fontMetrics().elidedText(
            self._gap_words(piece), Qt.TextElideMode.ElideRight, int(second.width())
        )
        painter.drawText(second, int(Qt.AlignmentFlag.AlignVCenter), words)

    def _gap_words(self, piece: Source) -> str:
        best = f"lap{NO_BREAK_SPACE}{self._best}"
        if piece.lap_number == self._best:
            return f"as on {best}"
        return (
            f"lap{NO_BREAK_SPACE}{piece.lap_number}"
            if piece.gap_s is None
            else (f"{signed(piece.gap_s, 3)} to {best}")
        )


class SectorLegend(QWidget):
    """What diamond, triangle and grey mean."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedHeight(LEGEND_PX)
        self.setAccessibleName(", ".join(words for _mark, words in _LEGEND))
        appearance.theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw marks and words."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.font(11))
        left, middle = SIDE_PX + 4.0, self.height() / 2.0
        for mark, words in _LEGEND:
            if mark is not Mark.NONE:
                code = theme.best if mark is Mark.BEST else theme.faster
                paint_mark(painter, QPointF(left + 4.5, middle), mark, code)
                left += 16.0
            painter.setPen(QColor(theme.muted if mark is Mark.NONE else theme.secondary))
            width = painter.fontMetrics().horizontalAdvance(words)
            room = QRectF(left, 0.0, width + 2.0, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
            left += width + 18.0
        painter.end()
