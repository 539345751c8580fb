"""From an analysed session to the few facts that the library list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.config import ANALYSIS_VERSION
from apexlab_desktop.analysis.types import LapKind
from apexlab_desktop.store.sessions import DerivedFacts

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import AnalysedSession, Lap, RawSession, Trajectory

OUTLINE_POINTS = 64


def derived_facts(session: AnalysedSession) -> DerivedFacts:
    """Return what is stored beside the raw data."""
    timed = [lap for lap in session.laps if lap.kind is LapKind.TIMED]
    best = session.best_lap
    importer_notices = set(session.raw.notices)
    outline, speeds_mps = _outline(session)
    return DerivedFacts(
        analysis_version=ANALYSIS_VERSION,
        notices=tuple(n for n in session.notices if n not in importer_notices),
        laps=session.laps,
        duration_s=duration_s(session.raw),
        n_laps=len(timed),
        n_clean=sum(lap.is_clean for lap in timed),
        best_lap_s=best.lap_time_s if best else None,
        length_m=best.length_m if best else None,
        quality_grade=session.quality.grade,
        max_speed_mps=_max_speed(session.trajectory),
        outline=outline,
        outline_speeds_mps=speeds_mps,
        lap_gaps_s=_gaps(timed, best),
    )


def duration_s(raw: RawSession) -> float:
    """Return the length of the recording [s]."""
    ends = [group.time_us[-1] for group in raw.groups if group.time_us.size]
    return float(max(ends)) / 1e6 if ends else 0.0


def _max_speed(trajectory: Trajectory | None) -> float | None:
    if trajectory is None or not np.isfinite(trajectory.speed_mps).any():
        return None
    return float(np.nanmax(trajectory.speed_mps))


def _gaps(timed: list[Lap], best: Lap | None) -> tuple[float | None, ...]:
    if best is None or best.lap_time_s is None:
        return ()
    return tuple(
        lap.lap_time_s - best.lap_time_s if lap.is_clean and lap.lap_time_s is not None else None
        for lap in timed
    )


def _outline(
    session: AnalysedSession,
) -> tuple[tuple[tuple[float, float], ...], tuple[float | None, ...]]:
    """Return the best lap (or the whole run) as a small polyline in a unit square, and its speeds.

    Points are even in time, so that slow corners have more of them than straights.
    """
    trajectory = session.trajectory
    if trajectory is None:
        return (), ()
    keep = np.isfinite(trajectory.x_m) & np.isfinite(trajectory.y_m)
    if session.best_lap is not None:
        keep &= trajectory.time_s >= session.best_lap.start_s
        keep &= trajectory.time_s <= session.best_lap.end_s
    indices = np.flatnonzero(keep)
    if indices.size < 2:
        return (), ()
    picked = indices[np.unique(np.linspace(0, indices.size - 1, OUTLINE_POINTS).astype(int))]
    x, y = trajectory.x_m[picked], trajectory.y_m[picked]
    size = max(float(np.ptp(x)), float(np.ptp(y)), 1.0)
    x = 0.5 + (x - (x.min() + x.max()) / 2.0) / size
    y = 0.5 + (y - (y.min() + y.max()) / 2.0) / size
    points = tuple((round(float(a), 4), round(float(b), 4)) for a, b in zip(x, y, strict=True))
    speeds = trajectory.speed_mps[picked]
    return points, tuple(round(float(v), 2) if np.isfinite(v) else None for v in speeds)
