"""What a logger or a simulator wrote: channels, declared laps, and the receipt of reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from apexlab_desktop.analysis.arrays import FloatArray, IntArray, StoredArray

MICROSECONDS_PER_SECOND = 1_000_000


class ChannelKind(StrEnum):
    """How values between samples are made: interpolated, or held."""

    CONTINUOUS = "continuous"
    STEPPED = "stepped"


class Severity(StrEnum):
    """Weight of a notice, mildest first."""

    INFO = "info"
    """Done as expected; worth knowing."""
    IGNORED = "ignored"
    """Present in the file but not used."""
    REPAIRED = "repaired"
    """Was wrong or missing; mended, with the count."""
    LOST = "lost"
    """Could not be used and was dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line of the receipt: something found, repaired, ignored or lost.

    Attributes
    ----------
    code : str
        Stable snake_case word, e.g. `repeated_rows_dropped`.
    severity : Severity
    channel : str
        Channel concerned, empty for the whole session.
    count : int
        How many samples, rows or columns.
    first_s, last_s : float or None
        First and last place in session time [s].
    detail : str
        One plain sentence fragment for people.
    """

    code: str
    severity: Severity
    channel: str = ""
    count: int = 1
    first_s: float | None = None
    last_s: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Channel:
    """One quantity over the time axis of its group, in SI units (see `channels.CATALOGUE`).

    Attributes
    ----------
    name : str
        Catalogue name with its unit (`speed_mps`), or the vendor's own name when not catalogued.
    source : str
        Kind of source: `gps`, `calc`, `obd`, `canbus`, `acc`, `gyro`, `magn`, `sim`, or empty.
    device : str
        The vendor's label of the source, e.g. `100: gps`.
    vendor_name, vendor_unit : str
        As written in the file.
    unit : str
        Unit of `values`; empty when dimensionless.
    kind : ChannelKind
    values : ndarray, shape (n,)
        Stored precision already: float32; float64 for `distance_m`, local coordinates and whatever
        float32 cannot hold exactly; latitude and longitude float64 rounded to 1e-7 deg.
        Missing is NaN. Read-only.
    """

    name: str
    source: str = ""
    device: str = ""
    vendor_name: str = ""
    unit: str = ""
    vendor_unit: str = ""
    kind: ChannelKind = ChannelKind.CONTINUOUS
    values: StoredArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChannelGroup:
    """Channels that share one time axis.

    Attributes
    ----------
    name : str
        Unique in the session, e.g. `gps`, `200: obd`, `sim`.
    time_us : ndarray of int64, shape (n,)
        Microseconds since the session's first sample; non-decreasing after import. Read-only.
    channels : tuple of Channel
    rate_hz : float or None
        The true sampling rate of the device [Hz], None when it has none.
    """

    name: str
    time_us: IntArray
    channels: tuple[Channel, ...]
    rate_hz: float | None = None

    @property
    def time_s(self) -> FloatArray:
        """Seconds since the session's first sample, shape (n,) [s]."""
        return self.time_us / MICROSECONDS_PER_SECOND

    def find(self, name: str) -> Channel | None:
        """Return the first channel called `name`, or None."""
        return next((channel for channel in self.channels if channel.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLap:
    """A lap as the file itself bounds it.

    Attributes
    ----------
    number : int
        The file's own lap number.
    start_us, end_us : int
        Session time of the boundaries [us].
    is_complete : bool
        Both boundaries are crossings of the line (not the edge of the recording).
    lap_time_s : float or None
        Lap time that the vendor states (e.g. iRacing's LapLastLapTime), which wins over the
        boundaries [s].
    is_valid : bool or None
        The vendor's own verdict; None when it gives none.
    reason : str
        How the boundary is known: `vendor_marker`, `vendor_lap_number`, `recording_edge`.
    """

    number: int
    start_us: int
    end_us: int
    is_complete: bool
    lap_time_s: float | None = None
    is_valid: bool | None = None
    reason: str = "vendor_lap_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLine:
    """Start/finish line: a point on it and the driving direction there.

    Attributes
    ----------
    lat_deg, lon_deg : float
        Centre of the line, WGS-84 [deg].
    bearing_deg : float
        Driving direction, clockwise from north [deg] (an edge: users and files state it so).
    half_width_m : float
        Half the length of the line [m].
    """

    lat_deg: float
    lon_deg: float
    bearing_deg: float
    half_width_m: float = 15.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RawSession:
    """What a logger or a sim wrote, in SI, every rate on its own time axis; nothing resampled.

    Attributes
    ----------
    format, format_version : str
        `racechrono-csv` and `3`, `racechrono-rcz`, `iracing-ibt` and `2`, ...
    start_time_utc : datetime or None
        Wall time of session time 0, aware, UTC.
    n_samples : int
        Rows or records of the file.
    groups : tuple of ChannelGroup
    laps_declared : tuple of DeclaredLap
        In order of time; empty when the file has no lap information.
    start_line : StartLine or None
        As the file declares it.
    segment_starts_us : tuple of int
        Session times at which recording resumed after a pause (fragments); nothing may span one.
    is_sim : bool
    metadata : mapping of str to str
        Words of the file: keys among `track`, `layout`, `driver`, `vehicle`, `title`, `note`,
        `session_type`, `app`, `track_length_m`; absent when empty.
    notices : tuple of Notice
        The receipt so far.
    """

    format: str
    format_version: str = ""
    start_time_utc: datetime | None = None
    n_samples: int = 0
    groups: tuple[ChannelGroup, ...] = ()
    laps_declared: tuple[DeclaredLap, ...] = ()
    start_line: StartLine | None = None
    segment_starts_us: tuple[int, ...] = ()
    is_sim: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
