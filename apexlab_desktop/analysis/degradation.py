"""Do tyres or brakes fade within a stint? With the interval, and only where it is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from apexlab_desktop.analysis.corner_results import CornerPass
from apexlab_desktop.analysis.statistics_ranks import holm
from apexlab_desktop.analysis.statistics_slopes import Slope, theil_sen
from apexlab_desktop.analysis.types import FloatArray

_ROAD_ELASTICITY = 0.2
_ELASTICITY_SIGMA = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradationConfig:
    """When a trend counts (analysis.md 16, algorithms.md 10).

    Attributes
    ----------
    stint_gap_s : float
        A longer stop between laps begins a new stint [s].
    least_laps : int
        Of one stint, the warm-up lap not counted.
    least_corners : int
        A trend in fewer corners is only told if one of them is severe.
    speed_threshold_mps : float
        Loss of least speed per lap that is worth telling [m/s].
    brake_threshold_mps2 : float
        Loss of deceleration per lap that is worth telling [m/s2].
    alpha : float
    """

    stint_gap_s: float = 300.0
    least_laps: int = 6
    least_corners: int = 3
    speed_threshold_mps: float = 0.1
    brake_threshold_mps2: float = 0.01 * 9.80665
    alpha: float = 0.05


class Trend(StrEnum):
    """Which way a measure goes."""

    FADING = "fading"
    IMPROVING = "improving"
    NONE = "none"


class Severity(StrEnum):
    """Slope over what is worth telling (analysis.md 16)."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerTrend:
    """The trend of one measure in one corner.

    Attributes
    ----------
    corner_id : str
    measure : str
        `min_speed` [m/s per lap] or `peak_brake` [m/s2 per lap].
    slope : Slope
    trend : Trend
    severity : Severity or None
        None where there is no trend.
    """

    corner_id: str
    measure: str
    slope: Slope
    trend: Trend
    severity: Severity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StintTrend:
    """What a stint's lap times and corners say.

    Attributes
    ----------
    lap_numbers : tuple of int
        Without the warm-up lap.
    has_sufficient_data : bool
    reasons : tuple of str
    lap_time : Slope or None
        [s per lap]
    age_s_per_lap, age_low_s_per_lap, age_high_s_per_lap : float or None
        Of the tyres: what is left when the fuel that is known is taken off [s per lap].
    trend : Trend
    corners : tuple of CornerTrend
    tyres_fade, brakes_fade : bool
    """

    lap_numbers: tuple[int, ...]
    has_sufficient_data: bool
    reasons: tuple[str, ...] = ()
    lap_time: Slope | None = None
    age_s_per_lap: float | None = None
    age_low_s_per_lap: float | None = None
    age_high_s_per_lap: float | None = None
    trend: Trend = Trend.NONE
    corners: tuple[CornerTrend, ...] = ()
    tyres_fade: bool = False
    brakes_fade: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedLap:
    """A lap that counts, as a stint sees it.

    Attributes
    ----------
    number : int
    start_s, end_s : float
        Session time [s].
    time_s : float
        [s]
    """

    number: int
    start_s: float
    end_s: float
    time_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """What is known of the fuel; age and fuel cannot be told apart by lap times alone.

    Attributes
    ----------
    per_lap_kg : float
    car_kg : float
        Mass of the car with driver [kg].
    """

    per_lap_kg: float
    car_kg: float


def stints(laps: Sequence[TimedLap], gap_s: float = 300.0) -> tuple[tuple[TimedLap, ...], ...]:
    """Return the laps of each stint, in order."""
    found: list[list[TimedLap]] = []
    for lap in sorted(laps, key=lambda one: one.start_s):
        if found and lap.start_s - found[-1][-1].end_s <= gap_s:
            found[-1].append(lap)
        else:
            found.append([lap])
    return tuple(tuple(stint) for stint in found)


def stint_trend(
    stint: Sequence[TimedLap],
    passes: Sequence[CornerPass],
    fuel: Fuel | None = None,
    config: DegradationConfig | None = None,
) -> StintTrend:
    """Return the trends of a stint over the order of its laps.

    Parameters
    ----------
    stint : sequence of TimedLap
        The first of them is the warm-up and left out.
    passes : sequence of CornerPass
        Of these laps, others are ignored.
    fuel : Fuel, optional
    config : DegradationConfig, optional

    Notes
    -----
    Theil-Sen over lap order; traffic on one lap does not bend it. Over the corners Holm's rule
    keeps the chance of a single false one at 5 %.
    """
    config = config or DegradationConfig()
    laps = tuple(stint[1:])
    numbers = tuple(lap.number for lap in laps)
    if len(laps) < config.least_laps:
        reason = f"a trend needs {config.least_laps} clean laps in one stint, there are {len(laps)}"
        return StintTrend(lap_numbers=numbers, has_sufficient_data=False, reasons=(reason,))
    order = np.array([lap.number - laps[0].number for lap in laps], dtype=np.float64)
    times = np.array([lap.time_s for lap in laps])
    slope = theil_sen(order, times)
    corners = _corner_trends(numbers, order, passes, config)
    age = _without_fuel(slope, float(np.median(times)), fuel)
    trend = _direction(age[1], age[2])
    return StintTrend(
        lap_numbers=numbers,
        has_sufficient_data=True,
        reasons=_remarks(trend, fuel),
        lap_time=slope,
        age_s_per_lap=age[0],
        age_low_s_per_lap=age[1],
        age_high_s_per_lap=age[2],
        trend=trend,
        corners=corners,
        tyres_fade=_stands(corners, "min_speed", config),
        brakes_fade=_stands(corners, "peak_brake", config),
    )


