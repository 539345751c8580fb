"""The worksheets of the analysis: their tabs, their plots, which one is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.app.records import Worksheet
from apexlab_desktop.ui.background import Background
from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA

COMPARE = Worksheet(id="compare", name="Compare")
"""The sheet of plots that the program brings along: they follow what the laps hold."""
DEBRIEF = Worksheet(id="debrief", name="Debrief")
CORNERS = Worksheet(id="corners", name="Corners")
SECTORS = Worksheet(id="sectors", name="Sectors")
OPTIMAL = Worksheet(id="optimal", name="Optimal")
BUILT_IN = (DEBRIEF, COMPARE, CORNERS, SECTORS, OPTIMAL)
"""The sheets that the program brings along, in the order of their tabs."""
FIRST_PLOTS = ("speed_mps", DELTA)
"""What a new worksheet shows: where it was slower, and what that cost."""
COMPARE_PLOTS = ("speed_mps", "pedals", DELTA, "accel_lat_mps2", "accel_long_mps2")
"""What a copy of Compare shows, as far as the laps hold it."""
MOST_SHEETS = 20
N_SHEET_KEYS = 10
LONGEST_NAME = 40

_Choice = tuple[tuple[Worksheet, ...], str]


class Worksheets(QObject):
    """Worksheets in the order of their tabs; every change is kept and can be taken back.

    Signals: `changed` when tabs, plots or the open sheet differ, `edited(edit)` after the user
    changed something, `failed(line)` when the library refused.
    """

    changed = Signal()
    edited = Signal(object)
    failed = Signal(str)

    def __init__(
        self, use_cases: UseCases, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._sheets: tuple[Worksheet, ...] = BUILT_IN
        self._active_id = COMPARE.id
        self.is_loaded = False
        self._refusal = "The worksheets are still being read"

    # ---- facts

    @property
    def sheets(self) -> tuple[Worksheet, ...]:
        """All worksheets in the order of their tabs."""
        return self._sheets

    @property
    def active(self) -> Worksheet:
        """The open worksheet."""
        return self.find(self._active_id) or self._sheets[0]

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another worksheet."""
        return len(self._sheets) >= MOST_SHEETS

    def find(self, sheet_id: str) -> Worksheet | None:
        """Return a worksheet by its id."""
        return next((sheet for sheet in self._sheets if sheet.id == sheet_id), None)

    # ---- reading

    def load(self, active_id: str = "") -> None:
        """Read the worksheets of the library, and open one of them."""
        self._background.query(
            lambda _token: tuple(self._use_cases.list_worksheets()),
            lambda sheets: self._take(sheets, active_id or self._active_id),
            self._on_unread,
            owner=self,
        )

    def _take(self, sheets: tuple[Worksheet, ...], active_id: str) -> None:
        self._sheets = _with_built_in(sheets)
        self._active_id = active_id if self.find(active_id) else COMPARE.id
        self.is_loaded = True
        self.changed.emit()

    def _on_unread(self, error: Exception) -> None:
        self._refusal = error_line(error)

    # ---- choosing

    def choose(self, sheet_id: str) -> None:
        """Open a worksheet."""
        if sheet_id != self._active_id and self.find(sheet_id) is not None:
            self._active_id = sheet_id
            self.changed.emit()

    def choose_place(self, index: int) -> None:
        """Open the worksheet of a tab, counted from 0; nothing where there is no such tab."""
        if index < len(self._sheets):
            self.choose(self._sheets[index].id)

    def step(self, direction: int) -> None:
        """Open the next worksheet (1) or the one before (-1), round the ends."""
        index = self._sheets.index(self.active) + direction
        self.choose(self._sheets[index % len(self._sheets)].id)

    # ---- changing

    def new(self) -> None:
        """Make a worksheet after the open one, and open it."""
        sheet = Worksheet(id=_new_id(), name=self._free_name("Worksheet"), plots=FIRST_PLOTS)
        self._insert(sheet, f"{sheet.name} made")

    def duplicate(self, sheet_id: str) -> None:
        """Make a copy of a worksheet after it, and open that."""
        original = self.find(sheet_id)
        if original is not None and (original.plots or original.id == COMPARE.id):
            name = self._free_name(original.name)
            plots = original.plots or COMPARE_PLOTS
            self._active_id = original.id
            self._insert(Worksheet(id=_new_id(), name=name, plots=plots), f"{name} made")

    def rename(self, sheet_id: str, name: str) -> None:
        """Give a worksheet another name; no two have the same one."""
        sheet = self.find(sheet_id)
        words = " ".join(name.split())[:LONGEST_NAME].strip()
        if sheet is None or not sheet.plots or not words or words == sheet.name:
            return
        others = tuple(other for other in self._sheets if other.id != sheet_id)
        renamed = replace(sheet, name=_free_name(words, others))
        self._put(renamed, f"{sheet.name} renamed to {renamed.name}")

    def delete(self, sheet_id: str) -> None:
        """Take a worksheet away; Compare stays."""
        sheet = self.find(sheet_id)
        if sheet is None or not sheet.plots:
            return
        index = self._sheets.index(sheet)
        rest = tuple(other for other in self._sheets if other.id != sheet_id)
        active = rest[max(index - 1, 0)].id if sheet_id == self._active_id else self._active_id
        self._change(rest, active, f"{sheet.name} deleted")

    def move(self, sheet_id: str, index: int) -> None:
        """Put a tab at another place."""
        sheet = self.find(sheet_id)
        if sheet is not None and self._sheets.index(sheet) != index:
            rest = [other for other in self._sheets if other.id != sheet_id]
            rest.insert(index, sheet)
            self._change(tuple(rest), self._active_id, "worksheets in another order")

    def set_plots(self, sheet_id: str, plots: Sequence[str]) -> None:
        """Show these plots, from the top down; a sheet keeps at least one."""
        sheet = self.find(sheet_id)
        wanted = tuple(dict.fromkeys(plots))
        if sheet is not None and sheet.plots and wanted and wanted != sheet.plots:
            self._put(replace(sheet, plots=wanted), f"plots of {sheet.name}")

    def reset(self, sheet_id: str) -> None:
        """Show the plots of a new worksheet again."""
        self.set_plots(sheet_id, FIRST_PLOTS)

    # ---- inside

    def _insert(self, sheet: Worksheet, words: str) -> None:
        if self.is_full:
            self.failed.emit(f"There are {MOST_SHEETS} worksheets, as many as can be: delete one")
            return
        index = self._sheets.index(self.active) + 1
        sheets = (*self._sheets[:index], sheet, *self._sheets[index:])
        self._change(sheets, sheet.id, words)

    def _put(self, sheet: Worksheet, words: str) -> None:
        sheets = tuple(sheet if other.id == sheet.id else other for other in self._sheets)
        self._change(sheets, self._active_id, words)

    def _change(self, sheets: tuple[Worksheet, ...], active_id: str, words: str) -> None:
        if not self.is_loaded:
            # What is kept is not known: to write now would be to write over it.
            self.failed.emit(self._refusal)
            return
        before, after = (self._sheets, self._active_id), (sheets, active_id)
        self._apply(after)
        self.edited.emit(
            Edit(
                words=words,
                subject=Subject.SHEETS,
                undo=lambda: self._apply(before),
                redo=lambda: self._apply(after),
            )
        )

    def _apply(self, choice: _Choice) -> None:
        sheets, self._active_id = choice
        is_other = sheets != self._sheets
        self._sheets = sheets
        self.changed.emit()
        if is_other:
            self._background.change(
                lambda _token: self._use_cases.save_worksheets(sheets),
                lambda _nothing: None,
                lambda error: self.failed.emit(error_line(error)),
                owner=self,
            )

    def _free_name(self, name: str) -> str:
        return _free_name(name, self._sheets)


def _with_built_in(sheets: Sequence[Worksheet]) -> tuple[Worksheet, ...]:
    """Return the sheets with those of the program that a library of an earlier build lacks."""
    found = [sheet for sheet in sheets if sheet.plots or sheet.id in {one.id for one in BUILT_IN}]
    for number, sheet in enumerate(BUILT_IN):
        if sheet.id in {one.id for one in found}:
            continue
        before = {one.id for one in BUILT_IN[:number]}
        place = max((n + 1 for n, one in enumerate(found) if one.id in before), default=0)
        found.insert(place, sheet)
    return tuple(found)


def _free_name(name: str, sheets: Sequence[Worksheet]) -> str:
    """Return the name, with the first number that makes it the only one where it is taken."""
    taken = {sheet.name.casefold() for sheet in sheets}
    if name.casefold() not in taken:
        return name
    stem = name.rstrip("0123456789").rstrip() or name
    numbered = (f"{stem[: LONGEST_NAME - 4]} {number}" for number in range(2, len(taken) + 3))
    return next(candidate for candidate in numbered if candidate.casefold() not in taken)


def _new_id() -> str:
    # Imported late: nothing but Qt and the standard library loads before the first paint.
    from uuid_utils import compat

    return str(compat.uuid7())
