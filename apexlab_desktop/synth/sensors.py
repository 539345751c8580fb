"""What receivers and cars report: the truth with the errors of real sensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.geodesy import TangentPlane
from apexlab_desktop.synth.motion import Motion, State
from apexlab_desktop.synth.track import BASE_ALTITUDE_M

BoolArray = npt.NDArray[np.bool_]

_HELD_COURSE_BELOW_MPS = 0.5
_DEG = 180.0 / np.pi
_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Errors of a GPS receiver and its clock; all zero is an exact one.

    Attributes
    ----------
    slow_sigma_m, slow_tau_s : float
        Drift per axis, first-order Gauss-Markov [m, s].
    fast_sigma_m, fast_tau_s : float
        Short-term error per axis, first-order Gauss-Markov [m, s].
    white_sigma_m : float
        Uncorrelated error per axis [m].
    speed_sigma_mps : float
        Doppler speed, uncorrelated; the course gets `speed_sigma / speed` [m/s].
    altitude_factor : float
        Altitude error relative to the horizontal one.
    bursts_per_hour : float
        Multipath bursts of 3 to 10 s with five times the short-term error.
    dropouts_per_hour : float
        Gaps of 0.2 to 5 s.
    frozen_per_hour : float
        Runs of 0.3 to 3 s that repeat the last fix.
    spike_ratio : float
        Share of fixes thrown 5 to 500 m away.
    position_step_deg, speed_step_mps, course_step_deg, altitude_step_m : float
        Quantisation; 0 keeps full precision.
    latency_s : float
        Age of the position and speed that a fix reports [s].
    filter_tau_s : float
        First-order smoothing inside the receiver [s].
    clock_jitter_s : float
        Standard deviation of the reported times [s].
    clock_offset_s : float
        How much later than the logger's clock the receiver stamps its fixes [s].
    altitude_drift_m_per_hour : float
        Drift of a barometric altitude with the weather [m].
    rate_hz : float or None
        Rate of the receiver when it has only one [Hz].
    n_satellites : int
    """

    slow_sigma_m: float = 0.0
    slow_tau_s: float = 120.0
    fast_sigma_m: float = 0.0
    fast_tau_s: float = 0.6
    white_sigma_m: float = 0.0
    speed_sigma_mps: float = 0.0
    altitude_factor: float = 1.7
    bursts_per_hour: float = 0.0
    dropouts_per_hour: float = 0.0
    frozen_per_hour: float = 0.0
    spike_ratio: float = 0.0
    position_step_deg: float = 0.0
    speed_step_mps: float = 0.0
    course_step_deg: float = 0.0
    altitude_step_m: float = 0.0
    latency_s: float = 0.0
    filter_tau_s: float = 0.0
    clock_jitter_s: float = 0.0
    clock_offset_s: float = 0.0
    altitude_drift_m_per_hour: float = 0.0
    rate_hz: float | None = None
    n_satellites: int = 12


