"""Channels of any session as columns of a RaceChrono export."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.types import Channel, ChannelKind
from apexlab_desktop.importers.racechrono_names import SOURCE_KINDS, source_kind, vendor_name
from apexlab_desktop.importers.vendor_units import SAME, Conversion, conversion_to

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import (
        AnalysedSession,
        ChannelGroup,
        FloatArray,
        IntArray,
        RawSession,
        StoredArray,
    )

GPS_LABEL, CALC_LABEL, VEHICLE_LABEL = "100: gps", "calc", "200: obd"
_CALC_CHANNELS = ("accel_lat_mps2", "accel_long_mps2", "yaw_rate_radps", "lean_angle_rad")
_UNITS = {"m/s2": "G", "rad": "deg", "rad/s": "deg/s", "Pa": "kPa"}
"""What the app writes for an SI unit, where it is another."""
_POSITION_DECIMALS, _DECIMALS = 7, 5
_SESSION_NAMES = ("lap_number", "distance_m")
_WANTED = ("lat_deg", "lon_deg", "speed_mps")


class GpsMissingError(Exception):
    """The session has no group with positions and speed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Column:
    """One column: how it is headed and what stands in it.

    Attributes
    ----------
    name, unit, label : str
        As in the three header rows.
    time_us : ndarray of int64, shape (n,)
        Instants of the samples [us].
    values : ndarray, shape (n,)
        In the unit of the column; NaN where missing.
    is_held : bool
        Repeated until the next sample instead of interpolated.
    decimals : int
    """

    name: str
    unit: str
    label: str
    time_us: IntArray
    values: FloatArray
    is_held: bool = False
    decimals: int = _DECIMALS

    def cells(self, at_us: IntArray) -> list[str]:
        """Return the cells at instants, empty where the device has nothing, shape (m,)."""
        if self.is_held:
            before = np.searchsorted(self.time_us, at_us, side="right") - 1
            at = np.where(before >= 0, self.values[np.maximum(before, 0)], np.nan)
            at[at_us > self.time_us[-1]] = np.nan
        else:
            at = np.interp(at_us, self.time_us, self.values, left=np.nan, right=np.nan)
        return [_cell(value, self.decimals) for value in at.tolist()]


def _cell(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return ""
    text = f"{value:.{decimals}f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def gps_group(raw: RawSession) -> ChannelGroup | None:
    """Return the group with positions and speed that the session is laid out by."""
    return next((g for g in raw.groups if all(g.find(name) for name in _WANTED)), None)


def columns_of(analysed: AnalysedSession) -> list[Column]:
    """Return the columns of a session: distance, receiver, accelerations, all other devices.

    Raises
    ------
    GpsMissingError
    """
    group = gps_group(analysed.raw)
    if group is None or analysed.trajectory is None:
        raise GpsMissingError
    columns = [_distance(analysed, group)]
    seen: set[tuple[str, str]] = set()
    # Another program's hundreds of own channels mean nothing to readers of this format.
    is_own = analysed.raw.format.startswith("racechrono")
    for one in (group, *(g for g in analysed.raw.groups if g is not group)):
        for column in _columns_of_group(one, only_catalogued=not is_own):
            if (column.name, column.label) not in seen:
                seen.add((column.name, column.label))
                columns.append(column)
    if not any(column.name == "lateral_acc" for column in columns):
        columns.extend(_derived_accelerations(analysed))
    return columns


def _distance(analysed: AnalysedSession, group: ChannelGroup) -> Column:
    motion = analysed.trajectory
    recorded = group.find("distance_m")
    if recorded is not None:
        return _column(recorded, group, "distance_traveled", "m", "", SAME)
    if motion is None:
        raise GpsMissingError
    time_us = np.rint(motion.time_s * 1e6).astype(np.int64)
    return Column(
        name="distance_traveled", unit="m", label="", time_us=time_us, values=motion.odometer_m
    )


def _derived_accelerations(analysed: AnalysedSession) -> Iterator[Column]:
    motion = analysed.trajectory
    if motion is None:
        return
    time_us = np.rint(motion.time_s * 1e6).astype(np.int64)
    named = (("lateral_acc", motion.accel_lat_mps2), ("longitudinal_acc", motion.accel_long_mps2))
    for name, values in named:
        own = _from_si(values, conversion_to("m/s2", "G") or SAME)
        yield Column(name=name, unit="G", label=CALC_LABEL, time_us=time_us, values=own)


def _columns_of_group(group: ChannelGroup, *, only_catalogued: bool) -> Iterator[Column]:
    has_rate = False
    for channel in group.channels:
        if channel.name in _SESSION_NAMES or group.time_us.size == 0:
            continue
        if only_catalogued and channel.name not in CATALOGUE:
            continue
        label = _label(channel)
        has_rate |= channel.name == "update_rate_hz"
        name = vendor_name(channel.name, source_kind(label)) or channel.vendor_name or channel.name
        unit, conversion = _unit(channel)
        yield _column(channel, group, name, unit, label, conversion)
    if not has_rate and group.rate_hz and group.find("lat_deg") is not None:
        values = np.full(group.time_us.size, group.rate_hz)
        yield Column(
            name="device_update_rate", unit="Hz", label=GPS_LABEL, time_us=group.time_us,
            values=values,
        )  # fmt: skip


def _label(channel: Channel) -> str:
    """Return the source as the app labels it; other vendors' channels go to the usual devices."""
    if source_kind(channel.device) in SOURCE_KINDS:
        return channel.device
    if vendor_name(channel.name, "gps") and channel.name != "battery_ratio":
        return GPS_LABEL
    return CALC_LABEL if channel.name in _CALC_CHANNELS else VEHICLE_LABEL


def _unit(channel: Channel) -> tuple[str, Conversion]:
    """Return the unit to write and how it becomes what is stored."""
    info = CATALOGUE.get(channel.name)
    if info is None:
        return channel.unit, SAME
    is_ratio = channel.name.endswith("_ratio")
    usual = "%" if is_ratio else _UNITS.get(info.unit, info.unit)
    for unit in (channel.vendor_unit, usual):
        conversion = conversion_to(info.unit, unit, is_ratio=is_ratio)
        if conversion is not None:
            return unit, conversion
    return info.unit, SAME


def _column(
    channel: Channel, group: ChannelGroup, name: str, unit: str, label: str, conversion: Conversion
) -> Column:
    values = _from_si(channel.values, conversion)
    if channel.name == "course_rad":
        values = np.degrees(0.5 * math.pi - channel.values.astype(np.float64)) % 360.0
    is_position = channel.name in ("lat_deg", "lon_deg")
    return Column(
        name=name,
        unit=unit,
        label=label,
        time_us=group.time_us,
        values=values,
        # The app repeats the bearing between fixes: a straight line from 359 to 1 turns round.
        is_held=channel.kind is ChannelKind.STEPPED or channel.name == "course_rad",
        decimals=_POSITION_DECIMALS if is_position else _DECIMALS,
    )


def _from_si(values: StoredArray, conversion: Conversion) -> FloatArray:
    return (values.astype(np.float64) - conversion.offset) / conversion.factor
