"""What is known about corners: where they are, and what each lap did in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A corner of a layout; stations count from the start line, 0 to the line's length.

    Entry to exit of a corner that lies on the start line runs over it: `exit_m` is then less than
    `entry_m`.

    Attributes
    ----------
    id : str
        Stable: the same for all sessions of a layout, whatever the corner is called.
    number : str
        For people: `5`, or `5a` of a corner that was found later.
    name : str
        Empty without one.
    direction : str
        `left` or `right`.
    entry_m, apex_m, exit_m : float
        Where it begins, where it is tightest, where it ends [m].
    radius_m : float
        Smallest radius [m].
    turned_rad : float
        Integral of the curvature, left positive [rad].
    kind : str
        `hairpin`, `carousel`, `sweeper`, `kink` or `corner` (analysis.md 7).
    complex : str
        Id of the chicane or esses it is part of; empty where it stands alone.
    character : str
        `flat`, `lift` or `brake`: what drivers do there; empty where that is not known.
    """

    id: str
    number: str
    name: str = ""
    direction: str
    entry_m: float
    apex_m: float
    exit_m: float
    radius_m: float
    turned_rad: float
    kind: str = "corner"
    complex: str = ""
    character: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerPass:
    """What one lap did in one corner; None where it cannot be known (analysis.md 8).

    Attributes
    ----------
    corner_id : str
    lap_number : int
    entry_speed_mps, exit_speed_mps : float or None
        At the corner's entry and exit [m/s].
    min_speed_mps, slowest_m : float or None
        Least speed, and its station [m/s, m].
    brake_point_m, brake_release_m : float or None
        Where braking for this corner begins and ends [m].
    brake_source : str
        `pedal` or `speed`: what told the brake point; empty without one.
    brake_point_sigma_m : float or None
        One sigma of the brake point [m].
    peak_brake_mps2 : float or None
        Strongest deceleration of that braking, negative [m/s2].
    brake_duration_s, brake_distance_m : float or None
    trail_brake_s : float or None
        Braking while the car turns [s].
    throttle_pickup_m, throttle_commit_m : float or None
        First throttle behind the slowest point, and full commitment [m].
    coast_time_s : float or None
        Between brake and throttle [s].
    segment_time_s : float or None
        From entry to exit [s].
    segment_time_sigma_s : float or None
        One sigma of it [s].
    reasons : tuple of str
        Words why something is missing.
    """

    corner_id: str
    lap_number: int
    entry_speed_mps: float | None = None
    exit_speed_mps: float | None = None
    min_speed_mps: float | None = None
    slowest_m: float | None = None
    brake_point_m: float | None = None
    brake_release_m: float | None = None
    brake_source: str = ""
    brake_point_sigma_m: float | None = None
    peak_brake_mps2: float | None = None
    brake_duration_s: float | None = None
    brake_distance_m: float | None = None
    trail_brake_s: float | None = None
    throttle_pickup_m: float | None = None
    throttle_commit_m: float | None = None
    coast_time_s: float | None = None
    segment_time_s: float | None = None
    segment_time_sigma_s: float | None = None
    reasons: tuple[str, ...] = ()
