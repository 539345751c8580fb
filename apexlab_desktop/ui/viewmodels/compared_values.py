"""What the compared laps hold, and how far each is shifted against the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.viewmodels.lap_values import LapValues
from apexlab_desktop.ui.viewmodels.plot_options import PlotOptions
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from apexlab_desktop.analysis.types import Comparison, FloatArray


class ComparedValues(PlotOptions):
    """Channels, deltas and times of the laps of a comparison, as they are shown."""

    shift_changed = Signal()
    """A lap is drawn further on, or further back, than it was."""
    shifts_edited = Signal(object, object)
    """The user moved laps: how far each was moved before, and how far it is now."""

    def __init__(
        self, units: UnitSystem = UnitSystem.METRIC, parent: QObject | None = None
    ) -> None:
        super().__init__(units, parent)
        self._comparison: Comparison | None = None
        self._values = LapValues()
        self._keys: tuple[Hashable, ...] = ()

    @property
    def comparison(self) -> Comparison | None:
        """What is compared; None when nothing is."""
        return self._comparison

    def has_channel(self, name: str) -> bool:
        """Return whether any lap has a finite value of the channel."""
        return self._values.has_channel(name)

    def has_only_stand_in(self, name: str) -> bool:
        """Return whether another channel is shown in place of this one, on every lap."""
        return self._values.has_only_stand_in(name)

    def values(self, lap_index: int, name: str) -> FloatArray | None:
        """Return a channel (or `DELTA`) of a lap on the grid, SI; None when the lap lacks it."""
        return self._values.of(lap_index, name)

    def delta_s(self, lap_index: int) -> FloatArray:
        """Return the delta to the reference shown, positive = slower [s]."""
        return self._values.delta_s(lap_index)

    def delta_sigma_s(self, lap_index: int) -> FloatArray:
        """Return one sigma of the delta to the reference shown [s]."""
        return self._values.delta_sigma_s(lap_index)

    def lap_axis_m(self) -> FloatArray:
        """Return the grid of places that all laps share [m]."""
        return self._shown().distance_m

    def shift_m(self, lap_index: int) -> float:
        """Return how much further on a lap is drawn than it was driven [m]."""
        return self._values.shift_m(lap_index)

    def shift_lap(self, lap_index: int, by_m: float) -> None:
        """Draw a lap further on (or back) against the reference, which stays."""
        before = self.shifts()
        self._values.shift(lap_index, by_m)
        self._tell_shifts(before)

    def reset_shifts(self) -> bool:
        """Draw every lap where it was driven; return whether any was shifted."""
        before = self.shifts()
        was_shifted = self._values.reset_shifts()
        self._tell_shifts(before)
        return was_shifted

    def shifts(self) -> dict[Hashable, float]:
        """Return how far each lap is shifted [m]."""
        return {key: self._values.shift_m(index) for index, key in enumerate(self._keys)}

    def restore_shifts(self, shifts: Mapping[Hashable, float]) -> None:
        """Let laps lie against each other as they did."""
        self._put_shifts(shifts)
        self.shift_changed.emit()

    def _put_shifts(self, shifts: Mapping[Hashable, float]) -> None:
        """Shift laps as they were against each other; the reference itself never is."""
        led_m = shifts.get(self._keys[self._values.reference], 0.0) if self._keys else 0.0
        for index, key in enumerate(self._keys):
            wanted_m = shifts[key] - led_m if key in shifts else 0.0
            self._values.shift(index, wanted_m - self._values.shift_m(index))

    def _tell_shifts(self, before: dict[Hashable, float]) -> None:
        after = self.shifts()
        if after != before:
            self.shift_changed.emit()
            self.shifts_edited.emit(before, after)

    def _shown(self) -> Comparison:
        if self._comparison is None:
            raise LookupError("nothing is compared")
        return self._comparison
