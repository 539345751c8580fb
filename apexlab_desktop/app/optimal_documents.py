"""The JSON document of the optimal lap (DESIGN section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apexlab_desktop.app.documents import SCHEMA

if TYPE_CHECKING:
    from apexlab_desktop.analysis.optimal_profile import OptimalProfile
    from apexlab_desktop.app.optimal import LineOptimum


def line_document(optimum: LineOptimum) -> dict[str, Any]:
    """Return the optimal lap on a line of the user's."""
    return {
        **_profile(optimum.profile),
        "x_m": optimum.x_m.tolist(),
        "y_m": optimum.y_m.tolist(),
        "is_valid": True,
        "invalid_reasons": [],
        "is_closed": optimum.is_closed,
        "length_m": optimum.profile.path.length_m,
        "remarks": list(optimum.remarks),
    }


def _profile(profile: OptimalProfile) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "lap_time_s": profile.lap_time_s,
        "distance_m": profile.path.distance_m.tolist(),
        "speed_mps": profile.speed_mps.tolist(),
        "ax_mps2": profile.accel_long_mps2.tolist(),
        "ay_mps2": profile.accel_lat_mps2.tolist(),
    }
