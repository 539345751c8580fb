"""How much of the envelope was used: by phase, by corner, and the g-g diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.grip_envelope import GripEnvelope
from apexlab_desktop.analysis.grip_samples import GripSamples
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray, read_only

MAX_POINTS = 2000
"""Of a g-g diagram (analysis.md 15)."""
LIMIT_SHARE = 0.90
_MIN_SPEED_MPS = 8.0
_BRAKING_MPS2 = 0.20 * STANDARD_GRAVITY_MPS2
_TURNING_MPS2 = 0.30 * STANDARD_GRAVITY_MPS2
_MIN_TIME_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseUse:
    """Median share of the envelope in each phase; None where a phase hardly happens.

    Attributes
    ----------
    braking, entry, mid, exit : float or None
        Straight on the brakes; braking into the corner; turning without either pedal to speak of;
        speeding up out of it.
    overall : float or None
        Mean over all of these.
    limit_ratio : float or None
        Share of their time above nine tenths of the envelope.
    time_s : float
        Their time in all [s].
    """

    braking: float | None
    entry: float | None
    mid: float | None
    exit: float | None
    overall: float | None
    limit_ratio: float | None
    time_s: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GripPoints:
    """Points of a g-g diagram, spread evenly over the time of all laps; arrays of shape (m,).

    Attributes
    ----------
    accel_lat_mps2, accel_long_mps2, speed_mps, distance_m : ndarray
        Left and speeding up positive [m/s2, m/s2, m/s, m].
    lap_numbers : ndarray of int
    """

    accel_lat_mps2: FloatArray
    accel_long_mps2: FloatArray
    speed_mps: FloatArray
    distance_m: FloatArray
    lap_numbers: IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GripUse:
    """How a session used its envelope.

    Attributes
    ----------
    session : PhaseUse
    corners : mapping of corner id to PhaseUse
    points : GripPoints

    Notes
    -----
    A low share can be traffic, a wet track, cold tyres or a lift on purpose: it informs, it does
    not judge. Straights are left out: there the engine limits, not the grip.
    """

    session: PhaseUse
    corners: dict[str, PhaseUse]
    points: GripPoints


def grip_use(
    samples: GripSamples, envelope: GripEnvelope, corners: Sequence[Corner] = ()
) -> GripUse:
    """Return how much of a session's envelope its laps used.

    Parameters
    ----------
    samples : GripSamples
    envelope : GripEnvelope
        Of the whole session: a lap against its own envelope always looks good.
    corners : sequence of Corner
        On the stations of the samples.
    """
    speed, along, across = (
        np.nan_to_num(values)
        for values in (samples.speed_mps, samples.accel_long_mps2, samples.accel_lat_mps2)
    )
    use = envelope.use_of(np.maximum(speed, 1.0), along, across)
    weight = np.where(speed > _MIN_SPEED_MPS, samples.weight_s, 0.0)
    phases = _phases(along, np.abs(across))
    everywhere = np.ones(samples.distance_m.size, dtype=np.bool_)
    return GripUse(
        session=_use_in(everywhere, use, weight, phases),
        corners={
            corner.id: _use_in(_zone(samples.distance_m, corner), use, weight, phases)
            for corner in corners
        },
        points=_points(samples),
    )


def _phases(along: FloatArray, across: FloatArray) -> dict[str, BoolArray]:
    braking, turning = along < -_BRAKING_MPS2, across > _TURNING_MPS2
    pulling = along > 0.25 * _BRAKING_MPS2
    return {
        "braking": braking & ~turning,
        "entry": braking & turning,
        "mid": turning & ~braking & ~pulling,
        "exit": turning & pulling,
    }


def _zone(distance_m: FloatArray, corner: Corner) -> BoolArray:
    behind, before = distance_m >= corner.entry_m, distance_m <= corner.exit_m
    return behind & before if corner.entry_m <= corner.exit_m else behind | before


def _use_in(
    zone: BoolArray, use: FloatArray, weight: FloatArray, phases: dict[str, BoolArray]
) -> PhaseUse:
    inside = np.where(zone, weight, 0.0)
    found = {name: _median(use, np.where(chosen, inside, 0.0)) for name, chosen in phases.items()}
    limited = np.where(np.logical_or.reduce(list(phases.values())), inside, 0.0)
    total = float(limited.sum())
    is_known = total >= _MIN_TIME_S
    return PhaseUse(
        braking=found["braking"],
        entry=found["entry"],
        mid=found["mid"],
        exit=found["exit"],
        overall=float(np.sum(limited * use)) / total if is_known else None,
        limit_ratio=float(limited[use > LIMIT_SHARE].sum()) / total if is_known else None,
        time_s=total,
    )


def _median(values: FloatArray, weight: FloatArray) -> float | None:
    known = weight > 0.0
    if float(weight[known].sum()) < _MIN_TIME_S:
        return None
    order = np.argsort(values[known])
    spent = np.cumsum(weight[known][order])
    return float(values[known][order][int(np.searchsorted(spent, 0.5 * spent[-1]))])


def _points(samples: GripSamples) -> GripPoints:
    """Return samples at even intervals of the time driven."""
    known = np.flatnonzero((samples.weight_s > 0.0).ravel())
    spent = np.cumsum(samples.weight_s.ravel()[known])
    n = min(MAX_POINTS, known.size)
    if not n:
        empty = np.zeros(0)
        return GripPoints(
            accel_lat_mps2=empty, accel_long_mps2=empty, speed_mps=empty, distance_m=empty,
            lap_numbers=np.zeros(0, dtype=np.int64),
        )  # fmt: skip
    wanted = (np.arange(n) + 0.5) / n * spent[-1]
    at = known[np.unique(np.minimum(np.searchsorted(spent, wanted), known.size - 1))]
    row, column = np.divmod(at, samples.distance_m.size)
    return GripPoints(
        accel_lat_mps2=read_only(samples.accel_lat_mps2.ravel()[at]),
        accel_long_mps2=read_only(samples.accel_long_mps2.ravel()[at]),
        speed_mps=read_only(samples.speed_mps.ravel()[at]),
        distance_m=read_only(samples.distance_m[column]),
        lap_numbers=read_only(np.array(samples.lap_numbers, dtype=np.int64)[row]),
    )
