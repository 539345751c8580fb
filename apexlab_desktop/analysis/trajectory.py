"""From the channels of a raw session to the car's motion in one local plane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import geo, kinematics, outliers, timebase
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.gaps import Filling, hermite, plan_filling
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

UERE_PER_HDOP_M = 1.0
"""Slow ranging error of a consumer receiver per unit of horizontal DOP."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Samples:
    """Columns of the primary group on one time axis; shape (n,) each, NaN where missing."""

    time_s: FloatArray
    segment: IntArray
    x_m: FloatArray
    y_m: FloatArray
    speed_mps: FloatArray
    course_rad: FloatArray

    def take(self, index: IntArray | BoolArray) -> _Samples:
        return _Samples(
            time_s=self.time_s[index],
            segment=self.segment[index],
            x_m=self.x_m[index],
            y_m=self.y_m[index],
            speed_mps=self.speed_mps[index],
            course_rad=self.course_rad[index],
        )


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
        None when no group has position or speed.
    notices : tuple of Notice

    Raises
    ------
    InsufficientDataError
        If the time axis is so disordered that sorting it would invent a drive.
    """
    group = primary_group(raw)
    if group is None:
        absent = Notice(
            code="no_motion",
            severity=Severity.LOST,
            detail="the file has neither position nor speed",
        )
        return None, (absent,)
    return _Builder(raw, group, config).build()


def primary_group(raw: RawSession) -> ChannelGroup | None:
    """Return the group that carries the motion: with position and speed before less, then the most samples."""
    ranked = [(_rank(group), group) for group in raw.groups]
    usable = [item for item in ranked if item[0][0] > 0]
    return max(usable, key=lambda item: item[0])[1] if usable else None


def _rank(group: ChannelGroup) -> tuple[int, int, int]:
    n_speed = _n_finite(group, "speed_mps")
    n_position = max(min(_n_finite(group, a), _n_finite(group, b)) for a, b in _PLANE_NAMES)
    return (2 * (n_position > 0) + (n_speed > 0), max(n_position, n_speed), -len(group.channels))


_PLANE_NAMES = (("lat_deg", "lon_deg"), ("x_m", "y_m"))


def _n_finite(group: ChannelGroup, name: str) -> int:
    channel = group.find(name)
    return 0 if channel is None else int(np.count_nonzero(np.isfinite(channel.values)))


def _column(group: ChannelGroup, name: str) -> FloatArray:
    values = _optional(group, name)
    return np.full(group.time_us.size, np.nan) if values is None else values


def _optional(group: ChannelGroup, name: str) -> FloatArray | None:
    channel = group.find(name)
    if channel is None or not np.isfinite(channel.values).any():
        return None
    return channel.values.astype(np.float64)


class _Builder:
    """One pass over the primary group; collects notices on its way."""

    def __init__(self, raw: RawSession, group: ChannelGroup, config: AnalysisConfig) -> None:
        self.raw = raw
        self.group = group
        self.config = config
        self.notices: list[Notice] = []
        self.period_s = 1.0
        self.origin: tuple[float, float] | None = None
        self.has_position = False

    def build(self) -> tuple[Trajectory | None, tuple[Notice, ...]]:
        samples, kept = self._on_repaired_time(self._plane_columns())
        samples = self._without_missing(samples, kept)
        if samples.time_s.size < 2:
            self._note("too_few_samples", Severity.LOST, samples.time_s.size, "usable samples")
            return None, tuple(self.notices)
        samples = self._on_true_instants(samples)
        samples = self._without_outliers(samples)
        if samples.time_s.size < 2:
            return None, tuple(self.notices)
        samples = replace(
            samples,
            segment=timebase.segments(samples.time_s, self.period_s, self._breaks_s(), self.config),
        )
        is_derived, samples = self._with_velocity(samples)
        filling, samples = self._filled(samples)
        return self._trajectory(samples, filling, is_derived=is_derived), tuple(self.notices)

    def _note(
        self, code: str, severity: Severity, count: int, detail: str, at_s: FloatArray | None = None
    ) -> None:
        if count:
            first = float(at_s[0]) if at_s is not None and at_s.size else None
            last = float(at_s[-1]) if at_s is not None and at_s.size else None
            self.notices.append(
                Notice(
                    code=code,
                    severity=severity,
                    count=int(count),
                    detail=f"{count} {detail}",
                    first_s=first,
                    last_s=last,
                )
            )

    def _breaks_s(self) -> tuple[float, ...]:
        return tuple(us / 1e6 for us in self.raw.segment_starts_us)

    def _plane_columns(self) -> _Samples:
        lat_deg, lon_deg = _column(self.group, "lat_deg"), _column(self.group, "lon_deg")
        is_null_island = (lat_deg == 0.0) & (lon_deg == 0.0)
        lat_deg = np.where(is_null_island, np.nan, lat_deg)
        self.origin = geo.median_origin(lat_deg, lon_deg)
        if self.origin is not None:
            x_m, y_m = geo.to_local(lat_deg, lon_deg, *self.origin)
        else:
            x_m, y_m = _column(self.group, "x_m"), _column(self.group, "y_m")
        self.has_position = bool((np.isfinite(x_m) & np.isfinite(y_m)).any())
        return _Samples(
            time_s=self.group.time_s,
            segment=np.zeros(self.group.time_us.size, dtype=np.int64),
            x_m=x_m,
            y_m=y_m,
            speed_mps=_column(self.group, "speed_mps"),
            course_rad=_column(self.group, "course_rad"),
        )

    def _on_repaired_time(self, samples: _Samples) -> tuple[_Samples, IntArray]:
        repaired = timebase.repair(
            samples.time_s,
            samples.x_m,
            samples.y_m,
            rate_hz=self.group.rate_hz,
            breaks_s=self._breaks_s(),
            config=self.config,
        )
        self.notices.extend(repaired.notices)
        self.period_s = repaired.period_s if np.isfinite(repaired.period_s) else 1.0
        kept = samples.take(repaired.kept)
        return replace(kept, time_s=repaired.time_s, segment=repaired.segment), repaired.kept

    def _without_missing(self, samples: _Samples, kept: IntArray) -> _Samples:
        config = self.config
        if not self.has_position:
            return samples.take(np.isfinite(samples.speed_mps))
        n = samples.time_s.size
        fix_type, n_satellites, accuracy_m = (
            None if column is None else column[kept]
            for column in (
                _optional(self.group, "fix_type"),
                _optional(self.group, "n_satellites"),
                _optional(self.group, "position_accuracy_m"),
            )
        )
        absent = ~(np.isfinite(samples.x_m) & np.isfinite(samples.y_m))
        no_fix = outliers.no_fix(fix_type, n_satellites, n, config) & ~absent
        frozen = outliers.frozen(
            samples.time_s, samples.x_m, samples.y_m, samples.speed_mps, self.period_s, config
        )
        poor = outliers.poor_rows(accuracy_m, n_satellites, n, config)
        poor &= ~(absent | no_fix | frozen)
        at_s = samples.time_s
        self._note(
            "no_fix", Severity.LOST, np.count_nonzero(no_fix), "samples without a fix", at_s[no_fix]
        )
        self._note(
            "frozen_fixes",
            Severity.LOST,
            np.count_nonzero(frozen),
            "repeated positions at speed",
            at_s[frozen],
        )
        poor = self._judged_poor(poor, at_s)
        return samples.take(~(absent | no_fix | frozen | poor))

    def _judged_poor(self, poor: BoolArray, at_s: FloatArray) -> BoolArray:
        n_poor = int(np.count_nonzero(poor))
        if n_poor > self.config.quiet_drop_ratio * poor.size:
            self._note(
                "poor_fixes_kept",
                Severity.INFO,
                n_poor,
                "fixes of poor accuracy or few satellites, too many to leave out",
                at_s[poor],
            )
            return np.zeros(poor.size, dtype=np.bool_)
        self._note(
            "poor_fixes_dropped",
            Severity.REPAIRED,
            n_poor,
            "fixes of poor accuracy or few satellites left out",
            at_s[poor],
        )
        return poor

    def _on_true_instants(self, samples: _Samples) -> _Samples:
        """Return the samples on even instants where the motion agrees better with those."""
        even_s = timebase.retimed(samples.time_s, samples.segment, self.period_s, self.config)
        moved = even_s != samples.time_s
        if not moved.any() or not _fits_better(samples, even_s):
            return samples
        largest_ms = 1e3 * float(np.max(np.abs(even_s - samples.time_s)))
        self._note(
            "time_jitter_removed",
            Severity.REPAIRED,
            np.count_nonzero(moved),
            f"jittered instants made even (by up to {largest_ms:.1f} ms)",
            samples.time_s[moved],
        )
        return replace(samples, time_s=even_s)

    def _without_outliers(self, samples: _Samples) -> _Samples:
        config = self.config
        limit = config.max_accel_sim_mps2 if self.raw.is_sim else config.max_accel_road_mps2
        jumped = outliers.speed_spikes(samples.time_s, samples.speed_mps, limit)
        self._note(
            "speed_spikes",
            Severity.REPAIRED,
            np.count_nonzero(jumped),
            "impossible speeds",
            samples.time_s[jumped],
        )
        speed_mps = np.where(jumped, np.nan, samples.speed_mps)
        samples = replace(samples, speed_mps=_bridged(samples.time_s, speed_mps))
        if not self.has_position:
            return samples
        has_course = np.isfinite(samples.course_rad)
        velocity = None
        if (
            np.isfinite(samples.speed_mps).all()
            and np.count_nonzero(has_course) > 0.5 * has_course.size
        ):
            velocity = samples.speed_mps, kinematics.held_course(samples.course_rad)
        spikes = outliers.position_spikes(
            samples.time_s, samples.x_m, samples.y_m, velocity, self.period_s, config
        )
        n_spikes = int(np.count_nonzero(spikes))
        is_much = n_spikes > config.quiet_drop_ratio * spikes.size
        self._note(
            "position_spikes",
            Severity.LOST if is_much else Severity.REPAIRED,
            n_spikes,
            "positions that jumped and were left out",
            samples.time_s[spikes],
        )
        return samples.take(~spikes)

    def _with_velocity(self, samples: _Samples) -> tuple[bool, _Samples]:
        """Return whether the course comes from positions, and samples with speed and course."""
        if not self.has_position:
            return False, replace(samples, course_rad=kinematics.held_course(samples.course_rad))
        speed_mps, course_rad = samples.speed_mps, samples.course_rad
        no_speed = not np.isfinite(speed_mps).any()
        n_course = np.count_nonzero(np.isfinite(course_rad))
        is_derived = n_course < 0.5 * course_rad.size
        config = self.config
        if no_speed or n_course < course_rad.size:
            east, north = kinematics.velocity_from_position(
                samples.time_s,
                samples.x_m,
                samples.y_m,
                samples.segment,
                config.position_window_s if no_speed else config.derived_course_window_s,
            )
            over_ground_mps = np.hypot(east, north)
            direction = np.where(over_ground_mps > 1.0, np.arctan2(north, east), np.nan)
            speed_mps = np.where(np.isfinite(speed_mps), speed_mps, over_ground_mps)
            missing = np.ones(course_rad.size, np.bool_) if is_derived else ~np.isfinite(course_rad)
            course_rad = np.where(missing, direction, course_rad)
        else:
            is_derived = kinematics.is_course_from_positions(samples.x_m, samples.y_m, course_rad)
        if no_speed:
            self._note(
                "speed_derived", Severity.REPAIRED, speed_mps.size, "speeds derived from positions"
            )
        if is_derived:
            self._note(
                "course_derived", Severity.INFO, course_rad.size, "courses come from positions"
            )
        return is_derived, replace(
            samples, speed_mps=speed_mps, course_rad=kinematics.held_course(course_rad)
        )

    def _filled(self, samples: _Samples) -> tuple[Filling, _Samples]:
        longest_s = max(self.config.segment_gap_s, 2.5 * self.period_s)
        filling = plan_filling(samples.time_s, samples.segment, self.period_s, longest_s)
        n_new = int(np.count_nonzero(filling.is_new))
        self._note(
            "gaps_filled",
            Severity.REPAIRED,
            n_new,
            "missing samples filled in",
            filling.time_s[filling.is_new],
        )
        if not n_new:
            return filling, samples
        at_s = filling.time_s
        east = samples.speed_mps * np.cos(samples.course_rad)
        north = samples.speed_mps * np.sin(samples.course_rad)
        # Where a speed is all that is known there is no course to fill along.
        return filling, _Samples(
            time_s=at_s,
            segment=samples.segment[filling.left],
            x_m=hermite(samples.time_s, samples.x_m, east, filling.left, at_s),
            y_m=hermite(samples.time_s, samples.y_m, north, filling.left, at_s),
            speed_mps=np.interp(at_s, samples.time_s, samples.speed_mps),
            course_rad=np.interp(at_s, samples.time_s, samples.course_rad),
        )

    def _trajectory(self, samples: _Samples, filling: Filling, *, is_derived: bool) -> Trajectory:
        config = self.config
        width_s = config.derived_course_window_s if is_derived and not self.raw.is_sim else None
        motion = kinematics.from_velocity(
            samples.time_s,
            samples.speed_mps,
            samples.course_rad,
            samples.segment,
            width_s=width_s,
            config=config,
        )
        along, left = self._own_accelerations(samples.time_s, motion)
        unknown = filling.gap_s > config.smoother_gap_s
        if unknown.any():
            along, left = np.where(unknown, np.nan, along), np.where(unknown, np.nan, left)
        origin_lat_deg, origin_lon_deg = self.origin or (None, None)
        return Trajectory(
            time_s=read_only(samples.time_s),
            x_m=read_only(samples.x_m),
            y_m=read_only(samples.y_m),
            origin_lat_deg=origin_lat_deg,
            origin_lon_deg=origin_lon_deg,
            speed_mps=read_only(samples.speed_mps),
            course_rad=read_only(samples.course_rad),
            accel_long_mps2=read_only(along),
            accel_lat_mps2=read_only(left),
            curvature_per_m=read_only(np.where(unknown, np.nan, motion.curvature_per_m)),
            odometer_m=read_only(
                kinematics.odometer(
                    samples.time_s, samples.speed_mps, samples.x_m, samples.y_m, samples.segment
                )
            ),
            segment=read_only(samples.segment),
            is_interpolated=read_only(filling.is_new),
            rate_hz=1.0 / self.period_s,
            position_sigma_m=self._position_sigma(),
        )

    def _own_accelerations(
        self, time_s: FloatArray, motion: kinematics.Motion
    ) -> tuple[FloatArray, FloatArray]:
        """Return the simulator's accelerations where it recorded them, else those of the motion."""
        found = []
        for name, made in (
            ("accel_long_mps2", motion.accel_long_mps2),
            ("accel_lat_mps2", motion.accel_lat_mps2),
        ):
            own = _optional(self.group, name) if self.raw.is_sim else None
            if own is None:
                found.append(made)
                continue
            known = np.isfinite(own)
            found.append(np.interp(time_s, self.group.time_s[known], own[known]))
        return found[0], found[1]

    def _position_sigma(self) -> float:
        """Return the slow one-sigma error along the track [m]."""
        config = self.config
        if self.raw.is_sim:
            return config.sim_position_sigma_m
        accuracy_m = _optional(self.group, "position_accuracy_m")
        if accuracy_m is not None:
            # Receivers state the radius of both axes together.
            return max(float(np.nanmedian(accuracy_m)) / np.sqrt(2.0), 0.02)
        dop = _optional(self.group, "dop_horizontal")
        if dop is not None:
            return float(np.clip(UERE_PER_HDOP_M * np.nanmedian(dop) / np.sqrt(2.0), 0.3, 10.0))
        is_phone = self.period_s * kinematics.COARSE_RATE_HZ > 1.0
        return config.phone_position_sigma_m if is_phone else config.slow_position_sigma_m


def _bridged(time_s: FloatArray, values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if known.all() or not known.any():
        return values
    return np.interp(time_s, time_s[known], values[known])


def _fits_better(samples: _Samples, even_s: FloatArray) -> bool:
    """Return whether the steps of position agree better with the Doppler speed on `even_s`.

    Without both there is no evidence against the even grid of a fixed-rate receiver.
    """
    way_m = np.hypot(np.diff(samples.x_m), np.diff(samples.y_m))
    mean_mps = 0.5 * (samples.speed_mps[1:] + samples.speed_mps[:-1])
    is_moving = np.isfinite(way_m) & (mean_mps > 5.0)
    if np.count_nonzero(is_moving) < 20:
        return True
    off_noted, off_even = (
        float(np.median(np.abs(way_m - mean_mps * np.diff(t))[is_moving]))
        for t in (samples.time_s, even_s)
    )
    return off_even < off_noted
