"""A track: centreline, elevation, banking, corners with their true places, pit lane, geodesy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth.centreline import Centreline, FloatArray, Place, trace
from apexlab_desktop.synth.circuits import LAYOUTS, Crest, Layout, PitLane
from apexlab_desktop.synth.elements import Bend, lengths_of, pieces_of
from apexlab_desktop.synth.geodesy import TangentPlane

BASE_ALTITUDE_M = 100.0
"""Height of the local plane of every track."""

Elevation = Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A corner as it was built.

    Attributes
    ----------
    number : int
        1, 2 ... in driving order from the start line.
    sign : int
        +1 left, -1 right.
    start_m, end_m : float
        Stations where the transition begins and ends [m].
    apex_m : float
        Station of the middle of the tightest arc; of equal arcs the first [m].
    apexes_m : tuple of float
        Middles of all arcs at least as tight as both neighbours [m].
    radius_m : float
        Smallest centreline radius [m].
    angle_deg : float
        Angle turned, left positive [deg].
    complex_id : int
        Corners of one chicane or esses share it; 0 for none.
    bank_deg : float
        Towards the inside [deg].
    """

    number: int
    sign: int
    start_m: float
    apex_m: float
    apexes_m: tuple[float, ...]
    end_m: float
    radius_m: float
    angle_deg: float
    complex_id: int
    bank_deg: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Track:
    """A track in its local plane; stations count from the start line in driving direction.

    Attributes
    ----------
    name, title : str
    is_reversed : bool
    is_closed : bool
    length_m : float
        Length of the lap, or from start to finish line when open [m].
    first_m, last_m : float
        Stations of the ends of the road; 0 and `length_m` for closed tracks [m].
    width_m : float
    line_half_width_m : float
        Half the length of the start line [m].
    corners : tuple of Corner
    centreline : Centreline
    elevation : callable
        Stations to height above `BASE_ALTITUDE_M`, slope and vertical curvature [m, -, 1/m].
    plane : TangentPlane
        Origin of x and y on the ellipsoid.
    pit : PitLane or None
    vehicle : str
        Preset that fits.
    step_m : float
        Spacing for lines and speed profiles; `length_m` is a whole multiple [m].
    """

    name: str
    title: str
    is_reversed: bool
    is_closed: bool
    length_m: float
    first_m: float
    last_m: float
    width_m: float
    line_half_width_m: float
    corners: tuple[Corner, ...]
    centreline: Centreline
    elevation: Elevation
    plane: TangentPlane
    pit: PitLane | None
    vehicle: str
    step_m: float

    @property
    def origin_lat_deg(self) -> float:
        """Latitude of the origin [deg]."""
        return self.plane.lat_deg

    @property
    def origin_lon_deg(self) -> float:
        """Longitude of the origin [deg]."""
        return self.plane.lon_deg

    @property
    def start_bearing_deg(self) -> float:
        """Driving direction at the start line, clockwise from north [deg]."""
        heading = float(self.at(np.zeros(1)).heading_rad[0])
        return math.degrees(math.pi / 2 - heading) % 360.0

    @property
    def start_lat_lon_deg(self) -> tuple[float, float]:
        """Centre of the start line [deg]."""
        place = self.at(np.zeros(1))
        lat_deg, lon_deg = self.plane.to_lat_lon(place.x_m, place.y_m)
        return float(lat_deg[0]), float(lon_deg[0])

    def on_lap(self, station_m: FloatArray) -> FloatArray:
        """Return unwrapped stations as stations of one lap [m]."""
        return np.mod(station_m, self.length_m) if self.is_closed else station_m

    def at(self, station_m: FloatArray) -> Place:
        """Return the centreline at unwrapped stations, exact to 1e-9 m."""
        return self.centreline.at(self.on_lap(np.asarray(station_m, dtype=np.float64)))

    def bank_rad(self, station_m: FloatArray) -> FloatArray:
        """Return the cross slope, positive where it helps a left turn [rad]."""
        station = self.on_lap(station_m)
        bank = np.zeros_like(station)
        for corner in self.corners:
            if corner.bank_deg:
                ramp = 20.0
                inside = np.minimum(station - corner.start_m, corner.end_m - station) / ramp
                bank += corner.sign * math.radians(corner.bank_deg) * _smooth_step(inside)
        return bank


def _smooth_step(u: FloatArray) -> FloatArray:
    v = np.clip(u, 0.0, 1.0)
    return v**3 * (10.0 - 15.0 * v + 6.0 * v**2)


def _corners(layout: Layout, first_m: float) -> tuple[Corner, ...]:
    corners: list[Corner] = []
    start = first_m
    for element, length in zip(layout.elements, lengths_of(layout.elements), strict=True):
        if isinstance(element, Bend):
            corners.append(_corner(element, len(corners) + 1, start, length))
        start += length
    return tuple(corners)


