"""What the pages say and show, free of any file format: words and points in the unit square."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.types import FloatArray, Severity
from apexlab_desktop.report.polylines import Runs
from apexlab_desktop.report.scales import Axis


class Tone(StrEnum):
    """How a cell is told apart; never by colour alone, the words say it too."""

    PLAIN = "plain"
    MUTED = "muted"
    BEST = "best"
    SLOWER = "slower"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value in the head."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number of the session, with what it is and where it comes from."""

    label: str
    value: str
    detail: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class LapRow:
    """A row of the lap table; `slot` is the lap's colour in the comparison, None when not shown."""

    number: str
    slot: int | None
    time: str
    gap: str
    length: str
    top_speed: str
    status: str
    time_tone: Tone = Tone.PLAIN
    gap_tone: Tone = Tone.PLAIN
    row_tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A line of the receipt."""

    severity: Severity
    severity_word: str
    text: str
    place: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LapsPage:
    """Head, facts, lap table and receipt; `note` is the driver's own."""

    note: str
    facts: tuple[Fact, ...]
    tiles: tuple[Tile, ...]
    lap_note: str
    laps: tuple[LapRow, ...]
    notices: tuple[NoticeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendLap:
    """A lap of the comparison by its label; slot 0 is the reference, None is grey behind all."""

    slot: int | None
    label: str
    time: str
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One lap in one plot; `value` is what the legend says about it."""

    slot: int | None
    label: str
    value: str
    runs: Runs
    bands: tuple[FloatArray, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A quantity over distance; series in drawing order: grey laps, the reference, the others."""

    title: str
    unit: str
    note: str
    stretch: int
    x: Axis
    y: Axis
    series: tuple[Series, ...]

    @property
    def legend(self) -> tuple[Series, ...]:
        """The coloured laps in the order of their slots."""
        coloured = (one for one in self.series if one.slot is not None)
        return tuple(sorted(coloured, key=lambda one: one.slot or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStretch:
    """Part of the driven line in one colour of the ramp."""

    ramp_bin: int
    points: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackMap:
    """The driven line coloured by speed; unit square, north up, y upwards.

    Attributes
    ----------
    caption : str
        Whose line it is.
    edge : ndarrays, shape (n, 2)
        The whole line, drawn wide underneath.
    stretches : tuple of MapStretch
    start, direction : tuple of float
        Place of the start line and the unit vector of the driving direction there.
    width, height : float
        Extent of the line, the larger is 1.
    scale : tuple of str
        Lowest, middle and highest speed; the last with its unit.
    """

    caption: str
    edge: Runs
    stretches: tuple[MapStretch, ...]
    start: tuple[float, float]
    direction: tuple[float, float]
    width: float
    height: float
    scale: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Laps over distance at the same places."""

    subtitle: str
    laps: tuple[LegendLap, ...]
    plots: tuple[Plot, ...]
    track_map: TrackMap | None
    map_absence: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModel:
    """The whole report.

    Attributes
    ----------
    title, subject : str
    creation_date : tuple of int or None
        Start of the session, year to second, UTC.
    laps_page : LapsPage
    compare_page : ComparePage or None
    compare_absence : str
        Why there is no Compare page; empty when there is one.
    method : tuple of str
        How the numbers were made.
    version : str
        Name and version of the program.
    """

    title: str
    subject: str
    creation_date: tuple[int, int, int, int, int, int] | None
    laps_page: LapsPage
    compare_page: ComparePage | None
    compare_absence: str
    method: tuple[str, ...]
    version: str
