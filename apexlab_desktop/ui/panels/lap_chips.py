"""The compared laps in the top bar: swatch, name, time, gap."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QPushButton, QSizePolicy, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.formatting import lap_time, signed
from apexlab_desktop.ui.panels.lap_menu import lap_menu
from apexlab_desktop.ui.viewmodels.compared_laps import ComparedLap
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection

HEIGHT = 28
SWATCH = 10
PADDING = 10
GAP = 8
PART_GAP = 12
MIME = "application/x-apexlab-lap-slot"


class LapChip(QFrame):
    """One compared lap; a click opens its menu, a drag moves it."""

    def __init__(
        self, appearance: Appearance, laps: LapSelection, lap: ComparedLap, n_parts: int
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._laps = laps
        self.lap = lap
        self._parts = shown_parts(lap, n_parts)
        self._pressed_at: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(chip_width(lap, n_parts), HEIGHT)
        reason = [f"not compared: {lap.reason}"] if lap.reason else []
        self.setAccessibleName(", ".join(chip_parts(lap) + reason))
        self.setToolTip("  ".join(chip_parts(lap) + reason))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def _is_drawn(self) -> bool:
        return self.lap.is_shown and not self.lap.reason

    def open_menu(self) -> None:
        """Offer reference, hide and remove."""
        menu = lap_menu(self, self._laps, self.lap.row.ref)
        menu.popup(self.mapToGlobal(QPoint(0, HEIGHT + 4)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where it began."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        start = self._pressed_at
        distance = (event.position().toPoint() - start).manhattanLength() if start else 0
        if distance >= QApplication.startDragDistance():
            self._pressed_at = None
            drag = QDrag(self)
            data = QMimeData()
            data.setData(MIME, str(self._laps.order.index(self.lap.row.ref)).encode())
            drag.setMimeData(data)
            drag.setPixmap(self.grab())
            drag.exec(Qt.DropAction.MoveAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the menu."""
        if self._pressed_at is not None:
            self._pressed_at = None
            self.open_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter open the menu, Delete takes the lap out."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_menu()
        elif event.key() == Qt.Key.Key_Delete:
            self._laps.remove(self.lap.row.ref)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw pill, swatch and words."""
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.border), 1.0))
        painter.setBrush(QColor(theme.hover if self.underMouse() else theme.raised))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, HEIGHT / 2 - 0.5, HEIGHT / 2 - 0.5)
        self._paint_swatch(painter)
        x = float(PADDING + SWATCH + GAP)
        painter.setFont(fonts.font(13, 500))
        for number, part in enumerate(self._parts):
            is_quiet = number == len(self._parts) - 1 > 0 or not self._is_drawn
            painter.setPen(QColor(theme.secondary if is_quiet else theme.text))
            width = fonts.text_width(part, 13, 500)
            room = QRectF(x, 0, width + 2, HEIGHT)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), part)
            x += width + PART_GAP
        painter.end()

    def _paint_swatch(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        slot = self.lap.slot
        colour = theme.lap_colours[slot] if slot < len(theme.lap_colours) else theme.muted
        mark = QRectF(PADDING, (HEIGHT - SWATCH) / 2, SWATCH, SWATCH)
        if self._is_drawn:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
        else:
            painter.setPen(QPen(QColor(colour), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            mark.adjust(0.7, 0.7, -0.7, -0.7)
        painter.drawRoundedRect(mark, 3, 3)


class LapChips(QWidget):
    """All compared laps, as many words on each as there is room for."""

    def __init__(self, appearance: Appearance, laps: LapSelection) -> None:
        super().__init__()
        self._appearance = appearance
        self._laps = laps
        self._shown: object = None
        self._chips: list[LapChip] = []
        self._more = QPushButton(self)
        self._more.setProperty("role", "ghost")
        self._more.hide()
        self._more.clicked.connect(self._open_rest)
        self.setFixedHeight(HEIGHT + 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Compared laps")
        self.setAcceptDrops(True)
        laps.changed.connect(self.show_laps)
        appearance.theme_changed.connect(self.update)

    @property
    def chips(self) -> list[LapChip]:
        """The chips that have room."""
        return self._chips

    def show_laps(self) -> None:
        """Show the compared laps, right-aligned."""
        laps = self._laps.laps()
        self.updateGeometry()
        n_parts, n_shown = fitting(laps, self.width())
        state = (tuple(laps), n_parts, n_shown, self.width())
        if state == self._shown:
            return
        self._shown = state
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        x = self.width()
        if n_shown < len(laps):
            self._more.setText(f"+{len(laps) - n_shown}")
            self._more.setAccessibleName(f"{len(laps) - n_shown} more laps")
            x -= MORE_WIDTH
            self._more.setGeometry(x + 4, 2, MORE_WIDTH - 4, HEIGHT)
        self._more.setVisible(n_shown < len(laps))
        for lap in reversed(laps[:n_shown]):
            chip = LapChip(self._appearance, self._laps, lap, n_parts)
            chip.setParent(self)
            x -= chip.width()
            chip.move(x, 2)
            chip.show()
            x -= PART_GAP
            self._chips.insert(0, chip)

    def sizeHint(self) -> QSize:
        """Ask for the room of full chips."""
        laps = self._laps.laps()
        return QSize(sum(chip_width(lap, 3) + PART_GAP for lap in laps), HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        """Make do with little."""
        return QSize(160, HEIGHT + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self.show_laps()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a chip."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the chip where it was let go."""
        index = int(bytes(event.mimeData().data(MIME).data()).decode())
        x = event.position().x()
        before = [chip for chip in self._chips if chip.geometry().center().x() < x]
        target = len(before) - (1 if index < len(before) else 0)
        event.acceptProposedAction()
        self._laps.move(self._laps.order[index], max(0, target))

    def _open_rest(self) -> None:
        menu = QMenu(self)
        for lap in self._laps.laps()[len(self._chips) :]:
            sub = lap_menu(self._chips[0] if self._chips else QFrame(), self._laps, lap.row.ref)
            sub.setTitle("  ".join(chip_parts(lap)))
            menu.addMenu(sub)
        menu.popup(self._more.mapToGlobal(QPoint(0, HEIGHT + 2)))


