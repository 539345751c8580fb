"""Rows as a union of a receiver and another device, with the true fixes known by construction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

START_S = 1_767_150_000.0
FAULT_AT_S = 61.0
DURATION_S = 120.0
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Union:
    """What an app writes, in the order of the file, and which rows are fixes."""

    stamp_s: FloatArray
    is_fix: BoolArray
    quantities: tuple[FloatArray, ...]
    resumed_rows: tuple[int, ...] = ()

    @property
    def speed_mps(self) -> FloatArray:
        return self.quantities[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is wrong with the clocks: `jump_s` of the stamps at `FAULT_AT_S`, the receiver's own."""

    name: str
    jump_s: float = 0.0
    is_new_fragment: bool = False
    receiver_drift: float = 0.0
    jitter_s: float = 0.0


def drive(time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return latitude and longitude [deg], speed [m/s] on a loop of changing radius and pace."""
    turn = 0.09 * time_s + 0.25 * np.sin(0.21 * time_s) + 0.04 * np.sin(1.3 * time_s)
    radius_m = 250.0 * (1.0 + 0.2 * np.cos(2.0 * turn) + 0.1 * np.sin(3.0 * turn))
    east_m, north_m = radius_m * np.cos(turn), 0.7 * radius_m * np.sin(turn)
    step_s = 1e-3
    if time_s.size > 1 and time_s[1] - time_s[0] == step_s:
        speed = np.hypot(np.gradient(east_m, step_s), np.gradient(north_m, step_s))
    else:
        speed = np.zeros_like(time_s)
    lat = 48.0 + north_m / METRES_PER_DEGREE
    lon = 11.0 + east_m / (METRES_PER_DEGREE * np.cos(np.radians(48.0)))
    return lat, lon, speed


def union(
    *,
    rate_hz: float,
    other_hz: float,
    noise_m: float,
    clock: Clock,
    seed: int = 1,
    stamp_ms: int = 1,
) -> Union:
    """Return the rows of a receiver at `rate_hz` and a device at `other_hz` [Hz]."""

    def stamped_ms(time_s: FloatArray) -> npt.NDArray[np.int64]:
        whole: npt.NDArray[np.int64] = np.rint(time_s * 1e3 / stamp_ms).astype(np.int64)
        return np.unique(whole * stamp_ms)

    random = np.random.default_rng(seed)
    fix_s = np.arange(0.0, DURATION_S, 1.0 / (rate_hz * (1.0 + clock.receiver_drift)))
    fix_s = np.maximum(fix_s + random.normal(0.0, clock.jitter_s, fix_s.size), 0.0)
    fix_ms = stamped_ms(fix_s)
    rows_ms = np.union1d(fix_ms, stamped_ms(np.arange(0.0137, DURATION_S, 1.0 / other_hz)))
    rows_ms = rows_ms[(rows_ms >= fix_ms[0]) & (rows_ms <= fix_ms[-1])]
    fine_s = np.arange(0.0, DURATION_S + 1.0, 1e-3)
    lat, lon, speed = (values[fix_ms] for values in drive(fine_s))
    lat = lat + random.normal(0.0, noise_m, fix_ms.size) / METRES_PER_DEGREE
    lon = lon + random.normal(0.0, noise_m, fix_ms.size) / METRES_PER_DEGREE / 0.669
    speed = speed + random.normal(0.0, min(noise_m, 0.05), fix_ms.size)
    is_late = rows_ms > FAULT_AT_S * 1e3
    written = tuple(
        np.round(np.interp(rows_ms, fix_ms, np.round(values, digits)), digits)
        for values, digits in ((lat, 7), (lon, 7), (speed, 3))
    )
    resumed = int(np.argmax(is_late)) if clock.is_new_fragment else None
    return Union(
        stamp_s=START_S + rows_ms / 1e3 + clock.jump_s * is_late,
        is_fix=np.isin(rows_ms, fix_ms),
        quantities=written,
        resumed_rows=() if resumed is None else (resumed,),
    )