NOISES: dict[str, Noise] = {
    "none": Noise(),
    "good": Noise(
        slow_sigma_m=0.2,
        slow_tau_s=120.0,
        fast_sigma_m=0.04,
        white_sigma_m=0.01,
        speed_sigma_mps=0.03,
        position_step_deg=1e-7,
        speed_step_mps=0.001,
        course_step_deg=0.01,
        altitude_step_m=0.01,
        n_satellites=18,
    ),
    "consumer": Noise(
        slow_sigma_m=0.8,
        slow_tau_s=60.0,
        fast_sigma_m=0.10,
        white_sigma_m=0.02,
        speed_sigma_mps=0.05,
        position_step_deg=1e-7,
        speed_step_mps=0.001,
        course_step_deg=0.01,
        altitude_step_m=0.1,
    ),
    "phone": Noise(
        slow_sigma_m=2.5,
        slow_tau_s=45.0,
        fast_sigma_m=0.5,
        fast_tau_s=3.0,
        white_sigma_m=0.2,
        speed_sigma_mps=0.15,
        bursts_per_hour=6.0,
        dropouts_per_hour=6.0,
        position_step_deg=1e-7,
        speed_step_mps=0.01,
        course_step_deg=0.1,
        altitude_step_m=0.1,
        latency_s=0.2,
        filter_tau_s=0.3,
        clock_jitter_s=0.01,
        rate_hz=1.0,
        n_satellites=17,
    ),
}
"""Presets by name."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GpsFixes:
    """Fixes as the receiver reports them; arrays have shape (n,).

    Attributes
    ----------
    time_s : ndarray
        Reported time since the session's start, strictly increasing [s].
    lat_deg, lon_deg : ndarray
    altitude_m, speed_mps : ndarray
    bearing_deg : ndarray
        Clockwise from north; held below 0.5 m/s, NaN before the first motion [deg].
    n_satellites : ndarray
    accuracy_m : ndarray
        As the receiver believes (68 % radius) [m].
    rate_hz : float
        Nominal.
    is_spike, is_frozen : ndarray of bool
        Truth about the planted errors.
    dropouts_s : tuple of (float, float)
        Planted gaps [s].
    """

    time_s: FloatArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    altitude_m: FloatArray
    speed_mps: FloatArray
    bearing_deg: FloatArray
    n_satellites: FloatArray
    accuracy_m: FloatArray
    rate_hz: float
    is_spike: BoolArray
    is_frozen: BoolArray
    dropouts_s: tuple[tuple[float, float], ...]


def gauss_markov(
    n: int, step_s: float, sigma: float, tau_s: float, rng: np.random.Generator
) -> FloatArray:
    """Return a stationary first-order Gauss-Markov series, shape (n,)."""
    keep = np.exp(-step_s / tau_s)
    drive = sigma * np.sqrt(1.0 - keep**2) * rng.standard_normal(n)
    if n:
        drive[0] = sigma * rng.standard_normal()
    return np.asarray(lfilter([1.0], [1.0, -keep], drive), dtype=np.float64)


def quantised(values: FloatArray, step: float) -> FloatArray:
    """Return `values` rounded to multiples of `step`; unchanged when it is 0."""
    if step == 0.0:
        return values
    scale = 1.0 / step
    return np.asarray(np.round(values * scale) / scale, dtype=np.float64)


def sense_gps(
    motion: Motion, plane: TangentPlane, rate_hz: float, noise: Noise, rng: np.random.Generator
) -> GpsFixes:
    """Return the fixes of a receiver in the moving car."""
    rate = noise.rate_hz or rate_hz
    time = np.arange(int(motion.duration_s * rate) + 1) / rate
    state = motion.at(time - noise.latency_s)
    step = 1.0 / rate
    altitude, _, _ = motion.path.track.elevation(state.station_m)
    x, y = (
        _lagged(axis, step, noise.filter_tau_s) + error
        for axis, error in zip(
            (state.point.x_m, state.point.y_m),
            (_position_error(time, step, noise, rng) for _ in range(2)),
            strict=True,
        )
    )
    altitude = (
        altitude + BASE_ALTITUDE_M + noise.altitude_factor * _position_error(time, step, noise, rng)
    )
    altitude = altitude + noise.altitude_drift_m_per_hour * time / _SECONDS_PER_HOUR
    speed, bearing = _doppler(state, step, noise, rng)
    is_spike = rng.random(time.size) < noise.spike_ratio
    direction = rng.uniform(0.0, 2.0 * np.pi, time.size)
    distance = np.exp(rng.uniform(np.log(5.0), np.log(500.0), time.size)) * is_spike
    x, y = x + distance * np.cos(direction), y + distance * np.sin(direction)
    lat, lon = plane.to_lat_lon(x, y)
    held, is_frozen = _frozen(time, noise, rng)
    dropouts = _intervals(time, noise.dropouts_per_hour, (0.2, 5.0), rng)
    kept = ~_inside(time, dropouts)
    reported = time + np.clip(
        noise.clock_jitter_s * rng.standard_normal(time.size), -0.4 * step, 0.4 * step
    )
    radius = np.sqrt(
        2 * (noise.slow_sigma_m**2 + noise.fast_sigma_m**2 + noise.white_sigma_m**2) + 0.01
    )
    return GpsFixes(
        time_s=reported[kept] + noise.clock_offset_s,
        lat_deg=quantised(lat, noise.position_step_deg)[held][kept],
        lon_deg=quantised(lon, noise.position_step_deg)[held][kept],
        altitude_m=quantised(altitude, noise.altitude_step_m)[held][kept],
        speed_mps=quantised(speed, noise.speed_step_mps)[held][kept],
        bearing_deg=(quantised(bearing, noise.course_step_deg) % 360.0)[held][kept],
        n_satellites=_satellites(time.size, noise, rng)[kept],
        accuracy_m=quantised(radius * np.exp(gauss_markov(time.size, step, 0.1, 20.0, rng)), 1e-3)[
            kept
        ],
        rate_hz=rate,
        is_spike=is_spike[held][kept],
        is_frozen=is_frozen[kept],
        dropouts_s=tuple(dropouts),
    )


def _position_error(
    time: FloatArray, step: float, noise: Noise, rng: np.random.Generator
) -> FloatArray:
    slow = gauss_markov(time.size, step, noise.slow_sigma_m, noise.slow_tau_s, rng)
    fast = gauss_markov(time.size, step, noise.fast_sigma_m, noise.fast_tau_s, rng)
    bursts = _inside(time, _intervals(time, noise.bursts_per_hour, (3.0, 10.0), rng))
    return (
        slow
        + fast * np.where(bursts, 5.0, 1.0)
        + noise.white_sigma_m * rng.standard_normal(time.size)
    )


def _lagged(values: FloatArray, step: float, tau_s: float) -> FloatArray:
    """Return `values` through a first-order low-pass that has settled on the first one."""
    if tau_s == 0.0:
        return values
    keep = np.exp(-step / tau_s)
    rest = values - values[0]
    return np.asarray(values[0] + lfilter([1.0 - keep], [1.0, -keep], rest), dtype=np.float64)


def _doppler(
    state: State, step: float, noise: Noise, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return measured speed and bearing; both come from one noisy velocity vector."""
    east = state.speed_mps * np.cos(state.point.course_rad)
    north = state.speed_mps * np.sin(state.point.course_rad)
    along = noise.speed_sigma_mps * rng.standard_normal(east.size)
    across = noise.speed_sigma_mps * rng.standard_normal(east.size)
    vx = _lagged(east, step, noise.filter_tau_s)
    vy = _lagged(north, step, noise.filter_tau_s)
    course = np.arctan2(vy, vx)
    vx = vx + along * np.cos(course) - across * np.sin(course)
    vy = vy + along * np.sin(course) + across * np.cos(course)
    speed = np.hypot(vx, vy)
    bearing = 90.0 - np.arctan2(vy, vx) * _DEG
    moving = speed >= _HELD_COURSE_BELOW_MPS
    last = np.maximum.accumulate(np.where(moving, np.arange(speed.size), -1))
    held = np.where(last >= 0, bearing[np.maximum(last, 0)] % 360.0, np.nan)
    return np.asarray(speed, dtype=np.float64), held


