"""The optimal speed profile, once the path is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.bench.harness import Measured, in_turn, row

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import FloatArray

N_POINTS = 6000
MU, DRAG_PER_M, POWER_PER_MASS, ROLLING, GRAVITY = 1.1, 4e-4, 120.0, 0.015, 9.80665


@row(
    "speed_profile",
    ours=f"optimal speed profile, {N_POINTS} points",
    floor="the same loop on numpy scalars",
    holds=0.2,
)
def speed_profile(_: Path) -> Measured:
    from apexlab_desktop.analysis.driven_path import flat_path
    from apexlab_desktop.analysis.optimal_profile import limits_of, optimal_profile
    from apexlab_desktop.analysis.vehicle_model import PointMass, Tyre

    along = np.arange(N_POINTS) * (2.0 * np.pi / N_POINTS)
    bend = 0.012 * np.sin(7.0 * along) ** 3 + 0.006 * np.sin(3.0 * along)
    path = flat_path(np.full(N_POINTS, 0.7), bend, is_closed=True)
    car = PointMass(
        mass_kg=1000.0,
        power_w=1000.0 * POWER_PER_MASS,
        tyre=Tyre(mu=MU),
        drag_area_m2=2.0 * DRAG_PER_M * 1000.0 / 1.225,
    )
    limits = limits_of(path, car)
    bound = limits.square_m2ps2
    flat = np.zeros(N_POINTS)
    loads = np.stack((flat + 1.0, flat, np.abs(bend) / GRAVITY, flat, flat), axis=1)
    return in_turn(
        lambda: optimal_profile(path, car),
        lambda: _on_numpy_scalars(bound, loads, 2.0 * path.step_m),
        repeats=5,
    )


def _on_numpy_scalars(bound: FloatArray, loads: FloatArray, twice: FloatArray) -> FloatArray:
    """Limit the squared speed forward and backward, once round each, with both ends of a step."""
    square = bound.copy()
    for sign in (1.0, -1.0):
        for k in range(square.size):
            i, j = (k - 1, k) if sign > 0.0 else (-k, -k - 1)
            gain = _gain(square[i], loads[i], sign)
            trial = np.minimum(np.maximum(square[i] + twice[i] * gain, 1e-6), square[j])
            gain += _gain(trial, loads[j], sign)
            square[j] = np.minimum(np.maximum(square[i] + 0.5 * twice[i] * gain, 1e-6), square[j])
    return square


def _gain(square: np.float64, load: FloatArray, sign: float) -> np.float64:
    normal = np.maximum(load[0] + square * load[1], 0.0)
    hold = MU * normal
    across = np.abs(square * load[2] - load[3])
    resist = DRAG_PER_M / GRAVITY * square + ROLLING * normal + load[4]
    used = np.minimum(across / hold, 1.0)
    tyres = hold * np.sqrt(1.0 - used * used)
    if sign > 0.0:
        tyres = np.minimum(tyres, POWER_PER_MASS / GRAVITY / np.sqrt(square))
    return np.float64(GRAVITY * (tyres - sign * resist))
