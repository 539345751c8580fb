"""The palette: every command, place and session by a few letters."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from apexlab_desktop.ui import fonts, icons
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.viewmodels.palette_items import PaletteItem, Provider
from apexlab_desktop.ui.widgets.key_cap import HEIGHT as CAP_HEIGHT
from apexlab_desktop.ui.widgets.key_cap import KeyCaps, caps_width, paint_caps
from apexlab_desktop.ui.widgets.labels import label, rule
from apexlab_desktop.ui.widgets.marks import IconLabel
from apexlab_desktop.ui.widgets.overlay import Overlay

SIZE = (640.0, 478.0)
TOP = (96.0, 120.0)
TALL = 800
ROW_HEIGHT = 40
HEAD_HEIGHT = 28
ITEM = Qt.ItemDataRole.UserRole
INSET = 8


class _Rows(QStyledItemDelegate):
    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        is_head = not isinstance(index.data(ITEM), PaletteItem)
        return QSize(100, HEAD_HEIGHT if is_head else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        box = QRectF(option.rect)
        item = index.data(ITEM)
        view = self.parent()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, PaletteItem):
            is_chosen = isinstance(view, QListWidget) and view.currentIndex() == index
            self._paint_item(painter, box, item, is_chosen=is_chosen)
        else:
            painter.setFont(fonts.font(11, 600))
            painter.setPen(QColor(self._appearance.theme.secondary))
            painter.drawText(
                box.adjusted(20, 6, -20, 0), Qt.AlignmentFlag.AlignVCenter, index.data()
            )
        painter.restore()

    def _paint_item(
        self, painter: QPainter, box: QRectF, item: PaletteItem, *, is_chosen: bool
    ) -> None:
        theme = self._appearance.theme
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected_row))
            painter.drawRoundedRect(box.adjusted(INSET, 0, -INSET, 0), 6, 6)
        top = box.center().y() - 9
        colour = theme.accent if is_chosen else theme.secondary
        icons.paint(painter, item.icon, colour, 22, top, 18)
        sequences = [list(caps) for caps in item.keys]
        keys_width = caps_width(sequences)
        right = box.right() - 20 - keys_width
        painter.setFont(fonts.font(13, 600 if is_chosen else 400))
        painter.setPen(QColor(theme.text))
        room = QRectF(54, box.top(), right - 54 - 8, box.height())
        name = painter.fontMetrics().elidedText(
            item.name, Qt.TextElideMode.ElideRight, int(room.width())
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, middle, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 12
        painter.setFont(fonts.font(12))
        painter.setPen(QColor(theme.secondary if is_chosen else theme.muted))
        where = painter.fontMetrics().elidedText(
            item.where, Qt.TextElideMode.ElideRight, int(max(0.0, room.width() - used))
        )
        painter.drawText(room.adjusted(used, 0, 0, 0), middle, where)
        paint_caps(painter, self._appearance, sequences, right, box.center().y() - CAP_HEIGHT / 2)


class _Field(QLineEdit):
    """Leaves Up, Down and Enter to the list."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -6,
            Qt.Key.Key_PageDown: 6,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(step)


class Palette(Overlay):
    """One field; what fits below it, the first hit chosen."""

    used = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        window: QWidget,
        provider: Provider,
        words: str,
        *,
        has_commands: bool = True,
    ) -> None:
        super().__init__(appearance, window, words)
        self._has_commands = has_commands
        self._provider = provider
        self._field = _Field()
        self._field.setProperty("role", "palette")
        self._field.setPlaceholderText(words)
        self._field.setAccessibleName(words)
        self._list = QListWidget()
        self._nothing = label("Nothing fits. Try fewer letters.", "secondary")
        self._lay_out(appearance)
        self._field.textChanged.connect(self._show_items)
        self._field.returnPressed.connect(self._run)
        self._field.moved.connect(self._move)
        self._list.itemClicked.connect(self._run)
        self._show_items("")

    @property
    def items(self) -> list[PaletteItem]:
        """What is offered."""
        found = (self._list.item(n).data(ITEM) for n in range(self._list.count()))
        return [item for item in found if isinstance(item, PaletteItem)]

    def type(self, text: str) -> None:
        """Put text into the field."""
        self._field.setText(text)

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return the place near the top."""
        width, height = SIZE
        box = QRectF(0, 0, width, min(height, room.height()))
        box.moveCenter(room.center())
        box.moveTop(min(TOP[room.height() > TALL], room.bottom() - box.height()))
        return box

    def first_focus(self) -> QWidget:
        """Return the field."""
        return self._field

    def _show_items(self, query: str) -> None:
        self._list.clear()
        group = ""
        for item in self._provider(query):
            if item.group != group:
                group = item.group
                head = QListWidgetItem(group, self._list)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
            row = QListWidgetItem(f"{item.name}, {item.where}" if item.where else item.name)
            row.setData(ITEM, item)
            self._list.addItem(row)
        self._nothing.setVisible(self._list.count() == 0)
        self._list.setVisible(self._list.count() > 0)
        self._list.setCurrentRow(1 if self._list.count() else -1)
        self._list.scrollToTop()

    def _move(self, step: int) -> None:
        rows = [
            n
            for n in range(self._list.count())
            if self._list.item(n).flags() & Qt.ItemFlag.ItemIsEnabled
        ]
        if rows:
            place = rows.index(self._list.currentRow()) + step
            row = rows[min(max(place, 0), len(rows) - 1)]
            self._list.setCurrentRow(row)
            if row == rows[0]:
                self._list.scrollToTop()

    def _run(self) -> None:
        chosen = self._list.currentItem()
        item = chosen.data(ITEM) if self._list.currentRow() >= 0 else None
        if isinstance(item, PaletteItem):
            self.close_overlay()
            self.used.emit(item.key)
            item.run()

    def _lay_out(self, appearance: Appearance) -> None:
        self._list.setItemDelegate(_Rows(appearance, self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName("What fits")
        layout = QVBoxLayout(self.frame)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 12, 20, 12)
        top.setSpacing(6)
        top.addWidget(IconLabel(appearance, "search", "secondary", 20))
        top.addWidget(self._field, 1)
        top.addWidget(KeyCaps(appearance, [["Esc"]]))
        layout.addLayout(top)
        layout.addWidget(rule())
        layout.addWidget(self._list, 1)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(rule())
        layout.addLayout(_foot(appearance, has_commands=self._has_commands))


def _foot(appearance: Appearance, *, has_commands: bool) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(16, 6, 16, 6)
    row.setSpacing(8)
    hints = [([["\u2191"], ["\u2193"]], "choose"), ([["Enter"]], "do it")]
    if has_commands:
        hints.append(([[">"]], "commands only"))
    for caps, words in hints:
        row.addWidget(KeyCaps(appearance, caps))
        row.addWidget(label(words, "hint"))
        row.addSpacing(10)
    row.addStretch(1)
    return row
