"""Every threshold of the analysis in one frozen value, stored with the results it made."""

from __future__ import annotations

from dataclasses import dataclass

ANALYSIS_VERSION = 1
"""Raised whenever a result could change; cached results of another version are recomputed."""

STANDARD_GRAVITY_MPS2 = 9.80665


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisConfig:
    """Thresholds with the section of the specification that names them."""

    grid_step_m: float = 0.7
    """Grid of every comparison (analysis.md 5)."""


DEFAULT_CONFIG = AnalysisConfig()
