"""A session as the lap table needs it; made in the worker that opened it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from apexlab_desktop.app.records import LapRef, OpenedSession
from apexlab_desktop.ui import formatting
from apexlab_desktop.ui.messages import lap_state, quality_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from apexlab_desktop.analysis.types import FloatArray, Lap, Notice, Trajectory

MOST_DRIVE_POINTS = 6_000
"""Half an hour at 25 Hz keeps a point every few metres: enough for a map."""

_TIMED = "timed"
"""The value of `LapKind.TIMED`, whose module brings numpy."""


MOST_NAME = 18
"""Longest file name in a lap's label, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapRow:
    """One lap of the table.

    Attributes
    ----------
    ref : LapRef
    kind : str
        `out`, `timed`, `in` or `partial`.
    lap_time_s : float or None
        Only with both crossings [s].
    max_speed_mps : float or None
        Highest speed on the lap [m/s].
    is_clean : bool
        Counts for bests.
    state : str
        Why it is not counted, in a word or two; empty for a clean lap.
    """

    ref: LapRef
    kind: str
    lap_time_s: float | None
    max_speed_mps: float | None
    is_clean: bool
    state: str

    @property
    def number(self) -> int:
        """The lap's number in its file."""
        return self.ref.lap_number

    @property
    def is_timed(self) -> bool:
        """Whether the lap counts among the laps of the session, clean or not."""
        return self.kind == _TIMED

    @property
    def can_be_compared(self) -> bool:
        """Whether the lap has both crossings."""
        return self.lap_time_s is not None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drive:
    """Where the car went in a session, thinned out for a map; arrays have shape (n,).

    Attributes
    ----------
    distance_m : ndarray
        Driven since the start, not decreasing [m].
    x_m, y_m : ndarray
        East and north of the origin [m]; NaN where unknown.
    origin_lat_deg, origin_lon_deg : float or None
        Origin of the plane [deg]; None for sims without latitude and longitude.
    """

    distance_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    origin_lat_deg: float | None
    origin_lon_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGroup:
    """The laps of one session.

    Attributes
    ----------
    session_id : str
    title : str
        Track, or file when unknown.
    meta : str
        Date, car, driver: the second line.
    short, clock, file_name : str
        Tell the session apart in a lap's label: `14 Jun`, `10:42` on one day, and the file where
        two devices recorded one drive.
    track : str
    length_m : float or None
        Length of the best lap [m].
    laps : tuple of LapRow
        In order of time.
    best : LapRef or None
        Fastest clean lap.
    notices : tuple of Notice
    drive : Drive or None
        None without positions.
    warning : str
        What is worst about poor data; empty for data that will do.
    """

    session_id: str
    title: str
    meta: str
    short: str
    clock: str
    track: str
    length_m: float | None
    laps: tuple[LapRow, ...]
    best: LapRef | None
    notices: tuple[Notice, ...] = ()
    drive: Drive | None = None
    warning: str = ""
    file_name: str = ""

    def find(self, ref: LapRef) -> LapRow | None:
        """Return the row of a lap."""
        return next((row for row in self.laps if row.ref == ref), None)


def session_group(opened: OpenedSession) -> SessionGroup:
    """Return what the lap table shows of an opened session."""
    session = opened.analysed
    top_speed = _top_speed_of(session.trajectory)
    rows = tuple(_row(opened.id, lap, top_speed) for lap in session.laps)
    best = session.best_lap
    words = session.raw.metadata
    track = opened.summary.track if opened.summary else words.get("track", "")
    start = session.raw.start_time_utc
    vehicle = opened.summary.vehicle if opened.summary else words.get("vehicle", "")
    parts = [formatting.day_and_time(start), vehicle, words.get("driver", "")]
    return SessionGroup(
        session_id=opened.id,
        title=track or words.get("title", "") or PurePath(opened.file).stem,
        meta=(formatting.NO_BREAK_SPACE * 3).join(part for part in parts if part),
        short=formatting.short_day(start) if start else PurePath(opened.file).stem,
        clock=formatting.clock(start),
        track=track,
        length_m=None if best is None else best.length_m,
        laps=rows,
        best=None if best is None else LapRef(session_id=opened.id, lap_number=best.number),
        notices=session.notices,
        drive=_drive(session.trajectory),
        warning=quality_line(session.quality),
        file_name=_shortened(PurePath(opened.file).stem),
    )


def _shortened(name: str) -> str:
    return name if len(name) <= MOST_NAME else name[: MOST_NAME - 1] + "\u2026"


def _drive(trajectory: Trajectory | None) -> Drive | None:
    import numpy as np

    if trajectory is None or not np.isfinite(trajectory.x_m).any():
        return None
    thin = slice(None, None, -(-trajectory.time_s.size // MOST_DRIVE_POINTS))
    return Drive(
        distance_m=trajectory.odometer_m[thin],
        x_m=trajectory.x_m[thin],
        y_m=trajectory.y_m[thin],
        origin_lat_deg=trajectory.origin_lat_deg,
        origin_lon_deg=trajectory.origin_lon_deg,
    )


def _row(session_id: str, lap: Lap, top_speed: Callable[[Lap], float | None]) -> LapRow:
    return LapRow(
        ref=LapRef(session_id=session_id, lap_number=lap.number),
        kind=lap.kind.value,
        lap_time_s=lap.lap_time_s,
        max_speed_mps=top_speed(lap),
        is_clean=lap.is_clean,
        state=lap_state(lap.kind.value, lap.reasons, is_clean=lap.is_clean),
    )


def _top_speed_of(trajectory: Trajectory | None) -> Callable[[Lap], float | None]:
    import numpy as np

    def top_speed(lap: Lap) -> float | None:
        if trajectory is None:
            return None
        first, last = np.searchsorted(trajectory.time_s, (lap.start_s, lap.end_s))
        speeds = trajectory.speed_mps[first:last]
        known = speeds[np.isfinite(speeds)]
        return float(known.max()) if known.size else None

    return top_speed
