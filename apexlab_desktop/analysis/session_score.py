"""One number for a session, with its parts (analysis.md 18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apexlab_desktop.analysis.corner_grades import CornerGrades

WEIGHTS = {"consistency": 0.4, "pace": 0.3, "technique": 0.3}
LEAST_LAPS = 3
_REFERENCE_MARGIN_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionScore:
    """The score and its parts; what is missing is None and never stands in for another.

    Attributes
    ----------
    total : float or None
        0 to 100 over the parts that exist.
    consistency, pace, technique : float or None
    reasons : tuple of str
    """

    total: float | None
    consistency: float | None = None
    pace: float | None = None
    technique: float | None = None
    reasons: tuple[str, ...] = ()


def session_score(
    *,
    n_clean_laps: int,
    consistency_score: float | None,
    best_s: float | None,
    reference_s: float | None,
    grades: Sequence[CornerGrades],
    why_not: str = "",
) -> SessionScore:
    """Return the score of a session.

    Parameters
    ----------
    n_clean_laps : int
    consistency_score : float or None
        0 to 100.
    best_s, reference_s : float or None
        Best lap, and the ideal it is measured against [s].
    grades : sequence of CornerGrades
    why_not : str
        Why the data carry no score, empty if they may.
    """
    if why_not:
        return SessionScore(total=None, reasons=(why_not,))
    if n_clean_laps < LEAST_LAPS:
        reason = f"a score needs {LEAST_LAPS} clean laps, there are {n_clean_laps}"
        return SessionScore(total=None, reasons=(reason,))
    parts = {
        "consistency": consistency_score,
        "pace": pace_score(best_s, reference_s),
        "technique": technique_score(grades),
    }
    known = {name: value for name, value in parts.items() if value is not None}
    if not known:
        return SessionScore(total=None, reasons=("no part of the score is known",))
    weight = sum(WEIGHTS[name] for name in known)
    return SessionScore(
        total=sum(WEIGHTS[name] * value for name, value in known.items()) / weight,
        **parts,
        reasons=tuple(f"no {name}" for name in parts if name not in known),
    )


def pace_score(best_s: float | None, reference_s: float | None) -> float | None:
    """Return `100 - 500 (1 - reference/best)`, clipped; None without a sensible reference."""
    if best_s is None or reference_s is None or reference_s > best_s + _REFERENCE_MARGIN_S:
        return None
    return min(max(100.0 - 500.0 * (1.0 - reference_s / best_s), 0.0), 100.0)


def technique_score(grades: Sequence[CornerGrades]) -> float | None:
    """Return the mean of the grades' points, None without a grade."""
    points = [g.points for corner in grades for g in corner.all if g.points is not None]
    return sum(points) / len(points) if points else None
