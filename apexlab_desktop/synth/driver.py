"""What the driver does: habits, their scatter from lap to lap, and faults planted on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """Habits of a driver and how much they vary.

    Attributes
    ----------
    utilisation, utilisation_sigma : float
        Share of the grip that is used, and its scatter per lap and corner.
    brake_early_m, brake_early_sigma_m : float
        How much earlier than the limit the brake goes on [m].
    throttle_delay_s, throttle_delay_sigma_s : float
        Wait at minimum speed before accelerating [s].
    ramp_s : float
        Least time to apply or release a pedal; the jerk limit may ask for more [s].
    line_spread_m : float
        Lap-to-lap standard deviation of the offset [m].
    apex_spread_m : float
        Lap-to-lap standard deviation of the offset in each corner [m].
    trail_depth : float
        Share of the brake kept while the car turns in: 1 brakes along the edge of the grip, 0
        lets go in proportion to the cornering.
    min_speed_factor : float
        Share of the possible speed through every corner.
    shift_gap_s : float
        Time without power at each change up; 0.15 is a quick hand, 0 a seamless gearbox [s].
    learning_per_lap : float
        Growth of the utilisation per lap in the first laps (it fades with 4 laps).
    out_lap_effort, in_lap_effort : float
        Factor on the utilisation in the first and last lap.
    cool_down_effort : float
        The same in laps driven to cool the car.
    """

    utilisation: float = 0.955
    utilisation_sigma: float = 0.010
    brake_early_m: float = 4.0
    brake_early_sigma_m: float = 1.8
    throttle_delay_s: float = 0.08
    throttle_delay_sigma_s: float = 0.04
    ramp_s: float = 0.30
    line_spread_m: float = 0.15
    apex_spread_m: float = 0.20
    trail_depth: float = 1.0
    min_speed_factor: float = 1.0
    shift_gap_s: float = 0.0
    learning_per_lap: float = 0.0
    out_lap_effort: float = 0.88
    in_lap_effort: float = 0.80
    cool_down_effort: float = 0.60


EXACT_DRIVER = Driver(
    utilisation=1.0,
    utilisation_sigma=0.0,
    brake_early_m=0.0,
    brake_early_sigma_m=0.0,
    throttle_delay_s=0.0,
    throttle_delay_sigma_s=0.0,
    line_spread_m=0.0,
    apex_spread_m=0.0,
)
"""Drives every lap alike at the limit."""


class FaultKind(StrEnum):
    """What goes wrong, with the unit of `Fault.amount`."""

    EARLY_BRAKE = "early_brake"
    """Brakes earlier by the amount [m]."""
    LAZY_THROTTLE = "lazy_throttle"
    """Waits longer at minimum speed by the amount [s]."""
    LOW_MIN_SPEED = "low_min_speed"
    """Slower through the corner by the amount [m/s]."""
    MISSED_APEX = "missed_apex"
    """Runs wide of the apex by the amount [m]."""
    LOCK_UP = "lock_up"
    """Locks a wheel: runs wide by the amount and loses grip while braking [m]."""
    LIFT = "lift"
    """Lifts on the straight behind the corner and loses the amount [m/s]."""
    TRAFFIC = "traffic"
    """Held up behind the corner for the amount [m] at 70 % of the speed."""
    OFF = "off"
    """Leaves the road behind the corner by the amount beyond its edge [m]."""
    SPIN = "spin"
    """Spins in the corner and stands for the amount [s]."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault planted in one corner.

    Attributes
    ----------
    kind : FaultKind
    corner : int
        Number of the corner, from 1.
    amount : float
        In the unit of the kind.
    laps : tuple of int or None
        Timed laps it happens in, from 1; None for all.
    """

    kind: FaultKind
    corner: int
    amount: float
    laps: tuple[int, ...] | None = None

    def happens_in(self, lap: int) -> bool:
        """Return whether timed lap `lap` has this fault."""
        return lap >= 1 and (self.laps is None or lap in self.laps)


_MISTAKES: tuple[tuple[FaultKind, float], ...] = (
    (FaultKind.MISSED_APEX, 1.2),
    (FaultKind.LOCK_UP, 1.5),
    (FaultKind.LIFT, 3.0),
    (FaultKind.EARLY_BRAKE, 10.0),
    (FaultKind.LAZY_THROTTLE, 0.5),
)


def random_mistakes(
    n_corners: int, laps: int, per_lap: float, rng: np.random.Generator
) -> tuple[Fault, ...]:
    """Return mistakes spread over the laps, `per_lap` on average, each in one lap and corner."""
    mistakes: list[Fault] = []
    for lap in range(1, laps + 1):
        for _ in range(int(rng.poisson(per_lap))):
            kind, amount = _MISTAKES[int(rng.integers(len(_MISTAKES)))]
            corner = int(rng.integers(1, n_corners + 1))
            mistakes.append(Fault(kind, corner, amount * float(rng.uniform(0.7, 1.3)), (lap,)))
    return tuple(mistakes)
