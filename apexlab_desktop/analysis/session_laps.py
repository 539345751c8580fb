"""All timed laps of one session on the grid of its own reference line."""

from __future__ import annotations

from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_span import official_time
from apexlab_desktop.analysis.types import AnalysedSession, Comparison
from apexlab_desktop.errors import NoLapsError


def laps_at_places(session: AnalysedSession, config: AnalysisConfig = DEFAULT_CONFIG) -> Comparison:
    """Return the valid timed laps of a session at the same places.

    Parameters
    ----------
    session : AnalysedSession
    config : AnalysisConfig

    Returns
    -------
    Comparison
        Against the best lap, or the fastest valid one where none is clean. Laps that do not count
        are in it too: `lap.is_clean` tells.

    Raises
    ------
    NoLapsError
        If the session has no valid timed lap.
    """
    laps = [lap for lap in session.laps if lap.lap_time_s is not None and lap.is_valid]
    if not laps:
        raise NoLapsError(
            expected="a valid timed lap",
            found=_none_valid(len(session.laps)),
            advice="`apexlab laps` says why each does not count.",
        )
    reference = session.best_lap or min(laps, key=official_time)
    if reference not in laps:
        reference = min(laps, key=official_time)
    items = [(session, lap, str(lap.number)) for lap in laps]
    return compare_laps(items, reference_index=laps.index(reference), config=config)


def _none_valid(n_laps: int) -> str:
    """Return what a session without a valid timed lap holds instead."""
    if n_laps == 0:
        return "no lap"
    return "1 lap that is not valid" if n_laps == 1 else f"{n_laps} laps, none of them valid"
