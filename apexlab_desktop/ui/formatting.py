"""SI values to the words and digits people read; the only place of units in the window."""

from __future__ import annotations

import math
from datetime import datetime

from apexlab_desktop.formatting import DASH as DASH
from apexlab_desktop.formatting import MINUS as MINUS
from apexlab_desktop.formatting import lap_time as lap_time
from apexlab_desktop.formatting import plain as plain
from apexlab_desktop.formatting import signed as signed
from apexlab_desktop.units import (
    FEET_PER_METRE,
    KMH_PER_MPS,
    MILES_PER_METRE,
    MPH_PER_MPS,
    STANDARD_GRAVITY_MPS2,
    UnitSystem,
)

NO_BREAK_SPACE = "\u00a0"


def speed_unit(units: UnitSystem) -> str:
    """Return `km/h` or `mph`."""
    return "km/h" if units is UnitSystem.METRIC else "mph"


def speed_factor(units: UnitSystem) -> float:
    """Return what turns m/s into the shown unit."""
    return KMH_PER_MPS if units is UnitSystem.METRIC else MPH_PER_MPS


def g_factor() -> float:
    """Return what turns m/s2 into g."""
    return 1.0 / STANDARD_GRAVITY_MPS2


def distance(metres: float | None, units: UnitSystem) -> str:
    """Return a place on the lap in whole metres or feet with its unit."""
    if metres is None or not math.isfinite(metres):
        return DASH
    value, unit = (metres, "m") if units is UnitSystem.METRIC else (metres * FEET_PER_METRE, "ft")
    return f"{value:,.0f}{NO_BREAK_SPACE}{unit}"


def shift(metres: float, units: UnitSystem) -> str:
    """Return a distance with its sign and unit, whole metres or tenths of feet."""
    if units is UnitSystem.METRIC:
        return f"{signed(metres, 0)}{NO_BREAK_SPACE}m"
    return f"{signed(metres * FEET_PER_METRE, 1)}{NO_BREAK_SPACE}ft"


def long_distance(metres: float, units: UnitSystem, decimals: int = 1) -> str:
    """Return kilometres or miles with the unit."""
    value, unit = (
        (metres / 1000.0, "km") if units is UnitSystem.METRIC else (metres * MILES_PER_METRE, "mi")
    )
    return f"{value:.{decimals}f}{NO_BREAK_SPACE}{unit}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNKNOWN_DATE = "No date"
_BYTE_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def month(moment: datetime | None) -> str:
    """Return `June 2026` in local time, or words when unknown."""
    if moment is None:
        return UNKNOWN_DATE
    local = moment.astimezone()
    return f"{_MONTHS[local.month - 1]} {local.year}"


def short_day(moment: datetime | None) -> str:
    """Return `14 Jun` in local time, or a dash."""
    if moment is None:
        return DASH
    local = moment.astimezone()
    return f"{local.day:02d}{NO_BREAK_SPACE}{_MONTHS[local.month - 1][:3]}"


def clock(moment: datetime | None) -> str:
    """Return `10:42` in local time, empty when unknown."""
    if moment is None:
        return ""
    local = moment.astimezone()
    return f"{local.hour:02d}:{local.minute:02d}"


def day_and_time(moment: datetime | None) -> str:
    """Return `14 Jun 2026, 10:42` in local time, or words when unknown."""
    if moment is None:
        return UNKNOWN_DATE
    return f"{short_day(moment)} {moment.astimezone().year}, {clock(moment)}"


def file_size(n_bytes: int) -> str:
    """Return `4.8 MB`: powers of 1000, one decimal below ten."""
    value = float(n_bytes)
    power = 0
    while value >= 999.5 and power < len(_BYTE_UNITS) - 1:
        value /= 1000.0
        power += 1
    digits = 1 if power and value < 9.95 else 0
    return f"{value:.{digits}f}{NO_BREAK_SPACE}{_BYTE_UNITS[power]}"


def speed(mps: float | None, units: UnitSystem) -> str:
    """Return a whole speed with its unit, or a dash."""
    if mps is None or not math.isfinite(mps):
        return DASH
    return f"{mps * speed_factor(units):.0f}{NO_BREAK_SPACE}{speed_unit(units)}"


def counted(n: int, one: str, many: str = "") -> str:
    """Return `1 lap`, `1,402 laps`: the number glued to its word."""
    word = one if n == 1 else many or f"{one}s"
    return f"{n:,}{NO_BREAK_SPACE}{word}"
