"""The findings: what to change, what it costs, how sure that is and where."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import (
    HEAD_GAP_PX,
    HEAD_ROW_PX,
    MARGINS_PX,
    PanelFrame,
)
from apexlab_desktop.ui.viewmodels.debrief import DebriefModel, FindingCard
from apexlab_desktop.ui.widgets.key_cap import cap_width, paint_caps

HIGH_PX, LOW_PX = 118, 98
LOW_BELOW_PX = 400
"""Panels lower than this have the lower cards."""
LEFT_PX, RIGHT_PX, RIGHT_NARROW_PX = 88, 150, 118
NARROW_BELOW_PX = 700
METER = ((0.0, 4.0), (7.0, 7.0), (14.0, 10.0))
WRAPPED = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
NOTE = "typical clean lap against your own best through each corner"
SURE = "Nothing repeats: your laps differ more than your corners do."


class CardView(QWidget):
    """One card; a click or Enter shows the place, its number chooses it."""

    chosen = Signal(int)
    wanted = Signal(int)

    def __init__(self, appearance: Appearance, index: int) -> None:
        super().__init__()
        self._appearance = appearance
        self._index = index
        self._card: FindingCard | None = None
        self._is_chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.theme_changed.connect(self.update)

    def show_card(self, card: FindingCard, *, is_chosen: bool) -> None:
        """Show a finding."""
        self._card, self._is_chosen = card, is_chosen
        words = (card.title, card.text, f"{card.cost} s per lap", card.confidence, card.place)
        self.setAccessibleName(". ".join(words))
        self.setToolTip(card.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        if self._card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        is_narrow = self.width() < NARROW_BELOW_PX
        right = RIGHT_NARROW_PX if is_narrow else RIGHT_PX
        middle = QRectF(self.rect()).adjusted(LEFT_PX + 10, 10, -right - 14, -8)
        self._paint_cost(painter, self._card)
        self._paint_words(painter, middle, self._card, is_narrow=is_narrow)
        box = QRectF(self.width() - right - 2, 10, right - 10, self.height() - 18)
        self._paint_proof(painter, box, self._card)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        is_marked = self._is_chosen or self.hasFocus()
        painter.setPen(QPen(QColor(theme.accent if is_marked else theme.border), 1.5))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self._is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(1, 8, 3, self.height() - 16), 1.5, 1.5)

    def _paint_cost(self, painter: QPainter, card: FindingCard) -> None:
        theme = self._appearance.theme
        painter.setFont(fonts.font(22, 600))
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(16, 8, LEFT_PX, 30), Qt.AlignmentFlag.AlignVCenter, card.cost)
        painter.setFont(fonts.font(11))
        painter.setPen(QColor(theme.secondary))
        painter.drawText(QRectF(16, 36, LEFT_PX, 16), Qt.AlignmentFlag.AlignVCenter, "s per lap")
        circle = QRectF(16, self.height() - 30, 20, 20)
        painter.setPen(QPen(QColor(theme.text if self._is_chosen else theme.muted), 1.2))
        painter.setBrush(QColor(theme.text) if self._is_chosen else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        painter.setFont(fonts.font(11, 600))
        painter.setPen(QColor(theme.panel if self._is_chosen else theme.secondary))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(card.rank))

    def _paint_words(
        self, painter: QPainter, box: QRectF, card: FindingCard, *, is_narrow: bool
    ) -> None:
        theme = self._appearance.theme
        size = 14 if is_narrow else 15
        painter.setFont(fonts.font(size, 600))
        painter.setPen(QColor(theme.text))
        title = fonts.elided(card.title, int(box.width()), size, 600)
        painter.drawText(QRectF(box.left(), box.top() - 2, box.width(), 20), 0, title)
        painter.setFont(fonts.font(13))
        painter.setPen(QColor(theme.secondary))
        room = QRectF(box.left(), box.top() + 21, box.width(), max(box.height() - 42, 18))
        painter.drawText(room, WRAPPED, _fitting(painter.fontMetrics(), card.text, room))
        self._paint_evidence(painter, QRectF(box.left(), box.bottom() - 17, box.width(), 18), card)

    def _paint_evidence(self, painter: QPainter, box: QRectF, card: FindingCard) -> None:
        theme = self._appearance.theme
        painter.setPen(QPen(QColor(theme.secondary), 1.0))
        for number, (x, height) in enumerate(METER):
            bar = QRectF(box.left() + x, box.center().y() + 5 - height, 5, height)
            painter.setBrush(
                QColor(theme.secondary) if number < card.bars else Qt.BrushStyle.NoBrush
            )
            painter.drawRect(bar)
        painter.setFont(fonts.font(11, 500))
        x = box.left() + 28
        for words in (card.confidence, card.place, card.laps):
            width = fonts.text_width(words, 11, 500)
            if x + width > box.right():
                break
            painter.drawText(
                QRectF(x, box.top(), width + 4, box.height()), Qt.AlignmentFlag.AlignVCenter, words
            )
            x += width + 24

    def _paint_proof(self, painter: QPainter, box: QRectF, card: FindingCard) -> None:
        theme = self._appearance.theme
        painter.setFont(fonts.font(11, 500))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(box.left(), box.top() - 2, box.width(), 16), 0, "Loss, clean laps")
        bars = box.adjusted(0, 18, 0, -26)
        largest = max((loss or 0.0 for loss in card.losses_s), default=0.0)
        n = len(card.losses_s)
        if n > 1 and largest > 0.0:
            width = (bars.width() - 2.0 * (n - 1)) / n
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.secondary))
            for place, loss in enumerate(card.losses_s):
                if loss is not None:
                    height = max(bars.height() * loss / largest, 1.5)
                    left = bars.left() + place * (width + 2.0)
                    painter.drawRect(QRectF(left, bars.bottom() - height, width, height))
        painter.setFont(fonts.font(12, 500))
        painter.setPen(QColor(theme.accent))
        foot = QRectF(box.left(), box.bottom() - 19, box.width(), 20)
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, "Show place")
        key = str(card.rank)
        paint_caps(
            painter, self._appearance, [[key]], box.right() - cap_width(key), box.bottom() - 19
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the card; on its words `Show place` show the place."""
        self.chosen.emit(self._index)
        at = event.position()
        if at.x() > self.width() - RIGHT_PX and at.y() > self.height() - 34:
            self.wanted.emit(self._index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the place."""
        self.wanted.emit(self._index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the place, Space chooses."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(self._index)
        elif key == Qt.Key.Key_Space:
            self.chosen.emit(self._index)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A card that is walked to is the chosen one."""
        super().focusInEvent(event)
        self.chosen.emit(self._index)


def _fitting(metrics: QFontMetrics, text: str, room: QRectF) -> str:
    """Return as many whole sentences as there is room for, the first in any case."""
    sentences = [f"{sentence.rstrip('.')}." for sentence in text.split(". ")]
    while len(sentences) > 1:
        box = metrics.boundingRect(room.toRect(), WRAPPED, " ".join(sentences))
        if box.height() <= room.height() + 2:
            break
        sentences.pop()
    return " ".join(sentences)


class FindingCards(PanelFrame):
    """Up to three cards, or why there are none."""

    place_wanted = Signal(int)

    def __init__(self, models: WindowModels, debrief: DebriefModel) -> None:
        super().__init__("Change these three things", models.appearance.theme)
        self._models = models
        self._debrief = debrief
        self.cards: list[CardView] = []
        left, top, right, bottom = MARGINS_PX
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(left, top + HEAD_ROW_PX + HEAD_GAP_PX + 4, right, bottom)
        self._layout.setSpacing(8)
        self._layout.addStretch(1)
        debrief.changed.connect(self.show_cards)
        debrief.chosen_changed.connect(self._show_chosen)
        models.appearance.units_changed.connect(self.show_cards)
        models.appearance.theme_changed.connect(self._on_theme)
        self.show_cards()

    def show_cards(self) -> None:
        """Show the findings there are."""
        cards = self._debrief.cards(self._models.appearance.units)
        while len(self.cards) < len(cards):
            view = CardView(self._models.appearance, len(self.cards))
            view.chosen.connect(self._debrief.choose)
            view.wanted.connect(self.place_wanted)
            self._layout.insertWidget(len(self.cards), view)
            self.cards.append(view)
        for number, view in enumerate(self.cards):
            view.setVisible(number < len(cards))
        names = {0: "What to change", 1: "Change this one thing", 2: "Change these two things"}
        title = names.get(len(cards), "Change these three things")
        is_unsure = bool(cards) and not self._debrief.is_sure
        self.set_title("Not sure yet: what may be worth a look" if is_unsure else title)
        self.set_note(NOTE if cards else "")
        self.set_absence("" if cards else self._absence_words())
        self._fit()
        self._show_chosen()

    def _absence_words(self) -> str:
        if self._debrief.insight.debrief is None:
            return self._debrief.insight.reason
        return self._debrief.reasons or SURE

    def _show_chosen(self) -> None:
        cards = self._debrief.cards(self._models.appearance.units)
        for number, (view, card) in enumerate(zip(self.cards, cards, strict=False)):
            view.show_card(card, is_chosen=number == self._debrief.chosen)

    def _on_theme(self) -> None:
        self._theme = self._models.appearance.theme
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Let the cards be lower where there is little room."""
        self._fit()

    def _fit(self) -> None:
        height = HIGH_PX if self.height() >= LOW_BELOW_PX else LOW_PX
        for view in self.cards:
            view.setFixedHeight(height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, and under fewer cards than three why."""
        super().paintEvent(event)
        n = len(self._debrief.findings)
        if not 0 < n < len(METER) or not self._debrief.reasons:
            return
        painter = QPainter(self)
        painter.setFont(fonts.font(12))
        painter.setPen(QColor(self._theme.secondary))
        top = self.cards[n - 1].geometry().bottom() + 8
        room = self.content_rect()
        room.setTop(top)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, flags | Qt.TextFlag.TextWordWrap, self._debrief.reasons)
        painter.end()
