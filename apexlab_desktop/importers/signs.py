"""Signs that a vendor or a user's formula may mirror, checked against the motion."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.types import (
    Channel,
    ChannelGroup,
    FloatArray,
    IntArray,
    Notice,
    Severity,
    StoredArray,
    read_only,
)
from apexlab_desktop.importers.sampling import some_runs

LEFT_POSITIVE = ("accel_lat_mps2", "yaw_rate_radps", "steering_angle_rad")
_LEAST_CORRELATION = 0.3
"""Below it the channel says nothing about the motion (analysis.md 1)."""
_LEAST_TURNING_MPS2 = 1.0
_LEAST_SPEEDING_MPS2 = 0.5
_LEAST_SAMPLES = 50
_MOST_ROWS, _MOST_SAMPLES = 16_000, 2_000
"""More do not make a sign surer."""
_LEAST_SPEED_MPS = 5.0
_LONGEST_STEP_S = 1.1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Motion:
    """What GPS knows about the car's accelerations, at the middle of neighbouring fixes.

    Attributes
    ----------
    time_us : ndarray, shape (n,)
    lateral_mps2, longitudinal_mps2 : ndarray, shape (n,)
        Left turn and speeding up positive [m/s2].
    """

    time_us: FloatArray
    lateral_mps2: FloatArray
    longitudinal_mps2: FloatArray


def motion_of(group: ChannelGroup) -> Motion | None:
    """Return the motion that speed and course of a GPS group show, or None without them."""
    speed, course = group.find("speed_mps"), group.find("course_rad")
    if speed is None or course is None or group.time_us.size < _LEAST_SAMPLES:
        return None
    runs = some_runs(group.time_us.size, _MOST_ROWS)
    time_us, speed_mps, course_rad = (
        values if runs is None else values[runs]
        for values in (group.time_us, speed.values, course.values)
    )
    v = np.asarray(speed_mps, dtype=np.float64)
    step_s = np.diff(time_us) * 1e-6
    turn = np.diff(np.asarray(course_rad, dtype=np.float64))
    turn = (turn + np.pi) % (2.0 * np.pi) - np.pi
    mean_v = 0.5 * (v[1:] + v[:-1])
    use = (
        (step_s > 0) & (step_s < _LONGEST_STEP_S) & np.isfinite(turn) & (mean_v > _LEAST_SPEED_MPS)
    )
    if int(use.sum()) < _LEAST_SAMPLES:
        return None
    rows = np.flatnonzero(use)
    rows = rows[:: max(1, rows.size // _MOST_SAMPLES)]
    return Motion(
        time_us=0.5 * (time_us[1:] + time_us[:-1])[rows].astype(np.float64),
        lateral_mps2=mean_v[rows] * turn[rows] / step_s[rows],
        longitudinal_mps2=np.diff(v)[rows] / step_s[rows],
    )


def check_signs(
    group: ChannelGroup, motion: Motion | None
) -> tuple[ChannelGroup, tuple[Notice, ...]]:
    """Return `group` with accelerations, yaw rate and steering in ISO 8855 signs, and notices.

    A channel that agrees stays; one that is mirrored is flipped with a notice; one that has nothing
    to do with the motion keeps the vendor's name, so that nothing is computed from it.
    """
    channels: list[Channel] = []
    notices: list[Notice] = []
    for channel in group.channels:
        checked, notice = _check(channel, group, motion)
        channels.append(checked)
        notices += [notice] if notice else []
    if not notices:
        return group, ()
    return replace(group, channels=tuple(channels)), tuple(notices)


def _check(
    channel: Channel, group: ChannelGroup, motion: Motion | None
) -> tuple[Channel, Notice | None]:
    if channel.name not in (*LEFT_POSITIVE, "accel_long_mps2"):
        return channel, None
    correlation = None if motion is None else _correlation(channel, group, motion)
    if correlation is None:
        return channel, Notice(
            code="sign_not_checked",
            severity=Severity.INFO,
            channel=channel.name,
            detail="the car turned or changed speed too little to prove the sign; taken as written",
        )
    if correlation < -_LEAST_CORRELATION:
        return _flipped(channel, correlation)
    if correlation < _LEAST_CORRELATION and channel.name != "steering_angle_rad":
        return _set_aside(channel, correlation)
    return channel, None


def _correlation(channel: Channel, group: ChannelGroup, motion: Motion) -> float | None:
    is_lateral = channel.name in LEFT_POSITIVE
    truth = motion.lateral_mps2 if is_lateral else motion.longitudinal_mps2
    least = _LEAST_TURNING_MPS2 if is_lateral else _LEAST_SPEEDING_MPS2
    stamps, measured = group.time_us, channel.values
    finite = np.isfinite(measured)
    if not finite.all():
        stamps, measured = stamps[finite], measured[finite]
    if stamps.size < _LEAST_SAMPLES:
        return None
    inside = (motion.time_us >= stamps[0]) & (motion.time_us <= stamps[-1])
    if int(inside.sum()) < _LEAST_SAMPLES or float(np.std(truth[inside])) < least:
        return None
    values = _at(motion.time_us[inside], stamps, measured)
    if float(np.ptp(values)) == 0.0:
        return None
    # Spikes of differenced GPS must not decide: the middle 98 % are compared.
    low, high = np.quantile(truth[inside], (0.01, 0.99))
    return float(np.corrcoef(values, np.clip(truth[inside], low, high))[0, 1])


def _at(time_us: FloatArray, stamps: IntArray, values: StoredArray) -> FloatArray:
    """Return values at a few instants, linear between samples; no array is converted whole."""
    after = np.clip(np.searchsorted(stamps, time_us.astype(np.int64)), 1, stamps.size - 1)
    before = after - 1
    share = (time_us - stamps[before]) / (stamps[after] - stamps[before])
    low, high = (values[at].astype(np.float64) for at in (before, after))
    return np.asarray(low + share * (high - low))


def _flipped(channel: Channel, correlation: float) -> tuple[Channel, Notice]:
    notice = Notice(
        code="sign_flipped",
        severity=Severity.REPAIRED,
        channel=channel.name,
        count=int(channel.values.size),
        detail=f"mirrored in the file (correlation {correlation:.2f} with the motion)",
    )
    return replace(channel, values=read_only(-channel.values)), notice


def _set_aside(channel: Channel, correlation: float) -> tuple[Channel, Notice]:
    notice = Notice(
        code="channel_contradicts_motion",
        severity=Severity.IGNORED,
        channel=channel.name,
        count=int(channel.values.size),
        detail=f"kept by its own name only (correlation {correlation:.2f} with the motion)",
    )
    return replace(channel, name=channel.vendor_name or f"{channel.name}_raw"), notice
