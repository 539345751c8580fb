"""Checks that hold for every vendor: speed against positions, values against plausible ranges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.types import (
    BoolArray,
    Channel,
    ChannelGroup,
    FloatArray,
    Notice,
    Severity,
    StoredArray,
)
from apexlab_desktop.importers.sampling import some_runs
from apexlab_desktop.units import KMH_PER_MPS, MPH_PER_MPS

_EARTH_RADIUS_M = 6_371_000.0
_LEAST_SPEED_MPS = 3.0
_LEAST_DISTANCE_M = 100.0
_LONGEST_STEP_S = 1.5
_MOST_ERROR = 0.15
_MOST_ROWS = 16_000
"""More do not make a unit surer."""
_MOST_LAT_DEG = 90.0
_MOST_LON_DEG = 180.0
_KNOWN_RATIOS = {
    "km/h": KMH_PER_MPS,
    "mph": MPH_PER_MPS,
    "knots": 3600.0 / 1852.0,
    "m/s converted from km/h": 1.0 / KMH_PER_MPS,
    "m/s converted from mph": 1.0 / MPH_PER_MPS,
}


def no_place(lat_deg: StoredArray, lon_deg: StoredArray) -> BoolArray | None:
    """Return where a position is none: at 0, 0, or off the earth. None where all could be one.

    Latitude and longitude 0 is what receivers and simulators say before they know, not the Gulf of
    Guinea; a latitude of 550 degrees is damage.

    Parameters
    ----------
    lat_deg, lon_deg : ndarray, shape (n,)
        [deg]; NaN is missing already and False here.
    """
    wrong: BoolArray | None = None
    for values, most in ((lat_deg, _MOST_LAT_DEG), (lon_deg, _MOST_LON_DEG)):
        # Two reductions decide for nearly every file.
        if (
            np.fmin.reduce(values, initial=0.0) < -most
            or np.fmax.reduce(values, initial=0.0) > most
        ):
            off = np.abs(values) > most
            wrong = off if wrong is None else wrong | off
    at_zero = lat_deg == 0.0
    if at_zero.any():
        at_zero &= lon_deg == 0.0
        wrong = at_zero if wrong is None else wrong | at_zero
    return wrong if wrong is not None and wrong.any() else None


def no_place_notice(channel: str, count: int) -> Notice:
    """Return the line of the receipt for positions that are none."""
    return Notice(
        code="positions_missing",
        severity=Severity.REPAIRED,
        channel=channel,
        count=count,
        detail="latitude and longitude are 0, as without a position, or off the earth",
    )


def speed_notices(groups: Sequence[ChannelGroup]) -> tuple[Notice, ...]:
    """Return a notice for each group whose speed and positions tell different distances."""
    notices = []
    for group in groups:
        ratio = speed_to_position_ratio(group)
        if ratio is not None and abs(ratio - 1.0) > _MOST_ERROR:
            notices.append(
                Notice(
                    code="speed_unit_contradicts_positions",
                    severity=Severity.LOST,
                    channel="speed_mps",
                    count=int(group.time_us.size),
                    detail=f"speed covers {ratio:.3g} times the distance between the positions"
                    f"{_guess(ratio)}; taken as the file says",
                )
            )
    return tuple(notices)


def _guess(ratio: float) -> str:
    for unit, factor in _KNOWN_RATIOS.items():
        if abs(ratio / factor - 1.0) < 0.05:
            return f", as if it were {unit}"
    return ""


def speed_to_position_ratio(group: ChannelGroup) -> float | None:
    """Return distance by speed over distance by positions, or None where too little was driven.

    Steps over gaps, and the few largest disagreements, are left out: they say nothing about units.
    """
    lat, lon, speed = (group.find(name) for name in ("lat_deg", "lon_deg", "speed_mps"))
    if lat is None or lon is None or speed is None or group.time_us.size < 3:
        return None
    rows = some_runs(group.time_us.size, _MOST_ROWS)
    lat_deg, lon_deg, speed_mps = (
        channel.values if rows is None else channel.values[rows] for channel in (lat, lon, speed)
    )
    step_s = np.diff(group.time_us if rows is None else group.time_us[rows]) * 1e-6
    path_m = _steps_m(lat_deg, lon_deg)
    v = np.asarray(speed_mps, dtype=np.float64)
    odometer_m = 0.5 * (v[1:] + v[:-1]) * step_s
    with np.errstate(invalid="ignore"):
        use = (
            (step_s > 0)
            & (step_s < _LONGEST_STEP_S)
            & np.isfinite(path_m)
            & np.isfinite(odometer_m)
        )
        use &= np.maximum(path_m, odometer_m) > _LEAST_SPEED_MPS * step_s
    if not use.any() or max(path_m[use].sum(), odometer_m[use].sum()) < _LEAST_DISTANCE_M:
        return None
    use &= path_m <= 10.0 * np.median(path_m[use]) + 1.0
    driven_m = float(path_m[use].sum())
    return float(odometer_m[use].sum()) / driven_m if driven_m > 0.0 else None


def _steps_m(lat_deg: FloatArray, lon_deg: FloatArray) -> FloatArray:
    lat = np.radians(np.asarray(lat_deg, dtype=np.float64))
    lon = np.radians(np.asarray(lon_deg, dtype=np.float64))
    turn = (np.diff(lon) + np.pi) % (2.0 * np.pi) - np.pi
    east = turn * np.cos(0.5 * (lat[1:] + lat[:-1]))
    steps: FloatArray = _EARTH_RADIUS_M * np.hypot(east, np.diff(lat))
    return steps


def range_notices(groups: Sequence[ChannelGroup]) -> tuple[Notice, ...]:
    """Return a notice for each catalogued channel with values outside its plausible range."""
    notices = []
    for group in groups:
        for channel in group.channels:
            count, first, last = _outside(channel)
            if count:
                notices.append(
                    Notice(
                        code="values_outside_plausible_range",
                        severity=Severity.INFO,
                        channel=channel.name,
                        count=count,
                        first_s=float(group.time_us[first] * 1e-6),
                        last_s=float(group.time_us[last] * 1e-6),
                        detail=_range_words(channel),
                    )
                )
    return tuple(notices)


def _outside(channel: Channel) -> tuple[int, int, int]:
    info = CATALOGUE.get(channel.name)
    values = channel.values
    if info is None or values.size == 0:
        return 0, 0, 0
    # Two reductions decide for the good channels; only a bad one is searched.
    low, high = np.fmin.reduce(values), np.fmax.reduce(values)
    slack = 1e-6 * max(1.0, abs(info.high))
    if not (low < info.low - slack or high > info.high + slack):
        return 0, 0, 0
    with np.errstate(invalid="ignore"):
        where = np.flatnonzero((values < info.low - slack) | (values > info.high + slack))
    return int(where.size), int(where[0]), int(where[-1])


def _range_words(channel: Channel) -> str:
    info = CATALOGUE[channel.name]
    source = f" of {channel.device}" if channel.device else ""
    return f"values{source} outside {info.low:g} to {info.high:g} {info.unit}".rstrip() + ", kept"
