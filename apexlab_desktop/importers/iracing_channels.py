"""Variables of an iRacing record to channels in SI and stored precision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.types import Channel, ChannelKind, Notice, Severity, read_only
from apexlab_desktop.importers.iracing_header import Variable
from apexlab_desktop.importers.iracing_names import CATALOGUE_NAMES, CLUTCH_NAME, HEADING_NAME
from apexlab_desktop.importers.vendor_units import Conversion, conversion_to

SOURCE = "sim"
_VELOCITY_NAMES = ("VelocityX", "VelocityY")
_STANDING_MPS = 0.5
"""Slower, the direction of the velocity is noise."""
_EXACT_IN_FLOAT32 = 1 << 24
_POSITION_DECIMALS = 7
_FLOAT_TYPES = (4, 5)


def plan_variable(variable: Variable) -> tuple[str, Conversion, Notice | None]:
    """Return name and conversion of a variable, and why a known one keeps its own name."""
    known = CATALOGUE_NAMES.get(variable.name) if variable.count == 1 else None
    if known is None:
        return variable.name, Conversion(), None
    # Shares of one are labelled per cent, but hold 0 to 1.
    if known.endswith("_ratio"):
        conversion = Conversion() if variable.unit in ("%", "") else None
    else:
        conversion = conversion_to(CATALOGUE[known].unit, variable.unit)
    if conversion is not None:
        return known, conversion, None
    notice = Notice(
        code="unit_not_known",
        severity=Severity.IGNORED,
        channel=variable.name,
        detail=f"unit '{variable.unit}' is not one of {CATALOGUE[known].unit or 'a share'}"
        "; kept by the vendor's name, not used",
    )
    return variable.name, Conversion(), notice


def make_channel(
    variable: Variable, values: npt.NDArray[Any], *, suffix: str = ""
) -> tuple[Channel, Notice | None]:
    """Return the channel of a variable (or of one element of an array) and what to say about it.

    Parameters
    ----------
    variable : Variable
    values : ndarray, shape (n,)
        In the file's own type.
    suffix : str
        Number of the element, e.g. `[3]`.
    """
    name, conversion, notice = plan_variable(variable)
    info = CATALOGUE.get(name)
    is_float = variable.type_id in _FLOAT_TYPES
    channel = Channel(
        name=name + suffix,
        source=SOURCE,
        device=SOURCE,
        vendor_name=variable.name + suffix,
        unit=info.unit if info else variable.unit,
        vendor_unit=variable.unit,
        kind=info.kind if info else (ChannelKind.CONTINUOUS if is_float else ChannelKind.STEPPED),
        values=read_only(_stored(name, variable, values, conversion)),
    )
    return channel, notice


# A damaged file holds bit patterns that are no numbers: they stay what they are, without a word.
@np.errstate(invalid="ignore", over="ignore")
def _stored(
    name: str, variable: Variable, values: npt.NDArray[Any], conversion: Conversion
) -> npt.NDArray[Any]:
    if variable.name == HEADING_NAME and name == "heading_rad":
        values = (0.5 * math.pi - values.astype(np.float64)).astype(np.float32)
    elif variable.name == CLUTCH_NAME and name == "clutch_ratio":
        values = 1.0 - values
    elif not conversion.is_identity:
        values = values.astype(np.float64) * conversion.factor + conversion.offset
        values = values.astype(np.float32)
    if name in ("lat_deg", "lon_deg"):
        values = np.round(values.astype(np.float64), _POSITION_DECIMALS)
    stored = values if variable.type_id in _FLOAT_TYPES else _whole_numbers(values)
    return _without_infinities(stored)


def _whole_numbers(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype.itemsize > 1 and values.size:
        most = max(abs(int(values.max())), abs(int(values.min())))
        if most > _EXACT_IN_FLOAT32:
            return values.astype(np.float64)
    return values.astype(np.float32)


def _without_infinities(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    # A sum is finite for nearly every channel: one pass, and no mask in memory.
    with np.errstate(over="ignore", invalid="ignore"):
        is_finite = bool(np.isfinite(values.sum(dtype=np.float64)))
    if is_finite:
        return values
    return np.where(np.isfinite(values), values, np.nan).astype(values.dtype)


def course_channels(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """Return the course over ground, from where the car points and how it moves in its own axes.

    The simulator gives no course, but heading and velocity (forward and left) make it exactly:
    `course = heading + atan2(VelocityY, VelocityX)`. Real files agree with the direction between
    their positions. A standing car is about to move where it points. Without these variables there
    is none.
    """
    by_name = {channel.name: channel for channel in channels}
    heading = by_name.get("heading_rad")
    forward, left = (by_name.get(name) for name in _VELOCITY_NAMES)
    if heading is None or forward is None or left is None:
        return ()
    if {forward.unit, left.unit} != {"m/s"}:
        return ()
    vx, vy = (channel.values.astype(np.float64) for channel in (forward, left))
    with np.errstate(invalid="ignore", over="ignore"):
        slip = np.where(np.hypot(vx, vy) > _STANDING_MPS, np.arctan2(vy, vx), 0.0)
        course = (heading.values + slip).astype(np.float32)
    made = replace(
        heading,
        name="course_rad",
        vendor_name=", ".join((HEADING_NAME, *_VELOCITY_NAMES)),
        values=read_only(_without_infinities(course)),
    )
    return (made,)


def convention_notices(names: frozenset[str]) -> tuple[Notice, ...]:
    """Return what was turned to the house's conventions, for the variables in `names`."""
    words = {
        HEADING_NAME: "clockwise from north in the file, counter-clockwise from east here",
        CLUTCH_NAME: "1 is engaged in the file, 1 is pressed here",
    }
    return tuple(
        Notice(
            code="convention_changed",
            severity=Severity.INFO,
            channel=CATALOGUE_NAMES[name],
            detail=detail,
        )
        for name, detail in words.items()
        if name in names
    )
