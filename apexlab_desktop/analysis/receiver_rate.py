"""Which receivers are too slow to tell what a driver does with brake and throttle."""

from __future__ import annotations

from apexlab_desktop.analysis.corner_config import DEFAULT_CORNER_MEASURES

LEAST_RATE_HZ = DEFAULT_CORNER_MEASURES.brake_rate_hz
"""Between slower fixes a car brakes, turns and accelerates again: what stands between them is
interpolated, and tells the receiver rather than the driver."""


def too_slow(rate_hz: float | None, what: str) -> str:
    """Return why a receiver cannot tell something, empty where it can or its rate is unknown.

    Parameters
    ----------
    rate_hz : float or None
        Fixes per second.
    what : str
        What cannot be told, in the plural.
    """
    if rate_hz is None or rate_hz >= LEAST_RATE_HZ:
        return ""
    given = f"{rate_hz:.3g} position" + ("" if f"{rate_hz:.3g}" == "1" else "s")
    return f"the receiver gives {given} a second; {what} need {LEAST_RATE_HZ:g}"
