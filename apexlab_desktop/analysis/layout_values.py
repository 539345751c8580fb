"""What a layout is: its line on the earth, its direction, its corners; well-known circuits."""

from __future__ import annotations

from dataclasses import dataclass

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.types import FloatArray, StartLine

CLOCKWISE, COUNTER_CLOCKWISE, NEITHER = "cw", "ccw", ""
"""Which way round a lap turns; a figure-eight and a hill climb turn neither way."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LapShape:
    """A driven lap as a line on the earth, in driving direction from the start line.

    Attributes
    ----------
    lat_deg, lon_deg : ndarray, shape (n,)
        Points about 2 m apart [deg].
    length_m : float
        Median driven length of the session's valid laps [m].
    direction : str
        `cw`, `ccw`, or empty.
    is_closed : bool
    start_line : StartLine
        At the first point, in driving direction.
    quality : float
        Score of the session's data, 0 where there is none.
    n_laps : int
        Valid laps of the session.
    """

    lat_deg: FloatArray
    lon_deg: FloatArray
    length_m: float
    direction: str
    is_closed: bool
    start_line: StartLine
    quality: float = 0.0
    n_laps: int = 1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Layout:
    """A layout of the library.

    Attributes
    ----------
    id : str
        UUIDv7.
    name, venue, country : str
        For people; `country` by ISO 3166 (two letters). Empty where unknown.
    shape : LapShape
    corners : tuple of Corner
        Stations along `shape` from its start line; names and numbers as the user wants them.
    corners_laps : int
        Of how many laps the line was on which the corners were found; 0 without corners.
    sectors_m : tuple of float
        Stations of the sector lines along `shape`, start line left out [m].
    source : str
        `learned` or `imported`.
    circuit_key : str
        Row of the list of well-known circuits; empty for another place.
    """

    id: str
    name: str
    shape: LapShape
    venue: str = ""
    country: str = ""
    corners: tuple[Corner, ...] = ()
    corners_laps: int = 0
    sectors_m: tuple[float, ...] = ()
    source: str = "learned"
    circuit_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A row of the list of well-known circuits: facts with their source.

    Attributes
    ----------
    key : str
        Unique word.
    name, layout : str
        Of the venue, and of its layout where it has several.
    country : str
        ISO 3166, two letters.
    lat_deg, lon_deg : float
        Middle of the layout [deg].
    length_m : float or None
        None where the sources do not agree [m].
    direction : str
        `cw`, `ccw`, or empty.
    source : str
    """

    key: str
    name: str
    layout: str
    country: str
    lat_deg: float
    lon_deg: float
    length_m: float | None
    direction: str
    source: str

    @property
    def full_name(self) -> str:
        """Name and layout, for people."""
        return f"{self.name} {self.layout}".rstrip()
