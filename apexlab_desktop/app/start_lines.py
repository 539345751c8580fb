"""A start line where the user points at the track."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.types import StartLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOnTrack:
    """A point of the driven line in the plane of its session, and where the car goes there.

    Attributes
    ----------
    x_m, y_m : float
        East and north of the plane's origin [m].
    east, north : float
        Driving direction, a unit vector.
    origin_lat_deg, origin_lon_deg : float or None
        Origin of the plane [deg]; None for sims without latitude and longitude.
    """

    x_m: float
    y_m: float
    east: float
    north: float
    origin_lat_deg: float | None
    origin_lon_deg: float | None


def start_line_across(place: PlaceOnTrack) -> StartLine:
    """Return the line across the track at a place, to be crossed in the driving direction."""
    # The planes of sims lie around 0, 0, in the splitting of laps as here.
    lat_deg, lon_deg = geo.to_geodetic(
        place.x_m, place.y_m, place.origin_lat_deg or 0.0, place.origin_lon_deg or 0.0
    )
    return StartLine(
        lat_deg=float(lat_deg),
        lon_deg=float(lon_deg),
        bearing_deg=math.degrees(math.atan2(place.east, place.north)) % 360.0,
    )
