"""The Debrief worksheet: three things to change, with what they cost and what proves them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.evidence_plot import EvidencePlot
from apexlab_desktop.ui.panels.finding_cards import FindingCards
from apexlab_desktop.ui.panels.gain_map import GainMap
from apexlab_desktop.ui.panels.lap_bars import LapBars
from apexlab_desktop.ui.panels.worksheet_page import WorksheetPage
from apexlab_desktop.ui.viewmodels.debrief import DebriefModel
from apexlab_desktop.ui.viewmodels.worksheets import COMPARE
from apexlab_desktop.ui.widgets.tile import Tile

RIGHT_WIDTH, RIGHT_NARROW = 486, 420
NARROW_BELOW = 1300
CARDS_HEIGHT, CARDS_LOW = 414, 352
LOW_BELOW = 640


class DebriefPage(WorksheetPage):
    """Figures, findings with their proof, and the laps they come from."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__(models)
        self.debrief = DebriefModel(models.insight, models.laps, self)
        self.tiles = [Tile(models.appearance) for _ in range(6)]
        self.cards = FindingCards(models, self.debrief)
        self.gain_map = GainMap(models, self.debrief)
        self.bars = LapBars(models, self.debrief)
        self.evidence = EvidencePlot(models, self.debrief)
        self._right = QWidget()
        self._lay_out()
        self.cards.place_wanted.connect(self.show_place)
        self.bars.lap_wanted.connect(self._compare)
        self.debrief.changed.connect(self._show_tiles)
        models.laps.changed.connect(self._show_tiles)
        self._show_tiles()

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through."""
        first = next((card for card in self.cards.cards if not card.isHidden()), None)
        return (first or self.bars, self.bars)

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order."""
        return (self.cards, self.gain_map, self.bars, self.evidence)

    def show_place(self, index: int) -> None:
        """Show a finding on Compare: its place, with the lap that shows it most."""
        cards = self.debrief.cards(self._models.appearance.units)
        if index >= len(cards):
            return
        self.debrief.choose(index)
        if cards[index].proof:
            self._compare(cards[index].proof[0])
        self._models.sheets.choose(COMPARE.id)
        self._models.insight.show_corner_on_compare()

    def _compare(self, number: int) -> None:
        laps = self._models.laps
        session = laps.session
        if session is None:
            return
        ref = LapRef(session_id=session.session_id, lap_number=number)
        if ref not in laps.order:
            laps.toggle(ref)
        self._models.sheets.choose(COMPARE.id)

    def _show_tiles(self) -> None:
        for tile, text in zip(self.tiles, self.debrief.tiles(), strict=True):
            tile.tell(text)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for tile in self.tiles:
            head.addWidget(tile, 1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(self.gain_map)
        right.addWidget(self.evidence, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.cards)
        left.addWidget(self.bars, 1)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addLayout(left, 1)
        body.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(body, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the cards the height they need, and the right column what is left of the width."""
        super().resizeEvent(event)
        height = CARDS_LOW if self.height() < LOW_BELOW else CARDS_HEIGHT
        for panel in (self.cards, self.gain_map):
            panel.setFixedHeight(height)
        is_narrow = self.width() < NARROW_BELOW
        self._right.setFixedWidth(RIGHT_NARROW if is_narrow else RIGHT_WIDTH)
