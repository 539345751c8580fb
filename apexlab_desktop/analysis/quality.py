"""How good the data are, and what they can carry."""

from __future__ import annotations

from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.types import DataQuality, Lap, RawSession, Trajectory


def assess(
    raw: RawSession,
    trajectory: Trajectory | None,
    laps: tuple[Lap, ...],
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> DataQuality:
    """Return the quality score."""
    return DataQuality(score=None, grade="none", signal_class="D", reasons=("no_metrics",))
