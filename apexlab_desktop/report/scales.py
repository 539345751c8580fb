"""Axes: a range with room around the data, and ticks at round numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MARGIN = 0.06
"""Free share above and below the data, so that a line never touches the frame."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis, 0 at its start and 1 at its end."""

    place: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Range and ticks of one axis.

    Attributes
    ----------
    low, high : float
        Ends of the axis in shown units.
    ticks : tuple of Tick
    zero : float or None
        Place of zero where it lies within the axis.
    """

    low: float
    high: float
    ticks: tuple[Tick, ...]
    zero: float | None

    @property
    def span(self) -> float:
        """Length of the axis in shown units, above 0."""
        return self.high - self.low


def value_axis(
    low: float, high: float, *, label: Callable[[float, int], str], least: float
) -> Axis:
    """Return an axis around data between `low` and `high`, at least `least` long.

    `label` gets a tick's value and the decimals its step needs.
    """
    lack = max(least - (high - low), 0.0) / 2.0
    margin = _MARGIN * max(high - low, least)
    return _axis(low - lack - margin, high + lack + margin, n_steps=4, label=label)


def distance_axis(length: float, unit: str) -> Axis:
    """Return the axis from 0 to `length` in shown units."""
    axis = _axis(0.0, length, n_steps=7, label=lambda value, digits: f"{value:.{digits}f} {unit}")
    # The start needs no label, and it would stand in that of the values.
    return replace(axis, ticks=axis.ticks[1:])


def round_step(span: float, n_steps: int) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten: at most `n_steps` fit into `span`."""
    power = 10.0 ** math.floor(math.log10(span / n_steps))
    return next(step * power for step in _STEPS if step * power * n_steps >= span * (1.0 - 1e-9))


def _axis(low: float, high: float, *, n_steps: int, label: Callable[[float, int], str]) -> Axis:
    step = round_step(high - low, n_steps)
    digits = _decimals(step)
    span = high - low
    ticks = tuple(
        Tick((index * step - low) / span, label(index * step, digits))
        for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    )
    return Axis(low=low, high=high, ticks=ticks, zero=-low / span if low <= 0.0 <= high else None)


def _decimals(step: float) -> int:
    """Return how many decimals the multiples of `step` need."""
    return next(digits for digits in range(12) if abs(step - round(step, digits)) < 1e-9 * step)
