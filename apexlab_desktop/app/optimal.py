"""The physics-optimal lap: on a line of the user's, or on the line of a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.fitted_line import FittedLine, fit_line, path_along
from apexlab_desktop.analysis.optimal_profile import OptimalProfile, optimal_profile
from apexlab_desktop.analysis.optimal_session import SessionOptimum, session_optimum
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.app.files import shown
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.app.optimal_files import read_ggv, read_line
from apexlab_desktop.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apexlab_desktop.analysis.ggv_table import GgvTable
    from apexlab_desktop.analysis.types import FloatArray
    from apexlab_desktop.analysis.vehicle_model import PointMass
    from apexlab_desktop.app.records import OpenedSession

STEP_M = 1.0
"""Grid of the solver, within the 2 m that algorithms.md 9.1 allows."""


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
    """

    profile: OptimalProfile
    x_m: FloatArray
    y_m: FloatArray
    is_closed: bool
    remarks: tuple[str, ...]


def car_of(
    *, ggv: Path | None, vehicle: str | None, tire: str | None
) -> PointMass | GgvTable | None:
    """Return the car of the command line, None where none is named."""
    return read_ggv(ggv) if ggv is not None else None


def optimal_on_line(
    line_file: Path, car: PointMass | GgvTable, *, start_speed_mps: float = 0.0
) -> LineOptimum:
    """Return the optimal lap on a line that the user gives.

    Parameters
    ----------
    line_file : Path
        CSV with `x_m,y_m[,z_m][,w_left_m,w_right_m]`.
    car : PointMass or GgvTable
    start_speed_mps : float
        At the first point of a line that is not closed [m/s].

    Raises
    ------
    ImporterError
        If the file cannot be used.
    AnalysisError
        If its points make no line.
    """
    columns = read_line(line_file)
    try:
        line = fit_line(columns["x_m"], columns["y_m"], STEP_M, z_m=columns.get("z_m"))
        profile = optimal_profile(path_along(line), car, start_speed_mps=start_speed_mps)
    except AnalysisError as error:
        raise error.at(shown(line_file)) from error
    return LineOptimum(
        profile=profile,
        x_m=line.x_m,
        y_m=line.y_m,
        is_closed=line.is_closed,
        remarks=tuple(_remarks(line, columns, start_speed_mps)),
    )


def _remarks(
    line: FittedLine, columns: dict[str, FloatArray], start_speed_mps: float
) -> Iterator[str]:
    if not line.is_closed:
        yield f"the line is open: from {start_speed_mps:g} m/s at its first point to its last"
    if "w_left_m" in columns or "w_right_m" in columns:
        yield "the line is driven as given; --free-line looks for a better one inside the widths"


def optimal_of_session(
    file: str | Path, car: PointMass | None = None, mu_source: str = "driven"
) -> tuple[OpenedSession, SessionOptimum]:
    """Return a session and the optimal lap on its best lap's line.

    Parameters
    ----------
    file : str or Path
        A path, or the id of a session of the library.
    car : PointMass, optional
        Without one the grip is what the session's laps show.
    mu_source : str
        Where the grip of `car` comes from.

    Raises
    ------
    ImporterError
        If the file cannot be used.
    AnalysisError
        If it has no timed lap, or its data do not carry an optimal lap.
    """
    opened = open_session(file)
    try:
        comparison = laps_at_places(opened.analysed)
        return opened, session_optimum(opened.analysed, comparison, car, mu_source)
    except AnalysisError as error:
        raise error.at(opened.file) from error