def _direction(low: float | None, high: float | None) -> Trend:
    if low is not None and low > 0.0:
        return Trend.FADING
    return Trend.IMPROVING if high is not None and high < 0.0 else Trend.NONE


def _remarks(trend: Trend, fuel: Fuel | None) -> tuple[str, ...]:
    remarks = () if trend is not Trend.NONE else ("no measurable degradation",)
    if fuel is None:
        return (*remarks, "the fuel is not known: less of it hides part of the wear")
    return remarks


def _without_fuel(
    slope: Slope, lap_s: float, fuel: Fuel | None
) -> tuple[float | None, float | None, float | None]:
    """Return the slope and interval that are left when the fuel burnt is taken off.

    A lighter car is quicker by (dT/T) = 0.2 +- 0.1 (dm/m) (algorithms.md 10); the interval is
    widened by what that is uncertain.
    """
    if fuel is None or slope.value is None:
        return slope.value, slope.low, slope.high
    share = lap_s * fuel.per_lap_kg / fuel.car_kg
    gain, spread = _ROAD_ELASTICITY * share, 1.96 * _ELASTICITY_SIGMA * share
    if slope.low is None or slope.high is None:
        return slope.value + gain, None, None
    low = slope.value - float(np.hypot(slope.value - slope.low, spread))
    high = slope.value + float(np.hypot(slope.high - slope.value, spread))
    return slope.value + gain, low + gain, high + gain


def _corner_trends(
    numbers: Sequence[int],
    order: FloatArray,
    passes: Sequence[CornerPass],
    config: DegradationConfig,
) -> tuple[CornerTrend, ...]:
    place = dict(zip(numbers, order.tolist(), strict=True))
    ids = list(dict.fromkeys(one.corner_id for one in passes))
    found: list[CornerTrend] = []
    for measure, threshold, is_worse_up in (
        ("min_speed", config.speed_threshold_mps, False),
        ("peak_brake", config.brake_threshold_mps2, True),
    ):
        slopes = [_slope_of(one, measure, passes, place) for one in ids]
        p = np.array([s.p if s.p is not None else np.nan for s in slopes])
        stands = holm(p, config.alpha)
        for corner, slope, stand in zip(ids, slopes, stands, strict=True):
            found.append(_judged(corner, measure, slope, bool(stand), threshold, is_worse_up))
    return tuple(found)


def _slope_of(
    corner_id: str, measure: str, passes: Sequence[CornerPass], place: dict[int, float]
) -> Slope:
    points: list[tuple[float, float]] = []
    for one in passes:
        value = one.min_speed_mps if measure == "min_speed" else one.peak_brake_mps2
        if one.corner_id == corner_id and one.lap_number in place and value is not None:
            points.append((place[one.lap_number], value))
    if len(points) < 4:
        return Slope(value=None, n=len(points))
    x, y = np.array(points).T
    return theil_sen(x, y)


def _judged(
    corner_id: str,
    measure: str,
    slope: Slope,
    stands: bool,
    threshold: float,
    is_worse_up: bool,
) -> CornerTrend:
    """Peak braking is negative: weaker brakes make it rise. A lower least speed is a fall."""
    value = slope.value or 0.0
    worse = value if is_worse_up else -value
    if not stands or abs(worse) <= threshold:
        trend, severity = Trend.NONE, None
    else:
        trend = Trend.FADING if worse > 0.0 else Trend.IMPROVING
        severity = severity_of(abs(worse) / threshold)
    return CornerTrend(
        corner_id=corner_id, measure=measure, slope=slope, trend=trend, severity=severity
    )


def severity_of(times_threshold: float) -> Severity:
    """Return how bad a slope is, as a multiple of what is worth telling."""
    if times_threshold >= 3.0:
        return Severity.SEVERE
    return Severity.MODERATE if times_threshold >= 2.0 else Severity.MILD


def _stands(corners: Sequence[CornerTrend], measure: str, config: DegradationConfig) -> bool:
    """Return whether enough corners fade, or one of them badly."""
    fading = [c for c in corners if c.measure == measure and c.trend is Trend.FADING]
    is_severe = any(c.severity is Severity.SEVERE for c in fading)
    return len(fading) >= config.least_corners or is_severe
