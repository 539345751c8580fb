"""The physics-optimal lap: on a line of the user's, or on the line of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.fitted_line import FittedLine, fit_line, path_along
from apexlab_desktop.analysis.ggv_table import GgvTable
from apexlab_desktop.analysis.grip_use import GripUse, grip_use
from apexlab_desktop.analysis.min_curvature_line import GivenLine, freed_line
from apexlab_desktop.analysis.optimal_corners import CornerGap, corner_gaps
from apexlab_desktop.analysis.optimal_profile import OptimalProfile, optimal_profile
from apexlab_desktop.analysis.optimal_session import SessionOptimum, session_optimum
from apexlab_desktop.analysis.track_width import driven_band
from apexlab_desktop.app.files import shown
from apexlab_desktop.app.known_corners import known_corners_of
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.app.optimal_files import read_ggv, read_line
from apexlab_desktop.app.vehicles import choose_car
from apexlab_desktop.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.types import Comparison, FloatArray
    from apexlab_desktop.analysis.vehicle_model import PointMass
    from apexlab_desktop.app.records import OpenedSession

_LEAST_RADIUS_M = 1.5
"""Karts turn in three metres."""
_AT_THE_EDGE = 1e-6
STEP_M = 1.0
"""Grid of the solver, within the 2 m that algorithms.md 9.1 allows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GivenCar:
    """A car that the user named.

    Attributes
    ----------
    car : PointMass or GgvTable
    mu_source : str
        Where its grip comes from.
    remarks : tuple of str
        What was taken for granted, for people.
    """

    car: PointMass | GgvTable
    mu_source: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOptions:
    """How a line is driven.

    Attributes
    ----------
    start_speed_mps : float
        At the first point of a line that is not closed [m/s].
    is_line_free : bool
        Look for a better line inside the widths.
    car_width_m : float
        What of the widths the car itself takes [m].
    """

    start_speed_mps: float = 0.0
    is_line_free: bool = False
    car_width_m: float = 1.8


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LineOptimum:
    """The optimal lap on a line.

    Attributes
    ----------
    profile : OptimalProfile
    x_m, y_m : ndarray, shape (n,)
        Of the points of the profile [m].
    is_closed : bool
    remarks : tuple of str
        What was done with the line, for people.
    invalid_reasons : tuple of str
        Why no car can drive it so; empty where it can.
    """

    profile: OptimalProfile
    x_m: FloatArray
    y_m: FloatArray
    is_closed: bool
    remarks: tuple[str, ...]
    invalid_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BetterLine:
    """The line of least curvature inside the band that laps have used.

    Attributes
    ----------
    line : FittedLine
    lap_time_s : float
        Optimal on it [s].
    gain_s : float
        Less than on the usual line of the session; negative where it is slower [s].
    """

    line: FittedLine
    lap_time_s: float
    gain_s: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OptimalSession:
    """The optimal lap of a session.

    Attributes
    ----------
    opened : OpenedSession
    comparison : Comparison
        All valid laps, on the stations of the optimum.
    optimum : SessionOptimum
    corners : tuple of Corner
        In the order they are driven.
    gaps : tuple of CornerGap
        The most expensive first.
    use : GripUse or None
        How much of its own envelope the session used; None with a car from a table.
    remarks : tuple of str
        What was taken for granted of a car that the user named.
    """

    opened: OpenedSession
    comparison: Comparison
    optimum: SessionOptimum
    corners: tuple[Corner, ...]
    gaps: tuple[CornerGap, ...]
    use: GripUse | None
    remarks: tuple[str, ...]


def car_of(*, ggv: Path | None, vehicle: str | None, tire: str | None) -> GivenCar | None:
    """Return the car of the command line, None where none is named.

    Raises
    ------
    ApexLabError
        If the table or the names cannot be used.
    """
    if ggv is not None:
        return GivenCar(car=read_ggv(ggv), mu_source="ggv_table", remarks=())
    if vehicle is None or tire is None:
        return None
    chosen = choose_car(vehicle, tire)
    return GivenCar(
        car=chosen.car,
        mu_source=chosen.mu_source,
        remarks=(f"{chosen.name}.", *chosen.remarks),
    )


def optimal_on_line(
    line_file: Path, given_car: GivenCar, options: LineOptions | None = None
) -> LineOptimum:
    """Return the optimal lap on a line that the user gives.

    Parameters
    ----------
    line_file : Path
        CSV with `x_m,y_m[,z_m][,w_left_m,w_right_m]`.
    given_car : GivenCar
    options : LineOptions, optional

    Raises
    ------
    ImporterError
        If the file cannot be used.
    AnalysisError
        If its points make no line, or it has no widths to look for one in.
    """
    options, car = options or LineOptions(), given_car.car
    columns = read_line(line_file)
    try:
        given = GivenLine(
            x_m=columns["x_m"],
            y_m=columns["y_m"],
            z_m=columns.get("z_m"),
            left_m=columns.get("w_left_m"),
            right_m=columns.get("w_right_m"),
        )
        line = fit_line(given.x_m, given.y_m, STEP_M, z_m=given.z_m)
        start = options.start_speed_mps
        profile = optimal_profile(path_along(line), car, start_speed_mps=start)
        remarks = list(_remarks(line, given, options))
        if options.is_line_free:
            freed = freed_line(given, STEP_M, options.car_width_m)
            faster = optimal_profile(path_along(freed), car, start_speed_mps=start)
            remarks.append(_what_the_widths_gave(profile, faster))
            if faster.lap_time_s < profile.lap_time_s:
                line, profile = freed, faster
    except AnalysisError as error:
        raise error.at(shown(line_file)) from error
    return LineOptimum(
        profile=profile,
        x_m=line.x_m,
        y_m=line.y_m,
        is_closed=line.is_closed,
        remarks=(*given_car.remarks, *remarks, *_edge_of_table(car, profile)),
        invalid_reasons=tuple(_kinks(profile)),
    )


