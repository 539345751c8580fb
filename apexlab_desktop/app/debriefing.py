"""Analyse a session whole: laps, sectors, ideal laps, consistency and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.debrief import Debrief, debrief
from apexlab_desktop.analysis.findings import Told
from apexlab_desktop.analysis.findings_words import Level
from apexlab_desktop.app.known_corners import known_corners_of
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.app.sectors import sectors_kept
from apexlab_desktop.errors import AnalysisError, NoLapsError, UnknownWordError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apexlab_desktop.analysis.session_corners import SessionCorners
    from apexlab_desktop.analysis.types import StartLine
    from apexlab_desktop.app.optimal import OptimalSession
    from apexlab_desktop.app.records import OpenedSession


_BRAKES = ("brake_ratio", "brake_pressure_pa")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionDebrief:
    """A session and what its laps say.

    Attributes
    ----------
    session : OpenedSession
    result : Debrief or None
        None without a valid lap.
    reasons : tuple of str
        Why there is none.
    sector_places_m : tuple of float or None
        Boundaries of the sectors that the user set; None where they were found [m].
    """

    session: OpenedSession
    result: Debrief | None
    reasons: tuple[str, ...] = ()
    sector_places_m: tuple[float, ...] | None = None


def analyze(
    file: str | Path,
    *,
    start_line: StartLine | None = None,
    ignore_lap_column: bool = False,
    sector_places_m: Sequence[float] | None = None,
    level: Level = Level.INTERMEDIATE,
) -> SessionDebrief:
    """Return everything the laps of a file or library session say.

    Parameters
    ----------
    file : str or Path
        A path, or the id of a session of the library.
    start_line : StartLine or None
        Split laps at this line.
    ignore_lap_column : bool
        Do not use the file's own lap boundaries.
    sector_places_m : sequence of float or None
        Boundaries of the sectors; None takes those kept with the session, else puts three at top
        speeds [m].
    level : Level
        Whom the findings are put in words for.

    Raises
    ------
    ImporterError
        If it is neither a readable file nor a session of the library.
    """
    session = open_session(file, start_line=start_line, ignore_lap_column=ignore_lap_column)
    is_as_kept = start_line is None and not ignore_lap_column
    return analyze_opened(
        session, sector_places_m=sector_places_m, level=level, is_as_kept=is_as_kept
    )


def analyze_opened(
    session: OpenedSession,
    *,
    sector_places_m: Sequence[float] | None = None,
    level: Level = Level.INTERMEDIATE,
    is_as_kept: bool = True,
) -> SessionDebrief:
    """Return what the laps of an open session say; see `analyze`.

    `is_as_kept` is False for laps that were split otherwise than the library has them: boundaries
    kept with the session count from another start line then.
    """
    try:
        found = known_corners_of(session)
    except NoLapsError as error:
        return SessionDebrief(session=session, result=None, reasons=(error.one_line(),))
    if sector_places_m is None and is_as_kept:
        laps = found.comparison
        sector_places_m = sectors_kept(session, float(laps.distance_m[-1]), laps.line)
    result = debrief(
        found.comparison,
        found.corners,
        [one for row in found.passes for one in row],
        sector_places_m=sector_places_m,
        told=_told(session, found, level),
    )
    places_m = None if sector_places_m is None else tuple(sector_places_m)
    return SessionDebrief(session=session, result=result, sector_places_m=places_m)


def optimum_of(
    debriefed: SessionDebrief, *, vehicle: str | None = None, tire: str | None = None
) -> tuple[OptimalSession | None, tuple[str, ...]]:
    """Return what physics allows on the best lap's line, or why that cannot be told.

    Parameters
    ----------
    debriefed : SessionDebrief
    vehicle, tire : str or None
        A car; without one the grip is what the session's laps show.

    Raises
    ------
    ApexLabError
        If there is no such car.
    """
    from apexlab_desktop.app.optimal import car_of, optimal_of_opened

    car = car_of(ggv=None, vehicle=vehicle, tire=tire)
    if debriefed.result is None:
        return None, debriefed.reasons
    try:
        return optimal_of_opened(debriefed.session, car), ()
    except AnalysisError as error:
        # Which file it is stands above all.
        return None, (error.at("").one_line(),)


def _told(session: OpenedSession, found: SessionCorners, level: Level) -> Told:
    """Return what the findings can be put in words of."""
    motion = session.analysed.trajectory
    channels = {name for lap in found.comparison.laps for name in lap.channels}
    return Told(
        level=level,
        has_brake=not channels.isdisjoint(_BRAKES),
        has_throttle="throttle_ratio" in channels,
        rate_hz=motion.rate_hz if motion else None,
        # That of a simulator counts its valid laps; what it records is exact.
        quality_score=None if session.analysed.raw.is_sim else session.analysed.quality.score,
    )


def level_named(name: str) -> Level:
    """Return the level with this name.

    Raises
    ------
    UnknownWordError
        If there is none.
    """
    try:
        return Level(name)
    except ValueError:
        raise UnknownWordError(expected=", ".join(Level), found=name, place="--level") from None
