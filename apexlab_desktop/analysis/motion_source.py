"""Which group of a raw session carries the motion, and its columns on one time axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import (
    BoolArray,
    ChannelGroup,
    FloatArray,
    IntArray,
    Notice,
    RawSession,
    Severity,
)

UERE_PER_HDOP_M = 1.0
"""Slow ranging error of a consumer receiver per unit of horizontal DOP."""
LEAST_SIGMA_M = 0.02
SPEED_CONTRADICTS = "speed_unit_contradicts_positions"
"""Code of the importers' notice; its count is the number of samples of the group."""
_PLANES = (("lat_deg", "lon_deg"), ("x_m", "y_m"))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MotionSamples:
    """Columns of the primary group; shape (n,) each, NaN where missing.

    Attributes
    ----------
    time_s : ndarray
        Session time [s].
    segment : ndarray of int
        Number of the uninterrupted stretch.
    x_m, y_m : ndarray
        East and north in the local plane [m].
    speed_mps : ndarray
    course_rad : ndarray
        Direction of motion, counter-clockwise from east [rad].
    """

    time_s: FloatArray
    segment: IntArray
    x_m: FloatArray
    y_m: FloatArray
    speed_mps: FloatArray
    course_rad: FloatArray

    @property
    def has_position(self) -> bool:
        """Whether any sample has a position."""
        return bool((np.isfinite(self.x_m) & np.isfinite(self.y_m)).any())

    def take(self, index: IntArray | BoolArray) -> MotionSamples:
        """Return the samples at `index`; these themselves where that is all of them in order."""
        if index.dtype == np.bool_:
            is_all = bool(index.all())
        else:
            is_all = index.size == self.time_s.size and bool((np.diff(index) == 1).all())
        if is_all:
            return self
        at = np.flatnonzero(index) if index.dtype == np.bool_ else index
        return MotionSamples(
            time_s=self.time_s.take(at),
            segment=self.segment.take(at),
            x_m=self.x_m.take(at),
            y_m=self.y_m.take(at),
            speed_mps=self.speed_mps.take(at),
            course_rad=self.course_rad.take(at),
        )


class Receipt:
    """Collects what was repaired on the way."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def note(self, code: str, severity: Severity, at_s: FloatArray, detail: str) -> None:
        """Add a notice about the samples at the instants `at_s` [s], if there are any."""
        if at_s.size:
            self.notices.append(
                Notice(
                    code=code,
                    severity=severity,
                    count=int(at_s.size),
                    first_s=float(at_s[0]),
                    last_s=float(at_s[-1]),
                    detail=f"{at_s.size} {detail}",
                )
            )


def primary_group(raw: RawSession) -> ChannelGroup | None:
    """Return the group that carries the motion, None when no group has position or speed.

    Position and speed together go before position, that before speed; then the most samples count.
    """
    ranked = [(_rank(group), group) for group in raw.groups]
    usable = [item for item in ranked if item[0][0] > 0]
    return max(usable, key=lambda item: item[0])[1] if usable else None


def _rank(group: ChannelGroup) -> tuple[int, int]:
    n_speed = _n_finite(group, "speed_mps")
    n_position = max(min(_n_finite(group, a), _n_finite(group, b)) for a, b in _PLANES)
    return 2 * (n_position > 0) + (n_speed > 0), max(n_position, n_speed)


def _n_finite(group: ChannelGroup, name: str) -> int:
    channel = group.find(name)
    return 0 if channel is None else int(np.count_nonzero(np.isfinite(channel.values)))


def optional_column(group: ChannelGroup, name: str) -> FloatArray | None:
    """Return a channel in float64, shape (n,); None when it is absent or has no finite value."""
    channel = group.find(name)
    if channel is None or not np.isfinite(channel.values).any():
        return None
    return channel.values.astype(np.float64)


def _column(group: ChannelGroup, name: str) -> FloatArray:
    values = optional_column(group, name)
    return np.full(group.time_us.size, np.nan) if values is None else values


def columns(group: ChannelGroup) -> tuple[MotionSamples, tuple[float, float] | None]:
    """Return the samples of `group` in the plane of their median fix, and that fix [deg].

    The origin is None for simulators that have metres instead of latitude and longitude.
    """
    lat_deg, lon_deg = _column(group, "lat_deg"), _column(group, "lon_deg")
    # Receivers write 0, 0 before their first fix; nobody races in the Gulf of Guinea.
    is_nowhere = (lat_deg == 0.0) & (lon_deg == 0.0)
    if is_nowhere.any():
        lat_deg = np.where(is_nowhere, np.nan, lat_deg)
    origin = geo.median_origin(lat_deg, lon_deg)
    if origin is None:
        x_m, y_m = _column(group, "x_m"), _column(group, "y_m")
    else:
        x_m, y_m = geo.to_local(lat_deg, lon_deg, *origin)
    samples = MotionSamples(
        time_s=group.time_s,
        segment=np.zeros(group.time_us.size, dtype=np.int64),
        x_m=x_m,
        y_m=y_m,
        speed_mps=_column(group, "speed_mps"),
        course_rad=_column(group, "course_rad"),
    )
    return samples, origin


def speed_is_contradicted(raw: RawSession, group: ChannelGroup) -> bool:
    """Return whether reading the file showed that speed and positions tell different distances.

    Degrees cannot be of a wrong unit: then the positions are right and the speeds are not.
    """
    return any(
        notice.code == SPEED_CONTRADICTS and notice.count == group.time_us.size
        for notice in raw.notices
    )


def position_sigma(
    group: ChannelGroup, period_s: float, *, is_sim: bool, config: AnalysisConfig = DEFAULT_CONFIG
) -> float:
    """Return the slow one-sigma error of position along the track [m].

    Parameters
    ----------
    group : ChannelGroup
    period_s : float
        Distance of two fixes [s].
    is_sim : bool
    config : AnalysisConfig

    Notes
    -----
    From the receiver's own accuracy (a radius over both axes), else from its DOP, else by class.
    """
    if is_sim:
        return config.sim_position_sigma_m
    accuracy_m = optional_column(group, "position_accuracy_m")
    if accuracy_m is not None:
        return max(float(np.nanmedian(accuracy_m)) / float(np.sqrt(2.0)), LEAST_SIGMA_M)
    dop = optional_column(group, "dop_horizontal")
    if dop is not None:
        return float(np.clip(UERE_PER_HDOP_M * np.nanmedian(dop) / np.sqrt(2.0), 0.3, 10.0))
    is_phone = period_s > config.phone_period_s
    return config.phone_position_sigma_m if is_phone else config.slow_position_sigma_m


def recorded_accelerations(
    group: ChannelGroup, time_s: FloatArray
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return longitudinal and lateral acceleration as recorded, at the instants `time_s` [m/s2]."""
    found: list[FloatArray | None] = []
    for name in ("accel_long_mps2", "accel_lat_mps2"):
        own = optional_column(group, name)
        if own is not None:
            known = np.isfinite(own)
            own = np.interp(time_s, group.time_s[known], own[known])
        found.append(own)
    return found[0], found[1]
