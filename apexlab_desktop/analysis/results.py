"""What the analysis finds: motion, laps, quality, lines, traces and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apexlab_desktop.analysis.arrays import BoolArray, FloatArray, IntArray
from apexlab_desktop.analysis.recording import Notice, RawSession, StartLine


class LapKind(StrEnum):
    """What a lap is (`kind` in JSON)."""

    OUT = "out"
    TIMED = "timed"
    IN = "in"
    PARTIAL = "partial"


class BoundaryReason(StrEnum):
    """Why a lap begins or ends where it does."""

    CROSSING = "crossing"
    """Interpolated crossing of the start/finish line."""
    VENDOR = "vendor"
    """The file's own marker or lap number."""
    RECORDING_EDGE = "recording_edge"
    SEGMENT_BREAK = "segment_break"
    USER = "user"
    LAUNCH = "launch"
    """The first launch from rest of a drive that passes no place twice."""
    SLOW_DOWN = "slow_down"
    """The last slow-down of such a drive."""

    @property
    def is_timed(self) -> bool:
        """Whether the lap begins or ends there; else the recording does."""
        return self not in (BoundaryReason.RECORDING_EDGE, BoundaryReason.SEGMENT_BREAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One lap, half-open `[start_s, end_s)`.

    Attributes
    ----------
    number : int
        The file's own number where it has one, else 1..n.
    kind : LapKind
    start_s, end_s : float
        Session time of the boundaries [s].
    lap_time_s : float or None
        Only for laps with both crossings. As the file states it, where it does; a simulator's own
        time may differ from `end_s - start_s` by a millisecond, since it marks the line at whole
        ticks. It is the time that is shown and compared [s].
    lap_time_sigma_s : float or None
        One sigma of the lap time from the position noise [s].
    length_m : float or None
        Driven length [m].
    is_valid, is_clean : bool
        Spec analysis.md section 4, column Ours.
    start_reason, end_reason : BoundaryReason
    reasons : tuple of str
        Words why a lap does not count: `gap`, `pit`, `slow`, `invalid`, `length`, `stopped`,
        `timing_uncertain`, ...; without a time `no_start_crossing`, `no_end_crossing`,
        `recording_paused` or `incomplete`. Never empty for a lap that is not valid.
    """

    number: int
    kind: LapKind
    start_s: float
    end_s: float
    lap_time_s: float | None
    lap_time_sigma_s: float | None = None
    length_m: float | None
    is_valid: bool
    is_clean: bool
    start_reason: BoundaryReason
    end_reason: BoundaryReason
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trajectory:
    """The car's motion on its true fixes, repaired, in one local plane.

    All arrays have shape (n,), are read-only and share `time_s`, which strictly increases.

    Attributes
    ----------
    time_s : ndarray
        Session time [s].
    x_m, y_m : ndarray
        East and north of the origin [m]; NaN where there is no position.
    origin_lat_deg, origin_lon_deg : float or None
        Origin of the plane; None for sims without latitude and longitude.
    speed_mps : ndarray
        Doppler (or sim) speed [m/s].
    course_rad : ndarray
        Direction of motion, counter-clockwise from east, unwrapped [rad].
    accel_long_mps2, accel_lat_mps2 : ndarray
        From the velocity vector; left turn positive [m/s2].
    curvature_per_m : ndarray
        Left positive; NaN below 5 m/s [1/m].
    odometer_m : ndarray
        Integral of speed since the first sample [m].
    segment : ndarray of int64
        Index of the uninterrupted stretch a sample belongs to.
    is_interpolated : ndarray of bool
        Filled in over a short dropout.
    rate_hz : float
        True fix rate [Hz].
    position_sigma_m : float
        Estimated slow one-sigma error of position along the track [m].
    is_velocity_measured : bool
        Speed and course come from the receiver's Doppler, not from positions.
    """

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    origin_lat_deg: float | None
    origin_lon_deg: float | None
    speed_mps: FloatArray
    course_rad: FloatArray
    accel_long_mps2: FloatArray
    accel_lat_mps2: FloatArray
    curvature_per_m: FloatArray
    odometer_m: FloatArray
    segment: IntArray
    is_interpolated: BoolArray
    rate_hz: float
    position_sigma_m: float
    is_velocity_measured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMetric:
    """One measured property of the data and its score."""

    name: str
    value: float | None
    score: float | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuality:
    """Quality of a session's data (analysis.md section 3, algorithms.md 1.7).

    Attributes
    ----------
    score : float or None
        0 to 100.
    grade : str
        `A` to `F`, or `none`.
    signal_class : str
        `A` to `D`: what the data can carry.
    metrics : tuple of QualityMetric
    reasons : tuple of str
        Why there is no score, or what lowers it.
    """

    score: float | None
    grade: str
    signal_class: str
    metrics: tuple[QualityMetric, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReferenceLine:
    """Closed (or open) line that gives every lap its stations.

    Attributes
    ----------
    station_m : ndarray, shape (n,)
        0, 0.7, 1.4 ... and the end point `length_m` [m].
    x_m, y_m : ndarray, shape (n,)
        Local plane [m].
    heading_rad : ndarray, shape (n,)
        Unwrapped direction [rad].
    curvature_per_m : ndarray, shape (n,)
        Left positive [1/m].
    length_m : float
    is_closed : bool
    origin_lat_deg, origin_lon_deg : float or None
    position_sigma_m : float or None
        Slow position error of the receiver, one sigma per axis, as its own laps scatter [m].
    """

    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    length_m: float
    is_closed: bool
    origin_lat_deg: float | None
    origin_lon_deg: float | None
    position_sigma_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapTrace:
    """One lap as a function of its station on the reference line.

    Arrays have shape (m,) and are read-only; the first sample is the start crossing, the last the
    end crossing.

    Attributes
    ----------
    station_m : ndarray
        Strictly increasing, 0 to the reference length [m].
    time_s : ndarray
        Since the lap's own start crossing [s].
    session_time_s : ndarray
        Session time of the same samples [s].
    lateral_offset_m : ndarray
        Left of the reference line positive; NaN where unknown [m].
    station_sigma_m : float
        One sigma of the position along the line [m].
    fast_sigma_m : float
        The part of it that changes within seconds; the rest drifts [m].
    fix_sigma_m : float
        Slow error of the fixes at both crossings that the stations no longer have [m].
    method : str
        `projection`, `sim_distance` or `normalised_odometer`.
    """

    station_m: FloatArray
    time_s: FloatArray
    session_time_s: FloatArray
    lateral_offset_m: FloatArray
    station_sigma_m: float
    method: str
    fast_sigma_m: float = 0.0
    fix_sigma_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ComparedLap:
    """A lap on the shared grid of a comparison; arrays have shape (n_grid,).

    Attributes
    ----------
    label : str
        For people, e.g. `7` or `7 (14 Jun)`.
    lap : Lap
    gap_s : float
        Lap time minus the reference's [s].
    time_s : ndarray
        Since the lap's start [s]; NaN inside a dropout of over 2 s, as are all others.
    delta_t_s, delta_t_sigma_s : ndarray
        Time later than the reference at the same place, positive = slower, and its one sigma [s].
    channels : mapping of str to ndarray
        Catalogue name to values on the grid: always `speed_mps`, `accel_lat_mps2`,
        `accel_long_mps2`, `x_m`, `y_m`, `lateral_offset_m` (NaN where unknown), plus pedals,
        gear, engine speed and steering when present.
    """

    label: str
    lap: Lap
    gap_s: float
    time_s: FloatArray
    delta_t_s: FloatArray
    delta_t_sigma_s: FloatArray
    channels: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Comparison:
    """Laps at the same places.

    Attributes
    ----------
    reference_index : int
        Index into `laps` of the reference.
    distance_m : ndarray, shape (n_grid,)
        Grid of the reference line: 0, 0.7 ... and the end point [m].
    line : ReferenceLine or None
        None when the laps have no position.
    laps : tuple of ComparedLap
        In the order asked for.
    closure_error_s : float
        Largest difference between the delta at the line and the difference of lap times [s].
    notices : tuple of Notice
    lags_s : mapping of str to float
        How late groups of the reference's session are, by name, as `latency.channel_lags` has it.
    """

    reference_index: int
    distance_m: FloatArray
    line: ReferenceLine | None
    laps: tuple[ComparedLap, ...]
    closure_error_s: float
    notices: tuple[Notice, ...] = ()
    lags_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AnalysedSession:
    """A raw session with its trajectory, laps and quality.

    Attributes
    ----------
    raw : RawSession
    trajectory : Trajectory or None
        None when the file has neither position nor speed.
    start_line : StartLine or None
        The line the laps were split with (declared, given, or found), None when the file's own
        markers were used.
    laps : tuple of Lap
    best_lap : Lap or None
        Fastest clean lap; on a tie the earlier.
    quality : DataQuality
    notices : tuple of Notice
        Receipt of importer and analysis together.
    """

    raw: RawSession
    trajectory: Trajectory | None
    start_line: StartLine | None
    laps: tuple[Lap, ...]
    best_lap: Lap | None
    quality: DataQuality
    notices: tuple[Notice, ...]
