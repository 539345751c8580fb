"""Quasi-steady speed along the driven path, then rounded so that the jerk stays human."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.vehicles import Vehicle

GRAVITY_MPS2 = 9.80665
AIR_DENSITY_KGPM3 = 1.225
CRAWL_MPS = 2.0
"""Least speed of a moving car; stops are joined to it in closed form."""
_NO_LIMIT_MPS = 150.0
_DOWN_SHIFT_SHARE = 0.85
"""Share of a gear's top speed below which the driver goes back into it."""
_LABEL_STEP_S = 0.01
_MOST_WIDENINGS = 8
_SHORT_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Road:
    """What the speed depends on at each point; arrays have shape (n,).

    Attributes
    ----------
    path_m : ndarray
        Distance along the driven path [m].
    curvature_per_m : ndarray
        Of the driven path [1/m].
    slope : ndarray
        Tangent of the grade, up positive.
    vertical_per_m : ndarray
        Vertical curvature, dip positive [1/m].
    bank_rad : ndarray
        Cross slope that helps left turns [rad].
    grip : ndarray
        Factor on the vehicle's grip: driver, tyre wear, place.
    mass : ndarray
        Factor on the vehicle's mass.
    """

    path_m: FloatArray
    curvature_per_m: FloatArray
    slope: FloatArray
    vertical_per_m: FloatArray
    bank_rad: FloatArray
    grip: FloatArray
    mass: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Coefficients of the equations of motion at each point, shape (n,) each.

    Accelerations per mass with v2 the square of the speed: demand across `v2 * lateral - tilt`,
    normal load `weight + v2 * load`, climb `climb`, drag `v2 * drag`, power `power / v`.
    """

    step_m: FloatArray
    grip: FloatArray
    lateral: FloatArray
    tilt: FloatArray
    weight: FloatArray
    load: FloatArray
    climb: FloatArray
    drag: FloatArray
    power: FloatArray


def limits_of(road: Road, vehicle: Vehicle) -> Limits:
    """Return the coefficients of algorithms.md 9.1 for each point of the road."""
    mass = vehicle.mass_kg * road.mass
    cos_grade = 1.0 / np.hypot(1.0, road.slope)
    cos_bank, sin_bank = np.cos(road.bank_rad), np.sin(road.bank_rad)
    half_air = 0.5 * AIR_DENSITY_KGPM3 / mass
    return Limits(
        step_m=np.diff(road.path_m, append=road.path_m[-1]),
        grip=vehicle.grip * road.grip,
        lateral=road.curvature_per_m * cos_bank,
        tilt=GRAVITY_MPS2 * sin_bank,
        weight=GRAVITY_MPS2 * cos_grade * cos_bank,
        load=road.curvature_per_m * sin_bank
        + road.vertical_per_m * cos_bank
        + half_air * vehicle.lift_area_m2,
        climb=GRAVITY_MPS2 * road.slope * cos_grade,
        drag=half_air * vehicle.drag_area_m2,
        power=vehicle.power_w / mass,
    )


def cornering_speed(limits: Limits) -> FloatArray:
    """Return the largest speed at which the tyres hold the path, shape (n,) [m/s].

    Closed form of `v2 |k| cos b - g sin b <= mu (weight + v2 load)`.
    """
    sign = np.where(limits.lateral >= 0, 1.0, -1.0)
    need = np.abs(limits.lateral) - limits.grip * limits.load
    have = limits.grip * limits.weight + sign * limits.tilt
    held = np.sqrt(np.maximum(have, 0.1) / np.maximum(need, 1e-9))
    return np.asarray(np.where(need > 1e-9, held, _NO_LIMIT_MPS), dtype=np.float64)


def solve_speed(
    limits: Limits,
    vehicle: Vehicle,
    cap_mps: FloatArray,
    *,
    trail_depth: float = 1.0,
    shift_gap_s: float = 0.0,
) -> FloatArray:
    """Return the fastest speed below `cap_mps` that grip, power and brakes allow, shape (n,).

    Parameters
    ----------
    limits : Limits
    vehicle : Vehicle
    cap_mps : ndarray, shape (n,)
    trail_depth : float
        Share of the brake that the driver keeps while the car turns: 1 brakes along the edge of
        the ellipse down to the apex, 0 releases in proportion to the lateral grip in use.
    shift_gap_s : float
        Time without power at each change up [s].
    """
    square = np.square(np.minimum(cap_mps, cornering_speed(limits)))
    shifts = _Shifts(vehicle.gear_speeds_mps, shift_gap_s) if shift_gap_s > 0.0 else None
    forward = _sweep(limits, vehicle, square.tolist(), is_braking=False, shifts=shifts)
    backward = _sweep(limits, vehicle, forward, is_braking=True, release=1.0 - trail_depth)
    return np.asarray(np.sqrt(np.array(backward)), dtype=np.float64)


class _Shifts:
    """Tells where a car on its way along the path has no power because it changes up."""

    def __init__(self, tops_mps: tuple[float, ...], gap_s: float) -> None:
        self._tops = [top * top for top in tops_mps]
        self._downs = [(_DOWN_SHIFT_SHARE * top) ** 2 for top in tops_mps]
        self._gap_s = gap_s
        self._gear = 0
        self._gap_m = 0.0

    def is_cut(self, square: float, step_m: float) -> bool:
        """Return whether the step after a place passed at `square` [m2/s2] has no power."""
        if self._gap_m > 0.0:
            self._gap_m -= step_m
            return True
        while self._gear > 0 and square < self._downs[self._gear - 1]:
            self._gear -= 1
        if self._gear + 1 < len(self._tops) and square > self._tops[self._gear]:
            self._gear += 1
            self._gap_m = self._gap_s * square**0.5 - step_m
            return True
        return False


def _sweep(
    limits: Limits,
    vehicle: Vehicle,
    square: list[float],
    *,
    is_braking: bool,
    release: float = 0.0,
    shifts: _Shifts | None = None,
) -> list[float]:
    """Limit the growth of v^2 along the path (or against it for braking).

    Plain floats in lists: five times faster than numpy scalars for a recursion.
    """
    order = slice(None, None, -1) if is_braking else slice(None)
    direction = -1.0 if is_braking else 1.0
    share = 1.0 if is_braking else vehicle.drive_share
    most = vehicle.brake_limit_mps2 if is_braking else 1e9
    p = vehicle.ellipse_exponent
    q = 1.0 / p
    rolling = vehicle.rolling
    # Braking uses the step before the point, in the reversed order the step after it.
    steps = np.roll(limits.step_m, 1) if is_braking else limits.step_m
    columns = zip(
        (2.0 * steps[order]).tolist(),
        limits.grip[order].tolist(),
        limits.lateral[order].tolist(),
        limits.tilt[order].tolist(),
        limits.weight[order].tolist(),
        limits.load[order].tolist(),
        limits.climb[order].tolist(),
        limits.drag[order].tolist(),
        limits.power[order].tolist(),
        strict=True,
    )
    values = square[order]
    n = len(values)
    for i, (twice, mu, lateral, tilt, weight, load, climb, drag, power) in enumerate(columns):
        if i + 1 == n:
            break
        v2 = values[i]
        normal = weight + v2 * load
        hold = mu * normal
        used = abs(v2 * lateral - tilt) / hold if hold > 1e-6 else 1.0
        tyre = share * hold * (1.0 - used**p) ** q if used < 1.0 else 0.0
        resist = drag * v2 + rolling * normal + climb
        if is_braking:
            tyre = min(tyre * (1.0 - release * used), most)
        elif shifts is not None and shifts.is_cut(v2, twice / 2.0):
            tyre = 0.0
        else:
            tyre = min(tyre, power / v2**0.5)
        reach = v2 + twice * (tyre - direction * resist)
        if reach < values[i + 1]:
            values[i + 1] = max(reach, CRAWL_MPS**2)
    return values[order]


def round_speed(path_m: FloatArray, speed_mps: FloatArray, length_s: float) -> FloatArray:
    """Return a smooth speed nowhere above `speed_mps`.

    Over the time the unrounded speed would take, the least speed in a window is averaged over two
    windows that together are as long: an average of values all below the speed at the centre.
    The driver's pedals take about `length_s` to move.

    Parameters
    ----------
    path_m, speed_mps : ndarray, shape (n,)
    length_s : float
        Longer averaging window [s].
    """
    time, label, rough = _over_time(path_m, speed_mps)
    smooth = CubicSpline(label, _eroded_mean(rough, length_s))
    return np.asarray(smooth(time), dtype=np.float64)


def rounding_length(
    path_m: FloatArray, speed_mps: FloatArray, *, jerk_mps3: float, least_s: float
) -> float:
    """Return the shortest window of `round_speed` from `least_s` on that keeps the jerk [s].

    Parameters
    ----------
    path_m, speed_mps : ndarray, shape (n,)
    jerk_mps3 : float
        Most longitudinal jerk [m/s3].
    least_s : float
        Where to begin [s].
    """
    _, _, rough = _over_time(path_m, speed_mps)
    length = least_s
    for _ in range(_MOST_WIDENINGS):
        smooth = _eroded_mean(rough, length)
        jerk = float(np.max(np.abs(np.diff(smooth, 2)))) / _LABEL_STEP_S**2
        if jerk <= jerk_mps3:
            break
        length *= max(1.05, jerk / jerk_mps3)
    return length


def _over_time(
    path_m: FloatArray, speed_mps: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the time at each point, equally spaced times, and the speed at those."""
    pace = 1.0 / speed_mps
    time = np.append(0.0, np.cumsum(np.diff(path_m) * (pace[1:] + pace[:-1]) / 2))
    label = np.arange(0.0, time[-1] + _LABEL_STEP_S, _LABEL_STEP_S)
    return time, label, np.interp(label, time, speed_mps)


def _eroded_mean(rough: FloatArray, length_s: float) -> FloatArray:
    long = 2 * round(length_s / _LABEL_STEP_S / 2) + 1
    short = 2 * round(_SHORT_SHARE * length_s / _LABEL_STEP_S / 2) + 1
    least = minimum_filter1d(rough, long + short - 1, mode="nearest")
    mean = uniform_filter1d(least, long, mode="nearest")
    return np.asarray(uniform_filter1d(mean, short, mode="nearest"), dtype=np.float64)
