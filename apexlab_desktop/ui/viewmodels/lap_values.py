"""Channels and deltas of compared laps, and reading them between grid points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, STAND_INS

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison, FloatArray


class LapValues:
    """What the laps of a comparison hold, measured against any of them."""

    def __init__(self, comparison: Comparison | None = None) -> None:
        self._comparison = comparison
        self._reference = comparison.reference_index if comparison is not None else 0
        self._deltas: dict[int, FloatArray] = {}
        self._has_channel: dict[str, bool] = {}

    def measure_against(self, lap_index: int) -> None:
        """Take another lap as the reference."""
        self._reference = lap_index
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
        channels = self._comparison.laps[lap_index].channels
        own = channels.get(name)
        if name in STAND_INS and (own is None or not _any_finite(own)):
            return channels.get(STAND_INS[name], own)
        return own

    def delta_s(self, lap_index: int) -> FloatArray:
        """Return the delta to the reference shown, positive = slower [s].

        All laps share one grid, so against another reference the delta is a difference of times.
        """
        comparison = self._shown()
        if self._reference == comparison.reference_index:
            return comparison.laps[lap_index].delta_t_s
        if lap_index not in self._deltas:
            reference_s = comparison.laps[self._reference].time_s
            self._deltas[lap_index] = comparison.laps[lap_index].time_s - reference_s
        return self._deltas[lap_index]

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