def _corner(bend: Bend, number: int, start: float, length: float) -> Corner:
    middles: list[float] = []
    station = start + bend.ramps_m[0]
    for index, (radius, angle) in enumerate(zip(bend.radii_m, bend.angles_deg, strict=True)):
        ramps = (bend.ramps_m[index] + bend.ramps_m[index + 1]) / 2
        arc = abs(math.radians(angle)) * radius - ramps
        middles.append(station + arc / 2)
        station += arc + bend.ramps_m[index + 1]
    radii = (math.inf, *bend.radii_m, math.inf)
    apexes = tuple(
        middle
        for middle, before, here, after in zip(middles, radii, radii[1:], radii[2:], strict=False)
        if here <= before and here <= after
    )
    return Corner(
        number=number,
        sign=1 if bend.angle_deg > 0 else -1,
        start_m=start,
        apex_m=middles[bend.radii_m.index(min(bend.radii_m))],
        apexes_m=apexes,
        end_m=start + length,
        radius_m=min(bend.radii_m),
        angle_deg=bend.angle_deg,
        complex_id=bend.complex_id,
        bank_deg=bend.bank_deg,
    )


def _crest(crest: Crest, length_m: float, station: FloatArray) -> tuple[FloatArray, ...]:
    """Return height, slope and curvature of `height (1 - u^2)^4`, which joins smoothly."""
    u = np.clip((station - crest.at_ratio * length_m) / crest.half_length_m, -1.0, 1.0)
    w = 1.0 - u**2
    half = crest.half_length_m
    return (
        crest.height_m * w**4,
        -8.0 * crest.height_m * u * w**3 / half,
        crest.height_m * (48.0 * u**2 * w**2 - 8.0 * w**3) / half**2,
    )


def _elevation(layout: Layout, length_m: float, *, is_reversed: bool) -> Elevation:
    direction = -1.0 if is_reversed else 1.0

    def evaluate(station_m: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        station = np.asarray(station_m, dtype=np.float64)
        if layout.is_closed:
            station = np.mod(direction * station, length_m)
        elif is_reversed:
            station = length_m - station
        slope = np.full_like(station, layout.rise_m / length_m)
        height = slope * station
        bend = np.zeros_like(station)
        for amplitude, order, phase in layout.harmonics:
            wave = 2.0 * math.pi * order / length_m
            height += amplitude * np.cos(wave * station + phase)
            slope -= amplitude * wave * np.sin(wave * station + phase)
            bend -= amplitude * wave**2 * np.cos(wave * station + phase)
        for crest in layout.crests:
            rise, steep, curve = _crest(crest, length_m, station)
            height, slope, bend = height + rise, slope + steep, bend + curve
        return height, direction * slope, bend

    return evaluate


def _reversed_corners(corners: tuple[Corner, ...], length_m: float) -> tuple[Corner, ...]:
    turned: list[Corner] = []
    for number, corner in enumerate(reversed(corners), start=1):
        apexes = tuple(length_m - apex for apex in reversed(corner.apexes_m))
        # Of equally tight arcs the first in driving direction is the apex, in either direction.
        apex = length_m - corner.apex_m if len(apexes) == 1 else apexes[0]
        turned.append(
            Corner(
                number=number,
                sign=-corner.sign,
                start_m=length_m - corner.end_m,
                apex_m=apex,
                apexes_m=apexes,
                end_m=length_m - corner.start_m,
                radius_m=corner.radius_m,
                angle_deg=-corner.angle_deg,
                complex_id=corner.complex_id,
                bank_deg=corner.bank_deg,
            )
        )
    return tuple(turned)


def _reversed_pit(pit: PitLane | None) -> PitLane | None:
    if pit is None:
        return None
    return PitLane(
        entry_m=-pit.exit_m,
        exit_m=-pit.entry_m,
        blend_m=pit.blend_m,
        offset_m=-pit.offset_m,
        limit_mps=pit.limit_mps,
        start_box_m=-pit.stop_box_m,
        stop_box_m=-pit.start_box_m,
    )


@cache
def load_track(name: str, *, is_reversed: bool = False) -> Track:
    """Return the track called `name`, driven in the built or in the opposite direction.

    Raises
    ------
    ApexLabError
        If there is no such track.
    """
    if name not in LAYOUTS:
        raise ApexLabError(expected="one of " + ", ".join(LAYOUTS), found=name, place="track")
    layout = LAYOUTS[name]()
    pieces = [piece for element in layout.elements for piece in pieces_of(element)]
    line = trace(pieces, first_m=-layout.start_m).turned(math.radians(90.0 - layout.bearing_deg))
    corners = _corners(layout, -layout.start_m)
    length_m = line.last_m - layout.run_off_m
    pit = layout.pit
    if is_reversed:
        line, corners = line.reversed(length_m), _reversed_corners(corners, length_m)
        pit = _reversed_pit(pit)
    return Track(
        name=name,
        title=layout.title,
        is_reversed=is_reversed,
        is_closed=layout.is_closed,
        length_m=length_m,
        first_m=line.first_m,
        last_m=line.last_m,
        width_m=layout.width_m,
        line_half_width_m=layout.line_half_width_m,
        corners=corners,
        centreline=line,
        elevation=_elevation(layout, length_m, is_reversed=is_reversed),
        plane=TangentPlane(layout.lat_deg, layout.lon_deg),
        pit=pit,
        vehicle=layout.vehicle,
        step_m=length_m / round(length_m / layout.step_m),
    )
