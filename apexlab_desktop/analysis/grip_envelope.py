"""The g-g-v envelope of a session: what its driver got out of the car, at each speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.ggv_table import GgvTable
from apexlab_desktop.analysis.grip_samples import GripSamples, held_levels, settled
from apexlab_desktop.analysis.types import BoolArray, FloatArray, read_only
from apexlab_desktop.errors import InsufficientDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeConfig:
    """Thresholds of algorithms.md 8 and analysis.md 15."""

    min_speed_mps: float = 8.0
    held_s: float = 0.2
    """A level counts when it was held so long in one corner or one braking."""
    held_braking_s: float = 0.25
    throttle_on_s: tuple[float, ...] = (1.2, 0.7, 0.4)
    """Since the car speeds up; the first that leaves enough. The power comes little by little."""
    throttle_off_s: float = 0.5
    """Pedals move, and what is measured is smoothed over half a second."""
    quantile: float = 0.95
    """Of the levels held in all passes: a driver reaches the limit in the better ones."""
    near_limit: float = 0.75
    """Passes below this share of the envelope were limited by something else."""
    pure_ratio: float = 0.30
    """Across less than this share of the grip, a car accelerates or brakes straight on."""
    min_lateral_mps2: float = 0.30 * STANDARD_GRAVITY_MPS2
    min_braking_mps2: float = 0.20 * STANDARD_GRAVITY_MPS2
    min_passes: int = 2
    few_passes: int = 6
    """With fewer events the envelope is told, with a word of caution."""
    top_speed_margin: float = 1.15
    """The table ends at so many times the fastest speed seen."""
    least_exponent: float = 1.3
    most_exponent: float = 2.5
    speed_step_mps: float = 2.5
    shares: int = 33


DEFAULT_ENVELOPE = EnvelopeConfig()
_ROLLING = 0.015
"""Rolling resistance over weight (analysis.md 13); motion does not tell it from drag."""
_LEAST_DRAG_PER_M, _USUAL_DRAG_PER_M = 5e-5, 3e-4
"""The latter is C_D A of 0.7 m2 on 1400 kg [1/m]."""
_MIN_BINS, _MIN_SAMPLES = 4, 30
_STRONGEST = 0.90
_FREE_OF_TRACTION = 0.90
_FULL_THROTTLE_MPS2 = 0.03 * STANDARD_GRAVITY_MPS2
"""Twice what measured accelerations scatter: the rest was driven with less throttle."""
_COMBINED = 0.35
_LEFT = 0.35
_TRACTION_QUANTILE = 0.95
_USUAL_EXPONENT = 2.0
_FIT_ROUNDS = 8
_SLOPES = 81
_WORTH_A_SLOPE = 0.9
_MOST_SLOPE_RATIO = 2.0
"""Downforce adds at most so many times the mechanical grip at the fastest speed."""
_MIN_SLOPE_EVENTS = 6
"""Through fewer levels nearly any slope passes, one that leaves no grip at low speed too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GripEnvelope:
    """An envelope in closed form; the same to the left and to the right.

    Across `lateral + lateral_per_v2 v^2`, in braking `braking + braking_per_v2 v^2` (with drag and
    rolling, which help), accelerating `min(traction, power / v) - drag v^2 - rolling`, and between
    them a super-ellipse of `exponent`.

    Attributes
    ----------
    lateral_mps2, lateral_per_m : float
        [m/s2], [1/m]
    braking_mps2, braking_per_m : float
        [m/s2], [1/m]
    traction_mps2 : float
        [m/s2]
    power_per_mass : float
        [W/kg]
    drag_per_m, rolling_mps2 : float
        [1/m], [m/s2]
    exponent : float
    fastest_mps : float
        Fastest speed that the envelope is known for [m/s].
    n_passes, n_brakings : int
        Events behind it.
    is_lower_bound : bool
        Whether the car may have more grip than its driver used. Nobody can tell that from the
        motion alone: it is True unless the tyres are known and were used up.
    mu_source : str
        `driven` as measured, `recalibrated` where raised afterwards.
    reasons : tuple of str
        Words for people about what is not known.
    """

    lateral_mps2: float
    lateral_per_m: float
    braking_mps2: float
    braking_per_m: float
    traction_mps2: float
    power_per_mass: float
    drag_per_m: float
    rolling_mps2: float
    exponent: float
    fastest_mps: float
    n_passes: int
    n_brakings: int
    is_lower_bound: bool = True
    mu_source: str = "driven"
    reasons: tuple[str, ...] = ()

    def doubts(self, n_laps: int, config: EnvelopeConfig = DEFAULT_ENVELOPE) -> tuple[str, ...]:
        """Return why no optimal lap can rest on this envelope; empty where one can.

        Parameters
        ----------
        n_laps : int
            How many laps it comes from.
        config : EnvelopeConfig
        """
        found = []
        if n_laps < 2:
            found.append("the grip is known from one lap only, which always suits itself")
        for count, what in ((self.n_passes, "corners"), (self.n_brakings, "brakings")):
            if count < config.few_passes:
                found.append(
                    f"the grip rests on {count} {what} at some effort, "
                    f"of {config.few_passes} that are needed"
                )
        return tuple(found)

    @property
    def mu(self) -> float:
        """Return the friction coefficient across, without downforce."""
        return self.lateral_mps2 / STANDARD_GRAVITY_MPS2

    def lateral_at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the largest lateral acceleration at speeds, any shape [m/s2]."""
        return self.lateral_mps2 + self.lateral_per_m * speed_mps**2

    def braking_at(self, speed_mps: FloatArray) -> FloatArray:
        """Return the strongest deceleration at speeds, positive, any shape [m/s2]."""
        return self.braking_mps2 + self.braking_per_m * speed_mps**2

    def pull_at(self, speed_mps: FloatArray, tyre_share: FloatArray) -> FloatArray:
        """Return the strongest acceleration where tyres have a share of their grip left [m/s2]."""
        power = self.power_per_mass / np.maximum(speed_mps, 0.1)
        resist = self.drag_per_m * speed_mps**2 + self.rolling_mps2
        return np.minimum(self.traction_mps2 * tyre_share, power) - resist

    def use_of(
        self, speed_mps: FloatArray, along_mps2: FloatArray, across_mps2: FloatArray
    ) -> FloatArray:
        """Return which share of the envelope's radius accelerations are, any shape.

        A point on the envelope has 1, whatever its direction; speeding up is compared with the
        traction, since power is no grip.
        """
        resist = self.drag_per_m * speed_mps**2 + self.rolling_mps2
        push = (along_mps2 + resist) / self.traction_mps2
        brake = -along_mps2 / self.braking_at(speed_mps)
        along = np.where(along_mps2 > -resist, np.maximum(push, 0.0), np.maximum(brake, 0.0))
        across = np.abs(across_mps2) / self.lateral_at(speed_mps)
        e = self.exponent
        return np.asarray((across**e + along**e) ** (1.0 / e))

    def scaled(self, grip: float, source: str) -> GripEnvelope:
        """Return the envelope with all grip multiplied; power and drag stay what they are."""
        return replace(
            self,
            lateral_mps2=self.lateral_mps2 * grip,
            lateral_per_m=self.lateral_per_m * grip,
            braking_mps2=self.braking_mps2 * grip,
            braking_per_m=self.braking_per_m * grip,
            traction_mps2=self.traction_mps2 * grip,
            mu_source=source,
        )

    def table(self, config: EnvelopeConfig = DEFAULT_ENVELOPE) -> GgvTable:
        """Return the envelope as a table for the solver."""
        top = config.top_speed_margin * self.fastest_mps
        speed = np.linspace(0.0, top, int(np.ceil(top / config.speed_step_mps)) + 1)
        # Closer towards the edge, where an ellipse is steep.
        share = np.sin(np.linspace(0.0, 0.5 * np.pi, config.shares))
        left = np.maximum(1.0 - share**self.exponent, 0.0) ** (1.0 / self.exponent)
        resist = self.drag_per_m * speed**2 + self.rolling_mps2
        brake = np.maximum(self.braking_at(speed) - resist, 0.0)
        return GgvTable(
            speed_mps=read_only(speed),
            ay_limit_mps2=read_only(self.lateral_at(speed)),
            share=read_only(share),
            ax_max_mps2=read_only(self.pull_at(speed[:, None], left)),
            ax_min_mps2=read_only(-brake[:, None] * left - resist[:, None]),
            top_mps=top,
        )


def envelope_of(samples: GripSamples, config: EnvelopeConfig = DEFAULT_ENVELOPE) -> GripEnvelope:
    """Return the envelope of what was driven.

    Parameters
    ----------
    samples : GripSamples
    config : EnvelopeConfig

    Raises
    ------
    InsufficientDataError
        If there are too few corners or too little braking to tell.
    """
    moving = (samples.weight_s > 0.0) & (samples.speed_mps > config.min_speed_mps)
    speed = np.where(moving, samples.speed_mps, 0.0)
    across = np.abs(np.where(moving, samples.accel_lat_mps2, 0.0))
    along = np.where(moving, samples.accel_long_mps2, 0.0)
    turning = moving & (across > config.min_lateral_mps2)
    lateral, n_passes = _bound(
        held_levels(across, speed, samples.weight_s, turning, config.held_s), config, "corners"
    )
    used = across / (lateral[0] + lateral[1] * speed**2)
    braking = moving & (used < config.pure_ratio) & (along < -config.min_braking_mps2)
    events = held_levels(-along, speed, samples.weight_s, braking, config.held_braking_s)
    # On an oval cars brake while they turn. Every tyre brakes at least as hard as it corners.
    n_brakings = events[0].size
    brake = lateral
    if n_brakings >= config.min_passes:
        brake, n_brakings = _bound(events, config, "brakings")
    straight = _full_throttle(moving & (used < config.pure_ratio) & (along > 0.0), samples, config)
    engine = _engine(speed[straight], along[straight], samples.weight_s[straight], config)
    first = GripEnvelope(
        lateral_mps2=lateral[0],
        lateral_per_m=lateral[1],
        braking_mps2=brake[0],
        braking_per_m=brake[1],
        traction_mps2=brake[0],
        power_per_mass=engine[0],
        drag_per_m=engine[1],
        rolling_mps2=engine[2],
        exponent=2.0,
        fastest_mps=float(speed.max()),
        n_passes=n_passes,
        n_brakings=n_brakings,
        reasons=tuple(_cautions(n_passes, n_brakings, config)),
    )
    return _with_combined(first, speed, along, across, samples.weight_s, config)


def _full_throttle(pulling: BoolArray, samples: GripSamples, config: EnvelopeConfig) -> BoolArray:
    """Return the samples well inside the stretches on which a car speeds up."""
    chosen = pulling
    for since_s in config.throttle_on_s:
        chosen = settled(pulling, samples.weight_s, since_s, config.throttle_off_s)
        speeds = samples.speed_mps[chosen]
        if speeds.size and float(np.ptp(speeds)) >= _MIN_BINS * config.speed_step_mps:
            return chosen
    return chosen if chosen.any() else pulling


def _cautions(n_passes: int, n_brakings: int, config: EnvelopeConfig) -> Iterator[str]:
    yield "The driver may have left grip unused: this is a lower bound of the car's."
    for count, what in ((n_passes, "corners"), (n_brakings, "brakings")):
        if count < config.few_passes:
            yield f"Only {count} {what} at some effort tell the grip: more laps tell it better."


def _bound(
    events: tuple[FloatArray, FloatArray], config: EnvelopeConfig, what: str
) -> tuple[tuple[float, float], int]:
    """Return `a` and `c >= 0` of the level `a + c v^2` that most events stay under.

    Events far below were limited by something else than grip, so they are left out, round by round.
    """
    level, speed = events
    if level.size < config.min_passes:
        raise InsufficientDataError(
            expected=f"at least {config.min_passes} {what} taken at some effort",
            found=f"{level.size}",
            advice="Drive some more laps at your usual pace.",
        )
    fit = (float(np.quantile(level, config.quantile)), 0.0)
    near = np.ones(level.size, dtype=np.bool_)
    for _ in range(_FIT_ROUNDS):
        near = level > config.near_limit * (fit[0] + fit[1] * speed**2)
        if int(near.sum()) < config.min_passes:
            break
        fit = _quantile_line(level[near], speed[near] ** 2, config.quantile)
    return fit, int(near.sum())


def _quantile_line(level: FloatArray, square: FloatArray, quantile: float) -> tuple[float, float]:
    """Return `a` and `c >= 0` of the quantile regression of `level` on `square` (pinball loss)."""
    most = _MOST_SLOPE_RATIO * float(np.quantile(level, quantile)) / float(square.max())
    slopes = np.linspace(0.0, most, _SLOPES)
    rest = level - slopes[:, None] * square
    base = np.quantile(rest, quantile, axis=1)
    miss = rest - base[:, None]
    loss = np.sum(np.where(miss > 0.0, quantile * miss, (quantile - 1.0) * miss), axis=1)
    # What grows with speed adds to grip that is there without.
    loss[slopes * float(square.max()) > _MOST_SLOPE_RATIO * base] = np.inf
    best = int(np.argmin(loss)) if level.size >= _MIN_SLOPE_EVENTS else 0
    # Without downforce the grip does not grow: a slope must explain a good part of the scatter.
    if not float(loss[best]) < _WORTH_A_SLOPE * float(loss[0]):
        best = 0
    return float(base[best]), float(slopes[best])


def _engine(
    speed: FloatArray, along: FloatArray, weight: FloatArray, config: EnvelopeConfig
) -> tuple[float, float, float]:
    """Return power over mass, drag and rolling resistance, `a = P / (m v) - d v^2 - r`.

    A fit to the samples at full throttle: those near the fit of the round before, which begins with
    the strongest acceleration at each speed. Slopes up and down even out over the places.
    """
    rolling = _ROLLING * STANDARD_GRAVITY_MPS2
    level, at = _strongest(speed, along + rolling, config.speed_step_mps)
    if level.size < 2:
        raise InsufficientDataError(
            expected="acceleration on straights", found="hardly any", advice="Drive full laps."
        )
    # From a slow corner it is the tyres that limit, which says nothing of the engine.
    free = level < _FREE_OF_TRACTION * level.max()
    if int(free.sum()) < _MIN_BINS:
        free = at >= np.median(at)
    power, drag = _power_and_drag(at[free], level[free], np.ones(int(free.sum())))
    fastest_traction = float(at[~free].max(initial=0.0))
    for _ in range(_FIT_ROUNDS):
        miss = along + rolling - (power / speed - drag * speed**2)
        full = (np.abs(miss) < _FULL_THROTTLE_MPS2) & (speed > fastest_traction)
        if float(np.ptp(speed[full])) < _MIN_BINS * config.speed_step_mps if full.any() else True:
            break
        power, drag = _power_and_drag(speed[full], along[full] + rolling, weight[full])
    return power, drag, rolling


def _strongest(speed: FloatArray, level: FloatArray, step: float) -> tuple[FloatArray, FloatArray]:
    """Return a high quantile of the level in bins of the speed, and the mean speed of each bin."""
    number = (speed / step).astype(np.int64)
    bins = [number == k for k in np.unique(number) if np.count_nonzero(number == k) >= _MIN_SAMPLES]
    strongest = np.array([np.quantile(level[one], _STRONGEST) for one in bins])
    return strongest, np.array([np.mean(speed[one]) for one in bins])


def _power_and_drag(
    speed: FloatArray, level: FloatArray, weight: FloatArray
) -> tuple[float, float]:
    """Return the least-squares `P` and `d >= 0` of `level = P / v - d v^2`."""
    push, drag = 1.0 / speed, -(speed**2)
    a, b, c = (float(np.sum(weight * x * y)) for x, y in ((push, push), (push, drag), (drag, drag)))
    u, v = (float(np.sum(weight * x * level)) for x in (push, drag))
    determinant = a * c - b * b
    if determinant > 1e-9 * a * c:
        power, air = (c * u - b * v) / determinant, (a * v - b * u) / determinant
        if air >= _LEAST_DRAG_PER_M and power > 0.0:
            return power, air
    # Too noisy or too short to tell: then the drag is that of any car.
    return (u - _USUAL_DRAG_PER_M * b) / a, _USUAL_DRAG_PER_M


def _with_combined(
    first: GripEnvelope,
    speed: FloatArray,
    along: FloatArray,
    across: FloatArray,
    weight: FloatArray,
    config: EnvelopeConfig,
) -> GripEnvelope:
    """Return the envelope with what corners tell: the ellipse, and the traction out of them."""
    known = weight > 0.0
    v, ax, ay, spent = (values[known] for values in (speed, along, across, weight))
    used = np.minimum(ay / first.lateral_at(v), 1.0)
    brake = -ax / first.braking_at(v)
    both = (used > _COMBINED) & (brake > _COMBINED)
    exponent = _exponent(used[both], brake[both], config)
    left = np.maximum(1.0 - used**exponent, 0.0) ** (1.0 / exponent)
    push = ax + first.drag_per_m * v**2 + first.rolling_mps2
    # Where the engine gives less than is asked of the tyres, they do not limit.
    asked = push * np.maximum(v, config.min_speed_mps)
    by_tyres = (push > 0.0) & (left > _LEFT) & (asked < _FREE_OF_TRACTION * first.power_per_mass)
    traction = first.braking_mps2
    if np.count_nonzero(by_tyres) >= _MIN_SAMPLES:
        needed = push[by_tyres] / left[by_tyres]
        traction = _weighted_quantile(needed, spent[by_tyres], _TRACTION_QUANTILE)
    strongest = float(np.max(first.power_per_mass / np.maximum(v, config.min_speed_mps)))
    return replace(first, exponent=exponent, traction_mps2=min(traction, strongest))


def _exponent(across: FloatArray, along: FloatArray, config: EnvelopeConfig) -> float:
    """Return the exponent of the super-ellipse that most combined samples stay inside."""
    if across.size < _MIN_SAMPLES:
        return _USUAL_EXPONENT
    exponents = np.linspace(config.least_exponent, config.most_exponent, 25)
    reach = [
        float(np.quantile((across**e + along**e) ** (1.0 / e), config.quantile)) for e in exponents
    ]
    # A larger exponent makes more room: the first one that holds them.
    fits = np.flatnonzero(np.array(reach) <= 1.0)
    return float(exponents[fits[0]]) if fits.size else config.most_exponent


def _weighted_quantile(values: FloatArray, weight: FloatArray, quantile: float) -> float:
    order = np.argsort(values)
    spent = np.cumsum(weight[order])
    return float(values[order][int(np.searchsorted(spent, quantile * spent[-1]))])
