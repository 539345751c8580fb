"""The corners of one session, and what its laps did in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.corner_measures import measure_corners
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.corners import detect_corners
from apexlab_desktop.analysis.lap_motion import median_of_laps
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.analysis.types import AnalysedSession, Comparison, FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionCorners:
    """Laps at the same places, the corners of their line, and every pass through them.

    Attributes
    ----------
    comparison : Comparison
        All valid timed laps.
    corners : tuple of Corner
        In driving order; empty where the laps have no positions.
    passes : tuple of tuple of CornerPass
        A row per lap of the comparison, an entry per corner.
    """

    comparison: Comparison
    corners: tuple[Corner, ...]
    passes: tuple[tuple[CornerPass, ...], ...]

    def of_corner(self, corner_id: str) -> tuple[CornerPass, ...]:
        """Return all laps' passes through one corner, in the order of the laps."""
        return tuple(one for row in self.passes for one in row if one.corner_id == corner_id)


def corners_of(
    session: AnalysedSession,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    comparison: Comparison | None = None,
    corners: Sequence[Corner] | None = None,
) -> SessionCorners:
    """Return the corners of a session and what its laps did in them.

    Parameters
    ----------
    session : AnalysedSession
    config : AnalysisConfig
    comparison : Comparison, optional
        Of `laps_at_places`, where it is known already.
    corners : sequence of Corner, optional
        Corners of the same line that are known already, from the layout; else they are detected.

    Raises
    ------
    NoLapsError
        If the session has no valid timed lap.
    """
    comparison = comparison or laps_at_places(session, config)
    if comparison.line is None:
        return SessionCorners(
            comparison=comparison, corners=(), passes=tuple(() for _ in comparison.laps)
        )
    if corners is None:
        corners = detect_corners(comparison.line, typical_speed(comparison), config)
    passes = measure_corners(session, comparison, corners, config)
    return SessionCorners(comparison=comparison, corners=tuple(corners), passes=passes)


def typical_speed(comparison: Comparison) -> FloatArray:
    """Return the median speed of the laps that count at each place, shape (n_grid,) [m/s].

    Of all laps where none counts.
    """
    clean = [lap for lap in comparison.laps if lap.lap.is_clean] or list(comparison.laps)
    return median_of_laps([lap.channels["speed_mps"] for lap in clean])
