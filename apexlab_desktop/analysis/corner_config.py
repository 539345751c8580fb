"""Thresholds of what is measured in a corner (analysis.md 8, algorithms.md 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerMeasureConfig:
    """Every threshold of the corner measures; accelerations are magnitudes."""

    around_s: float = 30.0
    """How much of the neighbouring laps is looked at, for corners near the start line."""

    # Slowest point
    slowest_guard_ratio: float = 0.4
    """A least speed farther from the apex than this share of the zone belongs to a neighbour."""
    slowest_search_ratio: float = 0.3
    """Then it is sought within this share of the zone around the apex."""
    slowest_half_window_s: float = 0.25
    """The parabola through the slowest samples spans twice this, and three samples at least."""

    # Braking
    brake_rate_hz: float = 4.5
    """Slower fixes cannot tell a brake point."""
    brake_on_mps2: float = 0.20 * STANDARD_GRAVITY_MPS2
    brake_off_mps2: float = 0.10 * STANDARD_GRAVITY_MPS2
    brake_beyond_lift_mps2: float = 0.12 * STANDARD_GRAVITY_MPS2
    """Braking is by this much more than what a closed throttle does."""
    brake_off_beyond_lift_mps2: float = 0.02 * STANDARD_GRAVITY_MPS2
    brake_on_s: float = 0.15
    brake_off_s: float = 0.10
    brake_most_ratio: float = 0.85
    """A braking is for the corner by whose exit that much of the speed is lost."""
    brake_before_entry_m: float = 20.0
    """Braking that ends earlier than this before the entry is for something else."""
    lift_level_mps2: float = 0.07 * STANDARD_GRAVITY_MPS2
    """Rolling and engine braking with a closed throttle, with nothing known about the car."""
    lift_drag_per_m: float = 0.0003
    """Air drag over mass: 0.7 m2 at 1400 kg [1/m]."""
    lift_most_drag_per_m: float = 0.004
    """That of a kart with an upright driver is 0.003."""
    rolling_mps2: float = 0.015 * STANDARD_GRAVITY_MPS2
    pedal_on_ratio: float = 0.05
    pedal_off_ratio: float = 0.03
    pedal_least_span: float = 0.3
    pedal_most_rest: float = 0.4
    """A pedal that moves by less over a session, or rests higher, is none (pressures: in bar)."""
    pedal_least_effect_mps2: float = 0.5
    """Nor is one that makes less of a difference to the car."""

    # Two-piece fit of the onset
    onset_before_s: float = 0.9
    onset_after_s: float = 0.7
    onset_step_s: float = 0.02
    onset_ramps_s: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8)
    onset_least_sigma_mps: float = 0.02

    # Trail braking, throttle, coasting
    trail_accel_lat_mps2: float = 0.30 * STANDARD_GRAVITY_MPS2
    trail_least_s: float = 0.2
    pickup_mps2: float = 0.05 * STANDARD_GRAVITY_MPS2
    pickup_s: float = 0.3
    commit_throttle_ratio: float = 0.80
    commit_s: float = 0.3
    commit_least_mps2: float = 0.03 * STANDARD_GRAVITY_MPS2
    commit_share: float = 0.40
    """Of what the car manages at that speed, nine times in ten."""
    commit_way_m: float = 10.0
    coast_mps2: float = 0.05 * STANDARD_GRAVITY_MPS2
    speed_bin_mps: float = 4.0


DEFAULT_CORNER_MEASURES = CornerMeasureConfig()
