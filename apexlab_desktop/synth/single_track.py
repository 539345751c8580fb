"""The car as a single track (bicycle): how its body lags behind the path that it drives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.vehicles import Vehicle

_ROLLING_MPS = 2.0
"""Below it wheels roll without slip."""
_MODEL_MPS = 5.0
"""From here on the tyres' equations hold; they divide by the speed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Attitude:
    """How the body stands on its path; arrays have shape (n,).

    Attributes
    ----------
    slip_rad : ndarray
        From where the car points to where it moves, counter-clockwise [rad].
    steer_rad : ndarray
        Of the road wheels, left positive [rad].
    """

    slip_rad: FloatArray
    steer_rad: FloatArray


def steady_steer(vehicle: Vehicle, curvature_per_m: FloatArray, lat_mps2: FloatArray) -> FloatArray:
    """Return the road-wheel angle that holds a curve: `L k + K_us a_y`, shape (n,) [rad]."""
    steer = curvature_per_m * vehicle.wheelbase_m + vehicle.understeer_rad_per_mps2 * lat_mps2
    return np.asarray(steer, dtype=np.float64)


def point_mass(vehicle: Vehicle, curvature_per_m: FloatArray, lat_mps2: FloatArray) -> Attitude:
    """Return the attitude of a car that always points where it goes."""
    steer = steady_steer(vehicle, curvature_per_m, lat_mps2)
    return Attitude(slip_rad=np.zeros_like(steer), steer_rad=steer)


def single_track(
    vehicle: Vehicle,
    time_s: FloatArray,
    speed_mps: FloatArray,
    curvature_per_m: FloatArray,
    lat_mps2: FloatArray,
) -> Attitude:
    """Return the attitude of a car with yaw inertia and tyres that take time.

    Parameters
    ----------
    vehicle : Vehicle
    time_s : ndarray, shape (n,)
        Equally spaced [s].
    speed_mps, curvature_per_m, lat_mps2 : ndarray, shape (n,)
        Of the path.

    Notes
    -----
    The path is the driver's and stays as it is; the driver turns the wheel ahead of it by the
    relaxation time, as much as holds the coming curve. The body answers by the linear equations of
    the single track, per mass, with axle accelerations A that follow the slip with relaxation time
    T: `T A_f' + A_f = c_f (d - b - a r / v)`, `T A_r' + A_r = c_r (l_r r / v - b)`,
    `b' = (A_f + A_r) / v - r`, `i r' = a A_f - l_r A_r` (steer d, slip b, yaw rate r, arms a and
    l_r, radius of gyration squared i).
    """
    step_s = float(time_s[1] - time_s[0])
    ahead = time_s + vehicle.relaxation_s
    coming = (np.interp(ahead, time_s, values) for values in (curvature_per_m, lat_mps2))
    steer = steady_steer(vehicle, *coming)
    model = _slip(vehicle, step_s, steer, np.maximum(speed_mps, _MODEL_MPS))
    rolling = vehicle.rear_arm_m * curvature_per_m
    share = np.clip((speed_mps - _ROLLING_MPS) / (_MODEL_MPS - _ROLLING_MPS), 0.0, 1.0)
    return Attitude(slip_rad=rolling + share * (model - rolling), steer_rad=steer)


def _slip(
    vehicle: Vehicle, step_s: float, steer_rad: FloatArray, speed_mps: FloatArray
) -> FloatArray:
    """Integrate the single track from straight running by the midpoint rule, shape (n,) [rad].

    Plain floats: a recursion over numpy scalars takes five times as long.
    """
    front, rear = vehicle.front_arm_m, vehicle.rear_arm_m
    c_front, c_rear = vehicle.axle_stiffness_mps2
    inertia = vehicle.yaw_inertia_m2
    rate = 1.0 / vehicle.relaxation_s

    def slope(
        d: float, v: float, b: float, r: float, af: float, ar: float
    ) -> tuple[float, float, float, float]:
        return (
            (af + ar) / v - r,
            (front * af - rear * ar) / inertia,
            (c_front * (d - b - front * r / v) - af) * rate,
            (c_rear * (rear * r / v - b) - ar) * rate,
        )

    b = r = af = ar = 0.0
    half = step_s / 2.0
    slips: list[float] = []
    for d, v in zip(steer_rad.tolist(), speed_mps.tolist(), strict=True):
        slips.append(b)
        b1, r1, f1, a1 = slope(d, v, b, r, af, ar)
        b2, r2, f2, a2 = slope(d, v, b + half * b1, r + half * r1, af + half * f1, ar + half * a1)
        b, r, af, ar = b + step_s * b2, r + step_s * r2, af + step_s * f2, ar + step_s * a2
    return np.array(slips)
