"""The JSON document of the optimal lap (DESIGN section 3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from apexlab_desktop.analysis.optimal_profile import pedal_points
from apexlab_desktop.app.documents import SCHEMA

if TYPE_CHECKING:
    from apexlab_desktop.analysis.grip_envelope import GripEnvelope
    from apexlab_desktop.analysis.grip_use import GripUse
    from apexlab_desktop.analysis.optimal_profile import OptimalProfile
    from apexlab_desktop.app.optimal import BetterLine, LineOptimum, OptimalSession


def line_document(optimum: LineOptimum) -> dict[str, Any]:
    """Return the optimal lap on a line of the user's."""
    return {
        **_profile(optimum.profile),
        "x_m": optimum.x_m.tolist(),
        "y_m": optimum.y_m.tolist(),
        "is_valid": not optimum.invalid_reasons,
        "invalid_reasons": list(optimum.invalid_reasons),
        "is_closed": optimum.is_closed,
        "length_m": optimum.profile.path.length_m,
        "remarks": list(optimum.remarks),
    }


def session_document(found: OptimalSession) -> dict[str, Any]:
    """Return the optimal lap on the line of a session's best lap."""
    optimum = found.optimum
    numbers = {corner.id: corner.number for corner in found.corners}
    return {
        **_profile(optimum.profile),
        "is_valid": optimum.is_valid,
        "invalid_reasons": list(optimum.invalid_reasons),
        "file": found.opened.file,
        "lap": optimum.lap_number,
        "driven_lap_time_s": optimum.driven_time_s,
        "driven_speed_mps": optimum.driven_speed_mps.tolist(),
        "station_m": optimum.places.station_m.tolist(),
        "is_closed": optimum.profile.path.is_closed,
        "length_m": optimum.profile.path.length_m,
        "mu_source": optimum.mu_source,
        "remarks": list(found.remarks),
        "first_lap_time_s": optimum.first_lap_time_s,
        "corners": [
            {
                "id": gap.corner_id,
                "number": numbers[gap.corner_id],
                "optimal_min_speed_mps": gap.optimal_min_speed_mps,
                "min_speed_mps": gap.driven_min_speed_mps,
                "speed_gap_mps": gap.speed_gap_mps,
                "brake_gap_m": gap.brake_gap_m,
                "throttle_gap_m": gap.throttle_gap_m,
                "time_cost_s": gap.time_cost_s,
                "exit_straight_time_cost_s": gap.exit_straight_time_cost_s,
            }
            for gap in found.gaps
        ],
        "grip_use": None if found.use is None else _use(found.use),
        "envelope": None if optimum.envelope is None else _envelope(optimum.envelope),
    }


def better_line_document(better: BetterLine) -> dict[str, Any]:
    """Return the better line inside the band that was used; a part of the session's document."""
    return {
        "lap_time_s": better.lap_time_s,
        "gain_s": better.gain_s,
        "x_m": better.line.x_m.tolist(),
        "y_m": better.line.y_m.tolist(),
        "what": "line inside the band you have used",
    }


def _use(use: GripUse) -> dict[str, Any]:
    points = use.points
    return {
        "session": asdict(use.session),
        "corners": {corner: asdict(one) for corner, one in use.corners.items()},
        "points": {
            "ay_mps2": points.accel_lat_mps2.tolist(),
            "ax_mps2": points.accel_long_mps2.tolist(),
            "speed_mps": points.speed_mps.tolist(),
            "distance_m": points.distance_m.tolist(),
            "lap": points.lap_numbers.tolist(),
        },
    }


def _envelope(envelope: GripEnvelope) -> dict[str, Any]:
    names = (
        "mu", "lateral_mps2", "lateral_per_m", "braking_mps2", "braking_per_m", "traction_mps2",
        "power_per_mass", "drag_per_m", "rolling_mps2", "exponent", "fastest_mps", "n_passes",
        "n_brakings", "is_lower_bound", "mu_source",
    )  # fmt: skip
    return {name: getattr(envelope, name) for name in names} | {"reasons": list(envelope.reasons)}


def _profile(profile: OptimalProfile) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "lap_time_s": profile.lap_time_s,
        "distance_m": profile.path.distance_m.tolist(),
        "speed_mps": profile.speed_mps.tolist(),
        "ax_mps2": profile.accel_long_mps2.tolist(),
        "ay_mps2": profile.accel_lat_mps2.tolist(),
        "pedal_points": [asdict(point) for point in pedal_points(profile)],
    }
