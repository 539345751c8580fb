"""Every threshold of the analysis in one frozen value, stored with the results it made."""

from __future__ import annotations

from dataclasses import dataclass

ANALYSIS_VERSION = 6
"""Raised whenever a result could change; cached results of another version are recomputed."""

STANDARD_GRAVITY_MPS2 = 9.80665


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisConfig:
    """Thresholds with the section of the specification that names them."""

    grid_step_m: float = 0.7
    """Grid of every comparison (analysis.md 5)."""

    max_stations: int = 200_000
    """Most places of a line: 140 km at the usual step. Longer laps get a coarser grid."""
    coarse_step_m: float = 2.8
    """Grid of lines that only tell laps from each other."""

    # Time base and dropouts (algorithms.md 1.3, 1.4)
    segment_gap_s: float = 2.0
    """A longer gap starts a new segment."""
    smoother_gap_s: float = 0.5
    """A longer gap has no acceleration, corner extreme or brake point inside."""
    min_period_s: float = 0.001
    """Samples closer than that say nothing more about a car and are thinned out to it."""
    max_disorder_ratio: float = 0.01
    """Largest share of samples out of order that is sorted."""
    min_jitter_s: float = 0.0005
    """Time jitter up to this is rounding of the file and is left alone."""
    min_fix_type: float = 2.0
    min_satellites: float = 4.0
    frozen_speed_mps: float = 3.0
    """A position that stands still above this speed is frozen."""
    spike_floor_m: float = 0.5
    spike_window_s: float = 1.0
    spike_sigmas: float = 5.0
    speed_mismatch_mps: float = 3.0
    speed_mismatch_ratio: float = 0.25
    max_accel_road_mps2: float = 3.5 * STANDARD_GRAVITY_MPS2
    max_accel_sim_mps2: float = 7.0 * STANDARD_GRAVITY_MPS2
    min_lag_correlation: float = 0.6
    min_lag_peak_ratio: float = 1.1
    quiet_drop_ratio: float = 0.05
    """Share of fixes that may be dropped before it weighs as lost."""
    max_accuracy_m: float = 2.0
    """Row filter of analysis.md 2.1, kept out when it would flag more than `quiet_drop_ratio`."""
    min_filter_satellites: float = 6.0

    # Motion (algorithms.md 1.5, 1.6, 2.1)
    velocity_window_s: float = 0.5
    derived_course_window_s: float = 1.1
    """Where the course comes from positions."""
    position_window_s: float = 1.0
    min_curvature_speed_mps: float = 5.0
    slow_position_sigma_m: float = 0.8
    """One sigma of a consumer receiver's slow error along the track, when nothing is known."""
    slow_position_tau_s: float = 60.0
    phone_position_sigma_m: float = 2.0
    """The same for receivers slower than `phone_period_s`."""
    phone_period_s: float = 0.4
    sim_position_sigma_m: float = 0.01

    # Inertial sensors (algorithms.md 2.2, 2.3)
    imu_min_rate_hz: float = 25.0
    imu_min_correlation: float = 0.7
    imu_scale_ratio: float = 0.1
    """A sensor's scale is believed to be off by this at most; more is the mounting."""
    imu_bias_window_s: float = 30.0
    imu_least_noise: float = 0.02
    """An aligned acceleration is never believed to be better [m/s2/sqrt(Hz)]."""

    # Crossings and laps (algorithms.md 3, analysis.md 4)
    line_half_width_m: float = 15.0
    beside_line_m: float = 40.0
    """A pit lane passes the line within this."""
    min_lap_time_s: float = 10.0
    min_lap_share: float = 0.6
    """Shortest way between crossings, as a share of the track length."""
    leave_radius_m: float = 40.0
    """The car must have been this far from the line before it can cross again."""
    min_crossing_speed_mps: float = 0.3
    crossing_gap_s: float = 10.0
    """A dropout up to this over the line still gives an (uncertain) crossing."""
    pause_gap_s: float = 30.0
    """A longer gap with the car hardly moved is a pause, and ends the lap."""
    pause_speed_mps: float = 5.0
    max_lap_gap_s: float = 1.0
    length_tolerance_ratio: float = 0.03
    long_lap_ratio: float = 1.3
    short_lap_ratio: float = 0.8
    slow_lap_ratio: float = 1.5
    slow_lap_iqr: float = 2.0
    slow_lap_floor_ratio: float = 0.02
    pit_speed_mps: float = 30.0 / 3.6
    """Laps that start or end below this are out-laps and in-laps."""
    out_lap_share: float = 0.05
    stop_speed_mps: float = 2.0
    stop_time_s: float = 3.0
    branch_offset_m: float = 8.0
    """Farther off the common line, slowly, is the pit lane (algorithms.md 3.2)."""
    branch_time_s: float = 3.0
    limit_time_s: float = 5.0
    limit_ratio: float = 0.08
    """A speed limit is kept to within this, to either side."""
    limit_speed_mps: float = 90.0 / 3.6
    off_course_m: float = 25.0
    off_course_way_m: float = 80.0

    # Places (algorithms.md 4)
    line_smoothing_s: float = 1.4
    """Wavelength in time of which the reference line keeps half. Cars turn at no more than about
    1.2 rad/s (lateral grip over speed), where this loses 0.5 % of the radius."""
    line_smoothing_m: float = 15.0
    """The same along the line, for what is left after joining laps."""
    max_line_laps: int = 9
    """Fastest clean laps whose median is the reference line."""
    min_median_laps: int = 3
    closing_gap_m: float = 40.0
    """A lap whose ends lie closer, and head the same way, is closed."""
    search_margin_m: float = 15.0
    """Half width of the search for a place, beyond what the odometers disagree by."""
    max_search_m: float = 300.0
    anchor_interval_s: float = 1.0
    """Every so often a place is searched; between, it is followed."""
    max_heading_error_rad: float = 1.0472
    """A car points within 60 degrees of its place on the line."""
    off_track_m: float = 30.0
    """Farther from the line the odometer holds the station."""
    max_offset_curvature: float = 0.8
    """Limit of offset times curvature: beyond it a foot point is not unique."""
    residual_low_pass_s: float = 3.0
    """Window that lays the projection onto the odometer."""
    line_pin_s: float = 0.25
    """How long before the line a lap is on the clock of its places, not of its crossings."""
    line_skew_sigma_m: float = 0.1
    """How far apart along the reference line cars pass the start line, by passing side by side."""
    channel_gap_s: float = 0.5
    """A longer gap in a channel stays a gap (slow channels: 2.5 of their own intervals)."""
    fast_position_tau_s: float = 0.6
    """Correlation time of the fast part of the position error."""
    line_heading_sigma_rad: float = 0.05
    """How far the driven line points off the track's own direction: `the same place` of two cars
    side by side is uncertain by their distance times this."""

    stretch_tolerance_ratio: float = 0.02
    """Laps without places are stretched by no more than this (analysis.md 5)."""

    # Registration between sessions (algorithms.md 4.4)
    is_registration_enabled: bool = True
    max_registration_m: float = 5.0
    min_registration_straights: int = 3
    registration_heading_spread_rad: float = 1.0472
    straight_curvature_per_m: float = 1.0 / 400.0
    min_straight_m: float = 30.0
    layout_mean_distance_m: float = 12.0
    layout_p95_distance_m: float = 25.0
    max_start_offset_m: float = 25.0
    """Start lines of two sessions may lie this far apart along the track."""

    # Corners (analysis.md 7, algorithms.md 5.1)
    corner_window_rad: float = 0.4
    """Curvature is averaged over this much of the bend, between the two lengths below."""
    corner_least_window_m: float = 8.0
    corner_most_window_m: float = 30.0
    corner_reversal_rad: float = 0.14
    """Turning back by less (8 deg) ends no corner: moving across the road on a straight turns a
    car by up to 6 deg."""
    corner_least_turn_rad: float = 0.2618
    """A corner turns by at least 15 deg."""
    corner_open_ratio: float = 0.4
    corner_open_missing_rad: float = 0.105
    """Where the road opens to less than that share of the curvature, 6 deg less turned are enough
    to part two corners of one direction."""
    corner_valley_ratio: float = 0.75
    corner_valley_missing_rad: float = 0.21
    """Where it opens less, 12 deg: the smoothing of the line fills short straights."""
    corner_good_sigma_m: float = 1.2
    corner_poor_sigma_m: float = 2.0
    """Positions with a larger error than the first wander within a corner: windows and angles grow,
    up to twice at the second."""
    corner_apex_ratio: float = 0.6
    """The apex is the middle of what is at least that tight."""
    corner_edge_per_m: float = 1.0 / 400.0
    corner_edge_ratio: float = 0.15
    corner_most_edge_ratio: float = 0.4
    """A corner begins and ends at this curvature, or share of its own."""
    corner_least_length_m: float = 15.0
    hairpin_turn_rad: float = 2.0944
    hairpin_radius_m: float = 30.0
    hairpin_arc_m: float = 100.0
    carousel_turn_rad: float = 3.1416
    sweeper_turn_rad: float = 0.5236
    sweeper_arc_m: float = 80.0
    kink_turn_rad: float = 0.4363
    kink_speed_loss: float = 0.05
    flat_speed_loss: float = 0.03
    lift_speed_loss: float = 0.12
    complex_gap_m: float = 30.0
    complex_gap_s: float = 1.2
    complex_accel_mps2: float = 0.10 * STANDARD_GRAVITY_MPS2
    complex_accel_s: float = 0.7


DEFAULT_CONFIG = AnalysisConfig()
