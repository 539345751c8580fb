"""Which laps are compared, in which order, against which reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.comparable_sessions import Compared, Verdicts
from apexlab_desktop.ui.viewmodels.compared_laps import ComparedLap, default_laps, session_label
from apexlab_desktop.ui.viewmodels.lap_loading import LapLoading

if TYPE_CHECKING:
    from apexlab_desktop.ui.viewmodels.session_groups import LapRow, SessionGroup


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a user can choose, for the way back."""

    groups: tuple[SessionGroup, ...]
    order: tuple[LapRef, ...]
    hidden: frozenset[LapRef]
    reference: LapRef | None


class LapSelection(QObject):
    """Ordered laps, their reference, and the comparison they make.

    Signals: `changed` at once when the choice differs; `compared(comparison)` when the numbers have
    come, None when no lap can be compared; `edited(edit)` when the user chose otherwise;
    `loading_changed(is_loading)`; `failed(line)`.
    """

    changed = Signal()
    opened = Signal(str)
    compared = Signal(object)
    edited = Signal(object)
    loading_changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self, use_cases: UseCases, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._loading = LapLoading(use_cases, background, self)
        self._loading.changed.connect(self.loading_changed)
        self._loading.failed.connect(self.failed)
        self._groups: list[SessionGroup] = []
        self._order: list[LapRef] = []
        self._hidden: set[LapRef] = set()
        self._reference: LapRef | None = None
        self._verdicts = Verdicts()
        self.current: LapRef | None = None

    # ---- facts

    @property
    def groups(self) -> tuple[SessionGroup, ...]:
        """Open sessions, the first is the one the page is named after."""
        return tuple(self._groups)

    @property
    def session(self) -> SessionGroup | None:
        """The session the page is named after."""
        return self._groups[0] if self._groups else None

    @property
    def order(self) -> tuple[LapRef, ...]:
        """Compared laps in the order of their chips."""
        return tuple(self._order)

    @property
    def hidden(self) -> frozenset[LapRef]:
        """Compared laps that are not drawn."""
        return frozenset(self._hidden)

    @property
    def reference(self) -> LapRef | None:
        """The lap the others are compared with."""
        return self._reference

    @property
    def is_loading(self) -> bool:
        """Whether numbers are on their way."""
        return self._loading.is_loading

    @property
    def best(self) -> LapRef | None:
        """The fastest clean lap of the open sessions that go with the reference."""
        bests = (group.best for group in self._groups)
        rows = [self.find(ref) for ref in bests if ref is not None and not self.refusal(ref)]
        timed = [row for row in rows if row is not None and row.lap_time_s is not None]
        return min(timed, key=lambda row: row.lap_time_s or 0.0).ref if timed else None

    @property
    def stepped(self) -> LapRef | None:
        """The lap that keys act on: the compared one chosen last, never the reference."""
        others = [ref for ref in self._order if ref != self._reference]
        if self.current in others:
            return self.current
        return others[0] if others else None

    def find(self, ref: LapRef | None) -> LapRow | None:
        """Return the row of a lap of any open session."""
        if ref is None:
            return None
        return next((row for group in self._groups if (row := group.find(ref))), None)

    def slot_order(self) -> list[LapRef]:
        """Return the laps in the order of their colours: the reference, then the chips' order.

        Laps that do not go with the reference have the last colours: they are not drawn.
        """
        return sorted(
            self._order, key=lambda ref: (ref != self._reference, bool(self.refusal(ref)))
        )

    def drawn_order(self) -> list[LapRef]:
        """Return the laps in the order of their colours, without those that are not compared."""
        return [ref for ref in self.slot_order() if not self.refusal(ref)]

    def refusal(self, ref: LapRef) -> str:
        """Return why a lap does not go with the reference; empty when it does or is not known."""
        return self._verdict(ref) or ""

    def gap_s(self, row: LapRow) -> float | None:
        """Return a lap's time less the reference's [s], None where they are not comparable."""
        reference = self.find(self._reference)
        if reference is None or reference.lap_time_s is None or row.lap_time_s is None:
            return None
        return row.lap_time_s - reference.lap_time_s if self._verdict(row.ref) == "" else None

    def laps(self) -> list[ComparedLap]:
        """Return the compared laps in the order of their chips."""
        slots = {ref: slot for slot, ref in enumerate(self.slot_order())}
        made = []
        for ref in self._order:
            row = self.find(ref)
            if row is not None:
                made.append(self._compared(row, slots[ref]))
        return made

    def lap_label(self, ref: LapRef) -> str:
        """Return `Lap 5`; with several sessions `Lap 5, 14 Jun`, on one day `Lap 5, 10:42`."""
        session = session_label(self._groups, ref)
        return f"Lap\u00a0{ref.lap_number}" + (f", {session}" if session else "")

    def short_label(self, ref: LapRef) -> str:
        """Return `5`; with several sessions `5 (14 Jun)`, on one day `5 (10:42)`."""
        session = session_label(self._groups, ref)
        return str(ref.lap_number) + (f"\u00a0({session})" if session else "")

    # ---- opening

    def open(
        self,
        session_id: str,
        *,
        laps: Sequence[LapRef] = (),
        hidden: Sequence[LapRef] = (),
        reference: LapRef | None = None,
    ) -> None:
        """Open a session; without laps its best and the next quickest are compared.

        `laps` may name laps of further sessions: these are opened too. What is shown stays until
        the new one has come.
        """
        others = [ref.session_id for ref in laps if ref.session_id != session_id]
        wanted = list(dict.fromkeys([session_id, *others]))

        def on_result(groups: list[SessionGroup]) -> None:
            self._groups = groups
            self._verdicts.forget()
            self._order = [ref for ref in laps if self._can_compare(ref)] or default_laps(groups[0])
            self._hidden = set(hidden) & set(self._order)
            self._reference = reference if reference in self._order else None
            self.opened.emit(session_id)
            self._after_change()

        self._loading.open(wanted, on_result)

    def reopen(self) -> None:
        """Read the open sessions again, whose laps are others now, and compare their best."""
        if not self._groups:
            return

        def on_result(groups: list[SessionGroup]) -> None:
            self._groups = groups
            self._verdicts.forget()
            bests = [group.best for group in groups[1:] if group.best is not None]
            self._order = [*default_laps(groups[0]), *bests]
            self._hidden, self._reference, self.current = set(), None, None
            self.opened.emit(groups[0].session_id)
            self._after_change()

        self._loading.open([group.session_id for group in self._groups], on_result)

    def add(self, refs: Sequence[LapRef]) -> None:
        """Compare laps of further sessions beside the present ones."""
        known = {group.session_id for group in self._groups}
        wanted = [i for i in dict.fromkeys(ref.session_id for ref in refs) if i not in known]

        def on_result(groups: list[SessionGroup]) -> None:
            with self._edit("laps added"):
                self._groups += groups
                fresh = [r for r in refs if self._can_compare(r) and r not in self._order]
                self._order = [*self._order, *fresh]
                self._after_change()

        self._loading.open(wanted, on_result)

    def add_session(self, session_id: str) -> None:
        """Open a further session and compare its best lap."""
        if not self._groups:
            self.open(session_id)
            return

        def on_result(groups: list[SessionGroup]) -> None:
            with self._edit("best lap of a session added"):
                self._groups += groups
                group = next((g for g in self._groups if g.session_id == session_id), None)
                if group is not None and group.best is not None and group.best not in self._order:
                    self._order = [*self._order, group.best]
                self._after_change()

        known = {group.session_id for group in self._groups}
        self._loading.open([] if session_id in known else [session_id], on_result)

    def close_session(self, session_id: str) -> None:
        """Take a further session and its laps out of the comparison."""
        if self._groups and self._groups[0].session_id != session_id:
            with self._edit("session taken out"):
                self._groups = [g for g in self._groups if g.session_id != session_id]
                self._order = [ref for ref in self._order if ref.session_id != session_id]
                self._after_change()

    def cancel(self) -> None:
        """Let go of what is being loaded; the old values stay."""
        self._loading.cancel()

    # ---- choosing

    def toggle(self, ref: LapRef) -> None:
        """Compare a lap, or take it out; the last one and the reference stay."""
        self.current = ref
        if ref == self._reference:
            return
        if ref in self._order:
            self.remove(ref)
        elif self._can_compare(ref):
            with self._edit(f"{self.lap_label(ref)} compared"):
                self._order = [*self._order, ref]
                self._after_change()

    def remove(self, ref: LapRef) -> None:
        """Take a lap out; the quickest of the rest becomes the reference if it was that."""
        if ref in self._order and len(self._order) > 1:
            with self._edit(f"{self.lap_label(ref)} taken out"):
                self._order = [other for other in self._order if other != ref]
                self._after_change()

    def make_reference(self, ref: LapRef) -> None:
        """Compare the others with this lap."""
        if not self._can_compare(ref):
            return
        self.current = ref
        with self._edit(f"{self.lap_label(ref)} as the reference"):
            if ref not in self._order:
                self._order = [*self._order, ref]
            self._reference = ref
            self._hidden.discard(ref)
            self._after_change()

    def make_slot_reference(self, slot: int) -> None:
        """Compare with the lap of a chip, counted from 0."""
        if slot < len(self._order):
            self.make_reference(self._order[slot])

    def toggle_shown(self, ref: LapRef) -> None:
        """Draw a compared lap, or leave it out; the reference is always drawn."""
        if ref in self._order and ref != self._reference:
            words = "shown" if ref in self._hidden else "hidden"
            with self._edit(f"{self.lap_label(ref)} {words}"):
                self._hidden ^= {ref}
                self.changed.emit()

    def toggle_slot_shown(self, slot: int) -> None:
        """Draw the lap of a chip or leave it out, counted from 0."""
        if slot < len(self._order):
            self.toggle_shown(self._order[slot])

    def move(self, ref: LapRef, index: int) -> None:
        """Put a chip at another place."""
        if ref in self._order and self._order.index(ref) != index:
            with self._edit("laps in another order"):
                self._order.remove(ref)
                self._order.insert(index, ref)
                self._after_change()

    @property
    def is_registered(self) -> bool:
        """Whether other sessions are laid onto the straights of the reference's."""
        return self._loading.is_registered

    def toggle_registered(self) -> None:
        """Lay other sessions onto the straights of the reference's, or compare as recorded."""
        words = "compared as recorded" if self.is_registered else "laid onto each other"
        self._set_registered(is_registered=not self.is_registered)
        now = self.is_registered
        edit = Edit(
            words=f"sessions {words}",
            subject=Subject.LAPS,
            undo=lambda: self._set_registered(is_registered=not now),
            redo=lambda: self._set_registered(is_registered=now),
        )
        self.edited.emit(edit)

    def _set_registered(self, *, is_registered: bool) -> None:
        self._loading.is_registered = is_registered
        self._after_change()

    def compare_with_session_best(self) -> None:
        """Make the fastest clean lap of the page's session the reference."""
        if self.session is not None and self.session.best is not None:
            self.make_reference(self.session.best)

    def compare_with_best(self) -> None:
        """Make the fastest clean lap of all open sessions the reference."""
        if self.best is not None:
            self.make_reference(self.best)

    def toggle_current_shown(self) -> None:
        """Draw the lap that was chosen last, or leave it out."""
        current = self.stepped
        if current is not None:
            self.toggle_shown(current)

    def step(self, direction: int) -> None:
        """Exchange the current lap for the one before (-1) or after (+1) it in its session."""
        current = self.stepped
        group = next(
            (g for g in self._groups if current and g.session_id == current.session_id), None
        )
        if current is None or group is None:
            return
        refs = [row.ref for row in group.laps if row.can_be_compared]
        index = refs.index(current) + direction
        while 0 <= index < len(refs) and refs[index] in self._order:
            index += direction
        if 0 <= index < len(refs):
            self.current = refs[index]
            words = f"{self.lap_label(refs[index])} in place of {self.lap_label(current)}"
            with self._edit(words):
                self._order[self._order.index(current)] = refs[index]
                self._hidden.discard(current)
                self._after_change()

    # ---- inside

    @contextmanager
    def _edit(self, words: str) -> Iterator[None]:
        """Tell of the edit that is made inside, unless nothing came of it."""
        before = self._choice()
        yield
        after = self._choice()
        if after != before:
            edit = Edit(
                words=words,
                subject=Subject.LAPS,
                undo=lambda: self._choose(before),
                redo=lambda: self._choose(after),
            )
            self.edited.emit(edit)

    def _choice(self) -> _Choice:
        return _Choice(
            tuple(self._groups), tuple(self._order), frozenset(self._hidden), self._reference
        )

    def _choose(self, choice: _Choice) -> None:
        self._groups = list(choice.groups)
        order = [ref for ref in choice.order if self._can_compare(ref)]
        is_other = order != self._order or choice.reference != self._reference
        self._order, self._reference = order, choice.reference
        self._hidden = set(choice.hidden)
        if is_other:
            self._after_change()
        else:
            self.changed.emit()

    def _can_compare(self, ref: LapRef) -> bool:
        row = self.find(ref)
        return row is not None and row.can_be_compared

    def _compared(self, row: LapRow, slot: int) -> ComparedLap:
        return ComparedLap(
            row=row,
            label=self.lap_label(row.ref),
            slot=slot,
            gap_s=self.gap_s(row),
            is_reference=row.ref == self._reference,
            is_shown=row.ref not in self._hidden,
            reason=self.refusal(row.ref),
        )

    def _verdict(self, ref: LapRef) -> str | None:
        """Return why a lap does not go with the reference; None before that is known."""
        if self._reference is None:
            return ""
        return self._verdicts.of(ref.session_id, self._reference.session_id)

    def _on_compared(self, compared: Compared | None) -> None:
        """Show what could be compared, and say why the rest could not."""
        if compared is None:
            self.compared.emit(None)
            return
        if self._verdicts.learn(compared, (ref.session_id for ref in self._order)):
            self.changed.emit()
        self.compared.emit(compared.comparison)
        for session_id, reason in compared.refused.items():
            group = next(g for g in self._groups if g.session_id == session_id)
            self.failed.emit(f"{group.title}, {group.short} is not compared: {reason}")

    def _after_change(self) -> None:
        self._hidden &= set(self._order)
        if self._reference not in self._order:
            self._reference = self._quickest(self._order)
        if self._reference is not None:
            self._hidden.discard(self._reference)
        self.changed.emit()
        self._loading.compare(self.slot_order(), self._on_compared)

    def _quickest(self, refs: Sequence[LapRef]) -> LapRef | None:
        rows = [row for ref in refs if (row := self.find(ref)) is not None]
        clean = [row for row in rows if row.is_clean] or rows
        return min(clean, key=lambda row: row.lap_time_s or 0.0).ref if clean else None