def _remarks(line: FittedLine, given: GivenLine, options: LineOptions) -> Iterator[str]:
    if not line.is_closed:
        speed = options.start_speed_mps
        yield f"The line is open: from {speed:g} m/s at its first point to its last."
    if given.left_m is not None and not options.is_line_free:
        yield "The line is driven as given; --free-line looks for a better one inside the widths."


def _edge_of_table(car: PointMass | GgvTable, profile: OptimalProfile) -> Iterator[str]:
    """Say where a car was faster than its table tells."""
    if not isinstance(car, GgvTable):
        return
    last_mps, fastest_mps = float(car.speed_mps[-1]), float(profile.speed_mps.max())
    if fastest_mps > (1.0 + _AT_THE_EDGE) * last_mps:
        yield (
            f"The table ends at {last_mps:g} m/s: above, up to {fastest_mps:.1f} m/s, its last row"
            " is taken to hold (extrapolated flat)."
        )


def _kinks(profile: OptimalProfile) -> Iterator[str]:
    bend = np.abs(profile.path.curvature_per_m)
    at = int(np.argmax(bend))
    if float(bend[at]) * _LEAST_RADIUS_M > 1.0:
        place_m = float(profile.path.distance_m[at])
        yield f"the line has a radius of {1.0 / bend[at]:.1f} m at {place_m:.0f} m: no car turns so"


def _what_the_widths_gave(given: OptimalProfile, freed: OptimalProfile) -> str:
    gain_s = given.lap_time_s - freed.lap_time_s
    if gain_s > 0.0:
        return f"The line of least curvature inside the widths is {gain_s:.3f} s faster."
    return "No line was found inside the widths that is faster than the one given."


def better_line_of(found: OptimalSession, given_car: GivenCar | None = None) -> BetterLine:
    """Return the line of least curvature inside the band that a session's laps have used.

    Parameters
    ----------
    found : OptimalSession
    given_car : GivenCar, optional
        The same as for `found`.

    Raises
    ------
    InsufficientDataError
        If there are too few laps to know the band.
    """
    line = found.comparison.line
    left_m, right_m = driven_band(found.comparison)
    assert line is not None  # noqa: S101 -- a band needs one
    last = -1 if line.is_closed else line.x_m.size
    given = GivenLine(
        x_m=line.x_m[:last], y_m=line.y_m[:last], left_m=left_m[:last], right_m=right_m[:last]
    )
    envelope = found.optimum.envelope
    car = given_car.car if given_car is not None else None
    if envelope is not None:
        car = envelope.table()
    assert car is not None  # noqa: S101 -- without a car there is an envelope
    start_mps = float(found.optimum.driven_speed_mps[0])
    # Both by the same geometry, or the difference would be one of methods.
    usual, freed = fit_line(given.x_m, given.y_m, STEP_M), freed_line(given, STEP_M, 0.0)
    times = [
        optimal_profile(path_along(one), car, start_speed_mps=start_mps).lap_time_s
        for one in (usual, freed)
    ]
    return BetterLine(line=freed, lap_time_s=times[1], gain_s=times[0] - times[1])


def optimal_of_session(file: str | Path, given_car: GivenCar | None = None) -> OptimalSession:
    """Return the optimal lap of a session on its best lap's line, and what each corner costs.

    Parameters
    ----------
    file : str or Path
        A path, or the id of a session of the library.
    given_car : GivenCar, optional
        Without one the grip is what the session's laps show.

    Raises
    ------
    ImporterError
        If the file cannot be used.
    AnalysisError
        If it has no timed lap, or its data do not carry an optimal lap.
    """
    return optimal_of_opened(open_session(file), given_car)


def optimal_of_opened(opened: OpenedSession, given_car: GivenCar | None = None) -> OptimalSession:
    """Return the optimal lap of an open session; see `optimal_of_session`."""
    try:
        found = known_corners_of(opened)
        optimum = session_optimum(
            opened.analysed,
            found.comparison,
            None if given_car is None else given_car.car,
            "driven" if given_car is None else given_car.mu_source,
            corners=found.corners,
        )
        envelope = optimum.envelope
        use = None if envelope is None else grip_use(optimum.samples, envelope, found.corners)
        return OptimalSession(
            opened=opened,
            comparison=found.comparison,
            optimum=optimum,
            corners=found.corners,
            gaps=corner_gaps(optimum, found.corners),
            use=use,
            remarks=() if given_car is None else given_car.remarks,
        )
    except AnalysisError as error:
        raise error.at(opened.file) from error
