"""A track: centreline, elevation, banking, corners with their true places, pit lane, geodesy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth.circuits import LAYOUTS, Crest, Layout, PitLane
from apexlab_desktop.synth.elements import Bend, FloatArray, Nodes, lengths_of, trace
from apexlab_desktop.synth.geodesy import TangentPlane

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
class Place:
    """The centreline at some stations; arrays share one shape.

    Attributes
    ----------
    x_m, y_m, heading_rad, curvature_per_m, curvature_rate_per_m2 : ndarray
        As in `Nodes`.
    """

    x_m: FloatArray
    y_m: FloatArray
    heading_rad: FloatArray
    curvature_per_m: FloatArray
    curvature_rate_per_m2: FloatArray


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
    nodes : Nodes
        Exact centreline.
    elevation : callable
        Stations to height, slope and vertical curvature [m, -, 1/m].
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
    nodes: Nodes
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
    def start_station_m(self) -> float:
        """Station of the start line: 0 by definition [m]."""
        return 0.0

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
        return _interpolate(self.nodes, self.on_lap(np.asarray(station_m, dtype=np.float64)))

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


def _interpolate(nodes: Nodes, station: FloatArray) -> Place:
    index = np.clip(
        np.searchsorted(nodes.station_m, station, side="right") - 1, 0, nodes.station_m.size - 2
    )
    h = nodes.station_m[index + 1] - nodes.station_m[index]
    u = (station - nodes.station_m[index]) / h
    basis = _quintic_basis(u)
    cos, sin = np.cos(nodes.heading_rad), np.sin(nodes.heading_rad)
    curvature, rate = nodes.curvature_per_m, nodes.curvature_rate_per_m2

    def quintic(value: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
        return (
            basis[0] * value[index]
            + h * (basis[1] * first[index] + basis[4] * first[index + 1])
            + h**2 * (basis[2] * second[index] + basis[5] * second[index + 1])
            + basis[3] * value[index + 1]
        )

    u2, u3 = u * u, u**3
    return Place(
        x_m=quintic(nodes.x_m, cos, -curvature * sin),
        y_m=quintic(nodes.y_m, sin, curvature * cos),
        heading_rad=quintic(nodes.heading_rad, curvature, rate),
        curvature_per_m=(2 * u3 - 3 * u2 + 1) * curvature[index]
        + h * (u3 - 2 * u2 + u) * rate[index]
        + (3 * u2 - 2 * u3) * curvature[index + 1]
        + h * (u3 - u2) * rate[index + 1],
        curvature_rate_per_m2=6 * (u2 - u) / h * (curvature[index] - curvature[index + 1])
        + (3 * u2 - 4 * u + 1) * rate[index]
        + (3 * u2 - 2 * u) * rate[index + 1],
    )


def _quintic_basis(u: FloatArray) -> tuple[FloatArray, ...]:
    """Return the quintic Hermite basis: value, slope, second derivative at 0, then at 1."""
    u3 = u**3
    u4 = u3 * u
    u5 = u4 * u
    return (
        1 - 10 * u3 + 15 * u4 - 6 * u5,
        u - 6 * u3 + 8 * u4 - 3 * u5,
        (u * u - 3 * u3 + 3 * u4 - u5) / 2,
        10 * u3 - 15 * u4 + 6 * u5,
        -4 * u3 + 7 * u4 - 3 * u5,
        (u3 - 2 * u4 + u5) / 2,
    )


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


def _rotated(nodes: Nodes, angle_rad: float) -> Nodes:
    """Return the nodes turned about the origin and with the same stations."""
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    return Nodes(
        nodes.station_m,
        nodes.x_m * cos - nodes.y_m * sin,
        nodes.x_m * sin + nodes.y_m * cos,
        nodes.heading_rad + angle_rad,
        nodes.curvature_per_m,
        nodes.curvature_rate_per_m2,
    )


def _reversed_nodes(nodes: Nodes, length_m: float) -> Nodes:
    return Nodes(
        length_m - nodes.station_m[::-1],
        nodes.x_m[::-1].copy(),
        nodes.y_m[::-1].copy(),
        nodes.heading_rad[::-1] + math.pi,
        -nodes.curvature_per_m[::-1],
        nodes.curvature_rate_per_m2[::-1].copy(),
    )


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
    nodes = _rotated(
        trace(layout.elements, first_station_m=-layout.start_m),
        math.radians(90.0 - layout.bearing_deg),
    )
    corners = _corners(layout, -layout.start_m)
    length_m = float(nodes.station_m[-1]) - layout.run_off_m
    first_m, last_m = float(nodes.station_m[0]), float(nodes.station_m[-1])
    pit = layout.pit
    if is_reversed:
        nodes, corners = _reversed_nodes(nodes, length_m), _reversed_corners(corners, length_m)
        first_m, last_m = length_m - last_m, length_m - first_m
        pit = _reversed_pit(pit)
    return Track(
        name=name,
        title=layout.title,
        is_reversed=is_reversed,
        is_closed=layout.is_closed,
        length_m=length_m,
        first_m=first_m,
        last_m=last_m,
        width_m=layout.width_m,
        line_half_width_m=layout.line_half_width_m,
        corners=corners,
        nodes=nodes,
        elevation=_elevation(layout, length_m, is_reversed=is_reversed),
        plane=TangentPlane(layout.lat_deg, layout.lon_deg),
        pit=pit,
        vehicle=layout.vehicle,
        step_m=length_m / round(length_m / layout.step_m),
    )