MORE_WIDTH = 48


def chip_parts(lap: ComparedLap) -> list[str]:
    """Return the words of a chip: name, time, gap or `reference`."""
    last = "reference" if lap.is_reference else signed(lap.gap_s, 3)
    return [lap.label, lap_time(lap.row.lap_time_s), last]


def shown_parts(lap: ComparedLap, n_parts: int) -> list[str]:
    """Return what there is room for: the time leaves first, then the gap."""
    name, time, gap = chip_parts(lap)
    return {3: [name, time, gap], 2: [name, gap], 1: [name]}[n_parts]


def chip_width(lap: ComparedLap, n_parts: int) -> int:
    """Return the width of a chip with its first `n_parts` words [logical px]."""
    words = sum(fonts.text_width(part, 13, 500) for part in shown_parts(lap, n_parts))
    return PADDING + SWATCH + GAP + words + PART_GAP * (n_parts - 1) + PADDING + 2


def fitting(laps: list[ComparedLap], width: int) -> tuple[int, int]:
    """Return how many words each chip gets, and how many chips there is room for."""
    for n_parts in (3, 2, 1):
        widths = [chip_width(lap, n_parts) + PART_GAP for lap in laps]
        if sum(widths) - PART_GAP <= width:
            return n_parts, len(laps)
    room = width - MORE_WIDTH
    n_shown = 0
    for lap in laps:
        room -= chip_width(lap, 1) + PART_GAP
        if room < 0:
            break
        n_shown += 1
    return 1, n_shown
