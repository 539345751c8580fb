"""One cursor for every plot, map and table."""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import FloatArray

NOWHERE = math.nan


class CursorModel(QObject):
    """Where on the lap the user looks: a place on the comparison's grid [m], or NaN for nowhere.

    A hovering cursor follows the pointer; a pinned one stays until it is freed. The second cursor
    bounds a range together with the first; a tag marks a place to come back to.
    """

    moved = Signal(float)
    """The new place [m], NaN when the cursor is nowhere."""
    pinned_changed = Signal(bool)
    second_moved = Signal(float)
    """The new place of the second cursor [m], NaN when it is off."""
    tag_moved = Signal(float)
    """The new place of the tag [m], NaN when there is none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._grid_m: FloatArray | None = None
        self._place_m = NOWHERE
        self._second_m = NOWHERE
        self._tag_m = NOWHERE
        self._is_pinned = False

    @property
    def place_m(self) -> float:
        """Place of the cursor [m], NaN when nowhere."""
        return self._place_m

    @property
    def second_m(self) -> float:
        """Place of the second cursor [m], NaN when off."""
        return self._second_m

    @property
    def tag_m(self) -> float:
        """Place of the tag [m], NaN when there is none."""
        return self._tag_m

    @property
    def has_tag(self) -> bool:
        """Whether a place is tagged."""
        return math.isfinite(self._tag_m)

    @property
    def is_pinned(self) -> bool:
        """Whether the pointer no longer moves the cursor."""
        return self._is_pinned

    @property
    def is_somewhere(self) -> bool:
        """Whether there is a cursor at all."""
        return math.isfinite(self._place_m)

    @property
    def has_second(self) -> bool:
        """Whether the second cursor is on."""
        return math.isfinite(self._second_m)

    def set_grid(self, distance_m: FloatArray | None) -> None:
        """Take the grid to step on; a cursor outside it is taken away."""
        self._grid_m = distance_m if distance_m is not None and len(distance_m) else None
        if not self._holds(self._place_m):
            self._set_pinned(is_pinned=False)
            self._move(NOWHERE)
        if not self._holds(self._second_m):
            self._move_second(NOWHERE)
        if not self._holds(self._tag_m):
            self._move_tag(NOWHERE)

    def hover(self, place_m: float) -> None:
        """Follow the pointer, unless pinned."""
        if not self._is_pinned:
            self._move(self._clamped(place_m))

    def pin(self, place_m: float) -> None:
        """Put the cursor at a place and keep it there."""
        place = self._clamped(place_m)
        if math.isfinite(place):
            self._move(place)
            self._set_pinned(is_pinned=True)

    def free(self) -> None:
        """Let the pointer move the cursor again."""
        self._set_pinned(is_pinned=False)

    def clear(self) -> None:
        """Take the cursor, its range and the tag away."""
        self._set_pinned(is_pinned=False)
        self._move(NOWHERE)
        self._move_second(NOWHERE)
        self._move_tag(NOWHERE)

    def step(self, n_samples: int) -> None:
        """Move by samples of the grid and pin; from nowhere it starts at the start of the lap."""
        if self._grid_m is None:
            return
        if not self.is_somewhere:
            self.home()
            return
        index = _nearest_index(self._grid_m, self._place_m) + n_samples
        self.pin(float(self._grid_m[min(max(index, 0), len(self._grid_m) - 1)]))

    def home(self) -> None:
        """Pin at the start of the lap."""
        if self._grid_m is not None:
            self.pin(float(self._grid_m[0]))

    def end(self) -> None:
        """Pin at the end of the lap."""
        if self._grid_m is not None:
            self.pin(float(self._grid_m[-1]))

    def toggle_second(self) -> None:
        """Drop the second cursor where the first one is, or take it away."""
        self._move_second(NOWHERE if self.has_second else self._place_m)

    def toggle_tag(self) -> None:
        """Tag the place of the cursor; once more at the same place takes the tag away."""
        self._move_tag(NOWHERE if self._tag_m == self._place_m else self._place_m)

    def _holds(self, place_m: float) -> bool:
        grid = self._grid_m
        return grid is not None and bool(grid[0] <= place_m <= grid[-1])

    def _clamped(self, place_m: float) -> float:
        if self._grid_m is None or not math.isfinite(place_m):
            return NOWHERE
        return min(max(place_m, float(self._grid_m[0])), float(self._grid_m[-1]))

    def _move(self, place_m: float) -> None:
        if place_m == self._place_m or (math.isnan(place_m) and math.isnan(self._place_m)):
            return
        self._place_m = place_m
        self.moved.emit(place_m)

    def _move_second(self, place_m: float) -> None:
        if place_m == self._second_m or (math.isnan(place_m) and math.isnan(self._second_m)):
            return
        self._second_m = place_m
        self.second_moved.emit(place_m)

    def _move_tag(self, place_m: float) -> None:
        if place_m == self._tag_m or (math.isnan(place_m) and math.isnan(self._tag_m)):
            return
        self._tag_m = place_m
        self.tag_moved.emit(place_m)

    def _set_pinned(self, *, is_pinned: bool) -> None:
        if is_pinned != self._is_pinned:
            self._is_pinned = is_pinned
            self.pinned_changed.emit(is_pinned)


def _nearest_index(grid_m: FloatArray, place_m: float) -> int:
    """Return the index of the grid point closest to a place, the earlier of two."""
    index = bisect_left(grid_m, place_m)
    if index in (0, len(grid_m)):
        return min(index, len(grid_m) - 1)
    is_nearer_before = place_m - grid_m[index - 1] <= grid_m[index] - place_m
    return index - 1 if is_nearer_before else index
