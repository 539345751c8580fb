"""The sectors of the session that the page is named after, and the user's hand on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.insight import InsightModel
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection

if TYPE_CHECKING:
    from apexlab_desktop.ui.viewmodels.sector_facts import SectorFacts

MOST_SECTORS = 7
"""More columns would leave no room to read one."""
SAME_PLACE_M = 0.5
SETTLED_MS = 400
"""Steps that follow each other more quickly are one edit."""

Places = tuple[float, ...] | None
"""The user's boundaries [m]; None where the program finds them."""


class Kind(IntEnum):
    """Who says where sectors end."""

    AUTOMATIC = 0
    EQUAL = 1
    BY_HAND = 2


@dataclass(slots=True)
class _Move:
    """Boundaries before and after an edit; while keys follow each other `after` moves on."""

    before: Places
    after: Places
    was_by_hand: bool = False
    is_by_hand: bool = True


class SectorsModel(QObject):
    """Sector times between the boundaries in force, or those under the user's hand.

    Signals: `changed` when times or boundaries are others; `chosen_changed` when another boundary
    is chosen; `edited(edit)` when the user set boundaries; `failed(line)` when they were not kept.
    """

    changed = Signal()
    chosen_changed = Signal()
    edited = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        use_cases: UseCases,
        background: Background,
        laps: LapSelection,
        insight: InsightModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._laps = laps
        self._insight = insight
        self._session_id = ""
        self._places: Places = None
        self._draft: Places = None
        self._move: _Move | None = None
        self._is_by_hand = False
        self._chosen = 0
        self._facts: SectorFacts | None = None
        self._timer = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._timer.timeout.connect(self.settle)
        insight.changed.connect(self._on_judged)

    # ---- facts

    @property
    def facts(self) -> SectorFacts | None:
        """Sector times and the ideal lap; None while they are not known."""
        return self._facts

    @property
    def places_m(self) -> tuple[float, ...]:
        """The boundaries between start and end of the lap [m]."""
        return self._facts.places_m if self._facts is not None else ()

    @property
    def chosen(self) -> int:
        """Which boundary keys act on, counted from 0."""
        return min(self._chosen, max(len(self.places_m) - 1, 0))

    @property
    def kind(self) -> Kind:
        """Who says where sectors end."""
        places = self._in_force
        if places is None:
            return Kind.AUTOMATIC
        if self._is_by_hand or self._draft is not None or self._facts is None:
            return Kind.BY_HAND
        equal = _equal(len(places) + 1, self._facts.length_m)
        pairs = zip(places, equal, strict=True)
        is_equal = bool(places) and all(abs(a - b) <= SAME_PLACE_M for a, b in pairs)
        return Kind.EQUAL if is_equal else Kind.BY_HAND

    @property
    def _in_force(self) -> Places:
        return self._draft if self._draft is not None else self._places

    @property
    def can_add(self) -> bool:
        """Whether there may be another sector."""
        return self._facts is not None and len(self.places_m) + 1 < MOST_SECTORS

    def room_m(self, index: int) -> tuple[float, float]:
        """Return between which places a boundary may lie [m]."""
        from apexlab_desktop.ui.viewmodels.sector_facts import LEAST_SECTOR_M

        length_m = self._facts.length_m if self._facts is not None else 0.0
        ends = (0.0, *self.places_m, length_m)
        return ends[index] + LEAST_SECTOR_M, ends[index + 2] - LEAST_SECTOR_M

    # ---- choosing

    def choose(self, index: int) -> None:
        """Let keys act on a boundary."""
        if 0 <= index < len(self.places_m) and index != self._chosen:
            self._chosen = index
            self.chosen_changed.emit()

    def step_chosen(self, direction: int) -> None:
        """Let keys act on the next boundary (1) or the one before (-1), round the lap."""
        if self.places_m:
            self.choose((self.chosen + direction) % len(self.places_m))

    # ---- changing

    def choose_kind(self, kind: Kind) -> None:
        """Let the program say where sectors end, or take its places for a start."""
        if self._facts is None or kind is self.kind:
            return
        self.settle()
        if kind is Kind.AUTOMATIC:
            self._commit(None, "sectors as found")
        elif kind is Kind.EQUAL:
            n_sectors = len(self.places_m) + 1
            self._commit(_equal(n_sectors, self._facts.length_m), "sectors of equal length")
        else:
            self._commit(self.places_m, "sectors by hand", is_by_hand=True)

    def drag(self, index: int, to_m: float) -> None:
        """Show what the times were with a boundary at a place; `settle` keeps it there."""
        if self._facts is None or not 0 <= index < len(self.places_m):
            return
        low_m, high_m = self.room_m(index)
        places = list(self.places_m)
        places[index] = min(max(to_m, low_m), high_m)
        self._draft = tuple(places)
        self.choose(index)
        self._work_out()

    def nudge(self, by_m: float) -> None:
        """Move the chosen boundary; steps that follow each other are one edit from the first on."""
        if not self.places_m:
            return
        self.drag(self.chosen, self.places_m[self.chosen] + by_m)
        if self._move is None:
            self._move = _Move(self._places, self._draft, was_by_hand=self._is_by_hand)
            self._tell(self._session_id, self._move, "sector boundary moved")
        self._move.after = self._draft
        self._timer.start()

    def settle(self) -> None:
        """Keep what was dragged or nudged."""
        self._timer.stop()
        draft, self._draft = self._draft, None
        move, self._move = self._move, None
        if move is not None:
            self._put(self._session_id, move.after, is_by_hand=True)
        elif draft is not None and draft != self._places:
            self._commit(draft, "sector boundary moved", is_by_hand=True)

    def add(self, at_m: float) -> None:
        """Put a boundary at a place, as near as there is room for another sector."""
        from apexlab_desktop.ui.viewmodels.sector_facts import LEAST_SECTOR_M

        self.settle()
        if self._facts is None or not self.can_add:
            return
        ends = (0.0, *self.places_m, self._facts.length_m)
        index = next((k for k, end in enumerate(ends[1:]) if at_m < end), len(ends) - 2)
        low_m, high_m = ends[index] + LEAST_SECTOR_M, ends[index + 1] - LEAST_SECTOR_M
        if low_m < high_m:
            place = min(max(at_m, low_m), high_m)
            places = (*self.places_m[:index], place, *self.places_m[index:])
            self._commit(places, "sector boundary added", is_by_hand=True)
            self.choose(index)

    def split_chosen(self) -> None:
        """Cut the sector behind the chosen boundary in two."""
        if self._facts is not None:
            ends = (0.0, *self.places_m, self._facts.length_m)
            index = self.chosen + 1 if self.places_m else 0
            self.add((ends[index] + ends[index + 1]) / 2.0)

    def remove(self, index: int) -> None:
        """Make one sector of the two at a boundary."""
        self.settle()
        if 0 <= index < len(self.places_m):
            places = (*self.places_m[:index], *self.places_m[index + 1 :])
            self._commit(places, "sector boundary removed", is_by_hand=True)

    # ---- inside

    def _on_judged(self) -> None:
        """Take the boundaries kept with the session that was judged, or none with it."""
        self.settle()
        session = self._laps.session
        self._session_id = session.session_id if session is not None else ""
        self._places = self._insight.sector_places_m
        self._is_by_hand = False
        self._chosen = 0
        self._work_out()

    def _work_out(self) -> None:
        judged = self._insight.debrief
        if judged is None:
            self._facts = None
        else:
            from apexlab_desktop.ui.viewmodels.sector_facts import sector_facts

            try:
                self._facts = sector_facts(judged, self._in_force)
            except AnalysisError:
                # Set when the laps began at another line: they do not fit these.
                self._draft = self._places = None
                self._facts = sector_facts(judged, None)
        self.changed.emit()

    def _commit(self, places: Places, words: str, *, is_by_hand: bool = False) -> None:
        move = _Move(self._places, places, was_by_hand=self._is_by_hand, is_by_hand=is_by_hand)
        self._put(self._session_id, places, is_by_hand=is_by_hand)
        self._tell(self._session_id, move, words)

    def _tell(self, session_id: str, move: _Move, words: str) -> None:
        """Tell of an edit, with the way back and the way forward again."""
        edit = Edit(
            words=words,
            subject=Subject.SESSION,
            undo=lambda: self._put(session_id, move.before, is_by_hand=move.was_by_hand),
            redo=lambda: self._put(session_id, move.after, is_by_hand=move.is_by_hand),
        )
        self.edited.emit(edit)

    def _put(self, session_id: str, places: Places, *, is_by_hand: bool) -> None:
        """Keep the boundaries of a session, and show them where it is the open one."""
        self._background.change(
            lambda _token: self._use_cases.set_sectors(session_id, places),
            lambda _before: None,
            lambda error: self.failed.emit(error_line(error)),
            owner=self,
        )
        if session_id == self._session_id:
            self._timer.stop()
            self._draft = self._move = None
            self._places, self._is_by_hand = places, is_by_hand
            self._work_out()


def _equal(n_sectors: int, length_m: float) -> tuple[float, ...]:
    return tuple(length_m * k / n_sectors for k in range(1, n_sectors))
