"""Round places and words for the axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from apexlab_desktop.ui.formatting import MINUS, NO_BREAK_SPACE
from apexlab_desktop.units import FEET_PER_METRE, MILES_PER_METRE, UnitSystem

MIN_X_TICK_PX = 78.0
END_ROOM_PX = 6.0
"""A value closer to an end of its axis has no tick: its label would reach into the next plot."""
VALUE_STEPS = (1.0, 2.5, 5.0)
PLACE_STEPS = (1.0, 2.0, 5.0)
TIME_STEPS_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)

_CLOSEST_LABELS_PX = 13.0
_FEWEST_LABELS = 3
_FINER_STEPS = (5.0, 2.5, 2.0, 1.0, 0.5)
_SHORTEST_KILOMETRE_STEP_M = 100.0
_SHORTEST_MILE_STEP = 0.1


def round_step(span: float, length_px: float, min_px: float, steps: Sequence[float]) -> float:
    """Return the smallest of `steps` x 10^k that keeps ticks at least `min_px` apart."""
    least = span * min_px / max(length_px, 1.0)
    if not least > 0.0 or not math.isfinite(least):
        return 1.0
    decade = 10.0 ** math.floor(math.log10(least))
    for step in (*steps, 10.0 * steps[0]):
        if step * decade >= least * (1.0 - 1e-9):
            return step * decade
    return 10.0 * steps[0] * decade


def multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of `step` from `low` to `high`."""
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def place_ticks(
    low_m: float, high_m: float, length_px: float, units: UnitSystem
) -> list[tuple[float, str]]:
    """Return (place [m], label) of the ticks of a distance axis."""
    if units is UnitSystem.METRIC:
        step = round_step(high_m - low_m, length_px, MIN_X_TICK_PX, PLACE_STEPS)
        return [(m, _metric_place(m, step)) for m in multiples(low_m, high_m, step)]
    low, high = low_m * MILES_PER_METRE, high_m * MILES_PER_METRE
    step = round_step(high - low, length_px, MIN_X_TICK_PX, PLACE_STEPS)
    if step >= _SHORTEST_MILE_STEP:
        unit = f"{NO_BREAK_SPACE}mi"
        return [
            (mi / MILES_PER_METRE, f"{mi:.1f}{unit}" if mi else f"0{unit}")
            for mi in multiples(low, high, step)
        ]
    low, high = low_m * FEET_PER_METRE, high_m * FEET_PER_METRE
    step = round_step(high - low, length_px, MIN_X_TICK_PX, PLACE_STEPS)
    return [
        (ft / FEET_PER_METRE, f"{ft:,.{_decimals(step)}f}{NO_BREAK_SPACE}ft")
        for ft in multiples(low, high, step)
    ]


def time_ticks(low_s: float, high_s: float, length_px: float) -> list[tuple[float, str]]:
    """Return (time [s], label) of the ticks of a time axis."""
    least = (high_s - low_s) * MIN_X_TICK_PX / max(length_px, 1.0)
    step = next((step for step in TIME_STEPS_S if step >= least), 0.0)
    if not step or least <= TIME_STEPS_S[0] / 2.0:
        step = round_step(high_s - low_s, length_px, MIN_X_TICK_PX, PLACE_STEPS)
    return [(s, _clock(s, _decimals(step))) for s in multiples(low_s, high_s, step)]


def value_ticks(
    low: float, high: float, length_px: float, min_px: float, usual_step: float, *, is_signed: bool
) -> list[tuple[float, str]]:
    """Return (value, label) of the ticks of a value axis in the unit shown, none at its very ends.

    The step is the usual one where its ticks keep `min_px`, a greater one where they would not.
    Fewer than three labels say little about a scale: then they may lie closer.
    """
    values = _told_values(
        low,
        high,
        length_px,
        max(usual_step, round_step(high - low, length_px, min_px, VALUE_STEPS)),
    )
    decimals = max(map(_decimals, values), default=0)
    return [(value, _value_label(value, decimals, is_signed=is_signed)) for value in values]


def _told_values(low: float, high: float, length_px: float, step: float) -> list[float]:
    """Return the ticks of the first step from `step` down that has enough of them."""
    least = (high - low) * _CLOSEST_LABELS_PX / max(length_px, 1.0)
    best = _with_room(low, high, length_px, step)
    while len(best) < _FEWEST_LABELS and (step := _finer(step)) >= least:
        best = max(best, _with_room(low, high, length_px, step), key=len)
    return best


def _finer(step: float) -> float:
    """Return the round step below."""
    decade = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return next(s for s in _FINER_STEPS if s * decade < step * (1.0 - 1e-9)) * decade


def _with_room(low: float, high: float, length_px: float, step: float) -> list[float]:
    """Return the multiples of `step` whose labels stay clear of the ends."""
    room = (high - low) * END_ROOM_PX / max(length_px, 1.0)
    return multiples(low + room, high - room, step)


def _value_label(value: float, decimals: int, *, is_signed: bool) -> str:
    if round(value, 9) == 0.0:
        return "0"
    text = f"{abs(value):.{decimals}f}"
    if not is_signed:
        # Whole numbers between halves read quieter without their zeros: 0.5, 1, 1.5.
        text = text.removesuffix(".0")
    sign = MINUS if value < 0.0 else "+" if is_signed else ""
    return f"{sign}{text}"


def _metric_place(metres: float, step: float) -> str:
    if step >= _SHORTEST_KILOMETRE_STEP_M:
        return f"{metres / 1000.0:.1f}{NO_BREAK_SPACE}km" if metres else f"0{NO_BREAK_SPACE}km"
    return f"{metres:,.{_decimals(step)}f}{NO_BREAK_SPACE}m"


def _clock(seconds: float, decimals: int) -> str:
    minutes, rest = divmod(round(seconds, 6), 60.0)
    width = 3 + decimals if decimals else 2
    return f"{minutes:.0f}:{rest:0{width}.{decimals}f}"


def _decimals(step: float) -> int:
    """Return how many decimals tell multiples of `step` apart."""
    for decimals in range(4):
        if abs(step * 10.0**decimals - round(step * 10.0**decimals)) < 1e-6:
            return decimals
    return 4
