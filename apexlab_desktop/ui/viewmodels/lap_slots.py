"""Laps in the order of their colours, and the words for how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import ComparedLap

DELTA = "delta_t_s"
"""Name under which the delta is read like a channel."""
THROTTLE = "throttle_ratio"
STAND_INS = {THROTTLE: "accelerator_ratio"}
"""What is read of a lap that lacks a channel: the pedal, where the throttle itself is unknown."""
N_COLOURED_SLOTS = 6
"""Laps beyond this many are drawn grey, behind the others."""


class AxisMode(StrEnum):
    """What runs from left to right."""

    DISTANCE = "distance"
    TIME = "time"


class MapColour(StrEnum):
    """What colours the track map."""

    SPEED = "speed"
    LATERAL = "lateral"
    LONGITUDINAL = "longitudinal"
    GAIN = "gain"


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerBand:
    """A corner as the plots and the map show it.

    Attributes
    ----------
    label : str
        Its number or name.
    from_m, apex_m, to_m : float
        Entry, apex and exit on the grid [m].
    is_left : bool
    """

    label: str
    from_m: float
    apex_m: float
    to_m: float
    is_left: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LapSlot:
    """A lap with its place in the order of colours.

    Attributes
    ----------
    slot : int
        0 is the reference; the colour of slot n is `theme.lap_colours[n]`.
    lap_index : int
        Index into the comparison's laps.
    compared : ComparedLap
    is_visible : bool
    """

    slot: int
    lap_index: int
    compared: ComparedLap
    is_visible: bool

    @property
    def is_reference(self) -> bool:
        """Whether the others are measured against this lap."""
        return self.slot == 0

    @property
    def is_coloured(self) -> bool:
        """Whether the lap has a colour of its own."""
        return self.slot < N_COLOURED_SLOTS
