"""What the Compare worksheet shows: laps in slots, the axis, the visible stretch, the delta."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.viewmodels.compared_values import ComparedValues
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, AxisMode, LapSlot
from apexlab_desktop.ui.viewmodels.lap_values import LapValues, Location, is_stepped, locate
from apexlab_desktop.ui.viewmodels.view_range import Span, ViewRange
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from apexlab_desktop.analysis.types import Comparison, FloatArray

_SMALLEST_VIEW_SAMPLES = 8
_SAME_TRACK_TOLERANCE = 0.01


class ComparisonModel(ComparedValues):
    """The comparison on screen and everything a user can change about how it is shown.

    Places are metres on the grid of the reference; the visible stretch is in the unit of the axis
    (metres, or seconds since the start of the lap).
    """

    comparison_changed = Signal()
    laps_changed = Signal()
    """Order, reference or visibility of the laps."""
    view_changed = Signal()
    """The visible stretch, and with it the place where a rebased delta is zero."""
    view_stepped = Signal()
    """A zoom or pan began that can be taken back."""
    view_reset = Signal()
    """Earlier stretches belong to another track and are forgotten."""
    axis_mode_changed = Signal()
    rebase_changed = Signal()

    def __init__(
        self, units: UnitSystem = UnitSystem.METRIC, parent: QObject | None = None
    ) -> None:
        super().__init__(units, parent)
        self._order: list[int] = []
        self._hidden: set[Hashable] = set()
        self._axis_mode = AxisMode.DISTANCE
        self._view = ViewRange()
        self._has_same_places = True
        self._is_rebasing = True

    # The comparison and its laps

    def set_comparison(self, comparison: Comparison | None, keys: Sequence[Hashable] = ()) -> None:
        """Show other laps. On the same track the visible stretch, hidden laps and shifts stay.

        `keys` say which laps these are, in their order, so that they are known again among others;
        without them number and start of a lap do.
        """
        old, shifts = self._comparison, self.shifts()
        self._comparison = comparison
        self._keys = tuple(keys) or _keys_of(comparison)
        self._values = LapValues(comparison)
        if comparison is None:
            self._order = []
        else:
            reference = comparison.reference_index
            others = [i for i in range(len(comparison.laps)) if i != reference]
            self._order = [reference, *others]
            self._take_view(old, comparison)
            self._put_shifts(shifts)
        self.comparison_changed.emit()
        self.view_changed.emit()

    def forget_places(self) -> None:
        """Say that in the next comparison the same metres are other places: the start moved."""
        self._has_same_places = False

    @property
    def slots(self) -> tuple[LapSlot, ...]:
        """The laps in the order of their colours, the reference first."""
        if self._comparison is None:
            return ()
        laps = self._comparison.laps
        return tuple(
            LapSlot(
                slot=slot,
                lap_index=index,
                compared=laps[index],
                is_visible=self._keys[index] not in self._hidden,
            )
            for slot, index in enumerate(self._order)
        )

    @property
    def visible_slots(self) -> tuple[LapSlot, ...]:
        """The laps that are drawn, in slot order."""
        return tuple(slot for slot in self.slots if slot.is_visible)

    @property
    def reference(self) -> LapSlot | None:
        """The lap the others are measured against."""
        slots = self.slots
        return slots[0] if slots else None

    def set_reference(self, slot: int) -> None:
        """Measure against the lap in `slot`; it changes places (and colours) with the reference."""
        if 0 < slot < len(self._order):
            order = self._order
            order[0], order[slot] = order[slot], order[0]
            self._values.measure_against(order[0])
            self.laps_changed.emit()
            self.shift_changed.emit()
            if self._axis_mode is AxisMode.TIME:
                self._view.reset(self._whole_axis(), self._smallest_view())
                self.view_reset.emit()
            self.view_changed.emit()

    def set_visible(self, slot: int, *, is_visible: bool) -> None:
        """Show or hide the lap in `slot`."""
        if 0 <= slot < len(self._order) and self.slots[slot].is_visible != is_visible:
            self._hidden ^= {self._keys[self._order[slot]]}
            self.laps_changed.emit()

    def toggle_visible(self, slot: int) -> None:
        """Show the lap in `slot` when it is hidden, else hide it."""
        if 0 <= slot < len(self._order):
            self.set_visible(slot, is_visible=not self.slots[slot].is_visible)

    def lap_axis(self, lap_index: int) -> FloatArray:
        """Return where each grid point of a lap lies on the axis [m or s]."""
        comparison = self._shown()
        if self._axis_mode is AxisMode.DISTANCE:
            return comparison.distance_m
        return self._values.axis_time_s(lap_index)

    # Reading values

    def place_of(self, axis_value: float) -> float:
        """Return the place [m] at an axis value, on the reference lap."""
        if self._axis_mode is AxisMode.DISTANCE or not math.isfinite(axis_value):
            return axis_value
        return self._interpolated(axis_value, self._reference_time_s(), self._shown().distance_m)

    def axis_of(self, place_m: float) -> float:
        """Return the axis value at a place of the reference lap."""
        if self._axis_mode is AxisMode.DISTANCE or not math.isfinite(place_m):
            return place_m
        return self.reference_time_at(place_m)

    def reference_time_at(self, place_m: float) -> float:
        """Return when the reference lap is at a place, since its start [s]."""
        return self._interpolated(place_m, self._shown().distance_m, self._reference_time_s())

    def place_at_reference_time(self, time_s: float) -> float:
        """Return where the reference lap is at a time since its start [m]."""
        return self._interpolated(time_s, self._reference_time_s(), self._shown().distance_m)

    def places_at(self, place_m: float) -> list[float]:
        """Return where each lap is while the reference is at `place_m` [m].

        Over distance that is the same place for all; over time the laps run apart.
        """
        comparison = self._shown()
        if self._axis_mode is AxisMode.DISTANCE:
            return [place_m] * len(comparison.laps)
        time_s = self.axis_of(place_m)
        return [
            self._interpolated(time_s, self._values.axis_time_s(index), comparison.distance_m)
            for index in range(len(comparison.laps))
        ]

    def values_at(self, names: Sequence[str], place_m: float) -> list[list[float]]:
        """Return the SI value of each channel for each lap at the cursor; NaN where unknown.

        A rebased delta is read rebased, so that the number is the height of its curve.
        """
        comparison = self._comparison
        if comparison is None:
            return [[] for _ in names]
        places = self._locations(place_m)
        return [self._row_at(name, places) for name in names]

    def _row_at(self, name: str, places: list[Location | None]) -> list[float]:
        row = []
        for index, place in enumerate(places):
            values = self.values(index, name)
            if values is None or place is None:
                row.append(math.nan)
                continue
            value = place.read(values, is_stepped=is_stepped(name))
            row.append(value - self.delta_offset_s(index) if name == DELTA else value)
        return row

    def _locations(self, place_m: float) -> list[Location | None]:
        comparison = self._shown()
        if self._axis_mode is AxisMode.DISTANCE:
            return [locate(comparison.distance_m, place_m)] * len(comparison.laps)
        time_s = self.axis_of(place_m)
        n_laps = len(comparison.laps)
        return [locate(self._values.axis_time_s(index), time_s) for index in range(n_laps)]

    # The axis and the visible stretch

    @property
    def axis_mode(self) -> AxisMode:
        """Whether the plots run over distance or time."""
        return self._axis_mode

    def toggle_axis_mode(self) -> None:
        """Change between distance and time; the same stretch of track stays visible."""
        is_distance = self._axis_mode is AxisMode.DISTANCE
        mode = AxisMode.TIME if is_distance else AxisMode.DISTANCE
        if self._comparison is None:
            self._axis_mode = mode
        elif mode is AxisMode.TIME:
            self._axis_mode = mode
            self._view.convert(self.axis_of, self._whole_axis(), self._smallest_view())
        else:
            to_place = self.place_of
            whole = self._whole_distance()
            smallest = self._smallest_of(whole)
            self._view.convert(to_place, whole, smallest)
            self._axis_mode = mode
        self.axis_mode_changed.emit()
        self.view_changed.emit()

    @property
    def view(self) -> Span:
        """What is visible, in the unit of the axis."""
        return self._view.current

    @property
    def view_m(self) -> Span:
        """What is visible as places on the track [m]."""
        low, high = self._view.current
        return self.place_of(low), self.place_of(high)

    @property
    def is_whole_lap(self) -> bool:
        """Whether the lap is visible from end to end."""
        return self._view.is_whole

    @property
    def is_moving(self) -> bool:
        """Whether a zoom or pan gesture is under way."""
        return self._view.is_moving

    @property
    def can_undo_zoom(self) -> bool:
        """Whether there is an earlier stretch to go back to."""
        return self._view.can_undo

    def show_range(self, low_m: float, high_m: float) -> None:
        """Show the track between two places [m]."""
        self.show_view(self.axis_of(low_m), self.axis_of(high_m))

    def show_view(self, low: float, high: float, gesture: str = "") -> None:
        """Show a stretch given in the unit of the axis."""
        self._move(lambda: self._view.show(low, high, gesture))

    def zoom(self, factor: float, centre: float, gesture: str = "") -> None:
        """Scale the visible stretch (below 1 = closer) about an axis value that stays put."""
        self._move(lambda: self._view.zoom(factor, centre, gesture))

    def pan(self, shift: float, gesture: str = "") -> None:
        """Move the visible stretch along the axis."""
        self._move(lambda: self._view.pan(shift, gesture))

    def whole_lap(self) -> None:
        """Show the lap from end to end."""
        self.show_view(*self._view.whole)

    def undo_zoom(self) -> None:
        """Go back to the stretch seen before."""
        self._move(self._view.undo)

    def redo_zoom(self) -> None:
        """Go forward to the stretch left by undo."""
        self._move(self._view.redo, is_new=False)

    def close_gesture(self) -> None:
        """Say that the hand is still: the next movement is a new step of history."""
        self._view.close_gesture()

    # The delta's zero

    @property
    def is_rebasing(self) -> bool:
        """Whether zooming sets the delta to zero at the left edge."""
        return self._is_rebasing

    @property
    def is_rebased(self) -> bool:
        """Whether the delta shown starts at the left edge instead of the start of the lap."""
        return self._is_rebasing and self._comparison is not None and self._view_starts_late()

    def toggle_rebase(self) -> None:
        """Change between delta since the left edge and delta since the start of the lap."""
        self._is_rebasing = not self._is_rebasing
        self.rebase_changed.emit()

    def delta_offset_s(self, lap_index: int) -> float:
        """Return what is taken off a lap's delta so that it is zero at the left edge [s]."""
        if not self.is_rebased:
            return 0.0
        location = locate(self.lap_axis(lap_index), self._view.current[0])
        value = location.read(self.delta_s(lap_index)) if location else math.nan
        return value if math.isfinite(value) else 0.0

    # Inside

    def _reference_time_s(self) -> FloatArray:
        return self._values.axis_time_s(self._order[0])

    def _whole_distance(self) -> Span:
        grid = self._shown().distance_m
        return float(grid[0]), float(grid[-1])

    def _whole_axis(self) -> Span:
        """Return the ends of the axis; over time it holds the slowest lap."""
        if self._axis_mode is AxisMode.DISTANCE:
            return self._whole_distance()
        ends = [float(lap.time_s[-1]) for lap in self._shown().laps]
        return 0.0, max((end for end in ends if math.isfinite(end)), default=1.0)

    def _smallest_view(self) -> float:
        return self._smallest_of(self._whole_axis())

    def _smallest_of(self, whole: Span) -> float:
        n_steps = max(len(self._shown().distance_m) - 1, 1)
        return _SMALLEST_VIEW_SAMPLES * (whole[1] - whole[0]) / n_steps

    def _take_view(self, old: Comparison | None, new: Comparison) -> None:
        """Keep the visible stretch when the new laps are on the same track, else show the lap."""
        whole = self._whole_axis()
        is_known, self._has_same_places = self._has_same_places, True
        if old is not None and is_known and _is_same_track(old, new):
            self._view.convert(lambda value: min(value, whole[1]), whole, self._smallest_view())
        else:
            self._view.reset(whole, self._smallest_view())
            self.view_reset.emit()
            self._corners = ()

    def _view_starts_late(self) -> bool:
        return self._view.current[0] > self._view.whole[0]

    def _move(self, move: Callable[[], bool], *, is_new: bool = True) -> None:
        """Change the visible stretch; tell when that is a new step."""
        n_steps = self._view.n_steps
        if not move() or self._comparison is None:
            return
        if is_new and self._view.n_steps > n_steps:
            self.view_stepped.emit()
        self.view_changed.emit()

    @staticmethod
    def _interpolated(at: float, x: FloatArray, y: FloatArray) -> float:
        location = locate(x, min(max(at, float(x[0])), float(x[-1])))
        return location.read(y) if location else math.nan


def _keys_of(comparison: Comparison | None) -> tuple[Hashable, ...]:
    laps = comparison.laps if comparison is not None else ()
    return tuple((lap.lap.number, lap.lap.start_s) for lap in laps)


def _is_same_track(old: Comparison, new: Comparison) -> bool:
    old_m, new_m = float(old.distance_m[-1]), float(new.distance_m[-1])
    return abs(old_m - new_m) <= _SAME_TRACK_TOLERANCE * max(old_m, new_m)
