"""The optimal lap on the line that a driver drove, with the grip that driver showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.driven_path import DrivenPath, flat_path
from apexlab_desktop.analysis.ggv_table import GgvTable
from apexlab_desktop.analysis.grip_envelope import GripEnvelope, envelope_of
from apexlab_desktop.analysis.grip_samples import GripSamples, averaged, grip_samples
from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.optimal_places import Places
from apexlab_desktop.analysis.optimal_profile import OptimalProfile, optimal_profile
from apexlab_desktop.analysis.road_height import road_grade
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    ComparedLap,
    Comparison,
    FloatArray,
    read_only,
)
from apexlab_desktop.analysis.vehicle_model import PointMass
from apexlab_desktop.errors import InsufficientDataError

SLOWER_S = 0.05
"""An optimal lap slower than the driven one by more than this is none (analysis.md 14)."""
_FASTER_MPS = 1.0
_CALIBRATION_QUANTILE = 0.98
_HELD_S = 0.5
"""The grip is raised by what was held so long, not by a peak."""
_MOST_RAISE = 1.2
"""A lap that seems to use more than this of its session's grip tells that the grip is not known."""
_LEAST_TIME_RATIO = 0.8
"""No driver whose grip it is is so much slower: a fifth of a lap is no technique."""
_MIN_RATE_HZ = 4.0
_CARRYING_CLASSES = ("A", "B", "C")
_MAX_HOLE_RATIO = 0.05
_BLEND_SPEED_MPS = 5.0
"""Slower, the bend of the line is taken instead of acceleration over squared speed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionOptimum:
    """The optimal lap of a session; arrays have shape (n,).

    Attributes
    ----------
    profile : OptimalProfile
        On the driven line of `lap_number`.
    lap_number : int
        The driver's best lap, whose line it is.
    places : Places
        The stations of the session's reference line that the arrays share.
    driven_speed_mps, driven_accel_long_mps2 : ndarray
        Of that lap [m/s, m/s2].
    driven_time_s : float
        Its time [s].
    samples : GripSamples
        What the laps of the session did.
    envelope : GripEnvelope or None
        The grip that was used; None with a car from a table.
    mu_source : str
        `driven`, `recalibrated`, or where the tyre's mu comes from.
    first_lap_time_s : float or None
        Optimal time before the grip was raised to what the driver proved [s]; None where it stood.
    is_valid : bool
    invalid_reasons : tuple of str
    """

    profile: OptimalProfile
    lap_number: int
    places: Places
    driven_speed_mps: FloatArray
    driven_accel_long_mps2: FloatArray
    driven_time_s: float
    samples: GripSamples
    envelope: GripEnvelope | None
    mu_source: str
    first_lap_time_s: float | None
    is_valid: bool
    invalid_reasons: tuple[str, ...]


def session_optimum(
    session: AnalysedSession,
    comparison: Comparison,
    car: PointMass | GgvTable | None = None,
    mu_source: str = "driven",
    *,
    corners: Sequence[Corner] = (),
) -> SessionOptimum:
    """Return the optimal lap on the line of the session's best lap.

    Parameters
    ----------
    session : AnalysedSession
    comparison : Comparison
        As `laps_at_places` gives it for that session.
    car : PointMass or GgvTable, optional
        The car and its tyres; without one the grip is what the laps of the session show.
    mu_source : str
        Where the grip of `car` comes from.
    corners : sequence of Corner
        Where the driver must not be faster than the optimal lap either.

    Raises
    ------
    InsufficientDataError
        If fixes are too slow or too poor, or the laps do not tell the grip.

    Notes
    -----
    The line is the best lap's own (algorithms.md 9.1), its bends the measured lateral acceleration
    over squared speed, its length the way the car drove. So the driven lap, put into the same
    equations, is itself again: a bend smoothed otherwise than the accelerations that tell the grip
    would make the driver look better or worse than the car.
    """
    _check_signal(session)
    grade = road_grade(session, comparison)
    lap = _best_of(comparison)
    samples = grip_samples(comparison, grade)
    path, speed = driven_path(comparison, lap, grade, window_s=samples.window_s)
    driven_s = official_time(lap.lap)
    places = Places(
        station_m=read_only(comparison.distance_m[: speed.size].copy()),
        length_m=float(comparison.distance_m[-1]),
        is_closed=path.is_closed,
    )
    judge = _Judge(places, speed, driven_s, corners)
    if car is None:
        limit = _own_limit(path, samples, lap, judge)
        mu_source = limit.envelope.mu_source if limit.envelope else mu_source
    else:
        limit = _Limit(optimal_profile(path, car, start_speed_mps=float(speed[0])))
    reasons = (*limit.doubts, *judge.doubts(limit.profile))
    return SessionOptimum(
        profile=limit.profile,
        lap_number=lap.lap.number,
        places=places,
        driven_speed_mps=read_only(speed),
        driven_accel_long_mps2=read_only(_filled(lap.channels["accel_long_mps2"])[: speed.size]),
        driven_time_s=driven_s,
        samples=samples,
        envelope=limit.envelope,
        mu_source=mu_source,
        first_lap_time_s=limit.first_lap_time_s,
        is_valid=not reasons,
        invalid_reasons=reasons,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Limit:
    """An optimal lap, the grip it was made with, and its time before that grip was raised."""

    profile: OptimalProfile
    envelope: GripEnvelope | None = None
    first_lap_time_s: float | None = None
    doubts: tuple[str, ...] = ()


def _own_limit(path: DrivenPath, samples: GripSamples, lap: ComparedLap, judge: _Judge) -> _Limit:
    """Return the optimal lap with the grip of the session's own laps.

    Where the driver was faster than it, the grip was not all in the envelope: it is raised once to
    what that lap held (analysis.md 14), unless that is more than a session's grip can be missing.
    """
    envelope = envelope_of(samples)
    start_mps = float(judge.speed_mps[0])
    doubts = envelope.doubts(len(samples.lap_numbers))
    first = optimal_profile(path, envelope.table(), start_speed_mps=start_mps)
    if not judge.is_ahead(first):
        return _Limit(first, envelope, doubts=doubts)
    grip = _proved(samples, lap, envelope)
    if grip > _MOST_RAISE:
        beyond = f"the driven lap used {grip:.2f} times the grip that its session shows"
        return _Limit(first, envelope, doubts=(*doubts, beyond))
    raised = envelope.scaled(grip, "recalibrated")
    again = optimal_profile(path, raised.table(), start_speed_mps=start_mps)
    return _Limit(again, raised, first.lap_time_s, doubts)


def driven_path(
    comparison: Comparison,
    lap: ComparedLap,
    grade_rad: FloatArray | None = None,
    *,
    window_s: float = 0.0,
) -> tuple[DrivenPath, FloatArray]:
    """Return the path of a lap at the stations of a comparison, and its speed there.

    Parameters
    ----------
    comparison : Comparison
    lap : ComparedLap
        One of its laps.
    grade_rad : ndarray, shape (n_grid,), optional
        Slope of the road, up positive [rad].
    window_s : float
        Over which bends are averaged, as the accelerations that tell the grip were [s].

    Returns
    -------
    path : DrivenPath
        With n points; one less than stations where the line is closed.
    speed_mps : ndarray, shape (n,)
        [m/s]
    """
    line = comparison.line
    if line is None:
        raise InsufficientDataError(
            expected="positions, to know the line", found="none", advice="Record with GPS."
        )
    speed, across = (_filled(lap.channels[name]) for name in ("speed_mps", "accel_lat_mps2"))
    time_s = _filled(lap.time_s)
    across = averaged(across[None], time_s[None], window_s)[0]
    bend = np.interp(comparison.distance_m, line.station_m, line.curvature_per_m)
    slow = (speed < _BLEND_SPEED_MPS) | ~np.isfinite(lap.channels["accel_lat_mps2"])
    bend = np.where(slow, bend, across / np.maximum(speed, _BLEND_SPEED_MPS) ** 2)
    step = np.diff(time_s) * 0.5 * (speed[1:] + speed[:-1])
    n = speed.size - 1 if line.is_closed else speed.size
    path = flat_path(
        np.maximum(step, 1e-3),
        bend[:n],
        is_closed=line.is_closed,
        grade_rad=0.0 if grade_rad is None else grade_rad[:n],
    )
    return path, speed[:n]


def _check_signal(session: AnalysedSession) -> None:
    rate_hz = session.trajectory.rate_hz if session.trajectory is not None else 0.0
    if rate_hz < _MIN_RATE_HZ:
        raise InsufficientDataError(
            expected=f"at least {_MIN_RATE_HZ:g} fixes per second, to see the grip",
            found=f"{rate_hz:.3g}",
            advice="Record with an external receiver.",
        )
    if session.quality.signal_class not in _CARRYING_CLASSES:
        raise InsufficientDataError(
            expected="a signal of class A to C",
            found=f"class {session.quality.signal_class}",
            advice="Record with an external receiver that has a clear view of the sky.",
        )


def _best_of(comparison: Comparison) -> ComparedLap:
    """Return the fastest lap that is known nearly everywhere, a clean one where there is any."""
    whole = [
        lap
        for lap in comparison.laps
        if float(np.mean(np.isnan(lap.channels["speed_mps"]))) <= _MAX_HOLE_RATIO
    ]
    chosen = [lap for lap in whole if lap.lap.is_clean] or whole
    if not chosen:
        raise InsufficientDataError(
            expected="a lap without long dropouts", found="none among the timed laps"
        )
    return min(chosen, key=lambda lap: official_time(lap.lap))


def _filled(values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    places = np.arange(values.size)
    return np.interp(places, places[known], values[known])


@dataclass(frozen=True, slots=True, eq=False)
class _Judge:
    """The driven lap, which no optimal one may be slower than, nor faster beyond belief."""

    places: Places
    speed_mps: FloatArray
    driven_s: float
    corners: Sequence[Corner]

    def doubts(self, profile: OptimalProfile) -> tuple[str, ...]:
        """Return why a profile cannot be the optimal lap (analysis.md 14)."""
        reasons = list(self._slower(profile))
        if profile.lap_time_s < _LEAST_TIME_RATIO * self.driven_s:
            share = 1.0 - profile.lap_time_s / self.driven_s
            reasons.append(
                f"the optimal lap is {share:.0%} shorter than the driven one: "
                "the grip cannot be right"
            )
        return tuple(reasons)

    def is_ahead(self, profile: OptimalProfile) -> bool:
        """Return whether the driver is faster than a profile, in all or through a corner."""
        return next(self._slower(profile), None) is not None

    def _slower(self, profile: OptimalProfile) -> Iterator[str]:
        behind_s = profile.lap_time_s - self.driven_s
        if behind_s > SLOWER_S:
            yield f"the driven lap is {behind_s:.2f} s faster than the optimal one"
        step = np.resize(profile.path.step_m, self.speed_mps.size)
        lost_s = step / np.maximum(self.speed_mps, 0.1) - step / profile.speed_mps
        for corner in self.corners:
            zone = self.places.between(corner.entry_m, corner.exit_m)
            ahead = float(self.speed_mps[zone].min() - profile.speed_mps[zone].min())
            if ahead > _FASTER_MPS and float(lost_s[zone].sum()) <= 0.0:
                yield f"the driver is {ahead:.1f} m/s faster through corner {corner.number}"


def _proved(samples: GripSamples, lap: ComparedLap, envelope: GripEnvelope) -> float:
    """Return how much of the envelope the driver held where the grip limits, at least 1."""
    row = samples.lap_numbers.index(lap.lap.number)
    speed, along, across, weight = (
        values[row]
        for values in (
            samples.speed_mps, samples.accel_long_mps2, samples.accel_lat_mps2, samples.weight_s,
        )
    )  # fmt: skip
    known = (weight > 0.0) & (speed > _BLEND_SPEED_MPS)
    use = envelope.use_of(speed[known], along[known], across[known])
    held = averaged(use[None], np.cumsum(weight[known])[None], _HELD_S)[0]
    held = held[np.isfinite(held)]
    return max(1.0, float(np.quantile(held, _CALIBRATION_QUANTILE))) if held.size else 1.0
