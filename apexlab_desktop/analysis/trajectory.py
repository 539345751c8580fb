"""From the channels of a raw session to the car's motion in one local plane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis import (
    fix_cleaning,
    fusion,
    imu,
    kinematics,
    motion_source,
    timebase,
)
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.gaps import Filling, hermite, plan_filling
from apexlab_desktop.analysis.geo import unwrapped
from apexlab_desktop.analysis.motion_source import MotionSamples, Receipt
from apexlab_desktop.analysis.order_statistics import usual_step
from apexlab_desktop.analysis.types import (
    BoolArray,
    ChannelGroup,
    FloatArray,
    IntArray,
    Notice,
    RawSession,
    Severity,
    Trajectory,
    read_only,
)

MIN_DIRECTED_SPEED_MPS = 1.0
"""Below this, positions give no direction."""
SLOW_WINDOW_RATIO = 1.5
"""Fixes whose velocity must be differentiated over that much more than the usual are slow."""


def build(
    raw: RawSession, config: AnalysisConfig = DEFAULT_CONFIG
) -> tuple[Trajectory | None, tuple[Notice, ...]]:
    """Return the motion of the car, and what had to be repaired for it.

    Parameters
    ----------
    raw : RawSession
        GPS groups hold true fixes only.
    config : AnalysisConfig

    Returns
    -------
    trajectory : Trajectory or None
        None when no group has at least two usable samples of position or speed.
    notices : tuple of Notice

    Raises
    ------
    InsufficientDataError
        If the time axis is so disordered that sorting it would invent a drive.
    """
    group = motion_source.primary_group(raw)
    if group is None:
        detail = "the file has neither position nor speed"
        return None, (Notice(code="no_motion", severity=Severity.LOST, detail=detail),)
    receipt = Receipt()
    columns, origin = motion_source.columns(group)
    if motion_source.speed_is_contradicted(raw, group):
        columns = replace(columns, speed_mps=np.full_like(columns.speed_mps, np.nan))
    samples, period_s = _clean(raw, group, columns, receipt, config)
    if samples.time_s.size < 2:
        detail = f"{samples.time_s.size} usable samples of position or speed"
        too_few = Notice(code="too_few_samples", severity=Severity.LOST, count=1, detail=detail)
        return None, (*receipt.notices, too_few)
    has_speed = float(np.mean(np.isfinite(samples.speed_mps))) > 0.5
    samples, is_derived = _with_velocity(samples, receipt, config)
    samples, filling = _filled(samples, period_s, receipt, config)
    width_s = config.derived_course_window_s if is_derived and not raw.is_sim else None
    motion = _motion(samples, width_s, config)
    unknown = filling.gap_s > config.smoother_gap_s
    if raw.is_sim:
        motion = _with_recorded(motion, group, samples)
    elif samples.has_position:
        samples, motion, unknown = _with_body(
            raw, samples, filling, motion, width_s, receipt, config
        )
    motion = motion.hidden_where(unknown)
    sigma_m = motion_source.position_sigma(group, period_s, is_sim=raw.is_sim, config=config)
    return (
        _assembled(
            samples,
            motion,
            filling,
            origin,
            rate_hz=round(1.0 / period_s, 6),
            sigma_m=sigma_m,
            is_measured=has_speed and not is_derived,
        ),
        tuple(receipt.notices),
    )


def _clean(
    raw: RawSession,
    group: ChannelGroup,
    samples: MotionSamples,
    receipt: Receipt,
    config: AnalysisConfig,
) -> tuple[MotionSamples, float]:
    """Return samples that can be true, on true instants, and their usual distance [s]."""
    breaks_s = tuple(us / 1e6 for us in raw.segment_starts_us)
    repaired = timebase.repair(
        samples.time_s,
        samples.x_m,
        samples.y_m,
        rate_hz=group.rate_hz,
        breaks_s=breaks_s,
        config=config,
    )
    receipt.notices.extend(repaired.notices)
    period_s = repaired.period_s if np.isfinite(repaired.period_s) else 1.0
    samples = replace(samples.take(repaired.kept), time_s=repaired.time_s, segment=repaired.segment)
    samples = fix_cleaning.without_missing(samples, group, repaired.kept, period_s, receipt, config)
    if samples.time_s.size < 2:
        return samples, period_s
    samples = fix_cleaning.on_true_instants(samples, period_s, receipt, config)
    sigma_m = motion_source.position_sigma(group, period_s, is_sim=raw.is_sim, config=config)
    limit = config.max_accel_sim_mps2 if raw.is_sim else config.max_accel_road_mps2
    samples = fix_cleaning.without_outliers(
        samples, period_s, receipt, max_accel_mps2=limit, sigma_m=sigma_m, config=config
    )
    segment = timebase.segments(samples.time_s, period_s, breaks_s, config)
    return replace(samples, segment=segment), period_s


def _with_velocity(
    samples: MotionSamples, receipt: Receipt, config: AnalysisConfig
) -> tuple[MotionSamples, bool]:
    """Return samples with speed and course, and whether the course comes from positions."""
    has_speed = np.isfinite(samples.speed_mps)
    has_course = np.isfinite(samples.course_rad)
    if not samples.has_position:
        return replace(samples, course_rad=kinematics.held_course(samples.course_rad)), False
    if has_speed.all() and has_course.all():
        is_derived = kinematics.is_course_from_positions(
            samples.x_m, samples.y_m, samples.course_rad
        )
        course_rad = unwrapped(samples.course_rad)
        return replace(samples, course_rad=course_rad), is_derived
    is_derived = bool(np.count_nonzero(has_course) < 0.5 * has_course.size)
    if is_derived:
        has_course = np.zeros(has_course.size, dtype=np.bool_)
    samples = _completed(samples, has_speed, has_course, config)
    missing = samples.time_s[~has_speed]
    receipt.note("speed_derived", Severity.REPAIRED, missing, "speeds derived from positions")
    if is_derived:
        detail = "courses derived from positions"
        receipt.note("course_derived", Severity.REPAIRED, samples.time_s, detail)
    return samples, is_derived


def _completed(
    samples: MotionSamples,
    has_speed: np.typing.NDArray[np.bool_],
    has_course: np.typing.NDArray[np.bool_],
    config: AnalysisConfig,
) -> MotionSamples:
    width_s = config.derived_course_window_s if has_speed.all() else config.position_window_s
    east_mps, north_mps = kinematics.velocity_from_position(
        samples.time_s, samples.x_m, samples.y_m, samples.segment, width_s
    )
    over_ground_mps = np.hypot(east_mps, north_mps)
    is_directed = over_ground_mps > MIN_DIRECTED_SPEED_MPS
    direction_rad = np.where(is_directed, np.arctan2(north_mps, east_mps), np.nan)
    course_rad = np.where(has_course, samples.course_rad, direction_rad)
    return replace(
        samples,
        speed_mps=np.where(has_speed, samples.speed_mps, over_ground_mps),
        course_rad=kinematics.held_course(course_rad),
    )


def _filled(
    samples: MotionSamples, period_s: float, receipt: Receipt, config: AnalysisConfig
) -> tuple[MotionSamples, Filling]:
    longest_s = timebase.longest_step(period_s, config)
    filling = plan_filling(samples.time_s, samples.segment, period_s, longest_s)
    new = np.flatnonzero(filling.is_new)
    at_s, left = filling.time_s[new], filling.left[new]
    receipt.note("gaps_filled", Severity.REPAIRED, at_s, "missing samples filled in")
    if not new.size:
        return samples, filling
    made = _between(samples, left, at_s)
    filled = {name: getattr(samples, name).take(filling.left) for name in made}
    for name, values in made.items():
        filled[name][new] = values
    segment = samples.segment.take(filling.left)
    return MotionSamples(time_s=filling.time_s, segment=segment, **filled), filling


def _between(samples: MotionSamples, left: IntArray, at_s: FloatArray) -> dict[str, FloatArray]:
    """Return samples at instants `at_s` after the known ones at `left`."""
    # Few are missing: only the known ones beside them are looked at.
    beside = np.unique(np.concatenate((left, left + 1)))
    time_s, x_m, y_m, speed_mps, course_rad = (
        getattr(samples, name)[beside]
        for name in ("time_s", "x_m", "y_m", "speed_mps", "course_rad")
    )
    left = np.searchsorted(beside, left)
    return {
        "x_m": hermite(time_s, x_m, speed_mps * np.cos(course_rad), left, at_s),
        "y_m": hermite(time_s, y_m, speed_mps * np.sin(course_rad), left, at_s),
        "speed_mps": np.interp(at_s, time_s, speed_mps),
        "course_rad": np.interp(at_s, time_s, course_rad),
    }


def _motion(
    samples: MotionSamples, width_s: float | None, config: AnalysisConfig
) -> kinematics.Motion:
    return kinematics.from_velocity(
        samples.time_s,
        samples.speed_mps,
        samples.course_rad,
        samples.segment,
        width_s=width_s,
        config=config,
    )


def _with_body(
    raw: RawSession,
    samples: MotionSamples,
    filling: Filling,
    motion: kinematics.Motion,
    width_s: float | None,
    receipt: Receipt,
    config: AnalysisConfig,
) -> tuple[MotionSamples, kinematics.Motion, BoolArray]:
    """Return samples, motion and what stays unknown, with an accelerometer where it is needed.

    It is over dropouts, and where slow fixes cannot show how quickly accelerations change.
    """
    unknown = filling.gap_s > config.smoother_gap_s
    n_window = kinematics.motion_window(samples.time_s, width_s or config.velocity_window_s)
    period_s = usual_step(samples.time_s)
    is_slow = n_window * period_s > SLOW_WINDOW_RATIO * config.velocity_window_s
    if not is_slow and not unknown.any():
        return samples, motion, unknown
    known = motion.hidden_where(unknown)
    reference = imu.Reference(
        time_s=samples.time_s,
        speed_mps=samples.speed_mps,
        accel_long_mps2=known.accel_long_mps2,
        accel_lat_mps2=known.accel_lat_mps2,
        period_s=period_s,
        n_window=n_window,
    )
    body = imu.aligned(raw, reference, config)
    if body is None:
        return samples, motion, unknown
    samples, sigma_m = fusion.bridged(samples, filling.is_new, body)
    is_bridged = np.isfinite(sigma_m)
    if is_bridged.any():
        motion = _motion(samples, width_s, config)
        worst_m = float(np.nanmax(sigma_m))
        detail = f"missing samples bridged by the accelerometer, to about {worst_m:.2f} m"
        receipt.note("dropouts_bridged", Severity.REPAIRED, samples.time_s[is_bridged], detail)
    if is_slow:
        motion = fusion.refined(
            motion, samples.time_s, body, n_window=n_window, period_s=period_s, config=config
        )
        detail = "accelerations refined by the accelerometer, in the frame of the body"
        receipt.note("accelerations_refined", Severity.INFO, samples.time_s, detail)
    return samples, motion, unknown & ~is_bridged


def _with_recorded(
    motion: kinematics.Motion, group: ChannelGroup, samples: MotionSamples
) -> kinematics.Motion:
    """Return the motion with the simulator's own accelerations where it recorded them."""
    along, left = motion_source.recorded_accelerations(group, samples.time_s)
    return replace(
        motion,
        accel_long_mps2=motion.accel_long_mps2 if along is None else along,
        accel_lat_mps2=motion.accel_lat_mps2 if left is None else left,
    )


def _assembled(
    samples: MotionSamples,
    motion: kinematics.Motion,
    filling: Filling,
    origin: tuple[float, float] | None,
    *,
    rate_hz: float,
    sigma_m: float,
    is_measured: bool,
) -> Trajectory:
    odometer_m = kinematics.odometer(
        samples.time_s, samples.speed_mps, samples.x_m, samples.y_m, samples.segment
    )
    return Trajectory(
        time_s=read_only(samples.time_s),
        x_m=read_only(samples.x_m),
        y_m=read_only(samples.y_m),
        origin_lat_deg=None if origin is None else origin[0],
        origin_lon_deg=None if origin is None else origin[1],
        speed_mps=read_only(samples.speed_mps),
        course_rad=read_only(samples.course_rad),
        accel_long_mps2=read_only(motion.accel_long_mps2),
        accel_lat_mps2=read_only(motion.accel_lat_mps2),
        curvature_per_m=read_only(motion.curvature_per_m),
        odometer_m=read_only(odometer_m),
        segment=read_only(samples.segment),
        is_interpolated=read_only(filling.is_new),
        rate_hz=rate_hz,
        position_sigma_m=sigma_m,
        is_velocity_measured=is_measured,
    )