def _intervals(
    time: FloatArray,
    per_hour: float,
    length_s: tuple[float, float],
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    duration = float(time[-1]) if time.size else 0.0
    n = int(rng.poisson(per_hour * duration / _SECONDS_PER_HOUR))
    starts = np.sort(rng.uniform(0.0, duration, n))
    return [
        (float(s), float(s + d)) for s, d in zip(starts, rng.uniform(*length_s, n), strict=True)
    ]


def _inside(time: FloatArray, intervals: list[tuple[float, float]]) -> BoolArray:
    inside = np.zeros(time.size, dtype=np.bool_)
    for begin, end in intervals:
        inside |= (time >= begin) & (time < end)
    return inside


def _frozen(
    time: FloatArray, noise: Noise, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], BoolArray]:
    """Return for each fix the index of the fix it shows, and whether it is a repeat."""
    held = np.arange(time.size)
    for begin, end in _intervals(time, noise.frozen_per_hour, (0.3, 3.0), rng):
        first, last = np.searchsorted(time, [begin, end])
        held[first:last] = held[max(first - 1, 0)]
    return held, held != np.arange(time.size)


def _satellites(n: int, noise: Noise, rng: np.random.Generator) -> FloatArray:
    changes = (rng.random(n) < 0.002) * rng.choice([-1.0, 1.0], n)
    walk = np.cumsum(changes)
    return noise.n_satellites + np.abs((walk + 2.0) % 8.0 - 4.0) - 2.0
