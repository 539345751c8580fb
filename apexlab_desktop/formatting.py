"""Times and signed numbers as people read them, the same in window, report and command line."""

from __future__ import annotations

import math

MINUS = "\u2212"
DASH = "\u2013"


def lap_time(seconds: float | None) -> str:
    """Return `1:20.930`, or a dash when unknown."""
    if seconds is None or not math.isfinite(seconds):
        return DASH
    milliseconds = round(seconds * 1000.0)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes}:{rest / 1000.0:06.3f}"


def signed(value: float | None, decimals: int) -> str:
    """Return the value with its sign always shown, U+2212 for minus; `0.000` has no sign."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0.0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def plain(value: float | None, decimals: int) -> str:
    """Return the value with U+2212 for minus, or a dash when unknown."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{abs(value):.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) != 0.0 else text
