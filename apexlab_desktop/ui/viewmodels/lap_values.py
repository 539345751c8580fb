"""Channels and deltas of compared laps, and reading them between grid points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, STAND_INS

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison, FloatArray


_TIME = "time_s"
_AXIS_TIME = f"{_TIME}, without holes"


class LapValues:
    """What the laps of a comparison hold, measured against any of them."""

    def __init__(self, comparison: Comparison | None = None) -> None:
        self._comparison = comparison
        self._reference = comparison.reference_index if comparison is not None else 0
        self._deltas: dict[int, FloatArray] = {}
        self._shifts_m: dict[int, float] = {}
        self._moved: dict[tuple[int, str], FloatArray] = {}
        self._has_channel: dict[str, bool] = {}
        self._stands_in: dict[tuple[int, str], bool] = {}

    @property
    def reference(self) -> int:
        """Index of the lap measured against."""
        return self._reference

    def measure_against(self, lap_index: int) -> None:
        """Take another lap as the reference; shifted laps lie against each other as before."""
        led_m = self.shift_m(lap_index)
        if led_m:
            laps = range(len(self._shown().laps))
            self._shifts_m = {index: self.shift_m(index) - led_m for index in laps}
        self._reference = lap_index
        self._forget_moved()

    def shift(self, lap_index: int, by_m: float) -> None:
        """Move a lap along the track by so much more; the reference stays where it is."""
        if lap_index != self._reference:
            self._shifts_m[lap_index] = self.shift_m(lap_index) + by_m
            self._forget_moved()

    def shift_m(self, lap_index: int) -> float:
        """Return how far a lap is moved [m]."""
        return self._shifts_m.get(lap_index, 0.0)

    def reset_shifts(self) -> bool:
        """Put every lap back; return whether any was moved."""
        was_shifted = any(self._shifts_m.values())
        self._shifts_m.clear()
        self._forget_moved()
        return was_shifted

    def _forget_moved(self) -> None:
        self._moved.clear()
        self._deltas.clear()

    def has_channel(self, name: str) -> bool:
        """Return whether any lap has a finite value of the channel."""
        if self._comparison is None:
            return False
        if name not in self._has_channel:
            self._has_channel[name] = any(
                (values := self.of(index, name)) is not None and _any_finite(values)
                for index in range(len(self._comparison.laps))
            )
        return self._has_channel[name]

    def has_only_stand_in(self, name: str) -> bool:
        """Return whether a channel is shown of laps of which none has it itself."""
        laps = self._comparison.laps if self._comparison is not None else ()
        own = (lap.channels.get(name) for lap in laps)
        return self.has_channel(name) and not any(v is not None and _any_finite(v) for v in own)

    def of(self, lap_index: int, name: str) -> FloatArray | None:
        """Return a channel (or `DELTA`) of a lap on the grid, SI; None when the lap lacks it."""
        if self._comparison is None:
            return None
        if name == DELTA:
            return self.delta_s(lap_index)
        own = self._own(lap_index, name)
        if own is None or not self.shift_m(lap_index):
            return own
        key = (lap_index, name)
        if key not in self._moved:
            from apexlab_desktop.ui.viewmodels.shifted_lap import shifted

            grid_m, by_m = self._comparison.distance_m, self.shift_m(lap_index)
            self._moved[key] = shifted(grid_m, own, by_m, is_stepped=is_stepped(name))
        return self._moved[key]

    def axis_time_s(self, lap_index: int) -> FloatArray:
        """Return `time_s` with straight lines where it is unknown, for an axis has no holes [s]."""
        own = self.time_s(lap_index)
        if not (own != own).any():
            return own
        key = (lap_index, _AXIS_TIME)
        if key not in self._moved:
            from numpy import interp

            grid_m, known = self._shown().distance_m, own == own
            self._moved[key] = interp(grid_m, grid_m[known], own[known])
        return self._moved[key]

    def time_s(self, lap_index: int) -> FloatArray:
        """Return when a lap is at each place, on the clock of the reference where moved [s].

        NaN where nobody knows: fixes are missing there.
        """
        comparison = self._shown()
        own = comparison.laps[lap_index].time_s
        if not self.shift_m(lap_index):
            return own
        key = (lap_index, _TIME)
        if key not in self._moved:
            from apexlab_desktop.ui.viewmodels.shifted_lap import shifted_time_s

            reference_s = comparison.laps[self._reference].time_s
            by_m = self.shift_m(lap_index)
            self._moved[key] = shifted_time_s(comparison.distance_m, own, reference_s, by_m)
        return self._moved[key]

    def _own(self, lap_index: int, name: str) -> FloatArray | None:
        """Return a channel where it was driven, or what stands in for it."""
        channels = self._shown().laps[lap_index].channels
        own = channels.get(name)
        if name not in STAND_INS:
            return own
        key = (lap_index, name)
        # Looked at once: the cursor asks at every move.
        if key not in self._stands_in:
            self._stands_in[key] = own is None or not _any_finite(own)
        return channels.get(STAND_INS[name], own) if self._stands_in[key] else own

    def delta_s(self, lap_index: int) -> FloatArray:
        """Return the delta to the reference shown, positive = slower [s].

        All laps share one grid, so against another reference the delta is a difference of times.
        """
        comparison = self._shown()
        is_moved = bool(self.shift_m(lap_index))
        if self._reference == comparison.reference_index and not is_moved:
            return comparison.laps[lap_index].delta_t_s
        if lap_index not in self._deltas:
            delta_s = self.time_s(lap_index) - comparison.laps[self._reference].time_s
            self._deltas[lap_index] = (
                self._where_driven(lap_index, delta_s) if is_moved else delta_s
            )
        return self._deltas[lap_index]

    def _where_driven(self, lap_index: int, values: FloatArray) -> FloatArray:
        """Return values with NaN where a moved lap does not reach."""
        from apexlab_desktop.ui.viewmodels.shifted_lap import shifted

        grid_m, by_m = self._shown().distance_m, self.shift_m(lap_index)
        # Zero where the moved lap reaches, NaN where it does not.
        driven: FloatArray = values + shifted(grid_m, grid_m * 0.0, by_m)
        return driven

    def delta_sigma_s(self, lap_index: int) -> FloatArray:
        """Return one sigma of the delta to the reference shown [s].

        The stored sigma of each lap is against the first reference. Against another one, laps are
        taken as equally uncertain: half of each variance belongs to the lap itself.
        """
        comparison = self._shown()
        laps, reference = comparison.laps, self._reference
        own = laps[lap_index].delta_t_sigma_s
        if reference in (comparison.reference_index, lap_index):
            return own if reference == comparison.reference_index else own * 0.0
        other = laps[reference].delta_t_sigma_s
        if lap_index == comparison.reference_index:
            return other
        half_sum: FloatArray = (own**2 + other**2) / 2.0
        return half_sum**0.5

    def _shown(self) -> Comparison:
        if self._comparison is None:
            raise LookupError("nothing is compared")
        return self._comparison


@dataclass(frozen=True, slots=True)
class Location:
    """A place between two grid points: `run` past point `index`, whose step is `step`."""

    index: int
    run: float
    step: float

    def read(self, values: FloatArray, *, is_stepped: bool = False) -> float:
        """Return the value here, interpolated as `numpy.interp` does it."""
        low = values.item(self.index)
        if self.run == 0.0 or is_stepped:
            return low
        return (values.item(self.index + 1) - low) / self.step * self.run + low


def locate(axis: FloatArray, at: float) -> Location | None:
    """Return where `at` lies on an increasing axis, None outside."""
    last = len(axis) - 1
    if last < 0 or not axis.item(0) <= at <= axis.item(last):
        return None
    index = int(axis.searchsorted(at, side="right")) - 1
    if index >= last:
        return Location(last, 0.0, 1.0)
    low = axis.item(index)
    return Location(index, at - low, axis.item(index + 1) - low)


@cache
def is_stepped(name: str) -> bool:
    """Return whether a channel holds its value between samples (gear, flags)."""
    # Imported late: the catalogue brings numpy, which must not load before the first paint.
    from apexlab_desktop.analysis.channels import CATALOGUE, STEPPED

    return name in CATALOGUE and CATALOGUE[name].kind is STEPPED


def _any_finite(values: FloatArray) -> bool:
    return bool((values == values).any())
